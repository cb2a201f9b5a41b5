/* store_db.c - a SQLite connection with its settings, its errors and its prepared statements. */
#include "daemon/store/store_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define BUSY_MS 5000 /* the command line holds the write lock for milliseconds */

/* secure_delete: what is erased is gone from the file. temp_store: savepoints undo in memory, not in a file.
 */
static const char *const settings[] = {
	[STORE_READ] = "PRAGMA temp_store = MEMORY; PRAGMA query_only = ON; PRAGMA cache_size = -2048;",
	[STORE_WRITE] =
		("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
		 "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192;"),
	[STORE_CHECKPOINT] =
		"PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -64;",
};

enum err store_db_err(int sqlite_code)
{
	switch (sqlite_code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE: return OK;
	case SQLITE_FULL: return ERR_DISK_FULL;
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return ERR_BUSY;
	case SQLITE_NOMEM: return ERR_NOMEM;
	case SQLITE_IOERR: return sqlite_code == SQLITE_IOERR_NOMEM ? ERR_NOMEM : ERR_IO;
	case SQLITE_PERM:
	case SQLITE_READONLY: return ERR_PERMISSION;
	default: return ERR_STORE;
	}
}

enum err store_db_exec(struct store_db *db, const char *sql)
{
	return store_db_err(sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL));
}

/* SQLite gives -wal and -shm the mode of the database, so the database must have the right one from its first
 * moment. */
static enum err make_private(const char *path, struct why *why)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return why_set(why, errno == EACCES ? ERR_PERMISSION : ERR_IO, "could not open \"%s\": %s",
			path, strerror(errno));
	close(fd);
	return OK;
}

enum err store_db_open(struct store_db *db, const char *path, enum store_mode mode, struct why *why)
{
	int flags = (mode == STORE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX;
	enum err err = OK;
	int code;

	memset(db, 0, sizeof *db);
	if (mode == STORE_WRITE)
		err = make_private(path, why);
	if (err)
		return err;
	code = sqlite3_open_v2(path, &db->sqlite, flags, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_busy_timeout(db->sqlite, mode == STORE_CHECKPOINT ? 0 : BUSY_MS);
	if (code == SQLITE_OK)
		code = sqlite3_exec(db->sqlite, settings[mode], NULL, NULL, NULL);
	if (code == SQLITE_OK)
		code = store_aggregates_add(db->sqlite);
	if (code == SQLITE_OK)
		return OK;
	err = why_set(why, store_db_err(code), "could not open \"%s\": %s", path,
		db->sqlite ? sqlite3_errmsg(db->sqlite) : sqlite3_errstr(code));
	store_db_close(db);
	return err;
}

void store_db_close(struct store_db *db)
{
	for (size_t i = 0; i < STORE_STATEMENTS; i++)
		sqlite3_finalize(db->statements[i].stmt);
	sqlite3_close_v2(db->sqlite);
	memset(db, 0, sizeof *db);
}

enum err store_lock(const char *path, int *ret_fd, struct why *why)
{
	const char *slash = strrchr(path, '/');
	char lock[4096];
	int fd;

	if (snprintf(lock, sizeof lock, "%.*swriter.lock", slash ? (int)(slash - path) + 1 : 0, path) >=
		(int)sizeof lock)
		return why_set(why, ERR_LIMIT, "cannot lock \"%s\": the path is too long", path);
	fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return why_set(why, errno == EACCES ? ERR_PERMISSION : ERR_IO, "could not open \"%s\": %s",
			lock, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return why_set(why, ERR_BUSY, "could not lock \"%s\": the daemon is running", lock);
	}
	*ret_fd = fd;
	return OK;
}

/* --- Statements -------------------------------------------------------------------------------------- */

enum err store_db_prepare(struct store_db *db, const char *sql, sqlite3_stmt **ret_stmt)
{
	size_t slot = ((uintptr_t)sql >> 3) * 31 % STORE_STATEMENTS;
	sqlite3_stmt *stmt;
	int code;

	for (size_t tried = 0; tried < STORE_STATEMENTS; tried++, slot = (slot + 1) % STORE_STATEMENTS) {
		if (db->statements[slot].sql == sql) {
			*ret_stmt = db->statements[slot].stmt;
			return OK;
		}
		if (db->statements[slot].sql)
			continue;
		code = sqlite3_prepare_v3(db->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
		if (code != SQLITE_OK)
			return store_db_err(code);
		db->statements[slot].sql = sql;
		db->statements[slot].stmt = *ret_stmt = stmt;
		return OK;
	}
	return ERR_LIMIT; /* raise STORE_STATEMENTS */
}

void store_db_done(sqlite3_stmt *stmt)
{
	if (!stmt)
		return;
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
}

enum err store_db_run(struct store_db *db, sqlite3_stmt *stmt, int *ret_changes)
{
	enum err err = store_db_err(sqlite3_step(stmt));

	if (!err && ret_changes)
		*ret_changes = sqlite3_changes(db->sqlite);
	store_db_done(stmt);
	return err;
}

void store_bind_text(sqlite3_stmt *stmt, int place, const char *text)
{
	if (text)
		sqlite3_bind_text(stmt, place, text, -1, SQLITE_STATIC);
}

const char *store_column_text(struct arena *a, sqlite3_stmt *stmt, int column, bool *ret_failed)
{
	const unsigned char *text;
	char *copy;

	if (sqlite3_column_type(stmt, column) == SQLITE_NULL)
		return NULL;
	text = sqlite3_column_text(stmt, column);
	copy = text ? arena_copy(a, (const char *)text, (size_t)sqlite3_column_bytes(stmt, column)) : NULL;
	if (!copy)
		*ret_failed = true;
	return copy;
}

enum err store_db_rows(sqlite3_stmt *stmt, struct arena *a, store_row_read read, size_t size, size_t max,
	void *ret_items, size_t *ret_count)
{
	char *items = arena_array(a, max ? max : 1, size);
	enum err err = items ? OK : ERR_NOMEM;
	size_t count = 0;
	int code = SQLITE_DONE;

	while (!err && count < max && (code = sqlite3_step(stmt)) == SQLITE_ROW)
		err = read(stmt, a, items + count++ * size);
	store_db_done(stmt);
	if (!err)
		err = store_db_err(code);
	if (err)
		return err;
	memcpy(ret_items, &items, sizeof items);
	*ret_count = count;
	return OK;
}

enum err store_db_row(sqlite3_stmt *stmt, struct arena *a, store_row_read read, void *ret_item)
{
	int code = sqlite3_step(stmt);
	enum err err = code == SQLITE_ROW    ? read(stmt, a, ret_item)
		       : code == SQLITE_DONE ? ERR_NOT_FOUND
					     : store_db_err(code);

	store_db_done(stmt);
	return err;
}

enum err store_db_count(sqlite3_stmt *stmt, size_t *ret_count)
{
	int code = sqlite3_step(stmt);

	if (code == SQLITE_ROW)
		*ret_count = (size_t)sqlite3_column_int64(stmt, 0);
	store_db_done(stmt);
	return store_db_err(code);
}
