/* What is understood, with what went before, and how the turn ends. */
#include "daemon/turn/steps.h"
#include "tests/support/turn_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *fresh(struct turn_fixture *f, const char *text)
{
	turn_fixture_forget(f);
	return turn_fixture_say(f, text);
}

static void what_is_no_question_has_its_own_ending(void **state)
{
	static const struct {
		const char *text;
		enum outcome outcome;
		int reason; /* -1: nothing is kept for the office */
	} rows[] = {
		{"xin chào", OUTCOME_SMALLTALK, -1},
		{"cảm ơn nhiều", OUTCOME_SMALLTALK, -1},
		{"bạn là ai", OUTCOME_SMALLTALK, -1},
		{"cháy nhà rồi cứu với", OUTCOME_EMERGENCY, -1},
		{"phản ánh đường hỏng", OUTCOME_CASE, -1},
		{"tôi muốn tố cáo cán bộ nhận hối lộ", OUTCOME_CASE, -1},
		{"hồ sơ của tôi tới đâu rồi", OUTCOME_STATUS, -1},
		{"cho tôi gặp cán bộ", OUTCOME_UNRESOLVED, QUESTION_STAFF},
		{"bạn lưu gì về tôi", OUTCOME_SMALLTALK, -1},
		{"xóa dữ liệu của tôi", OUTCOME_SMALLTALK, -1},
		{"xã tôi giờ thuộc đâu", OUTCOME_CHOICES, -1},
		{"xã Xyzzy giờ thuộc đâu", OUTCOME_UNRESOLVED, QUESTION_NO_MATCH},
		{"hôm nay trời có mưa không", OUTCOME_UNRESOLVED, QUESTION_OUT_OF_SCOPE},
		{"???", OUTCOME_SMALLTALK, -1},
	};
	struct turn_fixture *f = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *reply = fresh(f, rows[i].text);
		int reason = f->turn.unresolved ? (int)f->turn.reason : -1;

		if (f->turn.outcome != rows[i].outcome || reason != rows[i].reason || !reply[0])
			fail_msg("\"%s\" ends as %s, reason %d: %s", rows[i].text,
				outcome_word(f->turn.outcome), reason, reply);
	}
}

static void emergency_numbers_come_first(void **state)
{
	const char *text = fresh(*state, "cháy nhà rồi cứu với");

	assert_non_null(strstr(text, "113"));
	assert_non_null(strstr(text, "114"));
	assert_non_null(strstr(text, "115"));
	assert_true(strstr(text, "115") - text < 200);
}

static void first_contact_is_told_once_what_this_is(void **state)
{
	struct turn_fixture *f = *state;

	f->known = false;
	assert_non_null(strstr(fresh(f, "nuôi chim bồ câu"), "Tôi là trợ lý tự động"));
	assert_null(strstr(turn_fixture_say(f, "phí bao nhiêu"), "Tôi là trợ lý tự động"));
	assert_non_null(strstr(fresh(f, "xin chào"), "trợ lý tự động (không phải người thật)"));
	assert_null(strstr(turn_fixture_say(f, "xin chào"), "không phải người thật"));
	f->known = true;
	assert_null(strstr(fresh(f, "nuôi chim bồ câu"), "Tôi là trợ lý tự động"));
	assert_null(strstr(fresh(f, "xin chào"), "không phải người thật"));
}

static void events_that_say_nothing_get_no_reply(void **state)
{
	static const enum event_kind kinds[] = {EVENT_DELETE, EVENT_UNFOLLOW, EVENT_ECHO, EVENT_STAFF,
		EVENT_BOT_ON, EVENT_DELIVERED, EVENT_SEEN, EVENT_POLICY, EVENT_OTHER};
	struct turn_fixture *f = *state;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		turn_fixture_event(
			f, &(struct event){.kind = kinds[i], .channel = "zalo", .text = "khai sinh"});
		assert_int_equal(f->turn.outcome, OUTCOME_SILENT);
		assert_null(f->turn.reply.text);
		assert_null(f->turn.remember);
	}
}

static void pictures_and_stickers_get_a_hint(void **state)
{
	struct turn_fixture *f = *state;

	turn_fixture_forget(f);
	assert_non_null(
		strstr(turn_fixture_event(f, &(struct event){.kind = EVENT_ATTACHMENT, .channel = "zalo"}),
			"chưa xem được ảnh"));
	assert_non_null(strstr(
		turn_fixture_event(f, &(struct event){.kind = EVENT_STICKER, .channel = "zalo"}), "Cảm ơn"));
	assert_non_null(strstr(turn_fixture_event(f, &(struct event){.kind = EVENT_ATTACHMENT,
							     .channel = "zalo",
							     .text = "nuôi chim bồ câu"}),
		"Nuôi chim bồ câu"));
}

static void typed_payload_works_like_a_tapped_one(void **state)
{
	static const struct {
		const char *payload, *record;
		enum facet facet;
		unsigned page;
	} rows[] = {
		{"#tt:9.000001", "9.000001", FACET_NONE, 1},
		{" #TT:9.000001:fee", "9.000001", FACET_FEE, 1},
		{"#tt:9.000004:steps:2", "9.000004", FACET_STEPS, 2},
		{"#tt:faq:bo-cau-1", "faq:bo-cau-1", FACET_NONE, 1},
		{"#tt:guide:vneid::1", "guide:vneid", FACET_NONE, 1},
		{"#tt:hotline:dvcqg", "hotline:dvcqg", FACET_NONE, 1},
	};
	struct turn_fixture *f = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		fresh(f, rows[i].payload);
		assert_non_null(f->turn.record.id);
		assert_string_equal(f->turn.record.id, rows[i].record);
		assert_int_equal(f->turn.facet, rows[i].facet);
		assert_int_equal(f->turn.page, rows[i].page);
	}
}

