/* store_cluster_list.c - what staff and who sorts read of clusters. The index question_of_cluster holds all that is counted, so that
 * a page of large clusters does not read their texts. */
#include "daemon/store/store_cluster.h"
#include "daemon/store/store_internal.h"

#include <string.h>

#define WEEK_MS ((int64_t)7 * 24 * 3600 * 1000)

#define CLUSTER_SORT_WORD(name, word) word,
static const char *const sort_words[] = {CLUSTER_SORTS(CLUSTER_SORT_WORD)};

bool cluster_sort_from(const char *word, enum cluster_sort *ret_sort)
{
	for (size_t i = 0; i < CLUSTER_SORT_COUNT; i++)
		if (strcmp(sort_words[i], word) == 0) {
			*ret_sort = (enum cluster_sort)i;
			return true;
		}
	return false;
}

/* --- Lists -------------------------------------------------------------------------------------------- */

#define LABEL                                                                                                \
	"coalesce(c.label, (SELECT text FROM question WHERE id = c.sample), (SELECT text FROM question "     \
	"WHERE "                                                                                             \
	"cluster = c.id AND text IS NOT NULL ORDER BY id DESC LIMIT 1))"
#define COLUMNS                                                                                              \
	"c.id, " LABEL                                                                                       \
	", c.state, c.merged_into, c.owner, c.due, c.count, c.first_ms, c.last_ms, c.record, "               \
	"c.answer, c.answered_by, c.approved_by, c.closed_ms"
#define IN_UNITS(question) "(?3 IS NULL OR instr(?3, ',' || " question ".unit || ',') > 0)"

#define FITS                                                                                                 \
	" FROM cluster c WHERE c.state = ?1 AND (?2 IS NULL OR coalesce(c.owner, '') = ?2) AND ((?3 IS "     \
	"NULL "                                                                                              \
	"AND ?4 IS NULL) OR EXISTS (SELECT 1 FROM question q WHERE q.cluster = c.id AND (?4 IS NULL OR "     \
	"q.reason = ?4) AND " IN_UNITS(                                                                      \
		"q") ")) AND (?5 IS NULL OR instr(lower(c.label), ?5) > 0 OR ?5 IN (SELECT ?5 FROM (SELECT "  \
		     "text FROM question q WHERE q.cluster = c.id ORDER BY q.created_ms DESC LIMIT 5) "       \
		     "WHERE instr(lower(text), ?5) > 0))"

static enum err cluster_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	bool failed = false;

	*(struct cluster *)ret_item = (struct cluster){
		.id = sqlite3_column_int64(stmt, 0),
		.label = store_column_text(a, stmt, 1, &failed),
		.state = store_column_text(a, stmt, 2, &failed),
		.merged_into = sqlite3_column_int64(stmt, 3),
		.owner = store_column_text(a, stmt, 4, &failed),
		.due = store_column_text(a, stmt, 5, &failed),
		.count = sqlite3_column_int64(stmt, 6),
		.first_ms = sqlite3_column_int64(stmt, 7),
		.last_ms = sqlite3_column_int64(stmt, 8),
		.record = store_column_text(a, stmt, 9, &failed),
		.answer = store_column_text(a, stmt, 10, &failed),
		.answered_by = store_column_text(a, stmt, 11, &failed),
		.approved_by = store_column_text(a, stmt, 12, &failed),
		.closed_ms = sqlite3_column_int64(stmt, 13),
	};
	return failed ? ERR_NOMEM : OK;
}

