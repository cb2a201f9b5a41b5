/* zalo.c - plays Zalo: the consulting message API, OAuth, and the events of a citizen's phone.
 * Rules, limits and codes: platforms.md 2.2 to 2.13. Errors are HTTP 200 with "error" below zero, as Zalo's are. */
#include "daemon/base/clock.h"
#include "daemon/base/text.h"
#include "daemon/sandbox/sandbox_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 2000, BUTTONS_MAX = 5, TITLE_MAX = 100, PAYLOAD_MAX = 1000, REQUEST_ARENA = 256 * 1024 };
static const int64_t window_ms = 7ll * 24 * 3600 * 1000;

static const char *error_words(int code)
{
	switch (code) {
	case -32: return "Too many requests";
	case -200: return "Send message failed";
	case -201: return "Parameter is invalid";
	case -210: return "Parameter exceeds the limit";
	case -213: return "User has not interacted with this OA";
	case -216: return "Access token is invalid";
	case -220: return "Access token has expired";
	case -230: return "User has not interacted with the OA in the past 7 days";
	case -233: return "Message type is not supported";
	case -240: return "Message API V2 has been shut down";
	case -242: return "appsecret_proof is missing or wrong";
	default: return "Unknown error";
	}
}

static cJSON *error_json(int code)
{
	cJSON *json = cJSON_CreateObject();

	cJSON_AddNumberToObject(json, "error", code);
	cJSON_AddStringToObject(json, "message", error_words(code));
	return json;
}

/* --- Who calls --- */

static int token_check(struct sandbox *s, const struct http_request *req, struct place **ret_place)
{
	const char *token = http_header(req, "access_token"), *proof = http_header(req, "appsecret_proof");
	int code = -216;

	for (size_t i = 0; token && i < s->place_count; i++) {
		struct place *p = &s->places[i];
		enum token_state state =
			p->is_zalo ? token_access_check(p, token, clock_now_ms()) : TOKEN_INVALID;
		char wanted[HEX_SIZE];

		if (state == TOKEN_EXPIRED)
			code = -220;
		if (state != TOKEN_GOOD)
			continue;
		seal_hmac(p->conf.app_secret, (struct bytes){token, strlen(token)}, wanted);
		if (proof ? strcmp(proof, wanted) != 0 : s->proof_required)
			return -242;
		*ret_place = p;
		return 0;
	}
	return code;
}

static int rate_check(struct place *p)
{
	int64_t minute = clock_now_ms() / 60000;

	if (minute != p->rate_minute)
		p->rate_count = 0;
	p->rate_minute = minute;
	return p->sandbox->rate_per_minute && ++p->rate_count > p->sandbox->rate_per_minute ? -32 : 0;
}

/* --- What they send --- */

/* `anonymous`: the path for visitors without an account. */
static int recipient_check(
	struct place *p, const cJSON *recipient, bool anonymous, struct citizen **ret_citizen)
{
	const char *user = json_text(recipient, anonymous ? "anonymous_id" : "user_id");
	const char *conversation = json_text(recipient, "conversation_id");
	struct citizen *c;

	if (!user)
		return anonymous && json_text(recipient, "user_id") ? -240 : -201;
	c = citizen_find(p, user);
	if (!c || c->unreachable || (anonymous != (c->conversation_id != NULL)))
		return -213;
	if (anonymous && (!conversation || strcmp(conversation, c->conversation_id) != 0))
		return -201;
	if (clock_now_ms() - c->last_ms > window_ms)
		return -230;
	*ret_citizen = c;
	return 0;
}

