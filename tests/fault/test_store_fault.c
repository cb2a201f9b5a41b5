/* The n-th disk call under the store fails, for every n: nothing that was reported done may be lost, nothing may be there
 * twice, and the store works again once the disk does. */
#include "daemon/store/store_event.h"
#include "daemon/store/store_outbox.h"
#include "tests/support/fault.h"
#include "tests/support/fault_sqlite.h"
#include "tests/support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#define EVENTS 6

struct run {
	char folder[64], path[96];
	struct store *store;
	bool stored[EVENTS];      /* reported done */
	int64_t ids[EVENTS], row; /* row: the reply, 0 until it was stored */
	int progress;             /* of the reply, as far as reported done: 0 due, 1 sending, 2 part sent */
};

struct add {
	int n;
	int64_t id;
};

static enum err add_job(struct store_tx *tx, void *arg)
{
	struct add *add = arg;
	char key[16];
	struct event event = {.kind = EVENT_TEXT,
		.channel = "zalo",
		.account = "oa",
		.user = "u",
		.dedupe = key,
		.text = "t"};

	snprintf(key, sizeof key, "event %d", add->n);
	return store_event_add(tx, &event, 1, true, &add->id);
}

static enum err reply_job(struct store_tx *tx, void *arg)
{
	struct run *run = arg;
	struct part parts[2] = {{.text = "one"}, {.text = "two"}};
	struct outbox_row row = {.event_id = run->ids[0],
		.channel = "zalo",
		.account = "oa",
		.user = "u",
		.parts = {parts, 2}};
	enum err err = store_event_settle(tx, run->ids[0], 2);

	return err ? err : store_outbox_add(tx, &row, &run->row);
}

static enum err begin_job(struct store_tx *tx, void *arg)
{
	return store_outbox_begin(tx, ((struct run *)arg)->row, 3);
}

static enum err sent_job(struct store_tx *tx, void *arg)
{
	return store_outbox_part_sent(tx, ((struct run *)arg)->row, 0, "m", 4);
}

static enum err open_store(struct run *run)
{
	struct store_options o = {.path = run->path, .queue_max = 64};
	struct why why = {""};
	enum err err = store_open(&o, &run->store, &why);

	if (err)
		assert_true(why.text[0] != '\0'); /* it says why */
	return err;
}

static void add_events(struct run *run)
{
	for (int n = 0; n < EVENTS; n++) {
		struct add add = {n, 0};

		if (run->stored[n])
			continue;
		if (store_do(run->store, add_job, &add) == OK) {
			run->stored[n] = true;
			run->ids[n] = add.id;
		}
	}
}

static void move_reply(struct run *run)
{
	int64_t row = run->row;

	if (!run->stored[0])
		return;
	if (!run->row && store_do(run->store, reply_job, run) != OK)
		run->row = row;
	if (run->row && run->progress == 0 && store_do(run->store, begin_job, run) == OK)
		run->progress = 1;
	if (run->row && run->progress == 1 && store_do(run->store, sent_job, run) == OK)
		run->progress = 2;
}

