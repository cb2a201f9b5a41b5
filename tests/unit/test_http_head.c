#include "daemon/net/http_head.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define POST "POST /webhook/zalo HTTP/1.1\r\nHost: a.vn\r\n"

/* want: 0 the head is complete; else the status; -1 more bytes are needed. */
static const struct {
	const char *text;
	int want;
} heads[] = {
	/* plain heads */
	{"GET / HTTP/1.1\r\nHost: a.vn\r\n\r\n", 0},
	{"GET /?q=1%20&b=@:,;~ HTTP/1.1\r\nHost: a.vn:8080\r\nAccept: */*\r\n\r\n", 0},
	{"GET / HTTP/1.0\r\n\r\n", 0},
	{"GET / HTTP/1.0\r\nHost: [::1]:80\r\n\r\n", 0},
	{"GET / HTTP/1.1\r\nHost:\r\n\r\n", 0},
	{"GET / HTTP/1.1\r\nhOST:a.vn\r\nX:\r\nY:  a\tb \xc4\x91 \r\n\r\n", 0},
	{POST "Content-Length: 12\r\nExpect: 100-continue\r\n\r\n", 0},
	{POST "Content-Length:0 \r\n\r\n", 0},
	{POST "Transfer-Encoding: chunked\r\n\r\n", 0},
	{POST "X-Hub-Signature-256: sha256=00\r\nX-ZEvent-Signature: mac=00\r\n\r\n", 0},
	/* not complete yet */
	{"", -1},
	{"POST", -1},
	{"GET / HTTP/1.1\r", -1},
	{"GET / HTTP/1.1\r\nHost: a.vn\r\nX-A: b", -1},
	{"GET / HTTP/1.1\r\nHost: a.vn\r\n\r", -1},
	/* request line */
	{"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
	{" GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
	{"GET /\r\n\r\n", 400},
	{"GET\r\n\r\n", 400},
	{"/ HTTP/1.1\r\n\r\n", 400},
	{"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
	{"GET / a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
	{"GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 400},
	{"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
	{"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
	{"G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
	{"GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
	{"GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
	{"GET http://a.vn/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
	{"CONNECT a.vn:443 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
	{"CONNECT /a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
	{"GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
	{"GET /\xc4\x91 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
	{"GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n", 400},
	{"GET / http/1.1\r\nHost: a\r\n\r\n", 400},
	{"GET / HTTP/1.x\r\nHost: a\r\n\r\n", 400},
	/* versions */
	{"GET / HTTP/0.9\r\n\r\n", 505},
	{"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
	{"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
	{"GET / HTTP/9.9\r\nHost: a\r\n\r\n", 505},
	{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
	/* line ends */
	{"GET / HTTP/1.1\nHost: a\n\n", 400},
	{"GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400},
	{"GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n", 400},
	{"GET / HTTP/1.1\rHost: a\r\r", 400},
	{POST "X: y\r\n\rX", 400},
	{POST "X: y\r\r\n\r\n", 400},
	{POST "X: y\r\n\n", 400},
	/* folding, the first header line included */
	{"GET / HTTP/1.1\r\n Content-Length: 5\r\nHost: a\r\n\r\n", 400},
	{POST "X: a\r\n b\r\n\r\n", 400},
	{POST "X: a\r\n\tb\r\n\r\n", 400},
	{POST " ", 400},
	/* names and values */
	{POST "X\r\n\r\n", 400},
	{POST ": y\r\n\r\n", 400},
	{POST "X : y\r\n\r\n", 400},
	{POST "X\x01: y\r\n\r\n", 400},
	{POST "X\xc4\x91: y\r\n\r\n", 400},
	{POST "X: a\x01\r\n\r\n", 400},
	{POST "X: a\x0b\r\n\r\n", 400},
	{POST "X: a\x7f\r\n\r\n", 400},
	/* lengths */
	{POST "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", 400},
	{POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", 400},
	{POST "Content-Length: +5\r\n\r\n", 400},
	{POST "Content-Length: -1\r\n\r\n", 400},
	{POST "Content-Length: 5, 5\r\n\r\n", 400},
	{POST "Content-Length: 5 5\r\n\r\n", 400},
	{POST "Content-Length: 0x5\r\n\r\n", 400},
	{POST "Content-Length:\r\n\r\n", 400},
	{POST "Content-Length: 18446744073709551621\r\n\r\n", 400},
	{POST "Content-Length : 5\r\n\r\n", 400},
	/* transfer encodings */
	{POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
	{POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400},
	{POST "Transfer-Encoding: xchunked\r\n\r\n", 400},
	{POST "Transfer-Encoding: chunked, identity\r\n\r\n", 400},
	{POST "Transfer-Encoding: gzip, chunked\r\n\r\n", 400},
	{POST "Transfer-Encoding: chunked, chunked\r\n\r\n", 400},
	{POST "Transfer-Encoding: Chunked\r\n\r\n", 400},
	{POST "Transfer-Encoding: chunked \r\n\r\n", 400},
	{POST "Transfer-Encoding:\tchunked\r\n\r\n", 400},
	{POST "Transfer-Encoding: \"chunked\"\r\n\r\n", 400},
	{POST "Transfer-Encoding: identity\r\n\r\n", 400},
	{POST "Transfer-Encoding:\r\n\r\n", 400},
	{POST "Transfer-Encoding : chunked\r\n\r\n", 400},
	{POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n", 400},
	{POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
	{"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
	/* Host */
	{"GET / HTTP/1.1\r\n\r\n", 400},
	{"GET / HTTP/1.1\r\nX: y\r\n\r\n", 400},
	{"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
	{"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
	{"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
	{"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
	{"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400},
	{"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
};

static void every_shape_gets_its_verdict(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		size_t len = strlen(heads[i].text);
		long want = heads[i].want > 0 ? -heads[i].want : heads[i].want < 0 ? 0 : (long)len;
		long got = http_head_check(heads[i].text, len);

		if (got != want)
			fail_msg("%ld instead of %ld for: %s", got, want, heads[i].text);
	}
}

/* However the bytes are cut: a good head is "more" until its last byte, a bad one never turns good. */
static void verdict_does_not_depend_on_how_bytes_arrive(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		size_t len = strlen(heads[i].text);

		for (size_t n = 0; n < len; n++) {
			char *exact = malloc(n + 1); /* sanitizers see a step too far */
			long got;

			memcpy(exact, heads[i].text, n);
			got = http_head_check(exact, n);
			free(exact);
			if (heads[i].want <= 0 ? got != 0 : got != 0 && got != -heads[i].want)
				fail_msg("%ld after %zu bytes of: %s", got, n, heads[i].text);
		}
	}
}

static void nul_is_refused_wherever_it_stands(void **state)
{
	static const char head[] = POST "X: abc\r\n\r\n";

	(void)state;
	for (size_t i = 0; i < sizeof head - 1; i++) {
		char bad[sizeof head];

		memcpy(bad, head, sizeof head);
		bad[i] = '\0';
		assert_in_range(-http_head_check(bad, sizeof head - 1), 400, 505);
	}
}

static void bytes_behind_the_head_do_not_matter(void **state)
{
	static const char two[] = POST "Content-Length: 3\r\n\r\n\0\r\n GET";

	(void)state;
	assert_int_equal(http_head_check(two, sizeof two - 1), strlen(two));
}

static void head_longer_than_the_limit_is_431(void **state)
{
	size_t room = HTTP_HEAD_MAX + 100;
	char *big = malloc(room);

	(void)state;
	memset(big, 'a', room);
	memcpy(big, POST "X: ", strlen(POST "X: "));
	assert_int_equal(http_head_check(big, HTTP_HEAD_MAX - 1), 0);
	assert_int_equal(http_head_check(big, HTTP_HEAD_MAX), -431);
	memcpy(big + HTTP_HEAD_MAX - 4, "\r\n\r\n", 4);
	assert_int_equal(http_head_check(big, room), (long)HTTP_HEAD_MAX);
	memcpy(big + HTTP_HEAD_MAX - 4, "aa\r\n\r\n", 6);
	assert_int_equal(http_head_check(big, room), -431);
	free(big);
}

static void too_many_headers_are_431(void **state)
{
	char head[HTTP_HEAD_MAX], *at = head;

	(void)state;
	at += sprintf(at, POST);
	for (int i = 1; i < HTTP_HEADERS_MAX; i++)
		at += sprintf(at, "A%d: b\r\n", i);
	strcpy(at, "\r\n");
	assert_int_equal(http_head_check(head, strlen(head)), (long)strlen(head));
	strcpy(at, "B: c\r\n\r\n");
	assert_int_equal(http_head_check(head, strlen(head)), -431);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_shape_gets_its_verdict),
		cmocka_unit_test(verdict_does_not_depend_on_how_bytes_arrive),
		cmocka_unit_test(nul_is_refused_wherever_it_stands),
		cmocka_unit_test(bytes_behind_the_head_do_not_matter),
		cmocka_unit_test(head_longer_than_the_limit_is_431),
		cmocka_unit_test(too_many_headers_are_431),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
