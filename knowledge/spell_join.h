/* spell_join.h - letters without blanks → the words they are made of. Private to spelling. */
#ifndef MOTCUA_SPELL_JOIN_H
#define MOTCUA_SPELL_JOIN_H

#include "knowledge/lexicon.h"

enum { JOIN_LETTERS = 48, JOIN_PIECES = 20 };

struct join {
	const struct words *words;
	struct arena *arena;
	const char *before; /* word before the letters; NULL */
	bool slip;          /* one of the pieces may hold a slip */
};

/* The likeliest parting of letters[len] into at least `least` known words, chat spelling and abbreviations among them put
 * right: *ret_syllables in the arena with room for one more, and what all but the first of them cost. *ret_count is 0 when
 * there is none. ERR_NOMEM only. */
enum err join_part(const struct join *j, const char *letters, size_t len, unsigned least,
	struct syllable **ret_syllables, uint8_t *ret_count, double *ret_cost);

#endif
