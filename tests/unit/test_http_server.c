/* Requests, answers, and what is refused. */
#include "daemon/base/metrics.h"
#include "tests/support/http_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* --- Requests and answers --- */

static void plain_requests_are_answered(void **state)
{
	struct http_fixture b = {0};

	(void)state;
	http_fixture_open(&b, &(struct http_server_options){0});
	http_expect(
		&b, "GET /echo HTTP/1.1\r\n" LAST "\r\n", "HTTP/1.1 200 OK\r\n", "\r\n\r\nGET /echo ? 0:");
	http_expect(&b, "GET /echo/t%e1%bb%ab?a=%20b HTTP/1.1\r\n" LAST "X-A:  v \r\n\r\n", "HTTP/1.1 200",
		"GET /echo/t\xe1\xbb\xab ?a=%20b 0: a=v");
	http_expect(&b, "POST /echo HTTP/1.1\r\n" LAST "Content-Length: 5\r\n\r\nhello", "HTTP/1.1 200",
		" 5:hello");
	http_expect(&b,
		"POST /echo HTTP/1.1\r\n" LAST
		"Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
		"HTTP/1.1 200", " 5:hello");
	http_expect(&b, "GET /nothing HTTP/1.1\r\n" LAST "\r\n", "HTTP/1.1 404", "Not Found");
	http_expect(&b, "GET /only-post HTTP/1.1\r\n" LAST "\r\n", "HTTP/1.1 405", "Method Not Allowed");
	http_expect(&b, "GET /echo HTTP/1.0\r\n\r\n", "HTTP/1.1 200", "GET /echo ? 0:");
	http_expect(&b, "GET /headers HTTP/1.1\r\n" LAST "\r\n", "HTTP/1.1 201 Created\r\n",
		"Content-Length: 2\r\nContent-Type: application/json\r\nConnection: close\r\nX-One: "
		"1\r\nX-Two: "
		"2\r\n\r\n{}");
	assert_int_equal(b.handled, 5);
	http_fixture_close(&b);
}

static void head_gets_length_but_no_body(void **state)
{
	struct http_fixture b = {0};

	(void)state;
	http_fixture_open(&b, &(struct http_server_options){0});
	http_expect(&b, "HEAD /echo HTTP/1.1\r\n" LAST "\r\n", "HTTP/1.1 200", "Connection: close\r\n\r\n");
	http_expect(&b, "HEAD /late2 HTTP/1.1\r\n" LAST "\r\n", "HTTP/1.1 404", "Connection: close\r\n\r\n");
	http_fixture_close(&b);
}

