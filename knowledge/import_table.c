/* import_table.c - the rows of a CSV or XLSX → records.
 *
 * A sheet tells its columns in a row of headers (heading.h). Its rows say what they have a column for; of a record that is there
 * everything else stays as it is. Rows that are only headings ("I. Lĩnh vực hộ tịch") are skipped, and told. A row that cannot be
 * read is refused with its column; a sheet without known headers is skipped while another one has them. Fails on a file that is
 * no table, or has no sheet that could be read. */
#include "knowledge/cells.h"
#include "knowledge/heading.h"
#include "knowledge/import_cell.h"
#include "knowledge/import_internal.h"
#include "knowledge/import_mend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROGRESS_EVERY 64
#define FIRST_HALF 2
#define HEADING_ARENA_MAX ((size_t)4 << 20)

struct table {
	struct import *import;
	struct book *book;
	struct arena arena; /* of the headings */
	struct heading heading;
	const char *path, *sheet;
	size_t size, row_count;
	const char *kind; /* of every row, when no column says it: as its cell would; NULL: procedures */
};

/* --- One row --------------------------------------------------------------------------------------------- */

/* "C", "C, D" for a member of several columns; "" when the sheet has none for it. */
static const char *letters_of(struct table *t, const char *member)
{
	size_t dot = strcspn(member, ".["), best = SIZE_MAX;
	char letters[COLUMN_LETTERS_ROOM];
	const char *copy;

	for (size_t i = 0; i < t->heading.count; i++) {
		const struct heading_column *c = &t->heading.columns[i];
		const char *key = c->known ? column_key(c->match.column) : "";

		if (c->known && strcmp(key, member) == 0) {
			best = i;
			break;
		}
		if (c->known && best == SIZE_MAX && dot &&
			strncmp(column_member(c->match.column), member, dot) == 0 &&
			column_member(c->match.column)[dot] == '\0')
			best = i;
	}
	if (!*member || best == SIZE_MAX)
		return "";
	copy = arena_string(&t->import->arena, heading_letters(best, letters));
	return copy ? copy : "";
}

/* Joins the parts of long cells in the order of their numbers. */
static enum err read_cells(
	struct table *t, const struct table_row *row, struct cells *ret_cells, struct flaw *flaw)
{
	struct arena *a = &t->import->arena;
	size_t bytes = 0;

	for (unsigned part = 1, more = 1; more; part++) {
		more = 0;
		for (size_t i = 0; i < row->count && i < t->heading.count; i++) {
			const struct heading_column *c = &t->heading.columns[i];
			const char *text = NULL, *before;
			enum err err;

			more |= c->known && c->match.part > part;
			if (!c->known || c->match.part != part)
				continue;
			err = import_cell_text(a, &c->match, &row->cells[i], &text, flaw);
			bytes += text && err == OK ? strlen(text) : 0;
			if (err == OK && bytes > ROW_BYTES_MAX)
				err = flaw_set(flaw, "", "is longer than %zu bytes", ROW_BYTES_MAX);
			if (err != OK)
				return err;
			before = ret_cells->text[c->match.column];
			if (text && before && !(text = arena_printf(a, "%s%s", before, text)))
				return ERR_NOMEM;
			if (text)
				ret_cells->text[c->match.column] = text;
		}
	}
	return OK;
}

static bool is_empty(const struct table_row *row)
{
	for (size_t i = 0; i < row->count; i++)
		if (row->cells[i].kind != VALUE_NONE &&
			row->cells[i].text[strspn(row->cells[i].text, " \t\r\n")])
			return false;
	return !row->trouble;
}

/* "(1) | (2) | (3)" below the headers. */
static bool is_numbering(const struct table_row *row)
{
	size_t filled = 0;

	for (size_t i = 0; i < row->count; i++) {
		const char *text = row->cells[i].text;

		if (row->cells[i].kind == VALUE_NONE)
			continue;
		filled++;
		if (text[strspn(text, "()0123456789 ")] || strlen(text) > 5)
			return false;
	}
	return filled >= 2;
}

/* No code and nothing but a title, or a title where the code should be. */
static bool is_title(const struct cells *cells)
{
	const char *code = cells->text[COLUMN_CODE];
	size_t filled = 0;

	for (int i = 0; i < COLUMN_COUNT; i++)
		filled += cells->text[i] != NULL;
	if (cells->text[COLUMN_ID] || cells->text[COLUMN_NEW_CODE] || filled > 1)
		return false;
	return !code || strchr(code, ' ');
}

