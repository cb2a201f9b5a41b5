/* facebook_events.c - Messenger's webhook bodies → events.
 *
 * A body is a batch: entry[] of pages, each with messaging[], standby[] or changes[]; every member may be missing or of
 * another type than documented, and what nobody knows is EVENT_OTHER. is_echo decides what came from our side, never the
 * ids: both orders of sender and recipient are seen. */
#include "adapters/facebook.h"

#include "adapters/json.h"
#include "adapters/shared.h"

#include <sodium.h>
#include <string.h>

#define HASH_BYTES 16

struct reading { /* one element of messaging[] being read */
	struct arena *a;
	const struct account *page;
	const cJSON *element;
	const char *list; /* messaging, standby, changes */
	bool echo;
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
	const char *app_id = json_id(r->a, message, "app_id", &r->err),
		   *ref = json_id(r->a, message, "metadata", &r->err);
	bool ours = r->page->app_id ? app_id && strcmp(app_id, r->page->app_id) == 0 : is_ref(ref);

	r->echo = true;
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
	const char *id = json_id(r->a, message, "sticker_id", &r->err);

	if (!id)
		id = json_id(r->a, json_get(first, "payload"), "sticker_id", &r->err);
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
	e->msg_id = json_id(r->a, message, "mid", &r->err);
	if (is_true(message, "is_echo"))
		read_echo(r, message, e);
	else if (is_true(message, "is_deleted"))
		e->kind = e->msg_id ? EVENT_DELETE : EVENT_OTHER;
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
	e->msg_id = json_id(r->a, postback, "mid", &r->err);
	read_referral(r, json_get(postback, "referral"), e);
	if (e->kind == EVENT_PAYLOAD)
		return;
	e->payload = json_text(r->a, postback, "payload", &r->err);
	e->text = json_text(r->a, postback, "title", &r->err);
	e->kind = e->payload ? EVENT_PAYLOAD : EVENT_FOLLOW;
}

static void read_edit(struct reading *r, const cJSON *edit, struct event *e)
{
	e->msg_id = json_id(r->a, edit, "mid", &r->err);
	e->text = json_text(r->a, edit, "text", &r->err);
	e->kind = e->msg_id && e->text ? EVENT_EDIT : EVENT_OTHER;
}

static void read_delivery(struct reading *r, const cJSON *delivery, struct event *e)
{
	e->msg_id = json_first_id(r->a, delivery, "mids", &r->err);
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
	const char *owner = json_id(r->a, control, "new_owner_app_id", &r->err);
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
	r->echo = false;
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

/* Another app has the conversation (standby), or it is no conversation at all (changes). */
static bool is_quiet(const struct reading *r)
{
	return strcmp(r->list, "messaging") != 0;
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
		return arena_printf(r->a, "fb|%s|%s%s", page, is_quiet(r) ? "standby|" : "", e->msg_id);
	who = e->user ? e->user : json_id(r->a, json_get(r->element, "sender"), "user_ref", &r->err);
	hash = hash_of(r);
	return hash ? arena_printf(r->a, "fb|%s|%s|%s|%lld|%s", page, e->name, who ? who : "-",
			      (long long)e->time_ms, hash)
		    : NULL;
}

/* Nothing there is answered, but that the other app writes is news. */
static void quiet(const struct reading *r, struct event *e)
{
	if (e->kind != EVENT_STAFF && e->kind != EVENT_ECHO) {
		e->kind = EVENT_OTHER;
		e->text = e->payload = NULL;
	}
	e->name = r->list;
}

/* The citizen is the other side than the page. An echo has the page as sender, but both orders were seen. What the page
 * says without being marked as an echo is nobody's question. */
static void read_user(struct reading *r, struct event *e)
{
	const char *sender = json_id(r->a, json_get(r->element, "sender"), "id", &r->err);
	const char *recipient = json_id(r->a, json_get(r->element, "recipient"), "id", &r->err);
	bool from_page = sender && strcmp(sender, r->page->id) == 0;
	bool to_page = recipient && strcmp(recipient, r->page->id) == 0;
	bool control = e->kind == EVENT_STAFF || e->kind == EVENT_BOT_ON;

	e->user = from_page || (r->echo && !to_page) ? recipient : sender;
	if (from_page && to_page)
		e->user = NULL;
	if (e->kind != EVENT_POLICY && (!e->user || (from_page && !r->echo && !control))) {
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
	read_user(r, e);
	if (is_quiet(r))
		quiet(r, e);
	e->dedupe = dedupe_of(r, e);
	return r->err == OK && e->dedupe && e->name ? OK : ERR_NOMEM;
}

static const char *const lists[] = {"messaging", "standby", "changes"};

static size_t count_elements(const cJSON *entries)
{
	const cJSON *entry;
	size_t count = 0;

	cJSON_ArrayForEach(entry, entries) for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) count +=
		(size_t)cJSON_GetArraySize(json_get(entry, lists[i]));
	return count;
}

static enum err read_entry(struct reading *r, const cJSON *entry, struct events *events)
{
	int64_t time_ms = json_time_ms(entry, "time");

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		const cJSON *list = json_get(entry, lists[i]), *element;

		if (!cJSON_IsArray(list))
			continue;
		r->list = lists[i];
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

		r.page = page_with(accounts, signer, json_id(a, entry, "id", &r.err));
		if (r.err != OK)
			return r.err;
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

enum err facebook_parse(struct arena *a, const struct accounts *accounts, const struct account *signer,
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
