/* map.h - a hash table of nodes that live inside their owners: nothing is allocated per entry.
 * The caller compares keys; the table keeps hashes. One thread at a time.
 *   for (struct map_node *n = map_first(m, hash); n; n = map_next(n)) if (same(n)) … */
#ifndef MOTCUA_MAP_H
#define MOTCUA_MAP_H

#include "daemon/base/err.h"

#include <stddef.h>
#include <stdint.h>

/* The struct that `ptr`, its `member`, is part of. */
#define OWNER_OF(ptr, type, member) ((type *)(void *)((char *)(ptr) - offsetof(type, member)))

struct map_node {
	struct map_node *next;
	uint64_t hash;
};

struct map { /* all zero is an empty map */
	struct map_node **slots;
	size_t slot_count, count;
};

enum err map_add(struct map *m, struct map_node *node, uint64_t hash); /* ERR_NOMEM only while the table is empty */
void map_remove(struct map *m, struct map_node *node);                 /* it must be in there */
struct map_node *map_first(const struct map *m, uint64_t hash);        /* with that hash; NULL when none */
struct map_node *map_next(const struct map_node *node);                /* with the same hash */
void map_release(struct map *m);                                       /* the nodes are their owners' */

uint64_t map_hash_string(uint64_t seed, const char *s); /* seed: 0, or the hash of what stands before; NULL is "" */
uint64_t map_hash_number(uint64_t number);

#endif
