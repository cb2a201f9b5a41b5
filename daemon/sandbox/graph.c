/* graph.c - plays Messenger: the Send API, its limits and windows, and the events of a citizen's phone.
 * Rules, limits and codes: platforms.md 3.2 to 3.8. Errors are HTTP 400 with an "error" object. */
#include "daemon/base/buf.h"
#include "daemon/base/clock.h"
#include "daemon/base/text.h"
#include "daemon/sandbox/sandbox_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	TEXT_MAX = 2000,
	TEMPLATE_TEXT_MAX = 640,
	TITLE_MAX = 20,
	PAYLOAD_MAX = 1000,
	REQUEST_ARENA = 256 * 1024
};
static const int64_t window_ms = 24ll * 3600 * 1000;
static const char page_inbox_app[] = "263902037430900";

struct graph_error {
	int code, subcode; /* code 0: none */
	const char *words;
};
static const struct graph_error good = {0, 0, NULL};

static void error_answer(struct http_exchange *x, struct graph_error e)
{
	cJSON *json = cJSON_CreateObject(), *error = cJSON_AddObjectToObject(json, "error");

	cJSON_AddStringToObject(error, "message", e.words);
	cJSON_AddStringToObject(error, "type", "OAuthException");
	cJSON_AddNumberToObject(error, "code", e.code);
	if (e.subcode)
		cJSON_AddNumberToObject(error, "error_subcode", e.subcode);
	cJSON_AddStringToObject(error, "fbtrace_id", "Asandbox0000000000000000");
	send_json(x, e.code == 613 || e.code == 4 ? 429 : 400, json);
}

/* As Meta writes JSON: ASCII only, with a few more escapes than needed. */
char *graph_escape(const char *json)
{
	struct buf out;
	uint32_t c;

	buf_init(&out, 8u << 20);
	while ((c = text_next(&json)))
		if (c >= 0x10000)
			buf_printf(
				&out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + (c & 0x3ff));
		else if (c >= 0x80)
			buf_printf(&out, "\\u%04x", c);
		else if (c == '/')
			buf_add_string(&out, "\\/");
		else if (c == '<' || c == '%' || c == '@')
			buf_printf(&out, "\\u%04X", c);
		else
			buf_add(&out, &(char){(char)c}, 1);
	if (!out.failed)
		return out.ptr;
	buf_release(&out);
	return NULL;
}

/* --- What they send --- */

static bool longer_than(const char *text, size_t limit)
{
	return text && text_utf16_len(text, strlen(text)) > limit;
}

static struct graph_error token_check(struct arena *a, struct sandbox *s, const struct http_request *req,
	const char *page, struct place **ret_place)
{
	const char *token = http_field(a, req->query, "access_token"),
		   *proof = http_field(a, req->query, "appsecret_proof");

	for (size_t i = 0; token && i < s->place_count; i++) {
		struct place *p = &s->places[i];
		char wanted[HEX_SIZE];

		if (p->is_zalo || strcmp(p->conf.page_token, token) != 0)
			continue;
		seal_hmac(p->conf.app_secret, (struct bytes){token, strlen(token)}, wanted);
		if (proof ? strcmp(proof, wanted) != 0 : s->proof_required)
			return (struct graph_error){
				100, 0, "Invalid appsecret_proof provided in the API argument"};
		if (strcmp(page, "me") != 0 && strcmp(page, p->conf.id) != 0)
			return (struct graph_error){
				100, 33, "Unsupported post request. Object does not exist"};
		*ret_place = p;
		return good;
	}
	return (struct graph_error){190, 0, "Invalid OAuth access token."};
}

static struct graph_error recipient_check(struct place *p, const cJSON *body, struct citizen **ret_citizen)
{
	const char *user = json_text(cJSON_GetObjectItemCaseSensitive(body, "recipient"), "id");
	struct citizen *c = user ? citizen_find(p, user) : NULL;

	if (!user)
		return (struct graph_error){100, 0, "Param recipient[id] must be a string"};
	if (!c)
		return (struct graph_error){100, 2018001, "No matching user found"};
	if (c->unreachable)
		return (struct graph_error){551, 1545041, "This person isn't available right now."};
	*ret_citizen = c;
	return good;
}

