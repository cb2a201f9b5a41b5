/* facebook.c - Facebook Messenger: webhook events in, Send API calls out.
 *
 *   verify   HMAC-SHA256 of the raw bytes with the app's secret; the legacy SHA-1 header is ignored.
 *   parse    a batch: entry[] of pages, each with messaging[], standby[] or changes[]; every member may be
 * missing. is_echo decides what came from our side, never the ids: both orders of sender and recipient are
 * seen. encode   one POST; the page token is in the URL, so the URL is a secret. Buttons with payloads only
 * become quick replies; with a link or a telephone among them a button template, if the text is short enough
 * for one; else links and telephones become lines of text. */
#include "adapters/adapter.h"
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
#define TITLE_MAX 20
#define PAYLOAD_MAX 1000
#define CALL_MAX (64 * 1024)
#define HASH_BYTES 16

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

/* --- parse ------------------------------------------------------------------------------------------- */

struct reading { /* one element of messaging[] being read */
	struct arena *a;
	const struct account *page;
	const cJSON *element;
	bool standby;
	enum err err;
};

static const struct account *page_with(
	const struct accounts *accounts, const struct account *signer, const char *id)
{
	for (size_t i = 0; id && i < accounts->count; i++) {
		const struct account *account = &accounts->items[i];

		if (account->adapter == &adapter_facebook && account->id && strcmp(account->id, id) == 0 &&
			account->app_secret && strcmp(account->app_secret, signer->app_secret) == 0)
			return account;
	}
	return NULL;
}

static bool is_true(const cJSON *object, const char *name)
{
	const cJSON *item = json_get(object, name);

	return item && !cJSON_IsFalse(item) && !(cJSON_IsNumber(item) && item->valuedouble == 0);
}

/* "12.0", as encode() writes it into metadata. */
static bool is_ref(const char *s)
{
	size_t digits = s ? strspn(s, "0123456789") : 0;

	return digits > 0 && s[digits] == '.' && s[digits + 1] &&
	       !s[digits + 1 + strspn(s + digits + 1, "0123456789")];
}

/* What somebody on our side sent. Without a configured app id only our reference tells us from other apps. */
static void read_echo(struct reading *r, const cJSON *message, struct event *e)
{
	const char *app_id = json_id(r->a, message, "app_id"), *ref = json_id(r->a, message, "metadata");
	bool ours = r->page->app_id ? app_id && strcmp(app_id, r->page->app_id) == 0 : is_ref(ref);

	e->name = "message_echo";
	e->kind = ours ? EVENT_ECHO : EVENT_STAFF;
	e->echo_ref = ours && is_ref(ref) ? ref : NULL;
}

static const cJSON *first_attachment(const cJSON *message)
{
	return cJSON_GetArrayItem(json_get(message, "attachments"), 0);
}

/* Until August 2026 stickers were images with a sticker id. */
static const char *sticker_of(struct reading *r, const cJSON *message)
{
	const cJSON *first = first_attachment(message), *type = json_get(first, "type");
	const char *id = json_id(r->a, message, "sticker_id");

	if (!id)
		id = json_id(r->a, json_get(first, "payload"), "sticker_id");
	return id || !cJSON_IsString(type) || strcmp(type->valuestring, "sticker") != 0 ? id : "unknown";
}

static bool is_thumbs_up(const char *sticker)
{
	return strcmp(sticker, "369239263222822") == 0;
}

static void read_text(struct reading *r, const cJSON *message, struct event *e)
{
	const char *sticker = sticker_of(r, message);

	e->text = json_text(r->a, message, "text", &r->err);
	e->payload = json_text(r->a, json_get(message, "quick_reply"), "payload", &r->err);
	if (!e->payload && e->text && adapter_is_payload(e->text)) {
		e->payload = e->text;
		e->text = NULL;
	}
	if (e->payload) {
		e->kind = EVENT_PAYLOAD;
	} else if (sticker) {
		e->kind = EVENT_STICKER;
		e->text = is_thumbs_up(sticker) ? "👍" : NULL;
	} else if (e->text) {
		e->kind = EVENT_TEXT;
	} else {
		e->kind = first_attachment(message) || is_true(message, "is_unsupported") ? EVENT_ATTACHMENT
											  : EVENT_OTHER;
	}
}

