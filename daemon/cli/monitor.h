/* monitor.h - what an operator's machine asks the daemon: is it alive, is it ready, what does it count. Loop thread.
 *   GET /healthz   200 while the loop turns
 *   GET /readyz    200 while webhooks are taken; a line for each account: good, waiting, consent_needed, stopped
 *   GET /metrics   Prometheus text: counters of metrics.def, gauges of queues, outbox and accounts
 * For this machine only unless configured: a proxy in front is on this machine too, so what it passes on is refused. */
#ifndef MOTCUA_MONITOR_H
#define MOTCUA_MONITOR_H

#include "config/config.h"
#include "daemon/net/http_server.h"
#include "daemon/outbox/outbox.h"
#include "daemon/turn/turns.h"

struct monitor { /* all borrowed */
	const struct config *config;
	struct store *store;
	struct store_reader *reader;
	struct turns *turns;
	struct outbox *outbox;
	bool stopping;
};

/* Handlers; `arg` is the monitor. */
void monitor_healthz(void *monitor, const struct http_request *req, struct http_exchange *x);
void monitor_readyz(void *monitor, const struct http_request *req, struct http_exchange *x);
void monitor_metrics(void *monitor, const struct http_request *req, struct http_exchange *x);

/* Zalo's domain check, for everybody: "/" and "/zalo_verifier*.html" as configured, else 404. */
void monitor_domain_check(void *monitor, const struct http_request *req, struct http_exchange *x);

#endif
