/* export.c - every version in force that day as a line or a row, then what is ours of records that have none.
 * One read transaction, so that an import in between is seen wholly or not at all. Fails when the database
 * cannot be read or the lines cannot be written. */
#include "knowledge/export.h"

#include "daemon/base/clock.h"
#include "knowledge/export_internal.h"
#include "knowledge/import_row.h"
#include "knowledge/version_json.h"

#include <errno.h>
#include <string.h>

static enum err each_version(struct kdb *k, struct arena *a, const struct export_options *o, const char *day,
	export_row_cb *row_cb, void *arg)
{
	sqlite3_stmt *stmt = kdb_bind(k, KDB_EXPORT_VERSIONS, "sss", day, o->kind, o->unit);
	const char *json = NULL;
	enum err err = stmt ? OK : kdb_err(k);
	int rc = SQLITE_DONE;

	while (err == OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		err = version_json(k, a, sqlite3_column_int64(stmt, 0), day, &json);
		if (err == OK)
			err = row_cb(arg, a, json);
		arena_reset(a);
	}
	if (err == OK)
		err = kdb_step_err(k, rc);
	if (stmt)
		sqlite3_reset(stmt);
	return err;
}

static enum err each_own(struct kdb *k, struct arena *a, const char *day, export_row_cb *row_cb, void *arg)
{
	sqlite3_stmt *stmt = kdb_bind(k, KDB_EXPORT_OWN_ALONE, "s", day);
	const char *json = NULL;
	enum err err = stmt ? OK : kdb_err(k);
	int rc = SQLITE_DONE;

	while (err == OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		err = own_json(k, a, (const char *)sqlite3_column_text(stmt, 0), &json);
		if (err == OK)
			err = row_cb(arg, a, json);
		arena_reset(a);
	}
	if (err == OK)
		err = kdb_step_err(k, rc);
	if (stmt)
		sqlite3_reset(stmt);
	return err;
}

static enum err each_unit(struct kdb *k, struct arena *a, enum kdb_sql sql, export_row_cb *row_cb, void *arg)
{
	sqlite3_stmt *stmt = kdb_bind(k, sql, "");
	enum err err = stmt ? OK : kdb_err(k);
	int rc = SQLITE_DONE;

	while (err == OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		err = row_cb(arg, a, (const char *)sqlite3_column_text(stmt, 0));
		arena_reset(a);
	}
	if (err == OK)
		err = kdb_step_err(k, rc);
	if (stmt)
		sqlite3_reset(stmt);
	return err;
}

enum err export_rows(
	struct kdb *k, struct arena *a, const struct export_options *o, export_row_cb *row_cb, void *arg)
{
	char today[11];
	const char *day = o->as_of;
	enum err err;

	if (o->kind && strcmp(o->kind, "unit") == 0)
		return each_unit(k, a, KDB_EXPORT_UNITS, row_cb, arg);
	if (o->kind && strcmp(o->kind, "old_unit") == 0)
		return each_unit(k, a, KDB_EXPORT_OLD_UNITS, row_cb, arg);
	clock_date(clock_now_ms(), today);
	if (!day)
		day = today;
	err = each_version(k, a, o, day, row_cb, arg);
	if (err == OK && !o->kind && !o->unit)
		err = each_own(k, a, day, row_cb, arg);
	return err;
}

static enum err put_line(void *arg, struct arena *a, const char *json)
{
	FILE *out = arg;

	(void)a;
	if (fputs(json, out) == EOF || putc('\n', out) == EOF)
		return errno == ENOSPC ? ERR_DISK_FULL : ERR_IO;
	return OK;
}

static const char *const format_names[EXPORT_FORMAT_COUNT] = {"jsonl", "csv", "xlsx"};

const char *export_format_name(enum export_format format)
{
	return format_names[format];
}

bool export_format_from(const char *name, enum export_format *ret_format)
{
	for (int i = 0; i < EXPORT_FORMAT_COUNT; i++) {
		if (strcmp(name, format_names[i]) == 0) {
			*ret_format = (enum export_format)i;
			return true;
		}
	}
	return false;
}

static enum err put_all(
	struct kdb *k, struct arena *a, const struct export_options *o, FILE *out, struct why *why)
{
	enum err err = kdb_run(k, KDB_BEGIN_READ, "");

	if (err == OK)
		err = o->format == EXPORT_JSONL ? export_rows(k, a, o, put_line, out)
						: export_table(k, a, o, out, why);
	if (err == OK && fflush(out) != 0)
		err = errno == ENOSPC ? ERR_DISK_FULL : ERR_IO;
	return err;
}

enum err export_write(const struct export_options *o, FILE *out, struct why *why)
{
	struct kdb *k = NULL;
	struct arena arena;
	struct why table = {""};
	enum err err = kdb_open(o->database, KDB_READ, &k, why);

	if (err != OK)
		return err;
	arena_init(&arena, ROW_ARENA_MAX);
	err = put_all(k, &arena, o, out, &table);
	if (err != OK && *table.text)
		why_set(why, err, "%s", table.text);
	else if (err != OK && ferror(out))
		why_set(why, err, "could not write the export: %s", err_words(err));
	else if (err != OK)
		kdb_why(k, err, "export", why);
	arena_release(&arena);
	kdb_close(k);
	return err;
}
