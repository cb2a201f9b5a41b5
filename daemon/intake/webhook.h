/* webhook.h - one webhook on its way to its 200. For intake's own files only.
 *   receive.c  the route: what is no webhook, what comes while we are busy, adapter and raw body
 *   verify.c   signature and age; probes; what is logged of those that fail
 *   record.c   events → rows in one job, then the answer, then word of what waits */
#ifndef MOTCUA_WEBHOOK_H
#define MOTCUA_WEBHOOK_H

#include "daemon/intake/intake.h"

struct recorded {          /* what the job did with an event */
	int64_t event_id;  /* 0: nothing was written */
	int64_t outbox_id; /* an echo of this row; 0: of none */
	bool waits, duplicate;
};

struct webhook {
	struct intake *intake;
	const struct adapter *adapter;
	struct http_exchange *x;
	struct arena arena; /* owns the events */
	struct events events;
	struct recorded *recorded; /* one an event; the store thread's while the job waits */
	int64_t now_ms;
	struct webhook *prev, *next;
};

struct quiet { /* a line that attackers or platforms can provoke: at most one a minute */
	int64_t said_ms;
	unsigned long held_back;
};

struct intake {
	struct intake_options o;
	int64_t opened_ms;
	bool alarmed; /* about a wrong secret */
	struct quiet probes, refusals, failures;
	struct webhook *pending, *spare;
	size_t spare_count;
};

struct webhook *webhook_new(struct intake *i, const struct adapter *adapter, struct http_exchange *x);
void webhook_end(struct webhook *w, int status, const char *text); /* answers and forgets it */

/* OK: *ret_account signed it. ERR_CANCELED: *ret_status and *ret_text are the whole answer. */
enum err webhook_verify(struct webhook *w, const struct http_request *req, const struct account **ret_account,
	int *ret_status, const char **ret_text);
void webhook_record(struct webhook *w); /* ends the webhook, now or after the commit */

bool quiet_may_speak(struct quiet *q, int64_t now_ms); /* then reset `held_back` after saying it */

#endif
