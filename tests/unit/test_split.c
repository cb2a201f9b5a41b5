#include "adapters/split.h"
#include "daemon/base/text.h"
#include "tests/support/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ARENA_MAX ((size_t)1 << 24)

static const char *const texts[] = {
	"Lệ phí: 8.000 đồng mỗi trường hợp.\n\nGiấy tờ cần có:\n- Tờ khai đăng ký khai sinh theo mẫu\n"
	"- Giấy chứng sinh (bản chính)\n- Căn cước của cha, mẹ\n\nNơi nộp: Trung tâm Phục vụ hành chính công "
	"cấp xã. "
	"Nộp trực tuyến tại https://dichvucong.gov.vn/p/home/dvc-chi-tiet-thu-tuc.html?ma=1.001193 rồi chờ "
	"tin nhắn.",
	"Gọi 0912 345 678 hoặc 1900 1234 từ 7 giờ 30 đến 17 giờ. Mức thu 1.200.000 đồng, 12,5 triệu đồng "
	"hoặc 150 000 000 "
	"đồng tùy diện tích! Bạn hỏi thêm? 1. Giấy tờ 2. Nơi nộp… Cảm ơn bạn 👨‍👩‍👧 "
	"🇻🇳 "
	"rất "
	"nhiều",
	"Không có dấu câu nào trong đoạn văn này để xem cách cắt theo khoảng trắng có đúng hay không khi câu "
	"rất dài",
};

/* NFD, as some phones type. */
static const char decomposed[] = "Thu\xCC\x89 tu\xCC\xA3"
				 "c ca\xCC\x82\xCC\x81p ca\xCC\x86n cu\xCC\x9Bo\xCC\x9B\xCC\x81"
				 "c cho tre\xCC\x89 em";

static const char *without_blanks(struct arena *a, const char *s)
{
	char *out = arena_copy(a, s, strlen(s));
	size_t at = 0;

	for (; *s; s++)
		if (!strchr(" \t\n", *s))
			out[at++] = *s;
	out[at] = '\0';
	return out;
}

static const char *joined(struct arena *a, const struct parts *parts)
{
	const char *all = "";

	for (size_t i = 0; i < parts->count; i++)
		all = arena_printf(a, "%s%s", all, parts->items[i].text);
	return without_blanks(a, all);
}

/* Every word of every part is a word of the text: nothing was cut inside. */
static void assert_words_whole(struct arena *a, const char *text, const struct parts *parts)
{
	const char *spaced = arena_printf(a, " %s ", text);

	for (char *p = (char *)(uintptr_t)spaced; *p; p++)
		if (*p == '\n')
			*p = ' ';
	for (size_t i = 0; i < parts->count; i++) {
		char *copy = arena_printf(a, "%s", parts->items[i].text), *save;

		for (char *w = strtok_r(copy, " \n", &save); w; w = strtok_r(NULL, " \n", &save))
			assert_non_null(strstr(spaced, arena_printf(a, " %s ", w)));
	}
}

static struct parts split(struct arena *a, const char *text, size_t limit)
{
	struct reply reply = {.text = text};
	struct parts parts;

	assert_int_equal(split_reply(a, &reply, limit, &parts), OK);
	return parts;
}

static size_t units(const char *s)
{
	return text_utf16_len(s, strlen(s));
}

static void every_part_fits_and_nothing_is_lost(void **state)
{
	(void)state;
	for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
		for (size_t limit = 1; limit < 420; limit++) {
			struct arena a;
			struct parts parts;

			arena_init(&a, ARENA_MAX);
			parts = split(&a, texts[t], limit);
			for (size_t i = 0; i < parts.count; i++) {
				const char *part = parts.items[i].text;

				assert_true(units(part) <= limit ||
					    limit < 12); /* a flag or family may be longer */
				assert_true(*part && !strchr(" \n", *part) &&
					    !strchr(" \n", part[strlen(part) - 1]));
				assert_true(text_is_utf8(part, strlen(part)));
			}
			assert_string_equal(joined(&a, &parts), without_blanks(&a, texts[t]));
			if (limit >= 90) /* longer than the longest word, the URL */
				assert_words_whole(&a, texts[t], &parts);
			arena_release(&a);
		}
	}
}

