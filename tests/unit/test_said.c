/* What kind of thing was said, and what is asked of a procedure: lists of messages, tests/golden/{said,asked}.tsv. Emergencies
 * are heard always, the rest in nine of ten, since a list of words is never whole. */
#include "tests/support/files.h"
#include "tests/support/words_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const says[] = {"question", "greeting", "thanks", "bye", "who", "abuse", "praise", "empty",
	"emergency", "case", "complaint", "status", "staff", "not_that", "more", "yes", "choice",
	"privacy_show", "privacy_erase", "privacy_refuse", "privacy_withdraw", "wrong", "unit", "other"};

/* "choice:2", "hotline" for a question that asks for a number, else the kind. */
static const char *said(struct words_fixture *f, const char *text)
{
	struct question q = words_fixture_parse(f, text);

	if (q.says == SAY_CHOICE)
		return arena_printf(&f->arena, "choice:%d", q.choice);
	if (q.says == SAY_QUESTION && q.facets >> FACET_HOTLINE & 1)
		return "hotline";
	return says[q.says];
}

struct tally {
	unsigned count, right;
};

/* Calls `is_right` for each row "what TAB message" and counts those whose `what` begins with `only`. */
static struct tally tally(struct words_fixture *f, const char *path, const char *only,
	bool (*is_right)(struct words_fixture *f, const char *what, const char *text))
{
	struct bytes bytes = file_read(&f->arena, path);
	char *rows = arena_printf(&f->arena, "%.*s", (int)bytes.len, bytes.ptr), *row;
	struct tally t = {0};

	while ((row = strsep(&rows, "\n"))) {
		char *text = strchr(row, '\t');

		if (*row == '#' || !text || strncmp(row, only, strlen(only)) != 0)
			continue;
		*text++ = '\0';
		t.count++;
		if (is_right(f, row, text))
			t.right++;
		else
			print_message("%s: %s\n", row, text);
	}
	return t;
}

static bool is_said(struct words_fixture *f, const char *what, const char *text)
{
	return strcmp(said(f, text), what) == 0;
}

static void emergency_is_always_heard(void **state)
{
	struct tally t = tally(*state, "tests/golden/said.tsv", "emergency", is_said);

	assert_true(t.count >= 38);
	assert_int_equal(t.right, t.count);
}

static void nine_of_ten_messages_are_heard_as_what_they_are(void **state)
{
	static const char *const kinds[] = {
		"case", "complaint", "status", "hotline", "unit", "other", "question", ""};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct tally t = tally(*state, "tests/golden/said.tsv", kinds[i], is_said);

		assert_true(t.count >= 10);
		assert_true(t.right * 10 >= t.count * 9);
	}
}

#define OFFICE (1u << FACET_WHERE | 1u << FACET_AGENCY)

static bool is_asked(struct words_fixture *f, const char *what, const char *text)
{
	struct question q = words_fixture_parse(f, text);
	char *words = arena_printf(&f->arena, "%s", what), *word;
	unsigned want = 0, have = q.facets;

	while ((word = strsep(&words, " ")))
		if (strcmp(word, "-") != 0) {
			assert_int_not_equal(facet_from(word), FACET_NONE);
			want |= 1u << facet_from(word);
		}
	if (want & OFFICE)
		want |= OFFICE, have |= have & OFFICE ? OFFICE : 0;
	return have == want && (q.says == SAY_QUESTION || q.only_facets);
}

static void nineteen_of_twenty_messages_ask_just_what_they_ask(void **state)
{
	struct tally t = tally(*state, "tests/golden/asked.tsv", "", is_asked);

	assert_true(t.count >= 150);
	assert_true(t.right * 20 >= t.count * 19);
}

static void words_of_a_name_ask_nothing(void **state)
{
	struct tally t = tally(*state, "tests/golden/asked.tsv", "-", is_asked);

	assert_true(t.count >= 15);
	assert_int_equal(t.right, t.count);
}

/* Ways of asking for a procedure that tell of fire, blows or theft, as our own content has them. */
static void ways_of_asking_are_no_emergency(void **state)
{
	static const char *const asks[] = {"bị cướp mất hết giấy tờ, làm lại căn cước",
		"cháy nhà cháy luôn sổ đỏ", "sổ hồng bị mất do nhà cháy",
		"nhà mới bị cháy, tui muốn được xét hộ nghèo",
		"con bị xâm hại, xin tiền quỹ trẻ em để chữa trị", "rớt biển số xe máy ngoài đường",
		"ba tui bị tai biến liệt nửa người, muốn xét khuyết tật", "mo nha xe chay tuyen co dinh",
		"tien ma chay cho nguoi benh ung thu khong co luong", "doi the giay, sua doi thong tin",
		"mua nha roi muon chuyen ho khau ve", "hoàn thuế theo hiệp định ký giữa hai nước",
		"mo quan chay can giay to gi", "chạy xe ôm cần đăng ký gì không",
		"bi tai nan lao dong duoc huong gi"};

	for (size_t i = 0; i < sizeof asks / sizeof *asks; i++)
		if (strcmp(said(*state, asks[i]), "question") != 0)
			fail_msg("%s: %s", said(*state, asks[i]), asks[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(emergency_is_always_heard),
		cmocka_unit_test(nine_of_ten_messages_are_heard_as_what_they_are),
		cmocka_unit_test(nineteen_of_twenty_messages_ask_just_what_they_ask),
		cmocka_unit_test(words_of_a_name_ask_nothing),
		cmocka_unit_test(ways_of_asking_are_no_emergency),
	};

	return cmocka_run_group_tests(tests, words_fixture_up, words_fixture_down);
}
