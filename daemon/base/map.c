#include "daemon/base/map.h"

#include <stdlib.h>

#define SLOTS_FIRST 64

static void put(struct map_node **slots, size_t slot_count, struct map_node *node)
{
	struct map_node **slot = &slots[node->hash & (slot_count - 1)];

	node->next = *slot;
	*slot = node;
}

/* Without memory for more slots the chains only get longer. */
static void grow(struct map *m)
{
	size_t slot_count = m->slot_count ? m->slot_count * 2 : SLOTS_FIRST;
	struct map_node **slots = calloc(slot_count, sizeof(*slots)), *next;

	if (!slots)
		return;
	for (size_t i = 0; i < m->slot_count; i++)
		for (struct map_node *n = m->slots[i]; n; n = next) {
			next = n->next;
			put(slots, slot_count, n);
		}
	free(m->slots);
	m->slots = slots;
	m->slot_count = slot_count;
}

enum err map_add(struct map *m, struct map_node *node, uint64_t hash)
{
	if (m->count >= m->slot_count)
		grow(m);
	if (m->slot_count == 0)
		return ERR_NOMEM;
	node->hash = hash;
	put(m->slots, m->slot_count, node);
	m->count++;
	return OK;
}

void map_remove(struct map *m, struct map_node *node)
{
	struct map_node **at = &m->slots[node->hash & (m->slot_count - 1)];

	while (*at != node)
		at = &(*at)->next;
	*at = node->next;
	m->count--;
}

struct map_node *map_first(const struct map *m, uint64_t hash)
{
	struct map_node *n = m->slot_count ? m->slots[hash & (m->slot_count - 1)] : NULL;

	while (n && n->hash != hash)
		n = n->next;
	return n;
}

struct map_node *map_next(const struct map_node *node)
{
	struct map_node *n = node->next;

	while (n && n->hash != node->hash)
		n = n->next;
	return n;
}

void map_release(struct map *m)
{
	free(m->slots);
	*m = (struct map){0};
}

/* FNV-1a. The keys are ids out of signed webhooks: nobody picks them to collide. */
uint64_t map_hash_string(uint64_t seed, const char *s)
{
	uint64_t hash = seed ? seed : 0xcbf29ce484222325u;

	for (; s && *s; s++)
		hash = (hash ^ (unsigned char)*s) * 0x100000001b3u;
	return (hash ^ 0xff) * 0x100000001b3u; /* an end of its own: "ab","c" is not "a","bc" */
}

uint64_t map_hash_number(uint64_t number)
{
	number = (number ^ number >> 33) * 0xff51afd7ed558ccdu;
	return number ^ number >> 33;
}
