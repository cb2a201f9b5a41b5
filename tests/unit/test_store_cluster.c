/* What staff does with clusters, and that each question is counted once. */
#include "daemon/report/sorter.h"
#include "daemon/store/store_wait.h"
#include "tests/support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NOW ((int64_t)1795237200000)
#define DAY ((int64_t)24 * 3600 * 1000)

struct job {
	struct unresolved question;
	struct cluster_sorted sorted[8];
	size_t count;
	int64_t id, other, now_ms;
	const char *text, *who;
	int64_t questions[8];
	struct wait wait;
};

static enum err add_job(struct store_tx *tx, void *arg)
{
	struct job *j = arg;

	return store_question_add(tx, &j->question, &j->id);
}

static enum err sort_job(struct store_tx *tx, void *arg)
{
	struct job *j = arg;

	return store_cluster_sort(tx, j->sorted, j->count, j->now_ms);
}

static enum err resolve_job(struct store_tx *tx, void *arg)
{
	struct job *j = arg;

	return store_cluster_resolve(tx, j->id, j->text, "lan", j->now_ms);
}

static enum err ignore_job(struct store_tx *tx, void *arg)
{
	struct job *j = arg;

	return store_cluster_ignore(tx, j->id, j->text, "lan", j->now_ms);
}

static enum err reopen_job(struct store_tx *tx, void *arg)
{
	struct job *j = arg;

	return store_cluster_reopen(tx, j->id);
}

static enum err answer_job(struct store_tx *tx, void *arg)
{
	struct job *j = arg;

	return store_cluster_answer(tx, j->id, j->text, "lan");
}

static enum err approve_job(struct store_tx *tx, void *arg)
{
	struct job *j = arg;

	return store_cluster_approve(tx, j->id, "hoa", j->now_ms);
}

static enum err merge_job(struct store_tx *tx, void *arg)
{
	struct job *j = arg;

	return store_cluster_merge(tx, j->id, j->other, NOW);
}

static enum err split_job(struct store_tx *tx, void *arg)
{
	struct job *j = arg;

	return store_cluster_split(tx, j->id, j->questions, j->count, &j->other);
}

static enum err wait_job(struct store_tx *tx, void *arg)
{
	struct job *j = arg;

	return store_wait_add(tx, &j->wait);
}

static enum err change_job(struct store_tx *tx, void *arg)
{
	struct job *j = arg;

	return store_cluster_change(
		tx, j->id, &(struct cluster_change){.label = "Nuôi yến", .due = "2026-12-01"});
}

static int64_t ask(
	struct store_fixture *f, const char *text, const char *user, const char *unit, int64_t at_ms)
{
	struct job j = {.question = {.channel = "zalo",
				.account = "oa",
				.unit = unit,
				.user = user,
				.text = text,
				.reason = QUESTION_NO_MATCH,
				.created_ms = at_ms}};

	assert_int_equal(store_do(f->store, add_job, &j), OK);
	return j.id;
}

static enum err sorted(struct store_fixture *f, int64_t question, int64_t cluster, bool fresh, int64_t now_ms)
{
	struct job j = {.sorted = {{question, cluster, fresh}}, .count = 1, .now_ms = now_ms};

	return store_do(f->store, sort_job, &j);
}

static struct cluster cluster(struct store_fixture *f, int64_t id)
{
	struct cluster c = {0};

	assert_int_equal(store_cluster_get(f->reader, &f->arena, id, &c), OK);
	return c;
}

static struct unresolved question(struct store_fixture *f, int64_t id)
{
	struct unresolved q = {0};

	assert_int_equal(store_question_get(f->reader, &f->arena, id, &q), OK);
	return q;
}

static enum wait_state wait_of(struct store_fixture *f, const char *code)
{
	struct wait w;

	assert_int_equal(store_wait_get(f->reader, &f->arena, code, &w), OK);
	return w.state;
}

static void wait_for(struct store_fixture *f, int64_t asked, const char *code)
{
	struct job j = {
		.wait = {
			.code = code, .question = asked, .citizen = {"zalo", "oa", "bà"}, .created_ms = NOW}};

	assert_int_equal(store_do(f->store, wait_job, &j), OK);
}