static struct graph_error window_check(const struct citizen *c, const cJSON *body)
{
	const char *type = json_text(body, "messaging_type"), *tag = json_text(body, "tag");

	if (!type)
		return (struct graph_error){100, 0, "The parameter messaging_type is required"};
	if (strcmp(type, "MESSAGE_TAG") == 0)
		return tag && strcmp(tag, "HUMAN_AGENT") == 0
			       ? good
			       : (struct graph_error){100, 0, "Invalid message tag"};
	if (strcmp(type, "RESPONSE") != 0 && strcmp(type, "UPDATE") != 0)
		return (struct graph_error){100, 0, "Invalid messaging_type"};
	if (clock_now_ms() - c->last_ms > window_ms)
		return (struct graph_error){10, 2018278, "This message is sent outside of allowed window."};
	return good;
}

static struct graph_error quick_replies_check(const cJSON *replies, cJSON *shown)
{
	const cJSON *reply;

	if (cJSON_GetArraySize(replies) > 13)
		return (struct graph_error){100, 0, "Too many quick replies"};
	cJSON_ArrayForEach(reply, replies)
	{
		const char *type = json_text(reply, "content_type"), *title = json_text(reply, "title");
		const char *payload = json_text(reply, "payload");

		if (!type || strcmp(type, "text") != 0 || !title || !*title || !payload ||
			longer_than(payload, PAYLOAD_MAX))
			return (struct graph_error){100, 0, "Invalid quick reply"};
		char cut[4 * TITLE_MAX + 1];

		snprintf(cut, sizeof cut, "%.*s", (int)text_utf16_prefix(title, TITLE_MAX),
			title); /* longer is cut */
		send_button(shown, "quick_reply", cut, payload);
	}
	return good;
}

static struct graph_error buttons_check(const cJSON *buttons, cJSON *shown)
{
	const struct graph_error bad = {100, 0, "Invalid button"};
	const cJSON *button;

	if (cJSON_GetArraySize(buttons) < 1 || cJSON_GetArraySize(buttons) > 3)
		return (struct graph_error){100, 0, "Button template needs 1 to 3 buttons"};
	cJSON_ArrayForEach(button, buttons)
	{
		const char *type = json_text(button, "type"), *title = json_text(button, "title");
		const char *payload = json_text(button, "payload"), *url = json_text(button, "url");

		if (!type || !title || !*title || longer_than(title, TITLE_MAX) ||
			longer_than(payload, PAYLOAD_MAX))
			return bad;
		if (strcmp(type, "postback") == 0 && payload)
			send_button(shown, "payload", title, payload);
		else if (strcmp(type, "web_url") == 0 && url && strncmp(url, "https://", 8) == 0)
			send_button(shown, "url", title, url);
		else if (strcmp(type, "phone_number") == 0 && payload && payload[0] == '+')
			send_button(shown, "phone", title, payload);
		else
			return bad;
	}
	return good;
}

static struct graph_error template_check(const cJSON *attachment, cJSON *shown, const char **ret_text)
{
	const cJSON *payload = cJSON_GetObjectItemCaseSensitive(attachment, "payload");
	const char *type = json_text(attachment, "type"), *template = json_text(payload, "template_type");

	if (!type || strcmp(type, "template") != 0 || !template || strcmp(template, "button") != 0)
		return (struct graph_error){100, 0, "Unsupported attachment"};
	*ret_text = json_text(payload, "text");
	if (!*ret_text || !**ret_text || longer_than(*ret_text, TEMPLATE_TEXT_MAX))
		return (struct graph_error){100, 0, "Button template text is missing or too long"};
	return buttons_check(cJSON_GetObjectItemCaseSensitive(payload, "buttons"), shown);
}

static struct graph_error message_check(const cJSON *message, cJSON *shown, struct said *ret_said)
{
	const cJSON *attachment = cJSON_GetObjectItemCaseSensitive(message, "attachment");
	const cJSON *replies = cJSON_GetObjectItemCaseSensitive(message, "quick_replies");
	struct graph_error e = good;

