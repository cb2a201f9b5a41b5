/* loop.h - the one event loop: timers, signals, work off the loop with its result back on it.
 * Everything here is called on the loop thread unless it says otherwise. The only place besides http_*.c that sees libuv. */
#ifndef MOTCUA_LOOP_H
#define MOTCUA_LOOP_H

#include "daemon/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;

enum err loop_open(struct loop **ret_loop, struct why *why);
void loop_close(struct loop *loop); /* after loop_run() has returned and every owner closed its handles */

/* Runs until loop_stop(). */
void loop_run(struct loop *loop);
void loop_run_once(struct loop *loop); /* tests: handles what is ready, does not wait */
void loop_stop(struct loop *loop);

/* `signal_cb` runs on the loop for SIGTERM and SIGINT (number), and SIGHUP. SIGPIPE is ignored. */
enum err loop_on_signal(struct loop *loop, void (*signal_cb)(void *arg, int number), void *arg);

/* --- The end of each turn of the loop, before it waits for what comes next. --- */
struct loop_idle;
enum err loop_idle_open(struct loop *loop, void (*idle_cb)(void *arg), void *arg, struct loop_idle **ret_idle);
void loop_idle_close(struct loop_idle *i); /* NULL is fine */

/* --- Timers: one-shot; started again from their own callback to repeat. --- */
struct loop_timer;
enum err loop_timer_open(struct loop *loop, void (*due_cb)(void *arg), void *arg, struct loop_timer **ret_timer);
void loop_timer_start(struct loop_timer *t, int64_t after_ms); /* starting again moves it */
void loop_timer_stop(struct loop_timer *t);
void loop_timer_close(struct loop_timer *t); /* NULL is fine */

/* --- A doorbell other threads ring; several rings before the loop wakes are one call. --- */
struct loop_bell;
enum err loop_bell_open(struct loop *loop, void (*ring_cb)(void *arg), void *arg, struct loop_bell **ret_bell);
void loop_bell_ring(struct loop_bell *b); /* any thread */
void loop_bell_close(struct loop_bell *b);

/* --- Workers: threads with a context of their own (a kb, a store reader), fed from a bounded queue. --- */
struct loop_workers_options {
	unsigned threads;
	size_t queue_max; /* loop_work() beyond it is refused */
	enum err (*start_cb)(void *arg, void **ret_context, struct why *why); /* in each worker thread, first */
	void (*stop_cb)(void *context);                                      /* in each worker thread, last */
	void *arg;
};
struct loop_workers;
/* Returns after every start_cb; the first failure ends all of them. */
enum err loop_workers_open(struct loop *loop, const struct loop_workers_options *o, struct loop_workers **ret_workers,
	struct why *why);
/* run_cb in a worker thread, then done_cb on the loop. ERR_QUEUE_FULL: neither will run. */
enum err loop_work(struct loop_workers *w, void (*run_cb)(void *context, void *job), void (*done_cb)(void *job), void *job);
size_t loop_workers_waiting(const struct loop_workers *w);
void loop_workers_close(struct loop_workers *w); /* finishes what runs; done_cb is called for all of it */

#endif
