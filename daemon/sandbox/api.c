/* api.c - JSON for the page and the tests. GET /api/… reads, POST /api/… lets a citizen act, /control/… turns the knobs.
 * Every answer is an object; a wrong request gets 400 and {"error": what and where}. POSTs must say application/json, so that
 * no other web page can send one through a visitor's browser. */
#include "daemon/base/clock.h"
#include "daemon/sandbox/sandbox_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_MAX = 1000 };

static const char *const by_names[] = {"citizen", "bot", "staff"};
static const char *const state_names[] = {"sending", "acked", "repeated", "given_up", "shown"};
static const char *const echo_names[] = {"after", "before", "off"};

static int wrong(cJSON *out, const char *words)
{
	cJSON_AddStringToObject(out, "error", words);
	return 400;
}

static double number_or(const cJSON *in, const char *name, double fallback)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(in, name);

	return cJSON_IsNumber(item) ? item->valuedouble : fallback;
}

static bool flag_or(const cJSON *in, const char *name, bool fallback)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(in, name);

	return cJSON_IsBool(item) ? cJSON_IsTrue(item) : fallback;
}

static struct place *place_of(struct sandbox *s, const cJSON *in)
{
	const char *channel = json_text(in, "channel");

	return channel ? place_find(s, channel, json_text(in, "account")) : NULL;
}

/* --- Reading --- */

static int accounts_get(struct sandbox *s, const struct http_request *req, const cJSON *in, cJSON *out)
{
	cJSON *list = cJSON_AddArrayToObject(out, "accounts");

	(void)req, (void)in;
	for (size_t i = 0; i < s->place_count; i++) {
		const struct place *p = &s->places[i];
		cJSON *account = cJSON_CreateObject();

		cJSON_AddStringToObject(account, "channel", p->conf.channel);
		cJSON_AddStringToObject(account, "account", p->conf.id);
		cJSON_AddBoolToObject(account, "webhook_on", !p->webhook_off);
		cJSON_AddNumberToObject(account, "acked", (double)p->webhook_acked);
		cJSON_AddNumberToObject(account, "pending", p->webhook_pending);
		cJSON_AddNumberToObject(account, "repeated", (double)p->webhook_repeated);
		cJSON_AddNumberToObject(account, "given_up", (double)p->webhook_given_up);
		cJSON_AddItemToArray(list, account);
	}
	cJSON_AddNumberToObject(out, "next", (double)s->said_next);
	return 200;
}

static cJSON *said_json(const struct said *m)
{
	cJSON *json = cJSON_CreateObject();

	cJSON_AddNumberToObject(json, "seq", (double)m->seq);
	cJSON_AddNumberToObject(json, "time_ms", (double)m->time_ms);
	cJSON_AddStringToObject(json, "channel", m->place->conf.channel);
	cJSON_AddStringToObject(json, "account", m->place->conf.id);
	cJSON_AddStringToObject(json, "user", m->user);
	cJSON_AddStringToObject(json, "by", by_names[m->by]);
	cJSON_AddStringToObject(json, "kind", m->kind);
	cJSON_AddStringToObject(json, "id", m->id);
	cJSON_AddStringToObject(json, "state", state_names[m->state]);
	cJSON_AddNumberToObject(json, "attempts", m->attempts);
	if (m->text)
		cJSON_AddStringToObject(json, "text", m->text);
	if (m->payload)
		cJSON_AddStringToObject(json, "payload", m->payload);
	if (m->buttons)
		cJSON_AddRawToObject(json, "buttons", m->buttons);
	if (fault_name(m->fault))
		cJSON_AddStringToObject(json, "fault", fault_name(m->fault));
	return json;
}

static bool same(const char *wanted, const char *is)
{
	return !wanted || strcmp(wanted, is) == 0;
}

