#include "daemon/base/mask.h"
#include "daemon/store/store_outbox.h"
#include "tests/support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { BEGIN, PART_SENT, LATER, UNKNOWN, DEAD, RETRY, DROP, ARROWS };

struct arrow {
	int verb;
	int64_t id;
	size_t part;
};

static enum err arrow_job(struct store_tx *tx, void *arg)
{
	const struct arrow *a = arg;

	switch (a->verb) {
	case BEGIN: return store_outbox_begin(tx, a->id, 2000);
	case PART_SENT: return store_outbox_part_sent(tx, a->id, a->part, "m\"1", 3000);
	case LATER: return store_outbox_later(tx, a->id, 9000, true, true, "busy", 3000);
	case UNKNOWN: return store_outbox_unknown(tx, a->id, "no answer", 3000);
	case DEAD: return store_outbox_dead(tx, a->id, "blocked", 3000);
	case RETRY: return store_outbox_retry(tx, a->id, 99000, 4000);
	default: return store_outbox_drop(tx, a->id, "an", 4000);
	}
}

static enum err go(struct store_fixture *f, int verb, int64_t id)
{
	return store_do(f->store, arrow_job, &(struct arrow){verb, id, 0});
}

static enum err go_part(struct store_fixture *f, int64_t id, size_t part)
{
	return store_do(f->store, arrow_job, &(struct arrow){PART_SENT, id, part});
}

struct add {
	struct outbox_row row;
	int64_t id;
};

static enum err add_job(struct store_tx *tx, void *arg)
{
	struct add *add = arg;

	return store_outbox_add(tx, &add->row, &add->id);
}

static int64_t add_reply(struct store_fixture *f, int64_t event_id, size_t part_count)
{
	struct part parts[3] = {
		{.text = "Phần một: \"lệ phí\"\n\\ 5.000 đồng"}, {.text = "Phần hai"}, {.text = "Phần ba"}};
	struct add add = {.row = {.event_id = event_id,
				  .channel = "zalo",
				  .account = "oa1",
				  .user = "u1",
				  .conversation_id = "c1",
				  .parts = {parts, part_count},
				  .created_ms = 1000,
				  .due_ms = 1000,
				  .expires_ms = 50000}};

	parts[part_count - 1].button_count = 2;
	parts[part_count - 1].buttons[0] = (struct button){BUTTON_PAYLOAD, "Giấy tờ", "#tt:1.004194:docs"};
	parts[part_count - 1].buttons[1] =
		(struct button){BUTTON_URL, "Nộp", "https://dichvucong.gov.vn/?a=1&b=2"};
	assert_int_equal(store_do(f->store, add_job, &add), OK);
	return add.id;
}

static struct outbox_row row_of(struct store_fixture *f, int64_t id)
{
	struct outbox_row row;

	assert_int_equal(store_outbox_get(f->reader, &f->arena, id, &row), OK);
	return row;
}

/* A fresh row brought to `state`. */
static int64_t row_in(struct store_fixture *f, enum outbox_state state)
{
	int64_t id = add_reply(f, 0, 1);

	if (state == OUTBOX_DUE)
		return id;
	assert_int_equal(go(f, BEGIN, id), OK);
	if (state == OUTBOX_SENT)
		assert_int_equal(go_part(f, id, 0), OK);
	else if (state != OUTBOX_SENDING)
		assert_int_equal(go(f, state == OUTBOX_UNKNOWN ? UNKNOWN : DEAD, id), OK);
	assert_int_equal(row_of(f, id).state, state);
	return id;
}

