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

#define TEST(name) cmocka_unit_test_setup_teardown(name, up, turn_fixture_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(free_filing_is_no_free_tax),
		TEST(each_of_several_limits_names_its_case),
		TEST(one_limit_a_way_stands_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
