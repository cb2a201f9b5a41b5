/* zalo.c - Zalo Official Account: webhook events in, consulting messages out.
 *
 *   verify   the MAC is a plain SHA-256 over app id, body, timestamp and OA secret; the timestamp is read from the raw
 *            text, so that nothing is allocated for a body nobody signed. No event name: a probe, signed or not
 *   parse    one event a body; who is the citizen follows from the configured OA ids, not from sender and recipient
 *   encode   one POST
 *   judge    errors come with HTTP 200
 *
 * Buttons are undocumented on consulting messages, though several products send them: BUTTONS_AUTO tries, and
 * VERDICT_PLAIN answers what Zalo says to a shape it refuses. A tap sends the payload as a message of the citizen's;
 * oa.query.hide keeps "#tt:1.004194" out of the chat, where oa.query.show would show it. */
#include "adapters/adapter.h"
#include "adapters/json.h"
#include "adapters/shared.h"
#include "adapters/sign.h"
#include "adapters/split.h"

#include <limits.h>
#include <sodium.h>
#include <string.h>

#define HOUR_MS (3600 * INT64_C(1000))
#define AGE_MAX_MS (26 * HOUR_MS) /* Zalo repeats for up to 24 h, with the first timestamp */
#define AHEAD_MAX_MS (10 * 60 * INT64_C(1000))
#define API_BASE "https://openapi.zalo.me"
#define PATH_CONSULTING "/v3.0/oa/message/cs"
#define PATH_ANONYMOUS "/v2.0/oa/message"
#define TEXT_MAX 2000
#define BUTTONS_MAX 5
#define TITLE_MAX 100
#define PAYLOAD_MAX 1000
#define CALL_MAX (64 * 1024)             /* bytes of a request body */
#define TEST_MSG_ID "This is message id" /* constant in the console's test events */

/* --- verify ------------------------------------------------------------------------------------------ */

enum { M_TIMESTAMP, M_APP_ID, M_EVENT_NAME, M_COUNT };

static void mac_of(
	const struct account *account, struct bytes body, struct bytes timestamp, unsigned char *ret_mac)
{
	crypto_hash_sha256_state state;
	const char *app_id = account->app_id, *secret = account->oa_secret;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const unsigned char *)app_id, strlen(app_id));
	crypto_hash_sha256_update(&state, (const unsigned char *)body.ptr, body.len);
	crypto_hash_sha256_update(&state, (const unsigned char *)timestamp.ptr, timestamp.len);
	crypto_hash_sha256_update(&state, (const unsigned char *)secret, strlen(secret));
	crypto_hash_sha256_final(&state, ret_mac);
}

static bool is_text(struct bytes b, const char *s)
{
	return s && b.len == strlen(s) && memcmp(b.ptr, s, b.len) == 0;
}

/* The account whose app is named in the body and whose secret signed it; NULL when there is none. */
static const struct account *signer_of(const struct accounts *accounts, struct bytes body,
	const struct json_member *members, const unsigned char mac[SIGN_BYTES])
{
	struct bytes app_id = members[M_APP_ID].value;

	for (size_t i = 0; i < accounts->count; i++) {
		const struct account *account = &accounts->items[i];
		unsigned char expected[SIGN_BYTES];

		if (account->adapter != &adapter_zalo || !account->app_id || !account->oa_secret)
			continue;
		if (app_id.ptr && !is_text(app_id, account->app_id))
			continue;
		mac_of(account, body, members[M_TIMESTAMP].value, expected);
		if (sign_equal(expected, mac))
			return account;
	}
	return NULL;
}

static enum err check_age(
	const struct account *account, struct bytes timestamp, int64_t now_ms, struct why *why)
{
	int64_t max = account->max_event_age_ms ? account->max_event_age_ms : AGE_MAX_MS;
	int64_t age = now_ms - json_time_parse(timestamp.ptr, timestamp.len);

	if (age > max)
		return why_set(why, ERR_SIGNATURE, "could not accept webhook: signed %lld h ago",
			(long long)(age / HOUR_MS));
	if (age < -AHEAD_MAX_MS)
		return why_set(why, ERR_SIGNATURE,
			"could not accept webhook: signed %lld min ahead of this clock",
			(long long)(-age / 60000));
	return OK;
}

