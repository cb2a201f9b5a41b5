/* What a citizen reads, word for word, over the knowledge of tests/golden. */
#include "daemon/turn/conversation.h"
#include "tests/support/turn_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SOURCE                                                                                                                     \
	"Mã thủ tục: 9.000001 · Quyết định 77/QĐ-UBND · hiệu lực từ 01/07/2026 · Nguồn: Cổng Dịch vụ " \
	"công quốc gia · dữ liệu ngày 03/07/2026"

static const char *tap(struct turn_fixture *f, const char *payload)
{
	turn_fixture_forget(f);
	return turn_fixture_event(
		f, &(struct event){.kind = EVENT_PAYLOAD, .channel = "zalo", .payload = payload});
}

static void card_shows_a_procedure_at_one_glance(void **state)
{
	struct turn_fixture *f = *state;

	assert_string_equal(tap(f, "#tt:9.000001"),
		"Dạ, đây là thông tin về “Nuôi chim bồ câu”.\n"
		"(Tên đầy đủ: Đăng ký nuôi chim bồ câu)\n\n"
		"💰 Phí, lệ phí: trực tuyến 10.000 đồng; trực tiếp, bưu chính 20.000 đồng\n"
		"⏱ Thời hạn giải quyết: trực tuyến 3 ngày làm việc; trực tiếp, bưu chính 5 ngày làm việc\n"
		"📄 Giấy tờ: 3 loại (gõ “giấy tờ” để xem)\n"
		"📍 Nơi nộp: Ủy ban nhân dân cấp xã\n"
		"🌐 Trực tuyến: nộp được\n\n" SOURCE);
	assert_int_equal(f->turn.outcome, OUTCOME_ANSWER);
	assert_int_equal(f->turn.facet, FACET_NONE);
	assert_false(f->turn.unresolved);
	assert_int_equal(f->turn.reply.button_count, 4);
	assert_string_equal(f->turn.reply.buttons[0].value, "#tt:9.000001:documents");
	assert_int_equal(f->turn.reply.buttons[1].kind, BUTTON_URL);
	assert_string_equal(f->turn.reply.buttons[3].value, "#no");
}

static void fees_of_different_ways_stand_side_by_side(void **state)
{
	assert_string_equal(tap(*state, "#tt:9.000001:fee"),
		"Dạ, phí, lệ phí của “Nuôi chim bồ câu” tùy cách nộp:\n"
		"- Nộp trực tuyến: 10.000 đồng\n"
		"- Nộp trực tiếp, bưu chính: 20.000 đồng\n\n" SOURCE);
}

static void documents_come_first_and_remarks_last(void **state)
{
	assert_string_equal(tap(*state, "#tt:9.000001:documents"),
		"Dạ, “Nuôi chim bồ câu” cần các giấy tờ sau:\n"
		"- Tờ khai nuôi chim (mẫu số 07) (1 bản chính)\n"
		"- Giấy tờ về nhà ở (2 bản sao)\n"
		"- Trường hợp nuôi trên 50 con: bản vẽ chuồng (1 bản chính)\n"
		"- Người nộp mang theo căn cước để đối chiếu\n\n" SOURCE);
}

static void documents_are_grouped_by_case(void **state)
{
	assert_non_null(strstr(tap(*state, "#tt:9.000003:documents"), "▸ Nuôi dưới 20 đàn\n"
								      "- Đơn đề nghị (1 bản chính)\n"
								      "▸ Nuôi từ 20 đàn\n"
								      "- Đơn đề nghị (1 bản chính)\n"
								      "- Hợp đồng thuê đất (1 bản sao)\n"));
}

static void free_is_said_in_the_portals_name(void **state)
{
	assert_non_null(strstr(tap(*state, "#tt:9.000002:fee"),
		"Dạ, phí, lệ phí của “Làm lại giấy nuôi ong”: miễn phí (theo Cổng Dịch vụ công quốc gia)."));
}

static void unclear_fee_is_no_amount_and_goes_to_the_office(void **state)
{
	struct turn_fixture *f = *state;

	assert_null(strstr(tap(f, "#tt:9.000003"), "30"));
	assert_null(strstr(tap(f, "#tt:9.000003:fee"), "30"));
	assert_true(f->turn.unresolved);
	assert_int_equal(f->turn.reason, QUESTION_MISSING_FACT);
}

