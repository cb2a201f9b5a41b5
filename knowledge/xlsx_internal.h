/* xlsx_internal.h - the parts of an XLSX reader. Private to xlsx*.c. */
#ifndef MOTCUA_XLSX_INTERNAL_H
#define MOTCUA_XLSX_INTERNAL_H

#include "daemon/base/buf.h"
#include "knowledge/xlsx.h"

#include <expat.h>
#include <stdint.h>
#include <zip.h>

#define XLSX_UNPACKED_MAX ((uint64_t)512 << 20) /* bytes of all parts read, each time they are read */
#define XLSX_RATIO_MAX 250                      /* unpacked : packed; sheets of empty cells reach about 100 */
#define XLSX_RATIO_FROM ((uint64_t)4 << 20)     /* smaller parts may be packed as much as they like */
#define XLSX_STRINGS_MAX ((size_t)192 << 20)
#define XLSX_SHEETS_MAX 256
#define XLSX_STYLES_MAX 65536
#define XLSX_MERGES_MAX 20000

/* One XML part on its way through expat. */
struct xlsx_part {
	struct xlsx *xlsx;
	const char *name;
	zip_file_t *file;
	XML_Parser parser;
	uint64_t packed, unpacked, size;
	const char *trouble; /* set by a handler: why the part is refused */
	enum err err;        /* set by a handler that ran out of memory */
	bool suspended;
	void *arg; /* of the handlers; they get the part */
};

struct xlsx_merge {                   /* a cell over several rows */
	uint32_t column, first, last; /* column from 0, rows from 1 */
	struct table_cell cell;       /* once row `first` was read */
	char *text;                   /* owned */
};

struct xlsx_reader; /* of the chosen sheet: xlsx_sheet.c */

struct xlsx {
	const char *path;
	zip_t *zip;
	struct arena arena; /* names */
	struct xlsx_sheet_name names[XLSX_SHEETS_MAX];
	const char *parts[XLSX_SHEETS_MAX]; /* "xl/worksheets/sheet1.xml" */
	size_t sheet_count;
	const char *strings_part, *styles_part; /* NULL: there is none */
	bool epoch_1904, strings_read;
	uint64_t unpacked; /* of all parts so far */
	/* shared strings */
	struct buf strings;
	size_t *string_at, string_count, string_room;
	/* styles: which show a number as a day */
	bool *is_day;
	size_t style_count, style_room;
	struct xlsx_reader *reader;
};

/* --- xlsx_part.c */
/* Opens a part; ERR_NOT_FOUND (why untouched) when the workbook has none of that name. */
enum err xlsx_part_open(struct xlsx *x, const char *name, void *arg, XML_StartElementHandler start,
	XML_EndElementHandler end, XML_CharacterDataHandler text, struct xlsx_part *ret_part,
	struct why *why);
/* Parses on until the part ends (*ret_end) or a handler suspends it. */
enum err xlsx_part_go(struct xlsx_part *p, bool *ret_end, struct why *why);
void xlsx_part_suspend(struct xlsx_part *p);
void xlsx_part_refuse(struct xlsx_part *p, const char *trouble); /* from a handler; the parser stops */
void xlsx_part_nomem(struct xlsx_part *p);
void xlsx_part_close(struct xlsx_part *p);
/* All of it at once; a part that is not there is empty. */
enum err xlsx_part_read(struct xlsx *x, const char *name, void *arg, XML_StartElementHandler start,
	XML_EndElementHandler end, XML_CharacterDataHandler text, struct why *why);

const char *xlsx_local(const char *name);                              /* "x:row" → "row" */
const char *xlsx_attribute(const char **attributes, const char *name); /* NULL: absent */

/* "_x000D_" and the like → what they stand for, in place. */
void xlsx_unescape(char *text);

/* --- xlsx_strings.c, xlsx_styles.c: read once, when a sheet is chosen */
enum err xlsx_strings_read(struct xlsx *x, struct why *why);
enum err xlsx_styles_read(struct xlsx *x, struct why *why);
bool xlsx_format_is_day(const char *format);

/* --- xlsx_sheet.c */
enum err xlsx_reader_open(struct xlsx *x, const char *part, struct xlsx_reader **ret_reader, struct why *why);
void xlsx_reader_close(struct xlsx_reader *r);
enum err xlsx_reader_next(struct xlsx_reader *r, struct table_row *ret_row, struct why *why);
void xlsx_reader_done(const struct xlsx_reader *r, size_t *ret_bytes, size_t *ret_all);

/* --- xlsx_value.c */
struct xlsx_raw {         /* a cell as the XML has it */
	const char *type; /* "s", "str", "inlineStr", "n", "b", "e", "d"; "" is "n" */
	unsigned long style;
	bool formula;
	const char *text;
};
/* *ret_cell's text is `raw->text`, a shared string or in `room`. */
#define XLSX_ROOM 32
void xlsx_value(
	const struct xlsx *x, const struct xlsx_raw *raw, char room[XLSX_ROOM], struct table_cell *ret_cell);
bool xlsx_reference(const char *reference, uint32_t *ret_column, uint32_t *ret_row); /* "C7" → 2, 7 */

#endif
