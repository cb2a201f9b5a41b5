/* bench_ack.c - what a durable "200" costs, over the least a reply can cost: 64 connections, real signatures, one commit with
 * fsync before each answer. Daemon on one processor, everything else on the other. */
#include "daemon/base/log.h"
#include "daemon/base/metrics.h"
#include "tests/support/bench.h"
#include "tests/support/corpus.h"
#include "tests/support/floor_server.h"
#include "tests/support/load.h"
#include "tests/support/measure.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define CONNECTIONS 64
#define REQUESTS 30000
#define ROUNDS 3
#define TOO_LATE_MS (25 * 3600 * 1000) /* kept and acknowledged like any, and not answered */

struct round {
	double cpu_us; /* per request */
	int64_t p50_us, p99_us, fdatasync_us;
	double per_s, group; /* webhooks a commit */
};

static const char *const texts[] = {"làm lại cccd mất bao nhiêu tiền vậy ad",
	"đăng ký khai sinh cho con cần giấy tờ gì ạ", "xin giấy xác nhận tình trạng hôn nhân ở đâu"};

static void fail(const char *what)
{
	fprintf(stderr, "bench_ack: %s\n", what);
	exit(1);
}

static void load_all(struct load *l, unsigned port, const char *tag)
{
	if (!load_make(l, REQUESTS, texts, sizeof texts / sizeof *texts, tag, TOO_LATE_MS) ||
		!load_run(l, port, CONNECTIONS) || l->answered != REQUESTS)
		fail("not every webhook was answered with 200");
}

static struct round floor_round(void)
{
	struct floor_server *s;
	struct load l;
	struct round r = {0};
	int64_t cpu;

	measure_pin(0);
	s = floor_server_open("EVENT_RECEIVED");
	measure_pin(1);
	if (!s)
		fail("could not start the bare server");
	cpu = measure_thread_us(floor_server_thread(s));
	load_all(&l, floor_server_port(s), "floor");
	r.cpu_us = (double)(measure_thread_us(floor_server_thread(s)) - cpu) / REQUESTS;
	r.p50_us = measure_percentile(l.latency_us, REQUESTS, 0.5);
	r.p99_us = measure_percentile(l.latency_us, REQUESTS, 0.99);
	r.per_s = REQUESTS * 1e6 / (double)l.wall_us;
	load_release(&l);
	floor_server_close(s);
	return r;
}

static struct round ack_round(const char *knowledge)
{
	struct bench_options o = {.knowledge = knowledge};
	struct why why = {""};
	struct bench *b;
	struct load l;
	struct round r = {0};
	int64_t all, ours;

	measure_pin(0);
	if (bench_open(&o, &b, &why) != OK)
		fail(why.text);
	measure_pin(1);
	if (!load_make(&l, REQUESTS, texts, sizeof texts / sizeof *texts, "ack", TOO_LATE_MS))
		fail("out of memory");
	r.fdatasync_us = measure_fdatasync_us(bench_folder(b), 300);
	r.group = (double)metric_get(METRIC_store_commit);
	all = measure_process_us();
	ours = measure_thread_us(pthread_self());
	if (!load_run(&l, bench_port(b), CONNECTIONS) || l.answered != REQUESTS)
		fail("not every webhook was answered with 200");
	r.cpu_us =
		(double)(measure_process_us() - all - (measure_thread_us(pthread_self()) - ours)) / REQUESTS;
	r.group = REQUESTS / ((double)metric_get(METRIC_store_commit) - r.group);
	r.p50_us = measure_percentile(l.latency_us, REQUESTS, 0.5);
	r.p99_us = measure_percentile(l.latency_us, REQUESTS, 0.99);
	r.per_s = REQUESTS * 1e6 / (double)l.wall_us;
	load_release(&l);
	bench_close(b);
	return r;
}

struct pair { /* one round: ours, and the floor measured beside it */
	struct round floor, ack;
};

static double cpu_ratio(const struct pair *p)
{
	return p->ack.cpu_us / p->floor.cpu_us;
}

static double p99_ratio(const struct pair *p)
{
	return (double)p->ack.p99_us / (double)p->ack.fdatasync_us;
}

static int by_cpu(const void *a, const void *b)
{
	return (cpu_ratio(a) > cpu_ratio(b)) - (cpu_ratio(a) < cpu_ratio(b));
}

static int by_p99(const void *a, const void *b)
{
	return (p99_ratio(a) > p99_ratio(b)) - (p99_ratio(a) < p99_ratio(b));
}

static struct pair pair_round(const char *knowledge, int n)
{
	struct pair p = {.floor = floor_round()};

	p.ack = ack_round(knowledge);
	printf("# round %d: %.0f acks/s, %.1f us CPU, %.0f a commit, p50 %.2f ms, p99 %.2f ms; bare %.0f/s, "
	       "%.1f "
	       "us; fdatasync %" PRId64 " us\n",
		n, p.ack.per_s, p.ack.cpu_us, p.ack.group, (double)p.ack.p50_us / 1000,
		(double)p.ack.p99_us / 1000, p.floor.per_s, p.floor.cpu_us, p.ack.fdatasync_us);
	return p;
}

/* Each row says the median round: its figures and their ratio. */
static void rows(struct pair *pairs)
{
	const struct pair *middle = &pairs[ROUNDS / 2];
	char ours[64], under[64];

	qsort(pairs, ROUNDS, sizeof *pairs, by_cpu);
	snprintf(ours, sizeof ours, "%.1f us", middle->ack.cpu_us);
	snprintf(under, sizeof under, "bare libuv reply %.1f us", middle->floor.cpu_us);
	measure_row("CPU per durable ack, 64 connections", ours, under, cpu_ratio(middle), false, 4.0);
	qsort(pairs, ROUNDS, sizeof *pairs, by_p99);
	snprintf(ours, sizeof ours, "%.2f ms", (double)middle->ack.p99_us / 1000);
	snprintf(under, sizeof under, "fdatasync p50 %" PRId64 " us", middle->ack.fdatasync_us);
	measure_row("ack p99 at 64 clients", ours, under, p99_ratio(middle), false, 40);
}

int main(void)
{
	struct pair pairs[ROUNDS];
	struct why why = {""};
	struct corpus c;

	log_set_level(LOG_LEVEL_ERROR);
	if (corpus_open(&c, &why) != OK)
		fail(why.text);
	for (int i = 0; i < ROUNDS; i++)
		pairs[i] = pair_round(c.knowledge, i + 1);
	rows(pairs);
	corpus_close(&c);
	return 0;
}
