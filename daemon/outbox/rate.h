/* rate.h - how fast one account may send: a bucket of one second's sends, halved when the platform says "slow down" and
 * opened again step by step. Pure: the caller brings the time. */
#ifndef MOTCUA_RATE_H
#define MOTCUA_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct rate {
	double per_second;     /* now */
	double per_second_max; /* configured */
	double allowance;      /* sends that may start at once */
	int64_t filled_ms;     /* when allowance was computed */
	int64_t held_until_ms; /* nothing before then */
};

void rate_init(struct rate *r, double per_second_max, int64_t now_ms);

/* Takes one send. 0: it may start now; else try again after that many milliseconds. */
int64_t rate_take(struct rate *r, int64_t now_ms);

void rate_slow_down(struct rate *r, int64_t wait_ms, int64_t now_ms);

/* The platform says how much of what it allows is used, in percent: beyond 80 slower, at 100 as slow as can be; less, and it
 * opens again by itself. True when it is slower for it. */
bool rate_near_limit(struct rate *r, unsigned used_percent, int64_t now_ms);

#endif
