/* arena.h - memory that lives as long as one turn, one request or one import row.
 * An arena grows in blocks up to its ceiling and is released as a whole. It belongs to one thread at a time.
 * What it hands out is zeroed, aligned for any type, and NULL once memory or the ceiling is spent. */
#ifndef MOTCUA_ARENA_H
#define MOTCUA_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct bytes {
	const char *ptr; /* not NUL-terminated unless a comment says so; NULL when len is 0 */
	size_t len;
};

struct arena {
	struct arena_block *block; /* newest first */
	size_t used;               /* bytes handed out, all blocks */
	size_t ceiling;            /* bytes; arena_alloc() beyond it fails */
};

void arena_init(struct arena *a, size_t ceiling);
void arena_release(struct arena *a); /* the arena may be used again afterwards */
void arena_reset(struct arena *a);   /* forgets everything but keeps one block for the next turn */

void *arena_alloc(struct arena *a, size_t size);
void *arena_array(struct arena *a, size_t count, size_t size); /* NULL also when count * size overflows */
char *arena_copy(struct arena *a, const char *ptr, size_t len); /* NUL-terminated */
char *arena_string(struct arena *a, const char *s);             /* NULL for NULL */
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
