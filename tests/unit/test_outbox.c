/* The outbox: in which order, and when. */
#include "tests/support/outbox_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- Order. --- */

static void a_due_reply_is_sent_once(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t id;

	outbox_fixture_start(b);
	id = outbox_add(b, "u", "xin chào");
	outbox_until_state(b, id, OUTBOX_SENT);
	loop_for_ms(b->loop, 30);
	assert_int_equal(b->platform.send_count, 1);
	assert_outbox_send(b, 0, "xin chào");
	assert_string_equal(platform_send(&b->platform, 0)->token, "token");
	assert_int_equal(outbox_held(b->outbox), 0);
}

static void sending_is_seen_on_disk(void *arg, const struct platform_call *call)
{
	struct outbox_fixture *b = arg;

	(void)call;
	assert_int_equal(outbox_row_of(b, b->watched).state, OUTBOX_SENDING);
}

static void sending_is_on_disk_before_the_first_byte_goes_out(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t id;

	outbox_fixture_start(b);
	b->platform.send_cb = sending_is_seen_on_disk;
	b->platform.arg = b;
	b->watched = 1;
	id = outbox_add(b, "u", "a");
	assert_int_equal(id, 1);
	outbox_until_state(b, id, OUTBOX_SENT);
	assert_int_equal(b->platform.send_count, 1);
}

static void a_citizens_replies_go_one_after_the_other(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t first;

	outbox_fixture_start(b);
	platform_send_answers(&b->platform, 0, NULL); /* the first is on its way for long */
	first = outbox_add(b, "u", "one");
	outbox_add(b, "u", "two");
	outbox_add(b, "v", "other");
	outbox_until_sends(b, 2);
	assert_outbox_send(b, 0, "one");
	assert_outbox_send(b, 1, "other"); /* nobody else waits */
	assert_int_equal(outbox_row_of(b, first).state, OUTBOX_SENDING);
	outbox_until_sends(b, 3);
	assert_outbox_send(b, 2, "two");
	assert_int_equal(outbox_row_of(b, first).state, OUTBOX_UNKNOWN);
}

static void a_reply_that_waits_for_its_retry_keeps_its_place(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t last;

	outbox_fixture_start(b);
	platform_send_answers(&b->platform, 503, "");
	outbox_add(b, "u", "one");
	last = outbox_add(b, "u", "two");
	outbox_until_sends(b, 1);
	loop_for_ms(b->loop, 30);
	assert_int_equal(b->platform.send_count, 1);
	clock_advance(2000);
	outbox_until_state(b, last, OUTBOX_SENT);
	assert_outbox_send(b, 1, "one");
	assert_outbox_send(b, 2, "two");
}

static void parts_go_in_order_and_what_was_delivered_is_never_sent_again(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t id;

	outbox_fixture_start(b);
	platform_send_answers(&b->platform, 200, "m1");
	platform_send_answers(&b->platform, 503, "");
	platform_send_answers(&b->platform, 200, "m2");
	platform_send_answers(&b->platform, 200, "m3");
	id = outbox_add(b, "u", "a|b|c");
	outbox_until_sends(b, 2);
	loop_for_ms(b->loop, 20);
	assert_int_equal(outbox_row_of(b, id).part_next, 1);
	clock_advance(2000);
	outbox_until_state(b, id, OUTBOX_SENT);
	assert_int_equal(b->platform.send_count, 4);
	assert_outbox_send(b, 0, "a");
	assert_outbox_send(b, 1, "b");
	assert_outbox_send(b, 2, "b");
	assert_outbox_send(b, 3, "c");
	assert_string_equal(outbox_row_of(b, id).message_ids, "[\"m1\",\"m2\",\"m3\"]");
}

static void more_rows_than_memory_holds_go_in_order(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t last = 0;
	char text[16];

	b->options.held_max = 8;
	for (int i = 0; i < 100; i++) {
		snprintf(text, sizeof text, "%d", i);
		last = outbox_add(b, i % 2 ? "u" : "v", text);
	}
	outbox_fixture_start(b);
	assert_true(outbox_held(b->outbox) <= 8 + 64); /* a page at most beyond the limit */
	for (int i = 100; i < 150; i++) {
		snprintf(text, sizeof text, "%d", i);
		last = outbox_add(b, i % 2 ? "u" : "v", text);
	}
	outbox_until_state(b, last, OUTBOX_SENT);
	outbox_until_sends(b, 150);
	for (int user = 0; user < 2; user++)
		for (int i = user, n = 0; i < 150; i += 2, n++) {
			while (atoi(platform_send(&b->platform, (size_t)n)->body) % 2 != user)
				n++;
			assert_int_equal(atoi(platform_send(&b->platform, (size_t)n)->body), i);
		}
	assert_int_equal(outbox_held(b->outbox), 0);
}

/* --- Time. --- */

static void a_passing_error_is_tried_five_times_then_dead(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t id;

	outbox_fixture_start(b);
	for (int i = 0; i < 6; i++)
		platform_send_answers(&b->platform, 503, "");
	id = outbox_add(b, "u", "a");
	for (size_t n = 1; n <= 5; n++) {
		outbox_until_sends(b, n);
		loop_for_ms(b->loop, 20);
		assert_int_equal(b->platform.send_count, n);
		clock_advance(MINUTE_MS);
	}
	outbox_until_state(b, id, OUTBOX_DEAD);
	assert_string_equal(outbox_row_of(b, id).reason, "status 503");
	loop_for_ms(b->loop, 20);
	assert_int_equal(b->platform.send_count, 5);
}

