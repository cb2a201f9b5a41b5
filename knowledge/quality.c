/* quality.c - walks over the versions in force, then over spans. Fails only when the database cannot be read.
 */
#include "knowledge/quality.h"

#include "daemon/base/clock.h"
#include "knowledge/import_row.h"
#include "knowledge/kdb.h"
#include "knowledge/quality_differ.h"
#include "knowledge/unit.h"

#include <string.h>

struct check {
	struct kdb *kdb;
	struct arena arena; /* of the row in hand */
	const char *day;
	void (*finding_cb)(void *arg, const struct quality_finding *finding);
	void *arg;
	size_t counts[QUALITY_COUNT];
	enum quality listed, fee, time; /* what the rows in hand are */
};

#define QUALITY_WORD(name, word, says) word,
#define QUALITY_SAYS(name, word, says) says,
static const char *const words[] = {QUALITIES(QUALITY_WORD)};
static const char *const sayings[] = {QUALITIES(QUALITY_SAYS)};

const char *quality_word(enum quality quality)
{
	return words[quality];
}

const char *quality_says(enum quality quality)
{
	return sayings[quality];
}

static void found(struct check *c, enum quality quality, const struct quality_finding *at, const char *detail)
{
	struct quality_finding finding = *at;

	finding.quality = quality;
	finding.detail = detail;
	c->counts[quality]++;
	if (c->finding_cb)
		c->finding_cb(c->arg, &finding);
}

static void check_procedure(struct check *c, const struct record *r, const struct quality_finding *at)
{
	const char *const places[] = {r->address, r->agency, r->authority};
	const char *unclear = NULL, *ended = NULL;
	bool fee = false, time = false;

	for (size_t i = 0; i < r->submission_count; i++) {
		const struct submission *s = &r->submissions[i];

		if (s->money.unclear && !unclear)
			unclear = s->fee;
		if (s->fee_until && strcmp(s->fee_until, c->day) < 0 && !ended)
			ended = s->fee;
		fee |= s->fee != NULL;
		time |= s->time_limit != NULL;
	}
	if (unclear)
		found(c, QUALITY_UNCLEAR_FEE, at, unclear);
	if (ended)
		found(c, QUALITY_FEE_ENDED, at, ended);
	if (!fee)
		found(c, QUALITY_NO_FEE, at, "");
	if (!time)
		found(c, QUALITY_NO_TIME, at, "");
	if (r->document_count == 0)
		found(c, QUALITY_NO_DOCUMENTS, at, "");
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (places[i] && unit_district_named(places[i])) {
			found(c, QUALITY_DISTRICT, at, places[i]);
			break;
		}
}

static enum err check_in_force(struct check *c, sqlite3_stmt *stmt)
{
	const char *body = (const char *)sqlite3_column_text(stmt, 2);
	struct quality_finding at = {.record = (const char *)sqlite3_column_text(stmt, 0),
		.unit = (const char *)sqlite3_column_text(stmt, 1)};
	struct record record;
	enum err err = record_parse(&c->arena, body, strlen(body), &record, NULL);

	if (err == OK) {
		at.name = record.name;
		check_procedure(c, &record, &at);
	}
	return err;
}

/* Columns: record, unit, name, detail. */
static enum err check_listed(struct check *c, sqlite3_stmt *stmt)
{
	struct quality_finding at = {.record = (const char *)sqlite3_column_text(stmt, 0),
		.unit = (const char *)sqlite3_column_text(stmt, 1),
		.name = (const char *)sqlite3_column_text(stmt, 2)};

	found(c, c->listed, &at, (const char *)sqlite3_column_text(stmt, 3));
	return OK;
}

/* Says which record the first of the two is. */
static enum err name_other(struct check *c, const char *other, struct differs *differs)
{
	const char **const texts[] = {&differs->fee, &differs->time};

	for (size_t i = 0; i < 2; i++)
		if (*texts[i] && !(*texts[i] = arena_printf(&c->arena, "%s: %s", other, *texts[i])))
			return ERR_NOMEM;
	return OK;
}

