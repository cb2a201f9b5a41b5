/* A record's way through the console: drafted, reviewed, published, planned, rolled back; and two who write at once. */
#include "daemon/base/clock.h"
#include "tests/support/console_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define RECORD "9.000001"
#define DAY_MS ((int64_t)24 * 3600 * 1000)

static void must(struct console_fixture *f, int status, int expected)
{
	if (status != expected)
		fail_msg("%d: %s", status, buf_text(&f->answer.body));
}

/* The record's body with another agency, and the members of a draft. */
static const char *draft_of(
	struct console_fixture *f, const char *agency, const char *valid_from, const char *more)
{
	static char text[1 << 16];
	cJSON *body;
	char *printed;

	must(f, console_call(f, "GET", "records/" RECORD, NULL), 200);
	body = cJSON_Duplicate(console_at(f, "record"), true);
	cJSON_DeleteItemFromObject(body, "agency");
	cJSON_AddStringToObject(body, "agency", agency);
	printed = cJSON_PrintUnformatted(body);
	snprintf(text, sizeof text, "{\"body\":%s,\"valid_from\":\"%s\",\"decision\":\"12/QĐ-UBND\"%s}",
		printed, valid_from, more);
	cJSON_free(printed);
	cJSON_Delete(body);
	return text;
}

static int64_t draft(struct console_fixture *f, const char *agency, const char *valid_from)
{
	must(f, console_call(f, "POST", "records/" RECORD "/drafts", draft_of(f, agency, valid_from, "")),
		201);
	return (int64_t)console_number(f, "version");
}

static int step(struct console_fixture *f, int64_t version, const char *what)
{
	char path[64];

	snprintf(path, sizeof path, "versions/%lld/%s", (long long)version, what);
	return console_call(
		f, "POST", path, strcmp(what, "return") == 0 ? "{\"note\":\"thiếu lệ phí\"}" : "{}");
}

static void staff(struct console_fixture *f)
{
	console_staff(f, "lan", "editor,approver");
	console_staff(f, "hoa", "editor,approver");
	console_as(f, "tam", "admin");
}

static void as(struct console_fixture *f, const char *name)
{
	assert_int_equal(console_sign_in(f, name, CONSOLE_PASSWORD), 200);
}

static const char *agency_now(struct console_fixture *f)
{
	must(f, console_call(f, "GET", "records/" RECORD, NULL), 200);
	return console_text(f, "record.agency");
}

static void draft_is_published_by_a_second_person(void **state)
{
	struct console_fixture *f = *state;
	int64_t version;

	staff(f);
	as(f, "lan");
	version = draft(f, "UBND xã An Biên", "2026-11-21");
	assert_string_not_equal(agency_now(f), "UBND xã An Biên");
	assert_string_equal(console_text(f, "draft.state"), "draft");
	must(f, step(f, version, "submit"), 200);
	must(f, console_call(f, "GET", "review", NULL), 200);
	assert_int_equal(console_number(f, "total"), 1);
	assert_int_equal(console_number(f, "items.0.version"), version);
	assert_int_equal(console_number(f, "items.0.changes") >= 1, true);
	assert_true(*console_text(f, "items.0.name"));
	must(f, step(f, version, "approve"), 403);
	assert_string_equal(console_text(f, "error.code"), "own_draft");
	as(f, "hoa");
	must(f, step(f, version, "approve"), 200);
	assert_string_equal(console_text(f, "state"), "published");
	assert_string_equal(agency_now(f), "UBND xã An Biên");
	assert_string_equal(console_text(f, "version.approver"), "hoa");
	assert_string_equal(console_text(f, "version.author"), "lan");
	as(f, "tam");
	must(f, console_call(f, "GET", "audit?object=" RECORD, NULL), 200);
	assert_int_equal(console_number(f, "total"), 3);
	assert_string_equal(console_text(f, "items.0.what"), "version.approve");
	assert_string_equal(console_text(f, "items.2.what"), "version.draft");
}