static int64_t ask(struct run *run, const char *sql)
{
	sqlite3_stmt *stmt;
	sqlite3 *db;
	int64_t n;

	assert_int_equal(sqlite3_open(run->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	n = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return n;
}

static void acknowledged_is_there(struct run *run)
{
	int64_t progress =
		ask(run, "SELECT coalesce(max(2 * part_next + (state = 'sending')), 0) FROM outbox");

	for (int n = 0; n < EVENTS; n++) {
		struct add add = {n, 0};

		if (run->stored[n])
			assert_int_equal(store_do(run->store, add_job, &add), ERR_EXISTS);
	}
	/* A job reported failed may be there all the same (its fsync failed), but only the one that was tried. */
	assert_in_range(ask(run, "SELECT count(*) FROM outbox"), run->row ? 1 : 0, run->stored[0] ? 1 : 0);
	if (run->row)
		assert_in_range(progress, run->progress, run->progress + 1);
}

/* What a daemon and its platforms do after a failure: everything not reported done is sent again. */
static void second_try_completes(struct run *run)
{
	for (int n = 0; n < EVENTS; n++) {
		struct add add = {n, 0};
		enum err err = run->stored[n] ? OK : store_do(run->store, add_job, &add);

		assert_true(err == OK || err == ERR_EXISTS);
	}
	assert_int_equal(ask(run, "SELECT count(*) FROM event"), EVENTS);
	assert_int_equal(
		ask(run, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
}

/* Some thousand fsyncs: in memory where there is some. */
static void fast_folder(char ret_folder[64])
{
	snprintf(ret_folder, 64, "/dev/shm/motcua-test-XXXXXX");
	if (!mkdtemp(ret_folder))
		store_fixture_folder(ret_folder);
}

/* One life with the fault, then one without. True when the n-th call still came. */
static bool live(enum fault_sqlite kind, unsigned n, bool heal_in_place)
{
	struct run run = {0};
	bool happened;

	fast_folder(run.folder);
	snprintf(run.path, sizeof run.path, "%s/state.db", run.folder);
	fault_sqlite_after(kind, n);
	if (open_store(&run) == OK) {
		add_events(&run);
		move_reply(&run);
		if (heal_in_place) {
			fault_sqlite_off();
			add_events(&run);
			for (int i = 0; i < EVENTS; i++)
				assert_true(run.stored[i]);
		}
		store_close(run.store);
	}
	happened = fault_sqlite_off();
	assert_int_equal(open_store(&run), OK);
	acknowledged_is_there(&run);
	second_try_completes(&run);
	store_close(run.store);
	store_fixture_remove(run.folder);
	return happened;
}

static void every_n(enum fault_sqlite kind, bool heal_in_place)
{
	unsigned n = 1;

	while (live(kind, n, heal_in_place))
		n++;
	assert_true(n > 50); /* the faults were where the work is */
}

static void one_failing_disk_call_loses_nothing(void **state)
{
	(void)state;
	every_n(FAULT_ONCE, false);
}

static void full_disk_loses_nothing_and_the_store_works_when_space_is_back(void **state)
{
	(void)state;
	every_n(FAULT_DISK_FULL, true);
}

static void disk_that_goes_away_loses_nothing(void **state)
{
	(void)state;
	every_n(FAULT_DISK_GONE, false);
}

static void full_disk_is_called_by_its_name(void **state)
{
	struct run run = {0};
	struct add add = {0, 0};

	(void)state;
	fast_folder(run.folder);
	snprintf(run.path, sizeof run.path, "%s/state.db", run.folder);
	assert_int_equal(open_store(&run), OK);
	fault_sqlite_after(FAULT_DISK_FULL, 1);
	assert_int_equal(store_do(run.store, add_job, &add), ERR_DISK_FULL);
	fault_sqlite_off();
	assert_int_equal(store_do(run.store, add_job, &add), OK);
	store_close(run.store);
	store_fixture_remove(run.folder);
}

static void failing_allocation_while_opening_is_told(void **state)
{
	struct run run = {0};
	unsigned n = 0;
	enum err err;

	(void)state;
	fast_folder(run.folder);
	snprintf(run.path, sizeof run.path, "%s/state.db", run.folder);
	do {
		fault_alloc_after(++n);
		err = open_store(&run);
		fault_alloc_after(0);
		assert_true(err == OK || err == ERR_NOMEM);
	} while (err);
	store_close(run.store);
	store_fixture_remove(run.folder);
	assert_true(n > 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_failing_disk_call_loses_nothing),
		cmocka_unit_test(full_disk_loses_nothing_and_the_store_works_when_space_is_back),
		cmocka_unit_test(disk_that_goes_away_loses_nothing),
		cmocka_unit_test(full_disk_is_called_by_its_name),
		cmocka_unit_test(failing_allocation_while_opening_is_told),
	};

	fault_sqlite_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
