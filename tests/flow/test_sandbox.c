/* The sandbox against the platforms' rules: a daemon of a few lines receives its webhooks, a client calls its APIs.
 * Hashes are worked out here once more, not with the sandbox's code. */
#include "daemon/base/buf.h"
#include "daemon/base/clock.h"
#include "daemon/sandbox/sandbox.h"

#include <cjson/cJSON.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { PATIENCE = 40000, HOOKS_MAX = 400 };

#define OA "579745863508352884"
#define APP "1234567890123456789"
#define PAGE "104857600000001"
#define TEXT_FOR(id, text) "{\"recipient\":{\"user_id\":\"" id "\"},\"message\":{\"text\":\"" text "\"}}"
#define GRAPH_FOR(id, text)                                                                                  \
	"{\"messaging_type\":\"RESPONSE\",\"recipient\":{\"id\":\"" id "\"},\"message\":{\"text\":\"" text   \
	"\"}}"

struct hook { /* a webhook as the daemon got it */
	char *body;
	char signature[160], retry[8];
	bool zalo;
	unsigned api_done; /* calls of the bench that had ended when it came */
};

struct bench {
	struct loop *loop;
	struct sandbox *sandbox;
	struct http_server *daemon;
	struct http_client *client;
	char base[64];
	struct hook hooks[HOOKS_MAX];
	size_t hook_count;
	unsigned refuse; /* answer the next n webhooks with 500 */
	unsigned done;
	enum http_end end;
	long status;
	cJSON *json; /* answer of the last call, NULL when it was none */
	struct buf text;
	char access[512], refresh[512];
	bool closed;
};

/* --- The daemon --- */

static void hook_came(void *arg, const struct http_request *req, struct http_exchange *x)
{
	struct bench *b = arg;
	struct hook *h = &b->hooks[b->hook_count];
	const char *zalo = http_header(req, "X-ZEvent-Signature"),
		   *graph = http_header(req, "X-Hub-Signature-256");
	const char *retry = http_header(req, "num_retry");

	assert_in_range(b->hook_count, 0, HOOKS_MAX - 1);
	*h = (struct hook){
		.body = strndup(req->body.ptr ? req->body.ptr : "", req->body.len), .api_done = b->done};
	h->zalo = strcmp(req->path, "/webhook/zalo") == 0;
	snprintf(h->signature, sizeof h->signature, "%s", zalo ? zalo : graph ? graph : "");
	snprintf(h->retry, sizeof h->retry, "%s", retry ? retry : "");
	b->hook_count++;
	http_answer_text(x, b->refuse > 0 ? 500 : 200, "ok");
	b->refuse -= b->refuse > 0;
}

static void hooks_forget(struct bench *b)
{
	while (b->hook_count > 0)
		free(b->hooks[--b->hook_count].body);
}

/* --- The bench --- */

static void turn(struct bench *b)
{
	loop_run_once(b->loop);
	nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
}

static int bench_open(void **state)
{
	static const struct sandbox_account accounts[] = {
		{.channel = "zalo",
			.id = OA,
			.app_id = APP,
			.app_secret = "app-secret",
			.oa_secret = "oa-secret",
			.refresh_token = "first"},
		{.channel = "facebook",
			.id = PAGE,
			.app_id = "263902037430901",
			.app_secret = "fb-secret",
			.page_token = "PT",
			.verify_token = "v"},
	};
	static struct http_route routes[2];
	struct bench *b = calloc(1, sizeof *b);
	char webhook_base[64];
	struct why why = {""};

	*state = b;
	buf_init(&b->text, 4 << 20);
	routes[0] = (struct http_route){NULL, "/webhook/*", hook_came, b, 0, 0};
	if (sodium_init() < 0 || loop_open(&b->loop, &why) != OK ||
		http_server_open(b->loop,
			&(struct http_server_options){.listen = "127.0.0.1:0", .routes = routes}, &b->daemon,
			&why) != OK ||
		http_client_open(
			b->loop, &(struct http_client_options){.timeout_ms = 1500}, &b->client, &why) != OK)
		return -1;
	snprintf(webhook_base, sizeof webhook_base, "http://%s", http_server_address(b->daemon));
	if (sandbox_open(b->loop,
		    &(struct sandbox_options){.listen = "127.0.0.1:0",
			    .webhook_base = webhook_base,
			    .accounts = accounts,
			    .account_count = 2,
			    .time_scale = 10000,
			    .seed = 7},
		    &b->sandbox, &why) != OK)
		return -1;
	snprintf(b->base, sizeof b->base, "http://%s", sandbox_address(b->sandbox));
	return 0;
}

static void closed(void *arg)
{
	*(bool *)arg = true;
}

static void wait_closed(struct bench *b)
{
	for (int i = 0; i < PATIENCE && !b->closed; i++)
		turn(b);
	assert_true(b->closed);
	b->closed = false;
}

static int bench_close(void **state)
{
	struct bench *b = *state;

	clock_set(0);
	http_client_close(b->client);
	sandbox_close(b->sandbox, closed, &b->closed);
	wait_closed(b);
	http_server_close(b->daemon, 0, closed, &b->closed);
	wait_closed(b);
	loop_close(b->loop);
	hooks_forget(b);
	cJSON_Delete(b->json);
	buf_release(&b->text);
	free(b);
	return 0;
}