static void question_is_counted_once(void **state)
{
	struct store_fixture *f = *state;
	int64_t a = ask(f, "nuôi yến", "bà", "11329", NOW), b = ask(f, "nuoi yen", "bà", "11329", NOW + 5);

	assert_int_equal(sorted(f, a, 1, true, NOW), OK);
	assert_int_equal(sorted(f, a, 1, true, NOW), OK);
	assert_int_equal(sorted(f, a, 2, true, NOW), OK);
	assert_int_equal(sorted(f, b, 1, false, NOW), OK);
	assert_int_equal(sorted(f, b, 1, false, NOW), OK);
	assert_int_equal(cluster(f, 1).count, 2);
	assert_int_equal(cluster(f, 1).first_ms, NOW);
	assert_int_equal(cluster(f, 1).last_ms, NOW + 5);
	assert_string_equal(cluster(f, 1).label, "nuôi yến");
	assert_int_equal(question(f, b).cluster, 1);
}

static void a_number_that_is_taken_is_refused(void **state)
{
	struct store_fixture *f = *state;
	int64_t a = ask(f, "nuôi yến", NULL, NULL, NOW), b = ask(f, "thả diều", NULL, NULL, NOW);

	assert_int_equal(sorted(f, a, 1, true, NOW), OK);
	assert_int_equal(sorted(f, b, 1, true, NOW), ERR_EXISTS);
	assert_int_equal(sorted(f, b, 9, false, NOW), ERR_NOT_FOUND);
	assert_int_equal(question(f, b).cluster, 0);
}

static void ignored_stays_ignored(void **state)
{
	struct store_fixture *f = *state;
	int64_t a = ask(f, "nuôi yến", NULL, NULL, NOW), later;
	struct job j = {.id = 1, .text = "ignored", .now_ms = NOW + DAY};

	assert_int_equal(sorted(f, a, 1, true, NOW), OK);
	assert_int_equal(store_do(f->store, ignore_job, &j), OK);
	assert_string_equal(question(f, a).state, "ignored");
	later = ask(f, "nuôi yến nữa", NULL, NULL, NOW + 2 * DAY);
	assert_int_equal(sorted(f, later, 1, false, NOW + 2 * DAY), OK);
	assert_string_equal(question(f, later).state, "ignored");
	assert_string_equal(cluster(f, 1).state, "ignored");
	assert_int_equal(cluster(f, 1).count, 2);
	assert_int_equal(store_do(f->store, reopen_job, &j), OK);
	assert_string_equal(question(f, a).state, "open");
	assert_string_equal(cluster(f, 1).state, "open");
	j.text = "answered";
	assert_int_equal(store_do(f->store, ignore_job, &j), ERR_FORMAT);
	j.id = 77;
	j.text = "ignored";
	assert_int_equal(store_do(f->store, ignore_job, &j), ERR_NOT_FOUND);
}

static void resolving_answers_those_who_wait_and_who_was_on_the_way(void **state)
{
	struct store_fixture *f = *state;
	int64_t a = ask(f, "nuôi yến", "bà", NULL, NOW), b = ask(f, "nuôi chim yến", "ông", NULL, NOW + 1);
	struct job j = {.id = 1, .text = "1.001", .now_ms = NOW + DAY};

	wait_for(f, a, "AAAAAA");
	wait_for(f, b, "BBBBBB");
	assert_int_equal(sorted(f, a, 1, true, NOW), OK);
	assert_int_equal(store_do(f->store, resolve_job, &j), OK);
	assert_string_equal(cluster(f, 1).state, "answered");
	assert_string_equal(cluster(f, 1).record, "1.001");
	assert_string_equal(question(f, a).state, "done");
	assert_int_equal(wait_of(f, "AAAAAA"), WAIT_READY);
	assert_int_equal(wait_of(f, "BBBBBB"), WAIT_OPEN);
	assert_int_equal(sorted(f, b, 1, false, NOW + DAY), OK); /* asked before it was answered */
	assert_int_equal(wait_of(f, "BBBBBB"), WAIT_READY);
	assert_string_equal(question(f, b).state, "done");
	assert_string_equal(cluster(f, 1).state, "answered");
}

static void who_asks_after_the_answer_opens_it_again(void **state)
{
	struct store_fixture *f = *state;
	int64_t a = ask(f, "nuôi yến", NULL, NULL, NOW), later;
	struct job j = {.id = 1, .text = "1.001", .now_ms = NOW + DAY};

	assert_int_equal(sorted(f, a, 1, true, NOW), OK);
	assert_int_equal(store_do(f->store, resolve_job, &j), OK);
	later = ask(f, "nuôi yến", NULL, NULL, NOW + 2 * DAY);
	assert_int_equal(sorted(f, later, 1, false, NOW + 2 * DAY), OK);
	assert_string_equal(cluster(f, 1).state, "open");
	assert_string_equal(question(f, later).state, "open");
	assert_string_equal(question(f, a).state, "done");
}

