/* xlsx.c - the workbook: its sheets and where their parts are. Fails on what is no XLSX, saying what it is as far as that can
 * be told, and on what has been tampered with. */
#include "knowledge/xlsx_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_MAX ((size_t)1 << 20)
#define ENTRIES_MAX 10000
#define RELATIONS_MAX 1024

struct relation {
	const char *id, *target;
};

struct book { /* while it is opened */
	struct xlsx *xlsx;
	struct relation relations[RELATIONS_MAX];
	size_t relation_count;
};

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), n = strlen(end);

	return len >= n && strcmp(text + len - n, end) == 0;
}

/* "worksheets/sheet1.xml" and "/xl/worksheets/sheet1.xml" → "xl/worksheets/sheet1.xml" */
static const char *part_path(struct arena *a, const char *target)
{
	return *target == '/' ? arena_string(a, target + 1) : arena_printf(a, "xl/%s", target);
}

static void XMLCALL relation_start(void *arg, const char *name, const char **attributes)
{
	struct xlsx_part *p = arg;
	struct book *b = p->arg;
	struct xlsx *x = b->xlsx;
	const char *id = xlsx_attribute(attributes, "Id"), *target = xlsx_attribute(attributes, "Target");
	const char *type = xlsx_attribute(attributes, "Type"), *path;

	if (strcmp(xlsx_local(name), "Relationship") != 0 || !id || !target || !type)
		return;
	path = part_path(&x->arena, target);
	if (!path) {
		xlsx_part_nomem(p);
		return;
	}
	if (ends_with(type, "/sharedStrings"))
		x->strings_part = path;
	else if (ends_with(type, "/styles"))
		x->styles_part = path;
	else if (ends_with(type, "/worksheet") && b->relation_count < RELATIONS_MAX)
		b->relations[b->relation_count++] = (struct relation){arena_string(&x->arena, id), path};
}

static const char *target_of(const struct book *b, const char *id)
{
	for (size_t i = 0; i < b->relation_count; i++)
		if (b->relations[i].id && strcmp(b->relations[i].id, id) == 0)
			return b->relations[i].target;
	return NULL; /* a sheet of charts */
}

static bool is_true(const char *text)
{
	return text && (strcmp(text, "1") == 0 || strcmp(text, "true") == 0);
}

static void add_sheet(struct xlsx_part *p, struct book *b, const char **attributes)
{
	/* the prefix of r:id is the file's own choice, sheetId is another attribute */
	const char *name = xlsx_attribute(attributes, "name"), *id = xlsx_attribute(attributes, "id");
	const char *state = xlsx_attribute(attributes, "state"), *target = id ? target_of(b, id) : NULL;
	struct xlsx *x = b->xlsx;

	if (!name || !target)
		return;
	if (x->sheet_count == XLSX_SHEETS_MAX) {
		xlsx_part_refuse(p, "it has more than 256 sheets");
		return;
	}
	x->names[x->sheet_count] = (struct xlsx_sheet_name){
		arena_string(&x->arena, name), state && strcmp(state, "visible") != 0};
	x->parts[x->sheet_count] = target;
	if (!x->names[x->sheet_count++].name)
		xlsx_part_nomem(p);
}

static void XMLCALL book_start(void *arg, const char *name, const char **attributes)
{
	struct xlsx_part *p = arg;
	struct book *b = p->arg;

	name = xlsx_local(name);
	if (strcmp(name, "workbookPr") == 0)
		b->xlsx->epoch_1904 = is_true(xlsx_attribute(attributes, "date1904"));
	else if (strcmp(name, "sheet") == 0)
		add_sheet(p, b, attributes);
}

static enum err refused(const struct xlsx *x, const char *reason, struct why *why)
{
	return why_set(why, ERR_FORMAT, "cannot read \"%s\": %s", x->path, reason);
}

static bool has(const struct xlsx *x, const char *part)
{
	return zip_name_locate(x->zip, part, 0) >= 0;
}

