/* The scheduler with the real turn, a store and a small knowledge.db. */
#include "daemon/base/clock.h"
#include "daemon/store/store_citizen.h"
#include "daemon/store/store_outbox.h"
#include "daemon/store/store_turn.h"
#include "daemon/turn/turns.h"
#include "knowledge/import.h"
#include "tests/support/daemon.h"
#include "tests/support/fault_sqlite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW_MS 1795300000000

struct bench {
	struct daemon d; /* its folder, knowledge and accounts; the daemon itself never runs */
	struct loop_bell *bell;
	struct store *store;
	struct words *words;
	struct phrases *phrases;
	struct turns_options options;
	struct turns *turns;
	unsigned replies; /* reply_cb */
	unsigned wanted;
};

static void drain(void *arg)
{
	struct bench *b = arg;

	if (b->store)
		store_drain(b->store);
}

static void ring(void *arg)
{
	loop_bell_ring(((struct bench *)arg)->bell);
}

static void reply_told(void *arg, int64_t outbox_id)
{
	struct bench *b = arg;

	assert_true(outbox_id > 0);
	b->replies++;
}

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof *b);
	struct store_options o = {.wake_cb = ring, .wake_arg = b};

	daemon_open(&b->d);
	clock_set(NOW_MS);
	assert_int_equal(loop_bell_open(b->d.loop, drain, b, &b->bell), OK);
	o.path = b->d.config.state_path;
	assert_int_equal(store_open(&o, &b->store, NULL), OK);
	assert_int_equal(store_reader_open(o.path, &b->d.reader, NULL), OK);
	assert_int_equal(words_load(&b->words, NULL), OK);
	assert_int_equal(phrases_load(&b->phrases, NULL), OK);
	b->options = (struct turns_options){.loop = b->d.loop,
		.store = b->store,
		.state_path = b->d.config.state_path,
		.knowledge_path = b->d.config.knowledge_path,
		.words = b->words,
		.phrases = b->phrases,
		.accounts = &b->d.config.accounts,
		.workers = 2,
		.reply_cb = reply_told,
		.arg = b};
	*state = b;
	return 0;
}

static void start(struct bench *b)
{
	struct why why = {""};

	if (turns_open(&b->options, &b->turns, &why) != OK || turns_recover(b->turns, &why) != OK)
		fail_msg("%s", why.text);
}

static void closed(void *arg)
{
	*(bool *)arg = true;
}

static bool is_true(void *arg)
{
	return *(bool *)arg;
}

static void stop(struct bench *b)
{
	bool done = false;

	if (!b->turns)
		return;
	turns_close(b->turns, closed, &done);
	b->turns = NULL;
	assert_true(loop_until(b->d.loop, is_true, &done));
}

static int tear_down(void **state)
{
	struct bench *b = *state;

	fault_sqlite_off();
	stop(b);
	store_reader_close(b->d.reader);
	store_close(b->store);
	b->store = NULL;
	loop_bell_close(b->bell);
	words_free(b->words);
	phrases_free(b->phrases);
	daemon_close(&b->d);
	free(b);
	return 0;
}

struct adding {
	struct event event;
	int64_t id;
};

static enum err add_job(struct store_tx *tx, void *arg)
{
	struct adding *a = arg;

	return store_event_add(tx, &a->event, clock_now_ms(), true, &a->id);
}

static int64_t record(struct bench *b, const char *user, const char *text)
{
	static unsigned serial;
	char dedupe[32];
	struct adding a = {.event = {.kind = EVENT_TEXT,
				   .channel = "zalo",
				   .name = "user_send_text",
				   .account = DAEMON_OA,
				   .user = user,
				   .text = text,
				   .dedupe = dedupe,
				   .time_ms = clock_now_ms()}};

	snprintf(dedupe, sizeof dedupe, "%u", ++serial);
	assert_int_equal(store_do(b->store, add_job, &a), OK);
	if (b->turns)
		turns_add(b->turns, &(struct stored_event){a.id, a.event, clock_now_ms()});
	return a.id;
}

static bool is_idle(void *arg)
{
	struct bench *b = arg;

	return daemon_waiting(&b->d) == 0 && turns_waiting(b->turns) == 0;
}

static void settle(struct bench *b)
{
	if (!loop_until(b->d.loop, is_idle, b))
		fail_msg("%zu events wait", daemon_waiting(&b->d));
}

static size_t replies(struct bench *b, struct outbox_row **ret_rows)
{
	size_t count;

	arena_reset(&b->d.arena);
	assert_int_equal(
		store_outbox_list(b->d.reader, &b->d.arena, OUTBOX_DUE, 0, 5000, ret_rows, &count), OK);
	return count;
}

