#include "daemon/base/metrics.h"
#include "daemon/net/http_client.h"
#include "daemon/net/http_server.h"
#include "tests/support/fault.h"

#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE = 40000 };

struct bench {
	struct loop *loop;
	struct http_server *server;
	struct http_client *client;
	char base[64];
	unsigned handled;
	/* the last call that ended */
	unsigned done;
	struct http_result result;
	struct buf body;
	char wanted[HTTP_CALL_WANTED][32];
};

/* --- A server of our own --- */

static void echo(void *arg, const struct http_request *req, struct http_exchange *x)
{
	struct bench *b = arg;
	const char *token = http_header(req, "access_token"), *expect = http_header(req, "expect");
	char text[256];

	b->handled++;
	snprintf(text, sizeof text, "%s %s %.*s token=%s expect=%s", req->method, req->query,
		(int)req->body.len, req->body.ptr ? req->body.ptr : "", token ? token : "",
		expect ? expect : "");
	http_answer_text(x, 200, text);
}

static void busy(void *arg, const struct http_request *req, struct http_exchange *x)
{
	const struct http_header headers[] = {
		{"Retry-After", *req->query ? req->query : "7"}, {"X-Used", "{\"a\": 90}"}};

	(void)arg;
	http_answer(x, 429, NULL, (struct bytes){"no", 2}, headers, 2);
}

static void elsewhere(void *arg, const struct http_request *req, struct http_exchange *x)
{
	const struct http_header headers[] = {{"Location", "/echo"}};

	(void)arg, (void)req;
	http_answer(x, 302, NULL, (struct bytes){NULL, 0}, headers, 1);
}

static void sized(void *arg, const struct http_request *req, struct http_exchange *x)
{
	size_t len = (size_t)atoi(req->query);
	char *body = calloc(1, len);

	(void)arg;
	http_answer(x, 200, NULL, (struct bytes){body, len}, NULL, 0);
	free(body);
}

static void silent(void *arg, const struct http_request *req, struct http_exchange *x)
{
	(void)arg, (void)req;
	*(struct http_exchange **)arg = x;
}

/* --- The bench --- */

static struct http_exchange *unanswered;

static void bench_open(struct bench *b, struct http_client_options *o)
{
	static struct http_route routes[6];
	struct why why = {""};

	buf_init(&b->body, 2 << 20);
	unanswered = NULL;
	routes[0] = (struct http_route){NULL, "/echo", echo, b, 0, 0};
	routes[1] = (struct http_route){NULL, "/busy", busy, b, 0, 0};
	routes[2] = (struct http_route){NULL, "/elsewhere", elsewhere, b, 0, 0};
	routes[3] = (struct http_route){NULL, "/sized", sized, b, 0, 0};
	routes[4] = (struct http_route){NULL, "/silent", silent, &unanswered, 0, 0};
	assert_int_equal(loop_open(&b->loop, &why), OK);
	assert_int_equal(http_server_open(b->loop,
				 &(struct http_server_options){.listen = "127.0.0.1:0", .routes = routes},
				 &b->server, &why),
		OK);
	assert_int_equal(http_client_open(b->loop, o, &b->client, &why), OK);
	snprintf(b->base, sizeof b->base, "http://%s", http_server_address(b->server));
}

static void turn(struct bench *b)
{
	loop_run_once(b->loop);
	nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
}

static void server_closed(void *arg)
{
	*(bool *)arg = true;
}

static void bench_close(struct bench *b)
{
	bool closed = false;

	http_client_close(b->client);
	if (unanswered)
		http_answer_text(unanswered, 200, "at last");
	http_server_close(b->server, 0, server_closed, &closed);
	for (int i = 0; i < PATIENCE && !closed; i++)
		turn(b);
	assert_true(closed);
	loop_close(b->loop);
	buf_release(&b->body);
}

static void done(void *arg, const struct http_result *result)
{
	struct bench *b = arg;

	b->done++;
	b->result = *result;
	for (size_t i = 0; i < HTTP_CALL_WANTED; i++)
		snprintf(b->wanted[i], sizeof b->wanted[i], "%s",
			result->wanted[i] ? result->wanted[i] : "none");
	buf_clear(&b->body);
	buf_add(&b->body, result->body.ptr, result->body.len);
}

