/* Cases, waits and ratings as the pages see them. */
#include "daemon/store/store_case.h"
#include "daemon/store/store_wait.h"
#include "tests/support/console_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct filing {
	struct case_file one;
	int64_t id;
};

static enum err file_job(struct store_tx *tx, void *arg)
{
	struct filing *f = arg;

	return store_case_add(tx, &f->one, &f->id);
}

static int64_t file(struct console_fixture *f, const char *code, const char *unit, const char *due)
{
	struct filing filing = {.one = {.code = code,
					.citizen = {"zalo", "579745863508352884", "1234567890"},
					.category = "infrastructure",
					.what = "đèn đường hỏng",
					.unit = unit,
					.received_ms = CONSOLE_NOW_MS,
					.due = due}};

	assert_int_equal(store_do(f->store, file_job, &filing), OK);
	return filing.id;
}

static int call(struct console_fixture *f, const char *method, int64_t id, const char *what, const char *body)
{
	char path[64];

	snprintf(path, sizeof path, "cases/%lld%s", (long long)id, what);
	return console_call(f, method, path, body);
}

static void a_case_is_taken_answered_and_published_once(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = file(f, "AC34XK79", "30985", "2026-12-07");

	console_as(f, "lan", "reform");
	assert_int_equal(console_call(f, "GET", "cases", NULL), 200);
	assert_int_equal(console_number(f, "total"), 1);
	assert_string_equal(console_text(f, "items.0.category_name"), "Hạ tầng, điện, nước, đường sá");
	assert_int_equal(console_number(f, "items.0.days_left"), 10);
	assert_int_equal(
		call(f, "PUT", id, "", "{\"owner\":\"lan\",\"category\":\"environment\",\"revision\":1}"),
		200);
	assert_int_equal(call(f, "PUT", id, "", "{\"owner\":\"lan\",\"revision\":1}"), 409);
	assert_int_equal(call(f, "PUT", id, "", "{\"owner\":\"ai đó\"}"), 400);
	assert_int_equal(call(f, "PUT", id, "", "{\"category\":\"x\"}"), 400);
	assert_int_equal(call(f, "POST", id, "/notes", "{\"text\":\"đã gọi đội điện\"}"), 200);
	assert_int_equal(
		call(f, "POST", id, "/answer", "{\"answer\":\"Đã thay bóng.\",\"publish\":true}"), 400);
	assert_int_equal(call(f, "POST", id, "/answer", "{\"answer\":\"Đã thay bóng.\"}"), 200);
	assert_int_equal(call(f, "POST", id, "/answer", "{\"answer\":\"Khác.\"}"), 409);
	assert_string_equal(console_text(f, "error.code"), "case_state");
	assert_int_equal(call(f, "POST", id, "/reject", "{\"reason\":\"Khác.\"}"), 409);
	assert_int_equal(call(f, "GET", id, "", NULL), 200);
	assert_string_equal(console_text(f, "state"), "answered");
	assert_string_equal(console_text(f, "wait"), "ready");
	assert_string_equal(console_text(f, "steps.2.text"), "đã gọi đội điện");
	assert_string_equal(console_text(f, "answered_by"), "lan");
	assert_null(strstr(buf_text(&f->answer.body), "1234567890"));
	assert_int_equal(console_call(f, "GET", "cases", NULL), 200);
	assert_int_equal(console_number(f, "total"), 0);
	assert_int_equal(console_call(f, "GET", "cases?state=answered", NULL), 200);
	assert_int_equal(console_number(f, "total"), 1);
}

static void late_and_soon_follow_working_days(void **state)
{
	struct console_fixture *f = *state;

	file(f, "AC34XK79", "30985", "2026-11-20");
	file(f, "CA34XK79", "30985", "2026-11-23");
	file(f, "DA34XK79", "30985", "2026-12-07");
	console_as(f, "lan", "reform");
	assert_int_equal(console_call(f, "GET", "cases?due=late", NULL), 200);
	assert_int_equal(console_number(f, "total"), 1);
	assert_string_equal(console_text(f, "items.0.code"), "AC34XK79");
	assert_int_equal(console_call(f, "GET", "cases?due=soon", NULL), 200);
	assert_int_equal(console_number(f, "total"), 1);
	assert_string_equal(console_text(f, "items.0.code"), "CA34XK79");
	assert_int_equal(console_call(f, "GET", "cases?due=x", NULL), 400);
	assert_int_equal(console_call(f, "GET", "cases?state=x", NULL), 400);
}

static void staff_of_a_unit_sees_and_touches_its_own(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = file(f, "AC34XK79", "30985", "2026-12-07");

	console_as_of(f, "hoa", "reform", "99999");
	assert_int_equal(console_call(f, "GET", "cases", NULL), 200);
	assert_int_equal(console_number(f, "total"), 0);
	assert_int_equal(call(f, "GET", id, "", NULL), 403);
	assert_int_equal(call(f, "POST", id, "/answer", "{\"answer\":\"x\"}"), 403);
	assert_int_equal(console_call(f, "GET", "waits?state=all", NULL), 200);
	assert_int_equal(console_number(f, "total"), 0);
	console_as_of(f, "lan", "reform", "30985");
	assert_int_equal(console_call(f, "GET", "cases", NULL), 200);
	assert_int_equal(console_number(f, "total"), 1);
	assert_int_equal(call(f, "GET", id, "", NULL), 200);
	assert_int_equal(console_call(f, "GET", "waits?state=all", NULL), 200);
	assert_int_equal(console_number(f, "total"), 1);
	assert_string_equal(console_text(f, "items.0.state"), "open");
}

static void ratings_are_listed(void **state)
{
	struct console_fixture *f = *state;

	console_as(f, "lan", "editor");
	assert_int_equal(console_call(f, "GET", "ratings?record=9.000001&good=0", NULL), 200);
	assert_int_equal(console_number(f, "total"), 0);
}

int main(void)
{
#define CONSOLE_TEST(name) cmocka_unit_test_setup_teardown(name, console_fixture_up, console_fixture_down)
	const struct CMUnitTest tests[] = {
		CONSOLE_TEST(a_case_is_taken_answered_and_published_once),
		CONSOLE_TEST(late_and_soon_follow_working_days),
		CONSOLE_TEST(staff_of_a_unit_sees_and_touches_its_own),
		CONSOLE_TEST(ratings_are_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
