#include "knowledge/version_row.h"

#include <sqlite3.h>

#include <stddef.h>

/* The columns are those of VERSION_ROW_COLUMNS in kdb.def, then the body. */
enum err version_row_read(struct sqlite3_stmt *stmt, struct arena *a, struct version_row *ret_row)
{
	static const size_t texts[] = {offsetof(struct version_row, record),
		offsetof(struct version_row, unit), offsetof(struct version_row, state),
		offsetof(struct version_row, change), offsetof(struct version_row, replaced_by),
		offsetof(struct version_row, valid_from), offsetof(struct version_row, valid_to),
		offsetof(struct version_row, until), offsetof(struct version_row, decision),
		offsetof(struct version_row, decision_date), offsetof(struct version_row, source),
		offsetof(struct version_row, source_date), offsetof(struct version_row, author),
		offsetof(struct version_row, approver), offsetof(struct version_row, note)};
	enum { TEXTS = sizeof texts / sizeof *texts };
	struct version_row row = {.id = sqlite3_column_int64(stmt, 0),
		.created_ms = sqlite3_column_int64(stmt, TEXTS + 1),
		.published_ms = sqlite3_column_int64(stmt, TEXTS + 2),
		.revision = sqlite3_column_int64(stmt, TEXTS + 3),
		.base = sqlite3_column_int64(stmt, TEXTS + 4),
		.inherits = sqlite3_column_int(stmt, TEXTS + 5) != 0};
	const char *body = (const char *)sqlite3_column_text(stmt, TEXTS + 6);

	for (int i = 0; i < TEXTS; i++) {
		const char *text = (const char *)sqlite3_column_text(stmt, i + 1);
		const char *copy = arena_string(a, text);

		if (text && !copy)
			return ERR_NOMEM;
		*(const char **)(void *)((char *)&row + texts[i]) = copy;
	}
	row.body = arena_string(a, body);
	if (body && !row.body)
		return ERR_NOMEM;
	*ret_row = row;
	return OK;
}
