/* reporting.h - keeps the figures of periods that are over, in a thread of its own and one small write a period; and tells everybody
 * the counts of a month where the office wants that ([report] open_data). Loop thread.
 *   GET /open-data/2026-10.csv   200 once that month is kept; 404 before, and for what is no month */
#ifndef MOTCUA_REPORTING_H
#define MOTCUA_REPORTING_H

#include "daemon/net/http_server.h"
#include "daemon/store/store.h"

struct reporting;

struct reporting_options { /* borrowed until reporting_close() */
	struct loop *loop;
	struct store *store;
	const char *state_path, *knowledge_path;
	int month_begins; /* 0: 1 */
	int64_t first_ms; /* until the first look; 0: two minutes, citizens go first */
	bool open_data; /* false: every path is a 404 */
};

enum err reporting_open(const struct reporting_options *o, struct reporting **ret_reporting, struct why *why);
void reporting_stop(struct reporting *r); /* before the store is closed: what is being counted is waited for; NULL is fine */
/* After the store's last drain, or when the store is gone: what is being written is the store's. NULL is fine. */
void reporting_close(struct reporting *r);

void reporting_open_data(void *reporting, const struct http_request *req, struct http_exchange *x);

#endif
