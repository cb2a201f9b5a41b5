/* spell_guess.h - what a typed syllable, or two beside one another, may have been meant to be. Private to spell.c. */
#ifndef MOTCUA_SPELL_GUESS_H
#define MOTCUA_SPELL_GUESS_H

#include "knowledge/lexicon.h"

enum { GUESSES_MAX = 10, GUESS_SYLLABLES = 24 /* most in one guess */ };

struct guess {
	const struct syllable *syllables;
	uint8_t count;  /* of them */
	uint8_t taken;  /* typed syllables it stands for: 1 or 2 */
	bool unknown;   /* the lexicon has no word of it: `cost` is all it costs */
	uint8_t keys;   /* of a keyboard that was not switched on, decoded */
	double cost;    /* of the slip, and of the words within but for the first */
	double promise; /* among the guesses of one place, by what stands around it as typed */
};

struct guesses {
	size_t count;
	struct guess items[GUESSES_MAX]; /* as typed first */
};

struct place { /* a typed syllable and its neighbours' folded forms, NULL at the ends */
	const struct words *words;
	struct arena *arena;
	const struct syllable *typed;
	const char *before, *after;
	bool keys_shown; /* the keyboard was not switched on: what can be decoded is */
};

/* As typed. */
struct guess guess_same(const struct lexicon *l, const struct syllable *typed);

/* Adds the best guesses for one syllable; the least promising fall out when there are too many. ERR_NOMEM only. */
enum err guess_one(const struct place *p, struct guesses *g);

/* For typed[0] and typed[1] together: one word cut in two, or the blank in the wrong place. */
enum err guess_two(const struct place *p, struct guesses *g);

#endif