static void returned_draft_comes_back_with_its_note(void **state)
{
	struct console_fixture *f = *state;
	int64_t version;
	char path[64];

	staff(f);
	as(f, "lan");
	version = draft(f, "UBND xã An Biên", "2026-11-21");
	must(f, step(f, version, "submit"), 200);
	as(f, "hoa");
	snprintf(path, sizeof path, "versions/%lld/return", (long long)version);
	must(f, console_call(f, "POST", path, "{}"), 400);
	assert_string_equal(console_text(f, "error.field"), "note");
	must(f, step(f, version, "return"), 200);
	snprintf(path, sizeof path, "versions/%lld", (long long)version);
	must(f, console_call(f, "GET", path, NULL), 200);
	assert_string_equal(console_text(f, "version.state"), "draft");
	assert_string_equal(console_text(f, "version.note"), "thiếu lệ phí");
	assert_string_equal(console_text(f, "version.kind"), "procedure");
	must(f, step(f, version, "approve"), 409);
	assert_string_equal(console_text(f, "error.code"), "state");
}

static void second_writer_sees_both_sides_and_loses_nothing(void **state)
{
	struct console_fixture *f = *state;
	char path[64], mine[1 << 16];
	int64_t version;

	staff(f);
	as(f, "lan");
	version = draft(f, "bản đầu", "2026-11-21");
	snprintf(path, sizeof path, "versions/%lld", (long long)version);
	as(f, "hoa");
	must(f, console_call(f, "PUT", path, draft_of(f, "của Hoa", "2026-11-21", ",\"revision\":1")), 200);
	assert_int_equal(console_number(f, "revision"), 2);
	as(f, "lan");
	snprintf(mine, sizeof mine, "%s", draft_of(f, "của Lan", "2026-11-21", ",\"revision\":1"));
	must(f, console_call(f, "PUT", path, mine), 409);
	assert_string_equal(console_text(f, "error.code"), "conflict");
	assert_int_equal(console_number(f, "current.revision"), 2);
	assert_string_equal(console_text(f, "current.body.agency"), "của Hoa");
	assert_int_equal(cJSON_GetArraySize(console_at(f, "changes")), 1);
	assert_string_equal(console_text(f, "changes.0.member"), "agency");
	assert_string_equal(console_text(f, "changes.0.before"), "của Hoa");
	assert_string_equal(console_text(f, "changes.0.after"), "của Lan");
	must(f, console_call(f, "GET", path, NULL), 200);
	assert_string_equal(console_text(f, "record.agency"), "của Hoa");
	must(f, console_call(f, "PUT", path, draft_of(f, "của Lan", "2026-11-21", ",\"revision\":2")), 200);
	must(f, console_call(f, "PUT", path, draft_of(f, "của Lan", "2026-11-21", "")), 400);
	assert_string_equal(console_text(f, "error.field"), "revision");
}

static void second_draft_is_told_which_one_is_open(void **state)
{
	struct console_fixture *f = *state;
	int64_t version;

	staff(f);
	as(f, "lan");
	version = draft(f, "một", "2026-11-21");
	as(f, "hoa");
	must(f, console_call(f, "POST", "records/" RECORD "/drafts", draft_of(f, "hai", "2026-11-21", "")),
		409);
	assert_string_equal(console_text(f, "error.code"), "open_draft");
	assert_int_equal(console_number(f, "open.version"), version);
	assert_string_equal(console_text(f, "open.author"), "lan");
	must(f, step(f, version, "withdraw"), 200);
	draft(f, "hai", "2026-11-21");
}

static void planned_version_holds_from_its_day_on(void **state)
{
	struct console_fixture *f = *state;
	int64_t version;

	staff(f);
	as(f, "lan");
	version = draft(f, "từ ngày mai", "2026-11-22");
	must(f, step(f, version, "submit"), 200);
	as(f, "hoa");
	must(f, step(f, version, "approve"), 200);
	assert_string_equal(console_text(f, "state"), "scheduled");
	assert_string_not_equal(agency_now(f), "từ ngày mai");
	must(f, console_call(f, "GET", "records/" RECORD "?as_of=2026-11-22", NULL), 200);
	assert_string_equal(console_text(f, "record.agency"), "từ ngày mai");
	must(f, console_call(f, "GET", "records?state=scheduled", NULL), 200);
	assert_int_equal(console_number(f, "total"), 1);
	assert_string_equal(console_text(f, "items.0.planned"), "2026-11-22");
	must(f, console_call(f, "GET", "home", NULL), 200);
	assert_int_equal(console_number(f, "scheduled"), 1);
	clock_set(CONSOLE_NOW_MS + DAY_MS / 2); /* midnight */
	as(f, "hoa");
	assert_string_equal(agency_now(f), "từ ngày mai");
	must(f, console_call(f, "GET", "records/" RECORD "/history", NULL), 200);
	assert_string_equal(console_text(f, "items.0.state"), "published");
	assert_string_equal(console_text(f, "items.1.state"), "ended");
}

