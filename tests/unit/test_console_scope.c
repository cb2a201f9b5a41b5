/* Staff of a unit: what is theirs they write, the rest they read; every route that writes knowledge asks whose it is. */
#include "daemon/console/route.h"
#include "tests/support/console_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define EVERYTHING "editor,approver,reform,operator,admin"
#define RECORD "9.000002"

static const struct {
	const char *unit, *own; /* a record that is theirs alone */
	bool in_scope;          /* of 91 */
} units[] = {{"", "9.000003", false}, {"91", "office:tinh-91", true}, {"30985", "office:an-bien", true},
	{"01", "office:tinh-01", false}};
#define UNITS (sizeof units / sizeof *units)

static void must(struct console_fixture *f, int status, int expected)
{
	if (status != expected)
		fail_msg("%d: %s", status, buf_text(&f->answer.body));
}

static int setup(void **state)
{
	static const char places[] =
		"{\"code\":\"91\",\"name\":\"An "
		"Giang\",\"type\":\"tỉnh\",\"level\":\"tỉnh\",\"formed_from\":[\"Tên cũ\"]}\n"
		"{\"code\":\"01\",\"name\":\"Hà Nội\",\"type\":\"thành "
		"phố\",\"level\":\"tỉnh\",\"formed_from\":[\"Tên cũ\"]}\n"
		"{\"code\":\"30985\",\"name\":\"An "
		"Biên\",\"type\":\"xã\",\"level\":\"xã\",\"province_code\":\"91\",\"province\":\"An "
		"Giang\"}\n";
	char row[200];
	int failed = console_fixture_up(state);

	console_know(*state, places, NULL);
	for (size_t i = 1; i < UNITS; i++) {
		snprintf(row, sizeof row,
			"{\"id\":\"%s\",\"kind\":\"office\",\"name\":\"Bộ phận một cửa %s\",\"address\":\"1 "
			"đường Ba\"}\n",
			units[i].own, units[i].unit);
		console_know(*state, row, units[i].unit);
	}
	return failed;
}

/* A draft for that unit by somebody of no unit; its number. */
static int draft(struct console_fixture *f, const char *unit)
{
	char body[200];

	snprintf(body, sizeof body, "{\"unit\":\"%s\",\"body\":{\"result\":\"Giấy của %s\"}}", unit, unit);
	if (!*unit)
		snprintf(body, sizeof body,
			"{\"body\":{\"code\":\"" RECORD
			"\",\"name\":\"Cấp lại giấy phép\",\"level\":[\"xã\"]}}");
	must(f, console_call(f, "POST", "records/" RECORD "/drafts", body), 201);
	return (int)console_number(f, "version");
}

static void submit(struct console_fixture *f, int version)
{
	char path[64];

	snprintf(path, sizeof path, "versions/%d/submit", version);
	must(f, console_call(f, "POST", path, "{}"), 200);
}

/* Calls a route that writes for the unit `i`, whose draft is `version`. */
static void write_for(struct console_fixture *f, const struct route *r, size_t i, int version)
{
	char path[160] = "", number[16], body[100];
	size_t len = 0;

	snprintf(number, sizeof number, "%d", version);
	for (const char *at = r->path; *at; at++) {
		const char *piece = r->whose == WHOSE_VERSION  ? number
				    : r->whose == WHOSE_RECORD ? units[i].own
							       : RECORD;

		len += (size_t)(*at == ':' ? snprintf(path + len, sizeof path - len, "%s", piece)
					   : snprintf(path + len, sizeof path - len, "%c", *at));
		at += *at == ':' ? strcspn(at, "/") - 1 : 0;
	}
	snprintf(body, sizeof body, "{\"unit\":\"%s\",\"version\":%d}", units[i].unit, version);
	console_call(f, r->method, path, body);
}

static void every_route_that_writes_knowledge_asks_whose_it_is(void **state)
{
	static const char *const others[] = {
		"preview", "records/:id/try", "versions/:id/replay", "review/approve", "imports"};

	(void)state;
	for (const struct route *r = routes; r->path; r++) {
		bool knowledge = strncmp(r->path, "records", 7) == 0 ||
				 strncmp(r->path, "versions", 8) == 0 || strncmp(r->path, "review", 6) == 0 ||
				 strncmp(r->path, "imports", 7) == 0;
		bool asks = strcmp(r->method, "GET") == 0 || r->whose != WHOSE_NOBODYS;

		for (size_t i = 0; i < sizeof others / sizeof *others; i++)
			asks |= strcmp(r->path, others[i]) == 0;
		if (knowledge && !asks)
			fail_msg("%s %s", r->method, r->path);
	}
}

