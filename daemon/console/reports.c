#include "daemon/console/reports.h"

#include "knowledge/day.h"

#include <stdio.h>

static int begins_of(const struct console_reports *o)
{
	return o->month_begins ? o->month_begins : 1;
}

static int day_of(int year, int month, int day)
{
	char text[16];

	snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
	return day_number(text);
}

static void due_add(const struct console_reports *o, const struct period *p, int day, int today,
	struct report_due *ret_due, size_t *count)
{
	int left = day - today;

	if (left > o->remind_days || left < -o->remind_days || *count == REPORTS_DUE_MAX)
		return;
	ret_due[(*count)++] = (struct report_due){*p, day, left};
}

/* The month before `year`-`month` where months are the calendar's: its data are whole only then. */
static void monthly_add(const struct console_reports *o, int year, int month, int today,
	struct report_due *ret_due, size_t *count)
{
	int begins = begins_of(o);
	bool closed = begins > 1 && begins <= o->monthly_by;
	struct period p;

	period_holding(
		closed ? day_of(year, month, 1) : day_of(year, month, 1) - 1, PERIOD_MONTH, begins, &p);
	due_add(o, &p, day_of(year, month, o->monthly_by), today, ret_due, count);
}

static void longer_add(const struct console_reports *o, int year, int month, int today,
	struct report_due *ret_due, size_t *count)
{
	static const enum period_kind kinds[] = {
		[3] = PERIOD_QUARTER, [6] = PERIOD_HALF, [9] = PERIOD_NINE, [12] = PERIOD_YEAR};
	struct period p;

	if (month % 3 != 0)
		return;
	period_holding(day_of(year, month, 1), kinds[month], begins_of(o), &p);
	due_add(o, &p, day_of(year, month, o->longer_by), today, ret_due, count);
}

size_t reports_due(const struct console_reports *o, int today, struct report_due ret_due[REPORTS_DUE_MAX])
{
	size_t count = 0;

	for (int back = -1; back <= 1; back++) {
		char text[11];
		int year, month;

		day_text(today, text);
		if (sscanf(text, "%4d-%2d", &year, &month) != 2)
			break;
		month += back;
		if (month == 0 || month == 13) {
			year += month ? 1 : -1;
			month = month ? 1 : 12;
		}
		if (o->longer_by)
			longer_add(o, year, month, today, ret_due, &count);
		if (o->monthly_by)
			monthly_add(o, year, month, today, ret_due, &count);
	}
	return count;
}
