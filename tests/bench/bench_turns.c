/* bench_turns.c - from a webhook to its reply in the platform's hands: 64 connections, the development questions, a platform
 * that answers at once. Daemon on one processor, everything else on the other. Under it, the sum of the parts, each alone:
 * an acknowledged webhook, a thought, the writes of a reply, a post on a kept connection. */
#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/net/http_client.h"
#include "daemon/store/store_event.h"
#include "daemon/store/store_outbox.h"
#include "daemon/turn/turn.h"
#include "tests/support/bench.h"
#include "tests/support/corpus.h"
#include "tests/support/floor_server.h"
#include "tests/support/load.h"
#include "tests/support/measure.h"
#include "tests/support/store_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EVENTS 10000
#define CONNECTIONS 64
#define PARTS_N 5000
#define TOO_LATE_MS (25 * 3600 * 1000)

#define RSS_MAX_KIB (64 * 1024)
#define NODE_CPU_US                                                                                          \
	7015.0 /* fastify 5.12, better-sqlite3 12.11, FTS5 AND on the same corpus: measured once, on 2026-11-21 */

static void fail(const char *what)
{
	fprintf(stderr, "bench_turns: %s\n", what);
	exit(1);
}

static struct floor_server *platform_open(void)
{
	struct floor_server *s = floor_server_open("{\"recipient_id\":\"7\",\"message_id\":\"m_1\"}");

	if (!s)
		fail("could not start the platform");
	return s;
}

/* --- The whole --------------------------------------------------------------------------------------- */

struct whole {
	double cpu_us, per_s, kept;
	int64_t rss_kib;
};

static uint64_t replies_wait(const struct floor_server *platform, uint64_t wanted)
{
	uint64_t seen = 0;

	for (int quiet = 0; seen < wanted && quiet < 3000; quiet++) { /* gives up after 3 s without a reply */
		uint64_t now = floor_server_requests(platform);

		if (now != seen)
			quiet = 0;
		seen = now;
		usleep(1000);
	}
	return seen;
}

static int64_t others_us(struct floor_server *platform)
{
	return measure_thread_us(pthread_self()) + measure_thread_us(floor_server_thread(platform));
}

/* `age_ms` of a day and more: acknowledged and not answered. */
static struct whole whole_run(const struct corpus *c, size_t events, int64_t age_ms)
{
	struct floor_server *platform;
	struct bench_options o = {.knowledge = c->knowledge};
	struct whole w = {0};
	struct why why = {""};
	int64_t all, others, begun, loads_kib;
	uint64_t answered;
	struct bench *b;
	struct load l;

	measure_pin(1);
	platform = platform_open();
	o.platform_port = floor_server_port(platform);
	measure_pin(0);
	if (bench_open(&o, &b, &why) != OK)
		fail(why.text);
	measure_pin(1);
	loads_kib = measure_rss_kib();
	if (!load_make(&l, events, c->questions, c->question_count, "whole", age_ms))
		fail("out of memory");
	loads_kib = measure_rss_kib() - loads_kib;
	all = measure_process_us();
	others = others_us(platform);
	begun = clock_monotonic_us();
	if (!load_run(&l, bench_port(b), CONNECTIONS) || l.answered != events)
		fail("not every webhook was answered with 200");
	answered = !age_ms ? replies_wait(platform, events) : events;
	w.per_s = (double)answered * 1e6 / (double)(clock_monotonic_us() - begun);
	w.cpu_us = (double)(measure_process_us() - all - (others_us(platform) - others)) / (double)events;
	w.rss_kib = measure_rss_kib() - loads_kib;
	if (answered < events)
		printf("# %llu of %zu events were answered\n", (unsigned long long)answered, events);
	if (answered)
		w.kept = 100 - 100 * (double)floor_server_connections(platform) / (double)answered;
	load_release(&l);
	bench_close(b);
	floor_server_close(platform);
	return w;
}

/* --- The parts --------------------------------------------------------------------------------------- */

static double thought_us(const struct corpus *c)
{
	struct tools tools = {0};
	struct words *words;
	struct phrases *phrases;
	struct why why = {""};
	char today[11];
	int64_t begun;

	if (words_load(&words, &why) != OK || phrases_load(&phrases, &why) != OK ||
		kb_open(c->knowledge, words, &tools.kb, &why) != OK)
		fail(why.text);
	tools.words = words;
	tools.phrases = phrases;
	clock_date(clock_now_ms(), today); /* the corpus was imported today */
	begun = measure_thread_us(pthread_self());
	for (size_t i = 0; i < PARTS_N; i++) {
		struct turn t;

		turn_init(&t, &tools);
		t.event = (struct event){.kind = EVENT_TEXT,
			.channel = "facebook",
			.text = c->questions[i % c->question_count]};
		t.now_ms = clock_now_ms();
		t.as_of = today;
		if (turn_think(&t) != OK)
			fail("a turn failed");
		turn_release(&t);
	}
	begun = measure_thread_us(pthread_self()) - begun;
	kb_close(tools.kb);
	phrases_free(phrases);
	words_free(words);
	return (double)begun / PARTS_N;
}

struct write {
	struct store *store;
	int64_t event, row;
	int step;
};

static char long_text[900];

/* What follows an event into the table: the reply with the event's end, then its way out. */
static enum err write_job(struct store_tx *tx, void *arg)
{
	struct write *w = arg;
	struct part part = {.text = long_text};
	struct outbox_row row = {.event_id = w->event,
		.channel = "facebook",
		.account = "1",
		.user = "7",
		.parts = {&part, 1}};
	enum err err;

	if (w->step == 1)
		return store_outbox_begin(tx, w->row, 1);
	if (w->step == 2)
		return store_outbox_part_sent(tx, w->row, 0, "m_1", 1);
	err = store_event_settle(tx, w->event, 1);
	return err ? err : store_outbox_add(tx, &row, &w->row);
}