static void reply_comes_back_as_it_was(void **state)
{
	struct store_fixture *f = *state;
	struct outbox_row row;
	int64_t id = add_reply(f, 7, 2);

	store_fixture_reopen(f);
	row = row_of(f, id);
	assert_int_equal(row.event_id, 7);
	assert_int_equal(row.state, OUTBOX_DUE);
	assert_string_equal(row.channel, "zalo");
	assert_string_equal(row.account, "oa1");
	assert_string_equal(row.user, "u1");
	assert_string_equal(row.conversation_id, "c1");
	assert_int_equal(row.parts.count, 2);
	assert_string_equal(row.parts.items[0].text, "Phần một: \"lệ phí\"\n\\ 5.000 đồng");
	assert_int_equal(row.parts.items[0].button_count, 0);
	assert_int_equal(row.parts.items[1].button_count, 2);
	assert_int_equal(row.parts.items[1].buttons[1].kind, BUTTON_URL);
	assert_string_equal(row.parts.items[1].buttons[0].title, "Giấy tờ");
	assert_string_equal(row.parts.items[1].buttons[1].value, "https://dichvucong.gov.vn/?a=1&b=2");
	assert_int_equal(row.created_ms, 1000);
	assert_int_equal(row.expires_ms, 50000);
	assert_null(row.reason);
	assert_string_equal(row.message_ids, "[]");
	assert_int_equal(store_outbox_get(f->reader, &f->arena, id + 1, &row), ERR_NOT_FOUND);
}

static void event_has_one_reply(void **state)
{
	struct store_fixture *f = *state;
	struct part part = {.text = "x"};
	struct add add = {
		.row = {.event_id = 7, .channel = "zalo", .account = "a", .user = "u", .parts = {&part, 1}}};

	add_reply(f, 7, 1);
	assert_int_equal(store_do(f->store, add_job, &add), ERR_EXISTS);
	add.row.event_id = 0; /* no answer to an event: as many as you like */
	assert_int_equal(store_do(f->store, add_job, &add), OK);
	assert_int_equal(store_do(f->store, add_job, &add), OK);
}

static void every_arrow_starts_only_where_it_may(void **state)
{
	static const bool may[ARROWS][OUTBOX_DEAD + 1] = {
		[BEGIN] = {[OUTBOX_DUE] = true},
		[PART_SENT] = {[OUTBOX_SENDING] = true},
		[LATER] = {[OUTBOX_SENDING] = true},
		[UNKNOWN] = {[OUTBOX_SENDING] = true},
		[DEAD] = {[OUTBOX_DUE] = true, [OUTBOX_SENDING] = true, [OUTBOX_UNKNOWN] = true},
		[RETRY] = {[OUTBOX_UNKNOWN] = true, [OUTBOX_DEAD] = true},
		[DROP] = {[OUTBOX_UNKNOWN] = true, [OUTBOX_DEAD] = true},
	};
	static const enum outbox_state leads_to[ARROWS] = {[BEGIN] = OUTBOX_SENDING,
		[PART_SENT] = OUTBOX_SENT,
		[LATER] = OUTBOX_DUE,
		[UNKNOWN] = OUTBOX_UNKNOWN,
		[DEAD] = OUTBOX_DEAD,
		[RETRY] = OUTBOX_DUE,
		[DROP] = OUTBOX_DEAD};
	struct store_fixture *f = *state;

	for (int verb = 0; verb < ARROWS; verb++)
		for (int from = 0; from <= OUTBOX_DEAD; from++) {
			int64_t id = row_in(f, (enum outbox_state)from);
			struct outbox_row before = row_of(f, id), after;

			assert_int_equal(go(f, verb, id), may[verb][from] ? OK : ERR_NOT_FOUND);
			after = row_of(f, id);
			assert_int_equal(after.state, may[verb][from] ? leads_to[verb] : before.state);
			if (!may[verb][from])
				assert_int_equal(after.attempts, before.attempts);
		}
	assert_int_equal(go(f, BEGIN, 4711), ERR_NOT_FOUND);
}

static void parts_go_out_in_order_each_once(void **state)
{
	struct store_fixture *f = *state;
	int64_t id = add_reply(f, 1, 3);

	for (size_t part = 0; part < 3; part++) {
		assert_int_equal(go(f, BEGIN, id), OK);
		assert_int_equal(go_part(f, id, part + 1), ERR_NOT_FOUND);
		assert_int_equal(go_part(f, id, part), OK);
		assert_int_equal(row_of(f, id).part_next, part + 1);
		assert_int_equal(row_of(f, id).attempts, 0);
		assert_int_equal(row_of(f, id).state, part < 2 ? OUTBOX_DUE : OUTBOX_SENT);
	}
	assert_string_equal(row_of(f, id).message_ids, "[\"m\\\"1\",\"m\\\"1\",\"m\\\"1\"]");
}

