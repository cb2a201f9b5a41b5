/* Tables through the console: in pieces, tried, taken over; and what goes wrong on the way. */
#include "daemon/base/clock.h"
#include "daemon/store/store_import.h"
#include "knowledge/import.h"
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
	number = import(f, upload(f, good), ",\"dry_run\":true");
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
	number = import(f, upload(f, bad), ",\"dry_run\":true");
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

static void import_of_drafts_waits_for_a_colleague(void **state)
{
	struct console_fixture *f = *state;
	char body[64];

	console_as(f, "lan", "editor");
	import(f, upload(f, good), "");
	assert_string_equal(console_text(f, "state"), "done");
	assert_string_equal(console_text(f, "mode"), "draft");
	must(f, console_call(f, "GET", "records/9.100001", NULL), 200);
	assert_true(cJSON_IsNull(console_at(f, "version")));
	assert_true(console_number(f, "draft.version") > 0);
	must(f, console_call(f, "GET", "review", NULL), 200);
	assert_int_equal(console_number(f, "total"), 2);
	snprintf(body, sizeof body, "{\"versions\":[%d,%d]}", (int)console_number(f, "items.0.version"),
		(int)console_number(f, "items.1.version"));
	console_as(f, "hoa", "approver");
	must(f, console_call(f, "POST", "review/approve", body), 200);
	assert_string_equal(console_text(f, "items.1.state"), "published");
	must(f, console_call(f, "GET", "records/9.100001", NULL), 200);
	assert_string_equal(console_text(f, "record.name"), "Đăng ký nuôi cá");
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

static void a_ninth_upload_takes_the_place_of_ones_own_oldest_and_of_nobody_elses(void **state)
{
	struct console_fixture *f = *state;
	char first[64], path[100];

	console_as(f, "lan", "editor");
	for (int i = 0; i < 9; i++) {
		must(f, console_call(f, "POST", "uploads", "{\"name\":\"a\",\"size\":9}"), 201);
		if (i == 0)
			snprintf(first, sizeof first, "%s", console_text(f, "upload"));
		clock_advance(1);
	}
	snprintf(path, sizeof path, "uploads/%s?offset=0", first);
	must(f, console_send(f, "PUT", path, "x", 1), 404);
	console_as(f, "hoa", "editor");
	must(f, console_call(f, "POST", "uploads", "{\"name\":\"a\",\"size\":9}"), 503);
	clock_advance((int64_t)3601 * 1000);
	assert_int_equal(console_sign_in(f, "hoa", CONSOLE_PASSWORD), 200);
	must(f, console_call(f, "POST", "uploads", "{\"name\":\"a\",\"size\":9}"), 201);
}

static void second_import_waits_for_the_first(void **state)
{
	struct console_fixture *f = *state;
	char first[64];

	console_as(f, "lan", "editor");
	snprintf(first, sizeof first, "%s", upload(f, good));
	must(f, begin(f, first, ",\"dry_run\":true"), 202);
	must(f, begin(f, upload(f, good), ",\"dry_run\":true"), 409);
	assert_string_equal(console_text(f, "error.code"), "import_busy");
	must(f, console_call(f, "GET", "imports/1", NULL), 200);
	assert_string_equal(console_text(f, "state"), "running");
	console_background(f->console);
	import(f, first, ",\"dry_run\":true");
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

static void import_killed_after_its_commit_is_told_as_done(void **state)
{
	struct console_fixture *f = *state;
	const char *path = "tests/golden/knowledge.jsonl";
	struct import_options o = {.database = f->knowledge_path,
		.author = "lan",
		.now_ms = CONSOLE_NOW_MS,
		.deed = {"import.end", "Bảng thủ tục.jsonl", 1}};
	struct import_counts counts;
	struct why why = {""};

	console_as(f, "lan", "editor,admin");
	must(f, begin(f, upload(f, good), ""), 202);
	assert_int_equal(console_number(f, "import"), 1);
	assert_int_equal(
		import_files(&o, &path, 1, &counts, &why), OK); /* all that its thread did before the kill */
	console_fixture_reopen(f);
	must(f, console_call(f, "GET", "imports/1", NULL), 200);
	assert_string_equal(console_text(f, "state"), "done");
	assert_int_equal(console_number(f, "counts.unchanged"), counts.unchanged);
	assert_string_equal(console_text(f, "error"), "");
	must(f, console_call(f, "GET", "audit?what=import.end", NULL), 200);
	assert_int_equal(console_number(f, "total"), 1);
	assert_string_equal(console_text(f, "items.0.who"), "lan");
}

static void import_that_is_stopped_keeps_nothing(void **state)
{
	struct console_fixture *f = *state;
	const _Atomic bool stop = true;
	const char *path = "tests/golden/knowledge.jsonl";
	char database[160];
	struct import_options o = {
		.database = database, .author = "lan", .now_ms = CONSOLE_NOW_MS, .stop = &stop};
	struct import_counts counts;
	struct why why = {""};

	snprintf(database, sizeof database, "%s/fresh.db", f->folder);
	assert_int_equal(import_files(&o, &path, 1, &counts, &why), ERR_CANCELED);
	o.stop = NULL;
	assert_int_equal(import_files(&o, &path, 1, &counts, &why), OK);
	assert_int_equal(counts.unchanged, 0);
}

static void file_that_is_no_table_is_refused_with_a_reason(void **state)
{
	struct console_fixture *f = *state;
	static const char *const contents[] = {
		"\x89PNG\r\n\x1a\n....", "{\"code\":", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1........"};

	console_as(f, "lan", "editor");
	for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
		int number = import(f, upload(f, contents[i]), ",\"dry_run\":true");

		assert_string_equal(console_text(f, "state"), "refused");
		if (console_number(f, "counts.refused") == 0) {
			assert_true(*console_text(f, "error"));
			continue;
		}
		rows(f, number, "refused");
		assert_true(*console_text(f, "items.0.reason"));
	}
}

static void columns_of_a_table_are_matched_and_what_was_said_is_remembered(void **state)
{
	struct console_fixture *f = *state;
	static const char table[] = "Mã thủ tục,Tên thủ tục,Phí nộp\n9.100001,Đăng ký nuôi cá,5.000 đồng\n";
	char id[64], path[100];

	console_as(f, "lan", "editor");
	snprintf(id, sizeof id, "%s", upload(f, table));
	snprintf(path, sizeof path, "uploads/%s/columns", id);
	must(f, console_call(f, "GET", path, NULL), 200);
	assert_string_equal(console_text(f, "format"), "csv");
	assert_string_equal(console_text(f, "columns.0.member"), "code");
	assert_string_equal(console_text(f, "columns.1.member"), "name");
	assert_string_equal(console_text(f, "columns.1.samples.0"), "Đăng ký nuôi cá");
	assert_string_not_equal(console_text(f, "columns.2.member"), "field");
	assert_true(cJSON_GetArraySize(console_at(f, "members")) > 10);
	import(f, id, ",\"dry_run\":true,\"mapping\":{\"Phí nộp\":\"field\"}");
	assert_string_equal(console_text(f, "state"), "done");
	must(f, console_call(f, "GET", path, NULL), 200);
	assert_string_equal(console_text(f, "columns.2.member"), "field");
	must(f, console_call(f, "GET", "uploads/nothing/columns", NULL), 404);
	snprintf(path, sizeof path, "uploads/%s/columns",
		upload(f, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1........"));
	must(f, console_call(f, "GET", path, NULL), 400);
	assert_string_equal(console_text(f, "error.code"), "table");
	must(f, begin(f, id, ",\"mapping\":[]"), 400);
	must(f, begin(f, id, ",\"mapping\":{\"a\":1}"), 400);
}

static void refused_cells_are_mended_in_the_page_and_taken_over_so(void **state)
{
	struct console_fixture *f = *state;
	static const char table[] =
		"Mã thủ tục,Tên thủ tục,Phí trực tiếp\n9.100001,Đăng ký nuôi cá,5\n,Không mã,Miễn phí\n";
	char id[64];
	int number;

	console_as(f, "lan", "editor,admin");
	snprintf(id, sizeof id, "%s", upload(f, table));
	number = import(f, id, ",\"dry_run\":true");
	rows(f, number, "refused");
	assert_int_equal(console_number(f, "total"), 2);
	assert_string_equal(console_text(f, "items.0.column"), "C");
	assert_string_equal(console_text(f, "items.0.cells.2.column"), "C");
	assert_string_equal(console_text(f, "items.0.cells.2.header"), "Phí trực tiếp");
	assert_string_equal(console_text(f, "items.0.cells.2.text"), "5");
	assert_string_equal(console_text(f, "items.1.cells.1.text"), "Không mã");
	number = import(f, id,
		",\"mends\":[{\"row\":2,\"column\":\"C\",\"text\":\"5.000 "
		"đồng\"},{\"sheet\":\"\",\"row\":3}]");
	assert_string_equal(console_text(f, "state"), "done");
	assert_int_equal(console_number(f, "counts.added"), 1);
	assert_int_equal(console_number(f, "counts.skipped"), 1);
	rows(f, number, "skipped");
	assert_true(cJSON_IsTrue(console_at(f, "items.0.left_out")));
	must(f, console_call(f, "GET", "records/9.100001", NULL), 200);
	must(f, console_call(f, "GET", "audit?what=import.begin", NULL), 200);
	assert_int_equal(console_number(f, "items.0.detail.mended"), 2);
	for (size_t i = 0; i < 4; i++) {
		static const char *const wrong[] = {
			"{}", "[{}]", "[{\"row\":1,\"column\":\"../a\"}]", "[{\"row\":0}]"};
		char more[100];

		snprintf(more, sizeof more, ",\"mends\":%s", wrong[i]);
		must(f, begin(f, id, more), 400);
	}
}

static void templates_and_exports_come_as_sheets(void **state)
{
	struct console_fixture *f = *state;

	console_as(f, "lan", "editor");
	assert_int_equal(console_call(f, "GET", "template?kind=procedure", NULL), 200);
	assert_memory_equal(f->answer.body.ptr, "PK", 2);
	assert_non_null(strstr(
		console_answer_header(f, "Content-Disposition"), "motcua-mau-procedure-2026-11-21.xlsx"));
	assert_int_equal(console_call(f, "GET", "export?kind=procedure&format=xlsx", NULL), 200);
	assert_memory_equal(f->answer.body.ptr, "PK", 2);
	assert_int_equal(console_call(f, "GET", "template?kind=procedure&format=csv", NULL), 200);
	assert_string_equal(f->answer.type, "text/csv; charset=utf-8");
	must(f, console_call(f, "GET", "template?kind=castle", NULL), 400);
	must(f, console_call(f, "GET", "template?format=jsonl", NULL), 400);
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
	console_as(f, "chief", "admin");
	must(f, console_call(f, "GET", "audit?what=export", NULL), 200);
	assert_string_equal(console_text(f, "items.0.object"), "procedure");
	assert_string_equal(console_text(f, "items.0.who"), "lan");
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
		TEST(import_of_drafts_waits_for_a_colleague),
		TEST(publishing_at_once_needs_an_approver_and_one_person_rule),
		TEST(upload_is_its_owners_alone_and_must_be_whole),
		TEST(a_ninth_upload_takes_the_place_of_ones_own_oldest_and_of_nobody_elses),
		TEST(second_import_waits_for_the_first),
		TEST(import_cut_short_is_told_and_did_nothing),
		TEST(import_killed_after_its_commit_is_told_as_done),
		TEST(import_that_is_stopped_keeps_nothing),
		TEST(file_that_is_no_table_is_refused_with_a_reason),
		TEST(columns_of_a_table_are_matched_and_what_was_said_is_remembered),
		TEST(refused_cells_are_mended_in_the_page_and_taken_over_so),
		TEST(templates_and_exports_come_as_sheets),
		TEST(export_is_a_download),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
