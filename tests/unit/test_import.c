#include "knowledge/kdb.h"
#include "tests/support/knowledge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define ROW_A "{\"code\":\"1.000001\",\"name\":\"Cấp giấy\",\"decision\":\"1/QĐ\"}\n"
#define ROW_A_AMENDED "{\"code\":\"1.000001\",\"name\":\"Cấp giấy mới\",\"decision\":\"2/QĐ\"}\n"
#define ROW_B                                                                                                    \
	"{\"code\":\"1.000002\",\"name\":\"Đổi giấy\",\"submission\":[{\"fee\":\"5 (không rõ đơn vị " \
	"tiền)\"}]}\n"
#define SPANS                                                                                                \
	"SELECT group_concat(state || ' ' || valid_from || ' ' || ifnull(valid_to, '-') || ' ' || change, "  \
	"', ')"                                                                                              \
	" FROM (SELECT * FROM version WHERE record = '1.000001' ORDER BY id)"

static void assert_counts(
	const struct knowledge *k, size_t added, size_t changed, size_t unchanged, size_t ended)
{
	assert_int_equal(k->counts.added, added);
	assert_int_equal(k->counts.changed, changed);
	assert_int_equal(k->counts.unchanged, unchanged);
	assert_int_equal(k->counts.ended, ended);
}

static void second_import_of_the_same_rows_changes_nothing(void **state)
{
	struct knowledge *k = *state;
	char before[4096];

	assert_int_equal(knowledge_import(k, ROW_A ROW_B), OK);
	assert_counts(k, 2, 0, 0, 0);
	assert_int_equal(k->counts.unclear_fees, 1);
	snprintf(before, sizeof before, "%s",
		knowledge_sql(k, "SELECT group_concat(id || valid_from) FROM version"));
	knowledge_day(k, 1);
	assert_int_equal(knowledge_import(k, ROW_A ROW_B), OK);
	assert_counts(k, 0, 0, 2, 0);
	assert_string_equal(knowledge_sql(k, "SELECT group_concat(id || valid_from) FROM version"), before);
	knowledge_assert_index(k);
}

static void blanks_and_line_ends_are_no_change(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(knowledge_import(k, ROW_A), OK);
	assert_int_equal(knowledge_import(k, "\xEF\xBB\xBF{ \"code\" : \"1.000001\", \"name\": \"Cấp giấy\","
					     " \"decision\":\"1/QĐ\" }\r\n\r\n  \n"),
		OK);
	assert_int_equal(k->counts.rows, 1);
	assert_counts(k, 0, 0, 1, 0);
	assert_int_equal(
		knowledge_import(k, "{\"code\":\"1.000001\",\"name\":\"Cấp giấy\",\"decision\":\"1/QĐ\"}"),
		OK);
	assert_counts(k, 0, 0, 1, 0);
}

static void changed_row_ends_the_former_version_today(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(knowledge_import(k, ROW_A), OK);
	knowledge_day(k, 3);
	assert_int_equal(knowledge_import(k, ROW_A_AMENDED), OK);
	assert_counts(k, 0, 1, 0, 0);
	assert_string_equal(knowledge_sql(k, SPANS),
		"published 2026-11-21 2026-11-24 new, published 2026-11-24 - amended");
	assert_string_equal(knowledge_sql(k, "SELECT decision FROM version WHERE valid_to IS NULL"), "2/QĐ");
	assert_string_equal(knowledge_sql(k, "SELECT source FROM version WHERE valid_to IS NULL"),
		"Cổng Dịch vụ công quốc gia");
	knowledge_assert_index(k);
}

static void amending_twice_a_day_keeps_one_version_and_the_history(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(knowledge_import(k, ROW_A), OK);
	assert_int_equal(knowledge_import(k, ROW_A_AMENDED), OK);
	assert_counts(k, 0, 1, 0, 0);
	assert_string_equal(
		knowledge_sql(k, SPANS), "withdrawn 2026-11-21 - new, published 2026-11-21 - amended");
	assert_int_equal(knowledge_import(k, ROW_A), OK);
	assert_counts(k, 0, 1, 0, 0);
	assert_string_equal(knowledge_sql(k, "SELECT count(*) FROM version WHERE state = 'published'"), "1");
	assert_string_equal(knowledge_sql(k, "SELECT count(*) FROM version"), "3");
	knowledge_assert_index(k);
}

