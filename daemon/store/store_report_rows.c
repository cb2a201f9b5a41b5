/* store_report_rows.c - the rows a figure was counted from: the same predicate behind WHERE. */
#include "daemon/store/store_report_sql.h"

/* id, time, unit, channel, field, record, word, text, value. The text is what is still there of it. */
#define TURN_COLUMNS                                                                                         \
	"t.event_id, t.time_ms, t.unit, t.channel, t.field, t.record, t.outcome, "                           \
	"(SELECT text FROM event WHERE event.id = t.event_id), t.replied_ms - t.time_ms"
#define RATING_COLUMNS                                                                                       \
	"t.event_id, t.time_ms, t.unit, t.channel, " FIELD_OF(                                               \
		"t.event_id") ", t.record, "                                                                 \
			      "ifnull(t.reason, iif(t.good, 'good', 'bad')), t.text, NULL"
#define QUESTION_COLUMNS                                                                                     \
	"t.id, t.created_ms, t.unit, t.channel, " FIELD_OF("t.event_id") ", t.record, t.reason, t.text, "    \
									 "NULL"
#define WAIT_COLUMNS                                                                                         \
	"t.question, t.created_ms, q.unit, t.channel, " FIELD_OF(                                            \
		"q.event_id") ", q.record, t.state, q.text, NULL"
#define CASE_COLUMNS "t.id, t.received_ms, t.unit, t.channel, NULL, NULL, t.state, t.what, NULL"

/* Of one citizen the last one: SQLite takes the other columns from the row that has the maximum. */
#define EACH_ROWS
#define EACH_MEDIAN
#define EACH_P95
#define EACH_PEOPLE " AND t.citizen IS NOT NULL GROUP BY t.citizen"
#define LAST_ROWS
#define LAST_MEDIAN
#define LAST_P95
#define LAST_PEOPLE ", max(t.rowid)"
#define ORDER_ROWS "2 DESC, 1 DESC"
#define ORDER_PEOPLE "2 DESC, 1 DESC"
#define ORDER_MEDIAN "9, 1"
#define ORDER_P95 "9, 1"

struct statements {
	const char *list, *count;
};

#define LISTED(columns, from, kind, where)                                                                   \
	{"SELECT " columns LAST_##kind from " AND (" where ")" EACH_##kind " ORDER BY " ORDER_##kind         \
		" LIMIT ?7 OFFSET ?8",                                                                       \
		"SELECT count(*) FROM (SELECT 1" from " AND (" where ")" EACH_##kind ")"},
#define TURN_LIST(id, kind, where) LISTED(TURN_COLUMNS, TURN_FROM, kind, where)
#define RATING_LIST(id, kind, where) LISTED(RATING_COLUMNS, RATING_FROM, kind, where)
#define QUESTION_LIST(id, kind, where) LISTED(QUESTION_COLUMNS, QUESTION_FROM, kind, where)
#define WAIT_LIST(id, kind, where) LISTED(WAIT_COLUMNS, WAIT_FROM, kind, where)
#define CASE_LIST(id, kind, where) LISTED(CASE_COLUMNS, CASE_FROM, kind, where)

static const struct statements statements[STORE_FIGURE_COUNT] = {TURN_FIGURES(TURN_LIST) RATING_FIGURES(
	RATING_LIST) QUESTION_FIGURES(QUESTION_LIST) WAIT_FIGURES(WAIT_LIST) CASE_FIGURES(CASE_LIST)};

static enum err row_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	struct report_row *row = ret_item;
	bool failed = false;

	*row = (struct report_row){
		.id = sqlite3_column_int64(stmt, 0),
		.time_ms = sqlite3_column_int64(stmt, 1),
		.unit = store_column_text(a, stmt, 2, &failed),
		.channel = store_column_text(a, stmt, 3, &failed),
		.field = store_column_text(a, stmt, 4, &failed),
		.record = store_column_text(a, stmt, 5, &failed),
		.word = store_column_text(a, stmt, 6, &failed),
		.text = store_column_text(a, stmt, 7, &failed),
		.value = sqlite3_column_type(stmt, 8) == SQLITE_NULL ? FIGURE_NONE
								     : sqlite3_column_int64(stmt, 8),
	};
	return failed ? ERR_NOMEM : OK;
}

enum err store_report_rows(struct store_reader *r, struct arena *a, const struct report_scope *scope,
	enum store_figure figure, size_t skip, size_t max, struct report_row **ret_rows, size_t *ret_count,
	size_t *ret_total)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db, statements[figure].count, &stmt);

	if (err)
		return err;
	report_scope_bind(stmt, scope);
	err = store_db_count(stmt, ret_total);
	if (!err)
		err = store_db_prepare(&r->db, statements[figure].list, &stmt);
	if (err)
		return err;
	report_scope_bind(stmt, scope);
	sqlite3_bind_int64(stmt, 7, (int64_t)max);
	sqlite3_bind_int64(stmt, 8, (int64_t)skip);
	return store_db_rows(stmt, a, row_read, sizeof **ret_rows, max, ret_rows, ret_count);
}
