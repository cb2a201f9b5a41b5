#include "daemon/store/store_case.h"
#include "daemon/store/store_citizen.h"
#include "daemon/store/store_event.h"
#include "daemon/store/store_outbox.h"
#include "daemon/store/store_question.h"
#include "daemon/store/store_retention.h"
#include "daemon/store/store_wait.h"
#include "tests/support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#define DAY ((int64_t)24 * 3600 * 1000)
#define NOW (1000 * DAY)

struct rows {
	int count;
	int64_t age; /* of all of them, in days */
	bool waits;
};

/* One of each kind for each of `count`, all of one age. */
static enum err rows_job(struct store_tx *tx, void *arg)
{
	const struct rows *rows = arg;
	int64_t then = NOW - rows->age * DAY, id;
	struct part part = {.text = "reply"};
	enum err err = OK;

	for (int i = 0; i < rows->count && !err; i++) {
		char name[32];
		struct event event = {.kind = EVENT_TEXT,
			.channel = "zalo",
			.account = "oa",
			.dedupe = name,
			.text = "hỏi",
			.payload = "p"};
		struct unresolved q = {.channel = "zalo", .account = "oa", .text = "hỏi", .created_ms = then};
		struct outbox_row row = {.channel = "zalo",
			.account = "oa",
			.user = name,
			.parts = {&part, 1},
			.created_ms = then};
		struct citizen_key key = {"zalo", "oa", name};

		snprintf(name, sizeof name, "%lld-%d-%d", (long long)rows->age, i, rows->waits);
		err = store_event_add(tx, &event, then, rows->waits, &id);
		if (!err)
			err = store_question_add(tx, &q, &id);
		if (!err)
			err = store_outbox_add(tx, &row, &id);
		if (!err && !rows->waits)
			err = store_outbox_dead(tx, id, "old", then);
		if (!err)
			err = store_citizen_touch(tx, &key, then);
	}
	return err;
}

static void add(struct store_fixture *f, int count, int64_t age, bool waits)
{
	assert_int_equal(store_do(f->store, rows_job, &(struct rows){count, age, waits}), OK);
}

struct step {
	struct store_retention *r;
	bool more;
};

static enum err step_job(struct store_tx *tx, void *arg)
{
	struct step *s = arg;

	return store_retention_step(tx, s->r, NOW, &s->more);
}

static int64_t pass(struct store_fixture *f, struct store_retention r)
{
	struct step step = {&r, true};

	for (int steps = 0; step.more; steps++) {
		int64_t before = r.removed;

		assert_int_equal(store_do(f->store, step_job, &step), OK);
		assert_true(r.removed - before <= 1000); /* bounded: 500 rows, deleted or blanked */
		assert_true(steps < 100);
	}
	return r.removed;
}

static int64_t count(struct store_fixture *f, const char *sql)
{
	sqlite3_stmt *stmt;
	sqlite3 *db;
	int64_t n;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	n = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return n;
}

static const struct store_retention usual = {
	.text_ms = 30 * DAY, .event_ms = 365 * DAY, .question_ms = 365 * DAY, .citizen_ms = 365 * DAY};

static void old_rows_go_and_young_ones_stay(void **state)
{
	struct store_fixture *f = *state;

	add(f, 3, 400, false);
	add(f, 4, 40, false);
	add(f, 5, 2, false);
	pass(f, usual);
	assert_int_equal(count(f, "SELECT count(*) FROM event"), 9);
	assert_int_equal(
		count(f, "SELECT count(*) FROM event WHERE text IS NOT NULL AND payload IS NOT NULL"), 5);
	assert_int_equal(count(f, "SELECT count(*) FROM event WHERE text IS NULL AND payload IS NULL"), 4);
	assert_int_equal(count(f, "SELECT count(*) FROM question"), 9);
	assert_int_equal(count(f, "SELECT count(*) FROM outbox"), 9);
	assert_int_equal(count(f, "SELECT count(*) FROM citizen"), 9);
	assert_int_equal(pass(f, usual), 0);
}

