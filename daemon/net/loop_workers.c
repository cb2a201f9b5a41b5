/* loop_workers.c - threads beside the loop, each with a context of its own.
 * A job goes loop → waiting list → worker → finished list → doorbell → loop. Job records are recycled on the
 * loop thread, so that the hot path allocates nothing. Fails only by refusing: the waiting list has a limit.
 */
#include "daemon/net/loop.h"

#include <pthread.h>
#include <stdlib.h>

struct job {
	struct job *next;
	void (*run_cb)(void *context, void *job);
	void (*done_cb)(void *job);
	void *job;
};

struct jobs { /* first in, first out */
	struct job *first, **end;
};

struct loop_workers {
	struct loop_workers_options options;
	struct loop_bell *bell;
	struct job *spare; /* loop thread only */
	pthread_t *threads;
	unsigned thread_count; /* threads that were created */

	pthread_mutex_t lock; /* guards all below */
	pthread_cond_t work_came, thread_started;
	struct jobs waiting, finished;
	size_t waiting_count;
	unsigned started;   /* threads whose start_cb has returned */
	enum err start_err; /* of the first that failed */
	struct why start_why;
	bool stopping;
};

static void jobs_init(struct jobs *list)
{
	list->first = NULL;
	list->end = &list->first;
}

static void jobs_add(struct jobs *list, struct job *j)
{
	j->next = NULL;
	*list->end = j;
	list->end = &j->next;
}

static struct job *jobs_take(struct jobs *list)
{
	struct job *j = list->first;

	if (j) {
		list->first = j->next;
		if (!list->first)
			list->end = &list->first;
	}
	return j;
}

/* Tells loop_workers_open() how start_cb went. */
static bool worker_start(struct loop_workers *w, void **ret_context)
{
	struct why why = {""};
	enum err err = OK;

	if (w->options.start_cb)
		err = w->options.start_cb(w->options.arg, ret_context, &why);
	pthread_mutex_lock(&w->lock);
	if (err != OK && w->start_err == OK) {
		w->start_err = err;
		w->start_why = why;
	}
	w->started++;
	pthread_cond_signal(&w->thread_started);
	pthread_mutex_unlock(&w->lock);
	return err == OK;
}

static void *worker_main(void *arg)
{
	struct loop_workers *w = arg;
	void *context = NULL;

	if (!worker_start(w, &context))
		return NULL;
	pthread_mutex_lock(&w->lock);
	for (;;) {
		struct job *j = jobs_take(&w->waiting);
		bool first;

		if (!j) {
			if (w->stopping)
				break;
			pthread_cond_wait(&w->work_came, &w->lock);
			continue;
		}
		w->waiting_count--;
		pthread_mutex_unlock(&w->lock);
		j->run_cb(context, j->job);
		pthread_mutex_lock(&w->lock);
		first = !w->finished.first;
		jobs_add(&w->finished, j);
		if (first)
			loop_bell_ring(w->bell);
	}
	pthread_mutex_unlock(&w->lock);
	if (w->options.stop_cb)
		w->options.stop_cb(context);
	return NULL;
}

static void workers_rung(void *arg)
{
	struct loop_workers *w = arg;
	struct job *j, *next;

	pthread_mutex_lock(&w->lock);
	j = w->finished.first;
	jobs_init(&w->finished);
	pthread_mutex_unlock(&w->lock);
	for (; j; j = next) {
		void (*done_cb)(void *job) = j->done_cb;
		void *job = j->job;

		next = j->next;
		j->next = w->spare;
		w->spare = j;
		done_cb(job); /* may give new work */
	}
}

/* Ends the threads once nothing waits. */
static void workers_join(struct loop_workers *w)
{
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	pthread_cond_broadcast(&w->work_came);
	pthread_mutex_unlock(&w->lock);
	for (unsigned i = 0; i < w->thread_count; i++)
		pthread_join(w->threads[i], NULL);
}

static void workers_free(struct loop_workers *w)
{
	while (w->spare) {
		struct job *j = w->spare;

		w->spare = j->next;
		free(j);
	}
	loop_bell_close(w->bell);
	pthread_cond_destroy(&w->work_came);
	pthread_cond_destroy(&w->thread_started);
	pthread_mutex_destroy(&w->lock);
	free(w->threads);
	free(w);
}

enum err loop_workers_open(struct loop *loop, const struct loop_workers_options *o,
	struct loop_workers **ret_workers, struct why *why)
{
	struct loop_workers *w = calloc(1, sizeof *w);
	enum err err = ERR_NOMEM;

	if (!w)
		return why_set(why, ERR_NOMEM, "could not start worker threads: out of memory");
	w->options = *o;
	jobs_init(&w->waiting);
	jobs_init(&w->finished);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->work_came, NULL);
	pthread_cond_init(&w->thread_started, NULL);
	w->threads = calloc(o->threads, sizeof *w->threads);
	if (!w->threads || loop_bell_open(loop, workers_rung, w, &w->bell) != OK) {
		why_set(why, err, "could not start worker threads: out of memory");
		goto out;
	}
	while (w->thread_count < o->threads) {
		if (pthread_create(&w->threads[w->thread_count], NULL, worker_main, w) != 0) {
			err = why_set(why, ERR_IO, "could not start worker thread %u", w->thread_count + 1);
			goto out;
		}
		w->thread_count++;
	}
	pthread_mutex_lock(&w->lock);
	while (w->started < w->thread_count)
		pthread_cond_wait(&w->thread_started, &w->lock);
	err = w->start_err;
	pthread_mutex_unlock(&w->lock);
	if (err == OK) {
		*ret_workers = w;
		return OK;
	}
	if (why)
		*why = w->start_why;
out:
	workers_join(w);
	workers_free(w);
	return err;
}

enum err loop_work(struct loop_workers *w, void (*run_cb)(void *context, void *job),
	void (*done_cb)(void *job), void *job)
{
	struct job *j = w->spare;
	bool full;

	if (j)
		w->spare = j->next;
	else if (!(j = malloc(sizeof *j)))
		return ERR_QUEUE_FULL;
	*j = (struct job){.run_cb = run_cb, .done_cb = done_cb, .job = job};
	pthread_mutex_lock(&w->lock);
	full = w->stopping || w->waiting_count >= w->options.queue_max;
	if (!full) {
		jobs_add(&w->waiting, j);
		w->waiting_count++;
		pthread_cond_signal(&w->work_came);
	}
	pthread_mutex_unlock(&w->lock);
	if (!full)
		return OK;
	j->next = w->spare;
	w->spare = j;
	return ERR_QUEUE_FULL;
}

size_t loop_workers_waiting(const struct loop_workers *w)
{
	struct loop_workers *locked = (struct loop_workers *)w; /* the lock is not part of what is const */
	size_t count;

	pthread_mutex_lock(&locked->lock);
	count = w->waiting_count;
	pthread_mutex_unlock(&locked->lock);
	return count;
}

void loop_workers_close(struct loop_workers *w)
{
	if (!w)
		return;
	workers_join(w);
	workers_rung(w);
	workers_free(w);
}