static void unknown_payload_counts_as_what_stood_on_the_button(void **state)
{
	struct turn_fixture *f = *state;

	turn_fixture_forget(f);
	assert_non_null(strstr(turn_fixture_event(f, &(struct event){.kind = EVENT_PAYLOAD,
							     .channel = "facebook",
							     .payload = "GET_STARTED"}),
		"Xin chào!"));
	assert_non_null(strstr(turn_fixture_event(f, &(struct event){.kind = EVENT_PAYLOAD,
							     .channel = "facebook",
							     .payload = "MENU_7",
							     .text = "Nuôi chim bồ câu"}),
		"“Nuôi chim bồ câu”"));
}

static void odd_payloads_do_no_harm(void **state)
{
	static const char *const payloads[] = {"#", "#tt:", "#tt::", "#tt:::", "#tt::fee",
		"#tt:9.000001:fee:0", "#tt:9.000001:fee:99999999999999999999", "#tt:9.000001:nothing:2",
		"#tt:hotline:113", "#link", "#more", "#no", "#tt:9.000001:fee:2:3", "# hashtag", "#khaisinh"};
	struct turn_fixture *f = *state;

	for (size_t i = 0; i < sizeof payloads / sizeof *payloads; i++)
		assert_true(fresh(f, payloads[i])[0] != '\0');
}

static void code_in_the_message_names_the_record(void **state)
{
	struct turn_fixture *f = *state;

	fresh(f, "thủ tục 9.000002 cần giấy tờ gì");
	assert_string_equal(f->turn.record.id, "9.000002");
	assert_int_equal(f->turn.facet, FACET_DOCUMENTS);
	assert_non_null(strstr(fresh(f, "mã thủ tục 9.999999"), "chưa có câu trả lời"));
	assert_int_equal(f->turn.reason, QUESTION_NO_MATCH);
}

static void facet_of_nothing_asks_of_what_and_remembers(void **state)
{
	struct turn_fixture *f = *state;

	assert_non_null(strstr(fresh(f, "lệ phí bao nhiêu"), "Bạn muốn hỏi phí, lệ phí cho thủ tục nào ạ?"));
	assert_int_equal(f->turn.outcome, OUTCOME_CHOICES);
	assert_non_null(
		strstr(turn_fixture_say(f, "nuôi chim bồ câu"), "Dạ, phí, lệ phí của “Nuôi chim bồ câu”"));
}

static void number_beyond_the_menu_asks_again(void **state)
{
	struct turn_fixture *f = *state;

	assert_non_null(strstr(fresh(f, "2"), "chưa rõ bạn chọn mục nào"));
	turn_fixture_say(f, "nuôi chim bồ câu");
	assert_non_null(strstr(turn_fixture_say(f, "9"), "chưa rõ bạn chọn mục nào"));
	assert_string_equal((turn_fixture_say(f, "1"), f->turn.record.id), "9.000001");
	assert_int_equal(f->turn.facet, FACET_DOCUMENTS);
}

static void refusal_offers_the_next_best_then_a_person(void **state)
{
	struct turn_fixture *f = *state;

	fresh(f, "muốn nuôi ong lấy mật");
	assert_int_equal(f->turn.outcome, OUTCOME_ANSWER);
	assert_non_null(strstr(turn_fixture_say(f, "không phải"), "Hay là bạn muốn hỏi:\n1. "));
	assert_true(f->turn.unresolved);
	assert_int_equal(f->turn.reason, QUESTION_REFUSED);
	assert_int_equal(f->turn.outcome, OUTCOME_CHOICES);
	assert_non_null(strstr(turn_fixture_say(f, "không phải"), "Bạn viết lại rõ hơn"));
	assert_int_equal(f->turn.outcome, OUTCOME_UNRESOLVED);
}

static enum err turn_guard_again(struct turn *t, const char *text)
{
	t->reply.text = text;
	return turn_guard(t);
}

static void reply_with_a_foreign_number_is_stopped(void **state)
{
	struct turn_fixture *f = *state;
	const char *text = fresh(f, "#tt:9.000001:fee");
	struct turn *t = &f->turn;

	assert_int_equal(turn_guard_again(t, text), OK);
	assert_false(t->unresolved);
	assert_int_equal(turn_guard_again(t, "Dạ, lệ phí là 15.000 đồng."), OK);
	assert_true(t->unresolved);
	assert_int_equal(t->reason, QUESTION_GUARD);
	assert_int_equal(t->outcome, OUTCOME_UNRESOLVED);
	assert_null(strstr(t->reply.text, "15.000"));
	assert_non_null(strstr(t->reply.text, "không dám nói bừa"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_question_has_its_own_ending),
		cmocka_unit_test(emergency_numbers_come_first),
		cmocka_unit_test(first_contact_is_told_once_what_this_is),
		cmocka_unit_test(events_that_say_nothing_get_no_reply),
		cmocka_unit_test(pictures_and_stickers_get_a_hint),
		cmocka_unit_test(typed_payload_works_like_a_tapped_one),
		cmocka_unit_test(unknown_payload_counts_as_what_stood_on_the_button),
		cmocka_unit_test(odd_payloads_do_no_harm),
		cmocka_unit_test(code_in_the_message_names_the_record),
		cmocka_unit_test(facet_of_nothing_asks_of_what_and_remembers),
		cmocka_unit_test(number_beyond_the_menu_asks_again),
		cmocka_unit_test(refusal_offers_the_next_best_then_a_person),
		cmocka_unit_test(reply_with_a_foreign_number_is_stopped),
	};

	return cmocka_run_group_tests(tests, turn_fixture_up, turn_fixture_down);
}
