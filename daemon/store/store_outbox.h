/* store_outbox.h - replies due, attempts, dead letters.
 *   due ──▶ sending ──▶ sent                       each arrow is one committed write;
 *    ▲        │ ├────▶ dead (a person sees it)      `sending` is on disk before the first byte goes out, so after a
 *    └────────┘ └────▶ unknown ──▶ sent | dead      crash a row in `sending` is unknown, never sent blindly again. */
#ifndef MOTCUA_STORE_OUTBOX_H
#define MOTCUA_STORE_OUTBOX_H

#include "daemon/base/message.h"
#include "daemon/store/store.h"

enum outbox_state { OUTBOX_DUE, OUTBOX_SENDING, OUTBOX_UNKNOWN, OUTBOX_SENT, OUTBOX_DEAD };
const char *outbox_state_name(enum outbox_state state); /* "due", … as in the table, the console and the CLI */

struct outbox_row {
	int64_t id;
	int64_t event_id; /* unique: one event, one reply; 0: not an answer to one */
	const char *channel, *account, *user, *conversation_id;
	struct parts parts;
	size_t part_next; /* parts before it were delivered; never sent again */
	enum outbox_state state;
	unsigned attempts;     /* of the part that is next */
	bool plain;            /* the platform refused this reply's buttons: FORM_PLAIN */
	bool renewed;          /* the token was renewed once for this part */
	int64_t created_ms;
	int64_t due_ms;     /* not sent before; OUTBOX_UNKNOWN: since when */
	int64_t expires_ms; /* not sent after: dead, reason "too late" */
	const char *reason;    /* last failure, in words for staff; NULL */
	const char *message_ids; /* JSON array of the platform's ids, one a delivered part */
};

/* Jobs. ERR_EXISTS when event_id already has a row; ERR_NOT_FOUND when the row is not in the state the arrow starts from. */
enum err store_outbox_add(struct store_tx *tx, const struct outbox_row *row, int64_t *ret_id);
enum err store_outbox_begin(struct store_tx *tx, int64_t id, int64_t now_ms);                             /* due → sending */
enum err store_outbox_part_sent(struct store_tx *tx, int64_t id, size_t part, const char *message_id, int64_t now_ms); /* sending → due (more parts) or sent */
enum err store_outbox_later(struct store_tx *tx, int64_t id, int64_t due_ms, bool plain, bool renewed, const char *reason, int64_t now_ms); /* sending → due */
enum err store_outbox_unknown(struct store_tx *tx, int64_t id, const char *reason, int64_t now_ms);      /* sending → unknown */
enum err store_outbox_dead(struct store_tx *tx, int64_t id, const char *reason, int64_t now_ms);         /* any but sent → dead */
enum err store_outbox_retry(struct store_tx *tx, int64_t id, int64_t expires_ms, int64_t now_ms);        /* a person: dead, unknown → due */
enum err store_outbox_drop(struct store_tx *tx, int64_t id, const char *who, int64_t now_ms);            /* a person: dead, unknown → gone from the list, row kept as dead with reason */

/* An echo may be here before the call's end. Then the part is delivered whatever that end says, and later, unknown, dead and
 * recover take the row on to its next part or to sent instead, and are OK: read the row again after each of them. */

/* An echo names one part of one row as delivered: by our reference, or by message id, or by account, user and text within
 * `within_ms` of now for rows sending or unknown. *ret_id 0 when it fits none (somebody else wrote). A row that is
 * unknown, or due again after an attempt, goes on: to sent, or to due for its next part. By reference even a dead one does. */
enum err store_outbox_echo(struct store_tx *tx, const struct event *echo, int64_t now_ms, int64_t within_ms, int64_t *ret_id);

/* Start-up, once, before anything is sent: rows left in `sending` become unknown. *ret_count of them. */
enum err store_outbox_recover(struct store_tx *tx, int64_t now_ms, size_t *ret_count);

/* Rows in `state` with id > after_id in order of id, at most `max`; strings in `a`. */
enum err store_outbox_list(struct store_reader *r, struct arena *a, enum outbox_state state, int64_t after_id, size_t max,
	struct outbox_row **ret_rows, size_t *ret_count);
/* For pages of a list, newest first: from the `skip`th on; *ret_total of all in that state. What staff dropped is in none. */
enum err store_outbox_page(struct store_reader *r, struct arena *a, enum outbox_state state, size_t skip, size_t max,
	struct outbox_row **ret_rows, size_t *ret_count, size_t *ret_total);
enum err store_outbox_get(struct store_reader *r, struct arena *a, int64_t id, struct outbox_row *ret_row); /* ERR_NOT_FOUND */
enum err store_outbox_count(struct store_reader *r, int64_t ret_by_state[5]);

/* The newest failure of an account among its last replies; *ret_reason NULL: none. */
enum err store_outbox_last_failure(struct store_reader *r, struct arena *a, const char *channel, const char *account,
	const char **ret_reason, int64_t *ret_at_ms);

#endif
