#include "tests/support/knowledge.h"

#include "daemon/base/clock.h"
#include "knowledge/index.h"
#include "knowledge/kdb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define NOON_2026_11_21 INT64_C(1795237200000)
#define DAY_MS INT64_C(86400000)

static void keep_refusal(void *arg, const struct import_refusal *r)
{
	struct knowledge *k = arg;

	if (k->refusal_count < REFUSALS_KEPT)
		snprintf(k->refusals[k->refusal_count], sizeof k->refusals[0], "%s%s%s%zu: %s: %s", r->sheet,
			*r->sheet ? "!" : "", r->column, r->row, r->member, r->reason);
	k->refusal_count++;
}

void knowledge_day(struct knowledge *k, int days)
{
	k->options.now_ms = NOON_2026_11_21 + days * DAY_MS;
	clock_set(k->options.now_ms);
}

int knowledge_setup(void **state)
{
	struct knowledge *k = calloc(1, sizeof *k);

	if (!k)
		return -1;
	strcpy(k->folder, "/tmp/motcua-test-XXXXXX");
	if (!mkdtemp(k->folder))
		return -1;
	snprintf(k->database, sizeof k->database, "%s/knowledge.db", k->folder);
	snprintf(k->file, sizeof k->file, "%s/rows.jsonl", k->folder);
	snprintf(k->table, sizeof k->table, "%s/rows.table", k->folder);
	k->options = (struct import_options){
		.database = k->database, .author = "test", .refused_cb = keep_refusal, .arg = k};
	knowledge_day(k, 0);
	*state = k;
	return 0;
}

int knowledge_teardown(void **state)
{
	static const char *const ends[] = {
		"knowledge.db", "knowledge.db-wal", "knowledge.db-shm", "rows.jsonl", "rows.table"};
	struct knowledge *k = *state;
	char path[128];

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		snprintf(path, sizeof path, "%s/%s", k->folder, ends[i]);
		unlink(path);
	}
	if (rmdir(k->folder) != 0)
		return -1;
	clock_set(0);
	free(k);
	return 0;
}

static void write_file(const char *path, const char *bytes, size_t len)
{
	FILE *file = fopen(path, "w");

	if (!file || fwrite(bytes, 1, len, file) != len || fclose(file) != 0)
		fail_msg("could not write %s", path);
}

static enum err import_file(struct knowledge *k, const char *path)
{
	k->refusal_count = 0;
	k->why.text[0] = '\0';
	return import_files(&k->options, &path, 1, &k->counts, &k->why);
}

enum err knowledge_import_bytes(struct knowledge *k, const char *text, size_t len)
{
	write_file(k->file, text, len);
	return import_file(k, k->file);
}

enum err knowledge_import_table(struct knowledge *k, const char *bytes, size_t len)
{
	write_file(k->table, bytes, len);
	return import_file(k, k->table);
}

enum err knowledge_import_again(struct knowledge *k)
{
	return import_file(k, k->table);
}

enum err knowledge_import(struct knowledge *k, const char *text)
{
	return knowledge_import_bytes(k, text, strlen(text));
}

const char *knowledge_sql(struct knowledge *k, const char *sql)
{
	static char answer[4096];
	struct kdb *kdb = NULL;
	struct why why = {""};
	sqlite3_stmt *stmt;
	const char *text;

	if (kdb_open(k->database, KDB_READ, &kdb, &why) != OK)
		fail_msg("%s", why.text);
	if (sqlite3_prepare_v2(kdb->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(kdb->db));
	text = sqlite3_step(stmt) == SQLITE_ROW ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
	snprintf(answer, sizeof answer, "%s", text ? text : "");
	sqlite3_finalize(stmt);
	kdb_close(kdb);
	return answer;
}

/* The vocabulary as (column, term, documents) of one table, hashed by SQLite into one text. */
static void vocabulary(struct kdb *kdb, char *ret_text, size_t size)
{
	sqlite3_stmt *stmt;
	size_t at = 0;

	if (sqlite3_prepare_v2(kdb->db,
		    "SELECT col || ' ' || term || ' ' || doc || ' ' || cnt FROM temp.vocabulary"
		    " ORDER BY 1",
		    -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(kdb->db));
	ret_text[0] = '\0';
	while (sqlite3_step(stmt) == SQLITE_ROW && at < size - 1)
		at += (size_t)snprintf(
			ret_text + at, size - at, "%s\n", (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
}

static void run(struct kdb *kdb, const char *sql)
{
	if (sqlite3_exec(kdb->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(kdb->db));
}

/* Builds the index anew in a transaction that is rolled back, and compares the two vocabularies. */
void knowledge_assert_index(struct knowledge *k)
{
	enum { ROOM = 1 << 20 };
	char *is = malloc(ROOM), *should = malloc(ROOM);
	struct kdb *kdb = NULL;

	assert_non_null(is);
	assert_non_null(should);
	assert_int_equal(kdb_open(k->database, KDB_WRITE, &kdb, NULL), OK);
	run(kdb, "BEGIN; CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', 'search', 'col')");
	vocabulary(kdb, is, ROOM);
	run(kdb, "INSERT INTO search (search) VALUES ('delete-all')");
	assert_int_equal(index_begin(kdb), OK);
	run(kdb, "INSERT INTO temp.stale SELECT id FROM version WHERE state = 'published' AND inherits = 0");
	assert_int_equal(index_settle(kdb, NULL, NULL), OK);
	vocabulary(kdb, should, ROOM);
	run(kdb, "ROLLBACK");
	kdb_close(kdb);
	assert_string_equal(is, should);
	free(is);
	free(should);
}
