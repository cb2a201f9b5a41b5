/* samples.h - what is learned from: messages and the records they mean.
 *
 *   labelled   rows {"q","gold","beh","set"} and the first turns of conversations
 *   asked      our own ways of asking (rows with "ask"), each searched for while it and a fifth of the others are left out
 *   parts      wordings that ways of asking of several records share, "giấy khai sinh" out of "mất giấy khai sinh", "sửa giấy khai
 *              sinh": by how the records that have one share it, it means one of them or leaves it open
 *
 * Out of memory and files that cannot be read end the program. */
#ifndef MOTCUA_SAMPLES_H
#define MOTCUA_SAMPLES_H

#include "knowledge/kb_measure.h"

enum { SETS = 64 };

enum meant { MEANT_RECORD, MEANT_SEVERAL, MEANT_NONE };

struct sample {
	struct candidate *candidates; /* as kb_candidates() gave them */
	bool *right;                  /* of each: it is meant, or one of those that may be */
	size_t count;
	struct asked *asked;
	enum meant meant;
	bool labelled; /* by people, not made from ways of asking */
	unsigned part; /* the left out one of PARTS; PARTS: none */
	unsigned fold, set;
	double weight;     /* sets weigh by the square root of their size */
	double prior;      /* how much the records are asked for; 1 for labelled ones */
	char *text, *gold; /* ids, parted by blanks */
};

enum { PARTS = 5 };

struct samples {
	struct sample *items;
	size_t count, room;
	char sets[SETS][48];
	double set_size[SETS];
	size_t set_count;
};

void samples_read(struct samples *all, struct kb *kb, const struct words *words, char **paths, int count,
	unsigned folds);
void samples_release(struct samples *all);

void die(const char *what, const char *why);
void *must(void *p);

#endif