static void old_version_comes_back_as_a_new_draft(void **state)
{
	struct console_fixture *f = *state;
	char first[200], body[64], path[128];
	int64_t version, old;

	staff(f);
	as(f, "lan");
	snprintf(first, sizeof first, "%s", agency_now(f));
	old = (int64_t)console_number(f, "version.version");
	version = draft(f, "mới", "2026-11-21");
	must(f, step(f, version, "submit"), 200);
	as(f, "hoa");
	must(f, step(f, version, "approve"), 200);
	snprintf(path, sizeof path, "records/" RECORD "/diff?from=%lld&to=%lld", (long long)old,
		(long long)version);
	must(f, console_call(f, "GET", path, NULL), 200);
	assert_string_equal(console_text(f, "changes.0.path"), "agency");
	assert_string_equal(console_text(f, "changes.0.before"), first);
	snprintf(body, sizeof body, "{\"unit\":\"\",\"version\":%lld}", (long long)old);
	must(f, console_call(f, "POST", "records/9.000002/rollback", body), 404); /* another record's */
	must(f, console_call(f, "POST", "records/" RECORD "/rollback", body), 201);
	version = (int64_t)console_number(f, "version");
	must(f, step(f, version, "submit"), 200);
	as(f, "lan");
	must(f, step(f, version, "approve"), 200);
	assert_string_equal(agency_now(f), first);
}

static void several_are_approved_at_once_and_each_says_how_it_went(void **state)
{
	struct console_fixture *f = *state;
	char body[100];
	int64_t version;

	staff(f);
	as(f, "lan");
	version = draft(f, "mới", "2026-11-21");
	must(f, step(f, version, "submit"), 200);
	as(f, "hoa");
	snprintf(body, sizeof body, "{\"versions\":[%lld,999999]}", (long long)version);
	must(f, console_call(f, "POST", "review/approve", body), 200);
	assert_string_equal(console_text(f, "items.0.state"), "published");
	assert_string_equal(console_text(f, "items.1.code"), "not_found");
	must(f, console_call(f, "POST", "review/approve", "{\"versions\":[]}"), 400);
	must(f, console_call(f, "POST", "review/approve", "{\"versions\":[\"1\"]}"), 400);
	must(f, console_call(f, "POST", "review/approve", "{\"versions\":{\"a\":1}}"), 400);
}

static void new_record_is_a_draft_until_it_is_approved(void **state)
{
	struct console_fixture *f = *state;
	static const char office[] = "{\"kind\":\"office\",\"id\":\"office:an-bien\",\"unit\":\"\",\"body\":{"
				     "\"id\":\"office:an-bien\",\"name\":\"Bộ phận một cửa An Biên\","
				     "\"address\":\"1 đường Ba\"},\"valid_from\":\"2026-11-21\"}";

	staff(f);
	as(f, "lan");
	must(f, console_call(f, "POST", "records", office), 201);
	must(f, console_call(f, "POST", "records", office), 409);
	must(f, console_call(f, "GET", "records?kind=office&state=draft", NULL), 200);
	assert_int_equal(console_number(f, "total"), 1);
	assert_true(cJSON_IsTrue(console_at(f, "items.0.has_draft")));
	must(f,
		console_call(f, "POST", "records",
			"{\"kind\":\"office\",\"id\":\"office:x\",\"body\":{\"name\":1}}"),
		400);
	assert_true(*console_text(f, "error.field"));
	must(f,
		console_call(f, "POST", "records",
			"{\"kind\":\"castle\",\"id\":\"castle:x\",\"body\":{\"name\":\"x\"}}"),
		400);
}

