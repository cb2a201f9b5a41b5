/* outbox.c - which reply goes next. A row that is known has an entry:
 *   WAITING  behind an older one of the same citizen, or for its time
 *   READY    in its sender's queue: goes as soon as the account's rate and in_flight_max allow
 *   RUNNING  a delivery is on its way; the only one of its citizen
 *   UNKNOWN  it may have arrived: waits for its echo, outside its lane: the citizen's next answer is not held up
 * Every look_ms the clock, failed commits and what other processes changed are looked at, so that neither a clock set by
 * hand nor a lost wake-up leaves a row behind. */
#include "daemon/outbox/outbox_internal.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/metrics.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define IN_FLIGHT_DEFAULT 64
#define PER_SECOND_DEFAULT 10
#define UNKNOWN_WAIT_DEFAULT_MS (60 * 1000)
#define HELD_DEFAULT 4096
#define LOOK_DEFAULT_MS 1000
#define DELIVERY_ARENA ((size_t)1 << 20)

void outbox_timer_by(struct outbox *ob, int64_t at_ms)
{
	int64_t now_ms = clock_now_ms();

	if (ob->timer_ms && ob->timer_ms <= at_ms)
		return;
	ob->timer_ms = at_ms > now_ms ? at_ms : now_ms;
	loop_timer_start(ob->timer, ob->timer_ms - now_ms);
}

/* From the timer, because we may be inside a callback of what has to be closed next. */
static void end_if_idle(struct outbox *ob)
{
	if (ob->closing && ob->in_flight == 0 && !ob->means.tokens)
		outbox_timer_by(ob, clock_now_ms());
}

/* --- Deliveries. --- */

static struct delivery *delivery_take(struct outbox *ob)
{
	struct delivery *d = ob->spare;

	if (!d) {
		d = calloc(1, sizeof *d);
		if (d)
			arena_init(&d->arena, DELIVERY_ARENA);
		return d;
	}
	ob->spare = d->next;
	return d;
}

static void delivery_put(struct outbox *ob, struct delivery *d)
{
	struct arena arena = d->arena;

	arena_reset(&arena);
	*d = (struct delivery){.arena = arena, .next = ob->spare};
	ob->spare = d;
}

/* The row behind `id` with a delivery to carry it; NULL when out of memory or the table cannot be read. */
static struct delivery *delivery_load(struct outbox *ob, int64_t id)
{
	struct delivery *d = ob->loaded;
	enum err err;

	if (d && d->row.id == id) {
		ob->loaded = NULL;
		return d;
	}
	d = delivery_take(ob);
	err = d ? store_outbox_get(ob->means.reader, &d->arena, id, &d->row) : OK;
	if (err == ERR_NOT_FOUND) { /* erased */
		d->row = (struct outbox_row){.id = id, .state = OUTBOX_DEAD};
	} else if (err != OK) {
		delivery_put(ob, d);
		return NULL;
	}
	return d;
}

static void running_remove(struct outbox *ob, struct delivery *d)
{
	struct delivery **at = &ob->running;

	while (*at != d)
		at = &(*at)->next;
	*at = d->next;
}

static void dispatch(struct outbox *ob);

static void delivery_done(struct delivery *d)
{
	struct outbox *ob = OWNER_OF(d->means, struct outbox, means);
	struct entry *e = d->entry;

	ob->in_flight--;
	running_remove(ob, d);
	if (e->lane.lane)
		lane_rest(&e->lane);
	if ((d->row.state != OUTBOX_DUE && d->row.state != OUTBOX_UNKNOWN) ||
		entry_place(ob, e, &d->row) != OK)
		entry_free(ob, e);
	delivery_put(ob, d);
	dispatch(ob);
	end_if_idle(ob);
}

static struct delivery *delivery_begin(struct outbox *ob, struct entry *e)
{
	struct delivery *d = delivery_load(ob, e->id);

	if (!d)
		return NULL;
	e->place = RUNNING;
	d->means = &ob->means;
	d->entry = e;
	d->sender = e->sender;
	d->done_cb = delivery_done;
	d->next = ob->running;
	ob->running = d;
	ob->in_flight++;
	return d;
}

/* Somebody else moved the row. */
static void delivery_moved(struct delivery *d)
{
	if (d->row.state == OUTBOX_SENT)
		metric_add(METRIC_outbox_sent, 1); /* by an echo */
	delivery_done(d);
}

/* The table cannot be read, or no memory: the entry waits a little. */
static void entry_later(struct outbox *ob, struct entry *e)
{
	e->place = e->lane.lane ? WAITING : UNKNOWN;
	e->due_ms = clock_now_ms() + ob->o.look_ms;
	outbox_timer_by(ob, e->due_ms);
}

