/* Who waits is told once, inside the platform's window and only if they agreed, or is listed: with the whole daemon in memory. */
#include "daemon/base/clock.h"
#include "daemon/base/code.h"
#include "daemon/store/store_case.h"
#include "daemon/store/store_wait.h"
#include "tests/support/daemon.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW_MS 1795219200000
#define DAY_MS ((int64_t)24 * 3600 * 1000)

struct waits {
	struct daemon d;
	unsigned messages;
	char code[CODE_SIZE];
};

static int up(void **state)
{
	struct waits *w = calloc(1, sizeof *w);

	daemon_open(&w->d);
	w->d.config.timeout_ms = 400;
	w->d.config.unknown_wait_ms = 300;
	clock_set(NOW_MS);
	daemon_start(&w->d);
	*state = w;
	return 0;
}

static int down(void **state)
{
	struct waits *w = *state;

	daemon_close(&w->d);
	free(w);
	return 0;
}

static const char *last_said(struct waits *w)
{
	return w->d.platform.send_count ? platform_send(&w->d.platform, w->d.platform.send_count - 1)->body
					: "";
}

/* A citizen writes and is answered. */
static const char *say(struct waits *w, const char *user, const char *text)
{
	size_t sends = w->d.platform.send_count;
	char msg_id[32];

	snprintf(msg_id, sizeof msg_id, "m%u", ++w->messages);
	clock_advance(2000);
	assert_int_equal(daemon_zalo(&w->d, user, msg_id, text), 200);
	daemon_until_sent(&w->d, sends + 1);
	daemon_settle(&w->d);
	return last_said(w);
}

static void code_keep(struct waits *w, const char *said)
{
	const char *at = strstr(said, "Mã của bạn: ");
	bool alone;

	if (!at || !code_find(at + strlen("Mã của bạn: "), w->code, &alone))
		fail_msg("no code: %s", said);
}

/* A question nobody can answer is handed over. */
static void hands_over(struct waits *w, const char *user)
{
	assert_non_null(strstr(say(w, user, "qwrtp zxcvb"), "chưa có câu trả lời"));
	code_keep(w, say(w, user, "gặp cán bộ"));
}

static void sql(struct waits *w, const char *text)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(w->d.config.state_path, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, 5000);
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", text, sqlite3_errmsg(db));
	sqlite3_close(db);
}

struct answering {
	const char *record, *text;
	int64_t case_id;
};

static enum err answer_job(struct store_tx *tx, void *arg)
{
	const struct answering *a = arg;
	struct case_change change = {
		.id = a->case_id, .who = "lan", .answer = a->text, .now_ms = clock_now_ms()};

	return a->case_id ? store_case_answer(tx, &change)
			  : store_wait_answer(tx, 7, a->record, a->text, clock_now_ms(), NULL);
}

static void answered(struct waits *w, struct answering a)
{
	struct why why = {""};

	sql(w, "UPDATE question SET cluster = 7");
	if (store_edit(w->d.config.state_path, answer_job, &a, &why) != OK)
		fail_msg("%s", why.text);
}

static struct wait get(struct waits *w)
{
	struct wait one;

	arena_reset(&w->d.arena);
	assert_int_equal(store_wait_get(w->d.reader, &w->d.arena, w->code, &one), OK);
	return one;
}

struct reaching {
	struct waits *w;
	enum wait_state state;
};

static bool has_reached(void *arg)
{
	const struct reaching *r = arg;

	return get(r->w).state == r->state;
}

static void reaches(struct waits *w, enum wait_state state)
{
	if (!loop_until(w->d.loop, has_reached, &(struct reaching){w, state}))
		fail_msg("is %s and not %s", wait_state_word(get(w).state), wait_state_word(state));
}

static size_t sends(const struct waits *w)
{
	return w->d.platform.send_count;
}

/* Nothing more is said, although the daemon looks several times, and once more after a restart. */
static void stays_silent(struct waits *w)
{
	size_t before = sends(w);

	loop_for_ms(w->d.loop, 1200);
	assert_true(daemon_stop(&w->d));
	daemon_start(&w->d);
	loop_for_ms(w->d.loop, 1200);
	assert_int_equal(sends(w), before);
}

static void who_agreed_is_told_once_with_the_records_answer(void **state)
{
	struct waits *w = *state;
	size_t before;

	hands_over(w, "u1");
	assert_non_null(strstr(say(w, "u1", "có"), "tôi nhắn bạn ngay"));
	assert_true(get(w).consent);
	before = sends(w);
	answered(w, (struct answering){.record = "9.000001"});
	reaches(w, WAIT_TOLD);
	assert_int_equal(sends(w), before + 1);
	assert_non_null(strstr(last_said(w), w->code));
	assert_non_null(strstr(last_said(w), "bồ câu"));
	stays_silent(w);
	assert_int_equal(get(w).state, WAIT_TOLD);
	assert_non_null(strstr(say(w, "u1", "phí bao nhiêu"), "10.000 đồng")); /* it is in hand */
}

static void the_staffs_words_are_told_after_a_stop_in_between(void **state)
{
	struct waits *w = *state;
	size_t before;

	hands_over(w, "u1");
	say(w, "u1", "có nhắn tôi nhé");
	sql(w, "UPDATE wait SET consent_ms = 1"); /* however that was understood */
	assert_true(daemon_stop(&w->d));
	before = sends(w);
	answered(w, (struct answering){.text = "Việc này chưa cần giấy tờ gì."});
	assert_int_equal(sends(w), before);
	daemon_start(&w->d);
	reaches(w, WAIT_TOLD);
	assert_int_equal(sends(w), before + 1);
	assert_non_null(strstr(last_said(w), "Việc này chưa cần giấy tờ gì."));
	stays_silent(w);
}