static void planned_version_stays_and_today_ends_there(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(knowledge_import(k, ROW_A), OK);
	assert_int_equal(knowledge_import(k, "{\"code\":\"1.000001\",\"name\":\"Cấp giấy kiểu mới\","
					     "\"valid_from\":\"2027-01-01\",\"decision\":\"9/QĐ\"}\n"),
		OK);
	assert_string_equal(knowledge_sql(k, SPANS),
		"published 2026-11-21 2027-01-01 new, published 2027-01-01 - amended");
	knowledge_day(k, 1);
	assert_int_equal(knowledge_import(k, ROW_A_AMENDED), OK);
	assert_string_equal(knowledge_sql(k, SPANS),
		"published 2026-11-21 2026-11-22 new, published 2027-01-01 - amended,"
		" published 2026-11-22 2027-01-01 amended");
	knowledge_assert_index(k);
}

static void abolished_and_ended_rows_are_counted_as_ended(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(knowledge_import(k, ROW_A ROW_B), OK);
	knowledge_day(k, 1);
	assert_int_equal(knowledge_import(k, "{\"code\":\"1.000001\",\"name\":\"Cấp "
					     "giấy\",\"change\":\"replaced\",\"replaced_by\":\"1.000002\"}\n"
					     "{\"code\":\"1.000002\",\"name\":\"Đổi "
					     "giấy\",\"submission\":[{\"fee\":\"5 (không rõ đơn vị tiền)\"}],"
					     "\"valid_to\":\"2026-12-01\"}\n"),
		OK);
	assert_counts(k, 0, 0, 0, 2);
	assert_string_equal(knowledge_sql(k, SPANS),
		"published 2026-11-21 2026-11-22 new, published 2026-11-22 - replaced");
	assert_string_equal(
		knowledge_sql(k, "SELECT valid_to FROM version WHERE record = '1.000002'"), "2026-12-01");
	assert_int_equal(
		knowledge_import(k, "{\"code\":\"1.000001\",\"name\":\"Cấp "
				    "giấy\",\"change\":\"replaced\",\"replaced_by\":\"1.000002\"}\n"),
		OK);
	assert_counts(k, 0, 0, 1, 0);
}

