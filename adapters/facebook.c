/* facebook.c - Facebook Messenger: webhook events in, Send API calls out.
 *
 *   verify   HMAC-SHA256 of the raw bytes with the app's secret; the legacy SHA-1 header is ignored
 *   parse    facebook_events.c
 *   encode   one POST; the page token is in the URL, so the URL is a secret
 *   judge    errors are a member of the answer, whatever its status; how much is used up: facebook_usage.c
 *
 * Buttons with payloads only become quick replies. With a link or a telephone number among them they become a button
 * template, if the text is short enough for one; else links and numbers are lines of the text. */
#include "adapters/facebook.h"

#include "adapters/json.h"
#include "adapters/shared.h"
#include "adapters/sign.h"
#include "adapters/split.h"
#include "daemon/base/text.h"

#include <limits.h>
#include <sodium.h>
#include <string.h>

#define HOUR_MS (3600 * INT64_C(1000))
#define GRAPH_BASE "https://graph.facebook.com"
#define GRAPH_VERSION "v25.0"
#define TEXT_MAX 2000
#define TEMPLATE_TEXT_MAX 640
#define TEMPLATE_BUTTONS_MAX 3
#define QUICK_REPLIES_MAX 13
#define TITLE_MAX 20
#define PAYLOAD_MAX 1000
#define CALL_MAX (64 * 1024)

/* --- verify ------------------------------------------------------------------------------------------ */