static const char *kind_word(const struct table *t, const struct cells *cells)
{
	const char *text = cells->text[COLUMN_KIND];
	const char *word = text ? columns_word(t->import->columns, "kind", text) : NULL;

	return word ? word : "";
}

/* Members that the sheet has columns for are the sheet's, also when "extra" of the version in force has them. */
static enum err cut_extra(struct table *t, struct cells *base)
{
	cJSON *extra;
	char *json = NULL;

	if (!base->text[COLUMN_EXTRA] || t->heading.has[COLUMN_EXTRA])
		return OK;
	extra = cJSON_Parse(base->text[COLUMN_EXTRA]);
	for (int i = 0; i < COLUMN_COUNT; i++)
		if (t->heading.has[i])
			cJSON_DeleteItemFromObjectCaseSensitive(extra, column_member((enum column)i));
	if (cJSON_GetArraySize(extra))
		json = cJSON_PrintUnformatted(extra);
	base->text[COLUMN_EXTRA] = arena_string(&t->import->arena, json);
	cJSON_free(json);
	cJSON_Delete(extra);
	return OK;
}

/* A column for every way to file, where the sheet has none for each: what each way says of it goes. */
static void clear_ways(const struct table *t, struct cells *base)
{
	static const enum column ways[][4] = {
		{COLUMN_ANY_TIME, COLUMN_DIRECT_TIME, COLUMN_ONLINE_TIME, COLUMN_POST_TIME},
		{COLUMN_ANY_FEE, COLUMN_DIRECT_FEE, COLUMN_ONLINE_FEE, COLUMN_POST_FEE},
		{COLUMN_ANY_NOTE, COLUMN_DIRECT_NOTE, COLUMN_ONLINE_NOTE, COLUMN_POST_NOTE}};
	const bool *has = t->heading.has;

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (has[ways[i][0]] && !has[ways[i][1]] && !has[ways[i][2]] && !has[ways[i][3]])
			for (size_t w = 1; w < 4; w++)
				base->text[ways[i][w]] = NULL;
}

/* What the sheet has no column for stays as the version in force has it. */
static enum err lay_over(struct table *t, const struct import_base *base, struct cells *cells)
{
	struct cells under;
	enum err err = cells_from_json(t->import->columns, &t->import->arena, base->object, &under);

	if (err == OK)
		err = cut_extra(t, &under);
	if (err != OK)
		return err;
	clear_ways(t, &under);
	for (int i = 0; i < COLUMN_COUNT; i++)
		if (t->heading.has[i])
			under.text[i] = cells->text[i];
	under.text[COLUMN_KIND] =
		cells->text[COLUMN_KIND] ? cells->text[COLUMN_KIND] : under.text[COLUMN_KIND];
	under.text[COLUMN_ID] = cells->text[COLUMN_ID] ? cells->text[COLUMN_ID] : under.text[COLUMN_ID];
	under.text[COLUMN_CODE] =
		cells->text[COLUMN_CODE] ? cells->text[COLUMN_CODE] : under.text[COLUMN_CODE];
	*cells = under;
	return OK;
}

/* The first day the row is for, as far as its cells tell; a day that is none is refused later. */
static void first_day(const struct table *t, const struct cells *cells, char ret_day[11])
{
	const char *text = cells->text[COLUMN_VALID_FROM];
	struct cells only = {0};
	cJSON *object = NULL;

	snprintf(ret_day, 11, "%s", t->import->origin.today);
	if (!text)
		return;
	only.text[COLUMN_VALID_FROM] = text;
	if (cells_to_json(t->import->columns, &t->import->arena, &only, &object, NULL) != OK)
		return;
	snprintf(ret_day, 11, "%s",
		cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "valid_from")));
	cJSON_Delete(object);
}

static enum err find_base(struct table *t, const struct cells *cells, struct import_base *ret_base)
{
	const char *id = cells->text[COLUMN_ID] ? cells->text[COLUMN_ID] : cells->text[COLUMN_CODE];
	const char *unit = cells->text[COLUMN_UNIT];
	char day[11];

	if (!unit)
		unit = t->import->options->unit ? t->import->options->unit : "";
	first_day(t, cells, day);
	return id ? import_base_read(t->import, id, unit, day, ret_base) : OK;
}

static bool is_record(const char *kind)
{
	return strcmp(kind, "asks") != 0 && strcmp(kind, "unit") != 0 && strcmp(kind, "old_unit") != 0;
}

