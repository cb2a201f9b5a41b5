/* Messages that leave it open what is meant, on the starter content: we ask back, and the answer to that chooses. */
#include "tests/support/turn_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool is_offered(const struct turn *t, const char *id)
{
	for (size_t i = 0; i < t->reply.button_count; i++)
		if (strncmp(t->reply.buttons[i].value, "#tt:", 4) == 0 &&
			strcmp(t->reply.buttons[i].value + 4, id) == 0)
			return true;
	return false;
}

struct row {
	const char *says, *record; /* offered, or in hand */
};

/* Each message of a new citizen is asked back with the record among `least` buttons or more; three choices and the way out at most. */
static void assert_asked_back(struct turn_fixture *f, const struct row *rows, size_t count, size_t least)
{
	for (size_t i = 0; i < count; i++) {
		turn_fixture_forget(f);
		turn_fixture_say(f, rows[i].says);
		if (f->turn.outcome != OUTCOME_CHOICES || !is_offered(&f->turn, rows[i].record))
			fail_msg("\"%s\" ends as %s: %s", rows[i].says, outcome_word(f->turn.outcome),
				f->turn.reply.text);
		assert_in_range(f->turn.reply.button_count, least, 4);
	}
}
#define ASSERT_ASKED_BACK(f, rows, least) assert_asked_back(f, rows, sizeof(rows) / sizeof *(rows), least)

static void assert_answered(struct turn_fixture *f, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		turn_fixture_forget(f);
		turn_fixture_say(f, rows[i].says);
		if (!f->turn.record.id || strcmp(f->turn.record.id, rows[i].record) != 0)
			fail_msg("\"%s\": %s", rows[i].says, f->turn.reply.text);
	}
}
#define ASSERT_ANSWERED(f, rows) assert_answered(f, rows, sizeof(rows) / sizeof *(rows))

static void an_event_or_a_field_alone_is_asked_back(void **state)
{
	static const struct row rows[] = {
		{"sang tên", "1.013076"},
		{"ông nội em vừa mất", "1.000656"},
		{"lam giay to dat", "1.013978"},
		{"cho em hỏi về giấy tờ xe ạ", "1.013067"},
		{"tiền mai táng được bao nhiêu", "1.001731"},
	};

	ASSERT_ASKED_BACK(*state, rows, 2);
}

/* Words that many records have; some stand in broad.tsv. */
static void what_fits_several_matters_is_asked_back(void **state)
{
	static const struct row rows[] = {
		{"biển số xe", "1.013067"},
		{"tách", "1.012784"},
		{"giấy tờ cư trú của tôi", "1.004222"},
		{"người cao tuổi", "1.014027"},
		{"sổ đỏ", "1.013978"},
	};

	ASSERT_ASKED_BACK(*state, rows, 3); /* two at least, and the way out */
}

/* The base record has every other word, and is not what is meant. */
static void an_act_that_was_said_is_offered(void **state)
{
	static const struct row rows[] = {
		{"hết hạn đăng ký tạm trú rồi", "1.002755"},
		{"đăng ký kết hôn xong xin bản sao", "2.000635"},
	};

	ASSERT_ASKED_BACK(*state, rows, 2);
}

static void a_title_means_its_record(void **state)
{
	static const struct row rows[] = {
		{"đăng ký khai sinh", "1.001193"},
		{"dang ky ket hon", "1.000894"},
		{"khai tử", "1.000656"},
		{"đăng ký thường trú", "1.004222"},
		{"sao y", "2.000815"},
	};

	ASSERT_ANSWERED(*state, rows);
}

static void one_word_more_decides(void **state)
{
	static const struct row rows[] = {
		{"sang tên xe máy", "1.013076"},
		{"đăng ký khai tử cho ông nội", "1.000656"},
		{"đăng ký tạm trú", "1.004194"},
	};

	ASSERT_ANSWERED(*state, rows);
}

static void who_is_being_answered_is_not_asked_back(void **state)
{
	struct turn_fixture *f = *state;

	turn_fixture_forget(f);
	turn_fixture_say(f, "đăng ký khai sinh cần giấy tờ gì");
	turn_fixture_say(f, "thế còn giấy kết hôn thì sao");
	assert_string_equal(f->turn.record.id, "1.000894");
}

