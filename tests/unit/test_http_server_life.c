/* Peers that go away, deadlines, caps, places to listen, stopping. */
#include "daemon/base/metrics.h"
#include "tests/support/fault.h"
#include "tests/support/http_fixture.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
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

static const char plain[] = "GET /echo HTTP/1.1\r\n" LAST "\r\n";

/* --- Peers that go away, deadlines --- */

static void peer_gone_in_the_middle_of_a_request_is_forgotten(void **state)
{
	static const char *const halves[] = {
		"", "POST /ec", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf"};
	struct http_fixture b = {0};

	(void)state;
	http_fixture_open(&b, &(struct http_server_options){0});
	for (size_t i = 0; i < 3; i++) {
		int fd = http_fixture_connect(&b);

		http_say(&b, fd, halves[i], strlen(halves[i]));
		http_fixture_turn(&b);
		close(fd);
	}
	http_expect(&b, "GET /echo HTTP/1.1\r\n" LAST "\r\n", "HTTP/1.1 200", " 0:");
	assert_int_equal(b.handled, 1);
	http_fixture_close(&b);
}

static void answer_to_a_peer_that_went_away_is_safe(void **state)
{
	static const char request[] = "GET /late?gone HTTP/1.1\r\nHost: a\r\n\r\n";
	struct http_fixture b = {0};

	(void)state;
	http_fixture_open(&b, &(struct http_server_options){0});
	for (int reset = 0; reset <= 1; reset++) {
		const struct linger rude = {.l_onoff = 1};
		int fd = http_fixture_connect(&b);

		http_say(&b, fd, request, strlen(request));
		while (b.late_count < (size_t)reset + 1)
			http_fixture_turn(&b);
		if (reset)
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &rude, sizeof rude);
		close(fd);
		for (int i = 0; i < 50; i++)
			http_fixture_turn(&b);
		http_answer_text(b.late[reset], 200, "too late");
	}
	http_expect(&b, "GET /echo HTTP/1.1\r\n" LAST "\r\n", "HTTP/1.1 200", " 0:");
	http_fixture_close(&b);
}

static void exchange_outlives_its_server(void **state)
{
	static const char request[] = "GET /late HTTP/1.1\r\nHost: a\r\n\r\n";
	struct http_fixture b = {0};
	int fd;

	(void)state;
	http_fixture_open(&b, &(struct http_server_options){0});
	fd = http_fixture_connect(&b);
	http_say(&b, fd, request, strlen(request));
	while (b.late_count == 0)
		http_fixture_turn(&b);
	http_server_close(b.server, 0, http_fixture_closed, &b.closed);
	b.server = NULL;
	for (int i = 0; i < HTTP_PATIENCE && !b.closed; i++)
		http_fixture_turn(&b);
	assert_true(b.closed);
	http_answer_text(b.late[0], 200, "nobody is there");
	close(fd);
	http_fixture_close(&b);
}

static void trickle_ends_at_the_total_deadline(void **state)
{
	struct http_fixture b = {0};
	struct buf text;
	uint64_t counted = metric_get(METRIC_http_timeout);
	int fd;

	(void)state;
	buf_init(&text, 1 << 20);
	http_fixture_open(&b, &(struct http_server_options){.request_ms = 100, .idle_ms = 60000});
	fd = http_fixture_connect(&b);
	http_say(&b, fd, "GET /echo HTTP/1.1\r\nX: ", 23);
	while (metric_get(METRIC_http_timeout) == counted) { /* each byte would please an idle timer */
		http_say(&b, fd, "x", 1);
		nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
	}
	assert_true(http_hear(&b, fd, &text, NULL, 0));
	assert_int_equal(strncmp(buf_text(&text), "HTTP/1.1 408", 12), 0);
	close(fd);
	buf_release(&text);
	http_fixture_close(&b);
}

