/* The share folder is a made-up one here, with a schema of version 3 and its migrations. */
#include "daemon/store/store.h"
#include "tests/support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

static char share[64], folder[64], path[96];

static void write_file(const char *name, const char *text)
{
	char full[512];
	FILE *file;

	snprintf(full, sizeof full, "%s/daemon/store/%s", share, name);
	file = fopen(full, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void folders(int (*act)(const char *full))
{
	static const char *const names[] = {"daemon", "daemon/store", "daemon/store/migrations"};
	char full[512];

	for (size_t i = 0; i < 3; i++) {
		snprintf(full, sizeof full, "%s/%s", share, names[act == rmdir ? 2 - i : i]);
		act(full);
	}
}

static int make_folder(const char *full)
{
	return mkdir(full, 0700);
}

static const char schema_of[4][200] = {
	"",
	"PRAGMA user_version = 1;\nCREATE TABLE one (a TEXT);",
	"PRAGMA user_version = 2;\nCREATE TABLE one (a TEXT);\nCREATE TABLE two (b TEXT);",
	"-- newest\nPRAGMA user_version = 3;\nCREATE TABLE one (a TEXT);\nCREATE TABLE two (b TEXT);\nCREATE "
	"INDEX three ON two (b);",
};

static int group_up(void **state)
{
	(void)state;
	store_fixture_folder(share);
	folders(make_folder);
	setenv("MOTCUA_SHARE", share, 1);
	return 0;
}

static int group_down(void **state)
{
	static const char *const names[] = {"schema.sql", "migrations/002.sql", "migrations/003.sql"};
	char full[512];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		snprintf(full, sizeof full, "%s/daemon/store/%s", share, names[i]);
		unlink(full);
	}
	folders(rmdir);
	store_fixture_remove(share);
	return 0;
}

static int up(void **state)
{
	(void)state;
	write_file("schema.sql", schema_of[3]);
	write_file("migrations/002.sql", "CREATE TABLE two (b TEXT);");
	write_file("migrations/003.sql", "CREATE INDEX three ON two (b);");
	store_fixture_folder(folder);
	snprintf(path, sizeof path, "%s/state.db", folder);
	return 0;
}

static int down(void **state)
{
	(void)state;
	store_fixture_remove(folder);
	return 0;
}

static void make(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* "3 one,three,two" */
static void shape(char ret_shape[64])
{
	sqlite3_stmt *stmt;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db,
				 "SELECT (SELECT user_version FROM pragma_user_version) || ' ' || "
				 "coalesce(group_concat(name), '') FROM (SELECT name FROM sqlite_schema "
				 "ORDER BY name)",
				 -1, &stmt, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	snprintf(ret_shape, 64, "%s", (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	sqlite3_close(db);
}

static enum err open_and_close(struct why *why)
{
	struct store_options o = {.path = path};
	struct store *s;
	enum err err = store_open(&o, &s, why);

	if (!err)
		store_close(s);
	return err;
}

static void every_version_becomes_the_newest(void **state)
{
	struct why why = {""};
	char got[64];

	(void)state;
	for (int version = 0; version <= 3; version++) {
		unlink(path);
		make(schema_of[version]);
		assert_int_equal(open_and_close(&why), OK);
		shape(got);
		assert_string_equal(got, "3 one,three,two");
		assert_int_equal(open_and_close(&why), OK);
	}
}

static void newer_file_is_refused_and_left_alone(void **state)
{
	struct store_reader *r;
	struct why why = {""};
	char got[64];

	(void)state;
	make("PRAGMA user_version = 4; CREATE TABLE future (a TEXT);");
	assert_int_equal(open_and_close(&why), ERR_NEWER);
	assert_non_null(strstr(why.text, "version 4"));
	assert_int_equal(store_reader_open(path, &r, &why), ERR_NEWER);
	shape(got);
	assert_string_equal(got, "4 future");
}

static void failing_migration_leaves_the_file_as_it_was(void **state)
{
	struct why why = {""};
	char got[64];

	(void)state;
	make(schema_of[1]);
	write_file("migrations/003.sql", "CREATE INDEX three ON nothing (b);");
	assert_int_not_equal(open_and_close(&why), OK);
	assert_non_null(strstr(why.text, "migrations/003.sql"));
	shape(got);
	assert_string_equal(got, "1 one");
}

static void reader_migrates_nothing(void **state)
{
	struct store_reader *r;
	struct why why = {""};
	char got[64];

	(void)state;
	make(schema_of[2]);
	assert_int_equal(store_reader_open(path, &r, &why), ERR_STORE);
	assert_non_null(strstr(why.text, "version 2"));
	shape(got);
	assert_string_equal(got, "2 one,two");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)
	const struct CMUnitTest tests[] = {
		TEST(every_version_becomes_the_newest),
		TEST(newer_file_is_refused_and_left_alone),
		TEST(failing_migration_leaves_the_file_as_it_was),
		TEST(reader_migrates_nothing),
	};

	return cmocka_run_group_tests(tests, group_up, group_down);
}
