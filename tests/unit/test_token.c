/* Every rule of platforms.md 2.13, against an OAuth host that answers as told. */
#include "daemon/base/clock.h"
#include "daemon/outbox/token.h"
#include "tests/support/fault_sqlite.h"
#include "tests/support/platform.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW_MS 1790000000000
#define LOST_MS 300 /* of the client: a held answer is lost after this */

struct bench {
	char dir[64], path[96];
	struct loop *loop;
	struct loop_bell *bell;
	struct store *store;
	struct store_reader *reader;
	struct http_client *client;
	struct platform platform;
	struct account account;
	struct accounts accounts;
	struct tokens *tokens;
	struct arena arena;
	/* what tokens_get() said last */
	int answers;
	enum err err;
	char token[64];
};

static void drain(void *arg)
{
	struct bench *b = arg;

	if (b->store)
		store_drain(b->store);
}

static void ring(void *arg)
{
	loop_bell_ring(((struct bench *)arg)->bell);
}

static void store_start(struct bench *b)
{
	struct store_options o = {.path = b->path, .wake_cb = ring, .wake_arg = b};

	assert_int_equal(store_open(&o, &b->store, NULL), OK);
}

static void tokens_start(struct bench *b)
{
	struct tokens_options o = {b->loop, b->store, b->path, b->client, &b->accounts};

	assert_int_equal(tokens_open(&o, &b->tokens, NULL), OK);
}

static void closed(void *arg)
{
	*(bool *)arg = true;
}

static bool is_true(void *arg)
{
	return *(bool *)arg;
}

static void tokens_stop(struct bench *b)
{
	bool done = false;

	tokens_close(b->tokens, closed, &done);
	assert_true(loop_until(b->loop, is_true, &done));
}

