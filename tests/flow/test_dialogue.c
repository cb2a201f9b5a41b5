/* Dialogues over the knowledge of tests/golden. The fixture hands each turn the JSON the one before left, so that every line here also
 * proves that a restart in between is not noticed. */
#include "daemon/turn/conversation.h"
#include "tests/support/turn_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct line {
	const char *says;
	enum outcome outcome;
	const char *record; /* in hand afterwards; NULL: any */
	const char *reply;  /* holds this */
};

static void play(struct turn_fixture *f, const struct line *lines, size_t count)
{
	turn_fixture_forget(f);
	for (size_t i = 0; i < count; i++) {
		const char *reply = turn_fixture_say(f, lines[i].says), *record = f->turn.talk->record;

		if (f->turn.outcome != lines[i].outcome || !strstr(reply, lines[i].reply) ||
			(lines[i].record && (!record || strcmp(record, lines[i].record) != 0)))
			fail_msg("line %zu \"%s\": %s, %s: %s", i + 1, lines[i].says,
				outcome_word(f->turn.outcome), record ? record : "nothing in hand", reply);
	}
}
#define PLAY(f, lines) play(f, lines, sizeof(lines) / sizeof *(lines))

static void one_procedure_is_talked_about_to_the_end(void **state)
{
	static const struct line lines[] = {
		{"nuôi chim bồ câu", OUTCOME_ANSWER, "9.000001", "💰 Phí, lệ phí: trực tuyến 10.000 đồng"},
		{"còn phí?", OUTCOME_ANSWER, "9.000001", "- Nộp trực tiếp, bưu chính: 20.000 đồng"},
		{"thế làm online được không", OUTCOME_ANSWER, "9.000001", "Dạ được ạ"},
		{"cần giấy tờ gì", OUTCOME_ANSWER, "9.000001", "Tờ khai nuôi chim"},
		{"cảm ơn", OUTCOME_SMALLTALK, "9.000001", "không có gì"},
		{"nộp ở đâu", OUTCOME_ANSWER, "9.000001", "Ủy ban nhân dân cấp xã"},
		{"không phải", OUTCOME_CHOICES, NULL, "Hay là bạn muốn hỏi"},
		{"gặp cán bộ", OUTCOME_UNRESOLVED, NULL, "cán bộ"},
	};

	PLAY(*state, lines);
}

static void pages_follow_on_request(void **state)
{
	static const struct line lines[] = {
		{"chứng chỉ đua thuyền thúng", OUTCOME_ANSWER, "9.000004", "nhiều nơi (gõ “nơi nộp” để xem)"},
		{"các bước làm thế nào", OUTCOME_ANSWER, "9.000004", "(1/2 – gõ “xem tiếp”)"},
		{"xem tiếp", OUTCOME_ANSWER, "9.000004", "(2/2 – hết)"},
		{"xem tiếp", OUTCOME_SMALLTALK, "9.000004", "đã hết"},
	};

	PLAY(*state, lines);
}

static void number_and_words_choose_from_what_was_offered(void **state)
{
	static const struct line lines[] = {
		{"muốn nuôi ong lấy mật", OUTCOME_ANSWER, NULL, "nuôi ong"},
		{"không phải", OUTCOME_CHOICES, NULL, "1. "},
		{"1", OUTCOME_ANSWER, NULL, "Dạ, đây là thông tin về"},
		{"muốn nuôi ong lấy mật", OUTCOME_ANSWER, NULL, "nuôi ong"},
		{"không phải", OUTCOME_CHOICES, NULL, "Làm lại giấy nuôi ong"},
		{"cái làm lại ấy", OUTCOME_ANSWER, "9.000002", "Làm lại giấy nuôi ong"},
	};

	PLAY(*state, lines);
}

static void question_before_is_found_again(void **state)
{
	static const struct line lines[] = {
		{"nuôi chim bồ câu", OUTCOME_ANSWER, "9.000001", "Nuôi chim bồ câu"},
		{"chứng chỉ đua thuyền thúng", OUTCOME_ANSWER, "9.000004", "đua thuyền thúng"},
		{"quay lại cái bồ câu, phí bao nhiêu", OUTCOME_ANSWER, "9.000001", "10.000 đồng"},
	};

	PLAY(*state, lines);
}

static void what_was_asked_waits_for_the_choice(void **state)
{
	static const struct line lines[] = {
		{"bao nhiêu tiền", OUTCOME_CHOICES, NULL, "Bạn muốn hỏi phí, lệ phí cho thủ tục nào"},
		{"nuôi chim bồ câu", OUTCOME_ANSWER, "9.000001", "- Nộp trực tuyến: 10.000 đồng"},
	};

	PLAY(*state, lines);
}

/* Where a complaint, a broken lamp or a dossier was sent is what the next question is about. */
static void what_was_sent_elsewhere_is_asked_on(void **state)
{
	static const struct line complaint[] = {
		{"tôi muốn khiếu nại việc thu hồi đất", OUTCOME_CASE, NULL, "Khiếu nại"},
		{"nộp đơn ở đâu", OUTCOME_CASE, NULL, "Nơi nhận đơn"},
	};
	static const struct line lamp[] = {
		{"đèn đường trước nhà tôi hỏng cả tuần nay", OUTCOME_CASE, NULL, "Bạn xem lại giúp tôi"},
		{"bao giờ thì sửa xong", OUTCOME_CASE, NULL, "10 ngày làm việc"},
		{"gửi đi", OUTCOME_CASE, NULL, "Mã của bạn"},
		{"khi nào sửa", OUTCOME_CASE, NULL, "Bạn gõ mã đã nhận"},
		{"nuôi chim bồ câu", OUTCOME_ANSWER, "9.000001", "Phí, lệ phí"},
		{"bao lâu", OUTCOME_ANSWER, "9.000001", "ngày làm việc"},
	};

	static const struct line danger[] = {
		{"con hàng xóm bị bố đánh dã man", OUTCOME_EMERGENCY, NULL, "111"},
		{"giờ báo ai", OUTCOME_EMERGENCY, NULL, "113"},
		{"nuôi chim bồ câu", OUTCOME_ANSWER, "9.000001", "Phí, lệ phí"},
	};

	PLAY(*state, danger);
	PLAY(*state, complaint);
	PLAY(*state, lamp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_procedure_is_talked_about_to_the_end),
		cmocka_unit_test(pages_follow_on_request),
		cmocka_unit_test(number_and_words_choose_from_what_was_offered),
		cmocka_unit_test(question_before_is_found_again),
		cmocka_unit_test(what_was_asked_waits_for_the_choice),
		cmocka_unit_test(what_was_sent_elsewhere_is_asked_on),
	};

	return cmocka_run_group_tests(tests, turn_fixture_up, turn_fixture_down);
}
