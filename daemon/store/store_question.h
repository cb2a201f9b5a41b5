/* store_question.h - unresolved questions: what people asked and did not get. Which of them ask for the same: store_cluster.h. */
#ifndef MOTCUA_STORE_QUESTION_H
#define MOTCUA_STORE_QUESTION_H

#include "daemon/store/store_citizen.h"

/* REASON(name, word): why a question is unresolved; the word is in the table, the CLI and the reports. */
#define QUESTION_REASONS(REASON)                                                                             \
	REASON(NO_MATCH, "no_match")             /* nothing like it in the knowledge */                      \
	REASON(LOW_CONFIDENCE, "low_confidence") /* something, but not sure enough */                        \
	REASON(REFUSED, "choices_refused")       /* "không đúng ý tôi" */                               \
	REASON(STAFF, "asked_for_person")                                                                    \
	REASON(OUT_OF_SCOPE, "out_of_scope")                                                                 \
	REASON(MISSING_FACT, "missing_fact") /* the procedure was found, the record lacks what was asked */  \
	REASON(GUARD, "guard")               /* a number in the reply was not in its record */               \
	REASON(PLATFORM, "platform_error")   /* the reply could not be delivered */                          \
	REASON(RATED_BAD, "rated_bad")       /* 👎: its reason is in the rating */

#define QUESTION_REASON_ENUM(name, word) QUESTION_##name,
enum question_reason { QUESTION_REASONS(QUESTION_REASON_ENUM) QUESTION_REASON_COUNT };
const char *question_reason_word(enum question_reason reason);
bool question_reason_from(const char *word, enum question_reason *ret_reason); /* false: no such word */

struct unresolved {
	int64_t id;
	int64_t event_id;
	const char *channel, *account, *unit;
	const char *
		user; /* who asked: store_question_add() keeps a keyed hash of it; NULL when read, or unknown */
	const char *text; /* masked; NULL: taken back */
	enum question_reason reason;
	const char *nearest; /* JSON: [{"id","title","score","confidence","why"}…≤5]; why: NEAREST_WHYS */
	int64_t created_ms;
	const char *state;  /* "open", "ignored", "done" */
	const char *record; /* whose answer was not good; NULL: none was cited */
	int64_t version;    /* of it; 0: none */
	int64_t cluster;    /* 0: not sorted yet */
};

/* WHY(name, word): why a record that came near was not the answer. */
#define NEAREST_WHYS(WHY)                                                                                    \
	WHY(UNSURE, "unsure")   /* the best there was, and not sure enough */                                \
	WHY(RIVAL, "rival")     /* as likely as others */                                                    \
	WHY(BEHIND, "behind")   /* less likely than the first */                                             \
	WHY(REFUSED, "refused") /* shown, and the citizen did not mean it */                                 \
	WHY(LACKS, "lacks")     /* the right one, and it does not say what was asked */                      \
	WHY(PERSON, "person")   /* a person was asked for */

#define NEAREST_WHY_ENUM(name, word) NEAREST_##name,
enum nearest_why { NEAREST_WHYS(NEAREST_WHY_ENUM) NEAREST_WHY_COUNT };
const char *nearest_why_word(enum nearest_why why);

enum err store_question_add(struct store_tx *tx, const struct unresolved *q, int64_t *ret_id); /* job */
enum err store_question_get(struct store_reader *r, struct arena *a, int64_t id, struct unresolved *ret_item);
enum err store_question_close(struct store_tx *tx, int64_t id, const char *state, int64_t now_ms); /* job */
enum err store_question_list(struct store_reader *r, struct arena *a, const char *state, int64_t after_id,
	size_t max, struct unresolved **ret_items, size_t *ret_count);

/* For pages of a list, newest first: from the `skip`th on; *ret_total of all in that state. */
enum err store_question_page(struct store_reader *r, struct arena *a, const char *state, size_t skip,
	size_t max, struct unresolved **ret_items, size_t *ret_count, size_t *ret_total);

#endif
