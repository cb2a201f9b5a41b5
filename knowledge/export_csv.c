/* export_csv.c - RFC 4180 with a byte order mark, by which spreadsheets know UTF-8. */
#include "knowledge/csv.h"
#include "knowledge/export_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct csv_sink {
	struct export_sink sink;
	FILE *out;
};

static void put_cell(FILE *out, const char *text)
{
	bool guard = csv_needs_guard(text), quotes = guard || text[strcspn(text, ",;\t\"\r\n")];

	if (quotes)
		putc_unlocked('"', out);
	if (guard)
		putc_unlocked('\'', out);
	for (; *text; text++) {
		if (*text == '"')
			putc_unlocked('"', out);
		putc_unlocked(*text, out);
	}
	if (quotes)
		putc_unlocked('"', out);
}

static enum err put_row(struct export_sink *s, const char *const *cells, size_t count)
{
	FILE *out = ((struct csv_sink *)(void *)s)->out;

	for (size_t i = 0; i < count; i++) {
		if (i)
			putc_unlocked(',', out);
		if (cells[i])
			put_cell(out, cells[i]);
	}
	fputs("\r\n", out);
	if (!ferror(out))
		return OK;
	return errno == ENOSPC ? ERR_DISK_FULL : ERR_IO;
}

static enum err begin(struct export_sink *s, const struct export_sheet *sheet)
{
	fputs("\xEF\xBB\xBF", ((struct csv_sink *)(void *)s)->out);
	return put_row(s, sheet->headers, sheet->count);
}

static enum err end(struct export_sink *s)
{
	(void)s;
	return OK;
}

static void release(struct export_sink *s)
{
	free(s);
}

enum err export_csv_sink(FILE *out, struct export_sink **ret_sink, struct why *why)
{
	struct csv_sink *s = calloc(1, sizeof *s);

	if (!s)
		return why_set(why, ERR_NOMEM, "could not write the export: out of memory");
	s->sink = (struct export_sink){begin, put_row, end, release};
	s->out = out;
	*ret_sink = &s->sink;
	return OK;
}
