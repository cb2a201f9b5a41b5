#include "daemon/base/share.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[PATH_MAX];
static pthread_once_t looked = PTHREAD_ONCE_INIT;

static int is_share(const char *folder)
{
	char probe[PATH_MAX + 32];

	snprintf(probe, sizeof probe, "%s/knowledge/schema.sql", folder);
	return access(probe, R_OK) == 0;
}

static void look_for_root(void)
{
	const char *named = getenv("MOTCUA_SHARE");
	char exe[PATH_MAX], folder[PATH_MAX + 32];
	ssize_t len;
	char *slash;

	if (named) {
		snprintf(root, sizeof root, "%s", named);
		return;
	}
	len = readlink("/proc/self/exe", exe, sizeof exe - 1);
	if (len <= 0)
		return;
	exe[len] = '\0';
	while ((slash = strrchr(exe, '/')) && slash != exe) {
		*slash = '\0';
		snprintf(folder, sizeof folder, "%s/share/motcua", exe);
		if (is_share(folder)) {
			snprintf(root, sizeof root, "%s", folder);
			return;
		}
		if (is_share(exe)) {
			snprintf(root, sizeof root, "%s", exe);
			return;
		}
	}
}

enum err share_path(struct arena *a, const char *name, const char **ret_path, struct why *why)
{
	char *path;

	pthread_once(&looked, look_for_root);
	if (!root[0])
		return why_set(why, ERR_NOT_FOUND,
			"could not find the folder with knowledge/schema.sql beside the program; set "
			"MOTCUA_SHARE");
	path = arena_printf(a, "%s/%s", root, name);
	if (!path)
		return ERR_NOMEM;
	*ret_path = path;
	return OK;
}

enum err share_read_file(
	struct arena *a, const char *path, size_t ceiling, struct bytes *ret_bytes, struct why *why)
{
	FILE *file = fopen(path, "rbe");
	struct stat st;
	enum err err = ERR_IO;
	char *text;

	if (!file)
		return why_set(why, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "could not open \"%s\": %s",
			path, strerror(errno));
	if (fstat(fileno(file), &st) != 0 || !S_ISREG(st.st_mode)) {
		why_set(why, err, "could not read \"%s\": not a regular file", path);
		goto out;
	}
	if ((size_t)st.st_size > ceiling) {
		err = why_set(why, ERR_LIMIT, "could not read \"%s\": larger than %zu bytes", path, ceiling);
		goto out;
	}
	text = arena_alloc(a, (size_t)st.st_size + 1);
	if (!text) {
		err = why_set(why, ERR_NOMEM, "could not read \"%s\": out of memory", path);
		goto out;
	}
	if (fread(text, 1, (size_t)st.st_size, file) != (size_t)st.st_size) {
		why_set(why, err, "could not read \"%s\": it changed or failed while being read", path);
		goto out;
	}
	*ret_bytes = (struct bytes){text, (size_t)st.st_size};
	err = OK;
out:
	fclose(file);
	return err;
}
