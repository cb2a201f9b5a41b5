#include "tests/support/http_fixture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* --- Handlers --- */

/* Says what it got. */
static void echo(void *arg, const struct http_request *req, struct http_exchange *x)
{
	struct http_fixture *b = arg;
	struct buf out;

	b->handled++;
	buf_init(&out, 4 << 20);
	buf_printf(&out, "%s %s ?%s %zu:", req->method, req->path, req->query, req->body.len);
	buf_add(&out, req->body.ptr, req->body.len);
	if (http_header(req, "x-a"))
		buf_printf(&out, " a=%s", http_header(req, "x-a"));
	http_answer(x, 200, "text/plain", (struct bytes){out.ptr, out.len}, NULL, 0);
	buf_release(&out);
}

static void late(void *arg, const struct http_request *req, struct http_exchange *x)
{
	struct http_fixture *b = arg;

	(void)req;
	b->handled++;
	b->late[b->late_count++] = x;
}

static void big(void *arg, const struct http_request *req, struct http_exchange *x)
{
	size_t len = (size_t)8 << 20;
	char *body = malloc(len);

	(void)arg, (void)req;
	memset(body, 'b', len);
	http_answer(x, 200, NULL, (struct bytes){body, len}, NULL, 0);
	free(body);
}

static void with_headers(void *arg, const struct http_request *req, struct http_exchange *x)
{
	const struct http_header headers[] = {
		{"X-One", "1"}, {"X-Bad", "a\r\nX-Injected: yes"}, {"X-Two", "2"}};

	(void)arg, (void)req;
	http_answer(x, 201, "application/json", (struct bytes){"{}", 2}, headers, 3);
}

static void troubled(void *arg, const struct http_request *req, struct http_exchange *x)
{
	const struct http_trouble drip = {.piece = 1, .cut = SIZE_MAX}, cut = {.piece = 7, .cut = 30},
				  none = {0};
	const struct http_trouble *t = strcmp(req->query, "drip") == 0  ? &drip
				       : strcmp(req->query, "cut") == 0 ? &cut
									: &none;

	(void)arg;
	http_answer_badly(x, 200, "text/plain", (struct bytes){"dripping", 8}, t);
}

/* --- The server, and a client beside it --- */

void http_fixture_open(struct http_fixture *b, const struct http_server_options *o)
{
	static struct http_route routes[9];
	struct http_server_options options = *o;
	struct why why = {""};

	routes[0] = (struct http_route){"GET", "/late", late, b, 0, 0};
	routes[1] = (struct http_route){"GET", "/big", big, b, 0, 0};
	routes[2] = (struct http_route){NULL, "/headers", with_headers, b, 0, 0};
	routes[3] = (struct http_route){"POST", "/only-post", echo, b, 0, 0};
	routes[4] = (struct http_route){NULL, "/echo*", echo, b, 0, 0};
	routes[5] = (struct http_route){NULL, "/trouble", troubled, b, 0, 0};
	routes[6] = (struct http_route){"POST", "/roomy", echo, b, HTTP_ROOMY, 0};
	routes[7] = (struct http_route){"GET", "/hurried", late, b, 0, 50};
	options.routes = routes;
	if (!options.listen)
		options.listen = "127.0.0.1:0";
	assert_int_equal(loop_open(&b->loop, &why), OK);
	if (http_server_open(b->loop, &options, &b->server, &why) != OK)
		fail_msg("%s", why.text);
}

void http_fixture_closed(void *arg)
{
	*(bool *)arg = true;
}

void http_fixture_turn(struct http_fixture *b)
{
	loop_run_once(b->loop);
	nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
}

void http_fixture_close(struct http_fixture *b)
{
	if (b->server)
		http_server_close(b->server, 0, http_fixture_closed, &b->closed);
	for (int i = 0; i < HTTP_PATIENCE && !b->closed; i++)
		http_fixture_turn(b);
	assert_true(b->closed);
	loop_close(b->loop);
}

int http_connect_to(const struct sockaddr *address, socklen_t len)
{
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, address, len), 0);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

int http_fixture_connect(struct http_fixture *b)
{
	struct sockaddr_in in = {.sin_family = AF_INET};

	in.sin_port = htons((uint16_t)atoi(strrchr(http_server_address(b->server), ':') + 1));
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return http_connect_to((struct sockaddr *)&in, sizeof in);
}

void http_say(struct http_fixture *b, int fd, const char *ptr, size_t len)
{
	for (int patience = HTTP_PATIENCE; len > 0 && patience; patience--) {
		ssize_t sent = send(fd, ptr, len, MSG_NOSIGNAL);

		if (sent < 0 && errno != EAGAIN)
			return; /* the server hung up; what it said comes next */
		ptr += sent > 0 ? sent : 0;
		len -= sent > 0 ? (size_t)sent : 0;
		http_fixture_turn(b);
	}
}

bool http_hear(struct http_fixture *b, int fd, struct buf *text, const char *what, int count)
{
	for (int patience = HTTP_PATIENCE; patience; patience--) {
		char bytes[65536];
		ssize_t len = recv(fd, bytes, sizeof bytes, 0);
		int seen = 0;

		if (len > 0)
			buf_add(text, bytes, (size_t)len);
		if (len == 0 || (len < 0 && errno != EAGAIN))
			return true;
		for (const char *at = buf_text(text); what && (at = strstr(at, what)); at++)
			seen++;
		if (what && seen >= count)
			return false;
		http_fixture_turn(b);
	}
	fail_msg("no more came after: %.200s", buf_text(text));
	return false;
}

void http_converse(struct http_fixture *b, const char *ptr, size_t len, struct buf *ret_text)
{
	int fd = http_fixture_connect(b);

	buf_clear(ret_text);
	http_say(b, fd, ptr, len);
	assert_true(http_hear(b, fd, ret_text, NULL, 0));
	close(fd);
}

void http_expect(struct http_fixture *b, const char *request, const char *start, const char *end)
{
	struct buf text;

	buf_init(&text, 64 << 20);
	http_converse(b, request, strlen(request), &text);
	if (strncmp(buf_text(&text), start, strlen(start)) != 0 || text.len < strlen(end) ||
		strcmp(text.ptr + text.len - strlen(end), end) != 0)
		fail_msg("\"%s\" was answered: %s", request, buf_text(&text));
	buf_release(&text);
}
