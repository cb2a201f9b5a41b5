/* period.h - what a report is about: "2026-11", "2026-Q3", "2026-H1", "2026-9M", "2026". Days are Vietnamese days. Pure.
 *
 * By default months are calendar months and a year begins on 1 January. Decree 09/2019/NĐ-CP, article 12, closes the data of
 * periodic reports on the 14th: a month then runs from the 15th of the month before to the 14th, a year from 15 December to
 * 14 December. An office that reports so sets the day its months begin to 15; whichever holds is said in the report's head. */
#ifndef MOTCUA_PERIOD_H
#define MOTCUA_PERIOD_H

#include "daemon/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum period_kind { PERIOD_MONTH, PERIOD_QUARTER, PERIOD_HALF, PERIOD_NINE, PERIOD_YEAR, PERIOD_CUMULATIVE };

struct period {
	enum period_kind kind;
	int year, first; /* first month, 1…12 */
	int months;
	int begins;      /* day a month begins on: 1, or that many days into the month before */
	char word[12];   /* as it was asked for; "" for what has no word (cumulative) */
	int from, to;    /* days since 1970 (knowledge/day.h): from the first day, before the second */
};

#define PERIOD_BEGINS_MAX 28

/* false: no such period. `begins` 1…PERIOD_BEGINS_MAX. */
bool period_read(const char *word, int begins, struct period *ret_period);

bool period_previous(const struct period *p, struct period *ret_period); /* false: 9 months have none before */
void period_last_year(const struct period *p, struct period *ret_period);
void period_cumulative(const struct period *p, struct period *ret_period); /* from the year's first day to the period's last */
void period_holding(int day, enum period_kind kind, int begins, struct period *ret_period); /* the one that day is in */

int64_t period_from_ms(const struct period *p);
int64_t period_to_ms(const struct period *p);
int period_day(int64_t ms); /* days since 1970 in Vietnam */

#endif
