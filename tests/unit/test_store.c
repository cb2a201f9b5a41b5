#include "daemon/store/store.h"
#include "daemon/store/store_event.h"
#include "tests/support/store_fixture.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct add {
	char dedupe[32];
	enum err answer; /* what the job says after it wrote */
	enum err done;
	int dones;
};

static enum err add_job(struct store_tx *tx, void *arg)
{
	struct add *add = arg;
	struct event event = {.kind = EVENT_TEXT,
		.channel = "zalo",
		.account = "oa",
		.user = "u",
		.dedupe = add->dedupe,
		.text = "t"};
	int64_t id;
	enum err err = store_event_add(tx, &event, 1, true, &id);

	return err ? err : add->answer;
}

static void add_done(void *arg, enum err err)
{
	struct add *add = arg;

	add->done = err;
	add->dones++;
}

static size_t stored(struct store_fixture *f)
{
	struct stored_event *rows;
	size_t count = 0;

	arena_reset(&f->arena);
	assert_int_equal(store_event_waiting(f->reader, &f->arena, 0, 10000, &rows, &count), OK);
	return count;
}

/* Lets the writer finish what waits: jobs run in order, so an empty job's end says so. */
static enum err nothing_job(struct store_tx *tx, void *arg)
{
	(void)tx;
	(void)arg;
	return OK;
}

static void many_jobs_are_committed_and_reported_in_order(void **state)
{
	struct store_fixture *f = *state;
	struct add adds[100];

	for (int i = 0; i < 100; i++) {
		adds[i] = (struct add){.done = ERR_COUNT};
		snprintf(adds[i].dedupe, sizeof adds[i].dedupe, "%d", i);
		assert_int_equal(store_submit(f->store, add_job, add_done, &adds[i]), OK);
	}
	assert_int_equal(store_do(f->store, nothing_job, NULL), OK);
	assert_int_equal(store_waiting(f->store), 0);
	assert_int_equal(adds[99].dones, 0); /* not before the drain, on the drain's thread */
	store_drain(f->store);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(adds[i].dones, 1);
		assert_int_equal(adds[i].done, OK);
	}
	assert_int_equal(stored(f), 100);
}

static void failing_job_undoes_only_itself(void **state)
{
	struct store_fixture *f = *state;
	struct add adds[3] = {{.dedupe = "a"}, {.dedupe = "b", .answer = ERR_GUARD}, {.dedupe = "c"}};

	for (int i = 0; i < 3; i++)
		assert_int_equal(store_submit(f->store, add_job, add_done, &adds[i]), OK);
	assert_int_equal(store_do(f->store, nothing_job, NULL), OK);
	store_drain(f->store);
	assert_int_equal(adds[0].done, OK);
	assert_int_equal(adds[1].done, ERR_GUARD);
	assert_int_equal(adds[2].done, OK);
	assert_int_equal(stored(f), 2);
}

static void jobs_wait_for_the_flush_when_the_owner_flushes(void **state)
{
	struct store_fixture *f = *state;
	struct store_options o = {.path = f->path, .flushed_by_owner = true};
	struct add adds[2] = {{.dedupe = "a"}, {.dedupe = "b"}};

	store_close(f->store);
	assert_int_equal(store_open(&o, &f->store, NULL), OK);
	for (int i = 0; i < 2; i++)
		assert_int_equal(store_submit(f->store, add_job, add_done, &adds[i]), OK);
	usleep(20000); /* time enough for a writer that does not wait */
	store_drain(f->store);
	assert_int_equal(adds[0].dones, 0);
	store_flush(f->store);
	while (store_waiting(f->store) > 0)
		usleep(1000);
	store_drain(f->store);
	assert_int_equal(adds[0].dones, 1);
	assert_int_equal(adds[1].dones, 1);
	assert_int_equal(adds[1].done, OK);
}

static void full_queue_is_refused_until_it_is_drained(void **state)
{
	struct store_fixture *f = *state;
	static struct add adds[257];
	size_t taken = 0;

	for (; taken < 257; taken++) {
		snprintf(adds[taken].dedupe, sizeof adds[taken].dedupe, "%zu", taken);
		if (store_submit(f->store, add_job, add_done, &adds[taken]) != OK)
			break;
	}
	assert_int_equal(taken, 256);
	assert_int_equal(store_submit(f->store, add_job, add_done, &adds[256]), ERR_QUEUE_FULL);
	while (store_waiting(f->store) > 0)
		usleep(1000);
	store_drain(f->store);
	assert_int_equal(store_submit(f->store, add_job, add_done, &adds[256]), OK);
	assert_int_equal(store_do(f->store, nothing_job, NULL), OK);
	store_drain(f->store);
	assert_int_equal(adds[256].dones, 1);
	assert_int_equal(stored(f), 257);
}

