#include "daemon/base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE ((size_t)16 * 1024)
#define ALIGN _Alignof(max_align_t)

struct arena_block {
	struct arena_block *next;
	size_t size, used;
	_Alignas(max_align_t) char data[];
};

void arena_init(struct arena *a, size_t ceiling)
{
	*a = (struct arena){.ceiling = ceiling};
}

void arena_release(struct arena *a)
{
	struct arena_block *next;

	for (struct arena_block *b = a->block; b; b = next) {
		next = b->next;
		free(b);
	}
	a->block = NULL;
	a->used = 0;
}

void arena_reset(struct arena *a)
{
	struct arena_block *keep = a->block;

	if (keep && keep->size <= 16 * BLOCK_SIZE) {
		a->block = keep->next;
		keep->next = NULL;
	} else {
		keep = NULL;
	}
	arena_release(a);
	if (keep) {
		keep->used = 0;
		a->block = keep;
	}
}

static struct arena_block *block_new(struct arena *a, size_t size)
{
	size_t want = size > BLOCK_SIZE ? size : BLOCK_SIZE;
	struct arena_block *b = malloc(sizeof *b + want);

	if (!b)
		return NULL;
	b->size = want;
	b->used = 0;
	b->next = a->block;
	a->block = b;
	return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
	struct arena_block *b = a->block;
	void *ret;

	if (size > a->ceiling || a->used > a->ceiling - size)
		return NULL;
	size = size ? (size + ALIGN - 1) / ALIGN * ALIGN : ALIGN;
	if (!b || b->size - b->used < size)
		b = block_new(a, size);
	if (!b)
		return NULL;
	ret = b->data + b->used;
	b->used += size;
	a->used += size;
	return memset(ret, 0, size);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		return NULL;
	return arena_alloc(a, count * size);
}

char *arena_copy(struct arena *a, const char *ptr, size_t len)
{
	char *s = len < SIZE_MAX ? arena_alloc(a, len + 1) : NULL;

	if (s && len)
		memcpy(s, ptr, len);
	return s;
}

char *arena_string(struct arena *a, const char *s)
{
	return s ? arena_copy(a, s, strlen(s)) : NULL;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
	va_list args, again;
	int len;
	char *s = NULL;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	if (len >= 0 && (s = arena_alloc(a, (size_t)len + 1)))
		vsnprintf(s, (size_t)len + 1, format, again);
	va_end(again);
	va_end(args);
	return s;
}
