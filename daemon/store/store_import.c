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

static enum err row_read(sqlite3_stmt *stmt, struct arena *a, struct import_run *ret_run)
{
	bool failed = false;

	*ret_run = (struct import_run){
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
	int code;

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, id);
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		err = row_read(stmt, a, ret_run);
	else
		err = code == SQLITE_DONE ? ERR_NOT_FOUND : store_db_err(code);
	store_db_done(stmt);
	return err;
}

static enum err total(struct store_reader *r, size_t *ret_total)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db, "SELECT count(*) FROM import_run", &stmt);
	int code;

	if (err)
		return err;
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		*ret_total = (size_t)sqlite3_column_int64(stmt, 0);
	store_db_done(stmt);
	return store_db_err(code);
}

enum err store_import_list(struct store_reader *r, struct arena *a, size_t skip, size_t max,
	struct import_run **ret_runs, size_t *ret_count, size_t *ret_total)
{
	struct import_run *runs = arena_array(a, max ? max : 1, sizeof *runs);
	sqlite3_stmt *stmt;
	size_t count = 0;
	enum err err = runs ? total(r, ret_total) : ERR_NOMEM;
	int code;

	if (!err)
		err = store_db_prepare(&r->db,
			"SELECT " COLUMNS " FROM import_run ORDER BY id DESC LIMIT ? OFFSET ?", &stmt);
	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, (int64_t)max);
	sqlite3_bind_int64(stmt, 2, (int64_t)skip);
	while (!err && (code = sqlite3_step(stmt)) != SQLITE_DONE)
		err = code == SQLITE_ROW ? row_read(stmt, a, &runs[count++]) : store_db_err(code);
	store_db_done(stmt);
	if (err)
		return err;
	*ret_runs = runs;
	*ret_count = count;
	return OK;
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
