/* tell.c - one wait after another: due ─▶ think (a record) or fill in (staff's words) ─▶ outbox row and `telling`, in one commit.
 *   the window is closed, or will be in a moment; unfollowed; no account   unreachable, with the reason
 *   its record is not in force (yet)                                      stays due, looked at again a minute later
 *   thinking or writing fails                                             stays due */
#include "daemon/turn/tell.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/map.h"
#include "daemon/base/metrics.h"
#include "daemon/store/store_citizen.h"
#include "daemon/store/store_outbox.h"
#include "daemon/store/store_wait.h"
#include "daemon/turn/conversation.h"
#include "daemon/turn/worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_DEFAULT_MS 1000
#define LOOK_AGAIN_MS (60 * 1000) /* behind a look that could do nothing for what it found */
#define MARGIN_MS (60 * 1000)     /* of the window: the last minute is left to the way there */
#define ARENA_MAX ((size_t)4 << 20)

struct tell {
	struct tell_options o;
	struct loop_timer *timer;
	struct store_reader *reader;
	bool busy, closing;
	bool left_some; /* of this look something stays due */
	void (*closed_cb)(void *arg);
	void *closed_arg;

	struct arena arena; /* of the wait at hand: */
	char after[16];     /* code of the last one of this look; "": at the beginning */
	struct wait wait;
	struct citizen citizen;
	const struct account *account;
	const char *unreachable; /* why; NULL: it can be told */
	struct stored_event stored;
	struct thought thought;
	bool thinking; /* the thought holds a turn */
	struct outbox_row row;
	int64_t outbox_id, now_ms;
	size_t told, lost;
};

static void next(struct tell *t);

static void tell_free(struct tell *t)
{
	if (t->timer)
		loop_timer_close(t->timer);
	store_reader_close(t->reader);
	arena_release(&t->arena);
	free(t);
}

/* From the timer, because we may be inside a callback of what is closed next. */
static void rest(struct tell *t, int64_t ms)
{
	t->busy = false;
	loop_timer_start(t->timer, t->closing ? 0 : ms);
}

static void item_end(struct tell *t)
{
	if (t->thinking)
		turn_release(&t->thought.turn);
	t->thinking = false;
	next(t);
}

static void item_left(struct tell *t)
{
	t->left_some = true;
	item_end(t);
}

/* --- Writing ----------------------------------------------------------------------------------------- */

static enum err write_job(struct store_tx *tx, void *arg)
{
	struct tell *t = arg;
	const struct turn *turn = &t->thought.turn;
	enum err err;

	if (t->unreachable)
		return store_wait_unreachable(tx, t->wait.code, t->unreachable, t->now_ms);
	err = store_outbox_add(tx, &t->row, &t->outbox_id);
	if (!err)
		err = store_wait_telling(tx, t->wait.code, t->outbox_id, t->now_ms);
	if (!err && t->thinking && turn->remember)
		err = store_citizen_remember_unless(
			tx, &t->wait.citizen, turn->remember, t->citizen.conversation_ms, t->now_ms);
	return err;
}

static void written(void *arg, enum err err)
{
	struct tell *t = arg;

	if (err != OK) {
		if (err != ERR_NOT_FOUND) /* then it was fetched, or withdrawn, a moment ago */
			log_warning("an answer could not be handed to the outbox, trying again: %s",
				err_words(err));
		item_left(t);
		return;
	}
	if (t->unreachable)
		metric_add(METRIC_wait_unreachable, 1);
	log_info("wait=%s", t->unreachable ? "unreachable" : "telling");
	if (!t->unreachable)
		t->o.reply_cb(t->o.arg, t->outbox_id);
	item_end(t);
}

static void write(struct tell *t)
{
	t->outbox_id = 0;
	if (store_submit(t->o.store, write_job, written, t) != OK)
		item_left(t);
}

static void give_up(struct tell *t, const char *reason)
{
	t->unreachable = reason;
	write(t);
}

/* --- The message ------------------------------------------------------------------------------------- */

static int64_t window_end_ms(const struct tell *t)
{
	return t->citizen.last_ms + t->account->adapter->window_ms - MARGIN_MS;
}

static void send(struct tell *t, struct reply *reply)
{
	const struct wait *w = &t->wait;
	enum err err;

	t->row = (struct outbox_row){.channel = w->citizen.channel,
		.account = w->citizen.account,
		.user = w->citizen.user,
		.conversation_id = w->conversation_id,
		.state = OUTBOX_DUE,
		.created_ms = t->now_ms,
		.due_ms = t->now_ms,
		.expires_ms = window_end_ms(t)};
	err = reply->text ? t->account->adapter->split(&t->arena, t->account, reply, &t->row.parts)
			  : ERR_NOMEM;
	if (err == OK)
		write(t);
	else
		item_left(t);
}

static void words_send(struct tell *t)
{
	const struct phrase_value values[] = {
		{"code", t->wait.code}, {"answer", t->wait.answer}, {NULL, NULL}};
	const char *name = t->wait.case_id ? "told_case" : "told_answer";

	send(t, &(struct reply){.text = phrase(t->o.phrases, &t->arena, name, values)});
}

/* A reflection that is being taken down goes on. */
static bool is_taken_down(struct tell *t)
{
	struct talk before;

	return talk_parse(&t->arena, t->citizen.conversation, &before) != OK || before.open.step != OPEN_NONE;
}

