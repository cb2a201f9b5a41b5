/* record.c - the events of one webhook, masked, in one job of the store; 200 after its commit.
 *   seen before                  counted; the citizen is answered once
 *   receipts and the unknown     counted, nothing is written
 *   an event no row can hold     counted and skipped: refusing the webhook would only bring it back
 *   the commit fails             503; nothing is kept, the platform repeats all of it
 *   older than the platform's window   recorded, but no turn: no answer could be delivered
 *   longer than any platform takes     its beginning is recorded: masking and reading take time in proportion */
#include "daemon/base/log.h"
#include "daemon/base/mask.h"
#include "daemon/base/metrics.h"
#include "daemon/base/text.h"
#include "daemon/intake/webhook.h"
#include "daemon/store/store_citizen.h"
#include "daemon/store/store_outbox.h"

#include <string.h>

#define TEXT_UNITS_MAX 8000 /* both platforms end at 2,000 */

static bool is_question(enum event_kind kind)
{
	return kind == EVENT_TEXT || kind == EVENT_PAYLOAD || kind == EVENT_EDIT ||
	       kind == EVENT_ATTACHMENT || kind == EVENT_STICKER || kind == EVENT_FOLLOW;
}

static bool is_recorded(const struct event *e)
{
	switch (e->kind) {
	case EVENT_DELIVERED:
	case EVENT_SEEN:
	case EVENT_POLICY:
	case EVENT_OTHER: return false;
	default: return e->user && e->dedupe;
	}
}

static bool is_too_late(const struct webhook *w, const struct event *e)
{
	return e->time_ms && w->now_ms - e->time_ms > w->adapter->window_ms;
}

/* --- In the store thread. --- */

static enum err question_record(
	struct store_tx *tx, const struct webhook *w, const struct event *e, struct recorded *r)
{
	const struct citizen_key key = {e->channel, e->account, e->user};
	int64_t at_ms = e->time_ms && e->time_ms < w->now_ms ? e->time_ms : w->now_ms;
	enum err err;

	r->waits = !is_too_late(w, e);
	err = store_event_add(tx, e, w->now_ms, r->waits, &r->event_id);
	if (err == OK)
		err = store_citizen_touch(tx, &key, at_ms);
	return err;
}

/* The new text is answered only if the old one was not yet. */
static enum err edit_record(
	struct store_tx *tx, const struct webhook *w, const struct event *e, struct recorded *r)
{
	enum err err = question_record(tx, w, e, r);

	if (err != OK)
		return err;
	err = store_event_withdraw(tx, e->channel, e->account, e->msg_id, r->event_id, w->now_ms);
	if (err != ERR_NOT_FOUND || !r->waits)
		return err == ERR_NOT_FOUND ? OK : err;
	r->waits = false;
	return store_event_settle(tx, r->event_id, w->now_ms);
}

/* Ours came back, or a person wrote: then the bot is silent for a while. What was written is nobody's
 * business here. */
static enum err echo_record(
	struct store_tx *tx, const struct webhook *w, const struct event *e, struct recorded *r)
{
	const struct citizen_key key = {e->channel, e->account, e->user};
	struct event bare = *e;
	enum err err;

	bare.text = bare.payload = NULL;
	err = store_event_add(tx, &bare, w->now_ms, false, &r->event_id);
	if (err == OK)
		err = store_outbox_echo(tx, e, w->now_ms, w->intake->o.echo_within_ms, &r->outbox_id);
	if (err == OK && !r->outbox_id && e->kind == EVENT_STAFF)
		err = store_citizen_pause(tx, &key, w->now_ms + w->intake->o.pause_ms);
	return err;
}

static enum err notice_record(
	struct store_tx *tx, const struct webhook *w, const struct event *e, struct recorded *r)
{
	const struct citizen_key key = {e->channel, e->account, e->user};
	enum err err = store_event_add(tx, e, w->now_ms, false, &r->event_id);

	if (err != OK)
		return err;
	if (e->kind == EVENT_UNFOLLOW)
		return store_citizen_unfollow(tx, &key);
	if (e->kind == EVENT_BOT_ON)
		return store_citizen_pause(tx, &key, 0);
	if (e->kind == EVENT_DELETE)
		err = store_event_withdraw(tx, e->channel, e->account, e->msg_id, r->event_id, w->now_ms);
	return err == ERR_NOT_FOUND ? OK : err;
}

static enum err event_record(
	struct store_tx *tx, const struct webhook *w, const struct event *e, struct recorded *r)
{
	if (e->kind == EVENT_EDIT)
		return edit_record(tx, w, e, r);
	if (is_question(e->kind))
		return question_record(tx, w, e, r);
	if (e->kind == EVENT_ECHO || e->kind == EVENT_STAFF)
		return echo_record(tx, w, e, r);
	return notice_record(tx, w, e, r);
}

