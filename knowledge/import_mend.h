/* import_mend.h - what somebody put right in a table without changing its file. Private to import*.c. */
#ifndef MOTCUA_IMPORT_MEND_H
#define MOTCUA_IMPORT_MEND_H

#include "daemon/base/arena.h"
#include "knowledge/heading.h"
#include "knowledge/import.h"

/* Puts the mended cells of that row in the place of its own; new arrays in `a`, texts borrowed from the options. *ret_left_out: the
 * row is not to be read. ERR_NOMEM. */
enum err import_mend(const struct import_options *o, struct arena *a, const char *sheet,
	struct table_row *row, bool *ret_left_out);

/* The row's cells whose columns are known, for somebody to put them right. ERR_NOMEM. */
enum err import_mendable(const struct heading *h, struct arena *a, const struct table_row *row,
	struct import_cell **ret_cells, size_t *ret_count);

#endif
