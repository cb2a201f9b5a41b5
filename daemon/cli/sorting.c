#include "daemon/cli/sorting.h"

#include "daemon/base/background.h"
#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/report/sorter.h"

#include <stdlib.h>

#define IDLE_MS 2000         /* until it is looked again whether a question waits */
#define STEP_MS 5            /* between two jobs: replies go first */
#define AGAIN_MS (30 * 1000) /* after a failure */

enum { STEP = 64 };

struct sorting {
	struct store *store;
	struct loop_timer *timer;
	struct loop_workers *workers;
	struct sorter *sorter; /* its thread's, but for sorter_stop() */
	struct cluster_sorted items[STEP];
	size_t count;
	enum err err; /* of the last look */
	bool failed;  /* what was said last was not written; the thread begins anew */
	bool stopped;
};

/* --- In its thread --- */

static enum err thread_start(void *arg, void **ret_context, struct why *why)
{
	(void)why;
	background_thread();
	*ret_context = arg;
	return OK;
}

static void thread_stop(void *context)
{
	(void)context;
}

static void look(void *context, void *job)
{
	struct sorting *s = job;

	(void)context;
	if (s->failed)
		sorter_begin_anew(s->sorter);
	s->failed = false;
	s->count = 0;
	s->err = sorter_look(s->sorter, s->items, STEP, &s->count);
}

/* --- In the store's --- */

static enum err write_job(struct store_tx *tx, void *arg)
{
	const struct sorting *s = arg;

	return store_cluster_sort(tx, s->items, s->count, clock_now_ms());
}

/* --- On the loop --- */

static void again_after(struct sorting *s, int64_t ms)
{
	if (!s->stopped)
		loop_timer_start(s->timer, ms);
}

static void written(void *arg, enum err err)
{
	struct sorting *s = arg;

	s->failed = err != OK;
	if (err == OK) {
		again_after(s, STEP_MS);
		return;
	}
	if (err != ERR_EXISTS && err != ERR_NOT_FOUND) /* staff split or merged meanwhile */
		log_warning("could not sort questions, trying again: %s", err_words(err));
	again_after(s, err == ERR_EXISTS || err == ERR_NOT_FOUND ? IDLE_MS : AGAIN_MS);
}

static void looked(void *job)
{
	struct sorting *s = job;

	if (s->stopped)
		return;
	if (s->err != OK && s->err != ERR_LIMIT) {
		log_warning("could not sort questions, trying again: %s", err_words(s->err));
		again_after(s, AGAIN_MS);
	} else if (!s->count) {
		again_after(s, s->err ? STEP_MS : IDLE_MS);
	} else if (store_submit(s->store, write_job, written, s) != OK) {
		s->failed = true;
		again_after(s, IDLE_MS);
	}
}

static void due(void *arg)
{
	struct sorting *s = arg;

	if (loop_work(s->workers, look, looked, s) != OK)
		again_after(s, IDLE_MS);
}

enum err sorting_open(struct loop *loop, struct store *store, const char *state_path,
	const struct words *words, struct sorting **ret_sorting, struct why *why)
{
	struct sorting *s = calloc(1, sizeof *s);
	struct loop_workers_options o = {
		.threads = 1, .queue_max = 1, .start_cb = thread_start, .stop_cb = thread_stop, .arg = s};
	enum err err;

	if (!s)
		return why_set(why, ERR_NOMEM, "could not sort questions: out of memory");
	s->store = store;
	err = sorter_open(state_path, words, &s->sorter, why);
	if (err == OK)
		err = loop_timer_open(loop, due, s, &s->timer);
	if (err == OK)
		err = loop_workers_open(loop, &o, &s->workers, why);
	if (err != OK) {
		sorting_stop(s);
		sorting_close(s);
		return err;
	}
	again_after(s, IDLE_MS);
	*ret_sorting = s;
	return OK;
}

void sorting_stop(struct sorting *s)
{
	if (!s)
		return;
	s->stopped = true;
	if (s->sorter)
		sorter_stop(s->sorter);
	loop_workers_close(s->workers);
	sorter_close(s->sorter);
	s->workers = NULL;
	s->sorter = NULL;
	loop_timer_close(s->timer);
	s->timer = NULL;
}

void sorting_close(struct sorting *s)
{
	free(s);
}
