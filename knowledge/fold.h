/* fold.h - Vietnamese text → syllables in a comparable form. Pure, allocates nothing; any thread.
 *
 *   plain   lower case, no marks, đ → d, y → i where both are written (kỹ, kĩ → "ki"): "dang", "ki"
 *   marked  the same with its marks, NFC, the tone always on the same letter: hoà, hòa, composed or not →
 * "hoà"; "đăng"
 *
 * A syllable is a run of letters and digits. Letters of other scripts are kept as they are, lower case where
 * we know it; everything else separates. Broken UTF-8 separates. */
#ifndef MOTCUA_FOLD_H
#define MOTCUA_FOLD_H

#include <stdbool.h>
#include <stddef.h>

#define FOLD_MAX 200 /* bytes of one form with its NUL; a longer run comes in pieces */

struct fold { /* set up by fold_init(); borrowed text */
	const char *text;
	size_t len, at;
};

struct fold_syllable {
	char plain[FOLD_MAX], marked[FOLD_MAX];
	size_t plain_len, marked_len;
	size_t start, end; /* bytes in the text */
	bool has_marks;    /* any mark or đ was typed; else marked equals plain */
};

void fold_init(struct fold *f, const char *text, size_t len);
bool fold_next(struct fold *f, struct fold_syllable *ret_syllable);

/* The plain syllables of `text` with one blank between; cut at room - 1 bytes. Returns the length. */
size_t fold_plain(const char *text, size_t len, char *out, size_t room);

#endif
