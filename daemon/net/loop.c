/* loop.c - libuv's loop, its timers, signals and doorbells under our names. Workers are in loop_workers.c.
 * libuv calls here fail only for want of memory or file descriptors, and only while something is opened. */
#include "daemon/net/loop_internal.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>

static const int signals_watched[] = {SIGTERM, SIGINT, SIGHUP};
enum { SIGNALS = sizeof signals_watched / sizeof *signals_watched };

struct loop {
	uv_loop_t uv;
	uv_async_t keep; /* so that uv_run() waits for loop_stop() although nothing else is open */
	uv_signal_t signals[SIGNALS];
	int signal_count; /* how many of them are open */
	void (*signal_cb)(void *arg, int number);
	void *signal_arg;
};

struct loop_idle {
	uv_prepare_t uv;
	void (*idle_cb)(void *arg);
	void *arg;
};

struct loop_timer {
	uv_timer_t uv;
	void (*due_cb)(void *arg);
	void *arg;
};

struct loop_bell {
	uv_async_t uv;
	void (*ring_cb)(void *arg);
	void *arg;
};

uv_loop_t *loop_uv(struct loop *loop)
{
	return &loop->uv;
}

enum err loop_open(struct loop **ret_loop, struct why *why)
{
	struct loop *loop = calloc(1, sizeof *loop);
	int code;

	if (!loop)
		return why_set(why, ERR_NOMEM, "could not open the event loop: out of memory");
	code = uv_loop_init(&loop->uv);
	if (code < 0)
		goto out;
	code = uv_async_init(&loop->uv, &loop->keep, NULL);
	if (code < 0) {
		uv_loop_close(&loop->uv);
		goto out;
	}
	signal(SIGPIPE, SIG_IGN);
	*ret_loop = loop;
	return OK;
out:
	free(loop);
	return why_set(why, ERR_IO, "could not open the event loop: %s", uv_strerror(code));
}

void loop_close(struct loop *loop)
{
	if (!loop)
		return;
	uv_close((uv_handle_t *)&loop->keep, NULL);
	for (int i = 0; i < loop->signal_count; i++)
		uv_close((uv_handle_t *)&loop->signals[i], NULL);
	/* Closed handles say good-bye in the loop's next rounds; a handle that stays open is an owner's
	 * mistake. */
	for (int round = 0; uv_loop_close(&loop->uv) == UV_EBUSY; round++) {
		assert(round < 100);
		uv_run(&loop->uv, UV_RUN_NOWAIT);
	}
	free(loop);
}

void loop_run(struct loop *loop)
{
	uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void loop_run_once(struct loop *loop)
{
	uv_run(&loop->uv, UV_RUN_NOWAIT);
}

void loop_stop(struct loop *loop)
{
	uv_stop(&loop->uv);
}

/* --- Signals --- */

static void signal_seen(uv_signal_t *handle, int number)
{
	struct loop *loop = handle->data;

	loop->signal_cb(loop->signal_arg, number);
}

enum err loop_on_signal(struct loop *loop, void (*signal_cb)(void *arg, int number), void *arg)
{
	loop->signal_cb = signal_cb;
	loop->signal_arg = arg;
	while (loop->signal_count < SIGNALS) {
		uv_signal_t *handle = &loop->signals[loop->signal_count];

		if (uv_signal_init(&loop->uv, handle) < 0)
			return ERR_IO;
		handle->data = loop;
		loop->signal_count++;
		if (uv_signal_start(handle, signal_seen, signals_watched[loop->signal_count - 1]) < 0)
			return ERR_IO;
	}
	return OK;
}

/* --- Timers --- */

static void timer_due(uv_timer_t *handle)
{
	struct loop_timer *t = handle->data;

	t->due_cb(t->arg);
}

static void handle_free(uv_handle_t *handle)
{
	free(handle->data);
}

enum err loop_timer_open(
	struct loop *loop, void (*due_cb)(void *arg), void *arg, struct loop_timer **ret_timer)
{
	struct loop_timer *t = calloc(1, sizeof *t);

	if (!t)
		return ERR_NOMEM;
	t->due_cb = due_cb;
	t->arg = arg;
	uv_timer_init(&loop->uv, &t->uv); /* cannot fail */
	t->uv.data = t;
	*ret_timer = t;
	return OK;
}

void loop_timer_start(struct loop_timer *t, int64_t after_ms)
{
	uv_update_time(t->uv.loop); /* the loop's time may be old after a long callback: never early */
	uv_timer_start(&t->uv, timer_due, after_ms > 0 ? (uint64_t)after_ms : 0, 0);
}

void loop_timer_stop(struct loop_timer *t)
{
	uv_timer_stop(&t->uv);
}

void loop_timer_close(struct loop_timer *t)
{
	if (t)
		uv_close((uv_handle_t *)&t->uv, handle_free);
}

/* --- The end of a turn --- */

static void turn_ended(uv_prepare_t *handle)
{
	struct loop_idle *i = handle->data;

	i->idle_cb(i->arg);
}

enum err loop_idle_open(struct loop *loop, void (*idle_cb)(void *arg), void *arg, struct loop_idle **ret_idle)
{
	struct loop_idle *i = calloc(1, sizeof *i);

	if (!i)
		return ERR_NOMEM;
	i->idle_cb = idle_cb;
	i->arg = arg;
	uv_prepare_init(&loop->uv, &i->uv); /* cannot fail, nor can the start */
	i->uv.data = i;
	uv_prepare_start(&i->uv, turn_ended);
	*ret_idle = i;
	return OK;
}

void loop_idle_close(struct loop_idle *i)
{
	if (i)
		uv_close((uv_handle_t *)&i->uv, handle_free);
}

/* --- Doorbells --- */

static void bell_rung(uv_async_t *handle)
{
	struct loop_bell *b = handle->data;

	b->ring_cb(b->arg);
}

enum err loop_bell_open(struct loop *loop, void (*ring_cb)(void *arg), void *arg, struct loop_bell **ret_bell)
{
	struct loop_bell *b = calloc(1, sizeof *b);

	if (!b)
		return ERR_NOMEM;
	b->ring_cb = ring_cb;
	b->arg = arg;
	if (uv_async_init(&loop->uv, &b->uv, bell_rung) < 0) {
		free(b);
		return ERR_IO;
	}
	b->uv.data = b;
	*ret_bell = b;
	return OK;
}

void loop_bell_ring(struct loop_bell *b)
{
	uv_async_send(&b->uv);
}

void loop_bell_close(struct loop_bell *b)
{
	if (b)
		uv_close((uv_handle_t *)&b->uv, handle_free);
}
