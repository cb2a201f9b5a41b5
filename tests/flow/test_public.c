/* The pages anybody may read. */
#include "daemon/base/clock.h"
#include "daemon/public/public.h"
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

static char body[1 << 18];

static int up(void **state)
{
	struct daemon *d = calloc(1, sizeof *d);

	daemon_open(d);
	clock_set(NOW_MS);
	daemon_start(d);
	*state = d;
	return 0;
}

static int down(void **state)
{
	daemon_close(*state);
	free(*state);
	return 0;
}

static long get(struct daemon *d, const char *path)
{
	return daemon_get(d, path, body, sizeof body);
}

#define SHOWS(text)                                                                                          \
	do {                                                                                                 \
		if (!strstr(body, text))                                                                     \
			fail_msg("no %s: %s", text, body);                                                   \
	} while (0)

static void sql(struct daemon *d, const char *text)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(d->config.state_path, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, 5000);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

struct filing {
	const char *code, *answer, *subject;
	bool publish;
};

static enum err file_job(struct store_tx *tx, void *arg)
{
	const struct filing *f = arg;
	int64_t id;
	struct case_file one = {.code = f->code,
		.citizen = {"zalo", DAEMON_OA, "1234567890"},
		.category = "infrastructure",
		.what = "đèn trước nhà bà Tư hỏng",
		.place = "ngõ 5",
		.received_ms = NOW_MS,
		.due = "2026-12-07"};
	enum err err = store_case_add(tx, &one, &id);
	struct case_change change = {.id = id,
		.who = "lan",
		.now_ms = NOW_MS + 86400000,
		.answer = f->answer,
		.subject = f->subject,
		.publish = f->publish};

	return err || !f->answer ? err : store_case_answer(tx, &change);
}

static void file(struct daemon *d, struct filing f)
{
	assert_int_equal(store_edit(d->config.state_path, file_job, &f, NULL), OK);
}

static enum err wait_job(struct store_tx *tx, void *arg)
{
	return store_wait_add(tx, &(struct wait){.code = arg,
					  .question = 1,
					  .citizen = {"zalo", DAEMON_OA, "1"},
					  .created_ms = NOW_MS});
}

static enum err question_job(struct store_tx *tx, void *arg)
{
	int64_t id;

	(void)arg;
	return store_question_add(tx,
		&(struct unresolved){.channel = "zalo",
			.account = DAEMON_OA,
			.text = "x",
			.reason = QUESTION_NO_MATCH,
			.created_ms = NOW_MS},
		&id);
}

static void a_case_is_shown_by_its_code_without_what_was_told(void **state)
{
	struct daemon *d = *state;

	file(d, (struct filing){.code = "AC34XK79"});
	assert_int_equal(get(d, "/cases/AC34XK79"), 200);
	SHOWS("đang chờ cán bộ xem");
	SHOWS("Hạn trả lời: 07/12/2026");
	assert_null(strstr(body, "bà Tư"));
	assert_null(strstr(body, "ngõ 5"));
	assert_null(strstr(body, "1234567890"));
	SHOWS("noindex");
	assert_null(strstr(body, "<script"));
	assert_int_equal(get(d, "/cases?code=ac34-xk79"), 200);
	SHOWS("AC34XK79");
	file(d, (struct filing){.code = "CC34XK79", .answer = "Đã thay <b>bóng</b>."});
	assert_int_equal(get(d, "/cases/CC34XK79"), 200);
	SHOWS("Đã thay &lt;b&gt;bóng&lt;/b&gt;.");
	SHOWS("Trả lời ngày 22/11/2026");
}

static void a_question_is_shown_by_its_code(void **state)
{
	struct daemon *d = *state;
	char code[] = "K7M4XR";

	assert_int_equal(store_edit(d->config.state_path, question_job, NULL, NULL), OK);
	assert_int_equal(store_edit(d->config.state_path, wait_job, code, NULL), OK);
	assert_int_equal(get(d, "/cases/k7m4xr"), 200);
	SHOWS("chưa có trả lời");
}

static enum err answer_job(struct store_tx *tx, void *arg)
{
	return store_wait_answer(tx, 7, arg, NULL, NOW_MS, NULL);
}

