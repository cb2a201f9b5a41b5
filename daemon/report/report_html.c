/* report_html.c - the printed report in the form of Decree 30/2020/NĐ-CP, annex I: A4; margins top and bottom 20 mm, left 30, right
 * 15 (within the bounds of its part I.2: 20–25, 20–25, 30–35, 15–20); Times New Roman 13 for the text; name of the nation in capitals
 * 12 bold, motto 13 bold with a line of its length; the parent in capitals 12, the agency 12 bold with a line of a third; number 13;
 * place and day 13 italic; kind 14 bold, subject 14 bold with a line; receivers 12 bold italic and 11; page numbers on top in the
 * middle from the second page on. What only a person knows is left as dots. */
#include "daemon/report/report_write.h"

#include "knowledge/day.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char style[] =
	"@page { size: A4; margin: 20mm 15mm 20mm 30mm;"
	" @top-center { content: counter(page); font: 13pt 'Times New Roman', 'Liberation Serif', serif; } "
	"}\n"
	"@page :first { @top-center { content: none; } }\n"
	"html { font: 13pt/1.3 'Times New Roman', 'Liberation Serif', Tinos, serif; color: #000; background: "
	"#fff; }\n"
	"body { margin: 0; }\n"
	"@media screen { body { max-width: 165mm; margin: 20mm auto; } }\n"
	"p { margin: 0 0 6pt; text-align: justify; text-indent: 10mm; }\n"
	".top { display: grid; grid-template-columns: 2fr 3fr; column-gap: 4mm; text-align: center; }\n"
	".top div p, .title p, .sign p { text-align: center; text-indent: 0; margin: 0; }\n"
	".caps { text-transform: uppercase; font-size: 12pt; }\n"
	".strong { font-weight: bold; }\n"
	".line::after { content: ''; display: block; margin: 1pt auto 0; border-top: .75pt solid; width: "
	"33%; }\n"
	".motto span { border-bottom: .75pt solid; padding-bottom: 1pt; }\n"
	".date { font-style: italic; }\n"
	".top .number, .top .date { margin-top: 8pt; }\n"
	".title { margin: 18pt 0 12pt; font-size: 14pt; font-weight: bold; }\n"
	"h2 { font-size: 13pt; margin: 12pt 0 6pt; break-after: avoid; }\n"
	"table { border-collapse: collapse; width: 100%; font-size: 11pt; line-height: 1.15; margin: 0 0 "
	"8pt; }\n"
	"thead { display: table-header-group; }\n"
	"tr { break-inside: avoid; }\n"
	"th, td { border: .5pt solid #000; padding: 2pt 4pt; vertical-align: top; }\n"
	"th { font-weight: bold; text-align: center; }\n"
	"td.n { text-align: right; white-space: nowrap; }\n"
	"th.h { text-align: left; font-style: italic; }\n"
	"td.bar { width: 40%; padding: 2pt 0; vertical-align: middle; }\n"
	"td.bar i { display: block; height: 8pt; background: #555; print-color-adjust: exact; }\n"
	".note { font-size: 11pt; font-style: italic; text-indent: 0; }\n"
	".sign { display: grid; grid-template-columns: 1fr 1fr; margin-top: 14pt; }\n"
	".end { break-inside: avoid; }\n"
	".receivers p { text-align: left; text-indent: 0; margin: 0; font-size: 11pt; }\n"
	".receivers .to { font-size: 12pt; font-weight: bold; font-style: italic; }\n"
	".room { height: 28mm; }\n"
	"td:first-child { min-width: 38mm; }\n"
	".appendix { break-before: page; text-align: center; font-weight: bold; }\n"
	".appendix p { text-align: center; text-indent: 0; }\n";

struct page {
	const struct report *report;
	const struct sentences *words;
	const struct report_head *head;
	struct arena *arena;
	struct buf *out;
	int section;
};

/* NULL is what could not be made for want of memory: then the page is none. */
static void put_text(struct buf *out, const char *text)
{
	if (!text)
		out->failed = true;
	for (; text && *text; text++) {
		const char *entity = *text == '<'   ? "&lt;"
				     : *text == '>' ? "&gt;"
				     : *text == '&' ? "&amp;"
				     : *text == '"' ? "&quot;"
						    : NULL;

		if (entity)
			buf_add_string(out, entity);
		else
			buf_add(out, text, 1);
	}
}

static const char *said(const struct page *p, const char *name)
{
	return sentence(p->words, name);
}

static void put_paragraph(struct page *p, const char *class, const char *text)
{
	buf_printf(p->out, "<p class=\"%s\">", class);
	put_text(p->out, text);
	buf_add_string(p->out, "</p>\n");
}

/* --- The head --- */

static const char *or_blank(const struct page *p, const char *text)
{
	return text && *text ? text : said(p, "form.blank");
}

