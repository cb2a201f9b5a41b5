/* Waiting citizens: each arrow of store_wait.h, the ledger of consent, and what is erased. */
#include "daemon/store/store_case.h"
#include "daemon/store/store_consent.h"
#include "daemon/store/store_event.h"
#include "daemon/store/store_forget.h"
#include "daemon/store/store_outbox.h"
#include "daemon/store/store_question.h"
#include "daemon/store/store_wait.h"
#include "tests/support/store_fixture.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NOTICE "1"

static const struct citizen_key citizen = {"zalo", "oa", "bà"}, other = {"zalo", "oa", "ông"};

struct step { /* one job, told apart by what it does */
	enum {
		ADD,
		CONSENT,
		ANSWER,
		ANSWER_CASE,
		TELLING,
		UNREACHABLE,
		SETTLE,
		FETCHED,
		WITHDRAW,
		FORGET,
		REPLY,
		BEGIN,
		SENT,
		DEAD,
		QUESTION,
		SQL
	} what;
	const char *code, *text, *record;
	struct citizen_key citizen;
	bool given;
	int64_t number, now_ms;
	size_t count, lost;
	struct forgotten forgotten;
};

static struct part part = {.text = "Đã có trả lời."};

static enum err step_job(struct store_tx *tx, void *arg)
{
	struct step *s = arg;

	switch (s->what) {
	case ADD:
		return store_wait_add(tx, &(struct wait){.code = s->code,
						  .question = s->number,
						  .citizen = s->citizen,
						  .created_ms = s->now_ms});
	case CONSENT: return store_wait_consent(tx, s->code, &s->citizen, s->given, NOTICE, s->now_ms);
	case ANSWER: return store_wait_answer(tx, s->number, s->record, s->text, s->now_ms, &s->count);
	case ANSWER_CASE: return store_wait_answer_case(tx, s->number, s->text, s->now_ms, &s->count);
	case TELLING: return store_wait_telling(tx, s->code, s->number, s->now_ms);
	case UNREACHABLE: return store_wait_unreachable(tx, s->code, s->text, s->now_ms);
	case SETTLE: return store_wait_settle(tx, s->now_ms, &s->count, &s->lost);
	case FETCHED: return store_wait_fetched(tx, s->code, &s->citizen, s->now_ms);
	case WITHDRAW: return store_wait_withdraw(tx, &s->citizen, NOTICE, s->now_ms, &s->count);
	case FORGET: return store_forget(tx, &s->citizen, s->now_ms, &s->forgotten);
	case REPLY:
		return store_outbox_add(tx,
			&(struct outbox_row){.channel = s->citizen.channel,
				.account = s->citizen.account,
				.user = s->citizen.user,
				.parts = {&part, 1},
				.expires_ms = 99999},
			&s->number);
	case BEGIN: return store_outbox_begin(tx, s->number, s->now_ms);
	case SENT: return store_outbox_part_sent(tx, s->number, 0, "m", s->now_ms);
	case DEAD: return store_outbox_dead(tx, s->number, s->text, s->now_ms);
	case QUESTION:
		return store_question_add(tx,
			&(struct unresolved){.channel = "zalo",
				.account = "oa",
				.text = "mượn tuổi xây nhà",
				.reason = QUESTION_NO_MATCH,
				.created_ms = s->now_ms},
			&s->number);
	case SQL: break;
	}
	return ERR_FORMAT;
}

static enum err done(struct store_fixture *f, struct step *s)
{
	s->now_ms = s->now_ms ? s->now_ms : 1000;
	s->citizen = s->citizen.user ? s->citizen : citizen;
	return store_do(f->store, step_job, s);
}
#define DO(f, ...) done(f, &(struct step){__VA_ARGS__})

static struct wait get(struct store_fixture *f, const char *code)
{
	struct wait w;

	assert_int_equal(store_wait_get(f->reader, &f->arena, code, &w), OK);
	return w;
}

static void assert_state(struct store_fixture *f, const char *code, const char *word)
{
	assert_string_equal(wait_state_word(get(f, code).state), word);
}

static void sql(struct store_fixture *f, const char *text)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", text, sqlite3_errmsg(db));
	sqlite3_close(db);
}

/* A question of cluster 7, and its citizen's wait. */
static void wait_for_7(struct store_fixture *f, const char *code, struct citizen_key who)
{
	struct step q = {.what = QUESTION};
	char text[96];

	assert_int_equal(done(f, &q), OK);
	snprintf(text, sizeof text, "UPDATE question SET cluster = 7 WHERE id = %d", (int)q.number);
	sql(f, text);
	assert_int_equal(DO(f, .what = ADD, .code = code, .number = q.number, .citizen = who), OK);
}