static void the_answer_to_a_question_of_ours_chooses(void **state)
{
	static const struct {
		const char *first, *second, *record;
		enum facet facet;
	} rows[] = {
		{"sang tên", "xe máy nha", "1.013076", FACET_DOCUMENTS}, /* what to bring, unasked */
		{"sang tên hết bao nhiêu tiền", "xe máy", "1.013076", FACET_FEE},
		{"làm lại giấy khai sinh", "cái thứ hai, bản sao thôi", "2.000635", FACET_NONE},
		{"làm lại giấy khai sinh", "bản sao thôi", "2.000635", FACET_NONE},
		{"làm lại giấy khai sinh", "đăng ký tạm trú cần gì", "1.004194", FACET_DOCUMENTS},
	};
	struct turn_fixture *f = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		turn_fixture_forget(f);
		turn_fixture_say(f, rows[i].first);
		assert_int_equal(f->turn.outcome, OUTCOME_CHOICES);
		turn_fixture_say(f, rows[i].second);
		if (!f->turn.record.id || strcmp(f->turn.record.id, rows[i].record) != 0 ||
			f->turn.facet != rows[i].facet)
			fail_msg("\"%s\", \"%s\": %s", rows[i].first, rows[i].second, f->turn.reply.text);
	}
}

static void what_was_asked_of_one_is_asked_of_the_next(void **state)
{
	struct turn_fixture *f = *state;

	turn_fixture_forget(f);
	turn_fixture_say(f, "đăng ký thường trú phí bao nhiêu");
	turn_fixture_say(f, "còn đăng ký tạm trú thì sao");
	assert_string_equal(f->turn.record.id, "1.004194");
	assert_int_equal(f->turn.facet, FACET_FEE);
	turn_fixture_say(f, "không phải, ý tôi là khai tử");
	assert_string_equal(f->turn.record.id, "1.000656");
	assert_int_equal(f->turn.facet, FACET_FEE);
	turn_fixture_say(f, "quay lại cái tạm trú, mấy ngày xong");
	assert_string_equal(f->turn.record.id, "1.004194");
	assert_int_equal(f->turn.facet, FACET_TIME);
}

/* Ways to type one question. */
static void twins_are_never_answered_with_different_facts(void **state)
{
	static const char *const twins[][4] = {
		{"đăng ký khai sinh cần giấy tờ gì", "dang ky khai sinh can giay to gi",
			"ĐĂNG KÝ KHAI SINH CẦN GIẤY TỜ GÌ", "đk khai sinh cần giấy tờ j"},
		{"đăng ký kết hôn bao nhiêu tiền", "dang ky ket hon bao nhieu tien",
			"đăng kí kết hôn bn tiền", "dki ket hon bnh tien"},
		{"gia hạn tạm trú mất mấy ngày", "gia han tam tru mat may ngay",
			"gia hạn tạm trú mất mấy ngày ạ", "gia han tam tru mat may ngay vay ad"},
		{"chứng thực bản sao phí bao nhiêu", "chung thuc ban sao phi bao nhieu",
			"chứng thực bản sao phí bn", "chung thuc ban sao phi bao nhiu"},
		{"làm lại căn cước bị mất nộp ở đâu", "lam lai can cuoc bi mat nop o dau",
			"làm lại cccd bị mất nộp ở đâu", "lam lai cccd bi mat nop o dau v"},
	};
	struct turn_fixture *f = *state;

	for (size_t i = 0; i < sizeof twins / sizeof *twins; i++) {
		char *first = NULL;

		for (size_t k = 0; k < 4; k++) {
			turn_fixture_forget(f);
			turn_fixture_say(f, twins[i][k]);
			if (f->turn.outcome != OUTCOME_ANSWER)
				continue; /* asking back contradicts nothing */
			if (first && strcmp(first, f->turn.reply.text) != 0)
				fail_msg("\"%s\": %s\nbut: %s", twins[i][k], f->turn.reply.text, first);
			if (!first)
				first = strdup(f->turn.reply.text);
		}
		assert_non_null(first);
		free(first);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_or_a_field_alone_is_asked_back),
		cmocka_unit_test(what_fits_several_matters_is_asked_back),
		cmocka_unit_test(an_act_that_was_said_is_offered),
		cmocka_unit_test(a_title_means_its_record),
		cmocka_unit_test(who_is_being_answered_is_not_asked_back),
		cmocka_unit_test(one_word_more_decides),
		cmocka_unit_test(the_answer_to_a_question_of_ours_chooses),
		cmocka_unit_test(what_was_asked_of_one_is_asked_of_the_next),
		cmocka_unit_test(twins_are_never_answered_with_different_facts),
	};

	return cmocka_run_group_tests(tests, turn_fixture_starter, turn_fixture_down);
}
