/* code.h - codes a citizen is given to come back with: drawn by chance, short enough to be said on the phone, without characters
 * that look like one another (none of B 8, G, I L 1, O Q 0, S 5, U, Z 2). Any thread.
 *
 * A code begins with a letter and has at least two letters and two digits, so that no Vietnamese word and no plain number is one,
 * and it is none of what mask.h takes for a personal number: typed again it comes through as it is. */
#ifndef MOTCUA_CODE_H
#define MOTCUA_CODE_H

#include "daemon/base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define CODE_WAIT 6 /* characters of a waiting citizen's */
#define CODE_CASE 8 /* of a case's */
#define CODE_SIZE (CODE_CASE + 1)

/* `len` characters and a NUL. Two draws may be equal: the table that keeps them has the last word. ERR_NOMEM. */
enum err code_make(size_t len, char ret_code[CODE_SIZE]);

/* The first code in a text, in capitals, however it was typed: "mã k7m4xr ạ", "K7M-4XR", "k7m 4xr". *ret_alone: there is little
 * else in the text, so it was meant as one. False: none. */
bool code_find(const char *text, char ret_code[CODE_SIZE], bool *ret_alone);

#endif
