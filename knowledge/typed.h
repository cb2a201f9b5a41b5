/* typed.h - a message's text → the syllables that were typed. Private to question_parse().
 *
 * Codes and what masking put in are left out. Letters drawn out ("điiiii") are written once, a number is parted from the word
 * behind it ("14tuổi", "3tr"); everything else is as fold.h has it. */
#ifndef MOTCUA_TYPED_H
#define MOTCUA_TYPED_H

#include "knowledge/codes.h"
#include "knowledge/words_internal.h"

struct typed {
	struct syllable *syllables;
	size_t count, marked; /* of them with marks */
};

/* Everything in the arena; syllables may be NULL when there are none. ERR_NOMEM only. */
enum err typed_split(const struct words *w, struct arena *a, const char *text, const struct codes *codes,
	struct typed *ret_typed);

#endif
