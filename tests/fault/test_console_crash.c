/* kill -9 while the console works: an import and a publication have happened wholly or not at all, and what is said of them is
 * true. */
#include "knowledge/edit.h"
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

enum { ROUNDS = 12, ROWS = 300, EDITS = 12 };

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
	console_as(f, "lan", "editor,approver,admin");
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
		if (strcmp(console_text(f, "items.0.file"), path) == 0)
			assert_string_equal(console_text(f, "items.0.state"), total ? "done" : "failed");
		else
			assert_int_equal(total, 0);
		snprintf(path, sizeof path, "audit?what=import.end&object=%d.jsonl", round);
		must(f, console_call(f, "GET", path, NULL), 200);
		assert_int_equal(console_number(f, "total"), total ? 1 : 0);
	}
	print_message("%zu whole, %zu none\n", whole, none);
	import_all(f, ROUNDS);
	must(f, console_call(f, "GET", "imports?size=1", NULL), 200);
	assert_string_equal(console_text(f, "items.0.state"), "done");
}

/* Records are made, sent to review and published, one after the other, until the process is killed. */
static void publish_many(struct console_fixture *f, int round)
{
	char body[200], path[64];

	for (int i = 0; i < EDITS; i++) {
		snprintf(body, sizeof body,
			"{\"kind\":\"guide\",\"id\":\"guide:%d-%d\",\"body\":{\"name\":\"Hướng dẫn "
			"%d\",\"text\":\"a\"}}",
			round, i, i);
		must(f, console_call(f, "POST", "records", body), 201);
		snprintf(path, sizeof path, "versions/%d/submit", (int)console_number(f, "version"));
		must(f, console_call(f, "POST", path, "{}"), 200);
		snprintf(path, sizeof path, "versions/%d/approve", (int)console_number(f, "version"));
		must(f, console_call(f, "POST", path, "{}"), 200);
	}
}

static int told(struct console_fixture *f, const char *what, int round, int i)
{
	char path[100];

	snprintf(path, sizeof path, "audit?what=%s&object=guide:%d-%d", what, round, i);
	must(f, console_call(f, "GET", path, NULL), 200);
	return (int)console_number(f, "total");
}

/* How far the record came: 0 not there, 1 draft, 2 in review, 3 published. */
static int steps_done(struct console_fixture *f, int round, int i)
{
	static const char *const states[] = {"draft", "review", "published"};
	char path[64];
	int done = 0;

	snprintf(path, sizeof path, "records/guide:%d-%d/history", round, i);
	if (console_call(f, "GET", path, NULL) == 404)
		return 0;
	while (done < 3 && strcmp(console_text(f, "items.0.state"), states[done]) != 0)
		done++;
	assert_int_equal(console_number(f, "total"), 1);
	return done + 1;
}

static void what_was_done_before_a_kill_is_in_the_audit_trail_once(void **state)
{
	static const char *const whats[] = {"version.create", "version.submit", "version.approve"};
	struct console_fixture *f = *state;
	int steps = 0;

	f->options.two_persons = false;
	console_fixture_reopen(f);
	console_as(f, "lan", "editor,approver,admin");
	srand(11);
	for (int round = 0; round < 2 * ROUNDS; round++) {
		console_fixture_stop(f);
		killed(f, publish_many, round, 20000 + (unsigned)(rand() % 60000));
		console_fixture_start(f);
		for (int i = 0; i < EDITS; i++) {
			int done = steps_done(f, round, i);

			steps += done;
			for (int what = 0; what < 3; what++)
				if (told(f, whats[what], round, i) != (what < done))
					fail_msg("round %d, record %d came to step %d: %s is told %d times",
						round, i, done, whats[what], told(f, whats[what], round, i));
		}
	}
	print_message("%d steps\n", steps);
	assert_true(steps > 0);
}

/* As if it had been killed between the two databases, before and after the trail had it. */
static void deed_that_waits_is_taken_over_at_the_start_and_never_twice(void **state)
{
	struct console_fixture *f = *state;
	struct edit_by by = {
		.who = "lan", .now_ms = CONSOLE_NOW_MS, .what = "record.own", .detail = "{\"title\":\"x\"}"};
	const struct edit_own own = {.title = "x"};
	struct edit_trouble trouble;
	struct why why = {""};

	console_as(f, "lan", "editor,admin");
	for (int times = 0; times < 2; times++) {
		struct edit *e;

		console_fixture_stop(f);
		assert_int_equal(edit_open(f->knowledge_path, &e, &why), OK);
		assert_int_equal(edit_own(e, "9.000001", &own, &by, &trouble, &why), OK);
		edit_close(e);
		console_fixture_start(f);
		must(f, console_call(f, "GET", "audit?what=record.own", NULL), 200);
		assert_int_equal(console_number(f, "total"),
			1); /* the second says all the same: it is the first, seen again */
		assert_string_equal(console_text(f, "items.0.object"), "9.000001");
		assert_string_equal(console_text(f, "items.0.detail.title"), "x");
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, console_fixture_up, console_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(import_that_is_killed_did_all_or_nothing),
		TEST(what_was_done_before_a_kill_is_in_the_audit_trail_once),
		TEST(deed_that_waits_is_taken_over_at_the_start_and_never_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
