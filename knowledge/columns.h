/* columns.h - what the columns of a table of records are, and what offices call them (words/columns.tsv).
 *
 * A column holds one member of a record or a part of one; cells.h turns a row of cells into a record and back. Headers are
 * found by their folded words, whatever stands in parentheses; "Thành phần hồ sơ (2)" goes on where the column before ended,
 * because a spreadsheet's cell ends at 32,767 characters. Read-only once open; any thread. */
#ifndef MOTCUA_COLUMNS_H
#define MOTCUA_COLUMNS_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

#include <stdbool.h>

#define COLUMN(name, key, type) COLUMN_##name,
enum column {
#include "knowledge/columns.def"
	COLUMN_COUNT
};
#undef COLUMN

enum cell_type {
	CELL_KIND,
	CELL_CODE, /* one id; of ways of asking several, one a line */
	CELL_TEXT,
	CELL_LINES,  /* a list, one a line */
	CELL_LEVELS, /* a list with commas, of words we know */
	CELL_PHONES,
	CELL_MODES,
	CELL_WAY, /* a part of `submission` */
	CELL_DOCUMENTS,
	CELL_BOOL,
	CELL_CHANGE,
	CELL_DAY,
	CELL_EXTRA,
};

/* What a row is about: the kinds of record, in their order, and three that are none. */
enum table_kind {
	TABLE_PROCEDURE,
	TABLE_HOTLINE,
	TABLE_OFFICE,
	TABLE_GUIDE,
	TABLE_FAQ,
	TABLE_ASKS, /* {"codes":…} */
	TABLE_UNIT,
	TABLE_OLD_UNIT,
	TABLE_KIND_COUNT
};
const char *table_kind_name(enum table_kind kind); /* "procedure", …, "asks", "unit", "old_unit" */
bool table_kind_from(const char *name, enum table_kind *ret_kind);

const char *column_key(enum column column); /* "submission.direct.fee" */
enum cell_type column_type(enum column column);
bool column_from(const char *key, enum column *ret_column);

struct columns;
enum err columns_open(
	struct columns **ret_columns, struct why *why); /* the caller ends it with columns_close() */
void columns_close(struct columns *c);                  /* NULL is fine */

const char *columns_label(const struct columns *c, enum column column); /* "Trực tiếp: phí, lệ phí" */
const char *columns_note(const struct columns *c, enum column column);  /* "" when there is nothing to say */
unsigned columns_width(const struct columns *c, enum column column);    /* characters */
bool columns_of(const struct columns *c, enum column column,
	enum table_kind kind); /* whether it is written for that kind */
const char *columns_example(
	const struct columns *c, enum column column, enum table_kind kind); /* "" for none */
const char *columns_say(
	const struct columns *c, const char *name); /* "sheet.procedure" → "Thủ tục"; "" when unknown */

struct column_match {
	enum column column;
	unsigned part;    /* 1; 2 for "… (2)" */
	const char *unit; /* what else stood in parentheses, "nghìn đồng"; "" for nothing; in the arena */
};
/* False when nobody knows the header. ERR_NOMEM shows as false too. */
bool columns_match(
	const struct columns *c, struct arena *a, const char *header, struct column_match *ret_match);

/* A word of ours that the cell's text stands for: columns_word(c, "change", "Bãi bỏ") → "abolished"; NULL when unknown. */
const char *columns_word(const struct columns *c, const char *list, const char *text);
const char *columns_shown(
	const struct columns *c, const char *list, const char *word); /* and back; the word when unknown */

#endif