	ret_said->kind = attachment ? "buttons" : "text";
	ret_said->text = json_text(message, "text");
	if (attachment && ret_said->text)
		return (struct graph_error){100, 0, "Message has both text and attachment"};
	if (attachment)
		e = template_check(attachment, shown, &ret_said->text);
	else if (!ret_said->text || !*ret_said->text)
		return (struct graph_error){
			100, 0, "Message cannot be empty, must provide valid attachment or text"};
	else if (longer_than(ret_said->text, TEXT_MAX))
		return (struct graph_error){
			100, 0, "Length of param message[text] must be less than or equal to 2000"};
	if (!e.code && replies)
		e = quick_replies_check(replies, shown);
	return e;
}

static struct graph_error fault_error(enum fault fault)
{
	switch (fault) {
	case FAULT_rate_limit:
		return (struct graph_error){613, 0, "Calls to this api have exceeded the rate limit."};
	case FAULT_token_invalid: return (struct graph_error){190, 0, "Invalid OAuth access token."};
	case FAULT_token_expired: return (struct graph_error){190, 463, "Session has expired."};
	case FAULT_temporary:
		return (struct graph_error){
			1200, 0, "Temporary send message failure. Please try again later."};
	case FAULT_unreachable:
		return (struct graph_error){551, 1545041, "This person isn't available right now."};
	case FAULT_buttons_refused:
	case FAULT_type_refused: return (struct graph_error){100, 0, "Invalid button"};
	default: return good;
	}
}

/* --- What follows --- */

static cJSON *envelope(const struct place *p, const char *from, const char *to, cJSON **ret_messaging)
{
	cJSON *event = cJSON_CreateObject(), *entry = cJSON_CreateObject(), *messaging = cJSON_CreateObject();
	double now_ms = (double)clock_now_ms();

	cJSON_AddStringToObject(event, "object", "page");
	cJSON_AddItemToArray(cJSON_AddArrayToObject(event, "entry"), entry);
	cJSON_AddStringToObject(entry, "id", p->conf.id);
	cJSON_AddNumberToObject(entry, "time", now_ms);
	cJSON_AddItemToArray(cJSON_AddArrayToObject(entry, "messaging"), messaging);
	cJSON_AddStringToObject(cJSON_AddObjectToObject(messaging, "sender"), "id", from);
	cJSON_AddStringToObject(cJSON_AddObjectToObject(messaging, "recipient"), "id", to);
	cJSON_AddNumberToObject(messaging, "timestamp", now_ms);
	*ret_messaging = messaging;
	return event;
}

static cJSON *echo_event(const struct place *p, const char *user, const char *mid, const char *text,
	const char *app_id, const char *metadata)
{
	cJSON *messaging, *event = envelope(p, p->conf.id, user, &messaging);
	cJSON *message = cJSON_AddObjectToObject(messaging, "message");

	cJSON_AddStringToObject(message, "mid", mid);
	cJSON_AddTrueToObject(message, "is_echo");
	if (app_id && *app_id)
		cJSON_AddRawToObject(
			message, "app_id", app_id); /* a number with more digits than a double has */
	if (metadata)
		cJSON_AddStringToObject(message, "metadata", metadata);
	cJSON_AddStringToObject(message, "text", text ? text : "");
	return event;
}

static void send_out(struct sending *m, const char *metadata)
{
	const struct place *p = m->place;
	cJSON *messaging, *receipt;

	m->answer = cJSON_CreateObject();
	cJSON_AddStringToObject(m->answer, "recipient_id", m->said.user);
	cJSON_AddStringToObject(m->answer, "message_id", m->said.id);
	m->echo = echo_event(p, m->said.user, m->said.id, m->said.text, p->conf.app_id, metadata);
	m->received = envelope(p, m->said.user, p->conf.id, &messaging);
	receipt = cJSON_AddObjectToObject(messaging, "delivery");
	cJSON_AddItemToArray(cJSON_AddArrayToObject(receipt, "mids"), cJSON_CreateString(m->said.id));
	cJSON_AddNumberToObject(receipt, "watermark", (double)clock_now_ms());
	m->seen = envelope(p, m->said.user, p->conf.id, &messaging);
	cJSON_AddNumberToObject(
		cJSON_AddObjectToObject(messaging, "read"), "watermark", (double)clock_now_ms());
	send_deliver(m);
}

