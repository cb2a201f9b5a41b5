/* Whatever import takes as a row goes into cells and comes out as it was; and whatever cells hold, they are read or refused with
 * their column. */
#include "knowledge/cells.h"
#include "knowledge/import_row.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static struct columns *words;

static void goes_round(struct arena *a, const cJSON *object)
{
	struct cells cells, tidy = {0};
	struct flaw flaw = {"", ""};
	cJSON *back = cJSON_Duplicate(object, true);
	bool equal = cJSON_Compare(object, back, true);

	cJSON_Delete(back);
	back = NULL;
	if (!equal)
		return; /* a member stands twice inside: nothing is equal to it */
	if (cells_from_json(words, a, object, &cells) != OK)
		return; /* the arena was too small */
	for (int i = 0; i < COLUMN_COUNT; i++)
		if (cells.text[i] && cell_tidy(a, (enum column)i, cells.text[i], &tidy.text[i]) != OK)
			return;
	switch (cells_to_json(words, a, &tidy, &back, &flaw)) {
	case OK: break;
	case ERR_NOMEM: return;
	default: abort();
	}
	if (!cJSON_Compare(object, back, true))
		abort();
	cJSON_Delete(back);
}

/* A line a cell, in the order of the columns. */
static void reads_any(struct arena *a, const char *text)
{
	struct cells cells = {0};
	struct flaw flaw = {"", ""};
	cJSON *object = NULL;
	enum column column;

	for (int i = 0; i < COLUMN_COUNT && text; i++) {
		const char *end = strchr(text, '|');
		const char *one = end ? arena_copy(a, text, (size_t)(end - text)) : text;

		if (!one || cell_tidy(a, (enum column)i, one, &cells.text[i]) != OK)
			return;
		text = end ? end + 1 : NULL;
	}
	if (cells_to_json(words, a, &cells, &object, &flaw) == ERR_FORMAT &&
		!column_from(flaw.member, &column))
		abort();
	cJSON_Delete(object);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct import_row row;
	struct flaw flaw;
	cJSON *object = NULL;
	struct arena a;
	char *line;

	if (!words && columns_open(&words, NULL) != OK)
		abort();
	arena_init(&a, 4 * ROW_ARENA_MAX);
	line = arena_copy(&a, (const char *)data, size);
	if (line && import_row_parse(&a, line, size, &row, &flaw) == OK && !row.is_place &&
		record_json(line, size, &object, &flaw) == OK)
		goes_round(&a, object);
	cJSON_Delete(object);
	if (line)
		reads_any(&a, line);
	arena_release(&a);
	return 0;
}
