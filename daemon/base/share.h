/* share.h - where the words, phrases, schemas and starter content are, whatever the working directory.
 * Looked up once, in this order: $MOTCUA_SHARE; PREFIX/share/motcua beside PREFIX/bin/motcua; the nearest folder
 * above the program that holds knowledge/schema.sql (a source tree). Safe from any thread after the first call. */
#ifndef MOTCUA_SHARE_H
#define MOTCUA_SHARE_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

/* "knowledge/phrases.vi" → its absolute path, allocated in `a`. */
enum err share_path(struct arena *a, const char *name, const char **ret_path, struct why *why);

/* Reads a whole file into `a`, NUL-terminated. ERR_LIMIT when it is larger than `ceiling`. */
enum err share_read_file(struct arena *a, const char *path, size_t ceiling, struct bytes *ret_bytes, struct why *why);

#endif
