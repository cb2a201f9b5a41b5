/* store_case.c - reflections and suggestions. What staff changes names the revision they saw; every change is a step. */
#include "daemon/store/store_case.h"
#include "daemon/store/store_internal.h"
#include "daemon/store/store_wait.h"

#include <stdio.h>
#include <string.h>

#define STEPS_MAX 1000

#define STATE_WORD(name, word) [CASE_IS_##name] = word,
static const char *const state_words[] = {CASE_STATES(STATE_WORD)};

const char *case_state_word(enum case_state state)
{
	return state_words[state];
}

bool case_state_read(const char *word, enum case_state *ret_state)
{
	for (size_t i = 0; i < CASE_STATE_COUNT; i++)
		if (word && strcmp(state_words[i], word) == 0) {
			*ret_state = (enum case_state)i;
			return true;
		}
	return false;
}

static enum err step_add(
	struct store_tx *tx, int64_t id, const char *who, const char *what, const char *text, int64_t now_ms)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db,
		"INSERT INTO case_step (case_id, time_ms, who, what, text) VALUES (?, ?, ?, ?, ?)", &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, id);
	sqlite3_bind_int64(stmt, 2, now_ms);
	store_bind_text(stmt, 3, who);
	store_bind_text(stmt, 4, what);
	store_bind_text(stmt, 5, text);
	return store_db_run(&tx->db, stmt, NULL);
}

static enum err insert(struct store_tx *tx, const struct case_file *one, int64_t *ret_id)
{
	unsigned char hash[STORE_CITIZEN_HASH];
	sqlite3_stmt *stmt;
	int added = 0;
	enum err err = one->citizen.user ? store_citizen_hash(tx, &one->citizen, hash) : OK;

	if (!err)
		err = store_db_prepare(&tx->db,
			"INSERT INTO case_file (code, channel, account, user, citizen, kind, category, what, "
			"place, "
			"happened, unit, received_ms, due) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
			"ON CONFLICT (code) DO NOTHING",
			&stmt);
	if (err)
		return err;
	store_bind_text(stmt, 1, one->code);
	store_bind_text(stmt, 2, one->citizen.channel);
	store_bind_text(stmt, 3, one->citizen.account);
	store_bind_text(stmt, 4, one->citizen.user);
	if (one->citizen.user)
		sqlite3_bind_blob(stmt, 5, hash, sizeof hash, SQLITE_STATIC);
	store_bind_text(stmt, 6, one->suggestion ? "suggestion" : "reflection");
	store_bind_text(stmt, 7, one->category);
	store_bind_text(stmt, 8, one->what);
	store_bind_text(stmt, 9, one->place);
	store_bind_text(stmt, 10, one->happened);
	store_bind_text(stmt, 11, one->unit);
	sqlite3_bind_int64(stmt, 12, one->received_ms);
	store_bind_text(stmt, 13, one->due);
	err = store_db_run(&tx->db, stmt, &added);
	if (err || !added)
		return err ? err : ERR_EXISTS;
	*ret_id = sqlite3_last_insert_rowid(tx->db.sqlite);
	return OK;
}

enum err store_case_add(struct store_tx *tx, const struct case_file *one, int64_t *ret_id)
{
	int64_t id;
	enum err err = insert(tx, one, &id);

	if (!err)
		err = step_add(tx, id, "citizen", "received", NULL, one->received_ms);
	if (!err)
		err = store_wait_add(tx, &(struct wait){.code = one->code,
						 .case_id = id,
						 .citizen = one->citizen,
						 .conversation_id = one->conversation_id,
						 .created_ms = one->received_ms});
	if (!err)
		*ret_id = id;
	return err;
}

/* --- What staff does --------------------------------------------------------------------------------- */