static size_t due(struct store_fixture *f, int64_t now_ms)
{
	struct wait *items;
	size_t count;

	assert_int_equal(store_wait_due(f->reader, &f->arena, now_ms, "", 10, &items, &count), OK);
	return count;
}

static void a_code_is_given_once(void **state)
{
	struct store_fixture *f = *state;

	assert_int_equal(DO(f, .what = ADD, .code = "K7M4XR", .number = 3), OK);
	assert_int_equal(DO(f, .what = ADD, .code = "K7M4XR", .number = 4), ERR_EXISTS);
	assert_int_equal(get(f, "K7M4XR").question, 3);
	assert_false(get(f, "K7M4XR").consent);
	assert_state(f, "K7M4XR", "open");
}

static void only_who_waits_can_agree_to_be_told_and_the_ledger_has_it(void **state)
{
	struct store_fixture *f = *state;
	struct consent *lines;
	size_t count;

	wait_for_7(f, "K7M4XR", citizen);
	assert_int_equal(
		DO(f, .what = CONSENT, .code = "K7M4XR", .citizen = other, .given = true), ERR_NOT_FOUND);
	assert_false(get(f, "K7M4XR").consent);
	assert_int_equal(DO(f, .what = CONSENT, .code = "K7M4XR", .given = true, .now_ms = 2000), OK);
	assert_int_equal(DO(f, .what = CONSENT, .code = "K7M4XR", .given = false, .now_ms = 3000), OK);
	assert_false(get(f, "K7M4XR").consent);
	assert_int_equal(store_consent_list(f->reader, &f->arena, &citizen, &lines, &count), OK);
	assert_int_equal(count, 2);
	assert_true(lines[0].given && !lines[1].given && lines[0].time_ms == 2000);
	assert_string_equal(lines[0].purpose, "told");
	assert_string_equal(lines[0].notice, NOTICE);
	assert_int_equal(store_consent_list(f->reader, &f->arena, &other, &lines, &count), OK);
	assert_int_equal(count, 0);
}

static void an_answer_is_due_for_who_agreed_and_ready_for_who_did_not_once(void **state)
{
	struct store_fixture *f = *state;
	struct step answer = {.what = ANSWER, .number = 7, .record = "1.004194", .now_ms = 5000};

	wait_for_7(f, "K7M4XR", citizen);
	wait_for_7(f, "H34CCX", other);
	DO(f, .what = CONSENT, .code = "K7M4XR", .given = true);
	assert_int_equal(done(f, &answer), OK);
	assert_int_equal(answer.count, 2);
	assert_state(f, "K7M4XR", "due");
	assert_state(f, "H34CCX", "ready");
	assert_string_equal(get(f, "H34CCX").record, "1.004194");
	answer.record = "2.000001";
	assert_int_equal(done(f, &answer), OK);
	assert_int_equal(answer.count, 0);
	assert_string_equal(get(f, "K7M4XR").record, "1.004194");
	assert_int_equal(due(f, 6000), 1);
	assert_int_equal(DO(f, .what = CONSENT, .code = "H34CCX", .citizen = other, .given = true), OK);
	assert_int_equal(due(f, 6000), 2); /* agreed after all */
}

static void clusters_that_were_merged_are_answered_with_the_one_they_went_into(void **state)
{
	struct store_fixture *f = *state;
	struct step answer = {.what = ANSWER, .number = 9, .text = "Chưa có hướng dẫn."};

	wait_for_7(f, "K7M4XR", citizen);
	sql(f, "INSERT INTO cluster (id, sample, state, merged_into, first_ms, last_ms) VALUES (9, 1, "
	       "'open', NULL, 1, "
	       "1), (8, 1, 'merged', 9, 1, 1), (7, 1, 'merged', 8, 1, 1)");
	assert_int_equal(done(f, &answer), OK);
	assert_int_equal(answer.count, 1);
	assert_string_equal(get(f, "K7M4XR").answer, "Chưa có hướng dẫn.");
}

static void who_staff_is_writing_with_is_not_told_meanwhile(void **state)
{
	struct store_fixture *f = *state;

	wait_for_7(f, "K7M4XR", citizen);
	DO(f, .what = CONSENT, .code = "K7M4XR", .given = true);
	DO(f, .what = ANSWER, .number = 7, .text = "Có rồi.");
	sql(f, "INSERT INTO citizen (channel, account, user, paused_until_ms) VALUES ('zalo', 'oa', 'bà', "
	       "9000)");
	assert_int_equal(due(f, 8000), 0);
	assert_int_equal(due(f, 9000), 1);
}

/* due → telling; the id of its outbox row. */
static int64_t tell(struct store_fixture *f, const char *code)
{
	struct step reply = {.what = REPLY};

	DO(f, .what = CONSENT, .code = code, .given = true);
	DO(f, .what = ANSWER, .number = 7, .text = "Có rồi.");
	assert_int_equal(done(f, &reply), OK);
	assert_int_equal(DO(f, .what = TELLING, .code = code, .number = reply.number), OK);
	return reply.number;
}

