/* store.c - the writer thread: queue, group commit, checkpoints.
 *   store_submit ─▶ ring ─ store_flush ─▶ BEGIN, all that were flushed, COMMIT (one fsync) ─▶ store_drain: done callbacks
 * One ring, four counters that only grow: drained ≤ committed ≤ flushed ≤ submitted; a slot is free once drained.
 *   a job fails                    the batch is undone and run again, each job in a savepoint: its own is undone, the others stay
 *   SQLite gives up                (disk full, I/O error) the batch is undone and done with that error; the next begins anew and
 *                                  works as soon as the disk does
 *   another process writes         BEGIN waits for it (busy_timeout), then the batch fails with ERR_BUSY
 * Checkpoints run in a thread of their own, so that no commit pays for one: PASSIVE all along, which blocks nobody; when the
 * WAL is long, the writer is held between two batches for a RESTART so that it begins again at the front; and when nothing was
 * written for a while, TRUNCATE, so that what was erased leaves the WAL too. */
#include "daemon/store/store_internal.h"

#include "daemon/base/clock.h"
#include "daemon/base/metrics.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define QUEUE_DEFAULT 8192
#define LOOK_MS 1000 /* how often the writer looks for commits of others */
#define CHECKPOINT_MS 25
#define WAL_LONG_PAGES 4096 /* 16 MiB: then begin again at its front */
#define QUIET_MS 2000       /* without a commit: truncate */

struct waiter { /* of store_do() */
	enum err err;
	bool done;
};

struct slot {
	store_job run;
	store_done done;
	void *arg;
	struct waiter *waiter; /* NULL: store_drain() reports it */
	enum err err;
};

struct store {
	struct store_tx tx; /* writer thread only, once it runs */
	struct store_db checkpoint;
	int lock_fd;
	void (*wake_cb)(void *arg);
	void *wake_arg;
	bool flushed_by_owner;
	pthread_t writer, checkpointer;
	_Atomic bool changed;
	unsigned data_version; /* writer thread */
	int64_t looked_us;     /* writer thread */

	pthread_mutex_t mutex; /* of all below */
	pthread_cond_t work;   /* writer: there is something to do */
	pthread_cond_t news;   /* store_do(), checkpointer: a batch ended, or stopping */
	pthread_cond_t quit;   /* checkpointer: stopping */
	struct slot *ring;
	size_t room, submitted, flushed, committed, drained;
	size_t commits;
	bool in_batch, hold; /* hold: the checkpointer wants the writer to stand still */
	bool stop_writer, stop_checkpointer;
};

static struct slot *slot_at(struct store *s, size_t n)
{
	return &s->ring[n % s->room];
}

static void cond_wait_ms(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_cond_timedwait(cond, mutex, &until);
}

/* --- The writer -------------------------------------------------------------------------------------- */

static enum err tx_run(struct store_db *db, const char *sql)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(db, sql, &stmt);

	return err ? err : store_db_run(db, stmt, NULL);
}

/* Each job's own writes can be undone. *ret_lost: SQLite has undone the whole transaction by itself. */
static enum err job_run_apart(struct store_tx *tx, struct slot *slot, bool *ret_lost)
{
	enum err err = tx_run(&tx->db, "SAVEPOINT job");

	if (err) {
		*ret_lost = true;
		return err;
	}
	err = slot->run(tx, slot->arg);
	if (sqlite3_get_autocommit(tx->db.sqlite)) {
		*ret_lost = true;
		return err ? err : ERR_STORE;
	}
	if (err && tx_run(&tx->db, "ROLLBACK TO job") != OK)
		*ret_lost = true;
	if (tx_run(&tx->db, "RELEASE job") != OK)
		*ret_lost = true;
	return err;
}

/* Stops at the first job that fails. */
static enum err jobs_run(struct store *s, size_t first, size_t end)
{
	enum err err = OK;

	for (size_t n = first; n < end && !err; n++) {
		struct slot *slot = slot_at(s, n);

		err = slot->err = slot->run(&s->tx, slot->arg);
	}
	return err;
}

static enum err jobs_run_apart(struct store *s, size_t first, size_t end)
{
	bool lost = false;

	for (size_t n = first; n < end; n++) {
		struct slot *slot = slot_at(s, n);

		slot->err = job_run_apart(&s->tx, slot, &lost);
		if (lost)
			return slot->err ? slot->err : ERR_STORE;
	}
	return OK;
}

