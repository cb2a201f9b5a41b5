/* sheets.h - a report as tables of cells, which every form of it shows: the same names, order and numbers in all of them. */
#ifndef MOTCUA_SHEETS_H
#define MOTCUA_SHEETS_H

#include "daemon/report/report.h"

enum sheet_kind {
	SHEET_EMPTY, /* nothing could be counted, or it is not told */
	SHEET_TEXT,
	SHEET_HEADING, /* a text over the rows below it; the rest of its row is empty */
	SHEET_NUMBER,
	SHEET_SHARE, /* 0 … 1 */
	SHEET_MS,
};
struct sheet_cell {
	enum sheet_kind kind;
	const char *text;
	double number;
};

struct sheet {
	const char *id, *title;
	const char *tab; /* its name in a workbook: at most 31 characters */
	const char **heads;
	size_t columns;
	size_t printed; /* so many of the first columns fit on paper */
	bool chart;     /* its second column is worth looking at */
	struct sheet_cell *cells; /* rows × columns */
	size_t rows;
};
struct sheets {
	struct sheet *items;
	size_t count;
};

/* In `a`; tables without a row are left out. */
enum err sheets_make(const struct report *report, const struct sentences *words, struct arena *a, struct sheets *ret_sheets,
	struct why *why);

/* "1.234", "87,5%", "1,4" (seconds) as people here write it; "–" for an empty cell. NULL: out of memory. */
const char *sheet_cell_shown(const struct sheet_cell *cell, const struct sentences *words, struct arena *a);

struct sheet_cell figure_cell(enum figure figure, double value);

#endif