/* One order each: the text of a statement is a literal. Those of units are counted as those units asked. */
static const char *const orders[] = {
	[CLUSTER_BY_COUNT] =
		"SELECT " COLUMNS FITS
		" ORDER BY iif(?3 IS NULL, c.count, (SELECT count(*) FROM question q WHERE q.cluster = "
		"c.id AND " IN_UNITS("q") ")) DESC, c.last_ms DESC, c.id LIMIT ?6 OFFSET ?7",
	[CLUSTER_BY_WAITING] =
		"WITH waiting AS (SELECT q.cluster AS id, count(*) AS people FROM wait w JOIN question q "
		"ON q.id = w.question WHERE w.state = 'open' AND " IN_UNITS(
			"q") " GROUP BY q.cluster) "
			     "SELECT " COLUMNS FITS " ORDER BY coalesce((SELECT people FROM waiting WHERE "
						    "waiting.id = c.id), 0) DESC, c.count "
			     "DESC, c.id LIMIT ?6 OFFSET ?7",
	[CLUSTER_BY_LAST] = "SELECT " COLUMNS FITS " ORDER BY c.last_ms DESC, c.id LIMIT ?6 OFFSET ?7",
	[CLUSTER_BY_RISING] =
		"WITH lately AS MATERIALIZED (SELECT q.cluster AS id, sum(iif(q.created_ms > ?8, 3, -1)) AS "
		"rise "
		"FROM question q WHERE q.created_ms > ?9 AND q.cluster IS NOT NULL AND " IN_UNITS(
			"q") " GROUP BY q.cluster) SELECT " COLUMNS FITS
			     " ORDER BY coalesce((SELECT rise FROM lately WHERE lately.id = c.id), 0) DESC, "
			     "c.count DESC, "
			     "c.id LIMIT ?6 OFFSET ?7",
};

static void filter_bind(sqlite3_stmt *stmt, const struct cluster_filter *filter)
{
	store_bind_text(stmt, 1, filter->state ? filter->state : "open");
	store_bind_text(stmt, 2, filter->owner);
	store_bind_text(stmt, 3, filter->units);
	store_bind_text(stmt, 4, filter->reason);
	store_bind_text(stmt, 5, filter->text);
}

enum err store_cluster_list(struct store_reader *r, struct arena *a, const struct cluster_filter *filter,
	size_t skip, size_t max, struct cluster **ret_items, size_t *ret_count, size_t *ret_total)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db, "SELECT count(*)" FITS, &stmt);

	if (err)
		return err;
	filter_bind(stmt, filter);
	err = store_db_count(stmt, ret_total);
	if (!err)
		err = store_db_prepare(&r->db, orders[filter->sort], &stmt);
	if (err)
		return err;
	filter_bind(stmt, filter);
	sqlite3_bind_int64(stmt, 6, (int64_t)max);
	sqlite3_bind_int64(stmt, 7, (int64_t)skip);
	if (filter->sort == CLUSTER_BY_RISING) {
		sqlite3_bind_int64(stmt, 8, filter->now_ms - WEEK_MS);
		sqlite3_bind_int64(stmt, 9, filter->now_ms - 4 * WEEK_MS);
	}
	return store_db_rows(stmt, a, cluster_read, sizeof **ret_items, max, ret_items, ret_count);
}

enum err store_cluster_get(struct store_reader *r, struct arena *a, int64_t id, struct cluster *ret_item)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db, "SELECT " COLUMNS " FROM cluster c WHERE c.id = ?", &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, id);
	return store_db_row(stmt, a, cluster_read, ret_item);
}

/* --- Counts ------------------------------------------------------------------------------------------- */

static enum err prepare_of(
	struct store_reader *r, const char *sql, int64_t id, const char *units, sqlite3_stmt **ret_stmt)
{
	enum err err = store_db_prepare(&r->db, sql, ret_stmt);

	if (err)
		return err;
	sqlite3_bind_int64(*ret_stmt, 1, id);
	store_bind_text(*ret_stmt, 3, units);
	return OK;
}

static enum err counts_read(sqlite3_stmt *stmt, struct arena *a, void *ret_facts)
{
	struct cluster_facts *facts = ret_facts;

	(void)a;
	facts->count = sqlite3_column_int64(stmt, 0);
	facts->people = sqlite3_column_int64(stmt, 1);
	return OK;
}

struct week {
	int64_t back, count;
};

static enum err week_read(sqlite3_stmt *stmt, struct arena *a, void *ret_week)
{
	(void)a;
	*(struct week *)ret_week =
		(struct week){sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1)};
	return OK;
}

static enum err share_read(sqlite3_stmt *stmt, struct arena *a, void *ret_share)
{
	bool failed = false;

