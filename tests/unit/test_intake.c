/* Webhooks as the platforms send them, over HTTP, into a store of their own. */
#include "daemon/base/clock.h"
#include "daemon/base/metrics.h"
#include "daemon/intake/intake.h"
#include "daemon/store/store_citizen.h"
#include "daemon/store/store_outbox.h"
#include "tests/support/fault_sqlite.h"
#include "tests/support/platform.h"
#include "tests/support/webhook.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW_MS 1790000000000
#define OA "579745863508352884"
#define PAGE "104857600000001"

struct bench {
	char dir[64], path[96], base[64];
	struct loop *loop;
	struct loop_bell *bell;
	struct store *store;
	struct store_reader *reader;
	struct http_client *client;
	struct http_server *server;
	struct http_route routes[3];
	struct account accounts[3];
	struct accounts configured;
	struct intake_options options;
	struct intake *intake;
	struct arena arena;
	struct webhook_post post;
	/* what intake told */
	unsigned told;
	char told_text[256];
	int64_t told_id, told_outbox;
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

static void event_told(void *arg, const struct stored_event *event)
{
	struct bench *b = arg;

	b->told++;
	b->told_id = event->id;
	snprintf(b->told_text, sizeof b->told_text, "%s", event->event.text ? event->event.text : "");
}

static void outbox_told(void *arg, int64_t outbox_id)
{
	((struct bench *)arg)->told_outbox = outbox_id;
}

static void store_start(struct bench *b, size_t queue_max)
{
	struct store_options o = {.path = b->path, .queue_max = queue_max, .wake_cb = ring, .wake_arg = b};

	assert_int_equal(store_open(&o, &b->store, NULL), OK);
	b->options.store = b->store;
}

static void listen_now(struct bench *b)
{
	assert_int_equal(intake_open(&b->options, &b->intake, NULL), OK);
	b->routes[0] = (struct http_route){NULL, "/webhook/zalo", intake_zalo, b->intake, 0, 0};
	b->routes[1] = (struct http_route){NULL, "/webhook/facebook", intake_facebook, b->intake, 0, 0};
	assert_int_equal(http_server_open(b->loop,
				 &(struct http_server_options){.listen = "127.0.0.1:0", .routes = b->routes},
				 &b->server, NULL),
		OK);
	snprintf(b->base, sizeof b->base, "http://%s", http_server_address(b->server));
}

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof *b);

	snprintf(b->dir, sizeof b->dir, "/tmp/motcua-intake-XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	snprintf(b->path, sizeof b->path, "%s/state.db", b->dir);
	clock_set(NOW_MS);
	arena_init(&b->arena, 64 << 20);
	assert_int_equal(loop_open(&b->loop, NULL), OK);
	assert_int_equal(loop_bell_open(b->loop, drain, b, &b->bell), OK);
	assert_int_equal(http_client_open(b->loop, &(struct http_client_options){0}, &b->client, NULL), OK);
	b->accounts[0] = (struct account){.name = "zalo",
		.adapter = &adapter_zalo,
		.id = OA,
		.app_id = "1",
		.app_secret = "app",
		.oa_secret = "oa-secret",
		.max_event_age_ms = 26 * 3600 * 1000LL};
	b->accounts[1] = (struct account){.name = "facebook",
		.adapter = &adapter_facebook,
		.id = PAGE,
		.app_id = "2",
		.app_secret = "fb-secret",
		.verify_token = "verify-me"};
	b->configured = (struct accounts){b->accounts, 2};
	b->options = (struct intake_options){
		.accounts = &b->configured, .event_cb = event_told, .outbox_cb = outbox_told, .arg = b};
	store_start(b, 0);
	assert_int_equal(store_reader_open(b->path, &b->reader, NULL), OK);
	listen_now(b);
	*state = b;
	return 0;
}

static void closed(void *arg)
{
	*(bool *)arg = true;
}

static bool is_true(void *arg)
{
	return *(bool *)arg;
}

static void stop(struct bench *b)
{
	bool done = false;

	http_server_close(b->server, 1000, closed, &done);
	assert_true(loop_until(b->loop, is_true, &done));
	intake_close(b->intake);
}

