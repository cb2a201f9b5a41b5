/* mask_shape.h - the shapes that numbers of offices and people have, as mask.c asks for them. Pure; no word decides here. */
#ifndef MOTCUA_MASK_SHAPE_H
#define MOTCUA_MASK_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#define SHAPE_GROUPS 24 /* of one number; "0 0 1 0 9 9 …" has 12 */

struct group {
	const char *begin, *end;
	size_t digits;
	size_t sum; /* digits of this and the groups before it */
	char gap;   /* what stands before it: ' ', '.', '-', ',', '/' …, or '*' for a mixture */
};

struct number {
	struct group group[SHAPE_GROUPS];
	size_t count;
};

struct plate {
	const char *end;
	bool loose; /* blanks where the sheet metal has none */
	bool small; /* small letters */
	char letter;
	size_t tail; /* digits of the running number */
};

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool is_letter(char c)
{
	return ((unsigned char)c | 0x20) >= 'a' && ((unsigned char)c | 0x20) <= 'z';
}

static inline bool is_word_byte(char c)
{
	return is_digit(c) || is_letter(c) || (unsigned char)c >= 0x80;
}

static inline const char *skip_digits(const char *s)
{
	while (is_digit(*s))
		s++;
	return s;
}

/* The digit groups from `s` on, a digit, with blanks, dots, dashes and brackets between them. */
void shape_number(const char *s, struct number *ret_number);

/* The same with commas, slashes, line ends and the like between them too, in place of what shape_number() found; false when they
 * add nothing. */
bool shape_scattered(const char *s, struct number *n);

/* The first `groups` are no list of days, years or amounts: of three digits and more each, or of one each, or of two each of which
 * one is no day. */
bool shape_is_firm(const struct number *n, size_t groups);

/* How many groups have `sum` digits together; 0 when no group ends there. */
size_t shape_groups_with(const struct number *n, size_t sum);

bool shape_is_year(const struct group *g);
bool shape_is_date(const struct number *n); /* its first three groups: 02 11 2024, 2-11-2024, 2024.11.02 */

/* Groups of the phone number that `n` begins with; 0 when it does not. */
size_t shape_phone(const struct number *n);
bool shape_phone_at(const struct number *n, size_t from); /* from that group on */

/* Groups of the amount "1.200.000" or "1 200 000" that `n` begins with; 1 when it is one group. */
size_t shape_amount(const struct number *n);

/* "H19.8-241112-0003" at its letter; its end or NULL. */
const char *shape_dossier(const char *s);

/* "29A-123.45", "29-B1 123.45", "51F1-12345", "30K12345" */
bool shape_plate(const char *s, struct plate *ret_plate);

#endif
