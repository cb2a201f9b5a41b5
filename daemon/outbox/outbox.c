/* outbox.c - which reply goes next. A row that is known has an entry:
 *   WAITING  behind an older one of the same citizen, or for its time
 *   READY    in its sender's queue: goes as soon as the account's rate and in_flight_max allow
 *   RUNNING  a delivery is on its way; the only one of its citizen
 *   UNKNOWN  it may have arrived: waits for its echo, outside its lane, so that the citizen's next answer is
 * not held up The table is the truth: an entry is a number, the row is read when its turn comes. When too
 * many are known, the rest waits in the table (`more`) and is read in order of id. Every look_ms the clock,
 * failed commits and what other processes changed are looked at, so that neither a clock set by hand nor a
 * lost wake-up leaves a row behind. */
#include "daemon/outbox/outbox.h"

#include "daemon/base/clock.h"
#include "daemon/base/lanes.h"
#include "daemon/base/log.h"
#include "daemon/base/metrics.h"
#include "daemon/outbox/delivery.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define IN_FLIGHT_DEFAULT 64
#define PER_SECOND_DEFAULT 10
#define UNKNOWN_WAIT_DEFAULT_MS (60 * 1000)
#define HELD_DEFAULT 4096
#define LOOK_DEFAULT_MS 1000
#define PAGE 64
#define PAGE_ARENA ((size_t)64 << 20)
#define DELIVERY_ARENA ((size_t)1 << 20)

enum place { WAITING, READY, RUNNING, UNKNOWN };

struct entry {
	struct map_node by_id;
	struct lane_item lane;     /* but for UNKNOWN */
	struct entry *prev, *next; /* all entries */
	struct entry *ready_next;  /* READY */
	struct sender *sender;
	int64_t id, due_ms, expires_ms;
	enum place place;
};

struct outbox {
	struct outbox_options o;
	struct delivery_means means;
	struct sender *senders; /* one an account, same order, and one for rows whose account is gone */
	struct loop_timer *timer;
	int64_t timer_ms; /* when it is due; 0: not started */

	struct lanes lanes;
	struct map by_id;
	struct entry *entries;
	size_t in_flight;
	int64_t last_id; /* rows up to here were looked at */
	bool more;       /* rows behind it wait in the table */
	bool dispatching;
	struct delivery *running, *spare;
	struct delivery *loaded; /* read for outbox_wake(), not started yet */

	bool closing;
	void (*closed_cb)(void *arg);
	void *closed_arg;
};

static void timer_by(struct outbox *ob, int64_t at_ms)
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
		timer_by(ob, clock_now_ms());
}

/* --- Entries. --- */

static struct entry *entry_of(const struct outbox *ob, int64_t id)
{
	for (struct map_node *n = map_first(&ob->by_id, map_hash_number((uint64_t)id)); n; n = map_next(n)) {
		struct entry *e = OWNER_OF(n, struct entry, by_id);

		if (e->id == id)
			return e;
	}
	return NULL;
}

static struct sender *sender_of(const struct outbox *ob, const struct outbox_row *row)
{
	for (size_t i = 0; i < ob->o.accounts->count; i++) {
		const struct account *a = ob->senders[i].account;

		if (strcmp(a->adapter->name, row->channel) == 0 && strcmp(a->id, row->account) == 0)
			return &ob->senders[i];
	}
	return &ob->senders[ob->o.accounts->count];
}

static void ready_put(struct entry *e)
{
	e->place = READY;
	e->ready_next = NULL;
	*e->sender->ready_end = e;
	e->sender->ready_end = &e->ready_next;
}

static struct entry *ready_take(struct sender *s)
{
	struct entry *e = s->ready;

	s->ready = e->ready_next;
	if (!s->ready)
		s->ready_end = &s->ready;
	return e;
}

static void entry_promote(struct outbox *ob, struct entry *e)
{
	if (ob->closing || e->place != WAITING || !lane_may_run(&e->lane))
		return;
	if (e->due_ms > clock_now_ms())
		timer_by(ob, e->due_ms);
	else
		ready_put(e);
}

static void lane_leave(struct outbox *ob, struct entry *e)
{
	struct lane_item *first = lanes_remove(&ob->lanes, &e->lane);

	if (first)
		entry_promote(ob, OWNER_OF(first, struct entry, lane));
}

static void entry_free(struct outbox *ob, struct entry *e)
{
	if (e->lane.lane)
		lane_leave(ob, e);
	map_remove(&ob->by_id, &e->by_id);
	*(e->prev ? &e->prev->next : &ob->entries) = e->next;
	if (e->next)
		e->next->prev = e->prev;
	free(e);
}

