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

/* Until when one must come is no time limit of the office: quoted where the record says it, never the office's. */
static void a_deadline_is_the_citizens_own(void **state)
{
	const char *reply;

	ask(*state, "#tt:9.100010");
	reply = turn_fixture_say(*state, "phải khai trong bao lâu");
	assert_non_null(strstr(reply, "hạn bạn phải đi làm của “Khai vẹt mới nở”, dữ liệu công bố ghi:\n"
				      "- Trong thời hạn 20 ngày kể từ ngày vẹt nở"));
	assert_null(strstr(reply, "4 ngày"));
	ask(*state, "#tt:9.100008");
	reply = turn_fixture_say(*state, "phải nộp trong bao lâu");
	assert_non_null(strstr(reply, "không ghi hạn bạn phải đi làm"));
	assert_null(strstr(reply, "Dạ, thời hạn giải quyết"));
}

static void what_is_paid_to_the_citizen_is_no_fee(void **state)
{
	const char *reply;

	ask(*state, "#tt:9.100010");
	reply = turn_fixture_say(*state, "được hỗ trợ bao nhiêu tiền");
	assert_non_null(strstr(reply, "không ghi mức tiền được nhận"));
	assert_null(strstr(reply, "Dạ, phí"));
	assert_null(strstr(reply, "Hội đồng")); /* a council, and no money */
	assert_non_null(
		strstr(turn_fixture_say(*state, "giấy dùng được bao lâu"), "có giá trị trong 8 tháng"));
	assert_non_null(
		strstr(turn_fixture_say(*state, "được hưởng mấy tháng"), "không ghi thời gian được hưởng"));
	assert_non_null(strstr(turn_fixture_say(*state, "phí bao nhiêu"), "5.000 đồng"));
}

/* "may I" is one case, and no question for all conditions; who handles it is known by level at least. */
static void a_case_the_record_does_not_know_is_said_so(void **state)
{
	ask(*state, "#tt:9.100008");
	assert_non_null(
		strstr(turn_fixture_say(*state, "em 19 tuổi được chưa"), "chưa nói rõ trường hợp này"));
	assert_non_null(strstr(turn_fixture_say(*state, "ai giải quyết"), "do cấp xã giải quyết"));
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
		TEST(a_deadline_is_the_citizens_own),
		TEST(what_is_paid_to_the_citizen_is_no_fee),
		TEST(a_case_the_record_does_not_know_is_said_so),
		TEST(a_district_is_said_to_be_no_more),
		TEST(what_the_record_has_not_is_not_offered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
