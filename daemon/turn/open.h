/* open.h - what a citizen and we have open beside the matter itself: a code that was given and whether we may write, a reflection
 * that is being taken down, an answer that may be rated. Part of the conversation (conversation.h). */
#ifndef MOTCUA_OPEN_H
#define MOTCUA_OPEN_H

#include "daemon/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum open_step { /* what we asked last; numbers stand in rows: new ones go to the end */
	OPEN_NONE,
	OPEN_CONSENT,     /* may we write to you, about `code`? */
	OPEN_CASE_WHAT,   /* what happened? */
	OPEN_CASE_WHERE,  /* where? */
	OPEN_CASE_WHEN,   /* since when? */
	OPEN_CASE_SEND,   /* shall it be sent like this? */
	OPEN_RATE_REASON, /* what was wrong with the answer of `rated`? */
	OPEN_RATE_TEXT,   /* would you like to add something? */
	OPEN_STEPS
};

#define OPEN_WHAT_BYTES 1500
#define OPEN_WHERE_BYTES 300

struct open {
	enum open_step step;
	const char *code;  /* the last one given; NULL: none */
	int64_t code_of;   /* event of the question it was given for; 0: of a case */
	int64_t kept;      /* event of the last question kept for the office; 0: none since the last answer */
	int64_t answered;  /* event whose reply, the last one, was an answer that may be rated; 0: none */
	int64_t rated;     /* event whose answer is being rated */
	const char *what, *where, *when; /* of the reflection; "": will not say; NULL: not asked yet */
	bool suggestion;
};

struct cJSON;
/* ERR_NOMEM only; what is broken or too long is left out. */
bool open_read(struct arena *a, const struct cJSON *json, struct open *ret_open);
bool open_write(struct cJSON *root, const char *name, const struct open *open);

static inline bool open_is_case(const struct open *o)
{
	return o->step >= OPEN_CASE_WHAT && o->step <= OPEN_CASE_SEND;
}

void open_case_end(struct open *o); /* forgets the reflection */

#endif
