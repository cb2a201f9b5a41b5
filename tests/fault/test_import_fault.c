/* Imports while allocations, writes and locks fail: it ends in an error or in success, never in half of it.
 * Allocations of cJSON and SQLite fail too. */
#include "knowledge/export.h"
#include "knowledge/kdb.h"
#include "tests/support/fault.h"
#include "tests/support/knowledge.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#define BEFORE                                                                                               \
	"{\"code\":\"1.1\",\"name\":\"Một\",\"everyday\":\"Thường\"}\n{\"code\":\"1.2\",\"name\":\"Hai\"}\n"
#define AFTER                                                                                                        \
	"{\"code\":\"1.1\",\"name\":\"Một mới\",\"ask\":[\"hỏi\"],\"submission\":[{\"fee\":\"2 đồng\"}]}\n" \
	"{\"codes\":[\"1.2\",\"1.9\"],\"title\":\"Hai thường\"}\n"

static char *exported(struct knowledge *k)
{
	const struct export_options o = {.database = k->database};
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(export_write(&o, out, &k->why), OK);
	fclose(out);
	return text;
}

/* Back to BEFORE, in a database of the same shape each time. */
static void begin_anew(struct knowledge *k)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	char path[128];

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s%s", k->database, ends[i]);
		unlink(path);
	}
	assert_int_equal(knowledge_import(k, BEFORE), OK);
}

static void nth_allocation_fails_and_nothing_is_half_done(void **state)
{
	struct knowledge *k = *state;
	char *before, *after, *now;
	bool happened = true;
	unsigned n = 0;

	begin_anew(k);
	before = exported(k);
	assert_int_equal(knowledge_import(k, AFTER), OK);
	after = exported(k);
	begin_anew(k);
	while (happened) {
		enum err err;

		fault_alloc_after(++n);
		err = knowledge_import(k, AFTER);
		happened = fault_alloc_happened();
		fault_alloc_after(0);
		now = exported(k);
		if (strcmp(now, err == OK ? after : before) != 0)
			fail_msg("allocation %u: %s, but the knowledge is another", n, err_words(err));
		free(now);
		if (err == OK) {
			knowledge_assert_index(k);
			begin_anew(k);
		} else if (!happened) {
			fail_msg("no allocation failed, but the import did: %s", k->why.text);
		}
	}
	assert_true(n > 100);
	free(before);
	free(after);
}

#define TABLE_AFTER                                                                                          \
	"Mã,Tên,Tên thường gọi,Cách hỏi,Phí,Thành phần hồ sơ,Hiệu lực từ\n"          \
	"1.1,Một mới,,hỏi,70000,\"Tờ khai (bản chính: 1)\n[Khác]\nẢnh\",\n1.2,Hai,Hai "        \
	"thường,,,,21/11/2026\n"

static void tell_nobody(void *arg, const struct import_report *report)
{
	(void)arg;
	(void)report;
}

/* Of an import of a table, as a CSV and as the XLSX that export makes of it, every row told. */
static void nth_allocation_of_a_table_fails_and_nothing_is_half_done(void **state)
{
	struct knowledge *k = *state;
	char *before, *after, *now;
	bool happened = true;
	unsigned n = 0;

	k->options.row_cb = tell_nobody;
	begin_anew(k);
	before = exported(k);
	assert_int_equal(knowledge_import_table(k, TABLE_AFTER, strlen(TABLE_AFTER)), OK);
	after = exported(k);
	begin_anew(k);
	while (happened) {
		enum err err;

		fault_alloc_after(++n);
		err = knowledge_import_again(k);
		happened = fault_alloc_happened();
		fault_alloc_after(0);
		now = exported(k);
		if (strcmp(now, err == OK ? after : before) != 0)
			fail_msg("allocation %u: %s, but the knowledge is another", n, err_words(err));
		if (err != OK && !*k->why.text)
			fail_msg("allocation %u: %s, and nothing says why", n, err_words(err));
		free(now);
		if (err == OK)
			begin_anew(k);
		else if (!happened)
			fail_msg("no allocation failed, but the import did: %s", k->why.text);
	}
	assert_true(n > 100);
	free(before);
	free(after);
}

