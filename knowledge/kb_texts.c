/* kb_texts.c - a few merged records kept as text. A commit by another connection empties all of it, a large record and one
 * there is no memory for are simply made again each time. */
#include "knowledge/kb_internal.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_MAX ((size_t)64 * 1024)

void kb_texts_release(struct kb *kb)
{
	for (size_t i = 0; i < KB_TEXTS; i++) {
		free(kb->texts.slots[i].json);
		kb->texts.slots[i].json = NULL;
	}
}

const char *kb_text_find(struct kb *kb, int64_t version)
{
	size_t slot = (uint64_t)version % KB_TEXTS;
	int64_t now = -1;

	if (kb_data_version(kb, &now) != OK || now != kb->texts.data_version) {
		kb_texts_release(kb);
		kb->texts.data_version = now;
		return NULL;
	}
	return kb->texts.slots[slot].version == version ? kb->texts.slots[slot].json : NULL;
}

void kb_text_keep(struct kb *kb, int64_t version, const char *json)
{
	size_t slot = (uint64_t)version % KB_TEXTS, size = strlen(json) + 1;
	char *copy = size <= TEXT_MAX ? malloc(size) : NULL;

	if (!copy)
		return;
	memcpy(copy, json, size);
	free(kb->texts.slots[slot].json);
	kb->texts.slots[slot].json = copy;
	kb->texts.slots[slot].version = version;
}
