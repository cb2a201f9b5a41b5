#include "knowledge/kdb.h"
#include "knowledge/quality.h"
#include "tests/support/knowledge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct seen {
	char text[2048];
};

static void note(void *arg, const struct quality_finding *f)
{
	struct seen *seen = arg;
	size_t len = strlen(seen->text);

	snprintf(seen->text + len, sizeof seen->text - len, "%s %s%s%s %s: %s\n", quality_word(f->quality),
		f->record, *f->unit ? "@" : "", f->unit, f->name, f->detail);
}

#define WHOLE                                                                                                \
	"\"submission\":[{\"fee\":\"Miễn phí\",\"time_limit\":\"1 "                                       \
	"ngày\"}],\"documents\":[{\"name\":\"Đơn\"}]"

static void what_needs_a_curator_is_listed_once(void **state)
{
	struct knowledge *k = *state;
	size_t counts[QUALITY_COUNT];
	struct seen seen = {""};

	assert_int_equal(
		knowledge_import(k,
			"{\"code\":\"1.1\",\"name\":\"Đủ\"," WHOLE "}\n"
			"{\"code\":\"1.2\",\"name\":\"Mờ\",\"submission\":[{\"fee\":\"5 (không rõ đơn vị "
			"tiền)\",\"time_limit\":\"1 ngày\"},"
			"{\"fee\":\"6 (không rõ đơn vị tiền)\"}],\"documents\":[{\"name\":\"Đơn\"}]}\n"
			"{\"code\":\"1.3\",\"name\":\"Thiếu\",\"unit\":\"7\"}\n"
			"{\"code\":\"1.4\",\"name\":\"Hết\",\"valid_from\":\"2026-01-01\",\"valid_to\":"
			"\"2026-06-01\"," WHOLE "}\n"
			"{\"code\":\"1.5\",\"name\":\"Bỏ\",\"change\":\"abolished\"}\n"
			"{\"id\":\"hotline:x\",\"name\":\"Dây\",\"phone\":[\"1022\"]}\n"),
		OK);
	assert_int_equal(quality_check(k->database, NULL, note, &seen, counts, &k->why), OK);
	assert_string_equal(seen.text, "unclear_fee 1.2 Mờ: 5 (không rõ đơn vị tiền)\n"
				       "no_fee 1.3@7 Thiếu: \n"
				       "no_time 1.3@7 Thiếu: \n"
				       "no_documents 1.3@7 Thiếu: \n"
				       "expired 1.4 Hết: 2026-06-01\n");
	assert_int_equal(counts[QUALITY_UNCLEAR_FEE], 1);
	assert_int_equal(counts[QUALITY_EXPIRED], 1);
	assert_int_equal(counts[QUALITY_OVERLAP], 0);
	assert_int_equal(quality_check(k->database, "2026-05-01", NULL, NULL, counts, &k->why), OK);
	assert_int_equal(counts[QUALITY_UNCLEAR_FEE] + counts[QUALITY_EXPIRED] + counts[QUALITY_NO_FEE], 0);
}

static void overlap_made_by_hand_is_found(void **state)
{
	struct knowledge *k = *state;
	struct seen seen = {""};
	struct kdb *kdb;

	assert_int_equal(knowledge_import(k, "{\"code\":\"1.1\",\"name\":\"Đủ\"," WHOLE "}\n"), OK);
	assert_int_equal(kdb_open(k->database, KDB_WRITE, &kdb, NULL), OK);
	assert_int_equal(sqlite3_exec(kdb->db,
				 "INSERT INTO version (record, state, change, valid_from, valid_to, author, "
				 "created_ms, body, body_hash)"
				 " SELECT record, state, change, '2026-11-01', '2026-11-22', author, "
				 "created_ms, body, body_hash FROM version",
				 NULL, NULL, NULL),
		SQLITE_OK);
	kdb_close(kdb);
	assert_int_equal(quality_check(k->database, NULL, note, &seen, NULL, &k->why), OK);
	assert_non_null(strstr(seen.text, "overlap 1.1 Đủ: 2026-11-21–, 2026-11-01–2026-11-22\n"));
}

static void missing_database_is_said(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(quality_check(k->database, NULL, NULL, NULL, NULL, &k->why), ERR_IO);
	assert_non_null(strstr(k->why.text, k->database));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, knowledge_setup, knowledge_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_needs_a_curator_is_listed_once),
		TEST(overlap_made_by_hand_is_found),
		TEST(missing_database_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
