/* Cases and ratings in state.db. */
#include "daemon/store/store_case.h"
#include "daemon/store/store_event.h"
#include "daemon/store/store_rating.h"
#include "daemon/store/store_turn.h"
#include "daemon/store/store_wait.h"
#include "tests/support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct citizen_key citizen = {"zalo", "oa", "bà"}, other = {"zalo", "oa", "ông"};

struct job {
	enum { ADD, CHANGE, NOTE, ANSWER, REJECT } what;
	struct case_file one;
	struct case_change change;
	int64_t id;
};

static enum err run(struct store_tx *tx, void *arg)
{
	struct job *j = arg;

	switch (j->what) {
	case ADD: return store_case_add(tx, &j->one, &j->id);
	case CHANGE: return store_case_change(tx, &j->change);
	case NOTE: return store_case_note(tx, j->change.id, j->change.who, j->change.answer, 2000);
	case ANSWER: return store_case_answer(tx, &j->change);
	case REJECT: return store_case_reject(tx, &j->change);
	}
	return ERR_FORMAT;
}

static int64_t add(struct store_fixture *f, const char *code, const char *due)
{
	struct job j = {.what = ADD,
		.one = {.code = code,
			.citizen = citizen,
			.category = "infrastructure",
			.what = "đèn đường hỏng",
			.place = "đường Lê Lợi",
			.unit = "30985",
			.received_ms = 1000,
			.due = due}};

	assert_int_equal(store_do(f->store, run, &j), OK);
	return j.id;
}

static enum err act(struct store_fixture *f, int what, struct case_change change)
{
	struct job j = {.what = what, .change = change};

	j.change.who = "lan";
	j.change.now_ms = 3000;
	return store_do(f->store, run, &j);
}
#define ACT(f, what, ...) act(f, what, (struct case_change){__VA_ARGS__})

static struct case_file get(struct store_fixture *f, int64_t id)
{
	struct case_file one;

	assert_int_equal(store_case_get(f->reader, &f->arena, id, &one), OK);
	return one;
}

static size_t list(struct store_fixture *f, struct case_filter filter, struct case_file **ret_items)
{
	size_t count, total;

	assert_int_equal(
		store_case_list(f->reader, &f->arena, &filter, 0, 10, ret_items, &count, &total), OK);
	assert_int_equal(count, total);
	return count;
}

static void a_case_begins_with_its_step_and_its_citizens_wait(void **state)
{
	struct store_fixture *f = *state;
	int64_t id = add(f, "AC34XK79", "2026-12-07");
	struct job again = {.what = ADD, .one = get(f, id)};
	struct case_step *steps;
	struct wait w;
	size_t count;

	assert_string_equal(get(f, id).place, "đường Lê Lợi");
	assert_int_equal(get(f, id).state, CASE_IS_NEW);
	assert_int_equal(store_case_steps(f->reader, &f->arena, id, &steps, &count), OK);
	assert_int_equal(count, 1);
	assert_string_equal(steps[0].what, "received");
	assert_int_equal(store_wait_get(f->reader, &f->arena, "AC34XK79", &w), OK);
	assert_int_equal(w.case_id, id);
	assert_int_equal(store_do(f->store, run, &again), ERR_EXISTS);
}

static void who_saves_an_older_revision_is_told(void **state)
{
	struct store_fixture *f = *state;
	int64_t id = add(f, "AC34XK79", "2026-12-07");

	assert_int_equal(
		ACT(f, CHANGE, .id = id, .revision = 1, .owner = "lan", .category = "environment"), OK);
	assert_int_equal(get(f, id).state, CASE_IS_WORKING);
	assert_string_equal(get(f, id).category, "environment");
	assert_string_equal(get(f, id).owner, "lan");
	assert_int_equal(ACT(f, CHANGE, .id = id, .revision = 1, .owner = "hoa"), ERR_EXISTS);
	assert_int_equal(ACT(f, ANSWER, .id = id, .revision = 1, .answer = "Đã thay bóng."), ERR_EXISTS);
	assert_int_equal(ACT(f, CHANGE, .id = id, .revision = 2, .owner = ""), OK);
	assert_null(get(f, id).owner);
	assert_string_equal(get(f, id).unit, "30985");
	assert_int_equal(ACT(f, CHANGE, .id = 99, .owner = "lan"), ERR_NOT_FOUND);
}