static void fact_the_record_lacks_is_said_so_with_the_hotline(void **state)
{
	struct turn_fixture *f = *state;
	const char *text = tap(f, "#tt:9.000004:fee");

	assert_non_null(strstr(text,
		"Rất tiếc, dữ liệu công bố về “Cấp chứng chỉ đua thuyền thúng” không ghi phí, lệ "
		"phí."));
	assert_non_null(strstr(text, "1800 1096"));
	assert_true(f->turn.unresolved);
	assert_int_equal(f->turn.reason, QUESTION_MISSING_FACT);
	assert_int_equal(f->turn.outcome, OUTCOME_ANSWER);
}

static void unknown_fields_are_left_out_of_the_card(void **state)
{
	const char *text = tap(*state, "#tt:9.000004");

	assert_non_null(strstr(text, "📍"));
	assert_null(strstr(text, "💰"));
	assert_null(strstr(text, "⏱"));
	assert_null(strstr(text, "📄"));
	assert_null(strstr(text, "🌐"));
}

static void way_to_file_is_answered_with_yes_or_no(void **state)
{
	struct turn_fixture *f = *state;

	assert_non_null(strstr(tap(f, "#tt:9.000001:online"),
		"Dạ được ạ, “Nuôi chim bồ câu” có nhận nộp trực tuyến.\n"
		"Xem và nộp tại: https://dichvucong.gov.vn/thu-tuc-hanh-chinh/9000001\n"));
	assert_non_null(strstr(
		tap(f, "#tt:9.000002:online"), "không ghi nhận nộp trực tuyến. Các cách nộp: trực tiếp."));
	assert_non_null(strstr(tap(f, "#tt:9.000001:postal"), "có nhận nộp qua bưu chính."));
}

static void long_answers_come_in_pages_cut_between_lines(void **state)
{
	struct turn_fixture *f = *state;
	const char *text = tap(f, "#tt:9.000004:steps");

	assert_non_null(strstr(text, "(1/2 – gõ “xem tiếp”)"));
	assert_null(strstr(text, "Bước 7"));
	assert_string_equal(f->turn.reply.buttons[0].value, "#tt:9.000004:steps:2");
	text = tap(f, "#tt:9.000004:steps:2");
	assert_non_null(strstr(text, "Xem tiếp các bước thực hiện"));
	assert_non_null(strstr(text, "Bước 7"));
	assert_non_null(strstr(text, "(2/2 – hết)"));
	assert_null(strstr(text, "📍"));
	assert_false(f->turn.talk->more);
	assert_non_null(strstr(tap(f, "#tt:9.000004:steps:9"), "(2/2 – hết)"));
}

static void each_thing_asked_is_answered_in_turn(void **state)
{
	struct turn_fixture *f = *state;
	const char *text, *fee, *time;

	turn_fixture_forget(f);
	turn_fixture_say(f, "nuôi chim bồ câu");
	text = turn_fixture_say(f, "phí bao nhiêu, mấy ngày có");
	fee = strstr(text,
		"Dạ, phí, lệ phí của “Nuôi chim bồ câu” tùy cách nộp:\n- Nộp trực tuyến: 10.000 đồng\n");
	time = strstr(text, "Về thời hạn giải quyết:\n- Nộp trực tuyến: 3 ngày làm việc\n");
	assert_non_null(fee);
	assert_non_null(time);
	assert_true(fee < time);
	assert_int_equal(f->turn.facet, FACET_FEE);
}

static void replaced_procedure_says_so_and_leads_on(void **state)
{
	struct turn_fixture *f = *state;
	const char *text = tap(f, "#tt:9.000005");

	assert_non_null(strstr(text, "Dạ, “Đăng ký thả diều sáo” không còn áp dụng.\n"
				     "Hết hiệu lực từ 01/09/2026.\n"));
	assert_non_null(strstr(text, "Thay bằng: “Nuôi chim bồ câu”."));
	assert_string_equal(f->turn.reply.buttons[0].value, "#tt:9.000001");
}

