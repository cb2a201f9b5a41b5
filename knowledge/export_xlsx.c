/* export_xlsx.c - a workbook by libxlsxwriter, row by row in a temporary file: its memory does not grow with the rows. Every
 * cell is text, also what begins with "=". Fails when the temporary file or `out` cannot be written. */
#include "daemon/base/buf.h"
#include "knowledge/csv.h"
#include "knowledge/export_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#define ROW_HEIGHT 45 /* points: three lines, more can be seen in the cell */
#define CELL_BYTES_MAX ((size_t)1 << 18)

struct xlsx_sink {
	struct export_sink sink;
	FILE *out;
	struct why *why;
	char path[64];      /* of the temporary file */
	lxw_workbook *book; /* NULL once it is written */
	lxw_worksheet *sheet;
	lxw_format *head, *text;
	lxw_row_t row;
	struct buf cell;
};

static struct xlsx_sink *of(struct export_sink *s)
{
	return (struct xlsx_sink *)(void *)s;
}

static enum err failed(struct xlsx_sink *x, lxw_error code)
{
	enum err err = code == LXW_ERROR_MEMORY_MALLOC_FAILED ? ERR_NOMEM
		       : errno == ENOSPC                      ? ERR_DISK_FULL
							      : ERR_IO;

	return why_set(x->why, err, "could not write the export: %s", lxw_strerror(code));
}

/* "_x0041_" would be read as "A": its first sign is written as a code itself. */
static bool is_code(const char *text)
{
	return text[0] == '_' && text[1] == 'x' && strspn(text + 2, "0123456789abcdefABCDEF") >= 4 &&
	       text[6] == '_';
}

static const char *cell_text(struct xlsx_sink *x, const char *text)
{
	buf_clear(&x->cell);
	if (*text == '\'' && csv_needs_guard(text + 1))
		buf_add(&x->cell, "'", 1);
	for (; *text; text++) {
		if (is_code(text))
			buf_add_string(&x->cell, "_x005F");
		buf_add(&x->cell, text, 1);
	}
	return x->cell.failed ? NULL : buf_text(&x->cell);
}

static enum err put_row(struct export_sink *s, const char *const *cells, size_t count)
{
	struct xlsx_sink *x = of(s);
	lxw_error code = worksheet_set_row(x->sheet, x->row, ROW_HEIGHT, NULL);

	for (size_t i = 0; i < count && code == LXW_NO_ERROR; i++) {
		const char *text = cells[i] ? cell_text(x, cells[i]) : "";

		if (!text)
			return why_set(x->why, ERR_NOMEM, "could not write the export: out of memory");
		if (*text)
			code = worksheet_write_string(x->sheet, x->row, (lxw_col_t)i, text, x->text);
	}
	x->row++;
	return code == LXW_NO_ERROR ? OK : failed(x, code);
}

static enum err begin(struct export_sink *s, const struct export_sheet *sheet)
{
	struct xlsx_sink *x = of(s);
	lxw_error code = LXW_NO_ERROR;

	x->sheet = workbook_add_worksheet(x->book, sheet->name);
	if (!x->sheet)
		return why_set(x->why, ERR_NOMEM, "could not write the export: no sheet \"%s\"", sheet->name);
	for (size_t i = 0; i < sheet->count && code == LXW_NO_ERROR; i++) {
		code = worksheet_set_column(x->sheet, (lxw_col_t)i, (lxw_col_t)i, sheet->widths[i], x->text);
		if (code == LXW_NO_ERROR)
			code = worksheet_write_string(x->sheet, 0, (lxw_col_t)i, sheet->headers[i], x->head);
	}
	worksheet_freeze_panes(x->sheet, 1, 0);
	x->row = 1;
	return code == LXW_NO_ERROR ? OK : failed(x, code);
}

static enum err copy_out(struct xlsx_sink *x)
{
	FILE *in = fopen(x->path, "rbe");
	char room[16384];
	size_t got;
	bool done = in != NULL;

	while (done && (got = fread(room, 1, sizeof room, in)) > 0)
		done = fwrite(room, 1, got, x->out) == got;
	done = done && !ferror(in);
	if (in)
		fclose(in);
	if (done)
		return OK;
	return why_set(x->why, errno == ENOSPC ? ERR_DISK_FULL : ERR_IO, "could not write the export: %s",
		strerror(errno));
}

static enum err end(struct export_sink *s)
{
	struct xlsx_sink *x = of(s);
	lxw_error code = workbook_close(x->book);

	x->book = NULL;
	return code == LXW_NO_ERROR ? copy_out(x) : failed(x, code);
}

static void release(struct export_sink *s)
{
	struct xlsx_sink *x = of(s);

	if (x->book)
		workbook_close(x->book); /* there is no other way to free it */
	unlink(x->path);
	buf_release(&x->cell);
	free(x);
}

static bool add_formats(struct xlsx_sink *x)
{
	x->head = workbook_add_format(x->book);
	x->text = workbook_add_format(x->book);
	if (!x->head || !x->text)
		return false;
	format_set_bold(x->head);
	format_set_text_wrap(x->head);
	format_set_bg_color(x->head, 0xDDEBF7);
	format_set_num_format(x->text, "@"); /* text: codes and days stay as they are typed */
	format_set_text_wrap(x->text);
	format_set_align(x->text, LXW_ALIGN_VERTICAL_TOP);
	return true;
}

enum err export_xlsx_sink(FILE *out, struct export_sink **ret_sink, struct why *why)
{
	lxw_workbook_options options = {.constant_memory = LXW_TRUE};
	struct xlsx_sink *x = calloc(1, sizeof *x);
	int fd;

	if (!x)
		return why_set(why, ERR_NOMEM, "could not write the export: out of memory");
	x->sink = (struct export_sink){begin, put_row, end, release};
	x->out = out;
	x->why = why;
	buf_init(&x->cell, CELL_BYTES_MAX);
	strcpy(x->path, "/tmp/motcua-export-XXXXXX");
	fd = mkstemp(x->path);
	if (fd < 0) {
		enum err err = why_set(why, errno == ENOSPC ? ERR_DISK_FULL : ERR_IO,
			"could not write \"%s\": %s", x->path, strerror(errno));
		free(x);
		return err;
	}
	close(fd);
	x->book = workbook_new_opt(x->path, &options);
	if (!x->book || !add_formats(x)) {
		release(&x->sink);
		return why_set(why, ERR_NOMEM, "could not write the export: out of memory");
	}
	*ret_sink = &x->sink;
	return OK;
}
