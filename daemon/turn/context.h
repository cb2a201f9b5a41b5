/* context.h - a message that leans on the record in hand: the same thing and something else to be done with it ("rồi gia hạn thì
 * sao"), or the same to be done with another thing ("còn bằng lái cũng mất luôn"). Inside of search.c. */
#ifndef MOTCUA_CONTEXT_H
#define MOTCUA_CONTEXT_H

#include "daemon/turn/turn.h"

/* Searches for the message beside what the record in hand is about; what both searches find is better than what one does. When
 * that is sure, or clearly means something else than the record in hand, t->answers is replaced and *asked is the question so
 * completed; else both stay as they are, and *ret_in_hand says whether the record in hand is meant. ERR_NOMEM, ERR_STORE. */
enum err context_search(struct turn *t, const char **asked, bool *ret_in_hand);

/* The same for "còn …": what was to be done before is to be done with this. */
enum err context_search_parallel(struct turn *t, const char **asked);

/* The message names no act of its own: with "có cần … không", a detail of the record in hand is asked. */
enum err context_is_detail(struct turn *t, bool *ret_is);

/* The message tells how it is with somebody ("tôi độc thân 40 tuổi có được không") or says something of the record in hand along
 * with more ("hộ khẩu hai đứa khác tỉnh"), names no act, and beside the record in hand means that record. After the search for the
 * message alone. ERR_NOMEM, ERR_STORE. */
enum err context_is_circumstance(struct turn *t, bool *ret_is);

/* The message names only the thing in hand and asks something of it: "bằng lái thì phí nhiêu". */
enum err context_is_in_hand(struct turn *t, bool *ret_is);

#endif
