#include "daemon/report/period.h"
#include "knowledge/day.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct expected {
	const char *word;
	int begins;
	const char *from, *last, *previous, *last_year, *cumulative_from;
};

static const char *day_of(int number)
{
	static char room[8][11];
	static unsigned next;
	char *day = room[next++ % 8];

	day_text(number, day);
	return day;
}

static void word_names_its_days_and_its_neighbours(void **state)
{
	static const struct expected table[] = {
		{"2026-11", 1, "2026-11-01", "2026-11-30", "2026-10", "2025-11", "2026-01-01"},
		{"2026-01", 1, "2026-01-01", "2026-01-31", "2025-12", "2025-01", "2026-01-01"},
		{"2028-02", 1, "2028-02-01", "2028-02-29", "2028-01", "2027-02", "2028-01-01"},
		{"2026-Q1", 1, "2026-01-01", "2026-03-31", "2025-Q4", "2025-Q1", "2026-01-01"},
		{"2026-Q3", 1, "2026-07-01", "2026-09-30", "2026-Q2", "2025-Q3", "2026-01-01"},
		{"2026-H1", 1, "2026-01-01", "2026-06-30", "2025-H2", "2025-H1", "2026-01-01"},
		{"2026-H2", 1, "2026-07-01", "2026-12-31", "2026-H1", "2025-H2", "2026-01-01"},
		{"2026-9M", 1, "2026-01-01", "2026-09-30", NULL, "2025-9M", "2026-01-01"},
		{"2026", 1, "2026-01-01", "2026-12-31", "2025", "2025", "2026-01-01"},
		/* Decree 09/2019/NĐ-CP, article 12 */
		{"2026-11", 15, "2026-10-15", "2026-11-14", "2026-10", "2025-11", "2025-12-15"},
		{"2026-01", 15, "2025-12-15", "2026-01-14", "2025-12", "2025-01", "2025-12-15"},
		{"2026-Q1", 15, "2025-12-15", "2026-03-14", "2025-Q4", "2025-Q1", "2025-12-15"},
		{"2026-H1", 15, "2025-12-15", "2026-06-14", "2025-H2", "2025-H1", "2025-12-15"},
		{"2026-H2", 15, "2026-06-15", "2026-12-14", "2026-H1", "2025-H2", "2025-12-15"},
		{"2026", 15, "2025-12-15", "2026-12-14", "2025", "2025", "2025-12-15"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		const struct expected *e = &table[i];
		struct period p, other;

		assert_true(period_read(e->word, e->begins, &p));
		assert_string_equal(p.word, e->word);
		assert_string_equal(day_of(p.from), e->from);
		assert_string_equal(day_of(p.to - 1), e->last);
		assert_int_equal(period_previous(&p, &other), e->previous != NULL);
		if (e->previous) {
			assert_string_equal(other.word, e->previous);
			assert_int_equal(other.to, p.from);
		}
		period_last_year(&p, &other);
		assert_string_equal(other.word, e->last_year);
		period_cumulative(&p, &other);
		assert_string_equal(day_of(other.from), e->cumulative_from);
		assert_int_equal(other.to, p.to);
	}
}

static void what_is_no_period_is_refused(void **state)
{
	static const char *const words[] = {"", "26", "2026-", "2026-0", "2026-00", "2026-13", "2026-1",
		"2026-Q0", "2026-Q5", "2026-Q11", "2026-H3", "2026-3M", "2026-11-21", "20261", "1999",
		"2026 ", "q3", "2026-q3"};
	struct period p;

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		assert_false(period_read(words[i], 1, &p));
	assert_false(period_read(NULL, 1, &p));
	assert_false(period_read("2026", 0, &p));
	assert_false(period_read("2026", 29, &p));
}

static void day_is_in_one_month_and_years_join_without_a_gap(void **state)
{
	static const int begins[] = {1, 15, 28};

	(void)state;
	for (size_t b = 0; b < 3; b++)
		for (int day = day_number("2024-12-01"); day < day_number("2027-02-01"); day++)
			for (int kind = PERIOD_MONTH; kind <= PERIOD_YEAR; kind++) {
				struct period p, read;

				if (kind == PERIOD_NINE)
					continue;
				period_holding(day, (enum period_kind)kind, begins[b], &p);
				assert_true(day >= p.from && day < p.to);
				assert_true(period_read(p.word, begins[b], &read));
				assert_int_equal(read.from, p.from);
				assert_int_equal(read.to, p.to);
			}
}

static void day_begins_at_midnight_in_vietnam(void **state)
{
	struct period p;

	(void)state;
	assert_true(period_read("2026-11", 1, &p));
	assert_true(period_from_ms(&p) == 1793466000000); /* 2026-10-31 17:00 UTC */
	assert_int_equal(period_day(period_from_ms(&p)), p.from);
	assert_int_equal(period_day(period_from_ms(&p) - 1), p.from - 1);
	assert_int_equal(period_day(-1), 0);
	assert_int_equal(period_day(-25200001), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(word_names_its_days_and_its_neighbours),
		cmocka_unit_test(what_is_no_period_is_refused),
		cmocka_unit_test(day_is_in_one_month_and_years_join_without_a_gap),
		cmocka_unit_test(day_begins_at_midnight_in_vietnam),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
