#include "knowledge/deed.h"

#include "knowledge/edit_internal.h"

enum err deed_add(struct kdb *k, const struct deed *d)
{
	return kdb_run(k, KDB_DEED_ADD, "issss", d->time_ms, d->who, d->what, d->object, d->detail);
}

enum err deed_add_version(struct kdb *k, int64_t version, const struct edit_by *by)
{
	return kdb_run(k, KDB_DEED_ADD_VERSION, "iiss", version, by->now_ms, by->who, by->what);
}

static const char *column(struct arena *a, sqlite3_stmt *stmt, int i)
{
	return arena_string(a, (const char *)sqlite3_column_text(stmt, i));
}

static enum err deed_read(struct arena *a, sqlite3_stmt *stmt, struct deed *d)
{
	*d = (struct deed){.id = sqlite3_column_int64(stmt, 0),
		.time_ms = sqlite3_column_int64(stmt, 1),
		.who = column(a, stmt, 2),
		.what = column(a, stmt, 3),
		.object = column(a, stmt, 4),
		.detail = column(a, stmt, 5)};
	return d->who && d->what && d->detail ? OK : ERR_NOMEM;
}

enum err deed_list(
	struct edit *e, struct arena *a, struct deed **ret_items, size_t *ret_count, struct why *why)
{
	sqlite3_stmt *stmt = kdb_bind(e->kdb, KDB_DEED_LIST, "i", (int64_t)DEEDS_AT_ONCE);
	struct deed *items = arena_array(a, DEEDS_AT_ONCE, sizeof *items);
	size_t count = 0;
	int rc = SQLITE_DONE;
	enum err err = !stmt ? kdb_err(e->kdb) : items ? OK : ERR_NOMEM;

	while (err == OK && count < DEEDS_AT_ONCE && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
		err = deed_read(a, stmt, &items[count++]);
	if (err == OK)
		err = kdb_step_err(e->kdb, rc);
	if (stmt)
		sqlite3_reset(stmt);
	if (err != OK)
		return kdb_why(e->kdb, err, "read", why);
	*ret_items = items;
	*ret_count = count;
	return OK;
}

enum err deed_forget(struct edit *e, int64_t up_to, struct why *why)
{
	enum err err = kdb_run(e->kdb, KDB_DEED_FORGET, "i", up_to);

	return err == OK ? OK : kdb_why(e->kdb, err, "write", why);
}
