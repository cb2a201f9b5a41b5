#include "knowledge/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_BYTES ((size_t)128 * 1024)
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

enum err lines_open(struct lines *l, const char *path, size_t line_max, struct why *why)
{
	struct stat st;

	*l = (struct lines){.path = path, .line_max = line_max, .room = line_max + READ_BYTES};
	l->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (l->fd < 0)
		return why_set(why,
			errno == ENOENT   ? ERR_NOT_FOUND
			: errno == EACCES ? ERR_PERMISSION
					  : ERR_IO,
			"could not open \"%s\": %s", path, strerror(errno));
	if (fstat(l->fd, &st) != 0 || S_ISDIR(st.st_mode))
		return why_set(why, ERR_IO, "could not read \"%s\": it is a folder", path);
	l->bytes_all = (size_t)st.st_size;
	l->buf = malloc(l->room + 1);
	return l->buf ? OK : why_set(why, ERR_NOMEM, "could not read \"%s\": out of memory", path);
}

void lines_close(struct lines *l)
{
	if (l->fd >= 0)
		close(l->fd);
	free(l->buf);
	l->buf = NULL;
	l->fd = -1;
}

static enum err fill(struct lines *l, struct why *why)
{
	ssize_t n;

	memmove(l->buf, l->buf + l->begin, l->end - l->begin);
	l->end -= l->begin;
	l->begin = 0;
	do {
		n = read(l->fd, l->buf + l->end, l->room - l->end);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return why_set(why, ERR_IO, "could not read \"%s\": %s", l->path, strerror(errno));
	l->at_end = n == 0;
	l->end += (size_t)n;
	l->bytes_done += (size_t)n;
	return OK;
}

/* The rest of a line that is too long: up to its end, or that of the file. */
static enum err skip_line(struct lines *l, struct why *why)
{
	enum err err = OK;
	char *stop = NULL;

	while (err == OK && !stop) {
		stop = memchr(l->buf + l->begin, '\n', l->end - l->begin);
		l->begin = stop ? (size_t)(stop - l->buf) + 1 : l->end;
		if (!stop && l->at_end)
			break;
		if (!stop)
			err = fill(l, why);
	}
	return err;
}

static size_t trimmed(const char *text, size_t len)
{
	return len && text[len - 1] == '\r' ? len - 1 : len;
}

enum err lines_next(struct lines *l, struct line *ret_line, struct why *why)
{
	size_t searched = 0;
	char *stop = NULL;
	enum err err;

	for (;;) {
		stop = memchr(l->buf + l->begin + searched, '\n', l->end - l->begin - searched);
		searched = l->end - l->begin;
		if (stop || l->at_end || searched > l->line_max + 1)
			break;
		err = fill(l, why);
		if (err != OK)
			return err;
		if (l->number == 0 && l->begin == 0 && l->end >= 3 && memcmp(l->buf, BYTE_ORDER_MARK, 3) == 0)
			l->begin = 3;
	}
	if (!stop && l->begin == l->end) {
		*ret_line = (struct line){NULL, 0, false};
		return OK;
	}
	l->number++;
	ret_line->text = l->buf + l->begin;
	ret_line->len = trimmed(ret_line->text, stop ? (size_t)(stop - ret_line->text) : l->end - l->begin);
	ret_line->too_long = ret_line->len > l->line_max;
	if (ret_line->too_long) {
		ret_line->len = 0;
		err = skip_line(l, why);
		ret_line->text = l->buf + l->room;
	} else {
		l->begin = stop ? (size_t)(stop - l->buf) + 1 : l->end;
		err = OK;
	}
	ret_line->text[ret_line->len] = '\0';
	return err;
}
