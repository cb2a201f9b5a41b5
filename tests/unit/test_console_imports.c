/* Tables through the console: in pieces, tried, taken over; and what goes wrong on the way. */
#include "daemon/base/clock.h"
#include "daemon/store/store_import.h"
#include "tests/support/console_fixture.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char good[] =
	"{\"code\":\"9.100001\",\"name\":\"Đăng ký nuôi cá\",\"field\":\"Thủy sản\",\"level\":[\"xã\"]}\n"
	"{\"code\":\"9.000001\",\"name\":\"Đăng ký nuôi chim bồ câu\",\"field\":\"Chăn "
	"nuôi\",\"level\":[\"tỉnh\"]}\n";
static const char bad[] = "{\"code\":\"9.100001\",\"name\":\"Đăng ký nuôi cá\",\"level\":[\"xã\"]}\n"
			  "{\"code\":\"9.100002\"}\n";

static void must(struct console_fixture *f, int status, int expected)
{
	if (status != expected)
		fail_msg("%d: %s", status, buf_text(&f->answer.body));
}

static const char *upload(struct console_fixture *f, const char *text)
{
	static char id[64];
	char body[100], path[100];
	size_t len = strlen(text), half = len / 2;

	snprintf(body, sizeof body, "{\"name\":\"Bảng thủ tục.jsonl\",\"size\":%zu}", len);
	must(f, console_call(f, "POST", "uploads", body), 201);
	snprintf(id, sizeof id, "%s", console_text(f, "upload"));
	snprintf(path, sizeof path, "uploads/%s?offset=0", id);
	must(f, console_send(f, "PUT", path, text, half), 200);
	must(f, console_send(f, "PUT", path, text, half), 200); /* the answer was lost: sent again */
	snprintf(path, sizeof path, "uploads/%s?offset=%zu", id, half);
	must(f, console_send(f, "PUT", path, text + half, len - half), 200);
	assert_int_equal(console_number(f, "size"), len);
	return id;
}

static int begin(struct console_fixture *f, const char *id, const char *more)
{
	char body[300];

	snprintf(body, sizeof body, "{\"upload\":\"%s\"%s}", id, more);
	return console_call(f, "POST", "imports", body);
}

/* Begins it, runs it, asks for it; its number. */
static int import(struct console_fixture *f, const char *id, const char *more)
{
	char path[64];
	int number;

	must(f, begin(f, id, more), 202);
	assert_true(f->answer.background);
	number = (int)console_number(f, "import");
	console_background(f->console);
	snprintf(path, sizeof path, "imports/%d", number);
	must(f, console_call(f, "GET", path, NULL), 200);
	assert_int_equal(console_number(f, "progress"), 1);
	return number;
}

static void rows(struct console_fixture *f, int number, const char *what)
{
	char path[64];

	snprintf(path, sizeof path, "imports/%d/rows?what=%s", number, what);
	must(f, console_call(f, "GET", path, NULL), 200);
}

static size_t files(struct console_fixture *f, const char *ending)
{
	DIR *folder = opendir(f->uploads_dir);
	struct dirent *entry;
	size_t count = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder)))
		count += strstr(entry->d_name, ending) != NULL;
	closedir(folder);
	return count;
}

static void dry_run_shows_each_row_and_keeps_nothing(void **state)
{
	struct console_fixture *f = *state;
	int number;

	console_as(f, "lan", "editor");
	number = import(f, upload(f, good), ",\"dry_run\":true,\"as\":\"publish\"");
	assert_string_equal(console_text(f, "state"), "done");
	assert_string_equal(console_text(f, "mode"), "dry");
	assert_string_equal(console_text(f, "file"), "Bảng thủ tục.jsonl");
	assert_int_equal(console_number(f, "counts.rows"), 2);
	assert_int_equal(console_number(f, "counts.added"), 1);
	must(f, console_call(f, "GET", "records/9.100001", NULL), 404);
	must(f, console_call(f, "GET", "home", NULL), 200);
	assert_int_equal(console_number(f, "last_import.import"), number);
	assert_int_equal(files(f, ".upload"), 1); /* still there for the real one */
}

