/* sandbox.c - opening and closing, and who answers which path. */
#include "daemon/sandbox/sandbox_internal.h"

#include <stdlib.h>
#include <string.h>

/* An exchange may be left unanswered on purpose; fault.c ends it long before. */
enum { ANSWER_MS = 10 * 60 * 1000, CLOSE_GRACE_MS = 500, ZALO_RATE_PER_MINUTE = 4000, SLOW_MS = 3000 };

static bool is_loopback(const char *listen)
{
	return strncmp(listen, "127.", 4) == 0 || strncmp(listen, "[::1]:", 6) == 0 ||
	       strncmp(listen, "unix:", 5) == 0;
}

static const char *text_or_empty(struct arena *a, const char *text)
{
	return arena_string(a, text ? text : "");
}

static enum err places_take(struct sandbox *s, const struct sandbox_options *o)
{
	s->places = arena_array(&s->arena, o->account_count, sizeof *s->places);
	if (!s->places && o->account_count > 0)
		return ERR_NOMEM;
	s->place_count = o->account_count;
	for (size_t i = 0; i < o->account_count; i++) {
		const struct sandbox_account *from = &o->accounts[i];
		struct place *p = &s->places[i];

		p->sandbox = s;
		p->is_zalo = strcmp(from->channel, "zalo") == 0;
		p->conf = (struct sandbox_account){
			.channel = text_or_empty(&s->arena, from->channel),
			.id = text_or_empty(&s->arena, from->id),
			.app_id = text_or_empty(&s->arena, from->app_id),
			.app_secret = text_or_empty(&s->arena, from->app_secret),
			.oa_secret = text_or_empty(&s->arena, from->oa_secret),
			.page_token = text_or_empty(&s->arena, from->page_token),
			.verify_token = text_or_empty(&s->arena, from->verify_token),
			.refresh_token = text_or_empty(&s->arena, from->refresh_token),
		};
		if (!p->conf.refresh_token)
			return ERR_NOMEM; /* an arena that failed once has failed for all that follow */
	}
	return OK;
}

static enum err server_open(struct sandbox *s, const char *listen, struct why *why)
{
	const struct http_route routes[] = {
		{"POST", "/v3.0/oa/message/cs", zalo_routes_message, s, 0, 0},
		{"POST", "/v2.0/oa/message", zalo_routes_anonymous, s, 0, 0},
		{"POST", "/v4/oa/access_token", zalo_routes_token, s, 0, 0},
		{NULL, "/api/*", api_routes, s, 0, 0},
		{NULL, "/control/*", api_routes, s, 0, 0},
		{"POST", "/v*", graph_routes, s, 0, 0},
		{"GET", "/*", page_routes, s, 0, 0},
		{NULL, NULL, NULL, NULL, 0, 0},
	};
	struct http_route *kept = arena_alloc(&s->arena, sizeof routes);
	struct http_server_options options = {.listen = listen, .routes = kept, .answer_ms = ANSWER_MS};

	if (!kept)
		return why_set(why, ERR_NOMEM, "could not open the sandbox: out of memory");
	memcpy(kept, routes, sizeof routes);
	return http_server_open(s->loop, &options, &s->server, why);
}

static void sandbox_free(struct sandbox *s)
{
	if (s->said)
		said_free_all(s);
	free(s->said);
	citizens_free(s);
	arena_release(&s->arena);
	free(s);
}

enum err sandbox_open(
	struct loop *loop, const struct sandbox_options *o, struct sandbox **ret_sandbox, struct why *why)
{
	const struct http_client_options client = {
		.connections_per_host = 32, .user_agent = "motcua-sandbox"};
	struct sandbox *s;
	enum err err;

	if (!is_loopback(o->listen))
		return why_set(why, ERR_CONFIG,
			"cannot open the sandbox on \"%s\": it is for this machine only, 127.0.0.1",
			o->listen);
	s = calloc(1, sizeof *s);
	if (!s)
		return why_set(why, ERR_NOMEM, "could not open the sandbox: out of memory");
	arena_init(&s->arena, 4 * 1024 * 1024);
	s->loop = loop;
	s->time_scale = o->time_scale > 0 ? o->time_scale : 1;
	s->random = map_hash_number(o->seed + 1ull) | 1;
	s->rate_per_minute = ZALO_RATE_PER_MINUTE;
	s->slow_ms = SLOW_MS;
	s->receipts = true;
	s->webhook_base = arena_string(&s->arena, o->webhook_base);
	s->said = calloc(SAID_MAX, sizeof *s->said);
	err = s->said && s->webhook_base ? places_take(s, o) : ERR_NOMEM;
	if (err != OK)
		why_set(why, err, "could not open the sandbox: out of memory");
	else
		err = http_client_open(loop, &client, &s->client, why);
	if (err == OK)
		err = server_open(s, o->listen, why);
	if (err != OK) {
		http_client_close(s->client);
		sandbox_free(s);
		return err;
	}
	*ret_sandbox = s;
	return OK;
}

const char *sandbox_address(const struct sandbox *s)
{
	return http_server_address(s->server);
}

static void server_closed(void *arg)
{
	struct sandbox *s = arg;
	void (*closed_cb)(void *arg) = s->closed_cb;
	void *closed_arg = s->closed_arg;

	sandbox_free(s);
	if (closed_cb)
		closed_cb(closed_arg);
}

void sandbox_close(struct sandbox *s, void (*closed_cb)(void *arg), void *arg)
{
	s->closing = true;
	s->closed_cb = closed_cb;
	s->closed_arg = arg;
	webhook_cancel_all(s);
	http_client_close(s->client); /* ends the webhooks in flight */
	fault_cancel_all(s);
	http_server_close(s->server, CLOSE_GRACE_MS, server_closed, s);
}
