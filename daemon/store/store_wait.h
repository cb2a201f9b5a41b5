/* store_wait.h - citizens to whom we owe an answer, and how each gets it: once.
 *
 *   open ──▶ due ──▶ telling ──▶ told             due: has an answer and agreed to be written to
 *     │       │         └──────▶ unreachable      unreachable: a person sees it; the code still gives the answer
 *     └──▶ ready (the code only) ──▶ fetched
 *
 * `telling` and the outbox row are written in one transaction, and the outbox sends a row once (store_outbox.h); what became of
 * it is read back by store_wait_settle(). So a stop between any two steps neither loses an answer nor says it twice. */
#ifndef MOTCUA_STORE_WAIT_H
#define MOTCUA_STORE_WAIT_H

#include "daemon/store/store_citizen.h"

#define WAIT_STATES(STATE)                                                                                   \
	STATE(OPEN, "open")                                                                                  \
	STATE(READY, "ready")                                                                                \
	STATE(DUE, "due")                                                                                    \
	STATE(TELLING, "telling")                                                                            \
	STATE(TOLD, "told")                                                                                  \
	STATE(FETCHED, "fetched")                                                                            \
	STATE(UNREACHABLE, "unreachable")                                                                    \
	STATE(WITHDRAWN, "withdrawn")
#define WAIT_STATE_ENUM(name, word) WAIT_##name,
enum wait_state { WAIT_STATES(WAIT_STATE_ENUM) WAIT_STATE_COUNT };
const char *wait_state_word(enum wait_state state);
bool wait_state_read(const char *word, enum wait_state *ret_state);

struct wait {
	const char *code;
	int64_t question, case_id; /* one of them; 0: none */
	struct citizen_key citizen; /* user NULL: erased */
	const char *conversation_id;
	bool consent; /* agreed to be told */
	enum wait_state state;
	const char *record, *answer; /* what answers it: a record's id, or staff's words; both NULL: nothing yet */
	int64_t created_ms, answered_ms;
	int64_t outbox_id;  /* 0: never in the outbox */
	const char *reason; /* why unreachable, in words for staff */
	int64_t last_ms;    /* reading: the citizen's last interaction, which opens the platform's window */
};

/* --- Jobs -------------------------------------------------------------------------------------------- */

/* A new one, open and without consent. ERR_EXISTS: that code is taken, draw another. */
enum err store_wait_add(struct store_tx *tx, const struct wait *w);

/* The question kept of that event, for `w->question`. ERR_NOT_FOUND. */
enum err store_wait_question(struct store_tx *tx, int64_t event_id, int64_t *ret_question);

/* The citizen agreed, or not, to be told; in the ledger with the version of the words it was asked with (store_consent.h). An
 * answer that is there already becomes due, or ready. ERR_NOT_FOUND: not a wait of theirs. */
enum err store_wait_consent(struct store_tx *tx, const char *code, const struct citizen_key *citizen, bool given,
	const char *notice, int64_t now_ms);

/* There is an answer: a record's id, or staff's words, for all who still wait of a cluster (and of clusters merged into it), or
 * of a case. Who waited no more is left alone; *ret_count (may be NULL) of the others. A second call does nothing. */
enum err store_wait_answer(struct store_tx *tx, int64_t cluster_id, const char *record, const char *text, int64_t now_ms,
	size_t *ret_count);
enum err store_wait_answer_case(struct store_tx *tx, int64_t case_id, const char *text, int64_t now_ms, size_t *ret_count);

/* due → telling, with the outbox row of that answer. ERR_NOT_FOUND: it is not due (any more). */
enum err store_wait_telling(struct store_tx *tx, const char *code, int64_t outbox_id, int64_t now_ms);
/* due → unreachable. ERR_NOT_FOUND as above. */
enum err store_wait_unreachable(struct store_tx *tx, const char *code, const char *reason, int64_t now_ms);

/* What became of the outbox rows: telling → told or unreachable; an unreachable one that a person sent again → told. */
enum err store_wait_settle(struct store_tx *tx, int64_t now_ms, size_t *ret_told, size_t *ret_unreachable);

/* The citizen was shown the answer when they typed the code: ready, due and unreachable → fetched. Others stay. */
enum err store_wait_fetched(struct store_tx *tx, const char *code, const struct citizen_key *citizen, int64_t now_ms);

/* Consent taken back, for all the citizen waits for: nothing is told that is not on its way yet, the codes still work. */
enum err store_wait_withdraw(
	struct store_tx *tx, const struct citizen_key *citizen, const char *notice, int64_t now_ms, size_t *ret_count);

/* --- Reading ----------------------------------------------------------------------------------------- */

enum err store_wait_get(struct store_reader *r, struct arena *a, const char *code, struct wait *ret_wait); /* ERR_NOT_FOUND */

/* The first of what is to be told now; not to citizens staff is writing with. In order of code, behind `after` ("" for the first). */
enum err store_wait_due(struct store_reader *r, struct arena *a, int64_t now_ms, const char *after, size_t max,
	struct wait **ret_items, size_t *ret_count);
/* Whether store_wait_settle() has something to look at. */
enum err store_wait_is_telling(struct store_reader *r, bool *ret_is);

struct wait_filter {
	unsigned states;  /* bits (1u << enum wait_state); 0: all */
	const char *units; /* of the question or case: JSON array of codes; NULL: all */
	int64_t cluster;  /* questions of it; 0: any */
};
/* Oldest first, from the `skip`th on; *ret_total of all that fit. Strings in `a`. */
enum err store_wait_list(struct store_reader *r, struct arena *a, const struct wait_filter *filter, size_t skip, size_t max,
	struct wait **ret_items, size_t *ret_count, size_t *ret_total);
enum err store_wait_counts(struct store_reader *r, int64_t ret_by_state[WAIT_STATE_COUNT]);

#endif
