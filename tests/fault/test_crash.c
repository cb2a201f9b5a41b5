/* The real daemon is killed again and again while citizens write and the platforms have a bad day. Afterwards every event
 * that was acknowledged has ended once: in a reply that was delivered once, or in a dead letter that a person can see.
 *
 * Each citizen writes one message, so that what reached whom tells which event it answers. CRASH_EVENTS, CRASH_KILLS and
 * CRASH_SEED change the size (make crash) and what happens when. */
#include "daemon/base/clock.h"
#include "daemon/sandbox/sandbox.h"
#include "knowledge/import.h"
#include "tests/support/platform.h"
#include "tests/support/program.h"

#include <cjson/cJSON.h>
#include <setjmp.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OA "579745863508352884"
#define PAGE "104857600000001"
#define POSTS_MAX 64   /* messages on their way to the sandbox at a time */
#define LIFE_MS 900    /* the daemon lives up to this long after a start */
#define DRAIN_MS 90000 /* everything has ended this long after the last kill */

static const struct sandbox_account accounts[] = {
	{.channel = "zalo",
		.id = OA,
		.app_id = "1234567890123456789",
		.app_secret = "app-secret",
		.oa_secret = "oa-secret",
		.refresh_token = "first"},
	{.channel = "facebook",
		.id = PAGE,
		.app_id = "208857600000002",
		.app_secret = "fb-secret",
		.page_token = "page-token",
		.verify_token = "verify-me"},
};

/* What a bad day looks like; none of these may stop an account for good. */
static const struct {
	const char *name;
	double probability;
} bad_day[] = {
	{"lost", 0.03},
	{"truncated", 0.02},
	{"silent", 0.01},
	{"no_answer", 0.01},
	{"reset", 0.03},
	{"html502", 0.03},
	{"rate_limit", 0.02},
	{"temporary", 0.03},
	{"token_expired", 0.01},
	{"buttons_refused", 0.005},
	{"drip", 0.01},
	{"oauth_502", 0.1},
	{"duplicate", 0.05},
	{"reversed", 0.02},
};

struct crash {
	struct program program;
	struct loop *loop;
	struct sandbox *sandbox;
	struct http_client *client;
	char base[64]; /* of the sandbox */
	sqlite3 *db;   /* what the sandbox saw, and the daemon's tables beside it */
	size_t events, kills;
	size_t posted, taken; /* messages given to the sandbox, and taken by it */
	uint64_t random;
	char *answer; /* of the last fetch */
	bool fetched, closed;
};

static uint32_t random_below(struct crash *c, uint32_t bound)
{
	c->random = c->random * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(c->random >> 33) % bound;
}

static size_t number_from(const char *name, size_t fallback)
{
	const char *text = getenv(name);

	return text && *text ? (size_t)strtoull(text, NULL, 10) : fallback;
}

/* --- The daemon ------------------------------------------------------------------------------------- */

static void configure(struct crash *c)
{
	const struct program *p = &c->program;
	char text[4096];

	program_write(p, "zalo-app.secret", "app-secret");
	program_write(p, "zalo-oa.secret", "oa-secret");
	program_write(p, "zalo.refresh", "first");
	program_write(p, "fb-app.secret", "fb-secret");
	program_write(p, "fb-verify.secret", "verify-me");
	program_write(p, "fb-page.secret", "page-token");
	snprintf(text, sizeof text,
		"[daemon]\ndata_dir = .\nlisten = 127.0.0.1:%u\nlog_level = warning\n"
		"[outbox]\nper_second_max = 2000\ntimeout = 1s\nunknown_wait = 2s\n"
		"[zalo demo]\noa_id = " OA
		"\napp_id = 1234567890123456789\napp_secret_file = zalo-app.secret\n"
		"oa_secret_file = zalo-oa.secret\nrefresh_token_file = zalo.refresh\n"
		"api_base = %s\noauth_base = %s\n"
		"[facebook demo]\npage_id = " PAGE
		"\napp_id = 208857600000002\napp_secret_file = fb-app.secret\n"
		"verify_token_file = fb-verify.secret\npage_token_file = fb-page.secret\ngraph_base = %s\n",
		p->port, c->base, c->base, c->base);
	program_write(p, "motcua.conf", text);
}

