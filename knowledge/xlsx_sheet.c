/* xlsx_sheet.c - the rows of one sheet. It is read twice: once for its merged cells, which stand behind the rows, then row by
 * row; expat is suspended at the end of each. */
#include "knowledge/xlsx_internal.h"

#include "knowledge/import_row.h"

#include <stdlib.h>
#include <string.h>

struct xlsx_reader {
	struct xlsx *xlsx;
	struct xlsx_part part;
	struct xlsx_merge *merges;
	size_t merge_count, merge_room;
	uint64_t size;
	bool opened, at_end, in_text, in_sheet;
	int phonetic;
	/* the row in hand */
	uint32_t number, column;
	bool hidden, ready, too_long;
	struct buf texts; /* raw, with a NUL behind each */
	struct {
		char type[12];
		unsigned long style;
		bool formula;
		size_t at; /* in texts */
	} raw[TABLE_COLUMNS_MAX];
	bool filled[TABLE_COLUMNS_MAX];
	size_t count; /* of raw, by column */
	char rooms[TABLE_COLUMNS_MAX][XLSX_ROOM];
	struct table_cell cells[TABLE_COLUMNS_MAX];
};

/* --- Merged cells ---------------------------------------------------------------------------------------- */

static bool add_merge(struct xlsx_reader *r, const struct xlsx_merge *merge)
{
	if (r->merge_count == r->merge_room) {
		size_t room = r->merge_room ? r->merge_room * 2 : 64;
		struct xlsx_merge *merges = realloc(r->merges, room * sizeof *merges);

		if (!merges)
			return false;
		r->merges = merges;
		r->merge_room = room;
	}
	r->merges[r->merge_count++] = *merge;
	return true;
}

static void XMLCALL merge_start(void *arg, const char *name, const char **attributes)
{
	struct xlsx_part *p = arg;
	struct xlsx_reader *r = p->arg;
	const char *ref = xlsx_attribute(attributes, "ref"), *colon = ref ? strchr(ref, ':') : NULL;
	struct xlsx_merge m = {0};
	uint32_t last_column;
	char first[16];

	if (strcmp(xlsx_local(name), "mergeCell") != 0 || !colon || (size_t)(colon - ref) >= sizeof first)
		return;
	memcpy(first, ref, (size_t)(colon - ref));
	first[colon - ref] = '\0';
	if (!xlsx_reference(first, &m.column, &m.first) ||
		!xlsx_reference(colon + 1, &last_column, &m.last) || m.last <= m.first ||
		m.column >= TABLE_COLUMNS_MAX)
		return;
	if (r->merge_count == XLSX_MERGES_MAX)
		xlsx_part_refuse(p, "a sheet has more than 20000 merged cells");
	else if (!add_merge(r, &m))
		xlsx_part_nomem(p);
}

static bool keep_merged(struct xlsx_merge *m, const struct table_cell *cell)
{
	free(m->text);
	m->text = strdup(cell->text);
	m->cell = *cell;
	m->cell.text = m->text;
	return m->text != NULL;
}

/* What the first row of a merge held stands in the others too. */
static bool fill_merged(struct xlsx_reader *r)
{
	for (size_t i = 0; i < r->merge_count; i++) {
		struct xlsx_merge *m = &r->merges[i];

		if (r->number == m->first && m->column < r->count) {
			if (!keep_merged(m, &r->cells[m->column]))
				return false;
		} else if (r->number > m->first && r->number <= m->last && m->text) {
			for (; r->count <= m->column; r->count++)
				r->cells[r->count] = (struct table_cell){VALUE_NONE, "", 0};
			if (r->cells[m->column].kind == VALUE_NONE)
				r->cells[m->column] = m->cell;
		}
	}
	return true;
}

/* --- Rows ------------------------------------------------------------------------------------------------ */

static void start_row(struct xlsx_reader *r, const char **attributes)
{
	const char *number = xlsx_attribute(attributes, "r"), *hidden = xlsx_attribute(attributes, "hidden");
	unsigned long at = number ? strtoul(number, NULL, 10) : 0;

	r->number = at > r->number && at < UINT32_MAX ? (uint32_t)at : r->number + 1;
	r->hidden = hidden && (strcmp(hidden, "1") == 0 || strcmp(hidden, "true") == 0);
	r->column = 0;
	r->count = 0;
	r->too_long = false;
	memset(r->filled, 0, sizeof r->filled);
	buf_clear(&r->texts);
}

static void start_cell(struct xlsx_reader *r, const char **attributes)
{
	const char *reference = xlsx_attribute(attributes, "r"), *type = xlsx_attribute(attributes, "t");
	const char *style = xlsx_attribute(attributes, "s");
	uint32_t column, row;

	if (reference && xlsx_reference(reference, &column, &row))
		r->column = column;
	if (r->column >= TABLE_COLUMNS_MAX || r->filled[r->column])
		return;
	for (; r->count <= r->column; r->count++) {
		memset(&r->raw[r->count], 0, sizeof r->raw[0]);
		r->raw[r->count].at = SIZE_MAX;
	}
	r->filled[r->column] = true;
	strncpy(r->raw[r->column].type, type ? type : "", sizeof r->raw[0].type - 1);
	r->raw[r->column].style = style ? strtoul(style, NULL, 10) : 0;
	r->raw[r->column].at = r->texts.len;
}