static void call_start(
	struct bench *b, const char *method, const char *base, const char *path, const char *body)
{
	char url[256];
	struct http_call call = {.method = method, .url = url, .body = {body, strlen(body)}};

	snprintf(url, sizeof url, "%s%s", base, path);
	call.headers[call.header_count++] = (struct http_header){"access_token", "t0k"};
	call.headers[call.header_count++] = (struct http_header){"Content-Type", "application/json"};
	call.wanted[0] = "x-used";
	call.wanted[1] = "x-never";
	assert_int_equal(http_client_call(b->client, &call, done, b), OK);
	memset(url, '!', sizeof url); /* copied by now */
}

static void wait_for(struct bench *b, unsigned count)
{
	for (int i = 0; i < PATIENCE && b->done < count; i++)
		turn(b);
	assert_int_equal(b->done, count);
}

static void call(struct bench *b, const char *method, const char *path, const char *body)
{
	unsigned before = b->done;

	call_start(b, method, b->base, path, body);
	assert_int_equal(b->done, before); /* never from inside http_client_call() */
	wait_for(b, before + 1);
}

/* --- A peer that misbehaves, in a thread of its own --- */

struct peer {
	int listener;
	pthread_t thread;
	char base[64];
	atomic_int requests;                             /* complete requests read, on any connection */
	void (*answer)(struct peer *p, int fd, int nth); /* nth request: 1… */
};

static bool peer_reads_request(int fd)
{
	char text[4096];
	size_t len = 0;

	while (len < sizeof text - 1) {
		ssize_t got = recv(fd, text + len, sizeof text - 1 - len, 0);

		if (got <= 0)
			return false;
		len += (size_t)got;
		text[len] = '\0';
		if (strstr(text, "\r\n\r\n") && (strncmp(text, "GET", 3) == 0 || strstr(text, "{end}")))
			return true;
	}
	return false;
}

static void *peer_main(void *arg)
{
	struct peer *p = arg;
	int fd;

	while ((fd = accept(p->listener, NULL, NULL)) >= 0) {
		while (peer_reads_request(fd)) {
			int nth = atomic_fetch_add(&p->requests, 1) + 1;

			p->answer(p, fd, nth);
		}
		close(fd);
	}
	return NULL;
}

static void peer_open(struct peer *p, void (*answer)(struct peer *p, int fd, int nth))
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof in;

	*p = (struct peer){.answer = answer, .listener = socket(AF_INET, SOCK_STREAM, 0)};
	assert_int_equal(bind(p->listener, (struct sockaddr *)&in, sizeof in), 0);
	assert_int_equal(listen(p->listener, 16), 0);
	getsockname(p->listener, (struct sockaddr *)&in, &len);
	snprintf(p->base, sizeof p->base, "http://127.0.0.1:%u", ntohs(in.sin_port));
	assert_int_equal(pthread_create(&p->thread, NULL, peer_main, p), 0);
}

static void peer_close(struct peer *p)
{
	shutdown(p->listener, SHUT_RDWR);
	pthread_join(p->thread, NULL);
	close(p->listener);
}

static void peer_says(int fd, const char *text)
{
	if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
		return; /* the client is gone; its test says so */
}

