/* The outbox with a platform of two lines: what is sent is the part's text, the HTTP status is the verdict. */
#include "daemon/base/clock.h"
#include "daemon/outbox/outbox.h"
#include "daemon/store/store_citizen.h"
#include "daemon/store/store_token.h"
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
#define LOST_MS 1000 /* long enough for a busy machine to answer */
#define MINUTE_MS (60 * 1000)

/* --- The platform's adapter. --- */

static enum err fake_encode(struct arena *a, const struct account *account, const struct recipient *to,
	const struct part *part, enum part_form form, const char *access_token, const char *ref,
	struct http_call *ret_call)
{
	(void)ref;
	if (strcmp(part->text, "cannot be encoded") == 0)
		return ERR_FORMAT;
	*ret_call = (struct http_call){.method = "POST", .header_count = 1};
	ret_call->headers[0] = (struct http_header){"access_token", access_token};
	ret_call->url = arena_printf(a, "%s/send/%s", account->api_base, to->user);
	ret_call->body.ptr = arena_printf(
		a, "%s%s", part->text, part->button_count && form == FORM_FULL ? " [buttons]" : "");
	ret_call->body.len = strlen(ret_call->body.ptr);
	return OK;
}

static void fake_judge(struct arena *a, const struct http_result *result, struct verdict *v)
{
	*v = (struct verdict){.class = VERDICT_DEAD, .code = result->status};
	snprintf(v->words, sizeof v->words, "status %ld", result->status);
	if (result->end != HTTP_ANSWERED) {
		v->class = result->end == HTTP_NOT_SENT ? VERDICT_LATER : VERDICT_UNKNOWN;
		return;
	}
	switch (result->status) {
	case 200:
		v->class = VERDICT_SENT;
		v->message_id = arena_copy(a, result->body.ptr, result->body.len);
		break;
	case 202: /* sent, and nothing more is allowed */
		v->class = VERDICT_SENT;
		v->used_percent = 100;
		break;
	case 400: v->class = VERDICT_PLAIN; break;
	case 401: v->class = VERDICT_RENEW; break;
	case 403: v->stop_account = v->alarm = true; break;
	case 404: v->unreachable = true; break;
	case 429:
		v->class = VERDICT_SLOW_DOWN;
		v->wait_ms = 10000;
		break;
	case 503: v->class = VERDICT_LATER; break;
	default: break;
	}
}

static const struct adapter fake = {
	.name = "fake", .per_second_max = 1000, .encode = fake_encode, .judge = fake_judge};

/* --- The bench. --- */

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
	struct outbox_options options;
	struct outbox *outbox;
	struct arena arena;
	int64_t watched; /* the row that a condition looks at */
	enum outbox_state wanted;
	size_t wanted_sends;
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

static void closed(void *arg)
{
	*(bool *)arg = true;
}

static bool is_true(void *arg)
{
	return *(bool *)arg;
}

static void start(struct bench *b)
{
	struct store_options o = {.path = b->path, .wake_cb = ring, .wake_arg = b};

	if (!b->store)
		assert_int_equal(store_open(&o, &b->store, NULL), OK);
	b->options.store = b->store;
	assert_int_equal(outbox_open(&b->options, &b->outbox, NULL), OK);
}

static void stop(struct bench *b)
{
	bool done = false;

	if (!b->outbox)
		return;
	outbox_close(b->outbox, closed, &done);
	b->outbox = NULL;
	assert_true(loop_until(b->loop, is_true, &done));
}

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof *b);
	struct store_options o = {0};

	snprintf(b->dir, sizeof b->dir, "/tmp/motcua-outbox-XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	snprintf(b->path, sizeof b->path, "%s/state.db", b->dir);
	clock_set(NOW_MS);
	arena_init(&b->arena, 64 << 20);
	assert_int_equal(loop_open(&b->loop, NULL), OK);
	assert_int_equal(loop_bell_open(b->loop, drain, b, &b->bell), OK);
	o = (struct store_options){.path = b->path, .wake_cb = ring, .wake_arg = b};
	assert_int_equal(store_open(&o, &b->store, NULL), OK);
	assert_int_equal(store_reader_open(b->path, &b->reader, NULL), OK);
	assert_int_equal(http_client_open(b->loop, &(struct http_client_options){.timeout_ms = LOST_MS},
				 &b->client, NULL),
		OK);
	platform_open(&b->platform, b->loop);
	b->account = (struct account){.name = "one",
		.adapter = &fake,
		.id = "A",
		.api_base = b->platform.base,
		.page_token = "token"};
	b->accounts = (struct accounts){&b->account, 1};
	b->options = (struct outbox_options){.loop = b->loop,
		.state_path = b->path,
		.client = b->client,
		.accounts = &b->accounts,
		.look_ms = 5};
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;
	char name[128];

	fault_sqlite_off();
	stop(b);
	platform_close(&b->platform);
	http_client_close(b->client);
	store_reader_close(b->reader);
	store_close(b->store);
	b->store = NULL;
	loop_bell_close(b->bell);
	loop_close(b->loop);
	arena_release(&b->arena);
	for (const char *const *end = (const char *const[]){"state.db", "state.db-wal", "state.db-shm",
		     "writer.lock", NULL};
		*end; end++) {
		snprintf(name, sizeof name, "%s/%s", b->dir, *end);
		unlink(name);
	}
	assert_int_equal(rmdir(b->dir), 0);
	clock_set(0);
	free(b);
	return 0;
}