	*(struct cluster_share *)ret_share =
		(struct cluster_share){store_column_text(a, stmt, 0, &failed), sqlite3_column_int64(stmt, 1)};
	return failed ? ERR_NOMEM : OK;
}

static enum err weeks_count(struct store_reader *r, struct arena *a, int64_t id, const char *units,
	int64_t now_ms, struct cluster_facts *facts)
{
	struct week *weeks;
	size_t count;
	sqlite3_stmt *stmt;
	enum err err = prepare_of(r,
		"SELECT max(0, ?2 - q.created_ms) / 604800000 AS week, count(*) FROM question q WHERE "
		"q.cluster = "
		"?1 AND q.created_ms > ?2 - 8 * 604800000 AND " IN_UNITS("q") " GROUP BY week",
		id, units, &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 2, now_ms);
	err = store_db_rows(stmt, a, week_read, sizeof *weeks, CLUSTER_WEEKS, &weeks, &count);
	for (size_t i = 0; !err && i < count; i++)
		if (weeks[i].back < CLUSTER_WEEKS)
			facts->weeks[CLUSTER_WEEKS - 1 - weeks[i].back] = weeks[i].count;
	return err;
}

enum err store_cluster_facts(struct store_reader *r, struct arena *a, int64_t id, const char *units,
	int64_t now_ms, struct cluster_facts *ret_facts)
{
	struct cluster_facts facts = {0};
	size_t waiting = 0;
	sqlite3_stmt *stmt;
	enum err err = prepare_of(r,
		"SELECT count(*), count(DISTINCT q.citizen) FROM question q WHERE q.cluster = ?1 "
		"AND " IN_UNITS("q"),
		id, units, &stmt);

	if (!err)
		err = store_db_row(stmt, a, counts_read, &facts);
	if (!err)
		err = weeks_count(r, a, id, units, now_ms, &facts);
	if (!err)
		err = prepare_of(r,
			"SELECT q.unit, count(*) AS n FROM question q WHERE q.cluster = ?1 AND " IN_UNITS(
				"q") " GROUP BY q.unit ORDER BY n DESC, q.unit LIMIT 20",
			id, units, &stmt);
	if (!err)
		err = store_db_rows(stmt, a, share_read, sizeof *facts.units, CLUSTER_UNITS, &facts.units,
			&facts.unit_count);
	if (!err)
		err = prepare_of(r,
			"SELECT q.reason, count(*) AS n FROM question q WHERE q.cluster = ?1 AND " IN_UNITS(
				"q") " GROUP BY q.reason ORDER BY n DESC, q.reason",
			id, units, &stmt);
	if (!err)
		err = store_db_rows(stmt, a, share_read, sizeof *facts.reasons, QUESTION_REASON_COUNT,
			&facts.reasons, &facts.reason_count);
	if (!err)
		err = prepare_of(r,
			"SELECT count(*) FROM question q JOIN wait w ON w.question = q.id WHERE q.cluster = "
			"?1 "
			"AND w.state = 'open' AND " IN_UNITS("q"),
			id, units, &stmt);
	if (!err)
		err = store_db_count(stmt, &waiting);
	facts.waiting = (int64_t)waiting;
	if (!err)
		*ret_facts = facts;
	return err;
}

/* --- Questions ---------------------------------------------------------------------------------------- */

#define QUESTION                                                                                             \
	"q.id, q.event_id, q.channel, q.account, q.unit, q.text, q.reason, q.nearest, q.created_ms, "        \
	"q.state, "                                                                                          \
	"q.record, q.version, q.cluster"

enum err store_cluster_questions(struct store_reader *r, struct arena *a, int64_t id, const char *units,
	size_t skip, size_t max, struct unresolved **ret_items, size_t *ret_count, size_t *ret_total)
{
	sqlite3_stmt *stmt;
	enum err err = prepare_of(r,
		"SELECT count(*) FROM question q WHERE q.cluster = ?1 AND " IN_UNITS("q"), id, units, &stmt);

	if (!err)
		err = store_db_count(stmt, ret_total);
	if (!err)
		err = prepare_of(r,
			"SELECT " QUESTION " FROM question q WHERE q.cluster = ?1 AND " IN_UNITS(
				"q") " ORDER BY q.created_ms DESC, q.id DESC LIMIT ?4 OFFSET ?5",
			id, units, &stmt);
	if (err)
		return err;
	sqlite3_bind_int64(stmt, 4, (int64_t)max);
	sqlite3_bind_int64(stmt, 5, (int64_t)skip);
	return store_db_rows(stmt, a, store_question_read, sizeof **ret_items, max, ret_items, ret_count);
}

