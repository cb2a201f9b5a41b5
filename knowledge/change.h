/* change.h - what became of the knowledge within some days, for reports: how many versions began, amended, ended or ran out, and
 * which. Counted from versions, never kept: they are never deleted. As browse.h for threads and texts. */
#ifndef MOTCUA_CHANGE_H
#define MOTCUA_CHANGE_H

#include "knowledge/browse.h"
#include "knowledge/change_figures.h"

#define CHANGE_FIGURE_ENUM(id, kind, where) CHANGE_FIGURE_##id,
enum change_figure { CHANGE_FIGURES(CHANGE_FIGURE_ENUM) CHANGE_FIGURE_COUNT };

struct change_scope {
	const char *from, *to; /* days: from the first, before the second */
	const char *units;     /* JSON array of codes, '' the nation; NULL: all */
	const char *field;     /* NULL: all */
};

enum change_by { CHANGE_BY_NOTHING, CHANGE_BY_UNIT, CHANGE_BY_FIELD, CHANGE_BY_COUNT };

struct change_counts {
	const char *key; /* unit ('' the nation) or field; NULL: has none, or by nothing */
	int64_t values[CHANGE_FIGURE_COUNT];
};
enum err change_counts(struct browse *b, struct arena *a, const struct change_scope *scope, enum change_by by,
	struct change_counts **ret_items, size_t *ret_count, struct why *why);

struct change_row {
	int64_t version;
	const char *record, *unit, *name, *field, *change, *day; /* day: it began, or ran out */
};
enum err change_rows(struct browse *b, struct arena *a, const struct change_scope *scope, enum change_figure figure,
	size_t skip, size_t max, struct change_row **ret_rows, size_t *ret_count, size_t *ret_total, struct why *why);

/* How a record is called (the everyday title when it has one) and its field; NULL where there is none. */
enum err change_name(struct browse *b, struct arena *a, const char *record, const char **ret_name, const char **ret_field,
	struct why *why);

#endif
