/* report_write.h - a report in a form people open: XLSX, CSV, JSON, or HTML to print.
 *   xlsx  a sheet a table, real numbers, frozen heads, charts; no text is ever taken for a formula
 *   csv   the same tables one below the other; UTF-8 with a byte order mark, numbers with a point, a text that a spreadsheet might
 *         take for a formula begins with an apostrophe (knowledge/csv.h)
 *   json  for programs: figures with ids, definitions, values of every column, breakdowns, tables
 *   html  the form of Decree 30/2020/NĐ-CP, annex I: prints to A4 */
#ifndef MOTCUA_REPORT_WRITE_H
#define MOTCUA_REPORT_WRITE_H

#include "daemon/base/buf.h"
#include "daemon/report/sheets.h"

#define REPORT_FORMATS(FORMAT)                                                                               \
	FORMAT(XLSX, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")            \
	FORMAT(CSV, "csv", "text/csv; charset=utf-8")                                                        \
	FORMAT(HTML, "html", "text/html; charset=utf-8")                                                     \
	FORMAT(JSON, "json", "application/json")
#define REPORT_FORMAT_ENUM(name, word, type) REPORT_##name,
enum report_format { REPORT_FORMATS(REPORT_FORMAT_ENUM) REPORT_FORMAT_COUNT };

bool report_format_from(const char *word, enum report_format *ret_format);
const char *report_format_word(enum report_format format);
const char *report_format_type(enum report_format format); /* media type */

/* Who writes the printed report; what is NULL is left to be filled in by hand. */
struct report_head {
	const char *parent; /* cơ quan chủ quản: "ỦY BAN NHÂN DÂN TỈNH …" */
	const char *agency; /* cơ quan ban hành */
	const char *symbol; /* its abbreviation in the number: "UBND" */
	const char *place;  /* địa danh */
	const char *signer; /* quyền hạn, chức vụ of who signs: "CHỦ TỊCH" */
};

#define REPORT_BYTES_MAX ((size_t)32 << 20)

/* Appends to `out`. */
enum err report_write(const struct report *report, enum report_format format, const struct sentences *words,
	const struct report_head *head, struct buf *out, struct why *why);

/* One text of a CSV line, quoted; what a spreadsheet might take for a formula begins with an apostrophe. */
void report_csv_text(struct buf *out, const char *text);

/* --- One a form, for report_write() alone --- */

enum err report_write_xlsx(const struct sheets *sheets, struct buf *out, struct why *why);
void report_write_csv(const struct sheets *sheets, struct buf *out);
enum err report_write_json(const struct report *report, const struct sentences *words, struct buf *out);
enum err report_write_html(const struct sheets *sheets, const struct report *report, const struct sentences *words,
	const struct report_head *head, struct arena *a, struct buf *out);

#endif
