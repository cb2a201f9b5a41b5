#include "daemon/base/clock.h"

#include <stdatomic.h>
#include <time.h>

#define VIETNAM_OFFSET_S (7 * 3600) /* Decision 134/2002: UTC+7 all year */

static _Atomic int64_t hand; /* 0: the real clock */

int64_t clock_now_ms(void)
{
	int64_t set = atomic_load_explicit(&hand, memory_order_relaxed);
	struct timespec ts;

	if (set)
		return set;
	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t clock_monotonic_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

void clock_set(int64_t now_ms)
{
	atomic_store(&hand, now_ms);
}

void clock_advance(int64_t ms)
{
	atomic_fetch_add(&hand, ms);
}

void clock_date(int64_t ms, char ret_date[11])
{
	time_t seconds = (time_t)(ms / 1000) + VIETNAM_OFFSET_S;
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(ret_date, 11, "%Y-%m-%d", &tm);
}
