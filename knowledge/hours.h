/* hours.h - opening hours as offices print them, and whether they are open now. Pure but for loading; any thread.
 *
 * Understood are days and spans in either order: "Thứ 2–6: 7:30–11:30, 13:30–17:00; thứ 7: 7h30–11h30",
 * "7:30–11:30, 13:30–17:00, thứ 2 đến thứ 6", "Hằng ngày 8h–20h", "Các ngày làm việc …", "Chủ nhật nghỉ", "24/7". What leaves a doubt
 * is not understood: then nobody is told that an office is open or shut.
 *
 * Public holidays, and Saturdays worked instead of a working day, come from words/holidays.tsv; they hold for every office
 * but one that is always open. */
#ifndef MOTCUA_HOURS_H
#define MOTCUA_HOURS_H

#include "daemon/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOURS_SPANS 4

struct hours_span {
	int from, to; /* minutes of the day; to 1440 is midnight */
};

struct hours {
	bool always;
	struct hours_span spans[7][HOURS_SPANS]; /* by weekday, 0 Sunday; in order */
	size_t counts[7];
};

/* false: not understood, *ret_hours is untouched. */
bool hours_read(const char *text, struct hours *ret_hours);

enum holiday_kind {
	HOLIDAY_OFF,    /* public holiday, or a working day given for one */
	HOLIDAY_WORK,   /* a day of rest worked with the hours of `as` */
	HOLIDAY_UNSURE, /* may be one: nothing is said about that day */
};

struct holiday {
	char day[11], as[11];
	enum holiday_kind kind;
	const char *name, *source;
};

struct holidays;
enum err holidays_load(struct holidays **ret_holidays, struct why *why);
void holidays_free(struct holidays *h); /* NULL is fine */

/* In order of day; NULL behind the last. */
const struct holiday *holidays_at(const struct holidays *h, size_t index);
const char *holidays_until(const struct holidays *h); /* the last day that is surely known */

struct hours_state {
	bool open;
	char clock[6];       /* "17:00": it shuts, or opens again; "" when that cannot be said, or never */
	char day[11];        /* on which it opens again */
	int days;            /* from today until then: 0 today, 1 tomorrow */
	const char *holiday; /* today's, when it is shut for one; NULL: none; lives as long as `h` */
};

/* false: cannot be said for sure. */
bool hours_now(
	const struct hours *hours, const struct holidays *h, int64_t now_ms, struct hours_state *ret_state);

/* The day `count` working days after `day`, which is not counted itself: Monday to Friday without public holidays, and days of rest
 * that are worked instead. A day that may be a holiday is not counted, so that what is promised by it holds either way; behind
 * holidays_until() only the holidays of the law are known. `day` must be one. */
void working_days_after(const struct holidays *h, const char *day, unsigned count, char ret_day[11]);

/* How many working days lie behind `from` up to and with `to`; negative when `to` comes before `from`. */
int working_days_between(const struct holidays *h, const char *from, const char *to);

#endif