/* Where the row says it is. */
static enum err entry_place(struct outbox *ob, struct entry *e, const struct outbox_row *row)
{
	enum err err = OK;

	e->due_ms = row->due_ms;
	e->expires_ms = row->expires_ms;
	if (row->state == OUTBOX_UNKNOWN) {
		if (e->lane.lane)
			lane_leave(ob, e);
		e->place = UNKNOWN;
		e->due_ms += ob->o.unknown_wait_ms;
		timer_by(ob, e->due_ms);
		return OK;
	}
	e->place = WAITING;
	if (!e->lane.lane)
		err = lanes_add(&ob->lanes, row->channel, row->account, row->user, row->id, &e->lane);
	if (err == OK)
		entry_promote(ob, e);
	return err;
}

/* ERR_NOT_FOUND: there is nothing left to do for it. */
static enum err entry_add(struct outbox *ob, const struct outbox_row *row)
{
	struct entry *e;

	if (row->state != OUTBOX_DUE && row->state != OUTBOX_UNKNOWN)
		return ERR_NOT_FOUND;
	e = calloc(1, sizeof *e);
	if (!e || map_add(&ob->by_id, &e->by_id, map_hash_number((uint64_t)row->id)) != OK) {
		free(e);
		return ERR_NOMEM;
	}
	e->id = row->id;
	e->sender = sender_of(ob, row);
	e->next = ob->entries;
	if (e->next)
		e->next->prev = e;
	ob->entries = e;
	if (entry_place(ob, e, row) == OK)
		return OK;
	entry_free(ob, e);
	return ERR_NOMEM;
}

/* --- The table. --- */

static enum err page_read(struct outbox *ob, enum outbox_state state, int64_t *after_id, size_t *ret_count)
{
	struct outbox_row *rows;
	struct arena arena;
	enum err err;

	arena_init(&arena, PAGE_ARENA);
	err = store_outbox_list(ob->means.reader, &arena, state, *after_id, PAGE, &rows, ret_count);
	for (size_t i = 0; err == OK && i < *ret_count; i++) {
		if (!entry_of(ob, rows[i].id) && entry_add(ob, &rows[i]) == ERR_NOMEM)
			err = ERR_NOMEM;
		else
			*after_id = rows[i].id;
	}
	arena_release(&arena);
	return err;
}

static void read_failed(struct outbox *ob, enum err err)
{
	log_warning("could not read replies that wait, trying again: %s", err_words(err));
	timer_by(ob, clock_now_ms() + ob->o.look_ms);
}

/* Takes up rows behind last_id while there is room. */
static void read_more(struct outbox *ob)
{
	size_t count = 0;
	enum err err = OK;

	while (ob->more && ob->by_id.count < ob->o.held_max && err == OK) {
		err = page_read(ob, OUTBOX_DUE, &ob->last_id, &count);
		if (err == OK && count < PAGE)
			ob->more = false;
	}
	if (err != OK)
		read_failed(ob, err);
}

static void read_unknown(struct outbox *ob)
{
	int64_t after_id = 0;
	size_t count = PAGE;
	enum err err = OK;

	while (count == PAGE && err == OK)
		err = page_read(ob, OUTBOX_UNKNOWN, &after_id, &count);
	if (err != OK)
		read_failed(ob, err);
}

/* From the beginning: start-up, and after another process (an operator's command) wrote. */
static void read_all(struct outbox *ob)
{
	ob->last_id = 0;
	ob->more = true;
	read_unknown(ob);
	read_more(ob);
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
	timer_by(ob, e->due_ms);
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
		timer_by(ob, now_ms + wait_ms);
		return false;
	}
	entry_send(ob, ready_take(s));
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
		timer_by(ob, clock_now_ms());
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
			timer_by(ob, e->due_ms);
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
	timer_by(ob, clock_now_ms() + ob->o.look_ms);
	unsettled_look(ob);
	if (ob->closing) {
		if (ob->in_flight == 0 && !ob->means.tokens)
			outbox_end(ob);
		return;
	}
	if (store_changed(ob->o.store)) {
		for (size_t i = 0; i < ob->o.accounts->count; i++)
			ob->senders[i].stopped = false; /* an operator did something: try */
		read_all(ob);
	}
	read_more(ob);
	entries_look(ob);
	dispatch(ob);
}

/* --- The outside. --- */

static void wake_known(struct outbox *ob, struct entry *e)
{
	if (e->place == UNKNOWN) { /* its echo came */
		e->due_ms = clock_now_ms();
		timer_by(ob, e->due_ms);
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
		return; /* read_more() comes to it, in order */
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
	read_all(ob);
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
	timer_by(ob, clock_now_ms());
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
