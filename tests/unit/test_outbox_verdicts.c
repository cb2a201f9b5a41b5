/* The outbox: what became of a call nobody knows, and what the platform refuses. */
#include "tests/support/fault_sqlite.h"
#include "tests/support/outbox_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* --- Outcomes nobody knows. --- */

static void a_lost_answer_is_never_blindly_sent_again(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t id;

	outbox_fixture_start(b);
	platform_send_answers(&b->platform, 0, NULL);
	id = outbox_add(b, "u", "a");
	outbox_until_state(b, id, OUTBOX_UNKNOWN);
	clock_advance(59 * 1000);
	loop_for_ms(b->loop, 30);
	assert_int_equal(outbox_row_of(b, id).state, OUTBOX_UNKNOWN);
	clock_advance(1001);
	outbox_until_state(b, id, OUTBOX_DEAD);
	assert_int_equal(b->platform.send_count, 1);
	assert_non_null(strstr(outbox_row_of(b, id).reason, "outcome unknown"));
}

struct echo {
	struct event event;
	int64_t id;
};

static enum err echo_job(struct store_tx *tx, void *arg)
{
	struct echo *e = arg;

	return store_outbox_echo(tx, &e->event, clock_now_ms(), MINUTE_MS, &e->id);
}

static void an_echo_confirms_what_was_unknown_and_the_next_part_goes(void **state)
{
	struct outbox_fixture *b = *state;
	struct echo echo = {
		.event = {.kind = EVENT_ECHO, .channel = "fake", .account = "A", .user = "u", .text = "a"}};
	int64_t id;

	outbox_fixture_start(b);
	platform_send_answers(&b->platform, 0, NULL);
	id = outbox_add(b, "u", "a|b");
	outbox_until_state(b, id, OUTBOX_UNKNOWN);
	assert_int_equal(store_do(b->store, echo_job, &echo), OK);
	assert_int_equal(echo.id, id);
	outbox_wake(b->outbox, id);
	outbox_until_state(b, id, OUTBOX_SENT);
	assert_int_equal(b->platform.send_count, 2);
	assert_outbox_send(b, 1, "b");
}

static void a_repeated_echo_does_not_end_the_wait_for_the_right_one(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t id;

	outbox_fixture_start(b);
	platform_send_answers(&b->platform, 0, NULL);
	id = outbox_add(b, "u", "a");
	outbox_until_state(b, id, OUTBOX_UNKNOWN);
	outbox_wake(b->outbox, id);
	loop_for_ms(b->loop, 30);
	assert_int_equal(outbox_row_of(b, id).state, OUTBOX_UNKNOWN);
}

static void if_configured_the_unknown_is_sent_once_more_and_only_once(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t id;

	b->options.resend_unknown = true;
	outbox_fixture_start(b);
	platform_send_answers(&b->platform, 0, NULL);
	platform_send_answers(&b->platform, 503, "");
	platform_send_answers(&b->platform, 0, NULL);
	id = outbox_add(b, "u", "a");
	outbox_until_state(b, id, OUTBOX_UNKNOWN);
	clock_advance(MINUTE_MS + 1);
	outbox_until_sends(b, 2);
	loop_for_ms(b->loop, 20);
	outbox_fixture_stop(b); /* not even a restart forgets it */
	outbox_fixture_start(b);
	clock_advance(MINUTE_MS);
	outbox_until_sends(b, 3);
	outbox_until_state(b, id, OUTBOX_UNKNOWN);
	clock_advance(MINUTE_MS + 1);
	outbox_until_state(b, id, OUTBOX_DEAD);
	assert_int_equal(b->platform.send_count, 3);
}

static enum err begin_job(struct store_tx *tx, void *arg)
{
	return store_outbox_begin(tx, *(int64_t *)arg, clock_now_ms());
}

static void what_was_being_sent_at_a_crash_is_unknown(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t id = outbox_add(b, "u", "a"), due = outbox_add(b, "v", "b");

	assert_int_equal(store_do(b->store, begin_job, &id), OK);
	outbox_fixture_start(b);
	outbox_until_state(b, due, OUTBOX_SENT);
	assert_int_equal(outbox_row_of(b, id).state, OUTBOX_UNKNOWN);
	clock_advance(MINUTE_MS + 1);
	outbox_until_state(b, id, OUTBOX_DEAD);
	assert_int_equal(b->platform.send_count, 1);
}

