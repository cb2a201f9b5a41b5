/* burst.h - several short messages of one citizen in quick succession are one question: "dạ em hỏi" "làm khai sinh" "cho con".
 * Pure; turns.c waits, joins and settles. */
#ifndef MOTCUA_BURST_H
#define MOTCUA_BURST_H

#include "daemon/store/store_event.h"
#include "daemon/turn/turn.h"

#define BURST_MAX 8 /* messages in one question */

/* Whether `next` goes on with what `before` said: both typed, at most wait_ms apart. */
bool burst_goes_on(const struct stored_event *before, const struct stored_event *next, int64_t wait_ms);

/* Whether the citizen may still be typing the rest: a topic alone, or nothing we could answer. What ends with a question mark,
 * asks something of a matter we know, or is no question, is answered at once. */
bool burst_may_go_on(const struct turn *t);

/* The texts with a blank between them, to be freed; NULL: out of memory. */
char *burst_join(const struct stored_event *const *events, size_t count);

#endif
