/* bench_cluster.c - 100,000 unresolved questions: how fast they get their clusters, and how long the
 * console's list of them takes. The questions are the development ones (or ours), each in many misspelt forms. */
#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/report/cluster.h"
#include "daemon/report/sorter.h"
#include "knowledge/kb.h"
#include "tests/support/console_fixture.h"
#include "tests/support/corpus.h"
#include "tests/support/measure.h"
#include "tests/support/slip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

enum { QUESTIONS = 100000, STEP = 64, ADDED_AT_ONCE = 2000, UNITS = 30 };

#define YEAR_MS ((int64_t)365 * 24 * 3600 * 1000)

static void fail(const char *what)
{
	fprintf(stderr, "bench_cluster: %s\n", what);
	exit(1);
}

struct bench {
	struct corpus corpus;
	struct words *words;
	struct console_fixture *console;
	char **nearest; /* of each of the corpus' questions, as the daemon keeps it */
	char (*texts)[512];
	size_t *which; /* of the corpus' questions each is */
	uint64_t seed;
	size_t from;
};

static size_t drawn(struct bench *b, size_t below)
{
	b->seed = b->seed * 6364136223846793005U + 1442695040888963407U;
	return (size_t)(b->seed >> 33) % below;
}

static char *nearest_of(struct bench *b, struct kb *kb, const char *text)
{
	const struct search_scope scope = {.unit = NULL};
	struct answers found = {0};
	cJSON *rows = cJSON_CreateArray();
	struct question q;
	struct arena a;
	char *printed;

	arena_init(&a, (size_t)16 << 20);
	if (question_parse(b->words, &a, text, &q) != OK ||
		(q.says == SAY_QUESTION && kb_search(kb, &a, &q, &scope, &found) != OK))
		fail("could not search");
	for (size_t i = 0; i < found.count && i < 5; i++) {
		cJSON *row = cJSON_CreateObject();

		cJSON_AddStringToObject(row, "id", found.items[i].id);
		cJSON_AddStringToObject(row, "title", found.items[i].title);
		cJSON_AddNumberToObject(row, "score", found.items[i].score);
		cJSON_AddNumberToObject(row, "confidence", found.items[i].confidence);
		cJSON_AddStringToObject(row, "why", "unsure");
		cJSON_AddItemToArray(rows, row);
	}
	printed = cJSON_PrintUnformatted(rows);
	cJSON_Delete(rows);
	arena_release(&a);
	return printed;
}

static void misspell(struct bench *b, const char *text, char *out, size_t room)
{
	struct slip_sentence sentence, slipped;
	char written[SLIP_ROOM];
	size_t at;

	slip_split(text, &sentence);
	if (!slip_once(&slip_kinds[drawn(b, slip_kind_count)], &sentence, &slipped, &at))
		slipped = sentence;
	slip_write(&slipped, written);
	snprintf(out, room, "%s", written);
}

/* A few are asked by many. */
static size_t which(struct bench *b)
{
	size_t n = b->corpus.question_count, among = drawn(b, 4) ? n : n / 10 + 1;

	return drawn(b, among);
}

static enum err add_job(struct store_tx *tx, void *arg)
{
	struct bench *b = arg;
	enum err err = OK;

	for (size_t i = b->from; i < b->from + ADDED_AT_ONCE && !err; i++) {
		size_t k = b->which[i] = which(b);
		char unit[8], user[16];
		int64_t id;

		misspell(b, b->corpus.questions[k], b->texts[i], sizeof b->texts[i]);
		snprintf(unit, sizeof unit, "%zu", 10000 + drawn(b, UNITS));
		snprintf(user, sizeof user, "u%zu", drawn(b, 40000));
		err = store_question_add(tx,
			&(struct unresolved){.channel = "zalo",
				.account = "oa",
				.unit = unit,
				.user = user,
				.text = b->texts[i],
				.nearest = b->nearest[k],
				.reason = (enum question_reason)drawn(b, QUESTION_REASON_COUNT),
				.created_ms = CONSOLE_NOW_MS - YEAR_MS + (int64_t)i * (YEAR_MS / QUESTIONS)},
			&id);
	}
	return err;
}

struct sorted {
	struct cluster_sorted items[STEP];
	size_t count;
};

static enum err sort_job(struct store_tx *tx, void *arg)
{
	struct sorted *s = arg;

	return store_cluster_sort(tx, s->items, s->count, CONSOLE_NOW_MS);
}

