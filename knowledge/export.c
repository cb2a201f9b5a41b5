/* export.c - every version in force that day as a line, then what is ours of records that have none.
 * One read transaction, so that an import in between is seen wholly or not at all. Fails when the database
 * cannot be read or the lines cannot be written. */
#include "knowledge/export.h"

#include "daemon/base/clock.h"
#include "knowledge/import_row.h"
#include "knowledge/version_json.h"

#include <errno.h>
#include <string.h>

static enum err put_line(struct arena *a, enum err err, const char *json, FILE *out)
{
	if (err == OK && (fputs(json, out) == EOF || putc('\n', out) == EOF))
		err = errno == ENOSPC ? ERR_DISK_FULL : ERR_IO;
	arena_reset(a);
	return err;
}

static enum err put_versions(struct kdb *k, struct arena *a, const char *kind, const char *day, FILE *out)
{
	sqlite3_stmt *stmt = kdb_bind(k, KDB_EXPORT_VERSIONS, "ss", day, kind);
	const char *json = NULL;
	enum err err = stmt ? OK : kdb_err(k);
	int rc = SQLITE_DONE;

	while (err == OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		err = version_json(k, a, sqlite3_column_int64(stmt, 0), &json);
		err = put_line(a, err, json, out);
	}
	if (err == OK)
		err = kdb_step_err(k, rc);
	if (stmt)
		sqlite3_reset(stmt);
	return err;
}

static enum err put_own(struct kdb *k, struct arena *a, const char *day, FILE *out)
{
	sqlite3_stmt *stmt = kdb_bind(k, KDB_EXPORT_OWN_ALONE, "s", day);
	const char *json = NULL;
	enum err err = stmt ? OK : kdb_err(k);
	int rc = SQLITE_DONE;

	while (err == OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		err = own_json(k, a, (const char *)sqlite3_column_text(stmt, 0), &json);
		err = put_line(a, err, json, out);
	}
	if (err == OK)
		err = kdb_step_err(k, rc);
	if (stmt)
		sqlite3_reset(stmt);
	return err;
}

enum err export_jsonl(const char *database, const char *kind, const char *as_of, FILE *out, struct why *why)
{
	struct kdb *k = NULL;
	struct arena arena;
	char today[11];
	enum err err = kdb_open(database, KDB_READ, &k, why);

	if (err != OK)
		return err;
	clock_date(clock_now_ms(), today);
	arena_init(&arena, ROW_ARENA_MAX);
	err = kdb_run(k, KDB_BEGIN_READ, "");
	if (err == OK)
		err = put_versions(k, &arena, kind, as_of ? as_of : today, out);
	if (err == OK && !kind)
		err = put_own(k, &arena, as_of ? as_of : today, out);
	if (err == OK && fflush(out) != 0)
		err = errno == ENOSPC ? ERR_DISK_FULL : ERR_IO;
	if (err != OK && ferror(out))
		why_set(why, err, "could not write the export: %s", err_words(err));
	else if (err != OK)
		kdb_why(k, err, "export", why);
	arena_release(&arena);
	kdb_close(k);
	return err;
}