static void read_message(struct reading *r, const cJSON *message, struct event *e)
{
	e->msg_id = json_id(r->a, message, "mid");
	if (is_true(message, "is_echo"))
		read_echo(r, message, e);
	else if (is_true(message, "is_deleted"))
		e->kind = EVENT_DELETE;
	else
		read_text(r, message, e);
}

/* A link m.me/page?ref=… may name a payload of ours; any other opens the chat. */
static void read_referral(struct reading *r, const cJSON *referral, struct event *e)
{
	const char *ref = json_text(r->a, referral, "ref", &r->err);

	e->kind = EVENT_FOLLOW;
	if (ref && adapter_is_payload(ref)) {
		e->kind = EVENT_PAYLOAD;
		e->payload = ref;
	}
}

static void read_postback(struct reading *r, const cJSON *postback, struct event *e)
{
	e->msg_id = json_id(r->a, postback, "mid");
	read_referral(r, json_get(postback, "referral"), e);
	if (e->kind == EVENT_PAYLOAD)
		return;
	e->payload = json_text(r->a, postback, "payload", &r->err);
	e->text = json_text(r->a, postback, "title", &r->err);
	e->kind = e->payload ? EVENT_PAYLOAD : EVENT_FOLLOW;
}

static void read_edit(struct reading *r, const cJSON *edit, struct event *e)
{
	e->msg_id = json_id(r->a, edit, "mid");
	e->text = json_text(r->a, edit, "text", &r->err);
	e->kind = e->msg_id && e->text ? EVENT_EDIT : EVENT_OTHER;
}

static void read_delivery(struct reading *r, const cJSON *delivery, struct event *e)
{
	const cJSON *first = cJSON_GetArrayItem(json_get(delivery, "mids"), 0);

	if (cJSON_IsString(first) && *first->valuestring)
		e->msg_id = arena_string(r->a, first->valuestring);
	e->kind = EVENT_DELIVERED;
}

static void read_seen(struct reading *r, const cJSON *read, struct event *e)
{
	(void)r;
	(void)read;
	e->kind = EVENT_SEEN;
}

/* Sent to the app that receives control; with an id that is not ours it went elsewhere. */
static void read_control_passed(struct reading *r, const cJSON *control, struct event *e)
{
	const char *owner = json_id(r->a, control, "new_owner_app_id");
	bool ours = !owner || !r->page->app_id || strcmp(owner, r->page->app_id) == 0;

	e->kind = ours ? EVENT_BOT_ON : EVENT_STAFF;
}

static void read_control_taken(struct reading *r, const cJSON *control, struct event *e)
{
	(void)r;
	(void)control;
	e->kind = EVENT_STAFF;
}

static void read_policy(struct reading *r, const cJSON *policy, struct event *e)
{
	(void)r;
	(void)policy;
	e->kind = EVENT_POLICY;
}

static const struct {
	const char *name;
	void (*read)(struct reading *r, const cJSON *member, struct event *e);
} members[] = {
	{"message", read_message}, {"postback", read_postback}, {"message_edit", read_edit},
	{"delivery", read_delivery}, {"read", read_seen}, {"referral", read_referral},
	{"pass_thread_control", read_control_passed}, {"take_thread_control", read_control_taken},
	{"policy-enforcement", read_policy}, {"policy_enforcement", read_policy},
	/* reaction, optin, request_thread_control, app_roles, payment … are counted: EVENT_OTHER */
};

