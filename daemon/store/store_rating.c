/* store_rating.c - what citizens said of an answer. */
#include "daemon/store/store_rating.h"
#include "daemon/store/store_internal.h"

#include <string.h>

#define REASON_WORD(name, word) [RATING_##name] = word,
static const char *const reason_words[] = {RATING_REASONS(REASON_WORD)};

const char *rating_reason_word(enum rating_reason reason)
{
	return reason_words[reason];
}

enum rating_reason rating_reason_from(const char *word)
{
	for (size_t i = RATING_NONE + 1; word && i < RATING_REASON_COUNT; i++)
		if (strcmp(reason_words[i], word) == 0)
			return (enum rating_reason)i;
	return RATING_NONE;
}

/* Whether it was rated bad before. */
static enum err was_bad(struct store_tx *tx, int64_t event_id, bool *ret_was)
{
	size_t count = 0;
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(
		&tx->db, "SELECT count(*) FROM rating WHERE event_id = ? AND good = 0", &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, event_id);
	err = store_db_count(stmt, &count);
	*ret_was = count > 0;
	return err;
}

static enum err rated_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	struct rating *r = ret_item;
	bool failed = false;

	r->unit = store_column_text(a, stmt, 0, &failed);
	r->record = store_column_text(a, stmt, 1, &failed);
	r->version = sqlite3_column_int64(stmt, 2);
	r->facet = store_column_text(a, stmt, 3, &failed);
	return failed ? ERR_NOMEM : OK;
}

/* What was rated. */
static enum err read_back(struct store_tx *tx, struct rating *r, struct arena *a)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(
		&tx->db, "SELECT unit, record, version, facet FROM rating WHERE event_id = ?", &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, r->event_id);
	return store_db_row(stmt, a, rated_read, r);
}

enum err store_rating_put(struct store_tx *tx, struct rating *r, struct arena *a, bool *ret_first_bad)
{
	unsigned char hash[STORE_CITIZEN_HASH];
	bool was = false;
	sqlite3_stmt *stmt;
	int changes = 0;
	enum err err = r->citizen.user ? store_citizen_hash(tx, &r->citizen, hash) : ERR_NOT_FOUND;

	if (!err)
		err = was_bad(tx, r->event_id, &was);
	if (!err)
		err = store_db_prepare(&tx->db,
			"INSERT INTO rating (event_id, time_ms, channel, account, unit, citizen, record, "
			"version, "
			"facet, good, reason, text) SELECT event_id, ?2, channel, account, unit, citizen, "
			"record, "
			"version, facet, ?4, ?5, ?6 FROM turn WHERE event_id = ?1 AND citizen = ?3 AND "
			"record IS "
			"NOT NULL AND outcome = 'answer' ON CONFLICT (event_id) DO UPDATE SET time_ms = ?2, "
			"good = "
			"?4, reason = iif(?4, NULL, coalesce(?5, reason)), text = iif(?4, NULL, coalesce(?6, "
			"text))",
			&stmt);
	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, r->event_id);
	sqlite3_bind_int64(stmt, 2, r->time_ms);
	sqlite3_bind_blob(stmt, 3, hash, sizeof hash, SQLITE_STATIC);
	sqlite3_bind_int(stmt, 4, r->good);
	store_bind_text(stmt, 5, r->good ? NULL : reason_words[r->reason]);
	store_bind_text(stmt, 6, r->good ? NULL : r->text);
	err = store_db_run(&tx->db, stmt, &changes);
	if (!err && !changes)
		err = ERR_NOT_FOUND;
	if (!err)
		err = read_back(tx, r, a);
	if (!err)
		*ret_first_bad = !r->good && !was;
	return err;
}

static enum err row_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	struct rating *r = ret_item;
	bool failed = false;

	*r = (struct rating){
		.event_id = sqlite3_column_int64(stmt, 0),
		.time_ms = sqlite3_column_int64(stmt, 1),
		.citizen = {store_column_text(a, stmt, 2, &failed), store_column_text(a, stmt, 3, &failed),
			NULL},
		.unit = store_column_text(a, stmt, 4, &failed),
		.record = store_column_text(a, stmt, 5, &failed),
		.version = sqlite3_column_int64(stmt, 6),
		.facet = store_column_text(a, stmt, 7, &failed),
		.good = sqlite3_column_int(stmt, 8) != 0,
		.reason = rating_reason_from((const char *)sqlite3_column_text(stmt, 9)),
		.text = store_column_text(a, stmt, 10, &failed),
	};
	return failed ? ERR_NOMEM : OK;
}

#define FITS                                                                                                 \
	"FROM rating WHERE (?1 IS NULL OR record = ?1) AND (?2 IS NULL OR unit IN (SELECT value FROM "       \
	"json_each(?2))) AND (?3 = 0 OR version = ?3) AND (?4 = 0 OR good = 0) "

static void filter_bind(sqlite3_stmt *stmt, const struct rating_filter *filter)
{
	store_bind_text(stmt, 1, filter->record);
	store_bind_text(stmt, 2, filter->units);
	sqlite3_bind_int64(stmt, 3, filter->version);
	sqlite3_bind_int(stmt, 4, filter->bad_only);
}

enum err store_rating_list(struct store_reader *r, struct arena *a, const struct rating_filter *filter,
	size_t skip, size_t max, struct rating **ret_items, size_t *ret_count, size_t *ret_total)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db, "SELECT count(*) " FITS, &stmt);

	if (err)
		return err;
	filter_bind(stmt, filter);
	err = store_db_count(stmt, ret_total);
	if (!err)
		err = store_db_prepare(&r->db,
			"SELECT event_id, time_ms, channel, account, unit, record, version, facet, good, "
			"reason, "
			"text " FITS "ORDER BY time_ms DESC, event_id DESC LIMIT ?5 OFFSET ?6",
			&stmt);
	if (err)
		return err;
	filter_bind(stmt, filter);
	sqlite3_bind_int64(stmt, 5, (int64_t)max);
	sqlite3_bind_int64(stmt, 6, (int64_t)skip);
	return store_db_rows(stmt, a, row_read, sizeof(struct rating), max, ret_items, ret_count);
}

static enum err count_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	(void)a;
	*(struct rating_count *)ret_item = (struct rating_count){
		sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1), sqlite3_column_int64(stmt, 2)};
	return OK;
}

enum err store_rating_counts(struct store_reader *r, struct arena *a, const char *record, size_t max,
	struct rating_count **ret_items, size_t *ret_count)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db,
		"SELECT coalesce(version, 0), sum(good), sum(1 - good) FROM rating WHERE record = ?1 GROUP "
		"BY "
		"version ORDER BY version DESC LIMIT ?2",
		&stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, record);
	sqlite3_bind_int64(stmt, 2, (int64_t)max);
	return store_db_rows(stmt, a, count_read, sizeof(struct rating_count), max, ret_items, ret_count);
}