static int button_check(const cJSON *button, cJSON *shown)
{
	const char *title = json_text(button, "title"), *type = json_text(button, "type");
	const cJSON *payload = cJSON_GetObjectItemCaseSensitive(button, "payload");
	const char *value, *kind = "payload";

	if (!title || !type || !*title || text_utf16_len(title, strlen(title)) > TITLE_MAX)
		return -201;
	if (strcmp(type, "oa.query.show") == 0 || strcmp(type, "oa.query.hide") == 0)
		value = cJSON_GetStringValue(payload);
	else if (strcmp(type, "oa.open.url") == 0) {
		value = json_text(payload, "url");
		kind = "url";
	} else if (strcmp(type, "oa.open.phone") == 0 || strcmp(type, "oa.open.sms") == 0) {
		value = json_text(payload, "phone_code");
		kind = "phone";
	} else
		return -201;
	if (!value || !*value || text_utf16_len(value, strlen(value)) > PAYLOAD_MAX ||
		(strcmp(kind, "url") == 0 && strncmp(value, "https://", 8) != 0 &&
			strncmp(value, "http://", 7) != 0))
		return -201;
	send_button(shown, kind, title, value);
	return 0;
}

static int attachment_check(const cJSON *attachment, bool has_text, cJSON *shown, const char **ret_kind)
{
	const cJSON *payload = cJSON_GetObjectItemCaseSensitive(attachment, "payload"), *button;
	const cJSON *buttons = cJSON_GetObjectItemCaseSensitive(payload, "buttons");
	const char *type = json_text(attachment, "type"), *template = json_text(payload, "template_type");
	int code = 0;

	if (!type || !cJSON_IsObject(payload))
		return -201;
	*ret_kind = "attachment";
	if (strcmp(type, "file") == 0)
		return json_text(payload, "token") ? 0 : -201;
	if (strcmp(type, "template") != 0)
		return -201;
	if (template)
		return strcmp(template, "media") == 0 || strcmp(template, "request_user_info") == 0 ? 0
												    : -233;
	*ret_kind = "buttons";
	if (!has_text || !cJSON_IsArray(buttons) || cJSON_GetArraySize(buttons) < 1 ||
		cJSON_GetArraySize(buttons) > BUTTONS_MAX)
		return -201;
	cJSON_ArrayForEach(button, buttons)
	{
		code = code ? code : button_check(button, shown);
	}
	return code;
}

static int message_check(const struct citizen *c, const cJSON *message, cJSON *shown, struct said *ret_said)
{
	const cJSON *attachment = cJSON_GetObjectItemCaseSensitive(message, "attachment");
	const char *text = json_text(message, "text"), *quote = json_text(message, "quote_message_id");
	const char *kind = "text";
	int code = 0;

	if (!cJSON_IsObject(message) || (!attachment && (!text || !*text)))
		return -201;
	if (text && text_utf16_len(text, strlen(text)) > TEXT_MAX)
		return -210;
	if (quote && (attachment || !*quote))
		return -201;
	if (attachment)
		code = attachment_check(attachment, text && *text, shown, &kind);
	ret_said->user = c->id;
	ret_said->kind = kind;
	ret_said->text = text;
	return code;
}

static int fault_code(enum fault fault)
{
	switch (fault) {
	case FAULT_rate_limit: return -32;
	case FAULT_token_invalid: return -216;
	case FAULT_token_expired: return -220;
	case FAULT_temporary: return -200;
	case FAULT_unreachable: return -213;
	case FAULT_buttons_refused: return -201;
	case FAULT_type_refused: return -233;
	default: return 0;
	}
}

/* --- What follows --- */

static const char *time_text(struct arena *a)
{
	return arena_printf(a, "%" PRId64, clock_now_ms());
}

static void add_id(cJSON *json, const char *name, const char *id)
{
	cJSON_AddStringToObject(cJSON_AddObjectToObject(json, name), "id", id);
}

/* An event between two ids, with its message object to be filled. */
static cJSON *event_new(struct arena *a, const struct place *p, const char *name, const char *from,
	const char *to, cJSON **ret_message)
{
	cJSON *event = cJSON_CreateObject();
	const char *user = strcmp(from, p->conf.id) == 0 ? to : from;

	cJSON_AddStringToObject(event, "app_id", p->conf.app_id);
	cJSON_AddStringToObject(event, "user_id_by_app", arena_printf(a, "7%s", user));
	cJSON_AddStringToObject(event, "event_name", name);
	add_id(event, "sender", from);
	add_id(event, "recipient", to);
	*ret_message = cJSON_AddObjectToObject(event, "message");
	cJSON_AddStringToObject(event, "timestamp", time_text(a));
	return event;
}

