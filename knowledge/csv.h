/* csv.h - a CSV file row by row in bounded memory: UTF-8 with or without byte order mark, parted by ; , or tab (the one that
 * parts the first rows most, or "sep=;" in the first line), quotes, doubled quotes and line ends inside quotes, LF or CRLF.
 *
 * So that no spreadsheet takes a text for a formula, export writes an apostrophe before = + - @ ' tab and CR at the beginning of a
 * cell; import takes it off again. */
#ifndef MOTCUA_CSV_H
#define MOTCUA_CSV_H

#include "daemon/base/err.h"
#include "knowledge/table.h"

#include <stdio.h>

struct csv;

/* `path` is borrowed until csv_close(). On failure *ret_csv is untouched. */
enum err csv_open(const char *path, struct csv **ret_csv, struct why *why);
void csv_close(struct csv *c); /* NULL is fine */

/* ERR_FORMAT when the file is in another encoding: `why` says which it looks like. */
enum err csv_next(struct csv *c, struct table_row *ret_row, struct why *why);

void csv_done(const struct csv *c, size_t *ret_bytes, size_t *ret_all); /* for progress */

/* The text without the apostrophe that kept it from being a formula. */
const char *csv_unguarded(const char *text);
bool csv_needs_guard(
	const char *text); /* whether it could be taken for a formula, or for one that is guarded */

#endif