static void called(void *arg, const struct http_result *result)
{
	struct bench *b = arg;

	b->done++;
	b->end = result->end;
	b->status = result->status;
	cJSON_Delete(b->json);
	b->json = cJSON_ParseWithLength(result->body.ptr ? result->body.ptr : "", result->body.len);
	buf_clear(&b->text);
	buf_add(&b->text, result->body.ptr, result->body.len);
}

static void call(struct bench *b, const char *method, const char *path, const char *header, const char *value,
	const char *type, const char *body)
{
	char url[1024];
	struct http_call call = {.method = method, .url = url, .body = {body, strlen(body)}};
	unsigned before = b->done;

	snprintf(url, sizeof url, "%s%s", b->base, path);
	call.headers[call.header_count++] = (struct http_header){"Content-Type", type};
	if (header)
		call.headers[call.header_count++] = (struct http_header){header, value};
	assert_int_equal(http_client_call(b->client, &call, called, b), OK);
	for (int i = 0; i < PATIENCE && b->done == before; i++)
		turn(b);
	assert_int_equal(b->done, before + 1);
}

static void post(struct bench *b, const char *path, const char *body)
{
	call(b, "POST", path, NULL, NULL, "application/json", body);
	if (b->status != 200)
		fail_msg("%s %s: %s", path, body, buf_text(&b->text));
}

static void get(struct bench *b, const char *path)
{
	call(b, "GET", path, NULL, NULL, "application/json", "");
	assert_int_equal(b->status, 200);
}

static void say(struct bench *b, const char *channel, const char *user, const char *kind, const char *text)
{
	char body[512];

	snprintf(body, sizeof body, "{\"channel\":\"%s\",\"user\":\"%s\",\"kind\":\"%s\",\"text\":\"%s\"}",
		channel, user, kind, text);
	post(b, "/api/send", body);
}

static void wait_hooks(struct bench *b, size_t count)
{
	for (int i = 0; i < PATIENCE && b->hook_count < count; i++)
		turn(b);
	for (int i = 0; i < 100; i++) /* one too many would come now */
		turn(b);
	assert_int_equal(b->hook_count, count);
}

static const char *text_of(const cJSON *json, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(json, name));

	return text ? text : "";
}

static double number_of(const cJSON *json, const char *name)
{
	const cJSON *item = cJSON_GetObjectItem(json, name);

	return cJSON_IsNumber(item) ? item->valuedouble : -1;
}

static void token_renew(struct bench *b, const char *refresh)
{
	char form[1024];

	snprintf(form, sizeof form, "app_id=" APP "&grant_type=refresh_token&refresh_token=%s", refresh);
	call(b, "POST", "/v4/oa/access_token", "secret_key", "app-secret",
		"application/x-www-form-urlencoded", form);
	if (*text_of(b->json, "access_token")) {
		snprintf(b->access, sizeof b->access, "%s", text_of(b->json, "access_token"));
		snprintf(b->refresh, sizeof b->refresh, "%s", text_of(b->json, "refresh_token"));
	}
}

static int zalo_send(struct bench *b, const char *path, const char *body)
{
	call(b, "POST", path, "access_token", b->access, "application/json", body);
	return b->json ? (int)number_of(b->json, "error") : 1;
}

#define CS "/v3.0/oa/message/cs"
#define ME "/v25.0/me/messages?access_token=PT"

static int graph_send(struct bench *b, const char *path, const char *body)
{
	const cJSON *error;

	call(b, "POST", path, NULL, NULL, "application/json", body);
	error = cJSON_GetObjectItem(b->json, "error");
	return !b->json ? 1 : error ? (int)number_of(error, "code") : 0;
}

static int subcode(const struct bench *b)
{
	return (int)number_of(cJSON_GetObjectItem(b->json, "error"), "error_subcode");
}

/* A Zalo citizen who wrote, and a token to answer with. */
static void zalo_ready(struct bench *b)
{
	token_renew(b, "first");
	post(b, "/control/settings", "{\"receipts\":false,\"echo\":\"off\"}");
	say(b, "zalo", "U1", "text", "xin chào");
	wait_hooks(b, 1);
	hooks_forget(b);
}

static void graph_ready(struct bench *b)
{
	post(b, "/control/settings", "{\"receipts\":false,\"echo\":\"off\"}");
	say(b, "facebook", "F1", "text", "xin chào");
	wait_hooks(b, 1);
	hooks_forget(b);
}

/* --- Webhooks --- */

