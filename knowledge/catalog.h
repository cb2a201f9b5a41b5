/* catalog.h - the short texts of the published records in memory: names, everyday titles, ways of asking.
 * Built once after a change, then read-only. A document is one published version. Private to knowledge/. */
#ifndef MOTCUA_CATALOG_H
#define MOTCUA_CATALOG_H

#include "knowledge/lexicon.h"

enum text_kind { TEXT_NAME, TEXT_EVERYDAY, TEXT_ASK, TEXT_KEYWORD };

/* A pair counts this much of its idf beside its two syllables. */
#define CATALOG_PAIR_SHARE 0.7f

struct span {           /* a synonym's phrase in a text */
	uint32_t token; /* of the line */
	uint16_t start, length;
};

struct text {
	uint32_t first, count; /* syllables: catalog.syllables[first …] */
	uint32_t core; /* syllables before its first parenthesis; all of them when it begins with one */
	uint32_t span, span_count; /* catalog.spans[span …] */
	uint32_t acts, variants;   /* bits */
	float mass;                /* idf of its syllables, and a share of its pairs' */
	enum text_kind kind;
};

struct text_syllable {
	uint32_t token;  /* plain */
	uint32_t pair;   /* with the one before; 0: none */
	uint32_t marked; /* equal numbers, equal marks */
};

enum level { LEVEL_COMMUNE = 1, LEVEL_PROVINCE = 2, LEVEL_MINISTRY = 4 };

struct doc {
	int64_t version;
	const char *id, *code, *unit, *title; /* in the catalog's arena; code may be NULL */
	uint32_t text, text_count;
	uint32_t valid_from, valid_to; /* 20261121; valid_to UINT32_MAX: open */
	uint32_t record;               /* equal for versions of one record */
	uint32_t group;                /* equal for records of one name at several levels or provinces */
	uint32_t field;
	uint8_t kind, levels, popular;
	bool ended; /* abolished or replaced */
};

struct posting {
	uint32_t document;
	float impact; /* the token's BM25 for this document but for its idf; the name counts more than a way of asking */
};

struct catalog {
	const struct lexicon *lexicon; /* borrowed */
	struct arena arena;
	struct numbers tokens, marks; /* keys → numbers from 1 */
	struct doc *documents;
	struct text *texts;
	struct text_syllable *syllables;
	struct span *spans;
	uint32_t document_count, document_room, text_count, text_room, syllable_count, syllable_room,
		span_count, span_room;
	/* after catalog_finish() */
	uint32_t *posting_first; /* token → its postings; token + 1 ends them */
	struct posting *postings;
	float *idf; /* by token */
	float mean_length;
};

/* What a document says of itself besides its texts. */
struct doc_facts {
	int64_t version;
	const char *id, *code, *unit, *name, *field; /* code and field may be NULL */
	uint32_t valid_from, valid_to;
	uint8_t kind, levels;
	bool ended;
};

void catalog_init(struct catalog *ix, const struct lexicon *lexicon);
void catalog_release(struct catalog *ix);

enum err catalog_add(struct catalog *ix, const struct doc_facts *facts); /* its name is its first text */
enum err catalog_add_text(
	struct catalog *ix, enum text_kind kind, const char *text); /* to the last document */
enum err catalog_retitle(struct catalog *ix, const char *title);    /* the last document's everyday title */
enum err catalog_finish(struct catalog *ix);

/* Numbers of the index for a question's syllables; 0: in no text. */
uint32_t catalog_token(const struct catalog *ix, const char *plain);
uint32_t catalog_pair(const struct catalog *ix, const char *first, const char *second);
uint32_t catalog_synonym(const struct catalog *ix, uint16_t line);
uint32_t catalog_marked(const struct catalog *ix, const char *marked);

#endif
