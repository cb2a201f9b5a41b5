/* tell.h - those who wait are told: once, inside the platform's window, if they agreed. Loop thread.
 * Looks at the waits that are due (store_wait.h) every look_ms, one at a time: the answer is composed, and one transaction writes it
 * to the outbox and the wait to `telling`. What cannot be told becomes unreachable, where a person sees it; what became of the
 * outbox rows is read back in the same looks. A stop in between leaves a wait due or telling: the next start goes on. */
#ifndef MOTCUA_TELL_H
#define MOTCUA_TELL_H

#include "daemon/turn/turns.h"

struct tell;

struct tell_options {
	struct loop *loop;
	struct store *store;
	const char *state_path;
	struct turns *turns; /* whose search threads compose a record's answer; closed after this */
	const struct phrases *phrases;
	const struct accounts *accounts;
	int64_t look_ms; /* default 1 s */
	void (*reply_cb)(void *arg, int64_t outbox_id); /* a reply was committed: the outbox may take it */
	void *arg;
};

enum err tell_open(const struct tell_options *o, struct tell **ret_tell, struct why *why);
void tell_close(struct tell *t, void (*closed_cb)(void *arg), void *arg); /* ends what is under way, then frees */

#endif
