#include "daemon/store/store_event.h"
#include "daemon/store/store_question.h"
#include "tests/support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct add {
	struct unresolved item;
	int64_t id;
};

static enum err add_job(struct store_tx *tx, void *arg)
{
	struct add *add = arg;

	return store_question_add(tx, &add->item, &add->id);
}

struct closing {
	int64_t id;
	const char *state;
};

static enum err close_job(struct store_tx *tx, void *arg)
{
	struct closing *c = arg;

	return store_question_close(tx, c->id, c->state, 5000);
}

static int64_t add(struct store_fixture *f, enum question_reason reason)
{
	struct add a = {.item = {.event_id = 7,
				.channel = "facebook",
				.account = "p1",
				.unit = "11329",
				.text = "mượn tuổi xây nhà",
				.reason = reason,
				.nearest = "[{\"id\":\"1.004194\"}]",
				.user = "bà",
				.record = "1.004194",
				.version = 3,
				.created_ms = 1000}};

	assert_int_equal(store_do(f->store, add_job, &a), OK);
	return a.id;
}

static size_t list(
	struct store_fixture *f, const char *of, int64_t after, size_t max, struct unresolved **ret_items)
{
	size_t count = 99;

	assert_int_equal(store_question_list(f->reader, &f->arena, of, after, max, ret_items, &count), OK);
	return count;
}

static enum err closing(struct store_fixture *f, int64_t id, const char *to)
{
	return store_do(f->store, close_job, &(struct closing){id, to});
}

static void question_comes_back_as_it_was(void **state)
{
	struct store_fixture *f = *state;
	struct unresolved *items;

	for (int reason = 0; reason < QUESTION_REASON_COUNT; reason++)
		add(f, (enum question_reason)reason);
	assert_int_equal(list(f, "open", 0, 100, &items), QUESTION_REASON_COUNT);
	for (int i = 0; i < QUESTION_REASON_COUNT; i++) {
		assert_int_equal(items[i].reason, i);
		assert_int_equal(items[i].event_id, 7);
		assert_string_equal(items[i].channel, "facebook");
		assert_string_equal(items[i].account, "p1");
		assert_string_equal(items[i].unit, "11329");
		assert_string_equal(items[i].text, "mượn tuổi xây nhà");
		assert_string_equal(items[i].nearest, "[{\"id\":\"1.004194\"}]");
		assert_string_equal(items[i].state, "open");
		assert_int_equal(items[i].created_ms, 1000);
		assert_string_equal(items[i].record, "1.004194");
		assert_int_equal(items[i].version, 3);
		assert_int_equal(items[i].cluster, 0);
		assert_null(items[i].user); /* nobody can be named from it */
	}
}

static void closed_question_leaves_the_open_list_once(void **state)
{
	struct store_fixture *f = *state;
	int64_t a = add(f, QUESTION_NO_MATCH), b = add(f, QUESTION_STAFF), c = add(f, QUESTION_GUARD);
	struct unresolved *items;

	assert_int_equal(closing(f, a, "done"), OK);
	assert_int_equal(closing(f, a, "done"), ERR_NOT_FOUND);
	assert_int_equal(closing(f, b, "ignored"), OK);
	assert_int_equal(closing(f, c, "open"), ERR_FORMAT);
	assert_int_equal(closing(f, c, "whatever"), ERR_FORMAT);
	assert_int_equal(closing(f, 4711, "done"), ERR_NOT_FOUND);
	assert_int_equal(list(f, "open", 0, 10, &items), 1);
	assert_int_equal(items[0].id, c);
	assert_int_equal(list(f, "done", 0, 10, &items), 1);
	assert_int_equal(items[0].id, a);
	assert_int_equal(list(f, "ignored", 0, 10, &items), 1);
}

static void questions_come_in_pages(void **state)
{
	struct store_fixture *f = *state;
	struct unresolved *items;

	for (int i = 0; i < 5; i++)
		add(f, QUESTION_NO_MATCH);
	assert_int_equal(list(f, "open", 0, 3, &items), 3);
	assert_int_equal(list(f, "open", items[2].id, 3, &items), 2);
	assert_int_equal(list(f, "open", items[1].id, 3, &items), 0);
}

static enum err asked_and_taken_back(struct store_tx *tx, void *arg)
{
	struct event event = {.kind = EVENT_TEXT,
		.channel = "zalo",
		.account = "oa",
		.dedupe = "d",
		.msg_id = "m",
		.text = "t"};
	struct unresolved q = {.channel = "zalo", .account = "oa", .text = "t"};
	int64_t id;
	enum err err = store_event_add(tx, &event, 1, true, &q.event_id);

	(void)arg;
	if (!err)
		err = store_question_add(tx, &q, &id);
	return err ? err : store_event_withdraw(tx, "zalo", "oa", "m", 0, 2);
}

static void question_taken_back_loses_its_text(void **state)
{
	struct store_fixture *f = *state;
	struct unresolved *items;

	assert_int_equal(store_do(f->store, asked_and_taken_back, NULL), OK);
	assert_int_equal(list(f, "open", 0, 3, &items), 1);
	assert_null(items[0].text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_up, store_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(question_comes_back_as_it_was),
		TEST(closed_question_leaves_the_open_list_once),
		TEST(questions_come_in_pages),
		TEST(question_taken_back_loses_its_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
