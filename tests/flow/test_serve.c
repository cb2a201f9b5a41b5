/* Whole flows: a signed webhook in at one end, a send to the platform out at the other. */
#include "daemon/store/store_token.h"
#include "tests/support/daemon.h"
#include "tests/support/fault_sqlite.h"

#include "daemon/base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

static int set_up(void **state)
{
	struct daemon *d = calloc(1, sizeof *d);

	daemon_open(d);
	*state = d;
	return 0;
}

static int tear_down(void **state)
{
	daemon_close(*state);
	free(*state);
	return 0;
}

/* Zalo's user id and text of the n-th send. */
static void sent(struct daemon *d, size_t n, char user[64], char text[4096])
{
	const struct platform_call *call = platform_send(&d->platform, n);
	cJSON *json = cJSON_Parse(call ? call->body : "");
	const cJSON *recipient = cJSON_GetObjectItem(json, "recipient");
	const cJSON *id = cJSON_GetObjectItem(recipient, "user_id");
	const cJSON *said = cJSON_GetObjectItem(cJSON_GetObjectItem(json, "message"), "text");

	snprintf(user, 64, "%s", cJSON_IsString(id) ? id->valuestring : "");
	snprintf(text, 4096, "%s", cJSON_IsString(said) ? said->valuestring : "");
	cJSON_Delete(json);
}

static void a_question_on_zalo_is_answered(void **state)
{
	struct daemon *d = *state;
	char user[64], text[4096];

	daemon_start(d);
	assert_int_equal(daemon_zalo(d, "u1", "m1", "xin chào"), 200);
	daemon_settle(d);
	assert_int_equal(d->platform.send_count, 1);
	assert_string_equal(platform_send(&d->platform, 0)->path, "/v3.0/oa/message/cs");
	assert_string_equal(platform_send(&d->platform, 0)->token, "at-1");
	sent(d, 0, user, text);
	assert_string_equal(user, "u1");
	assert_true(strlen(text) > 20);
	assert_int_equal(daemon_replies(d, OUTBOX_SENT), 1);
}

static void a_question_on_facebook_is_answered(void **state)
{
	struct daemon *d = *state;

	daemon_start(d);
	assert_int_equal(daemon_facebook(d, "7001", "m_1", "làm giấy khai sinh cần gì"), 200);
	daemon_settle(d);
	assert_int_equal(d->platform.send_count, 1);
	assert_string_equal(platform_send(&d->platform, 0)->token, "page-token");
	assert_non_null(strstr(platform_send(&d->platform, 0)->body, "7001"));
	assert_int_equal(daemon_replies(d, OUTBOX_SENT), 1);
}

static void a_repeated_event_is_answered_once_even_across_a_restart(void **state)
{
	struct daemon *d = *state;

	daemon_start(d);
	assert_int_equal(daemon_zalo(d, "u1", "m1", "xin chào"), 200);
	assert_int_equal(daemon_repeat(d), 200);
	daemon_settle(d);
	assert_true(daemon_stop(d));
	daemon_start(d);
	assert_int_equal(daemon_repeat(d), 200);
	daemon_settle(d);
	assert_int_equal(d->platform.send_count, 1);
	assert_int_equal(daemon_replies(d, OUTBOX_SENT), 1);
}

static void each_citizen_is_answered_in_the_order_of_asking(void **state)
{
	static const char *const texts[] = {"xin chào", "cảm ơn", "tạm biệt", "bạn là ai"};
	struct daemon *d = *state;
	static char expected[4][4096];
	char user[64], text[4096], name[16], msg_id[16];
	size_t next[4] = {0};

	daemon_start(d);
	for (size_t i = 0; i < 4; i++) { /* what each is answered, asked alone */
		assert_int_equal(daemon_zalo(d, "alone", texts[i], texts[i]), 200);
		daemon_settle(d);
		sent(d, i, user, expected[i]);
	}
	for (size_t i = 1; i < 4; i++)
		for (size_t u = 0; u < 4; u++) {
			snprintf(name, sizeof name, "%zu", u);
			snprintf(msg_id, sizeof msg_id, "%zu-%zu", u, i);
			assert_int_equal(daemon_zalo(d, name, msg_id, texts[i]), 200);
		}
	daemon_settle(d);
	assert_int_equal(d->platform.send_count, 16);
	for (size_t n = 4; n < 16; n++) {
		size_t u;

		sent(d, n, user, text);
		u = (size_t)atoi(user);
		next[u]++;
		assert_non_null(
			strstr(text, expected[next[u]])); /* the first also says that a machine answers */
	}
	for (size_t u = 0; u < 4; u++)
		assert_int_equal(next[u], 3);
}

