/* Messages that lean on the record in hand, on the starter content: the same thing and another act, the same act and another thing, and
 * messages that begin another matter. */
#include "daemon/turn/conversation.h"
#include "tests/support/turn_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct line {
	const char *says, *record; /* in hand afterwards */
	unsigned facets;           /* asked of it, all of them; 0: any */
};

static void play(struct turn_fixture *f, const struct line *lines, size_t count)
{
	turn_fixture_forget(f);
	for (size_t i = 0; i < count; i++) {
		const char *reply = turn_fixture_say(f, lines[i].says), *record = f->turn.talk->record;
		unsigned facets = f->turn.question.facets;

		if (f->turn.outcome != OUTCOME_ANSWER || !record || strcmp(record, lines[i].record) != 0 ||
			(facets & lines[i].facets) != lines[i].facets)
			fail_msg("line %zu \"%s\": %s, %s, facets %x: %s", i + 1, lines[i].says,
				outcome_word(f->turn.outcome), record ? record : "nothing in hand", facets,
				reply);
	}
}
#define PLAY(f, lines) play(f, lines, sizeof(lines) / sizeof *(lines))

#define FEE (1u << FACET_FEE)
#define TIME (1u << FACET_TIME)

static void thing_in_hand_takes_another_act(void **state)
{
	static const struct line building[] = {
		{"#tt:1.013225", "1.013225", 0},
		{"xây xong rồi mà giấy phép sắp hết hạn muốn gia hạn thì mất bao nhiêu ngày", "1.013227",
			TIME},
	};
	static const struct line shop[] = {
		{"quán em tạm nghỉ 3 tháng khai báo sao", "1.001570", 0},
		{"thôi chắc dẹp luôn, làm sao để đóng hẳn", "1.001266", 0},
	};

	PLAY(*state, building);
	PLAY(*state, shop);
}

static void act_in_hand_takes_another_thing(void **state)
{
	static const struct line lines[] = {
		{"mất căn cước làm lại hết bao nhiêu tiền", "1.014064", FEE},
		{"thế còn bằng lái cũng mất luôn thì sao", "3.000348", FEE},
		{"bằng lái thì mấy ngày có", "3.000348",
			TIME}, /* not the licence for those who have none yet */
		{"quay lại cái căn cước, mấy ngày lấy được", "1.014064", TIME},
	};

	PLAY(*state, lines);
}

static void what_was_asked_of_one_goes_with_then_what(void **state)
{
	static const struct line lines[] = {
		{"đăng ký kết hôn hết bao nhiêu tiền", "1.000894", FEE},
		{"còn khai tử thì sao", "1.000656", FEE},
	};

	PLAY(*state, lines);
}

static void place_of_ones_own_is_asked_of_the_record_in_hand(void **state)
{
	static const struct line lines[] = {
		{"tôi cần giấy xác nhận độc thân", "1.004873", 0},
		{"làm ở phường nơi tạm trú được không", "1.004873", 1u << FACET_WHERE},
	};

	PLAY(*state, lines);
}

/* "làm sao": what to bring is half of the answer, where the record says it. */
static void who_asks_how_is_told_what_to_bring(void **state)
{
	static const struct line lines[] = {
		{"đăng ký tạm trú làm sao", "1.004194", 1u << FACET_STEPS | 1u << FACET_DOCUMENTS},
		{"các bước thế nào", "1.004194", 1u << FACET_STEPS},
	};
	struct turn_fixture *f = *state;

	PLAY(f, lines);
	assert_int_equal(f->turn.question.facets, 1u << FACET_STEPS);
}

/* Whatever a search finds for it: it is a detail of what is in hand. */
static void what_is_needed_is_asked_of_the_record_in_hand(void **state)
{
	static const struct line lines[] = {
		{"đổi bằng lái xe hết hạn", "3.000347", 0},
		{"có cần khám sức khỏe không", "3.000347", 0},
		{"lệ phí?", "3.000347", FEE},
	};

	PLAY(*state, lines);
}

/* How it is with somebody is no matter of its own, although some record has the words. */
static void circumstances_are_told_of_the_record_in_hand(void **state)
{
	static const struct line adoption[] = {
		{"#tt:2.001263", "2.001263", 0},
		{"tôi độc thân 40 tuổi có được không", "2.001263", 0},
		{"điều kiện ra sao, em 45 tuổi độc thân", "2.001263", 1u << FACET_CONDITIONS},
	};
	static const struct line card[] = {
		{"mất căn cước làm lại ở đâu", "1.014064", 0},
		{"e o tro tinh khac lam duoc ko", "1.014064", 0},
	};
	static const struct line split[] = {
		{"tách hộ khẩu khỏi bố mẹ", "1.010038", 0},
		{"cần mẹ ký không, hồ sơ gồm gì", "1.010038", 1u << FACET_DOCUMENTS},
	};
	static const struct line foreigner[] = {
		{"em muốn đăng ký kết hôn", "1.000894", 0},
		{"à mà chồng em người Hàn Quốc thì hồ sơ sao", "2.000806", 1u << FACET_DOCUMENTS},
	};

	PLAY(*state, adoption);
	PLAY(*state, card);
	PLAY(*state, split);
	PLAY(*state, foreigner);
}

