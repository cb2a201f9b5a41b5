/* store_schema.c - state.db gets its tables, or the ones a newer version needs.
 *   empty file → schema.sql;   version N → migrations/N+1.sql … each;   all in one transaction, or nothing
 *   a newer file is refused;   a missing migration or a failing one leaves the file as it was
 * The version this program speaks is the one its schema.sql sets. */
#include "daemon/base/share.h"
#include "daemon/store/store_internal.h"

#include <stdlib.h>
#include <string.h>

#define SQL_MAX ((size_t)1 << 20)

static enum err sql_read(struct arena *a, const char *name, const char **ret_sql, struct why *why)
{
	const char *path;
	struct bytes sql;
	enum err err = share_path(a, name, &path, why);

	if (!err)
		err = share_read_file(a, path, SQL_MAX, &sql, why);
	if (!err)
		*ret_sql = sql.ptr;
	return err;
}

static enum err version_of_program(const char *schema, int *ret_version, struct why *why)
{
	static const char marker[] = "\nPRAGMA user_version = ";
	const char *at = strstr(schema, marker);
	long version = at ? strtol(at + strlen(marker), NULL, 10) : 0;

	if (version < 1)
		return why_set(
			why, ERR_FORMAT, "cannot use daemon/store/schema.sql: it sets no user_version");
	*ret_version = (int)version;
	return OK;
}

static enum err version_of_file(struct store_db *db, const char *path, int *ret_version, struct why *why)
{
	sqlite3_stmt *stmt = NULL;
	int code = sqlite3_prepare_v2(db->sqlite, "PRAGMA user_version", -1, &stmt, NULL);
	enum err err = OK;

	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		*ret_version = sqlite3_column_int(stmt, 0);
	else
		err = why_set(why, store_db_err(code), "could not read \"%s\": %s", path,
			sqlite3_errmsg(db->sqlite));
	sqlite3_finalize(stmt);
	return err;
}

static enum err sql_run(
	struct store_db *db, const char *path, const char *name, const char *sql, struct why *why)
{
	enum err err = store_db_exec(db, sql);

	return err ? why_set(why, err, "could not run %s on \"%s\": %s", name, path,
			     sqlite3_errmsg(db->sqlite))
		   : OK;
}

static enum err migrate(
	struct store_db *db, const char *path, struct arena *a, int from, int to, struct why *why)
{
	enum err err = OK;

	for (int version = from + 1; version <= to && !err; version++) {
		const char *name = arena_printf(a, "daemon/store/migrations/%03d.sql", version), *sql;
		const char *stamp = arena_printf(a, "PRAGMA user_version = %d", version);

		if (!name || !stamp)
			return ERR_NOMEM;
		err = sql_read(a, name, &sql, why);
		if (!err)
			err = sql_run(db, path, name, sql, why);
		if (!err)
			err = store_db_exec(db, stamp);
	}
	return err;
}

static enum err bring_up(struct store_db *db, const char *path, struct arena *a, const char *schema,
	int program, struct why *why)
{
	int file = 0; /* read again under the write lock: another process may just have done it */
	enum err err = sql_run(db, path, "BEGIN", "BEGIN IMMEDIATE", why);

	if (err)
		return err;
	err = version_of_file(db, path, &file, why);
	if (!err && file == 0)
		err = sql_run(db, path, "daemon/store/schema.sql", schema, why);
	else if (!err)
		err = migrate(db, path, a, file, program, why);
	if (!err)
		err = sql_run(db, path, "COMMIT", "COMMIT", why);
	if (err && !sqlite3_get_autocommit(db->sqlite))
		store_db_exec(db, "ROLLBACK");
	return err;
}

enum err store_schema_ready(struct store_db *db, const char *path, bool may_write, struct why *why)
{
	const char *schema;
	int program = 0, file = 0;
	struct arena a;
	enum err err;

	arena_init(&a, 64 * SQL_MAX);
	err = sql_read(&a, "daemon/store/schema.sql", &schema, why);
	if (!err)
		err = version_of_program(schema, &program, why);
	if (!err)
		err = version_of_file(db, path, &file, why);
	if (err || file == program)
		goto out;
	if (file > program)
		err = why_set(why, ERR_NEWER, "cannot use \"%s\": it is of version %d, this program knows %d",
			path, file, program);
	else if (!may_write)
		err = why_set(why, ERR_STORE, "cannot use \"%s\": it is of version %d, this program needs %d",
			path, file, program);
	else
		err = bring_up(db, path, &a, schema, program, why);
out:
	arena_release(&a);
	return err == ERR_NOMEM ? why_set(why, err, "could not open \"%s\": out of memory", path) : err;
}
