/* kb_internal.h - what kb*.c share. Nobody else includes it. */
#ifndef MOTCUA_KB_INTERNAL_H
#define MOTCUA_KB_INTERNAL_H

#include "knowledge/kb_measure.h"

#include <sqlite3.h>

enum kb_statement {
	KB_DATA_VERSION,
	KB_DOCUMENTS,
	KB_OWN,
	KB_GET,
	KB_GET_LAST,
	KB_GET_JSON,
	KB_BODY,
	KB_UNIT_PARENT,
	KB_UNIT_KINDS,
	KB_UNIT_BY_OLD,
	KB_UNIT_BY_NAME,
	KB_UNIT_BY_CODE,
	KB_STATEMENTS
};

#define KB_TEXTS 64

struct kb_texts { /* the records asked for lately, as merged JSON; what most people ask is asked by many */
	int64_t data_version; /* of the database they were made from */
	struct {
		int64_t version;
		char *json; /* NULL: free */
	} slots[KB_TEXTS];
};

struct kb {
	sqlite3 *db;
	sqlite3_stmt *statements[KB_STATEMENTS];
	const struct words *words;
	struct rank_weights weights;
	struct catalog catalog;
	struct ranker ranker;
	int64_t data_version; /* of the database when the catalog was made */
	struct kb_texts texts;
};

enum err kb_data_version(struct kb *kb, int64_t *ret_version); /* changes with each commit of others */

/* The JSON of a version as it was kept, borrowed until the next kb_text_keep(); NULL: make it. */
const char *kb_text_find(struct kb *kb, int64_t version);
void kb_text_keep(struct kb *kb, int64_t version, const char *json);
void kb_texts_release(struct kb *kb);

/* Makes the catalog anew when the database changed. The new one is whole before the old one goes. */
enum err kb_refresh(struct kb *kb);

struct whose {             /* an account's unit, as the table of units knows it */
	const char *unit;  /* "" for none */
	char province[17]; /* the one it is in; "" for a province and for what is no unit */
	uint8_t level;     /* enum level; 0 for what is no unit */
};
enum err kb_whose(struct kb *kb, const char *unit, struct whose *ret_whose); /* NULL: none's */

const char *kb_column(sqlite3_stmt *s, int i);

/* "2026-11-21" → 20261121; `otherwise` for NULL and anything shorter. */
uint32_t kb_day(const char *text, uint32_t otherwise);

#endif
