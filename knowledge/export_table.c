/* export_table.c - rows of cells: a sheet a kind in XLSX, one table in CSV. The rows are gone through twice: first to see which
 * columns are needed and how long their cells get, then to write them. */
#include "daemon/base/text.h"
#include "knowledge/export_internal.h"

#include <stdlib.h>
#include <string.h>

#define CELL_UNITS_MAX 32000 /* Excel's end is 32,767; a longer text goes on in the column behind */
#define PARTS_MAX 99         /* columns.h: "Header (99)" */
#define COLUMNS_MAX 256      /* table.h */

struct layout {
	unsigned char parts[COLUMN_COUNT]; /* 0: the column is not written */
	size_t rows;
};

struct slot { /* a column as it is written */
	enum column column;
	unsigned part;
};

struct table {
	const struct columns *words;
	struct export_sink *sink;
	bool by_kind;                            /* a sheet each */
	struct layout layouts[TABLE_KIND_COUNT]; /* CSV: the first holds for all */
	int open;                                /* whose sheet is open; -1: none */
	struct slot slots[COLUMNS_MAX];
	size_t slot_count;
};

/* --- Cells ------------------------------------------------------------------------------------------------ */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* How much of the text goes into one cell: never ending or going on with a blank, which would be lost. */
static size_t piece(const char *text)
{
	size_t len = strlen(text), cut;

	if (len <= CELL_UNITS_MAX)
		return len;
	cut = text_utf16_prefix(text, CELL_UNITS_MAX);
	if (cut == len)
		return len;
	for (size_t at = cut; at > cut / 2; at--)
		if (!is_blank(text[at]) && !is_blank(text[at - 1]) &&
			((unsigned char)text[at] & 0xC0) != 0x80 && (unsigned char)text[at] < 0x80 &&
			(unsigned char)text[at - 1] < 0x80)
			return at;
	return cut;
}

static unsigned count_pieces(const char *text)
{
	unsigned count = 0;

	for (; *text && count < PARTS_MAX; text += piece(text))
		count++;
	return count;
}

static const char *nth_piece(struct arena *a, const char *text, unsigned n)
{
	for (; *text && n > 1; n--)
		text += piece(text);
	return *text ? arena_copy(a, text, piece(text)) : NULL;
}

static enum err row_cells(struct table *t, struct arena *a, const char *json, struct cells *ret_cells,
	enum table_kind *ret_kind)
{
	cJSON *object = cJSON_Parse(json);
	enum err err = object ? cells_from_json(t->words, a, object, ret_cells) : ERR_NOMEM;
	const char *word;

	cJSON_Delete(object);
	if (err != OK)
		return err;
	word = columns_word(t->words, "kind", ret_cells->text[COLUMN_KIND]);
	if (!word || !table_kind_from(word, ret_kind))
		*ret_kind = TABLE_PROCEDURE;
	return OK;
}

/* --- First: which columns --------------------------------------------------------------------------------- */

static struct layout *layout_of(struct table *t, enum table_kind kind)
{
	return &t->layouts[t->by_kind ? kind : 0];
}

static void add_columns_of(struct table *t, struct layout *l, enum table_kind kind)
{
	for (int i = 0; i < COLUMN_COUNT; i++)
		if (columns_of(t->words, (enum column)i, kind) && !l->parts[i])
			l->parts[i] = 1;
}

static enum err measure(void *arg, struct arena *a, const char *json)
{
	struct table *t = arg;
	enum table_kind kind;
	struct cells cells;
	struct layout *l;
	enum err err = row_cells(t, a, json, &cells, &kind);

	if (err != OK)
		return err;
	l = layout_of(t, kind);
	l->rows++;
	add_columns_of(t, l, kind);
	for (int i = 0; i < COLUMN_COUNT; i++) {
		unsigned pieces = cells.text[i] ? count_pieces(cells.text[i]) : 0;

		if (pieces > l->parts[i])
			l->parts[i] = (unsigned char)pieces;
	}
	return OK;
}

/* --- Then: rows --------------------------------------------------------------------------------------------- */

static enum err begin_sheet(struct table *t, struct arena *a, enum table_kind kind)
{
	const struct layout *l = layout_of(t, kind);
	const char *headers[COLUMNS_MAX], *name = arena_printf(a, "sheet.%s", table_kind_name(kind));
	unsigned widths[COLUMNS_MAX];
	struct export_sheet sheet = {.headers = headers, .widths = widths};

	t->slot_count = 0;
	for (int i = 0; i < COLUMN_COUNT; i++) {
		for (unsigned part = 1; part <= l->parts[i] && t->slot_count < COLUMNS_MAX; part++) {
			const char *label = columns_label(t->words, (enum column)i);

			headers[t->slot_count] = part > 1 ? arena_printf(a, "%s (%u)", label, part) : label;
			widths[t->slot_count] = columns_width(t->words, (enum column)i);
			t->slots[t->slot_count] = (struct slot){(enum column)i, part};
			if (!headers[t->slot_count++])
				return ERR_NOMEM;
		}
	}
	sheet.name = name ? columns_say(t->words, name) : "";
	sheet.count = t->slot_count;
	t->open = (int)kind;
	return t->sink->begin(t->sink, &sheet);
}

