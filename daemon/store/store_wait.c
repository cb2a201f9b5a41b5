/* store_wait.c - citizens to whom we owe an answer. Each arrow between states is one UPDATE that names the states it starts from. */
#include "daemon/store/store_consent.h"
#include "daemon/store/store_internal.h"
#include "daemon/store/store_wait.h"

#include <string.h>

#define STATE_WORD(name, word) [WAIT_##name] = word,
static const char *const state_words[] = {WAIT_STATES(STATE_WORD)};

const char *wait_state_word(enum wait_state state)
{
	return state_words[state];
}

bool wait_state_read(const char *word, enum wait_state *ret_state)
{
	for (size_t i = 0; i < WAIT_STATE_COUNT; i++)
		if (word && strcmp(state_words[i], word) == 0) {
			*ret_state = (enum wait_state)i;
			return true;
		}
	return false;
}

enum err store_wait_add(struct store_tx *tx, const struct wait *w)
{
	sqlite3_stmt *stmt;
	int added = 0;
	enum err err = store_db_prepare(&tx->db,
		"INSERT INTO wait (code, question, case_id, channel, account, user, conversation_id, "
		"created_ms, "
		"changed_ms) VALUES (?1, nullif(?2, 0), nullif(?3, 0), ?4, ?5, ?6, ?7, ?8, ?8) ON CONFLICT "
		"(code) DO NOTHING",
		&stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, w->code);
	sqlite3_bind_int64(stmt, 2, w->question);
	sqlite3_bind_int64(stmt, 3, w->case_id);
	store_bind_text(stmt, 4, w->citizen.channel);
	store_bind_text(stmt, 5, w->citizen.account);
	store_bind_text(stmt, 6, w->citizen.user);
	store_bind_text(stmt, 7, w->conversation_id);
	sqlite3_bind_int64(stmt, 8, w->created_ms);
	err = store_db_run(&tx->db, stmt, &added);
	return err || added ? err : ERR_EXISTS;
}

static enum err id_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	(void)a;
	*(int64_t *)ret_item = sqlite3_column_int64(stmt, 0);
	return OK;
}

enum err store_wait_question(struct store_tx *tx, int64_t event_id, int64_t *ret_question)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(
		&tx->db, "SELECT id FROM question WHERE event_id = ? ORDER BY id DESC LIMIT 1", &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, event_id);
	return store_db_row(stmt, NULL, id_read, ret_question);
}

/* --- Arrows ------------------------------------------------------------------------------------------ */

/* ?1 the code, ?2 now, ?3 a number, ?4 a text, ?5 to ?7 the citizen. */
static enum err change(struct store_tx *tx, const char *sql, const char *code, int64_t now_ms, int64_t number,
	const char *text, const struct citizen_key *citizen, int *ret_changes)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db, sql, &stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, code);
	sqlite3_bind_int64(stmt, 2, now_ms);
	sqlite3_bind_int64(stmt, 3, number);
	store_bind_text(stmt, 4, text);
	if (citizen) {
		store_bind_text(stmt, 5, citizen->channel);
		store_bind_text(stmt, 6, citizen->account);
		store_bind_text(stmt, 7, citizen->user);
	}
	return store_db_run(&tx->db, stmt, ret_changes);
}

#define OF_CITIZEN "user = ?7 AND channel = ?5 AND account = ?6"

/* Of that one wait or, code NULL, of all the citizen's. */
static enum err consent_write(struct store_tx *tx, const char *code, const struct citizen_key *citizen,
	bool given, const char *notice, int64_t now_ms)
{
	static const char *const purposes[] = {CONSENT_TOLD, CONSENT_CASE};
	sqlite3_stmt *stmt;
	enum err err = OK;

	for (size_t i = 0; i < 2 && !err; i++) {
		size_t count = 0;

		err = store_db_prepare(&tx->db,
			"SELECT count(*) FROM wait WHERE user = ?7 AND channel = ?5 AND account = ?6 AND "
			"(case_id IS NOT NULL) = ?3 AND (code = ?1 OR ?1 IS NULL AND consent_ms IS NOT NULL)",
			&stmt);
		if (err)
			return err;
		store_bind_text(stmt, 1, code);
		sqlite3_bind_int(stmt, 3, (int)i);
		store_bind_text(stmt, 5, citizen->channel);
		store_bind_text(stmt, 6, citizen->account);
		store_bind_text(stmt, 7, citizen->user);
		err = store_db_count(stmt, &count);
		if (!err && count)
			err = store_consent_add(
				tx, citizen, &(struct consent){now_ms, purposes[i], notice, given});
	}
	return err;
}

