/* intake.h - one webhook: receive, verify, record, then 200. Loop thread.
 *   503 before anything is read into memory for long when the store's queue is full (platforms repeat);
 *   401 for a bad signature; 400 for no JSON; 200 for the rest, after the events' commit. */
#ifndef MOTCUA_INTAKE_H
#define MOTCUA_INTAKE_H

#include "adapters/adapter.h"
#include "daemon/net/http_server.h"
#include "daemon/store/store_event.h"

struct intake;

struct intake_options {
	struct store *store;
	const struct accounts *accounts;
	size_t waiting_max;     /* store jobs; from here on 503; 0: only the store's own limit */
	int64_t pause_ms;       /* how long a staff message silences the bot; default 12 h */
	int64_t echo_within_ms; /* an echo may confirm a send this long after; default 60 s */
	void (*event_cb)(
		void *arg, const struct stored_event *event); /* a committed event that needs a turn */
	void (*outbox_cb)(void *arg, int64_t outbox_id);      /* an echo moved this row */
	void *arg;
};

enum err intake_open(const struct intake_options *o, struct intake **ret_intake, struct why *why);
void intake_close(struct intake *i);

/* Routes for http_server: POST and GET /webhook/zalo, /webhook/facebook; `arg` is the intake. */
void intake_zalo(void *intake, const struct http_request *req, struct http_exchange *x);
void intake_facebook(void *intake, const struct http_request *req, struct http_exchange *x);

#endif
