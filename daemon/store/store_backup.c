/* store_backup.c - verified copies of a SQLite database.
 *   copy (online backup API) into NAME.part ─▶ journal folded in ─▶ integrity_check ─▶ fsync ─▶ rename to
 * NAME Until the rename nothing at NAME has changed; whatever fails removes NAME.part and says why. A restore
 * removes the old -wal and -shm just before the rename: SQLite would replay them into the new file. */
#include "daemon/store/store_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_SIZE 4096

static enum err path_with(char ret_path[PATH_SIZE], const char *path, const char *suffix, struct why *why)
{
	if (snprintf(ret_path, PATH_SIZE, "%s%s", path, suffix) >= PATH_SIZE)
		return why_set(why, ERR_LIMIT, "cannot write \"%s%s\": the path is too long", path, suffix);
	return OK;
}

static enum err fail_sqlite(struct why *why, const char *what, const char *path, sqlite3 *db, int code)
{
	return why_set(why, store_db_err(code), "could not %s \"%s\": %s", what, path,
		db ? sqlite3_errmsg(db) : sqlite3_errstr(code));
}

/* "ok", or the first thing found wrong. */
static enum err verify(sqlite3 *db, const char *path, struct why *why)
{
	sqlite3_stmt *stmt = NULL;
	int code = sqlite3_prepare_v2(db, "PRAGMA integrity_check(1)", -1, &stmt, NULL);
	const unsigned char *says = NULL;
	enum err err = OK;

	if (code == SQLITE_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW)
		says = sqlite3_column_text(stmt, 0);
	if (!says)
		err = fail_sqlite(why, "check", path, db, code);
	else if (strcmp((const char *)says, "ok") != 0)
		err = why_set(
			why, ERR_FORMAT, "cannot use \"%s\": it is damaged: %s", path, (const char *)says);
	sqlite3_finalize(stmt);
	return err;
}

static enum err copy_pages(
	sqlite3 *from, const char *from_path, sqlite3 *to, const char *to_path, struct why *why)
{
	sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
	int code, end;

	if (!backup)
		return fail_sqlite(why, "write", to_path, to, sqlite3_errcode(to));
	code = sqlite3_backup_step(backup, -1); /* one read transaction: the state of one moment */
	end = sqlite3_backup_finish(backup);
	if (code == SQLITE_DONE && end == SQLITE_OK)
		return OK;
	if (code == SQLITE_DONE)
		code = end;
	return why_set(why, store_db_err(code) ? store_db_err(code) : ERR_STORE,
		"could not copy \"%s\" to \"%s\": %s", from_path, to_path, sqlite3_errstr(code));
}

static enum err sync_path(const char *path, int flags, struct why *why)
{
	int fd = open(path, flags | O_CLOEXEC);
	enum err err = OK;

	if (fd < 0 || fsync(fd) != 0)
		err = why_set(why, errno == ENOSPC ? ERR_DISK_FULL : ERR_IO, "could not write \"%s\": %s",
			path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return err;
}

static enum err sync_folder_of(const char *path, struct why *why)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_SIZE];

	snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
	return sync_path(folder, O_RDONLY | O_DIRECTORY, why);
}

/* `from` → `part`: complete, verified, on disk, one file. */
static enum err copy_verified(const char *from, const char *part, struct why *why)
{
	sqlite3 *source = NULL, *copy = NULL;
	enum err err = OK;
	int fd, code;

	fd = open(part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return why_set(why, errno == EACCES ? ERR_PERMISSION : ERR_IO, "could not write \"%s\": %s",
			part, strerror(errno));
	close(fd);
	code = sqlite3_open_v2(from, &source, SQLITE_OPEN_READONLY, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_busy_timeout(source, 5000);
	if (code != SQLITE_OK) {
		err = fail_sqlite(why, "open", from, source, code);
		goto out;
	}
	code = sqlite3_open_v2(part, &copy, SQLITE_OPEN_READWRITE, NULL);
	if (code != SQLITE_OK) {
		err = fail_sqlite(why, "open", part, copy, code);
		goto out;
	}
	err = copy_pages(source, from, copy, part, why);
	if (err)
		goto out;
	code = sqlite3_exec(copy, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
	err = code == SQLITE_OK ? verify(copy, part, why) : fail_sqlite(why, "write", part, copy, code);
out:
	sqlite3_close_v2(copy);
	sqlite3_close_v2(source);
	return err ? err : sync_path(part, O_RDWR, why);
}

static void part_remove(const char *part)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
	char path[PATH_SIZE + 16];

	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		snprintf(path, sizeof path, "%s%s", part, suffixes[i]);
		unlink(path);
	}
}

static enum err put_in_place(const char *part, const char *to, struct why *why)
{
	if (rename(part, to) != 0)
		return why_set(why, ERR_IO, "could not write \"%s\": %s", to, strerror(errno));
	return sync_folder_of(to, why);
}

enum err store_backup(const char *from, const char *to, struct why *why)
{
	char part[PATH_SIZE];
	enum err err = path_with(part, to, ".part", why);

	if (err)
		return err;
	err = copy_verified(from, part, why);
	if (!err)
		err = put_in_place(part, to, why);
	if (err)
		part_remove(part);
	return err;
}

static enum err journal_remove(const char *path, const char *suffix, struct why *why)
{
	char journal[PATH_SIZE];
	enum err err = path_with(journal, path, suffix, why);

	if (!err && unlink(journal) != 0 && errno != ENOENT)
		err = why_set(why, ERR_IO, "could not remove \"%s\": %s", journal, strerror(errno));
	return err;
}

enum err store_restore(const char *from, const char *to, struct why *why)
{
	char part[PATH_SIZE];
	int lock = -1;
	enum err err = path_with(part, to, ".part", why);

	if (!err)
		err = store_lock(to, &lock, why);
	if (err)
		return err;
	err = copy_verified(from, part, why);
	if (!err)
		err = journal_remove(to, "-wal", why);
	if (!err)
		err = journal_remove(to, "-shm", why);
	if (!err)
		err = put_in_place(part, to, why);
	if (err)
		part_remove(part);
	close(lock);
	return err;
}
