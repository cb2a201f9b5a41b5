#include "knowledge/lineage.h"

#include <string.h>

enum err lineage_row(struct kdb *k, struct arena *a, sqlite3_stmt *stmt, struct version_row *ret_row)
{
	int rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
	enum err err;

	if (rc == SQLITE_ROW)
		err = version_row_read(stmt, a, ret_row);
	else
		err = rc == SQLITE_DONE ? ERR_NOT_FOUND : kdb_err(k);
	if (stmt)
		sqlite3_reset(stmt);
	return err;
}

enum err lineage_province(struct kdb *k, struct arena *a, const char *unit, const char **ret_province)
{
	sqlite3_stmt *stmt = kdb_bind(k, KDB_UNIT_PROVINCE, "s", unit);
	int rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
	enum err err = stmt ? kdb_step_err(k, rc) : kdb_err(k);
	const char *province = NULL;

	if (rc == SQLITE_ROW && sqlite3_column_text(stmt, 0)) {
		province = arena_string(a, (const char *)sqlite3_column_text(stmt, 0));
		err = province ? OK : ERR_NOMEM;
	}
	if (stmt)
		sqlite3_reset(stmt);
	if (err == OK)
		*ret_province = province;
	return err;
}

/* Adds the version of one unit, when there is one; *whole says that it needs none below. */
static enum err add(struct kdb *k, struct arena *a, const char *record, const char *unit, const char *day,
	struct lineage *l, bool *whole)
{
	struct version_row *row = &l->rows[l->count];
	enum err err = lineage_row(k, a, kdb_bind(k, KDB_ROW_IN_FORCE, "sss", record, unit, day), row);

	if (err == ERR_NOT_FOUND)
		return OK;
	if (err != OK)
		return err;
	l->count++;
	*whole = !row->inherits;
	return OK;
}

static bool says_ended(const struct version_row *row)
{
	return strcmp(row->change, "abolished") == 0 || strcmp(row->change, "replaced") == 0;
}

enum err lineage_read(struct kdb *k, struct arena *a, const char *record, const char *unit, const char *day,
	bool own, struct lineage *ret_lineage)
{
	struct lineage l = {.count = 0};
	const char *province = NULL;
	bool whole = false;
	enum err err = *unit ? lineage_province(k, a, unit, &province) : OK;

	if (err == OK && own && *unit)
		err = add(k, a, record, unit, day, &l, &whole);
	if (err == OK && !whole && province)
		err = add(k, a, record, province, day, &l, &whole);
	if (err == OK && !whole && (own || *unit))
		err = add(k, a, record, "", day, &l, &whole);
	if (err != OK)
		return err;
	if (!whole)
		return ERR_NOT_FOUND;
	if (says_ended(&l.rows[l.count - 1])) {
		l.rows[0] = l.rows[l.count - 1];
		l.count = 1;
	}
	*ret_lineage = l;
	return OK;
}

enum err lineage_merge(const struct lineage *l, cJSON **ret_object)
{
	const char *bodies[LAYERS_MAX];

	for (size_t i = 0; i < l->count; i++)
		bodies[i] = l->rows[i].body;
	return merge_bodies(bodies, l->count, ret_object);
}
