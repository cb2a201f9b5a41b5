#include "daemon/base/metrics.h"
#include "daemon/net/http_server.h"
#include "tests/support/fault.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 20000 }; /* a test that waits longer has failed */
enum { ROOMY = 500000 };      /* bytes that one route takes, whatever the server's limit */

struct bench {
	struct loop *loop;
	struct http_server *server;
	struct http_exchange *late[8]; /* exchanges of /late, to be answered by the test */
	size_t late_count;
	unsigned handled;
	bool closed;
};

/* --- Handlers --- */

/* Says what it got. */
static void echo(void *arg, const struct http_request *req, struct http_exchange *x)
{
	struct bench *b = arg;
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
	struct bench *b = arg;

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

/* --- The bench --- */

static void bench_open(struct bench *b, const struct http_server_options *o)
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
	routes[6] = (struct http_route){"POST", "/roomy", echo, b, ROOMY, 0};
	routes[7] = (struct http_route){"GET", "/hurried", late, b, 0, 50};
	options.routes = routes;
	if (!options.listen)
		options.listen = "127.0.0.1:0";
	assert_int_equal(loop_open(&b->loop, &why), OK);
	if (http_server_open(b->loop, &options, &b->server, &why) != OK)
		fail_msg("%s", why.text);
}

static void closed(void *arg)
{
	*(bool *)arg = true;
}

static void turn(struct bench *b)
{
	loop_run_once(b->loop);
	nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
}

static void bench_close(struct bench *b)
{
	if (b->server)
		http_server_close(b->server, 0, closed, &b->closed);
	for (int i = 0; i < PATIENCE_MS && !b->closed; i++)
		turn(b);
	assert_true(b->closed);
	loop_close(b->loop);
}

static int connect_to(const struct sockaddr *address, socklen_t len)
{
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, address, len), 0);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

static int bench_connect(struct bench *b)
{
	struct sockaddr_in in = {.sin_family = AF_INET};

	in.sin_port = htons((uint16_t)atoi(strrchr(http_server_address(b->server), ':') + 1));
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return connect_to((struct sockaddr *)&in, sizeof in);
}

static void say(struct bench *b, int fd, const char *ptr, size_t len)
{
	for (int patience = PATIENCE_MS; len > 0 && patience; patience--) {
		ssize_t sent = send(fd, ptr, len, MSG_NOSIGNAL);

		if (sent < 0 && errno != EAGAIN)
			return; /* the server hung up; what it said comes next */
		ptr += sent > 0 ? sent : 0;
		len -= sent > 0 ? (size_t)sent : 0;
		turn(b);
	}
}

/* Turns the loop until `text` holds `count` times `what`, or the server closes (then true), or patience ends.
 */
static bool hear(struct bench *b, int fd, struct buf *text, const char *what, int count)
{
	for (int patience = PATIENCE_MS; patience; patience--) {
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
		turn(b);
	}
	fail_msg("no more came after: %.200s", buf_text(text));
	return false;
}

/* One connection: says it all, and hears until the server closes. */
static void exchange(struct bench *b, const char *ptr, size_t len, struct buf *ret_text)
{
	int fd = bench_connect(b);

	buf_clear(ret_text);
	say(b, fd, ptr, len);
	assert_true(hear(b, fd, ret_text, NULL, 0));
	close(fd);
}

static void expect(struct bench *b, const char *request, const char *start, const char *end)
{
	struct buf text;

	buf_init(&text, 64 << 20);
	exchange(b, request, strlen(request), &text);
	if (strncmp(buf_text(&text), start, strlen(start)) != 0 || text.len < strlen(end) ||
		strcmp(text.ptr + text.len - strlen(end), end) != 0)
		fail_msg("\"%s\" was answered: %s", request, buf_text(&text));
	buf_release(&text);
}

/* --- Requests and answers --- */

#define LAST "Host: a\r\nConnection: close\r\n"
static const char plain[] = "GET /echo HTTP/1.1\r\n" LAST "\r\n";

