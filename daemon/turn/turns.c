/* turns.c - which event goes next, and how its turn ends.
 *   event row ─▶ its citizen's lane ─▶ a worker thinks ─▶ the store delivers ─▶ reply_cb, the lane goes on
 * The table is the truth: what does not fit in memory stays there and is read later, in order of id. How it fails:
 *   the event was settled meanwhile   (taken back, replaced) nothing is written, the lane goes on
 *   thinking or writing fails         again after a while, its citizen waits; after TRIES_MAX an apology, and the
 *                                     question is kept for the office
 *   not even that can be written      settled without a reply, and an error in the log
 *   the store cannot commit           again until it can: the event waits in the table
 *   its account is not configured     settled without a reply, and an error in the log
 * A message that may go on (burst.h) is held for a moment; what the citizen types meanwhile is thought about with it, and one
 * transaction settles all of them with one reply. When one of them was taken back meanwhile, the rest is thought about anew. */
#include "daemon/turn/turns.h"

#include "daemon/base/clock.h"
#include "daemon/base/lanes.h"
#include "daemon/base/log.h"
#include "daemon/base/metrics.h"
#include "daemon/turn/burst.h"
#include "daemon/turn/worker.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TRIES_MAX 5
#define AGAIN_FIRST_MS 500
#define AGAIN_MAX_MS (30 * 1000)
#define WAITING_DEFAULT 4096
#define CONVERSATION_DEFAULT_MS (30 * 60 * 1000)
#define PAGE 256
#define PAGE_ARENA ((size_t)64 << 20)
#define RUNNING_PER_WORKER 64 /* thinking or being committed: enough that no worker waits for a disk */

struct item { /* an event in its citizen's lane */
	struct lane_item lane;
	struct item *next; /* ready, again */
	struct stored_event stored;
	const struct account *account;
	int64_t added_us;
	int64_t again_ms; /* while it waits for another try */
	unsigned tries;
	char strings[]; /* of the event */
};

struct running {
	struct turns *turns;
	struct item *item; /* the first of its lane, and of: */
	struct item *burst[BURST_MAX];
	int64_t burst_ids[BURST_MAX]; /* the same for the store's thread */
	size_t burst_count, gone;     /* gone: the one that was settled meanwhile */
	struct stored_event stored;   /* the last, with what all of them say */
	char *joined;                 /* NULL: one message */
	struct thought thought;
	struct turn_delivery delivery;
	struct running *next;
};

struct turns {
	struct turns_options o;
	struct loop_workers *workers;
	struct worker_needs needs; /* of the workers */
	struct loop_timer *timer;
	bool timer_on;
	struct store_reader *reader;
	struct lanes lanes;
	struct item *ready, **ready_end;
	struct item *again; /* wait for their time, unsorted */
	size_t running_count, running_max;
	struct running *spare;
	int64_t last_id; /* events up to here were taken up */
	bool more;       /* events behind it wait in the table */
	bool closing;
	void (*closed_cb)(void *arg);
	void *closed_arg;
};

static void start_ready(struct turns *t);

static void timer_in(struct turns *t, int64_t wait_ms)
{
	if (t->timer_on && wait_ms > 0)
		return;
	t->timer_on = true;
	loop_timer_start(t->timer, wait_ms);
}

/* From the timer, because we may be inside a callback of what has to be closed. */
static void end_if_idle(struct turns *t)
{
	if (t->closing && t->running_count == 0)
		timer_in(t, 0);
}

/* --- Items. --- */

static const char *copied(char **at, const char *s)
{
	size_t size = s ? strlen(s) + 1 : 0;
	char *copy = *at;

	if (!s)
		return NULL;
	memcpy(copy, s, size);
	*at += size;
	return copy;
}

static size_t size_of(const char *s)
{
	return s ? strlen(s) + 1 : 0;
}

static struct item *item_new(const struct stored_event *stored)
{
	const struct event *e = &stored->event;
	struct item *item =
		calloc(1, sizeof *item + size_of(e->channel) + size_of(e->name) + size_of(e->account) +
				  size_of(e->user) + size_of(e->conversation_id) + size_of(e->msg_id) +
				  size_of(e->text) + size_of(e->payload));
	char *at;

