#include "daemon/outbox/grant.h"

#include "daemon/base/buf.h"

#include <cjson/cJSON.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORM_MAX ((size_t)16 * 1024)
#define LIFE_DEFAULT_MS (25 * 60 * 60 * 1000LL)
#define LIFE_MIN_MS (60 * 1000LL)
#define ERROR_TOO_MANY (-32)

static void form_add(struct buf *b, const char *name, const char *value)
{
	buf_printf(b, "%s%s=", b->len ? "&" : "", name);
	for (; *value; value++)
		if (isalnum((unsigned char)*value) || strchr("-._~", *value))
			buf_add(b, value, 1);
		else
			buf_printf(b, "%%%02X", (unsigned char)*value);
}

enum err grant_encode(
	struct arena *a, const struct account *account, const char *refresh_token, struct http_call *ret_call)
{
	struct http_call call = {.method = "POST", .header_count = 2};
	struct buf form;

	buf_init(&form, FORM_MAX);
	form_add(&form, "app_id", account->app_id);
	form_add(&form, "grant_type", "refresh_token");
	form_add(&form, "refresh_token", refresh_token);
	call.url = arena_printf(a, "%s/v4/oa/access_token", account->oauth_base);
	call.headers[0] = (struct http_header){"secret_key", account->app_secret};
	call.headers[1] = (struct http_header){"Content-Type", "application/x-www-form-urlencoded"};
	call.body = (struct bytes){form.failed ? NULL : arena_copy(a, form.ptr, form.len), form.len};
	buf_release(&form);
	if (!call.url || !call.body.ptr)
		return ERR_NOMEM;
	*ret_call = call;
	return OK;
}

/* Zalo writes numbers as numbers or as strings. */
static int64_t number_of(const cJSON *item, int64_t otherwise)
{
	if (cJSON_IsNumber(item))
		return item->valueint; /* cJSON keeps it within an int */
	return cJSON_IsString(item) && *item->valuestring ? strtoll(item->valuestring, NULL, 10) : otherwise;
}

static int64_t life_of(const cJSON *json)
{
	int64_t seconds =
		number_of(cJSON_GetObjectItemCaseSensitive(json, "expires_in"), LIFE_DEFAULT_MS / 1000);

	return seconds > LIFE_MIN_MS / 1000 && seconds < INT32_MAX ? seconds * 1000 : LIFE_MIN_MS;
}

static void judge_json(struct arena *a, const cJSON *json, long status, struct grant *g)
{
	const cJSON *access = cJSON_GetObjectItemCaseSensitive(json, "access_token");
	const cJSON *refresh = cJSON_GetObjectItemCaseSensitive(json, "refresh_token");
	const cJSON *name = cJSON_GetObjectItemCaseSensitive(json, "error_name");
	int64_t error = number_of(cJSON_GetObjectItemCaseSensitive(json, "error"), 0);

	if (cJSON_IsString(access) && *access->valuestring) {
		g->access = arena_string(a, access->valuestring);
		g->refresh = cJSON_IsString(refresh) && *refresh->valuestring
				     ? arena_string(a, refresh->valuestring)
				     : NULL;
		g->life_ms = life_of(json);
		/* Out of memory between the platform and the disk: the refresh token is spent, say so. */
		g->end = g->access && (g->refresh || !cJSON_IsString(refresh)) ? GRANT_GIVEN : GRANT_LOST;
		return;
	}
	g->end = error == 0 || error == ERROR_TOO_MANY ? GRANT_LATER : GRANT_REFUSED;
	snprintf(g->words, sizeof g->words, "HTTP %ld, error %lld: %.100s", status, (long long)error,
		cJSON_IsString(name) ? name->valuestring : "no token in the answer");
}

void grant_judge(struct arena *a, const struct http_result *result, struct grant *ret_grant)
{
	cJSON *json;

	*ret_grant = (struct grant){.end = result->end == HTTP_NOT_SENT ? GRANT_LATER : GRANT_LOST};
	if (result->end != HTTP_ANSWERED) {
		snprintf(ret_grant->words, sizeof ret_grant->words, "%s", result->reason);
		return;
	}
	json = cJSON_ParseWithLength(result->body.ptr ? result->body.ptr : "", result->body.len);
	if (cJSON_IsObject(json) && result->status < 500) {
		judge_json(a, json, result->status, ret_grant);
	} else {
		snprintf(ret_grant->words, sizeof ret_grant->words, "HTTP %ld without an answer in JSON",
			result->status);
		if (result->status >= 400 && result->status < 500)
			ret_grant->end =
				GRANT_LATER; /* a proxy's page; Zalo's 404 "empty api" to a wrong secret_key */
	}
	cJSON_Delete(json);
}
