/* table.h - a row of a spreadsheet, whatever file it came from. Plain data. */
#ifndef MOTCUA_TABLE_H
#define MOTCUA_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#define TABLE_FILE_MAX ((size_t)64 << 20) /* bytes of a CSV or XLSX; the national list has 38 and 8 MB */
#define TABLE_COLUMNS_MAX 256             /* what stands further right is not read */
#define TABLE_ROWS_MAX 200000

enum value_kind {
	VALUE_NONE,
	VALUE_TEXT,
	VALUE_NUMBER, /* text is it as typed, as far as the file tells */
	VALUE_DAY,    /* a number the file shows as a day; text is "21/11/2026" */
	VALUE_ERROR,  /* "#N/A" */
	VALUE_LOST,   /* a formula whose result the file does not hold */
};

struct table_cell {
	enum value_kind kind;
	const char *text; /* never NULL */
	double number;    /* of VALUE_NUMBER and VALUE_DAY */
};

struct table_row {
	size_t number; /* as a spreadsheet counts them, from 1; 0: no more rows */
	bool hidden;
	const struct table_cell *cells; /* valid until the next row */
	size_t count;
	const char *trouble; /* why the row cannot be read ("is longer than …"); NULL: it can */
};

#endif
