/* store_audit.c - the audit trail. */
#include "daemon/store/store_audit.h"

#include "daemon/store/store_internal.h"

static enum err add(struct store_tx *tx, const char *sql, const struct audit *entry)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db, sql, &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, entry->time_ms);
	store_bind_text(stmt, 2, entry->who);
	store_bind_text(stmt, 3, entry->what);
	store_bind_text(stmt, 4, entry->object);
	store_bind_text(stmt, 5, entry->detail);
	return store_db_run(&tx->db, stmt, NULL);
}

enum err store_audit_add(struct store_tx *tx, const struct audit *entry)
{
	return add(
		tx, "INSERT INTO audit (time_ms, who, what, object, detail) VALUES (?, ?, ?, ?, ?)", entry);
}

enum err store_audit_add_once(struct store_tx *tx, const struct audit *entry)
{
	return add(tx,
		"INSERT INTO audit (time_ms, who, what, object, detail) SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT "
		"EXISTS"
		" (SELECT 1 FROM audit WHERE time_ms = ?1 AND who = ?2 AND what = ?3 AND object IS ?4 AND "
		"detail IS ?5)",
		entry);
}

#define FITS                                                                                                 \
	" FROM audit WHERE (?1 IS NULL OR who = ?1) AND (?2 IS NULL OR object = ?2) AND "                    \
	"(?3 IS NULL OR substr(what, 1, length(?3)) = ?3) AND time_ms >= ?4 AND time_ms < ?5"

static enum err filter_bind(
	struct store_reader *r, const char *sql, const struct audit_filter *filter, sqlite3_stmt **ret_stmt)
{
	enum err err = store_db_prepare(&r->db, sql, ret_stmt);

	if (err)
		return err;
	store_bind_text(*ret_stmt, 1, filter->who);
	store_bind_text(*ret_stmt, 2, filter->object);
	store_bind_text(*ret_stmt, 3, filter->what);
	sqlite3_bind_int64(*ret_stmt, 4, filter->from_ms);
	sqlite3_bind_int64(*ret_stmt, 5, filter->to_ms ? filter->to_ms : INT64_MAX);
	return OK;
}

static enum err row_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	bool failed = false;

	*(struct audit *)ret_item = (struct audit){
		.id = sqlite3_column_int64(stmt, 0),
		.time_ms = sqlite3_column_int64(stmt, 1),
		.who = store_column_text(a, stmt, 2, &failed),
		.what = store_column_text(a, stmt, 3, &failed),
		.object = store_column_text(a, stmt, 4, &failed),
		.detail = store_column_text(a, stmt, 5, &failed),
	};
	return failed ? ERR_NOMEM : OK;
}

static enum err total(struct store_reader *r, const struct audit_filter *filter, size_t *ret_total)
{
	sqlite3_stmt *stmt;
	enum err err = filter_bind(r, "SELECT count(*)" FITS, filter, &stmt);

	if (err)
		return err;
	return store_db_count(stmt, ret_total);
}

enum err store_audit_list(struct store_reader *r, struct arena *a, const struct audit_filter *filter,
	size_t skip, size_t max, struct audit **ret_items, size_t *ret_count, size_t *ret_total)
{
	sqlite3_stmt *stmt;
	enum err err = total(r, filter, ret_total);

	if (!err)
		err = filter_bind(r,
			"SELECT id, time_ms, who, what, object, detail" FITS
			" ORDER BY id DESC LIMIT ?6 OFFSET ?7",
			filter, &stmt);
	if (err)
		return err;
	sqlite3_bind_int64(stmt, 6, (int64_t)max);
	sqlite3_bind_int64(stmt, 7, (int64_t)skip);
	return store_db_rows(stmt, a, row_read, sizeof **ret_items, max, ret_items, ret_count);
}