static void message_route(struct arena *a, struct place *p, const cJSON *body, struct http_exchange *x)
{
	const cJSON *message = cJSON_GetObjectItemCaseSensitive(body, "message");
	cJSON *shown = cJSON_CreateArray();
	struct sending m = {.place = p, .exchange = x, .fault = FAULT_NONE};
	struct citizen *c = NULL;
	struct graph_error e = recipient_check(p, body, &c);
	char *buttons = NULL;

	if (!e.code)
		e = window_check(c, body);
	if (!e.code)
		e = message_check(message, shown, &m.said);
	if (!e.code) {
		if (cJSON_GetArraySize(shown) > 0)
			m.fault = fault_pick(p->sandbox, WHERE_BUTTONS);
		if (m.fault == FAULT_NONE)
			m.fault = fault_pick(p->sandbox, WHERE_SEND);
		e = fault_error(m.fault);
	}
	if (e.code)
		error_answer(x, e);
	else if (!fault_delivers(m.fault))
		fault_answer(p->sandbox, x, m.fault, 200, "{}");
	else {
		m.said.user = c->id;
		m.said.id = sandbox_new_id(p->sandbox, a, "m_");
		m.said.buttons =
			cJSON_GetArraySize(shown) > 0 ? buttons = cJSON_PrintUnformatted(shown) : NULL;
		send_out(&m, json_text(message, "metadata"));
	}
	free(buttons);
	cJSON_Delete(shown);
}

/* typing_on and the like: for someone who is there, nothing more */
static void action_route(struct place *p, const cJSON *body, struct http_exchange *x)
{
	struct citizen *c = NULL;
	struct graph_error e = recipient_check(p, body, &c);
	cJSON *json;

	if (e.code) {
		error_answer(x, e);
		return;
	}
	json = cJSON_CreateObject();
	cJSON_AddStringToObject(json, "recipient_id", c->id);
	send_json(x, 200, json);
}

/* "/v25.0/me/messages" → "me"; NULL when it is another path */
static const char *path_page(struct arena *a, const char *path)
{
	const char *page, *end;

	if (path[1] != 'v' || strspn(path + 2, "0123456789.") == 0)
		return NULL;
	page = path + 2 + strspn(path + 2, "0123456789.");
	end = *page == '/' ? strchr(page + 1, '/') : NULL;
	return end && strcmp(end, "/messages") == 0 ? arena_copy(a, page + 1, (size_t)(end - page - 1))
						    : NULL;
}

