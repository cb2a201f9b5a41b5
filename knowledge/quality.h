/* quality.h - what in the knowledge a curator should look at: `motcua check` and the console list it. Changes
 * nothing. */
#ifndef MOTCUA_QUALITY_H
#define MOTCUA_QUALITY_H

#include "daemon/base/err.h"

#include <stddef.h>

/* QUALITY(name, word, what is wrong): one a record or version. */
#define QUALITIES(QUALITY)                                                                                   \
	QUALITY(UNCLEAR_FEE, "unclear_fee", "an amount of unknown currency: not shown")                      \
	QUALITY(FEE_ENDED, "fee_ended", "a fee that held until a day that has passed")                       \
	QUALITY(NO_FEE, "no_fee", "says nothing of a fee")                                                   \
	QUALITY(NO_TIME, "no_time", "says nothing of a time limit")                                          \
	QUALITY(NO_DOCUMENTS, "no_documents", "lists no documents")                                          \
	QUALITY(DISTRICT, "district", "sends people to a district, and there are none since July 2025")      \
	QUALITY(EXPIRED, "expired", "ended, and nothing took its place")                                     \
	QUALITY(EXPIRING, "expiring", "ends within a month, and nothing is planned after it")                \
	QUALITY(STALE, "stale", "its source is more than a year old")                                        \
	QUALITY(UNIT_FEE, "unit_fee", "a unit says another fee than it would inherit")                       \
	QUALITY(UNIT_TIME, "unit_time", "a unit says another time limit than it would inherit")              \
	QUALITY(FEE_UNDECIDED, "fee_undecided", "the fee changed, the decision it names did not")            \
	QUALITY(TIME_UNDECIDED, "time_undecided", "the time limit changed, the decision it names did not")   \
	QUALITY(SAME_NAME, "same_name", "another record of this name says another fee or time limit")        \
	QUALITY(OVERLAP, "overlap", "two published versions hold on one day")

#define QUALITY_ENUM(name, word, says) QUALITY_##name,
enum quality { QUALITIES(QUALITY_ENUM) QUALITY_COUNT };
const char *quality_word(enum quality quality); /* "unclear_fee" */
const char *quality_says(enum quality quality);

struct quality_finding {
	enum quality quality;
	const char *record, *unit; /* unit '' for the nation */
	const char *name;          /* official title */
	const char *detail;        /* the fee text, the day it ended, the two spans, the two that differ */
};

/* Calls finding_cb for each; the strings live until it returns. as_of NULL: today. ret_counts (may be NULL)
 * has one number a quality. Missing fee, time and documents are looked for in procedures in force only. */
enum err quality_check(const char *database, const char *as_of,
	void (*finding_cb)(void *arg, const struct quality_finding *finding), void *arg,
	size_t ret_counts[QUALITY_COUNT], struct why *why);

#endif
