/* export_internal.h - an export at work. Private to export*.c. */
#ifndef MOTCUA_EXPORT_INTERNAL_H
#define MOTCUA_EXPORT_INTERNAL_H

#include "knowledge/cells.h"
#include "knowledge/export.h"
#include "knowledge/kdb.h"

/* Gets each row as JSON in `a`, which is reset behind it. */
typedef enum err export_row_cb(void *arg, struct arena *a, const char *json);

/* Inside a read transaction; may run twice in one and says the same. */
enum err export_rows(
	struct kdb *k, struct arena *a, const struct export_options *o, export_row_cb *row_cb, void *arg);

/* CSV and XLSX: export_table.c. `why` is filled when it is not the database that failed. */
enum err export_table(
	struct kdb *k, struct arena *a, const struct export_options *o, FILE *out, struct why *why);

/* --- Where rows of cells go: export_csv.c, export_xlsx.c ------------------------------------------------- */

struct export_sheet {
	const char *name;
	const char *const *headers;
	const unsigned *widths; /* characters */
	size_t count;           /* columns */
};

struct export_sink {
	enum err (*begin)(struct export_sink *s, const struct export_sheet *sheet); /* CSV: once */
	enum err (*row)(struct export_sink *s, const char *const *cells,
		size_t count);                  /* NULL: nothing in the cell */
	enum err (*end)(struct export_sink *s); /* everything is written, or nothing can be relied on */
	void (*release)(struct export_sink *s);
};

enum err export_csv_sink(FILE *out, struct export_sink **ret_sink, struct why *why);
enum err export_xlsx_sink(FILE *out, struct export_sink **ret_sink, struct why *why);

#endif