static enum err zalo_verify(const struct accounts *accounts, const struct http_request *req, int64_t now_ms,
	const struct account **ret_account, struct why *why)
{
	struct json_member members[M_COUNT] = {[M_TIMESTAMP] = {.name = "timestamp"},
		[M_APP_ID] = {.name = "app_id"},
		[M_EVENT_NAME] = {.name = "event_name"}};
	struct bytes timestamp;
	const struct account *signer;
	unsigned char mac[SIGN_BYTES];
	enum err err;

	if (json_scan(req->body, members, M_COUNT) != OK)
		return why_set(why, ERR_FORMAT, "cannot read webhook of zalo: body is no JSON object");
	if (!members[M_EVENT_NAME].value.ptr) {
		*ret_account = NULL;
		return OK;
	}
	timestamp = members[M_TIMESTAMP].value;
	if (!timestamp.ptr || !json_time_parse(timestamp.ptr, timestamp.len))
		return why_set(why, ERR_SIGNATURE, "could not verify webhook of zalo: no timestamp in it");
	if (!sign_read(http_header(req, "X-ZEvent-Signature"), "mac=", mac))
		return why_set(why, ERR_SIGNATURE, "could not verify webhook of zalo: no X-ZEvent-Signature");
	signer = signer_of(accounts, req->body, members, mac);
	if (!signer)
		return why_set(why, ERR_SIGNATURE,
			"could not verify webhook of zalo: wrong app id or OA secret key");
	err = check_age(signer, timestamp, now_ms, why);
	if (err == OK)
		*ret_account = signer;
	return err;
}

/* Zalo has no handshake; somebody looks whether the address works. */
static enum err zalo_greet(struct arena *a, const struct accounts *accounts, const struct http_request *req,
	const char **ret_body)
{
	(void)a;
	(void)accounts;
	(void)req;
	*ret_body = "ok";
	return OK;
}

/* --- parse ------------------------------------------------------------------------------------------- */

enum side { ANY, CITIZEN, OA }; /* who does what the event tells */

static const struct {
	const char *name;
	enum side side;
	enum event_kind kind;
} event_names[] = {
	{"user_send_text", CITIZEN, EVENT_TEXT}, {"user_send_image", CITIZEN, EVENT_ATTACHMENT},
	{"user_send_file", CITIZEN, EVENT_ATTACHMENT}, {"user_send_location", CITIZEN, EVENT_ATTACHMENT},
	{"user_send_link", CITIZEN, EVENT_ATTACHMENT}, {"user_send_audio", CITIZEN, EVENT_ATTACHMENT},
	{"user_send_video", CITIZEN, EVENT_ATTACHMENT}, {"user_send_sticker", CITIZEN, EVENT_STICKER},
	{"user_send_gif", CITIZEN, EVENT_STICKER}, {"user_asking_product", CITIZEN, EVENT_TEXT},
	{"anonymous_send_text", CITIZEN, EVENT_TEXT}, {"anonymous_send_image", CITIZEN, EVENT_ATTACHMENT},
	{"anonymous_send_file", CITIZEN, EVENT_ATTACHMENT},
	{"anonymous_send_sticker", CITIZEN, EVENT_STICKER}, {"follow", CITIZEN, EVENT_FOLLOW},
	{"unfollow", CITIZEN, EVENT_UNFOLLOW}, {"user_click_chatnow", CITIZEN, EVENT_FOLLOW},
	{"user_received_message", ANY, EVENT_DELIVERED}, {"user_seen_message", ANY, EVENT_SEEN},
	{"oa_send_text", OA, EVENT_ECHO}, {"oa_send_image", OA, EVENT_ECHO}, {"oa_send_gif", OA, EVENT_ECHO},
	{"oa_send_file", OA, EVENT_ECHO}, {"oa_send_sticker", OA, EVENT_ECHO},
	{"oa_send_list", OA, EVENT_ECHO}, {"oa_send_template", OA, EVENT_ECHO},
	{"oa_send_anonymous_text", OA, EVENT_ECHO}, {"oa_send_anonymous_image", OA, EVENT_ECHO},
	{"oa_send_anonymous_file", OA, EVENT_ECHO}, {"oa_send_anonymous_sticker", OA, EVENT_ECHO},
	/* business cards, contact data, reactions, feedback, tags … hold nothing to answer or to keep:
	   EVENT_OTHER */
};

