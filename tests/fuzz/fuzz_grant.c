/* What an OAuth host may answer: the first two bytes choose status and end, the rest is the body. */
#include "daemon/outbox/grant.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_result result = {.end = HTTP_ANSWERED, .status = 200};
	struct grant grant;
	struct arena arena;

	if (size < 2)
		return 0;
	arena_init(&arena, 1 << 20);
	result.end = (enum http_end)(data[0] % 3);
	result.status = 100 + 2 * data[1];
	result.body.ptr = arena_copy(&arena, (const char *)data + 2, size - 2);
	result.body.len = result.body.ptr ? size - 2 : 0;
	grant_judge(&arena, &result, &grant);
	assert(grant.end != GRANT_GIVEN || (grant.access && *grant.access && grant.life_ms > 0));
	assert(memchr(grant.words, '\0', sizeof grant.words));
	arena_release(&arena);
	return 0;
}
