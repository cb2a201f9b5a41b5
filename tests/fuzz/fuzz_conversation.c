/* The row of a citizen holds any bytes: parsed without harm, and what is printed back is read the same. */
#include "daemon/turn/conversation.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *json, *first, *second;
	struct talk talk, again;
	struct arena a;

	arena_init(&a, (size_t)8 << 20);
	json = arena_copy(&a, (const char *)data, size);
	if (!json || talk_parse(&a, json, &talk) || talk_print(&a, &talk, &first))
		abort();
	if (talk_parse(&a, first, &again) || talk_print(&a, &again, &second) || strcmp(first, second) != 0)
		abort();
	talk_hold(&again, "9.000001", "Nuôi chim");
	if (talk_print(&a, &again, &second))
		abort();
	arena_release(&a);
	return 0;
}
