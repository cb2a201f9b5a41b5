/* Units, their offices and holidays, as the console's pages get them. */
#include "daemon/base/clock.h"
#include "tests/support/console_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void must(struct console_fixture *f, int status, int expected)
{
	if (status != expected)
		fail_msg("%d: %s", status, buf_text(&f->answer.body));
}

static void place(struct console_fixture *f)
{
	console_know(f,
		"{\"code\":\"91\",\"name\":\"An "
		"Giang\",\"type\":\"tỉnh\",\"level\":\"tỉnh\",\"formed_from\":[\"An Giang\",\"Kiên "
		"Giang\"]}\n"
		"{\"code\":\"30985\",\"name\":\"An "
		"Biên\",\"type\":\"xã\",\"level\":\"xã\",\"province_code\":\"91\",\"province\":\"An "
		"Giang\"}\n",
		NULL);
	console_know(f,
		"{\"id\":\"office:an-bien\",\"kind\":\"office\",\"name\":\"Bộ phận một cửa xã An "
		"Biên\",\"address\":\"1 đường Ba\","
		"\"phone\":[\"0297 3000 111\"],\"hours\":\"Thứ 2–6: 7:30–11:30, 13:30–17:00\"}\n",
		"30985");
}

static void unit_shows_its_offices_and_whether_they_are_open(void **state)
{
	struct console_fixture *f = *state;

	place(f);
	console_as(f, "lan", "reform");
	must(f, console_call(f, "GET", "units?q=an%20bien", NULL), 200);
	assert_int_equal(console_number(f, "total"), 1);
	assert_string_equal(console_text(f, "items.0.code"), "30985");
	assert_string_equal(console_text(f, "items.0.name"), "Xã An Biên");
	must(f, console_call(f, "GET", "units/30985", NULL), 200);
	assert_string_equal(console_text(f, "unit.province"), "91");
	assert_string_equal(console_text(f, "offices.0.id"), "office:an-bien");
	assert_string_equal(console_text(f, "offices.0.phone.0"), "0297 3000 111");
	assert_non_null(
		strstr(console_text(f, "offices.0.now"), "mở lại lúc 7:30 23/11/2026")); /* a Saturday */
	clock_set(CONSOLE_NOW_MS + (int64_t)(48 - 3) * 3600 * 1000);                     /* Monday, nine */
	assert_int_equal(console_sign_in(f, "lan", CONSOLE_PASSWORD), 200);
	must(f, console_call(f, "GET", "units/30985", NULL), 200);
	assert_string_equal(console_text(f, "offices.0.now"), "Đang mở cửa đến 11:30");
	must(f, console_call(f, "GET", "units/00000", NULL), 404);
}

static void staff_of_a_unit_hear_its_name(void **state)
{
	struct console_fixture *f = *state;

	place(f);
	console_as(f, "chief", "admin");
	must(f,
		console_call(f, "PUT", "staff/chief",
			"{\"display\":\"x\",\"roles\":[\"admin\"],\"unit\":\"30985\"}"),
		200);
	must(f, console_call(f, "GET", "me", NULL), 200);
	assert_string_equal(console_text(f, "unit.name"), "Xã An Biên");
}

static void holidays_are_told_by_year(void **state)
{
	struct console_fixture *f = *state;

	console_as(f, "lan", "reform");
	must(f, console_call(f, "GET", "holidays?year=2026", NULL), 200);
	assert_true(console_number(f, "total") > 5);
	assert_int_equal(strncmp(console_text(f, "items.0.day"), "2026-01-01", 10), 0);
	must(f, console_call(f, "GET", "holidays?year=26", NULL), 400);
	must(f, console_call(f, "GET", "holidays?year=1999", NULL), 200);
	assert_int_equal(console_number(f, "total"), 0);
}

/* The command line writes while the console runs. */
static void what_should_be_looked_at_follows_whoever_writes(void **state)
{
	struct console_fixture *f = *state;

	console_as(f, "lan", "editor");
	must(f, console_call(f, "GET", "quality", NULL), 200);
	assert_int_equal(console_number(f, "counts.expiring"), 0);
	console_know(f,
		"{\"code\":\"9.100009\",\"name\":\"Nuôi "
		"cá\",\"level\":[\"xã\"],\"valid_to\":\"2026-12-01\"}\n",
		NULL);
	must(f, console_call(f, "GET", "quality", NULL), 200);
	assert_int_equal(console_number(f, "counts.expiring"), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, console_fixture_up, console_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(unit_shows_its_offices_and_whether_they_are_open),
		TEST(staff_of_a_unit_hear_its_name),
		TEST(holidays_are_told_by_year),
		TEST(what_should_be_looked_at_follows_whoever_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
