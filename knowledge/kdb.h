/* kdb.h - a connection to knowledge.db and its prepared statements, shared by what writes, exports and
 * checks. Private to knowledge/ and its tests. One thread at a time. */
#ifndef MOTCUA_KDB_H
#define MOTCUA_KDB_H

#include "daemon/base/err.h"
#include "knowledge/change_figures.h"

#include <sqlite3.h>
#include <stdint.h>

#define KDB_SCHEMA_VERSION 4 /* of schema.sql */

#define KDB_SQL(name, sql) KDB_##name,
enum kdb_sql {
#include "knowledge/kdb.def"
	KDB_SQL_COUNT
};
#undef KDB_SQL

struct kdb {
	sqlite3 *db;
	sqlite3_stmt *statements[KDB_SQL_COUNT]; /* prepared at first use */
};

enum kdb_mode {
	KDB_READ,  /* must exist */
	KDB_WRITE, /* created when missing, migrated when older */
	KDB_BRIEF, /* as KDB_WRITE, for a file that goes again: no commit waits for the disk, and a crash may spoil it */
	KDB_SCRATCH, /* empty and in memory: `path` only names it in complaints */
};

/* An older schema is brought up to date (KDB_WRITE), a newer one refused: ERR_NEWER. On failure *ret_kdb is
 * untouched. */
enum err kdb_open(const char *path, enum kdb_mode mode, struct kdb **ret_kdb, struct why *why);
void kdb_close(struct kdb *k); /* NULL is fine */

/* Before reading by other means: a file of an older schema is brought up to date; one that is missing or no database is left
 * as it is, for the reader to complain of. */
enum err kdb_update(const char *path, struct why *why);

/* Binds from the first parameter on - s: const char *, NULL is SQL NULL; i: int64_t; b: const void *, int -
 * and hands back the statement ready to step, or NULL (kdb_err() says why). Text is not copied: it must live
 * until the reset. A statement that handed out rows is ended with sqlite3_reset(). */
sqlite3_stmt *kdb_bind(struct kdb *k, enum kdb_sql sql, const char *types, ...);
enum err kdb_run(struct kdb *k, enum kdb_sql sql, const char *types, ...); /* the same, stepped to its end */

enum err kdb_err(const struct kdb *k);              /* of the last call that failed */
enum err kdb_step_err(const struct kdb *k, int rc); /* SQLITE_ROW, _DONE, _OK are OK */

/* Fills `why` for a failed call: "could not <what> \"path\": disk is full". Returns err. */
enum err kdb_why(const struct kdb *k, enum err err, const char *what, struct why *why);

#endif