static enum err transaction_run(
	struct store *s, size_t first, size_t end, enum err (*run)(struct store *s, size_t first, size_t end))
{
	struct store_db *db = &s->tx.db;
	enum err err = tx_run(db, "BEGIN IMMEDIATE");

	if (!err)
		err = run(s, first, end);
	if (!err)
		err = tx_run(db, "COMMIT");
	if (err && !sqlite3_get_autocommit(db->sqlite))
		tx_run(db, "ROLLBACK");
	return err;
}

/* Slots from `first` to `end` are ours until `committed` passes them. Savepoints make SQLite copy each page a job touches, so
 * they are for the rare batch that has a job that fails. */
static void batch_run(struct store *s, size_t first, size_t end)
{
	enum err err;

	for (size_t n = first; n < end; n++)
		slot_at(s, n)->err = OK;
	err = transaction_run(s, first, end, jobs_run);
	for (size_t n = first; n < end; n++)
		if (slot_at(s, n)->err) {
			err = transaction_run(s, first, end, jobs_run_apart);
			break;
		}
	for (size_t n = first; n < end && err; n++)
		slot_at(s, n)->err = err;
	if (!err) {
		metric_add(METRIC_store_commit, 1);
		metric_add(METRIC_store_job, end - first);
	}
}

/* PRAGMA data_version changes only for what other connections committed. */
static void look_for_others(struct store *s)
{
	sqlite3_stmt *stmt;
	unsigned version;

	if (clock_monotonic_us() - s->looked_us < LOOK_MS * 1000)
		return;
	s->looked_us = clock_monotonic_us();
	if (store_db_prepare(&s->tx.db, "PRAGMA data_version", &stmt) != OK)
		return;
	version = sqlite3_step(stmt) == SQLITE_ROW ? (unsigned)sqlite3_column_int(stmt, 0) : s->data_version;
	store_db_done(stmt);
	if (s->data_version && version != s->data_version)
		atomic_store(&s->changed, true);
	s->data_version = version;
}

/* Under the mutex: the batch is over; jobs nobody will drain are let go at once. */
static void batch_end(struct store *s, size_t first, size_t end)
{
	for (size_t n = first; n < end; n++) {
		struct slot *slot = slot_at(s, n);

		if (slot->waiter)
			*slot->waiter = (struct waiter){slot->err, true};
	}
	s->committed = end;
	while (s->drained < end && !slot_at(s, s->drained)->done)
		s->drained++;
	s->in_batch = false;
	s->commits += end > first;
	pthread_cond_broadcast(&s->news);
}

static void *writer_main(void *arg)
{
	struct store *s = arg;

	pthread_mutex_lock(&s->mutex);
	while (!s->stop_writer || s->committed < s->flushed) {
		size_t first, end;

		if (s->hold || s->committed == s->flushed)
			cond_wait_ms(&s->work, &s->mutex, LOOK_MS);
		if (s->hold)
			continue;
		first = s->committed;
		end = s->flushed;
		s->in_batch = true;
		pthread_mutex_unlock(&s->mutex);
		look_for_others(s);
		if (first < end)
			batch_run(s, first, end);
		pthread_mutex_lock(&s->mutex);
		batch_end(s, first, end);
		if (first < end && s->wake_cb) {
			pthread_mutex_unlock(&s->mutex);
			s->wake_cb(s->wake_arg);
			pthread_mutex_lock(&s->mutex);
		}
	}
	pthread_mutex_unlock(&s->mutex);
	return NULL;
}

/* --- Checkpoints ------------------------------------------------------------------------------------- */

/* Pages in the WAL, 0 when that cannot be said. Failures are left to the next round: nothing is lost by a
 * long WAL. */
static int checkpoint(struct store *s, int mode)
{
	int pages = 0;

	sqlite3_wal_checkpoint_v2(s->checkpoint.sqlite, NULL, mode, &pages, NULL);
	return pages > 0 ? pages : 0;
}

/* Under the mutex. Nobody writes meanwhile, so what is left to copy is only what came since the last PASSIVE.
 */
