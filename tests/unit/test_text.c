#include "daemon/base/text.h"
#include "tests/support/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_cleaned(const char *in, const char *want)
{
	struct arena a;
	const char *text;

	arena_init(&a, 1 << 20);
	assert_int_equal(text_clean(&a, in, strlen(in), &text), OK);
	assert_string_equal(text, want);
	assert_true(text_is_utf8(text, strlen(text)));
	arena_release(&a);
}

static void composed_text_stays_as_it_is(void **state)
{
	(void)state;
	assert_cleaned("", "");
	assert_cleaned("Thủ tục đăng ký khai sinh – 8.000₫ 😀", "Thủ tục đăng ký khai sinh – 8.000₫ 😀");
}

static void decomposed_letters_become_one(void **state)
{
	(void)state;
	assert_cleaned("Thu\xCC\x89 tu\xCC\xA3"
		       "c",
		"Thủ tục");
	assert_cleaned("he\xCC\xA3\xCC\x82", "hệ"); /* dot below typed before the circumflex */
	assert_cleaned("he\xCC\x82\xCC\xA3", "hệ");
}

static void broken_bytes_are_replaced(void **state)
{
	(void)state;
	assert_cleaned("a\xFF"
		       "b",
		"a\xEF\xBF\xBD"
		"b");
	assert_cleaned("\xE1\xBB", "\xEF\xBF\xBD\xEF\xBF\xBD");
	assert_cleaned("\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"); /* half a surrogate pair */
	assert_cleaned("\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD");                 /* overlong '/' */
	assert_false(text_is_utf8("\xC0\xAF", 2));
	assert_true(text_is_utf8("đủ", strlen("đủ")));
}

static void control_characters_go_and_lines_stay(void **state)
{
	(void)state;
	assert_cleaned("a\r\nb\rc\td\x01\x7F\xC2\x85"
		       "e",
		"a\nb\nc\tde");
}

static void a_tower_of_marks_is_cut_and_costs_no_time(void **state)
{
	static char tower[400001];
	struct arena a;
	const char *text;

	(void)state;
	tower[0] = 'a';
	for (size_t i = 1; i + 1 < sizeof tower - 4; i += 4)
		memcpy(tower + i, "\xCC\x81\xCC\xA3", 4); /* above, below: the worst order */
	arena_init(&a, 1 << 22);
	assert_int_equal(text_clean(&a, tower, strlen(tower), &text), OK);
	assert_true(strlen(text) < 100);
	arena_release(&a);
}

static void every_failed_allocation_is_reported(void **state)
{
	const char *in = "Thu\xCC\x89 tu\xCC\xA3";
	const char *text;
	bool happened = true;

	(void)state;
	for (unsigned n = 1; happened; n++) {
		struct arena a;
		enum err err;

		arena_init(&a, 1 << 20);
		fault_alloc_after(n);
		err = text_clean(&a, in, strlen(in), &text);
		happened = fault_alloc_happened();
		fault_alloc_after(0);
		assert_int_equal(err, happened ? ERR_NOMEM : OK);
		arena_release(&a);
	}
}

static void code_points_come_one_by_one(void **state)
{
	const char *s = "ađ₫😀";

	(void)state;
	assert_int_equal(text_next(&s), 'a');
	assert_int_equal(text_next(&s), 0x111);
	assert_int_equal(text_next(&s), 0x20AB);
	assert_int_equal(text_next(&s), 0x1F600);
	assert_int_equal(text_next(&s), 0);
	assert_int_equal(text_next(&s), 0);
}

static void utf16_counts_what_platforms_count(void **state)
{
	(void)state;
	assert_int_equal(text_utf16_len("đủ", strlen("đủ")), 2);
	assert_int_equal(text_utf16_len("😀", strlen("😀")), 2);
	assert_int_equal(text_utf16_len("", 0), 0);
}

static void prefix_never_cuts_a_grapheme(void **state)
{
	const char *family = "a👨‍👩‍👧b"; /* the middle: one grapheme of 8 units */
	const char *flags = "🇻🇳🇻🇳";

	(void)state;
	assert_int_equal(text_utf16_prefix("thủ tục", 3), strlen("thủ"));
	assert_int_equal(text_utf16_prefix("thủ", 100), strlen("thủ"));
	assert_int_equal(text_utf16_prefix("u\xCC\x89x", 1), 0); /* the mark belongs to its letter */
	assert_int_equal(text_utf16_prefix("u\xCC\x89x", 2), 3);
	assert_int_equal(text_utf16_prefix(family, 8), 1);
	assert_int_equal(text_utf16_prefix(family, 9), strlen(family) - 1);
	assert_int_equal(text_utf16_prefix(flags, 7), strlen(flags) / 2);
	assert_int_equal(text_utf16_prefix("abc", 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(composed_text_stays_as_it_is),
		cmocka_unit_test(decomposed_letters_become_one),
		cmocka_unit_test(broken_bytes_are_replaced),
		cmocka_unit_test(control_characters_go_and_lines_stay),
		cmocka_unit_test(a_tower_of_marks_is_cut_and_costs_no_time),
		cmocka_unit_test(every_failed_allocation_is_reported),
		cmocka_unit_test(code_points_come_one_by_one),
		cmocka_unit_test(utf16_counts_what_platforms_count),
		cmocka_unit_test(prefix_never_cuts_a_grapheme),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