	if (!item)
		return NULL;
	at = item->strings;
	item->stored = *stored;
	item->stored.event.channel = copied(&at, e->channel);
	item->stored.event.name = copied(&at, e->name);
	item->stored.event.account = copied(&at, e->account);
	item->stored.event.user = copied(&at, e->user);
	item->stored.event.conversation_id = copied(&at, e->conversation_id);
	item->stored.event.msg_id = copied(&at, e->msg_id);
	item->stored.event.text = copied(&at, e->text);
	item->stored.event.payload = copied(&at, e->payload);
	item->stored.event.dedupe = item->stored.event.echo_ref = NULL;
	item->added_us = clock_monotonic_us();
	return item;
}

static const struct account *account_of(const struct turns *t, const struct event *e)
{
	for (size_t i = 0; i < t->o.accounts->count; i++) {
		const struct account *a = &t->o.accounts->items[i];

		if (strcmp(a->adapter->name, e->channel) == 0 && strcmp(a->id, e->account) == 0)
			return a;
	}
	return NULL;
}

static void ready_put(struct turns *t, struct item *item)
{
	item->next = NULL;
	*t->ready_end = item;
	t->ready_end = &item->next;
}

static enum err item_add(struct turns *t, const struct stored_event *stored)
{
	const struct event *e = &stored->event;
	struct item *item = item_new(stored);

	if (!item)
		return ERR_NOMEM;
	item->account = account_of(t, e);
	if (lanes_add(&t->lanes, e->channel, e->account, e->user ? e->user : "", stored->id, &item->lane) !=
		OK) {
		free(item);
		return ERR_NOMEM;
	}
	if (lane_may_run(&item->lane))
		ready_put(t, item);
	return OK;
}

/* Its turn is over: the citizen's next one may begin. */
static void item_end(struct turns *t, struct item *item)
{
	struct lane_item *first = lanes_remove(&t->lanes, &item->lane);

	if (first)
		ready_put(t, OWNER_OF(first, struct item, lane));
	free(item);
}

/* Until the citizen has typed nothing more for a while. */
static void item_hold(struct turns *t, struct item *item, int64_t until_ms)
{
	int64_t wait_ms = until_ms - clock_now_ms();

	lane_rest(&item->lane);
	item->again_ms = until_ms;
	item->next = t->again;
	t->again = item;
	timer_in(t, wait_ms < AGAIN_FIRST_MS ? wait_ms : AGAIN_FIRST_MS);
}

static void item_again(struct turns *t, struct item *item)
{
	int64_t wait_ms = AGAIN_FIRST_MS;

	for (unsigned i = 1; i < item->tries && wait_ms < AGAIN_MAX_MS; i++)
		wait_ms *= 2;
	wait_ms = wait_ms < AGAIN_MAX_MS ? wait_ms : AGAIN_MAX_MS;
	lane_rest(&item->lane);
	item->again_ms = clock_now_ms() + wait_ms;
	item->next = t->again;
	t->again = item;
	timer_in(t, AGAIN_FIRST_MS);
}

/* --- The table. --- */

static void read_more(struct turns *t)
{
	struct stored_event *events;
	struct arena arena;
	size_t count = PAGE;
	enum err err = OK;

	arena_init(&arena, PAGE_ARENA);
	while (t->more && t->lanes.count < t->o.waiting_max && err == OK) {
		arena_reset(&arena);
		err = store_event_waiting(t->reader, &arena, t->last_id, PAGE, &events, &count);
		for (size_t i = 0; err == OK && i < count; i++) {
			err = item_add(t, &events[i]);
			if (err == OK)
				t->last_id = events[i].id;
		}
		if (err == OK && count < PAGE)
			t->more = false;
	}
	arena_release(&arena);
	if (err != OK) {
		log_warning("could not read events that wait, trying again: %s", err_words(err));
		timer_in(t, AGAIN_FIRST_MS);
	}
}

/* --- The end of a turn. --- */

static void running_put(struct turns *t, struct running *r)
{
	turn_release(&r->thought.turn);
	free(r->joined);
	r->joined = NULL;
	r->next = t->spare;
	t->spare = r;
	t->running_count--;
}

static void turn_log(const struct running *r)
{
	const struct turn *turn = &r->thought.turn;
	const char *score = "";
	char number[24];

	if (turn->answers.count) {
		snprintf(number, sizeof number, " score=%.2f", turn->answers.items[0].score);
		score = number;
	}
	log_info("turn=%" PRIx64 " adapter=%s end=%s reply=%" PRId64 "%s%s%s ms=%" PRId64,
		(uint64_t)turn->event_id, turn->event.channel, outcome_word(turn->outcome),
		r->delivery.ret_outbox_id, turn->record.id ? " record=" : "",
		turn->record.id ? turn->record.id : "", score,
		(clock_monotonic_us() - r->item->added_us) / 1000);
}