struct adding {
	struct outbox_row row;
	int64_t id;
};

static enum err add_job(struct store_tx *tx, void *arg)
{
	struct adding *adding = arg;

	return store_outbox_add(tx, &adding->row, &adding->id);
}

/* A reply of these parts ("a|b|c"), committed; the outbox is told if it runs. */
static int64_t add(struct bench *b, const char *user, const char *texts)
{
	struct part parts[8] = {0};
	struct adding adding = {.row = {.channel = "fake",
					.account = "A",
					.user = user,
					.parts = {parts, 0},
					.created_ms = clock_now_ms(),
					.due_ms = clock_now_ms(),
					.expires_ms = clock_now_ms() + 15 * MINUTE_MS}};
	char copy[256], *rest = copy;

	snprintf(copy, sizeof copy, "%s", texts);
	while (rest && adding.row.parts.count < 8)
		parts[adding.row.parts.count++].text = strsep(&rest, "|");
	if (strchr(texts, '#')) {
		struct part *last = &parts[adding.row.parts.count - 1];

		last->buttons[last->button_count++] = (struct button){BUTTON_PAYLOAD, "Phí", "#fee"};
	}
	assert_int_equal(store_do(b->store, add_job, &adding), OK);
	if (b->outbox)
		outbox_wake(b->outbox, adding.id);
	return adding.id;
}

static struct outbox_row row_of(struct bench *b, int64_t id)
{
	struct outbox_row row;

	assert_int_equal(store_outbox_get(b->reader, &b->arena, id, &row), OK);
	return row;
}

static bool is_there(void *arg)
{
	struct bench *b = arg;

	return row_of(b, b->watched).state == b->wanted && outbox_in_flight(b->outbox) == 0;
}

static void until_state(struct bench *b, int64_t id, enum outbox_state state)
{
	b->watched = id;
	b->wanted = state;
	if (!loop_until(b->loop, is_there, b))
		fail_msg("row %d is %s and not %s", (int)id, outbox_state_name(row_of(b, id).state),
			outbox_state_name(state));
}

static bool were_sent(void *arg)
{
	struct bench *b = arg;

	return b->platform.send_count >= b->wanted_sends;
}

static void until_sends(struct bench *b, size_t count)
{
	b->wanted_sends = count;
	assert_true(loop_until(b->loop, were_sent, b));
}

static void assert_send(struct bench *b, size_t n, const char *text)
{
	const struct platform_call *call = platform_send(&b->platform, n);

	assert_non_null(call);
	assert_string_equal(call->body, text);
}

/* --- Order. --- */

static void a_due_reply_is_sent_once(void **state)
{
	struct bench *b = *state;
	int64_t id;

	start(b);
	id = add(b, "u", "xin chào");
	until_state(b, id, OUTBOX_SENT);
	loop_for_ms(b->loop, 30);
	assert_int_equal(b->platform.send_count, 1);
	assert_send(b, 0, "xin chào");
	assert_string_equal(platform_send(&b->platform, 0)->token, "token");
	assert_int_equal(outbox_held(b->outbox), 0);
}

static void sending_is_seen_on_disk(void *arg, const struct platform_call *call)
{
	struct bench *b = arg;

	(void)call;
	assert_int_equal(row_of(b, b->watched).state, OUTBOX_SENDING);
}