/* since: sequence numbers from there on; "next" is what to ask for the next time. */
static int messages_get(struct sandbox *s, const struct http_request *req, const cJSON *in, cJSON *out)
{
	cJSON *list = cJSON_AddArrayToObject(out, "messages");
	const char *channel, *account, *user, *since_text;
	struct arena a;
	uint64_t seq;
	int count = 0;

	(void)in;
	arena_init(&a, 64 * 1024);
	channel = http_field(&a, req->query, "channel");
	account = http_field(&a, req->query, "account");
	user = http_field(&a, req->query, "user");
	since_text = http_field(&a, req->query, "since");
	seq = since_text ? strtoull(since_text, NULL, 10) : 0;
	for (seq = seq < s->said_first ? s->said_first : seq; seq < s->said_next && count < LIST_MAX; seq++) {
		const struct said *m = said_get(s, seq);

		if (!same(channel, m->place->conf.channel) || !same(account, m->place->conf.id) ||
			!same(user, m->user))
			continue;
		cJSON_AddItemToArray(list, said_json(m));
		count++;
	}
	cJSON_AddNumberToObject(out, "next", (double)seq);
	arena_release(&a);
	return 200;
}

static int by_recipient_and_text(const void *left, const void *right)
{
	const struct said *a = *(const struct said *const *)left, *b = *(const struct said *const *)right;
	int order = a->place < b->place ? -1 : a->place > b->place;

	if (!order)
		order = strcmp(a->user, b->user);
	return order ? order : strcmp(a->text ? a->text : "", b->text ? b->text : "");
}

/* Everything that reached citizens, the same text to the same citizen counted: a test of "not twice" reads this. */
static int delivered_get(struct sandbox *s, const struct http_request *req, const cJSON *in, cJSON *out)
{
	size_t total = (size_t)(s->said_next - s->said_first), count = 0;
	const struct said **shown = calloc(total + 1, sizeof *shown);
	cJSON *list = cJSON_AddArrayToObject(out, "items");

	(void)req, (void)in;
	if (!shown)
		return wrong(out, "out of memory");
	for (uint64_t seq = s->said_first; seq < s->said_next; seq++)
		if (said_get(s, seq)->by == BY_BOT)
			shown[count++] = said_get(s, seq);
	qsort(shown, count, sizeof *shown, by_recipient_and_text);
	cJSON_AddNumberToObject(out, "total", (double)count);
	for (size_t i = 0, next; i < count; i = next) {
		cJSON *item = cJSON_CreateObject();

		for (next = i + 1; next < count && by_recipient_and_text(&shown[i], &shown[next]) == 0;
			next++)
			;
		cJSON_AddStringToObject(item, "channel", shown[i]->place->conf.channel);
		cJSON_AddStringToObject(item, "account", shown[i]->place->conf.id);
		cJSON_AddStringToObject(item, "user", shown[i]->user);
		cJSON_AddStringToObject(item, "text", shown[i]->text ? shown[i]->text : "");
		cJSON_AddNumberToObject(item, "count", (double)(next - i));
		cJSON_AddItemToArray(list, item);
	}
	free(shown);
	return 200;
}

/* --- Citizens --- */

static int send_post(struct sandbox *s, const struct http_request *req, const cJSON *in, cJSON *out)
{
	struct place *p = place_of(s, in);
	const struct saying what = {
		.kind = json_text(in, "kind") ? json_text(in, "kind") : "text",
		.user = json_text(in, "user"),
		.text = json_text(in, "text"),
		.payload = json_text(in, "payload"),
		.quick_reply = flag_or(in, "quick_reply", false),
	};
	uint64_t seq = 0;
	enum err err;

	(void)req;
	if (!p)
		return wrong(out, "channel or account is not configured");
	if (!what.user || !*what.user || strlen(what.user) > 64)
		return wrong(out, "user is missing or too long");
	err = p->is_zalo ? zalo_say(p, &what, &seq) : graph_say(p, &what, &seq);
	if (err == ERR_FORMAT)
		return wrong(out, "kind is unknown to this platform, or its text or payload is missing");
	if (err != OK)
		return wrong(out, err_words(err));
	cJSON_AddNumberToObject(out, "seq", (double)seq);
	cJSON_AddStringToObject(out, "id", said_get(s, seq)->id);
	return 200;
}

