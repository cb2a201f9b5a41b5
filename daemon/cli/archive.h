/* archive.h - several files in one, as a plain tar that any tar can read, with their SHA-256 in front.
 * `tar xf FILE && sha256sum -c SHA256SUMS` checks one by hand. */
#ifndef MOTCUA_ARCHIVE_H
#define MOTCUA_ARCHIVE_H

#include "daemon/base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct archive_file {
	const char *name; /* in the archive: up to 99 bytes, no "/" */
	const char *path; /* on disk */
	bool there;       /* archive_read() found it */
};

/* Written beside and moved into place; mode 0600. */
enum err archive_write(const char *to, const struct archive_file *files, size_t count, struct why *why);

/* Each file of the archive that `files` names is written to its path (mode 0600) and compared with its SHA-256.
 * ERR_FORMAT: no archive of ours, cut off, changed, or it holds something else. Files written stay for the caller to remove. */
enum err archive_read(const char *from, struct archive_file *files, size_t count, struct why *why);

#endif