static void later_remembers_why_and_what_was_tried(void **state)
{
	struct store_fixture *f = *state;
	int64_t id = add_reply(f, 1, 2);
	struct outbox_row row;

	assert_int_equal(go(f, BEGIN, id), OK);
	assert_int_equal(go(f, LATER, id), OK);
	row = row_of(f, id);
	assert_int_equal(row.attempts, 1);
	assert_int_equal(row.due_ms, 9000);
	assert_true(row.plain && row.renewed);
	assert_string_equal(row.reason, "busy");
	assert_int_equal(go(f, BEGIN, id), OK);
	assert_int_equal(go_part(f, id, 0), OK);
	row = row_of(f, id);
	assert_int_equal(row.attempts, 0);
	assert_true(row.plain);    /* for the whole reply */
	assert_false(row.renewed); /* for one part */
}

static void dropped_row_leaves_the_list_and_keeps_its_story(void **state)
{
	struct store_fixture *f = *state;
	int64_t id = row_in(f, OUTBOX_DEAD), counts[5];
	struct outbox_row *rows;
	size_t count = 9;

	assert_int_equal(go(f, DROP, id), OK);
	assert_string_equal(row_of(f, id).reason, "blocked; dropped by an");
	assert_int_equal(store_outbox_list(f->reader, &f->arena, OUTBOX_DEAD, 0, 10, &rows, &count), OK);
	assert_int_equal(count, 0);
	assert_int_equal(store_outbox_count(f->reader, counts), OK);
	assert_int_equal(counts[OUTBOX_DEAD], 0);
	assert_int_equal(counts[OUTBOX_SENT], 0);
	assert_int_equal(go(f, RETRY, id), ERR_NOT_FOUND);
	assert_int_equal(go(f, DEAD, id), ERR_NOT_FOUND);
}

static void rows_are_listed_and_counted_by_state(void **state)
{
	struct store_fixture *f = *state;
	int64_t ids[OUTBOX_DEAD + 1][3], counts[5];

	for (int i = 0; i < 3; i++)
		for (int s = 0; s <= OUTBOX_DEAD; s++)
			ids[s][i] = row_in(f, (enum outbox_state)s);
	assert_int_equal(store_outbox_count(f->reader, counts), OK);
	for (int s = 0; s <= OUTBOX_DEAD; s++) {
		struct outbox_row *rows;
		size_t count;

		assert_int_equal(counts[s], 3);
		assert_int_equal(
			store_outbox_list(f->reader, &f->arena, (enum outbox_state)s, 0, 2, &rows, &count),
			OK);
		assert_int_equal(count, 2);
		assert_int_equal(rows[0].id, ids[s][0]);
		assert_int_equal(rows[1].id, ids[s][1]);
		assert_int_equal(store_outbox_list(f->reader, &f->arena, (enum outbox_state)s, ids[s][1], 2,
					 &rows, &count),
			OK);
		assert_int_equal(count, 1);
		assert_int_equal(rows[0].id, ids[s][2]);
	}
}

static enum err recover_job(struct store_tx *tx, void *arg)
{
	return store_outbox_recover(tx, 5000, arg);
}

static void row_left_sending_is_unknown_after_a_start(void **state)
{
	struct store_fixture *f = *state;
	int64_t a = row_in(f, OUTBOX_SENDING), b = row_in(f, OUTBOX_SENDING), due = row_in(f, OUTBOX_DUE);
	size_t count = 0;

	assert_int_equal(store_do(f->store, recover_job, &count), OK);
	assert_int_equal(count, 2);
	assert_int_equal(row_of(f, a).state, OUTBOX_UNKNOWN);
	assert_int_equal(row_of(f, b).state, OUTBOX_UNKNOWN);
	assert_int_equal(row_of(f, b).due_ms, 5000);
	assert_int_equal(row_of(f, due).state, OUTBOX_DUE);
	assert_int_equal(store_do(f->store, recover_job, &count), OK);
	assert_int_equal(count, 0);
}

/* --- Echoes ------------------------------------------------------------------------------------------ */

struct echo {
	struct event event;
	int64_t now_ms, id;
};

static enum err echo_job(struct store_tx *tx, void *arg)
{
	struct echo *e = arg;

	return store_outbox_echo(tx, &e->event, e->now_ms, 60000, &e->id);
}