static void every_bad_row_is_refused_with_line_member_and_reason(void **state)
{
	static const struct {
		const char *row, *says;
	} rows[] = {
		{"not json", "2: : is not JSON"},
		{"[1]", "2: : is not a JSON object"},
		{"{\"name\":\"n\"}", "2: code: neither"},
		{"{\"code\":\"1.2\"}", "2: name: is missing"},
		{"{\"code\":\"1.2\",\"name\":5}", "2: name: must be text"},
		{"{\"code\":\"1.000001\",\"name\":\"again\"}", "2: code: stands twice in this import"},
		{"{\"code\":\"1.2\",\"name\":\"\xff\"}", "2: : is not valid UTF-8"},
		{"{\"code\":\"1.2\",\"name\":\"a\\u0000b\"}", "2: : holds a NUL"},
		{"{\"code\":\"1.2\",\"name\":\"n\",\"ask\":\"x\"}", "2: ask: must be a list"},
		{"{\"code\":\"1.2\",\"name\":\"n\",\"ask\":[1]}", "2: ask: must be a list"},
		{"{\"code\":\"1.2\",\"name\":\"n\",\"everyday\":[]}", "2: everyday: must be text"},
		{"{\"code\":\"1.2\",\"name\":\"n\",\"valid_from\":\"1/2/2026\"}",
			"2: valid_from: must be a day"},
		{"{\"code\":\"1.2\",\"name\":\"n\",\"valid_from\":\"2026-13-01\"}",
			"2: valid_from: must be a day"},
		{"{\"code\":\"1.2\",\"name\":\"n\",\"valid_to\":\"2026-11-21\"}", "2: valid_to: has passed"},
		{"{\"code\":\"1.2\",\"name\":\"n\",\"valid_from\":\"2026-01-02\",\"valid_to\":\"2026-01-"
		 "02\"}",
			"2: valid_to: must lie after"},
		{"{\"code\":\"1.2\",\"name\":\"n\",\"change\":\"gone\"}", "2: change: must be"},
		{"{\"code\":\"1.2\",\"name\":\"n\",\"partial\":1}", "2: partial: must be"},
		{"{\"codes\":[],\"ask\":[\"x\"]}", "2: codes: is empty"},
		{"{\"codes\":[\"1\"]}", "2: ask: neither"},
		{"{\"codes\":\"1\",\"ask\":[\"x\"]}", "2: codes: must be a list"},
		{"{\"id\":\"1.000001\",\"kind\":\"faq\",\"name\":\"q\",\"text\":\"a\"}",
			"2: id: stands twice"},
		{"{\"code\":\"01234567890123456789012345678901234567890123456789012345678901234567890\","
		 "\"name\":\"n\"}",
			"2: id: is too long"},
		{"{\"id\":\"hotline:0912345678\",\"name\":\"n\",\"phone\":\"0912345678\"}",
			"2: id: looks like a personal number"},
		{"{\"code\":\"001099012345\",\"name\":\"n\"}", "2: id: looks like a personal number"},
	};
	struct knowledge *k = *state;
	char text[1024];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		snprintf(text, sizeof text, ROW_A "%s\n" ROW_B, rows[i].row);
		assert_int_equal(knowledge_import(k, text), ERR_FORMAT);
		assert_int_equal(k->refusal_count, 1);
		assert_int_equal(k->counts.refused, 1);
		assert_int_equal(k->counts.rows, 3);
		if (strncmp(k->refusals[0], rows[i].says, strlen(rows[i].says)) != 0)
			fail_msg("\"%s\" is not \"%s\"", k->refusals[0], rows[i].says);
		assert_non_null(strstr(k->why.text, "rows.jsonl:2: "));
		assert_string_equal(knowledge_sql(k, "SELECT count(*) FROM version"), "0");
		assert_string_equal(knowledge_sql(k, "SELECT count(*) FROM record"), "0");
	}
}

static void raw_nul_is_refused(void **state)
{
	static const char rows[] = "{\"code\":\"1.2\",\"name\":\"a\0b\"}\n\0\n";
	struct knowledge *k = *state;

	assert_int_equal(knowledge_import_bytes(k, rows, sizeof rows - 1), ERR_FORMAT);
	assert_int_equal(k->refusal_count, 2);
	assert_string_equal(k->refusals[0], "1: : holds a NUL character");
	assert_string_equal(k->refusals[1], "2: : holds a NUL character");
}

static void id_of_another_kind_is_refused(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(knowledge_import(k, ROW_A), OK);
	assert_int_equal(
		knowledge_import(k, "{\"id\":\"1.000001\",\"kind\":\"faq\",\"name\":\"q\",\"text\":\"a\"}\n"),
		ERR_FORMAT);
	assert_string_equal(k->refusals[0], "1: id: is there as a record of another kind");
}

/* A row of `len` bytes, line end included. */
static char *long_row(size_t len)
{
	static const char head[] = "{\"code\":\"1.9\",\"name\":\"n\",\"steps\":\"", tail[] = "\"}\n";
	char *row = malloc(len + 1);

	assert_non_null(row);
	memset(row, 'x', len);
	memcpy(row, head, sizeof head - 1);
	memcpy(row + len - (sizeof tail - 1), tail, sizeof tail);
	return row;
}