static void what_the_platform_took_is_told_and_what_it_refused_is_unreachable(void **state)
{
	struct store_fixture *f = *state;
	struct step settle = {.what = SETTLE};
	int64_t took, refused;
	bool telling = false;

	wait_for_7(f, "K7M4XR", citizen);
	took = tell(f, "K7M4XR");
	wait_for_7(f, "H34CCX", citizen);
	refused = tell(f, "H34CCX");
	assert_int_equal(
		DO(f, .what = TELLING, .code = "K7M4XR", .number = took), ERR_NOT_FOUND); /* not twice */
	assert_int_equal(done(f, &settle), OK);
	assert_int_equal(settle.count + settle.lost, 0);
	assert_int_equal(store_wait_is_telling(f->reader, &telling), OK);
	assert_true(telling);
	DO(f, .what = BEGIN, .number = took);
	DO(f, .what = SENT, .number = took);
	DO(f, .what = DEAD, .number = refused, .text = "outside the window");
	assert_int_equal(done(f, &settle), OK);
	assert_int_equal(settle.count, 1);
	assert_int_equal(settle.lost, 1);
	assert_state(f, "K7M4XR", "told");
	assert_state(f, "H34CCX", "unreachable");
	assert_string_equal(get(f, "H34CCX").reason, "outside the window");
	assert_int_equal(store_wait_is_telling(f->reader, &telling), OK);
	assert_false(telling);
}

static void a_reply_that_a_person_sends_again_is_told_after_all(void **state)
{
	struct store_fixture *f = *state;
	int64_t id;
	bool telling = false;

	wait_for_7(f, "K7M4XR", citizen);
	id = tell(f, "K7M4XR");
	DO(f, .what = DEAD, .number = id, .text = "too late");
	DO(f, .what = SETTLE);
	assert_state(f, "K7M4XR", "unreachable");
	sql(f, "UPDATE outbox SET state = 'sent'");
	assert_int_equal(store_wait_is_telling(f->reader, &telling), OK);
	assert_true(telling);
	DO(f, .what = SETTLE);
	assert_state(f, "K7M4XR", "told");
}

static void the_code_fetches_what_could_not_be_told(void **state)
{
	struct store_fixture *f = *state;

	wait_for_7(f, "K7M4XR", citizen);
	DO(f, .what = CONSENT, .code = "K7M4XR", .given = true);
	assert_int_equal(DO(f, .what = FETCHED, .code = "K7M4XR"), OK);
	assert_state(f, "K7M4XR", "open"); /* there was no answer yet */
	DO(f, .what = ANSWER, .number = 7, .text = "Có rồi.");
	assert_int_equal(DO(f, .what = UNREACHABLE, .code = "K7M4XR", .text = "window"), OK);
	assert_int_equal(DO(f, .what = UNREACHABLE, .code = "K7M4XR", .text = "window"), ERR_NOT_FOUND);
	DO(f, .what = FETCHED, .code = "K7M4XR", .citizen = other);
	assert_state(f, "K7M4XR", "unreachable"); /* somebody else knew the code */
	DO(f, .what = FETCHED, .code = "K7M4XR");
	assert_state(f, "K7M4XR", "fetched");
}

static void consent_taken_back_holds_what_is_not_on_its_way_yet(void **state)
{
	struct store_fixture *f = *state;
	struct step withdraw = {.what = WITHDRAW};
	struct consent *lines;
	size_t count;
	int64_t id;

	wait_for_7(f, "K7M4XR", citizen);
	id = tell(f, "K7M4XR");
	wait_for_7(f, "H34CCX", citizen);
	DO(f, .what = CONSENT, .code = "H34CCX", .given = true);
	wait_for_7(f, "A34CCX", other);
	DO(f, .what = CONSENT, .code = "A34CCX", .citizen = other, .given = true);
	assert_int_equal(done(f, &withdraw), OK);
	assert_int_equal(withdraw.count, 2);
	assert_state(f, "K7M4XR", "ready");
	assert_state(f, "H34CCX", "open");
	assert_false(get(f, "H34CCX").consent);
	assert_true(get(f, "A34CCX").consent);
	assert_int_equal(DO(f, .what = BEGIN, .number = id), ERR_NOT_FOUND);
	assert_int_equal(store_consent_list(f->reader, &f->arena, &citizen, &lines, &count), OK);
	assert_false(lines[count - 1].given);
	DO(f, .what = ANSWER, .number = 7, .text = "Có rồi.");
	assert_state(f, "H34CCX", "ready");
}

