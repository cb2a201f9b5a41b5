/* The slips that evaluations and the test of twins draw: each is what its name says, and drawn alike again. */
#include "knowledge/near.h"
#include "tests/support/slip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char question[] = "làm giấy khai sinh cho con ở phường cần những gì";

static const struct slip_kind *kind_of(const char *name)
{
	for (size_t i = 0; i < slip_kind_count; i++)
		if (strcmp(slip_kinds[i].name, name) == 0)
			return &slip_kinds[i];
	fail_msg("no kind \"%s\"", name);
	return NULL;
}

static void slips_of_the_fingers_change_one_letter_of_one_word(void **state)
{
	static const char *const names[] = {"swap", "drop", "twice", "other key", "extra key", "key left"};
	static struct slip_sentence s, slipped;
	size_t at;

	(void)state;
	slip_split(question, &s);
	slip_seed("any");
	for (size_t k = 0; k < sizeof names / sizeof *names; k++)
		for (int round = 0; round < 50; round++) {
			assert_true(slip_once(kind_of(names[k]), &s, &slipped, &at));
			for (size_t i = 0; i < s.count; i++)
				if (i != at)
					assert_string_equal(s.words[i].plain, slipped.words[i].plain);
			if (near_cost(s.words[at].plain, slipped.words[at].plain) == 0)
				fail_msg("%s: \"%s\"", names[k], slipped.words[at].plain);
		}
}

static void keyboards_write_their_keys(void **state)
{
	static struct slip_sentence s;

	(void)state;
	slip_split("những đường", &s);
	assert_true(kind_of("telex")->slip(&s, 0) && kind_of("vni")->slip(&s, 1));
	assert_string_equal(s.words[0].plain, "nhuwngx");
	assert_string_equal(s.words[1].plain, "d9u7o7ng2");
}

static void blanks_go_and_come(void **state)
{
	static struct slip_sentence s;
	char text[SLIP_ROOM];

	(void)state;
	slip_split("khai sinh cho con", &s);
	assert_true(kind_of("joined")->slip(&s, 1));
	slip_write(&s, text);
	assert_string_equal(text, "khaisinh cho con");
	slip_split("khai sinh", &s);
	assert_true(kind_of("split")->slip(&s, 0));
	slip_write(&s, text);
	assert_int_equal(strlen(text), strlen("kh ai sinh"));
}

static void one_text_draws_the_same_slips_again(void **state)
{
	static struct slip_sentence s, slipped;
	char first[SLIP_ROOM], again[SLIP_ROOM];
	size_t at;

	(void)state;
	slip_split(question, &s);
	for (size_t i = 0; i < slip_kind_count; i++) {
		slip_seed(question);
		if (!slip_once(&slip_kinds[i], &s, &slipped, &at))
			continue; /* too many words to join them all */
		slip_write(&slipped, first);
		slip_seed(question);
		assert_true(slip_once(&slip_kinds[i], &s, &slipped, &at));
		slip_write(&slipped, again);
		assert_string_equal(first, again);
	}
}

static void what_has_no_word_slips_nowhere(void **state)
{
	static struct slip_sentence s, slipped;
	size_t at;

	(void)state;
	slip_split("1 2 ở", &s);
	for (size_t i = 0; i < slip_kind_count; i++)
		assert_false(slip_once(&slip_kinds[i], &s, &slipped, &at));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slips_of_the_fingers_change_one_letter_of_one_word),
		cmocka_unit_test(keyboards_write_their_keys),
		cmocka_unit_test(blanks_go_and_come),
		cmocka_unit_test(one_text_draws_the_same_slips_again),
		cmocka_unit_test(what_has_no_word_slips_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
