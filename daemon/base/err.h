/* err.h - error codes, and the sentence that says why.
 * Functions that can fail return enum err. Where a person must act on the failure they also fill a
 * struct why: lower case, no full stop, what was tried, on which named thing, and the reason. */
#ifndef MOTCUA_ERR_H
#define MOTCUA_ERR_H

#define ERR(name, words) name,
enum err {
#include "daemon/base/err.def"
	ERR_COUNT
};
#undef ERR

struct why {
	char text[512]; /* "" until something failed */
};

const char *err_words(enum err err); /* never NULL */

/* Fills why->text (cut at its size); NULL why is fine. Returns err, so that
 * `return why_set(why, ERR_FORMAT, "...")` reads as one thought. */
enum err why_set(struct why *why, enum err err, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
