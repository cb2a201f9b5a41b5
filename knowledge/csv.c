/* csv.c - a state machine over bytes. Fails on a file that cannot be opened or read, is too large, or is not UTF-8; a row that
 * is too long, or a quote that never ends, is the row's trouble. */
#include "knowledge/csv.h"

#include "daemon/base/buf.h"
#include "daemon/base/text.h"
#include "knowledge/encoding.h"
#include "knowledge/import_row.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LOOK_BYTES 65536
#define LOOK_ROWS 20
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

struct csv {
	const char *path;
	FILE *file;
	size_t bytes_all, number;
	char separator;
	struct buf text; /* of the row in hand: cells with a NUL behind each */
	size_t starts[TABLE_COLUMNS_MAX];
	struct table_cell cells[TABLE_COLUMNS_MAX];
	size_t count;
	const char *trouble;
};

bool csv_needs_guard(const char *text)
{
	return *text && strchr("=+-@'\t\r", *text);
}

const char *csv_unguarded(const char *text)
{
	return *text == '\'' && csv_needs_guard(text + 1) ? text + 1 : text;
}

/* --- Opening --------------------------------------------------------------------------------------------- */

/* Counts each separator outside of quotes in the first rows. */
static char find_separator(const char *text, size_t len)
{
	static const char separators[] = ";,\t";
	size_t counts[3] = {0}, best = 0, rows = 0;
	bool quoted = false;

	for (size_t i = 0; i < len && rows < LOOK_ROWS; i++) {
		const char *at = text[i] ? strchr(separators, text[i]) : NULL;

		quoted ^= text[i] == '"';
		rows += !quoted && text[i] == '\n';
		if (!quoted && at)
			counts[at - separators]++;
	}
	for (size_t i = 1; i < 3; i++)
		best = counts[i] > counts[best] ? i : best;
	return counts[best] ? separators[best] : ',';
}

static void look(struct csv *c, char *room)
{
	size_t len = fread(room, 1, LOOK_BYTES, c->file), skip = 0;

	if (len >= 3 && memcmp(room, BYTE_ORDER_MARK, 3) == 0)
		skip = 3;
	c->separator = find_separator(room + skip, len - skip);
	if (len - skip > 5 && strncmp(room + skip, "sep=", 4) == 0 && strchr("\r\n", room[skip + 5])) {
		c->separator = room[skip + 4];
		c->number = 1;
		skip += 5;
		skip += skip < len && room[skip] == '\r';
		skip += skip < len && room[skip] == '\n';
	}
	rewind(c->file);
	for (; skip; skip--)
		getc_unlocked(c->file);
}

enum err csv_open(const char *path, struct csv **ret_csv, struct why *why)
{
	struct csv *c = calloc(1, sizeof *c);
	char *room = malloc(LOOK_BYTES);
	struct stat st;
	enum err err = ERR_NOMEM;

	if (!c || !room) {
		why_set(why, err, "could not read \"%s\": out of memory", path);
		goto out;
	}
	c->path = path;
	buf_init(&c->text, 2 * ROW_BYTES_MAX);
	c->file = fopen(path, "rbe");
	if (!c->file || fstat(fileno(c->file), &st) != 0) {
		err = why_set(why, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "could not open \"%s\": %s",
			path, strerror(errno));
		goto out;
	}
	c->bytes_all = (size_t)st.st_size;
	look(c, room);
	*ret_csv = c;
	c = NULL;
	err = OK;
out:
	free(room);
	csv_close(c);
	return err;
}

void csv_close(struct csv *c)
{
	if (!c)
		return;
	if (c->file)
		fclose(c->file);
	buf_release(&c->text);
	free(c);
}

void csv_done(const struct csv *c, size_t *ret_bytes, size_t *ret_all)
{
	long at = ftell(c->file);

	*ret_bytes = at > 0 ? (size_t)at : 0;
	*ret_all = c->bytes_all;
}

/* --- Rows ------------------------------------------------------------------------------------------------ */

static void begin_cell(struct csv *c)
{
	if (c->count < TABLE_COLUMNS_MAX)
		c->starts[c->count] = c->text.len;
	c->count++;
}

static void end_cell(struct csv *c)
{
	buf_add(&c->text, "", 1);
}

static void add(struct csv *c, int byte)
{
	char b = (char)byte;

	if (c->count > TABLE_COLUMNS_MAX || c->trouble)
		return;
	if (c->text.len >= ROW_BYTES_MAX)
		c->trouble = "is longer than 1048576 bytes";
	else if (b == '\0')
		c->trouble = "holds a NUL character";
	else
		buf_add(&c->text, &b, 1);
}

/* Inside quotes, up to the byte behind them. */
static int quoted(struct csv *c)
{
	for (;;) {
		int byte = getc_unlocked(c->file);

		if (byte == EOF) {
			c->trouble = "opens a quote that is never closed";
			return EOF;
		}
		if (byte == '"' && (byte = getc_unlocked(c->file)) != '"')
			return byte;
		add(c, byte);
	}
}

/* One row; false at the end of the file. */
static bool read_row(struct csv *c)
{
	bool fresh = true; /* nothing of the cell was read: a quote opens */
	int byte = getc_unlocked(c->file);

	if (byte == EOF)
		return false;
	begin_cell(c);
	for (;; byte = getc_unlocked(c->file)) {
		if (byte == '"' && fresh)
			byte = quoted(c);
		fresh = false;
		if (byte == '\r') {
			int next = getc_unlocked(c->file);

			if (next == '\n' || next == EOF)
				byte = '\n';
			else
				ungetc(next, c->file);
		}
		if (byte == EOF || byte == '\n')
			break;
		if (byte == c->separator) {
			end_cell(c);
			begin_cell(c);
			fresh = true;
		} else {
			add(c, byte);
		}
	}
	end_cell(c);
	return true;
}

static void take_cells(struct csv *c)
{
	c->count = c->count > TABLE_COLUMNS_MAX ? TABLE_COLUMNS_MAX : c->count;
	for (size_t i = 0; i < c->count; i++) {
		const char *text = c->text.ptr + c->starts[i];

		c->cells[i] = (struct table_cell){*text ? VALUE_TEXT : VALUE_NONE, text, 0};
	}
}

/* One row alone may hold too little to tell by. */
static enum err refuse_encoding(struct csv *c, struct why *why)
{
	const char *looks_like = "another encoding";
	char *room = malloc(LOOK_BYTES);

	rewind(c->file);
	if (room)
		looks_like = encoding_guess(room, fread(room, 1, LOOK_BYTES, c->file));
	free(room);
	return why_set(why, ERR_FORMAT,
		"cannot read \"%s\": row %zu is not UTF-8, it looks like %s; save the file as CSV UTF-8",
		c->path, c->number, looks_like);
}

enum err csv_next(struct csv *c, struct table_row *ret_row, struct why *why)
{
	buf_clear(&c->text);
	c->count = 0;
	c->trouble = NULL;
	if (!read_row(c)) {
		if (ferror(c->file))
			return why_set(why, ERR_IO, "could not read \"%s\": %s", c->path, strerror(errno));
		*ret_row = (struct table_row){0};
		return OK;
	}
	c->number++;
	if (c->text.failed)
		return why_set(why, ERR_NOMEM, "could not read \"%s\": out of memory", c->path);
	if (!text_is_utf8(c->text.ptr, c->text.len))
		return refuse_encoding(c, why);
	take_cells(c);
	*ret_row = (struct table_row){c->number, false, c->cells, c->count, c->trouble};
	return OK;
}
