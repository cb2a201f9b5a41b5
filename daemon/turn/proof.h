/* proof.h - what the numbers of a reply rest on: records cited, titles offered, and the few numbers that
 * compose worked out. Compose notes them here while it writes; the guard reads the finished text and believes
 * nothing else. */
#ifndef MOTCUA_PROOF_H
#define MOTCUA_PROOF_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

#include <stdint.h>

struct record;

enum proof_reason {
	PROOF_LIST,   /* "2. " at the start of a line */
	PROOF_PAGE,   /* "1/3" */
	PROOF_COUNT,  /* how many documents the record has */
	PROOF_DATE,   /* a day of the cited version, written 01/07/2026 */
	PROOF_CLOCK,  /* 7:30, out of the hours of the cited record */
	PROOF_AHEAD,  /* a day to come on which the cited record opens again */
	PROOF_CODE,   /* given to a citizen (code.h) */
	PROOF_PERIOD, /* hours or days in which we may or must do something: of a platform, of the configuration */
	PROOF_PHRASE, /* stands in phrases.vi: 113, 1.000 … */
};

struct proof_number {
	const char *text;
	size_t len;
	enum proof_reason reason;
};

#define PROOF_NUMBERS 64
#define PROOF_TEXTS 8

struct proof {
	const struct record *records[PROOF_TEXTS]; /* cited: their JSON counts */
	size_t record_count;
	const char *texts[PROOF_TEXTS]; /* titles offered, as the index gave them */
	size_t text_count;
	struct proof_number numbers[PROOF_NUMBERS]; /* each allows one occurrence */
	size_t number_count;
	size_t pages; /* the answer has so many */
};

void proof_cite(struct proof *p, const struct record *r);
void proof_text(struct proof *p, const char *title);
void proof_number(struct proof *p, const char *text, size_t len, enum proof_reason reason);

/* "2026-07-01" → "01/07/2026" in `a`; NULL for NULL and for what is no day. */
const char *proof_day(struct arena *a, const char *day);

/* The next number in `text` from *at on: letters and digits with a digit among them, joined by . , / - : or,
 * between digits, one blank. *at moves behind it; len 0 at the end. */
struct bytes proof_next(const char *text, size_t len, size_t *at);

/* OK or ERR_GUARD with the first number that has nothing to rest on in *ret_number. `jsons` are those of
 * p->records. */
enum err proof_check(struct arena *a, const struct proof *p, const char *text, const char *const *jsons,
	struct bytes *ret_number);

#endif
