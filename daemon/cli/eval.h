/* eval.h - labelled questions and conversations through the same turn as a webhook, and what came of them.
 *   eval.c        rows of a file; how often the search has the right record first, also with slips
 *   eval_turn.c   how the turn ended: behaviour, record, facets, confidence */
#ifndef MOTCUA_EVAL_H
#define MOTCUA_EVAL_H

#include "daemon/turn/turn.h"
#include "knowledge/kb_measure.h"

#include <stdio.h>

enum { EVAL_SETS_MAX = 64 };

struct eval_hits {
	unsigned n, top1, top3;
	double reciprocal;
};

/* BEHAVIOUR(name, word): what a message wants of us; the word stands in the rows as "beh". */
#define BEHAVIOURS(BEHAVIOUR)                                                                                \
	BEHAVIOUR(ANSWER, "answer")                                                                          \
	BEHAVIOUR(CLARIFY, "clarify")                                                                        \
	BEHAVIOUR(REJECT, "reject")                                                                          \
	BEHAVIOUR(SMALLTALK, "smalltalk")                                                                    \
	BEHAVIOUR(CASE, "case")                                                                              \
	BEHAVIOUR(COMPLAINT, "complaint")                                                                    \
	BEHAVIOUR(EMERGENCY, "emergency")                                                                    \
	BEHAVIOUR(STATUS, "status")                                                                          \
	BEHAVIOUR(UNIT, "unit")                                                                              \
	BEHAVIOUR(HOTLINE, "hotline")
#define BEHAVIOUR_ENUM(name, word) BEHAVIOUR_##name,
enum behaviour { BEHAVIOURS(BEHAVIOUR_ENUM) BEHAVIOUR_COUNT };
extern const char *const behaviour_words[BEHAVIOUR_COUNT];

struct eval_share { /* so many of so many */
	unsigned n, right;
};

struct eval_set {
	char name[48];
	struct eval_hits plain, stripped, typo; /* single questions, by the search */
	unsigned missing, direct, direct_right, rejects_answered;
	struct eval_share behaviours[BEHAVIOUR_COUNT]; /* by the turn, as all below */
	struct eval_share records; /* turns of a conversation that want an answer: it cites a right record */
	struct eval_share facets;  /* rows with "fields": all of them were asked, as we understood it */
	bool faq_only;
};

enum { EVAL_BINS = 10 };

struct eval_bin { /* answers of about one confidence */
	unsigned n, right;
	double said;
};

struct eval {
	struct kb *kb;
	struct words *words;
	struct phrases *phrases;
	struct arena arena;
	struct turn turn;   /* the last one; released before the next */
	char *conversation; /* what it remembered; NULL: nothing was said before */
	struct eval_set sets[EVAL_SETS_MAX];
	size_t set_count;
	double *us; /* one a question */
	size_t us_count, us_room;
	struct eval_bin bins[EVAL_BINS];
	FILE *misses; /* where wrong ones are listed; NULL */
};

/* Asks every row of the file: {"q","gold":[ids],"beh":"answer|clarify|reject|…","fields":["fee",…],"set"}, or a conversation
 * {"turns":[{"q","gold","beh","fields"},…],"set"}, whose turns remember one another. Questions whose gold are all of
 * one kind "faq:" are searched among the faq; those none of whose gold is in the knowledge are counted as missing. */
enum err eval_file(struct eval *e, const char *path, struct why *why);
void eval_release(struct eval *e); /* what the questions left; kb, words and phrases are the caller's */

struct eval_row {
	const char *q, *set;
	enum behaviour behaviour;
	unsigned facets;          /* bits of "fields" */
	const struct cJSON *gold; /* array of ids */
	bool faq_only;
};
bool eval_is_gold(const struct eval_row *row, const char *id);
bool eval_gold_known(const struct eval *e, const struct eval_row *row);
/* Says it in the conversation as it stands, and counts how the turn ended. */
enum err eval_turn(struct eval *e, const struct eval_row *row, struct eval_set *set, bool in_conversation);
void eval_forget(struct eval *e); /* the conversation is over */

/* Both sort the times first. */
void eval_print_json(struct eval *e);
void eval_print_table(struct eval *e);

#endif