void graph_routes(void *arg, const struct http_request *req, struct http_exchange *x)
{
	cJSON *body = cJSON_ParseWithLength(req->body.ptr ? req->body.ptr : "", req->body.len);
	struct place *p = NULL;
	struct graph_error e;
	struct arena a;
	const char *page;

	arena_init(&a, REQUEST_ARENA);
	page = path_page(&a, req->path);
	if (!page)
		e = (struct graph_error){2500, 0, "Unknown path components"};
	else
		e = token_check(&a, arg, req, page, &p);
	if (!e.code && !cJSON_IsObject(body))
		e = (struct graph_error){100, 0, "Invalid JSON"};
	if (e.code)
		error_answer(x, e);
	else if (cJSON_HasObjectItem(body, "sender_action") && !cJSON_HasObjectItem(body, "message"))
		action_route(p, body, x);
	else
		message_route(&a, p, body, x);
	cJSON_Delete(body);
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

static cJSON *attachment_payload(const char *kind)
{
	cJSON *payload = cJSON_CreateObject(), *at;

	if (strcmp(kind, "location") == 0) {
		at = cJSON_AddObjectToObject(payload, "coordinates");
		cJSON_AddNumberToObject(at, "lat", 21.0285);
		cJSON_AddNumberToObject(at, "long", 105.8542);
	} else
		cJSON_AddStringToObject(payload, "url", "https://scontent.xx.fbcdn.net/1.png");
	if (strcmp(kind, "sticker") == 0)
		cJSON_AddRawToObject(payload, "sticker_id", "369239263222822");
	return payload;
}

static void message_add(cJSON *messaging, const struct saying *what, const char *mid)
{
	cJSON *message = cJSON_AddObjectToObject(messaging, "message");

	cJSON_AddStringToObject(message, "mid", mid);
	if (what->text)
		cJSON_AddStringToObject(message, "text", what->text);
	if (what->payload)
		cJSON_AddStringToObject(
			cJSON_AddObjectToObject(message, "quick_reply"), "payload", what->payload);
	if (strcmp(what->kind, "sticker") == 0 || strcmp(what->kind, "image") == 0)
		attachment_add(message, "image", attachment_payload(what->kind));
	else if (strcmp(what->kind, "location") == 0)
		attachment_add(message, "location", attachment_payload(what->kind));
}

static void postback_add(cJSON *messaging, const char *title, const char *payload, const char *mid)
{
	cJSON *postback = cJSON_AddObjectToObject(messaging, "postback");

	cJSON_AddStringToObject(postback, "title", title ? title : "");
	cJSON_AddStringToObject(postback, "payload", payload);
	cJSON_AddStringToObject(postback, "mid", mid);
}

/* NULL for what Messenger does not have. */
static cJSON *said_event(const struct place *p, const struct saying *what, const char *mid)
{
	cJSON *messaging, *event;

	if (strcmp(what->kind, "staff") == 0)
		return what->text ? echo_event(p, what->user, mid, what->text, page_inbox_app, NULL) : NULL;
	event = envelope(p, what->user, p->conf.id, &messaging);
	if (strcmp(what->kind, "follow") == 0)
		postback_add(messaging, "Bắt đầu", "GET_STARTED", mid);
	else if (strcmp(what->kind, "payload") == 0 && what->payload && !what->quick_reply)
		postback_add(messaging, what->text, what->payload, mid);
	else if ((strcmp(what->kind, "text") == 0 && what->text) ||
		 (strcmp(what->kind, "payload") == 0 && what->payload) ||
		 strcmp(what->kind, "sticker") == 0 || strcmp(what->kind, "image") == 0 ||
		 strcmp(what->kind, "location") == 0)
		message_add(messaging, what, mid);
	else {
		cJSON_Delete(event);
		event = NULL;
	}
	return event;
}

enum err graph_say(struct place *p, const struct saying *what, uint64_t *ret_seq)
{
	struct said said = {
		.user = what->user, .kind = what->kind, .text = what->text, .payload = what->payload};
	bool staff = strcmp(what->kind, "staff") == 0, leaves = strcmp(what->kind, "unfollow") == 0;
	struct said *kept = NULL;
	struct citizen *c;
	struct arena a;
	cJSON *event;

	arena_init(&a, REQUEST_ARENA);
	said.id = sandbox_new_id(p->sandbox, &a, "m_");
	said.fault = FAULT_NONE;
	event = leaves ? NULL : said_event(p, what, said.id);
	if (!event && !leaves) {
		arena_release(&a);
		return ERR_FORMAT;
	}
	c = citizen_meet(p, what->user);
	if (c && !staff) {
		c->unreachable = leaves; /* blocks the page: Messenger tells nobody */
		c->following = !leaves;
		c->last_ms = leaves ? c->last_ms : clock_now_ms();
	}
	if (c)
		kept = said_add(p, staff ? BY_STAFF : BY_CITIZEN, &said);
	if (kept) {
		*ret_seq = kept->seq;
		kept->state = leaves ? SAID_ACKED : SAID_SENDING;
	}
	if (kept && event)
		webhook_deliver_json(p, event, kept->seq, NULL, NULL);
	else
		cJSON_Delete(event);
	arena_release(&a);
	return kept ? OK : ERR_NOMEM;
}
