/* What people would hear: previews, a wording tried, recent questions asked again. */
#include "daemon/base/clock.h"
#include "daemon/store/store_event.h"
#include "tests/support/console_fixture.h"
#include "tests/support/fault_sqlite.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define RECORD "9.000001"

static void must(struct console_fixture *f, int status, int expected)
{
	if (status != expected)
		fail_msg("%d: %s", status, buf_text(&f->answer.body));
}

static void assert_nothing_left(struct console_fixture *f)
{
	DIR *folder = opendir(f->uploads_dir);
	struct dirent *entry;

	assert_non_null(folder);
	while ((entry = readdir(folder)))
		if (entry->d_name[0] != '.')
			fail_msg("left: %s", entry->d_name);
	closedir(folder);
}

/* A draft with another fee for filing in person; its number. */
static int64_t draft(struct console_fixture *f, const char *fee, const char *valid_from)
{
	char body[1 << 16];
	cJSON *record, *way;
	char *printed;

	must(f, console_call(f, "GET", "records/" RECORD, NULL), 200);
	record = cJSON_Duplicate(console_at(f, "record"), true);
	way = cJSON_GetArrayItem(cJSON_GetObjectItem(record, "submission"), 1);
	cJSON_ReplaceItemInObject(way, "fee", cJSON_CreateString(fee));
	printed = cJSON_PrintUnformatted(record);
	snprintf(body, sizeof body, "{\"body\":%s,\"valid_from\":\"%s\"}", printed, valid_from);
	cJSON_free(printed);
	cJSON_Delete(record);
	must(f, console_call(f, "POST", "records/" RECORD "/drafts", body), 201);
	return (int64_t)console_number(f, "version");
}

static void preview_of_a_draft_says_what_citizens_would_read(void **state)
{
	struct console_fixture *f = *state;
	char body[200];
	int64_t version;

	console_as(f, "lan", "editor");
	version = draft(f, "33.000 đồng", "2026-11-21");
	snprintf(body, sizeof body,
		"{\"id\":\"" RECORD "\",\"version\":%lld,\"channel\":\"zalo\",\"facet\":\"fee\"}",
		(long long)version);
	must(f, console_call(f, "POST", "preview", body), 200);
	assert_non_null(strstr(console_text(f, "parts.0.text"), "33.000 đồng"));
	assert_true(cJSON_GetArraySize(console_at(f, "parts.0.buttons")) > 0);
	must(f,
		console_call(f, "POST", "preview",
			"{\"id\":\"" RECORD "\",\"channel\":\"facebook\",\"facet\":\"fee\"}"),
		200);
	assert_null(strstr(console_text(f, "parts.0.text"), "33.000 đồng"));
	assert_nothing_left(f);
}

static void preview_names_the_source_that_the_version_names(void **state)
{
	struct console_fixture *f = *state;
	char body[200];

	console_as(f, "lan", "editor");
	must(f,
		console_call(f, "POST", "records/" RECORD "/drafts",
			"{\"body\":{\"code\":\"" RECORD
			"\",\"name\":\"Tên khác\",\"level\":[\"xã\"]},\"source\":\"Sở Nông "
			"nghiệp\",\"source_date\":\"2026-11-20\"}"),
		201);
	snprintf(body, sizeof body, "{\"id\":\"" RECORD "\",\"version\":%d}",
		(int)console_number(f, "version"));
	must(f, console_call(f, "POST", "preview", body), 200);
	assert_non_null(strstr(console_text(f, "parts.0.text"), "Sở Nông nghiệp"));
	assert_null(strstr(console_text(f, "parts.0.text"), "Cổng Dịch vụ công"));
	must(f, console_call(f, "POST", "preview", "{\"id\":\"hotline:dvcqg\",\"channel\":\"zalo\"}"), 200);
	assert_nothing_left(f);
}

static void preview_of_a_body_nobody_saved(void **state)
{
	struct console_fixture *f = *state;

	console_as(f, "lan", "editor");
	must(f,
		console_call(f, "POST", "preview",
			"{\"id\":\"procedure\",\"channel\":\"zalo\",\"facet\":\"fee\",\"body\":{\"name\":"
			"\"Cấp phép câu cá\",\"field\":\"Thủy sản\","
			"\"level\":[\"xã\"],\"submission\":[{\"mode\":\"trực tiếp\",\"fee\":\"7.000 "
			"đồng\"}]}}"),
		200);
	assert_non_null(strstr(console_text(f, "parts.0.text"), "7.000 đồng"));
	must(f,
		console_call(f, "POST", "preview",
			"{\"id\":\"hotline\",\"channel\":\"facebook\",\"body\":{\"kind\":\"hotline\","
			"\"name\":\"Tổng đài thử\",\"phone\":[\"1900 1234\"]}}"),
		200);
	assert_non_null(strstr(console_text(f, "parts.0.text"), "1900 1234"));
	must(f, console_call(f, "POST", "preview", "{\"id\":\"procedure\",\"body\":{}}"), 400);
	assert_string_equal(console_text(f, "error.code"), "preview");
	assert_string_equal(console_text(f, "error.field"), "name");
	must(f, console_call(f, "POST", "preview", "{\"id\":\"" RECORD "\",\"channel\":\"smoke\"}"), 400);
	must(f, console_call(f, "POST", "preview", "{\"id\":\"" RECORD "\",\"facet\":\"colour\"}"), 400);
	must(f, console_call(f, "POST", "preview", "{\"id\":\"nowhere\"}"), 404);
	assert_nothing_left(f);
}