static void what_waits_at_a_stop_is_answered_after_the_start(void **state)
{
	struct daemon *d = *state;

	daemon_start(d);
	platform_stop_listening(&d->platform);
	for (int i = 0; i < 20; i++) {
		char user[16], msg_id[16];

		snprintf(user, sizeof user, "u%d", i);
		snprintf(msg_id, sizeof msg_id, "m%d", i);
		assert_int_equal(daemon_zalo(d, user, msg_id, "xin chào"), 200);
	}
	assert_true(daemon_stop(d));
	platform_listen_again(&d->platform);
	daemon_start(d);
	daemon_settle(d);
	assert_int_equal(d->platform.send_count, 20);
	assert_int_equal(daemon_replies(d, OUTBOX_SENT), 20);
}

static void a_stop_in_the_middle_of_a_send_loses_nothing(void **state)
{
	struct daemon *d = *state;

	daemon_start(d);
	d->config.timeout_ms = 300;
	assert_true(daemon_stop(d));
	daemon_start(d);
	platform_send_answers(&d->platform, 0, NULL);
	assert_int_equal(daemon_zalo(d, "u1", "m1", "xin chào"), 200);
	assert_int_equal(daemon_zalo(d, "u1", "m2", "cảm ơn"), 200);
	daemon_until_sent(d, 1);
	assert_true(daemon_stop(d));
	daemon_start(d);
	daemon_settle(d);
	assert_int_equal(d->platform.send_count, 2); /* the first is not sent a second time */
	assert_int_equal(daemon_replies(d, OUTBOX_UNKNOWN), 1);
	assert_int_equal(daemon_replies(d, OUTBOX_SENT), 1);
}

static void passing_errors_of_the_platform_end_in_one_delivery(void **state)
{
	struct daemon *d = *state;

	daemon_start(d);
	platform_send_answers(&d->platform, 502, "<html>bad gateway</html>");
	platform_send_answers(&d->platform, 200, "{\"error\":-32,\"message\":\"Too many requests\"}");
	platform_send_answers(&d->platform, 200, "{\"error\":-216,\"message\":\"Access token is invalid\"}");
	assert_int_equal(daemon_zalo(d, "u1", "m1", "xin chào"), 200);
	daemon_settle(d);
	assert_int_equal(d->platform.send_count, 4);
	assert_int_equal(d->platform.token_count, 2);
	assert_string_not_equal(platform_send(&d->platform, 3)->token, platform_send(&d->platform, 2)->token);
	assert_int_equal(daemon_replies(d, OUTBOX_SENT), 1);
}

static void an_echo_confirms_a_send_whose_answer_was_lost(void **state)
{
	struct daemon *d = *state;
	char user[64], text[4096];
	cJSON *quoted;
	char *printed;

	d->config.timeout_ms = 200;
	daemon_start(d);
	assert_int_equal(daemon_zalo(d, "u0", "m0", "xin chào"), 200);
	daemon_settle(d);
	platform_send_answers(&d->platform, 0, NULL);
	assert_int_equal(daemon_zalo(d, "u1", "m1", "cảm ơn"), 200);
	daemon_settle(d);
	assert_int_equal(daemon_replies(d, OUTBOX_UNKNOWN), 1);
	sent(d, 1, user, text);
	quoted = cJSON_CreateString(text);
	printed = cJSON_PrintUnformatted(quoted);
	snprintf(d->post.body, sizeof d->post.body,
		"{\"app_id\":\"1\",\"event_name\":\"oa_send_text\",\"timestamp\":\"%lld\",\"sender\":{\"id\":"
		"\"" DAEMON_OA
		"\"},\"recipient\":{\"id\":\"u1\"},\"message\":{\"msg_id\":\"e1\",\"text\":%s}}",
		(long long)clock_now_ms(), printed);
	free(printed);
	cJSON_Delete(quoted);
	snprintf(user, sizeof user, "%.13s", strstr(d->post.body, "timestamp\":\"") + 12);
	webhook_sign_zalo(&d->post, "1", user, "oa-secret");
	assert_int_equal(daemon_repeat(d), 200);
	assert_int_equal(daemon_replies(d, OUTBOX_UNKNOWN), 0);
	assert_int_equal(daemon_replies(d, OUTBOX_SENT), 2);
	assert_int_equal(d->platform.send_count, 2);
}

