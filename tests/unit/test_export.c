#include "knowledge/export.h"
#include "tests/support/knowledge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

/* What export writes, in bytes the caller frees. */
static char *exported_as(
	struct knowledge *k, enum export_format format, const char *kind, const char *as_of, size_t *ret_len)
{
	const struct export_options o = {
		.database = k->database, .format = format, .kind = kind, .as_of = as_of};
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_len);
	struct why why = {""};

	assert_non_null(out);
	if (export_write(&o, out, &why) != OK)
		fail_msg("%s", why.text);
	fclose(out);
	return text;
}

static char *exported(struct knowledge *k, const char *kind, const char *as_of)
{
	size_t len = 0;

	return exported_as(k, EXPORT_JSONL, kind, as_of, &len);
}

static void forget(struct knowledge *k)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	char path[128];

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s%s", k->database, ends[i]);
		unlink(path);
	}
}

static void assert_round_trip(struct knowledge *k)
{
	char *first = exported(k, NULL, NULL), *second;

	assert_true(strlen(first) > 0);
	forget(k);
	knowledge_day(k, 5);
	assert_int_equal(knowledge_import(k, first), OK);
	second = exported(k, NULL, NULL);
	if (strcmp(first, second) != 0)
		fail_msg("the second export differs");
	assert_int_equal(knowledge_import(k, second), OK);
	assert_int_equal(k->counts.unchanged,
		k->counts.added + k->counts.changed + k->counts.unchanged + k->counts.ended);
	assert_int_equal(k->counts.asks_added, 0);
	free(first);
	free(second);
}

/* Every line of one is a line of the other, whatever the order of members. */
static void assert_same_rows(const char *first, const char *second)
{
	size_t rows = 0;

	for (; *first && *second; rows++) {
		size_t a_len = strcspn(first, "\n"), b_len = strcspn(second, "\n");
		cJSON *a = cJSON_ParseWithLength(first, a_len), *b = cJSON_ParseWithLength(second, b_len);

		if (!a || !b || !cJSON_Compare(a, b, true))
			fail_msg("row %zu: %.*s\nbecame: %.*s", rows + 1, (int)a_len, first, (int)b_len,
				second);
		cJSON_Delete(a);
		cJSON_Delete(b);
		first += a_len + 1;
		second += b_len + 1;
	}
	assert_true(*first == *second);
	assert_true(rows > 0);
}

/* Into a table and back: nothing changes in the same knowledge, and another one made of it says the same. */
static void assert_table_round_trip(struct knowledge *k, enum export_format format)
{
	char *lines = exported(k, NULL, NULL), *again, *table;
	size_t len = 0;

	table = exported_as(k, format, NULL, NULL, &len);
	assert_int_equal(knowledge_import_table(k, table, len), OK);
	assert_int_equal(k->counts.added + k->counts.changed + k->counts.ended + k->counts.skipped, 0);
	assert_int_equal(k->counts.asks_added, 0);
	forget(k);
	if (knowledge_import_table(k, table, len) != OK)
		fail_msg("%s", k->why.text);
	again = exported(k, NULL, NULL);
	assert_same_rows(lines, again);
	free(lines);
	free(again);
	free(table);
}

static void export_is_what_import_reads_back_unchanged(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(
		knowledge_import(k,
			"{\"code\":\"1.1\",\"name\":\"Giấy "
			"\\\"A\\\"\",\"steps\":\"1\\n2\\t\\\\\",\"everyday\":\"A\",\"ask\":[\"b\",\"a\"],"
			"\"keywords\":[\"k\\\"\\u0001\"],\"unknown\":{\"x\":[1,2.5,null,true]},\"source\":"
			"\"a/b\",\"partial\":true}\n"
			"{\"id\":\"1.2-X\",\"code\":\"1.2\",\"name\":\"B\",\"valid_from\":\"2026-07-01\","
			"\"valid_to\":\"2027-01-01\","
			"\"decision\":\"7/"
			"QĐ\",\"decision_date\":\"2026-06-30\",\"source\":\"Sở\",\"source_date\":\"2026-07-"
			"03\"}\n"
			"{\"code\":\"1.1\",\"name\":\"Giấy của xã\",\"unit\":\"11329\",\"keywords\":\"một, "
			"hai\"}\n"
			"{\"code\":\"1.3\",\"name\":\"C\",\"change\":\"replaced\",\"replaced_by\":\"1.1\"}\n"
			"{\"id\":\"hotline:x\",\"name\":\"Đường dây\",\"phone\":[\"1022\"]}\n"
			"{\"id\":\"faq:x\",\"question\":\"Q?\",\"answer\":\"A\"}\n"
			"{\"id\":\"guide:x\",\"name\":\"G\",\"text\":\"T\"}\n"
			"{\"codes\":[\"9.9\",\"9.8\"],\"title\":\"Chưa có\",\"ask\":[\"hỏi\"]}\n"),
		OK);
	assert_round_trip(k);
}