static void many(struct bench *b, int from, int to)
{
	char user[16], text[32];

	for (int i = from; i < to; i++) {
		snprintf(user, sizeof user, "u%d", i % 7);
		snprintf(text, sizeof text, "xin chào %d", i);
		record(b, user, text);
	}
}

/* One reply for each event, those of one citizen in the order of asking. */
static void assert_in_order(struct bench *b, size_t expected)
{
	struct outbox_row *rows;
	int64_t last[7] = {0};

	assert_int_equal(replies(b, &rows), expected);
	for (size_t i = 0; i < expected; i++) {
		int user = atoi(rows[i].user + 1);

		assert_true(rows[i].event_id > last[user]);
		last[user] = rows[i].event_id;
	}
}

static void one_citizens_events_are_answered_in_order(void **state)
{
	struct bench *b = *state;

	start(b);
	many(b, 0, 70);
	settle(b);
	assert_in_order(b, 70);
	assert_int_equal(b->replies, 70);
}

static void what_waited_at_the_start_is_answered(void **state)
{
	struct bench *b = *state;

	many(b, 0, 600); /* more than one page */
	start(b);
	settle(b);
	assert_in_order(b, 600);
}

static void what_does_not_fit_in_memory_is_answered_all_the_same(void **state)
{
	struct bench *b = *state;

	b->options.waiting_max = 8;
	start(b);
	many(b, 0, 400);
	assert_true(turns_waiting(b->turns) <= 8);
	settle(b);
	many(b, 400, 410);
	settle(b);
	assert_in_order(b, 410);
}

static void an_event_told_twice_is_answered_once(void **state)
{
	struct bench *b = *state;
	struct stored_event event = {.event = {.kind = EVENT_TEXT,
					     .channel = "zalo",
					     .account = DAEMON_OA,
					     .user = "u1",
					     .text = "xin chào"}};

	event.id = record(b, "u1", "xin chào");
	start(b); /* reads it from the table, and then it is told */
	turns_add(b->turns, &event);
	turns_add(b->turns, &event);
	settle(b);
	assert_in_order(b, 1);
}

static enum err settle_job(struct store_tx *tx, void *arg)
{
	return store_event_settle(tx, *(int64_t *)arg, clock_now_ms());
}

static void an_event_settled_meanwhile_is_not_answered(void **state)
{
	struct bench *b = *state;
	int64_t id = record(b, "u1", "xin chào");

	start(b); /* taken up, but the loop has not turned yet */
	assert_int_equal(store_do(b->store, settle_job, &id), OK);
	record(b, "u1", "cảm ơn");
	settle(b);
	assert_in_order(b, 1);
	assert_int_equal(b->replies, 1);
}

static enum err pause_job(struct store_tx *tx, void *arg)
{
	const struct citizen_key key = {"zalo", DAEMON_OA, "u1"};

	(void)arg;
	return store_citizen_pause(tx, &key, clock_now_ms() + 60000);
}

static void a_paused_citizen_gets_no_reply_until_the_pause_is_over(void **state)
{
	struct bench *b = *state;

	assert_int_equal(store_do(b->store, pause_job, NULL), OK);
	start(b);
	record(b, "u1", "xin chào");
	settle(b);
	assert_in_order(b, 0);
	clock_advance(60001);
	record(b, "u1", "xin chào");
	settle(b);
	assert_in_order(b, 1);
}

static const char *answer_to(struct bench *b, const char *user, const char *text)
{
	struct outbox_row *rows;
	size_t before = replies(b, &rows), count;

	record(b, user, text);
	settle(b);
	count = replies(b, &rows);
	assert_int_equal(count, before + 1);
	return rows[count - 1].parts.items[0].text;
}

static void a_conversation_is_forgotten_after_a_while(void **state)
{
	struct bench *b = *state;

	b->options.conversation_ms = 60000;
	start(b);
	assert_non_null(strstr(answer_to(b, "u1", "muốn nuôi bồ câu thì làm sao"), "bồ câu"));
	clock_advance(30000);
	assert_non_null(strstr(answer_to(b, "u1", "lệ phí bao nhiêu"), "bồ câu"));
	clock_advance(60001);
	assert_null(strstr(answer_to(b, "u1", "lệ phí bao nhiêu"), "bồ câu"));
}