static void a_full_disk_refuses_webhooks_and_loses_none(void **state)
{
	struct daemon *d = *state;

	daemon_start(d);
	assert_int_equal(daemon_zalo(d, "u1", "m1", "xin chào"), 200);
	daemon_settle(d);
	fault_sqlite_after(FAULT_DISK_FULL, 1);
	assert_int_equal(daemon_zalo(d, "u1", "m2", "cảm ơn"), 503);
	fault_sqlite_off();
	assert_int_equal(daemon_repeat(d), 200);
	daemon_settle(d);
	assert_int_equal(d->platform.send_count, 2);
}

static void a_citizen_who_talks_with_staff_is_left_alone(void **state)
{
	struct daemon *d = *state;
	char timestamp[24];

	daemon_start(d);
	snprintf(timestamp, sizeof timestamp, "%lld", (long long)clock_now_ms());
	d->post.path = "/webhook/zalo";
	snprintf(d->post.body, sizeof d->post.body,
		"{\"app_id\":\"1\",\"event_name\":\"oa_send_text\",\"timestamp\":\"%s\",\"sender\":{\"id\":"
		"\"" DAEMON_OA "\",\"admin_id\":\"5\"},\"recipient\":{\"id\":\"u1\"},\"message\":{\"msg_id\":"
		"\"s1\",\"text\":\"chào chị\"}}",
		timestamp);
	webhook_sign_zalo(&d->post, "1", timestamp, "oa-secret");
	assert_int_equal(daemon_repeat(d), 200);
	assert_int_equal(daemon_zalo(d, "u1", "m1", "xin chào"), 200);
	assert_int_equal(daemon_zalo(d, "u2", "m2", "xin chào"), 200);
	daemon_settle(d);
	assert_int_equal(d->platform.send_count, 1);
	assert_non_null(strstr(platform_send(&d->platform, 0)->body, "\"u2\""));
}

static void an_event_that_comes_too_late_is_a_dead_letter_and_not_an_answer(void **state)
{
	struct daemon *d = *state;

	daemon_start(d);
	webhook_zalo_text(&d->post, "1", "oa-secret", DAEMON_OA, "u1", "m1", clock_now_ms() - 30 * 60 * 1000,
		"xin chào");
	assert_int_equal(daemon_repeat(d), 200);
	daemon_settle(d);
	assert_int_equal(d->platform.send_count, 0);
	assert_int_equal(daemon_replies(d, OUTBOX_DEAD), 1);
}

static void an_operator_can_ask_how_it_is(void **state)
{
	struct daemon *d = *state;
	static char body[65536];

	daemon_start(d);
	assert_int_equal(daemon_zalo(d, "u1", "m1", "xin chào"), 200);
	daemon_settle(d);
	assert_int_equal(daemon_get(d, "/healthz", body, sizeof body), 200);
	assert_int_equal(daemon_get(d, "/readyz", body, sizeof body), 200);
	assert_string_equal(body, "ready\nzalo zalo good\nfacebook facebook good\n");
	assert_int_equal(daemon_get(d, "/metrics", body, sizeof body), 200);
	assert_non_null(strstr(body, "motcua_webhook_received_total "));
	assert_non_null(strstr(body, "motcua_outbox_rows{state=\"sent\"} 1\n"));
	assert_non_null(strstr(body, "motcua_store_waiting 0\n"));
	assert_int_equal(daemon_get(d, "/", body, sizeof body), 404);
	assert_int_equal(daemon_get(d, "/../etc/passwd", body, sizeof body), 404);
}

static void forwarded(void *arg, const struct http_result *result)
{
	*(long *)arg = result->status;
}

static bool is_answered(void *arg)
{
	return *(long *)arg != 0;
}

static void what_a_proxy_passes_on_is_not_from_this_machine(void **state)
{
	static const char *const paths[] = {"/healthz", "/readyz", "/metrics"};
	struct daemon *d = *state;
	char url[128];

	daemon_start(d);
	for (size_t i = 0; i < 3; i++) {
		struct http_call call = {.method = "GET",
			.url = url,
			.headers = {{"X-Forwarded-For", "203.0.113.7"}},
			.header_count = 1};
		long status = 0;

		snprintf(url, sizeof url, "%s%s", d->base, paths[i]);
		assert_int_equal(http_client_call(d->client, &call, forwarded, &status), OK);
		assert_true(loop_until(d->loop, is_answered, &status));
		assert_int_equal(status, 403);
	}
}