static void long_row_is_taken_and_a_longer_one_refused(void **state)
{
	static const size_t lengths[] = {235000, (1 << 20) + 1, (1 << 20) + 2, 5 << 20};
	struct knowledge *k = *state;

	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		char *row = long_row(lengths[i]);
		enum err err = knowledge_import_bytes(k, row, lengths[i]);

		free(row);
		assert_int_equal(err, lengths[i] <= (1 << 20) + 1 ? OK : ERR_FORMAT);
		if (err != OK)
			assert_string_equal(k->refusals[0], "1: : is longer than 1048576 bytes");
	}
	assert_string_equal(
		knowledge_sql(k, "SELECT length(body) > 1040000 FROM version WHERE state = 'published'"),
		"1");
}

static void line_after_a_too_long_one_is_read(void **state)
{
	struct knowledge *k = *state;
	size_t len = 3 << 20;
	char *row = long_row(len), *text = malloc(len + sizeof ROW_A);

	assert_non_null(text);
	memcpy(text, row, len);
	memcpy(text + len, "no json", 7);
	assert_int_equal(knowledge_import_bytes(k, text, len + 7), ERR_FORMAT);
	assert_int_equal(k->refusal_count, 2);
	assert_string_equal(k->refusals[1], "2: : is not JSON: trouble at byte 1");
	free(row);
	free(text);
}

static void what_is_ours_survives_an_official_import(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(knowledge_import(k, "{\"codes\":[\"1.000001\",\"1.7\"],\"title\":\"Giấy "
					     "thường\",\"ask\":[\"xin giấy\"],\"keywords\":[\"g\"]}\n"),
		OK);
	assert_int_equal(k->counts.asks_added, 6);
	assert_int_equal(knowledge_import(k, ROW_A), OK);
	knowledge_day(k, 1);
	assert_int_equal(knowledge_import(k, ROW_A_AMENDED), OK);
	assert_int_equal(k->counts.asks_added, 0);
	assert_string_equal(
		knowledge_sql(
			k, "SELECT group_concat(kind || '=' || text) FROM own WHERE record = '1.000001'"),
		"ask=xin giấy,keyword=g,title=Giấy thường");
	assert_string_equal(knowledge_sql(k, "SELECT count(*) FROM own WHERE record = '1.7'"), "3");
	assert_string_equal(knowledge_sql(k, "SELECT count(*) FROM version WHERE body LIKE '%xin%'"), "0");
	knowledge_assert_index(k);
}

static void ours_inside_a_row_is_no_part_of_its_body(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(knowledge_import(k, ROW_A), OK);
	assert_int_equal(
		knowledge_import(k, "{\"code\":\"1.000001\",\"name\":\"Cấp giấy\",\"decision\":\"1/QĐ\","
				    "\"everyday\":\"Giấy\",\"ask\":[\"xin giấy\"],\"keywords\":[\"g\"]}\n"),
		OK);
	assert_counts(k, 0, 0, 1, 0);
	assert_int_equal(k->counts.asks_added, 3);
	assert_string_equal(
		knowledge_sql(k, "SELECT count(*) FROM search WHERE search MATCH 'own : xin'"), "1");
	knowledge_assert_index(k);
}

static void former_everyday_title_stays_as_a_way_of_asking(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(knowledge_import(k, ROW_A "{\"codes\":[\"1.000001\"],\"title\":\"Cũ\"}\n"), OK);
	assert_int_equal(knowledge_import(k, "{\"codes\":[\"1.000001\"],\"title\":\"Mới\"}\n"), OK);
	assert_string_equal(
		knowledge_sql(k, "SELECT group_concat(kind || '=' || text) FROM own"), "ask=Cũ,title=Mới");
	knowledge_assert_index(k);
}

