/* receive.c - POST /webhook/zalo and /webhook/facebook → adapter and raw body.
 *   GET            what the platform asks when the address is saved
 *   other methods  405
 *   too many jobs  503 before the body is looked at: platforms come again, memory does not grow */
#include "daemon/base/metrics.h"
#include "daemon/intake/webhook.h"

#include <string.h>

static const char busy_text[] = "busy, come again\n";

static void greet(struct intake *i, const struct adapter *adapter, const struct http_request *req,
	struct http_exchange *x)
{
	struct webhook *w = webhook_new(i, adapter, x);
	const char *body = NULL;
	enum err err;

	if (!w) {
		http_answer_text(x, 503, busy_text);
		return;
	}
	metric_add(METRIC_webhook_probe, 1);
	err = adapter->greet(&w->arena, i->o.accounts, req, &body);
	if (err == OK)
		webhook_end(w, 200, body);
	else if (err == ERR_NOMEM)
		webhook_end(w, 503, busy_text);
	else
		webhook_end(w, 403, "not allowed\n");
}

static bool busy(const struct intake *i)
{
	return i->o.waiting_max && store_waiting(i->o.store) >= i->o.waiting_max;
}

static void post(struct intake *i, const struct adapter *adapter, const struct http_request *req,
	struct http_exchange *x)
{
	struct webhook *w = busy(i) ? NULL : webhook_new(i, adapter, x);
	const struct account *signer;
	const char *text;
	enum err err;
	int status;

	metric_add(METRIC_webhook_received, 1);
	if (!w) {
		metric_add(METRIC_webhook_refused_busy, 1);
		http_answer_text(x, 503, busy_text);
		return;
	}
	if (webhook_verify(w, req, &signer, &status, &text) != OK) {
		webhook_end(w, status, text);
		return;
	}
	err = adapter->parse(&w->arena, i->o.accounts, signer, req->body, &w->events);
	if (err == OK) {
		webhook_record(w);
	} else if (err == ERR_FORMAT) {
		metric_add(METRIC_webhook_refused_malformed, 1);
		webhook_end(w, 400, "not a webhook of this platform\n");
	} else {
		webhook_end(w, 503, busy_text);
	}
}

static void route(struct intake *i, const struct adapter *adapter, const struct http_request *req,
	struct http_exchange *x)
{
	if (strcmp(req->method, "POST") == 0)
		post(i, adapter, req, x);
	else if (strcmp(req->method, "GET") == 0)
		greet(i, adapter, req, x);
	else
		http_answer_text(x, 405, "GET or POST\n");
}

void intake_zalo(void *intake, const struct http_request *req, struct http_exchange *x)
{
	route(intake, &adapter_zalo, req, x);
}

void intake_facebook(void *intake, const struct http_request *req, struct http_exchange *x)
{
	route(intake, &adapter_facebook, req, x);
}
