/* spell.h - syllables as typed → the syllables that were meant. Pure over read-only lists; any thread.
 *
 * Teencode, abbreviations and dialect are already put into standard words. Here a message is read as a whole: every syllable
 * that is unknown, or known but unexpected where it stands, gets guesses (spell_guess.h: Telex and VNI residue, a slip of the
 * fingers, chat letters, words run together, cut in two, or with their blank in the wrong place), and the most likely way
 * through all of them is taken. A guess costs what its slip costs; a word costs how seldom it stands behind the one before it
 * (lexicon_expects). A syllable that its neighbours know is left alone, and so is one with marks that the language has. */
#ifndef MOTCUA_SPELL_H
#define MOTCUA_SPELL_H

#include "knowledge/words_internal.h"

#include "daemon/base/arena.h"

/* Result and its strings in `a`; what was right is borrowed from `typed`. Work is in proportion to `count`: beyond a bound of
 * guesses a message is left as typed. ERR_NOMEM only. */
enum err spell_repair(const struct words *w, struct arena *a, const struct syllable *typed, size_t count,
	struct syllable **ret_syllables, size_t *ret_count);

#endif
