/* bench_report.c - what the console's pages of reports wait for at a year's data (200,000 conversations; YEAR_CONVERSATIONS): the
 * figures of a period with what they are compared with, those of the past kept as the daemon keeps them, and all that the
 * dashboard asks. One reader, warm, processor time. */
#include "daemon/base/clock.h"
#include "daemon/report/report.h"
#include "knowledge/day.h"
#include "tests/support/measure.h"
#include "tests/support/store_fixture.h"
#include "tests/support/year.h"

#include <stdio.h>
#include <stdlib.h>

#define ROUNDS 5
#define ARENA ((size_t)256 << 20)
#define GOAL_US 200000

struct bench {
	struct year year;
	char folder[64], path[96];
	struct report_source source;
	struct sentences *words;
	struct arena arena;
};

static void must(enum err err, const struct why *why)
{
	if (err == OK)
		return;
	fprintf(stderr, "bench_report: %s\n", why->text[0] ? why->text : err_words(err));
	exit(1);
}

/* All that is over by that day is kept, as the daemon does in the background. */
static void keep_past(struct bench *b, int64_t now_ms)
{
	struct store_options o = {.path = b->path, .queue_max = 16};
	struct report_kept_batch batch = {.now_ms = now_ms};
	struct store *store;
	struct why why = {""};
	size_t count = 0;

	must(store_open(&o, &store, &why), &why);
	while (report_keep_next(&b->source, 1, now_ms, &b->arena, &batch.period)) {
		must(report_keep(&b->source, &batch, &b->arena, &why), &why);
		must(store_do(store, report_keep_job, &batch), &why);
		arena_reset(&b->arena);
		count++;
	}
	store_close(store);
	printf("# figures of %zu periods are kept\n", count);
}

static void figures(struct bench *b, const struct report_request *request)
{
	static struct report_column columns[REPORT_COLUMN_COUNT];
	struct why why = {""};

	must(report_figures(&b->source, request, &b->arena, columns, &why), &why);
}

/* What api_dashboard_get() asks. */
static void dashboard(struct bench *b, const struct report_request *request)
{
	static const enum report_top tops[] = {REPORT_TOP_question_fields, REPORT_TOP_question_units,
		REPORT_TOP_clusters, REPORT_TOP_reasons};
	struct report_table table;
	struct report_counts *counts;
	struct report_rising *rising;
	struct report_scope scope;
	struct report_step *steps;
	struct why why = {""};
	size_t count;

	must(report_scope(&b->source, request, &request->period, &b->arena, &scope, &why), &why);
	must(store_report_trend(b->source.reader, &b->arena, &scope, 7, 366, &steps, &count), &why);
	must(store_report_counts(b->source.reader, &b->arena, &scope,
		     REPORT_OF_ALL & ~(unsigned)REPORT_OF_TURNS, REPORT_BY_NOTHING, &counts, &count),
		&why);
	for (size_t i = 0; i < sizeof tops / sizeof *tops; i++)
		must(report_table(&b->source, request, &b->arena, tops[i], 8, &table, &why), &why);
	must(store_report_rising(b->source.reader, &b->arena, &scope, 8, &rising, &count), &why);
}

static void measure(struct bench *b, const char *what, void (*run)(struct bench *, const struct report_request *),
	const char *period, const char *unit, int64_t now_ms)
{
	struct report_request request = {.unit = unit, .now_ms = now_ms};
	int64_t us[ROUNDS];
	char name[64], ours[32];

	if (!period_read(period, 1, &request.period))
		exit(1);
	for (int i = 0; i < ROUNDS; i++) {
		int64_t begun = measure_thread_us(pthread_self());

		run(b, &request);
		us[i] = measure_thread_us(pthread_self()) - begun;
		arena_reset(&b->arena);
	}
	snprintf(name, sizeof name, "%s, %s%s%s", what, period, unit ? ", unit " : "", unit ? unit : "");
	snprintf(ours, sizeof ours, "%.0f ms", (double)measure_percentile(us, ROUNDS, 0.5) / 1000);
	measure_row(name, ours, "200 ms", (double)us[ROUNDS / 2] / GOAL_US, false, 1);
}

int main(void)
{
	const char *asked = getenv("YEAR_CONVERSATIONS");
	int64_t now_ms = (int64_t)day_number("2026-12-31") * 86400000 + 12 * 3600000;
	struct bench b = {.source = {NULL, NULL, NULL}};
	struct why why = {""};

	store_fixture_folder(b.folder);
	snprintf(b.path, sizeof b.path, "%s/state.db", b.folder);
	arena_init(&b.arena, ARENA);
	year_draw(&b.year, asked ? (size_t)atol(asked) : 200000);
	year_write(&b.year, b.path);
	printf("# a year of %zu conversations\n", b.year.turn_count);
	must(sentences_load(REPORT_WORDS, &b.words, &why), &why);
	b.source.words = b.words;
	must(store_reader_open(b.path, &b.source.reader, &why), &why);
	keep_past(&b, now_ms);
	measure(&b, "report", figures, "2026", NULL, now_ms);
	measure(&b, "report", figures, "2026-Q4", NULL, now_ms);
	measure(&b, "report", figures, "2026-12", NULL, now_ms);
	measure(&b, "report", figures, "2026", "07", now_ms);
	measure(&b, "report", figures, "2026-H1", NULL, now_ms);
	measure(&b, "dashboard", dashboard, "2026", NULL, now_ms);
	measure(&b, "dashboard", dashboard, "2026-12", NULL, now_ms);
	store_reader_close(b.source.reader);
	sentences_free(b.words);
	arena_release(&b.arena);
	year_release(&b.year);
	store_fixture_remove(b.folder);
	return 0;
}
