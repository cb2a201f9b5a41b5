/* The commands that look into state.db, beside a writer that runs. */
#include "daemon/cli/cli.h"
#include "daemon/console/password.h"
#include "daemon/store/store_audit.h"
#include "daemon/store/store_case.h"
#include "daemon/store/store_event.h"
#include "daemon/store/store_outbox.h"
#include "daemon/store/store_cluster.h"
#include "daemon/store/store_question.h"
#include "daemon/store/store_staff.h"
#include "tests/support/store_fixture.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static enum err rows_job(struct store_tx *tx, void *arg)
{
	struct part part = {.text = "Lệ phí: 0 đồng"};
	struct outbox_row row = {
		.channel = "zalo", .account = "oa1", .user = "u1", .parts = {&part, 1}, .expires_ms = 1};
	struct unresolved q = {.channel = "zalo",
		.account = "oa1",
		.text = "mượn tuổi\nxây nhà",
		.nearest = "[{\"id\":\"1\"}]"};
	int64_t *ids = arg;
	enum err err = store_outbox_add(tx, &row, &ids[0]);

	if (!err)
		err = store_outbox_dead(tx, ids[0], "user blocked the page", 1);
	if (!err)
		err = store_outbox_add(tx, &row, &ids[1]);
	return err ? err : store_question_add(tx, &q, &ids[2]);
}

struct box {
	struct store_fixture *f;
	int64_t dead, due, question;
	char out[8192]; /* what the last command printed */
};

static struct box box_of(void **state)
{
	struct box x = {.f = *state};
	int64_t ids[3];

	assert_int_equal(store_do(x.f->store, rows_job, ids), OK);
	x.dead = ids[0];
	x.due = ids[1];
	x.question = ids[2];
	return x;
}

