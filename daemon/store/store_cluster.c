/* store_cluster.c - what changes clusters. Each function is part of one transaction: a stop in between has changed nothing. */
#include "daemon/store/store_cluster.h"

#include "daemon/store/store_internal.h"
#include "daemon/store/store_wait.h"

#include <string.h>

#define MERGED_DEPTH 64 /* merged clusters followed; staff merges a few times */

bool cluster_state_known(const char *state)
{
	static const char *const states[] = {"open", "answered", "ignored", "out_of_scope", "merged"};

	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (strcmp(states[i], state) == 0)
			return true;
	return false;
}

/* ?1 is the id, ?2 a number, ?3 and ?4 texts; those a statement has not are left out by SQLite. */
struct binding {
	int64_t id, number;
	const char *text, *other;
};

static enum err run(struct store_tx *tx, const char *sql, const struct binding *b, int *ret_changes)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db, sql, &stmt);
	int places;

	if (err)
		return err;
	places = sqlite3_bind_parameter_count(stmt);
	sqlite3_bind_int64(stmt, 1, b->id);
	if (places >= 2)
		sqlite3_bind_int64(stmt, 2, b->number);
	if (places >= 3)
		store_bind_text(stmt, 3, b->text);
	if (places >= 4)
		store_bind_text(stmt, 4, b->other);
	return store_db_run(&tx->db, stmt, ret_changes);
}

/* The same where it has to have touched something. */
static enum err must(struct store_tx *tx, const char *sql, const struct binding *b)
{
	int changes = 0;
	enum err err = run(tx, sql, b, &changes);

	return err || changes ? err : ERR_NOT_FOUND;
}

/* What sorts questions looks at it anew. */
static enum err revise(struct store_tx *tx, int64_t id)
{
	return run(tx, "UPDATE cluster SET revision = (SELECT max(revision) FROM cluster) + 1 WHERE id = ?1",
		&(struct binding){.id = id}, NULL);
}

/* --- Sorting ------------------------------------------------------------------------------------------ */

struct standing {                          /* a cluster that a question comes to */
	int64_t id, closed_ms, created_ms; /* created_ms: of the question */
	char state[16];
};

static enum err standing_read(struct store_tx *tx, int64_t cluster, int64_t question, struct standing *ret)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db,
		"SELECT c.state, coalesce(c.merged_into, 0), coalesce(c.closed_ms, 0), q.created_ms "
		"FROM cluster c, question q WHERE c.id = ?1 AND q.id = ?2",
		&stmt);
	bool merged = true;
	int code = SQLITE_ROW;

	ret->id = cluster;
	for (int i = 0; !err && merged && code == SQLITE_ROW && i < MERGED_DEPTH; i++) {
		sqlite3_bind_int64(stmt, 1, ret->id);
		sqlite3_bind_int64(stmt, 2, question);
		code = sqlite3_step(stmt);
		if (code == SQLITE_ROW) {
			const char *state = (const char *)sqlite3_column_text(stmt, 0);

			merged = strcmp(state, "merged") == 0;
			strncpy(ret->state, state, sizeof ret->state - 1);
			ret->id = merged ? sqlite3_column_int64(stmt, 1) : ret->id;
			ret->closed_ms = sqlite3_column_int64(stmt, 2);
			ret->created_ms = sqlite3_column_int64(stmt, 3);
		}
		store_db_done(stmt);
	}
	if (err || code == SQLITE_DONE || merged)
		return err ? err : ERR_NOT_FOUND;
	return store_db_err(code);
}

static enum err fresh_add(struct store_tx *tx, const struct cluster_sorted *item)
{
	int added = 0;
	enum err err = run(tx,
		"INSERT INTO cluster (id, sample, first_ms, last_ms) SELECT ?1, id, created_ms, created_ms "
		"FROM question WHERE id = ?2 AND cluster IS NULL ON CONFLICT (id) DO NOTHING",
		&(struct binding){.id = item->cluster, .number = item->question}, &added);

	return err || added ? err : ERR_EXISTS;
}

struct given { /* what those who wait are told */
	const char *record, *answer;
};

static enum err given_read(sqlite3_stmt *stmt, struct arena *a, void *ret_given)
{
	struct given *given = ret_given;
	bool failed = false;

	given->record = store_column_text(a, stmt, 0, &failed);
	given->answer = store_column_text(a, stmt, 1, &failed);
	return failed ? ERR_NOMEM : OK;
}