static void open_all(struct bench *b)
{
	struct why why = {""};
	struct kb *kb;

	b->seed = 7;
	if (corpus_open(&b->corpus, &why) || words_load(&b->words, &why) ||
		kb_open(b->corpus.knowledge, b->words, &kb, &why))
		fail(why.text);
	if (console_fixture_up((void **)&b->console))
		fail("no console");
	b->nearest = calloc(b->corpus.question_count, sizeof *b->nearest);
	b->texts = calloc(QUESTIONS, sizeof *b->texts);
	b->which = calloc(QUESTIONS, sizeof *b->which);
	if (!b->nearest || !b->texts || !b->which)
		fail("out of memory");
	for (size_t i = 0; i < b->corpus.question_count; i++)
		b->nearest[i] = nearest_of(b, kb, b->corpus.questions[i]);
	kb_close(kb);
	for (b->from = 0; b->from < QUESTIONS; b->from += ADDED_AT_ONCE)
		if (store_do(b->console->store, add_job, b) != OK)
			fail("could not add questions");
}

/* In memory alone: what is asked is understood and compared. */
static void comparing(struct bench *b)
{
	int64_t begun_us, took_us, next = 1;
	struct clusters *c;
	struct arena a;
	char ours[64];

	arena_init(&a, (size_t)64 << 20);
	if (clusters_open(&c) != OK)
		fail("out of memory");
	begun_us = measure_process_us();
	for (size_t i = 0; i < QUESTIONS; i++) {
		struct cluster_asked asked;
		int64_t id;

		arena_reset(&a);
		if (cluster_asked_of(b->words, &a, b->texts[i], b->nearest[b->which[i]], NULL, &asked) != OK)
			fail("out of memory");
		id = clusters_find(c, &asked);
		if (clusters_put(c, id ? id : next++, &asked) != OK)
			fail("out of memory");
	}
	took_us = measure_process_us() - begun_us;
	snprintf(ours, sizeof ours, "%.0f/s", QUESTIONS * 1e6 / (double)took_us);
	measure_row("questions clustered a processor second", ours, "", QUESTIONS * 1e6 / (double)took_us,
		true, 2000);
	clusters_close(c);
	arena_release(&a);
}

/* Read, compared, written. */
static void sorting(struct bench *b)
{
	int64_t begun_us = measure_process_us(), longest_us = 0, took_us;
	struct sorted s = {.count = STEP};
	struct sorter *sorter;
	struct why why = {""};

	if (sorter_open(b->console->state_path, b->words, &sorter, &why) != OK)
		fail(why.text);
	while (s.count) {
		int64_t job_us;

		s.count = 0;
		if (sorter_look(sorter, s.items, STEP, &s.count) != OK)
			fail("could not sort");
		job_us = clock_monotonic_us();
		if (store_do(b->console->store, sort_job, &s) != OK)
			fail("could not write");
		job_us = clock_monotonic_us() - job_us;
		longest_us = job_us > longest_us ? job_us : longest_us;
	}
	took_us = measure_process_us() - begun_us;
	printf("# read, clustered and written: %.0f a processor second\n", QUESTIONS * 1e6 / (double)took_us);
	printf("# longest job of the store: %.1f ms\n", (double)longest_us / 1e3);
	sorter_close(sorter);
	begun_us = measure_process_us();
	if (sorter_open(b->console->state_path, b->words, &sorter, &why) != OK ||
		sorter_look(sorter, s.items, STEP, &s.count) != OK)
		fail("could not begin anew");
	printf("# examples of all clusters read again in %.1f s\n",
		(double)(measure_process_us() - begun_us) / 1e6);
	sorter_close(sorter);
}

static void listing(struct bench *b)
{
	static const char *const paths[] = {"clusters?size=50", "clusters?sort=waiting",
		"clusters?sort=rising", "clusters?sort=last", "clusters?unit=10003", "clusters?reason=guard",
		"clusters?q=khai%20sinh", "clusters/1", "clusters/1/questions"};

	console_as(b->console, "lan", "reform");
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		int64_t best_us = INT64_MAX;
		char what[80], ours[32];

		for (int k = 0; k < 3; k++) {
			int64_t begun_us = measure_process_us(), took_us; /* others may be on the machine */

			if (console_call(b->console, "GET", paths[i], NULL) != 200)
				fail(paths[i]);
			took_us = measure_process_us() - begun_us;
			best_us = took_us < best_us ? took_us : best_us;
		}
		snprintf(what, sizeof what, "%s, ms", paths[i]);
		snprintf(ours, sizeof ours, "%.1f ms", (double)best_us / 1e3);
		measure_row(what, ours, "", (double)best_us / 1e3, false, 200);
		if (i == 0)
			printf("# %d open clusters\n", (int)console_number(b->console, "total"));
	}
}

int main(void)
{
	struct bench b = {0};

	log_set_level(LOG_LEVEL_ERROR);
	open_all(&b);
	comparing(&b);
	sorting(&b);
	listing(&b);
	for (size_t i = 0; i < b.corpus.question_count; i++)
		cJSON_free(b.nearest[i]);
	free(b.nearest);
	free(b.texts);
	free(b.which);
	console_fixture_down((void **)&b.console);
	corpus_close(&b.corpus);
	words_free(b.words);
	return 0;
}