static void a_number_in_groups_stays_together(void **state)
{
	(void)state;
	for (size_t limit = 30; limit < 200; limit++) {
		struct arena a;
		struct parts parts;
		bool found[3] = {false, false, false};

		arena_init(&a, ARENA_MAX);
		parts = split(&a, texts[1], limit);
		for (size_t i = 0; i < parts.count; i++) {
			found[0] |= strstr(parts.items[i].text, "0912 345 678") != NULL;
			found[1] |= strstr(parts.items[i].text, "1.200.000") != NULL;
			found[2] |= strstr(parts.items[i].text, "150 000 000") != NULL;
		}
		assert_true(found[0] && found[1] && found[2]);
		arena_release(&a);
	}
}

static void decomposed_text_is_composed_before_it_is_counted(void **state)
{
	struct arena a;
	struct parts parts;

	(void)state;
	arena_init(&a, ARENA_MAX);
	parts = split(&a, decomposed, 31);
	assert_int_equal(parts.count, 1); /* 43 units as typed */
	assert_string_equal(parts.items[0].text, "Thủ tục cấp căn cước cho trẻ em");
	arena_release(&a);
}

static void a_paragraph_is_the_best_place_to_cut(void **state)
{
	struct arena a;
	struct parts parts;

	(void)state;
	arena_init(&a, ARENA_MAX);
	parts = split(&a, "Một câu. Hai câu.\n\nBa câu\nbốn câu. Năm câu.", 30);
	assert_int_equal(parts.count, 2);
	assert_string_equal(parts.items[0].text, "Một câu. Hai câu.");
	parts = split(&a, "Một câu thôi\nhai câu. Ba bốn", 25);
	assert_string_equal(parts.items[0].text, "Một câu thôi");
	parts = split(&a, "Một câu thôi. hai câu ba bốn", 25);
	assert_string_equal(parts.items[0].text, "Một câu thôi.");
	parts = split(&a, "Làm theo bước 1. Giấy tờ đủ", 20);
	assert_string_equal(parts.items[0].text, "Làm theo bước 1."); /* a blank like any other */
	arena_release(&a);
}