static void good_then_lost(struct peer *p, int fd, int nth)
{
	(void)p;
	if (nth == 1)
		peer_says(fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
	else
		shutdown(fd, SHUT_RDWR);
}

static void lost(struct peer *p, int fd, int nth)
{
	(void)p, (void)nth;
	shutdown(fd, SHUT_RDWR);
}

static void truncated(struct peer *p, int fd, int nth)
{
	(void)p, (void)nth;
	peer_says(fd, "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"error\":");
	shutdown(fd, SHUT_RDWR);
}

static void byte_by_byte(struct peer *p, int fd, int nth)
{
	static const char text[] =
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";

	(void)p, (void)nth;
	for (const char *c = text; *c; c++) {
		char one[2] = {*c, '\0'};

		peer_says(fd, one);
		nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
	}
}

/* --- Tests --- */

static void answered_calls_bring_status_and_body(void **state)
{
	struct bench b = {0};

	(void)state;
	bench_open(&b, &(struct http_client_options){.user_agent = "motcua"});
	call(&b, "POST", "/echo?q=1", "{\"a\":1}");
	assert_int_equal(b.result.end, HTTP_ANSWERED);
	assert_int_equal(b.result.status, 200);
	assert_string_equal(buf_text(&b.body), "POST q=1 {\"a\":1} token=t0k expect=");
	call(&b, "GET", "/echo", "");
	assert_string_equal(buf_text(&b.body), "GET   token=t0k expect=");
	call(&b, "DELETE", "/echo", "{}");
	assert_string_equal(buf_text(&b.body), "DELETE  {} token=t0k expect=");
	call(&b, "POST", "/echo", "");
	assert_string_equal(buf_text(&b.body), "POST   token=t0k expect=");
	call(&b, "POST", "/busy", "x");
	assert_int_equal(b.result.status, 429);
	assert_int_equal(b.result.retry_after_ms, 7000);
	assert_string_equal(b.wanted[0], "{\"a\": 90}");
	assert_string_equal(b.wanted[1], "none");
	call(&b, "POST", "/busy?9223372036854775806", "x");
	assert_int_equal(b.result.retry_after_ms, 24 * 60 * 60 * 1000LL);
	call(&b, "GET", "/elsewhere", "");
	assert_string_equal(b.wanted[0], "none"); /* nothing of the answer before */
	assert_int_equal(b.result.status, 302);   /* redirects are answers */
	bench_close(&b);
}

static void connections_are_kept(void **state)
{
	enum { CALLS = 1000, AT_ONCE = 8 };
	uint64_t opened = metric_get(METRIC_http_out_new), calls = metric_get(METRIC_http_out_calls);
	struct bench b = {0};

	(void)state;
	bench_open(&b, &(struct http_client_options){0});
	for (unsigned i = 0; i < CALLS; i++) {
		call_start(&b, "POST", b.base, "/echo", "{}");
		while (i + 1 - b.done >= AT_ONCE)
			loop_run_once(b.loop);
	}
	wait_for(&b, CALLS);
	assert_int_equal(b.handled, CALLS);
	assert_int_equal(metric_get(METRIC_http_out_calls) - calls, CALLS);
	assert_in_range(metric_get(METRIC_http_out_new) - opened, 1, CALLS / 100);
	bench_close(&b);
}

static void what_cannot_have_arrived_is_not_sent(void **state)
{
	static const char *const bases[] = {
		"http://name.invalid", "ftp://127.0.0.1", "file:///etc", "http://", "http://a b/"};
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof in;
	struct bench b = {0};
	char base[64];
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	bench_open(&b, &(struct http_client_options){.timeout_ms = 5000});
	assert_int_equal(bind(fd, (struct sockaddr *)&in, sizeof in), 0);
	getsockname(fd, (struct sockaddr *)&in, &len);
	snprintf(base, sizeof base, "http://127.0.0.1:%u", ntohs(in.sin_port)); /* nobody listens there */
	call_start(&b, "POST", base, "/?access_token=SECRET", "{}");
	wait_for(&b, 1);
	assert_int_equal(b.result.end, HTTP_NOT_SENT);
	assert_null(strstr(b.result.reason, "SECRET"));
	assert_true(strlen(b.result.reason) > 5);
	snprintf(base, sizeof base, "https://%s", http_server_address(b.server)); /* no TLS there */
	call_start(&b, "POST", base, "/echo?access_token=SECRET", "{}");
	wait_for(&b, 2);
	assert_int_equal(b.result.end, HTTP_NOT_SENT);
	for (unsigned i = 0; i < sizeof bases / sizeof *bases; i++) {
		call_start(&b, "POST", bases[i], "/?access_token=SECRET", "{}");
		wait_for(&b, 3 + i);
		assert_int_equal(b.result.end, HTTP_NOT_SENT);
		assert_null(strstr(b.result.reason, "SECRET"));
	}
	assert_int_equal(b.handled, 0);
	close(fd);
	bench_close(&b);
}

static void time_over_while_connecting_is_not_sent(void **state)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof in;
	int listener = socket(AF_INET, SOCK_STREAM, 0), fillers[8];
	struct bench b = {0};
	char base[64];

	(void)state;
	assert_int_equal(bind(listener, (struct sockaddr *)&in, sizeof in), 0);
	assert_int_equal(listen(listener, 0), 0);
	getsockname(listener, (struct sockaddr *)&in, &len);
	for (int i = 0; i < 8; i++) { /* the backlog is full: nobody gets through */
		fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)!connect(fillers[i], (struct sockaddr *)&in, sizeof in);
	}
	bench_open(&b, &(struct http_client_options){.timeout_ms = 300});
	snprintf(base, sizeof base, "http://127.0.0.1:%u", ntohs(in.sin_port));
	call_start(&b, "POST", base, "/", "{end}");
	wait_for(&b, 1);
	assert_int_equal(b.result.end, HTTP_NOT_SENT);
	for (int i = 0; i < 8; i++)
		close(fillers[i]);
	close(listener);
	bench_close(&b);
}

