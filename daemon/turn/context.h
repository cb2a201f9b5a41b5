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

/* After the search for the message alone: what it found is another record than the one in hand, likely, and named: two words of the
 * message stand side by side in its title, and not in the title of the record in hand. */
bool context_names_another(const struct turn *t);

/* The message tells how it is with somebody ("em ở trọ tỉnh khác làm được không"), names no act and no other matter, and beside the
 * record in hand means that record. After the search for the message alone. ERR_NOMEM, ERR_STORE. */
enum err context_is_circumstance(struct turn *t, bool *ret_is);

/* The message names only the thing in hand and asks something of it: "bằng lái thì phí nhiêu". */
enum err context_is_in_hand(struct turn *t, bool *ret_is);

#endif
