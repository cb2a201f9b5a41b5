#include "knowledge/fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void assert_syllable(const char *typed, const char *plain, const char *marked)
{
	struct fold f;
	struct fold_syllable s;

	fold_init(&f, typed, strlen(typed));
	assert_true(fold_next(&f, &s));
	assert_string_equal(s.plain, plain);
	assert_string_equal(s.marked, marked);
	assert_int_equal(s.plain_len, strlen(plain));
	assert_int_equal(s.marked_len, strlen(marked));
}

static void one_form_for_every_way_of_writing(void **state)
{
	static const struct {
		const char *typed, *plain, *marked;
	} rows[] = {
		{"Đường", "duong", "đường"},
		{"ĐƯỜNG", "duong", "đường"},
		{"\x44\xCC\xA3", "d", "d"},                  /* a tone without a vowel is dropped */
		{"ho\xCC\x80\x61t\xCC\x80", "hoat", "hoàt"}, /* nor does it stay behind where there is one */
		{"e\xCC\x9B", "e", "e"},                     /* no letter has that horn */
		{"hoà", "hoa", "hoà"},
		{"hòa", "hoa", "hoà"},
		{"ho\x61\xCC\x80", "hoa", "hoà"}, /* decomposed, new place */
		{"ho\xCC\x80\x61", "hoa", "hoà"}, /* decomposed, old place */
		{"thủy", "thuy", "thuỷ"},
		{"thuỷ", "thuy", "thuỷ"},
		{"kỹ", "ki", "kĩ"},
		{"kĩ", "ki", "kĩ"},
		{"ký", "ki", "kí"},
		{"Quý", "qui", "quí"},
		{"quí", "qui", "quí"},
		{"quỹ", "qui", "quĩ"},
		{"y", "y", "y"},
		{"thuế", "thue", "thuế"},
		{"thuê", "thue", "thuê"},
		{"giấy", "giay", "giấy"},
		{"già", "gia", "già"},
		{"gìa", "gia", "già"},
		{"ngoài", "ngoai", "ngoài"},
		{"ngòai", "ngoai", "ngoài"},
		{"mía", "mia", "mía"},
		{"mùa", "mua", "mùa"},
		{"toán", "toan", "toán"},
		{"tóan", "toan", "toán"},
		{"u\xCC\x9B\xCC\x81", "u", "ứ"},
		{"a\xCC\x82\xCC\xA3", "a", "ậ"},
		{"a\xCC\xA3\xCC\x82", "a", "ậ"},
		{"café", "cafe", "café"},
		{"Niño", "nino", "nino"},
		{"đăngký", "dangki", "đăngkí"},
		{"ct01", "ct01", "ct01"},
		{"Привет", "привет", "привет"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_syllable(rows[i].typed, rows[i].plain, rows[i].marked);
}

static void offsets_point_into_the_text(void **state)
{
	const char *text = "  Đăng ký, (tạm) trú!";
	struct fold f;
	struct fold_syllable s;
	const char *pieces[] = {"Đăng", "ký", "tạm", "trú"};
	size_t count = 0;

	(void)state;
	fold_init(&f, text, strlen(text));
	while (fold_next(&f, &s)) {
		assert_true(count < 4);
		assert_int_equal(s.end - s.start, strlen(pieces[count]));
		assert_memory_equal(text + s.start, pieces[count], s.end - s.start);
		count++;
	}
	assert_int_equal(count, 4);
}

static void marks_are_seen_only_when_typed(void **state)
{
	struct fold f;
	struct fold_syllable s;

	(void)state;
	fold_init(&f, "đo do", strlen("đo do"));
	assert_true(fold_next(&f, &s));
	assert_true(s.has_marks);
	assert_true(fold_next(&f, &s));
	assert_false(s.has_marks);
	assert_false(fold_next(&f, &s));
}

static void broken_bytes_separate_and_end(void **state)
{
	static const char text[] = "kh\xFF\xFEi \xE1\xBB"; /* cut in the middle of a letter */
	struct fold f;
	struct fold_syllable s;

	(void)state;
	fold_init(&f, text, sizeof text - 1);
	assert_true(fold_next(&f, &s));
	assert_string_equal(s.plain, "kh");
	assert_true(fold_next(&f, &s));
	assert_string_equal(s.plain, "i");
	assert_false(fold_next(&f, &s));
}

/* Whatever letters there are: what comes out goes in again unchanged, or queries could not name what documents hold. */
static void every_form_folds_to_itself(void **state)
{
	(void)state;
	for (uint32_t cp = 0x80; cp < 0x20000; cp++) {
		char text[8];
		struct fold f, g;
		struct fold_syllable s, again;
		int len = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;

		if (cp >= 0xD800 && cp < 0xE000)
			continue;
		for (int i = len - 1, rest = (int)cp; i > 0; i--, rest >>= 6)
			text[i] = (char)(0x80 | (rest & 0x3F));
		text[0] = (char)(len == 2 ? 0xC0 | cp >> 6 : len == 3 ? 0xE0 | cp >> 12 : 0xF0 | cp >> 18);
		fold_init(&f, text, (size_t)len);
		if (!fold_next(&f, &s))
			continue;
		fold_init(&g, s.plain, s.plain_len);
		assert_true(fold_next(&g, &again));
		assert_string_equal(again.plain, s.plain);
		assert_false(fold_next(&g, &again));
	}
}

static void endless_word_comes_in_pieces(void **state)
{
	char text[3000];
	struct fold f;
	struct fold_syllable s;
	size_t covered = 0;

	(void)state;
	for (size_t i = 0; i < sizeof text; i += 3)
		memcpy(text + i, "ậ", 3);
	fold_init(&f, text, sizeof text);
	while (fold_next(&f, &s)) {
		assert_true(s.marked_len < FOLD_MAX);
		assert_int_equal(s.start, covered);
		covered = s.end;
	}
	assert_int_equal(covered, sizeof text);
}

static void plain_text_is_cut_at_its_room(void **state)
{
	char out[9];

	(void)state;
	assert_int_equal(fold_plain("Đổi tên họ", strlen("Đổi tên họ"), out, sizeof out), 7);
	assert_string_equal(out, "doi ten");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_form_for_every_way_of_writing),
		cmocka_unit_test(offsets_point_into_the_text),
		cmocka_unit_test(marks_are_seen_only_when_typed),
		cmocka_unit_test(broken_bytes_separate_and_end),
		cmocka_unit_test(every_form_folds_to_itself),
		cmocka_unit_test(endless_word_comes_in_pieces),
		cmocka_unit_test(plain_text_is_cut_at_its_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
