/* cluster.h - unresolved questions, like with like: which cluster does a question belong to, or is it the first of a new one?
 * Pure: no database, no clock. One thread at a time.
 *
 * A question is compared with examples of each cluster that shares a rare word or a near record with it. How likely two ask for the
 * same is told by the words they share after synonyms and spelling (gist.h), by what is to be done and for whom, and, as weaker
 * evidence, by the records that came near. A question is in a cluster when the examples it is most like say so on the average. A
 * question once put stays where it is: what comes later can open new clusters and not move old questions.
 *
 * Memory is bounded: CLUSTERS_MAX clusters with CLUSTER_EXAMPLES different wordings each at most. */
#ifndef MOTCUA_REPORT_CLUSTER_H
#define MOTCUA_REPORT_CLUSTER_H

#include "daemon/base/arena.h"
#include "knowledge/gist.h"

enum { CLUSTERS_MAX = 50000, CLUSTER_EXAMPLES = 24, CLUSTER_NEAR = 5 };

struct cluster_asked { /* a question as it is compared */
	struct gist gist;
	struct cluster_near { /* by key; the sum of their squares is 1 */
		uint32_t key;
		float weight;
	} near[CLUSTER_NEAR];
	uint32_t near_count;
	uint32_t first; /* key of the record that came nearest; 0: none came near */
	float sure;     /* of it: 0…1 */
};

/* `nearest` is the JSON kept with an unresolved question (store_question.h), `record` what was cited and not good enough; each may be
 * NULL. ERR_NOMEM only: what is no such JSON says nothing. */
enum err cluster_asked_of(const struct words *w, struct arena *a, const char *text, const char *nearest,
	const char *record, struct cluster_asked *ret_asked);

/* 0…1: how likely both ask for the same. */
float cluster_likeness(const struct cluster_asked *a, const struct cluster_asked *b);

struct clusters;

enum err clusters_open(struct clusters **ret_clusters);
void clusters_close(struct clusters *c); /* NULL is fine */

/* The cluster it belongs to; 0: it is like none of them. */
int64_t clusters_find(struct clusters *c, const struct cluster_asked *asked);

/* It is one of cluster `id`, which need not be known yet. ERR_LIMIT: there are CLUSTERS_MAX; begin anew with the newest of them. */
enum err clusters_put(struct clusters *c, int64_t id, const struct cluster_asked *asked);
bool clusters_is_full(const struct clusters *c, int64_t id); /* has all the examples it may have */

void clusters_forget(
	struct clusters *c, int64_t id); /* none of its examples counts any more; it may be put anew */
size_t clusters_count(const struct clusters *c);

#endif