static enum err wording_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	struct cluster_wording *w = ret_item;

	w->count = sqlite3_column_int64(stmt, STORE_QUESTION_COLUMNS);
	return store_question_read(stmt, a, &w->question);
}

/* Of those asked lately: a cluster of ten thousand need not be read for twenty wordings. */
enum err store_cluster_wordings(struct store_reader *r, struct arena *a, int64_t id, const char *units,
	size_t max, struct cluster_wording **ret_items, size_t *ret_count)
{
	sqlite3_stmt *stmt;
	enum err err = prepare_of(r,
		"SELECT " QUESTION
		", f.n FROM (SELECT max(id) AS id, count(*) AS n FROM (SELECT id, text FROM question q WHERE "
		"q.cluster = ?1 AND " IN_UNITS("q") " AND q.text IS NOT NULL ORDER BY q.created_ms DESC "
						    "LIMIT 2000) GROUP BY text ORDER "
						    "BY n DESC, id DESC LIMIT ?4) f JOIN question q ON q.id "
						    "= f.id ORDER BY f.n DESC, "
						    "q.id DESC",
		id, units, &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 4, (int64_t)max);
	return store_db_rows(stmt, a, wording_read, sizeof **ret_items, max, ret_items, ret_count);
}

/* --- For who sorts ------------------------------------------------------------------------------------ */

enum err store_cluster_unsorted(
	struct store_reader *r, struct arena *a, size_t max, struct unresolved **ret_items, size_t *ret_count)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db,
		"SELECT " QUESTION
		" FROM question q WHERE q.cluster IS NULL AND q.state = 'open' AND q.text IS NOT NULL ORDER BY q.id "
		"LIMIT ?",
		&stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, (int64_t)max);
	return store_db_rows(stmt, a, store_question_read, sizeof **ret_items, max, ret_items, ret_count);
}

static enum err seen_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	(void)a;
	*(struct cluster_seen *)ret_item =
		(struct cluster_seen){sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1)};
	return OK;
}

enum err store_cluster_seen(struct store_reader *r, struct arena *a, int64_t revision, size_t max,
	struct cluster_seen **ret_items, size_t *ret_count)
{
	sqlite3_stmt *stmt;
	enum err err = revision < 0 ? store_db_prepare(&r->db,
					      "SELECT id, revision FROM cluster WHERE state <> 'merged' AND "
					      "revision > ?1 ORDER "
					      "BY last_ms DESC LIMIT ?2",
					      &stmt)
				    : store_db_prepare(&r->db,
					      "SELECT id, revision FROM cluster WHERE revision > ?1 ORDER BY "
					      "revision LIMIT ?2",
					      &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, revision);
	sqlite3_bind_int64(stmt, 2, (int64_t)max);
	return store_db_rows(stmt, a, seen_read, sizeof **ret_items, max, ret_items, ret_count);
}

enum err store_cluster_newest(struct store_reader *r, struct cluster_seen *ret_newest)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(
		&r->db, "SELECT coalesce(max(id), 0), coalesce(max(revision), 0) FROM cluster", &stmt);

	return err ? err : store_db_row(stmt, NULL, seen_read, ret_newest);
}

enum err store_cluster_first(struct store_reader *r, struct arena *a, int64_t id, size_t max,
	struct unresolved **ret_items, size_t *ret_count)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db,
		"SELECT " QUESTION " FROM question q WHERE q.cluster = ?1 AND q.text IS NOT NULL ORDER BY "
		"q.created_ms, q.id LIMIT ?2",
		&stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, id);
	sqlite3_bind_int64(stmt, 2, (int64_t)max);
	return store_db_rows(stmt, a, store_question_read, sizeof **ret_items, max, ret_items, ret_count);
}