static void an_answer_ends_a_case_and_is_said_once(void **state)
{
	struct store_fixture *f = *state;
	int64_t id = add(f, "AC34XK79", "2026-12-07");
	struct case_file *items;
	struct wait w;
	size_t count;

	assert_int_equal(ACT(f, ANSWER, .id = id), ERR_FORMAT);
	assert_int_equal(ACT(f, ANSWER, .id = id, .answer = "x", .publish = true), ERR_FORMAT);
	assert_int_equal(ACT(f, ANSWER, .id = id, .answer = "Đã thay bóng."), OK);
	assert_int_equal(get(f, id).state, CASE_IS_ANSWERED);
	assert_int_equal(get(f, id).answered_ms, 3000);
	assert_int_equal(store_wait_get(f->reader, &f->arena, "AC34XK79", &w), OK);
	assert_string_equal(w.answer, "Đã thay bóng.");
	assert_int_equal(w.state, WAIT_READY);
	assert_int_equal(ACT(f, ANSWER, .id = id, .answer = "Khác."), ERR_REFUSED);
	assert_int_equal(ACT(f, REJECT, .id = id, .answer = "Khác."), ERR_REFUSED);
	assert_int_equal(store_case_published(f->reader, &f->arena, 0, 10, &items, &count), OK);
	assert_int_equal(count, 0);
	assert_int_equal(
		ACT(f, ANSWER, .id = id, .answer = "Đã thay bóng.", .subject = "Đèn đường", .publish = true),
		OK);
	assert_int_equal(store_case_published(f->reader, &f->arena, 0, 10, &items, &count), OK);
	assert_int_equal(count, 1);
	assert_string_equal(items[0].subject, "Đèn đường");
	assert_null(items[0].code);
	assert_null(items[0].what);
}

static void a_rejected_case_says_why_and_is_never_published(void **state)
{
	struct store_fixture *f = *state;
	int64_t id = add(f, "AC34XK79", "2026-12-07");
	struct case_file *items;
	size_t count;

	assert_int_equal(
		ACT(f, REJECT, .id = id, .answer = "Việc này của điện lực.", .subject = "s", .publish = true),
		OK);
	assert_int_equal(get(f, id).state, CASE_IS_REJECTED);
	assert_string_equal(get(f, id).answer, "Việc này của điện lực.");
	assert_int_equal(store_case_published(f->reader, &f->arena, 0, 10, &items, &count), OK);
	assert_int_equal(count, 0);
}

static void notes_are_steps(void **state)
{
	struct store_fixture *f = *state;
	int64_t id = add(f, "AC34XK79", "2026-12-07");
	struct case_step *steps;
	size_t count;

	assert_int_equal(ACT(f, NOTE, .id = id, .answer = "đã gọi đội điện"), OK);
	assert_int_equal(ACT(f, NOTE, .id = 77, .answer = "x"), ERR_NOT_FOUND);
	assert_int_equal(store_case_steps(f->reader, &f->arena, id, &steps, &count), OK);
	assert_string_equal(steps[1].text, "đã gọi đội điện");
	assert_string_equal(steps[1].who, "lan");
}

static void lists_show_what_is_due_first_and_filter(void **state)
{
	struct store_fixture *f = *state;
	int64_t late = add(f, "AC34XK79", "2026-11-20"), soon = add(f, "CA34XK79", "2026-11-24"),
		done = add(f, "DA34XK79", "2026-11-01");
	struct case_file *items;

	assert_int_equal(ACT(f, ANSWER, .id = done, .answer = "Đã xong việc rác."), OK);
	assert_int_equal(ACT(f, CHANGE, .id = soon, .owner = "lan"), OK);
	assert_int_equal(list(f, (struct case_filter){0}, &items), 3);
	assert_int_equal(items[0].id, late);
	assert_int_equal(items[2].id, done);
	assert_int_equal(list(f, (struct case_filter){.due_before = "2026-11-22"}, &items), 1);
	assert_int_equal(items[0].id, late);
	assert_int_equal(list(f, (struct case_filter){.due_from = "2026-11-22"}, &items), 1);
	assert_int_equal(items[0].id, soon);
	assert_int_equal(list(f, (struct case_filter){.owner = ""}, &items), 2);
	assert_int_equal(list(f, (struct case_filter){.owner = "lan"}, &items), 1);
	assert_int_equal(list(f, (struct case_filter){.states = 1u << CASE_IS_ANSWERED}, &items), 1);
	assert_int_equal(list(f, (struct case_filter){.text = "việc rác"}, &items), 1);
	assert_int_equal(list(f, (struct case_filter){.text = "CA34XK79"}, &items), 1);
	assert_int_equal(list(f, (struct case_filter){.units = "[\"1\"]"}, &items), 0);
	assert_int_equal(list(f, (struct case_filter){.category = "infrastructure"}, &items), 3);
}

/* --- Ratings ----------------------------------------------------------------------------------------- */

