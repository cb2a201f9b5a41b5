#include "knowledge/lexicon.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct lexicon *lexicon;

static int load(void **state)
{
	struct why why;

	(void)state;
	return lexicon_load(&lexicon, &why) != OK;
}

static int unload(void **state)
{
	(void)state;
	lexicon_free(lexicon);
	return 0;
}

static bool has(
	const struct phrase_hit *hits, size_t count, enum phrase_kind kind, size_t start, size_t length)
{
	for (size_t i = 0; i < count; i++)
		if (hits[i].kind == kind && hits[i].start == start && hits[i].length == length)
			return true;
	return false;
}

static void counts_tell_known_from_unknown(void **state)
{
	(void)state;
	assert_true(lexicon_count(lexicon, "khai") > 0);
	assert_true(lexicon_count_marked(lexicon, "đăng") > 0);
	assert_true(
		lexicon_count_pair(lexicon, "khai", "sinh") > lexicon_count_pair(lexicon, "sinh", "khai"));
	assert_int_equal(lexicon_count(lexicon, "qzx"), 0);
	assert_int_equal(lexicon_count_marked(lexicon, "đẵngz"), 0);
	assert_int_equal(lexicon_popular(lexicon, "1.001193"), 2);
	assert_int_equal(lexicon_popular(lexicon, "9.999999"), 0);
}

static void phrases_are_found_with_and_without_marks(void **state)
{
	const struct syllable plain[] = {{.folded = "doi", .marked = NULL},
		{.folded = "bang", .marked = NULL}, {.folded = "lai", .marked = NULL},
		{.folded = "xe", .marked = NULL}};
	const struct syllable marked[] = {{.folded = "doi", .marked = "đổi"},
		{.folded = "bang", .marked = "bằng"}, {.folded = "lai", .marked = "lái"},
		{.folded = "xe", .marked = "xe"}};
	struct phrase_hit hits[32];
	size_t n = lexicon_phrases(lexicon, plain, 4, hits, 32);

	(void)state;
	assert_true(has(hits, n, PHRASE_ACT, 0, 1));
	assert_true(has(hits, n, PHRASE_SYNONYM, 1, 2));
	assert_true(has(hits, n, PHRASE_SYNONYM, 1, 3));
	n = lexicon_phrases(lexicon, marked, 4, hits, 32);
	assert_true(has(hits, n, PHRASE_SYNONYM, 1, 3));
}

static void other_marks_are_another_word(void **state)
{
	const struct syllable again[] = {
		{.folded = "bang", .marked = "băng"}, {.folded = "lai", .marked = "lại"}};
	struct phrase_hit hits[32];
	size_t n = lexicon_phrases(lexicon, again, 2, hits, 32);

	(void)state;
	assert_false(has(hits, n, PHRASE_SYNONYM, 0, 2));
}

static void everyday_and_official_share_a_line(void **state)
{
	const struct syllable everyday[] = {{.folded = "passport", .marked = NULL}},
			      official[] = {{.folded = "ho", .marked = "hộ"},
				      {.folded = "chieu", .marked = "chiếu"}};
	struct phrase_hit one[8], other[8];

	(void)state;
	assert_true(lexicon_phrases(lexicon, everyday, 1, one, 8) > 0);
	assert_true(lexicon_phrases(lexicon, official, 2, other, 8) > 0);
	assert_int_equal(one[0].id, other[0].id);
	assert_true(one[0].id < lexicon_phrase_count(lexicon, PHRASE_SYNONYM));
}

static void room_is_respected(void **state)
{
	struct syllable many[60];
	struct phrase_hit hits[3];

	(void)state;
	for (size_t i = 0; i < 60; i++)
		many[i] = (struct syllable){.folded = i % 2 ? "lai" : "bang"};
	assert_int_equal(lexicon_phrases(lexicon, many, 60, hits, 3), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_tell_known_from_unknown),
		cmocka_unit_test(phrases_are_found_with_and_without_marks),
		cmocka_unit_test(other_marks_are_another_word),
		cmocka_unit_test(everyday_and_official_share_a_line),
		cmocka_unit_test(room_is_respected),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
