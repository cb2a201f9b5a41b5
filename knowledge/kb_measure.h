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

/* Makes the catalog anew without one part of `parts` of the ways of asking, so that they can be asked as if nobody had
 * written them down; `parts` 0: with all. kb_asks_part() says in which part a way of asking is. */
enum err kb_leave_out(struct kb *kb, unsigned part, unsigned parts);
unsigned kb_asks_part(const char *ask, unsigned parts);

/* rank_sureness() and rank_vagueness() of candidates of the last kb_candidates(), sorted as one likes */
bool kb_doubts(struct kb *kb, const struct asked *q, struct candidate *candidates, size_t count,
	float *ret_sure, float *ret_vague);

#endif
