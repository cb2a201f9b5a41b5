/* context.h - a message that leans on the record in hand: the same thing and something else to be done with it ("rồi gia hạn thì
 * sao"), or the same to be done with another thing ("còn bằng lái cũng mất luôn"). Inside of search.c. */
#ifndef MOTCUA_CONTEXT_H
#define MOTCUA_CONTEXT_H

#include "daemon/turn/turn.h"

/* Searches for the message beside what the record in hand is about; what both searches find is better than what one does. When
 * that is sure, or clearly means something else than the record in hand, t->answers is replaced and *asked is the question so
 * completed; else both stay as they are. ERR_NOMEM, ERR_STORE. */
enum err context_search(struct turn *t, const char **asked);

/* The same for "còn …": what was to be done before is to be done with this. */
enum err context_search_parallel(struct turn *t, const char **asked);

/* The message names no act of its own: with "có cần … không", a detail of the record in hand is asked. */
enum err context_is_detail(struct turn *t, bool *ret_is);

/* The message names only the thing in hand and asks something of it: "bằng lái thì phí nhiêu". */
enum err context_is_in_hand(struct turn *t, bool *ret_is);

#endif