/* Its knowledge is gone in a moment; pages wait behind it, and the disk may be busy for seconds. */
static void preview_waits_for_no_disk(void **state)
{
	struct console_fixture *f = *state;

	console_as(f, "lan", "editor");
	assert_true(fault_sqlite_syncs() > 0);
	must(f, console_call(f, "POST", "preview", "{\"id\":\"" RECORD "\"}"), 200);
	assert_int_equal(fault_sqlite_syncs(), 0);
}

static void markup_in_a_body_stays_text(void **state)
{
	struct console_fixture *f = *state;

	console_as(f, "lan", "editor");
	must(f,
		console_call(f, "POST", "preview",
			"{\"id\":\"faq\",\"body\":{\"kind\":\"faq\",\"question\":\"<img src=x "
			"onerror=alert(1)>\",\"answer\":\"<script>alert(1)</script>\"}}"),
		200);
	assert_string_equal(f->answer.type, "application/json; charset=utf-8");
	assert_non_null(strstr(console_text(f, "parts.0.text"), "<script>alert(1)</script>"));
}

static void wording_is_tried_and_not_kept(void **state)
{
	struct console_fixture *f = *state;
	static const char ask[] = "{\"ask\":\"xin phép cho lũ cu gù vào chuồng\"}";

	console_as(f, "lan", "editor");
	must(f, console_call(f, "POST", "records/" RECORD "/try", ask), 200);
	assert_true(cJSON_IsTrue(console_at(f, "found")));
	assert_int_equal(console_number(f, "rank"), 1);
	assert_string_equal(console_text(f, "candidates.0.id"), RECORD);
	assert_false(cJSON_IsTrue(console_at(f, "now.found")));
	must(f, console_call(f, "POST", "records/" RECORD "/try", ask), 200);
	assert_false(cJSON_IsTrue(console_at(f, "now.found")));
	must(f, console_call(f, "POST", "records/" RECORD "/try", "{}"), 400);
	must(f, console_call(f, "POST", "records/nowhere/try", ask), 404);
	assert_nothing_left(f);
}

static enum err asked_job(struct store_tx *tx, void *arg)
{
	static int count;
	char id[16];
	struct event e = {.kind = EVENT_TEXT,
		.name = "t",
		.channel = "zalo",
		.account = "oa1",
		.user = "u",
		.text = arg,
		.time_ms = 1};
	int64_t row;

	snprintf(id, sizeof id, "m%d", ++count);
	e.dedupe = id;
	e.msg_id = id;
	return store_event_add(tx, &e, CONSOLE_NOW_MS, false, &row);
}

static void replay_tells_which_answers_a_draft_changes(void **state)
{
	struct console_fixture *f = *state;
	static const char *const asked[] = {"lệ phí nuôi chim bồ câu", "lệ phí nuôi chim bồ câu",
		"thẻ câu cá hồ làng bao nhiêu tiền", "thời tiết"};
	char path[64];
	int64_t version;

	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
		assert_int_equal(store_do(f->store, asked_job, (void *)(uintptr_t)asked[i]), OK);
	console_as(f, "lan", "editor");
	version = draft(f, "33.000 đồng", "2026-12-01");
	snprintf(path, sizeof path, "versions/%lld/replay", (long long)version);
	must(f, console_call(f, "POST", path, "{\"max\":100}"), 200);
	assert_int_equal(console_number(f, "asked"), 3);
	assert_int_equal(cJSON_GetArraySize(console_at(f, "changed")), 1);
	assert_string_equal(console_text(f, "changed.0.text"), asked[0]);
	assert_string_equal(console_text(f, "changed.0.before.id"), RECORD);
	assert_string_equal(console_text(f, "changed.0.verdict"), "other");
	assert_non_null(strstr(console_text(f, "changed.0.after.reply"), "33.000 đồng"));
	snprintf(path, sizeof path, "versions/%lld", (long long)version);
	must(f, console_call(f, "GET", path, NULL), 200);
	assert_string_equal(console_text(f, "version.state"), "draft");
	must(f, console_call(f, "POST", "versions/1/replay", "{}"), 409);
	assert_nothing_left(f);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, console_fixture_up, console_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(preview_of_a_draft_says_what_citizens_would_read),
		TEST(preview_names_the_source_that_the_version_names),
		TEST(preview_of_a_body_nobody_saved),
		TEST(preview_waits_for_no_disk),
		TEST(markup_in_a_body_stays_text),
		TEST(wording_is_tried_and_not_kept),
		TEST(replay_tells_which_answers_a_draft_changes),
	};

	fault_sqlite_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