/* OK: it is there, in a state of `states`, and of that revision. */
static enum err may(struct store_tx *tx, int64_t id, int64_t revision, unsigned states)
{
	enum case_state state = CASE_IS_NEW;
	int64_t newest = 0;
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db, "SELECT state, revision FROM case_file WHERE id = ?", &stmt);
	int code;

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, id);
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW) {
		case_state_read((const char *)sqlite3_column_text(stmt, 0), &state);
		newest = sqlite3_column_int64(stmt, 1);
	}
	store_db_done(stmt);
	if (code != SQLITE_ROW)
		return code == SQLITE_DONE ? ERR_NOT_FOUND : store_db_err(code);
	if (revision && revision != newest)
		return ERR_EXISTS;
	return states & 1u << state ? OK : ERR_REFUSED;
}

enum err store_case_change(struct store_tx *tx, const struct case_change *c)
{
	char said[512];
	sqlite3_stmt *stmt;
	enum err err = may(tx, c->id, c->revision, CASES_OPEN);

	if (!err)
		err = store_db_prepare(&tx->db,
			"UPDATE case_file SET category = coalesce(?2, category), unit = coalesce(?3, unit), "
			"owner = coalesce(nullif(?4, ''), iif(?4 IS NULL, owner, NULL)), revision = revision "
			"+ 1, "
			"state = iif(state = 'new' AND coalesce(?4, '') <> '', 'working', state) WHERE id = "
			"?1",
			&stmt);
	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, c->id);
	store_bind_text(stmt, 2, c->category);
	store_bind_text(stmt, 3, c->unit);
	store_bind_text(stmt, 4, c->owner);
	err = store_db_run(&tx->db, stmt, NULL);
	snprintf(said, sizeof said, "%s%s%s%s%s%s", c->category ? "category=" : "",
		c->category ? c->category : "", c->unit ? " unit=" : "", c->unit ? c->unit : "",
		c->owner ? " owner=" : "", c->owner ? c->owner : "");
	return err ? err
		   : step_add(
			     tx, c->id, c->who, c->owner && *c->owner ? "taken" : "changed", said, c->now_ms);
}

enum err store_case_note(struct store_tx *tx, int64_t id, const char *who, const char *text, int64_t now_ms)
{
	enum err err = may(tx, id, 0, ~0u);

	return err ? err : step_add(tx, id, who, "note", text, now_ms);
}

static enum err end(struct store_tx *tx, const struct case_change *c, const char *state)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db,
		"UPDATE case_file SET state = ?2, answer = ?3, subject = ?4, published = ?5, answered_by = "
		"?6, "
		"answered_ms = ?7, revision = revision + 1 WHERE id = ?1",
		&stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, c->id);
	store_bind_text(stmt, 2, state);
	store_bind_text(stmt, 3, c->answer);
	store_bind_text(stmt, 4, c->subject);
	sqlite3_bind_int(stmt, 5, c->publish);
	store_bind_text(stmt, 6, c->who);
	sqlite3_bind_int64(stmt, 7, c->now_ms);
	err = store_db_run(&tx->db, stmt, NULL);
	if (!err)
		err = step_add(tx, c->id, c->who, state, NULL, c->now_ms);
	return err ? err : store_wait_answer_case(tx, c->id, c->answer, c->now_ms, NULL);
}

/* Into the public list, or out of it. What was said to the citizen stays as it was said. */
static enum err publish(struct store_tx *tx, const struct case_change *c)
{
	sqlite3_stmt *stmt;
	int changes = 0;
	enum err err = store_db_prepare(&tx->db,
		"UPDATE case_file SET subject = ?4, published = ?5, revision = revision + 1 WHERE id = ?1 "
		"AND "
		"answer = ?3",
		&stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, c->id);
	store_bind_text(stmt, 3, c->answer);
	store_bind_text(stmt, 4, c->subject);
	sqlite3_bind_int(stmt, 5, c->publish);
	err = store_db_run(&tx->db, stmt, &changes);
	if (err || !changes)
		return err ? err : ERR_REFUSED;
	return step_add(tx, c->id, c->who, c->publish ? "published" : "changed", NULL, c->now_ms);
}

enum err store_case_answer(struct store_tx *tx, const struct case_change *c)
{
	enum err err;

