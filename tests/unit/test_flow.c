/* What is open between us and a citizen: ratings, consent, and reflections with everything that may come in between. Codes and
 * telling need state.db: tests/flow/test_waits.c. */
#include "tests/support/turn_fixture.h"

#include "daemon/turn/conversation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define EVENT_ID 17

/* A message of a citizen with an event of its own, so that answers can be rated. */
static const char *say(struct turn_fixture *f, const char *text)
{
	struct turn *t = &f->turn;
	char *before = f->conversation;

	turn_release(t);
	turn_init(t, &f->tools);
	t->event = (struct event){.kind = text[0] == '#' ? EVENT_PAYLOAD : EVENT_TEXT,
		.channel = "facebook",
		.account = "1",
		.user = "bà",
		.text = text[0] == '#' ? NULL : text,
		.payload = text[0] == '#' ? text : NULL};
	t->event_id = EVENT_ID;
	t->as_of = "2026-11-21";
	t->now_ms = 1795219200000;
	t->known = true;
	t->conversation = before;
	assert_int_equal(turn_think(t), OK);
	f->conversation = t->remember ? strdup(t->remember) : NULL;
	free(before);
	return t->reply.text;
}

static bool has_button(const struct turn *t, const char *payload)
{
	for (size_t i = 0; i < t->reply.button_count; i++)
		if (strcmp(t->reply.buttons[i].value, payload) == 0)
			return true;
	return false;
}

#define SAYS(f, text, expected)                                                                              \
	do {                                                                                                 \
		const char *said = say(f, text);                                                             \
		if (!strstr(said, expected))                                                                 \
			fail_msg("\"%s\": %s", text, said);                                                  \
	} while (0)

static void anew(struct turn_fixture *f)
{
	turn_fixture_forget(f);
}

static void answers_can_be_rated_and_nothing_else(void **state)
{
	struct turn_fixture *f = *state;

	anew(f);
	say(f, "xin chào");
	assert_false(has_button(&f->turn, "#up:17") || has_button(&f->turn, "#rate:17"));
	say(f, "nuôi chim bồ câu");
	assert_true(has_button(&f->turn, "#up:17") && has_button(&f->turn, "#down:17"));
	assert_true(has_button(&f->turn, "#no"));
	anew(f);
	SAYS(f, "qwrtp zxcvb", "chưa có câu trả lời");
	assert_false(has_button(&f->turn, "#up:17"));
}

static void a_thumb_or_a_word_of_praise_behind_an_answer_counts(void **state)
{
	static const char *const good[] = {"👍", "👍👍", "hữu ích quá", "#up:17"};
	struct turn_fixture *f = *state;

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		anew(f);
		say(f, "nuôi chim bồ câu");
		say(f, good[i]);
		if (f->turn.deed.kind != DEED_RATE || !f->turn.deed.rating.good ||
			f->turn.deed.event_id != 17)
			fail_msg("\"%s\": %s", good[i], f->turn.reply.text);
	}
	anew(f);
	say(f, "xin chào");
	say(f, "hữu ích quá");
	assert_int_equal(f->turn.deed.kind, DEED_NONE); /* of no answer */
	say(f, "👍");
	assert_int_equal(f->turn.deed.kind, DEED_NONE);
}

static void a_bad_answer_is_asked_why_and_the_comment_is_kept(void **state)
{
	struct turn_fixture *f = *state;

	anew(f);
	say(f, "nuôi chim bồ câu");
	SAYS(f, "👎", "chưa được ở chỗ nào");
	assert_int_equal(f->turn.deed.kind, DEED_RATE);
	assert_false(f->turn.deed.rating.good);
	assert_string_equal(f->turn.deed.asked, "nuôi chim bồ câu");
	SAYS(f, "#why:17:lacking", "gõ thêm một câu");
	assert_int_equal(f->turn.deed.rating.reason, RATING_LACKING);
	SAYS(f, "phí này cũ rồi, năm nay khác mà", "đã ghi lại");
	assert_string_equal(f->turn.deed.rating.text, "phí này cũ rồi, năm nay khác mà");
	assert_int_equal(f->turn.deed.event_id, 17);
}

static void a_reason_may_be_left_for_another_question(void **state)
{
	struct turn_fixture *f = *state;

	anew(f);
	say(f, "nuôi chim bồ câu");
	SAYS(f, "👎", "chưa được ở chỗ nào");
	SAYS(f, "chứng chỉ đua thuyền thúng nộp ở đâu", "đua thuyền thúng");
	assert_int_equal(f->turn.talk->open.step, OPEN_NONE);
}

static void wrong_behind_an_answer_is_a_bad_rating_and_offers_the_next(void **state)
{
	struct turn_fixture *f = *state;

	anew(f);
	say(f, "nuôi chim bồ câu");
	say(f, "sai rồi");
	assert_int_equal(f->turn.deed.kind, DEED_RATE);
	assert_true(has_button(&f->turn, "#why:17:wrong"));
	assert_false(f->turn.unresolved);
	anew(f);
	say(f, "nuôi chim bồ câu");
	say(f, "không phải");
	assert_int_equal(f->turn.deed.kind, DEED_NONE);
	assert_true(f->turn.unresolved);
}