static enum err put_cells(struct table *t, struct arena *a, enum table_kind kind, const struct cells *cells)
{
	const char *texts[COLUMNS_MAX];
	enum err err = OK;

	if (t->open < 0 || (t->by_kind && t->open != (int)kind))
		err = begin_sheet(t, a, kind);
	if (err != OK)
		return err;
	for (size_t i = 0; i < t->slot_count; i++) {
		const char *text = cells->text[t->slots[i].column];

		texts[i] = text ? nth_piece(a, text, t->slots[i].part) : NULL;
	}
	return t->sink->row(t->sink, texts, t->slot_count);
}

static enum err put_json(void *arg, struct arena *a, const char *json)
{
	struct table *t = arg;
	enum table_kind kind;
	struct cells cells;
	enum err err = row_cells(t, a, json, &cells, &kind);

	return err == OK ? put_cells(t, a, kind, &cells) : err;
}

/* A table without rows has its headers, so that something can be filled in. */
static enum err put_empty(struct table *t, struct arena *a, const char *kind_name)
{
	enum table_kind kind = TABLE_PROCEDURE;

	if (t->open >= 0)
		return OK;
	if (kind_name)
		table_kind_from(kind_name, &kind);
	add_columns_of(t, layout_of(t, kind), kind);
	return begin_sheet(t, a, kind);
}

static enum err open_table(
	struct table *t, struct columns **ret_words, enum export_format format, FILE *out, struct why *why)
{
	enum err err = columns_open(ret_words, why);

	if (err == OK)
		err = format == EXPORT_CSV ? export_csv_sink(out, &t->sink, why)
					   : export_xlsx_sink(out, &t->sink, why);
	t->words = *ret_words;
	t->by_kind = format == EXPORT_XLSX;
	t->open = -1;
	return err;
}

enum err export_table(
	struct kdb *k, struct arena *a, const struct export_options *o, FILE *out, struct why *why)
{
	struct columns *words = NULL;
	struct table t = {0};
	enum err err = open_table(&t, &words, o->format, out, why);

	if (err == OK)
		err = export_rows(k, a, o, measure, &t);
	if (err == OK)
		err = export_rows(k, a, o, put_json, &t);
	if (err == OK)
		err = put_empty(&t, a, o->kind);
	if (err == OK)
		err = t.sink->end(t.sink);
	if (t.sink)
		t.sink->release(t.sink);
	columns_close(words);
	return err;
}

/* --- Templates ----------------------------------------------------------------------------------------------- */

static enum err put_notes(struct table *t, const struct layout *l)
{
	static const unsigned widths[] = {30, 100};
	const char *headers[] = {columns_say(t->words, "notes.column"), columns_say(t->words, "notes.how")};
	const struct export_sheet sheet = {columns_say(t->words, "sheet.notes"), headers, widths, 2};
	enum err err = t->sink->begin(t->sink, &sheet);
	const char *cells[2] = {NULL, columns_say(t->words, "notes.example")};

	if (err == OK)
		err = t->sink->row(t->sink, cells, 2);
	for (int i = 0; i < COLUMN_COUNT && err == OK; i++) {
		cells[0] = columns_label(t->words, (enum column)i);
		cells[1] = columns_note(t->words, (enum column)i);
		if (l->parts[i] && *cells[1])
			err = t->sink->row(t->sink, cells, 2);
	}
	return err;
}

static enum err put_template(struct table *t, struct arena *a, enum table_kind kind)
{
	struct layout *l = layout_of(t, kind);
	struct cells example = {0};
	enum err err;

	add_columns_of(t, l, kind);
	l->parts[COLUMN_EXTRA] = 0;
	for (int i = 0; i < COLUMN_COUNT; i++)
		example.text[i] = columns_example(t->words, (enum column)i, kind);
	err = put_cells(t, a, kind, &example);
	if (err == OK && t->by_kind)
		err = put_notes(t, l);
	return err == OK ? t->sink->end(t->sink) : err;
}

enum err export_template(enum export_format format, const char *kind, FILE *out, struct why *why)
{
	enum table_kind table_kind = TABLE_PROCEDURE;
	struct columns *words = NULL;
	struct table t = {0};
	struct arena arena;
	enum err err;

	if (format == EXPORT_JSONL || (kind && !table_kind_from(kind, &table_kind)))
		return why_set(why, ERR_FORMAT, "cannot make a template of kind \"%s\" in %s",
			kind ? kind : "", export_format_name(format));
	arena_init(&arena, (size_t)1 << 20);
	err = open_table(&t, &words, format, out, why);
	if (err == OK)
		err = put_template(&t, &arena, table_kind);
	if (err == OK && fflush(out) != 0)
		err = ERR_IO;
	if (err != OK && (!why || !*why->text))
		why_set(why, err, "could not write the template: %s", err_words(err));
	if (t.sink)
		t.sink->release(t.sink);
	columns_close(words);
	arena_release(&arena);
	return err;
}