static void a_reply_is_worth_sending_only_so_long_after_the_question(void **state)
{
	struct bench *b = *state;
	struct outbox_row *rows;

	b->options.answer_max_age_ms = 5 * 60 * 1000;
	record(b, "u1", "xin chào");
	clock_advance(60000);
	start(b);
	settle(b);
	assert_int_equal(replies(b, &rows), 1);
	assert_int_equal(rows[0].expires_ms, NOW_MS + 5 * 60 * 1000);
}

static void an_event_whose_account_is_gone_ends_without_a_reply(void **state)
{
	struct bench *b = *state;

	record(b, "u1", "xin chào");
	b->d.accounts[0].id = "another";
	start(b);
	settle(b);
	assert_in_order(b, 0);
}

static void a_full_disk_delays_the_reply_and_loses_nothing(void **state)
{
	struct bench *b = *state;
	struct outbox_row *rows;

	record(b, "u1", "xin chào");
	start(b); /* the reply is written only once the loop turns */
	fault_sqlite_after(FAULT_DISK_FULL, 1);
	for (int i = 0; i < 10; i++) { /* many more tries than a turn has that fails by itself */
		loop_for_ms(b->d.loop, 20);
		clock_advance(60000);
		loop_for_ms(b->d.loop, 520);
	}
	assert_in_order(b, 0);
	fault_sqlite_off();
	clock_advance(60000);
	settle(b);
	assert_in_order(b, 1);
	replies(b, &rows);
	assert_null(strstr(rows[0].parts.items[0].text, "trục trặc")); /* what was asked is answered */
	assert_null(strstr(answer_to(b, "u2", "xin chào"), "trục trặc"));
}

static void a_turn_that_always_fails_ends_in_an_apology(void **state)
{
	struct bench *b = *state;
	struct outbox_row *rows;
	struct unresolved *questions;
	size_t count;

	start(b);
	assert_int_equal(truncate(b->options.knowledge_path, 4096), 0); /* under a search that runs */
	record(b, "u1", "muốn nuôi bồ câu thì làm sao");
	for (int i = 0; i < 8; i++) {
		loop_for_ms(b->d.loop, 520);
		clock_advance(60000);
	}
	settle(b);
	assert_int_equal(replies(b, &rows), 1);
	assert_non_null(strstr(rows[0].parts.items[0].text, "trục trặc"));
	assert_int_equal(
		store_question_list(b->d.reader, &b->d.arena, "open", 0, 10, &questions, &count), OK);
	assert_int_equal(count, 1);
	assert_string_equal(questions[0].text, "muốn nuôi bồ câu thì làm sao");
}

static void several_short_messages_are_one_question(void **state)
{
	struct bench *b = *state;
	struct outbox_row *rows;
	int64_t last;

	b->options.burst_wait_ms = 1500;
	start(b);
	record(b, "u1", "muốn nuôi chim");
	loop_for_ms(b->d.loop, 50);
	assert_in_order(b, 0); /* the citizen may still be typing */
	clock_advance(1000);
	record(b, "u1", "chim bồ câu");
	clock_advance(1000);
	last = record(b, "u1", "hết bao nhiêu tiền");
	record(b, "u2", "nuôi chim bồ câu hết bao nhiêu tiền");
	clock_advance(1600);
	settle(b);
	assert_int_equal(replies(b, &rows), 2);
	assert_int_equal(b->replies, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_non_null(strstr(rows[i].parts.items[0].text, "10.000 đồng"));
		if (strcmp(rows[i].user, "u1") == 0)
			assert_int_equal(rows[i].event_id, last);
	}
	assert_int_equal(daemon_waiting(&b->d), 0); /* each of them is settled */
}

static void a_whole_question_does_not_wait(void **state)
{
	static const char *const whole[] = {"xin chào", "nuôi chim bồ câu?",
		"nuôi chim bồ câu hết bao nhiêu tiền", "cháy nhà rồi cứu với"};
	struct bench *b = *state;

	b->options.burst_wait_ms = 1500;
	start(b);
	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) /* the clock stands still */
		assert_true(answer_to(b, "u1", whole[i])[0] != '\0');
}

static void messages_far_apart_are_questions_of_their_own(void **state)
{
	struct bench *b = *state;

	b->options.burst_wait_ms = 1500;
	record(b, "u1", "nuôi chim bồ câu");
	clock_advance(1501);
	record(b, "u1", "chứng chỉ đua thuyền thúng");
	clock_advance(60000);
	start(b);
	settle(b);
	assert_int_equal(b->replies, 2);
}