	if (!c->answer || (c->publish && !c->subject))
		return ERR_FORMAT;
	err = may(tx, c->id, c->revision, CASES_OPEN);
	if (err != ERR_REFUSED)
		return err ? err : end(tx, c, state_words[CASE_IS_ANSWERED]);
	err = may(tx, c->id, c->revision, 1u << CASE_IS_ANSWERED);
	return err ? err : publish(tx, c);
}

enum err store_case_reject(struct store_tx *tx, const struct case_change *c)
{
	struct case_change reasons = *c;
	enum err err = c->answer ? may(tx, c->id, c->revision, CASES_OPEN) : ERR_FORMAT;

	reasons.subject = NULL;
	reasons.publish = false;
	return err ? err : end(tx, &reasons, state_words[CASE_IS_REJECTED]);
}

/* --- Reading ----------------------------------------------------------------------------------------- */

#define COLUMNS                                                                                              \
	"SELECT id, code, channel, account, user, kind, category, what, place, happened, unit, owner, "      \
	"state, received_ms, due, answer, subject, published, answered_by, answered_ms, revision "           \
	"FROM case_file "

static enum err row_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	struct case_file *one = ret_item;
	const char *kind = (const char *)sqlite3_column_text(stmt, 5);
	bool failed = false;

	*one = (struct case_file){
		.id = sqlite3_column_int64(stmt, 0),
		.code = store_column_text(a, stmt, 1, &failed),
		.citizen = {store_column_text(a, stmt, 2, &failed), store_column_text(a, stmt, 3, &failed),
			store_column_text(a, stmt, 4, &failed)},
		.suggestion = kind && strcmp(kind, "suggestion") == 0,
		.category = store_column_text(a, stmt, 6, &failed),
		.what = store_column_text(a, stmt, 7, &failed),
		.place = store_column_text(a, stmt, 8, &failed),
		.happened = store_column_text(a, stmt, 9, &failed),
		.unit = store_column_text(a, stmt, 10, &failed),
		.owner = store_column_text(a, stmt, 11, &failed),
		.received_ms = sqlite3_column_int64(stmt, 13),
		.due = store_column_text(a, stmt, 14, &failed),
		.answer = store_column_text(a, stmt, 15, &failed),
		.subject = store_column_text(a, stmt, 16, &failed),
		.published = sqlite3_column_int(stmt, 17) != 0,
		.answered_by = store_column_text(a, stmt, 18, &failed),
		.answered_ms = sqlite3_column_int64(stmt, 19),
		.revision = sqlite3_column_int64(stmt, 20),
	};
	case_state_read((const char *)sqlite3_column_text(stmt, 12), &one->state);
	return failed ? ERR_NOMEM : OK;
}

enum err store_case_get(struct store_reader *r, struct arena *a, int64_t id, struct case_file *ret_case)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db, COLUMNS "WHERE id = ?", &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, id);
	return store_db_row(stmt, a, row_read, ret_case);
}

enum err store_case_by_code(
	struct store_reader *r, struct arena *a, const char *code, struct case_file *ret_case)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db, COLUMNS "WHERE code = ?", &stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, code);
	return store_db_row(stmt, a, row_read, ret_case);
}

#define FITS                                                                                                 \
	"WHERE (?1 = 0 OR (?1 >> CASE state WHEN 'new' THEN 0 WHEN 'working' THEN 1 WHEN 'answered' THEN 2 " \
	"WHEN 'rejected' THEN 3 ELSE 4 END) & 1) AND (?2 IS NULL OR category = ?2) AND (?3 IS NULL OR "      \
	"unit IN (SELECT value FROM json_each(?3))) AND (?4 IS NULL OR coalesce(owner, '') = ?4) AND (?5 IS NULL OR due < ?5) AND (?6 IS "   \
	"NULL OR due >= ?6) AND (?5 IS NULL AND ?6 IS NULL OR state IN ('new', 'working')) AND (?7 IS NULL " \
	"OR instr(code || ' ' || coalesce(what, '') || ' ' || coalesce(place, '') || ' ' || "                \
	"coalesce(answer, "                                                                                  \
	"''), ?7) > 0) "

