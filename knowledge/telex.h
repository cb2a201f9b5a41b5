/* telex.h - keys of a Vietnamese keyboard that reached us undecoded: Telex ("ddoori") and VNI ("d9o6i3") → the syllable. */
#ifndef MOTCUA_TELEX_H
#define MOTCUA_TELEX_H

#include "knowledge/fold.h"
#include "knowledge/lexicon.h"

/* `typed` is a plain syllable of fold. False when no key of it is a mark, or when what comes out is no syllable that the
 * lexicon has with these marks. */
bool telex_decode(const struct lexicon *l, const char *typed, struct fold_syllable *ret_syllable);

#endif