/* All who still wait for what this answered cluster asks are to be told. */
static enum err waits_answer(struct store_tx *tx, int64_t id, int64_t now_ms)
{
	struct given given = {0};
	sqlite3_stmt *stmt;
	struct arena a;
	enum err err = store_db_prepare(&tx->db,
		"SELECT record, iif(record IS NULL AND approved_by IS NOT NULL, answer, NULL) FROM cluster "
		"WHERE "
		"id = ?",
		&stmt);

	if (err)
		return err;
	arena_init(&a, (size_t)1 << 20);
	sqlite3_bind_int64(stmt, 1, id);
	err = store_db_row(stmt, &a, given_read, &given);
	if (!err && (given.record || given.answer))
		err = store_wait_answer(tx, id, given.record, given.answer, now_ms, NULL);
	arena_release(&a);
	return err;
}

/* It waited for its cluster while that was closed. */
static enum err close_with_it(struct store_tx *tx, const struct standing *s, int64_t question, int64_t now_ms)
{
	bool answered = strcmp(s->state, "answered") == 0;
	struct binding b = {.id = question, .number = s->closed_ms, .text = answered ? "done" : "ignored"};
	enum err err = run(tx,
		"UPDATE question SET state = ?3, closed_ms = ?2 WHERE id = ?1 AND state = 'open'", &b, NULL);

	return err || !answered ? err : waits_answer(tx, s->id, now_ms);
}

static enum err count_in(struct store_tx *tx, const struct standing *s, int64_t question, int64_t now_ms)
{
	bool answered = strcmp(s->state, "answered") == 0, open = strcmp(s->state, "open") == 0;
	enum err err = run(tx,
		"UPDATE cluster SET count = count + 1, first_ms = min(first_ms, ?2), last_ms = max(last_ms, "
		"?2) WHERE id = ?1",
		&(struct binding){.id = s->id, .number = s->created_ms}, NULL);

	if (err || open)
		return err;
	if (answered && s->created_ms > s->closed_ms)
		return run(tx,
			"UPDATE cluster SET state = 'open', closed_ms = NULL, approved_by = NULL, answer = "
			"NULL "
			"WHERE id = ?1",
			&(struct binding){.id = s->id}, NULL);
	return close_with_it(tx, s, question, now_ms);
}

static enum err sort_one(struct store_tx *tx, const struct cluster_sorted *item, int64_t now_ms)
{
	struct standing s = {0};
	int put = 0;
	enum err err = standing_read(tx, item->cluster, item->question, &s);

	if (!err)
		err = run(tx, "UPDATE question SET cluster = ?2 WHERE id = ?1 AND cluster IS NULL",
			&(struct binding){.id = item->question, .number = s.id}, &put);
	return err || !put ? err : count_in(tx, &s, item->question, now_ms);
}

static enum err is_unsorted(struct store_tx *tx, int64_t question, bool *ret_is)
{
	size_t count = 0;
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(
		&tx->db, "SELECT count(*) FROM question WHERE id = ? AND cluster IS NULL", &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, question);
	err = store_db_count(stmt, &count);
	*ret_is = count > 0;
	return err;
}

enum err store_cluster_sort(
	struct store_tx *tx, const struct cluster_sorted *items, size_t count, int64_t now_ms)
{
	enum err err = OK;

	for (size_t i = 0; i < count && !err; i++) {
		bool unsorted = false;

		err = is_unsorted(tx, items[i].question, &unsorted);
		if (err || !unsorted)
			continue;
		if (items[i].fresh)
			err = fresh_add(tx, &items[i]);
		if (!err)
			err = sort_one(tx, &items[i], now_ms);
	}
	return err;
}

/* --- Staff -------------------------------------------------------------------------------------------- */

enum err store_cluster_change(struct store_tx *tx, int64_t id, const struct cluster_change *change)
{
	sqlite3_stmt *stmt;
	int changes = 0;
	enum err err = store_db_prepare(&tx->db,
		"UPDATE cluster SET label = iif(?2 IS NULL, label, nullif(?2, '')), owner = iif(?3 IS NULL, "
		"owner, nullif(?3, '')), due = iif(?4 IS NULL, due, nullif(?4, '')) WHERE id = ?1 AND state "
		"<> "
		"'merged'",
		&stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, id);
	store_bind_text(stmt, 2, change->label);
	store_bind_text(stmt, 3, change->owner);
	store_bind_text(stmt, 4, change->due);
	err = store_db_run(&tx->db, stmt, &changes);
	return err || changes ? err : ERR_NOT_FOUND;
}

