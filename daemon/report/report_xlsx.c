/* report_xlsx.c - a workbook by libxlsxwriter: a sheet a table, numbers as numbers, texts never as formulas (a cell is written as
 * what it is), head and first column frozen, a chart beside what is worth looking at. Fails when the temporary file cannot be
 * written, or memory is out. */
#include "daemon/report/report_write.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#define CHART_ROWS 25 /* bars that can still be told apart */
#define TEXT_WIDE 44  /* characters */
#define NUMBER_WIDE 14
#define LINE_POINTS 16.5

struct book {
	lxw_workbook *book;
	lxw_format *head, *heading, *text, *number, *share, *seconds;
	lxw_error code; /* the first that was no success */
};

static void check(struct book *b, lxw_error code)
{
	if (b->code == LXW_NO_ERROR)
		b->code = code;
}

static lxw_format *format_of(struct book *b, const char *number)
{
	lxw_format *format = workbook_add_format(b->book);

	if (!format) {
		b->code = LXW_ERROR_MEMORY_MALLOC_FAILED;
		return NULL;
	}
	format_set_font_name(format, "Times New Roman");
	format_set_font_size(format, 12);
	format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
	if (number)
		format_set_num_format(format, number);
	return format;
}

static void formats_add(struct book *b)
{
	b->head = format_of(b, NULL);
	b->heading = format_of(b, NULL);
	b->text = format_of(b, NULL);
	b->number = format_of(b, "#,##0");
	b->share = format_of(b, "0.0%");
	b->seconds = format_of(b, "#,##0.0");
	if (b->code != LXW_NO_ERROR)
		return;
	format_set_bold(b->head);
	format_set_text_wrap(b->head);
	format_set_bg_color(b->head, 0xDDEBF7);
	format_set_bold(b->heading);
	format_set_text_wrap(b->text);
}

static void cell_write(
	struct book *b, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, const struct sheet_cell *cell)
{
	switch (cell->kind) {
	case SHEET_EMPTY: break;
	case SHEET_TEXT: check(b, worksheet_write_string(sheet, row, column, cell->text, b->text)); break;
	case SHEET_HEADING:
		check(b, worksheet_write_string(sheet, row, column, cell->text, b->heading));
		break;
	case SHEET_NUMBER:
		check(b, worksheet_write_number(sheet, row, column, cell->number, b->number));
		break;
	case SHEET_SHARE: check(b, worksheet_write_number(sheet, row, column, cell->number, b->share)); break;
	case SHEET_MS:
		check(b, worksheet_write_number(sheet, row, column, cell->number / 1000, b->seconds));
		break;
	}
}

