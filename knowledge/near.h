/* near.h - the words one slip of the fingers away from what was typed: two letters in each other's place, one too many, one
 * too few, another one. Built once, then read-only; any thread.
 *
 * Every word is kept under each form that lacks one of its letters; two words one slip apart share such a form, so that a
 * look-up costs as many steps as what was typed has letters, not as many as the alphabet. */
#ifndef MOTCUA_NEAR_H
#define MOTCUA_NEAR_H

#include "knowledge/numbers.h"

#include <stdbool.h>

enum { NEAR_LETTERS = 12, NEAR_MAX = 48 };

struct near {
	struct numbers first; /* a form → its newest link */
	struct near_link {
		uint32_t word, next; /* 0 ends */
	} * links;
	char (*words)[NEAR_LETTERS + 1]; /* both from 1 */
	uint32_t link_count, link_room, word_count, word_room;
};

struct near_word {
	const char *word; /* borrowed */
	float cost;       /* how seldom fingers do that: 2 often … 6 hardly ever */
};

/* `word` must be new; one of other letters than a to z, of a single one, or longer than NEAR_LETTERS, is left out. */
enum err near_add(struct near *n, const char *word);
void near_release(struct near *n);

/* The words near `typed`, itself not among them, into ret_words[NEAR_MAX]. */
size_t near_find(const struct near *n, const char *typed, struct near_word *ret_words);

/* What the slip from `meant` to `typed` costs; 0 when it is not one slip. */
float near_cost(const char *meant, const char *typed);

bool near_is_word(const char *s); /* of letters a to z alone */

#endif