static void sending_is_on_disk_before_the_first_byte_goes_out(void **state)
{
	struct bench *b = *state;
	int64_t id;

	start(b);
	b->platform.send_cb = sending_is_seen_on_disk;
	b->platform.arg = b;
	b->watched = 1;
	id = add(b, "u", "a");
	assert_int_equal(id, 1);
	until_state(b, id, OUTBOX_SENT);
	assert_int_equal(b->platform.send_count, 1);
}

static void a_citizens_replies_go_one_after_the_other(void **state)
{
	struct bench *b = *state;
	int64_t first;

	start(b);
	platform_send_answers(&b->platform, 0, NULL); /* the first is on its way for long */
	first = add(b, "u", "one");
	add(b, "u", "two");
	add(b, "v", "other");
	until_sends(b, 2);
	assert_send(b, 0, "one");
	assert_send(b, 1, "other"); /* nobody else waits */
	assert_int_equal(row_of(b, first).state, OUTBOX_SENDING);
	until_sends(b, 3);
	assert_send(b, 2, "two");
	assert_int_equal(row_of(b, first).state, OUTBOX_UNKNOWN);
}

static void a_reply_that_waits_for_its_retry_keeps_its_place(void **state)
{
	struct bench *b = *state;
	int64_t last;

	start(b);
	platform_send_answers(&b->platform, 503, "");
	add(b, "u", "one");
	last = add(b, "u", "two");
	until_sends(b, 1);
	loop_for_ms(b->loop, 30);
	assert_int_equal(b->platform.send_count, 1);
	clock_advance(2000);
	until_state(b, last, OUTBOX_SENT);
	assert_send(b, 1, "one");
	assert_send(b, 2, "two");
}

static void parts_go_in_order_and_what_was_delivered_is_never_sent_again(void **state)
{
	struct bench *b = *state;
	int64_t id;

	start(b);
	platform_send_answers(&b->platform, 200, "m1");
	platform_send_answers(&b->platform, 503, "");
	platform_send_answers(&b->platform, 200, "m2");
	platform_send_answers(&b->platform, 200, "m3");
	id = add(b, "u", "a|b|c");
	until_sends(b, 2);
	loop_for_ms(b->loop, 20);
	assert_int_equal(row_of(b, id).part_next, 1);
	clock_advance(2000);
	until_state(b, id, OUTBOX_SENT);
	assert_int_equal(b->platform.send_count, 4);
	assert_send(b, 0, "a");
	assert_send(b, 1, "b");
	assert_send(b, 2, "b");
	assert_send(b, 3, "c");
	assert_string_equal(row_of(b, id).message_ids, "[\"m1\",\"m2\",\"m3\"]");
}

static void more_rows_than_memory_holds_go_in_order(void **state)
{
	struct bench *b = *state;
	int64_t last = 0;
	char text[16];

	b->options.held_max = 8;
	for (int i = 0; i < 100; i++) {
		snprintf(text, sizeof text, "%d", i);
		last = add(b, i % 2 ? "u" : "v", text);
	}
	start(b);
	assert_true(outbox_held(b->outbox) <= 8 + 64); /* a page at most beyond the limit */
	for (int i = 100; i < 150; i++) {
		snprintf(text, sizeof text, "%d", i);
		last = add(b, i % 2 ? "u" : "v", text);
	}
	until_state(b, last, OUTBOX_SENT);
	until_sends(b, 150);
	for (int user = 0; user < 2; user++)
		for (int i = user, n = 0; i < 150; i += 2, n++) {
			while (atoi(platform_send(&b->platform, (size_t)n)->body) % 2 != user)
				n++;
			assert_int_equal(atoi(platform_send(&b->platform, (size_t)n)->body), i);
		}
	assert_int_equal(outbox_held(b->outbox), 0);
}

/* --- Time. --- */

static void a_passing_error_is_tried_five_times_then_dead(void **state)
{
	struct bench *b = *state;
	int64_t id;

	start(b);
	for (int i = 0; i < 6; i++)
		platform_send_answers(&b->platform, 503, "");
	id = add(b, "u", "a");
	for (size_t n = 1; n <= 5; n++) {
		until_sends(b, n);
		loop_for_ms(b->loop, 20);
		assert_int_equal(b->platform.send_count, n);
		clock_advance(MINUTE_MS);
	}
	until_state(b, id, OUTBOX_DEAD);
	assert_string_equal(row_of(b, id).reason, "status 503");
	loop_for_ms(b->loop, 20);
	assert_int_equal(b->platform.send_count, 5);
}

