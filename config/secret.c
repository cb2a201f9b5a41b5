#include "config/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_MAX ((size_t)4096)

static enum err secret_check(int fd, const char *path, struct why *why)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return why_set(
			why, ERR_IO, "could not look at secret file \"%s\": %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return why_set(
			why, ERR_PERMISSION, "cannot use secret file \"%s\": not a regular file", path);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return why_set(why, ERR_PERMISSION,
			"cannot use secret file \"%s\": it belongs to another user. Run: chown %u \"%s\"",
			path, (unsigned)geteuid(), path);
	if (st.st_mode & 077)
		return why_set(why, ERR_PERMISSION,
			"cannot use secret file \"%s\": others can read it (mode %03o). Run: chmod 600 "
			"\"%s\"",
			path, (unsigned)st.st_mode & 0777u, path);
	return OK;
}

enum err secret_read(struct arena *a, const char *path, const char **ret_secret, struct why *why)
{
	char line[SECRET_MAX];
	size_t from = 0, to;
	ssize_t len;
	enum err err;
	char *secret;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe nobody writes to must not hold us up */

	if (fd < 0)
		return why_set(why, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO,
			"could not open secret file \"%s\": %s", path, strerror(errno));
	err = secret_check(fd, path, why);
	if (err != OK)
		goto out;
	len = read(fd, line, sizeof line);
	if (len < 0) {
		err = why_set(why, ERR_IO, "could not read secret file \"%s\": %s", path, strerror(errno));
		goto out;
	}
	for (to = 0; to < (size_t)len && line[to] != '\n'; to++)
		;
	while (to > 0 && (line[to - 1] == ' ' || line[to - 1] == '\t' || line[to - 1] == '\r'))
		to--;
	while (from < to && (line[from] == ' ' || line[from] == '\t'))
		from++;
	if (from == to || to == SECRET_MAX || memchr(line, '\0', to)) {
		err = why_set(why, ERR_FORMAT, "cannot use secret file \"%s\": %s", path,
			from == to ? "its first line is empty" : "its first line is no secret");
		goto out;
	}
	secret = arena_copy(a, line + from, to - from);
	if (!secret)
		err = ERR_NOMEM;
	else
		*ret_secret = secret;
out:
	sodium_memzero(line, sizeof line);
	close(fd);
	return err;
}
