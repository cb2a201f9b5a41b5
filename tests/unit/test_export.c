#include "knowledge/export.h"
#include "tests/support/knowledge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What export writes, in a text the caller frees. */
static char *exported(struct knowledge *k, const char *kind, const char *as_of)
{
	const struct export_options o = {.database = k->database, .kind = kind, .as_of = as_of};
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	struct why why = {""};

	assert_non_null(out);
	if (export_write(&o, out, &why) != OK)
		fail_msg("%s", why.text);
	fclose(out);
	return text;
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
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, knowledge_setup, knowledge_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(export_is_what_import_reads_back_unchanged),
		TEST(export_is_of_one_day_and_of_one_kind),
		TEST(what_cannot_be_read_or_written_is_said),
		TEST(national_list_goes_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
