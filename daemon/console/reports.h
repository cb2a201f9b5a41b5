/* reports.h - what reports need to know of the office (config [report]), and when they are due. */
#ifndef MOTCUA_CONSOLE_REPORTS_H
#define MOTCUA_CONSOLE_REPORTS_H

#include "daemon/report/report_write.h"

struct console_reports {
	int month_begins; /* 0: 1 */
	int monthly_by;   /* day of the month the monthly report is due; 0: nobody is reminded */
	int longer_by;    /* day of the last month the others are due */
	int remind_days;  /* so many days before */
	struct report_head head;
};

struct report_due {
	struct period period;
	int day;  /* days since 1970 */
	int left; /* until then; negative: it was */
};
#define REPORTS_DUE_MAX 4

/* What is due within remind_days, or was at most that long ago, soonest first. A month whose data close before the day is due
 * in itself, a calendar month in the one after it. Pure. */
size_t reports_due(const struct console_reports *o, int today, struct report_due ret_due[REPORTS_DUE_MAX]);

#endif