static void silent_connection_ends_at_the_idle_deadline(void **state)
{
	struct http_fixture b = {0};
	struct buf text;
	int fd;

	(void)state;
	buf_init(&text, 1 << 20);
	http_fixture_open(&b, &(struct http_server_options){.idle_ms = 50});
	fd = http_fixture_connect(&b);
	assert_true(http_hear(&b, fd, &text, NULL, 0)); /* closed without a word */
	assert_int_equal(text.len, 0);
	close(fd);
	fd = http_fixture_connect(&b);
	http_say(&b, fd, "GET /echo HTTP/1.1\r\n", 20);
	assert_true(http_hear(&b, fd, &text, NULL, 0));
	assert_int_equal(strncmp(buf_text(&text), "HTTP/1.1 408", 12), 0);
	close(fd);
	buf_release(&text);
	http_fixture_close(&b);
}

static void late_handler_is_503_and_may_still_answer(void **state)
{
	struct http_fixture b = {0};

	(void)state;
	http_fixture_open(&b, &(struct http_server_options){.answer_ms = 50});
	http_expect(&b, "GET /late HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 503", "Service Unavailable");
	for (int i = 0; i < 50; i++)
		http_fixture_turn(&b);
	http_answer_text(b.late[0], 200, "too late");
	http_expect(&b, "GET /echo HTTP/1.1\r\n" LAST "\r\n", "HTTP/1.1 200", " 0:");
	http_fixture_close(&b);
}

static void route_with_a_time_of_its_own_is_503_then(void **state)
{
	struct http_fixture b = {0};

	(void)state;
	http_fixture_open(&b, &(struct http_server_options){0});
	http_expect(&b, "GET /hurried HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 503", "Service Unavailable");
	http_answer_text(b.late[0], 200, "too late");
	http_fixture_close(&b);
}

static void bad_days_are_played(void **state)
{
	static const char drip[] = "GET /trouble?drip HTTP/1.1\r\nHost: a\r\n\r\n",
			  cut[] = "GET /trouble?cut HTTP/1.1\r\n" LAST "\r\n",
			  none[] = "GET /trouble?none HTTP/1.1\r\n" LAST "\r\n";
	struct http_fixture b = {0};
	struct buf text;
	int fd;

	(void)state;
	buf_init(&text, 1 << 20);
	http_fixture_open(&b, &(struct http_server_options){0});
	fd = http_fixture_connect(&b);
	for (int i = 1; i <= 2; i++) { /* the connection is kept */
		http_say(&b, fd, drip, strlen(drip));
		assert_false(http_hear(&b, fd, &text, "dripping", i));
	}
	http_say(&b, fd, drip, strlen(drip));
	assert_false(http_hear(&b, fd, &text, "HTTP/1.1 200", 3));
	close(fd); /* and a peer that leaves in between is no harm */
	http_converse(&b, cut, strlen(cut), &text);
	assert_in_range(text.len, 0, 30); /* a reset may take back what was not read yet */
	http_converse(&b, none, strlen(none), &text);
	assert_int_equal(text.len, 0);
	buf_release(&text);
	http_fixture_close(&b);
}

/* --- Caps, stopping, places to listen --- */

static void newest_connection_over_the_cap_is_closed(void **state)
{
	struct http_fixture b = {0};
	struct buf text;
	int fds[3];

	(void)state;
	buf_init(&text, 1 << 20);
	http_fixture_open(&b, &(struct http_server_options){
				      .connections_max = 2, .per_address_max = 1}); /* loopback: no limit */
	for (int i = 0; i < 3; i++)
		fds[i] = http_fixture_connect(&b);
	assert_true(http_hear(&b, fds[2], &text, NULL, 0));
	assert_int_equal(text.len, 0);
	http_say(&b, fds[0], plain, strlen(plain));
	assert_true(http_hear(&b, fds[0], &text, NULL, 0));
	assert_int_equal(strncmp(buf_text(&text), "HTTP/1.1 200", 12), 0);
	for (int i = 0; i < 3; i++)
		close(fds[i]);
	buf_release(&text);
	http_fixture_close(&b);
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
	struct http_fixture b = {0};
	struct sockaddr_in address;
	struct buf text;
	char listen[64];
	int fds[3];

	(void)state;
	if (!own_address(&address))
		skip();
	snprintf(listen, sizeof listen, "%s:0", inet_ntoa(address.sin_addr));
	buf_init(&text, 1 << 20);
	http_fixture_open(&b, &(struct http_server_options){.listen = listen, .per_address_max = 2});
	address.sin_port = htons((uint16_t)atoi(strrchr(http_server_address(b.server), ':') + 1));
	for (int i = 0; i < 3; i++)
		fds[i] = http_connect_to((struct sockaddr *)&address, sizeof address);
	assert_true(http_hear(&b, fds[2], &text, NULL, 0));
	assert_int_equal(text.len, 0);
	for (int i = 0; i < 3; i++)
		close(fds[i]);
	buf_release(&text);
	http_fixture_close(&b);
}

