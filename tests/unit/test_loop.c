#include "daemon/net/loop.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

static int loop_setup(void **state)
{
	return loop_open((struct loop **)state, NULL) == OK ? 0 : -1;
}

static int loop_teardown(void **state)
{
	loop_close(*state);
	return 0;
}

/* --- Timers --- */

struct ticks {
	struct loop *loop;
	struct loop_timer *timer;
	int count, want;
};

static void tick(void *arg)
{
	struct ticks *t = arg;

	if (++t->count == t->want)
		loop_stop(t->loop);
	else
		loop_timer_start(t->timer, 1);
}

static void timer_is_due_once_and_may_start_again_from_its_callback(void **state)
{
	struct ticks t = {.loop = *state, .want = 3}, never = {.loop = *state, .want = 1};

	assert_int_equal(loop_timer_open(t.loop, tick, &t, &t.timer), OK);
	assert_int_equal(loop_timer_open(t.loop, tick, &never, &never.timer), OK);
	loop_timer_start(t.timer, 0);
	loop_timer_start(never.timer, 0);
	loop_timer_stop(never.timer);
	loop_run(t.loop);
	assert_int_equal(t.count, 3);
	assert_int_equal(never.count, 0);
	loop_timer_close(t.timer);
	loop_timer_close(never.timer);
	loop_timer_close(NULL);
}

/* --- The end of a turn --- */

struct turns {
	struct loop *loop;
	int ends, ends_at_tick;
};

static void turn_end(void *arg)
{
	struct turns *t = arg;

	t->ends++;
}

static void tick_between_turns(void *arg)
{
	struct turns *t = arg;

	t->ends_at_tick = t->ends;
}

static void end_of_a_turn_comes_after_what_the_turn_did(void **state)
{
	struct turns t = {.loop = *state};
	struct loop_timer *timer;
	struct loop_idle *idle;

	assert_int_equal(loop_timer_open(t.loop, tick_between_turns, &t, &timer), OK);
	assert_int_equal(loop_idle_open(t.loop, turn_end, &t, &idle), OK);
	loop_timer_start(timer, 0);
	loop_run_once(t.loop);
	assert_int_equal(t.ends_at_tick, 0);
	assert_int_equal(t.ends, 1);
	loop_idle_close(idle);
	loop_run_once(t.loop);
	assert_int_equal(t.ends, 1);
	loop_timer_close(timer);
	loop_idle_close(NULL);
}

/* --- Signals --- */

struct seen {
	struct loop *loop;
	int number;
};

static void signal_seen(void *arg, int number)
{
	struct seen *s = arg;

	s->number = number;
	loop_stop(s->loop);
}

static void signals_arrive_on_the_loop(void **state)
{
	struct seen s = {.loop = *state};
	static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};

	assert_int_equal(loop_on_signal(s.loop, signal_seen, &s), OK);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		kill(getpid(), numbers[i]);
		loop_run(s.loop);
		assert_int_equal(s.number, numbers[i]);
	}
	kill(getpid(), SIGPIPE); /* nothing happens */
}

/* --- Bells --- */

static void *ring_thrice(void *arg)
{
	for (int i = 0; i < 3; i++)
		loop_bell_ring(arg);
	return NULL;
}

static void bell_rings_on_the_loop_thread_once_for_several_rings(void **state)
{
	struct ticks t = {.loop = *state, .want = 1};
	struct loop_bell *bell;
	pthread_t thread;

	assert_int_equal(loop_bell_open(t.loop, tick, &t, &bell), OK);
	assert_int_equal(pthread_create(&thread, NULL, ring_thrice, bell), 0);
	pthread_join(thread, NULL);
	loop_run(t.loop);
	loop_run_once(t.loop);
	assert_int_equal(t.count, 1);
	loop_bell_close(bell);
}

/* --- Workers --- */

enum { JOBS = 200 };

