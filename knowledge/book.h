/* book.h - a file of tables, CSV or XLSX, as one thing; what a file is, told by its content. */
#ifndef MOTCUA_BOOK_H
#define MOTCUA_BOOK_H

#include "daemon/base/err.h"
#include "knowledge/table.h"

enum book_format { BOOK_JSONL, BOOK_CSV, BOOK_XLSX };
const char *book_format_name(enum book_format format); /* "jsonl", "csv", "xlsx" */

/* ERR_FORMAT when it is none of them: `why` says what it looks like (an old .xls, a password, HTML, PDF, UTF-16) and what to do. */
enum err book_format_of(const char *path, enum book_format *ret_format, struct why *why);

struct book;

/* CSV or XLSX, at most TABLE_FILE_MAX bytes. `path` is borrowed until book_close(). On failure *ret_book is untouched. */
enum err book_open(const char *path, enum book_format format, struct book **ret_book, struct why *why);
void book_close(struct book *b); /* NULL is fine */

size_t book_sheets(const struct book *b); /* a CSV has one, called "" */
const char *book_sheet_name(const struct book *b, size_t sheet);
bool book_sheet_hidden(const struct book *b, size_t sheet);

enum err book_choose(struct book *b, size_t sheet, struct why *why); /* each sheet at most once of a CSV */
enum err book_next(struct book *b, struct table_row *ret_row, struct why *why); /* number 0: no more */
void book_back(struct book *b); /* the next row is the last one again */

double book_share(const struct book *b); /* of the chosen sheet: 0 to 1, for progress */

#endif
