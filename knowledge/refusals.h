/* refusals.h - what import says of a row or a file it refused, in Vietnamese (words/refusals.tsv). Read-only once open; any thread. */
#ifndef MOTCUA_REFUSALS_H
#define MOTCUA_REFUSALS_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

struct refusals;
enum err refusals_open(struct refusals **ret_refusals, struct why *why);
void refusals_close(struct refusals *r); /* NULL is fine */

/* A refusal's reason, or the `why` of an import → a sentence in `a`; `english` itself when nobody has put it in Vietnamese. */
const char *refusals_say(const struct refusals *r, struct arena *a, const char *english);

#endif