static void turn_count(const struct running *r)
{
	metric_add(r->delivery.ret_outbox_id ? METRIC_turn_replied : METRIC_turn_silent, 1);
	if (r->thought.turn.unresolved)
		metric_add(METRIC_question_unresolved, 1);
}

static bool is_storage(enum err err)
{
	return err == ERR_STORE || err == ERR_DISK_FULL || err == ERR_BUSY || err == ERR_IO ||
	       err == ERR_PERMISSION || err == ERR_QUEUE_FULL;
}

static void turn_failed(struct running *r, enum err err)
{
	struct turns *t = r->turns;
	struct item *item = r->item;

	item->tries++;
	metric_add(METRIC_turn_failed, 1);
	log_warning("turn=%" PRIx64 " tries=%u could not be done, trying again: %s",
		(uint64_t)item->stored.id, item->tries, err_words(err));
	running_put(t, r);
	item_again(t, item);
	end_if_idle(t);
}

/* The table keeps the event: however long the store cannot write, that is no reason for an apology. */
static void store_failed(struct running *r, enum err err)
{
	if (is_storage(err) && r->item->tries + 1 >= TRIES_MAX)
		r->item->tries = TRIES_MAX - 2;
	turn_failed(r, err);
}

/* All of the burst are settled: the citizen's next one may begin. */
static void burst_end(struct running *r)
{
	for (size_t i = 0; i + 1 < r->burst_count; i++) {
		lanes_remove(&r->turns->lanes, &r->burst[i]->lane);
		free(r->burst[i]);
	}
	item_end(r->turns, r->burst[r->burst_count - 1]);
}

/* One was settled meanwhile, nothing was written: the others begin anew. */
static void burst_without_gone(struct running *r)
{
	struct turns *t = r->turns;
	struct item *gone = r->burst[r->gone];

	lane_rest(&r->item->lane);
	ready_put(t, OWNER_OF(lanes_remove(&t->lanes, &gone->lane), struct item, lane));
	free(gone);
}

static void deliver_done(void *arg, enum err err)
{
	struct running *r = OWNER_OF(arg, struct running, delivery);
	struct turns *t = r->turns;
	int64_t outbox_id = r->delivery.ret_outbox_id;

	if (err != OK && err != ERR_NOT_FOUND) {
		store_failed(r, err);
		return;
	}
	if (err == OK) {
		turn_count(r);
		turn_log(r);
	}
	if (err == ERR_NOT_FOUND && r->burst_count > 1)
		burst_without_gone(r);
	else
		burst_end(r);
	running_put(t, r);
	if (err == OK && outbox_id)
		t->o.reply_cb(t->o.arg, outbox_id);
	start_ready(t);
	end_if_idle(t);
}

static enum err deliver_job(struct store_tx *tx, void *arg)
{
	struct running *r = OWNER_OF(arg, struct running, delivery);

	for (r->gone = 0; r->gone + 1 < r->burst_count; r->gone++) {
		enum err err = store_event_settle(tx, r->burst_ids[r->gone], r->delivery.now_ms);

		if (err != OK)
			return err;
	}
	return turn_deliver(tx, arg);
}

static void deliver(struct running *r)
{
	const struct stored_event *stored = &r->item->stored;
	int64_t max_age_ms = r->turns->o.answer_max_age_ms;
	int64_t asked_ms = stored->event.time_ms;

	if (!asked_ms || asked_ms > stored->received_ms)
		asked_ms = stored->received_ms;
	if (!max_age_ms)
		max_age_ms = r->item->account->adapter->answer_max_age_ms;
	r->delivery = (struct turn_delivery){.turn = &r->thought.turn,
		.account = r->item->account,
		.received_ms = stored->received_ms,
		.now_ms = clock_now_ms(),
		.expires_ms = asked_ms + max_age_ms};
	if (store_submit(r->turns->o.store, deliver_job, deliver_done, &r->delivery) != OK)
		store_failed(r, ERR_QUEUE_FULL);
}