static void lost_and_truncated_answers_are_unknown(void **state)
{
	struct bench b = {0};
	struct peer p;

	(void)state;
	bench_open(&b, &(struct http_client_options){0});
	peer_open(&p, lost);
	call_start(&b, "POST", p.base, "/?access_token=SECRET", "{end}");
	wait_for(&b, 1);
	assert_int_equal(b.result.end, HTTP_UNKNOWN);
	assert_null(strstr(b.result.reason, "SECRET"));
	assert_int_equal(p.requests, 1);
	peer_close(&p);
	peer_open(&p, truncated);
	call_start(&b, "POST", p.base, "/", "{end}");
	wait_for(&b, 2);
	assert_int_equal(b.result.end, HTTP_UNKNOWN);
	assert_int_equal(p.requests, 1);
	peer_close(&p);
	call(&b, "GET", "/sized?1048576", "");
	assert_int_equal(b.result.end, HTTP_ANSWERED);
	assert_int_equal(b.body.len, 1048576);
	call(&b, "GET", "/sized?1048577", "");
	assert_int_equal(b.result.end, HTTP_UNKNOWN);
	bench_close(&b);
}

/* libcurl would repeat it by itself: the connection was a kept one, and not a byte came back. */
static void post_lost_on_a_kept_connection_is_not_sent_twice(void **state)
{
	struct bench b = {0};
	struct peer p;

	(void)state;
	bench_open(&b, &(struct http_client_options){0});
	peer_open(&p, good_then_lost);
	call_start(&b, "POST", p.base, "/", "{end}");
	wait_for(&b, 1);
	assert_int_equal(b.result.end, HTTP_ANSWERED);
	call_start(&b, "POST", p.base, "/", "{end}");
	wait_for(&b, 2);
	assert_int_equal(b.result.end, HTTP_UNKNOWN);
	for (int i = 0; i < 100; i++)
		turn(&b);
	assert_int_equal(p.requests, 2);
	http_client_close(b.client);
	b.client = NULL;
	peer_close(&p);
	bench_close(&b);
}

static void kept_connection_that_died_meanwhile_is_replaced(void **state)
{
	struct bench b = {0};
	struct http_server *old;
	bool closed = false;
	struct http_route routes[] = {{NULL, "/echo", echo, &b, 0, 0}, {NULL, NULL, NULL, NULL, 0, 0}};
	char address[64];
	struct why why = {""};

	(void)state;
	bench_open(&b, &(struct http_client_options){0});
	call(&b, "POST", "/echo", "{}");
	snprintf(address, sizeof address, "%s", http_server_address(b.server));
	old = b.server;
	http_server_close(old, 0, server_closed, &closed);
	while (!closed)
		turn(&b);
	assert_int_equal(
		http_server_open(b.loop, &(struct http_server_options){.listen = address, .routes = routes},
			&b.server, &why),
		OK);
	call(&b, "POST", "/echo", "{}");
	assert_int_equal(b.result.end, HTTP_ANSWERED);
	assert_int_equal(b.handled, 2);
	bench_close(&b);
}

static void time_over_after_sending_is_unknown(void **state)
{
	struct bench b = {0};

	(void)state;
	bench_open(&b, &(struct http_client_options){.timeout_ms = 100});
	call(&b, "POST", "/silent", "{}");
	assert_int_equal(b.result.end, HTTP_UNKNOWN);
	bench_close(&b);
}