static const char *dated(struct page *p)
{
	int today = period_day(p->report->request.now_ms);
	const char *day = report_day_shown(p->arena, today);
	const char *of_month = day ? arena_copy(p->arena, day, 2) : NULL;
	const char *month = day ? arena_copy(p->arena, day + 3, 2) : NULL;

	if (!of_month || !month)
		return NULL;
	return report_fill(p->arena, said(p, "form.date"),
		(const struct report_fill[]){{"place", or_blank(p, p->head->place)}, {"day", of_month},
			{"month", month}, {"year", day + 6}, {NULL, NULL}});
}

static void put_top(struct page *p)
{
	const char *symbol = p->head->symbol && *p->head->symbol ? p->head->symbol : said(p, "form.symbol");
	const char *number = report_fill(p->arena, said(p, "form.number"),
		(const struct report_fill[]){{"symbol", symbol}, {NULL, NULL}});

	buf_add_string(p->out, "<div class=\"top\">\n<div>\n");
	put_paragraph(p, "caps", or_blank(p, p->head->parent));
	put_paragraph(p, "caps strong line", or_blank(p, p->head->agency));
	put_paragraph(p, "number", number);
	buf_add_string(p->out, "</div>\n<div>\n");
	put_paragraph(p, "caps strong", said(p, "form.nation"));
	buf_add_string(p->out, "<p class=\"strong motto\"><span>");
	put_text(p->out, said(p, "form.motto"));
	buf_add_string(p->out, "</span></p>\n");
	put_paragraph(p, "date", dated(p));
	buf_add_string(p->out, "</div>\n</div>\n");
}

/* "tháng 11 năm 2026": as it stands within a sentence; "Quý", "Năm", "Tháng" begin with one byte. */
static const char *title_within(struct page *p)
{
	char *title = arena_string(p->arena, p->report->title);

	if (title && *title >= 'A' && *title <= 'Z')
		*title = (char)(*title - 'A' + 'a');
	return title;
}

static void put_title(struct page *p)
{
	buf_add_string(p->out, "<div class=\"title\">\n");
	put_paragraph(p, "", said(p, "form.kind"));
	put_paragraph(p, "", said(p, "form.subject"));
	put_paragraph(p, "line", title_within(p));
	buf_add_string(p->out, "</div>\n");
}

/* --- Sentences with figures --- */

static const char *figures_filled(struct page *p, const char *name)
{
	const double *values = p->report->columns[REPORT_COLUMN_value].values;
	struct report_fill fills[FIGURE_COUNT + 1];

	for (int i = 0; i < (int)FIGURE_COUNT; i++) {
		struct sheet_cell cell = figure_cell((enum figure)i, values[i]);

		fills[i] = (struct report_fill){
			figure_id((enum figure)i), sheet_cell_shown(&cell, p->words, p->arena)};
	}
	fills[FIGURE_COUNT] = (struct report_fill){NULL, NULL};
	return report_fill(p->arena, said(p, name), fills);
}

static void put_opening(struct page *p)
{
	const struct report *r = p->report;
	const struct period *period = &r->request.period;
	const char *agency =
		p->head->agency && *p->head->agency ? p->head->agency : said(p, "form.opening_agency");

	put_paragraph(p, "",
		report_fill(p->arena, said(p, "form.opening"),
			(const struct report_fill[]){
				{"agency", agency}, {"title", title_within(p)}, {NULL, NULL}}));
	put_paragraph(p, "",
		report_fill(p->arena, said(p, "form.scope"),
			(const struct report_fill[]){
				{"scope", r->unit_name ? r->unit_name : said(p, "all_units")},
				{"from", report_day_shown(p->arena, period->from)},
				{"to", report_day_shown(p->arena, period->to - 1)},
				{"calendar", report_calendar(p->words, p->arena, period)},
				{"made", report_moment(p->arena, r->request.now_ms)}, {NULL, NULL}}));
	if (r->running)
		put_paragraph(p, "note", said(p, "form.running"));
	put_paragraph(p, "", figures_filled(p, "form.summary"));
	put_paragraph(p, "", figures_filled(p, "form.cases"));
}

/* --- Tables --- */

static void put_heads(struct page *p, const struct sheet *s)
{
	buf_add_string(p->out, "<table>\n<thead><tr>");
	for (size_t c = 0; c < s->printed; c++) {
		buf_add_string(p->out, "<th scope=\"col\">");
		put_text(p->out, s->heads[c]);
		buf_add_string(p->out, "</th>");
	}
	if (s->chart && s->printed == 2)
		buf_add_string(p->out, "<th aria-hidden=\"true\"></th>");
	buf_add_string(p->out, "</tr></thead>\n<tbody>\n");
}

static double greatest(const struct sheet *s)
{
	double most = 1;

	for (size_t r = 0; r < s->rows; r++)
		if (s->cells[r * s->columns + 1].number > most)
			most = s->cells[r * s->columns + 1].number;
	return most;
}

