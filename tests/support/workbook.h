/* workbook.h - XLSX files out of hand-written parts, as spreadsheet programs write them and as nobody should. */
#ifndef MOTCUA_TEST_WORKBOOK_H
#define MOTCUA_TEST_WORKBOOK_H

#include <stddef.h>

struct workbook_part {
	const char *name; /* "xl/worksheets/sheet1.xml" */
	const char *text;
	size_t len;           /* 0: as long as the text */
	const char *password; /* NULL: none */
};

/* A zip of these parts and nothing else. Fails the test when it cannot be written. */
void workbook_zip(const char *path, const struct workbook_part *parts, size_t count);

/* A workbook of one sheet "S" out of what stands inside <worksheet>, shared strings (<si>…) and style parts; NULL: none. */
void workbook_write(const char *path, const char *sheet, const char *strings, const char *styles);

/* The parts of a workbook of sheets "A" (visible), "B" and "C" (hidden) whose cells are inline strings, one text a row with
 * tabs between. */
void workbook_of_rows(const char *path, const char *const *a, const char *const *b, const char *const *c);

#define WORKBOOK_NS                                                                                          \
	" xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""                               \
	" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""

#endif