/* Who tells of somebody and names another matter means that. */
static void matter_that_is_named_is_meant(void **state)
{
	static const struct line birth[] = {
		{"đăng ký tạm trú online được không", "1.004194", 0},
		{"nhà em sắp sinh em bé, khai sinh cần giấy tờ gì", "1.001193", 1u << FACET_DOCUMENTS},
		{"bé 3 tuổi làm căn cước được chưa", "1.014062", 0},
	};
	static const struct line shop[] = {
		{"mở quán ăn đăng ký hộ kinh doanh bao nhiêu tiền", "1.001612", FEE},
		{"quán có cần giấy chứng nhận an toàn thực phẩm không", "1.013855", 0},
	};

	PLAY(*state, birth);
	PLAY(*state, shop);
}

static void what_was_denied_is_not_meant(void **state)
{
	static const struct line lines[] = {
		{"làm lại sổ đỏ bị mất", "1.012786", 0},
		{"à không phải mất, bị rách thôi", "1.012783", 0},
	};

	PLAY(*state, lines);
}

static void who_goes_back_need_not_say_to_what(void **state)
{
	static const struct line lines[] = {
		{"đăng ký tạm trú phí bao nhiêu", "1.004194", FEE},
		{"đăng ký kết hôn mấy ngày", "1.000894", TIME},
		{"quay lại cái đầu, nộp ở đâu", "1.004194", 1u << FACET_WHERE},
	};

	PLAY(*state, lines);
}

static void other_matter_is_not_drawn_to_the_one_in_hand(void **state)
{
	struct turn_fixture *f = *state;

	turn_fixture_forget(f);
	turn_fixture_say(f, "rút bảo hiểm xã hội một lần");
	assert_string_equal(f->turn.talk->record, "1.001613");
	turn_fixture_say(f, "thôi vậy em lãnh thất nghiệp trước, nộp ở đâu ạ");
	assert_true(f->turn.outcome != OUTCOME_ANSWER || strcmp(f->turn.record.id, "1.001613") != 0);
}

/* We asked "which of these?", and the first was likely meant, or all were alike. */
static void choices_leave(struct turn_fixture *f, bool likely)
{
	struct talk talk = {.greeted = true,
		.asking = true,
		.likely = likely,
		.asked = "giấy chứng tử",
		.menu = {{"Khai tử (báo tử)", "#tt:1.000656"}, {"Làm lại giấy khai tử", "#tt:1.005461"}},
		.menu_count = 2};
	const char *json;
	struct arena a;

	arena_init(&a, 1 << 16);
	assert_int_equal(talk_print(&a, &talk, &json), OK);
	turn_fixture_forget(f);
	f->conversation = strdup(json);
	arena_release(&a);
	assert_non_null(f->conversation);
}

static void what_is_asked_of_a_likely_choice_is_answered(void **state)
{
	struct turn_fixture *f = *state;

	choices_leave(f, true);
	turn_fixture_say(f, "bao lau");
	assert_int_equal(f->turn.outcome, OUTCOME_ANSWER);
	assert_string_equal(f->turn.record.id, "1.000656");
}

/* Of which of them is asked once, and not again. */
static void what_is_asked_of_open_choices_is_asked_back_once(void **state)
{
	struct turn_fixture *f = *state;

	choices_leave(f, false);
	turn_fixture_say(f, "bao lau");
	assert_int_not_equal(f->turn.outcome, OUTCOME_ANSWER);
	turn_fixture_say(f, "mấy ngày");
	assert_int_equal(f->turn.outcome, OUTCOME_ANSWER);
	assert_string_equal(f->turn.record.id, "1.000656");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thing_in_hand_takes_another_act),
		cmocka_unit_test(act_in_hand_takes_another_thing),
		cmocka_unit_test(what_was_asked_of_one_goes_with_then_what),
		cmocka_unit_test(place_of_ones_own_is_asked_of_the_record_in_hand),
		cmocka_unit_test(who_asks_how_is_told_what_to_bring),
		cmocka_unit_test(what_is_asked_of_a_likely_choice_is_answered),
		cmocka_unit_test(what_is_asked_of_open_choices_is_asked_back_once),
		cmocka_unit_test(circumstances_are_told_of_the_record_in_hand),
		cmocka_unit_test(matter_that_is_named_is_meant),
		cmocka_unit_test(what_was_denied_is_not_meant),
		cmocka_unit_test(who_goes_back_need_not_say_to_what),
		cmocka_unit_test(what_is_needed_is_asked_of_the_record_in_hand),
		cmocka_unit_test(other_matter_is_not_drawn_to_the_one_in_hand),
	};

	return cmocka_run_group_tests(tests, turn_fixture_starter, turn_fixture_down);
}