static void words_of_staff_are_told_when_approved(void **state)
{
	struct store_fixture *f = *state;
	int64_t a = ask(f, "nuôi yến", "bà", NULL, NOW);
	struct job j = {.id = 1, .text = "Mời bà đến xã ạ.", .now_ms = NOW + DAY};

	wait_for(f, a, "AAAAAA");
	assert_int_equal(sorted(f, a, 1, true, NOW), OK);
	assert_int_equal(store_do(f->store, approve_job, &j), ERR_NOT_FOUND);
	assert_int_equal(store_do(f->store, answer_job, &j), OK);
	assert_string_equal(cluster(f, 1).answer, "Mời bà đến xã ạ.");
	assert_null(cluster(f, 1).approved_by);
	assert_int_equal(wait_of(f, "AAAAAA"), WAIT_OPEN);
	assert_int_equal(store_do(f->store, approve_job, &j), OK);
	assert_string_equal(cluster(f, 1).approved_by, "hoa");
	assert_int_equal(wait_of(f, "AAAAAA"), WAIT_READY);
	assert_int_equal(store_do(f->store, approve_job, &j), ERR_NOT_FOUND);
}

static void merged_clusters_are_followed(void **state)
{
	struct store_fixture *f = *state;
	int64_t a = ask(f, "nuôi yến", NULL, NULL, NOW), b = ask(f, "nhà yến", NULL, NULL, NOW + 9),
		c = ask(f, "nhà yến", NULL, NULL, NOW + 10);
	struct job j = {.id = 2, .other = 1};

	assert_int_equal(sorted(f, a, 1, true, NOW), OK);
	assert_int_equal(sorted(f, b, 2, true, NOW), OK);
	assert_int_equal(store_do(f->store, merge_job, &j), OK);
	assert_int_equal(store_do(f->store, merge_job, &j), ERR_NOT_FOUND);
	assert_int_equal(store_do(f->store, merge_job, &(struct job){.id = 1, .other = 1}), ERR_FORMAT);
	assert_int_equal(store_do(f->store, merge_job, &(struct job){.id = 1, .other = 7}), ERR_NOT_FOUND);
	assert_string_equal(cluster(f, 2).state, "merged");
	assert_int_equal(cluster(f, 2).merged_into, 1);
	assert_int_equal(question(f, b).cluster, 1);
	assert_int_equal(cluster(f, 1).count, 2);
	assert_int_equal(cluster(f, 1).last_ms, NOW + 9);
	assert_int_equal(sorted(f, c, 2, false, NOW), OK); /* compared before the merge */
	assert_int_equal(question(f, c).cluster, 1);
	assert_int_equal(cluster(f, 1).count, 3);
}

static void what_is_split_off_is_a_cluster_of_its_own(void **state)
{
	struct store_fixture *f = *state;
	struct job j = {.id = 1, .count = 2};
	struct job all = {.id = 1, .count = 2};
	struct job foreign = {.id = 1, .count = 1, .questions = {4711}};
	int64_t q[4];

	for (size_t i = 0; i < 4; i++) {
		q[i] = ask(f, "nuôi yến", NULL, NULL, NOW + (int64_t)i);
		assert_int_equal(sorted(f, q[i], 1, i == 0, NOW), OK);
	}
	j.questions[0] = q[0];
	j.questions[1] = q[2];
	assert_int_equal(store_do(f->store, split_job, &j), OK);
	assert_int_equal(question(f, q[0]).cluster, j.other);
	assert_int_equal(question(f, q[1]).cluster, 1);
	assert_int_equal(question(f, q[2]).cluster, j.other);
	assert_int_equal(cluster(f, 1).count, 2);
	assert_int_equal(cluster(f, 1).first_ms, NOW + 1);
	assert_string_equal(cluster(f, 1).label, "nuôi yến"); /* of a question that is still in it */
	assert_int_equal(cluster(f, j.other).count, 2);
	all.questions[0] = q[1];
	all.questions[1] = q[3];
	assert_int_equal(store_do(f->store, split_job, &all), ERR_FORMAT);
	assert_int_equal(store_do(f->store, split_job, &foreign), ERR_FORMAT);
	assert_int_equal(cluster(f, 1).count, 2);
}

