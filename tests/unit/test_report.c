/* What reports look like: words for everything, numbers as people here write them, texts that are no formulas and no markup. */
#include "daemon/report/report_write.h"
#include "tests/support/store_fixture.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <sqlite3.h>

#define NOW_MS 1795237200000 /* 2026-11-21 12:00 in Vietnam */
#define HOSTILE "=HYPERLINK(\"http://x\") <script>alert(1)</script> & \"Hộ tịch\""

struct fixture {
	struct store_fixture *store;
	struct sentences *words;
	struct arena arena;
	struct buf out;
};

static int up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct why why = {""};

	*state = f;
	arena_init(&f->arena, (size_t)64 << 20);
	buf_init(&f->out, REPORT_BYTES_MAX);
	if (sentences_load(REPORT_WORDS, &f->words, &why) != OK)
		fail_msg("%s", why.text);
	return store_fixture_up((void **)&f->store);
}

static int down(void **state)
{
	struct fixture *f = *state;

	sentences_free(f->words);
	arena_release(&f->arena);
	buf_release(&f->out);
	store_fixture_down((void **)&f->store);
	free(f);
	return 0;
}

/* Ten people who asked for what has a hostile name. */
static void people_ask(struct fixture *f)
{
	static const char sql[] =
		"WITH n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1233) INSERT INTO turn "
		"(event_id, "
		"time_ms, channel, account, unit, citizen, outcome, record, field, replied_ms) SELECT i, ?1 "
		"+ i, "
		"'zalo', 'oa', '91', CAST(substr('0000000' || (i % 10), -8) AS BLOB), iif(i % 8, 'answer', "
		"'choices'), ?2, ?2, ?1 + i + 1234 FROM n";
	sqlite3_stmt *stmt;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(f->store->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	sqlite3_bind_int64(stmt, 1, NOW_MS - 86400000);
	sqlite3_bind_text(stmt, 2, HOSTILE, -1, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(stmt), SQLITE_DONE);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
}

static struct report *made(struct fixture *f, const char *word, int begins)
{
	struct report_source source = {f->store->reader, NULL, f->words};
	struct report_request request = {.now_ms = NOW_MS};
	struct report *report = NULL;
	struct why why = {""};

	assert_true(period_read(word, begins, &request.period));
	if (report_make(&source, &request, &f->arena, &report, &why) != OK)
		fail_msg("%s", why.text);
	return report;
}

static const char *written(struct fixture *f, const struct report *report, enum report_format format)
{
	struct report_head head = {.agency = "ỦY BAN <xã>", .symbol = "UBND", .place = "An Biên"};
	struct why why = {""};

	buf_clear(&f->out);
	if (report_write(report, format, f->words, &head, &f->out, &why) != OK)
		fail_msg("%s", why.text);
	return buf_text(&f->out);
}

static void must_say(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in: %.3000s", part, text);
}

static size_t characters(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

static void word(struct fixture *f, const char *kind, const char *id, const char *more)
{
	char name[96];

	snprintf(name, sizeof name, "%s.%s%s", kind, id, more);
	if (!sentence_known(f->words, name))
		fail_msg("report.vi lacks \"%s\"", name);
	if (strcmp(kind, "tab") == 0 && characters(sentence(f->words, name)) > 31)
		fail_msg("\"%s\" is too long for a workbook", name);
}

static void everything_has_its_words(void **state)
{
	static const char *const tables[] = {
		"about", "figures", "units", "channels", "fields", "definitions"};
	struct fixture *f = *state;
	bool shown[FIGURE_COUNT] = {false};

	for (int i = 0; i < (int)FIGURE_COUNT; i++) {
		word(f, "figure", figure_id((enum figure)i), "");
		word(f, "figure", figure_id((enum figure)i), ".about");
	}
	for (const struct figure_shown *s = figures_shown; s->section; s++) {
		word(f, "section", s->section, "");
		assert_false(shown[s->figure]);
		shown[s->figure] = true;
	}
	for (int i = 0; i < (int)FIGURE_COUNT; i++)
		if (!shown[i])
			fail_msg("%s is in no section", figure_id((enum figure)i));
	for (int i = 0; i < (int)REPORT_COLUMN_COUNT; i++)
		word(f, "column", report_column_word((enum report_column_id)i), "");
	for (int i = 0; i < (int)REPORT_TOP_COUNT; i++) {
		word(f, "table", report_top_word((enum report_top)i), "");
		word(f, "tab", report_top_word((enum report_top)i), "");
	}
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		word(f, "table", tables[i], "");
		word(f, "tab", tables[i], "");
	}
}

static void numbers_are_written_as_people_here_write_them(void **state)
{
	static const struct {
		enum figure figure;
		double value;
		const char *expected;
	} cases[] = {{FIGURE_contacts, 0, "0"}, {FIGURE_contacts, 999, "999"},
		{FIGURE_contacts, 1000, "1.000"}, {FIGURE_contacts, 1234567, "1.234.567"},
		{FIGURE_answered_share, 0.875, "87,5%"}, {FIGURE_answered_share, 1, "100%"},
		{FIGURE_answered_share, 0.0004, "0%"}, {FIGURE_reply_median, 1440, "1,4"},
		{FIGURE_reply_median, 2000, "2"}, {FIGURE_reply_median, NAN, "–"}};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sheet_cell cell = figure_cell(cases[i].figure, cases[i].value);

		assert_string_equal(sheet_cell_shown(&cell, f->words, &f->arena), cases[i].expected);
	}
}