static void all_in_one_message_is_asked_nothing_but_whether_to_send(void **state)
{
	struct turn_fixture *f = *state;

	anew(f);
	SAYS(f, "phản ánh đèn đường trước nhà số 12 đường Lê Lợi hỏng 3 hôm nay", "Bạn xem lại");
	assert_true(has_button(&f->turn, "#send") && has_button(&f->turn, "#stop"));
	SAYS(f, "tối om luôn, xe té mấy lần", "tối om luôn");
	SAYS(f, "#send", "Mã của bạn");
	assert_int_equal(f->turn.deed.kind, DEED_CASE);
	assert_string_equal(f->turn.deed.one.category, "infrastructure");
	assert_non_null(strstr(f->turn.deed.one.what, "số 12"));
	assert_non_null(strstr(f->turn.deed.one.what, "tối om"));
	assert_string_equal(f->turn.deed.one.due, "2026-12-07");
	assert_false(f->turn.deed.one.suggestion);
	assert_false(f->turn.unresolved);
}

static void a_proposal_has_neither_place_nor_time(void **state)
{
	struct turn_fixture *f = *state;

	anew(f);
	SAYS(f, "kiến nghị nên mở thêm quầy chứng thực", "Bạn xem lại");
	say(f, "gửi");
	assert_true(f->turn.deed.one.suggestion);
	assert_null(f->turn.deed.one.place);
}

static void what_nobody_knows_is_skipped_and_a_picture_is_kept_at_home(void **state)
{
	struct turn_fixture *f = *state;

	anew(f);
	SAYS(f, "phản ánh cán bộ quát mắng người già", "ở đâu");
	SAYS(f, "không rõ", "từ khi nào");
	SAYS(f, "bao giờ trả lời", "10 ngày làm việc");
	assert_int_equal(f->turn.talk->open.step, OPEN_CASE_WHEN);
	SAYS(f, "#skip", "Bạn xem lại");
	say(f, "ok gửi");
	assert_int_equal(f->turn.deed.kind, DEED_CASE);
	assert_null(f->turn.deed.one.place);
	assert_null(f->turn.deed.one.happened);
	assert_string_equal(f->turn.deed.one.category, "attitude");
}

static void a_reflection_is_left_by_word_or_by_another_question(void **state)
{
	struct turn_fixture *f = *state;

	anew(f);
	SAYS(f, "phản ánh đèn đường hỏng", "ở đâu");
	SAYS(f, "thôi khỏi", "không gửi gì cả");
	assert_int_equal(f->turn.talk->open.step, OPEN_NONE);
	SAYS(f, "phản ánh đèn đường hỏng", "ở đâu");
	SAYS(f, "chứng chỉ đua thuyền thúng nộp ở đâu", "đua thuyền thúng");
	assert_non_null(strstr(f->turn.reply.text, "chưa được gửi"));
	assert_int_equal(f->turn.talk->open.step, OPEN_NONE);
	SAYS(f, "phản ánh đèn đường hỏng", "ở đâu");
	SAYS(f, "cháy nhà rồi cứu với", "114");
	assert_int_equal(f->turn.talk->open.step, OPEN_NONE);
	SAYS(f, "#send", "Có chuyện gì"); /* a button of one that was left */
}

static void complaints_still_go_where_the_law_says(void **state)
{
	struct turn_fixture *f = *state;

	anew(f);
	SAYS(f, "tôi muốn tố cáo cán bộ nhận hối lộ", "Khiếu nại, tố cáo phải gửi đến đúng nơi");
	assert_int_equal(f->turn.talk->open.step, OPEN_NONE);
	SAYS(f, "phản ánh đèn đường hỏng", "ở đâu");
	SAYS(f, "tôi muốn tố cáo cán bộ nhận hối lộ", "Khiếu nại, tố cáo phải gửi đến đúng nơi");
}

static void the_same_question_is_handed_over_under_one_code(void **state)
{
	struct turn_fixture *f = *state;
	char code[16];

	anew(f);
	say(f, "qwrtp zxcvb");
	SAYS(f, "#staff", "Mã của bạn");
	assert_int_equal(f->turn.deed.kind, DEED_WAIT);
	assert_int_equal(f->turn.deed.event_id, EVENT_ID);
	assert_false(f->turn.unresolved); /* it is kept already */
	snprintf(code, sizeof code, "%s", f->turn.deed.code);
	SAYS(f, "#staff", code);
	assert_int_equal(f->turn.deed.kind, DEED_NONE);
	SAYS(f, "ok", "tôi nhắn bạn ngay");
	assert_int_equal(f->turn.deed.kind, DEED_CONSENT);
	assert_true(f->turn.deed.given);
	assert_true(strlen(f->turn.deed.notice) > 0);
}

static void a_hand_over_without_a_question_asks_for_it(void **state)
{
	struct turn_fixture *f = *state;

	anew(f);
	SAYS(f, "cho tôi gặp cán bộ", "viết thêm cho rõ");
	assert_int_equal(f->turn.deed.kind, DEED_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_can_be_rated_and_nothing_else),
		cmocka_unit_test(a_thumb_or_a_word_of_praise_behind_an_answer_counts),
		cmocka_unit_test(a_bad_answer_is_asked_why_and_the_comment_is_kept),
		cmocka_unit_test(a_reason_may_be_left_for_another_question),
		cmocka_unit_test(wrong_behind_an_answer_is_a_bad_rating_and_offers_the_next),
		cmocka_unit_test(all_in_one_message_is_asked_nothing_but_whether_to_send),
		cmocka_unit_test(a_proposal_has_neither_place_nor_time),
		cmocka_unit_test(what_nobody_knows_is_skipped_and_a_picture_is_kept_at_home),
		cmocka_unit_test(a_reflection_is_left_by_word_or_by_another_question),
		cmocka_unit_test(complaints_still_go_where_the_law_says),
		cmocka_unit_test(the_same_question_is_handed_over_under_one_code),
		cmocka_unit_test(a_hand_over_without_a_question_asks_for_it),
	};

	return cmocka_run_group_tests(tests, turn_fixture_up, turn_fixture_down);
}
