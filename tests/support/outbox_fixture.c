#include "tests/support/outbox_fixture.h"

#include "tests/support/fault_sqlite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

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

/* --- The fixture. --- */

static void drain(void *arg)
{
	struct outbox_fixture *b = arg;

	if (b->store)
		store_drain(b->store);
}

static void ring(void *arg)
{
	loop_bell_ring(((struct outbox_fixture *)arg)->bell);
}

static void closed(void *arg)
{
	*(bool *)arg = true;
}

static bool is_true(void *arg)
{
	return *(bool *)arg;
}

void outbox_fixture_start(struct outbox_fixture *b)
{
	struct store_options o = {.path = b->path, .wake_cb = ring, .wake_arg = b};

	if (!b->store)
		assert_int_equal(store_open(&o, &b->store, NULL), OK);
	b->options.store = b->store;
	assert_int_equal(outbox_open(&b->options, &b->outbox, NULL), OK);
}

void outbox_fixture_stop(struct outbox_fixture *b)
{
	bool done = false;

	if (!b->outbox)
		return;
	outbox_close(b->outbox, closed, &done);
	b->outbox = NULL;
	assert_true(loop_until(b->loop, is_true, &done));
}

int outbox_fixture_up(void **state)
{
	struct outbox_fixture *b = calloc(1, sizeof *b);
	struct store_options o = {0};

	snprintf(b->dir, sizeof b->dir, "/tmp/motcua-outbox-XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	snprintf(b->path, sizeof b->path, "%s/state.db", b->dir);
	clock_set(OUTBOX_NOW_MS);
	arena_init(&b->arena, 64 << 20);
	assert_int_equal(loop_open(&b->loop, NULL), OK);
	assert_int_equal(loop_bell_open(b->loop, drain, b, &b->bell), OK);
	o = (struct store_options){.path = b->path, .wake_cb = ring, .wake_arg = b};
	assert_int_equal(store_open(&o, &b->store, NULL), OK);
	assert_int_equal(store_reader_open(b->path, &b->reader, NULL), OK);
	assert_int_equal(http_client_open(b->loop,
				 &(struct http_client_options){.timeout_ms = OUTBOX_NOBODY_ANSWERS_MS},
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

int outbox_fixture_down(void **state)
{
	struct outbox_fixture *b = *state;
	char name[128];

	fault_sqlite_off();
	outbox_fixture_stop(b);
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

int64_t outbox_add(struct outbox_fixture *b, const char *user, const char *texts)
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

struct outbox_row outbox_row_of(struct outbox_fixture *b, int64_t id)
{
	struct outbox_row row;

	assert_int_equal(store_outbox_get(b->reader, &b->arena, id, &row), OK);
	return row;
}

static bool is_there(void *arg)
{
	struct outbox_fixture *b = arg;

	return outbox_row_of(b, b->watched).state == b->wanted && outbox_in_flight(b->outbox) == 0;
}

void outbox_until_state(struct outbox_fixture *b, int64_t id, enum outbox_state state)
{
	b->watched = id;
	b->wanted = state;
	if (!loop_until(b->loop, is_there, b))
		fail_msg("row %d is %s and not %s", (int)id, outbox_state_name(outbox_row_of(b, id).state),
			outbox_state_name(state));
}

static bool were_sent(void *arg)
{
	struct outbox_fixture *b = arg;

	return b->platform.send_count >= b->wanted_sends;
}

void outbox_until_sends(struct outbox_fixture *b, size_t count)
{
	b->wanted_sends = count;
	assert_true(loop_until(b->loop, were_sent, b));
}

void assert_outbox_send(struct outbox_fixture *b, size_t n, const char *text)
{
	const struct platform_call *call = platform_send(&b->platform, n);

	assert_non_null(call);
	assert_string_equal(call->body, text);
}
