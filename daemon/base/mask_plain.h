/* mask_plain.h - the many ways of writing a digit, and words as masking compares them. Pure. */
#ifndef MOTCUA_MASK_PLAIN_H
#define MOTCUA_MASK_PLAIN_H

#include <stdbool.h>
#include <stddef.h>

enum { SPOKEN_DIGITS = 15 };

struct spoken_number {
	char digits[SPOKEN_DIGITS + 1];
	size_t words; /* of them said in words */
	const char *end;
};

/* [s, end) as words without marks and capitals, one blank around each; "#" for a digit. `out` has room for end - s + 3 bytes. */
void mask_folded(const char *s, const char *end, char *out);

/* The digits from `s` on, the beginning of a word or of a group of digits: "không chín một hai 345 678". False when they are
 * fewer than a personal number has or when hardly any is a word. Looks at a bounded number of bytes. */
bool mask_spoken_number(const char *s, struct spoken_number *ret_number);

/* Whether `text` may hold digits of another script or gaps nobody sees; and the same text with both in ASCII, into `out` of its
 * length and one byte. */
bool mask_has_foreign(const char *text);
void mask_plain_digits(const char *text, char *out);

#endif
