/* report.h - what happened in a period, counted once, ready to be shown in any form (report_write.h).
 *
 * Figures are computed from rows when they are asked for. Those of periods that are over are kept by the daemon (report_keep())
 * and taken from there: rows are erased when they are too old. `fresh` counts again whatever is kept.
 * A cell of fewer than REPORT_FEW people is not broken down: only its contacts are told. */
#ifndef MOTCUA_REPORT_H
#define MOTCUA_REPORT_H

#include "daemon/base/sentences.h"
#include "daemon/report/figures.h"
#include "daemon/report/period.h"

#define REPORT_FEW 5
#define REPORT_WORDS "daemon/report/report.vi"
#define REPORT_TOP_ROWS 20

struct report_source { /* all borrowed */
	struct store_reader *reader;
	struct browse *browse; /* NULL: there is no knowledge.db; its figures are 0, units and records go by their ids */
	const struct sentences *words;
};

struct report_request {
	struct period period;
	const char *unit;    /* code; a province's includes its communes'; NULL: all */
	const char *channel; /* NULL: all */
	const char *field;   /* NULL: all */
	int64_t now_ms;
	bool fresh;        /* not from what is kept */
	bool only_figures; /* no breakdowns, no tables */
	bool few_too;      /* cells of few people are told as well: for what is kept, never for people */
};

#define REPORT_COLUMNS(COLUMN)                                                                               \
	COLUMN(value)                /* the period */                                                        \
	COLUMN(previous)             /* the one before of the same length */                                 \
	COLUMN(last_year)            /* the same a year ago */                                               \
	COLUMN(cumulative)           /* from the year's first day to the period's last */                    \
	COLUMN(cumulative_last_year) /* the same a year ago */
#define REPORT_COLUMN_ENUM(id) REPORT_COLUMN_##id,
enum report_column_id { REPORT_COLUMNS(REPORT_COLUMN_ENUM) REPORT_COLUMN_COUNT };
const char *report_column_word(enum report_column_id column);

struct report_column {
	bool shown; /* previous: not of nine months; cumulative: not when it is the period itself */
	bool kept;
	int64_t made_ms; /* when its figures were counted */
	struct period period;
	double values[FIGURE_COUNT]; /* NAN: nothing could be counted */
};

struct report_cell {
	const char *key;  /* code, channel, field; "" none */
	const char *name; /* for people */
	bool few;         /* of fewer than REPORT_FEW people: only contacts is told */
	double values[FIGURE_COUNT];
};
struct report_cells {
	struct report_cell *items; /* most contacts first */
	size_t count;
};

struct report_table_row {
	const char *key, *name, *state; /* state: of clusters, for people; else NULL */
	int64_t count;
};
struct report_table {
	struct report_table_row *items;
	size_t count;
};

struct report {
	struct report_request request;
	const char *unit_name; /* NULL: all */
	const char *title;     /* "Tháng 11 năm 2026" */
	bool running;          /* the period is not over */
	struct report_column columns[REPORT_COLUMN_COUNT];
	bool few; /* the whole is of too few people to be broken down */
	struct report_cells units, channels, fields;
	struct report_table tops[REPORT_TOP_COUNT];
};

/* In `a`. */
enum err report_make(const struct report_source *source, const struct report_request *request, struct arena *a,
	struct report **ret_report, struct why *why);

bool report_few(const double values[FIGURE_COUNT]);

/* --- One question each, for pages --- */

/* The columns alone. */
enum err report_figures(const struct report_source *source, const struct report_request *request, struct arena *a,
	struct report_column columns[REPORT_COLUMN_COUNT], struct why *why);
/* The period's figures by something. */
enum err report_cells(const struct report_source *source, const struct report_request *request, struct arena *a,
	enum report_by by, struct report_cells *ret_cells, struct why *why);
enum err report_table(const struct report_source *source, const struct report_request *request, struct arena *a,
	enum report_top top, size_t max, struct report_table *ret_table, struct why *why);
/* What the store is asked with; strings in `a`. */
enum err report_scope(const struct report_source *source, const struct report_request *request,
	const struct period *period, struct arena *a, struct report_scope *ret_scope, struct why *why);
enum err report_change_scope(const struct report_scope *scope, const struct period *period, int64_t now_ms, struct arena *a,
	struct change_scope *ret_scope, struct why *why);

/* --- Words --- */

const char *report_period_title(const struct sentences *words, struct arena *a, const struct period *p);
const char *report_day_shown(struct arena *a, int day); /* "21/11/2026" */
/* Its code when nobody knows it; NULL: out of memory. */
const char *report_unit_name(const struct report_source *source, struct arena *a, const char *unit);
/* The sentence "KIND.WORD", or the word itself when nobody gave it a name; "KIND." for an empty one. */
const char *report_word(const struct sentences *words, struct arena *a, const char *kind, const char *word);
const char *report_top_word(enum report_top top);

/* "{name}" in a sentence → its text; the list ends with a NULL name. In `a`; NULL: out of memory. */
struct report_fill {
	const char *name, *text;
};
const char *report_fill(struct arena *a, const char *form, const struct report_fill *fills);
const char *report_calendar(const struct sentences *words, struct arena *a, const struct period *p); /* which days a period has */
const char *report_moment(struct arena *a, int64_t ms); /* "07:30 21/11/2026" */

/* --- Figures that are kept --- */

#define REPORT_KEEP_DAYS 3 /* after a period: what came late (echoes, ratings) is in */

struct report_kept_batch { /* of one period: the whole, each channel, each unit that has rows and its province */
	struct period period;
	int64_t now_ms;
	struct report_kept *items;
	size_t count;
};
/* Counts from the rows; items in `a`. */
enum err report_keep(const struct report_source *source, struct report_kept_batch *batch, struct arena *a, struct why *why);
enum err report_keep_job(struct store_tx *tx, void *batch); /* store job */

/* The last period that is over and not kept yet, newest first, of those that ended within two years; false: all are kept. */
bool report_keep_next(const struct report_source *source, int begins, int64_t now_ms, struct arena *a, struct period *ret_period);

/* false: not all figures are in what was kept (it was kept before there was one of them). */
bool report_kept_read(const char *figures, double values[FIGURE_COUNT]);

/* The period's figures from its rows. */
enum err report_values(const struct report_source *source, const struct report_request *request, const struct period *period,
	struct arena *a, double values[FIGURE_COUNT], struct why *why);

#endif
