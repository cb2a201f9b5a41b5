/* http_server.h - llhttp (strict) on uv_tcp: listening, limits, deadlines, routes. Loop thread only.
 * A request is handed to its route's handler when it is complete; the answer may come later (after a commit), exactly
 * once, through http_answer(). No reading ahead on a connection whose answer is pending. */
#ifndef MOTCUA_HTTP_SERVER_H
#define MOTCUA_HTTP_SERVER_H

#include "daemon/base/message.h"
#include "daemon/net/loop.h"

struct http_server;
struct http_exchange; /* one request and its answer; valid until http_answer() */

/* The request and what it points to live until http_answer(x). */
typedef void (*http_handler)(void *arg, const struct http_request *req, struct http_exchange *x);

struct http_route {
	const char *method; /* NULL: any */
	const char *path;   /* exact, or a prefix when it ends in "*" */
	http_handler handler;
	void *arg;
	size_t body_max;   /* bytes; 0: the server's */
	int64_t answer_ms; /* 0: the server's */
};

struct http_server_options {
	const char *listen; /* "127.0.0.1:8080", "[::1]:8080", "127.0.0.1:0" (any free port), "unix:/run/motcua/http.sock" */
	const struct http_route *routes; /* first match wins; ends with a NULL path; borrowed */
	size_t body_max;           /* bytes; default 1 MiB; beyond it 413 and close */
	unsigned connections_max;  /* default 1024; beyond it the newest is closed */
	unsigned per_address_max;  /* default 256; loopback and Unix sockets (a proxy) are not limited by address */
	int64_t idle_ms;           /* default 30,000: no byte in either direction while keeping alive */
	int64_t request_ms;        /* default 10,000: total, first byte to last byte of a request */
	int64_t answer_ms;         /* default 10,000: handler must have answered, else 503 and close */
};

enum err http_server_open(struct loop *loop, const struct http_server_options *o, struct http_server **ret_server,
	struct why *why);
const char *http_server_address(const struct http_server *s); /* "127.0.0.1:43121": the port really bound */

/* Answers once; headers may be NULL when count is 0; body is copied. Safe when the peer has gone meanwhile. */
void http_answer(struct http_exchange *x, int status, const char *content_type, struct bytes body,
	const struct http_header *headers, size_t header_count);
void http_answer_text(struct http_exchange *x, int status, const char *text); /* text/plain; charset=utf-8 */

/* For the sandbox, which plays a platform on a bad day: the answer goes out in pieces of `piece` bytes (0: all at once), one
 * each `gap_ms`, and after `cut` bytes (SIZE_MAX: never) the connection is reset; 0: reset without an answer. */
struct http_trouble {
	size_t piece, cut;
	int64_t gap_ms;
};
void http_answer_badly(struct http_exchange *x, int status, const char *content_type, struct bytes body,
	const struct http_trouble *trouble);

/* Stops listening, lets pending answers go out with "Connection: close", then calls closed_cb; at most `grace_ms`.
 * Frees the server before closed_cb. */
void http_server_close(struct http_server *s, int64_t grace_ms, void (*closed_cb)(void *arg), void *arg);

/* Query and form fields: the decoded value of `name` in "a=1&b=%20", allocated in `a`; NULL when absent or malformed. */
const char *http_field(struct arena *a, const char *query, const char *name);

#endif