static void zalo_webhook_is_signed_over_its_bytes(void **state)
{
	struct bench *b = *state;
	unsigned char hash[32];
	char data[4096], hex[65], want[80];
	cJSON *event;

	say(b, "zalo", "U1", "text", "Thủ tục cấp căn cước?");
	wait_hooks(b, 1);
	event = cJSON_Parse(b->hooks[0].body);
	assert_string_equal(text_of(event, "event_name"), "user_send_text");
	assert_string_equal(text_of(cJSON_GetObjectItem(event, "sender"), "id"), "U1");
	assert_string_equal(text_of(cJSON_GetObjectItem(event, "recipient"), "id"), OA);
	assert_string_equal(text_of(cJSON_GetObjectItem(event, "message"), "text"), "Thủ tục cấp căn cước?");
	assert_int_equal(strlen(text_of(event, "timestamp")), 13);
	snprintf(data, sizeof data, "%s%s%s%s", APP, b->hooks[0].body, text_of(event, "timestamp"),
		"oa-secret");
	crypto_hash_sha256(hash, (unsigned char *)data, strlen(data));
	sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
	snprintf(want, sizeof want, "mac=%s", hex);
	assert_string_equal(b->hooks[0].signature, want);
	assert_string_equal(b->hooks[0].retry, "");
	cJSON_Delete(event);
}

static void graph_webhook_is_escaped_and_signed(void **state)
{
	struct bench *b = *state;
	crypto_auth_hmacsha256_state hmac;
	unsigned char hash[32];
	char hex[65], want[80];

	say(b, "facebook", "F1", "text", "được <b>/@ 😀");
	wait_hooks(b, 1);
	assert_non_null(strstr(
		b->hooks[0].body, "\"text\":\"\\u0111\\u01b0\\u1ee3c \\u003Cb>\\/\\u0040 \\ud83d\\ude00\""));
	crypto_auth_hmacsha256_init(&hmac, (const unsigned char *)"fb-secret", 9);
	crypto_auth_hmacsha256_update(&hmac, (unsigned char *)b->hooks[0].body, strlen(b->hooks[0].body));
	crypto_auth_hmacsha256_final(&hmac, hash);
	sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
	snprintf(want, sizeof want, "sha256=%s", hex);
	assert_string_equal(b->hooks[0].signature, want);
}

static void every_kind_of_event_is_delivered(void **state)
{
	static const char *const kinds[] = {
		"text", "sticker", "image", "location", "follow", "staff", "anonymous", "unfollow"};
	static const char *const names[] = {"\"user_send_text\"", "\"user_send_sticker\"",
		"\"user_send_image\"", "\"user_send_location\"", "\"follow\"", "\"admin_id\"",
		"\"conversation_id\"", "\"unfollow\""};
	static const char *const members[] = {"\"text\"", "\"sticker_id\":369239263222822", "\"image\"",
		"\"lat\"", "\"GET_STARTED\"", "\"app_id\":263902037430900,"};
	struct bench *b = *state;

	for (size_t i = 0; i < 8; i++) {
		say(b, "zalo", "U1", kinds[i], "x");
		wait_hooks(b, i + 1);
		assert_non_null(strstr(b->hooks[i].body, names[i]));
	}
	hooks_forget(b);
	for (size_t i = 0; i < 6; i++) {
		say(b, "facebook", "F1", kinds[i], "x");
		wait_hooks(b, i + 1);
		assert_non_null(strstr(b->hooks[i].body, members[i]));
	}
	post(b, "/api/send",
		"{\"channel\":\"facebook\",\"user\":\"F1\",\"kind\":\"payload\",\"text\":\"Lệ "
		"phí\",\"payload\":\"#f\"}");
	wait_hooks(b, 7);
	assert_non_null(strstr(b->hooks[6].body, "\"postback\""));
	post(b, "/api/send",
		"{\"channel\":\"facebook\",\"user\":\"F1\",\"kind\":\"payload\",\"text\":\"a\",\"payload\":"
		"\"#f\",\"quick_reply\":true}");
	wait_hooks(b, 8);
	assert_non_null(strstr(b->hooks[7].body, "\"quick_reply\":{\"payload\":\"#f\"}"));
	post(b, "/api/send",
		"{\"channel\":\"zalo\",\"user\":\"U1\",\"kind\":\"payload\",\"text\":\"Lệ "
		"phí\",\"payload\":\"#f\"}");
	wait_hooks(b, 9);
	assert_non_null(strstr(b->hooks[8].body, "\"text\":\"#f\"")); /* Zalo sends the payload as if typed */
	call(b, "POST", "/api/send", NULL, NULL, "application/json",
		"{\"channel\":\"zalo\",\"user\":\"U1\",\"kind\":\"dance\"}");
	assert_int_equal(b->status, 400);
	call(b, "POST", "/api/send", NULL, NULL, "text/plain",
		"{\"channel\":\"zalo\",\"user\":\"U1\",\"text\":\"x\"}");
	assert_int_equal(b->status, 400); /* what a foreign web page could send */
}

static void refused_webhook_is_repeated_with_the_same_body(void **state)
{
	struct bench *b = *state;

	b->refuse = 2;
	say(b, "zalo", "U1", "text", "một");
	wait_hooks(b, 3);
	assert_string_equal(b->hooks[0].body, b->hooks[2].body);
	assert_string_equal(b->hooks[0].signature, b->hooks[2].signature);
	assert_string_equal(b->hooks[1].retry, "1");
	assert_string_equal(b->hooks[2].retry, "2");
	get(b, "/api/messages?channel=zalo&user=U1");
	assert_non_null(strstr(buf_text(&b->text), "\"state\":\"acked\",\"attempts\":3"));
}

