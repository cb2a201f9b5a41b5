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

#define NEAREST_WHY_WORD(name, word) word,
static const char *const why_words[] = {NEAREST_WHYS(NEAREST_WHY_WORD)};

const char *nearest_why_word(enum nearest_why why)
{
	return why_words[why];
}

bool question_reason_from(const char *word, enum question_reason *ret_reason)
{
	for (size_t i = 0; i < QUESTION_REASON_COUNT; i++)
		if (word && strcmp(reason_words[i], word) == 0) {
			*ret_reason = (enum question_reason)i;
			return true;
		}
	return false;
}

static void question_bind(sqlite3_stmt *stmt, const struct unresolved *q)
{
	if (q->event_id)
		sqlite3_bind_int64(stmt, 1, q->event_id);
	store_bind_text(stmt, 2, q->channel);
	store_bind_text(stmt, 3, q->account);
	store_bind_text(stmt, 4, q->unit);
	store_bind_text(stmt, 5, q->text);
	store_bind_text(stmt, 6, reason_words[q->reason]);
	store_bind_text(stmt, 7, q->nearest);
	sqlite3_bind_int64(stmt, 8, q->created_ms);
	store_bind_text(stmt, 9, q->record);
	if (q->version)
		sqlite3_bind_int64(stmt, 10, q->version);
}

enum err store_question_add(struct store_tx *tx, const struct unresolved *q, int64_t *ret_id)
{
	const struct citizen_key citizen = {q->channel, q->account, q->user};
	unsigned char hash[STORE_CITIZEN_HASH];
	sqlite3_stmt *stmt;
	enum err err = q->user ? store_citizen_hash(tx, &citizen, hash) : OK;

	if (!err)
		err = store_db_prepare(&tx->db,
			"INSERT INTO question (event_id, channel, account, unit, text, reason, nearest, "
			"created_ms, record, version, citizen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			&stmt);
	if (err)
		return err;
	question_bind(stmt, q);
	if (q->user)
		sqlite3_bind_blob(stmt, 11, hash, sizeof hash, SQLITE_STATIC);
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

#define QUESTION_COLUMNS                                                                                     \
	"id, event_id, channel, account, unit, text, reason, nearest, created_ms, state, record, version, "  \
	"cluster"

enum err store_question_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	enum question_reason reason = QUESTION_NO_MATCH;
	bool failed = false;

	question_reason_from((const char *)sqlite3_column_text(stmt, 6), &reason);
	*(struct unresolved *)ret_item = (struct unresolved){
		.id = sqlite3_column_int64(stmt, 0),
		.event_id = sqlite3_column_int64(stmt, 1),
		.channel = store_column_text(a, stmt, 2, &failed),
		.account = store_column_text(a, stmt, 3, &failed),
		.unit = store_column_text(a, stmt, 4, &failed),
		.text = store_column_text(a, stmt, 5, &failed),
		.reason = reason,
		.nearest = store_column_text(a, stmt, 7, &failed),
		.created_ms = sqlite3_column_int64(stmt, 8),
		.state = store_column_text(a, stmt, 9, &failed),
		.record = store_column_text(a, stmt, 10, &failed),
		.version = sqlite3_column_int64(stmt, 11),
		.cluster = sqlite3_column_int64(stmt, 12),
	};
	return failed ? ERR_NOMEM : OK;
}

enum err store_question_get(struct store_reader *r, struct arena *a, int64_t id, struct unresolved *ret_item)
{
	sqlite3_stmt *stmt;
	enum err err =
		store_db_prepare(&r->db, "SELECT " QUESTION_COLUMNS " FROM question WHERE id = ?", &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, id);
	return store_db_row(stmt, a, store_question_read, ret_item);
}

enum err store_question_list(struct store_reader *r, struct arena *a, const char *state, int64_t after_id,
	size_t max, struct unresolved **ret_items, size_t *ret_count)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db,
		"SELECT " QUESTION_COLUMNS " FROM question WHERE state = ? AND id > ? ORDER BY id LIMIT ?",
		&stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, state);
	sqlite3_bind_int64(stmt, 2, after_id);
	sqlite3_bind_int64(stmt, 3, (int64_t)max);
	return store_db_rows(stmt, a, store_question_read, sizeof **ret_items, max, ret_items, ret_count);
}

static enum err count_of(struct store_reader *r, const char *state, size_t *ret_total)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db, "SELECT count(*) FROM question WHERE state = ?", &stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, state);
	return store_db_count(stmt, ret_total);
}

enum err store_question_page(struct store_reader *r, struct arena *a, const char *state, size_t skip,
	size_t max, struct unresolved **ret_items, size_t *ret_count, size_t *ret_total)
{
	sqlite3_stmt *stmt;
	enum err err = count_of(r, state, ret_total);

	if (!err)
		err = store_db_prepare(&r->db,
			"SELECT " QUESTION_COLUMNS
			" FROM question WHERE state = ? ORDER BY id DESC LIMIT ? OFFSET ?",
			&stmt);
	if (err)
		return err;
	store_bind_text(stmt, 1, state);
	sqlite3_bind_int64(stmt, 2, (int64_t)max);
	sqlite3_bind_int64(stmt, 3, (int64_t)skip);
	return store_db_rows(stmt, a, store_question_read, sizeof **ret_items, max, ret_items, ret_count);
}
