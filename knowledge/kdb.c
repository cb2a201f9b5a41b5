/* kdb.c - connections to knowledge.db.
 *
 * Opening: connect, look at user_version, bring an older schema up to date in one transaction, register the
 * tokenizer. Fails when the file cannot be opened or created, is no database, is from a newer program, or
 * stays locked for BUSY_MS. A commit that cannot be written (disk full) is rolled back by whoever began it;
 * WAL keeps readers apart. */
#include "knowledge/kdb.h"

#include "daemon/base/share.h"
#include "knowledge/tokenizer.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA_BYTES_MAX ((size_t)256 * 1024)
#define BUSY_MS 10000

#define KDB_SQL(name, sql) sql,
static const char *const texts[] = {
#include "knowledge/kdb.def"
};
#undef KDB_SQL

enum err kdb_step_err(const struct kdb *k, int rc)
{
	return rc == SQLITE_OK || rc == SQLITE_ROW || rc == SQLITE_DONE ? OK : kdb_err(k);
}

enum err kdb_err(const struct kdb *k)
{
	switch (sqlite3_errcode(k->db)) {
	case SQLITE_NOMEM: return ERR_NOMEM;
	case SQLITE_FULL: return ERR_DISK_FULL;
	case SQLITE_BUSY: return ERR_BUSY;
	case SQLITE_TOOBIG: return ERR_LIMIT;
	case SQLITE_CONSTRAINT: return ERR_EXISTS;
	case SQLITE_PERM:
	case SQLITE_READONLY: return ERR_PERMISSION;
	case SQLITE_CANTOPEN:
	case SQLITE_IOERR: return ERR_IO;
	default: return ERR_STORE;
	}
}

enum err kdb_why(const struct kdb *k, enum err err, const char *what, struct why *why)
{
	const char *path = sqlite3_db_filename(k->db, "main");
	bool told = err == ERR_STORE || err == ERR_IO || err == ERR_EXISTS;

	return why_set(why, err, "could not %s \"%s\": %s", what,
		path && *path ? path : "knowledge in memory", told ? sqlite3_errmsg(k->db) : err_words(err));
}

static enum err exec(struct kdb *k, const char *sql)
{
	return kdb_step_err(k, sqlite3_exec(k->db, sql, NULL, NULL, NULL));
}

static enum err schema_version(struct kdb *k, int *ret_version)
{
	sqlite3_stmt *stmt = NULL;
	enum err err = OK;

	if (sqlite3_prepare_v2(k->db, "PRAGMA user_version", -1, &stmt, NULL) != SQLITE_OK ||
		sqlite3_step(stmt) != SQLITE_ROW)
		err = kdb_err(k);
	else
		*ret_version = sqlite3_column_int(stmt, 0);
	sqlite3_finalize(stmt);
	return err;
}

/* A file of statements of ours; `what` is for the complaint. */
static enum err schema_run(struct kdb *k, const char *name, const char *what, struct why *why)
{
	struct arena arena;
	struct bytes sql;
	const char *path;
	enum err err;

	arena_init(&arena, SCHEMA_BYTES_MAX * 2);
	err = share_path(&arena, name, &path, why);
	if (err == OK)
		err = share_read_file(&arena, path, SCHEMA_BYTES_MAX, &sql, why);
	if (err == OK) {
		err = exec(k, sql.ptr);
		if (err != OK)
			kdb_why(k, err, what, why);
	}
	arena_release(&arena);
	return err;
}

/* migrations/002.sql, 003.sql, …: what each version added. */
static enum err schema_migrate(struct kdb *k, int version, struct why *why)
{
	enum err err = OK;

	while (version < KDB_SCHEMA_VERSION && err == OK) {
		char name[64], stamp[64];

		version++;
		snprintf(name, sizeof name, "knowledge/migrations/%03d.sql", version);
		snprintf(stamp, sizeof stamp, "PRAGMA user_version = %d", version);
		err = schema_run(k, name, "bring up to date", why);
		if (err == OK && (err = exec(k, stamp)) != OK)
			kdb_why(k, err, "bring up to date", why);
	}
	return err;
}

/* Under the write lock, so that two programs that start on a new file do not both create it. */
static enum err schema_update(struct kdb *k, struct why *why)
{
	int version = 0;
	enum err err = kdb_run(k, KDB_BEGIN, "");

	if (err == OK)
		err = schema_version(k, &version);
	if (err != OK) {
		kdb_why(k, err, "open", why);
		goto out;
	}
	err = version == 0 ? schema_run(k, "knowledge/schema.sql", "create", why)
			   : schema_migrate(k, version, why);
	if (err == OK) {
		err = kdb_run(k, KDB_COMMIT, "");
		if (err != OK)
			kdb_why(k, err, "create", why);
	}
out:
	if (!sqlite3_get_autocommit(k->db))
		kdb_run(k, KDB_ROLLBACK, "");
	return err;
}

static enum err schema_check(struct kdb *k, enum kdb_mode mode, struct why *why)
{
	const char *path = sqlite3_db_filename(k->db, "main");
	int version = 0;
	enum err err = schema_version(k, &version);

