/* heading.h - the row of headers in a sheet, and what each column is. */
#ifndef MOTCUA_HEADING_H
#define MOTCUA_HEADING_H

#include "knowledge/book.h"
#include "knowledge/columns.h"
#include "knowledge/import.h"

struct heading_column {
	const char *
		header; /* as the sheet has it; of two rows of headers both, "Phí, lệ phí: trực tiếp"; "" for none */
	bool known; /* then the rest is filled */
	struct column_match match;
};

struct heading {
	size_t row; /* its number; 0: none was found */
	struct heading_column columns[TABLE_COLUMNS_MAX];
	size_t count;
	bool has[COLUMN_COUNT];
	bool tcvn3; /* texts of the rows looked at seem to be typed with a TCVN3 font */
};

/* Reads up to the headers: the first row of HEADING_ROWS with a column that tells records apart and another one. Strings in `a`.
 * ERR_FORMAT when two columns are the same, or the mapping names no column of ours. */
#define HEADING_ROWS 30
enum err heading_find(const struct columns *w, struct arena *a, struct book *b,
	const struct import_mapping *mapping, size_t mapping_count, struct heading *ret_heading,
	struct why *why);

/* 2 → "C" */
#define COLUMN_LETTERS_ROOM 8
const char *heading_letters(size_t column, char ret_letters[COLUMN_LETTERS_ROOM]);

#endif
