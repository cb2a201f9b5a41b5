/* sorting.h - unresolved questions get their clusters while the daemon runs: compared in a thread of their own that gives way to
 * others, written in small jobs. What a stop or a kill cut short is looked at again: a question is counted with its cluster in one
 * transaction. Loop thread. */
#ifndef MOTCUA_SORTING_H
#define MOTCUA_SORTING_H

#include "daemon/net/loop.h"
#include "daemon/store/store.h"
#include "knowledge/question.h"

struct sorting;

/* `words` and `store` are borrowed. */
enum err sorting_open(struct loop *loop, struct store *store, const char *state_path,
	const struct words *words, struct sorting **ret_sorting, struct why *why);

void sorting_stop(
	struct sorting *s); /* before the store closes: nothing more is compared or written. NULL is fine */
void sorting_close(struct sorting *s); /* after it is gone: a job under way is the store's. NULL is fine */

#endif
