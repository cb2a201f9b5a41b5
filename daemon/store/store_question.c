/* store_question.c - unresolved questions. */
#include "daemon/store/store_internal.h"
#include "daemon/store/store_question.h"

#include <string.h>

#define QUESTION_REASON_WORD(name, word) word,
static const char *const reason_words[] = {QUESTION_REASONS(QUESTION_REASON_WORD)};

const char *question_reason_word(enum question_reason reason)
{
	return reason_words[reason];
}

static enum question_reason reason_of(const char *word)
{
	for (size_t i = 0; i < QUESTION_REASON_COUNT; i++)
		if (word && strcmp(reason_words[i], word) == 0)
			return (enum question_reason)i;
	return QUESTION_NO_MATCH;
}

enum err store_question_add(struct store_tx *tx, const struct unresolved *q, int64_t *ret_id)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db,
		"INSERT INTO question (event_id, channel, account, unit, text, reason, nearest, created_ms) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		&stmt);

	if (err)
		return err;
	if (q->event_id)
		sqlite3_bind_int64(stmt, 1, q->event_id);
	store_bind_text(stmt, 2, q->channel);
	store_bind_text(stmt, 3, q->account);
	store_bind_text(stmt, 4, q->unit);
	store_bind_text(stmt, 5, q->text);
	store_bind_text(stmt, 6, reason_words[q->reason]);
	store_bind_text(stmt, 7, q->nearest);
	sqlite3_bind_int64(stmt, 8, q->created_ms);
	err = store_db_run(&tx->db, stmt, NULL);
	if (!err)
		*ret_id = sqlite3_last_insert_rowid(tx->db.sqlite);
	return err;
}

enum err store_question_close(struct store_tx *tx, int64_t id, const char *state, int64_t now_ms)
{
	int changes = 0;
	sqlite3_stmt *stmt;
	enum err err = strcmp(state, "ignored") == 0 || strcmp(state, "done") == 0 ? OK : ERR_FORMAT;

	if (!err)
		err = store_db_prepare(&tx->db,
			"UPDATE question SET state = ?2, closed_ms = ?3 WHERE id = ?1 AND state <> ?2",
			&stmt);
	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, id);
	store_bind_text(stmt, 2, state);
	sqlite3_bind_int64(stmt, 3, now_ms);
	err = store_db_run(&tx->db, stmt, &changes);
	return err || changes ? err : ERR_NOT_FOUND;
}

static enum err row_read(sqlite3_stmt *stmt, struct arena *a, struct unresolved *ret_item)
{
	bool failed = false;

	*ret_item = (struct unresolved){
		.id = sqlite3_column_int64(stmt, 0),
		.event_id = sqlite3_column_int64(stmt, 1),
		.channel = store_column_text(a, stmt, 2, &failed),
		.account = store_column_text(a, stmt, 3, &failed),
		.unit = store_column_text(a, stmt, 4, &failed),
		.text = store_column_text(a, stmt, 5, &failed),
		.reason = reason_of((const char *)sqlite3_column_text(stmt, 6)),
		.nearest = store_column_text(a, stmt, 7, &failed),
		.created_ms = sqlite3_column_int64(stmt, 8),
		.state = store_column_text(a, stmt, 9, &failed),
	};
	return failed ? ERR_NOMEM : OK;
}

enum err store_question_list(struct store_reader *r, struct arena *a, const char *state, int64_t after_id,
	size_t max, struct unresolved **ret_items, size_t *ret_count)
{
	struct unresolved *items = arena_array(a, max ? max : 1, sizeof *items);
	sqlite3_stmt *stmt;
	size_t count = 0;
	enum err err = items ? store_db_prepare(&r->db,
				       "SELECT id, event_id, channel, account, unit, text, reason, nearest, "
				       "created_ms, state FROM question WHERE state = ? AND id > ? ORDER BY "
				       "id LIMIT ?",
				       &stmt)
			     : ERR_NOMEM;
	int code;

	if (err)
		return err;
	store_bind_text(stmt, 1, state);
	sqlite3_bind_int64(stmt, 2, after_id);
	sqlite3_bind_int64(stmt, 3, (int64_t)max);
	while (!err && (code = sqlite3_step(stmt)) != SQLITE_DONE)
		err = code == SQLITE_ROW ? row_read(stmt, a, &items[count++]) : store_db_err(code);
	store_db_done(stmt);
	if (err)
		return err;
	*ret_items = items;
	*ret_count = count;
	return OK;
}

static enum err count_of(struct store_reader *r, const char *state, size_t *ret_total)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db, "SELECT count(*) FROM question WHERE state = ?", &stmt);
	int code;

	if (err)
		return err;
	store_bind_text(stmt, 1, state);
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		*ret_total = (size_t)sqlite3_column_int64(stmt, 0);
	store_db_done(stmt);
	return store_db_err(code);
}

enum err store_question_page(struct store_reader *r, struct arena *a, const char *state, size_t skip,
	size_t max, struct unresolved **ret_items, size_t *ret_count, size_t *ret_total)
{
	struct unresolved *items = arena_array(a, max ? max : 1, sizeof *items);
	sqlite3_stmt *stmt;
	size_t count = 0;
	enum err err = items ? count_of(r, state, ret_total) : ERR_NOMEM;
	int code;

	if (!err)
		err = store_db_prepare(&r->db,
			"SELECT id, event_id, channel, account, unit, text, reason, nearest, created_ms, state "
			"FROM question WHERE state = ? ORDER BY id DESC LIMIT ? OFFSET ?",
			&stmt);
	if (err)
		return err;
	store_bind_text(stmt, 1, state);
	sqlite3_bind_int64(stmt, 2, (int64_t)max);
	sqlite3_bind_int64(stmt, 3, (int64_t)skip);
	while (!err && (code = sqlite3_step(stmt)) != SQLITE_DONE)
		err = code == SQLITE_ROW ? row_read(stmt, a, &items[count++]) : store_db_err(code);
	store_db_done(stmt);
	if (err)
		return err;
	*ret_items = items;
	*ret_count = count;
	return OK;
}
