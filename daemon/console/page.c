#include "daemon/console/page.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX ((off_t)2 << 20)

static const struct {
	const char *ending, *type;
} types[] = {
	{".html", "text/html; charset=utf-8"},
	{".md", "text/markdown; charset=utf-8"},
	{".js", "text/javascript; charset=utf-8"},
	{".mjs", "text/javascript; charset=utf-8"},
	{".css", "text/css; charset=utf-8"},
	{".svg", "image/svg+xml"},
	{".png", "image/png"},
	{".ico", "image/x-icon"},
	{".woff2", "font/woff2"},
};

static const char *type_of(const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		size_t end = strlen(types[i].ending);

		if (len > end && strcmp(path + len - end, types[i].ending) == 0)
			return types[i].type;
	}
	return NULL;
}

/* Letters, digits and .-_@ between single slashes; no piece begins with a dot. */
static bool plain(const char *path)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_@/";

	if (strspn(path, allowed) != strlen(path) || path[0] == '/' || path[0] == '.')
		return false;
	return !strstr(path, "//") && !strstr(path, "/.") && !strstr(path, "node_modules/");
}

/* A regular file below `web_dir`, links followed; -1: none. */
static int file_open(const char *web_dir, const char *path, struct stat *ret_stat)
{
	char named[PATH_MAX], real[PATH_MAX];
	size_t len = strlen(web_dir);
	int fd;

	if (snprintf(named, sizeof named, "%s/%s", web_dir, path) >= (int)sizeof named ||
		!realpath(named, real))
		return -1;
	if (strncmp(real, web_dir, len) != 0 || real[len] != '/')
		return -1;
	fd = open(real, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd >= 0 &&
		(fstat(fd, ret_stat) != 0 || !S_ISREG(ret_stat->st_mode) || ret_stat->st_size > FILE_MAX)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static bool file_read(int fd, struct buf *out)
{
	char piece[16 * 1024];
	ssize_t len;

	while ((len = read(fd, piece, sizeof piece)) > 0 || (len < 0 && errno == EINTR))
		if (len > 0)
			buf_add(out, piece, (size_t)len);
	return len == 0 && !out->failed;
}

static void header(struct console_answer *answer, const char *name, const char *value)
{
	if (value && answer->header_count < ANSWER_HEADERS)
		answer->headers[answer->header_count++] = (struct http_header){name, value};
}

void page_answer(
	const char *web_dir, const char *path, const struct http_request *in, struct console_answer *answer)
{
	const char *name = *path ? path : "index.html", *type = type_of(name);
	const char *known = http_header(in, "If-None-Match"), *tag;
	struct stat st;
	int fd = type && plain(name) ? file_open(web_dir, name, &st) : -1;

	answer->status = 404;
	if (fd < 0)
		return;
	tag = arena_printf(&answer->arena, "\"%llx-%llx\"",
		(unsigned long long)st.st_mtim.tv_sec * 1000000000 + (unsigned long long)st.st_mtim.tv_nsec,
		(unsigned long long)st.st_size);
	answer->type = type;
	header(answer, "ETag", tag);
	header(answer, "Cache-Control", "no-cache");
	if (tag && known && strcmp(known, tag) == 0)
		answer->status = 304;
	else
		answer->status = file_read(fd, &answer->body) ? 200 : 500;
	close(fd);
}
