/* The n-th allocation of a turn fails, for every n: the turn fails as a whole or comes out as if nothing had happened. */
#include "daemon/base/code.h"
#include "daemon/store/store_citizen.h"
#include "daemon/store/store_event.h"
#include "daemon/store/store_outbox.h"
#include "tests/support/fault.h"
#include "tests/support/store_fixture.h"
#include "tests/support/turn_fixture.h"

#include <cjson/cJSON.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW_MS 1795219200000
#define ALLOCATIONS_MAX 20000

static void *counted_malloc(size_t size)
{
	return malloc(size);
}

/* cJSON's allocations are counted too. */
static cJSON_Hooks counted = {counted_malloc, free};

/* --- Thinking --------------------------------------------------------------------------------------- */

static enum err think(struct turn_fixture *f, const char *text, const char *conversation)
{
	struct turn *t = &f->turn;

	turn_release(t);
	turn_init(t, &f->tools);
	t->event = (struct event){
		.kind = EVENT_TEXT, .channel = "zalo", .account = "1", .user = "2", .text = text};
	t->as_of = "2026-11-21";
	t->known = true;
	t->conversation = conversation;
	return turn_think(t);
}

/* Codes are drawn anew each time. */
static void codes_blank(char *text)
{
	char code[CODE_SIZE];
	bool alone;

	for (char *at = text; code_find(at, code, &alone);) {
		at = strstr(at, code);
		assert_non_null(at);
		memset(at, '*', strlen(code));
	}
}

static char *reply_of(const struct turn *t)
{
	char *text = strdup(t->reply.text);

	codes_blank(text);
	return text;
}

static bool says_the_same(const struct turn *t, const char *expected)
{
	char *text = reply_of(t);
	bool same = strcmp(text, expected) == 0;

	free(text);
	return same;
}

static void every_failing_allocation_fails_the_turn_or_changes_nothing(
	struct turn_fixture *f, const char *text, const char *conversation)
{
	char *expected;
	unsigned n;
	bool failed = true;

	/* cJSON cannot tell a row it has no memory for from a broken one, which is a fresh conversation */
	cJSON_InitHooks(conversation ? NULL : &counted);
	assert_int_equal(think(f, text, conversation), OK);
	expected = reply_of(&f->turn);
	assert_non_null(expected);
	for (n = 1; failed && n < ALLOCATIONS_MAX; n++) {
		enum err err;

		fault_alloc_after(n);
		err = think(f, text, conversation);
		failed = fault_alloc_happened();
		fault_alloc_after(0);
		if (err == OK && !says_the_same(&f->turn, expected))
			fail_msg("allocation %u, \"%s\": %s", n, text, f->turn.reply.text);
		if (err != OK && err != ERR_NOMEM && err != ERR_STORE)
			fail_msg("allocation %u, \"%s\": %s", n, text, err_words(err));
		assert_true(err == OK || failed);
	}
	if (n <= 3 || failed)
		fail_msg("\"%s\": %u allocations, failed %d", text, n, failed);
	free(expected);
}

static void failing_allocation_never_makes_half_a_reply(void **state)
{
	static const char *const texts[] = {"nuôi chim bồ câu", "phí bao nhiêu", "xin chào", "nuôi ong",
		"không phải", "#tt:9.000004:steps", "#tt:9.000004:fee", "#tt:9.000005", "#tt:guide:vneid",
		"gặp cán bộ", "abc xyz"};
	struct turn_fixture f = {0};
	void *fixture;

	(void)state;
	assert_int_equal(turn_fixture_up(&fixture), 0);
	f = *(struct turn_fixture *)fixture;
	turn_fixture_say(&f, "nuôi chim bồ câu");
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		every_failing_allocation_fails_the_turn_or_changes_nothing(
			&f, texts[i], i ? f.conversation : NULL);
	*(struct turn_fixture *)fixture = f;
	turn_fixture_down(&fixture);
}

/* --- Delivering ------------------------------------------------------------------------------------- */

struct delivering {
	struct turn_delivery delivery;
	unsigned fail_at; /* 0: none */
	bool failed;
};

static enum err event_job(struct store_tx *tx, void *arg)
{
	struct turn *t = arg;

	t->event.dedupe = "k";
	return store_event_add(tx, &t->event, NOW_MS, true, &t->event_id);
}

static enum err deliver_job(struct store_tx *tx, void *arg)
{
	struct delivering *d = arg;
	enum err err;

	fault_alloc_after(d->fail_at);
	err = turn_deliver(tx, &d->delivery);
	d->failed = fault_alloc_happened();
	fault_alloc_after(0);
	return err;
}

static size_t outbox_count(struct store_fixture *s)
{
	struct outbox_row *rows;
	size_t count = 0;

	assert_int_equal(store_outbox_list(s->reader, &s->arena, OUTBOX_DUE, 0, 10, &rows, &count), OK);
	return count;
}

static size_t question_count(struct store_fixture *s)
{
	struct unresolved *rows;
	size_t count = 0;

	assert_int_equal(store_question_list(s->reader, &s->arena, "open", 0, 10, &rows, &count), OK);
	return count;
}

static size_t waiting_count(struct store_fixture *s)
{
	struct stored_event *rows;
	size_t count = 0;

	assert_int_equal(store_event_waiting(s->reader, &s->arena, 0, 10, &rows, &count), OK);
	return count;
}

static void delivery_is_whole_or_not_at_all(void **state)
{
	const struct account account = {
		.name = "xa", .adapter = &adapter_zalo, .id = "1", .text_limit = 1900};
	struct store_fixture *s = *state;
	struct turn_fixture *f;
	struct delivering d = {.fail_at = 1};
	struct citizen citizen;
	void *fixture;
	enum err err = ERR_NOMEM;

	cJSON_InitHooks(&counted);
	assert_int_equal(turn_fixture_up(&fixture), 0);
	f = fixture;
	assert_int_equal(think(f, "#tt:9.000004:fee", NULL), OK);
	assert_true(f->turn.unresolved);
	assert_int_equal(store_do(s->store, event_job, &f->turn), OK);
	d.delivery = (struct turn_delivery){
		.turn = &f->turn, .account = &account, .now_ms = NOW_MS, .expires_ms = NOW_MS + 1000};
	for (; err != OK && d.fail_at < ALLOCATIONS_MAX; d.fail_at++) {
		err = store_do(s->store, deliver_job, &d);
		assert_true(err == OK || d.failed);
		assert_int_equal(outbox_count(s), err == OK);
		assert_int_equal(question_count(s), err == OK);
		assert_int_equal(waiting_count(s), err != OK);
	}
	assert_int_equal(err, OK);
	assert_true(d.delivery.ret_outbox_id > 0);
	assert_int_equal(
		store_citizen_get(s->reader, &s->arena, &(struct citizen_key){"zalo", "1", "2"}, &citizen),
		OK);
	assert_string_equal(citizen.conversation, f->turn.remember);
	d.fail_at = 0;
	assert_int_equal(store_do(s->store, deliver_job, &d), ERR_NOT_FOUND); /* a turn does not end twice */
	assert_int_equal(outbox_count(s), 1);
	turn_fixture_down(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failing_allocation_never_makes_half_a_reply),
		cmocka_unit_test_setup_teardown(
			delivery_is_whole_or_not_at_all, store_fixture_up, store_fixture_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