struct reading { /* one body being read */
	struct arena *a;
	const struct accounts *accounts;
	const struct account *signer;
	const cJSON *root, *message;
	const struct account *oa;
	enum side side;
	enum err err;
};

static const struct account *oa_with(const struct reading *r, const char *id)
{
	for (size_t i = 0; id && i < r->accounts->count; i++) {
		const struct account *account = &r->accounts->items[i];

		if (account->adapter == &adapter_zalo && account->id && strcmp(account->id, id) == 0 &&
			strcmp(account->app_id, r->signer->app_id) == 0)
			return account;
	}
	return NULL;
}

/* Finds the OA and the citizen; false when no configured OA is in the event. */
static bool read_sides(struct reading *r, struct event *e)
{
	const char *sender = json_id(r->a, json_get(r->root, "sender"), "id", &r->err);
	const char *recipient = json_id(r->a, json_get(r->root, "recipient"), "id", &r->err);

	r->side = CITIZEN;
	if ((r->oa = oa_with(r, sender))) {
		r->side = OA;
		e->user = recipient;
	} else if ((r->oa = oa_with(r, recipient))) {
		e->user = sender;
	} else if ((r->oa = oa_with(r, json_id(r->a, r->root, "oa_id", &r->err)))) {
		e->user = json_id(r->a, json_get(r->root, "follower"), "id", &r->err);
		if (!e->user)
			e->user = json_id(r->a, r->root, "user_id", &r->err);
		if (!e->user)
			e->user = sender;
	}
	if (!r->oa)
		return false;
	e->account = r->oa->id;
	return true;
}

static const char *caption_of(struct reading *r)
{
	const char *text = json_text(r->a, r->message, "text", &r->err);
	const cJSON *first = cJSON_GetArrayItem(json_get(r->message, "attachments"), 0);

	return text ? text : json_text(r->a, json_get(first, "payload"), "title", &r->err);
}

/* A receipt of a paid notification names a telephone number where a user id stands otherwise. */
static bool is_notification_receipt(const struct reading *r)
{
	return json_get(r->message, "delivery_time") || json_get(r->message, "tracking_id");
}

static enum event_kind kind_of(const struct reading *r, const char *name)
{
	for (size_t i = 0; i < sizeof event_names / sizeof *event_names; i++) {
		if (strcmp(event_names[i].name, name) != 0)
			continue;
		return event_names[i].side == ANY || event_names[i].side == r->side ? event_names[i].kind
										    : EVENT_OTHER;
	}
	return EVENT_OTHER;
}

static void read_kind(struct reading *r, const char *name, struct event *e)
{
	const char *prefix = r->oa->ignore_prefix;

	e->kind = kind_of(r, name);
	if (e->kind == EVENT_ECHO && json_get(json_get(r->root, "sender"), "admin_id"))
		e->kind = EVENT_STAFF;
	if (e->kind == EVENT_TEXT || e->kind == EVENT_ECHO)
		e->text = json_text(r->a, r->message, "text",
			&r->err); /* Zalo echoes carry no reference but their words */
	if (e->kind == EVENT_ATTACHMENT)
		e->text = caption_of(r);
	if (e->kind == EVENT_TEXT &&
		(!e->text || (prefix && *prefix && strncmp(e->text, prefix, strlen(prefix)) == 0))) {
		e->kind = EVENT_OTHER; /* says nothing, or follows a contact card */
		e->text = NULL;
	}
	if (e->kind == EVENT_TEXT && adapter_is_payload(e->text)) {
		e->kind = EVENT_PAYLOAD;
		e->payload = e->text;
		e->text = NULL;
	}
	if (e->kind == EVENT_DELIVERED && is_notification_receipt(r)) {
		e->kind = EVENT_OTHER;
		e->user = NULL;
	}
	if (!e->user)
		e->kind = EVENT_OTHER;
}

