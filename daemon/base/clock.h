/* clock.h - what time it is, turned by hand in tests.
 * Times are UTC milliseconds since 1970 in int64_t; citizens and staff see Asia/Ho_Chi_Minh (UTC+7, no summer time). */
#ifndef MOTCUA_CLOCK_H
#define MOTCUA_CLOCK_H

#include <stdint.h>

int64_t clock_now_ms(void);       /* wall clock; safe from any thread */
int64_t clock_monotonic_us(void); /* for durations only; never turned by hand */

/* Tests: from now on clock_now_ms() says `now_ms`; 0 gives the real clock back. */
void clock_set(int64_t now_ms);
void clock_advance(int64_t ms); /* only after clock_set() */

/* "2026-11-21", the day in Vietnam at `ms`. */
void clock_date(int64_t ms, char ret_date[11]);

#endif
