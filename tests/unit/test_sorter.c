/* Questions get their clusters, what staff changed is respected, and a kill at any moment counts nothing twice. */
#include "daemon/report/sorter.h"
#include "tests/support/store_fixture.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { STEP = 16, KILLS = 12, QUESTIONS = 600 };

struct fixture {
	struct store_fixture *store;
	struct sorter *sorter;
};

static struct words *words;

static int words_up(void **state)
{
	struct why why;

	(void)state;
	return words_load(&words, &why) == OK ? 0 : -1;
}

static int words_down(void **state)
{
	(void)state;
	words_free(words);
	return 0;
}

static int up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct why why = {""};

	*state = f;
	if (!f || store_fixture_up((void **)&f->store))
		return -1;
	return sorter_open(f->store->path, words, &f->sorter, &why) == OK ? 0 : -1;
}

static int down(void **state)
{
	struct fixture *f = *state;

	sorter_close(f->sorter);
	store_fixture_down((void **)&f->store);
	free(f);
	return 0;
}

struct job {
	struct unresolved question;
	struct cluster_sorted items[STEP];
	size_t count;
	int64_t id, other;
};

static enum err add_job(struct store_tx *tx, void *arg)
{
	struct job *j = arg;

	return store_question_add(tx, &j->question, &j->id);
}

static enum err sort_job(struct store_tx *tx, void *arg)
{
	struct job *j = arg;

	return store_cluster_sort(tx, j->items, j->count, 5000);
}

static enum err merge_job(struct store_tx *tx, void *arg)
{
	struct job *j = arg;

	return store_cluster_merge(tx, j->id, j->other, 5000);
}

static enum err split_job(struct store_tx *tx, void *arg)
{
	struct job *j = arg;

	return store_cluster_split(tx, j->id, &j->question.id, 1, &j->other);
}

static enum err ignore_job(struct store_tx *tx, void *arg)
{
	struct job *j = arg;

	return store_cluster_ignore(tx, j->id, "ignored", "lan", 5000);
}

static int64_t ask(struct fixture *f, const char *text)
{
	struct job j = {.question = {.channel = "zalo", .account = "oa", .text = text, .created_ms = 1000}};

	assert_int_equal(store_do(f->store->store, add_job, &j), OK);
	return j.id;
}

/* All that wait. */
static void sort(struct sorter *sorter, struct store *store)
{
	struct job j = {.count = STEP};

	while (j.count) {
		j.count = 0;
		assert_int_equal(sorter_look(sorter, j.items, STEP, &j.count), OK);
		assert_int_equal(store_do(store, sort_job, &j), OK);
	}
}

static struct unresolved question(struct fixture *f, int64_t id)
{
	struct unresolved q = {0};

	assert_int_equal(store_question_get(f->store->reader, &f->store->arena, id, &q), OK);
	return q;
}

static int64_t cluster_of(struct fixture *f, const char *text)
{
	int64_t id = ask(f, text);

	sort(f->sorter, f->store->store);
	return question(f, id).cluster;
}

static void reopen(struct fixture *f)
{
	struct why why = {""};

	sorter_close(f->sorter);
	f->sorter = NULL;
	assert_int_equal(sorter_open(f->store->path, words, &f->sorter, &why), OK);
}

static void like_comes_to_like_also_after_a_restart(void **state)
{
	struct fixture *f = *state;
	int64_t swifts = cluster_of(f, "nuôi yến trong khu dân cư"),
		kites = cluster_of(f, "thả diều gần sân bay");

	assert_true(swifts > 0 && kites > 0 && swifts != kites);
	assert_int_equal(cluster_of(f, "nuoi yen trong khu dan cu"), swifts);
	reopen(f);
	assert_int_equal(cluster_of(f, "tha dieu gan san bay"), kites);
	assert_int_equal(cluster_of(f, "nuôi yến trong khu dân cư có được không"), swifts);
	assert_true(cluster_of(f, "đốt rơm ngoài đồng") > kites);
}

static void what_was_not_written_is_looked_at_again(void **state)
{
	struct fixture *f = *state;
	struct cluster_sorted items[STEP];
	size_t count = 0;
	int64_t id = ask(f, "nuôi yến");

	assert_int_equal(sorter_look(f->sorter, items, STEP, &count), OK);
	assert_int_equal(count, 1);
	sorter_begin_anew(f->sorter);
	sort(f->sorter, f->store->store);
	assert_int_equal(question(f, id).cluster, 1);
}

static void a_merge_is_respected(void **state)
{
	struct fixture *f = *state;
	int64_t into = cluster_of(f, "nuôi yến trong khu dân cư"), id = cluster_of(f, "thả diều gần sân bay");

	assert_int_equal(store_do(f->store->store, merge_job, &(struct job){.id = id, .other = into}), OK);
	assert_int_equal(cluster_of(f, "thả diều sân bay"), into);
	reopen(f);
	assert_int_equal(cluster_of(f, "tha dieu san bay"), into);
}