enum err store_wait_consent(struct store_tx *tx, const char *code, const struct citizen_key *citizen,
	bool given, const char *notice, int64_t now_ms)
{
	int changes = 0;
	enum err err = consent_write(tx, code, citizen, given, notice, now_ms);

	if (!err)
		err = change(tx,
			"UPDATE wait SET consent_ms = iif(?3, ?2, NULL), changed_ms = ?2, state = CASE WHEN "
			"state IN ('ready', 'due') THEN iif(?3, 'due', 'ready') ELSE state END "
			"WHERE code = ?1 AND " OF_CITIZEN,
			code, now_ms, given, NULL, citizen, &changes);
	return err || changes ? err : ERR_NOT_FOUND;
}

#define ANSWERED                                                                                             \
	"UPDATE wait SET state = iif(consent_ms IS NOT NULL AND user IS NOT NULL, 'due', 'ready'), "         \
	"answered_ms = ?2, changed_ms = ?2, record = ?4, answer = ?5 WHERE state = 'open' AND "

static enum err answer(struct store_tx *tx, const char *sql, int64_t of, const char *record, const char *text,
	int64_t now_ms, size_t *ret_count)
{
	sqlite3_stmt *stmt;
	int changes = 0;
	enum err err = record || text ? store_db_prepare(&tx->db, sql, &stmt) : ERR_FORMAT;

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, of);
	sqlite3_bind_int64(stmt, 2, now_ms);
	store_bind_text(stmt, 4, record);
	store_bind_text(stmt, 5, record ? NULL : text);
	err = store_db_run(&tx->db, stmt, &changes);
	if (!err && ret_count)
		*ret_count = (size_t)changes;
	return err;
}

enum err store_wait_answer(struct store_tx *tx, int64_t cluster_id, const char *record, const char *text,
	int64_t now_ms, size_t *ret_count)
{
	return answer(tx,
		ANSWERED
		"question IN (WITH RECURSIVE merged (id) AS (VALUES (?1) UNION SELECT cluster.id FROM "
		"merged JOIN cluster ON cluster.merged_into = merged.id AND cluster.state = 'merged') "
		"SELECT question.id FROM question JOIN merged ON question.cluster = merged.id)",
		cluster_id, record, text, now_ms, ret_count);
}

enum err store_wait_answer_case(
	struct store_tx *tx, int64_t case_id, const char *text, int64_t now_ms, size_t *ret_count)
{
	return answer(tx, ANSWERED "case_id = ?1", case_id, NULL, text, now_ms, ret_count);
}

enum err store_wait_telling(struct store_tx *tx, const char *code, int64_t outbox_id, int64_t now_ms)
{
	int changes = 0;
	enum err err = change(tx,
		"UPDATE wait SET state = 'telling', outbox_id = ?3, changed_ms = ?2 WHERE code = ?1 AND "
		"state = 'due'",
		code, now_ms, outbox_id, NULL, NULL, &changes);

	return err || changes ? err : ERR_NOT_FOUND;
}

enum err store_wait_unreachable(struct store_tx *tx, const char *code, const char *reason, int64_t now_ms)
{
	int changes = 0;
	enum err err = change(tx,
		"UPDATE wait SET state = 'unreachable', reason = ?4, changed_ms = ?2 WHERE code = ?1 AND "
		"state = 'due'",
		code, now_ms, 0, reason, NULL, &changes);

	return err || changes ? err : ERR_NOT_FOUND;
}

/* An outbox row that is gone was erased or too old to keep: nobody will learn any more what became of it. */
enum err store_wait_settle(struct store_tx *tx, int64_t now_ms, size_t *ret_told, size_t *ret_unreachable)
{
	int told = 0, lost = 0;
	enum err err = change(tx,
		"UPDATE wait SET state = 'told', reason = NULL, changed_ms = ?2 WHERE state IN ('telling', "
		"'unreachable') AND outbox_id IN (SELECT id FROM outbox WHERE outbox.id = wait.outbox_id AND "
		"outbox.state = 'sent')",
		NULL, now_ms, 0, NULL, NULL, &told);