static void a_word_longer_than_a_part_is_cut_between_graphemes(void **state)
{
	struct arena a;
	struct parts parts;

	(void)state;
	arena_init(&a, ARENA_MAX);
	parts = split(&a, "👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 17);
	assert_int_equal(parts.count, 2);
	assert_string_equal(parts.items[1].text, "👨‍👩‍👧");
	parts = split(&a, "👨‍👩‍👧", 3); /* no choice left, but an end */
	assert_true(parts.count > 1);
	assert_string_equal(joined(&a, &parts), "👨‍👩‍👧");
	arena_release(&a);
}

static const struct reply with_buttons = {
	.text = "Thủ tục này nộp ở trung tâm phục vụ hành chính công. Bạn muốn xem tiếp phần nào?",
	.buttons = {{BUTTON_PAYLOAD, "Giấy tờ", "#tt:1.001193:papers"},
		{BUTTON_URL, "Nộp trực tuyến", "https://dichvucong.gov.vn/"},
		{BUTTON_PHONE, "Gọi tổng đài", "1022"}},
	.button_count = 3,
};

static void the_menu_fits_on_the_last_part(void **state)
{
	(void)state;
	for (size_t limit = 80; limit < 250; limit++) {
		struct arena a;
		struct parts parts;
		const char *text;

		arena_init(&a, ARENA_MAX);
		assert_int_equal(split_reply(&a, &with_buttons, limit, &parts), OK);
		for (size_t i = 0; i + 1 < parts.count; i++)
			assert_int_equal(parts.items[i].button_count, 0);
		assert_int_equal(parts.items[parts.count - 1].button_count, 3);
		assert_int_equal(split_menu_text(&a, &parts.items[parts.count - 1], &text), OK);
		assert_true(units(text) <= limit);
		assert_string_equal(joined(&a, &parts), without_blanks(&a, with_buttons.text));
		if (limit >= 100)
			assert_true(*parts.items[parts.count - 1].text);
		arena_release(&a);
	}
}

static void the_menu_is_numbered_and_shows_values(void **state)
{
	struct part part = {.text = "Chọn:", .button_count = 3};
	struct arena a;
	const char *text;

	(void)state;
	memcpy(part.buttons, with_buttons.buttons, sizeof part.buttons);
	arena_init(&a, ARENA_MAX);
	assert_int_equal(split_menu_text(&a, &part, &text), OK);
	assert_string_equal(text, "Chọn:\n\n1. Giấy tờ\n2. Nộp trực tuyến: https://dichvucong.gov.vn/\n"
				  "3. Gọi tổng đài: 1022");
	part.text = "";
	assert_int_equal(split_menu_text(&a, &part, &text), OK);
	assert_int_equal(strncmp(text, "1. ", 3), 0);
	arena_release(&a);
}

static void an_empty_text_is_refused(void **state)
{
	struct reply reply = {.text = " \n\t "};
	struct parts parts;
	struct arena a;

	(void)state;
	arena_init(&a, ARENA_MAX);
	assert_int_equal(split_reply(&a, &reply, 100, &parts), ERR_FORMAT);
	arena_release(&a);
}

static void every_failed_allocation_is_reported(void **state)
{
	bool happened = true;

	(void)state;
	for (unsigned n = 1; happened; n++) {
		struct parts parts;
		struct arena a;
		enum err err;

		arena_init(&a, ARENA_MAX);
		fault_alloc_after(n);
		err = split_reply(&a, &with_buttons, 85, &parts);
		happened = fault_alloc_happened();
		fault_alloc_after(0);
		assert_int_equal(err, happened ? ERR_NOMEM : OK);
		arena_release(&a);
	}
}

static void a_choice_the_text_lists_is_not_written_twice(void **state)
{
	struct part part = {.text = "Là:\n1. Nuôi ong\n2. Nuôi ong mật\n\nBạn chọn nhé.",
		.buttons = {{BUTTON_PAYLOAD, "Nuôi ong", "#1"}, {BUTTON_PAYLOAD, "Nuôi ong mật", "#2"}},
		.button_count = 2};
	const char *text;
	struct arena a;

	(void)state;
	arena_init(&a, (size_t)1 << 20);
	assert_int_equal(split_menu_text(&a, &part, &text), OK);
	assert_string_equal(text, part.text);
	part.buttons[1].title = "Nuôi";
	assert_int_equal(split_menu_text(&a, &part, &text), OK);
	assert_string_equal(text, "Là:\n1. Nuôi ong\n2. Nuôi ong mật\n\nBạn chọn nhé.\n\n2. Nuôi");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_part_fits_and_nothing_is_lost),
		cmocka_unit_test(a_number_in_groups_stays_together),
		cmocka_unit_test(decomposed_text_is_composed_before_it_is_counted),
		cmocka_unit_test(a_paragraph_is_the_best_place_to_cut),
		cmocka_unit_test(a_word_longer_than_a_part_is_cut_between_graphemes),
		cmocka_unit_test(the_menu_fits_on_the_last_part),
		cmocka_unit_test(the_menu_is_numbered_and_shows_values),
		cmocka_unit_test(a_choice_the_text_lists_is_not_written_twice),
		cmocka_unit_test(an_empty_text_is_refused),
		cmocka_unit_test(every_failed_allocation_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
