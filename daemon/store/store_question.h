/* store_question.h - unresolved questions: what people asked and did not get. Clusters come with a later issue. */
#ifndef MOTCUA_STORE_QUESTION_H
#define MOTCUA_STORE_QUESTION_H

#include "daemon/store/store.h"

/* REASON(name, word): why a question is unresolved; the word is in the table, the CLI and the reports. */
#define QUESTION_REASONS(REASON)                                                                     \
	REASON(NO_MATCH, "no_match")             /* nothing like it in the knowledge */               \
	REASON(LOW_CONFIDENCE, "low_confidence") /* something, but not sure enough */                 \
	REASON(REFUSED, "choices_refused")       /* "không đúng ý tôi" */                             \
	REASON(STAFF, "asked_for_person")                                                            \
	REASON(OUT_OF_SCOPE, "out_of_scope")                                                         \
	REASON(MISSING_FACT, "missing_fact")     /* the procedure was found, the record lacks what was asked */ \
	REASON(GUARD, "guard")                   /* a number in the reply was not in its record */    \
	REASON(PLATFORM, "platform_error")       /* the reply could not be delivered */

#define QUESTION_REASON_ENUM(name, word) QUESTION_##name,
enum question_reason { QUESTION_REASONS(QUESTION_REASON_ENUM) QUESTION_REASON_COUNT };
const char *question_reason_word(enum question_reason reason);

struct unresolved {
	int64_t id;
	int64_t event_id;
	const char *channel, *account, *unit;
	const char *text; /* masked */
	enum question_reason reason;
	const char *nearest; /* JSON: [{"id","title","score","confidence"}…≤5] */
	int64_t created_ms;
	const char *state; /* "open", "ignored", "done" */
};

enum err store_question_add(struct store_tx *tx, const struct unresolved *q, int64_t *ret_id); /* job */
enum err store_question_close(struct store_tx *tx, int64_t id, const char *state, int64_t now_ms); /* job */
enum err store_question_list(struct store_reader *r, struct arena *a, const char *state, int64_t after_id, size_t max,
	struct unresolved **ret_items, size_t *ret_count);

/* For pages of a list, newest first: from the `skip`th on; *ret_total of all in that state. */
enum err store_question_page(struct store_reader *r, struct arena *a, const char *state, size_t skip, size_t max,
	struct unresolved **ret_items, size_t *ret_count, size_t *ret_total);

#endif