static void a_platform_that_cannot_be_reached_is_tried_for_as_long_as_the_answer_is_worth_it(void **state)
{
	struct bench *b = *state;
	int64_t id;

	start(b);
	platform_stop_listening(&b->platform);
	id = add(b, "u", "a");
	for (int i = 0; i < 10; i++) {
		loop_for_ms(b->loop, 20);
		clock_advance(MINUTE_MS);
	}
	until_state(b, id, OUTBOX_DUE);
	platform_listen_again(&b->platform);
	clock_advance(MINUTE_MS);
	until_state(b, id, OUTBOX_SENT);
	assert_int_equal(b->platform.send_count, 1);
}

static void an_answer_that_is_too_late_is_a_dead_letter(void **state)
{
	struct bench *b = *state;
	int64_t id = add(b, "u", "a");

	clock_advance(15 * MINUTE_MS);
	start(b);
	until_state(b, id, OUTBOX_DEAD);
	assert_string_equal(row_of(b, id).reason, "too late");
	assert_int_equal(b->platform.send_count, 0);
}

static void an_account_sends_no_faster_than_its_ceiling(void **state)
{
	struct bench *b = *state;
	char user[8];

	b->options.per_second_max = 5;
	start(b);
	for (int i = 0; i < 20; i++) {
		snprintf(user, sizeof user, "u%d", i);
		add(b, user, "a");
	}
	until_sends(b, 5);
	loop_for_ms(b->loop, 30);
	assert_int_equal(b->platform.send_count, 5);
	clock_advance(1000);
	until_sends(b, 10);
	loop_for_ms(b->loop, 30);
	assert_int_equal(b->platform.send_count, 10);
}

static void slow_down_slows_the_whole_account(void **state)
{
	struct bench *b = *state;
	int64_t other;

	start(b);
	platform_send_answers(&b->platform, 429, "");
	add(b, "u", "a");
	until_sends(b, 1);
	loop_for_ms(b->loop, 20);
	other = add(b, "v", "b");
	loop_for_ms(b->loop, 30);
	assert_int_equal(b->platform.send_count, 1);
	clock_advance(10001);
	until_state(b, other, OUTBOX_SENT);
	assert_int_equal(b->platform.send_count, 3);
}

static void an_account_near_its_limit_sends_slower(void **state)
{
	struct bench *b = *state;
	char user[8];

	b->options.per_second_max = 20;
	start(b);
	platform_send_answers(&b->platform, 202, "");
	until_state(b, add(b, "u", "a"), OUTBOX_SENT);
	for (int i = 0; i < 10; i++) {
		snprintf(user, sizeof user, "u%d", i);
		add(b, user, "a");
	}
	loop_for_ms(b->loop, 30);
	assert_int_equal(b->platform.send_count, 2);
	clock_advance(60000); /* the platform says nothing of it any more */
	until_sends(b, 3);
	clock_advance(1000);
	until_sends(b, 11);
}

/* --- Outcomes nobody knows. --- */

static void a_lost_answer_is_never_blindly_sent_again(void **state)
{
	struct bench *b = *state;
	int64_t id;

	start(b);
	platform_send_answers(&b->platform, 0, NULL);
	id = add(b, "u", "a");
	until_state(b, id, OUTBOX_UNKNOWN);
	clock_advance(59 * 1000);
	loop_for_ms(b->loop, 30);
	assert_int_equal(row_of(b, id).state, OUTBOX_UNKNOWN);
	clock_advance(1001);
	until_state(b, id, OUTBOX_DEAD);
	assert_int_equal(b->platform.send_count, 1);
	assert_non_null(strstr(row_of(b, id).reason, "outcome unknown"));
}

struct echo {
	struct event event;
	int64_t id;
};

static enum err echo_job(struct store_tx *tx, void *arg)
{
	struct echo *e = arg;

	return store_outbox_echo(tx, &e->event, clock_now_ms(), MINUTE_MS, &e->id);
}

