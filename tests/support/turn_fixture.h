/* turn_fixture.h - the knowledge of tests/golden in a folder of its own, and a citizen who talks to it. */
#ifndef MOTCUA_TURN_FIXTURE_H
#define MOTCUA_TURN_FIXTURE_H

#include "daemon/turn/turn.h"

struct turn_fixture {
	char folder[64];
	struct words *words;
	struct phrases *phrases;
	struct kb *kb;
	struct tools tools;
	struct turn turn;   /* the last one; released by the next */
	char *conversation; /* what it left behind, as its row would hold it; NULL: none */
	bool known;
};

/* cmocka set-up and tear-down; *state is a struct turn_fixture. */
int turn_fixture_up(void **state);
int turn_fixture_down(void **state);

int turn_fixture_starter(void **state); /* set-up with the starter's procedures */

/* The same over another knowledge. */
int turn_fixture_open(struct turn_fixture *f, const char *const *files, size_t count);
void turn_fixture_close(struct turn_fixture *f);

/* One message; returns the reply, "" for none. The conversation goes through its JSON form each time. */
const char *turn_fixture_say(struct turn_fixture *f, const char *text);
const char *turn_fixture_event(struct turn_fixture *f, const struct event *event);
void turn_fixture_forget(struct turn_fixture *f);

#endif
