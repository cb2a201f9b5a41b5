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

#define COPY(code, unit, fee, time)                                                                          \
	"{\"code\":\"" code "\",\"name\":\"Cấp bản sao\",\"unit\":\"" unit                                   \
	"\",\"submission\":[{\"mode\":\"trực tiếp\",\"fee\":\"" fee "\",\"time_limit\":\"" time              \
	"\"}],\"documents\":[{\"name\":\"Đơn\"}],\"decision\":\"1/QĐ\"}\n"

static void contradictions_are_found_across_units_versions_and_records(void **state)
{
	struct knowledge *k = *state;
	struct seen seen = {""};

	assert_int_equal(knowledge_import(k, COPY("1.1", "", "8.000 đồng", "1 ngày")), OK);
	assert_int_equal(quality_check(k->database, NULL, note, &seen, NULL, &k->why), OK);
	assert_string_equal(seen.text, "");
	knowledge_day(k, 1);
	assert_int_equal(knowledge_import(k, COPY("1.1", "", "9.000 đồng", "1 ngày") COPY("1.1", "7", "9000đ",
						     "3 ngày") COPY("1.2", "", "9.000đ", "2 ngày")),
		OK);
	assert_int_equal(quality_check(k->database, NULL, note, &seen, NULL, &k->why), OK);
	assert_string_equal(seen.text, "unit_time 1.1@7 Cấp bản sao: 1 ngày ≠ 3 ngày\n"
				       "fee_undecided 1.1 Cấp bản sao: 8.000 đồng ≠ 9.000 đồng\n"
				       "same_name 1.2 Cấp bản sao: 1.1: 1 ngày ≠ 2 ngày\n");
}

static void what_ends_soon_and_what_is_old_is_listed(void **state)
{
	struct knowledge *k = *state;
	struct seen seen = {""};

	assert_int_equal(
		knowledge_import(k,
			"{\"code\":\"1.1\",\"name\":\"Sắp hết\",\"valid_to\":\"2026-12-20\"," WHOLE "}\n"
			"{\"code\":\"1.2\",\"name\":\"Còn lâu\",\"valid_to\":\"2027-06-01\"," WHOLE "}\n"
			"{\"code\":\"1.3\",\"name\":\"Cũ\",\"source_date\":\"2025-01-01\"," WHOLE "}\n"
			"{\"code\":\"1.4\",\"name\":\"Có bản sau\",\"valid_to\":\"2026-12-01\"," WHOLE "}\n"),
		OK);
	assert_int_equal(
		knowledge_import(k, "{\"code\":\"1.4\",\"name\":\"Có bản "
				    "sau\",\"valid_from\":\"2026-12-01\",\"text\":\"x\"," WHOLE "}\n"),
		OK);
	assert_int_equal(quality_check(k->database, NULL, note, &seen, NULL, &k->why), OK);
	assert_string_equal(seen.text, "expiring 1.1 Sắp hết: 2026-12-20\nstale 1.3 Cũ: 2025-01-01\n");
}

/* What a unit says otherwise has no name of its own: it must neither stop the check nor count as incomplete. */
static void what_a_unit_says_otherwise_is_laid_beside_what_it_inherits(void **state)
{
	struct knowledge *k = *state;
	struct seen seen = {""};
	struct kdb *kdb;

	assert_int_equal(knowledge_import(k, COPY("1.1", "", "8.000 đồng", "1 ngày")), OK);
	assert_int_equal(kdb_open(k->database, KDB_WRITE, &kdb, NULL), OK);
	assert_int_equal(
		sqlite3_exec(kdb->db,
			"INSERT INTO version (record, unit, state, change, valid_from, author, created_ms, "
			"inherits,"
			" body, body_hash) VALUES ('1.1', '7', 'published', 'new', '2026-11-01', 'x', 0, 1,"
			" '{\"submission\":[{\"mode\":\"trực tiếp\",\"fee\":\"Miễn phí\"}]}', x'00')",
			NULL, NULL, NULL),
		SQLITE_OK);
	kdb_close(kdb);
	assert_int_equal(quality_check(k->database, NULL, note, &seen, NULL, &k->why), OK);
	assert_string_equal(seen.text, "unit_fee 1.1@7 Cấp bản sao: 8.000 đồng ≠ Miễn phí\n");
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
		TEST(contradictions_are_found_across_units_versions_and_records),
		TEST(what_ends_soon_and_what_is_old_is_listed),
		TEST(what_a_unit_says_otherwise_is_laid_beside_what_it_inherits),
		TEST(overlap_made_by_hand_is_found),
		TEST(missing_database_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
