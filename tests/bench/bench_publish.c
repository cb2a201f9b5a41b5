/* bench_publish.c - one question after the other while every national record is published anew, beside the same with nothing going
 * on: what a citizen waits for an answer, and whether a big import makes them wait. The time after the commit, in which searchers
 * take up the new knowledge, counts as well. */
#include "daemon/base/background.h"
#include "daemon/base/clock.h"
#include "knowledge/import.h"
#include "knowledge/kb_shared.h"
#include "tests/support/corpus.h"
#include "tests/support/measure.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAUSE_US 2000 /* between two questions: some hundred citizens a second */
#define IDLE_US 4000000
#define AFTER_US 1000000 /* watched after the commit */
#define SAMPLES_MAX 200000

struct publish {
	const struct corpus *corpus;
	char file[128];
	atomic_bool done;
	int64_t took_us;
};

static void fail(const char *what)
{
	fprintf(stderr, "bench_publish: %s\n", what);
	exit(1);
}

/* Every row of the national list with one member more: each is a new version. */
static void rows_write(struct publish *p)
{
	FILE *in = fopen(p->corpus->procedures, "r"), *out = fopen(p->file, "w");
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	if (!in || !out)
		fail("could not write the rows");
	while ((len = getline(&line, &room, in)) > 0) {
		while (len && (line[len - 1] == '\n' || line[len - 1] == '}'))
			line[--len] = '\0';
		fprintf(out, "%s,\"seen\":\"2026\"}\n", line);
	}
	free(line);
	fclose(in);
	if (fclose(out) != 0)
		fail("could not write the rows");
}

static void *publish(void *arg)
{
	struct publish *p = arg;
	const char *path = p->file;
	struct import_options o = {
		.database = p->corpus->knowledge, .author = "bench", .now_ms = clock_now_ms()};
	struct import_counts counts;
	struct why why = {""};
	int64_t begun = clock_monotonic_us();

	background_thread(); /* as the console imports */
	if (import_files(&o, &path, 1, &counts, &why) != OK)
		fail(why.text);
	if (counts.changed < 5000)
		fail("the import changed too little");
	p->took_us = clock_monotonic_us() - begun;
	usleep(AFTER_US);
	atomic_store(&p->done, true);
	return NULL;
}

struct times {
	int64_t *wall, *cpu; /* us */
	size_t count;
};

struct searcher {
	struct words *words;
	struct kb *kb;
	struct arena arena;
	struct times idle, busy;
};

static void times_make(struct times *t)
{
	t->wall = malloc(SAMPLES_MAX * sizeof *t->wall);
	t->cpu = malloc(SAMPLES_MAX * sizeof *t->cpu);
	if (!t->wall || !t->cpu)
		fail("out of memory");
}

static void times_free(struct times *t)
{
	free(t->wall);
	free(t->cpu);
}

static void ask(struct searcher *s, const char *question, struct times *t)
{
	const struct search_scope scope = {.as_of = NULL};
	int64_t begun = clock_monotonic_us(), cpu = measure_thread_us(pthread_self());
	struct answers answers;
	struct question q;

	arena_reset(&s->arena);
	kb_begin(s->kb);
	if (question_parse(s->words, &s->arena, question, &q) != OK ||
		kb_search(s->kb, &s->arena, &q, &scope, &answers) != OK)
		fail("a search failed");
	kb_end(s->kb);
	if (t && t->count < SAMPLES_MAX) {
		t->cpu[t->count] = measure_thread_us(pthread_self()) - cpu;
		t->wall[t->count++] = clock_monotonic_us() - begun;
	}
	usleep(PAUSE_US);
}

/* Until `done`, or for so long when there is nothing to wait for. */
static void watch(struct searcher *s, const struct corpus *c, struct times *t, atomic_bool *done, int64_t us)
{
	int64_t until = clock_monotonic_us() + us;

	for (size_t i = 0; done ? !atomic_load(done) : clock_monotonic_us() < until; i++)
		ask(s, c->questions[i % c->question_count], t);
}

static long long part(int64_t *values, size_t count, double of)
{
	return (long long)measure_percentile(values, count, of);
}

/* Nothing going on is measured before and after: other work on the machine comes and goes. */
static void run(const struct corpus *c, struct searcher *s, struct publish *p)
{
	struct times *idle = &s->idle, *busy = &s->busy;
	char left[64], right[64];
	long long busy99, idle99;
	pthread_t thread;

	watch(s, c, NULL, NULL, 1000000); /* warms up */
	watch(s, c, idle, NULL, IDLE_US);
	if (pthread_create(&thread, NULL, publish, p) != 0)
		fail("no thread");
	watch(s, c, busy, &p->done, 0);
	pthread_join(thread, NULL);
	watch(s, c, idle, NULL, IDLE_US);
	busy99 = part(busy->wall, busy->count, 0.99);
	idle99 = part(idle->wall, idle->count, 0.99);
	printf("# publish of all: %.1f s, %zu searches meanwhile; p50 %lld us (idle %lld), CPU p99 %lld us "
	       "(idle %lld),"
	       " the longest %.1f ms (idle %.1f); rss %.0f MiB\n",
		(double)p->took_us / 1e6, busy->count, part(busy->wall, busy->count, 0.5),
		part(idle->wall, idle->count, 0.5), part(busy->cpu, busy->count, 0.99),
		part(idle->cpu, idle->count, 0.99), (double)part(busy->wall, busy->count, 1) / 1000,
		(double)part(idle->wall, idle->count, 1) / 1000, (double)measure_rss_kib() / 1024);
	snprintf(left, sizeof left, "%lld us", busy99);
	snprintf(right, sizeof right, "idle %lld us", idle99);
	measure_row(
		"search p99 during a full publish", left, right, (double)busy99 / (double)idle99, false, 2);
}

int main(void)
{
	struct why why = {""};
	struct corpus c;
	struct searcher s = {.words = NULL};
	struct publish p = {.corpus = &c};
	struct kb_shared *shared = NULL;

	times_make(&s.idle);
	times_make(&s.busy);
	if (corpus_open(&c, &why) != OK)
		fail(why.text);
	if (!c.national) {
		printf("# publish: the national corpus is not in $MOTCUA_DATA, nothing to publish\n");
		corpus_close(&c);
		return 0;
	}
	snprintf(p.file, sizeof p.file, "%s/rows.jsonl", c.folder);
	rows_write(&p);
	arena_init(&s.arena, (size_t)16 << 20);
	if (words_load(&s.words, &why) != OK || kb_share(c.knowledge, s.words, &shared, &why) != OK ||
		kb_open_shared(shared, &s.kb, &why) != OK)
		fail(why.text);
	run(&c, &s, &p);
	kb_close(s.kb);
	kb_share_end(shared);
	words_free(s.words);
	arena_release(&s.arena);
	times_free(&s.idle);
	times_free(&s.busy);
	unlink(p.file);
	corpus_close(&c);
	return 0;
}