/* Columns: record, unit, name, the body before or above, the body; then the other record when it is not the same. */
static enum err check_differs(struct check *c, sqlite3_stmt *stmt)
{
	struct quality_finding at = {.record = (const char *)sqlite3_column_text(stmt, 0),
		.unit = (const char *)sqlite3_column_text(stmt, 1),
		.name = (const char *)sqlite3_column_text(stmt, 2)};
	struct differs differs;
	enum err err = quality_differ(&c->arena, (const char *)sqlite3_column_text(stmt, 3),
		(const char *)sqlite3_column_text(stmt, 4), &differs);

	if (err == OK && sqlite3_column_count(stmt) > 5)
		err = name_other(c, (const char *)sqlite3_column_text(stmt, 5), &differs);
	if (err != OK)
		return err;
	if (differs.fee)
		found(c, c->fee, &at, differs.fee);
	if (differs.time && (c->time != c->fee || !differs.fee))
		found(c, c->time, &at, differs.time);
	return OK;
}

static enum err each(
	struct check *c, enum kdb_sql sql, const char *day, enum err (*row)(struct check *, sqlite3_stmt *))
{
	sqlite3_stmt *stmt = kdb_bind(c->kdb, sql, day ? "s" : "", day);
	enum err err = stmt ? OK : kdb_err(c->kdb);
	int rc = SQLITE_DONE;

	while (err == OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		err = row(c, stmt);
		arena_reset(&c->arena);
	}
	if (err == OK)
		err = kdb_step_err(c->kdb, rc);
	if (stmt)
		sqlite3_reset(stmt);
	return err;
}

static enum err list(struct check *c, enum kdb_sql sql, const char *day, enum quality quality)
{
	c->listed = quality;
	return each(c, sql, day, check_listed);
}

static enum err compare(struct check *c, enum kdb_sql sql, enum quality fee, enum quality time)
{
	c->fee = fee;
	c->time = time;
	return each(c, sql, c->day, check_differs);
}

static enum err check_all(struct check *c)
{
	enum err err = each(c, KDB_QUALITY_IN_FORCE, c->day, check_in_force);

	if (err == OK)
		err = list(c, KDB_QUALITY_EXPIRED, c->day, QUALITY_EXPIRED);
	if (err == OK)
		err = list(c, KDB_QUALITY_EXPIRING, c->day, QUALITY_EXPIRING);
	if (err == OK)
		err = list(c, KDB_QUALITY_STALE, c->day, QUALITY_STALE);
	if (err == OK)
		err = compare(c, KDB_QUALITY_UNITS, QUALITY_UNIT_FEE, QUALITY_UNIT_TIME);
	if (err == OK)
		err = compare(c, KDB_QUALITY_UNDECIDED, QUALITY_FEE_UNDECIDED, QUALITY_TIME_UNDECIDED);
	if (err == OK)
		err = compare(c, KDB_QUALITY_SAME_NAME, QUALITY_SAME_NAME, QUALITY_SAME_NAME);
	if (err == OK)
		err = list(c, KDB_QUALITY_OVERLAP, NULL, QUALITY_OVERLAP);
	return err;
}

enum err quality_check(const char *database, const char *as_of,
	void (*finding_cb)(void *arg, const struct quality_finding *finding), void *arg,
	size_t ret_counts[QUALITY_COUNT], struct why *why)
{
	struct check c = {.finding_cb = finding_cb, .arg = arg};
	char today[11];
	enum err err = kdb_open(database, KDB_READ, &c.kdb, why);

	if (err != OK)
		return err;
	clock_date(clock_now_ms(), today);
	c.day = as_of ? as_of : today;
	arena_init(&c.arena, ROW_ARENA_MAX);
	err = kdb_run(c.kdb, KDB_BEGIN_READ, "");
	if (err == OK)
		err = check_all(&c);
	if (err != OK)
		kdb_why(c.kdb, err, "check", why);
	else if (ret_counts)
		memcpy(ret_counts, c.counts, sizeof c.counts);
	arena_release(&c.arena);
	kdb_close(c.kdb);
	return err;
}
