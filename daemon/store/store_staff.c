/* store_staff.c - staff and their sessions: two tables, one statement a function. */
#include "daemon/store/store_staff.h"

#include "daemon/store/store_internal.h"

#include <string.h>

#define COLUMNS                                                                                              \
	"staff.name, display, password, roles, unit, disabled, must_change, failed_count, "                  \
	"locked_until_ms, staff.created_ms"
enum { COLUMN_COUNT = 10 };

static enum err row_read(sqlite3_stmt *stmt, struct arena *a, struct staff *ret_staff)
{
	bool failed = false;

	*ret_staff = (struct staff){
		.name = store_column_text(a, stmt, 0, &failed),
		.display = store_column_text(a, stmt, 1, &failed),
		.password = store_column_text(a, stmt, 2, &failed),
		.roles = store_column_text(a, stmt, 3, &failed),
		.unit = store_column_text(a, stmt, 4, &failed),
		.disabled = sqlite3_column_int(stmt, 5) != 0,
		.must_change = sqlite3_column_int(stmt, 6) != 0,
		.failed_count = (unsigned)sqlite3_column_int(stmt, 7),
		.locked_until_ms = sqlite3_column_int64(stmt, 8),
		.created_ms = sqlite3_column_int64(stmt, 9),
	};
	return failed ? ERR_NOMEM : OK;
}

enum err store_staff_get(struct store_reader *r, struct arena *a, const char *name, struct staff *ret_staff)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db, "SELECT " COLUMNS " FROM staff WHERE name = ?", &stmt);
	int code;

	if (err)
		return err;
	store_bind_text(stmt, 1, name);
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		err = row_read(stmt, a, ret_staff);
	else
		err = code == SQLITE_DONE ? ERR_NOT_FOUND : store_db_err(code);
	store_db_done(stmt);
	return err;
}

enum err store_staff_list(struct store_reader *r, struct arena *a, size_t skip, size_t max,
	struct staff **ret_items, size_t *ret_count, size_t *ret_total)
{
	struct staff *items = arena_array(a, max ? max : 1, sizeof *items);
	size_t count = 0, total = 0;
	sqlite3_stmt *stmt;
	enum err err = items ? store_db_prepare(&r->db, "SELECT " COLUMNS " FROM staff ORDER BY name", &stmt)
			     : ERR_NOMEM;
	int code;

	if (err)
		return err;
	for (; !err && (code = sqlite3_step(stmt)) != SQLITE_DONE; total++) {
		if (code != SQLITE_ROW)
			err = store_db_err(code);
		else if (total >= skip && count < max)
			err = row_read(stmt, a, &items[count++]);
	}
	store_db_done(stmt);
	if (err)
		return err;
	*ret_items = items;
	*ret_count = count;
	*ret_total = total;
	return OK;
}

enum err store_staff_add(struct store_tx *tx, const struct staff *staff)
{
	int added = 0;
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db,
		"INSERT INTO staff (name, display, password, roles, unit, disabled, must_change, created_ms) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
		&stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, staff->name);
	store_bind_text(stmt, 2, staff->display);
	store_bind_text(stmt, 3, staff->password);
	store_bind_text(stmt, 4, staff->roles);
	store_bind_text(stmt, 5, staff->unit);
	sqlite3_bind_int(stmt, 6, staff->disabled);
	sqlite3_bind_int(stmt, 7, staff->must_change);
	sqlite3_bind_int64(stmt, 8, staff->created_ms);
	err = store_db_run(&tx->db, stmt, &added);
	return err || added ? err : ERR_EXISTS;
}

/* ?1 a name, ?2 a hash; *ret_changes (may be NULL): rows it touched. */
static enum err run_on(
	struct store_tx *tx, const char *sql, const char *name, const uint8_t *hash, int *ret_changes)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db, sql, &stmt);

	if (err)
		return err;
	if (name)
		store_bind_text(stmt, 1, name);
	if (hash)
		sqlite3_bind_blob(stmt, 2, hash, SESSION_HASH_LEN, SQLITE_STATIC);
	return store_db_run(&tx->db, stmt, ret_changes);
}

static enum err admin_left(struct store_tx *tx)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db,
		"SELECT 1 FROM staff WHERE disabled = 0 AND ',' || roles || ',' LIKE '%,admin,%' LIMIT 1",
		&stmt);
	int code;

	if (err)
		return err;
	code = sqlite3_step(stmt);
	store_db_done(stmt);
	return code == SQLITE_DONE ? ERR_PERMISSION : store_db_err(code);
}

/* Who is disabled is signed out. */
static enum err changed(struct store_tx *tx, const char *name, bool disabled, int changes)
{
	enum err err = changes ? OK : ERR_NOT_FOUND;

	if (!err && disabled)
		err = run_on(tx, "DELETE FROM staff_session WHERE name = ?1", name, NULL, NULL);
	return err ? err : admin_left(tx);
}

enum err store_staff_disable(struct store_tx *tx, const char *name, bool disabled)
{
	int changes = 0;
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db, "UPDATE staff SET disabled = ?2 WHERE name = ?1", &stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, name);
	sqlite3_bind_int(stmt, 2, disabled);
	err = store_db_run(&tx->db, stmt, &changes);
	return err ? err : changed(tx, name, disabled, changes);
}

