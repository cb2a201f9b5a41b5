/* test_store_loop.c - the store on the loop, tied together as serve.c does it: no job may be forgotten, from wherever on the loop it
 * was submitted, and no end of one. Walkers write one row after another; what brings each to its next row is drawn anew every time.
 * There is no timer that would wake the loop again after a lost wake-up but the one that ends the test. */
#include "daemon/net/http_client.h"
#include "daemon/net/http_server.h"
#include "daemon/store/store.h"
#include "daemon/store/store_event.h"
#include "tests/support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CROWD 48
#define STEPS 100
#define QUEUE 20 /* fewer than a crowd: some are refused and come again */
/* The writer looks for work once a second in any case: a hundred such waits are too long. */
#define PATIENCE_MS (60 * 1000)

enum way {
	AT_ONCE,   /* from the end of the job before */
	BY_TIMER,  /* from a timer */
	BY_WORKER, /* from the loop's side of a worker's result */
	IN_WORKER, /* from inside a worker, which waits for the commit */
	BY_REQUEST, /* from the handler of an HTTP request, answered after the commit; then from the client's callback */
	WAYS
};

struct crowd;

struct walker {
	struct crowd *crowd;
	struct loop_timer *timer;
	enum way way;
	int number, written, ends; /* ends: of the row in hand */
	char dedupe[32];
	bool fails; /* the row in hand is undone: the whole batch runs again */
	enum err err;
	struct http_exchange *x;
	char url[96];
};

struct crowd {
	struct loop *loop;
	struct loop_idle *idle;
	struct loop_bell *bell;
	struct loop_workers *workers;
	struct http_server *server;
	struct http_client *client;
	struct loop_timer *patience;
	struct store *store;
	struct walker walkers[CROWD];
	unsigned seed;
	int count, under_way, failed, refused, by[WAYS];
	bool closed, in_vain;
};

static void walk(struct walker *w);

/* --- As in serve.c --- */

static void turn_ended(void *arg)
{
	struct crowd *c = arg;

	store_flush(c->store);
}

static void bell_rang(void *arg)
{
	struct crowd *c = arg;

	store_drain(c->store);
}

static void store_woke(void *arg)
{
	struct crowd *c = arg;

	loop_bell_ring(c->bell);
}

/* --- A row --- */

static enum err row_job(struct store_tx *tx, void *arg)
{
	struct walker *w = arg;
	struct event event = {.kind = EVENT_TEXT,
		.channel = "zalo",
		.account = "oa",
		.user = "u",
		.dedupe = w->dedupe,
		.text = "t"};
	int64_t id;
	enum err err = store_event_add(tx, &event, 1, true, &id);

	return err == OK && w->fails ? ERR_GUARD : err;
}

static void row_ended(struct walker *w, enum err err)
{
	assert_int_equal(++w->ends, 1);
	assert_int_equal(err, w->fails ? ERR_GUARD : OK);
	w->crowd->failed += w->fails;
	w->written++;
	walk(w);
}

static void again(struct walker *w)
{
	w->crowd->refused++;
	w->way = BY_TIMER;
	loop_timer_start(w->timer, 1);
}

static void row_done(void *arg, enum err err)
{
	row_ended(arg, err);
}

static void row_submit(struct walker *w)
{
	if (store_submit(w->crowd->store, row_job, row_done, w) != OK)
		again(w);
}

/* --- Ways there --- */

static void timer_due(void *arg)
{
	row_submit(arg);
}

static void worker_run(void *context, void *arg)
{
	struct walker *w = arg;

	(void)context;
	if (w->way == IN_WORKER)
		w->err = store_do(w->crowd->store, row_job, w);
}

static void worker_done(void *arg)
{
	struct walker *w = arg;

	if (w->way == BY_WORKER)
		row_submit(w);
	else if (w->err == ERR_QUEUE_FULL)
		again(w);
	else
		row_ended(w, w->err);
}

static void request_done(void *arg, enum err err)
{
	struct walker *w = arg;

	w->err = err;
	http_answer_text(w->x, 200, "");
}

static void request_came(void *arg, const struct http_request *req, struct http_exchange *x)
{
	struct crowd *c = arg;
	struct walker *w = &c->walkers[atoi(req->path + 1)];

	w->x = x;
	if (store_submit(c->store, row_job, request_done, w) != OK)
		http_answer_text(x, 503, "");
}

static void answer_came(void *arg, const struct http_result *result)
{
	struct walker *w = arg;

	assert_int_equal(result->end, HTTP_ANSWERED);
	if (result->status == 503)
		again(w);
	else
		row_ended(w, w->err);
}

