#include "tests/support/platform.h"

#include "daemon/base/clock.h"
#include "tests/support/fault.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UNTIL_MS 10000

static struct http_exchange *held[256];
static size_t held_count;

static char *copy(const char *s, size_t len)
{
	char *c = malloc(len + 1);

	assert(c);
	if (len)
		memcpy(c, s, len);
	c[len] = '\0';
	return c;
}

static char *token_copy(const struct http_request *req)
{
	const char *token = http_header(req, "access_token");
	struct arena arena;
	char *c;

	arena_init(&arena, 65536);
	if (!token)
		token = http_header(req, "secret_key");
	if (!token)
		token = http_field(&arena, req->query, "access_token");
	c = copy(token ? token : "", token ? strlen(token) : 0);
	arena_release(&arena);
	return c;
}

static void usual_answer(struct platform *p, const struct platform_call *call, struct http_exchange *x)
{
	unsigned id = ++p->ids;
	char body[256];

	if (call->is_token)
		snprintf(body, sizeof body,
			"{\"access_token\":\"at-%u\",\"refresh_token\":\"rt-%u\",\"expires_in\":\"90000\"}",
			id, id);
	else if (strstr(call->path, "/oa/"))
		snprintf(body, sizeof body,
			"{\"error\":0,\"message\":\"Success\",\"data\":{\"message_id\":\"mid-%u\"}}", id);
	else
		snprintf(body, sizeof body, "{\"recipient_id\":\"u\",\"message_id\":\"mid-%u\"}", id);
	http_answer(x, 200, "application/json", (struct bytes){body, strlen(body)}, NULL, 0);
}

static void answer_call(struct platform *p, const struct http_request *req, struct http_exchange *x)
{
	struct platform_call *call = &p->calls[p->call_count++];
	struct platform_answer answer = {-1, NULL};

	assert(p->call_count < PLATFORM_CALLS_MAX);
	*call = (struct platform_call){copy(req->path, strlen(req->path)), copy(req->body.ptr, req->body.len),
		token_copy(req), strstr(req->path, "access_token") != NULL, clock_monotonic_us()};
	if (call->is_token) {
		p->token_count++;
		if (p->tokens_from < p->tokens_to)
			answer = p->tokens[p->tokens_from++];
	} else {
		p->send_count++;
		if (p->sends_from < p->sends_to)
			answer = p->sends[p->sends_from++];
		if (p->send_cb)
			p->send_cb(p->arg, call);
	}
	if (answer.status == 0)
		held[held_count++] = x;
	else if (answer.status < 0)
		usual_answer(p, call, x);
	else
		http_answer(x, answer.status, "application/json",
			(struct bytes){answer.body, strlen(answer.body)}, NULL, 0);
}

static void serve_call(void *arg, const struct http_request *req, struct http_exchange *x)
{
	fault_alloc_pause(true);
	answer_call(arg, req, x);
	fault_alloc_pause(false);
}

static const struct http_route *routes_of(struct platform *p)
{
	static struct http_route routes[2];

	routes[0] = (struct http_route){NULL, "/*", serve_call, p, 0, 0};
	return routes;
}

static void listen_on(struct platform *p, const char *address)
{
	struct http_server_options o = {
		.listen = address, .routes = routes_of(p), .answer_ms = 3600000, .request_ms = 3600000};
	struct why why = {""};

	if (http_server_open(p->loop, &o, &p->server, &why) != OK) {
		fprintf(stderr, "%s\n", why.text);
		abort();
	}
}

void platform_open(struct platform *p, struct loop *loop)
{
	memset(p, 0, sizeof *p);
	p->loop = loop;
	listen_on(p, "127.0.0.1:0");
	snprintf(p->base, sizeof p->base, "http://%s", http_server_address(p->server));
}

static void closed(void *arg)
{
	*(bool *)arg = true;
}

void platform_stop_listening(struct platform *p)
{
	bool done = false;

	if (!p->server)
		return;
	for (size_t i = 0; i < held_count; i++)
		http_answer_text(held[i], 503, "");
	held_count = 0;
	http_server_close(p->server, 100, closed, &done);
	p->server = NULL;
	while (!done)
		loop_for_ms(p->loop, 1);
}

void platform_listen_again(struct platform *p)
{
	listen_on(p, p->base + strlen("http://"));
}

void platform_close(struct platform *p)
{
	platform_stop_listening(p);
	for (size_t i = 0; i < p->call_count; i++) {
		free(p->calls[i].path);
		free(p->calls[i].body);
		free(p->calls[i].token);
	}
}

void platform_send_answers(struct platform *p, int status, const char *body)
{
	p->sends[p->sends_to++] = (struct platform_answer){status, body};
}

void platform_token_answers(struct platform *p, int status, const char *body)
{
	p->tokens[p->tokens_to++] = (struct platform_answer){status, body};
}

const struct platform_call *platform_send(const struct platform *p, size_t n)
{
	for (size_t i = 0; i < p->call_count; i++)
		if (!p->calls[i].is_token && n-- == 0)
			return &p->calls[i];
	return NULL;
}

bool loop_until(struct loop *loop, bool (*done)(void *arg), void *arg)
{
	int64_t end_us = clock_monotonic_us() + UNTIL_MS * 1000;

	while (!done(arg)) {
		if (clock_monotonic_us() > end_us)
			return false;
		loop_run_once(loop);
		usleep(200);
	}
	return true;
}

void loop_for_ms(struct loop *loop, int64_t ms)
{
	int64_t end_us = clock_monotonic_us() + ms * 1000;

	do {
		loop_run_once(loop);
		usleep(200);
	} while (clock_monotonic_us() < end_us);
}