static void starter_facts_give_way_to_whole_rows_and_never_return(void **state)
{
	static const char starter[] =
		"{\"code\":\"1.000001\",\"name\":\"Cấp giấy\",\"partial\":true,\"everyday\":\"Giấy\"}\n";
	static const char newer[] = "{\"code\":\"1.000001\",\"name\":\"Cấp giấy.\",\"partial\":true}\n";
	struct knowledge *k = *state;

	assert_int_equal(knowledge_import(k, starter), OK);
	knowledge_day(k, 1);
	assert_int_equal(knowledge_import(k, newer), OK);
	assert_counts(k, 0, 1, 0, 0);
	knowledge_day(k, 2);
	assert_int_equal(knowledge_import(k, ROW_A), OK);
	assert_counts(k, 0, 1, 0, 0);
	assert_int_equal(knowledge_import(k, starter), OK);
	assert_counts(k, 0, 0, 1, 0);
	assert_string_equal(knowledge_sql(k, "SELECT text FROM own WHERE kind = 'title'"), "Giấy");
	assert_string_equal(knowledge_sql(k, "SELECT count(*) FROM version WHERE valid_to IS NULL"), "1");
}

static void starter_and_whole_row_may_come_in_one_import(void **state)
{
	static const char starter[] =
		"{\"code\":\"1.000001\",\"name\":\"Cấp giấy\",\"partial\":true,\"everyday\":\"Giấy\"}\n";
	struct knowledge *k = *state;
	char rows[512];

	for (int whole_first = 0; whole_first < 2; whole_first++) {
		snprintf(rows, sizeof rows, "%s%s", whole_first ? ROW_A : starter,
			whole_first ? starter : ROW_A);
		assert_int_equal(knowledge_import(k, rows), OK);
		assert_string_equal(
			knowledge_sql(k, "SELECT decision FROM version WHERE state = 'published'"), "1/QĐ");
		assert_string_equal(knowledge_sql(k, "SELECT text FROM own"), "Giấy");
		knowledge_assert_index(k);
	}
}

static void dry_run_counts_and_keeps_nothing(void **state)
{
	struct knowledge *k = *state;

	k->options.dry_run = true;
	assert_int_equal(knowledge_import(k, ROW_A ROW_B), OK);
	assert_counts(k, 2, 0, 0, 0);
	assert_int_equal(access(k->database, F_OK), -1);
	k->options.dry_run = false;
	assert_int_equal(knowledge_import(k, ROW_A), OK);
	k->options.dry_run = true;
	assert_int_equal(knowledge_import(k, ROW_A_AMENDED ROW_B), OK);
	assert_counts(k, 1, 1, 0, 0);
	assert_string_equal(knowledge_sql(k, SPANS), "published 2026-11-21 - new");
	knowledge_assert_index(k);
}

static void unit_has_a_version_of_its_own(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(knowledge_import(k, ROW_A), OK);
	k->options.unit = "11329";
	assert_int_equal(knowledge_import(k, ROW_A_AMENDED), OK);
	assert_counts(k, 1, 0, 0, 0);
	assert_int_equal(knowledge_import(k, ROW_A_AMENDED), OK);
	assert_counts(k, 0, 0, 1, 0);
	assert_string_equal(
		knowledge_sql(k, "SELECT group_concat(unit) FROM (SELECT unit FROM version ORDER BY unit)"),
		",11329");
	assert_int_equal(
		knowledge_import(k, "{\"code\":\"1.5\",\"name\":\"n\",\"unit\":\"2\"}\n"), ERR_FORMAT);
	assert_string_equal(k->refusals[0], "1: unit: says 2, but the import is for 11329");
	k->options.unit = NULL;
	assert_int_equal(knowledge_import(k, "{\"code\":\"1.5\",\"name\":\"n\",\"unit\":\"2\"}\n"
					     "{\"code\":\"1.5\",\"name\":\"n\"}\n"),
		OK);
	assert_counts(k, 2, 0, 0, 0);
}