static void an_echo_confirms_what_was_unknown_and_the_next_part_goes(void **state)
{
	struct bench *b = *state;
	struct echo echo = {
		.event = {.kind = EVENT_ECHO, .channel = "fake", .account = "A", .user = "u", .text = "a"}};
	int64_t id;

	start(b);
	platform_send_answers(&b->platform, 0, NULL);
	id = add(b, "u", "a|b");
	until_state(b, id, OUTBOX_UNKNOWN);
	assert_int_equal(store_do(b->store, echo_job, &echo), OK);
	assert_int_equal(echo.id, id);
	outbox_wake(b->outbox, id);
	until_state(b, id, OUTBOX_SENT);
	assert_int_equal(b->platform.send_count, 2);
	assert_send(b, 1, "b");
}

static void a_repeated_echo_does_not_end_the_wait_for_the_right_one(void **state)
{
	struct bench *b = *state;
	int64_t id;

	start(b);
	platform_send_answers(&b->platform, 0, NULL);
	id = add(b, "u", "a");
	until_state(b, id, OUTBOX_UNKNOWN);
	outbox_wake(b->outbox, id);
	loop_for_ms(b->loop, 30);
	assert_int_equal(row_of(b, id).state, OUTBOX_UNKNOWN);
}

static void if_configured_the_unknown_is_sent_once_more_and_only_once(void **state)
{
	struct bench *b = *state;
	int64_t id;

	b->options.resend_unknown = true;
	start(b);
	platform_send_answers(&b->platform, 0, NULL);
	platform_send_answers(&b->platform, 503, "");
	platform_send_answers(&b->platform, 0, NULL);
	id = add(b, "u", "a");
	until_state(b, id, OUTBOX_UNKNOWN);
	clock_advance(MINUTE_MS + 1);
	until_sends(b, 2);
	loop_for_ms(b->loop, 20);
	stop(b); /* not even a restart forgets it */
	start(b);
	clock_advance(MINUTE_MS);
	until_sends(b, 3);
	until_state(b, id, OUTBOX_UNKNOWN);
	clock_advance(MINUTE_MS + 1);
	until_state(b, id, OUTBOX_DEAD);
	assert_int_equal(b->platform.send_count, 3);
}

static enum err begin_job(struct store_tx *tx, void *arg)
{
	return store_outbox_begin(tx, *(int64_t *)arg, clock_now_ms());
}

static void what_was_being_sent_at_a_crash_is_unknown(void **state)
{
	struct bench *b = *state;
	int64_t id = add(b, "u", "a"), due = add(b, "v", "b");

	assert_int_equal(store_do(b->store, begin_job, &id), OK);
	start(b);
	until_state(b, due, OUTBOX_SENT);
	assert_int_equal(row_of(b, id).state, OUTBOX_UNKNOWN);
	clock_advance(MINUTE_MS + 1);
	until_state(b, id, OUTBOX_DEAD);
	assert_int_equal(b->platform.send_count, 1);
}

static void disk_fills_up(void *arg, const struct platform_call *call)
{
	(void)arg;
	(void)call;
	fault_sqlite_after(FAULT_DISK_FULL, 1);
}

static void an_outcome_the_disk_refuses_is_kept_until_it_takes_it(void **state)
{
	struct bench *b = *state;
	int64_t id;

	start(b);
	b->platform.send_cb = disk_fills_up;
	id = add(b, "u", "a");
	until_sends(b, 1);
	loop_for_ms(b->loop, 50);
	assert_int_equal(row_of(b, id).state, OUTBOX_SENDING);
	assert_int_equal(outbox_in_flight(b->outbox), 1);
	fault_sqlite_off();
	until_state(b, id, OUTBOX_SENT);
	assert_int_equal(b->platform.send_count, 1);
}

static enum err slow_job(struct store_tx *tx, void *arg)
{
	(void)tx;
	(void)arg;
	usleep(300 * 1000); /* several looks of the outbox long */
	return OK;
}

static void an_outcome_on_its_way_to_the_disk_is_not_handed_over_twice(void **state)
{
	struct bench *b = *state;
	int64_t id, next;

	start(b);
	b->platform.send_cb = disk_fills_up;
	id = add(b, "u", "a");
	until_sends(b, 1);
	loop_for_ms(b->loop, 50);
	b->platform.send_cb = NULL;
	fault_sqlite_off();
	assert_int_equal(store_submit(b->store, slow_job, NULL, NULL), OK);
	until_state(b, id, OUTBOX_SENT);
	next = add(b, "u", "b");
	until_state(b, next, OUTBOX_SENT);
	assert_int_equal(b->platform.send_count, 2);
}

