/* kb_kept.c - the records asked for lately, read from their JSON already. They share one arena: when it is full all of them
 * go, and what most people ask for is soon back. A commit by another connection empties it too. One there is no memory for
 * is simply read again each time. */
#include "knowledge/kb_internal.h"

#include <string.h>

#define KEPT_MAX ((size_t)4 << 20)

void kb_kept_init(struct kb_kept *k)
{
	arena_init(&k->arena, KEPT_MAX);
}

void kb_kept_release(struct kb_kept *k)
{
	memset(k->slots, 0, sizeof k->slots);
	arena_release(&k->arena);
}

static struct kb_kept_slot *slot_of(struct kb_kept *k, int64_t version)
{
	return &k->slots[(uint64_t)version % KB_KEPT];
}

static bool is_of(const struct record *record, const struct kb_layers *layers)
{
	return record && record->version == layers->ids[0] && record->bases[0] == layers->ids[1] &&
	       record->bases[1] == layers->ids[2];
}

const struct record *kb_kept_find(struct kb *kb, const struct kb_layers *layers)
{
	struct kb_kept *k = &kb->kept;
	const struct record *record;
	int64_t now = -1;

	if (kb_data_version(kb, &now) != OK || now != k->data_version) {
		kb_kept_release(k);
		k->data_version = now;
		return NULL;
	}
	record = slot_of(k, layers->ids[0])->record;
	return is_of(record, layers) ? record : NULL;
}

static struct record *copy(struct kb_kept *k, const struct record *record)
{
	struct record *kept = arena_alloc(&k->arena, sizeof *kept);

	return kept && record_copy(&k->arena, record, kept) == OK ? kept : NULL;
}

void kb_kept_add(struct kb *kb, const struct record *record)
{
	struct kb_kept *k = &kb->kept;
	struct record *kept = copy(k, record);

	if (kept)
		*slot_of(k, record->version) = (struct kb_kept_slot){kept};
	else
		kb_kept_release(k);
}
