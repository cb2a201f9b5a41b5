#include "daemon/cli/eval.h"
#include "tests/support/knowledge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RECORDS                                                                                              \
	"{\"code\":\"1.000001\",\"name\":\"Thủ tục đăng ký khai sinh\"}\n"                            \
	"{\"code\":\"1.000003\",\"name\":\"Thủ tục đăng ký kết hôn\"}\n"                           \
	"{\"id\":\"faq:1\",\"question\":\"Phí khai sinh bao nhiêu?\",\"answer\":\"Không\"}\n"

struct bench {
	struct knowledge *knowledge;
	struct eval eval;
};

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof *b);
	void *knowledge = NULL;

	if (!b || knowledge_setup(&knowledge) != 0)
		return -1;
	b->knowledge = knowledge;
	arena_init(&b->eval.arena, 8 << 20);
	*state = b;
	return knowledge_import(b->knowledge, RECORDS) != OK ||
	       words_load(&b->eval.words, &b->knowledge->why) != OK ||
	       phrases_load(&b->eval.phrases, &b->knowledge->why) != OK ||
	       kb_open(b->knowledge->database, b->eval.words, &b->eval.kb, &b->knowledge->why) != OK;
}

static int teardown(void **state)
{
	struct bench *b = *state;
	void *knowledge = b->knowledge;

	kb_close(b->eval.kb);
	words_free(b->eval.words);
	phrases_free(b->eval.phrases);
	eval_release(&b->eval);
	free(b);
	return knowledge_teardown(&knowledge);
}

static enum err evaluate(struct bench *b, const char *rows)
{
	FILE *file = fopen(b->knowledge->file, "w");

	assert_non_null(file);
	fputs(rows, file);
	fclose(file);
	return eval_file(&b->eval, b->knowledge->file, &b->knowledge->why);
}

static void right_and_wrong_are_counted_by_set(void **state)
{
	struct bench *b = *state;

	assert_int_equal(evaluate(b, "{\"q\":\"đăng ký khai "
				     "sinh\",\"gold\":[\"1.000001\"],\"beh\":\"answer\",\"set\":\"a\"}\n"
				     "{\"q\":\"đăng ký kết "
				     "hôn\",\"gold\":[\"1.000001\"],\"beh\":\"answer\",\"set\":\"a\"}\n"
				     "{\"q\":\"kết hôn\",\"gold\":[\"x\",\"1.000003\"],\"set\":\"b\"}\n"),
		OK);
	assert_int_equal(b->eval.set_count, 2);
	assert_string_equal(b->eval.sets[0].name, "a");
	assert_int_equal(b->eval.sets[0].plain.n, 2);
	assert_int_equal(b->eval.sets[0].plain.top1, 1);
	assert_int_equal(b->eval.sets[0].plain.top3, 1);
	assert_int_equal(b->eval.sets[1].plain.top1, 1);
	assert_int_equal(b->eval.sets[0].stripped.top1, 1);
	assert_true(b->eval.us_count >= 9); /* each question and its two twins */
}

static void gold_that_is_not_there_is_missing_not_wrong(void **state)
{
	struct bench *b = *state;

	assert_int_equal(
		evaluate(
			b, "{\"q\":\"hộ chiếu\",\"gold\":[\"7.777777\"],\"beh\":\"answer\",\"set\":\"a\"}\n"),
		OK);
	assert_int_equal(b->eval.sets[0].plain.n, 0);
	assert_int_equal(b->eval.sets[0].missing, 1);
}

static void faq_gold_is_searched_among_faq(void **state)
{
	struct bench *b = *state;

	assert_int_equal(
		evaluate(b,
			"{\"q\":\"phí khai sinh\",\"gold\":[\"faq:1\"],\"beh\":\"answer\",\"set\":\"f\"}\n"),
		OK);
	assert_true(b->eval.sets[0].faq_only);
	assert_int_equal(b->eval.sets[0].plain.top1, 1);
}