static void connection_is_kept_for_both_versions(void **state)
{
	struct http_fixture b = {0};
	struct buf text;
	int fd;

	(void)state;
	buf_init(&text, 1 << 20);
	http_fixture_open(&b, &(struct http_server_options){0});
	fd = http_fixture_connect(&b);
	for (int i = 1; i <= 3; i++) {
		static const char request[] = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";

		http_say(&b, fd, request, strlen(request));
		assert_false(http_hear(&b, fd, &text, "2:hi", i));
	}
	http_say(&b, fd, "GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 46);
	assert_false(http_hear(&b, fd, &text, " 0:", 1));
	assert_non_null(strstr(text.ptr, "Connection: keep-alive\r\n"));
	http_say(&b, fd, "GET /echo HTTP/1.0\r\n\r\n", 22);
	assert_true(http_hear(&b, fd, &text, NULL, 0));
	assert_int_equal(b.handled, 5);
	close(fd);
	buf_release(&text);
	http_fixture_close(&b);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
	static const char requests[] = "GET /late HTTP/1.1\r\nHost: a\r\n\r\n"
				       "POST /echo?second HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"
				       "GET /echo?third HTTP/1.1\r\nHost: a\r\n\r\n";
	struct http_fixture b = {0};
	struct buf text;
	int fd;

	(void)state;
	buf_init(&text, 1 << 20);
	http_fixture_open(&b, &(struct http_server_options){0});
	fd = http_fixture_connect(&b);
	http_say(&b, fd, requests, strlen(requests));
	for (int i = 0; i < 100; i++)
		http_fixture_turn(&b);
	assert_int_equal(b.handled, 1); /* the others wait for the first answer */
	http_answer_text(b.late[0], 200, "first");
	assert_false(http_hear(&b, fd, &text, "?third", 1));
	assert_true(strstr(text.ptr, "first") < strstr(text.ptr, "?second"));
	assert_true(strstr(text.ptr, "?second") < strstr(text.ptr, "?third"));
	close(fd);
	buf_release(&text);
	http_fixture_close(&b);
}

static void long_pipeline_is_held_back_and_answered(void **state)
{
	enum { REQUESTS = 3000 };
	static const char one[] = "GET /echo/pipeline HTTP/1.1\r\nHost: a\r\n\r\n";
	struct http_fixture b = {0};
	struct buf requests, text;
	int fd;

	(void)state;
	buf_init(&requests, 1 << 20);
	buf_init(&text, 16 << 20);
	buf_add_string(&requests, "GET /late HTTP/1.1\r\nHost: a\r\n\r\n");
	for (int i = 0; i < REQUESTS; i++)
		buf_add_string(&requests, one);
	http_fixture_open(&b, &(struct http_server_options){0});
	fd = http_fixture_connect(&b);
	http_say(&b, fd, requests.ptr, requests.len);
	while (b.late_count == 0)
		http_fixture_turn(&b);
	shutdown(fd, SHUT_WR); /* half closed: the answers are still wanted */
	http_answer_text(b.late[0], 200, "first");
	assert_true(http_hear(&b, fd, &text, NULL, 0));
	assert_int_equal(b.handled, 1 + REQUESTS);
	close(fd);
	buf_release(&requests);
	buf_release(&text);
	http_fixture_close(&b);
}

static void request_may_arrive_byte_by_byte(void **state)
{
	static const char request[] = "POST /echo?q HTTP/1.1\r\n" LAST "Transfer-Encoding: chunked\r\n\r\n"
				      "3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";
	struct http_fixture b = {0};
	struct buf text;
	int fd;

	(void)state;
	buf_init(&text, 1 << 20);
	http_fixture_open(&b, &(struct http_server_options){0});
	fd = http_fixture_connect(&b);
	for (size_t i = 0; i < strlen(request); i++)
		http_say(&b, fd, request + i, 1);
	assert_true(http_hear(&b, fd, &text, NULL, 0));
	assert_non_null(strstr(text.ptr, "POST /echo ?q 4:abcd"));
	close(fd);
	buf_release(&text);
	http_fixture_close(&b);
}

static void bodies_up_to_the_limit_are_taken_and_no_longer_ones(void **state)
{
	enum { LIMIT = 300000 };
	struct http_fixture b = {0};
	struct buf request, text;

	(void)state;
	buf_init(&request, 4 << 20);
	buf_init(&text, 4 << 20);
	http_fixture_open(&b, &(struct http_server_options){.body_max = LIMIT});
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
			http_converse(&b, request.ptr, request.len, &text);
			assert_int_equal(
				strncmp(buf_text(&text), more ? "HTTP/1.1 413" : "HTTP/1.1 200", 12), 0);
			if (!more)
				assert_memory_equal(text.ptr + text.len - 6, "456789", 6);
		}
	assert_int_equal(b.handled, 2);
	/* An announced length is refused before the body comes. */
	http_expect(&b,
		"POST /echo HTTP/1.1\r\n" LAST "Content-Length: 300001\r\nExpect: 100-continue\r\n\r\n",
		"HTTP/1.1 413", "Content Too Large");
	buf_release(&request);
	buf_release(&text);
	http_fixture_close(&b);
}

static void route_with_a_limit_of_its_own_takes_that_much(void **state)
{
	struct http_fixture b = {0};
	struct buf request, text;

	(void)state;
	buf_init(&request, 4 << 20);
	buf_init(&text, 4 << 20);
	http_fixture_open(&b, &(struct http_server_options){.body_max = 1000});
	for (int chunked = 0; chunked <= 1; chunked++)
		for (int more = 0; more <= 1; more++) {
			buf_clear(&request);
			buf_add_string(&request, "POST /roomy HTTP/1.1\r\n" LAST);
			buf_printf(&request,
				chunked ? "Transfer-Encoding: chunked\r\n\r\n%x\r\n"
					: "Content-Length: %d\r\n\r\n",
				HTTP_ROOMY + more);
			for (int i = 0; i < HTTP_ROOMY + more; i++)
				buf_add(&request, "x", 1);
			if (chunked)
				buf_add_string(&request, "\r\n0\r\n\r\n");
			http_converse(&b, request.ptr, request.len, &text);
			assert_int_equal(
				strncmp(buf_text(&text), more ? "HTTP/1.1 413" : "HTTP/1.1 200", 12), 0);
		}
	assert_int_equal(b.handled, 2);
	/* The others keep to the server's, also after a roomy one on the same connection. */
	http_expect(&b,
		"POST /roomy HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab"
		"POST /echo HTTP/1.1\r\n" LAST "Content-Length: 1001\r\n\r\n",
		"HTTP/1.1 200", "Content Too Large");
	buf_release(&request);
	buf_release(&text);
	http_fixture_close(&b);
}