	if (err != OK)
		return kdb_why(k, err, "open", why);
	if (version > KDB_SCHEMA_VERSION)
		return why_set(why, ERR_NEWER, "cannot open \"%s\": it has schema %d, this program knows %d",
			path, version, KDB_SCHEMA_VERSION);
	if (version == KDB_SCHEMA_VERSION)
		return OK;
	if (mode == KDB_READ)
		return why_set(why, ERR_STORE, "cannot read \"%s\": it is no knowledge database", path);
	return schema_update(k, why);
}

static enum err configure(struct kdb *k, enum kdb_mode mode)
{
	sqlite3_busy_timeout(k->db, BUSY_MS);
	if (mode == KDB_READ)
		return exec(k, "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY");
	if (mode == KDB_BRIEF)
		return exec(k,
			"PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON;"
			"PRAGMA temp_store = MEMORY");
	return exec(k, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
		       "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384");
}

enum err kdb_open(const char *path, enum kdb_mode mode, struct kdb **ret_kdb, struct why *why)
{
	struct kdb *k = calloc(1, sizeof *k);
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (mode == KDB_READ ? 0 : SQLITE_OPEN_CREATE);
	enum err err;

	if (!k)
		return why_set(why, ERR_NOMEM, "could not open \"%s\": out of memory", path);
	err = mode == KDB_READ ? kdb_update(path, why) : OK;
	if (err != OK)
		goto out;
	if (sqlite3_open_v2(mode == KDB_SCRATCH ? ":memory:" : path, &k->db, flags, NULL) != SQLITE_OK) {
		err = why_set(why, k->db ? kdb_err(k) : ERR_NOMEM, "could not open \"%s\": %s", path,
			k->db ? sqlite3_errmsg(k->db) : err_words(ERR_NOMEM));
		goto out;
	}
	err = configure(k, mode);
	if (err != OK) {
		kdb_why(k, err, "open", why);
		goto out;
	}
	err = tokenizer_register(k->db, NULL);
	if (err != OK) {
		why_set(why, err, "could not register the tokenizer on \"%s\": %s", path, err_words(err));
		goto out;
	}
	err = schema_check(k, mode, why);
	if (err != OK)
		goto out;
	*ret_kdb = k;
	return OK;
out:
	kdb_close(k);
	return err;
}

enum err kdb_update(const char *path, struct why *why)
{
	struct kdb reader = {0}, *writer = NULL;
	int version = 0;
	enum err err = OK;

	if (sqlite3_open_v2(path, &reader.db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) ==
			SQLITE_OK &&
		sqlite3_busy_timeout(reader.db, BUSY_MS) == SQLITE_OK)
		schema_version(&reader, &version);
	sqlite3_close(reader.db);
	if (version > 0 && version < KDB_SCHEMA_VERSION) {
		err = kdb_open(path, KDB_WRITE, &writer, why);
		kdb_close(writer);
	}
	return err;
}

void kdb_close(struct kdb *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < KDB_SQL_COUNT; i++)
		sqlite3_finalize(k->statements[i]);
	sqlite3_close(k->db);
	free(k);
}

static int bind_all(sqlite3_stmt *stmt, const char *types, va_list args)
{
	int rc = SQLITE_OK;

	for (int i = 1; *types && rc == SQLITE_OK; i++, types++) {
		if (*types == 'i') {
			rc = sqlite3_bind_int64(stmt, i, va_arg(args, int64_t));
		} else if (*types == 's') {
			rc = sqlite3_bind_text(stmt, i, va_arg(args, const char *), -1, SQLITE_STATIC);
		} else {
			const void *blob = va_arg(args, const void *);

			assert(*types == 'b');
			rc = sqlite3_bind_blob(stmt, i, blob, va_arg(args, int), SQLITE_STATIC);
		}
	}
	return rc;
}

static sqlite3_stmt *bind(struct kdb *k, enum kdb_sql sql, const char *types, va_list args)
{
	sqlite3_stmt **stmt = &k->statements[sql];

	if (!*stmt &&
		sqlite3_prepare_v3(k->db, texts[sql], -1, SQLITE_PREPARE_PERSISTENT, stmt, NULL) != SQLITE_OK)
		return NULL;
	sqlite3_reset(*stmt);
	return bind_all(*stmt, types, args) == SQLITE_OK ? *stmt : NULL;
}

sqlite3_stmt *kdb_bind(struct kdb *k, enum kdb_sql sql, const char *types, ...)
{
	va_list args;
	sqlite3_stmt *stmt;

	va_start(args, types);
	stmt = bind(k, sql, types, args);
	va_end(args);
	return stmt;
}

enum err kdb_run(struct kdb *k, enum kdb_sql sql, const char *types, ...)
{
	va_list args;
	sqlite3_stmt *stmt;
	enum err err;

	va_start(args, types);
	stmt = bind(k, sql, types, args);
	va_end(args);
	if (!stmt)
		return kdb_err(k);
	err = kdb_step_err(k, sqlite3_step(stmt));
	sqlite3_reset(stmt);
	return err;
}
