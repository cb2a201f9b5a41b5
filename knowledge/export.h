/* export.h - the published knowledge as JSONL, CSV or XLSX that import reads back unchanged, and empty tables to fill in. */
#ifndef MOTCUA_EXPORT_H
#define MOTCUA_EXPORT_H

#include "daemon/base/err.h"

#include <stdbool.h>
#include <stdio.h>

enum export_format { EXPORT_JSONL, EXPORT_CSV, EXPORT_XLSX, EXPORT_FORMAT_COUNT };
const char *export_format_name(
	enum export_format format); /* "jsonl", "csv", "xlsx"; also the file's ending */
bool export_format_from(const char *name, enum export_format *ret_format);

struct export_options {
	const char *database;
	enum export_format format;
	const char *
		kind; /* "procedure", …; NULL: all records; "unit", "old_unit": administrative units, names of before */
	const char *unit;  /* "" the nation's versions alone, "11329" this unit's alone; NULL: all */
	const char *as_of; /* NULL: today */
};

/* Official members and ours together; a JSON object a line, or a row. Cells that a spreadsheet could take for a formula are
 * made safe: in CSV with an apostrophe, which import takes off again; in XLSX they are text. */
enum err export_write(const struct export_options *o, FILE *out, struct why *why);

/* The columns of one kind, one row as an example; XLSX: a second sheet says what goes where. JSONL has no template: ERR_FORMAT. */
enum err export_template(enum export_format format, const char *kind, FILE *out, struct why *why);

#endif
