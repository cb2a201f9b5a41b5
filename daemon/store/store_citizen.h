/* store_citizen.h - what is kept of one citizen on one account: conversation state, pause, window. */
#ifndef MOTCUA_STORE_CITIZEN_H
#define MOTCUA_STORE_CITIZEN_H

#include "daemon/store/store.h"

struct citizen_key {
	const char *channel, *account, *user;
};

struct citizen {
	const char *conversation; /* JSON the turn wrote; NULL when none */
	int64_t conversation_ms;  /* when it was written */
	int64_t last_ms;          /* last interaction: opens the platform's window */
	int64_t paused_until_ms;  /* staff has taken over until then; 0: no */
	bool unfollowed, unreachable;
};

/* OK also for a citizen never seen: all zero. Strings in `a`. */
enum err store_citizen_get(struct store_reader *r, struct arena *a, const struct citizen_key *key, struct citizen *ret_citizen);

/* Jobs; each creates the row when missing. */
enum err store_citizen_touch(struct store_tx *tx, const struct citizen_key *key, int64_t at_ms); /* an interaction; also ends unfollowed/unreachable */
enum err store_citizen_pause(struct store_tx *tx, const struct citizen_key *key, int64_t until_ms); /* 0: bot on again */
enum err store_citizen_unfollow(struct store_tx *tx, const struct citizen_key *key);
enum err store_citizen_unreachable(struct store_tx *tx, const struct citizen_key *key);
/* The same, unless the conversation went on since `before_ms`; 0: there was none. */
enum err store_citizen_remember_unless(struct store_tx *tx, const struct citizen_key *key, const char *conversation,
	int64_t before_ms, int64_t now_ms);
enum err store_citizen_remember(struct store_tx *tx, const struct citizen_key *key, const char *conversation, int64_t now_ms);

#endif