/* The event's name belongs into the key: receipts and echoes carry the id of the OA's message. */
static const char *dedupe_of(struct reading *r, const char *name, const struct event *e)
{
	if (e->msg_id && strcmp(e->msg_id, TEST_MSG_ID) != 0)
		return arena_printf(r->a, "zalo|%s|%s|%s", e->account, name, e->msg_id);
	return arena_printf(
		r->a, "zalo|%s|%s|%s|%lld", e->account, name, e->user ? e->user : "-", (long long)e->time_ms);
}

static enum err read_event(struct reading *r, struct events *ret_events)
{
	const char *name = json_id(r->a, r->root, "event_name", &r->err);
	struct event *e = arena_alloc(r->a, sizeof *e);
	struct events events = {.items = e};

	if (!e || r->err != OK)
		return ERR_NOMEM;
	if (!name) {
		*ret_events = (struct events){.probe = true};
		return OK;
	}
	if (!read_sides(r, e)) {
		*ret_events = (struct events){.unknown_account = 1};
		return r->err;
	}
	r->message = json_get(r->root, "message");
	e->channel = "zalo";
	e->name = adapter_event_name(name);
	e->time_ms = json_time_ms(r->root, "timestamp");
	e->msg_id = json_id(r->a, r->message, "msg_id", &r->err);
	e->conversation_id = json_id(r->a, r->message, "conversation_id", &r->err);
	read_kind(r, name, e);
	e->dedupe = dedupe_of(r, name, e);
	if (!e->msg_id)
		e->msg_id = json_first_id(r->a, r->message, "msg_ids", &r->err);
	if (r->err != OK || !e->dedupe)
		return ERR_NOMEM;
	events.count = 1;
	*ret_events = events;
	return OK;
}

static enum err zalo_parse(struct arena *a, const struct accounts *accounts, const struct account *signer,
	struct bytes body, struct events *ret_events)
{
	struct reading r = {.a = a, .accounts = accounts, .signer = signer};
	cJSON *root;
	enum err err;

	if (!signer) {
		*ret_events = (struct events){.probe = true};
		return OK;
	}
	err = json_parse(body, &root);
	if (err != OK)
		return err;
	r.root = root;
	err = read_event(&r, ret_events);
	cJSON_Delete(root);
	return err;
}

/* --- split and encode -------------------------------------------------------------------------------- */

static enum err zalo_split(
	struct arena *a, const struct account *account, const struct reply *reply, struct parts *ret_parts)
{
	return split_reply(a, reply, adapter_text_limit(account, TEXT_MAX), ret_parts);
}

/* Whether Zalo may get these buttons as buttons. Visitors without an account have documented texts only. */
static bool has_buttons(const struct account *account, const struct recipient *to, const struct part *part,
	enum part_form form)
{
	if (form == FORM_PLAIN || account->buttons == BUTTONS_OFF || to->conversation_id || !*part->text)
		return false;
	for (size_t i = 0; i < part->button_count; i++)
		if (part->buttons[i].kind == BUTTON_PAYLOAD && strlen(part->buttons[i].value) > PAYLOAD_MAX)
			return false;
	return part->button_count > 0 && part->button_count <= BUTTONS_MAX;
}

