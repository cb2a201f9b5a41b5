#include "tests/support/daemon.h"

#include "daemon/base/clock.h"
#include "daemon/store/store_event.h"
#include "knowledge/import.h"
#include "tests/support/fault_sqlite.h"

#include <assert.h>
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define KNOWLEDGE "tests/golden/knowledge.jsonl"
#define STOP_MS 5000

static void knowledge_make(const struct daemon *d)
{
	const char *paths[] = {KNOWLEDGE};
	struct import_options o = {
		.database = d->config.knowledge_path, .author = "test", .now_ms = clock_now_ms()};
	struct import_counts counts;
	struct why why = {""};

	if (import_files(&o, paths, 1, &counts, &why) != OK)
		fail_msg("%s", why.text);
}

static void configure(struct daemon *d)
{
	struct config *c = &d->config;

	arena_init(&c->arena, 1 << 20);
	c->data_dir = d->dir;
	c->state_path = arena_printf(&c->arena, "%s/state.db", d->dir);
	c->knowledge_path = arena_printf(&c->arena, "%s/knowledge.db", d->dir);
	c->listen = "127.0.0.1:0";
	c->monitoring = "loopback";
	c->workers = 1;
	c->queue_max = 8192;
	c->body_max = 1 << 20;
	c->connections_max = 1024;
	c->conversation_age_ms = 30 * 60 * 1000;
	c->staff_pause_ms = 12 * 3600 * 1000;
	c->in_flight_max = 64;
	c->per_second_max = 100000;
	c->timeout_ms = 2000;
	c->unknown_wait_ms = 60 * 1000;
	c->answer_max_age_ms = 15 * 60 * 1000;
	d->accounts[0] = (struct account){.name = "zalo",
		.adapter = &adapter_zalo,
		.id = DAEMON_OA,
		.app_id = "1",
		.app_secret = "app-secret",
		.oa_secret = "oa-secret",
		.refresh_token = "refresh",
		.api_base = d->platform.base,
		.oauth_base = d->platform.base,
		.anonymous_path = "/v2.0/oa/message",
		.text_limit = 1900,
		.max_event_age_ms = 26 * 3600 * 1000LL};
	d->accounts[1] = (struct account){.name = "facebook",
		.adapter = &adapter_facebook,
		.id = DAEMON_PAGE,
		.app_id = "2",
		.app_secret = "fb-secret",
		.verify_token = "verify-me",
		.page_token = "page-token",
		.graph_base = d->platform.base,
		.graph_version = "v25.0",
		.text_limit = 1900};
	c->accounts = (struct accounts){d->accounts, 2};
}

void daemon_open(struct daemon *d)
{
	memset(d, 0, sizeof *d);
	snprintf(d->dir, sizeof d->dir, "/tmp/motcua-daemon-XXXXXX");
	assert_non_null(mkdtemp(d->dir));
	arena_init(&d->arena, 64 << 20);
	assert_int_equal(loop_open(&d->loop, NULL), OK);
	assert_int_equal(http_client_open(d->loop, &(struct http_client_options){.timeout_ms = 5000},
				 &d->client, NULL),
		OK);
	platform_open(&d->platform, d->loop);
	configure(d);
	knowledge_make(d);
}

void daemon_start(struct daemon *d)
{
	struct why why = {""};

	if (serve_open(d->loop, &d->config, &d->serve, &why) != OK)
		fail_msg("%s", why.text);
	snprintf(d->base, sizeof d->base, "http://%s", serve_address(d->serve));
	assert_int_equal(store_reader_open(d->config.state_path, &d->reader, NULL), OK);
}

struct stopping {
	bool done, clean;
};

static void stopped(void *arg, bool clean)
{
	struct stopping *s = arg;

	s->done = true;
	s->clean = clean;
}

static bool has_stopped(void *arg)
{
	return ((struct stopping *)arg)->done;
}

bool daemon_stop(struct daemon *d)
{
	struct stopping stopping = {false, false};

	store_reader_close(d->reader);
	d->reader = NULL;
	serve_close(d->serve, STOP_MS, stopped, &stopping);
	d->serve = NULL;
	assert_true(loop_until(d->loop, has_stopped, &stopping));
	return stopping.clean;
}