static enum err questions_close(struct store_tx *tx, int64_t id, const char *state, int64_t now_ms)
{
	return run(tx, "UPDATE question SET state = ?3, closed_ms = ?2 WHERE cluster = ?1 AND state = 'open'",
		&(struct binding){.id = id, .number = now_ms, .text = state}, NULL);
}

enum err store_cluster_resolve(
	struct store_tx *tx, int64_t id, const char *record, const char *who, int64_t now_ms)
{
	enum err err = must(tx,
		"UPDATE cluster SET state = 'answered', record = ?3, answer = NULL, approved_by = NULL, "
		"answered_by = ?4, closed_ms = ?2 WHERE id = ?1 AND state <> 'merged'",
		&(struct binding){.id = id, .number = now_ms, .text = record, .other = who});

	if (!err)
		err = questions_close(tx, id, "done", now_ms);
	return err ? err : waits_answer(tx, id, now_ms);
}

enum err store_cluster_answer(struct store_tx *tx, int64_t id, const char *answer, const char *who)
{
	return must(tx,
		"UPDATE cluster SET answer = ?3, answered_by = ?4, approved_by = NULL, record = NULL, state "
		"= "
		"'open', closed_ms = NULL WHERE id = ?1 AND ?2 = 0 AND state <> 'merged'",
		&(struct binding){.id = id, .text = answer, .other = who});
}

enum err store_cluster_approve(struct store_tx *tx, int64_t id, const char *who, int64_t now_ms)
{
	enum err err = must(tx,
		"UPDATE cluster SET state = 'answered', approved_by = ?3, closed_ms = ?2 WHERE id = ?1 AND "
		"state = 'open' AND answer IS NOT NULL AND approved_by IS NULL",
		&(struct binding){.id = id, .number = now_ms, .text = who});

	if (!err)
		err = questions_close(tx, id, "done", now_ms);
	return err ? err : waits_answer(tx, id, now_ms);
}

enum err store_cluster_ignore(
	struct store_tx *tx, int64_t id, const char *state, const char *who, int64_t now_ms)
{
	bool known = strcmp(state, "ignored") == 0 || strcmp(state, "out_of_scope") == 0;
	enum err err =
		known ? must(tx,
				"UPDATE cluster SET state = ?3, answered_by = ?4, closed_ms = ?2 WHERE id "
				"= ?1 AND state <> 'merged'",
				&(struct binding){.id = id, .number = now_ms, .text = state, .other = who})
		      : ERR_FORMAT;

	return err ? err : questions_close(tx, id, "ignored", now_ms);
}

enum err store_cluster_reopen(struct store_tx *tx, int64_t id)
{
	enum err err = run(tx,
		"UPDATE question SET state = 'open', closed_ms = NULL WHERE cluster = ?1 AND closed_ms = "
		"(SELECT closed_ms FROM cluster WHERE id = ?1)",
		&(struct binding){.id = id}, NULL);

	if (err)
		return err;
	return must(tx,
		"UPDATE cluster SET state = 'open', closed_ms = NULL, approved_by = NULL, answer = NULL "
		"WHERE id "
		"= ?1 AND state <> 'merged'",
		&(struct binding){.id = id});
}

/* --- Merging and splitting ------------------------------------------------------------------------------ */

/* Both are there and none is merged. */
static enum err both_stand(struct store_tx *tx, int64_t id, int64_t other)
{
	size_t count = 0;
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(
		&tx->db, "SELECT count(*) FROM cluster WHERE id IN (?1, ?2) AND state <> 'merged'", &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, id);
	sqlite3_bind_int64(stmt, 2, other);
	err = store_db_count(stmt, &count);
	return err || count == 2 ? err : ERR_NOT_FOUND;
}

/* What moved stands as its new cluster does. */
static enum err questions_follow(struct store_tx *tx, int64_t into, int64_t now_ms)
{
	return run(tx,
		"UPDATE question SET state = CASE c.state WHEN 'answered' THEN 'done' ELSE 'ignored' END, "
		"closed_ms = coalesce(c.closed_ms, ?2) FROM cluster c WHERE c.id = ?1 AND question.cluster = "
		"?1 "
		"AND c.state <> 'open' AND question.state = 'open'",
		&(struct binding){.id = into, .number = now_ms}, NULL);
}

enum err store_cluster_merge(struct store_tx *tx, int64_t id, int64_t into, int64_t now_ms)
{
	struct binding b = {.id = id, .number = into};
	enum err err = id == into ? ERR_FORMAT : both_stand(tx, id, into);

