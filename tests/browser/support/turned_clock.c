/* turned_clock.c - the wall clock of the program the browser tests run: the real one and as many milliseconds as the file named by
 * MOTCUA_TEST_CLOCK says. Linked into that program alone (Makefile: --wrap=clock_now_ms), so that no other has a clock that can be
 * turned. The file is looked at each time, because the test turns the clock while the daemon runs; it is replaced, never
 * rewritten, so it is always whole. Only the wall clock: what lasts is measured and waited for as ever. */
#include "daemon/base/clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int64_t __real_clock_now_ms(void);
int64_t __wrap_clock_now_ms(void);

static int64_t away_ms(const char *path)
{
	char text[32];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

	if (len <= 0) {
		fprintf(stderr, "could not read the clock \"%s\"\n", path);
		abort(); /* a test at the wrong time proves nothing */
	}
	close(fd);
	text[len] = '\0';
	return strtoll(text, NULL, 10);
}

int64_t __wrap_clock_now_ms(void)
{
	const char *path = getenv("MOTCUA_TEST_CLOCK");

	return __real_clock_now_ms() + (path ? away_ms(path) : 0);
}
