/* Drafts and publishes while allocations fail, while writes fail, and while the program is killed: each has happened wholly or not at
 * all, and what is published is what the index holds. */
#include "knowledge/edit.h"
#include "tests/support/fault.h"
#include "tests/support/knowledge.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define ROW "{\"code\":\"1.1\",\"name\":\"Một\",\"submission\":[{\"fee\":\"1.000 đồng\"}]}\n"
#define NEW_BODY "{\"code\":\"1.1\",\"name\":\"Một mới\",\"submission\":[{\"fee\":\"2.000 đồng\"}]}"
#define STATES                                                                                               \
	"SELECT group_concat(state || valid_from || ifnull(valid_to, '') || revision, ' ')"                  \
	" FROM (SELECT * FROM version ORDER BY id)"

/* Draft, review, published: what is asked of `e` next. */
enum deed { DRAFT, SUBMIT, APPROVE, WITHDRAW_PLANNED, OWN, DEEDS };

static enum err perform(struct edit *e, enum deed deed, int64_t version)
{
	struct edit_text text = {.body = NEW_BODY, .valid_from = "2026-12-01"};
	struct edit_by by = {.who = deed == APPROVE ? "minh" : "lan",
		.now_ms = INT64_C(1795237200000),
		.two_persons = true,
		.what = "version.step"};
	const struct edit_own own = {.title = "Tên thường"};
	struct edit_trouble trouble;
	struct version_row row;

	switch (deed) {
	case DRAFT: return edit_draft(e, "1.1", "", &text, &by, &row, &trouble, NULL);
	case SUBMIT: return edit_step(e, version, EDIT_SUBMIT, NULL, &by, &row, &trouble, NULL);
	case APPROVE: return edit_step(e, version, EDIT_APPROVE, NULL, &by, &row, &trouble, NULL);
	case WITHDRAW_PLANNED: return edit_step(e, version, EDIT_WITHDRAW, NULL, &by, &row, &trouble, NULL);
	case OWN: return edit_own(e, "1.1", &own, &by, &trouble, NULL);
	case DEEDS: break;
	}
	return ERR_FORMAT;
}

static void open_edit(struct knowledge *k, struct edit **ret_edit)
{
	if (edit_open(k->database, ret_edit, &k->why) != OK)
		fail_msg("%s", k->why.text);
}

/* The deed fails at the n-th allocation: then everything is as it was; or it is done, as it would be. */
static void nth_allocation_fails_and_no_step_is_half_done(void **state)
{
	struct knowledge *k = *state;
	struct edit *e = NULL;
	char before[1024];
	unsigned failures = 0;

	assert_int_equal(knowledge_import(k, ROW), OK);
	for (enum deed deed = DRAFT; deed < DEEDS; deed++) {
		enum err err = ERR_NOMEM;

		for (unsigned n = 1; err != OK; n += 1 + n / 64) { /* sparser where it repeats itself */
			bool happened;

			snprintf(before, sizeof before, "%s", knowledge_sql(k, STATES));
			open_edit(k, &e);
			fault_alloc_after(n);
			err = perform(e, deed, 2);
			happened = fault_alloc_happened();
			fault_alloc_after(0);
			edit_close(e);
			if (err == OK)
				break;
			failures++;
			assert_true(happened);
			assert_string_equal(knowledge_sql(k, STATES), before);
		}
		knowledge_assert_index(k);
	}
	assert_true(failures > 50);
	assert_string_equal(knowledge_sql(k, STATES), "published2026-11-211 withdrawn2026-12-011");
}

static void failing_write_leaves_the_versions_as_they_were(void **state)
{
	struct knowledge *k = *state;
	struct rlimit former, limit;
	struct edit *e = NULL;
	int failures = 0;

	assert_int_equal(knowledge_import(k, ROW), OK);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &former);
	for (enum deed deed = DRAFT; deed < OWN; deed++) {
		enum err err = ERR_IO;

		for (rlim_t room = 0; err != OK; room += 4096) {
			char before[1024];

			snprintf(before, sizeof before, "%s", knowledge_sql(k, STATES));
			open_edit(k, &e);
			limit = (struct rlimit){room, former.rlim_max};
			setrlimit(RLIMIT_FSIZE, &limit);
			err = perform(e, deed, 2);
			setrlimit(RLIMIT_FSIZE, &former);
			edit_close(e);
			if (err == OK)
				break;
			failures++;
			assert_string_equal(knowledge_sql(k, STATES), before);
		}
	}
	assert_true(failures > 3);
	knowledge_assert_index(k);
	signal(SIGXFSZ, SIG_DFL);
}

#define MANY 300

/* All of MANY records with one name. */
static char *rows(const char *name)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	for (int i = 0; i < MANY; i++)
		fprintf(out, "{\"code\":\"1.%d\",\"name\":\"%s\"}\n", i, name);
	fclose(out);
	return text;
}

static void publish_and_be_killed(struct knowledge *k, const char *text, useconds_t after_us)
{
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		knowledge_import(k, text);
		_exit(0);
	}
	usleep(after_us);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void kill_in_the_middle_of_a_publish_leaves_all_old_or_all_new(void **state)
{
	struct knowledge *k = *state;
	char *old = rows("Tên cũ"), *fresh = rows("Tên mới");

	for (useconds_t round = 0; round < 20; round++) {
		const char *names;

		assert_int_equal(knowledge_import(k, old), OK);
		publish_and_be_killed(k, fresh, round * 2500);
		names = knowledge_sql(
			k, "SELECT group_concat(DISTINCT name) FROM version WHERE state = 'published'");
		if (strcmp(names, "Tên cũ") != 0 && strcmp(names, "Tên mới") != 0)
			fail_msg("round %u: half of it is there: %s", (unsigned)round, names);
	}
	knowledge_assert_index(k);
	free(old);
	free(fresh);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, knowledge_setup, knowledge_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nth_allocation_fails_and_no_step_is_half_done),
		TEST(failing_write_leaves_the_versions_as_they_were),
		TEST(kill_in_the_middle_of_a_publish_leaves_all_old_or_all_new),
	};

	if (!fault_alloc_everywhere())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
