/* Reports over a simulated year: every figure equals what was drawn, for every period, unit, channel and field; and every figure
 * leads to as many rows. YEAR_CONVERSATIONS (4,000) says how many; `make year` has 200,000. */
#include "daemon/base/clock.h"
#include "daemon/report/open_data.h"
#include "daemon/report/report_write.h"
#include "knowledge/day.h"
#include "tests/support/store_fixture.h"
#include "tests/support/year.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define AS_OF "2027-01-20"
#define ROW_CHECKS 40000 /* a figure of more is listed from its end only */

static const char *const periods[] = {"2026", "2026-9M", "2026-H1", "2026-H2", "2026-Q1", "2026-Q2",
	"2026-Q3", "2026-Q4", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07",
	"2026-08", "2026-09", "2026-10", "2026-11", "2026-12", "2025-10"};
#define PERIODS (sizeof periods / sizeof *periods)

struct fixture {
	struct year year;
	char folder[64], path[96];
	struct store_reader *reader;
	struct sentences *words;
	struct arena arena;
};

static size_t conversations(void)
{
	const char *asked = getenv("YEAR_CONVERSATIONS");

	return asked ? (size_t)atol(asked) : 4000;
}

static int up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct why why = {""};
	int64_t began = clock_monotonic_us();

	*state = f;
	store_fixture_folder(f->folder);
	snprintf(f->path, sizeof f->path, "%s/state.db", f->folder);
	year_draw(&f->year, conversations());
	year_write(&f->year, f->path);
	print_message("# %zu conversations, %zu cases written in %lld ms\n", f->year.turn_count,
		f->year.case_count, (long long)(clock_monotonic_us() - began) / 1000);
	arena_init(&f->arena, (size_t)512 << 20);
	if (store_reader_open(f->path, &f->reader, &why) != OK ||
		sentences_load(REPORT_WORDS, &f->words, &why) != OK)
		fail_msg("%s", why.text);
	return 0;
}

static int down(void **state)
{
	struct fixture *f = *state;

	store_reader_close(f->reader);
	sentences_free(f->words);
	year_release(&f->year);
	arena_release(&f->arena);
	if (!getenv("YEAR_KEEP"))
		store_fixture_remove(f->folder);
	else
		print_message("# kept in %s\n", f->folder);
	free(f);
	return 0;
}

static struct report_request request_of(const char *word, int begins)
{
	struct report_request request = {.now_ms = (int64_t)day_number(AS_OF) * 86400000};

	assert_true(period_read(word, begins, &request.period));
	return request;
}

static struct report_source source_of(const struct fixture *f)
{
	return (struct report_source){f->reader, NULL, f->words};
}

static void counts_equal(const struct report_counts *counted, const struct report_counts *truth,
	const char *period, const char *key)
{
	for (int i = 0; i < (int)STORE_FIGURE_COUNT; i++)
		if (counted->values[i] != truth->values[i])
			fail_msg("%s of %s, %s: %lld, in truth %lld", figure_id((enum figure)i), period, key,
				(long long)counted->values[i], (long long)truth->values[i]);
}

/* What has no row at all has no item: then nothing of it may be true. */
static const struct report_counts *item_of(const struct report_counts *items, size_t count, const char *key)
{
	static const struct report_counts none = {
		.values = {
			[STORE_FIGURE_reply_median] = FIGURE_NONE, [STORE_FIGURE_reply_p95] = FIGURE_NONE}};

	for (size_t i = 0; i < count; i++)
		if (items[i].key && strcmp(items[i].key, key) == 0)
			return &items[i];
	return &none;
}

typedef const char *(*key_name)(int index);

static void breakdown_equals(
	struct fixture *f, const struct report_scope *scope, const char *period, enum report_by by)
{
	static const key_name names[] = {[REPORT_BY_UNIT] = year_unit,
		[REPORT_BY_CHANNEL] = year_channel,
		[REPORT_BY_FIELD] = year_field};
	static const int sizes[] = {[REPORT_BY_UNIT] = YEAR_UNITS,
		[REPORT_BY_CHANNEL] = YEAR_CHANNELS,
		[REPORT_BY_FIELD] = YEAR_FIELDS - 1};
	struct report_counts *items, truth;
	size_t count;