/* What people write into cells, and what a spreadsheet could take for a formula, a column of its own, a list or nothing. */
#define ODD_ROWS                                                                                                  \
	"{\"code\":\"1.1\",\"name\":\"=HYPERLINK(\\\"x\\\")\",\"steps\":\"- Bước 1\\n- Bước 2; xong, "      \
	"\\\"hết\\\"\","                                                                                        \
	"\"result\":\"'=1\",\"applicant\":\"'thường'\",\"conditions\":\"\\u0001 ⏎\",\"scope\":\"_x0041_ "    \
	"_x005F_\",\"agency\":\" "                                                                                \
	"lề \","                                                                                                \
	"\"documents\":[{\"name\":\"A (bản chính: "                                                            \
	"1)\",\"originals\":2,\"copies\":0},{\"group\":\"[x]\",\"name\":\"[y]\"},"                                \
	"{\"name\":\"B\",\"copies\":1,\"form\":\"M1, (a)\"},{\"group\":\"Trường hợp 2\",\"name\":\"- "       \
	"C\"}]}\n"                                                                                                \
	"{\"code\":\"1.2\",\"name\":\"hai\",\"submission\":[{\"mode\":\"trực "                                  \
	"tiếp\",\"fee\":\"-\",\"note\":\"a\\nb\"},"                                                             \
	"{\"mode\":\"trực tuyến\",\"time_limit\":\"5 ngày\"},{\"mode\":\"trực "                            \
	"tiếp\",\"note\":\"c\\nd\"},{\"mode\":\"bưu chính\"}],"                                               \
	"\"level\":[\"xã\",\"tỉnh\"],\"legal_basis\":[\"- Luật\",\"Nghị định\"],\"keywords\":\"một, " \
	"hai\"}\n"                                                                                                \
	"{\"code\":\"1.3\",\"name\":\"ba\",\"submission\":[{\"fee\":\"70.000 "                                    \
	"đ/lần\"}],\"documents\":[],\"level\":[\"huyện\"],"                                                  \
	"\"agency\":null,\"field\":\"\",\"x\":{\"y\":[1,2.5,true,null]}}\n"                                       \
	"{\"code\":\"1.4\",\"name\":\"bốn\",\"submission\":[{\"mode\":\"trực "                                \
	"tiếp\",\"other\":\"x\"},{\"fee\":\"1\"},{\"fee\":\"2\"}]}\n"                                           \
	"{\"id\":\"guide:x\",\"kind\":\"guide\",\"name\":\"+84\",\"text\":\"@\",\"ask\":[\"- gạch\",\"hai "     \
	"dòng\"]}\n"                                                                                             \
	"{\"id\":\"hotline:x\",\"name\":\"N\",\"phone\":[\"1900 0134\",\"1022\"],\"emergency\":false}\n"          \
	"{\"id\":\"lạ\",\"kind\":\"office\",\"name\":\"N\",\"hours\":\"7h\",\"valid_from\":\"2026-07-01\","     \
	"\"change\":\"amended\"}\n"                                                                               \
	"{\"codes\":[\"9.9\"],\"title\":\"Chưa có\",\"ask\":[\"hỏi\"]}\n"

static void tables_go_round_whatever_stands_in_the_cells(void **state)
{
	struct knowledge *k = *state;

	for (enum export_format format = EXPORT_CSV; format <= EXPORT_XLSX; format++) {
		forget(k);
		if (knowledge_import(k, ODD_ROWS) != OK)
			fail_msg("%s", k->why.text);
		assert_table_round_trip(k, format);
	}
}