static enum err check_kind(const struct xlsx *x, struct why *why)
{
	if (zip_get_num_entries(x->zip, 0) > ENTRIES_MAX)
		return refused(x, "it has more than 10000 parts", why);
	if (has(x, "xl/workbook.xml"))
		return OK;
	if (has(x, "xl/workbook.bin"))
		return refused(x, "it is a binary workbook (.xlsb); save it as .xlsx", why);
	if (has(x, "word/document.xml"))
		return refused(x,
			"it is a Word document; copy its table into a spreadsheet and save it as .xlsx", why);
	if (has(x, "content.xml"))
		return refused(x, "it is an OpenDocument file (.ods); save it as .xlsx", why);
	return refused(x, "it is a zip archive, but no spreadsheet", why);
}

static enum err open_zip(struct xlsx *x, struct why *why)
{
	int code = 0;

	x->zip = zip_open(x->path, ZIP_RDONLY, &code);
	if (x->zip)
		return OK;
	if (code == ZIP_ER_NOENT)
		return why_set(why, ERR_NOT_FOUND, "could not open \"%s\": %s", x->path, strerror(ENOENT));
	if (code == ZIP_ER_MEMORY)
		return why_set(why, ERR_NOMEM, "could not read \"%s\": out of memory", x->path);
	return refused(x, "it is damaged or was not copied whole; copy or save it again", why);
}

static enum err read_book(struct xlsx *x, struct why *why)
{
	struct book *b = calloc(1, sizeof *b);
	enum err err;

	if (!b)
		return why_set(why, ERR_NOMEM, "could not read \"%s\": out of memory", x->path);
	b->xlsx = x;
	err = xlsx_part_read(x, "xl/_rels/workbook.xml.rels", b, relation_start, NULL, NULL, why);
	if (err == OK)
		err = xlsx_part_read(x, "xl/workbook.xml", b, book_start, NULL, NULL, why);
	if (err == OK && !x->sheet_count)
		err = refused(x, "it has no sheet with cells", why);
	free(b);
	return err;
}

enum err xlsx_open(const char *path, struct xlsx **ret_xlsx, struct why *why)
{
	struct xlsx *x = calloc(1, sizeof *x);
	enum err err;

	if (!x)
		return why_set(why, ERR_NOMEM, "could not read \"%s\": out of memory", path);
	x->path = path;
	arena_init(&x->arena, ARENA_MAX);
	buf_init(&x->strings, XLSX_STRINGS_MAX);
	err = open_zip(x, why);
	if (err == OK)
		err = check_kind(x, why);
	if (err == OK)
		err = read_book(x, why);
	if (err == OK)
		*ret_xlsx = x;
	else
		xlsx_close(x);
	return err;
}

void xlsx_close(struct xlsx *x)
{
	if (!x)
		return;
	xlsx_reader_close(x->reader);
	if (x->zip)
		zip_discard(x->zip);
	free(x->string_at);
	free(x->is_day);
	buf_release(&x->strings);
	arena_release(&x->arena);
	free(x);
}

size_t xlsx_sheets(const struct xlsx *x, const struct xlsx_sheet_name **ret_names)
{
	*ret_names = x->names;
	return x->sheet_count;
}

enum err xlsx_choose(struct xlsx *x, size_t sheet, struct why *why)
{
	enum err err = xlsx_strings_read(x, why);

	xlsx_reader_close(x->reader);
	x->reader = NULL;
	if (err == OK)
		err = xlsx_styles_read(x, why);
	return err == OK ? xlsx_reader_open(x, x->parts[sheet], &x->reader, why) : err;
}

enum err xlsx_next(struct xlsx *x, struct table_row *ret_row, struct why *why)
{
	return xlsx_reader_next(x->reader, ret_row, why);
}

void xlsx_done(const struct xlsx *x, size_t *ret_bytes, size_t *ret_all)
{
	xlsx_reader_done(x->reader, ret_bytes, ret_all);
}