static void answer_may_come_byte_by_byte(void **state)
{
	struct bench b = {0};
	struct peer p;

	(void)state;
	bench_open(&b, &(struct http_client_options){0});
	peer_open(&p, byte_by_byte);
	call_start(&b, "POST", p.base, "/", "{end}");
	wait_for(&b, 1);
	assert_int_equal(b.result.end, HTTP_ANSWERED);
	assert_string_equal(buf_text(&b.body), "{}");
	http_client_close(b.client);
	b.client = NULL;
	peer_close(&p);
	bench_close(&b);
}

static void more_calls_than_connections_wait_their_turn(void **state)
{
	struct bench b = {0};
	uint64_t opened = metric_get(METRIC_http_out_new);

	(void)state;
	bench_open(&b, &(struct http_client_options){.connections_per_host = 2});
	for (int i = 0; i < 50; i++)
		call_start(&b, "POST", b.base, "/echo", "{}");
	wait_for(&b, 50);
	assert_int_equal(b.handled, 50);
	assert_in_range(metric_get(METRIC_http_out_new) - opened, 1, 2);
	bench_close(&b);
}

static void closing_ends_running_calls(void **state)
{
	struct bench b = {0};

	(void)state;
	bench_open(&b, &(struct http_client_options){0});
	call_start(&b, "POST", b.base, "/silent", "{}");
	for (int i = 0; i < PATIENCE && !unanswered; i++)
		turn(&b);
	http_client_close(b.client);
	assert_int_equal(b.done, 1);
	assert_int_equal(b.result.end, HTTP_UNKNOWN);
	assert_int_equal(http_client_open(b.loop, &(struct http_client_options){0}, &b.client, NULL), OK);
	call_start(&b, "POST", b.base, "/echo", "{}");
	http_client_close(b.client);
	b.client = NULL;
	assert_int_equal(b.done, 2);
	assert_int_equal(b.result.end, HTTP_NOT_SENT);
	bench_close(&b);
}

/* Whichever allocation of ours fails: the call is refused or ends once, and the next one works. */
static void every_allocation_may_fail(void **state)
{
	struct bench b = {0};
	bool happened = true;

	(void)state;
	bench_open(&b, &(struct http_client_options){.timeout_ms = 2000});
	for (unsigned n = 1; happened; n++) {
		struct http_call call = {
			.method = "POST", .url = b.base, .headers = {{"a", "b"}}, .header_count = 1};
		struct http_client *client = NULL;
		unsigned before = b.done;
		enum err err = ERR_NOMEM;

		call.body = (struct bytes){"{}", 2};
		fault_alloc_after(n);
		if (http_client_open(
			    b.loop, &(struct http_client_options){.timeout_ms = 300}, &client, NULL) == OK)
			err = http_client_call(client, &call, done, &b);
		for (int i = 0; i < PATIENCE && err == OK && b.done == before; i++)
			turn(&b);
		happened = fault_alloc_happened();
		fault_alloc_after(0);
		http_client_close(client);
		assert_int_equal(b.done, before + (err == OK));
	}
	call(&b, "POST", "/echo", "{}");
	if (b.result.end != HTTP_ANSWERED)
		fail_msg("%s", b.result.reason);
	bench_close(&b);
}

static void line_breaks_in_headers_are_refused(void **state)
{
	struct bench b = {0};
	struct http_call bad = {
		.method = "POST", .url = b.base, .headers = {{"a", "b\r\nc: d"}}, .header_count = 1};

	(void)state;
	bench_open(&b, &(struct http_client_options){0});
	assert_int_not_equal(http_client_call(b.client, &bad, done, &b), OK);
	assert_int_equal(b.done, 0);
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answered_calls_bring_status_and_body),
		cmocka_unit_test(connections_are_kept),
		cmocka_unit_test(what_cannot_have_arrived_is_not_sent),
		cmocka_unit_test(time_over_while_connecting_is_not_sent),
		cmocka_unit_test(lost_and_truncated_answers_are_unknown),
		cmocka_unit_test(post_lost_on_a_kept_connection_is_not_sent_twice),
		cmocka_unit_test(kept_connection_that_died_meanwhile_is_replaced),
		cmocka_unit_test(time_over_after_sending_is_unknown),
		cmocka_unit_test(answer_may_come_byte_by_byte),
		cmocka_unit_test(more_calls_than_connections_wait_their_turn),
		cmocka_unit_test(closing_ends_running_calls),
		cmocka_unit_test(every_allocation_may_fail),
		cmocka_unit_test(line_breaks_in_headers_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
