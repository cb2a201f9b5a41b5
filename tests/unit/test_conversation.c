#include "daemon/turn/conversation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define CEILING ((size_t)1 << 20)

static void assert_fresh(struct arena *a, const char *json)
{
	struct talk talk;

	assert_int_equal(talk_parse(a, json, &talk), OK);
	assert_null(talk.record);
	assert_null(talk.asked);
	assert_false(talk.greeted || talk.asking || talk.more);
	assert_int_equal(talk.facet, FACET_NONE);
	assert_int_equal(talk.menu_count + talk.next_count + talk.past_count, 0);
}

static void broken_json_is_a_fresh_conversation(void **state)
{
	static const char *const broken[] = {NULL, "", "{", "null", "[]", "7", "\"x\"",
		"{\"v\":2,\"record\":\"1\"}",
		"{\"greeted\":1,\"record\":7,\"menu\":{},\"facets\":-1,\"page\":\"2\"}"};
	struct arena a;

	(void)state;
	arena_init(&a, CEILING);
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
		assert_fresh(&a, broken[i]);
	arena_release(&a);
}

static void conversation_survives_the_row(void **state)
{
	struct talk talk = {.greeted = true,
		.record = "faq:a:1",
		.title = "Nuôi chim",
		.facet = FACET_DOCUMENTS,
		.page = 2,
		.more = true,
		.asking = true,
		.likely = true,
		.sent = SAY_STATUS,
		.facets = 5,
		.asked = "nuôi \"chim\"\n",
		.menu = {{"Giấy tờ", "#tt:1:documents"}, {"Việc khác", "#no"}},
		.menu_count = 2,
		.next = {{"Nuôi ong", "2"}},
		.next_count = 1,
		.past = {{"Thả diều", "3"}},
		.past_count = 1};
	struct talk back;
	const char *json;
	struct arena a;

	(void)state;
	arena_init(&a, CEILING);
	assert_int_equal(talk_print(&a, &talk, &json), OK);
	assert_int_equal(talk_parse(&a, json, &back), OK);
	assert_true(back.greeted && back.more && back.asking && back.likely);
	assert_int_equal(back.sent, SAY_STATUS);
	assert_string_equal(back.record, "faq:a:1");
	assert_string_equal(back.title, "Nuôi chim");
	assert_int_equal(back.facet, FACET_DOCUMENTS);
	assert_int_equal(back.page, 2);
	assert_int_equal(back.facets, 5);
	assert_string_equal(back.asked, talk.asked);
	assert_int_equal(back.menu_count, 2);
	assert_string_equal(back.menu[0].payload, "#tt:1:documents");
	assert_string_equal(back.next[0].payload, "2");
	assert_string_equal(back.past[0].title, "Thả diều");
	arena_release(&a);
}

static void too_long_a_menu_is_cut(void **state)
{
	struct talk talk;
	struct arena a;

	(void)state;
	arena_init(&a, CEILING);
	assert_int_equal(
		talk_parse(&a,
			"{\"v\":1,\"menu\":[{\"t\":\"1\",\"p\":\"#1\"},{\"t\":\"2\"},{\"t\":\"3\",\"p\":\"#"
			"3\"},"
			"{\"t\":\"4\",\"p\":\"#4\"},{\"t\":\"5\",\"p\":\"#5\"},{\"t\":\"6\",\"p\":\"#6\"},"
			"{\"t\":\"7\",\"p\":\"#7\"},{\"t\":\"8\",\"p\":\"#8\"}]}",
			&talk),
		OK);
	assert_int_equal(talk.menu_count, TALK_MENU);
	assert_string_equal(talk.menu[1].title, "3");
	arena_release(&a);
}

static void record_before_goes_to_the_past_newest_first(void **state)
{
	struct talk talk = {0};

	(void)state;
	talk_hold(&talk, "1", "một");
	talk_hold(&talk, "1", "một");
	assert_int_equal(talk.past_count, 0);
	talk_hold(&talk, "2", "hai");
	talk_hold(&talk, "3", "ba");
	talk_hold(&talk, "4", "bốn");
	talk_hold(&talk, "5", "năm");
	assert_string_equal(talk.record, "5");
	assert_int_equal(talk.past_count, TALK_PAST);
	assert_string_equal(talk.past[0].payload, "4");
	assert_string_equal(talk.past[TALK_PAST - 1].payload, "2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(broken_json_is_a_fresh_conversation),
		cmocka_unit_test(conversation_survives_the_row),
		cmocka_unit_test(too_long_a_menu_is_cut),
		cmocka_unit_test(record_before_goes_to_the_past_newest_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
