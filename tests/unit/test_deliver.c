/* What a turn leaves behind in state.db. */
#include "daemon/store/store_citizen.h"
#include "daemon/store/store_event.h"
#include "daemon/store/store_outbox.h"
#include "daemon/store/store_turn.h"
#include "tests/support/store_fixture.h"
#include "tests/support/turn_fixture.h"

#include <cjson/cJSON.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#define NOW_MS 1795219200000

static const struct account account = {.name = "xa", .adapter = &adapter_zalo, .id = "1", .text_limit = 1900};

struct fixture {
	struct turn_fixture *knowledge;
	struct store_fixture *store;
	unsigned events;
};

static int up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	*state = f;
	return turn_fixture_up((void **)&f->knowledge) || store_fixture_up((void **)&f->store);
}

static int down(void **state)
{
	struct fixture *f = *state;

	turn_fixture_down((void **)&f->knowledge);
	store_fixture_down((void **)&f->store);
	free(f);
	return 0;
}

static enum err event_job(struct store_tx *tx, void *arg)
{
	struct turn *t = arg;

	return store_event_add(tx, &t->event, NOW_MS, true, &t->event_id);
}

/* One event through a turn into the store; the outbox row's id. */
static int64_t deliver(struct fixture *f, struct event event)
{
	struct turn *t = &f->knowledge->turn;
	struct turn_delivery d = {.turn = t,
		.account = &account,
		.received_ms = NOW_MS,
		.now_ms = NOW_MS,
		.expires_ms = NOW_MS + 9000};
	char dedupe[16];

	snprintf(dedupe, sizeof dedupe, "e%u", ++f->events);
	event.channel = "zalo";
	event.account = "1";
	event.dedupe = dedupe;
	turn_fixture_event(f->knowledge, &event);
	assert_int_equal(store_do(f->store->store, event_job, t), OK);
	assert_int_equal(store_do(f->store->store, turn_deliver, &d), OK);
	return d.ret_outbox_id;
}

static int64_t say(struct fixture *f, const char *text)
{
	return deliver(f, (struct event){.kind = EVENT_TEXT, .user = "bà", .text = text});
}

static struct unresolved last_question(struct fixture *f, size_t *ret_count)
{
	struct unresolved *rows;

	assert_int_equal(
		store_question_list(f->store->reader, &f->store->arena, "open", 0, 10, &rows, ret_count), OK);
	return *ret_count ? rows[*ret_count - 1] : (struct unresolved){0};
}

static void reply_becomes_due_for_the_one_who_asked(void **state)
{
	struct fixture *f = *state;
	struct outbox_row row;
	int64_t id = say(f, "nuôi chim bồ câu");

	assert_true(id > 0);
	assert_int_equal(store_outbox_get(f->store->reader, &f->store->arena, id, &row), OK);
	assert_int_equal(row.state, OUTBOX_DUE);
	assert_string_equal(row.user, "bà");
	assert_int_equal(row.expires_ms, NOW_MS + 9000);
	assert_int_equal(row.event_id, f->knowledge->turn.event_id);
	assert_int_equal(row.parts.count, 1);
	assert_non_null(strstr(row.parts.items[0].text, "Nuôi chim bồ câu"));
	assert_int_equal(row.parts.items[0].button_count, 4);
}

static void conversation_is_kept_for_the_next_turn(void **state)
{
	struct fixture *f = *state;
	struct citizen citizen;

	say(f, "nuôi chim bồ câu");
	assert_int_equal(store_citizen_get(f->store->reader, &f->store->arena,
				 &(struct citizen_key){"zalo", "1", "bà"}, &citizen),
		OK);
	assert_string_equal(citizen.conversation, f->knowledge->turn.remember);
	assert_int_equal(citizen.conversation_ms, NOW_MS);
}

static void answer_counts_for_its_record(void **state)
{
	struct fixture *f = *state;
	struct asked_record *asked;
	size_t count;

	say(f, "nuôi chim bồ câu");
	assert_int_equal(
		store_turn_asked(f->store->reader, &f->store->arena, NOW_MS, 10, &asked, &count), OK);
	assert_int_equal(count, 1);
	assert_string_equal(asked[0].id, f->knowledge->turn.record.id);
}