/* Any event, signed and delivered as it stands. */
static int raw_post(struct sandbox *s, const struct http_request *req, const cJSON *in, cJSON *out)
{
	struct place *p = place_of(s, in);
	const cJSON *event = cJSON_GetObjectItemCaseSensitive(in, "event");

	(void)req;
	if (!p || !cJSON_IsObject(event))
		return wrong(out, "channel, account or event is missing");
	webhook_deliver_json(p, cJSON_Duplicate(event, true), UINT64_MAX, NULL, NULL);
	return 200;
}

static int citizen_post(struct sandbox *s, const struct http_request *req, const cJSON *in, cJSON *out)
{
	struct place *p = place_of(s, in);
	const char *user = json_text(in, "user");
	struct citizen *c = p && user ? citizen_meet(p, user) : NULL;

	(void)req;
	if (!c)
		return wrong(out, "channel, account or user is missing");
	c->unreachable = flag_or(in, "unreachable", c->unreachable);
	if (cJSON_HasObjectItem(in, "quiet_ms")) /* how long ago the last interaction was */
		c->last_ms = clock_now_ms() - (int64_t)number_or(in, "quiet_ms", 0);
	return 200;
}

/* --- Knobs --- */

static int faults_get(struct sandbox *s, const struct http_request *req, const cJSON *in, cJSON *out)
{
	(void)req, (void)in;
	for (int f = 0; f < FAULT_COUNT; f++) {
		cJSON *fault = cJSON_AddObjectToObject(out, fault_name((enum fault)f));

		cJSON_AddNumberToObject(fault, "probability", s->faults[f].probability);
		cJSON_AddNumberToObject(fault, "next", s->faults[f].next);
		cJSON_AddNumberToObject(fault, "played", (double)s->faults[f].played);
	}
	cJSON_AddNumberToObject(out, "slow_ms", (double)s->slow_ms);
	return 200;
}

static int fault_find(const char *name)
{
	for (int f = 0; f < FAULT_COUNT; f++)
		if (strcmp(fault_name((enum fault)f), name) == 0)
			return f;
	return FAULT_COUNT;
}

/* {"lost": {"probability": 0.1}, "slow": {"next": 3}, "slow_ms": 5000}; "clear": true first makes every day a good one */
static int faults_post(struct sandbox *s, const struct http_request *req, const cJSON *in, cJSON *out)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, in)
	{
		if (strcmp(item->string, "clear") != 0 && strcmp(item->string, "slow_ms") != 0 &&
			(fault_find(item->string) == FAULT_COUNT || !cJSON_IsObject(item)))
			return wrong(out, "unknown fault");
	}
	if (flag_or(in, "clear", false))
		memset(s->faults, 0, sizeof s->faults);
	s->slow_ms = (int64_t)number_or(in, "slow_ms", (double)s->slow_ms);
	cJSON_ArrayForEach(item, in)
	{
		int f = fault_find(item->string);

		if (f == FAULT_COUNT)
			continue;
		s->faults[f].probability = number_or(item, "probability", s->faults[f].probability);
		s->faults[f].next = (unsigned)number_or(item, "next", s->faults[f].next);
	}
	return faults_get(s, req, in, out);
}

static int settings_get(struct sandbox *s, const struct http_request *req, const cJSON *in, cJSON *out)
{
	(void)req, (void)in;
	cJSON_AddStringToObject(out, "echo", echo_names[s->echo]);
	cJSON_AddBoolToObject(out, "receipts", s->receipts);
	cJSON_AddBoolToObject(out, "proof_required", s->proof_required);
	cJSON_AddNumberToObject(out, "rate_per_minute", s->rate_per_minute);
	cJSON_AddNumberToObject(out, "time_scale", s->time_scale);
	return 200;
}

