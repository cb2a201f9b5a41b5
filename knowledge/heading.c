/* heading.c - offices put a title, a date and a motto above the headers, write headers in two rows, and merge cells. The row
 * of headers is the first that names a code and something else. */
#include "knowledge/heading.h"

#include "knowledge/cells.h"
#include "knowledge/encoding.h"
#include "knowledge/fold.h"

#include <string.h>

#define HEADER_BYTES_MAX 400
#define KEY_MAX 512

struct finder {
	const struct columns *words;
	struct arena *arena;
	struct book *book;
	const struct import_mapping *mapping;
	size_t mapping_count;
	struct heading *heading;
	struct why *why;
	enum err err;
};

const char *heading_letters(size_t column, char ret_letters[COLUMN_LETTERS_ROOM])
{
	char *at = ret_letters + COLUMN_LETTERS_ROOM - 1;

	*at = '\0';
	for (column++; column && at > ret_letters; column = (column - 1) / 26)
		*--at = (char)('A' + (column - 1) % 26);
	return memmove(ret_letters, at, strlen(at) + 1);
}

static bool same_header(const char *a, const char *b)
{
	char first[KEY_MAX], second[KEY_MAX];

	fold_plain(a, strlen(a), first, sizeof first);
	fold_plain(b, strlen(b), second, sizeof second);
	return *first && strcmp(first, second) == 0;
}

/* The caller's word for this header; NULL: it says nothing. */
static const struct import_mapping *mapped(const struct finder *f, const char *header)
{
	for (size_t i = 0; i < f->mapping_count; i++)
		if (same_header(f->mapping[i].header, header))
			return &f->mapping[i];
	return NULL;
}

static void match(struct finder *f, struct heading_column *column)
{
	const struct import_mapping *m;

	column->known = false;
	if (!*column->header || strlen(column->header) > HEADER_BYTES_MAX)
		return;
	m = mapped(f, column->header);
	if (!m) {
		column->known = columns_match(f->words, f->arena, column->header, &column->match);
		return;
	}
	if (!*m->member)
		return;
	/* for what stands in parentheses only */
	if (!columns_match(f->words, f->arena, column->header, &column->match))
		column->match = (struct column_match){.part = 1, .unit = ""};
	column->known = column_from(m->member, &column->match.column);
	if (!column->known)
		f->err = why_set(f->why, ERR_FORMAT,
			"cannot read column \"%.100s\": no member is called \"%.60s\"", column->header,
			m->member);
}

static const char *header_text(struct finder *f, const struct table_cell *cell)
{
	const char *text;

	if (cell_tidy(f->arena, COLUMN_NAME, cell->text, &text) == OK)
		return text ? text : "";
	f->err = ERR_NOMEM;
	return "";
}

/* A column that tells rows apart, and one more. */
static bool is_heading(const struct heading *h)
{
	size_t known = 0;
	bool identity = false;

	for (size_t i = 0; i < h->count; i++) {
		enum column c = h->columns[i].match.column;

		if (!h->columns[i].known)
			continue;
		known++;
		identity |= c == COLUMN_CODE || c == COLUMN_ID || c == COLUMN_NEW_CODE;
	}
	return identity && known >= 2;
}

static void take_row(struct finder *f, const struct table_row *row)
{
	struct heading *h = f->heading;

	h->count = row->count;
	for (size_t i = 0; i < row->count && f->err == OK; i++) {
		h->columns[i] = (struct heading_column){.header = header_text(f, &row->cells[i])};
		h->tcvn3 |= encoding_is_tcvn3(h->columns[i].header);
		match(f, &h->columns[i]);
	}
	if (f->err == OK && is_heading(h))
		h->row = row->number;
}

/* Whether `row` goes on with the headers: cells merged over both rows stand in both, under others are headers we know. */
static bool is_second_row(const struct finder *f, const struct table_row *row)
{
	bool merged = false;

	for (size_t i = 0; i < row->count && i < f->heading->count; i++)
		merged |= f->heading->columns[i].known &&
			  same_header(row->cells[i].text, f->heading->columns[i].header);
	return merged;
}

static void join_second_row(struct finder *f, const struct table_row *row)
{
	const char *above = "";

	for (size_t i = 0; i < row->count && i < TABLE_COLUMNS_MAX && f->err == OK; i++) {
		const char *below = header_text(f, &row->cells[i]);
		struct heading_column *column = &f->heading->columns[i];

		if (i >= f->heading->count)
			*column = (struct heading_column){.header = ""};
		if (*column->header)
			above = column->header;
		if (!*below || same_header(below, column->header))
			continue;
		column->header = arena_printf(f->arena, "%s: %s", above, below);
		if (!column->header) {
			f->err = ERR_NOMEM;
			return;
		}
		match(f, column);
	}
	f->heading->count = f->heading->count > row->count ? f->heading->count : row->count;
}

static void look_below(struct finder *f)
{
	struct table_row row;

	f->err = book_next(f->book, &row, f->why);
	if (f->err != OK || !row.number)
		return;
	if (is_second_row(f, &row))
		join_second_row(f, &row);
	else
		book_back(f->book);
}

static void check_twice(struct finder *f)
{
	const struct heading *h = f->heading;
	char first[COLUMN_LETTERS_ROOM], second[COLUMN_LETTERS_ROOM];

	for (size_t i = 0; i < h->count; i++) {
		for (size_t j = i + 1; j < h->count && h->columns[i].known; j++) {
			if (!h->columns[j].known ||
				h->columns[j].match.column != h->columns[i].match.column ||
				h->columns[j].match.part != h->columns[i].match.part)
				continue;
			f->err = why_set(f->why, ERR_FORMAT,
				"cannot read row %zu: columns %s and %s are both \"%s\"", h->row,
				heading_letters(i, first), heading_letters(j, second),
				columns_label(f->words, h->columns[i].match.column));
			return;
		}
		if (h->columns[i].known)
			f->heading->has[h->columns[i].match.column] = true;
	}
}

enum err heading_find(const struct columns *w, struct arena *a, struct book *b,
	const struct import_mapping *mapping, size_t mapping_count, struct heading *ret_heading,
	struct why *why)
{
	struct finder f = {w, a, b, mapping, mapping_count, ret_heading, why, OK};
	struct table_row row = {0};
	size_t seen = 0;

	memset(ret_heading, 0, sizeof *ret_heading);
	do {
		f.err = book_next(b, &row, why);
		if (f.err == OK && row.number && !row.trouble)
			take_row(&f, &row);
	} while (f.err == OK && row.number && !ret_heading->row && ++seen < HEADING_ROWS);
	if (f.err == OK && ret_heading->row)
		look_below(&f);
	if (f.err == OK && ret_heading->row)
		check_twice(&f);
	if (f.err == ERR_NOMEM)
		why_set(why, ERR_NOMEM, "could not read the headers: out of memory");
	return f.err;
}
