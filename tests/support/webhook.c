#include "tests/support/webhook.h"

#include "tests/support/platform.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

void webhook_sign_zalo(
	struct webhook_post *p, const char *app_id, const char *timestamp, const char *oa_secret)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof hash + 1];
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	for (const char *const *part = (const char *const[]){app_id, p->body, timestamp, oa_secret, NULL};
		*part; part++)
		crypto_hash_sha256_update(&state, (const unsigned char *)*part, strlen(*part));
	crypto_hash_sha256_final(&state, hash);
	sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
	snprintf(p->header, sizeof p->header, "mac=%s", hex);
}

void webhook_sign_facebook(struct webhook_post *p, const char *app_secret)
{
	unsigned char hash[crypto_auth_hmacsha256_BYTES];
	char hex[2 * sizeof hash + 1];
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, (const unsigned char *)app_secret, strlen(app_secret));
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)p->body, strlen(p->body));
	crypto_auth_hmacsha256_final(&state, hash);
	sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
	snprintf(p->header, sizeof p->header, "sha256=%s", hex);
}

void webhook_zalo_text(struct webhook_post *p, const char *app_id, const char *oa_secret, const char *oa,
	const char *user, const char *msg_id, int64_t time_ms, const char *text)
{
	char timestamp[24];

	snprintf(timestamp, sizeof timestamp, "%" PRId64, time_ms);
	p->path = "/webhook/zalo";
	snprintf(p->body, sizeof p->body,
		"{\"app_id\":\"%s\",\"user_id_by_app\":\"9\",\"event_name\":\"user_send_text\",\"timestamp\":"
		"\"%s\","
		"\"sender\":{\"id\":\"%s\"},\"recipient\":{\"id\":\"%s\"},\"message\":{\"msg_id\":\"%s\","
		"\"text\":\"%s\"}}",
		app_id, timestamp, user, oa, msg_id, text);
	webhook_sign_zalo(p, app_id, timestamp, oa_secret);
}

void webhook_facebook_text(struct webhook_post *p, const char *app_secret, const char *page, const char *user,
	const char *mid, int64_t time_ms, const char *text)
{
	p->path = "/webhook/facebook";
	snprintf(p->body, sizeof p->body,
		"{\"object\":\"page\",\"entry\":[{\"id\":\"%s\",\"time\":%" PRId64
		",\"messaging\":[{\"sender\":{\"id\":\"%s\"},"
		"\"recipient\":{\"id\":\"%s\"},\"timestamp\":%" PRId64
		",\"message\":{\"mid\":\"%s\",\"text\":\"%s\"}}]}]}",
		page, time_ms, user, page, time_ms, mid, text);
	webhook_sign_facebook(p, app_secret);
}

static void answered(void *arg, const struct http_result *result)
{
	struct webhook_post *p = arg;

	p->status = result->end == HTTP_ANSWERED ? result->status : 0;
	snprintf(p->answer, sizeof p->answer, "%.*s", (int)result->body.len,
		result->body.ptr ? result->body.ptr : "");
	p->done = true;
}

void webhook_begin(struct webhook_post *p, struct http_client *client, const char *base)
{
	bool zalo = strcmp(p->path, "/webhook/zalo") == 0;
	struct http_call call = {.method = "POST", .header_count = 1, .body = {p->body, strlen(p->body)}};
	char url[256];

	snprintf(url, sizeof url, "%s%s", base, p->path);
	call.url = url;
	call.headers[0] = (struct http_header){"Content-Type", "application/json"};
	if (p->header[0])
		call.headers[call.header_count++] =
			(struct http_header){zalo ? "X-ZEvent-Signature" : "X-Hub-Signature-256", p->header};
	p->done = false;
	p->status = 0;
	if (http_client_call(client, &call, answered, p) != OK)
		p->done = true;
}

static bool is_done(void *arg)
{
	return ((struct webhook_post *)arg)->done;
}

long webhook_send(struct webhook_post *p, struct loop *loop, struct http_client *client, const char *base)
{
	webhook_begin(p, client, base);
	return loop_until(loop, is_done, p) ? p->status : 0;
}
