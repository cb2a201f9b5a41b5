/* store_report.c - figures: one statement a kind of row counts all figures of that kind in one pass. */
#include "daemon/store/store_report_sql.h"

#include <string.h>

#define KEYS_MAX 8192 /* units of the country, days of years */

/* --- The statements: literals, put together by the compiler --- */

#define COUNT_ROWS(hash) "count(*)"
#define COUNT_PEOPLE(hash) "people(" hash ")"
#define COUNT_MEDIAN(hash) "quantile(t.replied_ms - t.time_ms, 50)"
#define COUNT_P95(hash) "quantile(t.replied_ms - t.time_ms, 95)"
#define OWN(id, kind, where) ", " COUNT_##kind("t.citizen") " FILTER (WHERE " where ")"

/* Who has been forgotten counts as somebody: nobody can be told from it any more. The others are the figure of citizens. */
#define TURN_COUNTS                                                                                          \
	", count(*) FILTER (WHERE t.citizen IS NULL AND t.outcome <> 'silent')" TURN_FIGURES(OWN) TURN_FROM
#define RATING_COUNTS ", 0" RATING_FIGURES(OWN) RATING_FROM
#define QUESTION_COUNTS ", 0" QUESTION_FIGURES(OWN) QUESTION_FROM
#define WAIT_COUNTS ", 0" WAIT_FIGURES(OWN) WAIT_FROM
#define CASE_COUNTS ", 0" CASE_FIGURES(OWN) CASE_FROM

#define VIETNAM_DAY(time) "(t." time " + 25200000) / 86400000"
#define BY(counts, unit, field, day)                                                                         \
	{                                                                                                    \
		"SELECT NULL" counts, "SELECT " unit counts " GROUP BY 1",                                   \
			"SELECT t.channel" counts " GROUP BY 1", "SELECT " field counts " GROUP BY 1",       \
			"SELECT " day counts " GROUP BY 1"                                                   \
	}

struct source {
	int first, count; /* its figures, in the order of enum store_figure */
	const char *sql[REPORT_BY_COUNT];
};

#define ONE(id, kind, where) +1
#define TURNS (0 TURN_FIGURES(ONE))
#define RATINGS (0 RATING_FIGURES(ONE))
#define QUESTIONS (0 QUESTION_FIGURES(ONE))
#define WAITS (0 WAIT_FIGURES(ONE))
#define CASES (0 CASE_FIGURES(ONE))

static const struct source sources[] = {
	{0, TURNS, BY(TURN_COUNTS, "t.unit", "t.field", VIETNAM_DAY("time_ms"))},
	{TURNS, RATINGS, BY(RATING_COUNTS, "t.unit", FIELD_OF("t.event_id"), VIETNAM_DAY("time_ms"))},
	{TURNS + RATINGS, QUESTIONS,
		BY(QUESTION_COUNTS, "t.unit", FIELD_OF("t.event_id"), VIETNAM_DAY("created_ms"))},
	{TURNS + RATINGS + QUESTIONS, WAITS,
		BY(WAIT_COUNTS, "q.unit", FIELD_OF("q.event_id"), VIETNAM_DAY("created_ms"))},
	{TURNS + RATINGS + QUESTIONS + WAITS, CASES,
		BY(CASE_COUNTS, "t.unit", "NULL", VIETNAM_DAY("received_ms"))},
};
_Static_assert(
	TURNS + RATINGS + QUESTIONS + WAITS + CASES == STORE_FIGURE_COUNT, "every figure has its source");

/* --- Counting --- */

void report_scope_bind(sqlite3_stmt *stmt, const struct report_scope *scope)
{
	sqlite3_bind_int64(stmt, 1, scope->from_ms);
	sqlite3_bind_int64(stmt, 2, scope->to_ms);
	store_bind_text(stmt, 3, scope->units);
	store_bind_text(stmt, 4, scope->channel);
	store_bind_text(stmt, 5, scope->field);
	store_bind_text(stmt, 6, scope->as_of);
}

struct tally {
	struct arena *arena;
	struct report_counts *items;
	size_t count;
	bool failed;
};

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* The item of that key, made when it is the first time; NULL: there is no room. */
static struct report_counts *item_of(struct tally *t, sqlite3_stmt *stmt)
{
	const char *key = (const char *)sqlite3_column_text(stmt, 0);
	struct report_counts *item;

	for (size_t i = 0; i < t->count; i++)
		if (same(t->items[i].key, key))
			return &t->items[i];
	if (t->count == KEYS_MAX)
		return NULL;
	item = &t->items[t->count++];
	*item = (struct report_counts){.key = store_column_text(t->arena, stmt, 0, &t->failed)};
	item->values[STORE_FIGURE_reply_median] = item->values[STORE_FIGURE_reply_p95] = FIGURE_NONE;
	return item;
}

static void row_take(struct tally *t, const struct source *source, sqlite3_stmt *stmt)
{
	struct report_counts *item = item_of(t, stmt);

	if (!item) {
		t->failed = true;
		return;
	}
	for (int i = 0; i < source->count; i++)
		item->values[source->first + i] = sqlite3_column_type(stmt, 2 + i) == SQLITE_NULL
							  ? FIGURE_NONE
							  : sqlite3_column_int64(stmt, 2 + i);
	if (source == &sources[0])
		item->people = sqlite3_column_int64(stmt, 1) + item->values[STORE_FIGURE_citizens];
}

static enum err source_count(struct store_reader *r, struct tally *t, const struct report_scope *scope,
	const struct source *source, enum report_by by)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db, source->sql[by], &stmt);
	int code = SQLITE_ROW;

	if (err)
		return err;
	report_scope_bind(stmt, scope);
	while (!t->failed && (code = sqlite3_step(stmt)) == SQLITE_ROW)
		row_take(t, source, stmt);
	store_db_done(stmt);
	return t->failed ? ERR_NOMEM : store_db_err(code);
}

enum err store_report_counts(struct store_reader *r, struct arena *a, const struct report_scope *scope,
	unsigned of, enum report_by by, struct report_counts **ret_items, size_t *ret_count)
{
	size_t room = by == REPORT_BY_NOTHING ? 1 : KEYS_MAX;
	struct tally t = {.arena = a, .items = arena_array(a, room, sizeof *t.items)};
	enum err err = t.items ? OK : ERR_NOMEM;

	for (size_t i = 0; i < sizeof sources / sizeof *sources && !err; i++)
		if (of & 1u << i)
			err = source_count(r, &t, scope, &sources[i], by);
	if (err)
		return err;
	*ret_items = t.items;
	*ret_count = t.count;
	return OK;
}