static int64_t echo(
	struct store_fixture *f, const char *ref, const char *msg_id, const char *text, int64_t now_ms)
{
	struct echo e = {.event = {.kind = EVENT_ECHO,
				 .channel = "zalo",
				 .account = "oa1",
				 .user = "u1",
				 .echo_ref = ref,
				 .msg_id = msg_id,
				 .text = text},
		.now_ms = now_ms,
		.id = -1};

	assert_int_equal(store_do(f->store, echo_job, &e), OK);
	return e.id;
}

static const char *ref_of(struct store_fixture *f, int64_t id, int part)
{
	return arena_printf(&f->arena, "%lld.%d", (long long)id, part);
}

#define PART_ONE "Phần một: \"lệ phí\"\n\\ 5.000 đồng"

static void echo_by_reference_settles_an_unknown_row(void **state)
{
	struct store_fixture *f = *state;
	int64_t one = row_in(f, OUTBOX_UNKNOWN), two = add_reply(f, 0, 2);

	assert_int_equal(echo(f, ref_of(f, one, 0), "mid9", NULL, 4000), one);
	assert_int_equal(row_of(f, one).state, OUTBOX_SENT);
	assert_string_equal(row_of(f, one).message_ids, "[\"mid9\"]");
	assert_int_equal(go(f, BEGIN, two), OK);
	assert_int_equal(go(f, UNKNOWN, two), OK);
	assert_int_equal(echo(f, ref_of(f, two, 0), "mid10", NULL, 4000), two);
	assert_int_equal(row_of(f, two).state, OUTBOX_DUE);
	assert_int_equal(row_of(f, two).part_next, 1);
}

static void echo_by_text_settles_an_unknown_row_while_it_is_fresh(void **state)
{
	struct store_fixture *f = *state;
	int64_t id = row_in(f, OUTBOX_UNKNOWN); /* at 3000 */

	assert_int_equal(echo(f, NULL, "mid9", PART_ONE, 3000 + 60001), 0);
	assert_int_equal(echo(f, NULL, "mid9", "somebody else wrote this", 4000), 0);
	assert_int_equal(row_of(f, id).state, OUTBOX_UNKNOWN);
	assert_int_equal(echo(f, NULL, "mid9", PART_ONE "\n\n1. Giấy tờ\n2. Nộp", 4000), id);
	assert_int_equal(row_of(f, id).state, OUTBOX_SENT);
}

static void echo_of_a_reply_with_a_hotline_is_known_although_it_was_masked(void **state)
{
	struct store_fixture *f = *state;
	struct part part = {.text = "Bạn gọi 0912 345 678 để được giúp."};
	struct add add = {.row = {.channel = "zalo", .account = "oa1", .user = "u1", .parts = {&part, 1}}};
	const char *masked;

	assert_int_equal(mask_text(&f->arena, part.text, &masked, NULL), OK);
	assert_string_not_equal(masked, part.text);
	assert_int_equal(store_do(f->store, add_job, &add), OK);
	assert_int_equal(go(f, BEGIN, add.id), OK);
	assert_int_equal(echo(f, NULL, "mid", masked, 2500), add.id);
}

static void echo_before_the_answer_is_remembered(void **state)
{
	static const int ends[] = {PART_SENT, LATER, UNKNOWN, DEAD};
	struct store_fixture *f = *state;

	for (size_t i = 0; i < 4; i++) {
		int64_t id = row_in(f, OUTBOX_SENDING);

		assert_int_equal(echo(f, NULL, "mid", PART_ONE, 2500), id);
		assert_int_equal(row_of(f, id).state, OUTBOX_SENDING);
		assert_int_equal(go(f, ends[i], id), OK);
		assert_int_equal(row_of(f, id).state, OUTBOX_SENT);
		assert_int_equal(row_of(f, id).part_next, 1);
	}
}

static void echo_before_the_answer_survives_a_crash(void **state)
{
	struct store_fixture *f = *state;
	int64_t id = row_in(f, OUTBOX_SENDING);
	size_t count;

	assert_int_equal(echo(f, NULL, "mid", PART_ONE, 2500), id);
	store_fixture_reopen(f);
	assert_int_equal(store_do(f->store, recover_job, &count), OK);
	assert_int_equal(row_of(f, id).state, OUTBOX_SENT);
}