static enum err facebook_verify(const struct accounts *accounts, const struct http_request *req,
	int64_t now_ms, const struct account **ret_account, struct why *why)
{
	unsigned char mac[SIGN_BYTES], expected[SIGN_BYTES];

	(void)now_ms; /* nothing in the signature is a time; repeated bodies are seen by their dedupe keys */
	if (!sign_read(http_header(req, "X-Hub-Signature-256"), "sha256=", mac))
		return why_set(
			why, ERR_SIGNATURE, "could not verify webhook of facebook: no X-Hub-Signature-256");
	for (size_t i = 0; i < accounts->count; i++) {
		const struct account *account = &accounts->items[i];

		if (account->adapter != &adapter_facebook || !account->app_secret)
			continue;
		sign_hmac(account->app_secret, req->body, expected);
		if (sign_equal(expected, mac)) {
			*ret_account = account;
			return OK;
		}
	}
	return why_set(why, ERR_SIGNATURE, "could not verify webhook of facebook: wrong app secret");
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The decoded value of one query parameter; NULL when absent or without memory. */
static const char *query_value(struct arena *a, const char *query, const char *name)
{
	size_t len = strlen(name), at = 0;
	char *value;

	while (strncmp(query, name, len) != 0 || query[len] != '=') {
		query = strchr(query, '&');
		if (!query++)
			return NULL;
	}
	query += len + 1;
	value = arena_copy(a, query, strcspn(query, "&"));
	for (const char *p = value; p && *p; p++) {
		if (*p == '%' && hex_digit(p[1]) >= 0 && hex_digit(p[2]) >= 0) {
			value[at++] = (char)(hex_digit(p[1]) * 16 + hex_digit(p[2]));
			p += 2;
		} else {
			value[at++] = *p == '+' ? ' ' : *p;
		}
	}
	if (value)
		value[at] = '\0';
	return value;
}

static bool same_secret(const char *a, const char *b)
{
	size_t len = strlen(a);

	return len == strlen(b) && sodium_memcmp(a, b, len) == 0;
}

static enum err facebook_greet(struct arena *a, const struct accounts *accounts,
	const struct http_request *req, const char **ret_body)
{
	const char *mode = query_value(a, req->query, "hub.mode");
	const char *token = query_value(a, req->query, "hub.verify_token");
	const char *challenge = query_value(a, req->query, "hub.challenge");

	if (!mode || strcmp(mode, "subscribe") != 0 || !token || !challenge)
		return ERR_PERMISSION;
	for (size_t i = 0; i < accounts->count; i++) {
		const struct account *account = &accounts->items[i];

		if (account->adapter == &adapter_facebook && account->verify_token &&
			*account->verify_token && same_secret(account->verify_token, token)) {
			*ret_body = challenge;
			return OK;
		}
	}
	return ERR_PERMISSION;
}

/* --- split and encode -------------------------------------------------------------------------------- */

static enum err facebook_split(
	struct arena *a, const struct account *account, const struct reply *reply, struct parts *ret_parts)
{
	return split_reply(a, reply, adapter_text_limit(account, TEXT_MAX), ret_parts);
}

enum shape { SHAPE_TEXT, SHAPE_QUICK_REPLIES, SHAPE_TEMPLATE };

static enum shape shape_of(const struct account *account, const struct part *part, enum part_form form)
{
	bool payloads_only = true;

	if (form == FORM_PLAIN || account->buttons == BUTTONS_OFF || part->button_count == 0 || !*part->text)
		return SHAPE_TEXT;
	for (size_t i = 0; i < part->button_count; i++) {
		const struct button *button = &part->buttons[i];

		payloads_only &= button->kind == BUTTON_PAYLOAD;
		if (button->kind == BUTTON_PAYLOAD && strlen(button->value) > PAYLOAD_MAX)
			return SHAPE_TEXT;
		if (button->kind == BUTTON_URL && strncmp(button->value, "https://", 8) != 0)
			return SHAPE_TEXT;
	}
	if (!payloads_only && part->button_count <= TEMPLATE_BUTTONS_MAX &&
		text_utf16_len(part->text, strlen(part->text)) <= TEMPLATE_TEXT_MAX)
		return SHAPE_TEMPLATE;
	return SHAPE_QUICK_REPLIES;
}

static void write_title(struct arena *a, struct buf *b, const struct button *button)
{
	const char *title = adapter_title(a, button->title, TITLE_MAX);

	b->failed |= !title;
	buf_add_string(b, "\"title\":");
	json_quote(b, title ? title : "");
}

static void write_template_button(struct arena *a, struct buf *b, const struct button *button)
{
	static const char *const types[] = {
		[BUTTON_PAYLOAD] = "postback", [BUTTON_URL] = "web_url", [BUTTON_PHONE] = "phone_number"};

	buf_printf(b, "{\"type\":\"%s\",", types[button->kind]);
	write_title(a, b, button);
	buf_add_string(b, button->kind == BUTTON_URL ? ",\"url\":" : ",\"payload\":");
	if (button->kind == BUTTON_PHONE)
		adapter_quote_phone(b, button->value, "+");
	else
		json_quote(b, button->value);
	buf_add_string(b, "}");
}

static void write_template(struct arena *a, struct buf *b, const struct part *part)
{
	buf_add_string(b,
		"\"attachment\":{\"type\":\"template\",\"payload\":{\"template_type\":\"button\",\"text\":");
	json_quote(b, part->text);
	buf_add_string(b, ",\"buttons\":[");
	for (size_t i = 0; i < part->button_count; i++) {
		buf_add_string(b, i ? "," : "");
		write_template_button(a, b, &part->buttons[i]);
	}
	buf_add_string(b, "]}}");
}

/* The text, links and telephones as lines behind it, payloads as quick replies. */
static void write_quick_replies(struct arena *a, struct buf *b, const struct part *part)
{
	struct buf text;
	const char *comma = "";

	buf_init(&text, CALL_MAX);
	buf_add_string(&text, part->text);
	for (size_t i = 0; i < part->button_count; i++)
		if (part->buttons[i].kind != BUTTON_PAYLOAD)
			buf_printf(&text, "\n%s: %s", part->buttons[i].title, part->buttons[i].value);
	b->failed |= text.failed;
	buf_add_string(b, "\"text\":");
	json_quote(b, buf_text(&text));
	buf_release(&text);
	for (size_t i = 0; i < part->button_count; i++) {
		if (part->buttons[i].kind != BUTTON_PAYLOAD)
			continue;
		buf_printf(b, "%s{\"content_type\":\"text\",", *comma ? comma : ",\"quick_replies\":[");
		write_title(a, b, &part->buttons[i]);
		buf_add_string(b, ",\"payload\":");
		json_quote(b, part->buttons[i].value);
		buf_add_string(b, "}");
		comma = ",";
	}
	buf_add_string(b, *comma ? "]" : "");
}

static enum err write_message(struct arena *a, struct buf *b, const struct part *part, enum shape shape)
{
	const char *text;
	enum err err;

	switch (shape) {
	case SHAPE_TEMPLATE: write_template(a, b, part); return OK;
	case SHAPE_QUICK_REPLIES: write_quick_replies(a, b, part); return OK;
	case SHAPE_TEXT: break;
	}
	err = split_menu_text(a, part, &text);
	if (err != OK)
		return err;
	buf_add_string(b, "\"text\":");
	json_quote(b, text);
	return OK;
}

static enum err write_body(struct arena *a, const struct recipient *to, const struct part *part,
	enum shape shape, const char *ref, struct bytes *ret_body)
{
	struct buf b;
	enum err err;

	buf_init(&b, CALL_MAX);
	buf_add_string(&b, "{\"recipient\":{\"id\":");
	json_quote(&b, to->user);
	buf_add_string(&b, "},\"messaging_type\":\"RESPONSE\",\"message\":{");
	err = write_message(a, &b, part, shape);
	if (err != OK) {
		buf_release(&b);
		return err;
	}
	if (ref) {
		buf_add_string(&b, ",\"metadata\":");
		json_quote(&b, ref);
	}
	buf_add_string(&b, "}}");
	return adapter_body(a, &b, ret_body);
}

static void add_escaped(struct buf *b, const char *s)
{
	for (; *s; s++) {
		if ((*s >= '0' && *s <= '9') || ((*s | 0x20) >= 'a' && (*s | 0x20) <= 'z') ||
			strchr("-._~", *s))
			buf_add(b, s, 1);
		else
			buf_printf(b, "%%%02X", (unsigned char)*s);
	}
}

static const char *url_of(struct arena *a, const struct account *account, const char *access_token)
{
	struct buf b;
	char proof[SIGN_HEX], *url = NULL;

	buf_init(&b, CALL_MAX);
	buf_printf(&b, "%s/%s/", account->graph_base ? account->graph_base : GRAPH_BASE,
		account->graph_version ? account->graph_version : GRAPH_VERSION);
	add_escaped(&b, account->id ? account->id : "me");
	buf_add_string(&b, "/messages?access_token=");
	add_escaped(&b, access_token);
	if (account->appsecret_proof && account->app_secret) {
		sign_proof(account->app_secret, access_token, proof);
		buf_printf(&b, "&appsecret_proof=%s", proof);
	}
	if (!b.failed)
		url = arena_copy(a, buf_text(&b), b.len);
	buf_release(&b);
	return url;
}

static enum err facebook_encode(struct arena *a, const struct account *account, const struct recipient *to,
	const struct part *part, enum part_form form, const char *access_token, const char *ref,
	struct http_call *ret_call)
{
	struct http_call call = {.method = "POST"};
	enum err err = write_body(a, to, part, shape_of(account, part, form), ref, &call.body);

	if (err != OK)
		return err;
	call.url = url_of(a, account, access_token);
	if (!call.url)
		return ERR_NOMEM;
	call.headers[call.header_count++] = (struct http_header){"Content-Type", "application/json"};
	facebook_usage_wanted(&call);
	*ret_call = call;
	return OK;
}

/* --- judge ------------------------------------------------------------------------------------------- */

static const struct adapter_error errors[] = {
	{1, 0, VERDICT_LATER, 0, 4, 0}, {2, 0, VERDICT_LATER, 0, 4, 0}, {1200, 0, VERDICT_LATER, 0, 4, 0},
	{4, 0, VERDICT_SLOW_DOWN, 0, 5, 0}, {17, 0, VERDICT_SLOW_DOWN, 0, 5, 0},
	{32, 0, VERDICT_SLOW_DOWN, 0, 5, 0}, {613, 0, VERDICT_SLOW_DOWN, 0, 5, 0},
	{80006, 0, VERDICT_SLOW_DOWN, 0, 5, 0}, {10, 2018278, VERDICT_DEAD, OUTSIDE, 0, 0},
	{10, 2018065, VERDICT_DEAD, OUTSIDE, 0, 0}, {10, 2018108, VERDICT_DEAD, OUTSIDE, 0, 0},
	{100, 2018001, VERDICT_DEAD, UNREACHABLE, 0, 0}, /* no such user for this page */
	{100, 2018109, VERDICT_DEAD, 0, 0, 0},           /* attachment too large */
	{100, 0, VERDICT_PLAIN, 0, 0, 0},                /* parameter wrong */
	{190, 0, VERDICT_DEAD, ALARM | STOP, 0,
		0}, /* token invalid or expired; only an administrator renews it */
	{200, 1545041, VERDICT_DEAD, UNREACHABLE, 0, 0}, /* blocked, deactivated */
	{551, 0, VERDICT_DEAD, UNREACHABLE, 0, 0},
	{368, 0, VERDICT_DEAD, ALARM | STOP, 0, 0}, /* blocked for policy */
	{10303, 0, VERDICT_DEAD, 0, 0, 0},          /* account linking */
	/* the rest (10, 200, 230 …) is a permission that an operator has to get */
};

static void judge_error(const cJSON *error, struct verdict *v)
{
	const cJSON *trace = json_get(error, "fbtrace_id");
	long code = json_long(error, "code", LONG_MIN);

	adapter_judge(errors, sizeof errors / sizeof *errors, code == LONG_MIN ? -1 : code,
		json_long(error, "error_subcode", 0), v);
	adapter_words(v, cJSON_GetStringValue(json_get(error, "message")));
	if (v->alarm && cJSON_IsString(trace)) {
		adapter_words(v, " fbtrace_id ");
		adapter_words(v, trace->valuestring);
	}
}

static void facebook_judge(struct arena *a, const struct http_result *result, struct verdict *ret_verdict)
{
	struct verdict v = {.wait_ms = result->retry_after_ms};
	enum err err; /* a message id lost for want of memory is only a receipt not matched */
	const cJSON *error;
	cJSON *root = NULL;

	if (result->end == HTTP_ANSWERED && json_parse(result->body, &root) != OK)
		root = NULL;
	error = json_get(root, "error");
	if (cJSON_IsObject(error)) { /* also with status 200 */
		judge_error(error, &v);
	} else if (root && result->status >= 200 && result->status < 300 && json_get(root, "message_id")) {
		v.class = VERDICT_SENT;
		v.message_id = json_id(a, root, "message_id", &err);
	} else {
		adapter_judge_transport(result, &v);
	}
	cJSON_Delete(root);
	facebook_usage(result, &v);
	*ret_verdict = v;
}

const struct adapter adapter_facebook = {
	.name = "facebook",
	.title = "Facebook",
	.buttons_max = QUICK_REPLIES_MAX,
	.window_ms = 24 * HOUR_MS,
	.answer_max_age_ms = HOUR_MS / 4,
	.verify = facebook_verify,
	.greet = facebook_greet,
	.parse = facebook_parse,
	.split = facebook_split,
	.encode = facebook_encode,
	.judge = facebook_judge,
};