/* Words at single blanks, then the id unless it is 0. stdout and stderr go to x->out. */
static int run(struct box *x, int (*command)(int, char **), const char *words, int64_t id)
{
	char line[256], path[128], *argv[16];
	int argc = 0, code, fd, saved_out, saved_err;
	ssize_t len;

	if (id)
		snprintf(line, sizeof line, "%s %lld", words, (long long)id);
	else
		snprintf(line, sizeof line, "%s", words);
	for (char *word = strtok(line, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc++] = (char *)"--data";
	argv[argc++] = x->f->folder;
	snprintf(path, sizeof path, "%s/printed", x->f->folder);
	fflush(stdout);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	saved_out = dup(1);
	saved_err = dup(2);
	dup2(fd, 1);
	dup2(fd, 2);
	code = command(argc, argv);
	fflush(stdout);
	dup2(saved_out, 1);
	dup2(saved_err, 2);
	close(saved_out);
	close(saved_err);
	len = pread(fd, x->out, sizeof x->out - 1, 0);
	x->out[len > 0 ? len : 0] = '\0';
	close(fd);
	return code;
}

static enum outbox_state state_of(struct box *x, int64_t id)
{
	struct outbox_row row;

	assert_int_equal(store_outbox_get(x->f->reader, &x->f->arena, id, &row), OK);
	return row.state;
}

static void outbox_lists_what_a_person_must_see(void **state)
{
	struct box x = box_of(state);

	assert_int_equal(run(&x, cmd_outbox, "outbox", 0), EXIT_DONE);
	assert_non_null(strstr(x.out, "user blocked the page"));
	assert_null(strstr(x.out, "due"));
	assert_int_equal(run(&x, cmd_outbox, "outbox list --state due --json", 0), EXIT_DONE);
	assert_non_null(strstr(x.out, "{\"id\":2,\"state\":\"due\""));
	assert_non_null(strstr(x.out, "Lệ phí: 0 đồng"));
	assert_int_equal(run(&x, cmd_outbox, "outbox show", x.dead), EXIT_DONE);
	assert_non_null(strstr(x.out, "Lệ phí: 0 đồng"));
	assert_int_equal(run(&x, cmd_outbox, "outbox show", 99), EXIT_FAILED);
	assert_non_null(strstr(x.out, "no reply 99"));
}

static void outbox_retry_works_beside_the_daemon(void **state)
{
	struct box x = box_of(state);

	assert_int_equal(run(&x, cmd_outbox, "outbox retry", x.dead), EXIT_DONE);
	assert_int_equal(state_of(&x, x.dead), OUTBOX_DUE);
	assert_int_equal(run(&x, cmd_outbox, "outbox retry", x.dead), EXIT_FAILED);
	assert_non_null(strstr(x.out, "neither dead nor unknown"));
}

static void outbox_drop_takes_it_off_the_list(void **state)
{
	struct box x = box_of(state);

	assert_int_equal(run(&x, cmd_outbox, "outbox drop", x.dead), EXIT_DONE);
	assert_int_equal(run(&x, cmd_outbox, "outbox", 0), EXIT_DONE);
	assert_string_equal(x.out, "nothing to look at\n");
	assert_int_equal(run(&x, cmd_outbox, "outbox drop", x.due), EXIT_FAILED);
	assert_int_equal(state_of(&x, x.due), OUTBOX_DUE);
}

static void questions_are_listed_closed_and_ignored(void **state)
{
	struct box x = box_of(state);

	assert_int_equal(run(&x, cmd_questions, "questions", 0), EXIT_DONE);
	assert_non_null(strstr(x.out, "mượn tuổi xây nhà\n")); /* one line */
	assert_int_equal(run(&x, cmd_questions, "questions --json", 0), EXIT_DONE);
	assert_non_null(strstr(x.out, "\"nearest\":[{\"id\":\"1\"}]"));
	assert_int_equal(run(&x, cmd_questions, "questions ignore", x.question), EXIT_DONE);
	assert_int_equal(run(&x, cmd_questions, "questions close", x.question), EXIT_DONE);
	assert_int_equal(run(&x, cmd_questions, "questions close", x.question), EXIT_FAILED);
	assert_int_equal(run(&x, cmd_questions, "questions list --state done", 0), EXIT_DONE);
	assert_non_null(strstr(x.out, "mượn tuổi"));
	assert_int_equal(run(&x, cmd_questions, "questions", 0), EXIT_DONE);
	assert_string_equal(x.out, "no such questions\n");
}

static enum err sort_job(struct store_tx *tx, void *arg)
{
	return store_cluster_sort(tx, &(struct cluster_sorted){*(int64_t *)arg, 7, true}, 1, 1);
}

static void clusters_are_listed(void **state)
{
	struct box x = box_of(state);

	assert_int_equal(run(&x, cmd_questions, "questions clusters", 0), EXIT_DONE);
	assert_string_equal(x.out, "no such clusters\n");
	assert_int_equal(store_do(x.f->store, sort_job, &x.question), OK);
	assert_int_equal(run(&x, cmd_questions, "questions clusters", 0), EXIT_DONE);
	assert_non_null(strstr(x.out, "asked     1"));
	assert_non_null(strstr(x.out, "mượn tuổi xây nhà\n"));
	assert_int_equal(run(&x, cmd_questions, "questions clusters --json", 0), EXIT_DONE);
	assert_non_null(strstr(x.out, "{\"id\":7,\"state\":\"open\""));
	assert_int_equal(run(&x, cmd_questions, "questions clusters --state ignored", 0), EXIT_DONE);
	assert_string_equal(x.out, "no such clusters\n");
	assert_int_equal(run(&x, cmd_questions, "questions clusters --state no", 0), EXIT_USAGE);
}

static void wrong_usage_is_told_apart_from_failure(void **state)
{
	static const char *const outbox[] = {"outbox frob", "outbox retry", "outbox retry x", "outbox list 7",
		"outbox --state dood", "outbox show 1 2", "outbox --frob", "outbox retry 1 --state"};
	static const char *const questions[] = {
		"questions frob", "questions close", "questions close -1", "questions list --state no"};
	struct box x = box_of(state);

	for (size_t i = 0; i < sizeof outbox / sizeof *outbox; i++)
		assert_int_equal(run(&x, cmd_outbox, outbox[i], 0), EXIT_USAGE);
	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
		assert_int_equal(run(&x, cmd_questions, questions[i], 0), EXIT_USAGE);
	assert_int_equal(run(&x, cmd_backup, "backup", 0), EXIT_USAGE);
	assert_int_equal(run(&x, cmd_restore, "restore", 0), EXIT_USAGE);
	assert_int_equal(run(&x, cmd_outbox, "outbox --help", 0), EXIT_DONE);
	assert_non_null(strstr(x.out, "usage: motcua outbox"));
}

static void backup_and_restore_go_through_one_file(void **state)
{
	struct box x = box_of(state);
	char line[256];

	snprintf(line, sizeof line, "backup %s/saved.tar", x.f->folder);
	assert_int_equal(run(&x, cmd_backup, line, 0), EXIT_DONE);
	assert_string_equal(x.out, "saved state.db\n"); /* no knowledge.db here */
	assert_int_equal(run(&x, cmd_outbox, "outbox drop", x.dead), EXIT_DONE);
	snprintf(line, sizeof line, "restore %s/saved.tar", x.f->folder);
	assert_int_equal(run(&x, cmd_restore, line, 0), EXIT_FAILED);
	assert_non_null(strstr(x.out, "daemon is running"));
	store_reader_close(x.f->reader);
	store_close(x.f->store);
	x.f->reader = NULL;
	x.f->store = NULL;
	assert_int_equal(run(&x, cmd_restore, line, 0), EXIT_DONE);
	store_fixture_reopen(x.f);
	assert_int_equal(run(&x, cmd_outbox, "outbox", 0), EXIT_DONE);
	assert_non_null(strstr(x.out, "user blocked the page"));
	snprintf(line, sizeof line, "%s/state.db.restored", x.f->folder);
	assert_int_equal(access(line, F_OK), -1);
}

static struct staff staff_of(struct box *x, const char *name)
{
	struct staff s = {0};

	assert_int_equal(store_staff_get(x->f->reader, &x->f->arena, name, &s), OK);
	return s;
}

static void staff_are_made_with_a_password_that_is_told_once(void **state)
{
	struct box x = box_of(state);
	char once[64];

	assert_int_equal(run(&x, cmd_staff, "staff", 0), EXIT_DONE);
	assert_non_null(strstr(x.out, "nobody yet"));
	assert_int_equal(
		run(&x, cmd_staff, "staff add lan --roles editor,approver --display Lan", 0), EXIT_DONE);
	assert_int_equal(sscanf(x.out, "lan added\none-time password: %63s", once), 1);
	assert_true(password_fits(staff_of(&x, "lan").password, once));
	assert_true(staff_of(&x, "lan").must_change);
	assert_string_equal(staff_of(&x, "lan").roles, "editor,approver");
	assert_int_equal(run(&x, cmd_staff, "staff list", 0), EXIT_DONE);
	assert_non_null(strstr(x.out, "editor,approver"));
	assert_null(strstr(x.out, once));
	assert_null(strstr(x.out, "argon2"));
	assert_int_equal(run(&x, cmd_staff, "staff passwd lan", 0), EXIT_DONE);
	assert_false(password_fits(staff_of(&x, "lan").password, once));
}

static void staff_are_disabled_but_not_the_last_admin(void **state)
{
	struct box x = box_of(state);

	assert_int_equal(run(&x, cmd_staff, "staff add chief", 0), EXIT_DONE);
	assert_int_equal(run(&x, cmd_staff, "staff disable chief", 0), EXIT_FAILED);
	assert_non_null(strstr(x.out, "no admin would be left"));
	assert_int_equal(run(&x, cmd_staff, "staff add lan --roles editor", 0), EXIT_DONE);
	assert_int_equal(run(&x, cmd_staff, "staff add lan --roles editor", 0), EXIT_FAILED);
	assert_int_equal(run(&x, cmd_staff, "staff disable lan", 0), EXIT_DONE);
	assert_true(staff_of(&x, "lan").disabled);
	assert_int_equal(run(&x, cmd_staff, "staff enable lan", 0), EXIT_DONE);
	assert_false(staff_of(&x, "lan").disabled);
	assert_int_equal(run(&x, cmd_staff, "staff passwd nobody", 0), EXIT_FAILED);
	assert_int_equal(run(&x, cmd_staff, "staff add lan --roles king", 0), EXIT_USAGE);
	assert_int_equal(run(&x, cmd_staff, "staff add Lan", 0), EXIT_USAGE);
	assert_int_equal(run(&x, cmd_staff, "staff fire lan", 0), EXIT_USAGE);
}

static void what_the_command_line_did_is_in_the_audit_trail(void **state)
{
	struct box x = box_of(state);
	char *import[] = {"import", "--bare", "--json", "--data", x.f->folder, "--",
		"tests/golden/knowledge.jsonl", NULL};
	struct audit_filter all = {0};
	struct audit *entries;
	size_t count, total;

	assert_int_equal(run(&x, cmd_staff, "staff add lan --roles editor", 0), EXIT_DONE);
	assert_int_equal(run(&x, cmd_outbox, "outbox drop", x.dead), EXIT_DONE);
	assert_int_equal(run(&x, cmd_questions, "questions close", x.question), EXIT_DONE);
	assert_int_equal(cmd_import(7, import), EXIT_DONE);
	assert_int_equal(
		store_audit_list(x.f->reader, &x.f->arena, &all, 0, 10, &entries, &count, &total), OK);
	assert_int_equal(total, 4);
	assert_string_equal(entries[3].what, "staff.add");
	assert_string_equal(entries[2].what, "outbox.drop");
	assert_string_equal(entries[1].what, "question.close");
	assert_string_equal(entries[0].what, "import");
	assert_string_equal(entries[0].object, "knowledge.jsonl");
	assert_int_equal(strncmp(entries[0].who, "cli:", 4), 0);
}

static enum err case_job(struct store_tx *tx, void *arg)
{
	const struct case_file one = {.code = "AC34XK79",
		.citizen = {"zalo", "oa1", "u1"},
		.category = "infrastructure",
		.what = "đèn đường\nhỏng",
		.received_ms = 1000,
		.due = "2026-12-07"};

	return store_case_add(tx, &one, arg);
}

static void cases_are_listed_shown_and_answered_once(void **state)
{
	struct box x = box_of(state);
	int64_t id;

	assert_int_equal(run(&x, cmd_cases, "cases", 0), EXIT_DONE);
	assert_string_equal(x.out, "no such cases\n");
	assert_int_equal(store_do(x.f->store, case_job, &id), OK);
	assert_int_equal(run(&x, cmd_cases, "cases list", 0), EXIT_DONE);
	assert_non_null(strstr(x.out, "AC34XK79  due 2026-12-07"));
	assert_non_null(strstr(x.out, "đèn đường hỏng\n"));
	assert_int_equal(run(&x, cmd_cases, "cases answer AC34XK79 xong", 0), EXIT_DONE);
	assert_int_equal(run(&x, cmd_cases, "cases reject AC34XK79 xong", 0), EXIT_FAILED);
	assert_non_null(strstr(x.out, "has ended already"));
	assert_int_equal(run(&x, cmd_cases, "cases show AC34XK79", 0), EXIT_DONE);
	assert_non_null(strstr(x.out, "answer: xong"));
	assert_int_equal(run(&x, cmd_cases, "cases waits --state ready", 0), EXIT_DONE);
	assert_non_null(strstr(x.out, "AC34XK79"));
	assert_int_equal(run(&x, cmd_cases, "cases show KC34XK79", 0), EXIT_FAILED);
	assert_int_equal(run(&x, cmd_cases, "cases show", 0), EXIT_USAGE);
	assert_int_equal(run(&x, cmd_cases, "cases eat", 0), EXIT_USAGE);
	assert_int_equal(run(&x, cmd_cases, "cases list --state eaten", 0), EXIT_USAGE);
}

static void a_citizen_is_forgotten_with_a_receipt(void **state)
{
	struct box x = box_of(state);
	struct case_file one;
	int64_t id;

	assert_int_equal(store_do(x.f->store, case_job, &id), OK);
	assert_int_equal(run(&x, cmd_forget, "forget --user u1 --account oa1", 0), EXIT_DONE);
	assert_non_null(strstr(x.out, "2 replies"));
	assert_non_null(strstr(x.out, "1 cases"));
	assert_int_equal(store_case_get(x.f->reader, &x.f->arena, id, &one), OK);
	assert_null(one.what);
	assert_int_equal(run(&x, cmd_forget, "forget --user u1", 0), EXIT_USAGE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_up, store_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(outbox_lists_what_a_person_must_see),
		TEST(cases_are_listed_shown_and_answered_once),
		TEST(a_citizen_is_forgotten_with_a_receipt),
		TEST(outbox_retry_works_beside_the_daemon),
		TEST(outbox_drop_takes_it_off_the_list),
		TEST(questions_are_listed_closed_and_ignored),
		TEST(clusters_are_listed),
		TEST(wrong_usage_is_told_apart_from_failure),
		TEST(backup_and_restore_go_through_one_file),
		TEST(staff_are_made_with_a_password_that_is_told_once),
		TEST(staff_are_disabled_but_not_the_last_admin),
		TEST(what_the_command_line_did_is_in_the_audit_trail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
