#include "knowledge/sheet_look.h"

#include "daemon/base/text.h"
#include "knowledge/csv.h"
#include "knowledge/heading.h"

#include <stdlib.h>
#include <string.h>

#define SAMPLE_UNITS 120

struct looker {
	struct arena *arena;
	const char *path;
	enum book_format format;
	const struct columns *words;
	const struct import_mapping *mapping;
	size_t mapping_count;
	struct heading heading;
	struct why *why;
};

static const char *sample_text(struct arena *a, const char *text)
{
	text = csv_unguarded(text);
	return arena_copy(a, text, text_utf16_prefix(text, SAMPLE_UNITS));
}

/* The fullest of the first rows stands for the headers that nobody knows. */
static enum err fullest_row(struct looker *l, size_t sheet, struct book *b, size_t *ret_row)
{
	struct table_row row = {0};
	size_t most = 0, seen = 0;
	enum err err = book_choose(b, sheet, l->why);

	*ret_row = 0;
	while (err == OK && seen++ < HEADING_ROWS) {
		size_t filled = 0;

		err = book_next(b, &row, l->why);
		if (err != OK || !row.number)
			break;
		for (size_t i = 0; i < row.count; i++)
			filled += row.cells[i].kind != VALUE_NONE;
		if (filled > most) {
			most = filled;
			*ret_row = row.number;
		}
	}
	return err;
}

static enum err take_headers(struct looker *l, struct sheet_look *look, const struct table_row *row)
{
	size_t count = row ? row->count : l->heading.count;

	look->columns = arena_array(l->arena, count, sizeof *look->columns);
	if (!look->columns)
		return ERR_NOMEM;
	look->column_count = count;
	for (size_t i = 0; i < count; i++) {
		const struct heading_column *known = row ? NULL : &l->heading.columns[i];
		struct look_column *c = &look->columns[i];
		char letters[COLUMN_LETTERS_ROOM];

		*c = (struct look_column){.index = i, .samples = {"", "", ""}};
		c->letters = arena_string(l->arena, heading_letters(i, letters));
		c->header = row ? sample_text(l->arena, row->cells[i].text) : known->header;
		c->member = known && known->known ? column_key(known->match.column) : "";
		if (!c->letters || !c->header)
			return ERR_NOMEM;
	}
	return OK;
}

static enum err take_samples(struct looker *l, struct book *b, struct sheet_look *look)
{
	struct table_row row = {0};
	enum err err = OK;

	for (size_t n = 0; n < LOOK_SAMPLES && err == OK; n++) {
		err = book_next(b, &row, l->why);
		if (err != OK || !row.number)
			return err;
		for (size_t i = 0; i < row.count && i < look->column_count && err == OK; i++) {
			look->columns[i].samples[n] = sample_text(l->arena, row.cells[i].text);
			err = look->columns[i].samples[n] ? OK : ERR_NOMEM;
		}
	}
	return err;
}

/* Headers that are not known: those of row `number`. */
static enum err take_row(
	struct looker *l, struct book *b, size_t sheet, size_t number, struct sheet_look *look)
{
	struct table_row row = {0};
	enum err err = book_choose(b, sheet, l->why);

	while (err == OK && row.number < number)
		err = book_next(b, &row, l->why);
	return err == OK ? take_headers(l, look, &row) : err;
}

/* A book of its own for each pass: a CSV is read once. */
static enum err open_sheet(struct looker *l, size_t sheet, struct book **b)
{
	enum err err;

	book_close(*b);
	*b = NULL;
	err = book_open(l->path, l->format, b, l->why);
	return err == OK ? book_choose(*b, sheet, l->why) : err;
}

static enum err look_at(struct looker *l, size_t sheet, struct sheet_look *look)
{
	struct book *b = NULL;
	size_t row = 0;
	enum err err = open_sheet(l, sheet, &b);

	if (err == OK)
		err = heading_find(l->words, l->arena, b, l->mapping, l->mapping_count, &l->heading, l->why);
	look->row = l->heading.row;
	if (err == OK && look->row) {
		err = take_headers(l, look, NULL);
	} else if (err == OK) {
		err = open_sheet(l, sheet, &b);
		if (err == OK)
			err = fullest_row(l, sheet, b, &row);
		if (err == OK)
			err = open_sheet(l, sheet, &b);
		if (err == OK && row)
			err = take_row(l, b, sheet, row, look);
	}
	if (err == OK && look->column_count)
		err = take_samples(l, b, look);
	book_close(b);
	return err;
}

static enum err list_sheets(struct looker *l, struct sheet_look *look)
{
	struct book *b = NULL;
	enum err err = book_open(l->path, l->format, &b, l->why);

	if (err != OK)
		return err;
	look->sheet_count = book_sheets(b);
	look->sheets = arena_array(l->arena, look->sheet_count, sizeof *look->sheets);
	for (size_t i = 0; i < look->sheet_count && look->sheets && err == OK; i++) {
		look->sheets[i].name = arena_string(l->arena, book_sheet_name(b, i));
		look->sheets[i].hidden = book_sheet_hidden(b, i);
		err = look->sheets[i].name ? OK : ERR_NOMEM;
	}
	book_close(b);
	return look->sheets ? err : ERR_NOMEM;
}

/* The sheet asked for; else the first whose headers are known, else the first that can be seen. */
static enum err choose_and_look(struct looker *l, const char *sheet, struct sheet_look *look)
{
	size_t first = SIZE_MAX, last = SIZE_MAX;
	enum err err = OK;

	for (size_t i = 0; i < look->sheet_count && err == OK; i++) {
		if (sheet ? strcmp(look->sheets[i].name, sheet) != 0 : look->sheets[i].hidden)
			continue;
		if (first == SIZE_MAX)
			first = i;
		last = i;
		look->sheet = look->sheets[i].name;
		err = look_at(l, i, look);
		if (err == OK && look->row)
			return OK;
	}
	if (err == OK && first == SIZE_MAX)
		return why_set(l->why, ERR_FORMAT, "cannot read \"%s\": it has no sheet \"%.60s\"", l->path,
			sheet ? sheet : "");
	if (err != OK || first == last)
		return err;
	look->sheet = look->sheets[first].name;
	return look_at(l, first, look);
}

enum err sheet_look(struct arena *a, const char *path, const char *sheet,
	const struct import_mapping *mapping, size_t mapping_count, struct sheet_look *ret_look,
	struct why *why)
{
	struct looker *l = calloc(1, sizeof *l);
	struct columns *words = NULL;
	struct sheet_look look = {.sheet = ""};
	enum err err = l ? columns_open(&words, why) : ERR_NOMEM;

	if (l) {
		l->arena = a;
		l->path = path;
		l->words = words;
		l->mapping = mapping;
		l->mapping_count = mapping_count;
		l->why = why;
	}
	if (err == OK)
		err = book_format_of(path, &l->format, why);
	if (err == OK)
		look.format = book_format_name(l->format);
	if (err == OK && l->format != BOOK_JSONL)
		err = list_sheets(l, &look);
	if (err == OK && l->format != BOOK_JSONL)
		err = choose_and_look(l, sheet, &look);
	if (err == ERR_NOMEM)
		why_set(why, err, "could not read \"%s\": out of memory", path);
	if (err == OK)
		*ret_look = look;
	columns_close(words);
	free(l);
	return err;
}
