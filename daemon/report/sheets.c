#include "daemon/report/sheets.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SHEETS_MAX 24
#define PRINTED_FIGURES 6

struct making {
	const struct report *report;
	const struct sentences *words;
	struct arena *arena;
	struct sheets sheets;
	bool failed; /* out of memory */
};

static struct sheet_cell text_cell(const char *text)
{
	return (struct sheet_cell){.kind = text && *text ? SHEET_TEXT : SHEET_EMPTY, .text = text};
}

static struct sheet_cell number_cell(int64_t number)
{
	return (struct sheet_cell){.kind = SHEET_NUMBER, .number = (double)number};
}

struct sheet_cell figure_cell(enum figure figure, double value)
{
	static const enum sheet_kind kinds[] = {
		[FIGURE_NUMBER] = SHEET_NUMBER, [FIGURE_MS] = SHEET_MS, [FIGURE_SHARE] = SHEET_SHARE};

	if (isnan(value))
		return (struct sheet_cell){.kind = SHEET_EMPTY};
	return (struct sheet_cell){.kind = kinds[figure_form(figure)], .number = value};
}

/* The sentence "KIND.ID"; "" when there is none. */
static const char *named(const struct sentences *words, const char *kind, const char *id, const char *more)
{
	char name[96];

	snprintf(name, sizeof name, "%s.%s%s", kind, id, more);
	return sentence_known(words, name) ? sentence(words, name) : "";
}

/* A new sheet with room for its cells; NULL: none, or out of memory. */
static struct sheet *sheet_add(struct making *m, const char *id, size_t columns, size_t rows)
{
	struct sheet *s = &m->sheets.items[m->sheets.count];

	if (!rows || m->failed || m->sheets.count == SHEETS_MAX)
		return NULL;
	*s = (struct sheet){.id = id,
		.title = named(m->words, "table", id, ""),
		.tab = named(m->words, "tab", id, ""),
		.columns = columns,
		.printed = columns,
		.heads = arena_array(m->arena, columns, sizeof *s->heads),
		.cells = arena_array(m->arena, columns * rows, sizeof *s->cells)};
	if (!s->heads || !s->cells) {
		m->failed = true;
		return NULL;
	}
	m->sheets.count++;
	return s;
}

static struct sheet_cell *row_add(struct sheet *s)
{
	return &s->cells[s->columns * s->rows++];
}

/* --- What it is about --- */

static void about_add(struct making *m)
{
	const struct report *r = m->report;
	const struct period *p = &r->request.period;
	const char *const values[][2] = {
		{"about.period", r->title},
		{"about.scope", r->unit_name ? r->unit_name : sentence(m->words, "all_units")},
		{"about.channel", r->request.channel
					  ? report_word(m->words, m->arena, "channel", r->request.channel)
					  : sentence(m->words, "all_channels")},
		{"about.from", report_day_shown(m->arena, p->from)},
		{"about.last", report_day_shown(m->arena, p->to - 1)},
		{"about.calendar", report_calendar(m->words, m->arena, p)},
		{"about.made", report_moment(m->arena, r->request.now_ms)},
		{"about.note", r->running ? sentence(m->words, "form.running") : ""},
		{"about.fields", sentence(m->words, "fields_note")},
		{"about.few", sentence(m->words, r->few ? "few_all" : "few")},
	};
	struct sheet *s = sheet_add(m, "about", 2, sizeof values / sizeof *values);

	if (!s)
		return;
	s->heads[0] = sentence(m->words, "head.name");
	s->heads[1] = sentence(m->words, "head.text");
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		struct sheet_cell *row = row_add(s);

		row[0] = text_cell(sentence(m->words, values[i][0]));
		row[1] = text_cell(values[i][1]);
		m->failed |= values[i][1] == NULL;
	}
}

/* --- The figures --- */

static void figures_heads(struct making *m, struct sheet *s)
{
	size_t at = 0;

	s->heads[at++] = sentence(m->words, "head.figure");
	for (int i = 0; i < (int)REPORT_COLUMN_COUNT; i++)
		if (m->report->columns[i].shown)
			s->heads[at++] =
				named(m->words, "column", report_column_word((enum report_column_id)i), "");
}

static void figures_row(struct making *m, struct sheet *s, enum figure figure)
{
	struct sheet_cell *cells = row_add(s);
	size_t at = 0;

	cells[at++] = text_cell(named(m->words, "figure", figure_id(figure), ""));
	for (int i = 0; i < (int)REPORT_COLUMN_COUNT; i++)
		if (m->report->columns[i].shown)
			cells[at++] = figure_cell(figure, m->report->columns[i].values[figure]);
}

static void figures_add(struct making *m)
{
	const char *section = "";
	struct sheet *s;
	size_t columns = 1;

	for (int i = 0; i < (int)REPORT_COLUMN_COUNT; i++)
		columns += m->report->columns[i].shown;
	s = sheet_add(m, "figures", columns, 2 * (size_t)FIGURE_COUNT);
	if (!s)
		return;
	figures_heads(m, s);
	for (const struct figure_shown *shown = figures_shown; shown->section; shown++) {
		if (strcmp(section, shown->section) != 0) {
			section = shown->section;
			row_add(s)[0] = (struct sheet_cell){
				.kind = SHEET_HEADING, .text = named(m->words, "section", section, "")};
		}
		figures_row(m, s, shown->figure);
	}
}

/* --- Breakdowns --- */

