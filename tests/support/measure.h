/* measure.h - processor time, percentiles, and one row of `make bench`. */
#ifndef MOTCUA_MEASURE_H
#define MOTCUA_MEASURE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int64_t measure_process_us(void);            /* processor time of all threads */
int64_t measure_thread_us(pthread_t thread); /* of one that still runs */
int64_t measure_rss_kib(void);               /* resident now */

/* Sorts `values`; `part` 0.99 is p99. */
int64_t measure_percentile(int64_t *values, size_t count, double part);

/* p50 of `writes` times 4 KiB and fdatasync, in `folder`: what a disk lets anyone promise. */
int64_t measure_fdatasync_us(const char *folder, size_t writes);

/* From now on this thread and those it starts run on one processor (the n-th, if there are so many). */
void measure_pin(unsigned n);

/* "measure | ours | floor | ratio | goal | met": `ratio` against a goal of at most (or, `at_least`, at least) `goal`. */
void measure_row(
	const char *what, const char *ours, const char *floor, double ratio, bool at_least, double goal);

#endif