static void lists_filter_and_count(void **state)
{
	struct store_fixture *f = *state;
	struct wait_filter filter = {.states = 1u << WAIT_OPEN | 1u << WAIT_UNREACHABLE};
	int64_t by_state[WAIT_STATE_COUNT];
	struct wait *items;
	size_t count, total;

	wait_for_7(f, "K7M4XR", citizen);
	wait_for_7(f, "H34CCX", other);
	tell(f, "K7M4XR");
	assert_int_equal(store_wait_list(f->reader, &f->arena, &filter, 0, 10, &items, &count, &total), OK);
	assert_int_equal(total, 0);
	filter.states = 0;
	assert_int_equal(store_wait_list(f->reader, &f->arena, &filter, 1, 10, &items, &count, &total), OK);
	assert_int_equal(total, 2);
	assert_int_equal(count, 1);
	filter.cluster = 8;
	assert_int_equal(store_wait_list(f->reader, &f->arena, &filter, 0, 10, &items, &count, &total), OK);
	assert_int_equal(total, 0);
	assert_int_equal(store_wait_counts(f->reader, by_state), OK);
	assert_int_equal(by_state[WAIT_TELLING], 1);
	assert_int_equal(by_state[WAIT_READY], 1);
	assert_int_equal(by_state[WAIT_OPEN], 0);
}

/* --- Erased ------------------------------------------------------------------------------------------ */

static enum err case_job(struct store_tx *tx, void *arg)
{
	struct case_file one = {.code = "AC34XK79",
		.citizen = citizen,
		.category = "infrastructure",
		.what = "đèn đường hỏng",
		.place = "ngõ 5",
		.received_ms = 1000,
		.due = "2026-12-07"};

	return store_case_add(tx, &one, arg);
}

static bool file_has(struct store_fixture *f, const char *text)
{
	char shell[256], *found;
	static char bytes[1 << 20];
	FILE *file;
	size_t len;

	store_fixture_reopen(f); /* its WAL goes into the file */
	snprintf(shell, sizeof shell, "%s", f->path);
	file = fopen(shell, "rb");
	len = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	found = memmem(bytes, len, text, strlen(text));
	return found != NULL;
}

static void what_is_forgotten_is_gone_from_the_file_and_others_keep_theirs(void **state)
{
	struct store_fixture *f = *state;
	struct step forget = {.what = FORGET};
	struct case_file one;
	struct consent *lines;
	size_t count;
	int64_t id;

	wait_for_7(f, "K7M4XR", citizen);
	tell(f, "K7M4XR");
	wait_for_7(f, "H34CCX", other);
	assert_int_equal(store_do(f->store, case_job, &id), OK);
	DO(f, .what = CONSENT, .code = "AC34XK79", .given = true);
	assert_true(file_has(f, "ngõ 5"));
	assert_int_equal(done(f, &forget), OK);
	assert_int_equal(forget.forgotten.waits, 2);
	assert_int_equal(forget.forgotten.cases, 1);
	assert_int_equal(forget.forgotten.replies, 1);
	assert_true(forget.forgotten.consents > 0);
	assert_state(f, "K7M4XR", "withdrawn");
	assert_state(f, "AC34XK79", "withdrawn");
	assert_state(f, "H34CCX", "open");
	assert_null(get(f, "K7M4XR").citizen.user);
	assert_int_equal(store_case_get(f->reader, &f->arena, id, &one), OK);
	assert_int_equal(one.state, CASE_IS_WITHDRAWN);
	assert_null(one.what);
	assert_int_equal(store_consent_list(f->reader, &f->arena, &citizen, &lines, &count), OK);
	assert_int_equal(count, 0);
	assert_false(file_has(f, "ngõ 5"));
	assert_false(file_has(f, "bà"));
	assert_true(file_has(f, "ông"));
}

int main(void)
{
#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_up, store_fixture_down)
	const struct CMUnitTest tests[] = {
		STORE_TEST(a_code_is_given_once),
		STORE_TEST(only_who_waits_can_agree_to_be_told_and_the_ledger_has_it),
		STORE_TEST(an_answer_is_due_for_who_agreed_and_ready_for_who_did_not_once),
		STORE_TEST(clusters_that_were_merged_are_answered_with_the_one_they_went_into),
		STORE_TEST(who_staff_is_writing_with_is_not_told_meanwhile),
		STORE_TEST(what_the_platform_took_is_told_and_what_it_refused_is_unreachable),
		STORE_TEST(a_reply_that_a_person_sends_again_is_told_after_all),
		STORE_TEST(the_code_fetches_what_could_not_be_told),
		STORE_TEST(consent_taken_back_holds_what_is_not_on_its_way_yet),
		STORE_TEST(lists_filter_and_count),
		STORE_TEST(what_is_forgotten_is_gone_from_the_file_and_others_keep_theirs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