static void who_did_not_agree_is_not_told_and_the_code_fetches_it(void **state)
{
	struct waits *w = *state;

	hands_over(w, "u1");
	assert_non_null(strstr(say(w, "u1", "không cần"), "sẽ không nhắn"));
	assert_non_null(strstr(say(w, "u1", w->code), "chưa có trả lời"));
	answered(w, (struct answering){.text = "Việc này chưa cần giấy tờ gì."});
	stays_silent(w);
	assert_int_equal(get(w).state, WAIT_READY);
	assert_non_null(strstr(say(w, "u2", w->code), "chưa cần giấy tờ gì")); /* whoever has the code */
	assert_int_equal(get(w).state, WAIT_READY);
	assert_non_null(strstr(say(w, "u1", w->code), "chưa cần giấy tờ gì"));
	assert_int_equal(get(w).state, WAIT_FETCHED);
}

static void a_closed_window_is_listed_and_the_code_still_works(void **state)
{
	struct waits *w = *state;

	hands_over(w, "u1");
	say(w, "u1", "có");
	clock_advance(2 * DAY_MS);
	answered(w, (struct answering){.text = "Việc này chưa cần giấy tờ gì."});
	reaches(w, WAIT_UNREACHABLE);
	assert_non_null(strstr(get(w).reason, "window"));
	stays_silent(w);
	assert_non_null(strstr(say(w, "u1", w->code), "chưa cần giấy tờ gì"));
	assert_int_equal(get(w).state, WAIT_FETCHED);
	stays_silent(w);
}

static void what_the_platform_refuses_is_listed(void **state)
{
	struct waits *w = *state;
	size_t before;

	hands_over(w, "u1");
	say(w, "u1", "có");
	before = sends(w);
	platform_send_answers(&w->d.platform, 200, "{\"error\":-213,\"message\":\"user not visible\"}");
	answered(w, (struct answering){.text = "Việc này chưa cần giấy tờ gì."});
	reaches(w, WAIT_UNREACHABLE);
	assert_int_equal(sends(w), before + 1);
	assert_true(strlen(get(w).reason) > 0);
	stays_silent(w);
	assert_non_null(strstr(say(w, "u1", w->code), "chưa cần giấy tờ gì"));
}

static void consent_taken_back_is_heeded(void **state)
{
	struct waits *w = *state;

	hands_over(w, "u1");
	say(w, "u1", "có");
	assert_non_null(strstr(say(w, "u1", "tôi rút đồng ý"), "rút đồng ý"));
	answered(w, (struct answering){.text = "Việc này chưa cần giấy tờ gì."});
	stays_silent(w);
	assert_int_equal(get(w).state, WAIT_READY);
}

static void what_is_erased_is_told_to_nobody(void **state)
{
	struct waits *w = *state;

	hands_over(w, "u1");
	say(w, "u1", "có");
	assert_non_null(strstr(say(w, "u1", "xóa dữ liệu của tôi"), "Đã xóa xong"));
	assert_int_equal(get(w).state, WAIT_WITHDRAWN);
	answered(w, (struct answering){.text = "Việc này chưa cần giấy tờ gì."});
	stays_silent(w);
	assert_non_null(strstr(say(w, "u1", w->code), "không còn dùng được"));
}

static void a_reflection_gets_its_code_its_deadline_and_its_answer(void **state)
{
	struct waits *w = *state;
	struct case_file one;

	assert_non_null(strstr(say(w, "u1", "tôi muốn phản ánh"), "Có chuyện gì"));
	assert_non_null(strstr(say(w, "u1", "đèn đường hỏng tối om"), "ở đâu"));
	assert_non_null(strstr(say(w, "u1", "đường Lê Lợi, trước số 12"), "từ khi nào"));
	assert_non_null(strstr(say(w, "u1", "ba hôm nay"), "Bạn xem lại"));
	code_keep(w, say(w, "u1", "gửi đi"));
	assert_non_null(strstr(
		last_said(w), "07/12/2026")); /* ten working days behind a Saturday, the 24th not counted */
	arena_reset(&w->d.arena);
	assert_int_equal(store_case_by_code(w->d.reader, &w->d.arena, w->code, &one), OK);
	assert_string_equal(one.what, "đèn đường hỏng tối om");
	assert_string_equal(one.place, "đường Lê Lợi, trước số 12");
	assert_string_equal(one.happened, "ba hôm nay");
	assert_string_equal(one.category, "infrastructure");
	assert_non_null(strstr(say(w, "u1", "có"), "tôi nhắn bạn ngay"));
	assert_non_null(strstr(say(w, "u1", w->code), "đã được tiếp nhận"));
	answered(w, (struct answering){.text = "Đội điện đã thay bóng.", .case_id = one.id});
	reaches(w, WAIT_TOLD);
	assert_non_null(strstr(last_said(w), "Đội điện đã thay bóng."));
	stays_silent(w);
}

int main(void)
{
#define WAITS_TEST(name) cmocka_unit_test_setup_teardown(name, up, down)
	const struct CMUnitTest tests[] = {
		WAITS_TEST(who_agreed_is_told_once_with_the_records_answer),
		WAITS_TEST(the_staffs_words_are_told_after_a_stop_in_between),
		WAITS_TEST(who_did_not_agree_is_not_told_and_the_code_fetches_it),
		WAITS_TEST(a_closed_window_is_listed_and_the_code_still_works),
		WAITS_TEST(what_the_platform_refuses_is_listed),
		WAITS_TEST(consent_taken_back_is_heeded),
		WAITS_TEST(what_is_erased_is_told_to_nobody),
		WAITS_TEST(a_reflection_gets_its_code_its_deadline_and_its_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