static void checkpoint_held(struct store *s, int mode)
{
	s->hold = true;
	while (s->in_batch)
		pthread_cond_wait(&s->news, &s->mutex);
	pthread_mutex_unlock(&s->mutex);
	checkpoint(s, mode);
	pthread_mutex_lock(&s->mutex);
	s->hold = false;
	pthread_cond_signal(&s->work);
}

static void *checkpointer_main(void *arg)
{
	struct store *s = arg;
	size_t seen = 0;
	int pages;

	pthread_mutex_lock(&s->mutex);
	while (!s->stop_checkpointer) {
		seen = s->commits;
		pthread_mutex_unlock(&s->mutex);
		pages = checkpoint(s, SQLITE_CHECKPOINT_PASSIVE);
		pthread_mutex_lock(&s->mutex);
		if (pages > WAL_LONG_PAGES)
			checkpoint_held(s, SQLITE_CHECKPOINT_RESTART);
		cond_wait_ms(&s->quit, &s->mutex, CHECKPOINT_MS);
		if (s->commits != seen || s->stop_checkpointer)
			continue;
		cond_wait_ms(&s->news, &s->mutex, QUIET_MS);
		if (s->commits == seen && !s->stop_checkpointer)
			checkpoint_held(s, SQLITE_CHECKPOINT_TRUNCATE);
		while (s->commits == seen && !s->stop_checkpointer)
			pthread_cond_wait(&s->news, &s->mutex);
	}
	pthread_mutex_unlock(&s->mutex);
	return NULL;
}

/* --- Submitting and reporting ------------------------------------------------------------------------ */

static enum err enqueue(struct store *s, struct slot slot)
{
	if (s->submitted - s->drained >= s->room || s->stop_writer)
		return ERR_QUEUE_FULL;
	*slot_at(s, s->submitted++) = slot;
	return OK;
}

static void flush(struct store *s)
{
	if (s->flushed == s->submitted)
		return;
	s->flushed = s->submitted;
	pthread_cond_signal(&s->work);
}

enum err store_submit(struct store *s, store_job run, store_done done, void *arg)
{
	enum err err;

	pthread_mutex_lock(&s->mutex);
	err = enqueue(s, (struct slot){.run = run, .done = done, .arg = arg});
	if (!s->flushed_by_owner)
		flush(s);
	pthread_mutex_unlock(&s->mutex);
	return err;
}

void store_flush(struct store *s)
{
	pthread_mutex_lock(&s->mutex);
	flush(s);
	pthread_mutex_unlock(&s->mutex);
}

enum err store_do(struct store *s, store_job run, void *arg)
{
	struct waiter waiter = {OK, false};
	enum err err;

	pthread_mutex_lock(&s->mutex);
	err = enqueue(s, (struct slot){.run = run, .arg = arg, .waiter = &waiter});
	flush(s);
	while (!err && !waiter.done)
		pthread_cond_wait(&s->news, &s->mutex);
	pthread_mutex_unlock(&s->mutex);
	return err ? err : waiter.err;
}

size_t store_waiting(struct store *s)
{
	size_t waiting;

	pthread_mutex_lock(&s->mutex);
	waiting = s->submitted - s->committed;
	pthread_mutex_unlock(&s->mutex);
	return waiting;
}

bool store_changed(struct store *s)
{
	return atomic_exchange(&s->changed, false);
}

void store_drain(struct store *s)
{
	size_t end;

	pthread_mutex_lock(&s->mutex);
	end = s->committed; /* what the callbacks submit is for the next time */
	while (s->drained < end) {
		struct slot slot = *slot_at(s, s->drained++);

		if (!slot.done)
			continue;
		pthread_mutex_unlock(&s->mutex);
		slot.done(slot.arg, slot.err);
		pthread_mutex_lock(&s->mutex);
	}
	pthread_mutex_unlock(&s->mutex);
}

/* --- Opening and closing ----------------------------------------------------------------------------- */

