/* verify.c - may this body be believed? The adapter checks signature and age over the raw bytes.
 *   a probe                     200, counted: platforms try an address with an empty body
 *   no valid signature, strict  401, counted; the first within an hour of a start is an alarm: a wrong secret
 *   the same, log_only          200, logged with its reason, thrown away
 *   nothing a platform sends    400, counted */
#include "daemon/intake/webhook.h"

#include "daemon/base/log.h"
#include "daemon/base/metrics.h"

#define ALARM_WITHIN_MS (60 * 60 * 1000)

static bool log_only(const struct webhook *w)
{
	const struct accounts *accounts = w->intake->o.accounts;

	for (size_t n = 0; n < accounts->count; n++)
		if (accounts->items[n].adapter == w->adapter && accounts->items[n].signature_log_only)
			return true;
	return false;
}

static enum err answer(int status, const char *text, int *ret_status, const char **ret_text)
{
	*ret_status = status;
	*ret_text = text;
	return ERR_CANCELED;
}

static void refusal_log(const struct webhook *w, const char *peer, const char *reason)
{
	struct intake *i = w->intake;

	if (!i->alarmed && w->now_ms - i->opened_ms < ALARM_WITHIN_MS) {
		i->alarmed = true;
		log_error("adapter=%s peer=%s the first webhook was refused: %s. Is the configured secret "
			  "the right one?",
			w->adapter->name, peer, reason);
	} else if (quiet_may_speak(&i->refusals, w->now_ms)) {
		log_warning("adapter=%s peer=%s more=%lu webhook refused: %s", w->adapter->name, peer,
			i->refusals.held_back, reason);
		i->refusals.held_back = 0;
	}
}

static enum err probe(struct webhook *w, int *ret_status, const char **ret_text)
{
	struct quiet *q = &w->intake->probes;

	metric_add(METRIC_webhook_probe, 1);
	if (quiet_may_speak(q, w->now_ms)) {
		log_info("adapter=%s more=%lu probe answered", w->adapter->name, q->held_back);
		q->held_back = 0;
	}
	return answer(200, "ok\n", ret_status, ret_text);
}

enum err webhook_verify(struct webhook *w, const struct http_request *req, const struct account **ret_account,
	int *ret_status, const char **ret_text)
{
	const struct account *account = NULL;
	struct why why = {""};
	enum err err = w->adapter->verify(w->intake->o.accounts, req, w->now_ms, &account, &why);

	if (err == OK && account) {
		*ret_account = account;
		return OK;
	}
	if (err == OK)
		return probe(w, ret_status, ret_text);
	if (err == ERR_FORMAT) {
		metric_add(METRIC_webhook_refused_malformed, 1);
		return answer(400, "not a webhook of this platform\n", ret_status, ret_text);
	}
	if (err != ERR_SIGNATURE)
		return answer(503, "try again\n", ret_status, ret_text);
	metric_add(METRIC_webhook_refused_signature, 1);
	refusal_log(w, req->peer ? req->peer : "?", why.text[0] ? why.text : err_words(err));
	return log_only(w) ? answer(200, "ok\n", ret_status, ret_text)
			   : answer(401, "signature is missing or wrong\n", ret_status, ret_text);
}
