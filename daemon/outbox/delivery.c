/* delivery.c - the happy path is delivery.h's; this is how it fails:
 *   too late, no such account, cannot be encoded   a dead letter, before anything is sent
 *   no token                  the account waits a little; when consent is needed, until its replies are too late
 *   `sending` is not committed   due again; nothing was sent
 *   the platform says no      retry.c; the row's next state is committed
 *   that commit fails         the outcome is kept and committed again until it is: a row in `sending` is never
 *                             sent a second time, and after a crash it is unknown */
#include "daemon/outbox/delivery.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/metrics.h"
#include "daemon/store/store_citizen.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define NO_CONSENT_MS (30 * 1000)
#define NO_TOKEN_MS (5 * 1000)
#define NO_STORE_MS 1000
#define BUTTONS_REFUSED_MS (24 * 60 * 60 * 1000LL)
#define ALARM_EVERY_MS (60 * 1000)
#define UNKNOWN_WORDS "outcome unknown"
#define RESENT_WORDS "sent once more after an unknown outcome" /* in the row's reason: not a third time */

static void end_due(struct delivery *d, int64_t due_ms)
{
	d->row.state = OUTBOX_DUE;
	d->row.due_ms = due_ms;
	d->done_cb(d);
}

/* --- The outcome: one job, tried until it is committed. --- */

static enum err sent_job(struct store_tx *tx, void *arg)
{
	const struct delivery *d = arg;

	return store_outbox_part_sent(tx, d->row.id, d->row.part_next, d->verdict.message_id, d->now_ms);
}

static enum err later_job(struct store_tx *tx, void *arg)
{
	const struct delivery *d = arg;
	enum err err = store_outbox_later(
		tx, d->row.id, d->row.due_ms, d->row.plain, d->row.renewed, d->reason, d->now_ms);

	if (err == OK && d->retry.action == RETRY_PLAIN && d->sender->buttons_refused_until_ms > d->now_ms)
		err = store_token_buttons_refused(
			tx, d->row.channel, d->row.account, d->sender->buttons_refused_until_ms);
	return err;
}

static enum err unknown_job(struct store_tx *tx, void *arg)
{
	const struct delivery *d = arg;

	return store_outbox_unknown(tx, d->row.id, d->reason, d->now_ms);
}

static enum err dead_job(struct store_tx *tx, void *arg)
{
	const struct delivery *d = arg;
	const struct citizen_key key = {d->row.channel, d->row.account, d->row.user};
	enum err err = store_outbox_dead(tx, d->row.id, d->reason, d->now_ms);

	return err == OK && d->verdict.unreachable ? store_citizen_unreachable(tx, &key) : err;
}

/* Due again with a reason that outlives a crash. Nothing is sent between begin and later. */
static enum err resend_job(struct store_tx *tx, void *arg)
{
	const struct delivery *d = arg;
	enum err err = store_outbox_retry(tx, d->row.id, d->row.expires_ms, d->now_ms);

	if (err == OK)
		err = store_outbox_begin(tx, d->row.id, d->now_ms);
	return err == OK ? store_outbox_later(
				   tx, d->row.id, d->now_ms, d->row.plain, false, RESENT_WORDS, d->now_ms)
			 : err;
}

static void count(const struct delivery *d)
{
	if (d->row.state == OUTBOX_SENT)
		metric_add(METRIC_outbox_sent, 1);
	else if (d->row.state == OUTBOX_DEAD)
		metric_add(METRIC_outbox_dead, 1);
	else if (d->row.state == OUTBOX_UNKNOWN)
		metric_add(METRIC_outbox_unknown, 1);
	else if (d->retry.action != RETRY_DONE)
		metric_add(METRIC_outbox_retried, 1);
}

/* An echo or a person may have been faster than the job: the row says where it is now. */
static void read_back(struct delivery *d)
{
	struct outbox_row row;

	if (store_outbox_get(d->means->reader, &d->arena, d->row.id, &row) != OK) {
		d->row.state = OUTBOX_DEAD;
		return;
	}
	d->row.state = row.state;
	d->row.due_ms = row.due_ms;
}