static void what_a_unit_says_otherwise_stays_what_it_says_otherwise(void **state)
{
	static const char units[] = "{\"level\":\"tỉnh\",\"code\":\"01\",\"name\":\"Hà "
				    "Nội\",\"type\":\"thành phố\",\"formed_from\":[\"Hà Nội\"]}\n"
				    "{\"level\":\"xã\",\"code\":\"00004\",\"name\":\"Ba "
				    "Đình\",\"type\":\"phường\",\"province_code\":\"01\"}\n";
	struct knowledge *k = *state;

	for (enum export_format format = EXPORT_JSONL; format <= EXPORT_XLSX; format++) {
		char *text;
		size_t len = 0;

		forget(k);
		assert_int_equal(knowledge_import(k, units), OK);
		assert_int_equal(
			knowledge_import(k,
				"{\"code\":\"1.1\",\"name\":\"a\",\"agency\":\"b\",\"steps\":\"c\"}\n"
				"{\"code\":\"1.1\",\"name\":\"a\",\"agency\":\"b\",\"address\":\"d\","
				"\"steps\":\"c\","
				"\"unit\":\"00004\",\"inherits\":true}\n"),
			OK);
		text = exported_as(k, format, NULL, NULL, &len);
		forget(k);
		assert_int_equal(knowledge_import(k, units), OK);
		if (knowledge_import_table(k, text, len) != OK)
			fail_msg("%s", k->why.text);
		assert_string_equal(
			knowledge_sql(k, "SELECT inherits || body FROM version WHERE unit = '00004'"),
			"1{\"address\":\"d\"}");
		assert_int_equal(knowledge_import_table(k, text, len), OK);
		assert_int_equal(k->counts.unchanged, 2);
		free(text);
	}
}

static void text_longer_than_a_cell_goes_on_in_the_next_column(void **state)
{
	enum { WORDS = 60000 };
	struct knowledge *k = *state;
	char *row = malloc(8 * WORDS + 100), *at = row, *csv;
	size_t len = 0;

	assert_non_null(row);
	at += sprintf(at, "{\"code\":\"1.1\",\"name\":\"dài\",\"steps\":\"0");
	for (int i = 0; i < WORDS; i++)
		at += sprintf(at, "%s%d", i % 7 != 6 ? " " : "\\n=", (i + 1) % 10);
	sprintf(at, "\"}\n");
	for (enum export_format format = EXPORT_CSV; format <= EXPORT_XLSX; format++) {
		forget(k);
		assert_int_equal(knowledge_import(k, row), OK);
		assert_table_round_trip(k, format);
	}
	csv = exported_as(k, EXPORT_CSV, NULL, NULL, &len);
	assert_non_null(strstr(csv, "Trình tự thực hiện (4)"));
	free(csv);
	free(row);
}

static void units_and_their_names_of_before_go_round(void **state)
{
	static const char places[] =
		"{\"level\":\"tỉnh\",\"code\":\"91\",\"name\":\"An "
		"Giang\",\"type\":\"tỉnh\",\"abbr\":\"AGG\",\"formed_from\":[\"An Giang\",\"Kiên "
		"Giang\"],\"source\":\"NQ 202\",\"date\":\"2025-06-12\"}\n"
		"{\"level\":\"xã\",\"code\":\"30985\",\"name\":\"An "
		"Biên\",\"type\":\"xã\",\"province_code\":\"91\"}\n"
		"{\"new_code\":\"30985\",\"old\":\"Xã Đông Yên\",\"old_name\":\"Đông "
		"Yên\",\"old_type\":\"xã\",\"old_district\":\"An "
		"Biên\",\"partial\":true,\"note\":\"một phần\"}\n";
	struct knowledge *k = *state;

	for (int format = 0; format < EXPORT_FORMAT_COUNT; format++) {
		char *lines[2], *tables[2];
		size_t lengths[2];

		forget(k);
		assert_int_equal(knowledge_import(k, places), OK);
		for (int i = 0; i < 2; i++) {
			const char *kind = i ? "old_unit" : "unit";

			lines[i] = exported(k, kind, NULL);
			tables[i] = exported_as(k, (enum export_format)format, kind, NULL, &lengths[i]);
		}
		forget(k);
		for (int i = 0; i < 2; i++) {
			char *again;

			if (knowledge_import_table(k, tables[i], lengths[i]) != OK)
				fail_msg("%s", k->why.text);
			again = exported(k, i ? "old_unit" : "unit", NULL);
			assert_same_rows(lines[i], again);
			free(again);
			free(lines[i]);
			free(tables[i]);
		}
	}
}