struct office {
	struct loop *loop;
	struct loop_workers *workers;
	atomic_int started, stopped, ran;
	atomic_bool gate;
	pthread_t loop_thread;
	int done, want;
	bool wrong_thread;
	int fail_start; /* the n-th start_cb fails */
};

static enum err worker_start(void *arg, void **ret_context, struct why *why)
{
	struct office *o = arg;

	if (atomic_fetch_add(&o->started, 1) + 1 == o->fail_start)
		return why_set(why, ERR_STORE, "could not open \"it\"");
	*ret_context = o;
	return OK;
}

static void worker_stop(void *context)
{
	struct office *o = context;

	atomic_fetch_add(&o->stopped, 1);
}

static void job_run(void *context, void *job)
{
	struct office *o = context;

	if (job != o || pthread_equal(pthread_self(), o->loop_thread))
		o->wrong_thread = true;
	while (!atomic_load(&o->gate))
		usleep(1000);
	atomic_fetch_add(&o->ran, 1);
}

static void job_done(void *job)
{
	struct office *o = job;

	if (!pthread_equal(pthread_self(), o->loop_thread))
		o->wrong_thread = true;
	if (++o->done == o->want)
		loop_stop(o->loop);
}

static enum err office_open(struct office *o, unsigned threads, size_t queue_max, struct why *why)
{
	const struct loop_workers_options options = {
		.threads = threads,
		.queue_max = queue_max,
		.start_cb = worker_start,
		.stop_cb = worker_stop,
		.arg = o,
	};

	o->loop_thread = pthread_self();
	return loop_workers_open(o->loop, &options, &o->workers, why);
}

static void jobs_run_in_workers_and_come_back_to_the_loop(void **state)
{
	struct office o = {.loop = *state, .want = JOBS, .gate = true};

	assert_int_equal(office_open(&o, 3, JOBS, NULL), OK);
	assert_int_equal(o.started, 3);
	for (int i = 0; i < JOBS; i++)
		assert_int_equal(loop_work(o.workers, job_run, job_done, &o), OK);
	loop_run(o.loop);
	assert_int_equal(o.ran, JOBS);
	assert_int_equal(loop_workers_waiting(o.workers), 0);
	loop_workers_close(o.workers);
	assert_int_equal(o.stopped, 3);
	assert_false(o.wrong_thread);
}

static void full_queue_refuses_and_close_finishes_what_was_accepted(void **state)
{
	struct office o = {.loop = *state};
	int accepted = 0;

	assert_int_equal(office_open(&o, 1, 4, NULL), OK);
	while (loop_work(o.workers, job_run, job_done, &o) == OK)
		accepted++;
	assert_in_range(accepted, 4, 5); /* the worker may have taken one already */
	assert_in_range(loop_workers_waiting(o.workers), 3, 4);
	atomic_store(&o.gate, true);
	loop_workers_close(o.workers);
	assert_int_equal(o.ran, accepted);
	assert_int_equal(o.done, accepted);
}

static void first_failed_start_ends_all_workers(void **state)
{
	struct office o = {.loop = *state, .fail_start = 2};
	struct why why = {""};

	assert_int_equal(office_open(&o, 3, 4, &why), ERR_STORE);
	assert_string_equal(why.text, "could not open \"it\"");
	assert_int_equal(o.stopped, 2);
	assert_null(o.workers);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, loop_setup, loop_teardown)
	const struct CMUnitTest tests[] = {
		TEST(end_of_a_turn_comes_after_what_the_turn_did),
		TEST(timer_is_due_once_and_may_start_again_from_its_callback),
		TEST(signals_arrive_on_the_loop),
		TEST(bell_rings_on_the_loop_thread_once_for_several_rings),
		TEST(jobs_run_in_workers_and_come_back_to_the_loop),
		TEST(full_queue_refuses_and_close_finishes_what_was_accepted),
		TEST(first_failed_start_ends_all_workers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
