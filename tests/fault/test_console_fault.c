/* The n-th allocation of a request fails, for every n: it is answered as a failure, or as if nothing had happened; never with
 * something missing. */
#include "daemon/console/call.h"
#include "tests/support/console_fixture.h"
#include "tests/support/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ALLOCATIONS_MAX 30000

static void *counted_malloc(size_t size)
{
	return malloc(size);
}

/* cJSON's allocations are counted too. */
static cJSON_Hooks counted = {counted_malloc, free};

/* Sends it with the n-th allocation failing until none is left to fail; the answers without a failure are all the same. */
static void every_allocation(
	struct console_fixture *f, const char *method, const char *path, const char *body, int expected)
{
	char *whole;
	bool failed = true;
	unsigned n;

	assert_int_equal(console_call(f, method, path, body), expected);
	assert_int_equal(console_call(f, method, path, body), expected); /* what is kept for later is there */
	whole = strdup(buf_text(&f->answer.body));
	assert_non_null(whole);
	cJSON_InitHooks(&counted);
	for (n = 1; failed && n < ALLOCATIONS_MAX; n++) {
		int status;

		f->fail_after = n;
		status = console_call(f, method, path, body);
		failed = f->failed;
		if (status < 500 && status != 400 && status != 401 &&
			strcmp(buf_text(&f->answer.body), whole) != 0)
			fail_msg("%s, allocation %u: %d %s", path, n, status, buf_text(&f->answer.body));
	}
	f->fail_after = 0;
	cJSON_InitHooks(NULL);
	assert_true(n < ALLOCATIONS_MAX);
	assert_int_equal(console_call(f, method, path, body), expected);
	assert_string_equal(buf_text(&f->answer.body), whole);
	free(whole);
}

static void failing_allocation_fails_the_answer_or_changes_nothing(void **state)
{
	struct console_fixture *f = *state;
	static const char *const paths[] = {"me", "home", "staff", "audit", "records?q=nuoi",
		"records/9.000001", "records/9.000001/history", "quality?word=no_fee", "holidays?year=2026",
		"accounts", "outbox", "questions", "review", "imports", "reports/periods",
		"reports?period=2026-11&unit=91", "reports/rows?period=2026-11&figure=content_new",
		"reports/tables?period=2026-11&table=unit", "reports/file?period=2026-11&format=json",
		"reports/file?period=2026-11&format=html", "dashboard?period=2026-11"};

	console_as(f, "all", "editor,approver,reform,operator,admin");
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		every_allocation(f, "GET", paths[i], NULL, 200);
}

static void failing_allocation_refuses_what_would_be_refused(void **state)
{
	struct console_fixture *f = *state;

	console_as(f, "all", "editor,approver,reform,operator,admin");
	every_allocation(
		f, "POST", "staff", "{\"name\":\"lan\",\"display\":\"Lan\",\"roles\":[\"king\"]}", 400);
	every_allocation(f, "PUT", "records/nowhere/own", "{\"title\":\"x\",\"asks\":[\"a\",\"b\"]}", 404);
	every_allocation(f, "POST", "versions/1/submit", "{}", 409);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, console_fixture_up, console_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(failing_allocation_fails_the_answer_or_changes_nothing),
		TEST(failing_allocation_refuses_what_would_be_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
