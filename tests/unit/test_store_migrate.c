/* A state.db of each released version becomes one of today, with the tables a new one has. The old schemas are kept in
 * tests/golden/schema. */
#include "daemon/base/arena.h"
#include "daemon/base/share.h"
#include "daemon/store/store.h"
#include "tests/support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

/* Every table, index and trigger as SQLite remembers it, without comments and blanks, which migrations may set differently. */
static const char *shape(struct arena *a, const char *path)
{
	const char *text = "";
	sqlite3_stmt *stmt;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_prepare_v2(db,
			"SELECT s.type || ' ' || s.name || ' ' || coalesce((SELECT group_concat(c.name || ' "
			"' || c.type || ' ' "
			"|| c.\"notnull\" || ' ' || coalesce(c.dflt_value, '') || ' ' || c.pk, ', ') FROM "
			"pragma_table_info(s.name) c), '') FROM sqlite_schema s WHERE s.name NOT LIKE "
			"'sqlite_%' "
			"UNION ALL SELECT 'version ' || user_version FROM pragma_user_version ORDER BY 1",
			-1, &stmt, NULL),
		SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		text = arena_printf(a, "%s%s\n", text, (const char *)sqlite3_column_text(stmt, 0));
		assert_non_null(text);
	}
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return text;
}

static void old_make(struct arena *a, const char *path, int version)
{
	const char *name = arena_printf(a, "tests/golden/schema/state_%03d.sql", version), *full;
	struct bytes sql;
	sqlite3 *db;

	assert_int_equal(share_path(a, name, &full, NULL), OK);
	assert_int_equal(share_read_file(a, full, (size_t)1 << 20, &sql, NULL), OK);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql.ptr, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(db,
			"INSERT INTO event (dedupe, channel, account, kind, time_ms, received_ms) VALUES "
			"(x'01', 'zalo', 'oa', 'text', 1, 1)",
			NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(db);
}

static void an_old_file_becomes_what_a_new_one_is(void **state)
{
	struct store_fixture *f = *state;
	const char *fresh = shape(&f->arena, f->path);
	char path[128];

	static const int versions[] = {1, 3}; /* those with a schema in tests/golden/schema */

	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
		struct store_options o = {.path = path};
		struct store *s;
		struct why why = {""};
		char folder[64];

		store_fixture_folder(folder);
		snprintf(path, sizeof path, "%s/state.db", folder);
		old_make(&f->arena, path, versions[i]);
		if (store_open(&o, &s, &why) != OK)
			fail_msg("%s", why.text);
		store_close(s);
		assert_string_equal(shape(&f->arena, path), fresh);
		store_fixture_remove(folder);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			an_old_file_becomes_what_a_new_one_is, store_fixture_up, store_fixture_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