static void chart_add(struct book *b, lxw_worksheet *sheet, const struct sheet *s)
{
	lxw_chart *chart = workbook_add_chart(b->book, LXW_CHART_BAR);
	lxw_row_t last = (lxw_row_t)(s->rows < CHART_ROWS ? s->rows : CHART_ROWS);
	lxw_chart_options options = {.x_scale = 1.3, .y_scale = 1.0 + (double)last / 15};
	lxw_chart_series *series;

	if (!chart) {
		check(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
		return;
	}
	series = chart_add_series(chart, NULL, NULL);
	chart_series_set_categories(series, s->tab, 1, 0, last, 0);
	chart_series_set_values(series, s->tab, 1, 1, last, 1);
	chart_title_set_name(chart, s->title);
	chart_legend_set_position(chart, LXW_CHART_LEGEND_NONE);
	chart_axis_set_reverse(chart->y_axis); /* of bars: the names, the first on top */
	chart_axis_set_min(chart->x_axis, 0);
	check(b, worksheet_insert_chart_opt(sheet, 1, (lxw_col_t)(s->columns + 1), chart, &options));
}

static double width_of(const struct sheet *s, size_t column)
{
	bool words = strcmp(s->id, "definitions") == 0 || strcmp(s->id, "about") == 0;

	return !column ? TEXT_WIDE : words ? 2 * TEXT_WIDE : NUMBER_WIDE;
}

static size_t signs(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

/* Not every program fits a row to its text by itself. Words end before the line does: hence a tenth less. */
static void height_set(struct book *b, lxw_worksheet *sheet, const struct sheet *s, size_t row)
{
	size_t lines = 1;

	for (size_t c = 0; c < s->columns; c++) {
		const struct sheet_cell *cell = row ? &s->cells[(row - 1) * s->columns + c] : NULL;
		const char *text = !row ? s->heads[c] : cell->kind == SHEET_TEXT ? cell->text : "";
		size_t needed = 1 + (size_t)((double)signs(text) / (0.9 * width_of(s, c)));

		lines = needed > lines ? needed : lines;
	}
	if (lines > 1)
		check(b, worksheet_set_row(sheet, (lxw_row_t)row, LINE_POINTS * (double)lines, NULL));
}

static void sheet_write(struct book *b, const struct sheet *s)
{
	lxw_worksheet *sheet = workbook_add_worksheet(b->book, s->tab);
	if (!sheet) {
		check(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
		return;
	}
	for (size_t c = 0; c < s->columns; c++) {
		check(b, worksheet_set_column(sheet, (lxw_col_t)c, (lxw_col_t)c, width_of(s, c), NULL));
		check(b, worksheet_write_string(sheet, 0, (lxw_col_t)c, s->heads[c], b->head));
	}
	for (size_t row = 0; row <= s->rows; row++)
		height_set(b, sheet, s, row);
	for (size_t n = 0; n < s->rows * s->columns; n++)
		cell_write(
			b, sheet, (lxw_row_t)(1 + n / s->columns), (lxw_col_t)(n % s->columns), &s->cells[n]);
	worksheet_freeze_panes(sheet, 1, 1);
	worksheet_set_landscape(sheet);
	worksheet_set_paper(sheet, 9); /* A4 */
	worksheet_fit_to_pages(sheet, 1, 0);
	check(b, worksheet_repeat_rows(sheet, 0, 0));
	if (s->chart)
		chart_add(b, sheet, s);
}

static enum err failed(lxw_error code, struct why *why)
{
	enum err err = code == LXW_ERROR_MEMORY_MALLOC_FAILED ? ERR_NOMEM
		       : errno == ENOSPC                      ? ERR_DISK_FULL
							      : ERR_IO;

	return why_set(why, err, "could not write the report: %s", lxw_strerror(code));
}

static enum err file_take(const char *path, struct buf *out, struct why *why)
{
	FILE *in = fopen(path, "rbe");
	char room[16384];
	bool broken = in == NULL;
	size_t got;

	while (in && (got = fread(room, 1, sizeof room, in)) > 0)
		buf_add(out, room, got);
	if (in) {
		broken = ferror(in) != 0;
		fclose(in);
	}
	return broken ? why_set(why, ERR_IO, "could not read \"%s\": %s", path, strerror(errno)) : OK;
}

enum err report_write_xlsx(const struct sheets *sheets, struct buf *out, struct why *why)
{
	char path[] = "/tmp/motcua-report-XXXXXX";
	struct book b = {.code = LXW_NO_ERROR};
	int fd = mkstemp(path);
	lxw_error closed;
	enum err err = OK;

	if (fd < 0)
		return why_set(why, errno == ENOSPC ? ERR_DISK_FULL : ERR_IO, "could not write \"%s\": %s",
			path, strerror(errno));
	close(fd);
	b.book = workbook_new(path);
	if (!b.book) {
		unlink(path);
		return failed(LXW_ERROR_MEMORY_MALLOC_FAILED, why);
	}
	formats_add(&b);
	for (size_t i = 0; i < sheets->count && b.code == LXW_NO_ERROR; i++)
		sheet_write(&b, &sheets->items[i]);
	closed = workbook_close(b.book); /* there is no other way to free it */
	check(&b, closed);
	err = b.code == LXW_NO_ERROR ? file_take(path, out, why) : failed(b.code, why);
	unlink(path);
	return err;
}