static void announced_end_is_told(void **state)
{
	const char *text = tap(*state, "#tt:9.000006");

	assert_non_null(strstr(text, "💰 Phí, lệ phí: 5.000 đồng\n📍 Nơi nộp: cấp xã\n\n"));
	assert_non_null(strstr(text, "Lưu ý: nội dung này chỉ áp dụng đến trước ngày 01/01/2027."));
}

/* Its first line heads a list and says nothing by itself. */
static void list_of_places_is_named_as_one(void **state)
{
	assert_non_null(strstr(tap(*state, "#tt:9.000004"), "📍 Nơi nộp: nhiều nơi (gõ “nơi nộp” để xem)"));
	assert_non_null(strstr(tap(*state, "#tt:9.000004:place"), "Bến thuyền Lạch Cũ"));
}

static void place_that_is_not_published_is_said_by_level(void **state)
{
	struct turn_fixture *f = *state;

	assert_non_null(strstr(tap(f, "#tt:9.000006:place"), "“Cấp thẻ câu cá hồ làng” do cấp xã giải quyết. "
							     "Dữ liệu công bố chưa ghi địa chỉ nộp cụ thể."));
	assert_int_equal(f->turn.reason, QUESTION_MISSING_FACT);
}

static void hotline_office_guide_and_faq_answer_too(void **state)
{
	struct turn_fixture *f = *state;

	assert_string_equal(tap(f, "#tt:hotline:dvcqg"), "Tổng đài hỗ trợ Cổng Dịch vụ công quốc gia\n"
							 "☎ 1800 1096\n"
							 "Phạm vi: toàn quốc\n"
							 "🌐 https://dichvucong.gov.vn");
	assert_string_equal(tap(f, "#tt:office:mot-cua-thu"),
		"Bộ phận một cửa xã Thử\n"
		"☎ 0200 3000 123\n"
		"📍 Số 12 đường Làng, xã Thử\n"
		"🕒 7:30–11:30, 13:30–17:00, thứ 2 đến thứ 6\n"
		"Hiện ngoài giờ làm việc, mở lại lúc 7:30 thứ Hai, 23/11/2026.");
	assert_string_equal(tap(f, "#tt:faq:bo-cau-1"),
		"Nuôi bồ câu có phải tiêm phòng không?\nCó, mỗi năm 2 lần, do thú y xã tiêm.");
	assert_non_null(strstr(tap(f, "#tt:guide:vneid"), "Bước 2: Bấm đăng nhập, quét mã bằng ứng dụng."));
}

static void unknown_record_is_an_honest_dont_know(void **state)
{
	struct turn_fixture *f = *state;

	assert_non_null(strstr(tap(f, "#tt:9.999999"), "tôi chưa có câu trả lời chắc chắn"));
	assert_int_equal(f->turn.outcome, OUTCOME_UNRESOLVED);
	assert_int_equal(f->turn.reason, QUESTION_NO_MATCH);
	assert_string_equal(f->turn.reply.buttons[0].value, "#staff");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(card_shows_a_procedure_at_one_glance),
		cmocka_unit_test(fees_of_different_ways_stand_side_by_side),
		cmocka_unit_test(documents_come_first_and_remarks_last),
		cmocka_unit_test(documents_are_grouped_by_case),
		cmocka_unit_test(free_is_said_in_the_portals_name),
		cmocka_unit_test(unclear_fee_is_no_amount_and_goes_to_the_office),
		cmocka_unit_test(fact_the_record_lacks_is_said_so_with_the_hotline),
		cmocka_unit_test(unknown_fields_are_left_out_of_the_card),
		cmocka_unit_test(way_to_file_is_answered_with_yes_or_no),
		cmocka_unit_test(long_answers_come_in_pages_cut_between_lines),
		cmocka_unit_test(each_thing_asked_is_answered_in_turn),
		cmocka_unit_test(replaced_procedure_says_so_and_leads_on),
		cmocka_unit_test(announced_end_is_told),
		cmocka_unit_test(list_of_places_is_named_as_one),
		cmocka_unit_test(place_that_is_not_published_is_said_by_level),
		cmocka_unit_test(hotline_office_guide_and_faq_answer_too),
		cmocka_unit_test(unknown_record_is_an_honest_dont_know),
	};

	return cmocka_run_group_tests(tests, turn_fixture_up, turn_fixture_down);
}