static void refused_rows_are_told_with_place_and_reason(void **state)
{
	struct console_fixture *f = *state;
	int number;

	console_as(f, "lan", "editor");
	number = import(f, upload(f, bad), ",\"dry_run\":true,\"as\":\"publish\"");
	assert_string_equal(console_text(f, "state"), "refused");
	assert_int_equal(console_number(f, "counts.refused"), 1);
	rows(f, number, "refused");
	assert_int_equal(console_number(f, "total"), 1);
	assert_int_equal(console_number(f, "items.0.row"), 2);
	assert_string_equal(console_text(f, "items.0.member"), "name");
	assert_true(*console_text(f, "items.0.reason"));
	must(f, console_call(f, "GET", "records/9.100001", NULL), 404);
	rows(f, number, "changed");
	assert_int_equal(console_number(f, "total"), 0);
}

static void import_of_one_person_who_may_publish_is_in_force(void **state)
{
	struct console_fixture *f = *state;
	int number;

	f->options.two_persons = false;
	console_fixture_reopen(f);
	console_as(f, "lan", "editor,approver,admin");
	number = import(f, upload(f, good), ",\"as\":\"publish\"");
	assert_string_equal(console_text(f, "state"), "done");
	must(f, console_call(f, "GET", "records/9.100001", NULL), 200);
	assert_string_equal(console_text(f, "version.author"), "lan");
	assert_int_equal(files(f, ".upload"), 0);
	must(f, console_call(f, "GET", "audit?what=import", NULL), 200);
	assert_int_equal(console_number(f, "total"), 2);
	assert_string_equal(console_text(f, "items.0.what"), "import.end");
	must(f, console_call(f, "GET", "imports", NULL), 200);
	assert_int_equal(console_number(f, "items.0.import"), number);
}

static void publishing_at_once_needs_an_approver_and_one_person_rule(void **state)
{
	struct console_fixture *f = *state;
	const char *id;

	console_as(f, "lan", "editor");
	id = upload(f, good);
	must(f, begin(f, id, ",\"as\":\"publish\""), 403);
	console_as(f, "hoa", "editor,approver");
	id = upload(f, good);
	must(f, begin(f, id, ",\"as\":\"publish\""), 409);
	assert_string_equal(console_text(f, "error.code"), "import_two_persons");
	must(f, begin(f, id, ",\"as\":\"king\""), 400);
}

static void upload_is_its_owners_alone_and_must_be_whole(void **state)
{
	struct console_fixture *f = *state;
	char id[64], path[100];

	console_as(f, "lan", "editor");
	must(f, console_call(f, "POST", "uploads", "{\"name\":\"a.csv\",\"size\":10}"), 201);
	snprintf(id, sizeof id, "%s", console_text(f, "upload"));
	snprintf(path, sizeof path, "uploads/%s?offset=5", id);
	must(f, console_send(f, "PUT", path, "xxxxx", 5), 400); /* a hole */
	snprintf(path, sizeof path, "uploads/%s?offset=0", id);
	must(f, console_send(f, "PUT", path, "0123456789x", 11), 400);
	must(f, console_send(f, "PUT", path, "01234", 5), 200);
	must(f, begin(f, id, ""), 409);
	assert_string_equal(console_text(f, "error.code"), "upload_part");
	console_as(f, "hoa", "editor");
	must(f, console_send(f, "PUT", path, "01234", 5), 404);
	must(f, begin(f, id, ""), 404);
	must(f, begin(f, "../../etc/passwd", ""), 404);
	must(f, console_call(f, "POST", "uploads", "{\"name\":\"a\",\"size\":0}"), 400);
	must(f, console_call(f, "POST", "uploads", "{\"name\":\"a\",\"size\":104857600}"), 413);
}

static void too_many_uploads_wait_until_old_ones_are_forgotten(void **state)
{
	struct console_fixture *f = *state;

	console_as(f, "lan", "editor");
	for (int i = 0; i < 8; i++)
		must(f, console_call(f, "POST", "uploads", "{\"name\":\"a\",\"size\":9}"), 201);
	must(f, console_call(f, "POST", "uploads", "{\"name\":\"a\",\"size\":9}"), 503);
	clock_advance((int64_t)3601 * 1000);
	assert_int_equal(console_sign_in(f, "lan", CONSOLE_PASSWORD), 200);
	must(f, console_call(f, "POST", "uploads", "{\"name\":\"a\",\"size\":9}"), 201);
}