static void walk(struct walker *w)
{
	struct crowd *c = w->crowd;

	if (w->written == STEPS) {
		if (--c->under_way == 0)
			loop_stop(c->loop);
		return;
	}
	w->ends = 0;
	w->fails = rand_r(&c->seed) % 16 == 0;
	w->way = (enum way)(rand_r(&c->seed) % WAYS);
	snprintf(w->dedupe, sizeof w->dedupe, "%d.%d", w->number, w->written);
	c->by[w->way]++;
	switch (w->way) {
	case AT_ONCE: row_submit(w); break;
	case BY_TIMER: loop_timer_start(w->timer, rand_r(&c->seed) % 3); break;
	case BY_REQUEST:
		assert_int_equal(http_client_call(c->client,
					 &(struct http_call){.method = "GET", .url = w->url}, answer_came, w),
			OK);
		break;
	default: assert_int_equal(loop_work(c->workers, worker_run, worker_done, w), OK);
	}
}

/* --- The test --- */

static void patience_over(void *arg)
{
	struct crowd *c = arg;

	c->in_vain = true;
	loop_stop(c->loop);
}

static void server_closed(void *arg)
{
	struct crowd *c = arg;

	c->closed = true;
}

static void crowd_open(struct crowd *c, const char *path)
{
	static struct http_route routes[] = {
		{"GET", "/*", request_came, NULL, 0, 0}, {NULL, NULL, NULL, NULL, 0, 0}};
	struct store_options store = {.path = path,
		.queue_max = QUEUE,
		.wake_cb = store_woke,
		.wake_arg = c,
		.flushed_by_owner = true};

	routes[0].arg = c;
	assert_int_equal(loop_open(&c->loop, NULL), OK);
	assert_int_equal(loop_idle_open(c->loop, turn_ended, c, &c->idle), OK);
	assert_int_equal(loop_bell_open(c->loop, bell_rang, c, &c->bell), OK);
	assert_int_equal(store_open(&store, &c->store, NULL), OK);
	assert_int_equal(
		loop_workers_open(c->loop, &(struct loop_workers_options){.threads = 2, .queue_max = CROWD},
			&c->workers, NULL),
		OK);
	assert_int_equal(http_server_open(c->loop,
				 &(struct http_server_options){
					 .listen = "127.0.0.1:0", .routes = routes, .answer_ms = PATIENCE_MS},
				 &c->server, NULL),
		OK);
	assert_int_equal(http_client_open(c->loop, &(struct http_client_options){.timeout_ms = PATIENCE_MS},
				 &c->client, NULL),
		OK);
	assert_int_equal(loop_timer_open(c->loop, patience_over, c, &c->patience), OK);
	for (int i = 0; i < c->count; i++) {
		struct walker *w = &c->walkers[i];

		*w = (struct walker){.crowd = c, .number = i};
		snprintf(w->url, sizeof w->url, "http://%s/%d", http_server_address(c->server), i);
		assert_int_equal(loop_timer_open(c->loop, timer_due, w, &w->timer), OK);
	}
}

static void crowd_close(struct crowd *c)
{
	for (int i = 0; i < c->count; i++)
		loop_timer_close(c->walkers[i].timer);
	loop_timer_close(c->patience);
	http_client_close(c->client);
	http_server_close(c->server, 0, server_closed, c);
	while (!c->closed)
		loop_run_once(c->loop);
	loop_workers_close(c->workers);
	loop_idle_close(c->idle);
	store_close(c->store);
	loop_bell_close(c->bell);
	loop_close(c->loop);
}

static size_t rows(struct store_fixture *f)
{
	struct stored_event *events;
	size_t count = 0;

	assert_int_equal(
		store_event_waiting(f->reader, &f->arena, 0, 2 * CROWD * STEPS, &events, &count), OK);
	return count;
}

static void walk_all(struct store_fixture *f, int count, struct crowd *ret_crowd)
{
	struct crowd *c = ret_crowd;

	*c = (struct crowd){.seed = 7, .count = count, .under_way = count};
	store_close(f->store);
	f->store = NULL;
	crowd_open(c, f->path);
	loop_timer_start(c->patience, PATIENCE_MS);
	for (int i = 0; i < count; i++)
		walk(&c->walkers[i]);
	loop_run(c->loop);
	assert_false(c->in_vain);
	crowd_close(c);
	for (enum way way = 0; way < WAYS; way++)
		assert_true(c->by[way] > 0);
	assert_true(c->failed > 0);
	assert_int_equal(rows(f), count * STEPS - c->failed);
}

static void every_job_ends_once_wherever_it_was_submitted(void **state)
{
	struct crowd c;

	walk_all(*state, CROWD, &c);
	assert_true(c.refused > 0);
}

/* Nobody else wakes the writer or the loop. */
static void job_of_one_alone_ends_as_well(void **state)
{
	struct crowd c;

	walk_all(*state, 1, &c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			every_job_ends_once_wherever_it_was_submitted, store_fixture_up, store_fixture_down),
		cmocka_unit_test_setup_teardown(
			job_of_one_alone_ends_as_well, store_fixture_up, store_fixture_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
