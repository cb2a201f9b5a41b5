/* Any bytes: cleaned to valid UTF-8, masked, cut into parts. */
#include "adapters/split.h"
#include "daemon/base/mask.h"
#include "daemon/base/text.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void split(struct arena *a, const char *text, size_t limit)
{
	struct reply reply = {
		.text = text, .buttons = {{BUTTON_PAYLOAD, "Giấy tờ", "#a"}}, .button_count = 1};
	struct parts parts;

	if (split_reply(a, &reply, limit, &parts) == OK)
		for (size_t i = 0; i < parts.count; i++)
			assert(text_is_utf8(parts.items[i].text, strlen(parts.items[i].text)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *raw, *clean, *masked, *again;
	struct arena a;
	unsigned count;

	if (size > 20000)
		return 0;
	arena_init(&a, (size_t)1 << 26);
	raw = arena_copy(&a, (const char *)data, size);
	assert(mask_text(&a, raw, &masked, &count) == OK);
	assert(text_clean(&a, (const char *)data, size, &clean) == OK);
	assert(text_is_utf8(clean, strlen(clean)));
	assert(mask_text(&a, clean, &masked, &count) == OK);
	assert(text_is_utf8(masked, strlen(masked)));
	assert(mask_text(&a, masked, &again, &count) == OK);
	split(&a, masked, size % 97 + 1);
	arena_release(&a);
	return 0;
}
