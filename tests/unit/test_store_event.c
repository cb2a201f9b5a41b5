#include "daemon/store/store_event.h"
#include "tests/support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

struct add {
	struct event event;
	bool waits;
	int64_t id;
};

static enum err add_job(struct store_tx *tx, void *arg)
{
	struct add *add = arg;

	return store_event_add(tx, &add->event, 1000, add->waits, &add->id);
}

static enum err settle_job(struct store_tx *tx, void *arg)
{
	return store_event_settle(tx, *(int64_t *)arg, 2000);
}

struct withdraw {
	const char *msg_id;
	int64_t before_id;
	enum err said;
};

/* As its callers do: what it says about the turn must not undo that the text is gone. */
static enum err withdraw_job(struct store_tx *tx, void *arg)
{
	struct withdraw *w = arg;

	w->said = store_event_withdraw(tx, "zalo", "oa1", w->msg_id, w->before_id, 3000);
	return w->said == ERR_NOT_FOUND ? OK : w->said;
}

static struct add text_event(const char *dedupe, const char *msg_id)
{
	return (struct add){.event = {.kind = EVENT_TEXT,
				    .channel = "zalo",
				    .name = "user_send_text",
				    .account = "oa1",
				    .user = "u1",
				    .conversation_id = "c1",
				    .dedupe = dedupe,
				    .msg_id = msg_id,
				    .text = "lệ phí khai sinh",
				    .payload = "#p",
				    .time_ms = 900},
		.waits = true};
}

static size_t waiting(struct store_fixture *f, int64_t after, size_t max, struct stored_event **ret_events)
{
	size_t count = 99;

	assert_int_equal(store_event_waiting(f->reader, &f->arena, after, max, ret_events, &count), OK);
	return count;
}

static void event_comes_back_as_it_was(void **state)
{
	struct store_fixture *f = *state;
	struct add add = text_event("zalo|oa1|1", "m1");
	struct stored_event *rows;

	assert_int_equal(store_do(f->store, add_job, &add), OK);
	store_fixture_reopen(f);
	assert_int_equal(waiting(f, 0, 10, &rows), 1);
	assert_int_equal(rows[0].id, add.id);
	assert_int_equal(rows[0].received_ms, 1000);
	assert_int_equal(rows[0].event.kind, EVENT_TEXT);
	assert_string_equal(rows[0].event.channel, "zalo");
	assert_string_equal(rows[0].event.name, "user_send_text");
	assert_string_equal(rows[0].event.account, "oa1");
	assert_string_equal(rows[0].event.user, "u1");
	assert_string_equal(rows[0].event.conversation_id, "c1");
	assert_string_equal(rows[0].event.msg_id, "m1");
	assert_string_equal(rows[0].event.text, "lệ phí khai sinh");
	assert_string_equal(rows[0].event.payload, "#p");
	assert_int_equal(rows[0].event.time_ms, 900);
}

static void every_kind_comes_back_as_itself(void **state)
{
	struct store_fixture *f = *state;
	struct stored_event *rows;

	for (int kind = 0; kind <= EVENT_OTHER; kind++) {
		char dedupe[16];
		struct add add = text_event(dedupe, NULL);

		snprintf(dedupe, sizeof dedupe, "%d", kind);
		add.event.kind = (enum event_kind)kind;
		assert_int_equal(store_do(f->store, add_job, &add), OK);
	}
	assert_int_equal(waiting(f, 0, 100, &rows), EVENT_OTHER + 1);
	for (int kind = 0; kind <= EVENT_OTHER; kind++)
		assert_int_equal(rows[kind].event.kind, kind);
}

static void repeated_event_is_stored_once(void **state)
{
	struct store_fixture *f = *state;
	struct add first = text_event("same", "m1"), again = text_event("same", "m1");
	struct stored_event *rows;

	assert_int_equal(store_do(f->store, add_job, &first), OK);
	assert_int_equal(store_do(f->store, add_job, &again), ERR_EXISTS);
	assert_int_equal(again.id, 0);
	assert_int_equal(store_do(f->store, settle_job, &first.id), OK);
	assert_int_equal(store_do(f->store, add_job, &again), ERR_EXISTS);
	assert_int_equal(waiting(f, 0, 10, &rows), 0);
}

static void event_without_a_key_is_refused(void **state)
{
	struct store_fixture *f = *state;
	struct add add = text_event(NULL, "m1");

	assert_int_equal(store_do(f->store, add_job, &add), ERR_FORMAT);
}

static void event_that_needs_no_turn_does_not_wait(void **state)
{
	struct store_fixture *f = *state;
	struct add add = text_event("a", "m1");
	struct stored_event *rows;

	add.waits = false;
	assert_int_equal(store_do(f->store, add_job, &add), OK);
	assert_int_equal(waiting(f, 0, 10, &rows), 0);
	assert_int_equal(store_do(f->store, settle_job, &add.id), ERR_NOT_FOUND);
}