static void write_button(struct arena *a, struct buf *b, const struct button *button)
{
	const char *title = adapter_title(a, button->title, TITLE_MAX);

	buf_add_string(b, "{\"title\":");
	json_quote(b, title ? title : button->title);
	switch (button->kind) {
	case BUTTON_PAYLOAD:
		buf_add_string(b, ",\"type\":\"oa.query.hide\",\"payload\":");
		json_quote(b, button->value);
		break;
	case BUTTON_URL:
		buf_add_string(b, ",\"type\":\"oa.open.url\",\"payload\":{\"url\":");
		json_quote(b, button->value);
		buf_add_string(b, "}");
		break;
	case BUTTON_PHONE:
		buf_add_string(b, ",\"type\":\"oa.open.phone\",\"payload\":{\"phone_code\":");
		adapter_quote_phone(b, button->value, "");
		buf_add_string(b, "}");
		break;
	}
	buf_add_string(b, "}");
}

static void write_recipient(struct buf *b, const struct recipient *to)
{
	buf_add_string(b,
		to->conversation_id ? "{\"recipient\":{\"anonymous_id\":" : "{\"recipient\":{\"user_id\":");
	json_quote(b, to->user);
	if (to->conversation_id) {
		buf_add_string(b, ",\"conversation_id\":");
		json_quote(b, to->conversation_id);
	}
	buf_add_string(b, "}");
}

static void write_buttons(struct arena *a, struct buf *b, const struct part *part)
{
	buf_add_string(b, ",\"attachment\":{\"type\":\"template\",\"payload\":{\"buttons\":[");
	for (size_t i = 0; i < part->button_count; i++) {
		buf_add_string(b, i ? "," : "");
		write_button(a, b, &part->buttons[i]);
	}
	buf_add_string(b, "]}}");
}

static enum err write_body(struct arena *a, const struct account *account, const struct recipient *to,
	const struct part *part, enum part_form form, struct bytes *ret_body)
{
	bool buttons = has_buttons(account, to, part, form);
	const char *text = part->text;
	struct buf b;
	enum err err;

	if (!buttons && (err = split_menu_text(a, part, &text)) != OK)
		return err;
	buf_init(&b, CALL_MAX);
	write_recipient(&b, to);
	buf_add_string(&b, ",\"message\":{\"text\":");
	json_quote(&b, text);
	if (buttons)
		write_buttons(a, &b, part);
	buf_add_string(&b, "}}");
	return adapter_body(a, &b, ret_body);
}

static enum err zalo_encode(struct arena *a, const struct account *account, const struct recipient *to,
	const struct part *part, enum part_form form, const char *access_token, const char *ref,
	struct http_call *ret_call)
{
	const char *base = account->api_base ? account->api_base : API_BASE, *path = PATH_CONSULTING;
	struct http_call call = {.method = "POST"};
	char *proof = NULL;
	enum err err;

	(void)ref; /* Zalo echoes nothing of ours; the message id tells */
	if (to->conversation_id)
		path = account->anonymous_path ? account->anonymous_path : PATH_ANONYMOUS;
	call.url = arena_printf(a, "%s%s", base, path);
	call.headers[call.header_count++] = (struct http_header){"Content-Type", "application/json"};
	call.headers[call.header_count++] =
		(struct http_header){"access_token", arena_string(a, access_token)};
	if (account->appsecret_proof && account->app_secret && (proof = arena_alloc(a, SIGN_HEX))) {
		sign_proof(account->app_secret, access_token, proof);
		call.headers[call.header_count++] = (struct http_header){"appsecret_proof", proof};
	}
	err = write_body(a, account, to, part, form, &call.body);
	if (err != OK)
		return err;
	if (!call.url || !call.headers[1].value ||
		(account->appsecret_proof && account->app_secret && !proof))
		return ERR_NOMEM;
	*ret_call = call;
	return OK;
}

/* --- judge ------------------------------------------------------------------------------------------- */