static void folder_remove(const char *dir)
{
	DIR *folder = opendir(dir);
	char name[512];

	for (struct dirent *e = readdir(folder); e; e = readdir(folder)) {
		snprintf(name, sizeof name, "%s/%s", dir, e->d_name);
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			unlink(name);
	}
	closedir(folder);
	assert_int_equal(rmdir(dir), 0);
}

void daemon_close(struct daemon *d)
{
	fault_sqlite_off();
	if (d->serve)
		daemon_stop(d);
	platform_close(&d->platform);
	http_client_close(d->client);
	loop_close(d->loop);
	arena_release(&d->arena);
	arena_release(&d->config.arena);
	folder_remove(d->dir);
	clock_set(0);
}

long daemon_zalo(struct daemon *d, const char *user, const char *msg_id, const char *text)
{
	webhook_zalo_text(&d->post, "1", "oa-secret", DAEMON_OA, user, msg_id, clock_now_ms(), text);
	return daemon_repeat(d);
}

long daemon_facebook(struct daemon *d, const char *user, const char *mid, const char *text)
{
	webhook_facebook_text(&d->post, "fb-secret", DAEMON_PAGE, user, mid, clock_now_ms(), text);
	return daemon_repeat(d);
}

long daemon_repeat(struct daemon *d)
{
	return webhook_send(&d->post, d->loop, d->client, d->base);
}

struct getting {
	bool done;
	long status;
	char *body;
	size_t size;
};

static void got(void *arg, const struct http_result *result)
{
	struct getting *g = arg;

	g->done = true;
	g->status = result->status;
	snprintf(g->body, g->size, "%.*s", (int)result->body.len, result->body.ptr ? result->body.ptr : "");
}

static bool is_got(void *arg)
{
	return ((struct getting *)arg)->done;
}

long daemon_get(struct daemon *d, const char *path, char *ret_body, size_t size)
{
	struct getting getting = {.body = ret_body, .size = size};
	char url[256];

	snprintf(url, sizeof url, "%s%s", d->base, path);
	assert_int_equal(
		http_client_call(d->client, &(struct http_call){.method = "GET", .url = url}, got, &getting),
		OK);
	assert_true(loop_until(d->loop, is_got, &getting));
	return getting.status;
}

size_t daemon_waiting(struct daemon *d)
{
	struct stored_event *events;
	size_t count;

	arena_reset(&d->arena);
	assert_int_equal(store_event_waiting(d->reader, &d->arena, 0, 1000, &events, &count), OK);
	return count;
}

int64_t daemon_replies(struct daemon *d, enum outbox_state state)
{
	int64_t by_state[OUTBOX_DEAD + 1];

	assert_int_equal(store_outbox_count(d->reader, by_state), OK);
	return by_state[state];
}

struct sending {
	const struct platform *platform;
	size_t wanted;
};

static bool is_sent(void *arg)
{
	const struct sending *s = arg;

	return s->platform->send_count >= s->wanted;
}

void daemon_until_sent(struct daemon *d, size_t sends)
{
	if (!loop_until(d->loop, is_sent, &(struct sending){&d->platform, sends}))
		fail_msg("%zu sends and not %zu", d->platform.send_count, sends);
}

static bool is_settled(void *arg)
{
	struct daemon *d = arg;
	int64_t by_state[OUTBOX_DEAD + 1];

	if (daemon_waiting(d) > 0)
		return false;
	/* one look at all states: a row may move from one to another between two */
	assert_int_equal(store_outbox_count(d->reader, by_state), OK);
	return by_state[OUTBOX_DUE] == 0 && by_state[OUTBOX_SENDING] == 0;
}

void daemon_settle(struct daemon *d)
{
	if (!loop_until(d->loop, is_settled, d))
		fail_msg("%zu events wait, %d replies are due, %d are being sent", daemon_waiting(d),
			(int)daemon_replies(d, OUTBOX_DUE), (int)daemon_replies(d, OUTBOX_SENDING));
}
