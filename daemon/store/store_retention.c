/* store_retention.c - what is old goes. Rows come in order of time, so a pass over a table ends at the first
 * span whose last row is still too young; citizens are in order of their key and are looked through. */
#include "daemon/store/store_internal.h"
#include "daemon/store/store_retention.h"

#define SPAN 500 /* rows looked at in one step */
#define DEDUPE_MS ((int64_t)7 * 24 * 3600 * 1000)

/* One statement over rows ?1 < id ≤ ?2 that came to their end before ?3. */
static enum err sweep(struct store_tx *tx, struct store_retention *r, const char *sql, int64_t after,
	int64_t end, int64_t before_ms)
{
	int changes = 0;
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db, sql, &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, after);
	sqlite3_bind_int64(stmt, 2, end);
	sqlite3_bind_int64(stmt, 3, before_ms);
	err = store_db_run(&tx->db, stmt, &changes);
	r->removed += changes;
	return err;
}

/* The last of the next SPAN rows after `after` and when it was made. *ret_id 0: there is none. */
static enum err span_end(
	struct store_tx *tx, const char *sql, int64_t after, int64_t *ret_id, int64_t *ret_made_ms)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db, sql, &stmt);
	int code;

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, after);
	sqlite3_bind_int(stmt, 2, SPAN);
	code = sqlite3_step(stmt);
	*ret_id = code == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : 0;
	*ret_made_ms = code == SQLITE_ROW ? sqlite3_column_int64(stmt, 1) : 0;
	store_db_done(stmt);
	return store_db_err(code);
}

#define SPAN_OF(table, made)                                                                                 \
	"SELECT id, " made " FROM (SELECT id, " made " FROM " table                                          \
	" WHERE id > ?1 ORDER BY id LIMIT ?2) ORDER BY id DESC LIMIT 1"

/* The cursor goes to the end of the span, or to INT64_MAX when the pass over this table is over. */
static void cursor_move(int64_t *cursor, int64_t end, int64_t made_ms, int64_t old_before_ms)
{
	*cursor = end && made_ms < old_before_ms ? end : INT64_MAX;
}

static int64_t before(int64_t now_ms, int64_t age_ms)
{
	return age_ms ? now_ms - age_ms : INT64_MIN;
}

static enum err events_step(struct store_tx *tx, struct store_retention *r, int64_t now_ms)
{
	int64_t gone = before(now_ms, r->event_ms && r->event_ms < DEDUPE_MS ? DEDUPE_MS : r->event_ms);
	int64_t blank = before(now_ms, r->text_ms), end, made_ms;
	enum err err = span_end(tx, SPAN_OF("event", "received_ms"), r->event_id, &end, &made_ms);

	if (!err && end)
		err = sweep(tx, r,
			"DELETE FROM event WHERE id > ?1 AND id <= ?2 AND settled_ms < ?3 AND received_ms < "
			"?3",
			r->event_id, end, gone);
	if (!err && end)
		err = sweep(tx, r,
			"UPDATE event SET text = NULL, payload = NULL WHERE id > ?1 AND id <= ?2 AND "
			"settled_ms < ?3 "
			"AND (text IS NOT NULL OR payload IS NOT NULL)",
			r->event_id, end, blank);
	if (!err)
		cursor_move(&r->event_id, end, made_ms, gone > blank ? gone : blank);
	return err;
}

static enum err questions_step(struct store_tx *tx, struct store_retention *r, int64_t now_ms)
{
	int64_t gone = before(now_ms, r->question_ms), end, made_ms;
	enum err err = span_end(tx, SPAN_OF("question", "created_ms"), r->question_id, &end, &made_ms);

	if (!err && end)
		err = sweep(tx, r, "DELETE FROM question WHERE id > ?1 AND id <= ?2 AND created_ms < ?3",
			r->question_id, end, gone);
	if (!err)
		cursor_move(&r->question_id, end, made_ms, gone);
	return err;
}

static enum err outbox_step(struct store_tx *tx, struct store_retention *r, int64_t now_ms)
{
	int64_t gone = before(now_ms, r->citizen_ms), end, made_ms;
	enum err err = span_end(tx, SPAN_OF("outbox", "created_ms"), r->outbox_id, &end, &made_ms);

	if (!err && end)
		err = sweep(tx, r,
			"DELETE FROM outbox WHERE id > ?1 AND id <= ?2 AND changed_ms < ?3 "
			"AND state IN ('sent', 'dead', 'dropped')",
			r->outbox_id, end, gone);
	if (!err)
		cursor_move(&r->outbox_id, end, made_ms, gone);
	return err;
}

/* The counts stay. */
static enum err turns_step(struct store_tx *tx, struct store_retention *r, int64_t now_ms)
{
	int64_t nameless = before(now_ms, r->citizen_ms), end, made_ms;
	enum err err = span_end(tx,
		"SELECT event_id, time_ms FROM (SELECT event_id, time_ms FROM turn WHERE event_id > ?1 "
		"ORDER BY event_id LIMIT ?2) ORDER BY event_id DESC LIMIT 1",
		r->turn_id, &end, &made_ms);