static void webhook_is_switched_off_after_the_last_repetition(void **state)
{
	struct bench *b = *state;

	b->refuse = 100;
	say(b, "zalo", "U1", "text", "một");
	wait_hooks(b, 6);
	say(b, "zalo", "U1", "text", "hai");
	wait_hooks(b, 6);
	get(b, "/api/messages?channel=zalo&since=1");
	assert_non_null(strstr(buf_text(&b->text), "\"state\":\"given_up\""));
	b->refuse = 0;
	post(b, "/control/webhook", "{\"channel\":\"zalo\",\"on\":true}");
	say(b, "zalo", "U1", "text", "ba");
	wait_hooks(b, 7);
}

static void duplicate_and_reversed_deliveries_come_as_told(void **state)
{
	struct bench *b = *state;

	post(b, "/control/faults", "{\"duplicate\":{\"next\":1}}");
	say(b, "zalo", "U1", "text", "một");
	wait_hooks(b, 2);
	assert_string_equal(b->hooks[0].body, b->hooks[1].body);
	hooks_forget(b);
	post(b, "/control/faults", "{\"reversed\":{\"next\":1}}");
	say(b, "zalo", "U1", "text", "một");
	wait_hooks(b, 0);
	say(b, "zalo", "U1", "text", "hai");
	for (int i = 0; i < PATIENCE && b->hook_count < 2; i++)
		turn(b);
	assert_non_null(strstr(b->hooks[0].body, "hai"));
	assert_non_null(strstr(b->hooks[1].body, "một"));
}

static void saving_the_url_is_played(void **state)
{
	struct bench *b = *state;

	post(b, "/control/webhook", "{\"channel\":\"zalo\",\"greet\":true}");
	wait_hooks(b, 1);
	assert_string_equal(b->hooks[0].body, "{}");
	assert_string_equal(b->hooks[0].signature, "");
	post(b, "/control/webhook", "{\"channel\":\"facebook\",\"greet\":true}");
	wait_hooks(b, 2);
	post(b, "/api/raw", "{\"channel\":\"facebook\",\"event\":{\"object\":\"page\",\"entry\":[]}}");
	wait_hooks(b, 3);
	assert_string_equal(b->hooks[2].body, "{\"object\":\"page\",\"entry\":[]}");
}

/* --- Zalo --- */

static void zalo_refresh_token_works_once_and_ends_the_old_access_token(void **state)
{
	struct bench *b = *state;
	char old_access[512], old_refresh[512];

	call(b, "POST", "/v4/oa/access_token", NULL, NULL, "application/x-www-form-urlencoded",
		"app_id=" APP);
	assert_int_equal(b->status, 404);
	assert_string_equal(text_of(b->json, "message"), "empty api");
	token_renew(b, "first");
	assert_string_equal(text_of(b->json, "expires_in"), "90000");
	snprintf(old_access, sizeof old_access, "%s", b->access);
	snprintf(old_refresh, sizeof old_refresh, "%s", b->refresh);
	say(b, "zalo", "U1", "text", "x");
	assert_int_equal(zalo_send(b, CS, TEXT_FOR("U1", "a")), 0);
	token_renew(b, "first");
	assert_int_equal(number_of(b->json, "error"), -14014);
	token_renew(b, old_refresh);
	assert_string_not_equal(b->access, old_access);
	assert_int_equal(zalo_send(b, CS, TEXT_FOR("U1", "a")), 0);
	token_renew(b, old_refresh);
	assert_int_equal(number_of(b->json, "error"), -14014);
	snprintf(b->access, sizeof b->access, "%s", old_access);
	assert_int_equal(zalo_send(b, CS, TEXT_FOR("U1", "a")), -216);
}

static void zalo_tokens_end_by_age_and_on_demand(void **state)
{
	struct bench *b = *state;

	zalo_ready(b);
	clock_set(clock_now_ms());
	clock_advance(26 * 3600 * 1000ll);
	assert_int_equal(zalo_send(b, CS, TEXT_FOR("U1", "a")), -220);
	token_renew(b, b->refresh);
	assert_int_equal(zalo_send(b, CS, TEXT_FOR("U1", "a")), 0);
	post(b, "/control/token", "{\"channel\":\"zalo\",\"expire\":true}");
	assert_int_equal(zalo_send(b, CS, TEXT_FOR("U1", "a")), -220);
	token_renew(b, b->refresh);
	post(b, "/control/token", "{\"channel\":\"zalo\",\"revoke\":true}");
	assert_int_equal(zalo_send(b, CS, TEXT_FOR("U1", "a")), -216);
	call(b, "POST", CS, NULL, NULL, "application/json", TEXT_FOR("U1", "a"));
	assert_int_equal(number_of(b->json, "error"), -216);
}

static char *text_of_length(const char *start, size_t units, const char *end)
{
	char *text = calloc(1, strlen(start) + 3 * units + strlen(end) + 1), *at = stpcpy(text, start);

	for (size_t i = 0; i < units; i++)
		at = stpcpy(at, "ế"); /* one UTF-16 unit, three bytes */
	strcpy(at, end);
	return text;
}

