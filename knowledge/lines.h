/* lines.h - a text file line by line in bounded memory. */
#ifndef MOTCUA_LINES_H
#define MOTCUA_LINES_H

#include "daemon/base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct lines {
	const char *path;
	int fd;
	char *buf;
	size_t room, begin, end; /* what is read and not handed out: buf[begin, end) */
	size_t line_max;
	size_t number; /* of the line handed out last, from 1 */
	size_t bytes_done, bytes_all;
	bool at_end;
};

struct line {
	char *text; /* NUL-terminated, without its line end; valid until the next call; NULL at the end of the
		       file */
	size_t len;
	bool too_long; /* longer than line_max: text is its beginning, the rest is skipped */
};

/* `path` is borrowed until lines_close(). */
enum err lines_open(struct lines *l, const char *path, size_t line_max, struct why *why);
void lines_close(struct lines *l); /* also after a failed open */

/* A byte order mark at its beginning is skipped. */
enum err lines_next(struct lines *l, struct line *ret_line, struct why *why);

#endif