static void nothing_is_sent_while_sending_cannot_be_written(void **state)
{
	struct bench *b = *state;
	int64_t id = add(b, "u", "a");

	start(b); /* it sends only once the loop turns */
	fault_sqlite_after(FAULT_DISK_FULL, 1);
	loop_for_ms(b->loop, 50);
	assert_int_equal(b->platform.send_count, 0);
	fault_sqlite_off();
	clock_advance(2000);
	until_state(b, id, OUTBOX_SENT);
	assert_int_equal(b->platform.send_count, 1);
}

/* --- What the platform refuses. --- */

static void a_refused_token_is_renewed_once(void **state)
{
	struct bench *b = *state;
	int64_t id;

	b->account.oauth_base = b->platform.base;
	b->account.app_id = "app";
	b->account.app_secret = "secret";
	b->account.refresh_token = "refresh";
	start(b);
	platform_send_answers(&b->platform, 401, "");
	id = add(b, "u", "a");
	until_state(b, id, OUTBOX_SENT);
	assert_string_equal(platform_send(&b->platform, 0)->token, "at-1");
	assert_string_equal(platform_send(&b->platform, 1)->token, "at-2");
	platform_send_answers(&b->platform, 401, "");
	platform_send_answers(&b->platform, 401, "");
	id = add(b, "u", "b");
	until_state(b, id, OUTBOX_DEAD);
	assert_int_equal(b->platform.send_count, 4);
}

static void replies_wait_while_consent_is_needed_and_end_when_too_old(void **state)
{
	struct bench *b = *state;
	int64_t id, other;

	b->account.oauth_base = b->platform.base;
	b->account.app_id = "app";
	b->account.app_secret = "secret";
	b->account.refresh_token = "refresh";
	platform_token_answers(&b->platform, 200, "{\"error\":-14014}");
	start(b);
	id = add(b, "u", "a");
	other = add(b, "v", "b");
	loop_for_ms(b->loop, 50);
	assert_int_equal(row_of(b, id).state, OUTBOX_DUE);
	assert_string_equal(outbox_account_state(b->outbox, &b->account), "consent_needed");
	clock_advance(15 * MINUTE_MS);
	until_state(b, id, OUTBOX_DEAD);
	until_state(b, other, OUTBOX_DEAD);
	assert_int_equal(b->platform.send_count, 0);
	assert_int_equal(b->platform.token_count, 1);
}

static void refused_buttons_become_text_for_a_day(void **state)
{
	struct bench *b = *state;
	int64_t id;

	start(b);
	platform_send_answers(&b->platform, 400, "");
	id = add(b, "u", "#a");
	until_state(b, id, OUTBOX_SENT);
	assert_send(b, 0, "#a [buttons]");
	assert_send(b, 1, "#a");
	stop(b); /* remembered on disk */
	start(b);
	id = add(b, "v", "#b");
	until_state(b, id, OUTBOX_SENT);
	assert_send(b, 2, "#b");
	clock_advance(24 * 60 * MINUTE_MS);
	id = add(b, "v", "#c");
	until_state(b, id, OUTBOX_SENT);
	assert_send(b, 3, "#c [buttons]");
}

static void a_text_without_buttons_is_not_sent_twice_in_the_same_form(void **state)
{
	struct bench *b = *state;
	int64_t id;

	start(b);
	platform_send_answers(&b->platform, 400, "");
	id = add(b, "u", "a");
	until_state(b, id, OUTBOX_DEAD);
	assert_int_equal(b->platform.send_count, 1);
}

static void a_stopped_account_keeps_its_replies_until_a_restart(void **state)
{
	struct bench *b = *state;
	int64_t id, other;

	start(b);
	platform_send_answers(&b->platform, 403, "");
	id = add(b, "u", "a");
	until_sends(b, 1);
	loop_for_ms(b->loop, 20);
	other = add(b, "v", "b");
	clock_advance(MINUTE_MS);
	loop_for_ms(b->loop, 30);
	assert_int_equal(b->platform.send_count, 1);
	assert_int_equal(row_of(b, id).state, OUTBOX_DUE);
	assert_string_equal(outbox_account_state(b->outbox, &b->account), "stopped");
	stop(b);
	start(b);
	until_state(b, id, OUTBOX_SENT);
	until_state(b, other, OUTBOX_SENT);
}