enum err store_staff_change(struct store_tx *tx, const struct staff *staff)
{
	int changes = 0;
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db,
		"UPDATE staff SET display = ?2, roles = ?3, unit = ?4, disabled = ?5 WHERE name = ?1", &stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, staff->name);
	store_bind_text(stmt, 2, staff->display);
	store_bind_text(stmt, 3, staff->roles);
	store_bind_text(stmt, 4, staff->unit);
	sqlite3_bind_int(stmt, 5, staff->disabled);
	err = store_db_run(&tx->db, stmt, &changes);
	return err ? err : changed(tx, staff->name, staff->disabled, changes);
}

enum err store_staff_password(struct store_tx *tx, const char *name, const char *password, bool must_change,
	const uint8_t *keep_hash)
{
	int changes = 0;
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db,
		"UPDATE staff SET password = ?2, must_change = ?3, failed_count = 0, locked_until_ms = 0 "
		"WHERE name = ?1",
		&stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, name);
	store_bind_text(stmt, 2, password);
	sqlite3_bind_int(stmt, 3, must_change);
	err = store_db_run(&tx->db, stmt, &changes);
	if (!err && !changes)
		return ERR_NOT_FOUND;
	return err ? err
		   : run_on(tx, "DELETE FROM staff_session WHERE name = ?1 AND token_hash IS NOT ?2", name,
			     keep_hash, NULL);
}

enum err store_staff_failed(
	struct store_tx *tx, const char *name, unsigned max, int64_t locked_until_ms, bool *ret_locked)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db,
		"UPDATE staff SET failed_count = iif(failed_count + 1 >= ?2, 0, failed_count + 1), "
		"locked_until_ms = iif(failed_count + 1 >= ?2, ?3, locked_until_ms) WHERE name = ?1 "
		"RETURNING locked_until_ms = ?3",
		&stmt);
	int code;

	if (err)
		return err;
	store_bind_text(stmt, 1, name);
	sqlite3_bind_int64(stmt, 2, max);
	sqlite3_bind_int64(stmt, 3, locked_until_ms);
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW && ret_locked)
		*ret_locked = sqlite3_column_int(stmt, 0) != 0;
	err = code == SQLITE_DONE ? ERR_NOT_FOUND : store_db_err(code);
	while (code == SQLITE_ROW)
		code = sqlite3_step(stmt);
	store_db_done(stmt);
	return err;
}

/* --- Sessions --- */

enum err store_session_get(
	struct store_reader *r, struct arena *a, const uint8_t *hash, struct session *ret_session)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db,
		"SELECT " COLUMNS
		", staff_session.created_ms, last_ms FROM staff_session JOIN staff USING (name) "
		"WHERE token_hash = ? AND disabled = 0",
		&stmt);
	int code;

	if (err)
		return err;
	sqlite3_bind_blob(stmt, 1, hash, SESSION_HASH_LEN, SQLITE_STATIC);
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW) {
		memcpy(ret_session->hash, hash, SESSION_HASH_LEN);
		ret_session->created_ms = sqlite3_column_int64(stmt, COLUMN_COUNT);
		ret_session->last_ms = sqlite3_column_int64(stmt, COLUMN_COUNT + 1);
		err = row_read(stmt, a, &ret_session->staff);
	} else {
		err = code == SQLITE_DONE ? ERR_NOT_FOUND : store_db_err(code);
	}
	store_db_done(stmt);
	return err;
}

enum err store_session_add(struct store_tx *tx, const struct session *session)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db,
		"INSERT INTO staff_session (name, token_hash, created_ms, last_ms) VALUES (?, ?, ?, ?)",
		&stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, session->staff.name);
	sqlite3_bind_blob(stmt, 2, session->hash, SESSION_HASH_LEN, SQLITE_STATIC);
	sqlite3_bind_int64(stmt, 3, session->created_ms);
	sqlite3_bind_int64(stmt, 4, session->last_ms);
	err = store_db_run(&tx->db, stmt, NULL);
	return err ? err
		   : run_on(tx, "UPDATE staff SET failed_count = 0, locked_until_ms = 0 WHERE name = ?1",
			     session->staff.name, NULL, NULL);
}

enum err store_session_touch(struct store_tx *tx, const uint8_t *hash, int64_t now_ms)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(
		&tx->db, "UPDATE staff_session SET last_ms = max(last_ms, ?1) WHERE token_hash = ?2", &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, now_ms);
	sqlite3_bind_blob(stmt, 2, hash, SESSION_HASH_LEN, SQLITE_STATIC);
	return store_db_run(&tx->db, stmt, NULL);
}

enum err store_session_end(struct store_tx *tx, const uint8_t *hash)
{
	return run_on(tx, "DELETE FROM staff_session WHERE token_hash = ?2", NULL, hash, NULL);
}

enum err store_session_purge(struct store_tx *tx, int64_t last_before_ms, int64_t created_before_ms)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(
		&tx->db, "DELETE FROM staff_session WHERE last_ms < ? OR created_ms < ?", &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, last_before_ms);
	sqlite3_bind_int64(stmt, 2, created_before_ms);
	return store_db_run(&tx->db, stmt, NULL);
}