static void entry_send(struct outbox *ob, struct entry *e)
{
	struct delivery *d;

	lane_run(&e->lane);
	d = delivery_begin(ob, e);
	if (!d) {
		lane_rest(&e->lane);
		entry_later(ob, e);
		return;
	}
	if (d->row.state == OUTBOX_DUE && d->row.due_ms <= clock_now_ms())
		delivery_send(d);
	else
		delivery_moved(d);
}

/* An operator's silence: rows of a stopped account end when they are too old, like all others. */
static bool sendable(const struct sender *s, const struct entry *e, int64_t now_ms)
{
	return !s->stopped || e->expires_ms <= now_ms;
}

static bool dispatch_one(struct outbox *ob, struct sender *s)
{
	int64_t now_ms = clock_now_ms(), wait_ms;

	if (!s->ready || !sendable(s, s->ready, now_ms))
		return false;
	wait_ms = s->stopped ? 0 : rate_take(&s->rate, now_ms);
	if (wait_ms > 0) {
		outbox_timer_by(ob, now_ms + wait_ms);
		return false;
	}
	entry_send(ob, entry_ready_take(s));
	return true;
}

/* One of each account in turn, so that a busy one does not hold up the others. */
static void dispatch(struct outbox *ob)
{
	bool any = !ob->closing;

	if (ob->dispatching)
		return; /* a delivery ended at once: the loop further up goes on */
	ob->dispatching = true;
	while (any && ob->in_flight < ob->o.in_flight_max) {
		any = false;
		for (size_t i = 0; i <= ob->o.accounts->count && ob->in_flight < ob->o.in_flight_max; i++)
			any |= dispatch_one(ob, &ob->senders[i]);
	}
	ob->dispatching = false;
	if (ob->more && ob->by_id.count < ob->o.held_max / 2 && !ob->closing)
		outbox_timer_by(ob, clock_now_ms());
}

/* --- The clock. --- */

static void unknown_due(struct outbox *ob, struct entry *e)
{
	struct delivery *d = delivery_begin(ob, e);

	if (!d)
		entry_later(ob, e);
	else if (d->row.state == OUTBOX_UNKNOWN && d->row.due_ms + ob->o.unknown_wait_ms <= clock_now_ms())
		delivery_end_unknown(d, ob->o.resend_unknown);
	else
		delivery_moved(d);
}

static void entries_look(struct outbox *ob)
{
	int64_t now_ms = clock_now_ms();
	struct entry *next;

	for (struct entry *e = ob->entries; e; e = next) {
		next = e->next;
		if (e->place == WAITING)
			entry_promote(ob, e);
		else if (e->place == UNKNOWN && e->due_ms <= now_ms)
			unknown_due(ob, e);
		else if (e->place == UNKNOWN)
			outbox_timer_by(ob, e->due_ms);
	}
}

static void unsettled_look(struct outbox *ob)
{
	for (struct delivery *d = ob->running; d; d = d->next)
		if (d->unsettled)
			delivery_settle(d);
}

static void outbox_free(struct outbox *ob)
{
	struct delivery *next;

	ob->closing = true; /* nothing becomes ready any more */

	while (ob->entries)
		entry_free(ob, ob->entries);
	for (struct delivery *d = ob->spare; d; d = next) {
		next = d->next;
		arena_release(&d->arena);
		free(d);
	}
	lanes_release(&ob->lanes);
	map_release(&ob->by_id);
	loop_timer_close(ob->timer);
	store_reader_close(ob->means.reader);
	free(ob->senders);
	free(ob);
}

static void outbox_end(struct outbox *ob)
{
	void (*closed_cb)(void *arg) = ob->closed_cb;
	void *arg = ob->closed_arg;

	outbox_free(ob);
	closed_cb(arg);
}

static void timer_due(void *arg)
{
	struct outbox *ob = arg;

	ob->timer_ms = 0;
	outbox_timer_by(ob, clock_now_ms() + ob->o.look_ms);
	unsettled_look(ob);
	if (ob->closing) {
		if (ob->in_flight == 0 && !ob->means.tokens)
			outbox_end(ob);
		return;
	}
	if (store_changed(ob->o.store)) {
		for (size_t i = 0; i < ob->o.accounts->count; i++)
			ob->senders[i].stopped = false; /* an operator did something: try */
		entries_read_all(ob);
	}
	entries_read_more(ob);
	entries_look(ob);
	dispatch(ob);
}

/* --- The outside. --- */

static void wake_known(struct outbox *ob, struct entry *e)
{
	if (e->place == UNKNOWN) { /* its echo came */
		e->due_ms = clock_now_ms();
		outbox_timer_by(ob, e->due_ms);
	}
}

