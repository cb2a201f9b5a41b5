#include "daemon/store/store_token.h"
#include "tests/support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct begin {
	int64_t generation, now_ms;
};

static enum err begin_job(struct store_tx *tx, void *arg)
{
	struct begin *b = arg;

	return store_token_begin(tx, "zalo", "oa1", b->generation, b->now_ms, 30000);
}

static enum err put_job(struct store_tx *tx, void *arg)
{
	return store_token_put(tx, "zalo", "oa1", arg, 7);
}

static enum err buttons_job(struct store_tx *tx, void *arg)
{
	return store_token_buttons_refused(tx, "zalo", "oa1", *(int64_t *)arg);
}

static enum err begin(struct store_fixture *f, int64_t generation, int64_t now_ms)
{
	return store_do(f->store, begin_job, &(struct begin){generation, now_ms});
}

static struct token get(struct store_fixture *f, const char *account)
{
	struct token t;

	memset(&t, 0xff, sizeof t);
	assert_int_equal(store_token_get(f->reader, &f->arena, "zalo", account, &t), OK);
	return t;
}

static const struct token good = {.state = TOKEN_GOOD,
	.access = "A1",
	.refresh = "R1",
	.expires_ms = 90000,
	.generation = 1,
	.seed_hash = "5eed"};

static void token_comes_back_as_it_was(void **state)
{
	struct store_fixture *f = *state;
	struct token t = get(f, "oa1"),
		     consent = {.state = TOKEN_CONSENT_NEEDED, .reason = "Invalid refresh token"};

	assert_int_equal(t.state, TOKEN_NONE);
	assert_null(t.access);
	assert_int_equal(store_do(f->store, put_job, (void *)&good), OK);
	store_fixture_reopen(f);
	t = get(f, "oa1");
	assert_int_equal(t.state, TOKEN_GOOD);
	assert_string_equal(t.access, "A1");
	assert_string_equal(t.refresh, "R1");
	assert_string_equal(t.seed_hash, "5eed");
	assert_int_equal(t.expires_ms, 90000);
	assert_int_equal(t.generation, 1);
	assert_int_equal(get(f, "oa2").state, TOKEN_NONE);
	assert_int_equal(store_do(f->store, put_job, &consent), OK);
	t = get(f, "oa1");
	assert_int_equal(t.state, TOKEN_CONSENT_NEEDED);
	assert_string_equal(t.reason, "Invalid refresh token");
	assert_null(t.access);
}

static void renewal_has_one_owner(void **state)
{
	struct store_fixture *f = *state;

	assert_int_equal(store_do(f->store, put_job, (void *)&good), OK);
	assert_int_equal(begin(f, 0, 1000), ERR_BUSY); /* renewed meanwhile: read again */
	assert_int_equal(begin(f, 1, 1000), OK);
	assert_int_equal(begin(f, 1, 2000), ERR_BUSY); /* somebody is at it */
	assert_int_equal(get(f, "oa1").state, TOKEN_PENDING);
	assert_int_equal(get(f, "oa1").pending_ms, 1000);
	assert_string_equal(get(f, "oa1").refresh, "R1"); /* the old one, until the new one is stored */
	assert_int_equal(begin(f, 1, 31000), OK);         /* that one is gone */
	assert_int_equal(get(f, "oa1").pending_ms, 31000);
}

static void first_renewal_needs_no_row(void **state)
{
	struct store_fixture *f = *state;

	assert_int_equal(begin(f, 3, 1000), ERR_BUSY);
	assert_int_equal(get(f, "oa1").state, TOKEN_NONE);
	assert_int_equal(begin(f, 0, 1000), OK);
	assert_int_equal(begin(f, 0, 1500), ERR_BUSY);
	assert_int_equal(get(f, "oa1").state, TOKEN_PENDING);
}

static void refused_buttons_outlive_a_renewal(void **state)
{
	struct store_fixture *f = *state;
	int64_t until = 5000;

	assert_int_equal(store_do(f->store, buttons_job, &until), OK);
	assert_int_equal(get(f, "oa1").state, TOKEN_NONE);
	assert_int_equal(store_do(f->store, put_job, (void *)&good), OK);
	assert_int_equal(get(f, "oa1").buttons_refused_until_ms, 5000);
	until = 0;
	assert_int_equal(store_do(f->store, buttons_job, &until), OK);
	assert_int_equal(get(f, "oa1").buttons_refused_until_ms, 0);
	assert_string_equal(get(f, "oa1").access, "A1");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_up, store_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(token_comes_back_as_it_was),
		TEST(renewal_has_one_owner),
		TEST(first_renewal_needs_no_row),
		TEST(refused_buttons_outlive_a_renewal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