static void files_are_for_their_owner_only(void **state)
{
	struct store_fixture *f = *state;
	static const char *const suffixes[] = {"", "-wal", "-shm"};

	for (size_t i = 0; i < 3; i++) {
		char path[128];
		struct stat st;

		snprintf(path, sizeof path, "%s%s", f->path, suffixes[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
}

static void second_writer_is_refused(void **state)
{
	struct store_fixture *f = *state;
	struct store_options o = {.path = f->path};
	struct store *second = NULL;
	struct why why = {""};

	assert_int_equal(store_open(&o, &second, &why), ERR_BUSY);
	assert_null(second);
	assert_non_null(strstr(why.text, "writer.lock"));
}

static void edit_from_beside_reaches_the_file_and_is_noticed(void **state)
{
	struct store_fixture *f = *state;
	struct add mine = {.dedupe = "mine"}, theirs = {.dedupe = "theirs"},
		   failing = {"no", ERR_GUARD, OK, 0};
	struct why why = {""};

	assert_int_equal(store_do(f->store, add_job, &mine), OK);
	usleep(1100 * 1000); /* the writer has looked once */
	assert_int_equal(store_do(f->store, nothing_job, NULL), OK);
	store_changed(f->store);
	assert_int_equal(store_edit(f->path, add_job, &theirs, &why), OK);
	assert_int_equal(store_edit(f->path, add_job, &failing, &why), ERR_GUARD);
	assert_int_equal(stored(f), 2);
	for (int i = 0; i < 50 && !store_changed(f->store); i++) {
		usleep(100 * 1000);
		assert_int_not_equal(i, 49);
	}
	assert_int_equal(store_do(f->store, add_job, &theirs), ERR_EXISTS);
}

static void edit_works_while_no_daemon_runs(void **state)
{
	struct store_fixture *f = *state;
	struct add add = {.dedupe = "a"};
	struct why why = {""};

	store_close(f->store);
	assert_int_equal(store_edit(f->path, add_job, &add, &why), OK);
	f->store = NULL;
	assert_int_equal(stored(f), 1);
}

static void jobs_that_wait_at_closing_are_kept(void **state)
{
	struct store_fixture *f = *state;
	struct add adds[50];

	for (int i = 0; i < 50; i++) {
		adds[i] = (struct add){.done = ERR_COUNT};
		snprintf(adds[i].dedupe, sizeof adds[i].dedupe, "%d", i);
		assert_int_equal(store_submit(f->store, add_job, add_done, &adds[i]), OK);
	}
	store_fixture_reopen(f);
	assert_int_equal(stored(f), 50);
	assert_int_equal(adds[0].dones, 0);
}

/* The child writes and tells through a pipe what was reported done, until it is killed in the middle. */
static void write_until_killed(const char *path, int out)
{
	struct store_options o = {.path = path, .queue_max = 64};
	struct store *s;
	struct why why;

	if (store_open(&o, &s, &why) != OK)
		_exit(1);
	for (int n = 0;;) {
		static struct add adds[64];
		int first = n;

		for (int i = 0; i < 16; i++, n++) {
			adds[i] = (struct add){.done = ERR_COUNT};
			snprintf(adds[i].dedupe, sizeof adds[i].dedupe, "%d", n);
			store_submit(s, add_job, add_done, &adds[i]);
		}
		while (adds[15].dones == 0)
			store_drain(s);
		for (int i = 0; i < 16; i++)
			if (adds[i].done != OK)
				_exit(2);
		if (write(out, &n, sizeof n) != sizeof n || n < first)
			_exit(3);
	}
}

static void job_reported_done_survives_kill_9(void **state)
{
	struct store_fixture *f = *state;
	int done = 0;

	for (int round = 0; round < 8; round++) {
		int ends[2], n, status;
		pid_t child;

		store_reader_close(f->reader);
		store_close(f->store);
		for (size_t i = 0; i < 3; i++) {
			char path[128];

			snprintf(path, sizeof path, "%s%s", f->path, i == 0 ? "" : i == 1 ? "-wal" : "-shm");
			unlink(path);
		}
		assert_int_equal(pipe(ends), 0);
		child = fork();
		if (child == 0) {
			close(ends[0]);
			write_until_killed(f->path, ends[1]);
		}
		close(ends[1]);
		for (done = 0; done < 16 * (round + 1) * 5 && read(ends[0], &n, sizeof n) == sizeof n;)
			done = n;
		usleep((useconds_t)(round * 300));
		kill(child, SIGKILL);
		while (read(ends[0], &n, sizeof n) == sizeof n)
			done = n;
		close(ends[0]);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		f->store = NULL;
		f->reader = NULL;
		store_fixture_reopen(f);
		assert_true(stored(f) >= (size_t)done);
		assert_true(stored(f) <= (size_t)done + 16);
	}
	assert_true(done > 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_up, store_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(many_jobs_are_committed_and_reported_in_order),
		TEST(failing_job_undoes_only_itself),
		TEST(jobs_wait_for_the_flush_when_the_owner_flushes),
		TEST(full_queue_is_refused_until_it_is_drained),
		TEST(files_are_for_their_owner_only),
		TEST(second_writer_is_refused),
		TEST(edit_from_beside_reaches_the_file_and_is_noticed),
		TEST(edit_works_while_no_daemon_runs),
		TEST(jobs_that_wait_at_closing_are_kept),
		TEST(job_reported_done_survives_kill_9),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