struct put {
	struct rating rating;
	struct arena *arena;
	bool first_bad;
};

static enum err put_job(struct store_tx *tx, void *arg)
{
	struct put *p = arg;

	return store_rating_put(tx, &p->rating, p->arena, &p->first_bad);
}

static enum err turn_job(struct store_tx *tx, void *arg)
{
	return store_turn_add(tx, arg);
}

static void answered(struct store_fixture *f, int64_t event_id, const char *outcome, int64_t version)
{
	struct turn_fact fact = {.event_id = event_id,
		.time_ms = 1000,
		.citizen = citizen,
		.unit = "30985",
		.outcome = outcome,
		.record = "1.004194",
		.version = version,
		.facet = "fee",
		.confidence = 1};

	assert_int_equal(store_do(f->store, turn_job, &fact), OK);
}

static enum err put(struct store_fixture *f, struct rating rating, bool *ret_first_bad)
{
	struct put p = {.rating = rating, .arena = &f->arena};
	enum err err;

	p.rating.time_ms = 2000;
	if (!p.rating.citizen.user)
		p.rating.citizen = citizen;
	err = store_do(f->store, put_job, &p);
	*ret_first_bad = p.first_bad;
	return err;
}
#define PUT(f, first, ...) put(f, (struct rating){__VA_ARGS__}, first)

static void only_an_answer_is_rated_by_who_got_it(void **state)
{
	struct store_fixture *f = *state;
	bool first;

	answered(f, 1, "answer", 5);
	answered(f, 2, "choices", 5);
	assert_int_equal(PUT(f, &first, .event_id = 2, .good = true), ERR_NOT_FOUND);
	assert_int_equal(PUT(f, &first, .event_id = 3, .good = true), ERR_NOT_FOUND);
	assert_int_equal(PUT(f, &first, .event_id = 1, .good = true, .citizen = other), ERR_NOT_FOUND);
	assert_int_equal(PUT(f, &first, .event_id = 1, .good = true), OK);
	assert_false(first);
}

static void the_last_word_counts_for_each_version(void **state)
{
	struct store_fixture *f = *state;
	struct rating_count *counts;
	struct rating *items;
	size_t count, total;
	bool first;

	answered(f, 1, "answer", 5);
	answered(f, 2, "answer", 6);
	assert_int_equal(PUT(f, &first, .event_id = 1, .good = true), OK);
	assert_int_equal(PUT(f, &first, .event_id = 1), OK);
	assert_true(first);
	assert_int_equal(PUT(f, &first, .event_id = 1, .reason = RATING_LACKING), OK);
	assert_false(first);
	assert_int_equal(PUT(f, &first, .event_id = 1, .text = "thiếu phí"), OK);
	assert_int_equal(PUT(f, &first, .event_id = 2, .good = true), OK);
	assert_int_equal(store_rating_counts(f->reader, &f->arena, "1.004194", 10, &counts, &count), OK);
	assert_int_equal(count, 2);
	assert_true(counts[0].version == 6 && counts[0].good == 1 && counts[0].bad == 0);
	assert_true(counts[1].version == 5 && counts[1].good == 0 && counts[1].bad == 1);
	assert_int_equal(store_rating_list(f->reader, &f->arena, &(struct rating_filter){.bad_only = true}, 0,
				 10, &items, &count, &total),
		OK);
	assert_int_equal(total, 1);
	assert_int_equal(items[0].reason, RATING_LACKING);
	assert_string_equal(items[0].text, "thiếu phí");
	assert_string_equal(items[0].unit, "30985");
	assert_string_equal(items[0].facet, "fee");
	assert_int_equal(PUT(f, &first, .event_id = 1, .good = true), OK);
	assert_int_equal(
		store_rating_list(f->reader, &f->arena, &(struct rating_filter){.record = "1.004194"}, 0, 10,
			&items, &count, &total),
		OK);
	assert_int_equal(total, 2);
	assert_true(items[0].good && !items[0].text && items[0].reason == RATING_NONE);
}

int main(void)
{
#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_up, store_fixture_down)
	const struct CMUnitTest tests[] = {
		STORE_TEST(a_case_begins_with_its_step_and_its_citizens_wait),
		STORE_TEST(who_saves_an_older_revision_is_told),
		STORE_TEST(an_answer_ends_a_case_and_is_said_once),
		STORE_TEST(a_rejected_case_says_why_and_is_never_published),
		STORE_TEST(notes_are_steps),
		STORE_TEST(lists_show_what_is_due_first_and_filter),
		STORE_TEST(only_an_answer_is_rated_by_who_got_it),
		STORE_TEST(the_last_word_counts_for_each_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
