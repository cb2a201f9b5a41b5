/* http_fixture.h - an HTTP server on a loop of its own with routes that echo, wait and misbehave, and a client that speaks raw
 * octets to it. Every function turns the loop meanwhile; a wait beyond HTTP_PATIENCE turns is a failed test. */
#ifndef MOTCUA_TESTS_HTTP_FIXTURE_H
#define MOTCUA_TESTS_HTTP_FIXTURE_H

#include "daemon/base/buf.h"
#include "daemon/net/http_server.h"

#include <sys/socket.h>

enum { HTTP_PATIENCE = 20000 }; /* turns of the loop, at least 0.2 ms each */
enum { HTTP_ROOMY = 500000 };   /* octets that the route /roomy takes, whatever the server's limit */

#define LAST "Host: a\r\nConnection: close\r\n" /* head lines of a request that is its connection's last */

struct http_fixture {
	struct loop *loop;
	struct http_server *server;
	struct http_exchange *late[8]; /* exchanges of /late, to be answered by the test */
	size_t late_count;
	unsigned handled;
	bool closed;
};

/* Routes: GET /late and /hurried (50 ms) wait for the test, GET /big answers 8 MiB, /headers, POST /only-post, /echo*, /trouble,
 * POST /roomy. `o->listen` NULL: a free port of the loopback. */
void http_fixture_open(struct http_fixture *f, const struct http_server_options *o);
void http_fixture_close(struct http_fixture *f);
void http_fixture_closed(void *arg); /* closed_cb of a server the test closes itself; arg is a bool */
void http_fixture_turn(struct http_fixture *f);
int http_fixture_connect(struct http_fixture *f); /* a socket that does not block; close() it */
int http_connect_to(const struct sockaddr *address, socklen_t len);

void http_say(struct http_fixture *f, int fd, const char *ptr, size_t len);

/* Turns the loop until `text` holds `count` times `what`, or the server closes (then true). */
bool http_hear(struct http_fixture *f, int fd, struct buf *text, const char *what, int count);

/* One connection: says it all, and hears until the server closes. */
void http_converse(struct http_fixture *f, const char *ptr, size_t len, struct buf *ret_text);

/* … and what it heard begins and ends so. */
void http_expect(struct http_fixture *f, const char *request, const char *start, const char *end);

#endif
