/* store_retention.h - what is old goes: ages as the office decided (product.md 6), in steps small enough for no reply to wait.
 * One pass walks each table once in order of its key; start another a day later. */
#ifndef MOTCUA_STORE_RETENTION_H
#define MOTCUA_STORE_RETENTION_H

#include "daemon/store/store.h"

struct store_retention {
	/* in: milliseconds; 0 keeps for ever */
	int64_t text_ms;     /* an event's text and payload, after its turn was over */
	int64_t event_ms;    /* the event itself, its platform ids with it; never less than 7 days (repeats) */
	int64_t question_ms; /* unresolved questions */
	int64_t citizen_ms;  /* citizens, since their last interaction, replies that came to their end, and who a turn was with */
	int64_t case_ms;     /* a case's words and citizen, after it was answered; waits and consent, since they were given; comments of ratings */

	/* where the pass is; all zero to begin one */
	int64_t event_id, question_id, outbox_id, turn_id, case_id, rating_id;
	bool waits_done, consents_done;
	bool citizens_done;
	int64_t removed; /* rows deleted or blanked in this pass */
};

/* Job: one step, some hundred rows. *ret_more: call again; else the pass is over. */
enum err store_retention_step(struct store_tx *tx, struct store_retention *r, int64_t now_ms, bool *ret_more);

#endif
