/* words_internal.h - the loaded word lists as knowledge/ sees them: one trie over folded syllables for all
 * lists.
 *
 * question_parse(): clean -> tokens (fold) -> teencode, abbreviations, dialect put into standard words
 * (expand)
 * -> spelling repaired (spell) -> facets, utterances, stop words matched (facets.c, utterance.c) -> terms
 * (search).
 *
 * A list's phrase is found by its folded syllables; `marked` tells what marks the list wrote, so that marks
 * which were typed can be held against it (words_marks_agree). Read-only once loaded; any thread. */
#ifndef MOTCUA_WORDS_INTERNAL_H
#define MOTCUA_WORDS_INTERNAL_H

#include "knowledge/question.h"

#include <stdint.h>

struct lexicon;

struct syllable {
	const char *folded; /* "thue": lower case, no marks, đ is d */
	const char *marked; /* "thuế": lower case, NFC, tone where we want it */
};

enum word_list {
	LIST_FACETS,        /* value: enum facet */
	LIST_UTTERANCES,    /* value: enum utterance */
	LIST_STOPWORDS,     /* words a search does better without */
	LIST_TEENCODE,      /* to: what it stands for */
	LIST_ABBREVIATIONS, /* to */
	LIST_DIALECT,       /* to */
	LIST_COUNT,
};

struct word_entry {
	const struct word_entry *next; /* another one for the same folded syllables */
	enum word_list list;
	unsigned value, rules;         /* of the list */
	const struct syllable *phrase; /* as the list has it */
	size_t length;                 /* syllables in `phrase` */
	const struct syllable *to;     /* LIST_TEENCODE, _ABBREVIATIONS, _DIALECT: the standard words */
	size_t to_length;
	const uint32_t *before, *after, *unless; /* hints: ids of syllables, 0 ends; NULL: none */
};

/* Number of a folded syllable that is in any list; 0: in none. */
uint32_t words_syllable(const struct words *w, const char *folded);

/* The trie: from the root (0) along syllable ids; 0 means that no phrase goes on like this. */
uint32_t words_step(const struct words *w, uint32_t node, uint32_t syllable);
const struct word_entry *words_entries(
	const struct words *w, uint32_t node); /* of the phrases that end here; NULL: none */

/* False when `typed` carries marks that `list` has not: "thuê" is not "thuế", "thue" may be, and so may
 * "thuế". `strict`: the writer sets marks, so missing ones count too. */
bool words_marks_agree(const char *typed, const char *list, bool strict);

/* Counted syllables and pairs, synonyms (lexicon.h); loaded and freed with the words. */
const struct lexicon *words_lexicon(const struct words *w);

enum term_role {
	TERM_TOPIC,  /* names the matter: searched */
	TERM_FACET,  /* asks for the fee, the place, ...: searched with little weight */
	TERM_FILLER, /* "cho hỏi", "ạ", "thì làm sao": not searched */
};

/* One syllable of the question after expand and spell, in the order typed: question.terms holds them all, so
 * that search can still weigh what was taken for a facet or a filler. */
struct term {
	struct syllable syllable; /* marked is NULL when no mark was typed and no list brought any */
	enum term_role role;
};

#endif
