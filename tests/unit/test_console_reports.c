/* Reports through the console: figures and their rows, whose they are, files, what is due. */
#include "daemon/console/reports.h"
#include "knowledge/day.h"
#include "tests/support/console_fixture.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* 2026-11-01 in Vietnam is 1793466000000: 40 turns an hour apart in 91 and its commune, 10 in 01. */
static const char rows[] =
	"WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50) "
	"INSERT INTO turn (event_id, time_ms, channel, account, unit, citizen, outcome, record, version, "
	"field, "
	"replied_ms) SELECT i, 1793466000000 + i * 3600000, 'zalo', 'oa', CASE WHEN i > 40 THEN '01' WHEN i "
	"% 2 "
	"THEN '91' ELSE '30985' END, CAST(substr('0000000' || (i % 9), -8) AS BLOB), CASE WHEN i % 5 THEN "
	"'answer' "
	"ELSE 'unresolved' END, iif(i % 5, '1.001193', NULL), 1, 'Hộ tịch', 1793466000000 + i * 3600000 + "
	"1000 * i "
	"FROM n;"
	"INSERT INTO question (event_id, channel, account, unit, text, reason, nearest, created_ms, citizen, "
	"cluster) "
	"SELECT event_id, channel, account, unit, 'học phí thế nào', 'no_match', '[]', time_ms, citizen, 1 "
	"FROM turn "
	"WHERE outcome = 'unresolved';"
	"INSERT INTO cluster (id, label, sample, first_ms, last_ms) VALUES (1, 'học phí', 1, 1, 2);"
	"INSERT INTO rating (event_id, time_ms, channel, account, unit, record, good) SELECT event_id, "
	"time_ms, "
	"channel, account, unit, record, event_id % 4 > 0 FROM turn WHERE outcome = 'answer' AND event_id % "
	"2;"
	"INSERT INTO case_file (code, channel, account, kind, category, unit, state, received_ms, due) "
	"VALUES "
	"('A', 'zalo', 'oa', 'reflection', 'late', '91', 'working', 1793466000001, '2026-11-12'),"
	"('B', 'zalo', 'oa', 'suggestion', 'late', '01', 'new', 1793466000002, '2026-12-12');";

static const char places[] =
	"{\"code\":\"91\",\"name\":\"An Giang\",\"type\":\"tỉnh\",\"level\":\"tỉnh\",\"formed_from\":[\"Tên "
	"cũ\"]}\n"
	"{\"code\":\"01\",\"name\":\"Hà Nội\",\"type\":\"thành "
	"phố\",\"level\":\"tỉnh\",\"formed_from\":[\"Tên cũ\"]}\n"
	"{\"code\":\"30985\",\"name\":\"An Biên\",\"type\":\"xã\",\"level\":\"xã\",\"province_code\":\"91\","
	"\"province\":\"An Giang\"}\n";

static int setup(void **state)
{
	int failed = console_fixture_up(state);
	struct console_fixture *f = *state;
	char *error = NULL;
	sqlite3 *db;

	console_know(f, places, NULL);
	assert_int_equal(sqlite3_open(f->state_path, &db), SQLITE_OK);
	if (sqlite3_exec(db, rows, NULL, NULL, &error) != SQLITE_OK)
		fail_msg("%s", error);
	sqlite3_close(db);
	return failed;
}

static void must(struct console_fixture *f, const char *path, int expected)
{
	int status = console_call(f, "GET", path, NULL);

	if (status != expected)
		fail_msg("%s: %d: %s", path, status, buf_text(&f->answer.body));
}

/* A member of the figure of that id in the last answer; -1: null. */
static double figure(struct console_fixture *f, const char *id, const char *member)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, console_at(f, "figures"))
	{
		const cJSON *value = cJSON_GetObjectItem(item, member);

		if (strcmp(cJSON_GetObjectItem(item, "id")->valuestring, id) == 0)
			return cJSON_IsNumber(value) ? value->valuedouble : -1;
	}
	fail_msg("no figure %s", id);
	return -1;
}