/* A record's row as it came out of its cells. */
struct built {
	struct import_base base;
	cJSON *object;
	struct import_row row;
};

static void built_release(struct built *b)
{
	cJSON_Delete(b->object);
	import_base_release(&b->base);
	*b = (struct built){0};
}

static enum err build(
	struct table *t, const struct cells *sheet, bool record, struct built *b, struct flaw *flaw)
{
	struct import *im = t->import;
	struct cells cells = *sheet;
	enum err err = record ? find_base(t, sheet, &b->base) : OK;

	if (err == OK && b->base.found)
		err = lay_over(t, &b->base, &cells);
	if (err == OK)
		err = cells_to_json(im->columns, &im->arena, &cells, &b->object, flaw);
	return err == OK ? import_row_take(&im->arena, b->object, &b->row, flaw) : err;
}

/* A first day copied from the version that the row changes is no day of the change. */
static bool first_day_is_copied(const struct table *t, const struct built *b)
{
	const struct version_row *before = b->base.found ? &b->base.lineage.rows[0] : NULL;
	const char *option = t->import->options->unit ? t->import->options->unit : "";

	return before && b->row.valid_from && strcmp(b->row.valid_from, before->valid_from) == 0 &&
	       strcmp(before->unit, b->row.unit ? b->row.unit : option) == 0 &&
	       !cJSON_Compare(b->base.object, b->object, true);
}

static enum err take_cells(
	struct table *t, const struct import_place *place, struct cells *cells, struct flaw *flaw)
{
	bool record = is_record(kind_word(t, cells));
	struct built b = {0};
	enum err err = build(t, cells, record, &b, flaw);

	if (err == OK && record && first_day_is_copied(t, &b)) {
		built_release(&b);
		cells->text[COLUMN_VALID_FROM] = NULL;
		err = build(t, cells, record, &b, flaw);
	}
	if (err == OK)
		err = import_write(t->import, place, &b.row, record ? &b.base : NULL, flaw);
	built_release(&b);
	return err;
}

static enum err read_row(
	struct table *t, const struct import_place *place, const struct table_row *row, struct flaw *flaw)
{
	struct cells cells = {0};
	enum err err;

	if (row->trouble)
		return flaw_set(flaw, "", "%s", row->trouble);
	err = read_cells(t, row, &cells, flaw);
	if (err != OK)
		return err;
	if (is_title(&cells)) {
		import_skip(t->import, place);
		return OK;
	}
	if (!cells.text[COLUMN_KIND])
		cells.text[COLUMN_KIND] = t->kind;
	return take_cells(t, place, &cells, flaw);
}

/* Nothing was there to read, or nobody wants it. */
static bool is_skipped(const struct table *t, const struct import_place *place, const struct table_row *row)
{
	return place->left_out || (!row->trouble && is_numbering(row) && row->number <= t->heading.row + 2);
}

static enum err refuse(
	struct table *t, struct import_place *place, const struct table_row *row, const struct flaw *flaw)
{
	struct import_cell *cells = NULL;
	enum err err = import_mendable(&t->heading, &t->import->arena, row, &cells, &place->cell_count);

	place->cells = cells;
	if (err == OK)
		import_refuse(t->import, place, letters_of(t, flaw->member), flaw);
	return err;
}

static enum err take_row(struct table *t, const struct table_row *in_file)
{
	struct import *im = t->import;
	struct table_row row = *in_file;
	struct import_place place = {
		.file = t->path, .sheet = t->sheet, .row = row.number, .hidden = row.hidden, .table = true};
	struct flaw flaw = {"", ""};
	enum err err;

	arena_reset(&im->arena);
	err = import_mend(im->options, &im->arena, t->sheet, &row, &place.left_out);
	if (err == OK && is_empty(&row))
		return OK;
	im->counts.rows++;
	if (err == OK && is_skipped(t, &place, &row)) {
		import_skip(im, &place);
		return OK;
	}
	if (err == OK)
		err = read_row(t, &place, &row, &flaw);
	if (err == ERR_FORMAT)
		err = refuse(t, &place, &row, &flaw);
	if (err != OK)
		why_set(im->why, err, "could not import %s:%zu: %s", t->path, row.number,
			err == ERR_STORE || err == ERR_IO ? sqlite3_errmsg(im->kdb->db) : err_words(err));
	return err;
}

/* --- One sheet ------------------------------------------------------------------------------------------- */

