/* period.c - words to days and back. */
#include "daemon/report/period.h"

#include "knowledge/day.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS ((int64_t)86400000)
#define ZONE_MS ((int64_t)7 * 3600000) /* UTC+7, no summer time */
#define YEAR_FIRST 2000
#define YEAR_LAST 2200

/* The first day of a month of the report year; months below 1 and above 12 are those of the years beside. */
static int month_begin(int year, int month, int begins)
{
	char day[16];

	if (begins > 1)
		month--;
	while (month < 1) {
		month += 12;
		year--;
	}
	while (month > 12) {
		month -= 12;
		year++;
	}
	snprintf(day, sizeof day, "%04d-%02d-%02d", year, month, begins);
	return day_number(day);
}

static void days_set(struct period *p)
{
	p->from = month_begin(p->year, p->first, p->begins);
	p->to = month_begin(p->year, p->first + p->months, p->begins);
}

static void word_set(struct period *p)
{
	switch (p->kind) {
	case PERIOD_MONTH: snprintf(p->word, sizeof p->word, "%04d-%02d", p->year, p->first); break;
	case PERIOD_QUARTER: snprintf(p->word, sizeof p->word, "%04d-Q%d", p->year, p->first / 3 + 1); break;
	case PERIOD_HALF: snprintf(p->word, sizeof p->word, "%04d-H%d", p->year, p->first / 6 + 1); break;
	case PERIOD_NINE: snprintf(p->word, sizeof p->word, "%04d-9M", p->year); break;
	case PERIOD_YEAR: snprintf(p->word, sizeof p->word, "%04d", p->year); break;
	case PERIOD_CUMULATIVE: p->word[0] = '\0'; break;
	}
}

static void period_set(
	struct period *ret_period, enum period_kind kind, int year, int first, int months, int begins)
{
	struct period p = {.kind = kind, .year = year, .first = first, .months = months, .begins = begins};

	days_set(&p);
	word_set(&p);
	*ret_period = p;
}

/* One digit within bounds and nothing behind it. */
static int digit(const char *text, int max)
{
	int value = text[0] - '0';

	return value >= 1 && value <= max && text[1] == '\0' ? value : 0;
}

static bool part_read(const char *text, int year, int begins, struct period *ret_period)
{
	int n;

	if (strcmp(text, "9M") == 0)
		period_set(ret_period, PERIOD_NINE, year, 1, 9, begins);
	else if (text[0] == 'Q' && (n = digit(text + 1, 4)))
		period_set(ret_period, PERIOD_QUARTER, year, 3 * n - 2, 3, begins);
	else if (text[0] == 'H' && (n = digit(text + 1, 2)))
		period_set(ret_period, PERIOD_HALF, year, 6 * n - 5, 6, begins);
	else if (strlen(text) == 2 && strspn(text, "0123456789") == 2 && (n = atoi(text)) >= 1 && n <= 12)
		period_set(ret_period, PERIOD_MONTH, year, n, 1, begins);
	else
		return false;
	return true;
}

bool period_read(const char *word, int begins, struct period *ret_period)
{
	int year;

	if (!word || strspn(word, "0123456789") != 4 || begins < 1 || begins > PERIOD_BEGINS_MAX)
		return false;
	year = atoi(word);
	if (year < YEAR_FIRST || year > YEAR_LAST)
		return false;
	if (word[4] == '-')
		return part_read(word + 5, year, begins, ret_period);
	if (word[4] != '\0')
		return false;
	period_set(ret_period, PERIOD_YEAR, year, 1, 12, begins);
	return true;
}

bool period_previous(const struct period *p, struct period *ret_period)
{
	int first = p->first - p->months;

	if (p->kind == PERIOD_NINE || p->kind == PERIOD_CUMULATIVE)
		return false;
	period_set(ret_period, p->kind, first < 1 ? p->year - 1 : p->year, first < 1 ? first + 12 : first,
		p->months, p->begins);
	return true;
}

void period_last_year(const struct period *p, struct period *ret_period)
{
	period_set(ret_period, p->kind, p->year - 1, p->first, p->months, p->begins);
}

void period_cumulative(const struct period *p, struct period *ret_period)
{
	period_set(ret_period, PERIOD_CUMULATIVE, p->year, 1, p->first + p->months - 1, p->begins);
}

/* The report month a day is in. */
static void month_of(int day, int begins, int *ret_year, int *ret_month)
{
	char text[11];
	int of_month;

	day_text(day, text);
	*ret_year = atoi(text);
	*ret_month = atoi(text + 5);
	of_month = atoi(text + 8);
	if (begins > 1 && of_month >= begins && ++*ret_month > 12) {
		*ret_month = 1;
		++*ret_year;
	}
}

void period_holding(int day, enum period_kind kind, int begins, struct period *ret_period)
{
	static const int lengths[] = {1, 3, 6, 9, 12, 12};
	int year, month, months = lengths[kind];

	month_of(day, begins, &year, &month);
	period_set(ret_period, kind, year, kind == PERIOD_NINE ? 1 : (month - 1) / months * months + 1,
		months, begins);
}

int64_t period_from_ms(const struct period *p)
{
	return p->from * DAY_MS - ZONE_MS;
}

int64_t period_to_ms(const struct period *p)
{
	return p->to * DAY_MS - ZONE_MS;
}

int period_day(int64_t ms)
{
	int64_t local = ms + ZONE_MS;

	return (int)(local >= 0 ? local / DAY_MS : -((-local + DAY_MS - 1) / DAY_MS));
}
