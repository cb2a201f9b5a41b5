/* gist.h - what a question is about, in a form that different wordings of one matter share: what the lists of synonyms call alike is
 * one name, what is done and for whom are bits, and the words that are left count by how rare they are. Pure; any thread. */
#ifndef MOTCUA_GIST_H
#define MOTCUA_GIST_H

#include "knowledge/question.h"

#include <stdint.h>

enum { GIST_WORDS = 16, GIST_NAMES = 6 }; /* the rarest are kept: a longer message is a story */

struct gist_word {
	uint32_t key; /* of a name or a plain syllable */
	float weight;
};

struct gist {
	struct gist_word words[GIST_WORDS]; /* by key; the sum of their squares is 1 */
	uint16_t names[GIST_NAMES];         /* lines of synonyms.tsv, ascending */
	uint8_t word_count, name_count;
	uint32_t acts, variants; /* bits: lines of acts.tsv and variants.tsv */
};

/* A message that names no matter ("cho tôi gặp cán bộ") is about all of its words; those without words are alike. */
void gist_of(const struct words *w, const struct question *q, struct gist *ret_gist);

/* 0…1: how much of their words two of them share; 1: the same. */
float gist_words_shared(const struct gist *a, const struct gist *b);
/* Names that both have, and those that only one has. */
void gist_names_compare(const struct gist *a, const struct gist *b, unsigned *ret_both, unsigned *ret_one);

#endif
