/* spoken.h - a message as syllables, and what the word lists find in it. Private to question_parse(). */
#ifndef MOTCUA_SPOKEN_H
#define MOTCUA_SPOKEN_H

#include "knowledge/words_internal.h"

#define SPOKEN_FILLER 1U /* stop words, by kind */
#define SPOKEN_WHAT 2U
#define SPOKEN_ASKING 4U
#define SPOKEN_WEAK 8U
#define SPOKEN_FACET 16U /* asks for a facet */
#define SPOKEN_NAME 32U  /* names a facet: asks for it when nothing else is said */
#define SPOKEN_KEPT 64U  /* looks like a facet or a stop word, but belongs to a name */
#define SPOKEN_NUMBER 128U
#define SPOKEN_SAID 256U    /* part of a phrase of utterances.tsv that can be the whole message */
#define SPOKEN_LEANS 512U   /* "thế còn", "cái đó" */
#define SPOKEN_UNSURE 1024U /* a stop word, or another word without its marks */
#define SPOKEN_STOP (SPOKEN_FILLER | SPOKEN_WHAT | SPOKEN_ASKING | SPOKEN_WEAK)

struct spoken {
	const struct words *words;
	const struct syllable *syllables; /* marked is NULL when no mark was typed and no list brought any */
	uint32_t *ids;                    /* words_syllable() of each */
	unsigned *flags;
	size_t count;
	bool strict;     /* the writer sets marks: a short word without them is meant so */
	uint64_t groups; /* of utterances.tsv that stand in the message; filled by spoken_mark_says() */
};

/* True when the phrase of `e`, whose folded syllables stand at `at`, also fits by its marks. */
bool spoken_fits(const struct spoken *s, const struct word_entry *e, size_t at);

/* The longest phrases of one list at `at`; NULL: none. All that say the same phrase are the entries behind it
 * in `next`, to be filtered by list and spoken_fits(). */
const struct word_entry *spoken_longest(const struct spoken *s, enum word_list list, size_t at);

/* Teencode, abbreviations and dialect become standard words. ERR_NOMEM only. */
enum err spoken_expand(const struct words *w, struct arena *a, const struct syllable *typed, size_t count,
	struct syllable **ret_syllables, size_t *ret_count);

void spoken_mark_stops(struct spoken *s);
void spoken_mark_says(struct spoken *s);

struct facets_asked {
	unsigned bits;
	bool only; /* nothing else is said */
	bool weak; /* by words that ask only when no others do: "thì sao" */
	bool how;  /* by words that ask how to go about it */
};

/* After both. */
struct facets_asked spoken_facets(struct spoken *s);

struct said {
	enum utterance says;
	int choice;
	bool follows, anew, detail, tells, denies, back, wants, state;
	enum nuance nuance;
	size_t rest; /* > 0: what was said before is taken back, the question begins at this syllable */
};

/* After spoken_facets(). */
struct said spoken_utterance(const struct spoken *s);

#endif