static void nth_allocation_of_a_workbook_fails_and_nothing_is_half_done(void **state)
{
	struct export_options o = {.format = EXPORT_XLSX};
	struct knowledge *k = *state;
	bool happened = true;
	unsigned n = 0;

	begin_anew(k);
	o.database = k->database;
	while (happened) {
		FILE *out = fopen(k->table, "w");
		enum err err;

		assert_non_null(out);
		fault_alloc_after(++n);
		err = export_write(&o, out, &k->why);
		happened = fault_alloc_happened();
		fault_alloc_after(0);
		fclose(out);
		if (err != OK && !happened)
			fail_msg("no allocation failed, but the export did: %s", k->why.text);
	}
	for (n = 1, happened = true; happened; n++) {
		enum err err;

		fault_alloc_after(n);
		err = knowledge_import_again(k);
		happened = fault_alloc_happened();
		fault_alloc_after(0);
		assert_int_equal(k->counts.added + k->counts.changed + k->counts.ended, 0);
		if (err != OK && !happened)
			fail_msg("no allocation failed, but the import did: %s", k->why.text);
	}
	knowledge_assert_index(k);
}

static void failing_write_leaves_the_database_as_it_was(void **state)
{
	struct knowledge *k = *state;
	struct rlimit former, limit;
	char *before, *now;
	enum err err = ERR_IO;
	int failures = 0;

	begin_anew(k);
	before = exported(k);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &former);
	for (rlim_t room = 4096; err != OK; room += 4096) {
		limit = (struct rlimit){room, former.rlim_max};
		setrlimit(RLIMIT_FSIZE, &limit);
		err = knowledge_import(k, AFTER);
		setrlimit(RLIMIT_FSIZE, &former);
		now = exported(k);
		if (err != OK) {
			failures++;
			assert_true(k->why.text[0] != '\0');
			assert_string_equal(now, before);
		}
		free(now);
	}
	assert_true(failures > 3);
	assert_string_equal(
		knowledge_sql(k, "SELECT name FROM (SELECT json_extract(body, '$.name') AS name FROM version"
				 " WHERE record = '1.1' AND state = 'published')"),
		"Một mới");
	knowledge_assert_index(k);
	signal(SIGXFSZ, SIG_DFL);
	free(before);
}

static void *import_after(void *arg)
{
	struct knowledge *k = arg;

	knowledge_import(k, AFTER);
	return NULL;
}

static void second_import_waits_for_the_first_or_says_busy(void **state)
{
	struct knowledge *k = *state;
	struct kdb *first;
	pthread_t second;

	begin_anew(k);
	assert_int_equal(kdb_open(k->database, KDB_WRITE, &first, NULL), OK);
	assert_int_equal(kdb_run(first, KDB_BEGIN, ""), OK);
	k->options.wait_ms = 1;
	assert_int_equal(knowledge_import(k, AFTER), ERR_BUSY);
	assert_non_null(strstr(k->why.text, "busy"));
	k->options.wait_ms = 0;
	assert_int_equal(pthread_create(&second, NULL, import_after, k), 0);
	usleep(20000);
	assert_int_equal(kdb_run(first, KDB_COMMIT, ""), OK);
	assert_int_equal(pthread_join(second, NULL), 0);
	assert_int_equal(k->counts.changed, 1);
	assert_string_equal(k->why.text, "");
	kdb_close(first);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, knowledge_setup, knowledge_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nth_allocation_fails_and_nothing_is_half_done),
		TEST(nth_allocation_of_a_table_fails_and_nothing_is_half_done),
		TEST(nth_allocation_of_a_workbook_fails_and_nothing_is_half_done),
		TEST(failing_write_leaves_the_database_as_it_was),
		TEST(second_import_waits_for_the_first_or_says_busy),
	};

	assert_true(fault_alloc_everywhere());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