static void rejects_are_counted_apart(void **state)
{
	struct bench *b = *state;

	assert_int_equal(
		evaluate(b,
			"{\"q\":\"kết quả xổ số hôm nay\",\"gold\":[],\"beh\":\"reject\",\"set\":\"r\"}\n"),
		OK);
	assert_int_equal(b->eval.sets[0].behaviours[BEHAVIOUR_REJECT].n, 1);
	assert_int_equal(b->eval.sets[0].rejects_answered, 0);
	assert_int_equal(b->eval.sets[0].plain.n, 0);
}

static void behaviours_are_judged_by_how_the_turn_ends(void **state)
{
	struct bench *b = *state;
	const struct eval_share *is = b->eval.sets[0].behaviours;

	assert_int_equal(
		evaluate(b, "{\"q\":\"cháy nhà rồi cứu với\",\"gold\":[],\"beh\":\"emergency\"}\n"
			    "{\"q\":\"đăng ký khai sinh\",\"gold\":[],\"beh\":\"emergency\"}\n"
			    "{\"q\":\"cảm ơn nhiều\",\"gold\":[],\"beh\":\"smalltalk\"}\n"
			    "{\"q\":\"đăng ký kết hôn\",\"gold\":[\"1.000003\"],\"beh\":\"clarify\"}\n"),
		OK);
	assert_int_equal(is[BEHAVIOUR_EMERGENCY].n, 2);
	assert_int_equal(is[BEHAVIOUR_EMERGENCY].right, 1);
	assert_int_equal(is[BEHAVIOUR_SMALLTALK].right, 1);
	assert_int_equal(is[BEHAVIOUR_CLARIFY].n, 1);
	assert_int_equal(is[BEHAVIOUR_CLARIFY].right, 0); /* answered outright */
}

static void conversation_is_carried_on_and_ends_with_its_row(void **state)
{
	struct bench *b = *state;
	const struct eval_set *set = &b->eval.sets[0];

	assert_int_equal(
		evaluate(b, "{\"turns\":[{\"q\":\"đăng ký khai sinh\",\"gold\":[\"1.000001\"]},"
			    "{\"q\":\"phí bao nhiêu\",\"gold\":[\"1.000001\"],\"fields\":[\"fee\"]}]}\n"
			    "{\"turns\":[{\"q\":\"phí bao "
			    "nhiêu\",\"gold\":[\"1.000001\"],\"fields\":[\"time\"]}]}\n"),
		OK);
	assert_string_equal(set->name, "dialogues");
	assert_int_equal(set->records.n, 3);
	assert_int_equal(set->records.right, 2); /* the last one has nothing before it */
	assert_int_equal(set->facets.n, 2);
	assert_int_equal(set->facets.right, 1);
	assert_int_equal(set->plain.n, 0);
}

static void bad_row_is_named_by_file_and_line(void **state)
{
	struct bench *b = *state;

	assert_int_equal(
		evaluate(b, "{\"q\":\"kết hôn\",\"gold\":[\"1.000003\"]}\n{\"gold\":[]}\n"), ERR_FORMAT);
	assert_non_null(strstr(b->knowledge->why.text, b->knowledge->file));
	assert_non_null(strstr(b->knowledge->why.text, "line 2"));
	assert_int_equal(evaluate(b, "no json\n"), ERR_FORMAT);
	assert_int_equal(evaluate(b, "{\"q\":\"kết hôn\",\"beh\":\"sing\"}\n"), ERR_FORMAT);
	assert_int_equal(evaluate(b, "{\"turns\":[{\"q\":\"kết hôn\"},{}]}\n"), ERR_FORMAT);
}

#define EVAL_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		EVAL_TEST(right_and_wrong_are_counted_by_set),
		EVAL_TEST(gold_that_is_not_there_is_missing_not_wrong),
		EVAL_TEST(faq_gold_is_searched_among_faq),
		EVAL_TEST(rejects_are_counted_apart),
		EVAL_TEST(behaviours_are_judged_by_how_the_turn_ends),
		EVAL_TEST(conversation_is_carried_on_and_ends_with_its_row),
		EVAL_TEST(bad_row_is_named_by_file_and_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