static void export_is_of_one_day_and_of_one_kind(void **state)
{
	struct knowledge *k = *state;
	char *text;

	assert_int_equal(knowledge_import(k, "{\"code\":\"1.1\",\"name\":\"cũ\"}\n"
					     "{\"id\":\"hotline:x\",\"name\":\"dây\",\"phone\":[\"1022\"]}\n"
					     "{\"codes\":[\"9.9\"],\"ask\":[\"hỏi\"]}\n"),
		OK);
	knowledge_day(k, 2);
	assert_int_equal(knowledge_import(k, "{\"code\":\"1.1\",\"name\":\"mới\"}\n"), OK);
	text = exported(k, "procedure", "2026-11-22");
	assert_string_equal(text,
		"{\"code\":\"1.1\",\"name\":\"cũ\",\"valid_from\":\"2026-11-21\",\"valid_to\":"
		"\"2026-11-23\",\"source\":\"Cổng Dịch vụ công quốc gia\"}\n");
	free(text);
	text = exported(k, "procedure", NULL);
	assert_non_null(strstr(text, "mới"));
	assert_null(strstr(text, "dây"));
	free(text);
	text = exported(k, NULL, "2026-11-20");
	assert_string_equal(text, "{\"codes\":[\"9.9\"],\"ask\":[\"hỏi\"]}\n");
	free(text);
}

static void what_cannot_be_read_or_written_is_said(void **state)
{
	struct knowledge *k = *state;
	const struct export_options o = {.database = k->database};
	struct why why = {""};
	FILE *full = fopen("/dev/full", "w");

	assert_int_equal(export_write(&o, stdout, &why), ERR_IO);
	assert_non_null(strstr(why.text, k->database));
	assert_int_equal(knowledge_import(k, "{\"code\":\"1.1\",\"name\":\"n\"}\n"), OK);
	assert_non_null(full);
	assert_int_equal(export_write(&o, full, &why), ERR_DISK_FULL);
	assert_non_null(strstr(why.text, "could not write the export"));
	fclose(full);
}

/* The national list, when it is at hand: every row goes round. */
static void national_list_goes_round(void **state)
{
	const char *data = getenv("MOTCUA_DATA");
	struct knowledge *k = *state;
	const char *paths[1];
	char path[512];

	snprintf(path, sizeof path, "%s/procedures.jsonl", data ? data : "../shared/data");
	if (access(path, R_OK) != 0)
		skip();
	paths[0] = path;
	assert_int_equal(import_files(&k->options, paths, 1, &k->counts, &k->why), OK);
	assert_int_equal(k->counts.rows, k->counts.added);
	assert_true(k->counts.rows >= 5721);
	assert_true(k->counts.unclear_fees >= 91);
	assert_round_trip(k);
	assert_table_round_trip(k, EXPORT_CSV);
	assert_int_equal(k->counts.added, k->counts.rows);
	assert_table_round_trip(k, EXPORT_XLSX);
	assert_int_equal(k->counts.added, k->counts.rows);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, knowledge_setup, knowledge_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(export_is_what_import_reads_back_unchanged),
		TEST(tables_go_round_whatever_stands_in_the_cells),
		TEST(what_a_unit_says_otherwise_stays_what_it_says_otherwise),
		TEST(text_longer_than_a_cell_goes_on_in_the_next_column),
		TEST(units_and_their_names_of_before_go_round),
		TEST(export_is_of_one_day_and_of_one_kind),
		TEST(what_cannot_be_read_or_written_is_said),
		TEST(national_list_goes_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