static void zalo_limits_are_kept(void **state)
{
#define WITH(buttons)                                                                                        \
	"{\"recipient\":{\"user_id\":\"U1\"},\"message\":{\"text\":\"a\",\"attachment\":{\"type\":"          \
	"\"template\",\"payload\":"                                                                          \
	"{\"buttons\":[" buttons "]}}}}"
#define SHOW "{\"title\":\"t\",\"type\":\"oa.query.show\",\"payload\":\"#p\"}"
	static const struct {
		const char *body;
		int code;
	} bodies[] = {
		{TEXT_FOR("U1", "chào"), 0},
		{TEXT_FOR("nobody", "chào"), -213},
		{TEXT_FOR("U1", ""), -201},
		{"{\"recipient\":{},\"message\":{\"text\":\"a\"}}", -201},
		{"{\"recipient\":{\"user_id\":\"U1\"}}", -201},
		{"[]", -201},
		{"not json", -201},
		{WITH(SHOW), 0},
		{WITH(SHOW "," SHOW "," SHOW "," SHOW "," SHOW), 0},
		{WITH(SHOW "," SHOW "," SHOW "," SHOW "," SHOW "," SHOW), -201},
		{WITH(""), -201},
		{WITH("{\"title\":\"t\",\"type\":\"oa.open.url\",\"payload\":{\"url\":\"https://a.vn\"}}"),
			0},
		{WITH("{\"title\":\"t\",\"type\":\"oa.open.url\",\"payload\":\"https://a.vn\"}"), -201},
		{WITH("{\"title\":\"t\",\"type\":\"oa.open.phone\",\"payload\":{\"phone_code\":"
		      "\"8419001000\"}}"),
			0},
		{WITH("{\"title\":\"t\",\"type\":\"oa.dance\",\"payload\":\"x\"}"), -201},
		{WITH("{\"title\":\"\",\"type\":\"oa.query.show\",\"payload\":\"x\"}"), -201},
	};
	struct bench *b = *state;
	char *text;

	zalo_ready(b);
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
		if (zalo_send(b, CS, bodies[i].body) != bodies[i].code)
			fail_msg("%s: %s", bodies[i].body, buf_text(&b->text));
	text = text_of_length("{\"recipient\":{\"user_id\":\"U1\"},\"message\":{\"text\":\"", 2000, "\"}}");
	assert_int_equal(zalo_send(b, CS, text), 0);
	free(text);
	text = text_of_length("{\"recipient\":{\"user_id\":\"U1\"},\"message\":{\"text\":\"", 2001, "\"}}");
	assert_int_equal(zalo_send(b, CS, text), -210);
	free(text);
	assert_int_equal(zalo_send(b, "/v2.0/oa/message", TEXT_FOR("U1", "a")), -240);
}

static void zalo_windows_rates_and_visitors_are_kept(void **state)
{
	static const char anonymous[] = "{\"recipient\":{\"anonymous_id\":\"A1\",\"conversation_id\":\"%s\"},"
					"\"message\":{\"text\":\"a\"}}";
	struct bench *b = *state;
	char body[256];
	cJSON *event;

	zalo_ready(b);
	post(b, "/control/citizen", "{\"channel\":\"zalo\",\"user\":\"U1\",\"quiet_ms\":604700000}");
	assert_int_equal(zalo_send(b, CS, TEXT_FOR("U1", "a")), 0);
	post(b, "/control/citizen", "{\"channel\":\"zalo\",\"user\":\"U1\",\"quiet_ms\":604900000}");
	assert_int_equal(zalo_send(b, CS, TEXT_FOR("U1", "a")), -230);
	say(b, "zalo", "A1", "anonymous", "tôi là khách");
	wait_hooks(b, 1);
	event = cJSON_Parse(b->hooks[0].body);
	snprintf(body, sizeof body, anonymous,
		text_of(cJSON_GetObjectItem(event, "message"), "conversation_id"));
	assert_int_equal(zalo_send(b, "/v2.0/oa/message", body), 0);
	assert_int_equal(zalo_send(b, CS, body), -201);
	snprintf(body, sizeof body, anonymous, "other");
	assert_int_equal(zalo_send(b, "/v2.0/oa/message", body), -201);
	cJSON_Delete(event);
	say(b, "zalo", "U1", "text", "x");
	clock_set(clock_now_ms() + 60000); /* a fresh minute that does not end */
	post(b, "/control/settings", "{\"rate_per_minute\":2}");
	assert_int_equal(zalo_send(b, CS, TEXT_FOR("U1", "a")), 0);
	assert_int_equal(zalo_send(b, CS, TEXT_FOR("U1", "a")), 0);
	assert_int_equal(zalo_send(b, CS, TEXT_FOR("U1", "a")), -32);
}

