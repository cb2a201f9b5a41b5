/* The real daemon is killed again and again while it tells those who wait: afterwards each was told once, or is listed with the
 * reason, and nobody was told twice. */
#include "daemon/base/clock.h"
#include "daemon/store/store_citizen.h"
#include "daemon/store/store_wait.h"
#include "knowledge/import.h"
#include "tests/support/platform.h"
#include "tests/support/program.h"

#include <setjmp.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PAGE "104857600000001"
#define WAITING 300
#define KILLS 10
#define LIFE_MS 400    /* the daemon lives up to this long behind its first second */
#define DRAIN_MS 60000 /* everything has ended this long after the last kill */

struct crash {
	struct program program;
	struct loop *loop;
	struct platform platform;
	sqlite3 *db;
	uint64_t random;
	unsigned said[WAITING]; /* how often the platform was asked to tell each */
};

/* --- Set-up ------------------------------------------------------------------------------------------ */

static void sent(void *arg, const struct platform_call *call)
{
	struct crash *c = arg;
	const char *at = strstr(call->body, "\"recipient\":{\"id\":\"u");
	int n = at ? atoi(at + strlen("\"recipient\":{\"id\":\"u")) : -1;

	assert_in_range(n, 0, WAITING - 1);
	c->said[n]++;
}

static void configure(struct crash *c)
{
	const struct program *p = &c->program;
	char text[1024];

	program_write(p, "fb-app.secret", "fb-secret");
	program_write(p, "fb-verify.secret", "verify-me");
	program_write(p, "fb-page.secret", "page-token");
	snprintf(text, sizeof text,
		"[daemon]\ndata_dir = .\nlisten = 127.0.0.1:%u\nlog_level = warning\n"
		"[outbox]\nper_second_max = 20\ntimeout = 1s\nunknown_wait = 2s\n"
		"[facebook demo]\npage_id = " PAGE
		"\napp_id = 208857600000002\napp_secret_file = fb-app.secret\n"
		"verify_token_file = fb-verify.secret\npage_token_file = fb-page.secret\ngraph_base = %s\n",
		p->port, c->platform.base);
	program_write(p, "motcua.conf", text);
}

static void knowledge_make(struct crash *c)
{
	const char *files[] = {"tests/golden/knowledge.jsonl"};
	char database[128];
	struct import_options o = {.database = database, .author = "test", .now_ms = clock_now_ms()};
	struct import_counts counts;
	struct why why = {""};

	snprintf(database, sizeof database, "%s/knowledge.db", c->program.folder);
	if (import_files(&o, files, 1, &counts, &why) != OK)
		fail_msg("%s", why.text);
}

/* Two cases with many who wait for their answers: more than the platform takes in a second. */
static enum err waiting_job(struct store_tx *tx, void *arg)
{
	enum err err = OK;

	(void)arg;
	for (int i = 0; i < WAITING && !err; i++) {
		char user[16], code[16];
		const struct citizen_key key = {"facebook", PAGE, user};

		snprintf(user, sizeof user, "u%d", i);
		snprintf(code, sizeof code, "K%03dXR", i);
		err = store_citizen_touch(tx, &key, clock_now_ms());
		if (!err)
			err = store_wait_add(tx, &(struct wait){.code = code,
							 .case_id = 1 + i % 2,
							 .citizen = key,
							 .created_ms = clock_now_ms()});
		if (!err)
			err = store_wait_consent(tx, code, &key, true, "1", clock_now_ms());
	}
	for (int64_t id = 1; id <= 2 && !err; id++)
		err = store_wait_answer_case(tx, id, "Đội điện đã thay bóng.", clock_now_ms(), NULL);
	return err;
}

static const char *state_path(struct crash *c)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/state.db", c->program.folder);
	return path;
}

static int set_up(void **state)
{
	struct crash *c = calloc(1, sizeof *c);
	struct why why = {""};

	*state = c;
	c->random = 20261122;
	if (sodium_init() < 0 || loop_open(&c->loop, &why) != OK)
		return -1;
	program_open(&c->program);
	platform_open(&c->platform, c->loop);
	c->platform.send_cb = sent;
	c->platform.arg = c;
	configure(c);
	knowledge_make(c);
	return store_edit(state_path(c), waiting_job, NULL, &why) != OK;
}

static int tear_down(void **state)
{
	struct crash *c = *state;

	sqlite3_close(c->db);
	program_close(&c->program);
	platform_close(&c->platform);
	loop_close(c->loop);
	free(c);
	return 0;
}

/* --- The test ---------------------------------------------------------------------------------------- */

static void start(struct crash *c)
{
	char conf[128];

	snprintf(conf, sizeof conf, "%s/motcua.conf", c->program.folder);
	program_start(&c->program, (const char *const[]){"serve", "-c", conf, NULL});
}

static int64_t sql(struct crash *c, const char *text)
{
	sqlite3_stmt *stmt;
	int64_t n;

	assert_int_equal(sqlite3_prepare_v2(c->db, text, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	n = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return n;
}

static bool some_are_open(struct crash *c)
{
	return sql(c, "SELECT count(*) FROM wait WHERE state NOT IN ('told', 'unreachable')") > 0;
}

static enum wait_state state_of(struct crash *c, int n)
{
	enum wait_state state = WAIT_OPEN;
	sqlite3_stmt *stmt;

	assert_int_equal(sqlite3_prepare_v2(c->db, "SELECT state, reason FROM wait WHERE user = 'u' || ?", -1,
				 &stmt, NULL),
		SQLITE_OK);
	sqlite3_bind_int(stmt, 1, n);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	assert_true(wait_state_read((const char *)sqlite3_column_text(stmt, 0), &state));
	if (state == WAIT_UNREACHABLE)
		assert_int_equal(sqlite3_column_type(stmt, 1), SQLITE_TEXT);
	sqlite3_finalize(stmt);
	return state;
}

static void who_waits_is_told_once_or_listed_however_often_the_daemon_is_killed(void **state)
{
	struct crash *c = *state;
	int64_t end_us;
	unsigned told = 0;

	for (int kill = 0; kill < KILLS; kill++) {
		c->random = c->random * 6364136223846793005ull + 1442695040888963407ull;
		start(c);
		loop_for_ms(c->loop, 1000 + (int64_t)((c->random >> 33) % LIFE_MS));
		assert_true(program_runs(&c->program));
		program_kill(&c->program);
	}
	start(c);
	loop_for_ms(c->loop, 1500);
	assert_int_equal(sqlite3_open(state_path(c), &c->db), SQLITE_OK);
	sqlite3_busy_timeout(c->db, 5000);
	end_us = clock_monotonic_us() + DRAIN_MS * 1000;
	while (some_are_open(c) && clock_monotonic_us() < end_us)
		loop_for_ms(c->loop, 50);
	assert_false(some_are_open(c));
	if (program_stop(&c->program) != 0) {
		program_show_log(&c->program, 2000);
		fail();
	}
	for (int i = 0; i < WAITING; i++) {
		bool is_told = state_of(c, i) == WAIT_TOLD;

		if (is_told ? c->said[i] != 1 : c->said[i] > 1)
			fail_msg("u%d: %s, said %u times", i, is_told ? "told" : "listed", c->said[i]);
		told += is_told;
	}
	print_message("%d waited, %d kills: %u told, %u listed\n", WAITING, KILLS, told, WAITING - told);
	assert_true(told > WAITING / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			who_waits_is_told_once_or_listed_however_often_the_daemon_is_killed, set_up,
			tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
