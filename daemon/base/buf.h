/* buf.h - bytes that grow up to a named ceiling.
 * Appending past the ceiling or out of memory sets `failed` and keeps what was there; check once, at the end. */
#ifndef MOTCUA_BUF_H
#define MOTCUA_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *ptr; /* always NUL-terminated behind len; NULL while empty */
	size_t len, room, ceiling;
	bool failed;
};

void buf_init(struct buf *b, size_t ceiling);
void buf_release(struct buf *b); /* the buf may be used again afterwards */
void buf_clear(struct buf *b);   /* len 0, failed false, memory kept */

void buf_add(struct buf *b, const void *ptr, size_t len);
void buf_add_string(struct buf *b, const char *s); /* NULL adds nothing */
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

const char *buf_text(const struct buf *b); /* "" while empty */

#endif