void outbox_wake(struct outbox *ob, int64_t outbox_id)
{
	struct entry *e = entry_of(ob, outbox_id);

	if (ob->closing)
		return;
	if (e) {
		wake_known(ob, e);
		return;
	}
	if (ob->more && outbox_id > ob->last_id)
		return; /* entries_read_more() comes to it, in order */
	ob->loaded = ob->by_id.count < ob->o.held_max ? delivery_load(ob, outbox_id) : NULL;
	if (!ob->loaded || entry_add(ob, &ob->loaded->row) == ERR_NOMEM) {
		ob->more = true;
		ob->last_id = outbox_id - 1 < ob->last_id ? outbox_id - 1 : ob->last_id;
	} else if (outbox_id > ob->last_id) {
		ob->last_id = outbox_id;
	}
	dispatch(ob);
	if (ob->loaded)
		delivery_put(ob, ob->loaded);
	ob->loaded = NULL;
}

size_t outbox_in_flight(const struct outbox *ob)
{
	return ob->in_flight;
}

size_t outbox_held(const struct outbox *ob)
{
	return ob->by_id.count;
}

const char *outbox_account_state(const struct outbox *ob, const struct account *account)
{
	for (size_t i = 0; i < ob->o.accounts->count; i++)
		if (ob->senders[i].account == account && ob->senders[i].stopped)
			return "stopped";
	return tokens_state(ob->means.tokens, account);
}

/* --- Open and close. --- */

static enum err recover_job(struct store_tx *tx, void *arg)
{
	return store_outbox_recover(tx, clock_now_ms(), arg);
}

static void sender_init(struct outbox *ob, struct sender *s, const struct account *account)
{
	unsigned per_second = ob->o.per_second_max;

	if (!per_second)
		per_second = account && account->adapter->per_second_max ? account->adapter->per_second_max
									 : PER_SECOND_DEFAULT;
	*s = (struct sender){.account = account};
	s->ready_end = &s->ready;
	rate_init(&s->rate, per_second, clock_now_ms());
}

static enum err sender_open(struct outbox *ob, struct sender *s, const struct account *account)
{
	struct arena arena;
	struct token token;
	enum err err;

	sender_init(ob, s, account);
	arena_init(&arena, DELIVERY_ARENA);
	err = store_token_get(ob->means.reader, &arena, account->adapter->name, account->id, &token);
	if (err == OK)
		s->buttons_refused_until_ms = token.buttons_refused_until_ms;
	arena_release(&arena);
	return err;
}

static void defaults(struct outbox_options *o)
{
	o->in_flight_max = o->in_flight_max ? o->in_flight_max : IN_FLIGHT_DEFAULT;
	o->unknown_wait_ms = o->unknown_wait_ms ? o->unknown_wait_ms : UNKNOWN_WAIT_DEFAULT_MS;
	o->held_max = o->held_max ? o->held_max : HELD_DEFAULT;
	o->look_ms = o->look_ms ? o->look_ms : LOOK_DEFAULT_MS;
}

static enum err recover(struct outbox *ob)
{
	size_t unknown = 0;
	enum err err = store_do(ob->o.store, recover_job, &unknown);

	for (size_t i = 0; err == OK && i < ob->o.accounts->count; i++)
		err = sender_open(ob, &ob->senders[i], &ob->o.accounts->items[i]);
	if (err != OK)
		return err;
	sender_init(ob, &ob->senders[ob->o.accounts->count], NULL);
	if (unknown)
		log_warning("replies=%zu were being sent when the program stopped: waiting for their echoes",
			unknown);
	entries_read_all(ob);
	return OK;
}

enum err outbox_open(const struct outbox_options *o, struct outbox **ret_outbox, struct why *why)
{
	struct outbox *ob = calloc(1, sizeof *ob);
	enum err err = ERR_NOMEM;

	if (!ob)
		return why_set(why, err, "could not start the outbox: out of memory");
	ob->o = *o;
	defaults(&ob->o);
	ob->means = (struct delivery_means){.store = o->store, .client = o->client};
	ob->senders = calloc(o->accounts->count + 1, sizeof *ob->senders);
	if (ob->senders)
		err = loop_timer_open(o->loop, timer_due, ob, &ob->timer);
	if (err == OK)
		err = store_reader_open(o->state_path, &ob->means.reader, why);
	if (err == OK)
		err = recover(ob);
	if (err == OK)
		err = tokens_open(&(struct tokens_options){.loop = o->loop,
					  .store = o->store,
					  .state_path = o->state_path,
					  .client = o->client,
					  .accounts = o->accounts},
			&ob->means.tokens, why);
	if (err != OK) {
		if (why && !why->text[0])
			why_set(why, err, "could not start the outbox: %s", err_words(err));
		outbox_free(ob);
		return err;
	}
	outbox_timer_by(ob, clock_now_ms());
	*ret_outbox = ob;
	return OK;
}

static void tokens_closed(void *arg)
{
	struct outbox *ob = arg;

	ob->means.tokens = NULL;
	end_if_idle(ob);
}

void outbox_close(struct outbox *ob, void (*closed_cb)(void *arg), void *arg)
{
	struct tokens *tokens = ob->means.tokens;

	ob->closing = true;
	ob->closed_cb = closed_cb;
	ob->closed_arg = arg;
	tokens_close(tokens, tokens_closed, ob);
}
