/* store_rating.h - what citizens said of an answer: one line an answer, the last word counts. What was rated is read from the
 * turn's own row, so that nobody rates what they were not told. */
#ifndef MOTCUA_STORE_RATING_H
#define MOTCUA_STORE_RATING_H

#include "daemon/store/store_citizen.h"

#define RATING_REASONS(REASON)                                                                               \
	REASON(NONE, NULL)                                                                                   \
	REASON(WRONG, "wrong")       /* sai thông tin */                                                     \
	REASON(NOT_MEANT, "not_meant") /* không đúng ý */                                                    \
	REASON(HARD, "hard")         /* khó hiểu */                                                          \
	REASON(LACKING, "lacking")   /* thiếu */
#define RATING_REASON_ENUM(name, word) RATING_##name,
enum rating_reason { RATING_REASONS(RATING_REASON_ENUM) RATING_REASON_COUNT };
const char *rating_reason_word(enum rating_reason reason); /* NULL for RATING_NONE */
enum rating_reason rating_reason_from(const char *word);   /* RATING_NONE when unknown */

struct rating {
	int64_t event_id; /* of the turn whose answer it is */
	int64_t time_ms;
	struct citizen_key citizen; /* writing: who rates; reading: channel and account only */
	const char *unit, *record, *facet;
	int64_t version; /* of the record; 0: unknown */
	bool good;
	enum rating_reason reason; /* of a bad one */
	const char *text;          /* masked; NULL: nothing was added */
};

/* Job. Channel, account, user, good, reason and text are taken from `r`, the rest is filled in from the turn: unit,
 * record and facet in `a`. A reason or text that
 * is not given keeps the one of before, unless 👎 became 👍. *ret_first_bad: it was not 👎 before. ERR_NOT_FOUND: that turn gave
 * this citizen no answer. */
enum err store_rating_put(struct store_tx *tx, struct rating *r, struct arena *a, bool *ret_first_bad);

struct rating_filter {
	const char *record; /* NULL: any */
	const char *units;  /* JSON array of codes; NULL: any */
	int64_t version;           /* 0: any */
	bool bad_only;
};
/* Newest first. */
enum err store_rating_list(struct store_reader *r, struct arena *a, const struct rating_filter *filter, size_t skip,
	size_t max, struct rating **ret_items, size_t *ret_count, size_t *ret_total);

struct rating_count {
	int64_t version, good, bad;
};
/* Of a record, newest version first, at most `max`. */
enum err store_rating_counts(struct store_reader *r, struct arena *a, const char *record, size_t max,
	struct rating_count **ret_items, size_t *ret_count);

#endif
