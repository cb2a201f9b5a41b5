/* fault_everywhere.c - cJSON and SQLite told to allocate through this program. */
#include "tests/support/fault.h"

#include <cjson/cJSON.h>
#include <sqlite3.h>
#include <stddef.h>
#include <stdlib.h>

#define SQLITE_HEADER sizeof(max_align_t) /* SQLite wants to be told a block's size */

static void *lite_malloc(int size)
{
	char *block = malloc((size_t)size + SQLITE_HEADER);

	if (!block)
		return NULL;
	*(int *)(void *)block = size;
	return block + SQLITE_HEADER;
}

static void lite_free(void *ptr)
{
	if (ptr)
		free((char *)ptr - SQLITE_HEADER);
}

static void *lite_realloc(void *ptr, int size)
{
	char *block = realloc((char *)ptr - SQLITE_HEADER, (size_t)size + SQLITE_HEADER);

	if (!block)
		return NULL;
	*(int *)(void *)block = size;
	return block + SQLITE_HEADER;
}

static int lite_size(void *ptr)
{
	return ptr ? *(int *)(void *)((char *)ptr - SQLITE_HEADER) : 0;
}

static int lite_roundup(int size)
{
	return (size + 7) & ~7;
}

static int lite_init(void *arg)
{
	(void)arg;
	return SQLITE_OK;
}

static void lite_shutdown(void *arg)
{
	(void)arg;
}

bool fault_alloc_everywhere(void)
{
	static sqlite3_mem_methods lite = {lite_malloc, lite_free, lite_realloc, lite_size, lite_roundup,
		lite_init, lite_shutdown, NULL};
	cJSON_Hooks hooks = {malloc, free};

	cJSON_InitHooks(&hooks);
	return sqlite3_config(SQLITE_CONFIG_MALLOC, &lite) == SQLITE_OK &&
	       sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK;
}
