#include "knowledge/book.h"

#include "knowledge/csv.h"
#include "knowledge/xlsx.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define LOOK_BYTES 4096
#define OLE_LOOK_BYTES ((size_t)4 << 20) /* its folder of names is somewhere in there */

struct book {
	struct csv *csv;
	struct xlsx *xlsx;
	struct table_row row; /* the last one */
	bool again;
};

const char *book_format_name(enum book_format format)
{
	static const char *const names[] = {"jsonl", "csv", "xlsx"};

	return names[format];
}

/* --- What a file is -------------------------------------------------------------------------------------- */

static bool begins(const char *text, size_t len, const char *with, size_t n)
{
	return len >= n && memcmp(text, with, n) == 0;
}

static bool holds_text(const char *text, size_t len, const char *what)
{
	return memmem(text, len, what, strlen(what)) != NULL;
}

/* An OLE file is an old .xls, or an .xlsx behind a password. */
static const char *ole_is(FILE *file)
{
	static const char encrypted[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
	char *room = malloc(OLE_LOOK_BYTES);
	const char *says = "it is an old Excel file (.xls) or another Office file of before 2007; open it "
			   "and save it as .xlsx";
	size_t len;

	rewind(file);
	len = room ? fread(room, 1, OLE_LOOK_BYTES, file) : 0;
	if (room && memmem(room, len, encrypted, sizeof encrypted - 1))
		says = "it is protected by a password; save it without one";
	free(room);
	return says;
}

/* Why it is no table and no JSONL; NULL: nothing speaks against it. */
static const char *cannot_be(FILE *file, const char *text, size_t len)
{
	if (begins(text, len, "\xD0\xCF\x11\xE0", 4))
		return ole_is(file);
	if (begins(text, len, "\xFF\xFE", 2) || begins(text, len, "\xFE\xFF", 2))
		return "it is in UTF-16 (\"Unicode text\"); save it as CSV UTF-8 or .xlsx";
	if (begins(text, len, "%PDF", 4))
		return "it is a PDF; tables have to come as .xlsx or CSV";
	if (begins(text, len, "{\\rtf", 5))
		return "it is a text document (RTF); copy its table into a spreadsheet and save it as .xlsx";
	if (begins(text, len, "<", 1) &&
		(holds_text(text, len, "<html") || holds_text(text, len, "<HTML") ||
			holds_text(text, len, "<table") || holds_text(text, len, "<?xml") ||
			holds_text(text, len, "<!DOCTYPE")))
		return "it is a web page or XML under another name; open it in a spreadsheet program and "
		       "save it as .xlsx";
	if (memchr(text, '\0', len))
		return "it is neither .xlsx nor CSV nor JSONL";
	return NULL;
}

static enum err refused(const char *path, const char *reason, struct why *why)
{
	return why_set(why, ERR_FORMAT, "cannot read \"%s\": %s", path, reason);
}

static enum err look(const char *path, FILE *file, enum book_format *ret_format, struct why *why)
{
	char room[LOOK_BYTES];
	size_t len = fread(room, 1, sizeof room, file), at = begins(room, len, "\xEF\xBB\xBF", 3) ? 3 : 0;
	const char *reason;

	if (ferror(file))
		return why_set(why, ERR_IO, "could not read \"%s\": %s", path, strerror(errno));
	while (at < len && isspace((unsigned char)room[at]))
		at++;
	if (at == len && len < sizeof room)
		return refused(path, "it is empty", why);
	if (begins(room, len, "PK\3\4", 4) || begins(room, len, "PK\5\6", 4)) {
		*ret_format = BOOK_XLSX;
		return OK;
	}
	reason = cannot_be(file, room + at, len - at);
	if (reason)
		return refused(path, reason, why);
	*ret_format = room[at] == '{' || room[at] == '[' ? BOOK_JSONL : BOOK_CSV;
	return OK;
}

enum err book_format_of(const char *path, enum book_format *ret_format, struct why *why)
{
	FILE *file = fopen(path, "rbe");
	struct stat st;
	enum err err;

	if (!file)
		return why_set(why,
			errno == ENOENT   ? ERR_NOT_FOUND
			: errno == EACCES ? ERR_PERMISSION
					  : ERR_IO,
			"could not open \"%s\": %s", path, strerror(errno));
	if (fstat(fileno(file), &st) != 0 || S_ISDIR(st.st_mode))
		err = why_set(why, ERR_IO, "could not read \"%s\": it is a folder", path);
	else
		err = look(path, file, ret_format, why);
	fclose(file);
	return err;
}

/* --- Rows ------------------------------------------------------------------------------------------------ */

enum err book_open(const char *path, enum book_format format, struct book **ret_book, struct why *why)
{
	struct book *b = calloc(1, sizeof *b);
	struct stat st;
	enum err err = OK;

	if (!b)
		return why_set(why, ERR_NOMEM, "could not read \"%s\": out of memory", path);
	if (stat(path, &st) == 0 && (size_t)st.st_size > TABLE_FILE_MAX)
		err = refused(path, "it is larger than 64 MB; divide it into several files", why);
	else if (format == BOOK_XLSX)
		err = xlsx_open(path, &b->xlsx, why);
	else
		err = csv_open(path, &b->csv, why);
	if (err == OK)
		*ret_book = b;
	else
		book_close(b);
	return err;
}

void book_close(struct book *b)
{
	if (!b)
		return;
	csv_close(b->csv);
	xlsx_close(b->xlsx);
	free(b);
}

size_t book_sheets(const struct book *b)
{
	const struct xlsx_sheet_name *names;

	return b->xlsx ? xlsx_sheets(b->xlsx, &names) : 1;
}

const char *book_sheet_name(const struct book *b, size_t sheet)
{
	const struct xlsx_sheet_name *names;

	return b->xlsx && sheet < xlsx_sheets(b->xlsx, &names) ? names[sheet].name : "";
}

bool book_sheet_hidden(const struct book *b, size_t sheet)
{
	const struct xlsx_sheet_name *names;

	return b->xlsx && sheet < xlsx_sheets(b->xlsx, &names) && names[sheet].hidden;
}

enum err book_choose(struct book *b, size_t sheet, struct why *why)
{
	b->again = false;
	return b->xlsx ? xlsx_choose(b->xlsx, sheet, why) : OK;
}

enum err book_next(struct book *b, struct table_row *ret_row, struct why *why)
{
	enum err err = OK;

	if (!b->again)
		err = b->xlsx ? xlsx_next(b->xlsx, &b->row, why) : csv_next(b->csv, &b->row, why);
	b->again = false;
	if (err == OK)
		*ret_row = b->row;
	return err;
}

void book_back(struct book *b)
{
	b->again = true;
}

double book_share(const struct book *b)
{
	size_t done = 0, all = 0;

	if (b->xlsx)
		xlsx_done(b->xlsx, &done, &all);
	else
		csv_done(b->csv, &done, &all);
	return all ? (double)done / (double)all : 1;
}