	assert_int_equal(
		store_report_counts(f->reader, &f->arena, scope, REPORT_OF_ALL, by, &items, &count), OK);
	for (int i = 0; i < sizes[by]; i++) {
		year_truth(&f->year, scope, day_number(scope->as_of), by == REPORT_BY_UNIT ? i : -1,
			by == REPORT_BY_CHANNEL ? i : -1, by == REPORT_BY_FIELD ? i : -1, &truth);
		counts_equal(item_of(items, count, names[by](i)), &truth, period, names[by](i));
	}
}

static void figures_are_true_for_every_period_unit_channel_and_field(void **state)
{
	static const int begins[] = {1, 15};
	struct fixture *f = *state;
	struct report_source source = source_of(f);

	for (size_t b = 0; b < 2; b++)
		for (size_t i = 0; i < PERIODS; i++) {
			struct report_request request = request_of(periods[i], begins[b]);
			struct report_scope scope;

			assert_int_equal(
				report_scope(&source, &request, &request.period, &f->arena, &scope, NULL),
				OK);
			breakdown_equals(f, &scope, periods[i], REPORT_BY_UNIT);
			if (b == 0) {
				breakdown_equals(f, &scope, periods[i], REPORT_BY_CHANNEL);
				breakdown_equals(f, &scope, periods[i], REPORT_BY_FIELD);
			}
			arena_reset(&f->arena);
		}
}

static void columns_equal(struct fixture *f, const struct report_request *request,
	const struct report_column *columns, int unit, int channel)
{
	struct report_source source = source_of(f);
	struct report_counts truth;
	struct report_scope scope;

	for (int c = 0; c < (int)REPORT_COLUMN_COUNT; c++) {
		if (!columns[c].shown)
			continue;
		assert_int_equal(
			report_scope(&source, request, &columns[c].period, &f->arena, &scope, NULL), OK);
		year_truth(&f->year, &scope, day_number(scope.as_of), unit, channel, -1, &truth);
		for (int i = 0; i < (int)STORE_FIGURE_COUNT; i++) {
			double value = truth.values[i] == FIGURE_NONE ? NAN : (double)truth.values[i];

			if (!(columns[c].values[i] == value || (isnan(value) && isnan(columns[c].values[i]))))
				fail_msg("%s of %s, %s: %f, in truth %f", figure_id((enum figure)i),
					request->period.word, report_column_word((enum report_column_id)c),
					columns[c].values[i], value);
		}
	}
}

static void what_it_is_compared_with_is_true_too(void **state)
{
	struct fixture *f = *state;
	struct report_source source = source_of(f);
	struct report_column columns[REPORT_COLUMN_COUNT];

	for (size_t i = 0; i < PERIODS; i++) {
		struct report_request request = request_of(periods[i], 1);

		assert_int_equal(report_figures(&source, &request, &f->arena, columns, NULL), OK);
		columns_equal(f, &request, columns, -1, -1);
		request.unit = year_unit((int)i % YEAR_UNITS);
		request.channel = year_channel(i % 2);
		assert_int_equal(report_figures(&source, &request, &f->arena, columns, NULL), OK);
		columns_equal(f, &request, columns, (int)i % YEAR_UNITS, i % 2);
		arena_reset(&f->arena);
	}
}

/* Rows behind a reply time are in its order, from 1. */
static int64_t value_at(struct fixture *f, const struct report_scope *scope, int figure, size_t rank)
{
	struct report_row *rows;
	size_t listed, total;

	assert_int_equal(store_report_rows(f->reader, &f->arena, scope, (enum store_figure)figure, rank - 1,
				 1, &rows, &listed, &total),
		OK);
	assert_int_equal(listed, 1);
	return rows[0].value;
}