static int tear_down(void **state)
{
	struct bench *b = *state;
	char name[128];

	fault_sqlite_off();
	stop(b);
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

static long send_post(struct bench *b)
{
	return webhook_send(&b->post, b->loop, b->client, b->base);
}

static long zalo_text(struct bench *b, const char *user, const char *msg_id, const char *text)
{
	webhook_zalo_text(&b->post, "1", "oa-secret", OA, user, msg_id, clock_now_ms(), text);
	return send_post(b);
}

/* Any other event of Zalo's: `rest` follows the envelope. */
static long zalo_event(struct bench *b, const char *name, const char *rest)
{
	b->post.path = "/webhook/zalo";
	snprintf(b->post.body, sizeof b->post.body,
		"{\"app_id\":\"1\",\"event_name\":\"%s\",\"timestamp\":\"%lld\",%s}", name,
		(long long)clock_now_ms(), rest);
	char timestamp[24];
	snprintf(timestamp, sizeof timestamp, "%lld", (long long)clock_now_ms());
	webhook_sign_zalo(&b->post, "1", timestamp, "oa-secret");
	return send_post(b);
}

static long facebook_messaging(struct bench *b, const char *messaging)
{
	b->post.path = "/webhook/facebook";
	snprintf(b->post.body, sizeof b->post.body,
		"{\"object\":\"page\",\"entry\":[{\"id\":\"" PAGE "\",\"time\":%lld,\"messaging\":[%s]}]}",
		(long long)clock_now_ms(), messaging);
	webhook_sign_facebook(&b->post, "fb-secret");
	return send_post(b);
}

static size_t waiting(struct bench *b, struct stored_event **ret_events)
{
	size_t count;

	assert_int_equal(store_event_waiting(b->reader, &b->arena, 0, 1000, ret_events, &count), OK);
	return count;
}

static struct citizen citizen_of(struct bench *b, const char *channel, const char *account, const char *user)
{
	struct citizen citizen;

	assert_int_equal(store_citizen_get(b->reader, &b->arena,
				 &(struct citizen_key){channel, account, user}, &citizen),
		OK);
	return citizen;
}

/* --- The happy path, and repeats. --- */

static void a_signed_text_is_on_disk_when_200_comes(void **state)
{
	struct bench *b = *state;
	struct stored_event *events;

	assert_int_equal(zalo_text(b, "u1", "m1", "làm khai sinh"), 200);
	assert_string_equal(b->post.answer, "EVENT_RECEIVED\n");
	assert_int_equal(waiting(b, &events), 1);
	assert_string_equal(events[0].event.text, "làm khai sinh");
	assert_string_equal(events[0].event.user, "u1");
	assert_int_equal(b->told, 1);
	assert_int_equal(b->told_id, events[0].id);
	assert_string_equal(b->told_text, "làm khai sinh");
	assert_int_equal(citizen_of(b, "zalo", OA, "u1").last_ms, NOW_MS);
}

static void a_repeated_webhook_is_answered_200_and_does_nothing(void **state)
{
	struct bench *b = *state;
	struct stored_event *events;
	uint64_t before = metric_get(METRIC_event_duplicate);

	assert_int_equal(zalo_text(b, "u1", "m1", "a"), 200);
	clock_advance(30000);
	assert_int_equal(send_post(b), 200);
	assert_int_equal(waiting(b, &events), 1);
	assert_int_equal(b->told, 1);
	assert_int_equal(metric_get(METRIC_event_duplicate) - before, 1);
}

static void the_same_message_twice_in_one_body_is_one_event(void **state)
{
	struct bench *b = *state;
	struct stored_event *events;
	const char *message =
		"{\"sender\":{\"id\":\"7\"},\"recipient\":{\"id\":\"" PAGE "\"},\"timestamp\":1790000000000,"
		"\"message\":{\"mid\":\"m_1\",\"text\":\"xin chào\"}}";
	char both[1024];

	snprintf(both, sizeof both, "%s,%s", message, message);
	assert_int_equal(facebook_messaging(b, both), 200);
	assert_int_equal(waiting(b, &events), 1);
	assert_int_equal(b->told, 1);
}

static void a_batch_is_recorded_in_its_order(void **state)
{
	struct bench *b = *state;
	struct stored_event *events;
	char batch[8192] = "", *at = batch;

	for (int i = 0; i < 20; i++)
		at += snprintf(at, sizeof batch - (size_t)(at - batch),
			"%s{\"sender\":{\"id\":\"%d\"},\"recipient\":{\"id\":\"" PAGE
			"\"},\"timestamp\":1790000000000,\"message\":{\"mid\":\"m_%d\",\"text\":\"%d\"}}",
			i ? "," : "", i % 3, i, i);
	assert_int_equal(facebook_messaging(b, batch), 200);
	assert_int_equal(waiting(b, &events), 20);
	for (int i = 0; i < 20; i++)
		assert_int_equal(atoi(events[i].event.text), i);
	assert_int_equal(b->told, 20);
}

static bool disk_holds(const struct bench *b, const char *needle)
{
	static char bytes[8 << 20];

	for (const char *const *end = (const char *const[]){"state.db", "state.db-wal", NULL}; *end; end++) {
		char name[128];
		int fd;
		ssize_t len;

		snprintf(name, sizeof name, "%s/%s", b->dir, *end);
		fd = open(name, O_RDONLY);
		len = fd >= 0 ? read(fd, bytes, sizeof bytes) : 0;
		if (fd >= 0)
			close(fd);
		if (len > 0 && memmem(bytes, (size_t)len, needle, strlen(needle)))
			return true;
	}
	return false;
}

static void personal_numbers_never_reach_the_disk(void **state)
{
	struct bench *b = *state;
	struct stored_event *events;

	assert_int_equal(zalo_text(b, "u1", "m1", "căn cước của tôi là 034099001234 nhé"), 200);
	assert_int_equal(waiting(b, &events), 1);
	assert_null(strstr(events[0].event.text, "034099001234"));
	assert_non_null(strstr(events[0].event.text, "căn cước của tôi"));
	assert_null(strstr(b->told_text, "034099001234"));
	assert_false(disk_holds(b, "034099001234"));
	assert_true(disk_holds(b, "căn cước của tôi")); /* the search itself works */
	assert_int_equal(zalo_text(b, "u1", "m2", "#a0912345678"), 200); /* typed, but of a payload's shape */
	assert_int_equal(zalo_text(b, "u1", "m3", "#tt:0912345678"), 200);
	assert_int_equal(zalo_text(b, "u1", "m4", "#tt:1.004194:fee"), 200);
	assert_int_equal(waiting(b, &events), 4);
	assert_false(disk_holds(b, "0912345678"));
	assert_string_equal(events[3].event.payload, "#tt:1.004194:fee");
}

static void of_a_text_longer_than_any_platforms_the_beginning_is_kept(void **state)
{
	struct bench *b = *state;
	struct stored_event *events;
	char text[20001];

	memset(text, '@', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	memcpy(text, "khai sinh", 9);
	assert_int_equal(zalo_text(b, "u1", "m1", text), 200);
	assert_int_equal(waiting(b, &events), 1);
	assert_memory_equal(events[0].event.text, "khai sinh@", 10);
	assert_int_equal(strlen(events[0].event.text), 8000);
}

/* --- What is refused. --- */

static void a_wrong_signature_is_refused_and_not_recorded(void **state)
{
	struct bench *b = *state;
	struct stored_event *events;
	uint64_t before = metric_get(METRIC_webhook_refused_signature);

	webhook_zalo_text(&b->post, "1", "another secret", OA, "u1", "m1", NOW_MS, "a");
	assert_int_equal(send_post(b), 401);
	b->post.header[0] = '\0';
	assert_int_equal(send_post(b), 401);
	webhook_facebook_text(&b->post, "another secret", PAGE, "7", "m_1", NOW_MS, "a");
	assert_int_equal(send_post(b), 401);
	assert_int_equal(waiting(b, &events), 0);
	assert_int_equal(b->told, 0);
	assert_int_equal(metric_get(METRIC_webhook_refused_signature) - before, 3);
}

static void log_only_answers_200_and_still_processes_nothing_unsigned(void **state)
{
	struct bench *b = *state;
	struct stored_event *events;

	b->accounts[0].signature_log_only = true;
	webhook_zalo_text(&b->post, "1", "another secret", OA, "u1", "m1", NOW_MS, "a");
	assert_int_equal(send_post(b), 200);
	assert_int_equal(waiting(b, &events), 0);
	webhook_facebook_text(&b->post, "another secret", PAGE, "7", "m_1", NOW_MS, "a");
	assert_int_equal(send_post(b), 401); /* only that platform */
	assert_int_equal(zalo_text(b, "u1", "m1", "a"), 200);
	assert_int_equal(waiting(b, &events), 1);
}

static void an_unsigned_probe_is_answered_200(void **state)
{
	struct bench *b = *state;
	struct stored_event *events;

	b->post = (struct webhook_post){.path = "/webhook/zalo", .body = "{}"};
	assert_int_equal(send_post(b), 200);
	assert_int_equal(waiting(b, &events), 0);
}

static void what_is_no_json_is_refused(void **state)
{
	struct bench *b = *state;

	b->post = (struct webhook_post){.path = "/webhook/zalo", .body = "xin chao"};
	assert_in_range(send_post(b), 400, 401);
	b->post = (struct webhook_post){.path = "/webhook/facebook", .body = "[1,2"};
	webhook_sign_facebook(&b->post, "fb-secret");
	assert_int_equal(send_post(b), 400);
}

static void got(void *arg, const struct http_result *result)
{
	struct webhook_post *p = arg;

	p->status = result->status;
	snprintf(p->answer, sizeof p->answer, "%s", result->body.ptr);
	p->done = true;
}

static long get(struct bench *b, const char *path)
{
	char url[256];

	snprintf(url, sizeof url, "%s%s", b->base, path);
	b->post.done = false;
	assert_int_equal(
		http_client_call(b->client, &(struct http_call){.method = "GET", .url = url}, got, &b->post),
		OK);
	assert_true(loop_until(b->loop, is_true, &b->post.done));
	return b->post.status;
}

static void the_address_can_be_saved_on_both_platforms(void **state)
{
	struct bench *b = *state;

	assert_int_equal(get(b, "/webhook/zalo"), 200);
	assert_int_equal(
		get(b, "/webhook/"
		       "facebook?hub.mode=subscribe&hub.verify_token=verify-me&hub.challenge=1158201444"),
		200);
	assert_string_equal(b->post.answer, "1158201444");
	assert_int_equal(
		get(b, "/webhook/facebook?hub.mode=subscribe&hub.verify_token=guess&hub.challenge=1"), 403);
}

/* --- When the disk or the queue is full. --- */

static void a_full_disk_is_503_and_the_repeat_is_recorded_once(void **state)
{
	struct bench *b = *state;
	struct stored_event *events;

	fault_sqlite_after(FAULT_DISK_FULL, 1);
	assert_int_equal(zalo_text(b, "u1", "m1", "a"), 503);
	assert_int_equal(b->told, 0);
	fault_sqlite_off();
	assert_int_equal(waiting(b, &events), 0);
	assert_int_equal(send_post(b), 200);
	assert_int_equal(send_post(b), 200);
	assert_int_equal(waiting(b, &events), 1);
	assert_int_equal(b->told, 1);
}

static enum err slow_job(struct store_tx *tx, void *arg)
{
	(void)tx;
	while (!atomic_load((_Atomic bool *)arg))
		usleep(1000);
	return OK;
}

static void a_full_queue_is_503_at_once(void **state)
{
	struct bench *b = *state;
	_Atomic bool go = false;
	struct stored_event *events;
	static struct webhook_post posts[3];

	stop(b);
	b->options.waiting_max = 2;
	listen_now(b);
	assert_int_equal(store_submit(b->store, slow_job, NULL, &go), OK);
	for (int i = 0; i < 3; i++) {
		char msg_id[8];

		snprintf(msg_id, sizeof msg_id, "m%d", i);
		webhook_zalo_text(&posts[i], "1", "oa-secret", OA, "u1", msg_id, NOW_MS, "a");
		webhook_begin(&posts[i], b->client, b->base);
		while (i == 0 && store_waiting(b->store) < 2)
			loop_for_ms(b->loop, 1);
	}
	assert_true(loop_until(b->loop, is_true, &posts[1].done));
	assert_true(loop_until(b->loop, is_true, &posts[2].done));
	assert_int_equal(posts[1].status, 503);
	assert_int_equal(posts[2].status, 503);
	assert_false(posts[0].done); /* waits for its commit */
	atomic_store(&go, true);
	assert_true(loop_until(b->loop, is_true, &posts[0].done));
	assert_int_equal(posts[0].status, 200);
	assert_int_equal(waiting(b, &events), 1);
}

/* --- What is no question. --- */

static void receipts_and_unknown_events_are_200_and_leave_no_row(void **state)
{
	struct bench *b = *state;
	struct stored_event *events;
	uint64_t before = metric_get(METRIC_event_ignored);

	assert_int_equal(zalo_event(b, "user_received_message",
				 "\"sender\":{\"id\":\"" OA
				 "\"},\"recipient\":{\"id\":\"u1\"},\"message\":{\"msg_id\":\"m9\"}"),
		200);
	assert_int_equal(zalo_event(b, "something_of_2031",
				 "\"sender\":{\"id\":\"u1\"},\"recipient\":{\"id\":\"" OA "\"}"),
		200);
	assert_int_equal(waiting(b, &events), 0);
	assert_int_equal(b->told, 0);
	assert_int_equal(metric_get(METRIC_event_ignored) - before, 2);
}

static void an_event_of_an_unknown_account_is_200_and_counted(void **state)
{
	struct bench *b = *state;
	struct stored_event *events;
	uint64_t before = metric_get(METRIC_event_unknown_account);

	webhook_zalo_text(&b->post, "1", "oa-secret", "another-oa", "u1", "m1", NOW_MS, "a");
	assert_int_equal(send_post(b), 200);
	assert_int_equal(waiting(b, &events), 0);
	assert_int_equal(metric_get(METRIC_event_unknown_account) - before, 1);
}

static void a_staff_message_pauses_the_bot_for_that_citizen(void **state)
{
	struct bench *b = *state;

	assert_int_equal(
		zalo_event(b, "oa_send_text",
			"\"sender\":{\"id\":\"" OA "\",\"admin_id\":\"5\"},\"recipient\":{\"id\":\"u1\"},"
			"\"message\":{\"msg_id\":\"m9\",\"text\":\"chào chị 034099001234\"}"),
		200);
	assert_int_equal(citizen_of(b, "zalo", OA, "u1").paused_until_ms, NOW_MS + 12 * 3600 * 1000LL);
	assert_int_equal(citizen_of(b, "zalo", OA, "u2").paused_until_ms, 0);
	assert_int_equal(b->told, 0);
	assert_false(disk_holds(b, "034099001234"));
	assert_false(disk_holds(b, "chào chị"));
}

static enum err reply_job(struct store_tx *tx, void *arg)
{
	struct part part = {.text = "Phí: 0 đồng"};
	struct outbox_row row = {.channel = "zalo",
		.account = OA,
		.user = "u1",
		.parts = {&part, 1},
		.created_ms = NOW_MS,
		.due_ms = NOW_MS,
		.expires_ms = NOW_MS + 900000};
	int64_t *id = arg;
	enum err err = store_outbox_add(tx, &row, id);

	if (err == OK)
		err = store_outbox_begin(tx, *id, NOW_MS);
	return err == OK ? store_outbox_unknown(tx, *id, "lost", NOW_MS) : err;
}

static void our_own_echo_is_never_answered_and_confirms_the_send(void **state)
{
	struct bench *b = *state;
	struct outbox_row row;
	int64_t id;

	assert_int_equal(store_do(b->store, reply_job, &id), OK);
	assert_int_equal(zalo_event(b, "oa_send_text",
				 "\"sender\":{\"id\":\"" OA "\"},\"recipient\":{\"id\":\"u1\"},"
				 "\"message\":{\"msg_id\":\"m9\",\"text\":\"Phí: 0 đồng\"}"),
		200);
	assert_int_equal(store_outbox_get(b->reader, &b->arena, id, &row), OK);
	assert_int_equal(row.state, OUTBOX_SENT);
	assert_int_equal(b->told_outbox, id);
	assert_int_equal(b->told, 0);
	assert_int_equal(citizen_of(b, "zalo", OA, "u1").paused_until_ms, 0);
}

static void unfollowing_is_remembered_until_the_next_message(void **state)
{
	struct bench *b = *state;

	assert_int_equal(zalo_event(b, "unfollow", "\"oa_id\":\"" OA "\",\"follower\":{\"id\":\"u1\"}"), 200);
	assert_true(citizen_of(b, "zalo", OA, "u1").unfollowed);
	assert_int_equal(b->told, 0);
	assert_int_equal(zalo_text(b, "u1", "m1", "a"), 200);
	assert_false(citizen_of(b, "zalo", OA, "u1").unfollowed);
}

#define MESSAGING(time, rest)                                                                                \
	"{\"sender\":{\"id\":\"7\"},\"recipient\":{\"id\":\"" PAGE "\"},\"timestamp\":" time "," rest "}"

static void an_edit_is_answered_instead_of_what_it_replaces(void **state)
{
	struct bench *b = *state;
	struct stored_event *events;

	assert_int_equal(
		facebook_messaging(
			b, MESSAGING("1790000000000", "\"message\":{\"mid\":\"m_1\",\"text\":\"khai sin\"}")),
		200);
	assert_int_equal(
		facebook_messaging(b,
			MESSAGING("1790000000001",
				"\"message_edit\":{\"mid\":\"m_1\",\"text\":\"khai sinh\",\"num_edit\":1}")),
		200);
	assert_int_equal(waiting(b, &events), 1);
	assert_string_equal(events[0].event.text, "khai sinh");
	assert_int_equal(b->told, 2);
}

static enum err settle_job(struct store_tx *tx, void *arg)
{
	return store_event_settle(tx, *(int64_t *)arg, NOW_MS);
}

static void an_edit_after_the_answer_is_not_answered(void **state)
{
	struct bench *b = *state;
	struct stored_event *events;

	assert_int_equal(
		facebook_messaging(
			b, MESSAGING("1790000000000", "\"message\":{\"mid\":\"m_1\",\"text\":\"khai sin\"}")),
		200);
	assert_int_equal(store_do(b->store, settle_job, &b->told_id), OK);
	assert_int_equal(
		facebook_messaging(b,
			MESSAGING("1790000000001",
				"\"message_edit\":{\"mid\":\"m_1\",\"text\":\"khai sinh\",\"num_edit\":1}")),
		200);
	assert_int_equal(waiting(b, &events), 0);
	assert_int_equal(b->told, 1);
}

static void a_message_taken_back_is_not_answered_and_its_text_goes(void **state)
{
	struct bench *b = *state;
	struct stored_event *events;

	assert_int_equal(facebook_messaging(b, MESSAGING("1790000000000",
						       "\"message\":{\"mid\":\"m_1\",\"text\":\"lỡ tay\"}")),
		200);
	assert_int_equal(facebook_messaging(b, MESSAGING("1790000000001",
						       "\"message\":{\"mid\":\"m_1\",\"is_deleted\":true}")),
		200);
	assert_int_equal(waiting(b, &events), 0);
}

static void an_event_too_old_for_any_answer_is_recorded_without_a_turn(void **state)
{
	struct bench *b = *state;
	struct stored_event *events;
	uint64_t before = metric_get(METRIC_event_recorded);

	webhook_facebook_text(&b->post, "fb-secret", PAGE, "7", "m_1", NOW_MS - 25 * 3600 * 1000LL, "a");
	assert_int_equal(send_post(b), 200);
	assert_int_equal(waiting(b, &events), 0);
	assert_int_equal(b->told, 0);
	assert_int_equal(metric_get(METRIC_event_recorded) - before, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_signed_text_is_on_disk_when_200_comes),
		TEST(a_repeated_webhook_is_answered_200_and_does_nothing),
		TEST(the_same_message_twice_in_one_body_is_one_event),
		TEST(a_batch_is_recorded_in_its_order),
		TEST(personal_numbers_never_reach_the_disk),
		TEST(of_a_text_longer_than_any_platforms_the_beginning_is_kept),
		TEST(a_wrong_signature_is_refused_and_not_recorded),
		TEST(log_only_answers_200_and_still_processes_nothing_unsigned),
		TEST(an_unsigned_probe_is_answered_200),
		TEST(what_is_no_json_is_refused),
		TEST(the_address_can_be_saved_on_both_platforms),
		TEST(a_full_disk_is_503_and_the_repeat_is_recorded_once),
		TEST(a_full_queue_is_503_at_once),
		TEST(receipts_and_unknown_events_are_200_and_leave_no_row),
		TEST(an_event_of_an_unknown_account_is_200_and_counted),
		TEST(a_staff_message_pauses_the_bot_for_that_citizen),
		TEST(our_own_echo_is_never_answered_and_confirms_the_send),
		TEST(unfollowing_is_remembered_until_the_next_message),
		TEST(an_edit_is_answered_instead_of_what_it_replaces),
		TEST(an_edit_after_the_answer_is_not_answered),
		TEST(a_message_taken_back_is_not_answered_and_its_text_goes),
		TEST(an_event_too_old_for_any_answer_is_recorded_without_a_turn),
	};

	fault_sqlite_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