static void sync_init(struct store *s)
{
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_mutex_init(&s->mutex, NULL);
	pthread_cond_init(&s->work, &monotonic);
	pthread_cond_init(&s->news, &monotonic);
	pthread_cond_init(&s->quit, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

static void stop(struct store *s, bool *flag, pthread_t thread)
{
	pthread_mutex_lock(&s->mutex);
	*flag = true;
	s->flushed = s->submitted;
	pthread_cond_signal(&s->work);
	pthread_cond_broadcast(&s->news);
	pthread_cond_signal(&s->quit);
	pthread_mutex_unlock(&s->mutex);
	pthread_join(thread, NULL);
}

static void release(struct store *s)
{
	store_db_close(&s->checkpoint);
	store_db_close(&s->tx.db); /* the last connection: SQLite copies the WAL and removes it */
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	pthread_cond_destroy(&s->work);
	pthread_cond_destroy(&s->news);
	pthread_cond_destroy(&s->quit);
	pthread_mutex_destroy(&s->mutex);
	free(s->ring);
	free(s);
}

static enum err threads_start(struct store *s, struct why *why)
{
	if (pthread_create(&s->writer, NULL, writer_main, s) != 0)
		return why_set(why, ERR_NOMEM, "could not start the writer's thread");
	if (pthread_create(&s->checkpointer, NULL, checkpointer_main, s) == 0)
		return OK;
	stop(s, &s->stop_writer, s->writer);
	return why_set(why, ERR_NOMEM, "could not start the checkpoint thread");
}

enum err store_open(const struct store_options *o, struct store **ret_store, struct why *why)
{
	struct store *s = calloc(1, sizeof *s);
	enum err err = ERR_NOMEM;

	if (!s)
		return why_set(why, err, "could not open \"%s\": out of memory", o->path);
	sync_init(s);
	s->lock_fd = -1;
	s->wake_cb = o->wake_cb;
	s->wake_arg = o->wake_arg;
	s->flushed_by_owner = o->flushed_by_owner;
	s->room = o->queue_max ? o->queue_max : QUEUE_DEFAULT;
	s->ring = calloc(s->room, sizeof *s->ring);
	if (!s->ring)
		why_set(why, err, "could not open \"%s\": out of memory", o->path);
	else
		err = store_lock(o->path, &s->lock_fd, why);
	if (!err)
		err = store_db_open(&s->tx.db, o->path, STORE_WRITE, why);
	if (!err)
		err = store_schema_ready(&s->tx.db, o->path, true, why);
	if (!err)
		err = store_db_open(&s->checkpoint, o->path, STORE_CHECKPOINT, why);
	if (!err)
		err = threads_start(s, why);
	if (err)
		release(s);
	else
		*ret_store = s;
	return err;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	stop(s, &s->stop_writer, s->writer);
	stop(s, &s->stop_checkpointer, s->checkpointer);
	release(s);
}

/* --- Other processes and readers --------------------------------------------------------------------- */

static enum err edit_beside(const char *path, store_job run, void *arg, struct why *why)
{
	struct store_tx tx;
	enum err err = store_db_open(&tx.db, path, STORE_WRITE, why);

	if (err)
		return err;
	err = store_schema_ready(&tx.db, path, false, why);
	if (!err) {
		err = store_db_exec(&tx.db, "BEGIN IMMEDIATE");
		if (!err)
			err = run(&tx, arg);
		if (!err)
			err = store_db_exec(&tx.db, "COMMIT");
		if (err)
			why_set(why, err, "could not write \"%s\": %s", path, err_words(err));
	}
	store_db_close(&tx.db); /* an open transaction is undone */
	return err;
}

enum err store_edit(const char *path, store_job run, void *arg, struct why *why)
{
	struct store_options o = {.path = path, .queue_max = 1};
	struct store *s;
	enum err err = store_open(&o, &s, why);

	if (err == ERR_BUSY)
		return edit_beside(path, run, arg, why);
	if (err)
		return err;
	err = store_do(s, run, arg);
	store_close(s);
	return err ? why_set(why, err, "could not write \"%s\": %s", path, err_words(err)) : OK;
}

enum err store_reader_open(const char *path, struct store_reader **ret_reader, struct why *why)
{
	struct store_reader *r = calloc(1, sizeof *r);
	enum err err;

	if (!r)
		return why_set(why, ERR_NOMEM, "could not open \"%s\": out of memory", path);
	err = store_db_open(&r->db, path, STORE_READ, why);
	if (!err)
		err = store_schema_ready(&r->db, path, false, why);
	if (err)
		store_reader_close(r);
	else
		*ret_reader = r;
	return err;
}

void store_reader_close(struct store_reader *r)
{
	if (!r)
		return;
	store_db_close(&r->db);
	free(r);
}