static void csv_holds_numbers_and_no_formula(void **state)
{
	struct fixture *f = *state;
	const char *text;

	people_ask(f);
	text = written(f, made(f, "2026-11", 1), REPORT_CSV);
	must_say(text, "\"Lượt liên hệ\",1234,0,0,1234,0\r\n");
	must_say(text, "\"Thời gian trả lời, trung vị (giây)\",1.234,,,1.234,\r\n");
	must_say(text, "\"'=HYPERLINK(\"\"http://x\"\")");
	assert_null(strstr(text, "\"=HYPERLINK"));
}

static void page_has_the_parts_of_an_official_report_and_no_markup_of_others(void **state)
{
	static const char *const parts[] = {"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
		"Độc lập - Tự do - Hạnh phúc", "ỦY BAN &lt;xã&gt;", "Số: …… /BC-UBND",
		"An Biên, ngày 21 tháng 11 năm 2026", "BÁO CÁO",
		"Nơi nhận:", "tiếp nhận 1.234 lượt liên hệ của 10 người dân", "&lt;script&gt;",
		"size: A4; margin: 20mm 15mm 20mm 30mm", "tháng tính theo dương lịch"};
	struct fixture *f = *state;
	const char *text;

	people_ask(f);
	text = written(f, made(f, "2026-11", 1), REPORT_HTML);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		must_say(text, parts[i]);
	assert_null(strstr(text, "<script"));
	assert_null(strstr(text, "{"
				 "contacts}"));
	must_say(written(f, made(f, "2026-11", 15), REPORT_HTML), "chốt số liệu trước ngày 15");
}

static void workbook_is_whole_and_json_is_json(void **state)
{
	struct fixture *f = *state;
	cJSON *json;

	people_ask(f);
	assert_memory_equal(written(f, made(f, "2026", 1), REPORT_XLSX), "PK\3\4", 4);
	json = cJSON_Parse(written(f, made(f, "2026", 1), REPORT_JSON));
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(json, "figures")), FIGURE_COUNT);
	assert_string_equal(cJSON_GetObjectItem(json, "title")->valuestring, "Năm 2026");
	cJSON_Delete(json);
}

static void report_of_nothing_is_written_too(void **state)
{
	struct fixture *f = *state;
	struct report *report = made(f, "2026-02", 1);

	assert_true(report->few);
	assert_int_equal(report->units.count, 0);
	must_say(written(f, report, REPORT_HTML), "không tách nhỏ thêm");
	assert_memory_equal(written(f, report, REPORT_XLSX), "PK", 2);
	must_say(written(f, report, REPORT_CSV), "\"Lượt liên hệ\",0,0,0,0,0\r\n");
	must_say(written(f, report, REPORT_JSON), "\"few\":true");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)
	const struct CMUnitTest tests[] = {
		TEST(everything_has_its_words),
		TEST(numbers_are_written_as_people_here_write_them),
		TEST(csv_holds_numbers_and_no_formula),
		TEST(page_has_the_parts_of_an_official_report_and_no_markup_of_others),
		TEST(workbook_is_whole_and_json_is_json),
		TEST(report_of_nothing_is_written_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
