/* The console in the running daemon: through the loop and back, beside the webhooks. */
#include "daemon/base/clock.h"
#include "daemon/store/store_staff.h"
#include "tests/support/daemon.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <sodium.h>

#define TOKEN "a-token-that-only-this-test-knows"

struct office {
	struct daemon d;
	char uploads[128], csrf[64], answer[16384];
};

static enum err seat_job(struct store_tx *tx, void *arg)
{
	const struct staff staff = {.name = "lan",
		.display = "Lan",
		.password = "x",
		.roles = "operator,editor",
		.created_ms = 1};
	struct session session = {
		.created_ms = *(int64_t *)arg, .last_ms = *(int64_t *)arg, .staff.name = "lan"};
	enum err err = store_staff_add(tx, &staff);

	crypto_generichash(session.hash, sizeof session.hash, (const uint8_t *)TOKEN, strlen(TOKEN), NULL, 0);
	return err ? err : store_session_add(tx, &session);
}

static int up(void **state)
{
	struct office *o = calloc(1, sizeof *o);

	assert_non_null(o);
	assert_true(sodium_init() >= 0);
	daemon_open(&o->d);
	snprintf(o->uploads, sizeof o->uploads, "%s/uploads", o->d.dir);
	o->d.config.console_enabled = true;
	o->d.config.two_persons = true;
	o->d.config.uploads_dir = o->uploads;
	o->d.config.session_idle_ms = 1800000;
	o->d.config.session_absolute_ms = 43200000;
	daemon_start(&o->d);
	*state = o;
	return 0;
}

static int down(void **state)
{
	struct office *o = *state;

	if (o->d.serve)
		daemon_stop(&o->d);
	rmdir(o->uploads);
	daemon_close(&o->d);
	free(o);
	return 0;
}

struct asked {
	bool done;
	long status;
	char *body;
	size_t size;
};

static void answered(void *arg, const struct http_result *result)
{
	struct asked *a = arg;

	a->done = true;
	a->status = result->status;
	if (a->body)
		snprintf(a->body, a->size, "%.*s", (int)result->body.len,
			result->body.ptr ? result->body.ptr : "");
}

static bool is_done(void *arg)
{
	return ((struct asked *)arg)->done;
}

static void begin(struct office *o, struct http_client *client, const char *method, const char *path,
	const char *body, struct asked *asked)
{
	char url[256];
	struct http_call call = {.method = method,
		.url = url,
		.headers = {{"Cookie", "motcua_session=" TOKEN}, {"Content-Type", "application/json"},
			{"X-CSRF-Token", o->csrf}},
		.header_count = 3,
		.body = {body, body ? strlen(body) : 0}};

	snprintf(url, sizeof url, "%s/console%s", o->d.base, path);
	assert_int_equal(http_client_call(client, &call, answered, asked), OK);
}

static long ask(struct office *o, const char *method, const char *path, const char *body)
{
	struct asked asked = {.body = o->answer, .size = sizeof o->answer};

	begin(o, o->d.client, method, path, body, &asked);
	assert_true(loop_until(o->d.loop, is_done, &asked));
	return asked.status;
}

static void sit_down(struct office *o)
{
	int64_t now = clock_now_ms();
	struct why why = {""};
	cJSON *json;

	if (store_edit(o->d.config.state_path, seat_job, &now, &why) != OK)
		fail_msg("%s", why.text);
	assert_int_equal(ask(o, "GET", "/api/me", NULL), 200);
	json = cJSON_Parse(o->answer);
	snprintf(o->csrf, sizeof o->csrf, "%s", cJSON_GetStringValue(cJSON_GetObjectItem(json, "csrf")));
	cJSON_Delete(json);
}

static void pages_and_api_are_served_beside_the_webhooks(void **state)
{
	struct office *o = *state;

	assert_int_equal(ask(o, "GET", "/", NULL), 200);
	assert_non_null(strstr(o->answer, "<html"));
	assert_int_equal(ask(o, "GET", "/api/me", NULL), 401);
	sit_down(o);
	assert_int_equal(ask(o, "GET", "/api/home", NULL), 200);
	assert_int_equal(daemon_zalo(&o->d, "u1", "m1", "lệ phí nuôi chim bồ câu"), 200);
	daemon_until_sent(&o->d, 1);
}

static enum err dead_job(struct store_tx *tx, void *arg)
{
	struct part part = {.text = "Lệ phí: 10.000 đồng"};
	struct outbox_row row = {.channel = "zalo",
		.account = DAEMON_OA,
		.user = "u9",
		.parts = {&part, 1},
		.created_ms = 1,
		.due_ms = 1,
		.expires_ms = 1};
	enum err err = store_outbox_add(tx, &row, arg);