/* After too many tries: say so, and keep the question for people. */
static void apologise(struct running *r)
{
	struct turn *turn = &r->thought.turn;

	r->burst_count = 1;
	turn_init(turn, NULL);
	turn->event_id = r->item->stored.id;
	turn->event = r->item->stored.event;
	turn->unit = r->item->account->unit;
	turn->now_ms = clock_now_ms();
	turn->outcome = OUTCOME_UNRESOLVED;
	turn->unresolved = true;
	turn->reason = QUESTION_PLATFORM;
	turn->reply.text = phrase(r->turns->o.phrases, &turn->arena, "failed", NULL);
	log_error("turn=%" PRIx64 " failed %u times: the citizen gets an apology, the question is kept",
		(uint64_t)turn->event_id, r->item->tries);
	deliver(r);
}

static enum err settle_job(struct store_tx *tx, void *arg)
{
	const struct running *r = OWNER_OF(arg, struct running, delivery);

	return store_event_settle(tx, r->item->stored.id, clock_now_ms());
}

/* Nothing can be said. */
static void settle(struct running *r, const char *reason)
{
	r->burst_count = 1;
	turn_init(&r->thought.turn, NULL);
	r->thought.turn.event_id = r->item->stored.id;
	r->thought.turn.event = r->item->stored.event;
	r->delivery = (struct turn_delivery){0};
	log_error("turn=%" PRIx64 " adapter=%s ends without a reply: %s", (uint64_t)r->thought.turn.event_id,
		r->thought.turn.event.channel, reason);
	if (store_submit(r->turns->o.store, settle_job, deliver_done, &r->delivery) != OK)
		store_failed(r, ERR_QUEUE_FULL);
}

/* The citizen may still be typing. */
static bool is_held(struct running *r)
{
	struct turns *t = r->turns;
	struct item *item = r->item;
	int64_t until_ms = r->stored.received_ms + t->o.burst_wait_ms;

	if (!t->o.burst_wait_ms || r->burst_count == BURST_MAX || until_ms <= clock_now_ms() ||
		!burst_may_go_on(&r->thought.turn))
		return false;
	running_put(t, r);
	item_hold(t, item, until_ms);
	start_ready(t);
	end_if_idle(t);
	return true;
}

static void thought(void *job)
{
	struct running *r = OWNER_OF(job, struct running, thought);

	if (r->thought.err == OK && is_held(r))
		return;
	if (r->thought.err == OK)
		deliver(r);
	else
		turn_failed(r, r->thought.err);
}

/* --- Beginning turns. --- */

/* What follows in the lane and belongs to it. A message whose turn failed is tried alone. */
static void burst_gather(struct running *r)
{
	int64_t wait_ms = r->turns->o.burst_wait_ms;
	const struct stored_event *events[BURST_MAX];
	struct item *item = r->item;
	size_t n = 0;

	do {
		r->burst[n] = item;
		r->burst_ids[n] = item->stored.id;
		events[n++] = &item->stored;
		item = item->lane.next ? OWNER_OF(item->lane.next, struct item, lane) : NULL;
	} while (item && wait_ms && !r->item->tries && n < BURST_MAX &&
		 burst_goes_on(events[n - 1], &item->stored, wait_ms));
	if (n > 1)
		r->joined = burst_join(events, n);
	r->burst_count = r->joined ? n : 1;
	r->stored = *events[r->burst_count - 1];
	if (r->joined)
		r->stored.event.text = r->joined;
}

static struct running *running_take(struct turns *t, struct item *item)
{
	struct running *r = t->spare;

	if (r)
		t->spare = r->next;
	else
		r = malloc(sizeof *r);
	if (!r)
		return NULL;
	*r = (struct running){.turns = t,
		.item = item,
		.thought = {.stored = &r->stored,
			.account = item->account,
			.conversation_ms = t->o.conversation_ms}};
	burst_gather(r);
	t->running_count++;
	return r;
}

static void item_start(struct turns *t, struct item *item)
{
	struct running *r = running_take(t, item);

	lane_run(&item->lane);
	if (!r) {
		item_again(t, item);
	} else if (!item->account) {
		settle(r, "its account is not configured any more");
	} else if (item->tries > TRIES_MAX) {
		settle(r, "not even an apology can be written");
	} else if (item->tries == TRIES_MAX) {
		apologise(r);
	} else if (loop_work(t->workers, worker_think, thought, &r->thought) != OK) {
		running_put(t, r);
		item_again(t, item);
	}
}

static void start_ready(struct turns *t)
{
	while (t->ready && t->running_count < t->running_max && !t->closing) {
		struct item *item = t->ready;

		t->ready = item->next;
		if (!t->ready)
			t->ready_end = &t->ready;
		item_start(t, item);
	}
	if (t->more && t->lanes.count <= t->o.waiting_max / 2 && !t->closing)
		timer_in(t, 0);
}

