/* memory.c - who the platforms know and what was said. All in memory; the oldest words go first when there are more than
 * SAID_MAX or SAID_BYTES_MAX, citizens are refused beyond CITIZENS_MAX. */
#include "daemon/base/clock.h"
#include "daemon/sandbox/sandbox_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CITIZENS_MAX = 100000, SAID_BYTES_MAX = 64 * 1024 * 1024 };

struct place *place_find(struct sandbox *s, const char *channel, const char *id)
{
	for (size_t i = 0; i < s->place_count; i++)
		if (strcmp(s->places[i].conf.channel, channel) == 0 &&
			(!id || strcmp(s->places[i].conf.id, id) == 0))
			return &s->places[i];
	return NULL;
}

static uint64_t citizen_hash(const struct place *p, const char *id)
{
	return map_hash_string(map_hash_string(0, p->conf.id), id);
}

struct citizen *citizen_find(const struct place *p, const char *id)
{
	for (struct map_node *n = map_first(&p->sandbox->citizens, citizen_hash(p, id)); n; n = map_next(n)) {
		struct citizen *c = OWNER_OF(n, struct citizen, node);

		if (c->place == p && strcmp(c->id, id) == 0)
			return c;
	}
	return NULL;
}

struct citizen *citizen_meet(struct place *p, const char *id)
{
	struct sandbox *s = p->sandbox;
	struct citizen *c = citizen_find(p, id), **longer;

	if (c || s->citizen_count >= CITIZENS_MAX)
		return c;
	longer = s->citizen_count & (s->citizen_count - 1)
			 ? s->citizen_list
			 : realloc(s->citizen_list,
				   (s->citizen_count ? 2 * s->citizen_count : 1) * sizeof *longer);
	if (!longer)
		return NULL;
	s->citizen_list = longer;
	c = calloc(1, sizeof *c);
	if (!c || !(c->id = strdup(id)) || map_add(&s->citizens, &c->node, citizen_hash(p, id)) != OK) {
		free(c ? c->id : NULL);
		free(c);
		return NULL;
	}
	c->place = p;
	s->citizen_list[s->citizen_count++] = c;
	return c;
}

void citizens_free(struct sandbox *s)
{
	for (size_t i = 0; i < s->citizen_count; i++) {
		free(s->citizen_list[i]->conversation_id);
		free(s->citizen_list[i]->id);
		free(s->citizen_list[i]);
	}
	free(s->citizen_list);
	s->citizen_list = NULL;
	s->citizen_count = 0;
	map_release(&s->citizens);
}

static void said_forget_oldest(struct sandbox *s)
{
	struct said **slot = &s->said[s->said_first++ % SAID_MAX];

	s->said_bytes -= (*slot)->size;
	free(*slot);
	*slot = NULL;
}

static const char *put(char **at, const char *text)
{
	char *start = *at;

	if (!text)
		return NULL;
	*at = stpcpy(start, text) + 1;
	return start;
}

struct said *said_add(struct place *p, enum said_by by, const struct said *what)
{
	const char *const texts[] = {
		what->user, what->id, what->kind, what->text, what->payload, what->buttons};
	struct sandbox *s = p->sandbox;
	size_t size = sizeof(struct said);
	struct said *m;
	char *at;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		size += texts[i] ? strlen(texts[i]) + 1 : 0;
	m = malloc(size);
	if (!m)
		return NULL;
	while (s->said_next - s->said_first == SAID_MAX ||
		(s->said_next > s->said_first && s->said_bytes + size > SAID_BYTES_MAX))
		said_forget_oldest(s);
	*m = *what;
	m->seq = s->said_next++;
	m->time_ms = clock_now_ms();
	m->place = p;
	m->by = by;
	m->size = size;
	at = (char *)(m + 1);
	m->user = put(&at, what->user);
	m->id = put(&at, what->id);
	m->kind = put(&at, what->kind);
	m->text = put(&at, what->text);
	m->payload = put(&at, what->payload);
	m->buttons = put(&at, what->buttons);
	s->said[m->seq % SAID_MAX] = m;
	s->said_bytes += size;
	return m;
}

struct said *said_get(const struct sandbox *s, uint64_t seq)
{
	return seq >= s->said_first && seq < s->said_next ? s->said[seq % SAID_MAX] : NULL;
}

void said_free_all(struct sandbox *s)
{
	while (s->said_first < s->said_next)
		said_forget_oldest(s);
}

const char *sandbox_new_id(struct sandbox *s, struct arena *a, const char *prefix)
{
	uint64_t n = ++s->id_count;

	/* The start time makes ids of two runs different: the daemon remembers those of the first. */
	return arena_printf(
		a, "%s%" PRIx64 "%08" PRIx64, prefix, map_hash_number((uint64_t)clock_now_ms() ^ n << 40), n);
}