static const char *turn_value(struct fixture *f, const char *sql)
{
	static char text[128];
	sqlite3_stmt *stmt;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(f->store->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	snprintf(text, sizeof text, "%s",
		sqlite3_column_text(stmt, 0) ? (const char *)sqlite3_column_text(stmt, 0) : "");
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return text;
}

static void turn_knows_the_field_of_its_record(void **state)
{
	struct fixture *f = *state;

	say(f, "nuôi chim bồ câu");
	assert_non_null(f->knowledge->turn.record.field);
	assert_string_equal(turn_value(f, "SELECT field FROM turn"), f->knowledge->turn.record.field);
	say(f, "hôm nay trời có mưa không");
	assert_string_equal(turn_value(f, "SELECT count(*) FROM turn WHERE field IS NULL"), "1");
}

static enum err send_job(struct store_tx *tx, void *arg)
{
	const int64_t *id = arg;
	enum err err = store_outbox_begin(tx, *id, NOW_MS + 10);

	return err ? err : store_outbox_part_sent(tx, *id, 0, "m1", NOW_MS + 700);
}

static enum err echo_job(struct store_tx *tx, void *arg)
{
	const int64_t *id = arg;
	char ref[32];
	struct event echo = {
		.kind = EVENT_ECHO, .channel = "zalo", .account = "1", .user = "bà", .echo_ref = ref};
	enum err err = store_outbox_begin(tx, *id, NOW_MS + 10);
	int64_t found = 0;

	snprintf(ref, sizeof ref, "%lld.0", (long long)*id);
	if (!err)
		err = store_outbox_unknown(tx, *id, "no answer", NOW_MS + 20);
	return err ? err : store_outbox_echo(tx, &echo, NOW_MS + 900, 1000, &found);
}

static void turn_knows_when_its_reply_was_taken(void **state)
{
	struct fixture *f = *state;
	int64_t first = say(f, "nuôi chim bồ câu"), second;

	assert_string_equal(turn_value(f, "SELECT count(replied_ms) FROM turn"), "0");
	assert_int_equal(store_do(f->store->store, send_job, &first), OK);
	assert_string_equal(turn_value(f, "SELECT replied_ms - time_ms FROM turn"), "700");
	second = say(f, "lệ phí");
	assert_int_equal(store_do(f->store->store, echo_job, &second), OK);
	assert_string_equal(
		turn_value(f, "SELECT replied_ms - time_ms FROM turn ORDER BY event_id DESC"), "900");
}

static void nothing_to_say_only_settles_the_event(void **state)
{
	struct fixture *f = *state;
	struct stored_event *waiting;
	size_t questions, count;

	assert_int_equal(deliver(f, (struct event){.kind = EVENT_SEEN, .user = "bà"}), 0);
	assert_int_equal(deliver(f, (struct event){.kind = EVENT_OTHER}), 0);
	last_question(f, &questions);
	assert_int_equal(questions, 0);
	assert_int_equal(
		store_event_waiting(f->store->reader, &f->store->arena, 0, 10, &waiting, &count), OK);
	assert_int_equal(count, 0);
}

static void question_without_an_answer_is_kept_with_what_is_nearest(void **state)
{
	struct fixture *f = *state;
	struct unresolved q;
	size_t count;
	cJSON *nearest;

	say(f, "hôm nay trời có mưa không");
	q = last_question(f, &count);
	assert_int_equal(count, 1);
	assert_int_equal(q.reason, QUESTION_OUT_OF_SCOPE);
	assert_string_equal(q.text, "hôm nay trời có mưa không");
	nearest = cJSON_Parse(q.nearest);
	assert_true(cJSON_IsArray(nearest));
	cJSON_Delete(nearest);
}

static void refusal_is_kept_with_the_question_it_is_about(void **state)
{
	struct fixture *f = *state;
	struct unresolved q;
	size_t count;

	say(f, "nuôi chim bồ câu");
	say(f, "không phải");
	q = last_question(f, &count);
	assert_int_equal(count, 1);
	assert_int_equal(q.reason, QUESTION_REFUSED);
	assert_string_equal(q.text, "nuôi chim bồ câu");
	assert_non_null(strstr(q.nearest, "\"why\":\"refused\""));
	deliver(f, (struct event){.kind = EVENT_PAYLOAD, .user = "bà", .payload = "#staff"});
	q = last_question(f, &count);
	assert_int_equal(q.reason, QUESTION_STAFF);
	assert_string_equal(q.text, "nuôi chim bồ câu");
	say(f, "cho tôi gặp cán bộ");
	q = last_question(f, &count);
	assert_string_equal(q.text, "nuôi chim bồ câu / cho tôi gặp cán bộ");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)
	const struct CMUnitTest tests[] = {
		TEST(reply_becomes_due_for_the_one_who_asked),
		TEST(conversation_is_kept_for_the_next_turn),
		TEST(answer_counts_for_its_record),
		TEST(turn_knows_the_field_of_its_record),
		TEST(turn_knows_when_its_reply_was_taken),
		TEST(nothing_to_say_only_settles_the_event),
		TEST(question_without_an_answer_is_kept_with_what_is_nearest),
		TEST(refusal_is_kept_with_the_question_it_is_about),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