/* The citizen is the other side than the page. An echo has the page as sender, but both orders were seen. */
static const char *user_of(struct reading *r, const struct event *e)
{
	const char *sender = json_id(r->a, json_get(r->element, "sender"), "id");
	const char *recipient = json_id(r->a, json_get(r->element, "recipient"), "id");
	bool echo = e->kind == EVENT_ECHO || e->kind == EVENT_STAFF;

	if (sender && strcmp(sender, r->page->id) == 0)
		return recipient && strcmp(recipient, r->page->id) != 0 ? recipient : NULL;
	if (echo && recipient && strcmp(recipient, r->page->id) != 0)
		return recipient;
	return sender;
}

static bool is_envelope(const char *name)
{
	static const char *const names[] = {"sender", "recipient", "timestamp", "prior_message"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* The element's member that says what happened; fills kind and what the kind needs. */
static void read_member(struct reading *r, struct event *e)
{
	e->kind = EVENT_OTHER;
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		const cJSON *member = json_get(r->element, members[i].name);

		if (!cJSON_IsObject(member))
			continue;
		e->name = members[i].name;
		members[i].read(r, member, e);
		return;
	}
	for (const cJSON *m = r->element->child; m; m = m->next) {
		if (m->string && !is_envelope(m->string)) {
			e->name = arena_string(r->a, adapter_event_name(m->string));
			return;
		}
	}
	e->name = "unknown";
}

/* Events without a message id are told apart by a hash of what they hold. */
static const char *hash_of(struct reading *r)
{
	unsigned char hash[HASH_BYTES];
	char *text = cJSON_PrintUnformatted(r->element), *hex = NULL;

	if (text && (hex = arena_alloc(r->a, 2 * HASH_BYTES + 1))) {
		crypto_generichash(hash, sizeof hash, (const unsigned char *)text, strlen(text), NULL, 0);
		sodium_bin2hex(hex, 2 * HASH_BYTES + 1, hash, sizeof hash);
	}
	cJSON_free(text);
	return hex;
}

static const char *dedupe_of(struct reading *r, const struct event *e)
{
	const char *page = e->account, *who, *hash;

	if (e->msg_id && e->kind == EVENT_EDIT)
		return arena_printf(r->a, "fb|%s|%s|edit|%ld", page, e->msg_id,
			json_long(json_get(r->element, "message_edit"), "num_edit", 0));
	if (e->msg_id && e->kind == EVENT_DELETE) /* comes with the id of the message that it takes back */
		return arena_printf(r->a, "fb|%s|%s|deleted", page, e->msg_id);
	if (e->msg_id && e->kind != EVENT_DELIVERED)
		return arena_printf(r->a, "fb|%s|%s", page, e->msg_id);
	who = e->user ? e->user : json_id(r->a, json_get(r->element, "sender"), "user_ref");
	hash = hash_of(r);
	return hash ? arena_printf(r->a, "fb|%s|%s|%s|%lld|%s", page, e->name, who ? who : "-",
			      (long long)e->time_ms, hash)
		    : NULL;
}

/* Another app has the conversation: nothing in standby is answered, but what that app writes is news. */
static void quiet(struct event *e)
{
	if (e->kind != EVENT_STAFF && e->kind != EVENT_ECHO) {
		e->kind = EVENT_OTHER;
		e->text = e->payload = NULL;
	}
	e->name = "standby";
}

/* A message of the page's own that is not marked as echo, or of nobody we could write to. */
static void check_user(struct reading *r, struct event *e)
{
	const char *sender = json_id(r->a, json_get(r->element, "sender"), "id");
	bool from_page = sender && strcmp(sender, r->page->id) == 0;
	bool from_us = e->kind == EVENT_ECHO || e->kind == EVENT_STAFF || e->kind == EVENT_BOT_ON;

	e->user = user_of(r, e);
	if (e->kind != EVENT_POLICY && (!e->user || (from_page && !from_us))) {
		e->kind = EVENT_OTHER;
		e->text = e->payload = NULL;
	}
}

static enum err read_element(struct reading *r, int64_t entry_time_ms, struct event *e)
{
	e->channel = "facebook";
	e->account = r->page->id;
	e->time_ms = json_time_ms(r->element, "timestamp");
	if (!e->time_ms)
		e->time_ms = entry_time_ms;
	read_member(r, e);
	check_user(r, e);
	if (r->standby)
		quiet(e);
	e->dedupe = dedupe_of(r, e);
	return r->err == OK && e->dedupe && e->name ? OK : ERR_NOMEM;
}

static const struct {
	const char *name;
	bool standby;
} lists[] = {{"messaging", false}, {"standby", true}, {"changes", true}};

static size_t count_elements(const cJSON *entries)
{
	const cJSON *entry;
	size_t count = 0;

	cJSON_ArrayForEach(entry, entries) for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) count +=
		(size_t)cJSON_GetArraySize(json_get(entry, lists[i].name));
	return count;
}