static void figure_leads_to_as_many_rows(void **state)
{
	static const char *const words[] = {"2026-Q3", "2026-02", "2026-9M"};
	struct fixture *f = *state;
	struct report_source source = source_of(f);
	struct arena rows_arena;

	arena_init(&rows_arena, (size_t)256 << 20);
	for (size_t w = 0; w < 3; w++) {
		struct report_request request = request_of(words[w], 1);
		struct report_counts *counts;
		struct report_scope scope;
		size_t count;

		request.unit = w == 0 ? year_unit(6) : NULL;
		assert_int_equal(
			report_scope(&source, &request, &request.period, &f->arena, &scope, NULL), OK);
		assert_int_equal(store_report_counts(f->reader, &f->arena, &scope, REPORT_OF_ALL,
					 REPORT_BY_NOTHING, &counts, &count),
			OK);
		for (int i = 0; i < (int)STORE_FIGURE_COUNT; i++) {
			int64_t value = counts[0].values[i];
			bool time = figure_form((enum figure)i) == FIGURE_MS;
			struct report_row *rows;
			size_t listed, total;

			assert_int_equal(store_report_rows(f->reader, &rows_arena, &scope,
						 (enum store_figure)i, 0, ROW_CHECKS, &rows, &listed, &total),
				OK);
			assert_int_equal(listed, total < ROW_CHECKS ? total : ROW_CHECKS);
			if (!time)
				assert_int_equal(total, value);
			else if (value != FIGURE_NONE)
				assert_int_equal(value,
					value_at(f, &scope, i,
						(total * (i == STORE_FIGURE_reply_p95 ? 95 : 50) + 99) /
							100));
			arena_reset(&rows_arena);
		}
	}
	arena_release(&rows_arena);
}

static void pages_of_rows_join_without_a_gap(void **state)
{
	struct fixture *f = *state;
	struct report_source source = source_of(f);
	struct report_request request = request_of("2026-03", 1);
	struct report_scope scope;
	struct report_row *rows;
	int64_t last = INT64_MAX;
	size_t seen = 0, count = 1, total = 0;

	assert_int_equal(report_scope(&source, &request, &request.period, &f->arena, &scope, NULL), OK);
	while (count) {
		assert_int_equal(store_report_rows(f->reader, &f->arena, &scope, STORE_FIGURE_answered, seen,
					 50, &rows, &count, &total),
			OK);
		for (size_t i = 0; i < count; i++) {
			assert_true(rows[i].time_ms <= last);
			assert_string_equal(rows[i].word, "answer");
			last = rows[i].time_ms;
		}
		seen += count;
	}
	assert_true(total > 50);
	assert_int_equal(seen, total);
}

static double sum_of(const struct report_table *table)
{
	double sum = 0;

	for (size_t i = 0; i < table->count; i++)
		sum += (double)table->items[i].count;
	return sum;
}

static void tables_add_up_to_their_figure(void **state)
{
	struct fixture *f = *state;
	struct report_source source = source_of(f);
	struct report_request request = request_of("2026", 1);
	struct report *report;
	const double *values;

	assert_int_equal(report_make(&source, &request, &f->arena, &report, NULL), OK);
	values = report->columns[REPORT_COLUMN_value].values;
	assert_true(sum_of(&report->tops[REPORT_TOP_hours]) == values[FIGURE_contacts]);
	assert_true(sum_of(&report->tops[REPORT_TOP_facets]) == values[FIGURE_answered]);
	assert_true(sum_of(&report->tops[REPORT_TOP_reasons]) == values[FIGURE_handed]);
	assert_int_equal(report->tops[REPORT_TOP_records].count, REPORT_TOP_ROWS);
	assert_int_equal(report->units.count, YEAR_UNITS);
}

static void figures_that_are_kept_are_those_of_the_rows(void **state)
{
	struct fixture *f = *state;
	struct report_source source = source_of(f);
	struct report_request request = request_of("2026-Q2", 1);
	struct report_column columns[REPORT_COLUMN_COUNT], again[REPORT_COLUMN_COUNT];
	struct store_options o = {.path = f->path, .queue_max = 16};
	struct report_kept_batch batch = {.period = request.period, .now_ms = request.now_ms};
	struct store *store;

	assert_int_equal(report_figures(&source, &request, &f->arena, columns, NULL), OK);
	assert_false(columns[REPORT_COLUMN_value].kept);
	assert_int_equal(report_keep(&source, &batch, &f->arena, NULL), OK);
	assert_int_equal(batch.count, 1 + YEAR_UNITS + YEAR_CHANNELS);
	assert_int_equal(store_open(&o, &store, NULL), OK);
	assert_int_equal(store_do(store, report_keep_job, &batch), OK);
	store_close(store);
	for (int unit = -1; unit < YEAR_UNITS; unit++) {
		request.unit = unit < 0 ? NULL : year_unit(unit);
		request.fresh = false;
		assert_int_equal(report_figures(&source, &request, &f->arena, columns, NULL), OK);
		assert_true(columns[REPORT_COLUMN_value].kept);
		request.fresh = true;
		assert_int_equal(report_figures(&source, &request, &f->arena, again, NULL), OK);
		assert_false(again[REPORT_COLUMN_value].kept);
		for (int i = 0; i < (int)FIGURE_COUNT; i++)
			assert_memory_equal(&columns[REPORT_COLUMN_value].values[i],
				&again[REPORT_COLUMN_value].values[i], sizeof(double));
		arena_reset(&f->arena);
	}
}

