/* spell.h - syllables as typed → the syllables that were meant. Pure over a read-only lexicon; any thread.
 *
 * Teencode, abbreviations and dialect are already put into standard words. Here: Telex and VNI residue
 * ("ddoori" → đổi), run-together words ("khaisinh"), unknown syllables to the nearest known one that their
 * neighbours expect. A known syllable is left alone. */
#ifndef MOTCUA_SPELL_H
#define MOTCUA_SPELL_H

#include "knowledge/lexicon.h"
#include "knowledge/words_internal.h"

/* Result and its strings in `a`; what was right is borrowed from `typed`. ERR_NOMEM only. */
enum err spell_repair(const struct lexicon *l, struct arena *a, const struct syllable *typed, size_t count,
	struct syllable **ret_syllables, size_t *ret_count);

#endif