static void send_out(struct arena *a, struct sending *m)
{
	const struct place *p = m->place;
	cJSON *data, *message, *mids;

	m->answer = error_json(0);
	cJSON_ReplaceItemInObjectCaseSensitive(m->answer, "message", cJSON_CreateString("Success"));
	data = cJSON_AddObjectToObject(m->answer, "data");
	cJSON_AddStringToObject(data, "message_id", m->said.id);
	cJSON_AddStringToObject(data, "user_id", m->said.user);
	cJSON_AddStringToObject(data, "sent_time", time_text(a));
	m->echo = event_new(a, p, "oa_send_text", p->conf.id, m->said.user, &message);
	cJSON_AddStringToObject(message, "text", m->said.text ? m->said.text : "");
	cJSON_AddStringToObject(message, "msg_id", m->said.id);
	m->received = event_new(a, p, "user_received_message", p->conf.id, m->said.user, &message);
	cJSON_AddStringToObject(message, "msg_id", m->said.id);
	m->seen = event_new(a, p, "user_seen_message", p->conf.id, m->said.user, &message);
	mids = cJSON_AddArrayToObject(message, "msg_ids");
	cJSON_AddItemToArray(mids, cJSON_CreateString(m->said.id));
	send_deliver(m);
}

static void message_route(
	struct sandbox *s, const struct http_request *req, struct http_exchange *x, bool anonymous)
{
	cJSON *body = cJSON_ParseWithLength(req->body.ptr ? req->body.ptr : "", req->body.len);
	cJSON *shown = cJSON_CreateArray();
	struct sending m = {.exchange = x};
	struct citizen *c = NULL;
	struct arena a;
	char *buttons = NULL;
	int code = token_check(s, req, &m.place);

	arena_init(&a, REQUEST_ARENA);
	if (!code)
		code = rate_check(m.place);
	if (!code)
		code = recipient_check(
			m.place, cJSON_GetObjectItemCaseSensitive(body, "recipient"), anonymous, &c);
	if (!code)
		code = message_check(c, cJSON_GetObjectItemCaseSensitive(body, "message"), shown, &m.said);
	if (!code) {
		m.fault = cJSON_GetArraySize(shown) > 0 ? fault_pick(s, WHERE_BUTTONS) : FAULT_NONE;
		if (m.fault == FAULT_NONE)
			m.fault = fault_pick(s, WHERE_SEND);
		code = fault_code(m.fault);
	}
	if (code)
		send_json(x, 200, error_json(code));
	else if (!fault_delivers(m.fault))
		fault_answer(s, x, m.fault, 200, "{}");
	else {
		m.said.id = sandbox_new_id(s, &a, "");
		m.said.buttons =
			cJSON_GetArraySize(shown) > 0 ? buttons = cJSON_PrintUnformatted(shown) : NULL;
		send_out(&a, &m);
	}
	free(buttons);
	cJSON_Delete(shown);
	cJSON_Delete(body);
	arena_release(&a);
}

void zalo_routes_message(void *arg, const struct http_request *req, struct http_exchange *x)
{
	message_route(arg, req, x, false);
}

void zalo_routes_anonymous(void *arg, const struct http_request *req, struct http_exchange *x)
{
	message_route(arg, req, x, true);
}

/* --- OAuth --- */

static void oauth_refuse(struct http_exchange *x, int code, const char *name)
{
	cJSON *json = cJSON_CreateObject();

	cJSON_AddNumberToObject(json, "error", code);
	cJSON_AddStringToObject(json, "error_name", name);
	cJSON_AddStringToObject(json, "error_description", name);
	send_json(x, 200, json);
}

