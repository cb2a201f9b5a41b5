/* platform.h - a platform that answers as told: a real HTTP server on a free port of this machine, in the test's loop.
 * Nothing scripted: every send and every token renewal succeeds, in the words of Zalo or Facebook by the path. */
#ifndef MOTCUA_TEST_PLATFORM_H
#define MOTCUA_TEST_PLATFORM_H

#include "daemon/net/http_server.h"

#define PLATFORM_CALLS_MAX 4096

struct platform_call {
	char *path, *body;
	char *token;   /* header access_token or secret_key, or the query's access_token; "" when none */
	bool is_token; /* a renewal */
	int64_t at_us; /* monotonic */
};

struct platform_answer {
	int status; /* 0: none; the call is held until platform_close() */
	const char *body;
};

struct platform {
	struct loop *loop;
	struct http_server *server;
	char base[64]; /* "http://127.0.0.1:PORT" */
	struct platform_call calls[PLATFORM_CALLS_MAX];
	size_t call_count, send_count, token_count;
	struct platform_answer sends[64], tokens[64]; /* scripts; the first comes first */
	size_t sends_from, sends_to, tokens_from, tokens_to;
	unsigned ids;
	/* Called for every send before it is answered; NULL. */
	void (*send_cb)(void *arg, const struct platform_call *call);
	void *arg;
};

void platform_open(struct platform *p, struct loop *loop);
void platform_close(struct platform *p);
void platform_stop_listening(struct platform *p); /* connections are refused from now on */
void platform_listen_again(struct platform *p);   /* on the same port */

void platform_send_answers(struct platform *p, int status, const char *body); /* `body` is borrowed */
void platform_token_answers(struct platform *p, int status, const char *body);
const struct platform_call *platform_send(const struct platform *p, size_t n); /* the n-th send, from 0 */

/* Runs the loop until `done` says so, at most ten seconds; false: it never did. */
bool loop_until(struct loop *loop, bool (*done)(void *arg), void *arg);
void loop_for_ms(struct loop *loop, int64_t ms);

#endif
