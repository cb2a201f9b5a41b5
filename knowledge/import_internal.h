/* import_internal.h - an import at work. Private to import*.c. */
#ifndef MOTCUA_IMPORT_INTERNAL_H
#define MOTCUA_IMPORT_INTERNAL_H

#include "knowledge/book.h"
#include "knowledge/columns.h"
#include "knowledge/import.h"
#include "knowledge/import_row.h"
#include "knowledge/lineage.h"
#include "knowledge/version.h"

struct import {
	const struct import_options *options;
	struct kdb *kdb;
	struct columns *columns; /* opened with the first table, or for reports */
	struct arena arena;      /* of the row in hand */
	struct version_origin origin;
	char today[11];
	struct import_counts counts;
	struct why *why;
	struct why first_refusal;
	size_t bytes_before, bytes_all; /* of the files before this one; of all */
};

struct import_place {
	const char *file, *sheet; /* sheet "" when there is none */
	size_t row;
	bool hidden, table, left_out;
	const struct import_cell *cells; /* of a row that is refused */
	size_t cell_count;
};

/* The record as it is in force where a row is for. */
struct import_base {
	bool found;
	struct lineage lineage;
	cJSON *object; /* merged; of the struct, which ends with import_base_release() */
};
enum err import_base_read(
	struct import *im, const char *id, const char *unit, const char *day, struct import_base *ret_base);
void import_base_release(struct import_base *b);

/* Says that the row at `place` is refused; the import goes on, but nothing will be kept. */
void import_refuse(
	struct import *im, const struct import_place *place, const char *column, const struct flaw *flaw);
void import_skip(struct import *im, const struct import_place *place);

/* Writes a row and reports it. `base` is what import_base_read() found, or not found, for a table's record; NULL else.
 * ERR_FORMAT with the flaw. */
enum err import_write(struct import *im, const struct import_place *place, struct import_row *row,
	const struct import_base *base, struct flaw *flaw);

enum err import_columns(struct import *im); /* opens im->columns */
void import_tell_progress(struct import *im, size_t done);

/* A CSV or XLSX: import_table.c */
enum err import_table(struct import *im, const char *path, enum book_format format, size_t size);

#endif
