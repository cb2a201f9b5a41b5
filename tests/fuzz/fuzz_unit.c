/* Any bytes are asked for as a place: unit_find() ends, with units that are there and facts that are JSON. */
#include "knowledge/unit.h"

#include "knowledge/import.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct kb *kept;

static void prepare(void)
{
	static const char *const files[] = {"tests/golden/units.jsonl"};
	char folder[] = "/tmp/fuzz_unit.XXXXXX", path[64];
	struct import_counts counts;
	struct why why = {""};
	struct words *words;

	assert(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/knowledge.db", folder);
	if (import_files(
		    &(struct import_options){.database = path, .author = "fuzz", .now_ms = 1795219200000},
		    files, 1, &counts, &why) != OK ||
		words_load(&words, &why) != OK || kb_open(path, words, &kept, &why) != OK) {
		fprintf(stderr, "%s\n", why.text);
		abort();
	}
	unlink(path); /* stays open */
	snprintf(path, sizeof path, "%s/knowledge.db-wal", folder);
	unlink(path);
	snprintf(path, sizeof path, "%s/knowledge.db-shm", folder);
	unlink(path);
	rmdir(folder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct units units;
	struct arena a;
	char *text;

	if (!kept)
		prepare();
	if (size > 16384)
		return 0;
	arena_init(&a, (size_t)64 << 20);
	text = arena_copy(&a, (const char *)data, size);
	assert(text && unit_find(kept, &a, text, NULL, size % 2 ? "91" : NULL, &units) == OK);
	assert(units.match <= UNIT_PLACES && units.count <= UNITS_MAX);
	for (size_t i = 0; i < units.count; i++) {
		cJSON *facts = cJSON_Parse(units.items[i].facts);

		assert(units.items[i].code && units.items[i].name && facts);
		cJSON_Delete(facts);
	}
	unit_is_split(&units);
	arena_release(&a);
	return 0;
}