static enum err event_job(struct store_tx *tx, void *arg)
{
	struct write *w = arg;
	char key[32];
	struct event event = {
		.kind = EVENT_TEXT, .channel = "facebook", .account = "1", .dedupe = key, .text = "t"};

	snprintf(key, sizeof key, "%p", arg);
	return store_event_add(tx, &event, 1, true, &w->event);
}

static void write_done(void *arg, enum err err)
{
	struct write *w = arg;

	if (err)
		fail("a write failed");
	w->step++;
}

static void in_groups(struct store *s, store_job job, struct write *writes)
{
	for (size_t i = 0; i < PARTS_N; i += CONNECTIONS) {
		size_t end = i + CONNECTIONS < PARTS_N ? i + CONNECTIONS : PARTS_N;

		for (size_t n = i; n < end; n++)
			if (store_submit(s, job, write_done, &writes[n]) != OK)
				fail("the store's queue is full");
		while (store_waiting(s) > 0)
			usleep(50);
		store_drain(s);
	}
}

static double writes_us(void)
{
	struct write *writes = calloc(PARTS_N, sizeof *writes);
	struct store_options o = {0};
	struct why why = {""};
	char folder[64], path[96];
	struct store *s;
	int64_t begun;

	store_fixture_folder(folder);
	snprintf(path, sizeof path, "%s/state.db", folder);
	o.path = path;
	memset(long_text, 'x', sizeof long_text - 1);
	if (!writes || store_open(&o, &s, &why) != OK)
		fail(why.text);
	in_groups(s, event_job, writes);
	for (size_t i = 0; i < PARTS_N; i++)
		writes[i].step = 0;
	begun = measure_process_us();
	for (int step = 0; step < 3; step++)
		in_groups(s, write_job, writes);
	begun = measure_process_us() - begun;
	store_close(s);
	store_fixture_remove(folder);
	free(writes);
	return (double)begun / PARTS_N;
}

struct posts {
	struct loop *loop;
	struct http_client *client;
	struct http_call call;
	size_t begun, done;
};

static void post_done(void *arg, const struct http_result *result)
{
	struct posts *p = arg;

	if (result->end != HTTP_ANSWERED || result->status != 200)
		fail(result->reason);
	if (++p->done == PARTS_N)
		loop_stop(p->loop);
	else if (p->begun < PARTS_N && http_client_call(p->client, &p->call, post_done, p) == OK)
		p->begun++;
}

static double posts_us(void)
{
	struct http_client_options o = {.connections_per_host = 16, .user_agent = "motcua-bench"};
	struct floor_server *platform;
	struct posts p = {0};
	struct why why = {""};
	char url[96], body[1100];
	int64_t begun;

	measure_pin(1);
	platform = platform_open();
	measure_pin(0);
	snprintf(url, sizeof url, "http://127.0.0.1:%u/v25.0/me/messages", floor_server_port(platform));
	snprintf(body, sizeof body, "{\"message\":{\"text\":\"%s\"}}", long_text);
	p.call = (struct http_call){.method = "POST",
		.url = url,
		.headers = {{"Content-Type", "application/json"}},
		.header_count = 1,
		.body = {body, strlen(body)}};
	if (loop_open(&p.loop, &why) != OK || http_client_open(p.loop, &o, &p.client, &why) != OK)
		fail(why.text);
	begun = measure_thread_us(pthread_self());
	for (; p.begun < 16; p.begun++)
		if (http_client_call(p.client, &p.call, post_done, &p) != OK)
			fail("a call could not begin");
	loop_run(p.loop);
	begun = measure_thread_us(pthread_self()) - begun;
	http_client_close(p.client);
	loop_close(p.loop);
	floor_server_close(platform);
	return (double)begun / PARTS_N;
}

/* ----------------------------------------------------------------------------------------------------- */

int main(void)
{
	double ack, thought, writes, post, sum;
	struct why why = {""};
	char ours[64], under[64];
	struct corpus c;
	struct whole w;

	log_set_level(LOG_LEVEL_ERROR);
	if (corpus_open(&c, &why) != OK)
		fail(why.text);
	w = whole_run(&c, EVENTS, 0);
	ack = whole_run(&c, EVENTS, TOO_LATE_MS).cpu_us;
	measure_pin(0);
	thought = thought_us(&c);
	writes = writes_us();
	post = posts_us();
	sum = ack + thought + writes + post;
	printf("# parts: ack %.0f + thought %.0f + writes of the reply %.0f + post %.0f = %.0f us CPU; "
	       "together %.0f us\n",
		ack, thought, writes, post, sum, w.cpu_us);
	snprintf(ours, sizeof ours, "%.0f us", w.cpu_us);
	if (c.national)
		measure_row("webhook to reply handed over, CPU per event", ours,
			"Node bot 7015 us (measured once)", w.cpu_us / NODE_CPU_US, false, 1.0 / 20);
	snprintf(ours, sizeof ours, "%.0f/s", w.per_s);
	snprintf(under, sizeof under, "sum of parts %.0f/s", 1e6 / sum);
	measure_row("answered events/s, one processor", ours, under, w.per_s * sum / 1e6, true, 0.6);
	snprintf(ours, sizeof ours, "%.1f MiB", (double)w.rss_kib / 1024);
	measure_row("resident memory after 10,000 events", ours, "64 MiB", (double)w.rss_kib / RSS_MAX_KIB,
		false, 1);
	snprintf(ours, sizeof ours, "%.2f %%", w.kept);
	measure_row("replies posted on kept connections", ours, "all", w.kept / 100, true, 0.99);
	corpus_close(&c);
	return 0;
}