static void figures_of_a_period_with_names_and_definitions(void **state)
{
	struct console_fixture *f = *state;

	console_as(f, "lan", "reform");
	must(f, "reports?period=2026-11", 200);
	assert_string_equal(console_text(f, "title"), "Tháng 11 năm 2026");
	assert_string_equal(console_text(f, "last"), "2026-11-30");
	assert_true(cJSON_IsTrue(console_at(f, "running")));
	assert_true(figure(f, "contacts", "value") == 50);
	assert_true(figure(f, "contacts", "previous") == 0);
	assert_true(figure(f, "contacts", "cumulative") == 50);
	assert_true(figure(f, "citizens", "value") == 9);
	assert_true(figure(f, "answered_share", "value") == 0.8);
	assert_true(figure(f, "reply_median", "value") == 25000);
	assert_true(figure(f, "reply_median", "previous") == -1);
	assert_true(figure(f, "cases_open", "value") == 2);
	assert_true(figure(f, "cases_overdue", "value") == 1);
	assert_true(strlen(console_text(f, "figures.0.definition")) > 20);
	must(f, "reports?period=2026-Q3", 200);
	assert_true(figure(f, "contacts", "value") == 0);
}

static void every_figure_leads_to_as_many_rows(void **state)
{
	struct console_fixture *f = *state;

	console_as(f, "lan", "reform");
	for (const struct figure_shown *shown = figures_shown; shown->section; shown++) {
		enum figure counted = figure_rows(shown->figure);
		char path[160];
		double value;

		must(f, "reports?period=2026-11&unit=91", 200);
		value = figure(f, figure_id(counted), "value");
		snprintf(path, sizeof path, "reports/rows?period=2026-11&unit=91&figure=%s",
			figure_id(shown->figure));
		must(f, path, 200);
		if (figure_form(counted) == FIGURE_NUMBER)
			assert_true(console_number(f, "total") == value);
		else
			assert_true(console_number(f, "total") > 0);
	}
	must(f, "reports/rows?period=2026-11&figure=handed&size=3", 200);
	assert_int_equal(cJSON_GetArraySize(console_at(f, "items")), 3);
	assert_string_equal(console_text(f, "items.0.text"), "học phí thế nào");
	must(f, "reports/rows?period=2026-11&figure=nothing", 400);
}

static void staff_of_a_unit_see_their_units_figures(void **state)
{
	struct console_fixture *f = *state;

	console_as_of(f, "mai", "reform", "91");
	must(f, "reports?period=2026-11", 200);
	assert_true(figure(f, "contacts", "value") == 40);
	assert_string_equal(console_text(f, "unit_name"), "Tỉnh An Giang");
	must(f, "reports?period=2026-11&unit=30985", 200);
	assert_true(figure(f, "contacts", "value") == 20);
	must(f, "reports?period=2026-11&unit=01", 403);
	must(f, "reports/rows?period=2026-11&unit=01&figure=contacts", 403);
	must(f, "reports/file?period=2026-11&unit=01&format=csv", 403);
	must(f, "reports/tables?period=2026-11&unit=01&table=unit", 403);
	must(f, "dashboard?period=2026-11&unit=01", 403);
	must(f, "reports/rows?period=2026-11&figure=contacts", 200);
	assert_true(console_number(f, "total") == 40);
	console_as_of(f, "tam", "reform", "30985");
	must(f, "reports?period=2026-11&unit=91", 403);
}

static void cells_of_few_people_are_not_broken_down(void **state)
{
	struct console_fixture *f = *state;

	console_as(f, "lan", "reform");
	must(f, "reports/tables?period=2026-11&table=unit", 200);
	assert_int_equal(cJSON_GetArraySize(console_at(f, "items")), 3);
	assert_string_equal(console_text(f, "items.0.name"), "Xã An Biên");
	assert_true(console_number(f, "items.0.values.answered") == 16);
	must(f, "reports/tables?period=2026-11&table=hours", 200);
	assert_int_equal(cJSON_GetArraySize(console_at(f, "items")), 24);
	must(f, "reports/tables?period=2026-Q3&table=hours", 200);
	assert_true(cJSON_IsTrue(console_at(f, "few")));
	assert_int_equal(cJSON_GetArraySize(console_at(f, "items")), 0);
	must(f, "reports/tables?period=2026-11&table=nothing", 400);
}

