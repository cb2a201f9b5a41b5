/* query.h - a question → a few FTS5 expressions over what records say in their bodies. Pure.
 *
 * Each expression is one quoted token, so that nothing a citizen types is FTS5 syntax; there are at most
 * QUERY_TERMS_MAX of them, the rarest of the question, so that a search reads few and short lists. */
#ifndef MOTCUA_QUERY_H
#define MOTCUA_QUERY_H

#include "knowledge/catalog.h"
#include "knowledge/question.h"

enum { QUERY_TERMS_MAX = 4, QUERY_MATCH_MAX = 448 };

struct query_term {
	char match[QUERY_MATCH_MAX]; /* body : "uy_quyen" */
	float weight;                /* idf */
};

/* Pairs of neighbouring topic syllables first; single ones only when there is no pair. Returns how many. */
size_t query_terms(const struct catalog *c, const struct question *q, struct query_term *ret_terms);

#endif
