/* store.h - the one writer of state.db, in a thread of its own.
 * Jobs from any thread are run in order; all that wait are run in one transaction (group commit, synchronous=FULL),
 * and only after its fsync are they reported done. A checkpoint thread with its own connection keeps the WAL short.
 * A second implementation on PostgreSQL is meant to fit behind this header and store_*.h; nothing else may see SQLite. */
#ifndef MOTCUA_STORE_H
#define MOTCUA_STORE_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct store;        /* the writer */
struct store_tx;     /* the open transaction; inside a job only */
struct store_reader; /* a read-only connection; one thread at a time */

struct store_options {
	const char *path;        /* …/state.db; created when missing (mode 0600), migrated when older */
	size_t queue_max;        /* jobs that may wait; default 8192; store_submit() beyond it fails */
	void (*wake_cb)(void *arg); /* store thread, after each commit: call store_drain() soon; NULL: only store_do() is used */
	void *wake_arg;
	bool flushed_by_owner; /* jobs wait for store_flush(), so that all of a loop turn are one batch; false: none waits */
};

/* ERR_NEWER when a newer program wrote it; ERR_BUSY when another process holds the writer's lock. */
enum err store_open(const struct store_options *o, struct store **ret_store, struct why *why);
void store_close(struct store *s); /* runs what waits, commits, checkpoints; done callbacks not drained before are dropped */

/* A job runs in the store thread. When it returns other than OK its own writes are undone and the others' stay: then the batch
 * is run once more with the jobs apart, so a job may run twice and sets what it hands out anew each time. When the commit
 * fails (disk full), every job of the batch is done with that error and nothing is kept. */
typedef enum err (*store_job)(struct store_tx *tx, void *arg);
typedef void (*store_done)(void *arg, enum err err);

/* Any thread. ERR_QUEUE_FULL: neither callback will run. */
enum err store_submit(struct store *s, store_job run, store_done done, void *arg);
void store_flush(struct store *s); /* any thread: what was submitted may be written now; nothing to do is cheap */
size_t store_waiting(struct store *s);

/* Runs the done callbacks of committed jobs, in order, on the calling thread (the loop). */
void store_drain(struct store *s);

/* Submits and waits: command line and tests. Not from inside a job. */
enum err store_do(struct store *s, store_job run, void *arg);

/* Another process and the one writer. store_open() holds the folder's writer.lock, so a second daemon is refused. A
 * command that must write while the daemon runs (outbox retry, questions close) uses store_edit(): when the lock is free
 * it is the writer for that moment; else it runs `run` as a transaction of its own on a second connection, for which
 * SQLite lets the daemon wait some milliseconds. The daemon learns of it by asking store_changed() about once a second:
 * true once after another process committed; then rows that it holds in memory are read again. */
enum err store_edit(const char *path, store_job run, void *arg, struct why *why);
bool store_changed(struct store *s); /* any thread */

enum err store_reader_open(const char *path, struct store_reader **ret_reader, struct why *why);
void store_reader_close(struct store_reader *r);

/* Online copy of a SQLite database, verified (integrity_check) before it gets its name; then the reverse. Works on
 * state.db and knowledge.db while the daemon runs (backup) or is stopped (restore, which refuses otherwise). */
enum err store_backup(const char *from, const char *to, struct why *why);
enum err store_restore(const char *from, const char *to, struct why *why);

#endif
