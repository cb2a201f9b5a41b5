/* matter.h - a question apart: the thing it is about, and what is to be done with it. "làm lại bằng lái" → "bằng lái", "làm lại". So
 * that a conversation can keep one of them and change the other. */
#ifndef MOTCUA_MATTER_H
#define MOTCUA_MATTER_H

#include "knowledge/question.h"

#include <stdint.h>

struct matter {
	const char *
		thing; /* words of the topic that name no act, with the marks we know; "" when there are none */
	const char *acting; /* words of the acts; "" when there are none */
	uint32_t acts;      /* bits: which lines of acts.tsv */
};

/* Of a message or a title, parsed. Strings in `a`. ERR_NOMEM only. */
enum err matter_of(
	const struct words *w, struct arena *a, const struct question *q, struct matter *ret_matter);

#endif
