/* Paths and fields: what comes out of percent escapes is never longer, never holds what was to be refused. */
#include "daemon/net/http_internal.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	char *path, *query;
	const char *value;

	arena_init(&a, 1 << 20);
	path = arena_copy(&a, (const char *)data, size);
	query = arena_copy(&a, (const char *)data, size);
	if (!path || !query)
		abort();
	value = http_field(&a, query, "a");
	if (value && strlen(value) > strlen(query))
		abort();
	if (http_decode_path(path) && (path[0] != '/' || strlen(path) > strlen(query) ||
					      strpbrk(path, "\r\n\\") || strstr(path, "/../")))
		abort();
	arena_release(&a);
	return 0;
}
