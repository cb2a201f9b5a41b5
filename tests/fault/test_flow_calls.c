/* The n-th answer of the platform between webhook and reply is a wrong one, for every n. What it says was not delivered goes out
 * again; what nobody can know about is a dead letter; neither part nor reply goes out twice otherwise. */
#include "tests/support/talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { USUAL = -1, SILENCE = 0 };

/* Posts a question with an answer of several parts; the platform's n-th answer is another one. Returns the sends. */
static size_t ask_with_answer(struct talk *t, size_t n, int status, const char *body)
{
	struct platform *p = &t->daemon.platform;

	p->sends_from = p->sends_to = 0;
	for (size_t i = 0; i < n; i++)
		platform_send_answers(p, USUAL, NULL);
	platform_send_answers(p, status, body);
	talk_until_taken(t, talk_post(t, "nuôi chim bồ câu"));
	if (!loop_until(t->daemon.loop, talk_is_over, t))
		fail_msg("answer %d to call %zu: a reply stays open", status, n);
	return talk_sends(t);
}

static bool same_call(struct talk *t, size_t one, size_t other)
{
	const struct platform *p = &t->daemon.platform;

	return strcmp(platform_send(p, t->sends_begun + one)->body,
		       platform_send(p, t->sends_begun + other)->body) == 0;
}

static void a_failing_call_neither_loses_nor_doubles(void **state)
{
	static const struct {
		const char *body;
		int status;
		bool again; /* the platform says that it was not delivered */
	} answers[] = {
		{"{\"error\":-32,\"message\":\"rate\"}", 200, true},
		{"{\"error\":-200,\"message\":\"Send message failed\"}", 200, true},
		{"<html>", 200, false},
		{"{\"error\":0,\"data\":", 200, false},
		{NULL, SILENCE, false},
	};
	struct talk *t = *state;
	size_t parts;
	int64_t dead = 0;

	t->daemon.accounts[0].text_limit = 200;
	daemon_start(&t->daemon);
	parts = ask_with_answer(t, 0, USUAL, NULL);
	assert_in_range(parts, 2, 20);
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
		for (size_t n = 0; n < parts; n++) {
			size_t sends = ask_with_answer(t, n, answers[i].status, answers[i].body);

			dead += !answers[i].again;
			assert_int_equal(daemon_replies(&t->daemon, OUTBOX_DEAD), dead);
			assert_int_equal(sends, answers[i].again ? parts + 1 : n + 1);
			for (size_t k = 1; k < sends; k++)
				assert_int_equal(same_call(t, k - 1, k), answers[i].again && k == n + 1);
		}
}

static void a_failing_renewal_of_the_token_loses_nothing(void **state)
{
	struct talk *t = *state;

	platform_token_answers(&t->daemon.platform, 502, "<html>");
	daemon_start(&t->daemon);
	talk_until_taken(t, talk_post(t, "xin chào"));
	assert_true(loop_until(t->daemon.loop, talk_is_over, t));
	assert_int_equal(t->daemon.platform.send_count, 1);
	assert_int_equal(t->daemon.platform.token_count, 2);
	assert_int_equal(daemon_replies(&t->daemon, OUTBOX_SENT), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_failing_call_neither_loses_nor_doubles, talk_set_up, talk_tear_down),
		cmocka_unit_test_setup_teardown(
			a_failing_renewal_of_the_token_loses_nothing, talk_set_up, talk_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
