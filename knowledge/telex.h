/* telex.h - keys of a Vietnamese keyboard that reached us undecoded: Telex ("ddoori") and VNI ("d9o6i3") → the syllable. */
#ifndef MOTCUA_TELEX_H
#define MOTCUA_TELEX_H

#include "knowledge/fold.h"
#include <stdbool.h>

/* `typed` is a plain syllable of fold; *ret_keys says how many of its keys were marks. False when no key of it is a mark. */
bool telex_decode(const char *typed, struct fold_syllable *ret_syllable, unsigned *ret_keys);

#endif
