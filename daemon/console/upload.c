#include "daemon/console/upload.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 4096

static bool path_of(const struct uploads *u, const char *id, char ret_path[PATH_SIZE])
{
	return snprintf(ret_path, PATH_SIZE, "%s/%s.upload", u->dir, id) < PATH_SIZE;
}

static void folder_empty(const char *dir)
{
	DIR *folder = opendir(dir);
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		const char *ending = strrchr(entry->d_name, '.');

		if (entry->d_name[0] != '.' && (!ending || strcmp(ending, ".rows") != 0))
			unlinkat(dirfd(folder), entry->d_name, 0);
	}
	if (folder)
		closedir(folder);
}

enum err uploads_open(struct uploads *u, const char *dir, struct why *why)
{
	memset(u, 0, sizeof *u);
	u->dir = dir;
	pthread_mutex_init(&u->lock, NULL);
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return why_set(why, ERR_IO, "could not make the folder \"%s\": %s", dir, strerror(errno));
	folder_empty(dir);
	return OK;
}

void uploads_close(struct uploads *u)
{
	if (!u->dir)
		return;
	folder_empty(u->dir);
	pthread_mutex_destroy(&u->lock);
}

/* --- Under the lock --- */

static void forget(struct uploads *u, struct upload *item)
{
	char path[PATH_SIZE];

	if (path_of(u, item->id, path))
		unlink(path);
	memset(item, 0, sizeof *item);
}

/* What the person sent first and nobody reads. */
static struct upload *oldest_of(struct uploads *u, const char *who)
{
	struct upload *oldest = NULL;

	for (size_t i = 0; i < UPLOADS_MAX; i++) {
		struct upload *item = &u->items[i];

		if (!item->users && strcmp(item->who, who) == 0 &&
			(!oldest || item->touched_ms < oldest->touched_ms))
			oldest = item;
	}
	return oldest;
}

static struct upload *free_place(struct uploads *u, const char *who, int64_t now_ms)
{
	struct upload *theirs;

	for (size_t i = 0; i < UPLOADS_MAX; i++)
		if (u->items[i].id[0] && !u->items[i].users &&
			now_ms - u->items[i].touched_ms > UPLOAD_AGE_MS)
			forget(u, &u->items[i]);
	for (size_t i = 0; i < UPLOADS_MAX; i++)
		if (!u->items[i].id[0])
			return &u->items[i];
	theirs = oldest_of(u, who);
	if (theirs)
		forget(u, theirs);
	return theirs;
}

static struct upload *find(struct uploads *u, const char *who, const char *id)
{
	for (size_t i = 0; i < UPLOADS_MAX; i++)
		if (u->items[i].id[0] && strcmp(u->items[i].id, id) == 0 &&
			(!who || strcmp(u->items[i].who, who) == 0))
			return &u->items[i];
	return NULL;
}

/* --- Pieces --- */

enum err upload_begin(struct uploads *u, const char *who, const char *name, int64_t size, int64_t now_ms,
	char ret_id[UPLOAD_ID_SIZE])
{
	uint8_t random[(UPLOAD_ID_SIZE - 1) / 2];
	struct upload *item;

	if (size > UPLOAD_SIZE_MAX)
		return ERR_LIMIT;
	randombytes_buf(random, sizeof random);
	pthread_mutex_lock(&u->lock);
	item = free_place(u, who, now_ms);
	if (item) {
		*item = (struct upload){.size = size, .touched_ms = now_ms};
		sodium_bin2hex(item->id, sizeof item->id, random, sizeof random);
		snprintf(item->name, sizeof item->name, "%s", name);
		snprintf(item->who, sizeof item->who, "%s", who);
		memcpy(ret_id, item->id, UPLOAD_ID_SIZE);
	}
	pthread_mutex_unlock(&u->lock);
	return item ? OK : ERR_BUSY;
}

static enum err piece_write(const char *path, int64_t offset, struct bytes piece)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	size_t done = 0;
	int code = 0;

	if (fd < 0)
		return ERR_IO;
	while (done < piece.len && !code) {
		ssize_t len = pwrite(fd, piece.ptr + done, piece.len - done, (off_t)(offset + (int64_t)done));

		if (len > 0)
			done += (size_t)len;
		else if (len == 0 || errno != EINTR)
			code = len == 0 ? EIO : errno;
	}
	if (close(fd) != 0 && !code)
		code = errno;
	return code == 0 ? OK : code == ENOSPC || code == EDQUOT ? ERR_DISK_FULL : ERR_IO;
}

enum err upload_put(struct uploads *u, const char *who, const char *id, int64_t offset, struct bytes piece,
	int64_t now_ms, int64_t *ret_got)
{
	char path[PATH_SIZE];
	struct upload *item;
	enum err err = ERR_NOT_FOUND;

	pthread_mutex_lock(&u->lock); /* a piece is small: nobody waits for long */
	item = find(u, who, id);
	if (item) {
		bool fits = offset >= 0 && offset <= item->got && (int64_t)piece.len <= item->size - offset;

		err = fits && !item->users && path_of(u, id, path) ? piece_write(path, offset, piece)
								   : ERR_FORMAT;
		item->touched_ms = now_ms;
		if (!err && offset + (int64_t)piece.len > item->got)
			item->got = offset + (int64_t)piece.len;
		*ret_got = item->got;
	}
	pthread_mutex_unlock(&u->lock);
	return err;
}

/* --- Reading --- */

enum err upload_hold(struct uploads *u, const char *who, const char *id, int64_t now_ms, struct arena *a,
	const char **ret_path, struct upload *ret_upload)
{
	char path[PATH_SIZE];
	struct upload *item;
	enum err err = ERR_NOT_FOUND;

	pthread_mutex_lock(&u->lock);
	item = find(u, who, id);
	if (item && item->got < item->size) {
		err = ERR_BUSY;
	} else if (item && path_of(u, id, path)) {
		const char *copy = arena_string(a, path);

		err = copy ? OK : ERR_NOMEM;
		if (copy) {
			item->users++;
			item->touched_ms = now_ms;
			*ret_path = copy;
			*ret_upload = *item;
		}
	}
	pthread_mutex_unlock(&u->lock);
	return err;
}

void upload_let_go(struct uploads *u, const char *id, bool remove)
{
	struct upload *item;

	pthread_mutex_lock(&u->lock);
	item = find(u, NULL, id);
	if (item && item->users)
		item->users--;
	if (item && !item->users && remove)
		forget(u, item);
	pthread_mutex_unlock(&u->lock);
}
