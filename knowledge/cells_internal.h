/* cells_internal.h - the parts of cells.c that have files of their own. Private to them. */
#ifndef MOTCUA_CELLS_INTERNAL_H
#define MOTCUA_CELLS_INTERNAL_H

#include "daemon/base/buf.h"
#include "knowledge/cells.h"

#define CELL_BYTES_MAX                                                                                       \
	((size_t)4 << 20) /* of one cell while it is put together; a row is smaller (import_row.h) */
#define LINE_END_SIGN "⏎"

struct cells_reader { /* cells → JSON */
	const struct columns *words;
	struct arena *arena;
	const struct cells *cells;
	struct flaw *flaw;
	enum err err; /* readers do nothing once it is set */
};

void cells_wrong(struct cells_reader *r, enum column column, const char *what);
const char *cells_keep(
	struct cells_reader *r, const char *text, size_t len); /* trimmed copy, NULL once failed */
cJSON *cells_string(struct cells_reader *r, const char *text);
void cells_add(struct cells_reader *r, cJSON *object, const char *member,
	cJSON *item); /* takes the item; NULL is an error */

/* The next line of *text, *text behind it; false at the end. */
bool cells_line(const char **text, const char **ret_line, size_t *ret_len);
void cells_trim(const char **text, size_t *len);

/* NULL when there is nothing, or once it failed. */
cJSON *cells_submission(struct cells_reader *r);
cJSON *cells_documents(struct cells_reader *r);

/* What cannot be written is left out; the caller reads it back. False: out of memory. */
bool cells_from_submission(struct arena *a, const cJSON *list, struct cells *cells);
bool cells_from_documents(struct arena *a, const cJSON *list, struct cells *cells);
bool cells_put(struct arena *a, struct cells *cells, enum column column, struct buf *b); /* releases b */

#endif