static void put_cell(struct page *p, const struct sheet_cell *cell)
{
	bool text = cell->kind == SHEET_TEXT;

	buf_add_string(p->out, text ? "<td>" : "<td class=\"n\">");
	put_text(p->out, sheet_cell_shown(cell, p->words, p->arena));
	buf_add_string(p->out, "</td>");
}

static void put_row(struct page *p, const struct sheet *s, const struct sheet_cell *cells, double most)
{
	buf_add_string(p->out, "<tr>");
	if (cells[0].kind == SHEET_HEADING) {
		buf_printf(p->out, "<th class=\"h\" scope=\"rowgroup\" colspan=\"%zu\">", s->printed);
		put_text(p->out, cells[0].text);
		buf_add_string(p->out, "</th></tr>\n");
		return;
	}
	for (size_t c = 0; c < s->printed; c++)
		put_cell(p, &cells[c]);
	if (s->chart && s->printed == 2)
		buf_printf(p->out,
			"<td class=\"bar\" aria-hidden=\"true\"><i style=\"width:%.1f%%\"></i></td>",
			100 * cells[1].number / most);
	buf_add_string(p->out, "</tr>\n");
}

static void put_sheet(struct page *p, const struct sheet *s)
{
	static const char *const numerals[] = {"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X",
		"XI", "XII", "XIII", "XIV", "XV", "XVI"};
	const char *heading = report_fill(p->arena, said(p, "form.section"),
		(const struct report_fill[]){
			{"number", numerals[p->section++ % 16]}, {"title", s->title}, {NULL, NULL}});
	double most = greatest(s);

	buf_add_string(p->out, "<h2>");
	put_text(p->out, heading);
	buf_add_string(p->out, "</h2>\n");
	put_heads(p, s);
	for (size_t r = 0; r < s->rows; r++)
		put_row(p, s, &s->cells[r * s->columns], most);
	buf_add_string(p->out, "</tbody></table>\n");
}

/* --- The end --- */

static void put_end(struct page *p)
{
	buf_add_string(p->out, "<div class=\"end\">\n");
	put_paragraph(p, "note", said(p, "fields_note"));
	put_paragraph(p, "note", said(p, p->report->few ? "few_all" : "few"));
	put_paragraph(p, "",
		report_fill(p->arena, said(p, "form.end"),
			(const struct report_fill[]){{"title", title_within(p)}, {NULL, NULL}}));
	buf_add_string(p->out, "<div class=\"sign\">\n<div class=\"receivers\">\n");
	put_paragraph(p, "to", said(p, "form.receivers"));
	buf_add_string(p->out, "<p>- ");
	put_text(p->out, said(p, "form.receiver_1"));
	buf_add_string(p->out, "</p>\n<p>- ");
	put_text(p->out, said(p, "form.receiver_2"));
	buf_add_string(p->out, "</p>\n</div>\n<div>\n");
	put_paragraph(
		p, "strong", p->head->signer && *p->head->signer ? p->head->signer : said(p, "form.signer"));
	put_paragraph(p, "date", said(p, "form.sign_here"));
	buf_add_string(p->out, "<div class=\"room\"></div>\n</div>\n</div>\n</div>\n");
}

static bool is_appendix(const struct sheet *s)
{
	return strcmp(s->id, "definitions") == 0;
}

enum err report_write_html(const struct sheets *sheets, const struct report *report,
	const struct sentences *words, const struct report_head *head, struct arena *a, struct buf *out)
{
	static const struct report_head nobody;
	struct page p = {
		.report = report, .words = words, .head = head ? head : &nobody, .arena = a, .out = out};

	buf_add_string(out, "<!DOCTYPE html>\n<html lang=\"vi\">\n<head>\n<meta charset=\"utf-8\">\n<title>");
	put_text(out, report->title);
	buf_add_string(out, "</title>\n<style>\n");
	buf_add_string(out, style);
	buf_add_string(out, "</style>\n</head>\n<body>\n");
	put_top(&p);
	put_title(&p);
	put_opening(&p);
	for (size_t i = 0; i < sheets->count; i++)
		if (strcmp(sheets->items[i].id, "about") != 0 && !is_appendix(&sheets->items[i]))
			put_sheet(&p, &sheets->items[i]);
	put_end(&p);
	buf_add_string(out, "<div class=\"appendix\">\n");
	put_paragraph(&p, "", said(&p, "form.appendix"));
	buf_add_string(out, "</div>\n");
	p.section = 0;
	for (size_t i = 0; i < sheets->count; i++)
		if (is_appendix(&sheets->items[i]))
			put_sheet(&p, &sheets->items[i]);
	buf_add_string(out, "</body>\n</html>\n");
	return out->failed ? ERR_NOMEM : OK;
}
