#include "daemon/store/store_import.h"

#include "daemon/store/store_internal.h"

#define COLUMNS "id, who, file, unit, mode, state, counts, error, created_ms, ended_ms"

enum err store_import_begin(struct store_tx *tx, const struct import_run *run, int64_t *ret_id)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db,
		"INSERT INTO import_run (who, file, unit, mode, state, created_ms) VALUES (?, ?, ?, ?, "
		"'running', ?)",
		&stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, run->who);
	store_bind_text(stmt, 2, run->file);
	store_bind_text(stmt, 3, run->unit);
	store_bind_text(stmt, 4, run->mode);
	sqlite3_bind_int64(stmt, 5, run->created_ms);
	err = store_db_run(&tx->db, stmt, NULL);
	if (!err)
		*ret_id = sqlite3_last_insert_rowid(tx->db.sqlite);
	return err;
}

enum err store_import_end(struct store_tx *tx, const struct import_run *run)
{
	int changes = 0;
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db,
		"UPDATE import_run SET state = ?2, counts = ?3, error = ?4, ended_ms = ?5 "
		"WHERE id = ?1 AND state = 'running'",
		&stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, run->id);
	store_bind_text(stmt, 2, run->state);
	store_bind_text(stmt, 3, run->counts);
	store_bind_text(stmt, 4, run->error);
	sqlite3_bind_int64(stmt, 5, run->ended_ms);
	err = store_db_run(&tx->db, stmt, &changes);
	return err || changes ? err : ERR_NOT_FOUND;
}

enum err store_import_cut(struct store_tx *tx, const char *error, int64_t now_ms)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db,
		"UPDATE import_run SET state = 'failed', error = ?1, ended_ms = ?2 WHERE state = 'running'",
		&stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, error);
	sqlite3_bind_int64(stmt, 2, now_ms);
	return store_db_run(&tx->db, stmt, NULL);
}

static enum err row_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	bool failed = false;

	*(struct import_run *)ret_item = (struct import_run){
		.id = sqlite3_column_int64(stmt, 0),
		.who = store_column_text(a, stmt, 1, &failed),
		.file = store_column_text(a, stmt, 2, &failed),
		.unit = store_column_text(a, stmt, 3, &failed),
		.mode = store_column_text(a, stmt, 4, &failed),
		.state = store_column_text(a, stmt, 5, &failed),
		.counts = store_column_text(a, stmt, 6, &failed),
		.error = store_column_text(a, stmt, 7, &failed),
		.created_ms = sqlite3_column_int64(stmt, 8),
		.ended_ms = sqlite3_column_int64(stmt, 9),
	};
	return failed ? ERR_NOMEM : OK;
}

enum err store_import_get(struct store_reader *r, struct arena *a, int64_t id, struct import_run *ret_run)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db, "SELECT " COLUMNS " FROM import_run WHERE id = ?", &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, id);
	return store_db_row(stmt, a, row_read, ret_run);
}

static enum err total(struct store_reader *r, size_t *ret_total)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db, "SELECT count(*) FROM import_run", &stmt);

	if (err)
		return err;
	return store_db_count(stmt, ret_total);
}

enum err store_import_list(struct store_reader *r, struct arena *a, size_t skip, size_t max,
	struct import_run **ret_runs, size_t *ret_count, size_t *ret_total)
{
	sqlite3_stmt *stmt;
	enum err err = total(r, ret_total);

	if (!err)
		err = store_db_prepare(&r->db,
			"SELECT " COLUMNS " FROM import_run ORDER BY id DESC LIMIT ? OFFSET ?", &stmt);
	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, (int64_t)max);
	sqlite3_bind_int64(stmt, 2, (int64_t)skip);
	return store_db_rows(stmt, a, row_read, sizeof **ret_runs, max, ret_runs, ret_count);
}

enum err store_mapping_put(struct store_tx *tx, const char *header, const char *member, int64_t now_ms)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db,
		"INSERT INTO import_mapping (header, member, used_ms) VALUES (?1, ?2, ?3) "
		"ON CONFLICT (header) DO UPDATE SET member = ?2, used_ms = ?3",
		&stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, header);
	store_bind_text(stmt, 2, member);
	sqlite3_bind_int64(stmt, 3, now_ms);
	return store_db_run(&tx->db, stmt, NULL);
}

enum err store_mapping_get(
	struct store_reader *r, struct arena *a, const char *header, const char **ret_member)
{
	bool failed = false;
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db, "SELECT member FROM import_mapping WHERE header = ?", &stmt);
	int code;

	if (err)
		return err;
	store_bind_text(stmt, 1, header);
	code = sqlite3_step(stmt);
	*ret_member = code == SQLITE_ROW ? store_column_text(a, stmt, 0, &failed) : NULL;
	store_db_done(stmt);
	return failed ? ERR_NOMEM : store_db_err(code);
}