static void what_waits_is_never_removed(void **state)
{
	struct store_fixture *f = *state;

	add(f, 3, 400, true);
	pass(f, usual);
	assert_int_equal(count(f, "SELECT count(*) FROM event WHERE text IS NOT NULL"), 3);
	assert_int_equal(count(f, "SELECT count(*) FROM outbox"), 3);
}

static void many_rows_go_in_small_steps(void **state)
{
	struct store_fixture *f = *state;

	add(f, 2300, 400, false);
	add(f, 7, 1, false);
	assert_int_equal(pass(f, usual), 4 * 2300);
	assert_int_equal(count(f, "SELECT count(*) FROM event"), 7);
	assert_int_equal(count(f, "SELECT count(*) FROM citizen"), 7);
}

static void age_of_nought_keeps_for_ever(void **state)
{
	struct store_fixture *f = *state;

	add(f, 3, 900, false);
	assert_int_equal(pass(f, (struct store_retention){0}), 0);
}

static void repeats_are_known_for_a_week_whatever_was_asked(void **state)
{
	struct store_fixture *f = *state;
	struct store_retention hasty = {.event_ms = 1};

	add(f, 1, 6, false);
	add(f, 1, 8, false);
	pass(f, hasty);
	assert_int_equal(count(f, "SELECT count(*) FROM event"), 1);
	assert_int_equal(store_do(f->store, rows_job, &(struct rows){1, 6, false}), ERR_EXISTS);
}

struct filing {
	const char *code;
	int64_t age; /* days */
	bool answered;
};

/* A case, the consent to be told of it, and its answer on the same day. */
static enum err file_job(struct store_tx *tx, void *arg)
{
	const struct filing *f = arg;
	const struct citizen_key citizen = {"zalo", "oa", f->code};
	const struct case_file one = {.code = f->code,
		.citizen = citizen,
		.category = "other",
		.what = "đèn hỏng",
		.received_ms = NOW - f->age * DAY,
		.due = "2026-12-07"};
	int64_t id;
	enum err err = store_case_add(tx, &one, &id);

	if (!err)
		err = store_wait_consent(tx, f->code, &citizen, true, "1", one.received_ms);
	if (!err && f->answered)
		err = store_case_answer(
			tx, &(struct case_change){
				    .id = id, .who = "lan", .answer = "Đã xong.", .now_ms = one.received_ms});
	return err;
}

static void old_cases_lose_their_words_and_keep_their_answer(void **state)
{
	struct store_fixture *f = *state;
	struct filing rows[] = {{"AC34XK79", 400, true}, {"CC34XK79", 400, false}, {"DC34XK79", 40, true}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(store_do(f->store, file_job, &rows[i]), OK);
	pass(f, usual);
	assert_int_equal(
		count(f, "SELECT count(*) FROM case_file WHERE what IS NOT NULL"), 3); /* 0: for ever */
	pass(f, (struct store_retention){.case_ms = 365 * DAY});
	assert_int_equal(count(f, "SELECT count(*) FROM case_file"), 3);
	assert_int_equal(count(f, "SELECT count(*) FROM case_file WHERE answer IS NOT NULL"), 2);
	assert_int_equal(count(f, "SELECT count(*) FROM case_file WHERE what IS NULL AND user IS NULL AND "
				  "code = 'AC34XK79'"),
		1);
	assert_int_equal(
		count(f, "SELECT count(*) FROM case_file WHERE what IS NOT NULL AND user IS NOT NULL"), 2);
	assert_int_equal(
		count(f, "SELECT count(*) FROM wait"), 2); /* of the one that is open, and the young one */
	assert_int_equal(count(f, "SELECT count(*) FROM consent"), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_up, store_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(old_rows_go_and_young_ones_stay),
		TEST(what_waits_is_never_removed),
		TEST(many_rows_go_in_small_steps),
		TEST(age_of_nought_keeps_for_ever),
		TEST(old_cases_lose_their_words_and_keep_their_answer),
		TEST(repeats_are_known_for_a_week_whatever_was_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