static void staff_of_a_unit_write_what_it_answers_for_and_nothing_else(void **state)
{
	struct console_fixture *f = *state;
	int drafts[UNITS];
	size_t asked = 0;

	console_as(f, "all", "editor");
	for (size_t i = 0; i < UNITS; i++)
		drafts[i] = draft(f, units[i].unit);
	console_as_of(f, "tinh", EVERYTHING, "91");
	for (const struct route *r = routes; r->path; r++)
		for (size_t i = 0; i < UNITS && r->whose != WHOSE_NOBODYS; i++, asked++) {
			bool refused;

			write_for(f, r, i, drafts[i]);
			refused = strcmp(console_text(f, "error.code"), "other_unit") == 0;
			if (refused == units[i].in_scope || (refused && f->answer.status != 403) ||
				(refused && !*console_text(f, "error.message")))
				fail_msg("%s %s of \"%s\": %d %s", r->method, r->path, units[i].unit,
					f->answer.status, buf_text(&f->answer.body));
		}
	assert_true(asked >= 9 * UNITS);
}

static void staff_of_a_unit_read_everything_and_are_told_what_is_theirs(void **state)
{
	struct console_fixture *f = *state;
	char path[64];
	int version;

	console_as(f, "all", "editor");
	version = draft(f, "");
	console_as_of(f, "xa", "editor", "30985");
	must(f, console_call(f, "GET", "records/" RECORD, NULL), 200);
	assert_true(cJSON_IsFalse(console_at(f, "mine")));
	assert_true(cJSON_IsFalse(console_at(f, "own.mine")));
	must(f, console_call(f, "GET", "records/" RECORD "?unit=30985", NULL), 200);
	assert_true(cJSON_IsTrue(console_at(f, "mine")));
	must(f, console_call(f, "GET", "records/office:an-bien?unit=30985", NULL), 200);
	assert_true(cJSON_IsTrue(console_at(f, "own.mine")));
	must(f, console_call(f, "GET", "records/office:tinh-91?unit=91", NULL), 200);
	assert_true(cJSON_IsFalse(console_at(f, "mine")));
	snprintf(path, sizeof path, "versions/%d", version);
	must(f, console_call(f, "GET", path, NULL), 200);
	assert_true(cJSON_IsFalse(console_at(f, "version.mine")));
	must(f, console_call(f, "POST", "records/" RECORD "/try", "{\"ask\":\"nuôi ong\"}"), 200);
}

static void of_several_approved_at_once_those_of_others_stay(void **state)
{
	struct console_fixture *f = *state;
	char body[64];
	int theirs, mine;

	console_as(f, "all", "editor");
	submit(f, theirs = draft(f, "01"));
	submit(f, mine = draft(f, "30985"));
	console_as_of(f, "tinh", "approver", "91");
	snprintf(body, sizeof body, "{\"versions\":[%d,%d]}", theirs, mine);
	must(f, console_call(f, "POST", "review/approve", body), 200);
	assert_string_equal(console_text(f, "items.0.code"), "other_unit");
	assert_string_equal(console_text(f, "items.1.state"), "published");
	must(f, console_call(f, "GET", "review", NULL), 200);
	assert_int_equal(console_number(f, "total"), 1);
	assert_true(cJSON_IsFalse(console_at(f, "items.0.mine")));
}

/* Sends the rows and tries them; what became of it stands in the last answer. */
static void try_rows(struct console_fixture *f, const char *rows, const char *more)
{
	char body[300], path[100];

	snprintf(body, sizeof body, "{\"name\":\"a.jsonl\",\"size\":%zu}", strlen(rows));
	must(f, console_call(f, "POST", "uploads", body), 201);
	snprintf(
		body, sizeof body, "{\"upload\":\"%s\",\"dry_run\":true%s}", console_text(f, "upload"), more);
	snprintf(path, sizeof path, "uploads/%s?offset=0", console_text(f, "upload"));
	must(f, console_send(f, "PUT", path, rows, strlen(rows)), 200);
	if (console_call(f, "POST", "imports", body) != 202)
		return;
	snprintf(path, sizeof path, "imports/%d", (int)console_number(f, "import"));
	console_background(f->console);
	must(f, console_call(f, "GET", path, NULL), 200);
}

