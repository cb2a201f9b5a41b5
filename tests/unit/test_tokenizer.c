#include "knowledge/tokenizer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int setup(void **state)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(tokenizer_register(db, NULL), OK);
	assert_int_equal(sqlite3_exec(db,
				 "CREATE VIRTUAL TABLE t USING fts5 (a, tokenize = 'vi', detail = column,"
				 " content = '', columnsize = 0);"
				 "INSERT INTO t (rowid, a) VALUES (1, 'Đăng ký tạm trú. Khai báo'), (2, "
				 "'đang trú tạm'),"
				 " (3, 'hòa giải');",
				 NULL, NULL, NULL),
		SQLITE_OK);
	*state = db;
	return 0;
}

static int teardown(void **state)
{
	return sqlite3_close(*state) != SQLITE_OK;
}

static int matches(sqlite3 *db, const char *expression)
{
	sqlite3_stmt *stmt = NULL;
	int rows = 0;

	assert_int_equal(
		sqlite3_prepare_v2(db, "SELECT rowid FROM t WHERE t MATCH ?1", -1, &stmt, NULL), SQLITE_OK);
	sqlite3_bind_text(stmt, 1, expression, -1, SQLITE_STATIC);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		rows |= 1 << sqlite3_column_int(stmt, 0);
	sqlite3_finalize(stmt);
	return rows;
}

static void marks_and_d_do_not_matter(void **state)
{
	assert_int_equal(matches(*state, "dang"), 1 << 1 | 1 << 2);
	assert_int_equal(matches(*state, "ĐĂNG"), 1 << 1 | 1 << 2);
	assert_int_equal(matches(*state, "hoà"), 1 << 3);
	assert_int_equal(matches(*state, "ki"), 1 << 1);
}

static void pairs_tell_order(void **state)
{
	assert_int_equal(matches(*state, "\"tam tru\""),
		0); /* detail=column has no phrases: pairs stand in for them */
	assert_int_equal(matches(*state, "tam"), 1 << 1 | 1 << 2);
}

static void pair_tokens_are_in_documents_only(void **state)
{
	sqlite3 *db = *state;
	sqlite3_stmt *stmt = NULL;
	int pairs = 0;

	assert_int_equal(
		sqlite3_exec(db, "CREATE VIRTUAL TABLE v USING fts5vocab (t, row)", NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_equal(
		sqlite3_prepare_v2(db, "SELECT count(*) FROM v WHERE instr(term, '_')", -1, &stmt, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	pairs = sqlite3_column_int(stmt, 0);
	sqlite3_finalize(stmt);
	/* dang_ki ki_tam tam_tru khai_bao, dang_tru tru_tam, hoa_giai; none across the full stop */
	assert_int_equal(pairs, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(marks_and_d_do_not_matter, setup, teardown),
		cmocka_unit_test_setup_teardown(pairs_tell_order, setup, teardown),
		cmocka_unit_test_setup_teardown(pair_tokens_are_in_documents_only, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
