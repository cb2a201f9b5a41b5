/* kb_measure.h - a search laid open: for eval --explain, for learning the weights, for what a change would do (rehearse.h) and
 * for tests. Nothing else includes it. */
#ifndef MOTCUA_KB_MEASURE_H
#define MOTCUA_KB_MEASURE_H

#include "knowledge/kb.h"
#include "knowledge/rank.h"

/* What kb_search() would choose its answers from, best first, one for each name. Valid until the next call on
 * `kb`. */
enum err kb_candidates(struct kb *kb, const struct question *q, const struct search_scope *scope,
	struct asked *ret_asked, struct candidate *candidates, size_t *ret_count);

const struct doc *kb_doc(const struct kb *kb, uint32_t number);
bool kb_has(const struct kb *kb, const char *id); /* a version of that record is in the catalog */

struct kdb;

/* A kb on a connection that somebody else writes with: it sees what is not committed yet. `k` outlives it. */
enum err kb_attach(struct kdb *k, const struct words *words, struct kb **ret_kb, struct why *why);

#endif
