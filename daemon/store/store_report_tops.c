/* store_report_tops.c - what there was most of, what rises, and the figures that are kept. */
#include "daemon/store/store_report_sql.h"

#define WEEK_MS "604800000"
/* What staff called it, else the words of one of its questions. */
#define CLUSTER_LABEL "coalesce(k.label, (SELECT text FROM question WHERE id = k.sample), '')"
#define TOP_OF(key, label, word, from, where)                                                                \
	"SELECT " key ", " label ", " word ", count(*), people(t.citizen)" from " AND (" where               \
	") GROUP BY 1 ORDER BY 4 DESC, 1 LIMIT ?7"

/* key, label, word, count, people */
static const char *const tops[REPORT_TOP_COUNT] = {
	[REPORT_TOP_records] = TOP_OF(
		"t.record", "NULL", "NULL", TURN_FROM, "t.outcome = 'answer' AND t.record IS NOT NULL"),
	[REPORT_TOP_facets] = TOP_OF("ifnull(t.facet, '')", "NULL", "NULL", TURN_FROM,
		"t.outcome = 'answer' AND t.record IS NOT NULL"),
	[REPORT_TOP_hours] =
		"SELECT (t.time_ms + 25200000) / 3600000 % 24, NULL, NULL, count(*), "
		"people(t.citizen)" TURN_FROM " AND t.outcome <> 'silent' GROUP BY 1 ORDER BY 1 LIMIT ?7",
	[REPORT_TOP_reasons] = TOP_OF("t.reason", "NULL", "NULL", QUESTION_FROM, "t.id > 0"),
	[REPORT_TOP_nearest] = TOP_OF("json_extract(t.nearest, '$[0].id')", "NULL", "NULL", QUESTION_FROM,
		"json_extract(t.nearest, '$[0].id') IS NOT NULL"),
	[REPORT_TOP_question_fields] =
		TOP_OF("ifnull(" FIELD_OF("t.event_id") ", '')", "NULL", "NULL", QUESTION_FROM, "t.id > 0"),
	[REPORT_TOP_question_units] = TOP_OF("ifnull(t.unit, '')", "NULL", "NULL", QUESTION_FROM, "t.id > 0"),
	[REPORT_TOP_clusters] = TOP_OF("t.cluster", "(SELECT " CLUSTER_LABEL " FROM cluster AS k WHERE k.id = t.cluster)",
		"(SELECT state FROM cluster AS k WHERE k.id = t.cluster)", QUESTION_FROM,
		"t.cluster IS NOT NULL"),
	[REPORT_TOP_complaints] = TOP_OF("ifnull(t.reason, '')", "NULL", "NULL", RATING_FROM, "t.good = 0"),
	[REPORT_TOP_disliked] = TOP_OF("t.record", "NULL", "NULL", RATING_FROM, "t.good = 0"),
	[REPORT_TOP_categories] = TOP_OF("t.category", "NULL", "NULL", CASE_FROM, "t.received_ms >= ?1"),
};

static enum err top_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	bool failed = false;

	*(struct report_top_row *)ret_item = (struct report_top_row){
		.key = store_column_text(a, stmt, 0, &failed),
		.label = store_column_text(a, stmt, 1, &failed),
		.word = store_column_text(a, stmt, 2, &failed),
		.count = sqlite3_column_int64(stmt, 3),
		.people = sqlite3_column_int64(stmt, 4),
	};
	return failed ? ERR_NOMEM : OK;
}

enum err store_report_top(struct store_reader *r, struct arena *a, const struct report_scope *scope,
	enum report_top top, size_t max, struct report_top_row **ret_rows, size_t *ret_count)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db, tops[top], &stmt);

	if (err)
		return err;
	report_scope_bind(stmt, scope);
	sqlite3_bind_int64(stmt, 7, (int64_t)max);
	return store_db_rows(stmt, a, top_read, sizeof **ret_rows, max, ret_rows, ret_count);
}

static enum err step_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	(void)a;
	*(struct report_step *)ret_item = (struct report_step){
		.step = sqlite3_column_int(stmt, 0),
		.contacts = sqlite3_column_int64(stmt, 1),
		.questions = sqlite3_column_int64(stmt, 2),
		.answered = sqlite3_column_int64(stmt, 3),
		.asked_back = sqlite3_column_int64(stmt, 4),
		.unresolved = sqlite3_column_int64(stmt, 5),
	};
	return OK;
}

#define TURN_COUNT(id, kind, where) TREND_##id(where)
#define TREND_contacts(where) ", count(*) FILTER (WHERE " where ")"
#define TREND_questions TREND_contacts
#define TREND_answered TREND_contacts
#define TREND_asked_back TREND_contacts
#define TREND_unresolved TREND_contacts
#define TREND_citizens(where)
#define TREND_other_contacts TREND_citizens
#define TREND_replied TREND_citizens
#define TREND_reply_median TREND_citizens
#define TREND_reply_p95 TREND_citizens