	if (!err && end)
		err = sweep(tx, r,
			"UPDATE turn SET citizen = NULL WHERE event_id > ?1 AND event_id <= ?2 AND time_ms < "
			"?3 "
			"AND citizen IS NOT NULL",
			r->turn_id, end, nameless);
	if (!err)
		cursor_move(&r->turn_id, end, made_ms, nameless);
	return err;
}

static enum err citizens_step(struct store_tx *tx, struct store_retention *r, int64_t now_ms)
{
	int64_t removed = r->removed;
	enum err err = sweep(tx, r,
		"DELETE FROM citizen WHERE (channel, account, user) IN (SELECT channel, account, user FROM "
		"citizen "
		"WHERE ?1 = 0 AND max(last_ms, conversation_ms, paused_until_ms) < ?3 LIMIT ?2)",
		0, SPAN, before(now_ms, r->citizen_ms));

	r->citizens_done = !err && r->removed - removed < SPAN;
	return err;
}

/* Staff's answer and what was published stay; who it was about and in which words goes. Open ones are waited for. */
static enum err cases_step(struct store_tx *tx, struct store_retention *r, int64_t now_ms)
{
	int64_t blank = before(now_ms, r->case_ms), end, made_ms;
	enum err err = span_end(tx, SPAN_OF("case_file", "received_ms"), r->case_id, &end, &made_ms);

	if (!err && end)
		err = sweep(tx, r,
			"UPDATE case_file SET user = NULL, citizen = NULL, what = NULL, place = NULL, "
			"happened = NULL "
			"WHERE id > ?1 AND id <= ?2 AND answered_ms < ?3 AND state NOT IN ('new', 'working') "
			"AND "
			"(what IS NOT NULL OR user IS NOT NULL)",
			r->case_id, end, blank);
	if (!err)
		cursor_move(&r->case_id, end, made_ms, blank);
	return err;
}

static enum err ratings_step(struct store_tx *tx, struct store_retention *r, int64_t now_ms)
{
	int64_t blank = before(now_ms, r->case_ms), end, made_ms;
	enum err err = span_end(tx,
		"SELECT event_id, time_ms FROM (SELECT event_id, time_ms FROM rating WHERE event_id > ?1 "
		"ORDER BY event_id LIMIT ?2) ORDER BY event_id DESC LIMIT 1",
		r->rating_id, &end, &made_ms);

	if (!err && end)
		err = sweep(tx, r,
			"UPDATE rating SET citizen = NULL, text = NULL WHERE event_id > ?1 AND event_id <= "
			"?2 AND "
			"time_ms < ?3 AND (citizen IS NOT NULL OR text IS NOT NULL)",
			r->rating_id, end, blank);
	if (!err)
		cursor_move(&r->rating_id, end, made_ms, blank);
	return err;
}

/* In order of their key, so that they are looked through, some hundred at a time. */
static enum err keyed_step(
	struct store_tx *tx, struct store_retention *r, const char *sql, int64_t now_ms, bool *ret_done)
{
	int64_t removed = r->removed;
	enum err err = sweep(tx, r, sql, 0, SPAN, before(now_ms, r->case_ms));

	*ret_done = !err && r->removed - removed < SPAN;
	return err;
}

#define WAITS_OLD                                                                                            \
	"DELETE FROM wait WHERE code IN (SELECT code FROM wait WHERE ?1 = 0 AND changed_ms < ?3 AND "        \
	"NOT EXISTS (SELECT 1 FROM case_file WHERE id = case_id AND case_file.state IN ('new', 'working')) " \
	"LIMIT ?2)"
#define CONSENTS_OLD                                                                                         \
	"DELETE FROM consent WHERE id IN (SELECT id FROM consent WHERE ?1 = 0 AND time_ms < ?3 LIMIT ?2)"

enum err store_retention_step(struct store_tx *tx, struct store_retention *r, int64_t now_ms, bool *ret_more)
{
	enum err err;

	if (r->event_id != INT64_MAX)
		err = events_step(tx, r, now_ms);
	else if (r->question_id != INT64_MAX)
		err = questions_step(tx, r, now_ms);
	else if (r->outbox_id != INT64_MAX)
		err = outbox_step(tx, r, now_ms);
	else if (r->turn_id != INT64_MAX)
		err = turns_step(tx, r, now_ms);
	else if (r->case_id != INT64_MAX)
		err = cases_step(tx, r, now_ms);
	else if (r->rating_id != INT64_MAX)
		err = ratings_step(tx, r, now_ms);
	else if (!r->waits_done)
		err = keyed_step(tx, r, WAITS_OLD, now_ms, &r->waits_done);
	else if (!r->consents_done)
		err = keyed_step(tx, r, CONSENTS_OLD, now_ms, &r->consents_done);
	else
		err = citizens_step(tx, r, now_ms);
	if (!err)
		*ret_more = !r->citizens_done;
	return err;
}