static const enum figure cell_figures[] = {FIGURE_contacts, FIGURE_citizens, FIGURE_questions,
	FIGURE_answered, FIGURE_unresolved, FIGURE_answered_share, FIGURE_asked_back, FIGURE_reply_median,
	FIGURE_reply_p95, FIGURE_ratings, FIGURE_helpful, FIGURE_helpful_share, FIGURE_handed,
	FIGURE_handed_open, FIGURE_waits, FIGURE_waits_told, FIGURE_cases_received, FIGURE_cases_on_time,
	FIGURE_cases_late, FIGURE_cases_open, FIGURE_content_new, FIGURE_content_amended,
	FIGURE_content_ended, FIGURE_content_expired};
#define CELL_FIGURES (sizeof cell_figures / sizeof *cell_figures)

static void cells_add(struct making *m, const char *id, const struct report_cells *cells)
{
	struct sheet *s = sheet_add(m, id, 1 + CELL_FIGURES, cells->count);

	if (!s)
		return;
	s->printed = 1 + PRINTED_FIGURES;
	s->chart = true;
	s->heads[0] = sentence(m->words, "head.name");
	for (size_t i = 0; i < CELL_FIGURES; i++)
		s->heads[1 + i] = named(m->words, "figure", figure_id(cell_figures[i]), "");
	for (size_t i = 0; i < cells->count; i++) {
		struct sheet_cell *row = row_add(s);

		row[0] = text_cell(cells->items[i].name);
		for (size_t j = 0; j < CELL_FIGURES; j++)
			row[1 + j] = figure_cell(cell_figures[j], cells->items[i].values[cell_figures[j]]);
	}
}

/* --- Tables --- */

static void table_add(struct making *m, enum report_top top)
{
	const struct report_table *table = &m->report->tops[top];
	bool states = top == REPORT_TOP_clusters;
	struct sheet *s = sheet_add(m, report_top_word(top), states ? 3 : 2, table->count);

	if (!s)
		return;
	s->chart = top == REPORT_TOP_hours || top == REPORT_TOP_facets || top == REPORT_TOP_reasons;
	s->heads[0] = sentence(m->words, "head.name");
	s->heads[1] = sentence(m->words, "head.count");
	if (states)
		s->heads[2] = sentence(m->words, "head.state");
	for (size_t i = 0; i < table->count; i++) {
		struct sheet_cell *row = row_add(s);

		row[0] = text_cell(table->items[i].name);
		row[1] = number_cell(table->items[i].count);
		if (states)
			row[2] = text_cell(table->items[i].state);
	}
}

static void definitions_add(struct making *m)
{
	struct sheet *s = sheet_add(m, "definitions", 3, (size_t)FIGURE_COUNT);

	if (!s)
		return;
	s->printed = 2;
	s->heads[0] = sentence(m->words, "head.figure");
	s->heads[1] = sentence(m->words, "head.about");
	s->heads[2] = sentence(m->words, "head.index");
	for (const struct figure_shown *shown = figures_shown; shown->section; shown++) {
		struct sheet_cell *row = row_add(s);
		const char *id = figure_id(shown->figure);

		row[0] = text_cell(named(m->words, "figure", id, ""));
		row[1] = text_cell(named(m->words, "figure", id, ".about"));
		row[2] = text_cell(named(m->words, "figure", id, ".index"));
	}
}

enum err sheets_make(const struct report *report, const struct sentences *words, struct arena *a,
	struct sheets *ret_sheets, struct why *why)
{
	struct making m = {.report = report, .words = words, .arena = a};

	m.sheets.items = arena_array(a, SHEETS_MAX, sizeof *m.sheets.items);
	m.failed = m.sheets.items == NULL;
	if (!m.failed)
		about_add(&m);
	figures_add(&m);
	cells_add(&m, "units", &report->units);
	cells_add(&m, "channels", &report->channels);
	cells_add(&m, "fields", &report->fields);
	for (int top = 0; top < (int)REPORT_TOP_COUNT; top++)
		table_add(&m, (enum report_top)top);
	definitions_add(&m);
	if (m.failed)
		return why_set(why, ERR_NOMEM, "could not make the report: out of memory");
	*ret_sheets = m.sheets;
	return OK;
}

/* --- Numbers as they are written here: 1.234,5 --- */

static const char *grouped(struct arena *a, double number)
{
	char digits[32], text[48];
	size_t at = 0, len = (size_t)snprintf(digits, sizeof digits, "%.0f", number);

	for (size_t i = 0; i < len && at + 2 < sizeof text; i++) {
		text[at++] = digits[i];
		if ((len - i - 1) % 3 == 0 && i + 1 < len && digits[i] != '-')
			text[at++] = '.';
	}
	return arena_copy(a, text, at);
}

/* One decimal behind a comma, none when it is 0. */
static const char *decimal(struct arena *a, double number, const char *unit)
{
	char text[48];
	char *point;

	snprintf(text, sizeof text, "%.1f", number);
	point = strchr(text, '.');
	if (point && point[1] == '0')
		*point = '\0';
	else if (point)
		*point = ',';
	return arena_printf(a, "%s%s", text, unit);
}

const char *sheet_cell_shown(const struct sheet_cell *cell, const struct sentences *words, struct arena *a)
{
	switch (cell->kind) {
	case SHEET_EMPTY: return sentence(words, "none");
	case SHEET_TEXT:
	case SHEET_HEADING: return cell->text;
	case SHEET_NUMBER: return grouped(a, cell->number);
	case SHEET_SHARE: return decimal(a, 100 * cell->number, "%");
	case SHEET_MS: break;
	}
	return decimal(a, cell->number / 1000, "");
}