static void filter_bind(sqlite3_stmt *stmt, const struct case_filter *filter)
{
	sqlite3_bind_int64(stmt, 1, filter->states);
	store_bind_text(stmt, 2, filter->category);
	store_bind_text(stmt, 3, filter->units);
	store_bind_text(stmt, 4, filter->owner);
	store_bind_text(stmt, 5, filter->due_before);
	store_bind_text(stmt, 6, filter->due_from);
	store_bind_text(stmt, 7, filter->text);
}

enum err store_case_list(struct store_reader *r, struct arena *a, const struct case_filter *filter,
	size_t skip, size_t max, struct case_file **ret_items, size_t *ret_count, size_t *ret_total)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db, "SELECT count(*) FROM case_file " FITS, &stmt);

	if (err)
		return err;
	filter_bind(stmt, filter);
	err = store_db_count(stmt, ret_total);
	if (!err)
		err = store_db_prepare(&r->db,
			COLUMNS FITS
			"ORDER BY state NOT IN ('new', 'working'), iif(state IN ('new', 'working'), "
			"due, ''), id DESC LIMIT ?8 OFFSET ?9",
			&stmt);
	if (err)
		return err;
	filter_bind(stmt, filter);
	sqlite3_bind_int64(stmt, 8, (int64_t)max);
	sqlite3_bind_int64(stmt, 9, (int64_t)skip);
	return store_db_rows(stmt, a, row_read, sizeof(struct case_file), max, ret_items, ret_count);
}

static enum err unit_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	bool failed = false;

	*(const char **)ret_item = store_column_text(a, stmt, 0, &failed);
	return failed ? ERR_NOMEM : OK;
}

enum err store_case_units(
	struct store_reader *r, struct arena *a, size_t max, const char ***ret_units, size_t *ret_count)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(
		&r->db, "SELECT DISTINCT unit FROM case_file WHERE unit IS NOT NULL LIMIT ?", &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, (int64_t)max);
	return store_db_rows(stmt, a, unit_read, sizeof(const char *), max, ret_units, ret_count);
}

static enum err step_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	bool failed = false;

	*(struct case_step *)ret_item = (struct case_step){
		.id = sqlite3_column_int64(stmt, 0),
		.time_ms = sqlite3_column_int64(stmt, 1),
		.who = store_column_text(a, stmt, 2, &failed),
		.what = store_column_text(a, stmt, 3, &failed),
		.text = store_column_text(a, stmt, 4, &failed),
	};
	return failed ? ERR_NOMEM : OK;
}

enum err store_case_steps(
	struct store_reader *r, struct arena *a, int64_t id, struct case_step **ret_items, size_t *ret_count)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db,
		"SELECT id, time_ms, who, what, text FROM case_step WHERE case_id = ? ORDER BY id LIMIT ?",
		&stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, id);
	sqlite3_bind_int(stmt, 2, STEPS_MAX);
	return store_db_rows(stmt, a, step_read, sizeof(struct case_step), STEPS_MAX, ret_items, ret_count);
}

static enum err public_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	bool failed = false;

	*(struct case_file *)ret_item = (struct case_file){
		.state = CASE_IS_ANSWERED,
		.published = true,
		.category = store_column_text(a, stmt, 0, &failed),
		.unit = store_column_text(a, stmt, 1, &failed),
		.subject = store_column_text(a, stmt, 2, &failed),
		.answer = store_column_text(a, stmt, 3, &failed),
		.received_ms = sqlite3_column_int64(stmt, 4),
		.answered_ms = sqlite3_column_int64(stmt, 5),
	};
	return failed ? ERR_NOMEM : OK;
}

enum err store_case_published(struct store_reader *r, struct arena *a, size_t skip, size_t max,
	struct case_file **ret_items, size_t *ret_count)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db,
		"SELECT category, unit, subject, answer, received_ms, answered_ms FROM case_file WHERE "
		"published "
		"= 1 AND state = 'answered' ORDER BY answered_ms DESC LIMIT ? OFFSET ?",
		&stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, (int64_t)max);
	sqlite3_bind_int64(stmt, 2, (int64_t)skip);
	return store_db_rows(stmt, a, public_read, sizeof(struct case_file), max, ret_items, ret_count);
}
