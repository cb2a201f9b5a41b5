/* figures.h - the figures of a report in the order people read them, and what each is. How they are counted: store_figures.h,
 * change_figures.h; shares are one figure of another. Names and definitions for people are sentences of daemon/report/report.vi:
 * "figure.ID" and "figure.ID.about". To which indicators of the State's indices a figure speaks: "figure.ID.index". */
#ifndef MOTCUA_FIGURES_H
#define MOTCUA_FIGURES_H

#include "daemon/store/store_report.h"
#include "knowledge/change.h"

/* SHARE(id, part, whole) */
#define SHARE_FIGURES(SHARE)                                                                                 \
	SHARE(answered_share, answered, questions)                                                           \
	SHARE(helpful_share, helpful, ratings)                                                               \
	SHARE(told_share, waits_told, waits)                                                                 \
	SHARE(on_time_share, cases_on_time, cases_closed)

#define FIGURE_ENUM(id, kind, where) FIGURE_##id,
#define FIGURE_SHARE_ENUM(id, part, whole) FIGURE_##id,
enum figure { /* the store's come first, in the order of enum store_figure */
	STORE_FIGURES(FIGURE_ENUM) CHANGE_FIGURES(FIGURE_ENUM) SHARE_FIGURES(FIGURE_SHARE_ENUM) FIGURE_COUNT
};

#define FIGURE_SHARES ((int)FIGURE_answered_share) /* the first of the shares, which are last */

enum figure_form { FIGURE_NUMBER, FIGURE_MS, FIGURE_SHARE }; /* a share is 0 … 1 */

struct figure_shown {
	const char *section; /* "contacts": its title is the sentence "section.contacts"; NULL ends the list */
	enum figure figure;
};
extern const struct figure_shown figures_shown[];

const char *figure_id(enum figure figure);
enum figure_form figure_form(enum figure figure);
bool figure_from(const char *id, enum figure *ret_figure);
enum figure figure_rows(enum figure figure); /* whose rows it is counted from: itself, or a share's part */
bool figure_of_store(enum figure figure);    /* else of the knowledge, or a share */

#endif