static int set_up(void **state)
{
	static const struct adapter zalo = {.name = "zalo"};
	struct bench *b = calloc(1, sizeof *b);

	snprintf(b->dir, sizeof b->dir, "/tmp/motcua-token-XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	snprintf(b->path, sizeof b->path, "%s/state.db", b->dir);
	clock_set(NOW_MS);
	arena_init(&b->arena, 1 << 20);
	assert_int_equal(loop_open(&b->loop, NULL), OK);
	assert_int_equal(loop_bell_open(b->loop, drain, b, &b->bell), OK);
	store_start(b);
	assert_int_equal(store_reader_open(b->path, &b->reader, NULL), OK);
	assert_int_equal(http_client_open(b->loop, &(struct http_client_options){.timeout_ms = LOST_MS},
				 &b->client, NULL),
		OK);
	platform_open(&b->platform, b->loop);
	b->account = (struct account){.name = "one",
		.adapter = &zalo,
		.id = "OA",
		.app_id = "app 1",
		.app_secret = "app-secret",
		.refresh_token = "first/refresh",
		.oauth_base = b->platform.base};
	b->accounts = (struct accounts){&b->account, 1};
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;
	char command[128];

	tokens_stop(b);
	platform_close(&b->platform);
	http_client_close(b->client);
	store_reader_close(b->reader);
	store_close(b->store);
	b->store = NULL;
	loop_bell_close(b->bell);
	loop_close(b->loop);
	arena_release(&b->arena);
	for (const char *const *end = (const char *const[]){"", "-wal", "-shm", NULL}; *end; end++) {
		snprintf(command, sizeof command, "%s%s", b->path, *end);
		unlink(command);
	}
	snprintf(command, sizeof command, "%s/writer.lock", b->dir);
	unlink(command);
	assert_int_equal(rmdir(b->dir), 0);
	clock_set(0);
	free(b);
	return 0;
}

static void ready(void *arg, enum err err, const char *access_token)
{
	struct bench *b = arg;

	b->answers++;
	b->err = err;
	snprintf(b->token, sizeof b->token, "%s", access_token ? access_token : "");
}

static bool answered(void *arg)
{
	return ((struct bench *)arg)->answers > 0;
}

static enum err get(struct bench *b, const char *stale)
{
	b->answers = 0;
	tokens_get(b->tokens, &b->account, stale, ready, b);
	assert_true(loop_until(b->loop, answered, b));
	return b->err;
}

static struct token stored(struct bench *b)
{
	struct token token;

	assert_int_equal(store_token_get(b->reader, &b->arena, "zalo", "OA", &token), OK);
	return token;
}

static bool is_good(void *arg)
{
	struct bench *b = arg;

	return strcmp(tokens_state(b->tokens, &b->account), "good") == 0;
}

static bool is_consent_needed(void *arg)
{
	struct bench *b = arg;

	return strcmp(tokens_state(b->tokens, &b->account), "consent_needed") == 0;
}

static bool was_called_twice(void *arg)
{
	return ((struct bench *)arg)->platform.token_count >= 2;
}

static void the_first_token_comes_from_the_configured_refresh_token(void **state)
{
	struct bench *b = *state;
	const struct platform_call *call;

	tokens_start(b);
	assert_int_equal(get(b, NULL), OK);
	assert_string_equal(b->token, "at-1");
	call = &b->platform.calls[0];
	assert_string_equal(call->path, "/v4/oa/access_token");
	assert_string_equal(call->token, "app-secret");
	assert_string_equal(
		call->body, "app_id=app%201&grant_type=refresh_token&refresh_token=first%2Frefresh");
	assert_string_equal(stored(b).access, "at-1");
	assert_string_equal(stored(b).refresh, "rt-1");
	assert_int_equal(stored(b).expires_ms, NOW_MS + 90000 * 1000LL);
}

static void one_renewal_serves_all_who_wait(void **state)
{
	struct bench *b = *state;

	tokens_start(b);
	for (int i = 0; i < 20; i++)
		tokens_get(b->tokens, &b->account, NULL, ready, b);
	assert_true(loop_until(b->loop, is_good, b));
	assert_int_equal(b->answers, 20);
	assert_int_equal(b->platform.token_count, 1);
	assert_int_equal(get(b, NULL), OK); /* and the next comes from memory */
	assert_int_equal(b->platform.token_count, 1);
}

static void too_many_who_wait_are_told_so(void **state)
{
	struct bench *b = *state;
	int refused = 0;

	tokens_start(b);
	for (int i = 0; i < 300; i++) {
		b->err = OK;
		tokens_get(b->tokens, &b->account, NULL, ready, b);
		refused += b->err == ERR_QUEUE_FULL;
	}
	assert_int_equal(refused, 300 - 256);
	assert_true(loop_until(b->loop, is_good, b));
}

static void a_refused_token_is_renewed_once_for_all(void **state)
{
	struct bench *b = *state;

	tokens_start(b);
	assert_int_equal(get(b, NULL), OK);
	tokens_get(b->tokens, &b->account, "at-1", ready, b);
	assert_int_equal(get(b, "at-1"), OK);
	assert_string_equal(b->token, "at-2");
	assert_int_equal(b->platform.token_count, 2);
	assert_string_equal(
		b->platform.calls[1].body, "app_id=app%201&grant_type=refresh_token&refresh_token=rt-1");
	assert_int_equal(get(b, "at-1"), OK); /* a late one with the old token: a newer is there */
	assert_string_equal(b->token, "at-2");
	assert_int_equal(b->platform.token_count, 2);
}

static void the_token_is_renewed_at_four_fifths_of_its_life(void **state)
{
	struct bench *b = *state;

	tokens_start(b);
	assert_int_equal(get(b, NULL), OK);
	clock_advance(19 * 3600 * 1000LL);
	assert_int_equal(get(b, NULL), OK);
	loop_for_ms(b->loop, 20);
	assert_int_equal(b->platform.token_count, 1);
	clock_advance(3600 * 1000LL + 1000);
	assert_int_equal(get(b, NULL), OK);
	assert_string_equal(b->token, "at-1"); /* nobody waits: it still works */
	assert_true(loop_until(b->loop, was_called_twice, b));
	loop_for_ms(b->loop, 20);
	assert_int_equal(get(b, NULL), OK);
	assert_string_equal(b->token, "at-2");
}

static void an_expired_token_is_never_handed_out(void **state)
{
	struct bench *b = *state;

	tokens_start(b);
	assert_int_equal(get(b, NULL), OK);
	clock_advance(26 * 3600 * 1000LL);
	assert_int_equal(get(b, NULL), OK);
	assert_string_equal(b->token, "at-2");
}

static void a_restart_uses_the_stored_token(void **state)
{
	struct bench *b = *state;

	tokens_start(b);
	assert_int_equal(get(b, NULL), OK);
	tokens_stop(b);
	tokens_start(b);
	assert_int_equal(get(b, NULL), OK);
	assert_string_equal(b->token, "at-1");
	assert_int_equal(b->platform.token_count, 1);
}

static void pending_is_on_disk_before_the_platform_is_asked(void **state)
{
	struct bench *b = *state;

	tokens_start(b);
	platform_token_answers(&b->platform, 0, NULL);
	tokens_get(b->tokens, &b->account, NULL, ready, b);
	while (b->platform.token_count == 0)
		loop_for_ms(b->loop, 1);
	assert_int_equal(stored(b).state, TOKEN_PENDING);
}

static void a_lost_answer_is_asked_for_again_with_the_same_refresh_token(void **state)
{
	struct bench *b = *state;

	platform_token_answers(&b->platform, 0, NULL);
	tokens_start(b);
	assert_int_equal(get(b, NULL), ERR_NETWORK);
	assert_string_equal(tokens_state(b->tokens, &b->account), "waiting");
	assert_true(loop_until(b->loop, is_good, b));
	assert_int_equal(b->platform.token_count, 2);
	assert_string_equal(b->platform.calls[0].body, b->platform.calls[1].body);
}

static void a_lost_answer_that_had_spent_the_token_needs_consent(void **state)
{
	struct bench *b = *state;

	platform_token_answers(&b->platform, 0, NULL);
	platform_token_answers(
		&b->platform, 200, "{\"error\":-14014,\"error_name\":\"Invalid refresh token\"}");
	tokens_start(b);
	assert_int_equal(get(b, NULL), ERR_NETWORK);
	assert_true(loop_until(b->loop, is_consent_needed, b));
	assert_int_equal(stored(b).state, TOKEN_CONSENT_NEEDED);
	assert_int_equal(get(b, NULL), ERR_PERMISSION);
	clock_advance(24 * 3600 * 1000LL);
	loop_for_ms(b->loop, 50);
	assert_int_equal(b->platform.token_count, 2); /* no loop */
}

static void a_refusal_needs_consent_and_is_not_repeated(void **state)
{
	struct bench *b = *state;

	platform_token_answers(
		&b->platform, 200, "{\"error\":\"-14020\",\"error_name\":\"Refresh token expired\"}");
	tokens_start(b);
	assert_int_equal(get(b, NULL), ERR_PERMISSION);
	assert_int_equal(get(b, NULL), ERR_PERMISSION);
	tokens_stop(b);
	tokens_start(b); /* nor after a restart */
	assert_int_equal(get(b, NULL), ERR_PERMISSION);
	assert_int_equal(b->platform.token_count, 1);
}

/* Only Zalo's own words spend the consent: a proxy on a bad day and a wrong app secret do not. */
static void a_refusal_that_is_not_of_the_grant_is_tried_again(void **state)
{
	struct bench *b = *state;

	platform_token_answers(&b->platform, 404, "empty api");
	platform_token_answers(&b->platform, 403, "{\"message\":\"Forbidden\"}");
	tokens_start(b);
	assert_true(loop_until(b->loop, is_good, b));
	assert_int_equal(b->platform.token_count, 3);
}

static void too_many_requests_and_server_errors_are_tried_again(void **state)
{
	struct bench *b = *state;

	platform_token_answers(&b->platform, 200, "{\"error\":-32,\"error_name\":\"Too many requests\"}");
	platform_token_answers(&b->platform, 502, "<html>bad gateway</html>");
	tokens_start(b);
	assert_true(loop_until(b->loop, is_good, b));
	assert_int_equal(b->platform.token_count, 3);
	assert_string_equal(b->platform.calls[0].body, b->platform.calls[2].body);
}

static void a_new_refresh_token_in_the_file_starts_anew(void **state)
{
	struct bench *b = *state;

	platform_token_answers(&b->platform, 200, "{\"error\":-14014}");
	tokens_start(b);
	assert_int_equal(get(b, NULL), ERR_PERMISSION);
	tokens_stop(b);
	b->account.refresh_token = "second";
	tokens_start(b);
	assert_int_equal(get(b, NULL), OK);
	assert_string_equal(
		b->platform.calls[1].body, "app_id=app%201&grant_type=refresh_token&refresh_token=second");
}

static void without_any_refresh_token_nothing_is_tried(void **state)
{
	struct bench *b = *state;

	b->account.refresh_token = NULL;
	tokens_start(b);
	assert_int_equal(get(b, NULL), ERR_PERMISSION);
	assert_string_equal(tokens_state(b->tokens, &b->account), "none");
	assert_int_equal(b->platform.token_count, 0);
}

static void a_start_after_a_crash_between_call_and_commit_asks_again(void **state)
{
	struct bench *b = *state;

	tokens_start(b);
	assert_int_equal(get(b, NULL), OK);
	platform_token_answers(&b->platform, 0, NULL);
	tokens_get(b->tokens, &b->account, "at-1", ready, b);
	while (b->platform.token_count < 2)
		loop_for_ms(b->loop, 1);
	tokens_stop(b); /* waits for the call: its answer is lost */
	assert_int_equal(stored(b).state, TOKEN_PENDING);
	tokens_start(b);
	while (b->platform.token_count < 3)
		loop_for_ms(b->loop, 1);
	assert_string_equal(b->platform.calls[2].body, b->platform.calls[1].body);
	assert_true(loop_until(b->loop, is_good, b));
}

static void new_tokens_are_used_only_once_they_are_on_disk(void **state)
{
	struct bench *b = *state;

	tokens_start(b);
	assert_int_equal(get(b, NULL), OK);
	platform_token_answers(&b->platform, 0, NULL);
	b->answers = 0;
	tokens_get(b->tokens, &b->account, "at-1", ready, b);
	while (b->platform.token_count < 2)
		loop_for_ms(b->loop, 1);
	fault_sqlite_after(FAULT_DISK_FULL, 1); /* `pending` is committed, the answer is on its way */
	while (!was_called_twice(b))
		loop_for_ms(b->loop, 1);
	loop_for_ms(b->loop, LOST_MS + 1500); /* lost, asked again, answered, but not to be stored */
	assert_int_equal(b->platform.token_count, 3);
	assert_string_equal(stored(b).refresh, "rt-1");
	assert_int_equal(b->err == OK && b->answers > 0, false);
	fault_sqlite_off();
	assert_true(loop_until(b->loop, is_good, b));
	assert_int_equal(b->platform.token_count, 3); /* the answer was kept, not asked for again */
	assert_string_equal(stored(b).refresh, "rt-2");
	assert_int_equal(get(b, "at-1"), OK);
	assert_string_equal(b->token, "at-2");
}

static enum err renew_elsewhere(struct store_tx *tx, void *arg)
{
	struct token token = *(struct token *)arg;

	token.access = "at-other";
	token.refresh = "rt-other";
	token.generation++;
	return store_token_put(tx, "zalo", "OA", &token, NOW_MS);
}

static void another_process_that_renewed_is_believed(void **state)
{
	struct bench *b = *state;
	struct token token;

	tokens_start(b);
	assert_int_equal(get(b, NULL), OK);
	token = stored(b);
	assert_int_equal(store_do(b->store, renew_elsewhere, &token), OK);
	assert_int_equal(get(b, "at-1"), OK);
	assert_string_equal(b->token, "at-other");
	assert_int_equal(b->platform.token_count, 1);
}

static void a_page_token_is_the_configured_one(void **state)
{
	struct bench *b = *state;

	b->account.oauth_base = NULL;
	b->account.page_token = "page-token";
	tokens_start(b);
	assert_int_equal(get(b, NULL), OK);
	assert_string_equal(b->token, "page-token");
	assert_int_equal(get(b, "page-token"), ERR_PERMISSION);
	assert_int_equal(b->platform.token_count, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_first_token_comes_from_the_configured_refresh_token),
		TEST(one_renewal_serves_all_who_wait),
		TEST(too_many_who_wait_are_told_so),
		TEST(a_refused_token_is_renewed_once_for_all),
		TEST(the_token_is_renewed_at_four_fifths_of_its_life),
		TEST(an_expired_token_is_never_handed_out),
		TEST(a_restart_uses_the_stored_token),
		TEST(pending_is_on_disk_before_the_platform_is_asked),
		TEST(a_lost_answer_is_asked_for_again_with_the_same_refresh_token),
		TEST(a_lost_answer_that_had_spent_the_token_needs_consent),
		TEST(a_refusal_needs_consent_and_is_not_repeated),
		TEST(a_refusal_that_is_not_of_the_grant_is_tried_again),
		TEST(too_many_requests_and_server_errors_are_tried_again),
		TEST(a_new_refresh_token_in_the_file_starts_anew),
		TEST(without_any_refresh_token_nothing_is_tried),
		TEST(a_start_after_a_crash_between_call_and_commit_asks_again),
		TEST(new_tokens_are_used_only_once_they_are_on_disk),
		TEST(another_process_that_renewed_is_believed),
		TEST(a_page_token_is_the_configured_one),
	};

	fault_sqlite_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