static void knowledge_make(struct crash *c)
{
	const char *files[] = {"tests/golden/knowledge.jsonl"};
	char database[128];
	struct import_options o = {.database = database, .author = "test", .now_ms = clock_now_ms()};
	struct import_counts counts;
	struct why why = {""};

	snprintf(database, sizeof database, "%s/knowledge.db", c->program.folder);
	if (import_files(&o, files, 1, &counts, &why) != OK)
		fail_msg("%s", why.text);
}

static void start(struct crash *c)
{
	char conf[128];

	snprintf(conf, sizeof conf, "%s/motcua.conf", c->program.folder);
	program_start(&c->program, (const char *const[]){"serve", "-c", conf, NULL});
}

/* --- The sandbox ------------------------------------------------------------------------------------ */

static void sandbox_make(struct crash *c)
{
	char webhooks[64];
	struct sandbox_options o = {.listen = "127.0.0.1:0",
		.webhook_base = webhooks,
		.accounts = accounts,
		.account_count = 2,
		.time_scale = 100,
		.seed = (uint32_t)c->random};
	struct why why = {""};

	snprintf(webhooks, sizeof webhooks, "http://127.0.0.1:%u", c->program.port);
	if (sandbox_open(c->loop, &o, &c->sandbox, &why) != OK)
		fail_msg("%s", why.text);
	snprintf(c->base, sizeof c->base, "http://%s", sandbox_address(c->sandbox));
	for (size_t i = 0; i < sizeof bad_day / sizeof *bad_day; i++)
		assert_int_equal(sandbox_fault(c->sandbox, bad_day[i].name, bad_day[i].probability), OK);
}

static void call(struct crash *c, const char *method, const char *path, const char *body,
	void (*done_cb)(void *arg, const struct http_result *result))
{
	char url[192];
	struct http_call call = {.method = method, .url = url, .timeout_ms = 20000};

	snprintf(url, sizeof url, "%s%s", c->base, path);
	if (body) {
		call.body = (struct bytes){body, strlen(body)};
		call.headers[call.header_count++] = (struct http_header){"Content-Type", "application/json"};
	}
	assert_int_equal(http_client_call(c->client, &call, done_cb, c), OK);
}

static void fetched(void *arg, const struct http_result *result)
{
	struct crash *c = arg;

	c->fetched = true;
	assert_int_equal(result->status, 200);
	c->answer = strdup(result->body.ptr);
}

static bool is_fetched(void *arg)
{
	return ((struct crash *)arg)->fetched;
}

/* The answer, to be deleted. */
static cJSON *fetch(struct crash *c, const char *method, const char *path, const char *body)
{
	cJSON *json;

	c->fetched = false;
	call(c, method, path, body, fetched);
	assert_true(loop_until(c->loop, is_fetched, c));
	json = cJSON_Parse(c->answer);
	free(c->answer);
	assert_non_null(json);
	return json;
}

/* A platform that met a dead daemon too often gives the message up and switches the webhook off, until an operator sees it. */
static void webhooks_on(struct crash *c)
{
	cJSON_Delete(fetch(c, "POST", "/control/webhook", "{\"channel\":\"zalo\",\"on\":true}"));
	cJSON_Delete(fetch(c, "POST", "/control/webhook", "{\"channel\":\"facebook\",\"on\":true}"));
}

static double number_of(const cJSON *json, const char *name)
{
	return cJSON_GetNumberValue(cJSON_GetObjectItem(json, name));
}

/* --- Citizens --------------------------------------------------------------------------------------- */

static void message_taken(void *arg, const struct http_result *result)
{
	struct crash *c = arg;

	assert_int_equal(result->status, 200);
	c->taken++;
}

