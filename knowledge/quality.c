/* quality.c - walks over the versions in force, then over spans. Fails only when the database cannot be read.
 */
#include "knowledge/quality.h"

#include "daemon/base/clock.h"
#include "knowledge/import_row.h"
#include "knowledge/kdb.h"
#include "knowledge/unit.h"

#include <string.h>

struct check {
	struct kdb *kdb;
	struct arena arena; /* of the row in hand */
	const char *day;
	void (*finding_cb)(void *arg, const struct quality_finding *finding);
	void *arg;
	size_t counts[QUALITY_COUNT];
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
static enum err check_expired(struct check *c, sqlite3_stmt *stmt)
{
	struct quality_finding at = {.record = (const char *)sqlite3_column_text(stmt, 0),
		.unit = (const char *)sqlite3_column_text(stmt, 1),
		.name = (const char *)sqlite3_column_text(stmt, 2)};

	found(c, QUALITY_EXPIRED, &at, (const char *)sqlite3_column_text(stmt, 3));
	return OK;
}

static enum err check_overlap(struct check *c, sqlite3_stmt *stmt)
{
	struct quality_finding at = {.record = (const char *)sqlite3_column_text(stmt, 0),
		.unit = (const char *)sqlite3_column_text(stmt, 1),
		.name = (const char *)sqlite3_column_text(stmt, 2)};

	found(c, QUALITY_OVERLAP, &at, (const char *)sqlite3_column_text(stmt, 3));
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
		err = each(&c, KDB_QUALITY_IN_FORCE, c.day, check_in_force);
	if (err == OK)
		err = each(&c, KDB_QUALITY_EXPIRED, c.day, check_expired);
	if (err == OK)
		err = each(&c, KDB_QUALITY_OVERLAP, NULL, check_overlap);
	if (err != OK)
		kdb_why(c.kdb, err, "check", why);
	else if (ret_counts)
		memcpy(ret_counts, c.counts, sizeof c.counts);
	arena_release(&c.arena);
	kdb_close(c.kdb);
	return err;
}