static void what_is_counted_is_what_is_kept(void **state)
{
	struct store_fixture *f = *state;
	struct cluster_facts facts;
	struct cluster_wording *wordings;
	size_t count;
	int64_t q[5];
	static const struct {
		const char *text, *user, *unit;
		int64_t days;
	} asked[] = {{"nuôi yến", "bà", "1", 0}, {"nuôi yến", "ông", "1", 1}, {"nuoi yen", "bà", "2", 8},
		{"yến", NULL, NULL, 30}, {"nuôi yến", "cô", "1", 100}};

	for (size_t i = 0; i < 5; i++) {
		q[i] = ask(f, asked[i].text, asked[i].user, asked[i].unit, NOW - asked[i].days * DAY);
		assert_int_equal(sorted(f, q[i], 1, i == 0, NOW), OK);
	}
	wait_for(f, q[0], "AAAAAA");
	assert_int_equal(store_cluster_facts(f->reader, &f->arena, 1, NULL, NOW, &facts), OK);
	assert_int_equal(facts.count, 5);
	assert_int_equal(facts.people, 3);
	assert_int_equal(facts.waiting, 1);
	assert_int_equal(facts.weeks[CLUSTER_WEEKS - 1], 2);
	assert_int_equal(facts.weeks[CLUSTER_WEEKS - 2], 1);
	assert_int_equal(facts.weeks[CLUSTER_WEEKS - 5], 1);
	assert_int_equal(facts.unit_count, 3);
	assert_string_equal(facts.units[0].name, "1");
	assert_int_equal(facts.units[0].count, 3);
	assert_int_equal(facts.reason_count, 1);
	assert_string_equal(facts.reasons[0].name, "no_match");
	assert_int_equal(store_cluster_facts(f->reader, &f->arena, 1, ",2,", NOW, &facts), OK);
	assert_int_equal(facts.count, 1);
	assert_int_equal(store_cluster_wordings(f->reader, &f->arena, 1, NULL, 10, &wordings, &count), OK);
	assert_int_equal(count, 3);
	assert_string_equal(wordings[0].question.text, "nuôi yến");
	assert_int_equal(wordings[0].count, 3);
}

static size_t listed(struct store_fixture *f, const struct cluster_filter *filter, struct cluster **ret_items)
{
	size_t count, total;

	assert_int_equal(
		store_cluster_list(f->reader, &f->arena, filter, 0, 10, ret_items, &count, &total), OK);
	assert_int_equal(count, total);
	return count;
}

static void lists_are_filtered_and_ordered(void **state)
{
	struct store_fixture *f = *state;
	struct cluster *items;
	struct job j = {.id = 2};
	int64_t waiting = 0;

	for (int64_t i = 0; i < 6; i++) { /* 1: three, old; 2: two; 3: one, of another unit, waits */
		int64_t id = i < 3 ? 1 : i < 5 ? 2 : 3;

		waiting = ask(f,
			id == 1   ? "nuôi yến"
			: id == 2 ? "thả diều"
				  : "đốt rơm",
			NULL, id == 3 ? "2" : "1", id == 1 ? NOW - 20 * DAY : NOW - DAY + i);
		assert_int_equal(sorted(f, waiting, id, i == 0 || i == 3 || i == 5, NOW), OK);
	}
	wait_for(f, waiting, "AAAAAA");
	assert_int_equal(store_do(f->store, change_job, &j), OK);
	for (int sort = 0; sort < CLUSTER_SORT_COUNT; sort++) {
		static const int64_t first[] = {1, 3, 3, 2};

		assert_int_equal(
			listed(f, &(struct cluster_filter){.sort = (enum cluster_sort)sort, .now_ms = NOW},
				&items),
			3);
		assert_int_equal(items[0].id, first[sort]);
	}
	assert_int_equal(listed(f, &(struct cluster_filter){.units = ",2,9,", .now_ms = NOW}, &items), 1);
	assert_int_equal(items[0].id, 3);
	assert_int_equal(listed(f, &(struct cluster_filter){.reason = "guard"}, &items), 0);
	assert_int_equal(listed(f, &(struct cluster_filter){.state = "ignored"}, &items), 0);
	assert_int_equal(listed(f, &(struct cluster_filter){.owner = "lan"}, &items), 0);
	assert_int_equal(listed(f, &(struct cluster_filter){.owner = ""}, &items), 3);
	assert_int_equal(listed(f, &(struct cluster_filter){.text = "rơm"}, &items), 1);
	assert_string_equal(cluster(f, 2).label, "Nuôi yến");
	assert_string_equal(cluster(f, 2).due, "2026-12-01");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_up, store_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(question_is_counted_once),
		TEST(a_number_that_is_taken_is_refused),
		TEST(ignored_stays_ignored),
		TEST(resolving_answers_those_who_wait_and_who_was_on_the_way),
		TEST(who_asks_after_the_answer_opens_it_again),
		TEST(words_of_staff_are_told_when_approved),
		TEST(merged_clusters_are_followed),
		TEST(what_is_split_off_is_a_cluster_of_its_own),
		TEST(what_is_counted_is_what_is_kept),
		TEST(lists_are_filtered_and_ordered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