/* What rows are about that do not say it themselves. */
static void guess_kind(struct table *t)
{
	const bool *has = t->heading.has;
	const char *kind = NULL;

	if (has[COLUMN_NEW_CODE] && has[COLUMN_OLD_NAME])
		kind = "old_unit";
	else if (has[COLUMN_PROVINCE_CODE] || has[COLUMN_FORMED_FROM])
		kind = "unit";
	else if (!has[COLUMN_NAME] && !has[COLUMN_QUESTION] && !has[COLUMN_FIELD] &&
		 (has[COLUMN_ASK] || has[COLUMN_EVERYDAY] || has[COLUMN_KEYWORDS]))
		kind = "asks";
	t->kind = kind && !has[COLUMN_KIND] ? kind : NULL;
}

static void progress(struct table *t, size_t sheet, size_t sheets)
{
	struct import *im = t->import;
	double share = ((double)sheet + book_share(t->book)) / (double)sheets;

	import_tell_progress(im, (im->bytes_before + (size_t)(share * (double)t->size)) / FIRST_HALF);
}

static enum err take_rows(struct table *t, size_t sheet, size_t sheets)
{
	struct table_row row = {0};
	enum err err;

	guess_kind(t);
	do {
		err = book_next(t->book, &row, t->import->why);
		if (err == OK && row.number)
			err = take_row(t, &row);
		if (++t->row_count % PROGRESS_EVERY == 0)
			progress(t, sheet, sheets);
		if (err == OK && t->row_count > TABLE_ROWS_MAX)
			err = why_set(t->import->why, ERR_FORMAT,
				"cannot read \"%s\": it has more than %d rows", t->path, TABLE_ROWS_MAX);
	} while (err == OK && row.number);
	return err;
}

static enum err take_sheet(struct table *t, size_t sheet, size_t sheets, size_t *read)
{
	struct import *im = t->import;
	const struct import_options *o = im->options;
	const struct import_place place = {.file = t->path, .sheet = t->sheet};
	enum err err = book_choose(t->book, sheet, im->why);

	if (err == OK)
		err = heading_find(
			im->columns, &t->arena, t->book, o->mapping, o->mapping_count, &t->heading, im->why);
	if (err != OK)
		return err;
	if (t->heading.row) {
		(*read)++;
		return take_rows(t, sheet, sheets);
	}
	if (t->heading.tcvn3)
		return why_set(im->why, ERR_FORMAT,
			"cannot read \"%s\": it is typed with a font of the old encoding TCVN3 (.VnTime); "
			"change it to Unicode",
			t->path);
	if (o->row_cb) {
		const struct import_report report = {
			.file = t->path, .sheet = place.sheet, .id = "", .name = "", .what = IMPORT_SKIPPED};

		o->row_cb(o->arg, &report);
	}
	return OK;
}

static bool is_wanted(const struct table *t, size_t sheet)
{
	const char *name = t->import->options->sheet;

	return name ? strcmp(book_sheet_name(t->book, sheet), name) == 0 : !book_sheet_hidden(t->book, sheet);
}

static enum err take_sheets(struct table *t)
{
	const char *wanted = t->import->options->sheet;
	size_t sheets = book_sheets(t->book), read = 0, tried = 0;
	enum err err = OK;

	for (size_t i = 0; i < sheets && err == OK; i++) {
		t->sheet = book_sheet_name(t->book, i);
		if (!is_wanted(t, i))
			continue;
		tried++;
		err = take_sheet(t, i, sheets, &read);
	}
	if (err != OK || read)
		return err;
	if (wanted && !tried)
		return why_set(t->import->why, ERR_FORMAT, "cannot read \"%s\": it has no sheet \"%.60s\"",
			t->path, wanted);
	return why_set(t->import->why, ERR_FORMAT,
		"cannot read \"%s\": none of its first %d rows has headers with \"%s\" and another column "
		"that is known",
		t->path, HEADING_ROWS, columns_label(t->import->columns, COLUMN_CODE));
}

enum err import_table(struct import *im, const char *path, enum book_format format, size_t size)
{
	struct table *t = calloc(1, sizeof *t);
	enum err err = t ? import_columns(im)
			 : why_set(im->why, ERR_NOMEM, "could not read \"%s\": out of memory", path);

	if (t) {
		t->import = im;
		t->path = path;
		t->size = size;
		arena_init(&t->arena, HEADING_ARENA_MAX);
	}
	if (err == OK)
		err = book_open(path, format, &t->book, im->why);
	if (err == OK)
		err = take_sheets(t);
	if (t) {
		book_close(t->book);
		arena_release(&t->arena);
	}
	free(t);
	return err;
}
