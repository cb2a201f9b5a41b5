/* xlsx.h - an XLSX workbook, sheet by sheet and row by row, without ever holding a sheet in memory. Values only: of a formula
 * its last result, of a macro nothing. A cell merged over several rows stands in each of them, as people read it.
 *
 * What is inside is not trusted: parts larger than they may be, packed more than RATIO_MAX times (a zip bomb), document type
 * declarations and entities are refused. */
#ifndef MOTCUA_XLSX_H
#define MOTCUA_XLSX_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"
#include "knowledge/table.h"

struct xlsx;

struct xlsx_sheet_name {
	const char *name;
	bool hidden;
};

/* ERR_FORMAT with what to do about it when it is no workbook that can be read. `path` is borrowed until xlsx_close(). */
enum err xlsx_open(const char *path, struct xlsx **ret_xlsx, struct why *why);
void xlsx_close(struct xlsx *x); /* NULL is fine */

size_t xlsx_sheets(const struct xlsx *x, const struct xlsx_sheet_name **ret_names);

enum err xlsx_choose(
	struct xlsx *x, size_t sheet, struct why *why); /* from now on xlsx_next() reads this one */
enum err xlsx_next(struct xlsx *x, struct table_row *ret_row, struct why *why);
void xlsx_done(const struct xlsx *x, size_t *ret_bytes,
	size_t *ret_all); /* of the chosen sheet, unpacked; for progress */

#endif