static void outcome_done(void *arg, enum err err)
{
	struct delivery *d = arg;

	if (err != OK && err != ERR_NOT_FOUND) {
		if (!d->complained)
			log_error("outbox=%" PRId64 " could not store what came of it, trying again: %s",
				d->row.id, err_words(err));
		d->complained = d->unsettled = true;
		return;
	}
	if (err != OK || d->retry.action != RETRY_DONE)
		read_back(d);
	count(d);
	d->done_cb(d);
}

void delivery_settle(struct delivery *d)
{
	/* false while the job is on its way: submitted twice, the second would end a delivery that is gone */
	d->unsettled = store_submit(d->means->store, d->outcome, outcome_done, d) != OK;
}

static void settle(struct delivery *d, store_job outcome, enum outbox_state state)
{
	d->outcome = outcome;
	d->row.state = state;
	delivery_settle(d);
}

static void die(struct delivery *d, const char *reason)
{
	d->retry.action = RETRY_DEAD;
	d->reason = reason;
	d->now_ms = clock_now_ms();
	log_warning(
		"outbox=%" PRId64 " adapter=%s end=dead reason=\"%s\"", d->row.id, d->row.channel, reason);
	settle(d, dead_job, OUTBOX_DEAD);
}

/* --- What the platform said. --- */

static void alarm(struct delivery *d)
{
	struct sender *s = d->sender;

	if (d->now_ms - s->alarm_ms < ALARM_EVERY_MS && s->alarm_ms)
		return;
	s->alarm_ms = d->now_ms;
	log_error("account=%s adapter=%s outbox=%" PRId64 " code=%ld.%ld an operator must act%s: %s",
		s->account->name, d->row.channel, d->row.id, d->verdict.code, d->verdict.subcode,
		s->stopped ? ", sending has stopped" : "", d->verdict.words);
}

static void warn_near_limit(const struct delivery *d)
{
	struct sender *s = d->sender;

	if (d->now_ms - s->near_ms < ALARM_EVERY_MS && s->near_ms)
		return;
	s->near_ms = d->now_ms;
	log_warning("account=%s adapter=%s used_percent=%u of what the platform allows: sending slower",
		s->account->name, d->row.channel, d->verdict.used_percent);
}

static bool has_buttons(const struct delivery *d)
{
	return d->row.parts.items[d->row.part_next].button_count > 0;
}

static void token_refused(void *arg, enum err err, const char *access_token)
{
	(void)arg; /* the row is due again and asks for itself */
	(void)err;
	(void)access_token;
}

static void act(struct delivery *d)
{
	d->row.due_ms = d->now_ms;
	switch (d->retry.action) {
	case RETRY_DONE:
		settle(d, sent_job, d->row.part_next + 1 < d->row.parts.count ? OUTBOX_DUE : OUTBOX_SENT);
		return;
	case RETRY_UNKNOWN: settle(d, unknown_job, OUTBOX_UNKNOWN); return;
	case RETRY_DEAD: die(d, d->reason); return;
	case RETRY_AGAIN: d->row.due_ms += d->retry.wait_ms; break;
	case RETRY_RENEW:
		d->row.renewed = true;
		if (d->means->tokens)
			tokens_get(d->means->tokens, d->sender->account, d->token, token_refused, NULL);
		break;
	case RETRY_PLAIN:
		d->row.plain = true;
		if (has_buttons(d) && d->sender->account->buttons == BUTTONS_AUTO)
			d->sender->buttons_refused_until_ms = d->now_ms + BUTTONS_REFUSED_MS;
		break;
	}
	settle(d, later_job, OUTBOX_DUE);
}

static const char *reason_of(struct delivery *d)
{
	const char *resent = d->row.reason && strstr(d->row.reason, RESENT_WORDS) ? RESENT_WORDS ": " : "";
	const char *unknown = d->verdict.class == VERDICT_UNKNOWN ? UNKNOWN_WORDS ": " : "";
	const char *reason = arena_printf(&d->arena, "%s%s%s", resent, unknown, d->verdict.words);

	return reason ? reason : d->verdict.words;
}