	if (!err)
		err = change(tx,
			"UPDATE wait SET state = 'unreachable', changed_ms = ?2, reason = coalesce((SELECT "
			"reason FROM outbox WHERE id = outbox_id), 'erased') WHERE state = 'telling' AND NOT "
			"EXISTS "
			"(SELECT 1 FROM outbox WHERE id = outbox_id AND outbox.state NOT IN ('dead', "
			"'dropped'))",
			NULL, now_ms, 0, NULL, NULL, &lost);
	if (!err) {
		*ret_told = (size_t)told;
		*ret_unreachable = (size_t)lost;
	}
	return err;
}

enum err store_wait_fetched(
	struct store_tx *tx, const char *code, const struct citizen_key *citizen, int64_t now_ms)
{
	return change(tx,
		"UPDATE wait SET state = 'fetched', changed_ms = ?2 WHERE code = ?1 AND state IN ('ready', "
		"'due', 'unreachable') AND " OF_CITIZEN,
		code, now_ms, 0, NULL, citizen, NULL);
}

/* What is in the outbox and was not begun yet is taken out of it. */
enum err store_wait_withdraw(struct store_tx *tx, const struct citizen_key *citizen, const char *notice,
	int64_t now_ms, size_t *ret_count)
{
	int changes = 0;
	enum err err = consent_write(tx, NULL, citizen, false, notice, now_ms);

	if (!err)
		err = change(tx,
			"UPDATE outbox SET state = 'dropped', changed_ms = ?2, reason = 'the citizen took "
			"the "
			"consent back' WHERE state = 'due' AND part_next = 0 AND attempts = 0 AND id IN "
			"(SELECT "
			"outbox_id FROM wait WHERE state = 'telling' AND " OF_CITIZEN ")",
			NULL, now_ms, 0, NULL, citizen, NULL);
	if (!err)
		err = change(tx,
			"UPDATE wait SET consent_ms = NULL, changed_ms = ?2, outbox_id = NULL, state = CASE "
			"state "
			"WHEN 'open' THEN 'open' ELSE 'ready' END WHERE consent_ms IS NOT NULL "
			"AND " OF_CITIZEN " AND (state IN ('open', 'due') OR state = 'telling' AND outbox_id "
					  "IN (SELECT id FROM outbox "
			"WHERE outbox.state = 'dropped'))",
			NULL, now_ms, 0, NULL, citizen, &changes);
	if (!err)
		*ret_count = (size_t)changes;
	return err;
}

/* --- Reading ----------------------------------------------------------------------------------------- */

#define COLUMNS                                                                                              \
	"w.code, w.question, w.case_id, w.channel, w.account, w.user, w.conversation_id, w.consent_ms, "     \
	"w.state, w.record, w.answer, w.created_ms, w.answered_ms, w.outbox_id, w.reason, "                  \
	"coalesce(c.last_ms, 0)"
#define FROM                                                                                                 \
	" FROM wait w LEFT JOIN citizen c ON c.channel = w.channel AND c.account = w.account AND c.user = "  \
	"w.user "

static enum err row_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	struct wait *w = ret_item;
	bool failed = false;

	*w = (struct wait){
		.code = store_column_text(a, stmt, 0, &failed),
		.question = sqlite3_column_int64(stmt, 1),
		.case_id = sqlite3_column_int64(stmt, 2),
		.citizen = {store_column_text(a, stmt, 3, &failed), store_column_text(a, stmt, 4, &failed),
			store_column_text(a, stmt, 5, &failed)},
		.conversation_id = store_column_text(a, stmt, 6, &failed),
		.consent = sqlite3_column_type(stmt, 7) != SQLITE_NULL,
		.record = store_column_text(a, stmt, 9, &failed),
		.answer = store_column_text(a, stmt, 10, &failed),
		.created_ms = sqlite3_column_int64(stmt, 11),
		.answered_ms = sqlite3_column_int64(stmt, 12),
		.outbox_id = sqlite3_column_int64(stmt, 13),
		.reason = store_column_text(a, stmt, 14, &failed),
		.last_ms = sqlite3_column_int64(stmt, 15),
	};
	wait_state_read((const char *)sqlite3_column_text(stmt, 8), &w->state);
	return failed ? ERR_NOMEM : OK;
}