static void zalo_echo_comes_after_or_before_the_answer_with_receipts(void **state)
{
	struct bench *b = *state;
	unsigned before;

	zalo_ready(b);
	post(b, "/control/settings", "{\"receipts\":true,\"echo\":\"after\"}");
	assert_int_equal(zalo_send(b, CS, TEXT_FOR("U1", "trả lời")), 0);
	wait_hooks(b, 3);
	for (int i = 0; i < 3; i++)
		assert_non_null(strstr(
			b->hooks[i].body, text_of(cJSON_GetObjectItem(b->json, "data"), "message_id")));
	hooks_forget(b);
	post(b, "/control/settings", "{\"receipts\":false,\"echo\":\"before\"}");
	before = b->done;
	assert_int_equal(zalo_send(b, CS, TEXT_FOR("U1", "trả lời")), 0);
	assert_int_equal(b->hook_count, 1);
	assert_int_equal(b->hooks[0].api_done, before);
	assert_non_null(strstr(b->hooks[0].body, "\"oa_send_text\""));
	assert_non_null(
		strstr(b->hooks[0].body, text_of(cJSON_GetObjectItem(b->json, "data"), "message_id")));
}

/* --- Messenger --- */

static void graph_limits_and_windows_are_kept(void **state)
{
#define FB(message) "{\"messaging_type\":\"RESPONSE\",\"recipient\":{\"id\":\"F1\"},\"message\":" message "}"
#define QR(title) "{\"content_type\":\"text\",\"title\":\"" title "\",\"payload\":\"p\"}"
#define FB_BUTTONS(buttons)                                                                                  \
	FB("{\"attachment\":{\"type\":\"template\",\"payload\":{\"template_type\":\"button\",\"text\":"      \
	   "\"a\",\"buttons\":[" buttons "]}}}")
#define POSTBACK "{\"type\":\"postback\",\"title\":\"t\",\"payload\":\"p\"}"
	static const struct {
		const char *body;
		int code;
	} bodies[] = {
		{FB("{\"text\":\"chào\",\"metadata\":\"12.0\"}"), 0},
		{FB("{\"text\":\"\"}"), 100},
		{FB("{}"), 100},
		{"{\"recipient\":{\"id\":\"F1\"},\"message\":{\"text\":\"a\"}}", 100},
		{"{\"messaging_type\":\"MESSAGE_TAG\",\"tag\":\"ACCOUNT_UPDATE\",\"recipient\":{\"id\":"
		 "\"F1\"},\"message\":{\"text\":\"a\"}}",
			100},
		{"{\"recipient\":{\"id\":\"F1\"},\"sender_action\":\"typing_on\"}", 0},
		{"not json", 100},
		{FB("{\"text\":\"a\",\"quick_replies\":[" QR("một") "]}"), 0},
		{FB("{\"text\":\"a\",\"quick_replies\":[{\"content_type\":\"text\",\"title\":\"t\"}]}"), 100},
		{FB_BUTTONS(POSTBACK "," POSTBACK "," POSTBACK), 0},
		{FB_BUTTONS(POSTBACK "," POSTBACK "," POSTBACK "," POSTBACK), 100},
		{FB_BUTTONS("{\"type\":\"web_url\",\"title\":\"t\",\"url\":\"https://a.vn\"}"), 0},
		{FB_BUTTONS("{\"type\":\"web_url\",\"title\":\"t\",\"url\":\"http://a.vn\"}"), 100},
		{FB_BUTTONS("{\"type\":\"phone_number\",\"title\":\"t\",\"payload\":\"+8419001000\"}"), 0},
		{FB_BUTTONS("{\"type\":\"postback\",\"title\":\"123456789012345678901\",\"payload\":\"p\"}"),
			100},
	};
	struct bench *b = *state;
	char *text;

	graph_ready(b);
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
		if (graph_send(b, ME, bodies[i].body) != bodies[i].code)
			fail_msg("%s: %s", bodies[i].body, buf_text(&b->text));
	text = text_of_length(
		"{\"messaging_type\":\"RESPONSE\",\"recipient\":{\"id\":\"F1\"},\"message\":{\"text\":\"",
		2001, "\"}}");
	assert_int_equal(graph_send(b, ME, text), 100);
	free(text);
	assert_int_equal(graph_send(b, "/v25.0/" PAGE "/messages?access_token=PT", GRAPH_FOR("F1", "a")), 0);
	assert_int_equal(graph_send(b, "/v25.0/99/messages?access_token=PT", GRAPH_FOR("F1", "a")), 100);
	assert_int_equal(graph_send(b, "/v25.0/me/messages?access_token=wrong", GRAPH_FOR("F1", "a")), 190);
	assert_int_equal(graph_send(b, "/v25.0/me/messages", GRAPH_FOR("F1", "a")), 190);
	assert_int_equal(graph_send(b, ME, GRAPH_FOR("nobody", "a")), 100);
	assert_int_equal(subcode(b), 2018001);
	post(b, "/control/citizen", "{\"channel\":\"facebook\",\"user\":\"F1\",\"quiet_ms\":86500000}");
	assert_int_equal(graph_send(b, ME, GRAPH_FOR("F1", "a")), 10);
	assert_int_equal(subcode(b), 2018278);
	say(b, "facebook", "F1", "unfollow", "");
	assert_int_equal(graph_send(b, ME, GRAPH_FOR("F1", "a")), 551);
}