static void citizen_writes(struct crash *c)
{
	static const char *const texts[] = {"xin chào", "nuôi chim bồ câu", "nuôi ong cần giấy tờ gì",
		"phí nuôi chim bồ câu bao nhiêu", "gặp cán bộ", "abc xyz", "cảm ơn", "hồ sơ tới đâu rồi"};
	size_t n = c->posted++;
	char body[512];

	snprintf(body, sizeof body, "{\"channel\":\"%s\",\"user\":\"%zu\",\"text\":\"%s\"}",
		n % 2 ? "zalo" : "facebook", 1000000 + n, texts[n / 2 % (sizeof texts / sizeof *texts)]);
	call(c, "POST", "/api/send", body, message_taken);
}

/* Citizens write up to the n-th message, until the time is over. */
static void citizens_write(struct crash *c, size_t upto, int64_t ms)
{
	int64_t end_us = clock_monotonic_us() + ms * 1000;

	do {
		if (c->posted < upto && c->posted - c->taken < POSTS_MAX)
			citizen_writes(c);
		loop_for_ms(c->loop, 1);
	} while (clock_monotonic_us() < end_us);
}

/* --- What came of it -------------------------------------------------------------------------------- */

static int64_t sql(struct crash *c, const char *text)
{
	sqlite3_stmt *stmt;
	int64_t n;

	if (sqlite3_prepare_v2(c->db, text, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", text, sqlite3_errmsg(c->db));
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	n = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return n;
}

static void tables_open(struct crash *c)
{
	char text[256];

	assert_int_equal(sqlite3_open(":memory:", &c->db), SQLITE_OK);
	sqlite3_busy_timeout(c->db, 5000);
	snprintf(text, sizeof text, "ATTACH '%s/state.db' AS state", c->program.folder);
	assert_int_equal(sqlite3_exec(c->db, text, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(c->db,
			"CREATE TABLE said (channel, user, by, state, id, text);"
			"CREATE INDEX said_by_id ON said (id); CREATE INDEX said_by_user ON said (user);",
			NULL, NULL, NULL),
		SQLITE_OK);
}

static void said_insert(sqlite3_stmt *insert, const cJSON *message)
{
	static const char *const columns[] = {"channel", "user", "by", "state", "id", "text"};

	sqlite3_reset(insert);
	for (int i = 0; i < 6; i++)
		sqlite3_bind_text(insert, i + 1,
			cJSON_GetStringValue(cJSON_GetObjectItem(message, columns[i])), -1, SQLITE_TRANSIENT);
	assert_int_equal(sqlite3_step(insert), SQLITE_DONE);
}

/* Everything that was said on the platforms, into the table said. */
static void said_read(struct crash *c)
{
	sqlite3_stmt *insert;
	uint64_t since = 0, next = 0;

	assert_int_equal(
		sqlite3_prepare_v2(c->db, "INSERT INTO said VALUES (?,?,?,?,?,?)", -1, &insert, NULL),
		SQLITE_OK);
	do {
		char path[64];
		const cJSON *message;
		cJSON *page;

		since = next;
		snprintf(path, sizeof path, "/api/messages?since=%llu", (unsigned long long)since);
		page = fetch(c, "GET", path, NULL);
		cJSON_ArrayForEach(message, cJSON_GetObjectItem(page, "messages"))
			said_insert(insert, message);
		next = (uint64_t)number_of(page, "next");
		cJSON_Delete(page);
	} while (next > since);
	sqlite3_finalize(insert);
}

static bool webhooks_wait(struct crash *c)
{
	cJSON *json = fetch(c, "GET", "/api/accounts", NULL);
	const cJSON *account;
	double pending = 0;

	cJSON_ArrayForEach(account, cJSON_GetObjectItem(json, "accounts")) pending +=
		number_of(account, "pending");
	cJSON_Delete(json);
	return pending > 0;
}

static bool rows_wait(struct crash *c)
{
	return sql(c, "SELECT (SELECT count(*) FROM event WHERE settled_ms IS NULL) +"
		      "(SELECT count(*) FROM outbox WHERE state IN ('due', 'sending', 'unknown'))") > 0;
}

/* What stays open, for whoever has to find out why. */
static void open_rows_show(struct crash *c)
{
	sqlite3_stmt *stmt;

	assert_int_equal(
		sqlite3_prepare_v2(c->db,
			"SELECT channel, state, coalesce(reason, ''), max(attempts), count(*) FROM outbox "
			"WHERE "
			"state IN ('due', 'sending', 'unknown') GROUP BY 1, 2, 3 UNION ALL "
			"SELECT channel, 'token ' || state, coalesce(reason, ''), generation, 1 FROM token",
			-1, &stmt, NULL),
		SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		fprintf(stderr, "%d %s %s attempts=%d \"%s\"\n", sqlite3_column_int(stmt, 4),
			(const char *)sqlite3_column_text(stmt, 0),
			(const char *)sqlite3_column_text(stmt, 1), sqlite3_column_int(stmt, 3),
			(const char *)sqlite3_column_text(stmt, 2));
	sqlite3_finalize(stmt);
}

/* A kill between the platform's new pair of tokens and its commit loses the account until an administrator consents anew
 * (token.h): here is the administrator. */
static void consent_if_needed(struct crash *c)
{
	cJSON *json;

	if (sql(c, "SELECT count(*) FROM token WHERE state = 'consent_needed'") == 0)
		return;
	json = fetch(c, "POST", "/control/token", "{\"channel\":\"zalo\",\"consent\":true}");
	program_write(&c->program, "zalo.refresh",
		cJSON_GetStringValue(cJSON_GetObjectItem(json, "refresh_token")));
	cJSON_Delete(json);
	program_stop(&c->program); /* on a busy machine it may not end in time; what it left is taken up */
	start(c);
}

static void drain(struct crash *c)
{
	int64_t end_us = clock_monotonic_us() + DRAIN_MS * 1000;

	while (c->taken < c->events || webhooks_wait(c) || rows_wait(c)) {
		if (!program_runs(&c->program) || clock_monotonic_us() > end_us) {
			program_show_log(&c->program, 4000);
			open_rows_show(c);
			fail_msg("%s: %zu of %zu taken, %d events wait, %d replies are open",
				program_runs(&c->program) ? "not done in time" : "the daemon ended by itself",
				c->taken, c->events,
				(int)sql(c, "SELECT count(*) FROM event WHERE settled_ms IS NULL"),
				(int)sql(c, "SELECT count(*) FROM outbox WHERE state IN "
					    "('due','sending','unknown')"));
		}
		consent_if_needed(c);
		citizens_write(c, c->events, 100);
	}
}

/* Rows that break a promise, by the promise; each statement counts them. */
static const struct {
	const char *promise, *broken;
} promises[] = {
	{"every message was acknowledged, or given up by the platform",
		"SELECT count(*) FROM said WHERE by = 'citizen' AND state NOT IN ('acked', 'given_up')"},
	{"what was acknowledged is an event",
		"SELECT count(*) FROM said WHERE by = 'citizen' AND state = 'acked' AND NOT EXISTS "
		"(SELECT 1 FROM event WHERE msg_id = said.id AND event.channel = said.channel AND kind = "
		"'text')"},
	{"once, also when it was delivered twice",
		"SELECT count(*) FROM (SELECT 1 FROM event WHERE kind = 'text' GROUP BY channel, msg_id "
		"HAVING count(*) > 1)"},
	{"every event had its turn and has one reply",
		"SELECT count(*) FROM event WHERE kind = 'text' AND (settled_ms IS NULL OR "
		"(SELECT count(*) FROM outbox WHERE event_id = event.id) <> 1)"},
	{"every reply was sent or is a dead letter with a reason",
		"SELECT count(*) FROM outbox WHERE state NOT IN ('sent', 'dead') OR "
		"(state = 'sent' AND part_next <> part_count) OR (state = 'dead' AND coalesce(reason, '') = "
		"'')"},
	{"what counts as sent reached the citizen",
		"SELECT count(*) FROM outbox WHERE part_next > (SELECT count(*) FROM said WHERE by = 'bot' "
		"AND "
		"said.user = outbox.user AND said.channel = outbox.channel)"},
	{"nothing reached a citizen but what was sent, and at most the part a dead letter ended with",
		"SELECT count(*) FROM outbox WHERE part_next + (state = 'dead') < (SELECT count(*) FROM said "
		"WHERE by = 'bot' AND said.user = outbox.user AND said.channel = outbox.channel)"},
	{"nothing reached a citizen twice", "SELECT count(*) FROM (SELECT 1 FROM said WHERE by = 'bot' GROUP "
					    "BY channel, user, text HAVING "
					    "count(*) > 1)"},
};

static void promises_hold(struct crash *c)
{
	int broken = 0;

	for (size_t i = 0; i < sizeof promises / sizeof *promises; i++) {
		int64_t n = sql(c, promises[i].broken);

		if (n > 0)
			fprintf(stderr, "broken %d times: %s\n", (int)n, promises[i].promise);
		broken += n > 0;
	}
	assert_int_equal(broken, 0);
}

static void nothing_acknowledged_is_lost_or_said_twice_however_often_the_daemon_is_killed(void **state)
{
	struct crash *c = *state;
	int64_t given_up, sent;

	cJSON_Delete(fetch(c, "POST", "/control/settings", "{\"rate_per_minute\":0}"));
	for (size_t kill = 0; kill < c->kills; kill++) {
		webhooks_on(c);
		start(c);
		citizens_write(c, c->events * (kill + 1) / (c->kills + 1), 1 + random_below(c, LIFE_MS));
		if (!program_runs(&c->program)) {
			program_show_log(&c->program, 4000);
			fail_msg("the daemon ended by itself before kill %zu", kill + 1);
		}
		program_kill(&c->program);
	}
	webhooks_on(c);
	start(c);
	citizens_write(c, c->events, 1000);
	tables_open(c);
	drain(c);
	assert_int_equal(program_stop(&c->program), 0);
	said_read(c);
	promises_hold(c);
	given_up = sql(c, "SELECT count(*) FROM said WHERE by = 'citizen' AND state = 'given_up'");
	sent = sql(c, "SELECT count(*) FROM outbox WHERE state = 'sent'");
	print_message(
		"%zu messages, %zu kills: %d replies sent, %d dead letters, %d given up by the platforms\n",
		c->events, c->kills, (int)sent,
		(int)sql(c, "SELECT count(*) FROM outbox WHERE state = 'dead'"), (int)given_up);
	assert_true(sent > (int64_t)c->events * 3 / 4);
	assert_true(given_up < (int64_t)c->events / 20);
}

/* --- Set-up ----------------------------------------------------------------------------------------- */

static int set_up(void **state)
{
	struct crash *c = calloc(1, sizeof *c);
	struct why why = {""};

	*state = c;
	c->events = number_from("CRASH_EVENTS", 1500);
	c->kills = number_from("CRASH_KILLS", 24);
	c->random = number_from("CRASH_SEED", 20261121);
	if (sodium_init() < 0 || loop_open(&c->loop, &why) != OK ||
		http_client_open(
			c->loop, &(struct http_client_options){.timeout_ms = 20000}, &c->client, &why) != OK)
		return -1;
	program_open(&c->program);
	sandbox_make(c);
	configure(c);
	knowledge_make(c);
	return 0;
}

static void sandbox_closed(void *arg)
{
	((struct crash *)arg)->closed = true;
}

static bool is_closed(void *arg)
{
	return ((struct crash *)arg)->closed;
}

static int tear_down(void **state)
{
	struct crash *c = *state;

	sqlite3_close(c->db);
	program_close(&c->program);
	sandbox_close(c->sandbox, sandbox_closed, c);
	loop_until(c->loop, is_closed, c);
	http_client_close(c->client);
	loop_close(c->loop);
	free(c);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			nothing_acknowledged_is_lost_or_said_twice_however_often_the_daemon_is_killed, set_up,
			tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