static void a_citizen_who_cannot_be_reached_is_marked(void **state)
{
	struct bench *b = *state;
	struct citizen citizen;
	int64_t id;

	start(b);
	platform_send_answers(&b->platform, 404, "");
	id = add(b, "u", "a");
	until_state(b, id, OUTBOX_DEAD);
	assert_int_equal(
		store_citizen_get(b->reader, &b->arena, &(struct citizen_key){"fake", "A", "u"}, &citizen),
		OK);
	assert_true(citizen.unreachable);
}

static void what_cannot_be_written_as_a_message_is_a_dead_letter(void **state)
{
	struct bench *b = *state;
	int64_t id;

	start(b);
	id = add(b, "u", "cannot be encoded");
	until_state(b, id, OUTBOX_DEAD);
	assert_int_equal(b->platform.send_count, 0);
}

static void a_reply_whose_account_is_gone_is_a_dead_letter(void **state)
{
	struct bench *b = *state;
	int64_t id = add(b, "u", "a");

	b->account.id = "B";
	start(b);
	until_state(b, id, OUTBOX_DEAD);
	assert_int_equal(b->platform.send_count, 0);
}

/* --- Others. --- */

static enum err retry_job(struct store_tx *tx, void *arg)
{
	return store_outbox_retry(tx, *(int64_t *)arg, clock_now_ms() + MINUTE_MS, clock_now_ms());
}

static void a_reply_that_an_operators_command_sends_again_goes(void **state)
{
	struct bench *b = *state;
	int64_t id;

	start(b);
	platform_send_answers(&b->platform, 404, "");
	id = add(b, "u", "a");
	until_state(b, id, OUTBOX_DEAD);
	assert_int_equal(store_edit(b->path, retry_job, &id, NULL), OK);
	until_state(b, id, OUTBOX_SENT);
	assert_int_equal(b->platform.send_count, 2);
}

static void closing_waits_for_the_call_and_its_commit(void **state)
{
	struct bench *b = *state;
	int64_t id, waiting;

	start(b);
	platform_send_answers(&b->platform, 0, NULL);
	id = add(b, "u", "a");
	waiting = add(b, "u", "b");
	until_sends(b, 1);
	stop(b);
	assert_int_equal(row_of(b, id).state, OUTBOX_UNKNOWN);
	assert_int_equal(row_of(b, waiting).state, OUTBOX_DUE);
	assert_int_equal(b->platform.send_count, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_due_reply_is_sent_once),
		TEST(sending_is_on_disk_before_the_first_byte_goes_out),
		TEST(a_citizens_replies_go_one_after_the_other),
		TEST(a_reply_that_waits_for_its_retry_keeps_its_place),
		TEST(parts_go_in_order_and_what_was_delivered_is_never_sent_again),
		TEST(more_rows_than_memory_holds_go_in_order),
		TEST(a_passing_error_is_tried_five_times_then_dead),
		TEST(a_platform_that_cannot_be_reached_is_tried_for_as_long_as_the_answer_is_worth_it),
		TEST(an_answer_that_is_too_late_is_a_dead_letter),
		TEST(an_account_sends_no_faster_than_its_ceiling),
		TEST(slow_down_slows_the_whole_account),
		TEST(an_account_near_its_limit_sends_slower),
		TEST(a_lost_answer_is_never_blindly_sent_again),
		TEST(an_echo_confirms_what_was_unknown_and_the_next_part_goes),
		TEST(a_repeated_echo_does_not_end_the_wait_for_the_right_one),
		TEST(if_configured_the_unknown_is_sent_once_more_and_only_once),
		TEST(what_was_being_sent_at_a_crash_is_unknown),
		TEST(an_outcome_the_disk_refuses_is_kept_until_it_takes_it),
		TEST(an_outcome_on_its_way_to_the_disk_is_not_handed_over_twice),
		TEST(nothing_is_sent_while_sending_cannot_be_written),
		TEST(a_refused_token_is_renewed_once),
		TEST(replies_wait_while_consent_is_needed_and_end_when_too_old),
		TEST(refused_buttons_become_text_for_a_day),
		TEST(a_text_without_buttons_is_not_sent_twice_in_the_same_form),
		TEST(a_stopped_account_keeps_its_replies_until_a_restart),
		TEST(a_citizen_who_cannot_be_reached_is_marked),
		TEST(what_cannot_be_written_as_a_message_is_a_dead_letter),
		TEST(a_reply_whose_account_is_gone_is_a_dead_letter),
		TEST(a_reply_that_an_operators_command_sends_again_goes),
		TEST(closing_waits_for_the_call_and_its_commit),
	};

	fault_sqlite_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
