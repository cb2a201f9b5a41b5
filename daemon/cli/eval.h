/* eval.h - labelled questions through the same parse and search as a webhook, and what came of them. */
#ifndef MOTCUA_EVAL_H
#define MOTCUA_EVAL_H

#include "knowledge/kb_measure.h"

#include <stdio.h>

enum { EVAL_SETS_MAX = 64 };

struct eval_hits {
	unsigned n, top1, top3;
	double reciprocal;
};

struct eval_set {
	char name[48];
	struct eval_hits plain, stripped, typo;
	unsigned missing, direct, direct_right, rejects, rejects_answered, clarifies, clarified;
	bool faq_only;
};

struct eval {
	struct kb *kb;
	struct words *words;
	struct arena arena;
	struct eval_set sets[EVAL_SETS_MAX];
	size_t set_count;
	double *us; /* one a question */
	size_t us_count, us_room;
	FILE *misses; /* where wrong ones are listed; NULL */
};

/* Asks every row of the file: {"q","gold":[ids],"beh":"answer|clarify|reject|…","set"}. Questions whose gold are all of
 * one kind "faq:" are searched among the faq; those none of whose gold is in the knowledge are counted as missing. */
enum err eval_file(struct eval *e, const char *path, struct why *why);

/* Both sort the times first. */
void eval_print_json(struct eval *e);
void eval_print_table(struct eval *e);

#endif