static void a_records_answer_is_on_the_page(void **state)
{
	struct daemon *d = *state;
	char code[] = "K7M4XR", record[] = "9.000001";

	assert_int_equal(store_edit(d->config.state_path, question_job, NULL, NULL), OK);
	assert_int_equal(store_edit(d->config.state_path, wait_job, code, NULL), OK);
	sql(d, "UPDATE question SET cluster = 7");
	assert_int_equal(store_edit(d->config.state_path, answer_job, record, NULL), OK);
	assert_int_equal(get(d, "/cases/K7M4XR"), 200);
	SHOWS("bồ câu");
	SHOWS("10.000 đồng");
}

static void who_tries_codes_has_to_wait(void **state)
{
	struct daemon *d = *state;

	file(d, (struct filing){.code = "AC34XK79"});
	for (int i = 0; i < CODE_FAILURES; i++)
		assert_int_equal(get(d, i % 2 ? "/cases/AC34XK77" : "/cases?code=xyz"), 404);
	SHOWS("Không thấy mã này");
	assert_int_equal(get(d, "/cases/AC34XK79"), 429);
	assert_null(strstr(body, "đang chờ"));
	clock_advance(CODE_WINDOW_MS);
	assert_int_equal(get(d, "/cases/AC34XK79"), 200);
}

static void published_answers_are_found_with_and_without_marks(void **state)
{
	struct daemon *d = *state;

	file(d, (struct filing){"AC34XK79", "Đội điện đã thay bóng.", "Đèn đường Lê Lợi", true});
	file(d, (struct filing){"CC34XK79", "Đã dọn xong bãi rác.", "Rác ở chợ", true});
	file(d, (struct filing){"DC34XK79", "Chuyện riêng đã giải thích.", "Riêng", false});
	assert_int_equal(get(d, "/answers"), 200);
	SHOWS("Đèn đường Lê Lợi");
	SHOWS("Rác ở chợ");
	assert_null(strstr(body, "Chuyện riêng"));
	assert_null(strstr(body, "bà Tư"));
	assert_null(strstr(body, "AC34XK79"));
	assert_int_equal(get(d, "/answers?q=den+duong"), 200);
	SHOWS("Đèn đường Lê Lợi");
	assert_null(strstr(body, "Rác ở chợ"));
	assert_int_equal(get(d, "/answers?q=%22%3E%3Cscript%3E"), 200);
	assert_null(strstr(body, "<script"));
	assert_int_equal(get(d, "/answers?page=2"), 200);
	SHOWS("Chưa có mục nào");
	assert_int_equal(get(d, "/answers?page=x&q=%ff"), 200);
}

static void pages_follow_one_another(void **state)
{
	struct daemon *d = *state;
	char code[] = "AC34XK79";
	static const char digits[] = "34679";

	for (int i = 0; i < 25; i++) {
		code[2] = digits[i / 5];
		code[3] = digits[i % 5];
		file(d, (struct filing){code, "Đã xong.", "Việc", true});
	}
	assert_int_equal(get(d, "/answers"), 200);
	SHOWS("/answers?page=2&amp;q=");
	assert_int_equal(get(d, "/answers?page=2"), 200);
	SHOWS("/answers?page=1&amp;q=");
	assert_null(strstr(body, "page=3"));
}

static void only_these_pages_are_there(void **state)
{
	struct daemon *d = *state;

	assert_int_equal(get(d, "/cases"), 200);
	SHOWS("<form");
	assert_int_equal(get(d, "/cases/"), 200);
	assert_int_equal(get(d, "/public.css"), 200);
	assert_int_equal(get(d, "/casesx"), 404);
}

int main(void)
{
#define PUBLIC_TEST(name) cmocka_unit_test_setup_teardown(name, up, down)
	const struct CMUnitTest tests[] = {
		PUBLIC_TEST(a_case_is_shown_by_its_code_without_what_was_told),
		PUBLIC_TEST(a_question_is_shown_by_its_code),
		PUBLIC_TEST(a_records_answer_is_on_the_page),
		PUBLIC_TEST(who_tries_codes_has_to_wait),
		PUBLIC_TEST(published_answers_are_found_with_and_without_marks),
		PUBLIC_TEST(pages_follow_one_another),
		PUBLIC_TEST(only_these_pages_are_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