static void turn_ends_once(void **state)
{
	struct store_fixture *f = *state;
	struct add add = text_event("a", "m1");
	struct stored_event *rows;

	assert_int_equal(store_do(f->store, add_job, &add), OK);
	assert_int_equal(store_do(f->store, settle_job, &add.id), OK);
	assert_int_equal(store_do(f->store, settle_job, &add.id), ERR_NOT_FOUND);
	assert_int_equal(waiting(f, 0, 10, &rows), 0);
}

static void waiting_events_come_in_order_and_in_pages(void **state)
{
	struct store_fixture *f = *state;
	struct stored_event *rows;
	int64_t last = 0;

	for (int i = 0; i < 25; i++) {
		char dedupe[16];
		struct add add = text_event(dedupe, NULL);

		snprintf(dedupe, sizeof dedupe, "%d", i);
		assert_int_equal(store_do(f->store, add_job, &add), OK);
	}
	for (size_t page = 0, count; (count = waiting(f, last, 10, &rows)) > 0; page++) {
		assert_int_equal(count, page < 2 ? 10 : 5);
		for (size_t i = 0; i < count; i++) {
			assert_true(rows[i].id > last);
			last = rows[i].id;
		}
	}
	assert_int_equal(last, 25);
}

static void message_taken_back_is_gone_and_not_answered(void **state)
{
	struct store_fixture *f = *state;
	struct add taken = text_event("a", "m1"), edit = text_event("a2", "m1"), kept = text_event("b", "m2");
	struct add other = text_event("c", "m1"), picture = text_event("d", "m1");
	struct withdraw w = {.msg_id = "m1"}, never = {.msg_id = "never seen"};
	struct stored_event *rows;

	other.event.account = "oa2";
	picture.event.text = NULL;
	assert_int_equal(store_do(f->store, add_job, &taken), OK);
	assert_int_equal(store_do(f->store, add_job, &edit), OK);
	assert_int_equal(store_do(f->store, add_job, &kept), OK);
	assert_int_equal(store_do(f->store, add_job, &other), OK);
	assert_int_equal(store_do(f->store, add_job, &picture), OK);
	assert_int_equal(store_do(f->store, withdraw_job, &w), OK);
	assert_int_equal(w.said, OK);
	assert_int_equal(waiting(f, 0, 10, &rows), 2);
	assert_int_equal(rows[0].id, kept.id);
	assert_int_equal(rows[1].id, other.id);
	assert_int_equal(store_do(f->store, settle_job, &taken.id), ERR_NOT_FOUND);
	assert_int_equal(store_do(f->store, withdraw_job, &w), OK);
	assert_int_equal(w.said, ERR_NOT_FOUND);
	assert_int_equal(store_do(f->store, withdraw_job, &never), OK);
	assert_int_equal(never.said, ERR_NOT_FOUND);
}

static void edit_replaces_what_came_before_it_only(void **state)
{
	struct store_fixture *f = *state;
	struct add first = text_event("a", "m1"), edit = text_event("a2", "m1");
	struct withdraw w = {.msg_id = "m1"};
	struct stored_event *rows;

	assert_int_equal(store_do(f->store, add_job, &first), OK);
	assert_int_equal(store_do(f->store, add_job, &edit), OK);
	w.before_id = edit.id;
	assert_int_equal(store_do(f->store, withdraw_job, &w), OK);
	assert_int_equal(w.said, OK);
	assert_int_equal(waiting(f, 0, 10, &rows), 1);
	assert_int_equal(rows[0].id, edit.id);
	assert_string_equal(rows[0].event.text, "lệ phí khai sinh");
}

static int64_t count_rows(struct store_fixture *f, const char *sql)
{
	sqlite3_stmt *stmt;
	sqlite3 *db;
	int64_t count;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	count = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return count;
}

static void text_taken_back_is_gone_from_the_table_even_when_it_was_answered(void **state)
{
	struct store_fixture *f = *state;
	struct add add = text_event("a", "m1");
	struct withdraw w = {.msg_id = "m1"};

	assert_int_equal(store_do(f->store, add_job, &add), OK);
	assert_int_equal(store_do(f->store, settle_job, &add.id), OK);
	assert_int_equal(count_rows(f, "SELECT count(*) FROM event WHERE text IS NOT NULL"), 1);
	assert_int_equal(store_do(f->store, withdraw_job, &w), OK);
	assert_int_equal(w.said, ERR_NOT_FOUND);
	assert_int_equal(
		count_rows(f, "SELECT count(*) FROM event WHERE text IS NOT NULL OR payload IS NOT NULL"), 0);
	assert_int_equal(store_do(f->store, add_job, &add), ERR_EXISTS); /* and it does not come back */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_up, store_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(event_comes_back_as_it_was),
		TEST(every_kind_comes_back_as_itself),
		TEST(repeated_event_is_stored_once),
		TEST(event_without_a_key_is_refused),
		TEST(event_that_needs_no_turn_does_not_wait),
		TEST(turn_ends_once),
		TEST(waiting_events_come_in_order_and_in_pages),
		TEST(message_taken_back_is_gone_and_not_answered),
		TEST(edit_replaces_what_came_before_it_only),
		TEST(text_taken_back_is_gone_from_the_table_even_when_it_was_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
