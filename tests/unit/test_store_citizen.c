#include "daemon/store/store_citizen.h"
#include "tests/support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { TOUCH, PAUSE, UNFOLLOW, UNREACHABLE, REMEMBER, VERBS };

struct change {
	int verb;
	struct citizen_key key;
	int64_t time_ms;
	const char *conversation;
};

static enum err change_job(struct store_tx *tx, void *arg)
{
	struct change *c = arg;

	switch (c->verb) {
	case TOUCH: return store_citizen_touch(tx, &c->key, c->time_ms);
	case PAUSE: return store_citizen_pause(tx, &c->key, c->time_ms);
	case UNFOLLOW: return store_citizen_unfollow(tx, &c->key);
	case UNREACHABLE: return store_citizen_unreachable(tx, &c->key);
	default: return store_citizen_remember(tx, &c->key, c->conversation, c->time_ms);
	}
}

static const struct citizen_key an = {"zalo", "oa1", "u1"};

static void change(struct store_fixture *f, int verb, int64_t time_ms)
{
	struct change c = {verb, an, time_ms, "{\"procedure\":\"1.004194\"}"};

	assert_int_equal(store_do(f->store, change_job, &c), OK);
}

static struct citizen citizen(struct store_fixture *f, const struct citizen_key *key)
{
	struct citizen c;

	memset(&c, 0xff, sizeof c);
	assert_int_equal(store_citizen_get(f->reader, &f->arena, key, &c), OK);
	return c;
}

static void stranger_is_all_zero(void **state)
{
	struct citizen c = citizen(*state, &an);

	assert_null(c.conversation);
	assert_int_equal(c.last_ms, 0);
	assert_int_equal(c.conversation_ms, 0);
	assert_int_equal(c.paused_until_ms, 0);
	assert_false(c.unfollowed || c.unreachable);
}

static void any_change_may_be_the_first(void **state)
{
	struct store_fixture *f = *state;

	for (int verb = 0; verb < VERBS; verb++) {
		struct change c = {
			verb, {"zalo", "oa1", (const char *[]){"a", "b", "c", "d", "e"}[verb]}, 5, "{}"};
		struct citizen got;

		assert_int_equal(store_do(f->store, change_job, &c), OK);
		got = citizen(f, &c.key);
		assert_int_equal(got.last_ms, verb == TOUCH ? 5 : 0);
		assert_int_equal(got.paused_until_ms, verb == PAUSE ? 5 : 0);
		assert_int_equal(got.unfollowed, verb == UNFOLLOW);
		assert_int_equal(got.unreachable, verb == UNREACHABLE);
		assert_int_equal(got.conversation_ms, verb == REMEMBER ? 5 : 0);
	}
}

static void changes_keep_each_other(void **state)
{
	struct store_fixture *f = *state;
	struct citizen c;

	change(f, TOUCH, 10);
	change(f, REMEMBER, 20);
	change(f, PAUSE, 99);
	c = citizen(f, &an);
	assert_int_equal(c.last_ms, 10);
	assert_int_equal(c.conversation_ms, 20);
	assert_string_equal(c.conversation, "{\"procedure\":\"1.004194\"}");
	assert_int_equal(c.paused_until_ms, 99);
	change(f, PAUSE, 0);
	assert_int_equal(citizen(f, &an).paused_until_ms, 0);
}

static void writing_again_ends_unfollowed_and_unreachable(void **state)
{
	struct store_fixture *f = *state;

	change(f, UNFOLLOW, 0);
	change(f, UNREACHABLE, 0);
	assert_true(citizen(f, &an).unfollowed && citizen(f, &an).unreachable);
	change(f, TOUCH, 10);
	assert_false(citizen(f, &an).unfollowed || citizen(f, &an).unreachable);
}

static void late_event_does_not_turn_the_window_back(void **state)
{
	struct store_fixture *f = *state;

	change(f, TOUCH, 50);
	change(f, TOUCH, 40);
	assert_int_equal(citizen(f, &an).last_ms, 50);
}

static void same_user_id_on_another_account_is_another_citizen(void **state)
{
	struct store_fixture *f = *state;
	const struct citizen_key page = {"facebook", "oa1", "u1"}, oa2 = {"zalo", "oa2", "u1"};
	struct change nobody = {TOUCH, {"zalo", "oa1", NULL}, 1, NULL};

	change(f, TOUCH, 50);
	assert_int_equal(citizen(f, &page).last_ms, 0);
	assert_int_equal(citizen(f, &oa2).last_ms, 0);
	assert_int_equal(store_do(f->store, change_job, &nobody), ERR_FORMAT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_up, store_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(stranger_is_all_zero),
		TEST(any_change_may_be_the_first),
		TEST(changes_keep_each_other),
		TEST(writing_again_ends_unfollowed_and_unreachable),
		TEST(late_event_does_not_turn_the_window_back),
		TEST(same_user_id_on_another_account_is_another_citizen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