static enum err read_entry(struct reading *r, const cJSON *entry, struct events *events)
{
	int64_t time_ms = json_time_ms(entry, "time");

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		const cJSON *list = json_get(entry, lists[i].name), *element;

		if (!cJSON_IsArray(list))
			continue;
		r->standby = lists[i].standby;
		cJSON_ArrayForEach(element, list)
		{
			enum err err;

			if (!cJSON_IsObject(element))
				continue;
			r->element = element;
			err = read_element(r, time_ms, &events->items[events->count]);
			if (err != OK)
				return err;
			events->count++;
		}
	}
	return OK;
}

static enum err read_entries(struct arena *a, const struct accounts *accounts, const struct account *signer,
	const cJSON *root, struct events *ret_events)
{
	const cJSON *object = json_get(root, "object"), *entries = json_get(root, "entry"), *entry;
	struct reading r = {.a = a};
	struct events events = {.items = NULL};

	if (!cJSON_IsArray(entries) || !cJSON_IsString(object) || strcmp(object->valuestring, "page") != 0) {
		*ret_events = events;
		return OK;
	}
	events.items = arena_array(a, count_elements(entries), sizeof *events.items);
	if (!events.items)
		return ERR_NOMEM;
	cJSON_ArrayForEach(entry, entries)
	{
		enum err err;

		r.page = page_with(accounts, signer, json_id(a, entry, "id"));
		if (!r.page) {
			events.unknown_account++;
			continue;
		}
		err = read_entry(&r, entry, &events);
		if (err != OK)
			return err;
	}
	*ret_events = events;
	return OK;
}

static enum err facebook_parse(struct arena *a, const struct accounts *accounts, const struct account *signer,
	struct bytes body, struct events *ret_events)
{
	cJSON *root;
	enum err err = json_parse(body, &root);

	if (err != OK)
		return err;
	err = read_entries(a, accounts, signer, root, ret_events);
	cJSON_Delete(root);
	return err;
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
	const cJSON *error;
	cJSON *root = NULL;

	if (result->end == HTTP_ANSWERED && json_parse(result->body, &root) != OK)
		root = NULL;
	error = json_get(root, "error");
	if (cJSON_IsObject(error)) { /* also with status 200 */
		judge_error(error, &v);
	} else if (root && result->status >= 200 && result->status < 300 && json_get(root, "message_id")) {
		v.class = VERDICT_SENT;
		v.message_id = json_id(a, root, "message_id");
	} else {
		adapter_judge_transport(result, &v);
	}
	cJSON_Delete(root);
	*ret_verdict = v;
}

const struct adapter adapter_facebook = {
	.name = "facebook",
	.title = "Facebook",
	.window_ms = 24 * HOUR_MS,
	.answer_max_age_ms = HOUR_MS / 4,
	.verify = facebook_verify,
	.greet = facebook_greet,
	.parse = facebook_parse,
	.split = facebook_split,
	.encode = facebook_encode,
	.judge = facebook_judge,
};
