#include "knowledge/import_mend.h"

#include <string.h>

/* "C" → 2; TABLE_COLUMNS_MAX when it is no column. */
static size_t column_at(const char *letters)
{
	char room[COLUMN_LETTERS_ROOM];
	size_t at = 0;

	while (at < TABLE_COLUMNS_MAX && strcmp(heading_letters(at, room), letters) != 0)
		at++;
	return at;
}

static bool is_of(const struct import_mend *mend, const char *sheet, size_t row)
{
	return mend->row == row && strcmp(mend->sheet, sheet) == 0;
}

/* The row's cells, and empty ones up to the last column there can be, to be written to. */
static struct table_cell *cells_copy(struct arena *a, const struct table_row *row)
{
	struct table_cell *cells = arena_array(a, TABLE_COLUMNS_MAX, sizeof *cells);

	for (size_t i = 0; cells && i < TABLE_COLUMNS_MAX; i++)
		cells[i] = i < row->count ? row->cells[i] : (struct table_cell){.text = ""};
	return cells;
}

enum err import_mend(const struct import_options *o, struct arena *a, const char *sheet,
	struct table_row *row, bool *ret_left_out)
{
	struct table_cell *cells = NULL;

	*ret_left_out = false;
	for (size_t i = 0; i < o->mend_count; i++) {
		const struct import_mend *mend = &o->mends[i];
		size_t at = is_of(mend, sheet, row->number) ? column_at(mend->column) : TABLE_COLUMNS_MAX;

		*ret_left_out |= is_of(mend, sheet, row->number) && !*mend->column;
		if (at == TABLE_COLUMNS_MAX)
			continue;
		if (!cells && !(cells = cells_copy(a, row)))
			return ERR_NOMEM;
		cells[at] = (struct table_cell){
			.kind = *mend->text ? VALUE_TEXT : VALUE_NONE, .text = mend->text};
		row->cells = cells;
		row->count = row->count > at ? row->count : at + 1;
	}
	return OK;
}

enum err import_mendable(const struct heading *h, struct arena *a, const struct table_row *row,
	struct import_cell **ret_cells, size_t *ret_count)
{
	struct import_cell *cells = arena_array(a, h->count ? h->count : 1, sizeof *cells);
	size_t count = 0;

	for (size_t i = 0; cells && i < h->count; i++) {
		char room[COLUMN_LETTERS_ROOM];
		const char *letters = arena_string(a, heading_letters(i, room));

		if (!letters)
			return ERR_NOMEM;
		if (h->columns[i].known)
			cells[count++] = (struct import_cell){.column = letters,
				.member = column_key(h->columns[i].match.column),
				.header = h->columns[i].header,
				.text = i < row->count ? row->cells[i].text : ""};
	}
	if (!cells)
		return ERR_NOMEM;
	*ret_cells = cells;
	*ret_count = count;
	return OK;
}
