#include "daemon/store/store_retention.h"
#include "daemon/store/store_turn.h"
#include "tests/support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#define DAY ((int64_t)24 * 3600 * 1000)
#define NOW (1000 * DAY)

static enum err add_job(struct store_tx *tx, void *arg)
{
	return store_turn_add(tx, arg);
}

static void answered(struct store_fixture *f, const char *user, const char *record, int64_t time_ms)
{
	static int64_t event_id;
	struct turn_fact fact = {.event_id = ++event_id,
		.time_ms = time_ms,
		.citizen = {"zalo", "oa", user},
		.unit = "11329",
		.outcome = "answer",
		.record = record,
		.version = 7,
		.facet = "fee",
		.confidence = 0.9};

	assert_int_equal(store_do(f->store, add_job, &fact), OK);
}

static const char *text_of(struct store_fixture *f, const char *sql)
{
	static char text[256];
	sqlite3_stmt *stmt;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	strncpy(text, (const char *)sqlite3_column_text(stmt, 0), sizeof text - 1);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return text;
}

static void what_many_people_asked_comes_first(void **state)
{
	struct store_fixture *f = *state;
	struct asked_record *items;
	size_t count;

	answered(f, "bà", "1.001193", NOW);
	answered(f, "ông", "1.001193", NOW);
	for (int i = 0; i < 5; i++) /* one person, one day: counts once */
		answered(f, "cô", "1.004222", NOW + i);
	answered(f, "cô", "1.000894", NOW - 100 * DAY);
	assert_int_equal(store_turn_asked(f->reader, &f->arena, NOW - 90 * DAY, 10, &items, &count), OK);
	assert_int_equal(count, 2);
	assert_string_equal(items[0].id, "1.001193");
	assert_int_equal(items[0].count, 2);
	assert_string_equal(items[1].id, "1.004222");
	assert_int_equal(items[1].count, 1);
}

static void what_was_no_answer_is_not_counted_as_asked(void **state)
{
	struct store_fixture *f = *state;
	struct turn_fact fact = {.event_id = 900,
		.time_ms = NOW,
		.citizen = {"zalo", "oa", "bà"},
		.outcome = "choices",
		.confidence = -1};
	struct asked_record *items;
	size_t count = 9;

	assert_int_equal(store_do(f->store, add_job, &fact), OK);
	assert_int_equal(store_do(f->store, add_job, &fact), ERR_EXISTS);
	assert_int_equal(store_turn_asked(f->reader, &f->arena, 0, 10, &items, &count), OK);
	assert_int_equal(count, 0);
	assert_string_equal(text_of(f, "SELECT (confidence IS NULL) || (record IS NULL) FROM turn"), "11");
}

static void who_it_was_cannot_be_read_from_it(void **state)
{
	struct store_fixture *f = *state;

	answered(f, "0912345678", "1.001193", NOW);
	answered(f, "0912345678", "1.000894", NOW);
	answered(f, "0912345679", "1.000894", NOW);
	assert_string_equal(text_of(f, "SELECT count(DISTINCT citizen) FROM turn"), "2");
	assert_string_equal(text_of(f, "SELECT max(length(citizen)) FROM turn"), "8");
	assert_string_equal(text_of(f, "SELECT length(value) FROM secret WHERE name = 'citizen'"), "32");
}

static enum err forget_job(struct store_tx *tx, void *arg)
{
	struct store_retention *r = arg;
	bool more = true;
	enum err err = OK;

	while (!err && more)
		err = store_retention_step(tx, r, NOW, &more);
	return err;
}

static void who_it_was_is_forgotten_and_the_count_stays(void **state)
{
	struct store_fixture *f = *state;
	struct store_retention r = {.citizen_ms = 365 * DAY};

	answered(f, "bà", "1.001193", NOW - 400 * DAY);
	answered(f, "bà", "1.001193", NOW - 300 * DAY);
	assert_int_equal(store_do(f->store, forget_job, &r), OK);
	assert_string_equal(text_of(f, "SELECT count(*) || '/' || count(citizen) FROM turn"), "2/1");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_up, store_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(what_many_people_asked_comes_first),
		TEST(what_was_no_answer_is_not_counted_as_asked),
		TEST(who_it_was_cannot_be_read_from_it),
		TEST(who_it_was_is_forgotten_and_the_count_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
