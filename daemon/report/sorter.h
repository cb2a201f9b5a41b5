/* sorter.h - gives unresolved questions their clusters, some at a time: reads what waits, compares, says where each belongs; who
 * asked writes that (store_cluster_sort) and asks again. What it compares with is read from the questions themselves, so that
 * nothing is kept twice and a word list that changed counts for the old ones too. One thread at a time. */
#ifndef MOTCUA_REPORT_SORTER_H
#define MOTCUA_REPORT_SORTER_H

#include "daemon/store/store_cluster.h"
#include "knowledge/question.h"

struct sorter;

/* `words` is borrowed. Nothing is read yet. */
enum err sorter_open(
	const char *state_path, const struct words *words, struct sorter **ret_sorter, struct why *why);
void sorter_close(struct sorter *s); /* NULL is fine */

/* Where the next of those that wait belong, at most `room`, oldest first; 0: none waits. The first call, and the one after
 * sorter_begin_anew(), reads the examples of all clusters: about ten seconds at 100,000 questions. On failure it begins anew. */
enum err sorter_look(struct sorter *s, struct cluster_sorted *items, size_t room, size_t *ret_count);

/* What was said last was not written: begin anew. */
void sorter_begin_anew(struct sorter *s);

void sorter_stop(struct sorter *s); /* any thread: sorter_look() returns ERR_CANCELED soon, from now on */

#endif