static int settings_post(struct sandbox *s, const struct http_request *req, const cJSON *in, cJSON *out)
{
	const char *echo = json_text(in, "echo");
	double time_scale = number_or(in, "time_scale", s->time_scale);
	int when = 0;

	while (echo && when <= ECHO_OFF && strcmp(echo, echo_names[when]) != 0)
		when++;
	if (when > ECHO_OFF || time_scale <= 0)
		return wrong(out, "echo is after, before or off; time_scale is above 0");
	if (echo)
		s->echo = (enum echo_when)when;
	s->time_scale = time_scale;
	s->receipts = flag_or(in, "receipts", s->receipts);
	s->proof_required = flag_or(in, "proof_required", s->proof_required);
	s->rate_per_minute = (unsigned)number_or(in, "rate_per_minute", s->rate_per_minute);
	return settings_get(s, req, in, out);
}

/* {"channel": "zalo", "expire": true} or "revoke": the access tokens given out so far; "consent": an administrator grants
 * access anew, and the answer holds the refresh token for the daemon's file */
static int token_post(struct sandbox *s, const struct http_request *req, const cJSON *in, cJSON *out)
{
	struct place *p = place_of(s, in);

	(void)req;
	if (!p || !p->is_zalo)
		return wrong(out, "only Zalo's tokens end");
	if (flag_or(in, "expire", false))
		p->expired_up_to = p->generation;
	if (flag_or(in, "revoke", false))
		p->revoked_up_to = p->generation;
	if (flag_or(in, "consent", false)) {
		struct arena a;
		const char *token;

		arena_init(&a, 4096);
		token = token_refresh(&a, p);
		cJSON_AddStringToObject(out, "refresh_token", token ? token : "");
		arena_release(&a);
	}
	return 200;
}

/* {"channel": "zalo", "on": true}: after the platform switched it off; "greet": true saves the URL anew */
static int webhook_post(struct sandbox *s, const struct http_request *req, const cJSON *in, cJSON *out)
{
	struct place *p = place_of(s, in);

	(void)req;
	if (!p)
		return wrong(out, "channel or account is not configured");
	p->webhook_off = !flag_or(in, "on", !p->webhook_off);
	if (flag_or(in, "greet", false))
		webhook_greet(p);
	return 200;
}

static int reset_post(struct sandbox *s, const struct http_request *req, const cJSON *in, cJSON *out)
{
	(void)req, (void)in, (void)out;
	said_free_all(s);
	memset(s->faults, 0, sizeof s->faults);
	return 200;
}

/* --- Dispatch --- */

static const struct {
	const char *method, *path;
	int (*handle)(struct sandbox *s, const struct http_request *req, const cJSON *in, cJSON *out);
} table[] = {
	{"GET", "/api/accounts", accounts_get},
	{"GET", "/api/messages", messages_get},
	{"GET", "/api/delivered", delivered_get},
	{"POST", "/api/send", send_post},
	{"POST", "/api/raw", raw_post},
	{"GET", "/control/faults", faults_get},
	{"POST", "/control/faults", faults_post},
	{"GET", "/control/settings", settings_get},
	{"POST", "/control/settings", settings_post},
	{"POST", "/control/citizen", citizen_post},
	{"POST", "/control/token", token_post},
	{"POST", "/control/webhook", webhook_post},
	{"POST", "/control/reset", reset_post},
};

static bool is_json(const struct http_request *req)
{
	const char *type = http_header(req, "content-type");

	return type && strncasecmp(type, "application/json", 16) == 0;
}

void api_routes(void *arg, const struct http_request *req, struct http_exchange *x)
{
	bool post = strcmp(req->method, "POST") == 0;
	cJSON *out = cJSON_CreateObject(), *in = NULL;
	int status = 404;

	if (post)
		in = cJSON_ParseWithLength(req->body.ptr ? req->body.ptr : "", req->body.len);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (strcmp(table[i].path, req->path) != 0 || strcmp(table[i].method, req->method) != 0)
			continue;
		if (post && (!is_json(req) || !cJSON_IsObject(in)))
			status = wrong(out, "a JSON object with Content-Type: application/json is wanted");
		else
			status = table[i].handle(arg, req, in, out);
		break;
	}
	cJSON_Delete(in);
	send_json(x, status, out);
}