static void call_done(void *arg, const struct http_result *result)
{
	struct delivery *d = arg;
	struct verdict *v = &d->verdict;

	d->now_ms = clock_now_ms();
	d->sender->account->adapter->judge(&d->arena, result, v);
	if (result->end == HTTP_NOT_SENT)
		v->tries_max =
			UINT32_MAX; /* it cannot have arrived: again for as long as the answer is worth it */
	d->retry = retry_after(v, d->row.attempts + 1, d->form == FORM_PLAIN || !has_buttons(d),
		d->row.renewed, randombytes_random());
	d->reason = reason_of(d);
	if (rate_near_limit(&d->sender->rate, v->used_percent, d->now_ms))
		warn_near_limit(d);
	if (v->class == VERDICT_SLOW_DOWN)
		rate_slow_down(&d->sender->rate, d->retry.wait_ms, d->now_ms);
	if (v->stop_account) { /* no fault of this reply: it waits like the others */
		d->sender->stopped = true;
		d->retry = (struct retry){.action = RETRY_AGAIN};
	}
	if (v->alarm || v->stop_account)
		alarm(d);
	act(d);
}

/* --- On the way there. --- */

static enum err begin_job(struct store_tx *tx, void *arg)
{
	const struct delivery *d = arg;

	return store_outbox_begin(tx, d->row.id, d->now_ms);
}

static void begin_done(void *arg, enum err err)
{
	struct delivery *d = arg;

	if (err == ERR_NOT_FOUND) { /* a person dropped it, or an echo says it is there */
		read_back(d);
		d->done_cb(d);
	} else if (err != OK) {
		end_due(d, clock_now_ms() + NO_STORE_MS);
	} else if (http_client_call(d->means->client, &d->call, call_done, d) != OK) {
		call_done(d, &(struct http_result){.end = HTTP_NOT_SENT, .reason = "out of memory"});
	}
}

static enum part_form form_of(const struct delivery *d)
{
	const struct account *account = d->sender->account;

	if (d->row.plain || account->buttons == BUTTONS_OFF)
		return FORM_PLAIN;
	return account->buttons == BUTTONS_AUTO && d->now_ms < d->sender->buttons_refused_until_ms
		       ? FORM_PLAIN
		       : FORM_FULL;
}

static enum err encode(struct delivery *d)
{
	const struct account *account = d->sender->account;
	struct recipient to = {d->row.user, d->row.conversation_id};
	const char *ref = arena_printf(&d->arena, "%" PRId64 ".%zu", d->row.id, d->row.part_next);

	d->form = form_of(d);
	return ref && d->token
		       ? account->adapter->encode(&d->arena, account, &to,
				 &d->row.parts.items[d->row.part_next], d->form, d->token, ref, &d->call)
		       : ERR_NOMEM;
}

static void token_ready(void *arg, enum err err, const char *access_token)
{
	struct delivery *d = arg;

	d->now_ms = clock_now_ms();
	if (err != OK) { /* the whole account waits: no use in asking for each reply */
		d->sender->rate.held_until_ms =
			d->now_ms + (err == ERR_PERMISSION ? NO_CONSENT_MS : NO_TOKEN_MS);
		end_due(d, d->now_ms);
		return;
	}
	d->token = arena_string(&d->arena, access_token);
	err = encode(d);
	if (err == ERR_NOMEM)
		end_due(d, d->now_ms + NO_STORE_MS);
	else if (err != OK)
		die(d, "cannot be written as a message of this platform");
	else if (store_submit(d->means->store, begin_job, begin_done, d) != OK)
		end_due(d, d->now_ms + NO_STORE_MS);
}

void delivery_send(struct delivery *d)
{
	d->now_ms = clock_now_ms();
	if (d->now_ms >= d->row.expires_ms)
		die(d, d->row.reason ? arena_printf(&d->arena, "too late: %s", d->row.reason) : "too late");
	else if (!d->sender->account)
		die(d, "its account is not configured any more");
	else if (d->row.part_next >= d->row.parts.count)
		die(d, "nothing in it to send");
	else
		tokens_get(d->means->tokens, d->sender->account, NULL, token_ready, d);
}

void delivery_end_unknown(struct delivery *d, bool resend)
{
	bool resent = d->row.reason && strstr(d->row.reason, RESENT_WORDS);

	if (!resend || resent) {
		die(d, d->row.reason ? d->row.reason : UNKNOWN_WORDS);
		return;
	}
	d->now_ms = d->row.due_ms = clock_now_ms();
	d->retry.action = RETRY_AGAIN;
	settle(d, resend_job, OUTBOX_DUE);
}
