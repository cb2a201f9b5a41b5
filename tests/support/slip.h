/* slip.h - questions typed badly, one slip of one kind at a time: what fingers, keyboards and chat do to words. */
#ifndef MOTCUA_TEST_SLIP_H
#define MOTCUA_TEST_SLIP_H

#include "knowledge/fold.h"

#include <stdint.h>

#define SLIP_ROOM 8192 /* bytes of a sentence written out */

struct slip_sentence {
	struct slip_word { /* as it is to be written */
		char plain[FOLD_MAX], marked[FOLD_MAX];
		bool glued; /* no blank before it */
	} words[256];
	size_t count;
};

struct slip_kind {
	const char *name;
	bool (*slip)(struct slip_sentence *s, size_t at); /* changes word `at`; false when it cannot */
};
extern const struct slip_kind slip_kinds[];
extern const size_t slip_kind_count;

void slip_seed(const char *text); /* what is drawn from here on depends on `text` alone */

void slip_split(const char *text, struct slip_sentence *ret_sentence);
void slip_write(const struct slip_sentence *s, char out[SLIP_ROOM]);

/* A slip of the kind in one of the words, drawn; false when none of them can have it. */
bool slip_once(const struct slip_kind *kind, const struct slip_sentence *s, struct slip_sentence *ret_slipped,
	size_t *ret_at);

#endif
