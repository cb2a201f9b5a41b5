/* browse_change.c - how the knowledge changed within some days. */
#include "knowledge/change.h"

#include "knowledge/browse_internal.h"

#define KEYS_MAX 8192

static enum err failed(struct browse *b, enum err err, struct why *why)
{
	return kdb_why(b->kdb, err, "read", why);
}

static const char *copied(struct arena *a, sqlite3_stmt *stmt, int column, bool *ret_failed)
{
	const char *text = (const char *)sqlite3_column_text(stmt, column);
	const char *copy = arena_string(a, text);

	if (text && !copy)
		*ret_failed = true;
	return copy;
}

enum err change_counts(struct browse *b, struct arena *a, const struct change_scope *scope, enum change_by by,
	struct change_counts **ret_items, size_t *ret_count, struct why *why)
{
	static const enum kdb_sql statements[CHANGE_BY_COUNT] = {
		KDB_CHANGE_COUNTS, KDB_CHANGE_COUNTS_BY_UNIT, KDB_CHANGE_COUNTS_BY_FIELD};
	size_t room = by == CHANGE_BY_NOTHING ? 1 : KEYS_MAX, count = 0;
	struct change_counts *items = arena_array(a, room, sizeof *items);
	bool spent = items == NULL;
	sqlite3_stmt *stmt;
	int code = SQLITE_DONE;

	stmt = spent ? NULL
		     : kdb_bind(b->kdb, statements[by], "ssss", scope->from, scope->to, scope->units,
			       scope->field);
	if (!stmt)
		return failed(b, spent ? ERR_NOMEM : kdb_err(b->kdb), why);
	while (!spent && count < room && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
		items[count].key = copied(a, stmt, 0, &spent);
		for (int i = 0; i < CHANGE_FIGURE_COUNT; i++)
			items[count].values[i] = sqlite3_column_int64(stmt, 1 + i);
		count++;
	}
	sqlite3_reset(stmt);
	if (spent || kdb_step_err(b->kdb, code) != OK)
		return failed(b, spent ? ERR_NOMEM : kdb_step_err(b->kdb, code), why);
	*ret_items = items;
	*ret_count = count;
	return OK;
}

static enum err total(
	struct browse *b, const struct change_scope *scope, enum change_figure figure, size_t *ret_total)
{
	enum kdb_sql sql = (enum kdb_sql)(KDB_CHANGE_TOTAL_content_new + 2 * (int)figure);
	sqlite3_stmt *stmt =
		kdb_bind(b->kdb, sql, "ssss", scope->from, scope->to, scope->units, scope->field);
	int code = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
	enum err err = stmt ? kdb_step_err(b->kdb, code) : kdb_err(b->kdb);

	if (code == SQLITE_ROW)
		*ret_total = (size_t)sqlite3_column_int64(stmt, 0);
	if (stmt)
		sqlite3_reset(stmt);
	return err;
}

enum err change_rows(struct browse *b, struct arena *a, const struct change_scope *scope,
	enum change_figure figure, size_t skip, size_t max, struct change_row **ret_rows, size_t *ret_count,
	size_t *ret_total, struct why *why)
{
	enum kdb_sql sql = (enum kdb_sql)(KDB_CHANGE_LIST_content_new + 2 * (int)figure);
	struct change_row *rows = arena_array(a, max ? max : 1, sizeof *rows);
	enum err err = rows ? total(b, scope, figure, ret_total) : ERR_NOMEM;
	sqlite3_stmt *stmt = err ? NULL
				 : kdb_bind(b->kdb, sql, "ssssii", scope->from, scope->to, scope->units,
					   scope->field, (int64_t)max, (int64_t)skip);
	size_t count = 0;
	bool spent = false;
	int code = SQLITE_DONE;

	if (!stmt)
		return failed(b, err ? err : kdb_err(b->kdb), why);
	while (!spent && count < max && (code = sqlite3_step(stmt)) == SQLITE_ROW)
		rows[count++] = (struct change_row){sqlite3_column_int64(stmt, 0), copied(a, stmt, 1, &spent),
			copied(a, stmt, 2, &spent), copied(a, stmt, 3, &spent), copied(a, stmt, 4, &spent),
			copied(a, stmt, 5, &spent), copied(a, stmt, 6, &spent)};
	sqlite3_reset(stmt);
	err = spent ? ERR_NOMEM : kdb_step_err(b->kdb, code);
	if (err)
		return failed(b, err, why);
	*ret_rows = rows;
	*ret_count = count;
	return OK;
}

enum err change_name(struct browse *b, struct arena *a, const char *record, const char **ret_name,
	const char **ret_field, struct why *why)
{
	sqlite3_stmt *stmt = kdb_bind(b->kdb, KDB_CHANGE_NAME, "s", record);
	int code = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
	enum err err = stmt ? kdb_step_err(b->kdb, code) : kdb_err(b->kdb);
	bool spent = false;

	if (!err) {
		*ret_name = code == SQLITE_ROW ? copied(a, stmt, 0, &spent) : NULL;
		*ret_field = code == SQLITE_ROW ? copied(a, stmt, 1, &spent) : NULL;
	}
	if (stmt)
		sqlite3_reset(stmt);
	return err || spent ? failed(b, err ? err : ERR_NOMEM, why) : OK;
}