static void XMLCALL start(void *arg, const char *name, const char **attributes)
{
	struct xlsx_part *p = arg;
	struct xlsx_reader *r = p->arg;

	name = xlsx_local(name);
	if (strcmp(name, "sheetData") == 0)
		r->in_sheet = true;
	else if (!r->in_sheet)
		return;
	else if (strcmp(name, "row") == 0)
		start_row(r, attributes);
	else if (strcmp(name, "c") == 0)
		start_cell(r, attributes);
	else if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
		r->in_text = r->phonetic == 0;
	else if (strcmp(name, "rPh") == 0)
		r->phonetic++;
	else if (strcmp(name, "f") == 0 && r->column < r->count)
		r->raw[r->column].formula = true;
}

static void end_row(struct xlsx_part *p, struct xlsx_reader *r)
{
	if (r->texts.failed) {
		xlsx_part_nomem(p);
		return;
	}
	r->ready = true;
	xlsx_part_suspend(p);
}

static void XMLCALL end(void *arg, const char *name)
{
	struct xlsx_part *p = arg;
	struct xlsx_reader *r = p->arg;

	name = xlsx_local(name);
	if (!r->in_sheet)
		return;
	if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0) {
		r->in_text = false;
	} else if (strcmp(name, "rPh") == 0) {
		r->phonetic--;
	} else if (strcmp(name, "c") == 0) {
		buf_add(&r->texts, "", 1);
		r->column++;
	} else if (strcmp(name, "row") == 0) {
		end_row(p, r);
	} else if (strcmp(name, "sheetData") == 0) {
		r->in_sheet = false;
	}
}

static void XMLCALL text(void *arg, const char *ptr, int len)
{
	struct xlsx_part *p = arg;
	struct xlsx_reader *r = p->arg;

	if (!r->in_text || r->column >= TABLE_COLUMNS_MAX)
		return;
	if (r->texts.len + (size_t)len > ROW_BYTES_MAX)
		r->too_long = true;
	else
		buf_add(&r->texts, ptr, (size_t)len);
}

static void take_cells(struct xlsx_reader *r)
{
	for (size_t i = 0; i < r->count; i++) {
		char *raw_text = r->raw[i].at < r->texts.len ? r->texts.ptr + r->raw[i].at : NULL;
		struct xlsx_raw raw = {
			r->raw[i].type, r->raw[i].style, r->raw[i].formula, raw_text ? raw_text : ""};

		if (raw_text && strcmp(raw.type, "s") != 0)
			xlsx_unescape(raw_text);
		xlsx_value(r->xlsx, &raw, r->rooms[i], &r->cells[i]);
	}
}

enum err xlsx_reader_next(struct xlsx_reader *r, struct table_row *ret_row, struct why *why)
{
	enum err err;

	*ret_row = (struct table_row){0};
	if (r->at_end)
		return OK;
	r->ready = false;
	err = xlsx_part_go(&r->part, &r->at_end, why);
	if (err != OK || !r->ready)
		return err;
	take_cells(r);
	if (!fill_merged(r))
		return why_set(why, ERR_NOMEM, "could not read \"%s\": out of memory", r->xlsx->path);
	*ret_row = (struct table_row){r->number, r->hidden, r->cells, r->count,
		r->too_long ? "is longer than 1048576 bytes" : NULL};
	return OK;
}

/* --- Opening --------------------------------------------------------------------------------------------- */

enum err xlsx_reader_open(struct xlsx *x, const char *part, struct xlsx_reader **ret_reader, struct why *why)
{
	struct xlsx_reader *r = calloc(1, sizeof *r);
	enum err err;

	if (!r)
		return why_set(why, ERR_NOMEM, "could not read \"%s\": out of memory", x->path);
	r->xlsx = x;
	buf_init(&r->texts, 2 * ROW_BYTES_MAX);
	err = xlsx_part_read(x, part, r, merge_start, NULL, NULL, why);
	if (err == OK)
		err = xlsx_part_open(x, part, r, start, end, text, &r->part, why);
	if (err == ERR_NOT_FOUND)
		err = why_set(why, ERR_FORMAT, "cannot read \"%s\": a sheet is missing in it", x->path);
	if (err == OK)
		*ret_reader = r;
	else
		xlsx_reader_close(r);
	return err;
}

void xlsx_reader_close(struct xlsx_reader *r)
{
	if (!r)
		return;
	xlsx_part_close(&r->part);
	for (size_t i = 0; i < r->merge_count; i++)
		free(r->merges[i].text);
	free(r->merges);
	buf_release(&r->texts);
	free(r);
}

void xlsx_reader_done(const struct xlsx_reader *r, size_t *ret_bytes, size_t *ret_all)
{
	*ret_bytes = (size_t)r->part.unpacked;
	*ret_all = (size_t)(r->part.size > r->part.unpacked ? r->part.size : r->part.unpacked);
}
