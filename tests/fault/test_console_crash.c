/* kill -9 while the console works: an import and a publication have happened wholly or not at all, and what is said of them is
 * true. */
#include "daemon/base/clock.h"
#include "tests/support/console_fixture.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { ROUNDS = 12, ROWS = 300 };

static void must(struct console_fixture *f, int status, int expected)
{
	if (status != expected)
		fail_msg("%d: %s", status, buf_text(&f->answer.body));
}

/* ROWS procedures of a field that only this round has. */
static char *table(int round)
{
	char *text = malloc((size_t)ROWS * 160);
	size_t len = 0;

	assert_non_null(text);
	for (int i = 0; i < ROWS; i++)
		len += (size_t)sprintf(text + len,
			"{\"code\":\"8.%03d%03d\",\"name\":\"Thủ tục thử %d-%d\",\"field\":\"Lượt "
			"%d\",\"level\":[\"xã\"]}\n",
			round, i, round, i, round);
	return text;
}

static void import_all(struct console_fixture *f, int round)
{
	char *text = table(round), body[200], path[100];

	snprintf(body, sizeof body, "{\"name\":\"%d.jsonl\",\"size\":%zu}", round, strlen(text));
	must(f, console_call(f, "POST", "uploads", body), 201);
	snprintf(body, sizeof body, "{\"upload\":\"%s\",\"as\":\"publish\"}", console_text(f, "upload"));
	snprintf(path, sizeof path, "uploads/%s?offset=0", console_text(f, "upload"));
	must(f, console_send(f, "PUT", path, text, strlen(text)), 200);
	must(f, console_call(f, "POST", "imports", body), 202);
	console_background(f->console);
	free(text);
}

/* Runs `work` in a process of its own and kills it after some time. */
static void killed(struct console_fixture *f, void (*work)(struct console_fixture *f, int round), int round,
	unsigned after_us)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		console_fixture_start(f);
		work(f, round);
		_exit(0);
	}
	usleep(after_us);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
}

static void import_that_is_killed_did_all_or_nothing(void **state)
{
	struct console_fixture *f = *state;
	size_t whole = 0, none = 0;
	char path[100];

	f->options.two_persons = false;
	console_fixture_reopen(f);
	console_as(f, "lan", "editor,approver");
	srand(7);
	for (int round = 0; round < ROUNDS; round++) {
		int total;

		console_fixture_stop(f);
		killed(f, import_all, round, (unsigned)(rand() % 150000));
		console_fixture_start(f);
		snprintf(path, sizeof path, "records?field=L%%C6%%B0%%E1%%BB%%A3t%%20%d", round);
		must(f, console_call(f, "GET", path, NULL), 200);
		total = (int)console_number(f, "total");
		if (total != 0 && total != ROWS)
			fail_msg("round %d: %d of %d rows", round, total, ROWS);
		whole += total == ROWS;
		none += total == 0;
		must(f, console_call(f, "GET", "imports?size=1", NULL), 200);
		assert_string_not_equal(console_text(f, "items.0.state"), "running");
		snprintf(path, sizeof path, "%d.jsonl", round);
		if (strcmp(console_text(f, "items.0.file"), path) == 0 && total == 0)
			assert_string_equal(console_text(f, "items.0.state"), "failed");
	}
	print_message("%zu whole, %zu none\n", whole, none);
	import_all(f, ROUNDS);
	must(f, console_call(f, "GET", "imports?size=1", NULL), 200);
	assert_string_equal(console_text(f, "items.0.state"), "done");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, console_fixture_up, console_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(import_that_is_killed_did_all_or_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