	if (!err)
		err = run(tx,
			"UPDATE cluster SET count = cluster.count + f.count, first_ms = "
			"min(cluster.first_ms, "
			"f.first_ms), last_ms = max(cluster.last_ms, f.last_ms) FROM cluster f WHERE "
			"cluster.id = "
			"?2 AND f.id = ?1",
			&b, NULL);
	if (!err)
		err = run(tx, "UPDATE question SET cluster = ?2 WHERE cluster = ?1", &b, NULL);
	if (!err)
		err = run(tx,
			"UPDATE cluster SET state = 'merged', merged_into = ?2, count = 0 WHERE id = ?1", &b,
			NULL);
	if (!err)
		err = questions_follow(tx, into, now_ms);
	if (!err)
		err = revise(tx, id);
	return err ? err : revise(tx, into);
}

/* From the questions as they are; an old one that is kept no more is not counted any longer. */
static enum err recount(struct store_tx *tx, int64_t id)
{
	return run(tx,
		"UPDATE cluster SET count = f.count, first_ms = f.first, last_ms = f.last, sample = "
		"iif(f.has_sample, cluster.sample, f.oldest) FROM (SELECT count(*) AS count, min(created_ms) AS "
		"first, max(created_ms) AS last, min(id) AS oldest, max(id = (SELECT sample FROM cluster WHERE id "
		"= ?1)) AS has_sample FROM question WHERE cluster = ?1) f WHERE cluster.id = ?1",
		&(struct binding){.id = id}, NULL);
}

static enum err split_add(struct store_tx *tx, int64_t id, int64_t sample, int64_t *ret_id)
{
	enum err err = must(tx,
		"INSERT INTO cluster (sample, first_ms, last_ms) SELECT ?2, created_ms, created_ms FROM "
		"question "
		"WHERE id = ?2 AND cluster = ?1",
		&(struct binding){.id = id, .number = sample});

	if (!err)
		*ret_id = sqlite3_last_insert_rowid(tx->db.sqlite);
	return err;
}

static enum err questions_left(struct store_tx *tx, int64_t id, size_t *ret_count)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db, "SELECT count(*) FROM question WHERE cluster = ?", &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, id);
	return store_db_count(stmt, ret_count);
}

/* Those split off begin anew: open, unless they were closed one by one. */
static enum err questions_open(struct store_tx *tx, int64_t fresh, int64_t from)
{
	return run(tx,
		"UPDATE question SET state = 'open', closed_ms = NULL WHERE cluster = ?1 AND closed_ms = "
		"(SELECT "
		"closed_ms FROM cluster WHERE id = ?2)",
		&(struct binding){.id = fresh, .number = from}, NULL);
}

static enum err question_move(struct store_tx *tx, int64_t question, int64_t from, int64_t to)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(
		&tx->db, "UPDATE question SET cluster = ?3 WHERE id = ?1 AND cluster = ?2", &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, question);
	sqlite3_bind_int64(stmt, 2, from);
	sqlite3_bind_int64(stmt, 3, to);
	return store_db_run(&tx->db, stmt, NULL);
}

/* The first that is in it begins the new cluster. */
static enum err questions_split(
	struct store_tx *tx, int64_t id, const int64_t *questions, size_t count, int64_t *ret_fresh)
{
	int64_t fresh = 0;
	enum err err = OK;

	for (size_t i = 0; i < count && !err; i++) {
		if (!fresh)
			err = split_add(tx, id, questions[i], &fresh);
		if (err == ERR_NOT_FOUND)
			err = OK;
		else if (!err)
			err = question_move(tx, questions[i], id, fresh);
	}
	*ret_fresh = fresh;
	return err;
}

enum err store_cluster_split(
	struct store_tx *tx, int64_t id, const int64_t *questions, size_t count, int64_t *ret_id)
{
	int64_t fresh = 0;
	size_t left = 0;
	enum err err = questions_split(tx, id, questions, count, &fresh);

	if (!err)
		err = questions_left(tx, id, &left);
	if (!err && (!fresh || !left))
		err = ERR_FORMAT;
	if (!err)
		err = questions_open(tx, fresh, id);
	if (!err)
		err = recount(tx, id);
	if (!err)
		err = recount(tx, fresh);
	if (!err)
		err = revise(tx, id);
	if (!err)
		err = revise(tx, fresh);
	if (!err)
		*ret_id = fresh;
	return err;
}
