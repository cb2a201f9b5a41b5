/* store_cluster.h - unresolved questions that ask for the same thing, and what staff did with them.
 *
 *   open ──▶ answered           by a record, or with staff's words for those who wait
 *     │  └──▶ ignored, out_of_scope   what comes later and is like it raises nothing: it is put there and closed with it
 *     └──▶ merged               its questions are another cluster's; so is what comes later and is like them
 *
 * What is like an answered cluster and is asked after it was answered opens it again: somebody was not helped by it. A question is
 * counted when it gets its cluster, in one transaction, once. Only staff move it afterwards. */
#ifndef MOTCUA_STORE_CLUSTER_H
#define MOTCUA_STORE_CLUSTER_H

#include "daemon/store/store_question.h"

enum { CLUSTER_WEEKS = 8, CLUSTER_UNITS = 20 };

struct cluster {
	int64_t id;
	const char *
		label; /* what staff called it, else the words of one of its questions; NULL: all were taken back */
	const char *state; /* "open", "answered", "ignored", "out_of_scope", "merged" */
	int64_t merged_into;
	const char *owner, *due; /* NULL: none */
	int64_t count, first_ms, last_ms;
	const char *record, *answer, *answered_by,
		*approved_by; /* NULL: none; an answer without approved_by waits for it */
	int64_t closed_ms;    /* 0: open */
};
bool cluster_state_known(const char *state);

/* --- Jobs: sorting ------------------------------------------------------------------------------------ */

struct cluster_sorted {
	int64_t question, cluster;
	bool fresh; /* the first of a new cluster, of that id */
};

/* Questions get their clusters. One that has a cluster by now, or is gone, is passed over; merged clusters are followed.
 * ERR_EXISTS: a fresh id is taken; nothing is done, read what changed and sort anew. */
enum err store_cluster_sort(
	struct store_tx *tx, const struct cluster_sorted *items, size_t count, int64_t now_ms);

/* --- Jobs: staff. ERR_NOT_FOUND: no such cluster, or merged into another -------------------------------- */

struct cluster_change { /* NULL: as it is; "": none any more */
	const char *label, *owner, *due;
};
enum err store_cluster_change(struct store_tx *tx, int64_t id, const struct cluster_change *change);

/* The record answers it: its open questions are done, those who wait are to be told. */
enum err store_cluster_resolve(
	struct store_tx *tx, int64_t id, const char *record, const char *who, int64_t now_ms);

/* Staff's words for those who wait. They are told when they are approved. */
enum err store_cluster_answer(struct store_tx *tx, int64_t id, const char *answer, const char *who);
/* ERR_NOT_FOUND also when nothing waits for it. */
enum err store_cluster_approve(struct store_tx *tx, int64_t id, const char *who, int64_t now_ms);

enum err store_cluster_ignore(struct store_tx *tx, int64_t id, const char *state, const char *who,
	int64_t now_ms); /* "ignored", "out_of_scope" */
enum err store_cluster_reopen(
	struct store_tx *tx, int64_t id); /* with the questions that were closed along with it */

/* ERR_FORMAT: with itself. */
enum err store_cluster_merge(struct store_tx *tx, int64_t id, int64_t into, int64_t now_ms);
/* Those of the questions that are in it become a new cluster; *ret_id. ERR_FORMAT: none of them is, or all. */
enum err store_cluster_split(
	struct store_tx *tx, int64_t id, const int64_t *questions, size_t count, int64_t *ret_id);

/* --- Reading ----------------------------------------------------------------------------------------- */

#define CLUSTER_SORTS(SORT)                                                                                  \
	SORT(COUNT, "count")                                                                                 \
	SORT(WAITING, "waiting")                                                                             \
	SORT(LAST, "last")                                                                                   \
	SORT(RISING, "rising") /* asked more often this week than in the three before */
#define CLUSTER_SORT_ENUM(name, word) CLUSTER_BY_##name,
enum cluster_sort { CLUSTER_SORTS(CLUSTER_SORT_ENUM) CLUSTER_SORT_COUNT };
bool cluster_sort_from(const char *word, enum cluster_sort *ret_sort);

struct cluster_filter { /* NULL: any */
	const char *state;
	const char *owner; /* "": nobody's */
	const char *units; /* ",11329,11330,": asked there; also what is counted */
	const char *reason;
	const char *text; /* in its label or one of its newest questions */
	enum cluster_sort sort;
	int64_t now_ms;
};
enum err store_cluster_list(struct store_reader *r, struct arena *a, const struct cluster_filter *filter,
	size_t skip, size_t max, struct cluster **ret_items, size_t *ret_count, size_t *ret_total);
enum err store_cluster_get(struct store_reader *r, struct arena *a, int64_t id, struct cluster *ret_item);

struct cluster_facts { /* counted of its questions as they are kept now */
	int64_t count, people, waiting;
	int64_t weeks[CLUSTER_WEEKS]; /* the last is the seven days up to now */
	struct cluster_share {
		const char *name; /* a unit's code, NULL for none; a reason's word */
		int64_t count;
	} * units, *reasons; /* most first; at most CLUSTER_UNITS units */
	size_t unit_count, reason_count;
};
enum err store_cluster_facts(struct store_reader *r, struct arena *a, int64_t id, const char *units,
	int64_t now_ms, struct cluster_facts *ret_facts);

/* Newest first; units as above. */
enum err store_cluster_questions(struct store_reader *r, struct arena *a, int64_t id, const char *units,
	size_t skip, size_t max, struct unresolved **ret_items, size_t *ret_count, size_t *ret_total);

struct cluster_wording {
	struct unresolved question; /* the newest with that text */
	int64_t count;
};
/* Different texts, most asked first. */
enum err store_cluster_wordings(struct store_reader *r, struct arena *a, int64_t id, const char *units,
	size_t max, struct cluster_wording **ret_items, size_t *ret_count);

/* --- Reading, for who sorts ---------------------------------------------------------------------------- */

/* Open questions without a cluster, oldest first. */
enum err store_cluster_unsorted(struct store_reader *r, struct arena *a, size_t max,
	struct unresolved **ret_items, size_t *ret_count);

struct cluster_seen {
	int64_t id, revision;
};
/* Those staff changed after `revision`, in order of it; with -1 all that are not merged, newest first. */
enum err store_cluster_seen(struct store_reader *r, struct arena *a, int64_t revision, size_t max,
	struct cluster_seen **ret_items, size_t *ret_count);
/* The greatest id and the greatest revision; 0: there are none. */
enum err store_cluster_newest(struct store_reader *r, struct cluster_seen *ret_newest);

/* Its first questions that still have their words. */
enum err store_cluster_first(struct store_reader *r, struct arena *a, int64_t id, size_t max,
	struct unresolved **ret_items, size_t *ret_count);

#endif