static void echo_of_a_sent_reply_is_ours_and_changes_nothing(void **state)
{
	struct store_fixture *f = *state;
	int64_t id = row_in(f, OUTBOX_SENT); /* its message id is m"1 */

	assert_int_equal(echo(f, NULL, "m\"1", "whatever", 900000), id);
	assert_int_equal(echo(f, ref_of(f, id, 0), NULL, NULL, 4000), id);
	assert_int_equal(row_of(f, id).part_next, 1);
	assert_string_equal(row_of(f, id).message_ids, "[\"m\\\"1\"]");
}

static void echo_of_a_retried_part_stops_the_second_send(void **state)
{
	struct store_fixture *f = *state;
	int64_t id = row_in(f, OUTBOX_SENDING);

	assert_int_equal(go(f, LATER, id), OK); /* "HTTP 502", yet it arrived */
	assert_int_equal(echo(f, NULL, "mid", PART_ONE, 4000), id);
	assert_int_equal(row_of(f, id).state, OUTBOX_SENT);
	assert_int_equal(go(f, BEGIN, id), ERR_NOT_FOUND);
}

static void echo_by_reference_even_settles_a_dead_letter(void **state)
{
	struct store_fixture *f = *state;
	int64_t one = row_in(f, OUTBOX_DEAD), two = add_reply(f, 0, 2);

	assert_int_equal(
		echo(f, NULL, "mid", PART_ONE, 4000), 0); /* by text: somebody else may have answered */
	assert_int_equal(echo(f, ref_of(f, one, 0), "mid", NULL, 4000), one);
	assert_int_equal(row_of(f, one).state, OUTBOX_SENT);
	assert_int_equal(go(f, DEAD, two), OK);
	assert_int_equal(echo(f, ref_of(f, two, 0), "mid", NULL, 4000), two);
	assert_int_equal(row_of(f, two).state, OUTBOX_DEAD); /* a person decides about the rest … */
	assert_int_equal(row_of(f, two).part_next, 1);       /* … which begins after what arrived */
}

static void echo_of_somebody_else_fits_no_row(void **state)
{
	struct store_fixture *f = *state;
	static const char *const refs[] = {
		"", "x", "0.0", "-1.0", "1", "1.", "1.x", "1.0x", "1. 0", "1.7", "99.0"};
	struct echo other = {.event = {.channel = "zalo", .account = "oa1", .user = "u2", .text = PART_ONE},
		.now_ms = 4000};
	int64_t id = row_in(f, OUTBOX_UNKNOWN);

	assert_int_equal(id, 1);
	for (size_t i = 0; i < sizeof refs / sizeof *refs; i++)
		assert_int_equal(echo(f, refs[i], NULL, NULL, 4000), 0);
	assert_int_equal(store_do(f->store, echo_job, &other), OK);
	assert_int_equal(other.id, 0);
	other.event.echo_ref = "1.0"; /* the right reference for the wrong citizen */
	assert_int_equal(store_do(f->store, echo_job, &other), OK);
	assert_int_equal(other.id, 0);
	assert_int_equal(row_of(f, id).state, OUTBOX_UNKNOWN);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, store_fixture_up, store_fixture_down)
	const struct CMUnitTest tests[] = {
		TEST(reply_comes_back_as_it_was),
		TEST(event_has_one_reply),
		TEST(every_arrow_starts_only_where_it_may),
		TEST(parts_go_out_in_order_each_once),
		TEST(later_remembers_why_and_what_was_tried),
		TEST(dropped_row_leaves_the_list_and_keeps_its_story),
		TEST(rows_are_listed_and_counted_by_state),
		TEST(row_left_sending_is_unknown_after_a_start),
		TEST(echo_by_reference_settles_an_unknown_row),
		TEST(echo_by_text_settles_an_unknown_row_while_it_is_fresh),
		TEST(echo_of_a_reply_with_a_hotline_is_known_although_it_was_masked),
		TEST(echo_before_the_answer_is_remembered),
		TEST(echo_before_the_answer_survives_a_crash),
		TEST(echo_of_a_sent_reply_is_ours_and_changes_nothing),
		TEST(echo_of_a_retried_part_stops_the_second_send),
		TEST(echo_by_reference_even_settles_a_dead_letter),
		TEST(echo_of_somebody_else_fits_no_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