	return err ? err : store_outbox_dead(tx, *(int64_t *)arg, "too late", 1);
}

static void reply_sent_again_by_staff_goes_out(void **state)
{
	struct office *o = *state;
	struct why why = {""};
	char path[64];
	int64_t id;

	sit_down(o);
	assert_int_equal(store_edit(o->d.config.state_path, dead_job, &id, &why), OK);
	snprintf(path, sizeof path, "/api/outbox/%lld/retry", (long long)id);
	assert_int_equal(ask(o, "POST", path, "{}"), 200);
	daemon_until_sent(&o->d, 1);
	daemon_settle(&o->d);
	assert_int_equal(daemon_replies(&o->d, OUTBOX_SENT), 1);
	assert_int_equal(ask(o, "POST", path, "{}"), 409);
}

enum { FLOOD = 150 };

struct flood {
	struct asked asked[FLOOD];
};

static size_t over(const struct flood *f, long status)
{
	size_t count = 0;

	for (size_t i = 0; i < FLOOD; i++)
		count += f->asked[i].done && (!status || f->asked[i].status == status);
	return count;
}

static bool is_over(void *arg)
{
	return over(arg, 0) == FLOOD;
}

static void flood_of_sign_ins_leaves_webhooks_alone(void **state)
{
	struct office *o = *state;
	static struct flood flood;
	struct http_client *client;

	assert_int_equal(
		http_client_open(o->d.loop,
			&(struct http_client_options){.connections_per_host = FLOOD, .timeout_ms = 60000},
			&client, NULL),
		OK);
	memset(&flood, 0, sizeof flood);
	for (size_t i = 0; i < FLOOD; i++)
		begin(o, client, "POST", "/api/sign-in", "{\"name\":\"lan\",\"password\":\"not that one\"}",
			&flood.asked[i]);
	assert_int_equal(daemon_zalo(&o->d, "u1", "m1", "lệ phí nuôi chim bồ câu"), 200);
	assert_true(over(&flood, 401) < 20); /* it did not wait for them */
	assert_true(loop_until(o->d.loop, is_over, &flood));
	assert_true(over(&flood, 503) > 0); /* the queue has an end */
	assert_int_equal(over(&flood, 401) + over(&flood, 429) + over(&flood, 503), FLOOD);
	http_client_close(client);
	daemon_until_sent(&o->d, 1);
}

static void who_rehearses_beside_others_waits_and_keeps_nobody_waiting(void **state)
{
	struct office *o = *state;
	static struct asked slow[6];
	size_t still = 0;

	sit_down(o);
	memset(slow, 0, sizeof slow);
	for (size_t i = 0; i < sizeof slow / sizeof *slow; i++)
		begin(o, o->d.client, "GET", "/api/duplicates", NULL, &slow[i]);
	assert_int_equal(ask(o, "GET", "/api/me", NULL), 200);
	for (size_t i = 0; i < sizeof slow / sizeof *slow; i++)
		still += !slow[i].done;
	for (size_t i = 0; i < sizeof slow / sizeof *slow; i++) {
		assert_true(loop_until(o->d.loop, is_done, &slow[i]));
		assert_int_equal(slow[i].status, 200);
	}
	print_message("%zu waited meanwhile\n", still);
}

static void stopping_waits_for_what_a_page_is_told(void **state)
{
	struct office *o = *state;
	struct asked asked = {0};

	begin(o, o->d.client, "POST", "/api/sign-in", "{\"name\":\"lan\",\"password\":\"not that one\"}",
		&asked);
	loop_for_ms(o->d.loop, 100);
	assert_true(daemon_stop(&o->d));
	assert_true(loop_until(o->d.loop, is_done, &asked));
	assert_int_equal(asked.status, 401);
}

static void console_switched_off_is_not_there(void **state)
{
	struct office *o = *state;

	assert_true(daemon_stop(&o->d));
	o->d.config.console_enabled = false;
	daemon_start(&o->d);
	assert_int_equal(ask(o, "GET", "/", NULL), 404);
	assert_int_equal(ask(o, "GET", "/api/me", NULL), 404);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)
	const struct CMUnitTest tests[] = {
		TEST(pages_and_api_are_served_beside_the_webhooks),
		TEST(reply_sent_again_by_staff_goes_out),
		TEST(flood_of_sign_ins_leaves_webhooks_alone),
		TEST(who_rehearses_beside_others_waits_and_keeps_nobody_waiting),
		TEST(stopping_waits_for_what_a_page_is_told),
		TEST(console_switched_off_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