/* The value of a line "2026-05,"07","…",handed,"…",12"; -1: it is not told, -2: there is no such line. */
static long told(const char *csv, const char *unit, const char *figure)
{
	char begin[64], middle[64];
	const char *line = csv;

	snprintf(begin, sizeof begin, "\n2026-05,\"%s\",", unit);
	snprintf(middle, sizeof middle, "\",%s,\"", figure);
	while ((line = strstr(line, begin))) {
		const char *end = strstr(line + 1, "\r\n"), *value = end;

		line++;
		if (!strstr(line, middle) || strstr(line, middle) > end)
			continue;
		while (value[-1] != ',')
			value--;
		return value == end ? -1 : atol(value);
	}
	return -2;
}

static long nearest(int64_t count)
{
	return (count + OPEN_DATA_STEP / 2) / OPEN_DATA_STEP * OPEN_DATA_STEP;
}

static bool is_few(const struct report_counts *counts)
{
	int64_t citizens = counts->values[STORE_FIGURE_citizens],
		contacts = counts->values[STORE_FIGURE_contacts];

	return (citizens > 0 && citizens < REPORT_FEW) || (contacts > 0 && contacts < REPORT_FEW);
}

static void open_data_tell_counts_and_nobody(void **state)
{
	struct fixture *f = *state;
	struct report_source source = source_of(f);
	struct report_request request = request_of("2026-05", 1);
	struct report_kept_batch batch = {.period = request.period, .now_ms = request.now_ms};
	struct store_options o = {.path = f->path, .queue_max = 16};
	struct report_counts truth;
	struct report_scope scope;
	struct store *store;
	struct buf out;

	buf_init(&out, (size_t)16 << 20);
	assert_int_equal(open_data_write(&source, &request.period, &f->arena, &out), ERR_NOT_FOUND);
	assert_int_equal(report_keep(&source, &batch, &f->arena, NULL), OK);
	assert_int_equal(store_open(&o, &store, NULL), OK);
	assert_int_equal(store_do(store, report_keep_job, &batch), OK);
	store_close(store);
	assert_int_equal(open_data_write(&source, &request.period, &f->arena, &out), OK);
	assert_int_equal(report_scope(&source, &request, &request.period, &f->arena, &scope, NULL), OK);
	year_truth(&f->year, &scope, day_number(scope.as_of), -1, -1, -1, &truth);
	assert_int_equal(told(buf_text(&out), "", "contacts"), nearest(truth.values[STORE_FIGURE_contacts]));
	for (int i = 0; i < (int)STORE_FIGURE_COUNT; i++) {
		const char *id = figure_id((enum figure)i);

		for (int unit = 0; unit < YEAR_UNITS && figure_form((enum figure)i) == FIGURE_NUMBER;
			unit++) {
			long value = told(buf_text(&out), year_unit(unit), id);

			year_truth(&f->year, &scope, day_number(scope.as_of), unit, -1, -1, &truth);
			assert_int_equal(value, is_few(&truth) ? -1 : nearest(truth.values[i]));
		}
	}
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_are_true_for_every_period_unit_channel_and_field),
		cmocka_unit_test(what_it_is_compared_with_is_true_too),
		cmocka_unit_test(figure_leads_to_as_many_rows),
		cmocka_unit_test(pages_of_rows_join_without_a_gap),
		cmocka_unit_test(tables_add_up_to_their_figure),
		cmocka_unit_test(figures_that_are_kept_are_those_of_the_rows),
		cmocka_unit_test(open_data_tell_counts_and_nobody),
	};

	return cmocka_run_group_tests(tests, up, down);
}