static const struct adapter_error errors[] = {
	{-32, 0, VERDICT_SLOW_DOWN, 0, 5, 1000},     /* too many requests */
	{-200, 0, VERDICT_LATER, 0, 2, 2000},        /* sending failed */
	{-201, 0, VERDICT_PLAIN, 0, 0, 0},           /* parameter wrong */
	{-204, 0, VERDICT_DEAD, ALARM | STOP, 0, 0}, /* OA deleted */
	{-205, 0, VERDICT_DEAD, ALARM | STOP, 0, 0}, /* OA disabled */
	{-210, 0, VERDICT_PLAIN, 0, 0, 0},           /* parameter over its limit */
	{-213, 0, VERDICT_DEAD, UNREACHABLE, 0, 0},  /* does not follow, never wrote */
	{-216, 0, VERDICT_RENEW, 0, 0, 0},           /* access token invalid */
	{-217, 0, VERDICT_DEAD, UNREACHABLE, 0, 0},  /* blocked invitations */
	{-218, 0, VERDICT_DEAD, 0, 0, 0},            /* this citizen's quota is used up */
	{-219, 0, VERDICT_DEAD, ALARM | STOP, 0, 0}, /* app removed or disabled */
	{-220, 0, VERDICT_RENEW, 0, 0, 0},           /* access token expired */
	{-227, 0, VERDICT_DEAD, UNREACHABLE, 0, 0},  /* banned or inactive */
	{-230, 0, VERDICT_DEAD, OUTSIDE, 0, 0},      /* no interaction for 7 days */
	{-232, 0, VERDICT_DEAD, OUTSIDE, 0, 0},
	{-233, 0, VERDICT_PLAIN, 0, 0, 0},          /* kind of message not supported */
	{-234, 0, VERDICT_DEAD, 0, 0, 0},           /* night block */
	{-240, 0, VERDICT_PLAIN, ALARM, 0, 0},      /* this API is shut down */
	{-244, 0, VERDICT_DEAD, UNREACHABLE, 0, 0}, /* the citizen restricts such messages */
	{10000, 0, VERDICT_LATER, 0, 5, 0}, {10002, 0, VERDICT_LATER, 0, 5, 0},
	/* the rest (-209, -211, -212, -221, -224, -242 …) needs an operator: package, permission, proof */
};

static bool speaks_of_token(const char *message)
{
	return message && strcasestr(message, "access token");
}

static void judge_answer(struct arena *a, const cJSON *root, struct verdict *v)
{
	const cJSON *data = json_get(root, "data"), *message = json_get(root, "message");
	enum err err;
	long code = json_long(root, "error", json_get(data, "message_id") ? 0 : LONG_MIN);

	if (code == 0) {
		v->class = VERDICT_SENT;
		v->message_id = json_id(a, data, "message_id", &err);
		return;
	}
	if (code == LONG_MIN) { /* neither error nor message: nobody can say */
		v->class = VERDICT_UNKNOWN;
		adapter_words(v, "answer without error code");
		return;
	}
	adapter_judge(errors, sizeof errors / sizeof *errors, code, 0, v);
	if (v->class == VERDICT_DEAD && speaks_of_token(cJSON_GetStringValue(message))) {
		v->class = VERDICT_RENEW; /* 216, -401 and others were seen too */
		v->alarm = false;
	}
	adapter_words(v, cJSON_GetStringValue(message));
}

static void zalo_judge(struct arena *a, const struct http_result *result, struct verdict *ret_verdict)
{
	struct verdict v = {.wait_ms = result->retry_after_ms};
	cJSON *root = NULL;

	if (result->end != HTTP_ANSWERED || result->status >= 500 || json_parse(result->body, &root) != OK)
		adapter_judge_transport(result, &v);
	else
		judge_answer(a, root, &v);
	cJSON_Delete(root);
	*ret_verdict = v;
}

const struct adapter adapter_zalo = {
	.name = "zalo",
	.title = "Zalo",
	.buttons_max = BUTTONS_MAX,
	.window_ms = 48 * HOUR_MS, /* until then answers are free; up to 7 days Zalo takes money for them */
	.answer_max_age_ms = HOUR_MS / 4,
	.verify = zalo_verify,
	.greet = zalo_greet,
	.parse = zalo_parse,
	.split = zalo_split,
	.encode = zalo_encode,
	.judge = zalo_judge,
};