static void oauth_answer(struct arena *a, struct place *p, struct http_exchange *x, enum fault fault)
{
	cJSON *json = cJSON_CreateObject();
	char *text;

	cJSON_AddStringToObject(json, "access_token", token_access(a, p, clock_now_ms()));
	cJSON_AddStringToObject(json, "refresh_token", token_refresh(a, p));
	cJSON_AddStringToObject(json, "expires_in", "90000");
	text = cJSON_PrintUnformatted(json);
	fault_answer(p->sandbox, x, fault, 200, text ? text : "{}");
	free(text);
	cJSON_Delete(json);
}

void zalo_routes_token(void *arg, const struct http_request *req, struct http_exchange *x)
{
	struct sandbox *s = arg;
	const char *secret = http_header(req, "secret_key"), *form, *app, *grant, *token;
	enum fault fault = FAULT_NONE;
	bool app_known = false;
	struct place *taker = NULL;
	struct arena a;

	if (!secret) {
		http_answer(x, 404, "application/json", (struct bytes){"{\"message\":\"empty api\"}", 23},
			NULL, 0);
		return;
	}
	arena_init(&a, REQUEST_ARENA);
	form = arena_copy(&a, req->body.ptr ? req->body.ptr : "", req->body.len);
	app = form ? http_field(&a, form, "app_id") : NULL;
	grant = form ? http_field(&a, form, "grant_type") : NULL;
	token = form ? http_field(&a, form, "refresh_token") : NULL;
	for (size_t i = 0; app && i < s->place_count; i++)
		app_known |= s->places[i].is_zalo && strcmp(s->places[i].conf.app_id, app) == 0 &&
			     strcmp(s->places[i].conf.app_secret, secret) == 0;
	if (app_known && token)
		fault = fault_pick(s, WHERE_OAUTH);
	for (size_t i = 0; app_known && token && fault != FAULT_oauth_502 && !taker && i < s->place_count;
		i++)
		if (s->places[i].is_zalo && strcmp(s->places[i].conf.app_id, app) == 0 &&
			token_refresh_take(&s->places[i], token))
			taker = &s->places[i];
	if (!app_known)
		oauth_refuse(x, -14002, "Invalid app");
	else if (!grant || strcmp(grant, "refresh_token") != 0)
		oauth_refuse(x, -14004, "Invalid grant type");
	else if (fault == FAULT_oauth_502)
		fault_answer(s, x, fault, 502, "");
	else if (!taker)
		oauth_refuse(x, -14014, "Invalid refresh token");
	else
		oauth_answer(&a, taker, x, fault);
	arena_release(&a);
}

/* --- A citizen's phone --- */

static void attachment_add(cJSON *message, const char *type, cJSON *payload)
{
	cJSON *attachment = cJSON_CreateObject();

	cJSON_AddStringToObject(attachment, "type", type);
	cJSON_AddItemToObject(attachment, "payload", payload);
	cJSON_AddItemToArray(cJSON_AddArrayToObject(message, "attachments"), attachment);
}

static cJSON *url_payload(const char *url, const char *more_name, const char *more)
{
	cJSON *payload = cJSON_CreateObject();

	cJSON_AddStringToObject(payload, "url", url);
	cJSON_AddStringToObject(payload, more_name, more);
	return payload;
}

static cJSON *location_payload(void)
{
	cJSON *payload = cJSON_CreateObject(), *at = cJSON_AddObjectToObject(payload, "coordinates");

	cJSON_AddStringToObject(at, "latitude", "21.0285");
	cJSON_AddStringToObject(at, "longitude", "105.8542");
	return payload;
}

/* follow, unfollow: no sender, no recipient, no message */
static cJSON *follow_event(struct arena *a, const struct place *p, const struct saying *what)
{
	cJSON *event = cJSON_CreateObject();

	cJSON_AddStringToObject(event, "oa_id", p->conf.id);
	add_id(event, "follower", what->user);
	cJSON_AddStringToObject(event, "user_id_by_app", arena_printf(a, "7%s", what->user));
	cJSON_AddStringToObject(event, "event_name", what->kind);
	cJSON_AddStringToObject(event, "source", "oa_profile");
	cJSON_AddStringToObject(event, "app_id", p->conf.app_id);
	cJSON_AddStringToObject(event, "timestamp", time_text(a));
	return event;
}