static void graph_proof_is_checked(void **state)
{
	static const char bad[] = ME "&appsecret_proof=00";
	struct bench *b = *state;
	crypto_auth_hmacsha256_state hmac;
	unsigned char hash[32];
	char hex[65], path[256];

	graph_ready(b);
	assert_int_equal(graph_send(b, bad, GRAPH_FOR("F1", "a")), 100);
	crypto_auth_hmacsha256_init(&hmac, (const unsigned char *)"fb-secret", 9);
	crypto_auth_hmacsha256_update(&hmac, (const unsigned char *)"PT", 2);
	crypto_auth_hmacsha256_final(&hmac, hash);
	sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
	snprintf(path, sizeof path, "%s&appsecret_proof=%s", ME, hex);
	post(b, "/control/settings", "{\"proof_required\":true}");
	assert_int_equal(graph_send(b, path, GRAPH_FOR("F1", "a")), 0);
	assert_int_equal(graph_send(b, ME, GRAPH_FOR("F1", "a")), 100);
}

static void graph_echo_carries_metadata_and_app(void **state)
{
	struct bench *b = *state;

	graph_ready(b);
	post(b, "/control/settings", "{\"receipts\":true,\"echo\":\"after\"}");
	assert_int_equal(graph_send(b, ME, FB("{\"text\":\"a\",\"metadata\":\"12.0\"}")), 0);
	wait_hooks(b, 3);
	assert_non_null(strstr(
		b->hooks[0].body, "\"is_echo\":true,\"app_id\":263902037430901,\"metadata\":\"12.0\""));
	assert_non_null(strstr(b->hooks[1].body, "\"delivery\""));
	assert_non_null(strstr(b->hooks[2].body, "\"read\""));
}

/* --- Bad days --- */

static double delivered(struct bench *b)
{
	get(b, "/api/delivered");
	return number_of(b->json, "total");
}

static void faults_answer_and_deliver_as_named(void **state)
{
	static const struct {
		const char *name;
		enum http_end end;
		long status;
		int code; /* 1: no JSON came */
		int delivered;
	} days[] = {
		{"reset", HTTP_UNKNOWN, 0, 1, 0},
		{"no_answer", HTTP_UNKNOWN, 0, 1, 0},
		{"html502", HTTP_ANSWERED, 502, 1, 0},
		{"rate_limit", HTTP_ANSWERED, 200, -32, 0},
		{"token_invalid", HTTP_ANSWERED, 200, -216, 0},
		{"token_expired", HTTP_ANSWERED, 200, -220, 0},
		{"temporary", HTTP_ANSWERED, 200, -200, 0},
		{"unreachable", HTTP_ANSWERED, 200, -213, 0},
		{"lost", HTTP_UNKNOWN, 0, 1, 1},
		{"silent", HTTP_UNKNOWN, 0, 1, 1},
		{"slow", HTTP_ANSWERED, 200, 0, 1},
		{"truncated", HTTP_ANSWERED, 200, 1, 1},
		{"drip", HTTP_ANSWERED, 200, 0, 1},
	};
	struct bench *b = *state;
	double before = 0;

	zalo_ready(b);
	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		char body[128];

		snprintf(body, sizeof body, "{\"slow_ms\":50,\"%s\":{\"next\":1}}", days[i].name);
		post(b, "/control/faults", body);
		if (zalo_send(b, CS, TEXT_FOR("U1", "a")) != days[i].code || b->end != days[i].end ||
			(b->end == HTTP_ANSWERED && b->status != days[i].status))
			fail_msg("%s: end %d status %ld %s", days[i].name, b->end, b->status,
				buf_text(&b->text));
		assert_int_equal(delivered(b) - before, days[i].delivered);
		before += days[i].delivered;
	}
	assert_int_equal(zalo_send(b, CS, TEXT_FOR("U1", "a")), 0); /* next: 1 means one */
	post(b, "/control/faults", "{\"buttons_refused\":{\"next\":1}}");
	assert_int_equal(zalo_send(b, CS, TEXT_FOR("U1", "a")), 0); /* no buttons, no refusal */
	assert_int_equal(zalo_send(b, CS, WITH(SHOW)), -201);
	post(b, "/control/faults", "{\"type_refused\":{\"next\":1}}");
	assert_int_equal(zalo_send(b, CS, WITH(SHOW)), -233);
	call(b, "POST", "/control/faults", NULL, NULL, "application/json", "{\"lsot\":{\"next\":1}}");
	assert_int_equal(b->status, 400);
}

static void graph_faults_have_their_codes(void **state)
{
	static const struct {
		const char *name;
		int code, subcode;
	} days[] = {{"rate_limit", 613, -1}, {"token_invalid", 190, -1}, {"token_expired", 190, 463},
		{"temporary", 1200, -1}, {"unreachable", 551, 1545041}};
	struct bench *b = *state;

	graph_ready(b);
	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		char body[128];

		snprintf(body, sizeof body, "{\"%s\":{\"next\":1}}", days[i].name);
		post(b, "/control/faults", body);
		assert_int_equal(graph_send(b, ME, GRAPH_FOR("F1", "a")), days[i].code);
		assert_int_equal(subcode(b), days[i].subcode);
	}
}

