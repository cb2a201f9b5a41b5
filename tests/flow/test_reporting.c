/* The daemon keeps what is over by itself, and tells it to everybody only where the office wants that. */
#include "daemon/cli/reporting.h"
#include "daemon/base/clock.h"
#include "daemon/report/report.h"
#include "knowledge/day.h"
#include "tests/support/daemon.h"
#include "tests/support/store_fixture.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW_MS 1795237200000 /* 2026-11-21 12:00 in Vietnam */
#define TRIES 2000           /* of some milliseconds each */

/* 30 contacts of 10 people in October 2026. */
static const char rows[] =
	"WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30) INSERT INTO turn (event_id, "
	"time_ms, channel, "
	"account, unit, citizen, outcome) SELECT 1000 + i, 1793466000000 - i * 3600000, 'zalo', 'oa', '91', "
	"CAST(substr('0000000' || (i % 10), -8) AS BLOB), 'answer' FROM n";

static void rows_add(const char *path)
{
	char *error = NULL;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, rows, NULL, NULL, &error) != SQLITE_OK)
		fail_msg("%s", error);
	sqlite3_close(db);
}

static bool is_kept(struct store_fixture *f, const char *from_day, const char *to_day, const char *unit)
{
	struct report_kept key = {.from_day = from_day, .to_day = to_day, .unit = unit, .channel = ""};

	return store_report_kept(f->reader, &f->arena, &key, &key) == OK;
}

static void months_that_are_over_are_kept_the_newest_first(void **state)
{
	struct store_fixture *f = *state;
	struct reporting_options o = {.store = f->store, .state_path = f->path, .first_ms = 1};
	struct reporting *reporting;
	struct why why = {""};

	o.knowledge_path = "/nowhere/knowledge.db";
	rows_add(f->path);
	clock_set(NOW_MS);
	assert_int_equal(loop_open(&o.loop, &why), OK);
	assert_int_equal(reporting_open(&o, &reporting, &why), OK);
	for (int i = 0; i < TRIES && !is_kept(f, "2026-10-01", "2026-11-01", "91"); i++) {
		loop_run_once(o.loop);
		usleep(1000);
	}
	store_drain(f->store); /* it hears that they were written, and looks for the next */
	loop_run_once(o.loop);
	assert_true(is_kept(f, "2026-10-01", "2026-11-01", ""));
	assert_true(is_kept(f, "2026-10-01", "2026-11-01", "91"));
	assert_false(is_kept(f, "2026-11-01", "2026-12-01", "")); /* is not over */
	reporting_stop(reporting);
	loop_close(o.loop);
	store_fixture_reopen(f); /* as the daemon stops: the store before who waits for it */
	reporting_close(reporting);
	clock_set(0);
}

static enum err keep_job(struct store_tx *tx, void *arg)
{
	return report_keep_job(tx, arg);
}

static void month_keep(struct daemon *d)
{
	struct report_source source = {d->reader, NULL, NULL};
	struct report_kept_batch batch = {.now_ms = NOW_MS};
	struct sentences *words;
	struct why why = {""};

	assert_int_equal(sentences_load(REPORT_WORDS, &words, &why), OK);
	source.words = words;
	assert_true(period_read("2026-10", 1, &batch.period));
	assert_int_equal(report_keep(&source, &batch, &d->arena, &why), OK);
	assert_int_equal(store_edit(d->config.state_path, keep_job, &batch, &why), OK);
	sentences_free(words);
}

static void open_data_are_told_once_kept_and_only_where_wanted(void **state)
{
	struct daemon *d = *state;
	char body[16384];

	daemon_start(d);
	rows_add(d->config.state_path);
	month_keep(d);
	assert_int_equal(daemon_get(d, "/open-data/2026-10.csv", body, sizeof body), 404);
	assert_true(daemon_stop(d));
	d->config.report.open_data = true;
	daemon_start(d);
	assert_int_equal(daemon_get(d, "/open-data/2026-10.csv", body, sizeof body), 200);
	assert_non_null(strstr(body, "2026-10,\"\",\"Toàn hệ thống\",contacts,\"Lượt liên hệ\",30\r\n"));
	assert_int_equal(daemon_get(d, "/open-data/2026-09.csv", body, sizeof body), 404);
	assert_int_equal(daemon_get(d, "/open-data/2026.csv", body, sizeof body), 404);
	assert_int_equal(daemon_get(d, "/open-data/2026-10.xlsx", body, sizeof body), 404);
	assert_int_equal(daemon_get(d, "/open-data/../state.db.csv", body, sizeof body), 404);
}

static int daemon_up(void **state)
{
	static struct daemon d;

	daemon_open(&d);
	*state = &d;
	return 0;
}

static int daemon_down(void **state)
{
	daemon_close(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			months_that_are_over_are_kept_the_newest_first, store_fixture_up, store_fixture_down),
		cmocka_unit_test_setup_teardown(
			open_data_are_told_once_kept_and_only_where_wanted, daemon_up, daemon_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