static void thought_done(void *arg)
{
	struct tell *t = OWNER_OF(arg, struct tell, thought);
	struct turn *turn = &t->thought.turn;
	const struct phrase_value values[] = {{"code", t->wait.code}, {NULL, NULL}};
	const char *lead = phrase(t->o.phrases, &t->arena, "told_record", values);
	struct reply reply = turn->reply;

	t->thinking = true;
	if (t->thought.err != OK || turn->outcome != OUTCOME_ANSWER || !reply.text || !lead) {
		item_left(t);
		return;
	}
	if (is_taken_down(t))
		turn->remember = NULL;
	reply.text = arena_printf(&t->arena, "%s\n\n%s", lead, reply.text);
	send(t, &reply);
}

/* As if the record's button had been tapped. */
static void record_send(struct tell *t)
{
	t->stored =
		(struct stored_event){.event = {.kind = EVENT_PAYLOAD,
					      .channel = t->wait.citizen.channel,
					      .account = t->wait.citizen.account,
					      .user = t->wait.citizen.user,
					      .conversation_id = t->wait.conversation_id,
					      .payload = arena_printf(&t->arena, "#tt:%s", t->wait.record)}};
	t->thought = (struct thought){.stored = &t->stored, .account = t->account};
	if (!t->stored.event.payload || turns_think(t->o.turns, thought_done, &t->thought) != OK)
		item_left(t);
}

/* --- One after another ------------------------------------------------------------------------------- */

static const struct account *account_of(const struct tell *t)
{
	const struct citizen_key *key = &t->wait.citizen;

	for (size_t i = 0; i < t->o.accounts->count; i++) {
		const struct account *a = &t->o.accounts->items[i];

		if (strcmp(a->adapter->name, key->channel) == 0 && strcmp(a->id, key->account) == 0)
			return a;
	}
	return NULL;
}

/* Why the citizen must not, or cannot, be written to; NULL: may be. In words for staff, who see the list. */
static const char *hindrance(const struct tell *t)
{
	if (!t->account)
		return "its account is not configured any more";
	if (t->citizen.unfollowed)
		return "does not follow any more";
	if (t->citizen.unreachable)
		return "the platform says nobody is there";
	if (t->now_ms >= window_end_ms(t))
		return "outside the platform's window";
	return NULL;
}

static void begin(struct tell *t)
{
	t->account = account_of(t);
	t->unreachable = hindrance(t);
	if (t->unreachable)
		give_up(t, t->unreachable);
	else if (t->wait.answer)
		words_send(t);
	else
		record_send(t);
}

static enum err wait_take(struct tell *t, size_t *ret_count)
{
	struct wait *items;
	enum err err;

	arena_reset(&t->arena);
	t->now_ms = clock_now_ms();
	err = store_wait_due(t->reader, &t->arena, t->now_ms, t->after, 1, &items, ret_count);
	if (err || !*ret_count)
		return err;
	t->wait = items[0];
	snprintf(t->after, sizeof t->after, "%s", t->wait.code);
	return store_citizen_get(t->reader, &t->arena, &t->wait.citizen, &t->citizen);
}

static void next(struct tell *t)
{
	size_t count = 0;
	enum err err = t->closing ? OK : wait_take(t, &count);

	if (err != OK)
		log_warning("could not read who waits, trying again: %s", err_words(err));
	if (err == OK && count)
		begin(t);
	else
		rest(t, err != OK || t->left_some ? LOOK_AGAIN_MS : t->o.look_ms);
}

/* --- What became of the answers ----------------------------------------------------------------------- */

static enum err settle_job(struct store_tx *tx, void *arg)
{
	struct tell *t = arg;

	return store_wait_settle(tx, t->now_ms, &t->told, &t->lost);
}

static void settled(void *arg, enum err err)
{
	struct tell *t = arg;

	if (err == OK) {
		metric_add(METRIC_wait_told, t->told);
		metric_add(METRIC_wait_unreachable, t->lost);
	}
	next(t);
}

static void look(void *arg)
{
	struct tell *t = arg;
	bool telling = false;

	if (t->closing) {
		void (*closed_cb)(void *arg) = t->closed_cb;
		void *closed_arg = t->closed_arg;

		tell_free(t);
		closed_cb(closed_arg);
		return;
	}
	t->busy = true;
	t->left_some = false;
	t->after[0] = '\0';
	t->now_ms = clock_now_ms();
	if (store_wait_is_telling(t->reader, &telling) == OK && telling &&
		store_submit(t->o.store, settle_job, settled, t) == OK)
		return;
	next(t);
}

/* --- Open and close ----------------------------------------------------------------------------------- */

enum err tell_open(const struct tell_options *o, struct tell **ret_tell, struct why *why)
{
	struct tell *t = calloc(1, sizeof *t);
	enum err err;

	if (!t)
		return why_set(why, ERR_NOMEM, "could not start telling who waits: out of memory");
	t->o = *o;
	t->o.look_ms = o->look_ms ? o->look_ms : LOOK_DEFAULT_MS;
	arena_init(&t->arena, ARENA_MAX);
	err = store_reader_open(o->state_path, &t->reader, why);
	if (err == OK)
		err = loop_timer_open(o->loop, look, t, &t->timer);
	if (err != OK) {
		tell_free(t);
		return err;
	}
	rest(t, t->o.look_ms);
	*ret_tell = t;
	return OK;
}

void tell_close(struct tell *t, void (*closed_cb)(void *arg), void *arg)
{
	t->closing = true;
	t->closed_cb = closed_cb;
	t->closed_arg = arg;
	if (!t->busy)
		rest(t, 0);
}