static void a_platform_that_cannot_be_reached_is_tried_for_as_long_as_the_answer_is_worth_it(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t id;

	outbox_fixture_start(b);
	platform_stop_listening(&b->platform);
	id = outbox_add(b, "u", "a");
	for (int i = 0; i < 10; i++) {
		loop_for_ms(b->loop, 20);
		clock_advance(MINUTE_MS);
	}
	outbox_until_state(b, id, OUTBOX_DUE);
	platform_listen_again(&b->platform);
	clock_advance(MINUTE_MS);
	outbox_until_state(b, id, OUTBOX_SENT);
	assert_int_equal(b->platform.send_count, 1);
}

static void an_answer_that_is_too_late_is_a_dead_letter(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t id = outbox_add(b, "u", "a");

	clock_advance(15 * MINUTE_MS);
	outbox_fixture_start(b);
	outbox_until_state(b, id, OUTBOX_DEAD);
	assert_string_equal(outbox_row_of(b, id).reason, "too late");
	assert_int_equal(b->platform.send_count, 0);
}

static void an_account_sends_no_faster_than_its_ceiling(void **state)
{
	struct outbox_fixture *b = *state;
	char user[8];

	b->options.per_second_max = 5;
	outbox_fixture_start(b);
	for (int i = 0; i < 20; i++) {
		snprintf(user, sizeof user, "u%d", i);
		outbox_add(b, user, "a");
	}
	outbox_until_sends(b, 5);
	loop_for_ms(b->loop, 30);
	assert_int_equal(b->platform.send_count, 5);
	clock_advance(1000);
	outbox_until_sends(b, 10);
	loop_for_ms(b->loop, 30);
	assert_int_equal(b->platform.send_count, 10);
}

static void slow_down_slows_the_whole_account(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t other;

	outbox_fixture_start(b);
	platform_send_answers(&b->platform, 429, "");
	outbox_add(b, "u", "a");
	outbox_until_sends(b, 1);
	loop_for_ms(b->loop, 20);
	other = outbox_add(b, "v", "b");
	loop_for_ms(b->loop, 30);
	assert_int_equal(b->platform.send_count, 1);
	clock_advance(10001);
	outbox_until_state(b, other, OUTBOX_SENT);
	assert_int_equal(b->platform.send_count, 3);
}

static void an_account_near_its_limit_sends_slower(void **state)
{
	struct outbox_fixture *b = *state;
	char user[8];

	b->options.per_second_max = 20;
	outbox_fixture_start(b);
	platform_send_answers(&b->platform, 202, "");
	outbox_until_state(b, outbox_add(b, "u", "a"), OUTBOX_SENT);
	for (int i = 0; i < 10; i++) {
		snprintf(user, sizeof user, "u%d", i);
		outbox_add(b, user, "a");
	}
	loop_for_ms(b->loop, 30);
	assert_int_equal(b->platform.send_count, 2);
	clock_advance(60000); /* the platform says nothing of it any more */
	outbox_until_sends(b, 3);
	clock_advance(1000);
	outbox_until_sends(b, 11);
}

/* --- Others. --- */

static enum err retry_job(struct store_tx *tx, void *arg)
{
	return store_outbox_retry(tx, *(int64_t *)arg, clock_now_ms() + MINUTE_MS, clock_now_ms());
}

static void a_reply_that_an_operators_command_sends_again_goes(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t id;

	outbox_fixture_start(b);
	platform_send_answers(&b->platform, 404, "");
	id = outbox_add(b, "u", "a");
	outbox_until_state(b, id, OUTBOX_DEAD);
	assert_int_equal(store_edit(b->path, retry_job, &id, NULL), OK);
	outbox_until_state(b, id, OUTBOX_SENT);
	assert_int_equal(b->platform.send_count, 2);
}

static void closing_waits_for_the_call_and_its_commit(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t id, waiting;

	outbox_fixture_start(b);
	platform_send_answers(&b->platform, 0, NULL);
	id = outbox_add(b, "u", "a");
	waiting = outbox_add(b, "u", "b");
	outbox_until_sends(b, 1);
	outbox_fixture_stop(b);
	assert_int_equal(outbox_row_of(b, id).state, OUTBOX_UNKNOWN);
	assert_int_equal(outbox_row_of(b, waiting).state, OUTBOX_DUE);
	assert_int_equal(b->platform.send_count, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, outbox_fixture_up, outbox_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(a_due_reply_is_sent_once),
		TEST(sending_is_on_disk_before_the_first_byte_goes_out),
		TEST(a_citizens_replies_go_one_after_the_other),
		TEST(a_reply_that_waits_for_its_retry_keeps_its_place),
		TEST(parts_go_in_order_and_what_was_delivered_is_never_sent_again),
		TEST(more_rows_than_memory_holds_go_in_order),
		TEST(a_passing_error_is_tried_five_times_then_dead),
		TEST(a_platform_that_cannot_be_reached_is_tried_for_as_long_as_the_answer_is_worth_it),
		TEST(an_answer_that_is_too_late_is_a_dead_letter),
		TEST(an_account_sends_no_faster_than_its_ceiling),
		TEST(slow_down_slows_the_whole_account),
		TEST(an_account_near_its_limit_sends_slower),
		TEST(a_reply_that_an_operators_command_sends_again_goes),
		TEST(closing_waits_for_the_call_and_its_commit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