static void repository_names_are_no_source_for_citizens(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(
		knowledge_import(k, "{\"code\":\"1\",\"name\":\"n\",\"source\":\"owner/list; other/list\"}\n"
				    "{\"code\":\"2\",\"name\":\"n\",\"source\":\"Quyết định "
				    "12/QĐ-UBND\",\"source_date\":\"2026-07-01\"}\n"
				    "{\"id\":\"hotline:x\",\"name\":\"n\",\"phone\":[\"1\"],\"source\":"
				    "\"https://x.vn/a\"}\n"),
		OK);
	assert_string_equal(
		knowledge_sql(
			k, "SELECT group_concat(source, '|') FROM (SELECT source FROM version ORDER BY id)"),
		"Cổng Dịch vụ công quốc gia|Quyết định 12/QĐ-UBND|https://x.vn/a");
}

static void missing_file_keeps_nothing(void **state)
{
	struct knowledge *k = *state;
	const char *paths[] = {k->file, "/nowhere/rows.jsonl"};

	assert_int_equal(knowledge_import(k, ""), OK);
	k->options.dry_run = true;
	assert_int_equal(knowledge_import(k, ROW_A), OK);
	k->options.dry_run = false;
	assert_int_equal(import_files(&k->options, paths, 2, &k->counts, &k->why), ERR_NOT_FOUND);
	assert_non_null(strstr(k->why.text, "/nowhere/rows.jsonl"));
	assert_string_equal(knowledge_sql(k, "SELECT count(*) FROM version"), "0");
}

#define PROVINCE                                                                                             \
	"{\"level\":\"tỉnh\",\"code\":\"91\",\"name\":\"Sông "                                            \
	"Cả\",\"type\":\"tỉnh\",\"formed_from\":[\"Sông Cả\",\"Núi Đá\"]}\n"
#define COMMUNE                                                                                              \
	"{\"level\":\"xã\",\"code\":\"91001\",\"name\":\"Bồ "                                             \
	"Nông\",\"type\":\"xã\",\"province_code\":\"91\"}\n"
#define OLD_NAME                                                                                             \
	"{\"old\":\"Xã Bìm Bịp\",\"old_type\":\"xã\",\"old_name\":\"Bìm Bịp\",\"new_code\":\"91001\"}\n"

static void units_are_imported_once(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(knowledge_import(k, PROVINCE COMMUNE OLD_NAME PROVINCE), OK);
	assert_counts(k, 3, 0, 1, 0);
	assert_int_equal(knowledge_import(k, PROVINCE COMMUNE OLD_NAME), OK);
	assert_counts(k, 0, 0, 3, 0);
	assert_string_equal(
		knowledge_sql(k, "SELECT group_concat(key) FROM unit_old WHERE unit = '91' ORDER BY key"),
		"nui da,song ca");
	assert_string_equal(knowledge_sql(k, "SELECT count(*) FROM version"), "0");
}

static void source_of_a_unit_outlives_a_row_without_one(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(
		knowledge_import(k,
			"{\"level\":\"tỉnh\",\"code\":\"91\",\"name\":\"Sông Cả\",\"type\":\"tỉnh\","
			"\"formed_from\":[\"Sông Cả\"],\"source\":\"1/NQ\",\"date\":\"2025-06-12\"}\n"),
		OK);
	assert_int_equal(knowledge_import(k, PROVINCE), OK);
	assert_counts(k, 0, 1, 0, 0);
	assert_string_equal(
		knowledge_sql(k, "SELECT source || ' ' || source_date FROM unit"), "1/NQ 2025-06-12");
	assert_string_equal(knowledge_sql(k, "SELECT count(*) FROM unit_old"), "2");
}