static void plain_requests_are_answered(void **state)
{
	struct bench b = {0};

	(void)state;
	bench_open(&b, &(struct http_server_options){0});
	expect(&b, "GET /echo HTTP/1.1\r\n" LAST "\r\n", "HTTP/1.1 200 OK\r\n", "\r\n\r\nGET /echo ? 0:");
	expect(&b, "GET /echo/t%e1%bb%ab?a=%20b HTTP/1.1\r\n" LAST "X-A:  v \r\n\r\n", "HTTP/1.1 200",
		"GET /echo/t\xe1\xbb\xab ?a=%20b 0: a=v");
	expect(&b, "POST /echo HTTP/1.1\r\n" LAST "Content-Length: 5\r\n\r\nhello", "HTTP/1.1 200",
		" 5:hello");
	expect(&b,
		"POST /echo HTTP/1.1\r\n" LAST
		"Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
		"HTTP/1.1 200", " 5:hello");
	expect(&b, "GET /nothing HTTP/1.1\r\n" LAST "\r\n", "HTTP/1.1 404", "Not Found");
	expect(&b, "GET /only-post HTTP/1.1\r\n" LAST "\r\n", "HTTP/1.1 405", "Method Not Allowed");
	expect(&b, "GET /echo HTTP/1.0\r\n\r\n", "HTTP/1.1 200", "GET /echo ? 0:");
	expect(&b, "GET /headers HTTP/1.1\r\n" LAST "\r\n", "HTTP/1.1 201 Created\r\n",
		"Content-Length: 2\r\nContent-Type: application/json\r\nConnection: close\r\nX-One: "
		"1\r\nX-Two: "
		"2\r\n\r\n{}");
	assert_int_equal(b.handled, 5);
	bench_close(&b);
}

static void head_gets_length_but_no_body(void **state)
{
	struct bench b = {0};

	(void)state;
	bench_open(&b, &(struct http_server_options){0});
	expect(&b, "HEAD /echo HTTP/1.1\r\n" LAST "\r\n", "HTTP/1.1 200", "Connection: close\r\n\r\n");
	expect(&b, "HEAD /late2 HTTP/1.1\r\n" LAST "\r\n", "HTTP/1.1 404", "Connection: close\r\n\r\n");
	bench_close(&b);
}