static void what_is_ours_is_replaced_as_a_whole(void **state)
{
	struct console_fixture *f = *state;

	staff(f);
	as(f, "lan");
	must(f,
		console_call(f, "PUT", "records/" RECORD "/own",
			"{\"title\":\" Giấy  tạm trú \",\"asks\":[\"xin tạm trú\",\"\"],\"keywords\":[\"tạm "
			"trú\"]}"),
		200);
	must(f, console_call(f, "GET", "records/" RECORD, NULL), 200);
	assert_string_equal(console_text(f, "own.asks.0"), "xin tạm trú");
	assert_int_equal(cJSON_GetArraySize(console_at(f, "own.asks")), 1);
	must(f, console_call(f, "PUT", "records/" RECORD "/own", "{\"asks\":[1]}"), 400);
	assert_string_equal(console_text(f, "error.field"), "asks");
	must(f, console_call(f, "PUT", "records/" RECORD "/own", "{\"asks\":\"x\"}"), 400);
	must(f, console_call(f, "PUT", "records/nowhere/own", "{\"asks\":[]}"), 404);
}

static void list_is_filtered_by_what_should_be_looked_at(void **state)
{
	struct console_fixture *f = *state;
	char path[100];
	double counted;

	staff(f);
	as(f, "lan");
	must(f, console_call(f, "GET", "quality", NULL), 200);
	assert_true(console_number(f, "total") > 0);
	snprintf(path, sizeof path, "records?quality=%s", console_text(f, "items.0.word"));
	must(f, console_call(f, "GET", path, NULL), 200);
	counted = console_number(f, "total");
	assert_true(counted > 0);
	must(f, console_call(f, "GET", "records", NULL), 200);
	assert_true(console_number(f, "total") > counted);
	must(f, console_call(f, "GET", "records?quality=nothing", NULL), 400);
	must(f, console_call(f, "GET", "quality?word=nothing", NULL), 400);
}

static void records_entered_twice_are_shown_as_a_pair(void **state)
{
	struct console_fixture *f = *state;
	char body[1 << 16];
	char *printed;
	cJSON *record;

	f->options.two_persons = false;
	console_fixture_reopen(f);
	staff(f);
	as(f, "lan");
	must(f, console_call(f, "GET", "duplicates", NULL), 200);
	assert_int_equal(console_number(f, "total"), 0);
	must(f, console_call(f, "GET", "records/9.000004", NULL), 200);
	record = cJSON_Duplicate(console_at(f, "record"), true);
	cJSON_ReplaceItemInObject(record, "code", cJSON_CreateString("9.000095"));
	printed = cJSON_PrintUnformatted(record);
	snprintf(body, sizeof body,
		"{\"kind\":\"procedure\",\"id\":\"9.000095\",\"body\":%s,\"valid_from\":\"2026-11-21\"}",
		printed);
	cJSON_free(printed);
	cJSON_Delete(record);
	must(f, console_call(f, "POST", "records", body), 201);
	must(f, step(f, (int64_t)console_number(f, "version"), "approve"), 200);
	must(f, console_call(f, "GET", "duplicates", NULL), 200);
	assert_int_equal(console_number(f, "total"), 1);
	assert_string_equal(console_text(f, "items.0.name_a"), console_text(f, "items.0.name_b"));
	assert_string_equal(console_text(f, "items.0.official_a"), console_text(f, "items.0.official_b"));
	assert_true(*console_text(f, "items.0.official_a"));
	assert_string_not_equal(console_text(f, "items.0.a"), console_text(f, "items.0.b"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, console_fixture_up, console_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(draft_is_published_by_a_second_person),
		TEST(returned_draft_comes_back_with_its_note),
		TEST(second_writer_sees_both_sides_and_loses_nothing),
		TEST(second_draft_is_told_which_one_is_open),
		TEST(planned_version_holds_from_its_day_on),
		TEST(old_version_comes_back_as_a_new_draft),
		TEST(several_are_approved_at_once_and_each_says_how_it_went),
		TEST(new_record_is_a_draft_until_it_is_approved),
		TEST(what_is_ours_is_replaced_as_a_whole),
		TEST(list_is_filtered_by_what_should_be_looked_at),
		TEST(records_entered_twice_are_shown_as_a_pair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
