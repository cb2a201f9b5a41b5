/* upload.h - files on their way in, in pieces: a few at a time, in a folder of their own that each start empties. An upload
 * belongs to whom began it; what nobody touched for an hour goes when the next begins, and a person's oldest one when there is no
 * other place. Any thread. */
#ifndef MOTCUA_CONSOLE_UPLOAD_H
#define MOTCUA_CONSOLE_UPLOAD_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define UPLOADS_MAX 8
#define UPLOAD_SIZE_MAX ((int64_t)64 << 20) /* what an import reads at most (knowledge/table.h) */
#define UPLOAD_PIECE_MAX ((size_t)900 * 1024)
#define UPLOAD_AGE_MS ((int64_t)3600 * 1000)
#define UPLOAD_ID_SIZE 25 /* 12 random bytes in hexadecimal, NUL */

struct upload {
	char id[UPLOAD_ID_SIZE]; /* "": a free place */
	char name[256];          /* as the browser named it */
	char who[64];
	int64_t size, got; /* bytes announced, bytes here: without holes */
	int64_t touched_ms;
	unsigned users; /* imports and looks that read it: it stays until they end */
};

struct uploads {
	const char *dir;
	pthread_mutex_t lock;
	struct upload items[UPLOADS_MAX];
};

/* Makes the folder, and empties it of all but what imports say of their rows. */
enum err uploads_open(struct uploads *u, const char *dir, struct why *why);
void uploads_close(struct uploads *u);

/* ERR_LIMIT: too large; ERR_BUSY: others have all places. */
enum err upload_begin(struct uploads *u, const char *who, const char *name, int64_t size, int64_t now_ms,
	char ret_id[UPLOAD_ID_SIZE]);
/* A piece at `offset`, which is what is here already, or before it (a piece that is sent again). ERR_NOT_FOUND;
 * ERR_FORMAT: a hole, or more than was announced; ERR_DISK_FULL, ERR_IO. */
enum err upload_put(struct uploads *u, const char *who, const char *id, int64_t offset, struct bytes piece,
	int64_t now_ms, int64_t *ret_got);

/* Holds it for reading: its path in `a`, a copy of what is known of it. ERR_NOT_FOUND; ERR_BUSY: not all of it is here. */
enum err upload_hold(struct uploads *u, const char *who, const char *id, int64_t now_ms, struct arena *a,
	const char **ret_path, struct upload *ret_upload);
void upload_let_go(struct uploads *u, const char *id, bool remove);

#endif
