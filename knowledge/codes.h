/* codes.h - dossier and procedure codes in a message, and other stretches that are no words. Pure.
 *   dossier    H19.8-241112-0003, 000.00.26.H59-260528-0009: office, day, number
 *   procedure  1.004194, also with the office behind it (1.004194.000.00.00.H10) */
#ifndef MOTCUA_CODES_H
#define MOTCUA_CODES_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

#define CODE_SPANS 16

struct code_span {
	size_t start, end; /* bytes */
};

struct codes {
	const char *dossier, *procedure;    /* the first of each, capitals; NULL */
	struct code_span spans[CODE_SPANS]; /* of every code, and of what masking put in: "[điện thoại]" */
	size_t span_count;
};

/* `text` is valid UTF-8. ERR_NOMEM only. */
enum err codes_find(struct arena *a, const char *text, struct codes *ret_codes);

#endif