static void disk_fills_up(void *arg, const struct platform_call *call)
{
	(void)arg;
	(void)call;
	fault_sqlite_after(FAULT_DISK_FULL, 1);
}

static void an_outcome_the_disk_refuses_is_kept_until_it_takes_it(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t id;

	outbox_fixture_start(b);
	b->platform.send_cb = disk_fills_up;
	id = outbox_add(b, "u", "a");
	outbox_until_sends(b, 1);
	loop_for_ms(b->loop, 50);
	assert_int_equal(outbox_row_of(b, id).state, OUTBOX_SENDING);
	assert_int_equal(outbox_in_flight(b->outbox), 1);
	fault_sqlite_off();
	outbox_until_state(b, id, OUTBOX_SENT);
	assert_int_equal(b->platform.send_count, 1);
}

static enum err slow_job(struct store_tx *tx, void *arg)
{
	(void)tx;
	(void)arg;
	usleep(300 * 1000); /* several looks of the outbox long */
	return OK;
}

static void an_outcome_on_its_way_to_the_disk_is_not_handed_over_twice(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t id, next;

	outbox_fixture_start(b);
	b->platform.send_cb = disk_fills_up;
	id = outbox_add(b, "u", "a");
	outbox_until_sends(b, 1);
	loop_for_ms(b->loop, 50);
	b->platform.send_cb = NULL;
	fault_sqlite_off();
	assert_int_equal(store_submit(b->store, slow_job, NULL, NULL), OK);
	outbox_until_state(b, id, OUTBOX_SENT);
	next = outbox_add(b, "u", "b");
	outbox_until_state(b, next, OUTBOX_SENT);
	assert_int_equal(b->platform.send_count, 2);
}

static void nothing_is_sent_while_sending_cannot_be_written(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t id = outbox_add(b, "u", "a");

	outbox_fixture_start(b); /* it sends only once the loop turns */
	fault_sqlite_after(FAULT_DISK_FULL, 1);
	loop_for_ms(b->loop, 50);
	assert_int_equal(b->platform.send_count, 0);
	fault_sqlite_off();
	clock_advance(2000);
	outbox_until_state(b, id, OUTBOX_SENT);
	assert_int_equal(b->platform.send_count, 1);
}

/* --- What the platform refuses. --- */

static void a_refused_token_is_renewed_once(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t id;

	b->account.oauth_base = b->platform.base;
	b->account.app_id = "app";
	b->account.app_secret = "secret";
	b->account.refresh_token = "refresh";
	outbox_fixture_start(b);
	platform_send_answers(&b->platform, 401, "");
	id = outbox_add(b, "u", "a");
	outbox_until_state(b, id, OUTBOX_SENT);
	assert_string_equal(platform_send(&b->platform, 0)->token, "at-1");
	assert_string_equal(platform_send(&b->platform, 1)->token, "at-2");
	platform_send_answers(&b->platform, 401, "");
	platform_send_answers(&b->platform, 401, "");
	id = outbox_add(b, "u", "b");
	outbox_until_state(b, id, OUTBOX_DEAD);
	assert_int_equal(b->platform.send_count, 4);
}

static void replies_wait_while_consent_is_needed_and_end_when_too_old(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t id, other;

	b->account.oauth_base = b->platform.base;
	b->account.app_id = "app";
	b->account.app_secret = "secret";
	b->account.refresh_token = "refresh";
	platform_token_answers(&b->platform, 200, "{\"error\":-14014}");
	outbox_fixture_start(b);
	id = outbox_add(b, "u", "a");
	other = outbox_add(b, "v", "b");
	loop_for_ms(b->loop, 50);
	assert_int_equal(outbox_row_of(b, id).state, OUTBOX_DUE);
	assert_string_equal(outbox_account_state(b->outbox, &b->account), "consent_needed");
	clock_advance(15 * MINUTE_MS);
	outbox_until_state(b, id, OUTBOX_DEAD);
	outbox_until_state(b, other, OUTBOX_DEAD);
	assert_int_equal(b->platform.send_count, 0);
	assert_int_equal(b->platform.token_count, 1);
}