static void second_import_waits_for_the_first(void **state)
{
	struct console_fixture *f = *state;
	char first[64];

	console_as(f, "lan", "editor");
	snprintf(first, sizeof first, "%s", upload(f, good));
	must(f, begin(f, first, ",\"dry_run\":true,\"as\":\"publish\""), 202);
	must(f, begin(f, upload(f, good), ",\"dry_run\":true,\"as\":\"publish\""), 409);
	assert_string_equal(console_text(f, "error.code"), "import_busy");
	must(f, console_call(f, "GET", "imports/1", NULL), 200);
	assert_string_equal(console_text(f, "state"), "running");
	console_background(f->console);
	import(f, first, ",\"dry_run\":true,\"as\":\"publish\"");
}

static void import_cut_short_is_told_and_did_nothing(void **state)
{
	struct console_fixture *f = *state;

	f->options.two_persons = false;
	console_fixture_reopen(f);
	console_as(f, "lan", "editor,approver");
	must(f, begin(f, upload(f, good), ",\"as\":\"publish\""), 202);
	console_fixture_reopen(f); /* before it ran */
	must(f, console_call(f, "GET", "imports/1", NULL), 200);
	assert_string_equal(console_text(f, "state"), "failed");
	assert_non_null(strstr(console_text(f, "error"), "bị ngắt"));
	must(f, console_call(f, "GET", "records/9.100001", NULL), 404);
	assert_int_equal(files(f, ".upload"), 0);
	import(f, upload(f, good), ",\"as\":\"publish\"");
	must(f, console_call(f, "GET", "records/9.100001", NULL), 200);
}

static void file_that_is_no_table_is_refused_with_a_reason(void **state)
{
	struct console_fixture *f = *state;
	static const char *const contents[] = {
		"\x89PNG\r\n\x1a\n....", "{\"code\":", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1........"};

	console_as(f, "lan", "editor");
	for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
		int number = import(f, upload(f, contents[i]), ",\"dry_run\":true,\"as\":\"publish\"");

		assert_string_equal(console_text(f, "state"), "refused");
		if (console_number(f, "counts.refused") == 0) {
			assert_true(*console_text(f, "error"));
			continue;
		}
		rows(f, number, "refused");
		assert_true(*console_text(f, "items.0.reason"));
	}
}

static void export_is_a_download(void **state)
{
	struct console_fixture *f = *state;

	console_as(f, "lan", "reform");
	assert_int_equal(console_call(f, "GET", "export?format=jsonl&kind=procedure", NULL), 200);
	assert_string_equal(f->answer.type, "application/x-ndjson");
	assert_string_equal(console_answer_header(f, "Content-Disposition"),
		"attachment; filename=\"motcua-procedure-2026-11-21.jsonl\"");
	assert_non_null(strstr(buf_text(&f->answer.body), "9.000001"));
	assert_null(strstr(buf_text(&f->answer.body), "hotline:dvcqg"));
	must(f, console_call(f, "GET", "export?format=exe", NULL), 400);
	must(f, console_call(f, "GET", "export?format=jsonl&kind=../x", NULL), 400);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, console_fixture_up, console_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(dry_run_shows_each_row_and_keeps_nothing),
		TEST(refused_rows_are_told_with_place_and_reason),
		TEST(import_of_one_person_who_may_publish_is_in_force),
		TEST(publishing_at_once_needs_an_approver_and_one_person_rule),
		TEST(upload_is_its_owners_alone_and_must_be_whole),
		TEST(too_many_uploads_wait_until_old_ones_are_forgotten),
		TEST(second_import_waits_for_the_first),
		TEST(import_cut_short_is_told_and_did_nothing),
		TEST(file_that_is_no_table_is_refused_with_a_reason),
		TEST(export_is_a_download),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
