/* kb_shared.c - the thread that makes catalogs: it sleeps until a searcher saw a commit, reads the catalog anew, lays it out for all.
 * When that fails (no memory, a database that cannot be read) the old one serves on and it tries again. */
#include "knowledge/kb_shared.h"

#include "daemon/base/background.h"
#include "knowledge/kb_internal.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define AGAIN_S 2 /* after a failure */

struct kb_shared {
	char *path;
	const struct words *words;
	struct kb *maker; /* the thread's own connection; its shelf is not searched */
	pthread_t thread;
	bool has_thread;

	pthread_mutex_t lock;  /* guards all below, but newest may be looked at without */
	pthread_cond_t wanted; /* a commit was seen, or it is the end */
	bool changed, ending;
	_Atomic(struct shelf *) newest; /* this one is a user of it */
};

bool kb_shared_has_newer(const struct kb_shared *s, const struct shelf *shelf)
{
	return atomic_load_explicit(&s->newest, memory_order_relaxed) != shelf;
}

struct shelf *kb_shared_shelf(struct kb_shared *s, bool changed)
{
	struct shelf *shelf;

	pthread_mutex_lock(&s->lock);
	if (changed && !s->changed) {
		s->changed = true;
		pthread_cond_signal(&s->wanted);
	}
	shelf = atomic_load(&s->newest);
	atomic_fetch_add(&shelf->users, 1);
	pthread_mutex_unlock(&s->lock);
	return shelf;
}

/* OK also when nothing was committed since the last one was made. */
static enum err make(struct kb_shared *s)
{
	struct shelf *fresh = NULL, *former;
	int64_t version;
	enum err err = kb_data_version(s->maker, &version);

	if (err != OK || version == s->maker->data_version)
		return err;
	err = kb_shelf_make(s->maker, &fresh);
	if (err != OK)
		return err;
	s->maker->data_version = version;
	pthread_mutex_lock(&s->lock);
	former = atomic_load(&s->newest);
	atomic_store(&s->newest, fresh);
	pthread_mutex_unlock(&s->lock);
	kb_shelf_leave(former);
	return OK;
}

/* With the lock held. Until a commit was seen; after a failure, for a while. */
static void wait(struct kb_shared *s, bool again)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += AGAIN_S;
	while (!s->changed && !s->ending)
		if (!again)
			pthread_cond_wait(&s->wanted, &s->lock);
		else if (pthread_cond_timedwait(&s->wanted, &s->lock, &until) != 0)
			break;
	s->changed = false;
}

static void *make_always(void *arg)
{
	struct kb_shared *s = arg;
	bool again = false;

	background_thread();
	pthread_mutex_lock(&s->lock);
	for (;;) {
		wait(s, again);
		if (s->ending)
			break;
		pthread_mutex_unlock(&s->lock);
		again = make(s) != OK;
		pthread_mutex_lock(&s->lock);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

static struct kb_shared *shared_new(const char *path, const struct words *words)
{
	struct kb_shared *s = calloc(1, sizeof *s);
	pthread_condattr_t monotonic;

	if (!s)
		return NULL;
	s->path = strdup(path);
	s->words = words;
	pthread_mutex_init(&s->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&s->wanted, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (s->path)
		return s;
	kb_share_end(s);
	return NULL;
}

enum err kb_share(const char *path, const struct words *words, struct kb_shared **ret_shared, struct why *why)
{
	struct kb_shared *s = shared_new(path, words);
	enum err err = s ? kb_open(path, words, &s->maker, why)
			 : why_set(why, ERR_NOMEM, "could not open index \"%s\": out of memory", path);

	if (err == OK) {
		atomic_fetch_add(&s->maker->shelf->users, 1);
		atomic_store(&s->newest, s->maker->shelf);
		kb_shelf_forget(s->maker);
		s->has_thread = pthread_create(&s->thread, NULL, make_always, s) == 0;
		if (!s->has_thread)
			err = why_set(why, ERR_NOMEM, "could not start a thread for the index");
	}
	if (err != OK) {
		kb_share_end(s);
		return err;
	}
	*ret_shared = s;
	return OK;
}

void kb_share_end(struct kb_shared *s)
{
	if (!s)
		return;
	if (s->has_thread) {
		pthread_mutex_lock(&s->lock);
		s->ending = true;
		pthread_cond_signal(&s->wanted);
		pthread_mutex_unlock(&s->lock);
		pthread_join(s->thread, NULL);
	}
	kb_close(s->maker);
	kb_shelf_leave(atomic_load(&s->newest));
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->wanted);
	free(s->path);
	free(s);
}

enum err kb_open_shared(struct kb_shared *s, struct kb **ret_kb, struct why *why)
{
	return kb_open_on(s->path, NULL, s->words, s, ret_kb, why);
}
