#include "tests/support/fault.h"

#include <stddef.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *ptr, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *ptr, size_t size);

static __thread unsigned left;
static __thread bool happened, paused;

static bool fails_now(void)
{
	if (paused || left == 0 || --left > 0)
		return false;
	happened = true;
	return true;
}

void fault_alloc_after(unsigned n)
{
	left = n;
	happened = false;
}

void fault_alloc_pause(bool pause)
{
	paused = pause;
}

bool fault_alloc_happened(void)
{
	return happened;
}

void *__wrap_malloc(size_t size)
{
	return fails_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails_now() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *ptr, size_t size)
{
	return fails_now() ? NULL : __real_realloc(ptr, size);
}