static enum err record_job(struct store_tx *tx, void *arg)
{
	struct webhook *w = arg;

	for (size_t n = 0; n < w->events.count; n++) {
		struct recorded *r = &w->recorded[n];
		enum err err;

		*r = (struct recorded){0};
		if (!is_recorded(&w->events.items[n]))
			continue;
		err = event_record(tx, w, &w->events.items[n], r);
		if (err == ERR_EXISTS)
			r->duplicate = true;
		else if (err != OK && err != ERR_FORMAT && err != ERR_LIMIT)
			return err;
		if (err != OK)
			r->event_id = r->outbox_id = 0;
	}
	return OK;
}

/* --- On the loop. --- */

static void count(const struct webhook *w)
{
	uint64_t recorded = 0, duplicates = 0;

	for (size_t n = 0; n < w->events.count; n++) {
		recorded += w->recorded[n].event_id != 0;
		duplicates += w->recorded[n].duplicate;
	}
	metric_add(METRIC_event_recorded, recorded);
	metric_add(METRIC_event_duplicate, duplicates);
	metric_add(METRIC_event_ignored, w->events.count - recorded - duplicates);
	metric_add(METRIC_event_unknown_account, w->events.unknown_account);
}

static void tell(const struct webhook *w)
{
	const struct intake_options *o = &w->intake->o;

	for (size_t n = 0; n < w->events.count; n++) {
		const struct recorded *r = &w->recorded[n];

		if (r->outbox_id && o->outbox_cb)
			o->outbox_cb(o->arg, r->outbox_id);
		if (r->event_id && r->waits && o->event_cb)
			o->event_cb(
				o->arg, &(struct stored_event){r->event_id, w->events.items[n], w->now_ms});
	}
}

static void record_failed(struct webhook *w, enum err err)
{
	struct quiet *q = &w->intake->failures;

	if (quiet_may_speak(q, w->now_ms)) {
		log_error("adapter=%s more=%lu could not write a webhook, the platform will repeat it: %s",
			w->adapter->name, q->held_back, err_words(err));
		q->held_back = 0;
	}
	webhook_end(w, 503, "could not write it, come again\n");
}

static void record_done(void *arg, enum err err)
{
	struct webhook *w = arg;

	if (err != OK) {
		record_failed(w, err);
		return;
	}
	count(w);
	http_answer_text(w->x, 200, "EVENT_RECEIVED\n");
	w->x = NULL;
	tell(w);
	webhook_end(w, 200, NULL);
}

static void policy_alarm(const struct webhook *w)
{
	for (size_t n = 0; n < w->events.count; n++)
		if (w->events.items[n].kind == EVENT_POLICY)
			log_error("adapter=%s account=%s event=%s the platform warns or blocks this account",
				w->adapter->name,
				w->events.items[n].account ? w->events.items[n].account : "?",
				w->events.items[n].name ? w->events.items[n].name : "?");
}

static enum err shorten(struct webhook *w, const char **text)
{
	size_t len = strlen(*text);

	if (len <= TEXT_UNITS_MAX)
		return OK;
	*text = arena_copy(&w->arena, *text, text_utf16_prefix(*text, TEXT_UNITS_MAX));
	return *text ? OK : ERR_NOMEM;
}

/* A payload too: what looks like one of ours may have been typed ("#a0912345678"). Records' ids are no shapes of personal
 * numbers and stay. */
static enum err mask(struct webhook *w, struct event *e)
{
	enum err err = OK;

	if (e->text && is_question(e->kind)) {
		err = shorten(w, &e->text);
		if (err == OK)
			err = mask_text(&w->arena, e->text, &e->text, NULL);
	}
	if (err == OK && e->payload)
		err = mask_text(&w->arena, e->payload, &e->payload, NULL);
	return err;
}

static enum err prepare(struct webhook *w, size_t *ret_to_record)
{
	size_t to_record = 0;
	enum err err = OK;

	w->recorded = arena_array(&w->arena, w->events.count, sizeof *w->recorded);
	if (!w->recorded)
		return ERR_NOMEM;
	for (size_t n = 0; n < w->events.count && err == OK; n++)
		if (is_recorded(&w->events.items[n])) {
			to_record++;
			err = mask(w, &w->events.items[n]);
		}
	*ret_to_record = to_record;
	return err;
}

void webhook_record(struct webhook *w)
{
	size_t to_record;
	enum err err = prepare(w, &to_record);

	policy_alarm(w);
	if (err == OK && to_record == 0) {
		record_done(w, OK);
		return;
	}
	if (err == OK)
		err = store_submit(w->intake->o.store, record_job, record_done, w);
	if (err == ERR_QUEUE_FULL) {
		metric_add(METRIC_webhook_refused_busy, 1);
		webhook_end(w, 503, "busy, come again\n");
	} else if (err != OK) {
		record_failed(w, err);
	}
}