enum err store_report_trend(struct store_reader *r, struct arena *a, const struct report_scope *scope,
	int days, size_t max, struct report_step **ret_steps, size_t *ret_count)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db,
		"SELECT (t.time_ms - ?1) / (?8 * 86400000)" TURN_FIGURES(TURN_COUNT) TURN_FROM
		" GROUP BY 1 ORDER BY 1 LIMIT ?7",
		&stmt);

	if (err)
		return err;
	report_scope_bind(stmt, scope);
	sqlite3_bind_int64(stmt, 7, (int64_t)max);
	sqlite3_bind_int(stmt, 8, days);
	return store_db_rows(stmt, a, step_read, sizeof **ret_steps, max, ret_steps, ret_count);
}

static enum err rising_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	bool failed = false;

	*(struct report_rising *)ret_item = (struct report_rising){
		.cluster = sqlite3_column_int64(stmt, 0),
		.label = store_column_text(a, stmt, 1, &failed),
		.last_week = sqlite3_column_int64(stmt, 2),
		.week_before = sqlite3_column_int64(stmt, 3),
	};
	return failed ? ERR_NOMEM : OK;
}

enum err store_report_rising(struct store_reader *r, struct arena *a, const struct report_scope *scope,
	size_t max, struct report_rising **ret_rows, size_t *ret_count)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db,
		"SELECT k.id, " CLUSTER_LABEL ", count(*) FILTER (WHERE t.created_ms >= ?2 - " WEEK_MS ") AS now, "
		"count(*) FILTER (WHERE t.created_ms < ?2 - " WEEK_MS ") AS before "
		"FROM question AS t JOIN cluster AS k ON k.id = t.cluster "
		"WHERE k.state = 'open' AND t.created_ms >= ?2 - 2 * " WEEK_MS
		" AND t.created_ms < ?2" WANTED("t.unit", "t.channel",
			FIELD_OF("t.event_id")) " GROUP BY k.id HAVING now > before "
						"ORDER BY now - before DESC, k.id LIMIT ?7",
		&stmt);

	if (err)
		return err;
	report_scope_bind(stmt, scope);
	sqlite3_bind_int64(stmt, 7, (int64_t)max);
	return store_db_rows(stmt, a, rising_read, sizeof **ret_rows, max, ret_rows, ret_count);
}

/* --- Kept --- */

static void key_bind(sqlite3_stmt *stmt, const struct report_kept *key)
{
	store_bind_text(stmt, 1, key->from_day);
	store_bind_text(stmt, 2, key->to_day);
	store_bind_text(stmt, 3, key->unit);
	store_bind_text(stmt, 4, key->channel);
}

enum err store_report_keep(struct store_tx *tx, const struct report_kept *kept)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db,
		"INSERT OR REPLACE INTO figure_kept (from_day, to_day, unit, channel, figures, made_ms) "
		"VALUES (?, ?, ?, ?, ?, ?)",
		&stmt);

	if (err)
		return err;
	key_bind(stmt, kept);
	store_bind_text(stmt, 5, kept->figures);
	sqlite3_bind_int64(stmt, 6, kept->made_ms);
	return store_db_run(&tx->db, stmt, NULL);
}

static enum err kept_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	struct report_kept *kept = ret_item;
	bool failed = false;

	kept->figures = store_column_text(a, stmt, 0, &failed);
	kept->made_ms = sqlite3_column_int64(stmt, 1);
	return failed ? ERR_NOMEM : OK;
}

enum err store_report_kept(
	struct store_reader *r, struct arena *a, const struct report_kept *key, struct report_kept *ret_kept)
{
	struct report_kept kept = *key;
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db,
		"SELECT figures, made_ms FROM figure_kept WHERE from_day = ? AND to_day = ? AND unit = ? AND "
		"channel = ?",
		&stmt);

	if (err)
		return err;
	key_bind(stmt, key);
	err = store_db_row(stmt, a, kept_read, &kept);
	if (!err)
		*ret_kept = kept;
	return err;
}

static enum err kept_unit_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	struct report_kept *kept = ret_item;
	bool failed = false;

	*kept = (struct report_kept){.channel = "",
		.figures = store_column_text(a, stmt, 0, &failed),
		.made_ms = sqlite3_column_int64(stmt, 1),
		.unit = store_column_text(a, stmt, 2, &failed)};
	return failed ? ERR_NOMEM : OK;
}

enum err store_report_kept_units(struct store_reader *r, struct arena *a, const char *from_day,
	const char *to_day, size_t max, struct report_kept **ret_items, size_t *ret_count)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db,
		"SELECT figures, made_ms, unit FROM figure_kept WHERE from_day = ? AND to_day = ? AND channel = '' "
		"ORDER BY unit LIMIT ?",
		&stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, from_day);
	store_bind_text(stmt, 2, to_day);
	sqlite3_bind_int64(stmt, 3, (int64_t)max);
	return store_db_rows(stmt, a, kept_unit_read, sizeof **ret_items, max, ret_items, ret_count);
}