static void a_message_taken_back_leaves_the_rest_of_the_burst(void **state)
{
	struct bench *b = *state;
	struct outbox_row *rows;
	int64_t id;

	b->options.burst_wait_ms = 1500;
	start(b);
	record(b, "u1", "nuôi chim bồ câu");
	id = record(b, "u1", "chứng chỉ đua thuyền thúng");
	assert_int_equal(store_do(b->store, settle_job, &id), OK);
	clock_advance(1600);
	settle(b);
	assert_int_equal(replies(b, &rows), 1);
	assert_non_null(strstr(rows[0].parts.items[0].text, "bồ câu"));
	assert_null(strstr(rows[0].parts.items[0].text, "thuyền"));
}

static void a_burst_survives_a_stop(void **state)
{
	struct bench *b = *state;

	b->options.burst_wait_ms = 1500;
	start(b);
	record(b, "u1", "muốn nuôi chim");
	record(b, "u1", "chim bồ câu");
	loop_for_ms(b->d.loop, 50);
	stop(b);
	assert_int_equal(daemon_waiting(&b->d), 2);
	clock_advance(60000);
	start(b);
	settle(b);
	assert_int_equal(b->replies, 1);
	assert_int_equal(daemon_waiting(&b->d), 0);
}

static void closing_leaves_nothing_half_done(void **state)
{
	struct bench *b = *state;
	size_t answered;

	start(b);
	many(b, 0, 200);
	loop_run_once(b->d.loop);
	stop(b);
	answered = (size_t)daemon_replies(&b->d, OUTBOX_DUE);
	assert_int_equal(daemon_waiting(&b->d), 200 - answered);
	start(b);
	settle(b);
	assert_in_order(b, 200);
}

static void rows_import(struct bench *b, const char *rows)
{
	struct import_options o = {
		.database = b->d.config.knowledge_path, .author = "test", .now_ms = clock_now_ms()};
	const char *path = arena_printf(&b->d.arena, "%s/rows.jsonl", b->d.dir);
	struct import_counts counts;
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(rows, file);
	fclose(file);
	assert_int_equal(import_files(&o, &path, 1, &counts, NULL), OK);
	unlink(path);
}

static enum err asked_job(struct store_tx *tx, void *arg)
{
	const char *record = arg;
	enum err err = OK;

	for (int i = 0; i < 2000 && !err; i++) {
		char user[16];
		struct turn_fact fact = {.event_id = 1000000 + i,
			.time_ms = NOW_MS - 1000,
			.citizen = {"zalo", DAEMON_OA, user},
			.outcome = "answer",
			.record = record};

		snprintf(user, sizeof user, "%d", i);
		err = store_turn_add(tx, &fact);
	}
	return err;
}

static void what_people_asked_for_most_is_offered_first(void **state)
{
	struct bench *b = *state;
	struct outbox_row *rows;
	const char *goats, *pigs;

	rows_import(b, "{\"code\":\"9.000101\",\"name\":\"Hỗ trợ chuồng trại nuôi dê\"}\n"
		       "{\"code\":\"9.000102\",\"name\":\"Hỗ trợ chuồng trại nuôi lợn\"}\n");
	assert_int_equal(store_do(b->store, asked_job, "9.000102"), OK);
	start(b);
	record(b, "u1", "hỗ trợ chuồng trại");
	settle(b);
	assert_int_equal(replies(b, &rows), 1);
	goats = strstr(rows[0].parts.items[0].text, "nuôi dê");
	pigs = strstr(rows[0].parts.items[0].text, "nuôi lợn");
	assert_non_null(pigs);
	assert_non_null(goats); /* asked back all the same */
	assert_true(pigs < goats);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(one_citizens_events_are_answered_in_order),
		TEST(what_people_asked_for_most_is_offered_first),
		TEST(what_waited_at_the_start_is_answered),
		TEST(what_does_not_fit_in_memory_is_answered_all_the_same),
		TEST(an_event_told_twice_is_answered_once),
		TEST(an_event_settled_meanwhile_is_not_answered),
		TEST(a_paused_citizen_gets_no_reply_until_the_pause_is_over),
		TEST(a_conversation_is_forgotten_after_a_while),
		TEST(a_reply_is_worth_sending_only_so_long_after_the_question),
		TEST(an_event_whose_account_is_gone_ends_without_a_reply),
		TEST(a_full_disk_delays_the_reply_and_loses_nothing),
		TEST(a_turn_that_always_fails_ends_in_an_apology),
		TEST(several_short_messages_are_one_question),
		TEST(a_whole_question_does_not_wait),
		TEST(messages_far_apart_are_questions_of_their_own),
		TEST(a_message_taken_back_leaves_the_rest_of_the_burst),
		TEST(a_burst_survives_a_stop),
		TEST(closing_leaves_nothing_half_done),
	};

	fault_sqlite_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
