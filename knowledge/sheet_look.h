/* sheet_look.h - what is in a file before it is imported: sheets, columns, a few cells of each, and what each column is. For the
 * page where a curator says what the others are. Changes nothing. */
#ifndef MOTCUA_SHEET_LOOK_H
#define MOTCUA_SHEET_LOOK_H

#include "daemon/base/arena.h"
#include "knowledge/columns.h"
#include "knowledge/import.h"

#define LOOK_SAMPLES 3

struct look_column {
	size_t index;                      /* from 0 */
	const char *letters;               /* "C" */
	const char *header;                /* "" for none */
	const char *samples[LOOK_SAMPLES]; /* "" for nothing; the first rows, cut at 200 bytes or so */
	const char *member;                /* a key of columns.h; "" nobody knows */
};

struct look_sheet {
	const char *name; /* "" of a CSV */
	bool hidden;
};

struct sheet_look {
	const char *format; /* "jsonl" (then nothing else is filled), "csv", "xlsx" */
	struct look_sheet *sheets;
	size_t sheet_count;
	const char *sheet; /* the one looked at */
	size_t row; /* of its headers; 0: none were known, then `columns` is the fullest row as if it were */
	struct look_column *columns;
	size_t column_count;
};

/* Everything in `a`. `sheet` NULL: the first visible one whose headers are known, else the first visible one. ERR_FORMAT as
 * import_files() would refuse the file. */
enum err sheet_look(struct arena *a, const char *path, const char *sheet,
	const struct import_mapping *mapping, size_t mapping_count, struct sheet_look *ret_look,
	struct why *why);

#endif