static void stopping_lets_pending_answers_go_out(void **state)
{
	static const char request[] = "GET /late HTTP/1.1\r\nHost: a\r\n\r\n";
	struct http_fixture b = {0};
	struct buf text;
	int busy, idle;

	(void)state;
	buf_init(&text, 1 << 20);
	http_fixture_open(&b, &(struct http_server_options){0});
	busy = http_fixture_connect(&b);
	idle = http_fixture_connect(&b);
	http_say(&b, busy, request, strlen(request));
	while (b.late_count == 0)
		http_fixture_turn(&b);
	http_server_close(b.server, 60000, http_fixture_closed, &b.closed);
	b.server = NULL;
	assert_true(http_hear(&b, idle, &text, NULL, 0));
	assert_int_equal(text.len, 0);
	assert_false(b.closed);
	http_answer_text(b.late[0], 200, "good bye");
	assert_true(http_hear(&b, busy, &text, NULL, 0));
	assert_non_null(strstr(text.ptr, "Connection: close\r\n"));
	assert_non_null(strstr(text.ptr, "good bye"));
	close(busy);
	close(idle);
	buf_release(&text);
	http_fixture_close(&b);
}

static void unix_socket_is_private_replaced_when_stale_and_removed(void **state)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	char folder[] = "/tmp/motcua-net-XXXXXX", listen[128];
	struct http_fixture b = {0}, other = {0};
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
	http_fixture_open(&b, &(struct http_server_options){.listen = listen});
	assert_string_equal(http_server_address(b.server), listen);
	assert_int_equal(stat(un.sun_path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	assert_int_equal(http_server_open(b.loop, &(struct http_server_options){.listen = listen},
				 &other.server, &why),
		ERR_EXISTS); /* a living server is not pushed aside */
	fd = http_connect_to((struct sockaddr *)&un, sizeof un);
	http_say(&b, fd, plain, strlen(plain));
	assert_true(http_hear(&b, fd, &text, NULL, 0));
	assert_int_equal(strncmp(buf_text(&text), "HTTP/1.1 200", 12), 0);
	close(fd);
	http_fixture_close(&b);
	assert_int_equal(stat(un.sun_path, &st), -1);
	assert_int_equal(rmdir(folder), 0);
	buf_release(&text);
}

/* Whichever allocation fails: the connection may end, the server goes on, nothing leaks (the sanitizers look). */
static void every_allocation_may_fail(void **state)
{
	struct http_fixture b = {0};
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
	http_fixture_open(&b, &(struct http_server_options){.request_ms = 100, .idle_ms = 100});
	for (unsigned n = 1; happened; n++) {
		struct http_server *other = NULL;
		int fd = http_fixture_connect(&b);

		http_say(&b, fd, request.ptr, request.len);
		fault_alloc_after(n);
		for (int i = 0; i < 50; i++)
			http_fixture_turn(&b);
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
	http_converse(&b, plain, strlen(plain), &text);
	assert_int_equal(strncmp(buf_text(&text), "HTTP/1.1 200", 12), 0);
	buf_release(&request);
	buf_release(&text);
	http_fixture_close(&b);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
