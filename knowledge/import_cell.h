/* import_cell.h - one cell of a table as text of its column. Private to import*.c. Pure. */
#ifndef MOTCUA_IMPORT_CELL_H
#define MOTCUA_IMPORT_CELL_H

#include "knowledge/columns.h"
#include "knowledge/record_json.h"
#include "knowledge/table.h"

/* *ret_text in `a`, or borrowed from the cell; NULL for nothing. ERR_FORMAT with the flaw; ERR_NOMEM. */
enum err import_cell_text(struct arena *a, const struct column_match *match, const struct table_cell *cell,
	const char **ret_text, struct flaw *flaw);

#endif
