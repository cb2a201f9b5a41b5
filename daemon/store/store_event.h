/* store_event.h - inbound events, unique by platform id; which of them still wait for their turn. */
#ifndef MOTCUA_STORE_EVENT_H
#define MOTCUA_STORE_EVENT_H

#include "daemon/base/message.h"
#include "daemon/store/store.h"

/* Job. `event` is already masked. `waits`: it needs a turn. ERR_EXISTS when its dedupe key was seen (kept ≥ 7 days). */
enum err store_event_add(struct store_tx *tx, const struct event *event, int64_t now_ms, bool waits, int64_t *ret_id);

/* Job. The event's turn is over. Idempotent; ERR_NOT_FOUND when it was not waiting (a turn must not end twice). */
enum err store_event_settle(struct store_tx *tx, int64_t id, int64_t now_ms);

/* Job. A citizen took a message back, or replaced it (by the edit `before_id`, which is left alone; 0: none): its stored
 * text goes, and a turn that waits for it ends. ERR_NOT_FOUND when no turn waited for it; the text is gone all the same. */
enum err store_event_withdraw(struct store_tx *tx, const char *channel, const char *account, const char *msg_id,
	int64_t before_id, int64_t now_ms);

struct stored_event {
	int64_t id;
	struct event event;
	int64_t received_ms;
};

/* Waiting events with id > after_id in order of id, at most `max`; strings in `a`. For start-up. */
enum err store_event_waiting(struct store_reader *r, struct arena *a, int64_t after_id, size_t max,
	struct stored_event **ret_events, size_t *ret_count);

struct asked_text {
	const char *text; /* masked */
	const char *channel, *account;
};

/* What was asked lately, each wording once, newest first, at most `max`; of events whose text is kept and of unresolved
 * questions. Strings in `a`. */
enum err store_event_texts(struct store_reader *r, struct arena *a, size_t max, struct asked_text **ret_texts,
	size_t *ret_count);

/* When the account's newest event came, looked for among the last ones; 0: none there. */
enum err store_event_last(struct store_reader *r, const char *channel, const char *account, int64_t *ret_received_ms);

#endif
