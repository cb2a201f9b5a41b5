#include "tests/support/measure.h"

#include "daemon/base/clock.h"

#include <assert.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int64_t clock_us(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t measure_process_us(void)
{
	return clock_us(CLOCK_PROCESS_CPUTIME_ID);
}

int64_t measure_thread_us(pthread_t thread)
{
	clockid_t clock;

	return pthread_getcpuclockid(thread, &clock) == 0 ? clock_us(clock) : 0;
}

int64_t measure_rss_kib(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long pages = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%*s %ld", &pages) != 1)
		pages = 0;
	fclose(file);
	return (int64_t)pages * sysconf(_SC_PAGESIZE) / 1024;
}

static int compare(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return left < right ? -1 : left > right;
}

int64_t measure_percentile(int64_t *values, size_t count, double part)
{
	size_t at = (size_t)(part * (double)count);

	if (!count)
		return 0;
	qsort(values, count, sizeof *values, compare);
	return values[at < count ? at : count - 1];
}

int64_t measure_fdatasync_us(const char *folder, size_t writes)
{
	int64_t *took = calloc(writes, sizeof *took), p50 = 0;
	char path[256], page[4096];
	int fd;

	snprintf(path, sizeof path, "%s/fdatasync", folder);
	memset(page, 'x', sizeof page);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	for (size_t i = 0; took && fd >= 0 && i < writes; i++) {
		int64_t begun = clock_monotonic_us();

		if (write(fd, page, sizeof page) != sizeof page || fdatasync(fd) != 0)
			break;
		took[i] = clock_monotonic_us() - begun;
	}
	if (took && fd >= 0)
		p50 = measure_percentile(took, writes, 0.5);
	if (fd >= 0)
		close(fd);
	unlink(path);
	free(took);
	return p50;
}

void measure_pin(unsigned n)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(n, &one);
	sched_setaffinity(0, sizeof one, &one); /* fails where there are fewer: then nothing is pinned */
}

void measure_row(
	const char *what, const char *ours, const char *floor, double ratio, bool at_least, double goal)
{
	bool met = at_least ? ratio >= goal : ratio <= goal;

	printf("%-46s | %-26s | %-26s | %8.4f | %s %-7.4g | %s\n", what, ours, floor, ratio,
		at_least ? ">=" : "<=", goal, met ? "yes" : "no");
	fflush(stdout);
}
