#include "daemon/outbox/rate.h"

#include <math.h>

#define PER_SECOND_MIN 0.5
#define RECOVERY_S 60   /* from nothing to the ceiling */
#define NEAR_PERCENT 80 /* platforms.md 3.8 */

void rate_init(struct rate *r, double per_second_max, int64_t now_ms)
{
	*r = (struct rate){.per_second = per_second_max,
		.per_second_max = per_second_max,
		.allowance = per_second_max,
		.filled_ms = now_ms};
}

static void fill(struct rate *r, int64_t now_ms)
{
	double seconds = (double)(now_ms - r->filled_ms) / 1000;

	r->filled_ms = now_ms;
	if (seconds <= 0)
		return; /* the clock went back: wait for it */
	r->allowance = fmin(r->allowance + seconds * r->per_second, fmax(r->per_second, 1));
	r->per_second = fmin(r->per_second + seconds * r->per_second_max / RECOVERY_S, r->per_second_max);
}

int64_t rate_take(struct rate *r, int64_t now_ms)
{
	if (now_ms < r->held_until_ms)
		return r->held_until_ms - now_ms;
	fill(r, now_ms);
	if (r->allowance < 1)
		return (int64_t)ceil((1 - r->allowance) * 1000 / r->per_second);
	r->allowance -= 1;
	return 0;
}

void rate_slow_down(struct rate *r, int64_t wait_ms, int64_t now_ms)
{
	fill(r, now_ms);
	r->per_second = fmax(r->per_second / 2, PER_SECOND_MIN);
	r->allowance = fmin(r->allowance, 1);
	if (now_ms + wait_ms > r->held_until_ms)
		r->held_until_ms = now_ms + wait_ms;
}

bool rate_near_limit(struct rate *r, unsigned used_percent, int64_t now_ms)
{
	double left = used_percent < 100 ? (double)(100 - used_percent) / (100 - NEAR_PERCENT) : 0;
	double per_second = fmax(left * r->per_second_max, PER_SECOND_MIN);

	if (used_percent <= NEAR_PERCENT)
		return false;
	fill(r, now_ms);
	r->per_second = fmin(r->per_second, per_second);
	r->allowance = fmin(r->allowance, fmax(r->per_second, 1));
	return true;
}