static void refused_buttons_become_text_for_a_day(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t id;

	outbox_fixture_start(b);
	platform_send_answers(&b->platform, 400, "");
	id = outbox_add(b, "u", "#a");
	outbox_until_state(b, id, OUTBOX_SENT);
	assert_outbox_send(b, 0, "#a [buttons]");
	assert_outbox_send(b, 1, "#a");
	outbox_fixture_stop(b); /* remembered on disk */
	outbox_fixture_start(b);
	id = outbox_add(b, "v", "#b");
	outbox_until_state(b, id, OUTBOX_SENT);
	assert_outbox_send(b, 2, "#b");
	clock_advance(24 * 60 * MINUTE_MS);
	id = outbox_add(b, "v", "#c");
	outbox_until_state(b, id, OUTBOX_SENT);
	assert_outbox_send(b, 3, "#c [buttons]");
}

static void a_text_without_buttons_is_not_sent_twice_in_the_same_form(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t id;

	outbox_fixture_start(b);
	platform_send_answers(&b->platform, 400, "");
	id = outbox_add(b, "u", "a");
	outbox_until_state(b, id, OUTBOX_DEAD);
	assert_int_equal(b->platform.send_count, 1);
}

static void a_stopped_account_keeps_its_replies_until_a_restart(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t id, other;

	outbox_fixture_start(b);
	platform_send_answers(&b->platform, 403, "");
	id = outbox_add(b, "u", "a");
	outbox_until_sends(b, 1);
	loop_for_ms(b->loop, 20);
	other = outbox_add(b, "v", "b");
	clock_advance(MINUTE_MS);
	loop_for_ms(b->loop, 30);
	assert_int_equal(b->platform.send_count, 1);
	assert_int_equal(outbox_row_of(b, id).state, OUTBOX_DUE);
	assert_string_equal(outbox_account_state(b->outbox, &b->account), "stopped");
	outbox_fixture_stop(b);
	outbox_fixture_start(b);
	outbox_until_state(b, id, OUTBOX_SENT);
	outbox_until_state(b, other, OUTBOX_SENT);
}

static void a_citizen_who_cannot_be_reached_is_marked(void **state)
{
	struct outbox_fixture *b = *state;
	struct citizen citizen;
	int64_t id;

	outbox_fixture_start(b);
	platform_send_answers(&b->platform, 404, "");
	id = outbox_add(b, "u", "a");
	outbox_until_state(b, id, OUTBOX_DEAD);
	assert_int_equal(
		store_citizen_get(b->reader, &b->arena, &(struct citizen_key){"fake", "A", "u"}, &citizen),
		OK);
	assert_true(citizen.unreachable);
}

static void what_cannot_be_written_as_a_message_is_a_dead_letter(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t id;

	outbox_fixture_start(b);
	id = outbox_add(b, "u", "cannot be encoded");
	outbox_until_state(b, id, OUTBOX_DEAD);
	assert_int_equal(b->platform.send_count, 0);
}

static void a_reply_whose_account_is_gone_is_a_dead_letter(void **state)
{
	struct outbox_fixture *b = *state;
	int64_t id = outbox_add(b, "u", "a");

	b->account.id = "B";
	outbox_fixture_start(b);
	outbox_until_state(b, id, OUTBOX_DEAD);
	assert_int_equal(b->platform.send_count, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, outbox_fixture_up, outbox_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(a_lost_answer_is_never_blindly_sent_again),
		TEST(an_echo_confirms_what_was_unknown_and_the_next_part_goes),
		TEST(a_repeated_echo_does_not_end_the_wait_for_the_right_one),
		TEST(if_configured_the_unknown_is_sent_once_more_and_only_once),
		TEST(what_was_being_sent_at_a_crash_is_unknown),
		TEST(an_outcome_the_disk_refuses_is_kept_until_it_takes_it),
		TEST(an_outcome_on_its_way_to_the_disk_is_not_handed_over_twice),
		TEST(nothing_is_sent_while_sending_cannot_be_written),
		TEST(a_refused_token_is_renewed_once),
		TEST(replies_wait_while_consent_is_needed_and_end_when_too_old),
		TEST(refused_buttons_become_text_for_a_day),
		TEST(a_text_without_buttons_is_not_sent_twice_in_the_same_form),
		TEST(a_stopped_account_keeps_its_replies_until_a_restart),
		TEST(a_citizen_who_cannot_be_reached_is_marked),
		TEST(what_cannot_be_written_as_a_message_is_a_dead_letter),
		TEST(a_reply_whose_account_is_gone_is_a_dead_letter),
	};

	fault_sqlite_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