/* Puts what has waited long enough for another try back in line; `all` of it when everything ends. */
static void again_look(struct turns *t, bool all)
{
	struct item *items = t->again, *next;
	int64_t now_ms = clock_now_ms();

	t->again = NULL;
	for (struct item *item = items; item; item = next) {
		next = item->next;
		if (all || item->again_ms <= now_ms) {
			ready_put(t, item);
		} else {
			item->next = t->again;
			t->again = item;
		}
	}
	if (t->again)
		timer_in(t, AGAIN_FIRST_MS);
}

static void turns_free(struct turns *t);

static void timer_due(void *arg)
{
	struct turns *t = arg;
	void (*closed_cb)(void *arg) = t->closed_cb;
	void *closed_arg = t->closed_arg;

	t->timer_on = false;
	if (!t->closing) {
		again_look(t, false);
		read_more(t);
		start_ready(t);
	} else if (t->running_count == 0) {
		turns_free(t);
		closed_cb(closed_arg);
	}
}

void turns_add(struct turns *t, const struct stored_event *event)
{
	if (t->closing || event->id <= t->last_id || t->more)
		return; /* taken up already, or read from the table when there is room */
	if (t->lanes.count >= t->o.waiting_max || item_add(t, event) != OK) {
		t->more = true;
		timer_in(t, AGAIN_FIRST_MS);
		return;
	}
	t->last_id = event->id;
	start_ready(t);
}

enum err turns_recover(struct turns *t, struct why *why)
{
	(void)why;
	t->more = true;
	read_more(t);
	if (t->lanes.count)
		log_info("events=%zu wait since before the start", t->lanes.count);
	start_ready(t);
	return OK;
}

enum err turns_think(struct turns *t, void (*done_cb)(void *thought), struct thought *thought)
{
	return t->closing ? ERR_QUEUE_FULL : loop_work(t->workers, worker_think, done_cb, thought);
}

size_t turns_waiting(const struct turns *t)
{
	return t->lanes.count;
}

/* --- Open and close. --- */

static unsigned workers_default(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	return cores > 2 ? (unsigned)cores - 1 : 1;
}

static void turns_free(struct turns *t)
{
	struct running *next;

	if (t->workers)
		loop_workers_close(t->workers);
	kb_share_end(t->needs.knowledge);
	again_look(t, true);
	while (t->ready) {
		struct item *item = t->ready;

		t->ready = item->next;
		if (!t->ready)
			t->ready_end = &t->ready;
		item_end(t, item);
	}
	for (struct running *r = t->spare; r; r = next) {
		next = r->next;
		free(r);
	}
	lanes_release(&t->lanes);
	loop_timer_close(t->timer);
	store_reader_close(t->reader);
	free(t);
}

enum err turns_open(const struct turns_options *o, struct turns **ret_turns, struct why *why)
{
	struct turns *t = calloc(1, sizeof *t);
	enum err err;

	if (!t)
		return why_set(why, ERR_NOMEM, "could not start the turns: out of memory");
	t->o = *o;
	t->o.workers = o->workers ? o->workers : workers_default();
	t->o.waiting_max = o->waiting_max ? o->waiting_max : WAITING_DEFAULT;
	t->o.conversation_ms = o->conversation_ms ? o->conversation_ms : CONVERSATION_DEFAULT_MS;
	t->ready_end = &t->ready;
	t->running_max = (size_t)t->o.workers * RUNNING_PER_WORKER;
	err = loop_timer_open(o->loop, timer_due, t, &t->timer);
	if (err == OK)
		err = store_reader_open(o->state_path, &t->reader, why);
	t->needs.options = &t->o;
	if (err == OK)
		err = kb_share(o->knowledge_path, o->words, &t->needs.knowledge, why);
	if (err == OK)
		err = loop_workers_open(o->loop,
			&(struct loop_workers_options){.threads = t->o.workers,
				.queue_max = t->running_max,
				.start_cb = worker_start,
				.stop_cb = worker_stop,
				.arg = &t->needs},
			&t->workers, why);
	if (err == OK) {
		*ret_turns = t;
		return OK;
	}
	if (why && !why->text[0])
		why_set(why, err, "could not start the turns: %s", err_words(err));
	t->closing = true;
	turns_free(t);
	return err;
}

void turns_close(struct turns *t, void (*closed_cb)(void *arg), void *arg)
{
	t->closing = true;
	t->closed_cb = closed_cb;
	t->closed_arg = arg;
	end_if_idle(t);
}
