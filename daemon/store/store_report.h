/* store_report.h - what happened within a span of time, counted from rows, and the rows themselves. What is counted: store_figures.h.
 * Reads only, but for the figures that are kept. */
#ifndef MOTCUA_STORE_REPORT_H
#define MOTCUA_STORE_REPORT_H

#include "daemon/store/store.h"
#include "daemon/store/store_figures.h"

#define STORE_FIGURE_ENUM(id, kind, where) STORE_FIGURE_##id,
enum store_figure { STORE_FIGURES(STORE_FIGURE_ENUM) STORE_FIGURE_COUNT };

#define FIGURE_NONE INT64_MIN /* nothing could be counted: the quantile of nothing */

struct report_scope {
	int64_t from_ms, to_ms; /* from the first, before the second */
	const char *as_of;      /* day from which nothing is known yet: the first behind the span, or today */
	const char *units;      /* JSON array of codes; NULL: all, accounts without a unit too */
	const char *channel;    /* NULL: all */
	const char *field;      /* NULL: all; what has no field is not in any */
};

enum report_by { REPORT_BY_NOTHING, REPORT_BY_UNIT, REPORT_BY_CHANNEL, REPORT_BY_FIELD, REPORT_BY_DAY, REPORT_BY_COUNT };

struct report_counts {
	const char *key; /* code, channel, field, days since 1970; NULL: has none, or by nothing */
	int64_t people;  /* whom turns of it were with: cells of few people are not broken down */
	int64_t values[STORE_FIGURE_COUNT];
};

/* Of which rows: a bit each. Figures of the others are 0. */
enum report_of { REPORT_OF_TURNS = 1, REPORT_OF_RATINGS = 2, REPORT_OF_QUESTIONS = 4, REPORT_OF_WAITS = 8, REPORT_OF_CASES = 16 };
#define REPORT_OF_ALL 31u

/* One item a key, in no order; by nothing always one. */
enum err store_report_counts(struct store_reader *r, struct arena *a, const struct report_scope *scope, unsigned of,
	enum report_by by, struct report_counts **ret_items, size_t *ret_count);

/* Contacts in steps of `days` from the first day on; steps in which nothing happened are left out. */
struct report_step {
	int step; /* from 0 */
	int64_t contacts, questions, answered, asked_back, unresolved;
};
enum err store_report_trend(struct store_reader *r, struct arena *a, const struct report_scope *scope, int days, size_t max,
	struct report_step **ret_steps, size_t *ret_count);

/* --- Rows behind a figure ---------------------------------------------------------------------------------- */

struct report_row {
	int64_t id, time_ms; /* of people: the citizen's last one */
	const char *unit, *channel, *field, *record;
	const char *word;  /* outcome, state, reason … */
	const char *text;  /* masked; NULL: none, or erased */
	int64_t value;     /* milliseconds for reply times; FIGURE_NONE */
};

/* Newest first; *ret_total of all. For citizens one row each. */
enum err store_report_rows(struct store_reader *r, struct arena *a, const struct report_scope *scope,
	enum store_figure figure, size_t skip, size_t max, struct report_row **ret_rows, size_t *ret_count,
	size_t *ret_total);

/* --- What there was most of -------------------------------------------------------------------------------- */

/* TOP(id): what is counted, by what; most first. */
#define REPORT_TOPS(TOP)                                                                                     \
	TOP(records)    /* answers by the record they cite */                                                \
	TOP(facets)     /* answers by what was asked of the record; "" the whole card */                     \
	TOP(hours)      /* contacts by the hour of the day in Vietnam, in order: "0" … "23" */               \
	TOP(reasons)    /* unresolved questions by their reason */                                           \
	TOP(nearest)    /* unresolved questions by the record that came nearest */                           \
	TOP(question_fields) /* unresolved questions by their field */                                       \
	TOP(question_units)  /* and by unit */                                                               \
	TOP(clusters)   /* unresolved questions by their cluster: key its id, label, word its state */       \
	TOP(complaints) /* bad ratings by their reason; "" not said */                                       \
	TOP(disliked)   /* bad ratings by their record */                                                    \
	TOP(categories) /* cases received by their category */

#define REPORT_TOP_ENUM(id) REPORT_TOP_##id,
enum report_top { REPORT_TOPS(REPORT_TOP_ENUM) REPORT_TOP_COUNT };

struct report_top_row {
	const char *key, *label, *word; /* label, word: where the top has them, else NULL */
	int64_t count, people;
};
enum err store_report_top(struct store_reader *r, struct arena *a, const struct report_scope *scope,
	enum report_top top, size_t max, struct report_top_row **ret_rows, size_t *ret_count);

/* Open clusters asked for more in the week before to_ms than in the week before that; from_ms is not used. */
struct report_rising {
	int64_t cluster;
	const char *label;
	int64_t last_week, week_before;
};
enum err store_report_rising(struct store_reader *r, struct arena *a, const struct report_scope *scope, size_t max,
	struct report_rising **ret_rows, size_t *ret_count);

/* --- Figures that are kept --------------------------------------------------------------------------------- */

struct report_kept {
	const char *from_day, *to_day, *unit, *channel; /* the last two "" for all */
	const char *figures;                            /* JSON object */
	int64_t made_ms;
};
enum err store_report_keep(struct store_tx *tx, const struct report_kept *kept); /* job; in place of what was there */
/* Of all units, the whole first; channels are left out. */
enum err store_report_kept_units(struct store_reader *r, struct arena *a, const char *from_day, const char *to_day, size_t max,
	struct report_kept **ret_items, size_t *ret_count);
/* ERR_NOT_FOUND */
enum err store_report_kept(struct store_reader *r, struct arena *a, const struct report_kept *key, struct report_kept *ret_kept);

#endif
