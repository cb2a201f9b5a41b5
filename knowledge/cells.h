/* cells.h - a record's JSON ↔ a row of cells, one text a column, so that people can edit it in a spreadsheet. Pure.
 *
 *   a list               one line each: legal_basis, ask, keywords, phone; levels and ways to file with commas
 *   submission           "Cách thức nộp" lists the ways in their order; each way has a cell for time limit, fee and note. A way
 *                        that stands n times has n lines in each, "-" where there is nothing, "⏎" for a line end inside. Cells
 *                        without a way hold for every way that has none of its own
 *   documents            one line each: "Tờ khai (bản chính: 1, bản sao: 0, mẫu: …)"; "[Trường hợp …]" before those of one case,
 *                        "[]" behind them
 *   a day                21/11/2026
 *   what fits no column  as JSON in the column "extra"
 *
 * cells_from_json() reads back each cell it writes; a member that would come back as another goes to "extra". So what goes
 * out comes in again, whatever it holds. */
#ifndef MOTCUA_CELLS_H
#define MOTCUA_CELLS_H

#include "knowledge/columns.h"
#include "knowledge/record_json.h"

struct cells {
	const char *text[COLUMN_COUNT]; /* NULL: nothing */
};

/* Texts in `a`. ERR_NOMEM only. */
enum err cells_from_json(
	const struct columns *w, struct arena *a, const cJSON *object, struct cells *ret_cells);

/* The caller deletes *ret_object. ERR_FORMAT with the flaw, whose member is the column's key; or ERR_NOMEM. */
enum err cells_to_json(const struct columns *w, struct arena *a, const struct cells *cells,
	cJSON **ret_object, struct flaw *flaw);

/* A cell as people leave it → as it is read: valid UTF-8 in NFC, line ends "\n", no blanks around, NULL when nothing is left. */
enum err cell_tidy(struct arena *a, enum column column, const char *text, const char **ret_text);

/* The JSON member a column holds, or a part of: "submission" for "submission.direct.fee". */
const char *column_member(enum column column);

#endif
