/* What reflections and suggestions are about, and what of them was told. */
#include "knowledge/case_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct case_words *words;

static int load(void **state)
{
	struct why why = {""};

	(void)state;
	if (case_words_open(&words, &why) == OK)
		return 0;
	fprintf(stderr, "%s\n", why.text);
	return -1;
}

static int unload(void **state)
{
	(void)state;
	case_words_close(words);
	return 0;
}

static void matters_go_to_their_category(void **state)
{
	static const struct {
		const char *text, *category;
	} rows[] = {
		{"đèn đường trước nhà tôi hỏng cả tuần nay", "infrastructure"},
		{"den duong truoc nha toi hong ca tuan nay", "infrastructure"},
		{"ổ gà ngay ngã ba chợ, sâu nửa mét", "infrastructure"},
		{"cán bộ một cửa quát mắng người già, thái độ hách dịch", "attitude"},
		{"hồ sơ trễ hẹn hai tuần mà chưa trả kết quả", "delay"},
		{"trại heo xả thải ra kênh, mùi hôi không chịu nổi", "environment"},
		{"nha hang xom mo karaoke loa keo den nua dem", "order"},
		{"bắt bổ sung giấy tờ ba lần, thủ tục rườm rà", "procedure"},
		{"hàng xóm xây nhà trái phép lấn ranh đất", "land"},
		{"chó thả rông cắn trẻ em", "animals"},
		{"trường thu quỹ lạm thu đầu năm", "education"},
		{"trạm y tế hết thuốc", "health"},
		{"xét hộ nghèo không công bằng, không được trợ cấp", "welfare"},
		{"trong xóm nhiều chuyện lắm", "other"},
		{"", "other"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct case_told told;

		case_words_read(words, rows[i].text, &told);
		if (strcmp(told.category, rows[i].category) != 0)
			fail_msg("\"%s\": %s", rows[i].text, told.category);
	}
}

static void what_was_told_is_not_asked_again(void **state)
{
	static const struct {
		const char *text;
		bool matter, place, time, suggestion;
	} rows[] = {
		{"tôi muốn phản ánh", false, false, false, false},
		{"cho em gửi phản ánh với ạ", false, false, false, false},
		{"toi muon kien nghi", false, false, false, true},
		{"đèn đường hỏng", true, false, false, false},
		{"đường hư quá", true, false, false, false},
		{"phản ánh đường hỏng thì gửi ở đây được không", true, false, false, false},
		{"đèn đường trước nhà số 12 đường Lê Lợi hỏng 3 hôm nay", true, true, true, false},
		{"tối nào quán đầu hẻm cũng mở loa kéo", true, true, true, false},
		{"toi nao quan dau hem cung mo loa keo", true, true, true, false},
		{"ngày 20/11 cán bộ ở một cửa to tiếng với mẹ tôi", true, true, true, false},
		{"góp ý nên mở thêm quầy chứng thực", true, false, false, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct case_told told;

		case_words_read(words, rows[i].text, &told);
		if ((told.rest >= 2) != rows[i].matter || told.place != rows[i].place ||
			told.time != rows[i].time || told.suggestion != rows[i].suggestion)
			fail_msg("\"%s\": rest %zu, place %d, time %d, suggestion %d", rows[i].text,
				told.rest, told.place, told.time, told.suggestion);
	}
}

static void short_answers_are_understood_and_long_ones_are_the_matter(void **state)
{
	static const struct {
		const char *text;
		enum case_says says;
	} rows[] = {
		{"bỏ qua", CASE_SAYS_SKIP},
		{"không nhớ nữa", CASE_SAYS_SKIP},
		{"em ko rõ ạ", CASE_SAYS_SKIP},
		{"thôi", CASE_SAYS_CANCEL},
		{"thôi khỏi", CASE_SAYS_CANCEL},
		{"thôi không gửi nữa", CASE_SAYS_CANCEL},
		{"thoi bo di", CASE_SAYS_CANCEL},
		{"hủy", CASE_SAYS_CANCEL},
		{"gửi đi", CASE_SAYS_SEND},
		{"gui luon", CASE_SAYS_SEND},
		{"ổ gà gần chợ Thôi, xe té hoài", CASE_SAYS_MATTER},
		{"đèn hư ai cũng biết mà không ai sửa", CASE_SAYS_MATTER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct case_told told;

		case_words_read(words, rows[i].text, &told);
		if (told.says != rows[i].says)
			fail_msg("\"%s\": %d", rows[i].text, (int)told.says);
	}
}

static void categories_end_with_other(void **state)
{
	size_t count = 0;

	(void)state;
	while (case_category(count))
		assert_true(case_category_is(case_category(count++)));
	assert_string_equal(case_category(count - 1), "other");
	assert_false(case_category_is("suggestion"));
	assert_false(case_category_is(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matters_go_to_their_category),
		cmocka_unit_test(what_was_told_is_not_asked_again),
		cmocka_unit_test(short_answers_are_understood_and_long_ones_are_the_matter),
		cmocka_unit_test(categories_end_with_other),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
