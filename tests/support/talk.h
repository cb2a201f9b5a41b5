/* talk.h - messages of new citizens to the daemon in memory (daemon.h), repeated as a platform would, and how they ended. */
#ifndef MOTCUA_TEST_TALK_H
#define MOTCUA_TEST_TALK_H

#include "tests/support/daemon.h"

struct talk {
	struct daemon daemon;
	size_t messages;    /* acknowledged so far */
	size_t sends_begun; /* of the platform, when the last message was posted */
};

int talk_set_up(void **state); /* cmocka: *state is a struct talk *; not started yet, short timeouts */
int talk_tear_down(void **state);

long talk_post(struct talk *t, const char *text);   /* once: the HTTP status */
void talk_until_taken(struct talk *t, long status); /* again and again, unless `status` is 200 already */
bool talk_is_over(void *talk);                      /* no event waits, every reply was sent or is dead */
size_t talk_sends(const struct talk *t);            /* since the last message was posted */

/* Waits for the end of the last message: it was sent or is a dead letter, with `parts` sends at most. `fault` and `n` say what
 * was done to it. */
void talk_assert_ended_once(struct talk *t, const char *fault, unsigned n, size_t parts);

#endif
