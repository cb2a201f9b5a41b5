/* numbers.h - 64-bit key → 32-bit number, for vocabularies built once and read often.
 * Strings are keyed by their hash: two syllables of one hash would be taken for one another, which at some
 * ten thousand syllables and 64 bits does not happen. */
#ifndef MOTCUA_NUMBERS_H
#define MOTCUA_NUMBERS_H

#include "daemon/base/err.h"

#include <stddef.h>
#include <stdint.h>

struct numbers {
	uint64_t *keys; /* 0: empty slot */
	uint32_t *values;
	size_t room, count; /* room is a power of two, or 0 */
};

void numbers_release(struct numbers *m);

uint32_t numbers_get(const struct numbers *m, uint64_t key); /* 0: not there */
enum err numbers_set(struct numbers *m, uint64_t key, uint32_t value);

/* The key's number, or the next one (count + 1) when it is new. */
enum err numbers_give(struct numbers *m, uint64_t key, uint32_t *ret_number);

uint64_t numbers_key(const char *s, size_t len);            /* never 0 */
uint64_t numbers_key_pair(uint64_t first, uint64_t second); /* order matters; never 0 */

#endif
