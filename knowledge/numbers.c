#include "knowledge/numbers.h"

#include <stdlib.h>
#include <string.h>

void numbers_release(struct numbers *m)
{
	free(m->keys);
	free(m->values);
	*m = (struct numbers){0};
}

static uint64_t mix(uint64_t x)
{
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93u;
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93u;
	return x ^ (x >> 32);
}

uint64_t numbers_key(const char *s, size_t len)
{
	uint64_t key = 0xcbf29ce484222325u;

	for (size_t i = 0; i < len; i++)
		key = (key ^ (unsigned char)s[i]) * 0x100000001b3u;
	key = mix(key);
	return key ? key : 1;
}

uint64_t numbers_key_pair(uint64_t first, uint64_t second)
{
	uint64_t key = mix(first * 0x9e3779b97f4a7c15u + second);

	return key ? key : 1;
}

static size_t slot_of(const struct numbers *m, uint64_t key)
{
	size_t slot = key & (m->room - 1);

	while (m->keys[slot] && m->keys[slot] != key)
		slot = (slot + 1) & (m->room - 1);
	return slot;
}

uint32_t numbers_get(const struct numbers *m, uint64_t key)
{
	return m->room ? m->values[slot_of(m, key)] : 0;
}

static enum err grow(struct numbers *m)
{
	struct numbers bigger = {.room = m->room ? m->room * 2 : 256, .count = m->count};

	bigger.keys = calloc(bigger.room, sizeof *bigger.keys);
	bigger.values = calloc(bigger.room, sizeof *bigger.values);
	if (!bigger.keys || !bigger.values) {
		numbers_release(&bigger);
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < m->room; i++)
		if (m->keys[i]) {
			size_t slot = slot_of(&bigger, m->keys[i]);

			bigger.keys[slot] = m->keys[i];
			bigger.values[slot] = m->values[i];
		}
	numbers_release(m);
	*m = bigger;
	return OK;
}

enum err numbers_set(struct numbers *m, uint64_t key, uint32_t value)
{
	size_t slot;

	if (m->count * 4 >= m->room * 3 && grow(m) != OK)
		return ERR_NOMEM;
	slot = slot_of(m, key);
	if (!m->keys[slot]) {
		m->keys[slot] = key;
		m->count++;
	}
	m->values[slot] = value;
	return OK;
}

enum err numbers_give(struct numbers *m, uint64_t key, uint32_t *ret_number)
{
	uint32_t number = numbers_get(m, key);

	if (number == 0) {
		number = (uint32_t)m->count + 1;
		if (numbers_set(m, key, number) != OK)
			return ERR_NOMEM;
	}
	*ret_number = number;
	return OK;
}
