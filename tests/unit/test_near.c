#include "knowledge/near.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *const known[] = {
	"khai", "khau", "sinh", "sin", "xinh", "giay", "gay", "ho", "hoi", "passport"};

static int fill(void **state)
{
	static struct near near;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (near_add(&near, known[i]) != OK)
			return -1;
	*state = &near;
	return 0;
}

static int empty(void **state)
{
	near_release(*state);
	return 0;
}

/* Its cost; 0: not found. */
static float cost_of(const struct near *n, const char *typed, const char *word)
{
	struct near_word words[NEAR_MAX];
	size_t count = near_find(n, typed, words);

	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i].word, word) == 0)
			return words[i].cost;
	return 0;
}

static void every_slip_of_one_letter_is_found(void **state)
{
	assert_true(cost_of(*state, "kahi", "khai") > 0);  /* in each other's place */
	assert_true(cost_of(*state, "khaai", "khai") > 0); /* one too many */
	assert_true(cost_of(*state, "kha", "khai") > 0);   /* one too few */
	assert_true(cost_of(*state, "kha", "khau") > 0);
	assert_true(cost_of(*state, "kjai", "khai") > 0); /* another one */
	assert_true(cost_of(*state, "pasport", "passport") > 0);
}

static void two_slips_and_the_word_itself_are_not(void **state)
{
	assert_true(cost_of(*state, "khai", "khai") == 0);
	assert_true(cost_of(*state, "khai", "khau") > 0);
	assert_true(cost_of(*state, "giay", "hoi") == 0);
	assert_true(cost_of(*state, "ahki", "khai") == 0);
	assert_true(cost_of(*state, "h", "ho") == 0);
}

static void what_fingers_do_often_costs_less(void **state)
{
	(void)state;
	assert_true(near_cost("khai", "khaii") < near_cost("khai", "khapi"));
	assert_true(near_cost("khai", "kjai") < near_cost("khai", "kzai")); /* j is beside h */
	assert_true(
		near_cost("khai", "khao") < near_cost("khai", "lhai")); /* the first letter is seldom wrong */
	assert_true(near_cost("khai", "khais") < near_cost("khai", "khaip")); /* s is a tone of Telex */
	assert_true(near_cost("khai", "khai") == 0 && near_cost("khai", "kh") == 0);
}

/* The index against the definition, word by word. */
static void the_index_misses_nothing_that_one_slip_reaches(void **state)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		for (size_t at = 0; at <= strlen(known[i]); at++)
			for (char c = 'a'; c <= 'z'; c++) {
				char more[24], other[24];

				snprintf(more, sizeof more, "%.*s%c%s", (int)at, known[i], c, known[i] + at);
				snprintf(other, sizeof other, "%.*s%c%s", (int)at, known[i], c,
					known[i] + at + (known[i][at] != '\0'));
				for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
					assert_true(
						cost_of(*state, more, known[k]) == near_cost(known[k], more));
					assert_true(cost_of(*state, other, known[k]) ==
						    near_cost(known[k], other));
				}
			}
}

static void what_is_no_word_finds_nothing(void **state)
{
	struct near_word words[NEAR_MAX];

	assert_int_equal(near_find(*state, "", words), 0);
	assert_int_equal(near_find(*state, "ct01", words), 0);
	assert_int_equal(near_find(*state, "khaisinhkhaisinhkhaisinh", words), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_slip_of_one_letter_is_found),
		cmocka_unit_test(two_slips_and_the_word_itself_are_not),
		cmocka_unit_test(what_fingers_do_often_costs_less),
		cmocka_unit_test(the_index_misses_nothing_that_one_slip_reaches),
		cmocka_unit_test(what_is_no_word_finds_nothing),
	};

	return cmocka_run_group_tests(tests, fill, empty);
}