static void zalos_domain_check_is_answered_as_configured(void **state)
{
	struct daemon *d = *state;
	char body[4096];

	d->config.domain_check_meta = "AbC-123_x";
	d->config.domain_check_file = "zalo_verifierXyZ9.html";
	daemon_start(d);
	assert_int_equal(daemon_get(d, "/", body, sizeof body), 200);
	assert_non_null(strstr(body, "content=\"AbC-123_x\""));
	assert_int_equal(daemon_get(d, "/zalo_verifierXyZ9.html", body, sizeof body), 200);
	assert_non_null(strstr(body, "content=\"XyZ9\""));
	assert_int_equal(daemon_get(d, "/zalo_verifierOther.html", body, sizeof body), 404);
}

static void the_first_start_makes_its_own_knowledge(void **state)
{
	struct daemon *d = *state;

	assert_int_equal(unlink(d->config.knowledge_path), 0);
	daemon_start(d);
	assert_int_equal(access(d->config.knowledge_path, R_OK), 0);
	assert_int_equal(daemon_zalo(d, "u1", "m1", "xin chào"), 200);
	daemon_settle(d);
	assert_int_equal(d->platform.send_count, 1);
}

static void a_second_daemon_on_the_same_folder_is_refused_with_a_reason(void **state)
{
	struct daemon *d = *state;
	struct serve *second;
	struct why why = {""};

	daemon_start(d);
	assert_int_not_equal(serve_open(d->loop, &d->config, &second, &why), OK);
	assert_non_null(strstr(why.text, d->dir));
	assert_null(strchr(why.text, '\n'));
	assert_int_equal(daemon_zalo(d, "u1", "m1", "xin chào"), 200); /* the first is unharmed */
	daemon_settle(d);
}

static enum err forget_job(struct store_tx *tx, void *arg)
{
	const struct token token = {.state = TOKEN_GOOD, .refresh = "refresh-2"};

	(void)arg;
	return store_token_put(tx, "zalo", DAEMON_OA, &token, clock_now_ms());
}

static void token_forget(struct daemon *d)
{
	assert_int_equal(store_edit(d->config.state_path, forget_job, NULL, NULL), OK);
}

static void a_port_in_use_is_refused_with_a_reason(void **state)
{
	struct daemon *d = *state;
	struct serve *serve;
	struct why why = {""};

	d->config.listen = d->platform.base + strlen("http://");
	assert_int_not_equal(serve_open(d->loop, &d->config, &serve, &why), OK);
	assert_non_null(strstr(why.text, d->config.listen));
}

/* The loop turns while what had been opened is closed; a token renewed then is one more that can be lost. */
static void a_start_that_fails_begins_nothing_with_the_platform(void **state)
{
	struct daemon *d = *state;
	struct serve *serve;
	size_t calls;

	platform_send_answers(&d->platform, 503, "");
	daemon_start(d);
	assert_int_equal(daemon_zalo(d, "u1", "m1", "xin chào"), 200);
	daemon_until_sent(d, 1);
	assert_true(daemon_stop(d));
	token_forget(d); /* so that one has to be asked for */
	calls = d->platform.call_count;
	d->config.listen = d->platform.base + strlen("http://");
	assert_int_not_equal(serve_open(d->loop, &d->config, &serve, NULL), OK);
	assert_int_equal(d->platform.call_count, calls);
	d->config.listen = "127.0.0.1:0";
	daemon_start(d);
	daemon_settle(d);
	assert_int_equal(daemon_replies(d, OUTBOX_SENT), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_question_on_zalo_is_answered),
		TEST(a_question_on_facebook_is_answered),
		TEST(a_repeated_event_is_answered_once_even_across_a_restart),
		TEST(each_citizen_is_answered_in_the_order_of_asking),
		TEST(what_waits_at_a_stop_is_answered_after_the_start),
		TEST(a_stop_in_the_middle_of_a_send_loses_nothing),
		TEST(passing_errors_of_the_platform_end_in_one_delivery),
		TEST(an_echo_confirms_a_send_whose_answer_was_lost),
		TEST(a_full_disk_refuses_webhooks_and_loses_none),
		TEST(a_citizen_who_talks_with_staff_is_left_alone),
		TEST(an_event_that_comes_too_late_is_a_dead_letter_and_not_an_answer),
		TEST(an_operator_can_ask_how_it_is),
		TEST(what_a_proxy_passes_on_is_not_from_this_machine),
		TEST(zalos_domain_check_is_answered_as_configured),
		TEST(the_first_start_makes_its_own_knowledge),
		TEST(a_second_daemon_on_the_same_folder_is_refused_with_a_reason),
		TEST(a_port_in_use_is_refused_with_a_reason),
		TEST(a_start_that_fails_begins_nothing_with_the_platform),
	};

	fault_sqlite_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