static void expect_100_continue_is_told_to_go_on(void **state)
{
	static const char head[] =
		"POST /echo HTTP/1.1\r\n" LAST "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n";
	struct http_fixture b = {0};
	struct buf text;
	int fd;

	(void)state;
	buf_init(&text, 1 << 20);
	http_fixture_open(&b, &(struct http_server_options){0});
	fd = http_fixture_connect(&b);
	http_say(&b, fd, head, strlen(head));
	assert_false(http_hear(&b, fd, &text, "\r\n\r\n", 1));
	assert_string_equal(buf_text(&text), "HTTP/1.1 100 Continue\r\n\r\n");
	http_say(&b, fd, "ok", 2);
	assert_true(http_hear(&b, fd, &text, NULL, 0));
	assert_non_null(strstr(text.ptr, "2:ok"));
	close(fd);
	http_expect(&b, "POST /echo HTTP/1.1\r\n" LAST "Content-Length: 2\r\nExpect: x\r\n\r\nok",
		"HTTP/1.1 417", "Expectation Failed");
	buf_release(&text);
	http_fixture_close(&b);
}

static void large_answer_arrives_whole(void **state)
{
	struct http_fixture b = {0};
	struct buf text;
	static const char request[] = "GET /big HTTP/1.1\r\n" LAST "\r\n";

	(void)state;
	buf_init(&text, 64 << 20);
	http_fixture_open(&b, &(struct http_server_options){0});
	http_converse(&b, request, strlen(request), &text);
	assert_int_equal(text.len - (size_t)(strstr(text.ptr, "\r\n\r\n") + 4 - text.ptr), 8 << 20);
	buf_release(&text);
	http_fixture_close(&b);
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
	struct http_fixture b = {0};
	uint64_t counted = metric_get(METRIC_http_refused);

	(void)state;
	http_fixture_open(&b, &(struct http_server_options){0});
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		http_expect(&b, refused[i], "HTTP/1.1 400 Bad Request\r\n", "\r\n\r\nBad Request");
	assert_int_equal(b.handled, 0);
	assert_int_equal(metric_get(METRIC_http_refused) - counted, sizeof refused / sizeof *refused);
	http_fixture_close(&b);
}

static void upgrades_are_ignored(void **state)
{
	struct http_fixture b = {0};

	(void)state;
	http_fixture_open(&b, &(struct http_server_options){0});
	http_expect(&b, "GET /echo HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n" NEXT,
		"HTTP/1.1 200", "GET /echo/smuggled ? 0:");
	http_expect(&b, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1 505", "HTTP Version Not Supported");
	http_fixture_close(&b);
}

static void oversized_heads_are_431(void **state)
{
	struct http_fixture b = {0};
	struct buf request, text;

	(void)state;
	buf_init(&request, 1 << 20);
	buf_init(&text, 1 << 20);
	http_fixture_open(&b, &(struct http_server_options){0});
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
		http_converse(&b, request.ptr, request.len, &text);
		assert_int_equal(strncmp(buf_text(&text), "HTTP/1.1 431", 12), 0);
	}
	buf_release(&request);
	buf_release(&text);
	http_fixture_close(&b);
}

static void endless_chunk_framing_is_refused(void **state)
{
	struct http_fixture b = {0};
	struct buf request, text;

	(void)state;
	buf_init(&request, 1 << 20);
	buf_init(&text, 1 << 20);
	http_fixture_open(&b, &(struct http_server_options){0});
	for (int extension = 0; extension <= 1; extension++) {
		buf_clear(&request);
		buf_add_string(&request, CHUNKED);
		buf_add_string(&request, extension ? "1;" : "");
		for (int i = 0; i < 200000; i++)
			buf_add_string(&request, "0");
		http_converse(&b, request.ptr, request.len, &text);
		assert_int_equal(strncmp(buf_text(&text), "HTTP/1.1 400", 12), 0);
	}
	buf_release(&request);
	buf_release(&text);
	http_fixture_close(&b);
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
		cmocka_unit_test(fields_are_found_and_decoded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