static cJSON *said_event(struct arena *a, struct citizen *c, const struct saying *what, const char *id)
{
	const struct place *p = c->place;
	bool staff = strcmp(what->kind, "staff") == 0, anonymous = strcmp(what->kind, "anonymous") == 0;
	bool typed = strcmp(what->kind, "text") == 0 || strcmp(what->kind, "payload") == 0;
	const char *name = staff       ? "oa_send_text"
			   : anonymous ? "anonymous_send_text"
			   : typed     ? "user_send_text"
				       : arena_printf(a, "user_send_%s", what->kind);
	const char *text = what->payload ? what->payload : what->text;
	cJSON *message, *event = event_new(
				a, p, name, staff ? p->conf.id : c->id, staff ? c->id : p->conf.id, &message);

	if (staff)
		cJSON_AddStringToObject(cJSON_GetObjectItem(event, "sender"), "admin_id", "900000001");
	if (anonymous)
		cJSON_AddStringToObject(message, "conversation_id", c->conversation_id);
	if (strcmp(what->kind, "sticker") == 0)
		attachment_add(message, "sticker",
			url_payload("https://zalo-api.zdn.vn/api/emoticon/sprite", "id", "43"));
	else if (strcmp(what->kind, "image") == 0)
		attachment_add(message, "image",
			url_payload("https://f1.photo.talk.zdn.vn/1.jpg", "thumbnail",
				"https://t1.photo.talk.zdn.vn/1.jpg"));
	else if (strcmp(what->kind, "location") == 0)
		attachment_add(message, "location", location_payload());
	if (text)
		cJSON_AddStringToObject(message, "text", text);
	cJSON_AddStringToObject(message, "msg_id", id);
	return event;
}

static bool is_follow(const struct saying *what)
{
	return strcmp(what->kind, "follow") == 0 || strcmp(what->kind, "unfollow") == 0;
}

static enum err kind_check(const struct saying *what)
{
	static const char *const kinds[] = {"text", "payload", "sticker", "image", "location", "follow",
		"unfollow", "staff", "anonymous"};
	bool spoken = !strcmp(what->kind, "text") || !strcmp(what->kind, "staff") ||
		      !strcmp(what->kind, "anonymous");

	if ((spoken && !what->text) || (!strcmp(what->kind, "payload") && !what->payload))
		return ERR_FORMAT;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(what->kind, kinds[i]) == 0)
			return OK;
	return ERR_FORMAT;
}

enum err zalo_say(struct place *p, const struct saying *what, uint64_t *ret_seq)
{
	struct said said = {
		.user = what->user, .kind = what->kind, .text = what->text, .payload = what->payload};
	bool staff = strcmp(what->kind, "staff") == 0;
	struct citizen *c;
	struct said *kept;
	struct arena a;
	enum err err = kind_check(what);

	if (err != OK)
		return err;
	c = citizen_meet(p, what->user);
	if (!c)
		return ERR_NOMEM;
	if (strcmp(what->kind, "anonymous") == 0 && !c->conversation_id &&
		!(c->conversation_id = strdup("c0ffee01")))
		return ERR_NOMEM;
	arena_init(&a, REQUEST_ARENA);
	if (!staff && strcmp(what->kind, "unfollow") != 0)
		c->last_ms = clock_now_ms();
	if (is_follow(what))
		c->following = strcmp(what->kind, "follow") == 0;
	said.id = sandbox_new_id(p->sandbox, &a, "");
	said.fault = FAULT_NONE;
	kept = said_add(p, staff ? BY_STAFF : BY_CITIZEN, &said);
	if (kept) {
		*ret_seq = kept->seq;
		webhook_deliver_json(p,
			is_follow(what) ? follow_event(&a, p, what) : said_event(&a, c, what, said.id),
			kept->seq, NULL, NULL);
	}
	arena_release(&a);
	return kept ? OK : ERR_NOMEM;
}