static void a_split_is_respected(void **state)
{
	struct fixture *f = *state;
	int64_t id = cluster_of(f, "chặt cây xanh trước nhà"), apart;
	struct job j = {.id = id};

	assert_int_equal(cluster_of(f, "chặt cây xanh trước nhà bị đổ vào đường dây điện"), id);
	j.question.id = 2;
	assert_int_equal(store_do(f->store->store, split_job, &j), OK);
	apart = j.other;
	assert_int_not_equal(apart, id);
	assert_int_equal(cluster_of(f, "chat cay xanh truoc nha bi do vao duong day dien"), apart);
	assert_int_equal(cluster_of(f, "chat cay xanh truoc nha"), id);
	assert_true(cluster_of(f, "đốt rơm ngoài đồng") > apart); /* the split took a number */
}

static void what_is_like_an_ignored_cluster_raises_nothing(void **state)
{
	struct fixture *f = *state;
	int64_t id = cluster_of(f, "thả diều gần sân bay"), later;

	assert_int_equal(store_do(f->store->store, ignore_job, &(struct job){.id = id}), OK);
	later = ask(f, "tha dieu gan san bay");
	sort(f->sorter, f->store->store);
	assert_int_equal(question(f, later).cluster, id);
	assert_string_equal(question(f, later).state, "ignored");
}

/* --- Killed ------------------------------------------------------------------------------------------- */

static const char *const said[] = {"nuôi yến trong khu dân cư", "tha dieu gan san bay", "đốt rơm ngoài đồng",
	"thuê hội trường xã làm đám cưới", "xin phép bay flycam", "chặt cây xanh trước nhà"};

static enum err ask_many(struct store_tx *tx, void *arg)
{
	enum err err = OK;
	int64_t id;

	(void)arg;
	for (size_t i = 0; i < QUESTIONS && !err; i++) {
		char text[128];

		snprintf(text, sizeof text, "%s %c%c", said[i % 6], (char)('a' + i % 26),
			(char)('a' + i / 26));
		err = store_question_add(tx,
			&(struct unresolved){
				.channel = "zalo", .account = "oa", .text = text, .created_ms = 1},
			&id);
	}
	return err;
}

/* Until it is killed. */
static void sort_slowly(const char *path)
{
	struct store_options o = {.path = path, .queue_max = 16};
	struct job j = {0};
	struct sorter *sorter;
	struct store *store;
	struct why why;

	if (store_open(&o, &store, &why) != OK || sorter_open(path, words, &sorter, &why) != OK)
		_exit(1);
	for (;;) {
		j.count = 0;
		if (sorter_look(sorter, j.items, 3, &j.count) == OK && j.count)
			store_do(store, sort_job, &j);
		usleep(500);
	}
}

static void child_killed(const char *path, unsigned after_ms)
{
	int status;
	pid_t child = fork();

	if (child == 0)
		sort_slowly(path);
	assert_true(child > 0);
	usleep(after_ms * 1000);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
}

static void a_kill_counts_nothing_twice_and_loses_nothing(void **state)
{
	struct fixture *f = *state;
	struct cluster *items;
	struct why why = {""};
	size_t count, total;
	int64_t sum = 0;

	assert_int_equal(store_do(f->store->store, ask_many, NULL), OK);
	sorter_close(f->sorter);
	f->sorter = NULL;
	store_close(f->store->store);
	f->store->store = NULL;
	for (unsigned i = 0; i < KILLS; i++)
		child_killed(f->store->path, 7 + 9 * i);
	assert_int_equal(store_open(&(struct store_options){.path = f->store->path, .queue_max = 16},
				 &f->store->store, &why),
		OK);
	reopen(f);
	sort(f->sorter, f->store->store);
	assert_int_equal(store_cluster_list(f->store->reader, &f->store->arena, &(struct cluster_filter){0},
				 0, 900, &items, &count, &total),
		OK);
	for (size_t i = 0; i < count; i++) {
		struct cluster_facts facts;

		assert_int_equal(
			store_cluster_facts(f->store->reader, &f->store->arena, items[i].id, NULL, 1, &facts),
			OK);
		assert_int_equal(facts.count, items[i].count);
		sum += items[i].count;
	}
	assert_int_equal(sum, QUESTIONS);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)
	const struct CMUnitTest tests[] = {
		TEST(like_comes_to_like_also_after_a_restart),
		TEST(what_was_not_written_is_looked_at_again),
		TEST(a_merge_is_respected),
		TEST(a_split_is_respected),
		TEST(what_is_like_an_ignored_cluster_raises_nothing),
		TEST(a_kill_counts_nothing_twice_and_loses_nothing),
	};

	return cmocka_run_group_tests(tests, words_up, words_down);
}