static void connection_is_kept_for_both_versions(void **state)
{
	struct bench b = {0};
	struct buf text;
	int fd;

	(void)state;
	buf_init(&text, 1 << 20);
	bench_open(&b, &(struct http_server_options){0});
	fd = bench_connect(&b);
	for (int i = 1; i <= 3; i++) {
		static const char request[] = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";

		say(&b, fd, request, strlen(request));
		assert_false(hear(&b, fd, &text, "2:hi", i));
	}
	say(&b, fd, "GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 46);
	assert_false(hear(&b, fd, &text, " 0:", 1));
	assert_non_null(strstr(text.ptr, "Connection: keep-alive\r\n"));
	say(&b, fd, "GET /echo HTTP/1.0\r\n\r\n", 22);
	assert_true(hear(&b, fd, &text, NULL, 0));
	assert_int_equal(b.handled, 5);
	close(fd);
	buf_release(&text);
	bench_close(&b);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
	static const char requests[] = "GET /late HTTP/1.1\r\nHost: a\r\n\r\n"
				       "POST /echo?second HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"
				       "GET /echo?third HTTP/1.1\r\nHost: a\r\n\r\n";
	struct bench b = {0};
	struct buf text;
	int fd;

	(void)state;
	buf_init(&text, 1 << 20);
	bench_open(&b, &(struct http_server_options){0});
	fd = bench_connect(&b);
	say(&b, fd, requests, strlen(requests));
	for (int i = 0; i < 100; i++)
		turn(&b);
	assert_int_equal(b.handled, 1); /* the others wait for the first answer */
	http_answer_text(b.late[0], 200, "first");
	assert_false(hear(&b, fd, &text, "?third", 1));
	assert_true(strstr(text.ptr, "first") < strstr(text.ptr, "?second"));
	assert_true(strstr(text.ptr, "?second") < strstr(text.ptr, "?third"));
	close(fd);
	buf_release(&text);
	bench_close(&b);
}

static void long_pipeline_is_held_back_and_answered(void **state)
{
	enum { REQUESTS = 3000 };
	static const char one[] = "GET /echo/pipeline HTTP/1.1\r\nHost: a\r\n\r\n";
	struct bench b = {0};
	struct buf requests, text;
	int fd;

	(void)state;
	buf_init(&requests, 1 << 20);
	buf_init(&text, 16 << 20);
	buf_add_string(&requests, "GET /late HTTP/1.1\r\nHost: a\r\n\r\n");
	for (int i = 0; i < REQUESTS; i++)
		buf_add_string(&requests, one);
	bench_open(&b, &(struct http_server_options){0});
	fd = bench_connect(&b);
	say(&b, fd, requests.ptr, requests.len);
	while (b.late_count == 0)
		turn(&b);
	shutdown(fd, SHUT_WR); /* half closed: the answers are still wanted */
	http_answer_text(b.late[0], 200, "first");
	assert_true(hear(&b, fd, &text, NULL, 0));
	assert_int_equal(b.handled, 1 + REQUESTS);
	close(fd);
	buf_release(&requests);
	buf_release(&text);
	bench_close(&b);
}

static void request_may_arrive_byte_by_byte(void **state)
{
	static const char request[] = "POST /echo?q HTTP/1.1\r\n" LAST "Transfer-Encoding: chunked\r\n\r\n"
				      "3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";
	struct bench b = {0};
	struct buf text;
	int fd;

	(void)state;
	buf_init(&text, 1 << 20);
	bench_open(&b, &(struct http_server_options){0});
	fd = bench_connect(&b);
	for (size_t i = 0; i < strlen(request); i++)
		say(&b, fd, request + i, 1);
	assert_true(hear(&b, fd, &text, NULL, 0));
	assert_non_null(strstr(text.ptr, "POST /echo ?q 4:abcd"));
	close(fd);
	buf_release(&text);
	bench_close(&b);
}

static void bodies_up_to_the_limit_are_taken_and_no_longer_ones(void **state)
{
	enum { LIMIT = 300000 };
	struct bench b = {0};
	struct buf request, text;

	(void)state;
	buf_init(&request, 4 << 20);
	buf_init(&text, 4 << 20);
	bench_open(&b, &(struct http_server_options){.body_max = LIMIT});
	for (int chunked = 0; chunked <= 1; chunked++)
		for (int more = 0; more <= 1; more++) {
			buf_clear(&request);
			buf_printf(&request, "POST /echo HTTP/1.1\r\n" LAST);
			if (chunked)
				buf_printf(
					&request, "Transfer-Encoding: chunked\r\n\r\n%x\r\n", LIMIT + more);
			else
				buf_printf(&request, "Content-Length: %d\r\n\r\n", LIMIT + more);
			for (int i = 0; i < LIMIT + more; i++)
				buf_add(&request, &"0123456789"[i % 10], 1);
			if (chunked)
				buf_add_string(&request, "\r\n0\r\n\r\n");
			exchange(&b, request.ptr, request.len, &text);
			assert_int_equal(
				strncmp(buf_text(&text), more ? "HTTP/1.1 413" : "HTTP/1.1 200", 12), 0);
			if (!more)
				assert_memory_equal(text.ptr + text.len - 6, "456789", 6);
		}
	assert_int_equal(b.handled, 2);
	/* An announced length is refused before the body comes. */
	expect(&b, "POST /echo HTTP/1.1\r\n" LAST "Content-Length: 300001\r\nExpect: 100-continue\r\n\r\n",
		"HTTP/1.1 413", "Content Too Large");
	buf_release(&request);
	buf_release(&text);
	bench_close(&b);
}

static void route_with_a_limit_of_its_own_takes_that_much(void **state)
{
	struct bench b = {0};
	struct buf request, text;

	(void)state;
	buf_init(&request, 4 << 20);
	buf_init(&text, 4 << 20);
	bench_open(&b, &(struct http_server_options){.body_max = 1000});
	for (int chunked = 0; chunked <= 1; chunked++)
		for (int more = 0; more <= 1; more++) {
			buf_clear(&request);
			buf_add_string(&request, "POST /roomy HTTP/1.1\r\n" LAST);
			buf_printf(&request,
				chunked ? "Transfer-Encoding: chunked\r\n\r\n%x\r\n"
					: "Content-Length: %d\r\n\r\n",
				ROOMY + more);
			for (int i = 0; i < ROOMY + more; i++)
				buf_add(&request, "x", 1);
			if (chunked)
				buf_add_string(&request, "\r\n0\r\n\r\n");
			exchange(&b, request.ptr, request.len, &text);
			assert_int_equal(
				strncmp(buf_text(&text), more ? "HTTP/1.1 413" : "HTTP/1.1 200", 12), 0);
		}
	assert_int_equal(b.handled, 2);
	/* The others keep to the server's, also after a roomy one on the same connection. */
	expect(&b,
		"POST /roomy HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab"
		"POST /echo HTTP/1.1\r\n" LAST "Content-Length: 1001\r\n\r\n",
		"HTTP/1.1 200", "Content Too Large");
	buf_release(&request);
	buf_release(&text);
	bench_close(&b);
}

static void expect_100_continue_is_told_to_go_on(void **state)
{
	static const char head[] =
		"POST /echo HTTP/1.1\r\n" LAST "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n";
	struct bench b = {0};
	struct buf text;
	int fd;

	(void)state;
	buf_init(&text, 1 << 20);
	bench_open(&b, &(struct http_server_options){0});
	fd = bench_connect(&b);
	say(&b, fd, head, strlen(head));
	assert_false(hear(&b, fd, &text, "\r\n\r\n", 1));
	assert_string_equal(buf_text(&text), "HTTP/1.1 100 Continue\r\n\r\n");
	say(&b, fd, "ok", 2);
	assert_true(hear(&b, fd, &text, NULL, 0));
	assert_non_null(strstr(text.ptr, "2:ok"));
	close(fd);
	expect(&b, "POST /echo HTTP/1.1\r\n" LAST "Content-Length: 2\r\nExpect: x\r\n\r\nok", "HTTP/1.1 417",
		"Expectation Failed");
	buf_release(&text);
	bench_close(&b);
}

static void large_answer_arrives_whole(void **state)
{
	struct bench b = {0};
	struct buf text;
	static const char request[] = "GET /big HTTP/1.1\r\n" LAST "\r\n";

	(void)state;
	buf_init(&text, 64 << 20);
	bench_open(&b, &(struct http_server_options){0});
	exchange(&b, request, strlen(request), &text);
	assert_int_equal(text.len - (size_t)(strstr(text.ptr, "\r\n\r\n") + 4 - text.ptr), 8 << 20);
	buf_release(&text);
	bench_close(&b);
}

/* --- What is refused --- */

static void smuggling_shapes_are_refused_and_nothing_behind_them_runs(void **state)
{
#define NEXT "GET /echo/smuggled HTTP/1.1\r\n" LAST "\r\n"
#define CHUNKED "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
	static const char *const refused[] = {
		"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: "
		"chunked\r\n\r\n0\r\n\r\n" NEXT,
		"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\n" NEXT,
		"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" NEXT,
		"POST /echo HTTP/1.1\r\n Content-Length: 5\r\nHost: a\r\n\r\n" NEXT,
		"POST /echo HTTP/1.1\r\nHost: a\r\nX: y\r\n\rX: z\r\n\r\n" NEXT,
		"POST /echo HTTP/1.1\r\nHost: a\r\n\r\r\n" NEXT,
		"POST /echo HTTP/1.1\nHost: a\n\n" NEXT,
		"BREW /echo HTTP/1.1\r\nHost: a\r\n\r\n" NEXT,
		"CONNECT /echo HTTP/1.1\r\nHost: a\r\n\r\n" NEXT,
		"GET /echo%00 HTTP/1.1\r\nHost: a\r\n\r\n" NEXT,
		"GET /echo%zz HTTP/1.1\r\nHost: a\r\n\r\n" NEXT,
		"GET /echo%0a HTTP/1.1\r\nHost: a\r\n\r\n" NEXT,
		"GET /echo/%2e%2e/x HTTP/1.1\r\nHost: a\r\n\r\n" NEXT,
		CHUNKED "0x5\r\nhello\r\n0\r\n\r\n" NEXT,
		CHUNKED "5\nhello\n0\n\n" NEXT,
		CHUNKED "5\r\nhelloXX0\r\n\r\n" NEXT,
		CHUNKED "5;a=b\r\nhello\r\n0\r\n\r\n" NEXT,
		CHUNKED "5;\r\nhello\r\n0\r\n\r\n" NEXT,
		CHUNKED "5 \r\nhello\r\n0\r\n\r\n" NEXT,
		CHUNKED "-5\r\nhello\r\n0\r\n\r\n" NEXT,
		CHUNKED "10000000000000005\r\nhello\r\n0\r\n\r\n" NEXT,
		CHUNKED "0\r\nX-Trailer: y\r\n\r\n" NEXT,
	};
	struct bench b = {0};
	uint64_t counted = metric_get(METRIC_http_refused);

	(void)state;
	bench_open(&b, &(struct http_server_options){0});
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		expect(&b, refused[i], "HTTP/1.1 400 Bad Request\r\n", "\r\n\r\nBad Request");
	assert_int_equal(b.handled, 0);
	assert_int_equal(metric_get(METRIC_http_refused) - counted, sizeof refused / sizeof *refused);
	bench_close(&b);
}

static void upgrades_are_ignored(void **state)
{
	struct bench b = {0};

	(void)state;
	bench_open(&b, &(struct http_server_options){0});
	expect(&b, "GET /echo HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n" NEXT,
		"HTTP/1.1 200", "GET /echo/smuggled ? 0:");
	expect(&b, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1 505", "HTTP Version Not Supported");
	bench_close(&b);
}

static void oversized_heads_are_431(void **state)
{
	struct bench b = {0};
	struct buf request, text;

	(void)state;
	buf_init(&request, 1 << 20);
	buf_init(&text, 1 << 20);
	bench_open(&b, &(struct http_server_options){0});
	for (int kind = 0; kind < 3; kind++) {
		buf_clear(&request);
		buf_add_string(&request, "GET /echo");
		for (int i = 0; kind == 0 && i < 65536; i++)
			buf_add_string(&request, "u");
		buf_add_string(&request, " HTTP/1.1\r\nHost: a\r\n");
		for (int i = 0; kind == 1 && i < 1000; i++)
			buf_printf(&request, "A%d: b\r\n", i);
		buf_add_string(&request, "X: ");
		for (int i = 0; kind == 2 && i < 65536; i++)
			buf_add_string(&request, "v");
		buf_add_string(&request, "\r\n\r\n");
		exchange(&b, request.ptr, request.len, &text);
		assert_int_equal(strncmp(buf_text(&text), "HTTP/1.1 431", 12), 0);
	}
	buf_release(&request);
	buf_release(&text);
	bench_close(&b);
}

static void endless_chunk_framing_is_refused(void **state)
{
	struct bench b = {0};
	struct buf request, text;

	(void)state;
	buf_init(&request, 1 << 20);
	buf_init(&text, 1 << 20);
	bench_open(&b, &(struct http_server_options){0});
	for (int extension = 0; extension <= 1; extension++) {
		buf_clear(&request);
		buf_add_string(&request, CHUNKED);
		buf_add_string(&request, extension ? "1;" : "");
		for (int i = 0; i < 200000; i++)
			buf_add_string(&request, "0");
		exchange(&b, request.ptr, request.len, &text);
		assert_int_equal(strncmp(buf_text(&text), "HTTP/1.1 400", 12), 0);
	}
	buf_release(&request);
	buf_release(&text);
	bench_close(&b);
}

/* --- Peers that go away, deadlines --- */

static void peer_gone_in_the_middle_of_a_request_is_forgotten(void **state)
{
	static const char *const halves[] = {
		"", "POST /ec", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf"};
	struct bench b = {0};

	(void)state;
	bench_open(&b, &(struct http_server_options){0});
	for (size_t i = 0; i < 3; i++) {
		int fd = bench_connect(&b);

		say(&b, fd, halves[i], strlen(halves[i]));
		turn(&b);
		close(fd);
	}
	expect(&b, "GET /echo HTTP/1.1\r\n" LAST "\r\n", "HTTP/1.1 200", " 0:");
	assert_int_equal(b.handled, 1);
	bench_close(&b);
}

static void answer_to_a_peer_that_went_away_is_safe(void **state)
{
	static const char request[] = "GET /late?gone HTTP/1.1\r\nHost: a\r\n\r\n";
	struct bench b = {0};

	(void)state;
	bench_open(&b, &(struct http_server_options){0});
	for (int reset = 0; reset <= 1; reset++) {
		const struct linger rude = {.l_onoff = 1};
		int fd = bench_connect(&b);

		say(&b, fd, request, strlen(request));
		while (b.late_count < (size_t)reset + 1)
			turn(&b);
		if (reset)
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &rude, sizeof rude);
		close(fd);
		for (int i = 0; i < 50; i++)
			turn(&b);
		http_answer_text(b.late[reset], 200, "too late");
	}
	expect(&b, "GET /echo HTTP/1.1\r\n" LAST "\r\n", "HTTP/1.1 200", " 0:");
	bench_close(&b);
}

static void exchange_outlives_its_server(void **state)
{
	static const char request[] = "GET /late HTTP/1.1\r\nHost: a\r\n\r\n";
	struct bench b = {0};
	int fd;

	(void)state;
	bench_open(&b, &(struct http_server_options){0});
	fd = bench_connect(&b);
	say(&b, fd, request, strlen(request));
	while (b.late_count == 0)
		turn(&b);
	http_server_close(b.server, 0, closed, &b.closed);
	b.server = NULL;
	for (int i = 0; i < PATIENCE_MS && !b.closed; i++)
		turn(&b);
	assert_true(b.closed);
	http_answer_text(b.late[0], 200, "nobody is there");
	close(fd);
	bench_close(&b);
}

static void trickle_ends_at_the_total_deadline(void **state)
{
	struct bench b = {0};
	struct buf text;
	uint64_t counted = metric_get(METRIC_http_timeout);
	int fd;

	(void)state;
	buf_init(&text, 1 << 20);
	bench_open(&b, &(struct http_server_options){.request_ms = 100, .idle_ms = 60000});
	fd = bench_connect(&b);
	say(&b, fd, "GET /echo HTTP/1.1\r\nX: ", 23);
	while (metric_get(METRIC_http_timeout) == counted) { /* each byte would please an idle timer */
		say(&b, fd, "x", 1);
		nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
	}
	assert_true(hear(&b, fd, &text, NULL, 0));
	assert_int_equal(strncmp(buf_text(&text), "HTTP/1.1 408", 12), 0);
	close(fd);
	buf_release(&text);
	bench_close(&b);
}

static void silent_connection_ends_at_the_idle_deadline(void **state)
{
	struct bench b = {0};
	struct buf text;
	int fd;

	(void)state;
	buf_init(&text, 1 << 20);
	bench_open(&b, &(struct http_server_options){.idle_ms = 50});
	fd = bench_connect(&b);
	assert_true(hear(&b, fd, &text, NULL, 0)); /* closed without a word */
	assert_int_equal(text.len, 0);
	close(fd);
	fd = bench_connect(&b);
	say(&b, fd, "GET /echo HTTP/1.1\r\n", 20);
	assert_true(hear(&b, fd, &text, NULL, 0));
	assert_int_equal(strncmp(buf_text(&text), "HTTP/1.1 408", 12), 0);
	close(fd);
	buf_release(&text);
	bench_close(&b);
}

static void late_handler_is_503_and_may_still_answer(void **state)
{
	struct bench b = {0};

	(void)state;
	bench_open(&b, &(struct http_server_options){.answer_ms = 50});
	expect(&b, "GET /late HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 503", "Service Unavailable");
	for (int i = 0; i < 50; i++)
		turn(&b);
	http_answer_text(b.late[0], 200, "too late");
	expect(&b, "GET /echo HTTP/1.1\r\n" LAST "\r\n", "HTTP/1.1 200", " 0:");
	bench_close(&b);
}

static void route_with_a_time_of_its_own_is_503_then(void **state)
{
	struct bench b = {0};

	(void)state;
	bench_open(&b, &(struct http_server_options){0});
	expect(&b, "GET /hurried HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 503", "Service Unavailable");
	http_answer_text(b.late[0], 200, "too late");
	bench_close(&b);
}

static void bad_days_are_played(void **state)
{
	static const char drip[] = "GET /trouble?drip HTTP/1.1\r\nHost: a\r\n\r\n",
			  cut[] = "GET /trouble?cut HTTP/1.1\r\n" LAST "\r\n",
			  none[] = "GET /trouble?none HTTP/1.1\r\n" LAST "\r\n";
	struct bench b = {0};
	struct buf text;
	int fd;

	(void)state;
	buf_init(&text, 1 << 20);
	bench_open(&b, &(struct http_server_options){0});
	fd = bench_connect(&b);
	for (int i = 1; i <= 2; i++) { /* the connection is kept */
		say(&b, fd, drip, strlen(drip));
		assert_false(hear(&b, fd, &text, "dripping", i));
	}
	say(&b, fd, drip, strlen(drip));
	assert_false(hear(&b, fd, &text, "HTTP/1.1 200", 3));
	close(fd); /* and a peer that leaves in between is no harm */
	exchange(&b, cut, strlen(cut), &text);
	assert_in_range(text.len, 0, 30); /* a reset may take back what was not read yet */
	exchange(&b, none, strlen(none), &text);
	assert_int_equal(text.len, 0);
	buf_release(&text);
	bench_close(&b);
}

/* --- Caps, stopping, places to listen --- */

static void newest_connection_over_the_cap_is_closed(void **state)
{
	struct bench b = {0};
	struct buf text;
	int fds[3];

	(void)state;
	buf_init(&text, 1 << 20);
	bench_open(&b, &(struct http_server_options){
			       .connections_max = 2, .per_address_max = 1}); /* loopback: no limit */
	for (int i = 0; i < 3; i++)
		fds[i] = bench_connect(&b);
	assert_true(hear(&b, fds[2], &text, NULL, 0));
	assert_int_equal(text.len, 0);
	say(&b, fds[0], plain, strlen(plain));
	assert_true(hear(&b, fds[0], &text, NULL, 0));
	assert_int_equal(strncmp(buf_text(&text), "HTTP/1.1 200", 12), 0);
	for (int i = 0; i < 3; i++)
		close(fds[i]);
	buf_release(&text);
	bench_close(&b);
}

/* An IPv4 address of this machine that is not loopback; false when it has none. */
static bool own_address(struct sockaddr_in *ret_address)
{
	struct ifaddrs *all, *i;
	bool found = false;

	if (getifaddrs(&all) != 0)
		return false;
	for (i = all; i && !found; i = i->ifa_next)
		if (i->ifa_addr && i->ifa_addr->sa_family == AF_INET && !(i->ifa_flags & IFF_LOOPBACK)) {
			memcpy(ret_address, i->ifa_addr, sizeof *ret_address);
			found = true;
		}
	freeifaddrs(all);
	return found;
}

static void one_address_cannot_take_every_connection(void **state)
{
	struct bench b = {0};
	struct sockaddr_in address;
	struct buf text;
	char listen[64];
	int fds[3];

	(void)state;
	if (!own_address(&address))
		skip();
	snprintf(listen, sizeof listen, "%s:0", inet_ntoa(address.sin_addr));
	buf_init(&text, 1 << 20);
	bench_open(&b, &(struct http_server_options){.listen = listen, .per_address_max = 2});
	address.sin_port = htons((uint16_t)atoi(strrchr(http_server_address(b.server), ':') + 1));
	for (int i = 0; i < 3; i++)
		fds[i] = connect_to((struct sockaddr *)&address, sizeof address);
	assert_true(hear(&b, fds[2], &text, NULL, 0));
	assert_int_equal(text.len, 0);
	for (int i = 0; i < 3; i++)
		close(fds[i]);
	buf_release(&text);
	bench_close(&b);
}

static void stopping_lets_pending_answers_go_out(void **state)
{
	static const char request[] = "GET /late HTTP/1.1\r\nHost: a\r\n\r\n";
	struct bench b = {0};
	struct buf text;
	int busy, idle;

	(void)state;
	buf_init(&text, 1 << 20);
	bench_open(&b, &(struct http_server_options){0});
	busy = bench_connect(&b);
	idle = bench_connect(&b);
	say(&b, busy, request, strlen(request));
	while (b.late_count == 0)
		turn(&b);
	http_server_close(b.server, 60000, closed, &b.closed);
	b.server = NULL;
	assert_true(hear(&b, idle, &text, NULL, 0));
	assert_int_equal(text.len, 0);
	assert_false(b.closed);
	http_answer_text(b.late[0], 200, "good bye");
	assert_true(hear(&b, busy, &text, NULL, 0));
	assert_non_null(strstr(text.ptr, "Connection: close\r\n"));
	assert_non_null(strstr(text.ptr, "good bye"));
	close(busy);
	close(idle);
	buf_release(&text);
	bench_close(&b);
}

static void unix_socket_is_private_replaced_when_stale_and_removed(void **state)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	char folder[] = "/tmp/motcua-net-XXXXXX", listen[128];
	struct bench b = {0}, other = {0};
	struct why why = {""};
	struct stat st;
	struct buf text;
	int fd;

	(void)state;
	buf_init(&text, 1 << 20);
	assert_non_null(mkdtemp(folder));
	snprintf(un.sun_path, sizeof un.sun_path, "%s/s", folder);
	snprintf(listen, sizeof listen, "unix:%s", un.sun_path);
	fd = socket(AF_UNIX, SOCK_STREAM, 0); /* a file that a crash left behind */
	assert_int_equal(bind(fd, (struct sockaddr *)&un, sizeof un), 0);
	close(fd);
	bench_open(&b, &(struct http_server_options){.listen = listen});
	assert_string_equal(http_server_address(b.server), listen);
	assert_int_equal(stat(un.sun_path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	assert_int_equal(http_server_open(b.loop, &(struct http_server_options){.listen = listen},
				 &other.server, &why),
		ERR_EXISTS); /* a living server is not pushed aside */
	fd = connect_to((struct sockaddr *)&un, sizeof un);
	say(&b, fd, plain, strlen(plain));
	assert_true(hear(&b, fd, &text, NULL, 0));
	assert_int_equal(strncmp(buf_text(&text), "HTTP/1.1 200", 12), 0);
	close(fd);
	bench_close(&b);
	assert_int_equal(stat(un.sun_path, &st), -1);
	assert_int_equal(rmdir(folder), 0);
	buf_release(&text);
}

/* Whichever allocation fails: the connection may end, the server goes on, nothing leaks (the sanitizers look). */
static void every_allocation_may_fail(void **state)
{
	struct bench b = {0};
	struct buf request, text;
	bool happened = true;

	(void)state;
	buf_init(&request, 1 << 20);
	buf_init(&text, 16 << 20);
	buf_add_string(&request, "GET /trouble?drip HTTP/1.1\r\nHost: a\r\n\r\nPOST /echo HTTP/1.1\r\n" LAST
				 "Transfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 50; i++)
		buf_add_string(&request, "10\r\n0123456789abcdef\r\n");
	buf_add_string(&request, "0\r\n\r\n");
	bench_open(&b, &(struct http_server_options){.request_ms = 100, .idle_ms = 100});
	for (unsigned n = 1; happened; n++) {
		struct http_server *other = NULL;
		int fd = bench_connect(&b);

		say(&b, fd, request.ptr, request.len);
		fault_alloc_after(n);
		for (int i = 0; i < 50; i++)
			turn(&b);
		happened = fault_alloc_happened();
		fault_alloc_after(0);
		close(fd);
		fault_alloc_after(n);
		if (http_server_open(b.loop, &(struct http_server_options){.listen = "127.0.0.1:0"}, &other,
			    NULL) == OK)
			http_server_close(other, 0, NULL, NULL);
		happened |= fault_alloc_happened();
		fault_alloc_after(0);
	}
	buf_clear(&text);
	exchange(&b, plain, strlen(plain), &text);
	assert_int_equal(strncmp(buf_text(&text), "HTTP/1.1 200", 12), 0);
	buf_release(&request);
	buf_release(&text);
	bench_close(&b);
}

static void wrong_places_to_listen_are_named(void **state)
{
	static const char *const wrong[] = {"", "8080", "localhost:8080", "127.0.0.1",
		"127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "::1:80", "[::1",
		"unix:/nonexistent/folder/s", "unix:/etc/passwd"};
	struct http_server *server = NULL;
	struct loop *loop;

	(void)state;
	assert_int_equal(loop_open(&loop, NULL), OK);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct why why = {""};

		assert_int_not_equal(http_server_open(loop, &(struct http_server_options){.listen = wrong[i]},
					     &server, &why),
			OK);
		assert_non_null(strstr(why.text, wrong[i]));
		assert_null(server);
	}
	loop_close(loop);
}

static void fields_are_found_and_decoded(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 4096);
	assert_string_equal(http_field(&a, "a=1&b=%20x+y&c=", "b"), " x y");
	assert_string_equal(http_field(&a, "a=1&b=2&c=", "c"), "");
	assert_string_equal(http_field(&a, "hub.mode=subscribe&hub.challenge=11", "hub.challenge"), "11");
	assert_null(http_field(&a, "a=1&ab=2", "b"));
	assert_null(http_field(&a, "a=%2", "a"));
	assert_null(http_field(&a, "a=%00", "a"));
	assert_null(http_field(&a, "", "a"));
	assert_null(http_field(&a, "a", "a"));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_requests_are_answered),
		cmocka_unit_test(head_gets_length_but_no_body),
		cmocka_unit_test(connection_is_kept_for_both_versions),
		cmocka_unit_test(pipelined_requests_are_answered_in_order),
		cmocka_unit_test(long_pipeline_is_held_back_and_answered),
		cmocka_unit_test(request_may_arrive_byte_by_byte),
		cmocka_unit_test(bodies_up_to_the_limit_are_taken_and_no_longer_ones),
		cmocka_unit_test(route_with_a_limit_of_its_own_takes_that_much),
		cmocka_unit_test(expect_100_continue_is_told_to_go_on),
		cmocka_unit_test(large_answer_arrives_whole),
		cmocka_unit_test(smuggling_shapes_are_refused_and_nothing_behind_them_runs),
		cmocka_unit_test(upgrades_are_ignored),
		cmocka_unit_test(oversized_heads_are_431),
		cmocka_unit_test(endless_chunk_framing_is_refused),
		cmocka_unit_test(peer_gone_in_the_middle_of_a_request_is_forgotten),
		cmocka_unit_test(answer_to_a_peer_that_went_away_is_safe),
		cmocka_unit_test(exchange_outlives_its_server),
		cmocka_unit_test(trickle_ends_at_the_total_deadline),
		cmocka_unit_test(silent_connection_ends_at_the_idle_deadline),
		cmocka_unit_test(late_handler_is_503_and_may_still_answer),
		cmocka_unit_test(route_with_a_time_of_its_own_is_503_then),
		cmocka_unit_test(bad_days_are_played),
		cmocka_unit_test(newest_connection_over_the_cap_is_closed),
		cmocka_unit_test(one_address_cannot_take_every_connection),
		cmocka_unit_test(stopping_lets_pending_answers_go_out),
		cmocka_unit_test(unix_socket_is_private_replaced_when_stale_and_removed),
		cmocka_unit_test(every_allocation_may_fail),
		cmocka_unit_test(wrong_places_to_listen_are_named),
		cmocka_unit_test(fields_are_found_and_decoded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