static void refused_unit_names_its_member_and_refuses_all(void **state)
{
	static const struct {
		const char *row, *refusal;
	} rows[] = {
		{COMMUNE, "1: province_code: no such province: provinces come first"},
		{OLD_NAME, "1: new_code: no such unit: units come before the names of old"},
		{PROVINCE COMMUNE "{\"level\":\"xã\",\"code\":\"91001\",\"name\":\"X\",\"type\":\"xã\","
				  "\"province_code\":\"91\"}",
			"3: code: stands twice in this import, and differs"},
		{PROVINCE COMMUNE "{\"level\":\"xã\",\"code\":\"91002\",\"name\":\"X\",\"type\":\"xã\","
				  "\"province_code\":\"91001\"}",
			"3: province_code: no such province: provinces come first"},
		{PROVINCE "{\"level\":\"xã\",\"code\":\"91\",\"name\":\"X\",\"type\":\"xã\",\"province_"
			  "code\":\"91\"}",
			"2: level: is another than the unit of that code has"},
		{"{\"level\":\"huyện\",\"code\":\"91\",\"name\":\"X\",\"type\":\"huyện\"}",
			"1: level: must be tỉnh or xã"},
		{"{\"level\":\"tỉnh\",\"code\":\"9a\",\"name\":\"X\",\"type\":\"tỉnh\",\"formed_from\":["
		 "\"X\"]}",
			"1: code: must be digits"},
		{"{\"level\":\"tỉnh\",\"code\":\"91\",\"name\":\"X\",\"type\":\"tỉnh\",\"formed_from\":[7]}",
			"1: formed_from: must be text"},
		{"{\"level\":\"tỉnh\",\"code\":\"91\",\"name\":\"X\",\"type\":\"tỉnh\"}",
			"1: formed_from: must be a list of 1 to 16 names"},
		{"{\"old\":\"Xã X\",\"new_code\":\"91001\"}", "1: old_name: is missing"},
		{"{\"old\":\"Xã X\",\"old_name\":\"X\",\"partial\":1,\"new_code\":\"91001\"}",
			"1: partial: must be true or false"},
	};
	struct knowledge *k = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(knowledge_import(k, rows[i].row), ERR_FORMAT);
		assert_string_equal(k->refusals[0], rows[i].refusal);
		assert_string_equal(knowledge_sql(k, "SELECT count(*) FROM unit"), "0");
	}
}

static void newer_schema_and_foreign_files_are_refused(void **state)
{
	struct knowledge *k = *state;
	sqlite3 *db;
	FILE *file;

	assert_int_equal(sqlite3_open(k->database, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 99", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(knowledge_import(k, ROW_A), ERR_NEWER);
	assert_non_null(strstr(k->why.text, "schema 99"));
	unlink(k->database);
	file = fopen(k->database, "w");
	assert_non_null(file);
	fputs("this is a letter and no database, and it is long enough to have a header of a hundred bytes "
	      "or so",
		file);
	fclose(file);
	assert_int_equal(knowledge_import(k, ROW_A), ERR_STORE);
	assert_non_null(strstr(k->why.text, "not a database"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, knowledge_setup, knowledge_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(second_import_of_the_same_rows_changes_nothing),
		TEST(blanks_and_line_ends_are_no_change),
		TEST(changed_row_ends_the_former_version_today),
		TEST(amending_twice_a_day_keeps_one_version_and_the_history),
		TEST(planned_version_stays_and_today_ends_there),
		TEST(abolished_and_ended_rows_are_counted_as_ended),
		TEST(every_bad_row_is_refused_with_line_member_and_reason),
		TEST(raw_nul_is_refused),
		TEST(id_of_another_kind_is_refused),
		TEST(long_row_is_taken_and_a_longer_one_refused),
		TEST(line_after_a_too_long_one_is_read),
		TEST(what_is_ours_survives_an_official_import),
		TEST(ours_inside_a_row_is_no_part_of_its_body),
		TEST(former_everyday_title_stays_as_a_way_of_asking),
		TEST(starter_facts_give_way_to_whole_rows_and_never_return),
		TEST(starter_and_whole_row_may_come_in_one_import),
		TEST(dry_run_counts_and_keeps_nothing),
		TEST(unit_has_a_version_of_its_own),
		TEST(repository_names_are_no_source_for_citizens),
		TEST(missing_file_keeps_nothing),
		TEST(units_are_imported_once),
		TEST(source_of_a_unit_outlives_a_row_without_one),
		TEST(refused_unit_names_its_member_and_refuses_all),
		TEST(newer_schema_and_foreign_files_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