static void file_in_every_format(void **state)
{
	static const struct {
		const char *format, *type, *begin;
	} formats[] = {{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "PK"},
		{"csv", "text/csv; charset=utf-8", "\xef\xbb\xbf\"Thông tin"},
		{"html", "text/html; charset=utf-8", "<!DOCTYPE html>"},
		{"json", "application/json", "{\"title\""}};
	struct console_fixture *f = *state;

	console_as(f, "lan", "reform");
	for (size_t i = 0; i < 4; i++) {
		char path[96];

		snprintf(path, sizeof path, "reports/file?period=2026-11&format=%s", formats[i].format);
		must(f, path, 200);
		assert_string_equal(f->answer.type, formats[i].type);
		assert_memory_equal(buf_text(&f->answer.body), formats[i].begin, strlen(formats[i].begin));
		assert_int_equal(console_answer_header(f, "Content-Disposition") != NULL, i != 2);
		assert_non_null(strstr(console_answer_header(f, "Content-Security-Policy"),
			i == 2 ? "style-src 'unsafe-inline'" : "style-src 'self'"));
	}
	must(f, "reports/file?period=2026-11&format=doc", 400);
	must(f, "reports/file?period=2026-13&format=csv", 400);
}

static void dashboard_says_what_was_asked_and_what_rises(void **state)
{
	struct console_fixture *f = *state;

	console_as(f, "lan", "reform");
	must(f, "dashboard?period=2026-11", 200);
	assert_true(console_number(f, "funnel.questions") == 50);
	assert_true(console_number(f, "funnel.answered") == 40);
	assert_true(console_number(f, "funnel.helpful") + console_number(f, "funnel.unhelpful") ==
		    console_number(f, "funnel.ratings"));
	assert_string_equal(console_text(f, "trend.0.day"), "2026-11-01");
	assert_true(console_number(f, "trend.0.contacts") == 23);
	assert_true(console_number(f, "cases.cases_overdue") == 1);
	assert_string_equal(console_text(f, "unresolved_fields.0.name"), "Hộ tịch");
	assert_true(console_number(f, "unresolved_fields.0.count") == 10);
	assert_string_equal(console_text(f, "clusters.0.name"), "học phí");
	assert_int_equal(cJSON_GetArraySize(console_at(f, "rising")), 0); /* it was three weeks ago */
}

static void periods_can_be_chosen(void **state)
{
	struct console_fixture *f = *state;

	console_as(f, "lan", "reform");
	must(f, "reports/periods", 200);
	assert_string_equal(console_text(f, "items.0.period"), "2026-11");
	assert_string_equal(console_text(f, "items.1.period"), "2026-10");
	assert_true(cJSON_IsTrue(console_at(f, "items.0.running")));
	assert_true(console_number(f, "month_begins") == 1);
	must(f, "reports?period=", 400);
	must(f, "reports?period=2026-11-01", 400);
}

struct due_case {
	const char *today;
	int begins;
	const char *expected; /* words of what is due, with days left */
};

static void reports_are_reminded_of_before_they_are_due(void **state)
{
	static const struct due_case cases[] = {
		{"2026-11-11", 1, ""},
		{"2026-11-12", 1, "2026-10:5 "},
		{"2026-11-17", 1, "2026-10:0 "},
		{"2026-11-22", 1, "2026-10:-5 "},
		{"2026-11-23", 1, ""},
		{"2026-11-12", 15, "2026-11:5 "}, /* closed on the 14th, due on the 17th */
		{"2026-12-05", 1, "2026:5 "},
		{"2026-12-12", 1, "2026:-2 2026-11:5 "},
		{"2026-09-08", 1, "2026-9M:2 "},
		{"2026-06-10", 1, "2026-H1:0 "},
		{"2026-03-09", 15, "2026-Q1:1 "},
		{"2027-01-13", 1, "2026-12:4 "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct console_reports o = {
			.month_begins = cases[i].begins, .monthly_by = 17, .longer_by = 10, .remind_days = 5};
		struct report_due due[REPORTS_DUE_MAX];
		size_t count = reports_due(&o, day_number(cases[i].today), due);
		char words[128] = "";

		for (size_t j = 0; j < count; j++)
			snprintf(words + strlen(words), sizeof words - strlen(words), "%s:%d ",
				due[j].period.word, due[j].left);
		assert_string_equal(words, cases[i].expected);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, console_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(figures_of_a_period_with_names_and_definitions),
		TEST(every_figure_leads_to_as_many_rows),
		TEST(staff_of_a_unit_see_their_units_figures),
		TEST(cells_of_few_people_are_not_broken_down),
		TEST(file_in_every_format),
		TEST(dashboard_says_what_was_asked_and_what_rises),
		TEST(periods_can_be_chosen),
		cmocka_unit_test(reports_are_reminded_of_before_they_are_due),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