enum err store_wait_get(struct store_reader *r, struct arena *a, const char *code, struct wait *ret_wait)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db, "SELECT " COLUMNS FROM "WHERE w.code = ?", &stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, code);
	return store_db_row(stmt, a, row_read, ret_wait);
}

enum err store_wait_due(struct store_reader *r, struct arena *a, int64_t now_ms, const char *after,
	size_t max, struct wait **ret_items, size_t *ret_count)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db,
		"SELECT " COLUMNS FROM
		"WHERE w.state = 'due' AND w.code > ?2 AND coalesce(c.paused_until_ms, 0) <= ?1 "
		"ORDER BY w.code LIMIT ?3",
		&stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, now_ms);
	store_bind_text(stmt, 2, after);
	sqlite3_bind_int64(stmt, 3, (int64_t)max);
	return store_db_rows(stmt, a, row_read, sizeof(struct wait), max, ret_items, ret_count);
}

enum err store_wait_is_telling(struct store_reader *r, bool *ret_is)
{
	size_t count = 0;
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db,
		"SELECT EXISTS (SELECT 1 FROM wait WHERE state = 'telling') OR EXISTS (SELECT 1 FROM wait "
		"JOIN "
		"outbox ON outbox.id = wait.outbox_id WHERE wait.state = 'unreachable' AND outbox.state = "
		"'sent')",
		&stmt);

	if (!err)
		err = store_db_count(stmt, &count);
	if (!err)
		*ret_is = count > 0;
	return err;
}

#define FITS                                                                                                 \
	"WHERE (?1 = 0 OR (?1 >> CASE w.state WHEN 'open' THEN 0 WHEN 'ready' THEN 1 WHEN 'due' THEN 2 "     \
	"WHEN 'telling' THEN 3 WHEN 'told' THEN 4 WHEN 'fetched' THEN 5 WHEN 'unreachable' THEN 6 ELSE 7 "   \
	"END) & 1) AND (?2 IS NULL OR coalesce((SELECT unit FROM question WHERE id = w.question), "          \
	"(SELECT unit FROM case_file WHERE id = w.case_id)) IN (SELECT value FROM json_each(?2))) AND "      \
	"(?3 = 0 OR w.question IN (SELECT id FROM question WHERE cluster = ?3)) "

static void filter_bind(sqlite3_stmt *stmt, const struct wait_filter *filter)
{
	sqlite3_bind_int64(stmt, 1, filter->states);
	store_bind_text(stmt, 2, filter->units);
	sqlite3_bind_int64(stmt, 3, filter->cluster);
}

enum err store_wait_list(struct store_reader *r, struct arena *a, const struct wait_filter *filter,
	size_t skip, size_t max, struct wait **ret_items, size_t *ret_count, size_t *ret_total)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db, "SELECT count(*) FROM wait w " FITS, &stmt);

	if (err)
		return err;
	filter_bind(stmt, filter);
	err = store_db_count(stmt, ret_total);
	if (!err)
		err = store_db_prepare(&r->db,
			"SELECT " COLUMNS FROM FITS "ORDER BY w.created_ms, w.code LIMIT ?4 OFFSET ?5",
			&stmt);
	if (err)
		return err;
	filter_bind(stmt, filter);
	sqlite3_bind_int64(stmt, 4, (int64_t)max);
	sqlite3_bind_int64(stmt, 5, (int64_t)skip);
	return store_db_rows(stmt, a, row_read, sizeof(struct wait), max, ret_items, ret_count);
}

enum err store_wait_counts(struct store_reader *r, int64_t ret_by_state[WAIT_STATE_COUNT])
{
	int64_t counts[WAIT_STATE_COUNT] = {0};
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db, "SELECT state, count(*) FROM wait GROUP BY state", &stmt);
	int code;

	if (err)
		return err;
	while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
		enum wait_state state;

		if (wait_state_read((const char *)sqlite3_column_text(stmt, 0), &state))
			counts[state] = sqlite3_column_int64(stmt, 1);
	}
	store_db_done(stmt);
	err = store_db_err(code);
	if (!err)
		memcpy(ret_by_state, counts, sizeof counts);
	return err;
}
