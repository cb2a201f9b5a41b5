#include "daemon/store/store_event.h"
#include "tests/support/store_fixture.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static enum err add_job(struct store_tx *tx, void *arg)
{
	struct event event = {
		.kind = EVENT_TEXT, .channel = "zalo", .account = "oa", .dedupe = arg, .text = "t"};
	int64_t id;

	return store_event_add(tx, &event, 1, true, &id);
}

static void add_many(struct store *s, int first, int count)
{
	for (int i = first; i < first + count; i++) {
		char dedupe[16];

		snprintf(dedupe, sizeof dedupe, "%d", i);
		assert_int_equal(store_do(s, add_job, dedupe), OK);
	}
}

static size_t stored_in(struct store_fixture *f, const char *path)
{
	struct stored_event *rows;
	struct store_reader *r;
	struct why why = {""};
	size_t count = 0;

	if (store_reader_open(path, &r, &why) != OK)
		fail_msg("%s", why.text);
	assert_int_equal(store_event_waiting(r, &f->arena, 0, 1000, &rows, &count), OK);
	store_reader_close(r);
	return count;
}

static const char *in_folder(struct store_fixture *f, const char *name)
{
	return arena_printf(&f->arena, "%s/%s", f->folder, name);
}

static void scribble(const char *path, long at)
{
	char junk[4096];
	int fd = open(path, O_RDWR);

	memset(junk, 0x5a, sizeof junk);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, junk, sizeof junk, at), sizeof junk);
	close(fd);
}

static void backup_of_a_running_store_is_whole_and_private(void **state)
{
	struct store_fixture *f = *state;
	const char *copy = in_folder(f, "copy.db");
	struct why why = {""};
	struct stat st;

	add_many(f->store, 0, 50);
	assert_int_equal(store_backup(f->path, copy, &why), OK);
	add_many(f->store, 50, 5);
	assert_int_equal(stored_in(f, copy), 50);
	assert_int_equal(stat(copy, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(access(in_folder(f, "copy.db.part"), F_OK), -1);
	assert_int_equal(store_backup(f->path, copy, &why), OK); /* over the old one */
	assert_int_equal(stored_in(f, copy), 55);
}

static void failed_backup_leaves_the_older_one_alone(void **state)
{
	struct store_fixture *f = *state;
	const char *copy = in_folder(f, "copy.db"), *broken = in_folder(f, "broken.db");
	struct why why = {""};

	add_many(f->store, 0, 200);
	assert_int_equal(store_backup(f->path, copy, &why), OK);
	assert_int_equal(store_backup(in_folder(f, "missing.db"), copy, &why), ERR_STORE);
	assert_non_null(strstr(why.text, "missing.db"));
	assert_int_equal(store_backup(copy, broken, &why), OK);
	scribble(broken, 2 * 4096);
	assert_int_not_equal(store_backup(broken, copy, &why), OK);
	assert_int_equal(stored_in(f, copy), 200);
	assert_int_equal(access(in_folder(f, "copy.db.part"), F_OK), -1);
	assert_int_equal(store_backup(f->path, in_folder(f, "no/such/folder.db"), &why), ERR_IO);
}

static void restore_refuses_while_the_daemon_runs(void **state)
{
	struct store_fixture *f = *state;
	const char *copy = in_folder(f, "copy.db");
	struct why why = {""};

	assert_int_equal(store_backup(f->path, copy, &why), OK);
	assert_int_equal(store_restore(copy, f->path, &why), ERR_BUSY);
	assert_non_null(strstr(why.text, "daemon is running"));
	assert_int_equal(
		store_restore(copy, in_folder(f, "knowledge.db"), &why), ERR_BUSY); /* the same folder */
}

static void restore_brings_back_the_state_of_the_backup(void **state)
{
	struct store_fixture *f = *state;
	const char *copy = in_folder(f, "copy.db");
	struct why why = {""};

	add_many(f->store, 0, 20);
	assert_int_equal(store_backup(f->path, copy, &why), OK);
	add_many(f->store, 20, 20);
	store_reader_close(f->reader);
	store_close(f->store);
	f->reader = NULL;
	f->store = NULL;
	assert_int_equal(store_restore(copy, f->path, &why), OK);
	store_fixture_reopen(f);
	assert_int_equal(stored_in(f, f->path), 20);
	add_many(f->store, 20, 1); /* unknown again, so taken */
	assert_int_equal(stored_in(f, f->path), 21);
}

/* A daemon that was killed leaves a WAL; it must not be replayed into the restored file. */
static void restore_forgets_the_wal_of_a_killed_daemon(void **state)
{
	struct store_fixture *f = *state;
	const char *copy = in_folder(f, "copy.db"), *wal = in_folder(f, "state.db-wal"),
		   *kept = in_folder(f, "kept");
	struct why why = {""};

	add_many(f->store, 0, 3);
	assert_int_equal(store_backup(f->path, copy, &why), OK);
	add_many(f->store, 3, 30);
	assert_int_equal(link(wal, kept), 0); /* survives the closing */
	assert_int_equal(truncate(kept, 0), 0);
	store_reader_close(f->reader);
	store_close(f->store);
	f->reader = NULL;
	f->store = NULL;
	assert_int_equal(rename(kept, wal), 0);
	scribble(wal, 0);
	assert_int_equal(store_restore(copy, f->path, &why), OK);
	assert_int_equal(access(wal, F_OK), -1);
	store_fixture_reopen(f);
	assert_int_equal(stored_in(f, f->path), 3);
}

static void damaged_backup_is_refused_and_nothing_changes(void **state)
{
	struct store_fixture *f = *state;
	const char *copy = in_folder(f, "copy.db"), *text = in_folder(f, "text");
	struct why why = {""};
	int fd;

	add_many(f->store, 0, 200);
	assert_int_equal(store_backup(f->path, copy, &why), OK);
	scribble(copy, 2 * 4096);
	fd = open(text, O_RDWR | O_CREAT, 0600);
	assert_int_equal(write(fd, "this is no database, only a text that somebody kept", 51), 51);
	close(fd);
	store_reader_close(f->reader);
	store_close(f->store);
	f->reader = NULL;
	f->store = NULL;
	assert_int_not_equal(store_restore(copy, f->path, &why), OK);
	assert_int_not_equal(store_restore(text, f->path, &why), OK);
	assert_non_null(strstr(why.text, "text"));
	store_fixture_reopen(f);
	assert_int_equal(stored_in(f, f->path), 200);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_up, store_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(backup_of_a_running_store_is_whole_and_private),
		TEST(failed_backup_leaves_the_older_one_alone),
		TEST(restore_refuses_while_the_daemon_runs),
		TEST(restore_brings_back_the_state_of_the_backup),
		TEST(restore_forgets_the_wal_of_a_killed_daemon),
		TEST(damaged_backup_is_refused_and_nothing_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