static void lost_oauth_answer_has_used_the_token_up(void **state)
{
	struct bench *b = *state;

	post(b, "/control/faults", "{\"oauth_lost\":{\"next\":1}}");
	token_renew(b, "first");
	assert_int_equal(b->end, HTTP_UNKNOWN);
	token_renew(b, "first");
	assert_int_equal(number_of(b->json, "error"), -14014);
}

static void probabilities_are_kept_and_repeat_with_the_seed(void **state)
{
	enum { CALLS = 300 };
	struct bench *b = *state;
	double played;

	zalo_ready(b);
	post(b, "/control/faults", "{\"temporary\":{\"probability\":0.2}}");
	for (int i = 0; i < CALLS; i++)
		zalo_send(b, CS, TEXT_FOR("U1", "a"));
	get(b, "/control/faults");
	played = number_of(cJSON_GetObjectItem(b->json, "temporary"), "played");
	assert_in_range((int)played, CALLS / 10, CALLS * 3 / 10);
	assert_int_equal(delivered(b), CALLS - played);
}

static void what_reached_whom_can_be_counted(void **state)
{
	struct bench *b = *state;
	const cJSON *items;

	zalo_ready(b);
	say(b, "zalo", "U2", "text", "x");
	zalo_send(b, CS, TEXT_FOR("U1", "một"));
	zalo_send(b, CS, TEXT_FOR("U1", "một"));
	zalo_send(b, CS, TEXT_FOR("U1", "hai"));
	zalo_send(b, CS, TEXT_FOR("U2", "một"));
	assert_int_equal(delivered(b), 4);
	items = cJSON_GetObjectItem(b->json, "items");
	assert_int_equal(cJSON_GetArraySize(items), 3);
	for (int i = 0; i < 3; i++) {
		const cJSON *item = cJSON_GetArrayItem(items, i);
		bool twice = !strcmp(text_of(item, "user"), "U1") && !strcmp(text_of(item, "text"), "một");

		assert_int_equal(number_of(item, "count"), twice ? 2 : 1);
	}
	get(b, "/api/messages?channel=zalo&user=U1&since=0");
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(b->json, "messages")), 4);
	get(b, "/api/messages?channel=zalo&user=U2&since=3");
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(b->json, "messages")), 1);
	zalo_send(b, CS, WITH(SHOW));
	get(b, "/api/messages?user=U1&since=6");
	assert_non_null(strstr(
		buf_text(&b->text), "\"buttons\":[{\"kind\":\"payload\",\"title\":\"t\",\"value\":\"#p\"}]"));
}

static void page_is_served_with_its_files(void **state)
{
	static const char *const files[] = {"/", "/sandbox.css", "/sandbox.js"};
	static const char *const words[] = {"<html lang=\"vi\">", ".chat", "/api/messages"};
	struct bench *b = *state;

	for (int i = 0; i < 3; i++) {
		get(b, files[i]);
		assert_non_null(strstr(buf_text(&b->text), words[i]));
		assert_null(strstr(buf_text(&b->text), "https://")); /* nothing from elsewhere */
	}
	call(b, "GET", "/nothing", NULL, NULL, "text/plain", "");
	assert_int_equal(b->status, 404);
}

static void only_this_machine_may_use_it(void **state)
{
	struct bench *b = *state;
	struct sandbox *other = NULL;
	struct why why = {""};

	assert_int_equal(
		sandbox_open(b->loop, &(struct sandbox_options){.listen = "0.0.0.0:0", .webhook_base = ""},
			&other, &why),
		ERR_CONFIG);
	assert_non_null(strstr(why.text, "0.0.0.0:0"));
	assert_null(other);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_open, bench_close)
	const struct CMUnitTest tests[] = {
		TEST(zalo_webhook_is_signed_over_its_bytes),
		TEST(graph_webhook_is_escaped_and_signed),
		TEST(every_kind_of_event_is_delivered),
		TEST(refused_webhook_is_repeated_with_the_same_body),
		TEST(webhook_is_switched_off_after_the_last_repetition),
		TEST(duplicate_and_reversed_deliveries_come_as_told),
		TEST(saving_the_url_is_played),
		TEST(zalo_refresh_token_works_once_and_ends_the_old_access_token),
		TEST(zalo_tokens_end_by_age_and_on_demand),
		TEST(zalo_limits_are_kept),
		TEST(zalo_windows_rates_and_visitors_are_kept),
		TEST(zalo_echo_comes_after_or_before_the_answer_with_receipts),
		TEST(graph_limits_and_windows_are_kept),
		TEST(graph_proof_is_checked),
		TEST(graph_echo_carries_metadata_and_app),
		TEST(faults_answer_and_deliver_as_named),
		TEST(graph_faults_have_their_codes),
		TEST(lost_oauth_answer_has_used_the_token_up),
		TEST(probabilities_are_kept_and_repeat_with_the_seed),
		TEST(what_reached_whom_can_be_counted),
		TEST(page_is_served_with_its_files),
		TEST(only_this_machine_may_use_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