#define ROW(more) "{\"code\":\"9.100001\",\"name\":\"Nuôi cá\",\"level\":[\"xã\"]" more "}\n"

static void rows_of_others_are_refused_each_with_its_reason(void **state)
{
	struct console_fixture *f = *state;
	static const struct {
		const char *row, *reason; /* NULL: taken */
	} rows[] = {
		{ROW(",\"unit\":\"91\""), NULL},
		{ROW(",\"unit\":\"30985\""), NULL},
		{ROW(",\"unit\":\"30985\",\"ask\":[\"xin nuôi cá\"]"), NULL},
		{"{\"codes\":[\"office:an-bien\"],\"ask\":[\"một cửa an biên ở đâu\"]}\n", NULL},
		{ROW(""), "cả nước"},
		{ROW(",\"unit\":\"01\""), "không phụ trách"},
		{"{\"code\":\"" RECORD
		 "\",\"name\":\"a\",\"level\":[\"xã\"],\"unit\":\"91\",\"ask\":[\"hỏi khác\"]}\n",
			"dùng chung"},
		{"{\"codes\":[\"" RECORD "\"],\"ask\":[\"hỏi khác\"]}\n", "dùng chung"},
		{"{\"codes\":[\"9.999999\"],\"ask\":[\"hỏi khác\"]}\n", "dùng chung"},
		{"{\"code\":\"30986\",\"name\":\"Mới\",\"type\":\"xã\",\"level\":\"xã\",\"province_code\":"
		 "\"91\",\"province\":\"An "
		 "Giang\"}\n",
			"đơn vị hành chính"},
	};

	console_as_of(f, "tinh", "editor", "91");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char path[64];

		try_rows(f, rows[i].row, "");
		if (strcmp(console_text(f, "state"), rows[i].reason ? "refused" : "done") != 0)
			fail_msg("%zu: %s", i, buf_text(&f->answer.body));
		if (!rows[i].reason)
			continue;
		snprintf(path, sizeof path, "imports/%d/rows?what=refused", (int)console_number(f, "import"));
		must(f, console_call(f, "GET", path, NULL), 200);
		if (!strstr(console_text(f, "items.0.reason"), rows[i].reason))
			fail_msg("%zu: %s", i, buf_text(&f->answer.body));
	}
	try_rows(f, ROW(""), ",\"unit\":\"30985\"");
	assert_string_equal(console_text(f, "state"), "done");
	try_rows(f, ROW(""), ",\"unit\":\"01\"");
	must(f, f->answer.status, 403);
	assert_string_equal(console_text(f, "error.code"), "other_unit");
}

static void account_of_a_unit_nobody_knows_is_refused(void **state)
{
	struct console_fixture *f = *state;

	console_as(f, "chief", "admin");
	must(f,
		console_call(f, "POST", "staff",
			"{\"name\":\"moi\",\"display\":\"Mới\",\"roles\":[\"editor\"],\"unit\":\"99999\"}"),
		400);
	assert_string_equal(console_text(f, "error.code"), "staff_unit");
	assert_string_equal(console_text(f, "error.field"), "unit");
	must(f,
		console_call(f, "POST", "staff",
			"{\"name\":\"moi\",\"display\":\"Mới\",\"roles\":[\"editor\"],\"unit\":\"30985\"}"),
		201);
	must(f,
		console_call(f, "PUT", "staff/moi",
			"{\"display\":\"Mới\",\"roles\":[\"editor\"],\"unit\":\"x\",\"disabled\":false}"),
		400);
	must(f,
		console_call(f, "PUT", "staff/moi",
			"{\"display\":\"Mới\",\"roles\":[\"editor\"],\"unit\":\"\",\"disabled\":false}"),
		200);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, console_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(every_route_that_writes_knowledge_asks_whose_it_is),
		TEST(staff_of_a_unit_write_what_it_answers_for_and_nothing_else),
		TEST(staff_of_a_unit_read_everything_and_are_told_what_is_theirs),
		TEST(of_several_approved_at_once_those_of_others_stay),
		TEST(rows_of_others_are_refused_each_with_its_reason),
		TEST(account_of_a_unit_nobody_knows_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
