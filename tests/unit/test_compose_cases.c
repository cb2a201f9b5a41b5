/* What a value of the portal holds for: filing that is free beside a tax that is not, time limits by case. */
#include "tests/support/turn_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int up(void **state)
{
	static const char *const files[] = {"tests/golden/cases.jsonl"};
	struct turn_fixture *f = calloc(1, sizeof *f);

	*state = f;
	return f ? turn_fixture_open(f, files, 1) : -1;
}

static const char *ask(struct turn_fixture *f, const char *payload)
{
	turn_fixture_forget(f);
	return turn_fixture_say(f, payload);
}

static void free_filing_is_no_free_tax(void **state)
{
	static const char *const ways[] = {"#tt:9.100001:fee", "#tt:9.100001"};

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		const char *reply = ask(*state, ways[i]);

		assert_non_null(strstr(reply, "nộp hồ sơ không mất phí; tiền thuế"));
		assert_null(strstr(reply, "miễn phí"));
		assert_null(strstr(reply, "Miễn phí"));
	}
	assert_non_null(strstr(ask(*state, "#tt:9.100002:fee"), "miễn phí"));
}

static void each_of_several_limits_names_its_case(void **state)
{
	const char *reply = ask(*state, "#tt:9.100003:time");

	assert_non_null(strstr(reply, "- 3 ngày làm việc (trường hợp két đã lớn)\n"
				      "- 7 ngày làm việc (Két còn non)\n"
				      "- 9 ngày\n"));
}

static void one_limit_a_way_stands_alone(void **state)
{
	const char *reply = ask(*state, "#tt:9.100004:time");

	assert_non_null(strstr(reply, "Nộp trực tiếp: 3 ngày làm việc\n"));
	assert_null(strstr(reply, "két đã lớn"));
}

static void brackets_of_the_portal_are_written_as_people_write(void **state)
{
	assert_non_null(strstr(ask(*state, "#tt:9.100005:fee"), ": 10.000 đồng/lần."));
	assert_non_null(strstr(ask(*state, "#tt:9.100006:fee"),
		"70.000 đồng:\n- Két lớn: 70.000 đồng (cả đuôi).\n- Két nhỏ: 35.000 đồng\n"));
	assert_non_null(strstr(ask(*state, "#tt:9.100007:fee"), ": 5.000 đồng (Một câu (ngắn))."));
}

static void where_to_go_says_nothing_of_how_long(void **state)
{
	const char *reply = ask(*state, "#tt:9.100005:place");

	assert_non_null(strstr(reply, "Nộp tại trạm thú y"));
	assert_null(strstr(reply, "kể từ"));
}

static bool offers(struct turn_fixture *f, const char *payload)
{
	for (size_t i = 0; i < f->turn.reply.button_count; i++)
		if (strcmp(f->turn.reply.buttons[i].value, payload) == 0)
			return true;
	return false;
}

static void what_the_record_has_not_is_not_offered(void **state)
{
	ask(*state, "#tt:9.100007");
	assert_true(offers(*state, "#tt:9.100007:fee"));
	ask(*state, "#tt:9.100008");
	assert_false(offers(*state, "#tt:9.100008:fee"));
}

static void a_district_is_said_to_be_no_more(void **state)
{
	static const char *const ways[] = {"#tt:9.100009", "#tt:9.100009:place"};

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		assert_non_null(strstr(ask(*state, ways[i]), "nay không còn cấp huyện"));
	assert_null(strstr(ask(*state, "#tt:9.100009:documents"), "nay không còn cấp huyện"));
	assert_null(strstr(ask(*state, "#tt:9.100005:place"), "nay không còn cấp huyện"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, up, turn_fixture_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(free_filing_is_no_free_tax),
		TEST(each_of_several_limits_names_its_case),
		TEST(one_limit_a_way_stands_alone),
		TEST(brackets_of_the_portal_are_written_as_people_write),
		TEST(where_to_go_says_nothing_of_how_long),
		TEST(a_district_is_said_to_be_no_more),
		TEST(what_the_record_has_not_is_not_offered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
