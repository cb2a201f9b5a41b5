#include "daemon/report/report_write.h"

#include "knowledge/csv.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WRITE_ARENA ((size_t)64 << 20)

static const struct {
	const char *word, *type;
} formats[] = {
#define FORMAT_ITEM(name, word, type) {word, type},
	REPORT_FORMATS(FORMAT_ITEM)};

bool report_format_from(const char *word, enum report_format *ret_format)
{
	for (int i = 0; word && i < (int)REPORT_FORMAT_COUNT; i++)
		if (strcmp(formats[i].word, word) == 0) {
			*ret_format = (enum report_format)i;
			return true;
		}
	return false;
}

const char *report_format_word(enum report_format format)
{
	return formats[format].word;
}

const char *report_format_type(enum report_format format)
{
	return formats[format].type;
}

/* --- CSV --- */

static void csv_text(struct buf *out, const char *text)
{
	buf_add_string(out, "\"");
	if (csv_needs_guard(text))
		buf_add_string(out, "'");
	for (; *text; text++)
		buf_printf(out, *text == '"' ? "\"\"" : "%c", *text);
	buf_add_string(out, "\"");
}

static void csv_cell(struct buf *out, const struct sheet_cell *cell)
{
	if (cell->kind == SHEET_TEXT || cell->kind == SHEET_HEADING)
		csv_text(out, cell->text);
	else if (cell->kind == SHEET_SHARE)
		buf_printf(out, "%.6g", cell->number);
	else if (cell->kind == SHEET_MS)
		buf_printf(out, "%.3f", cell->number / 1000);
	else if (cell->kind != SHEET_EMPTY)
		buf_printf(out, "%.0f", cell->number);
}

void report_write_csv(const struct sheets *sheets, struct buf *out)
{
	buf_add_string(out, "\xef\xbb\xbf");
	for (size_t i = 0; i < sheets->count; i++) {
		const struct sheet *s = &sheets->items[i];

		if (i)
			buf_add_string(out, "\r\n");
		csv_text(out, s->title);
		buf_add_string(out, "\r\n");
		for (size_t c = 0; c < s->columns; c++) {
			buf_add_string(out, c ? "," : "");
			csv_text(out, s->heads[c]);
		}
		buf_add_string(out, "\r\n");
		for (size_t n = 0; n < s->rows * s->columns; n++) {
			csv_cell(out, &s->cells[n]);
			buf_add_string(out, (n + 1) % s->columns ? "," : "\r\n");
		}
	}
}

/* --- JSON --- */

static void json_value(cJSON *object, const char *name, double value)
{
	cJSON_AddItemToObject(object, name, isnan(value) ? cJSON_CreateNull() : cJSON_CreateNumber(value));
}

static void json_text(cJSON *object, const char *name, const char *text)
{
	cJSON_AddItemToObject(object, name, text ? cJSON_CreateString(text) : cJSON_CreateNull());
}

static void json_period(cJSON *object, const char *name, const struct period *p, struct arena *a)
{
	cJSON *json = cJSON_AddObjectToObject(object, name);
	const char *from = report_day_shown(a, p->from), *last = report_day_shown(a, p->to - 1);

	json_text(json, "word", p->word[0] ? p->word : NULL);
	json_text(json, "from", from);
	json_text(json, "last", last);
}

static const char *words_of(const struct sentences *words, struct arena *a, const char *id, const char *what)
{
	const char *name = arena_printf(a, "figure.%s%s", id, what);

	return name && sentence_known(words, name) ? sentence(words, name) : NULL;
}

static void json_figures(
	cJSON *json, const struct report *report, const struct sentences *words, struct arena *a)
{
	static const char *const forms[] = {"number", "ms", "share"};
	cJSON *list = cJSON_AddArrayToObject(json, "figures");

	for (const struct figure_shown *shown = figures_shown; shown->section; shown++) {
		cJSON *item = cJSON_CreateObject();
		const char *id = figure_id(shown->figure);

		cJSON_AddItemToArray(list, item);
		json_text(item, "id", id);
		json_text(item, "section", shown->section);
		json_text(item, "form", forms[figure_form(shown->figure)]);
		json_text(item, "name", words_of(words, a, id, ""));
		json_text(item, "definition", words_of(words, a, id, ".about"));
		json_text(item, "index", words_of(words, a, id, ".index"));
		for (int c = 0; c < (int)REPORT_COLUMN_COUNT; c++)
			json_value(item, report_column_word((enum report_column_id)c),
				report->columns[c].shown ? report->columns[c].values[shown->figure] : NAN);
	}
}

static void json_cells(cJSON *json, const char *name, const struct report_cells *cells)
{
	cJSON *list = cJSON_AddArrayToObject(json, name);

	for (size_t i = 0; i < cells->count; i++) {
		cJSON *item = cJSON_CreateObject(), *values;

		cJSON_AddItemToArray(list, item);
		json_text(item, "key", cells->items[i].key);
		json_text(item, "name", cells->items[i].name);
		cJSON_AddBoolToObject(item, "few", cells->items[i].few);
		values = cJSON_AddObjectToObject(item, "values");
		for (int f = 0; f < (int)FIGURE_COUNT; f++)
			json_value(values, figure_id((enum figure)f), cells->items[i].values[f]);
	}
}

static void json_table(cJSON *json, const char *name, const struct report_table *table)
{
	cJSON *list = cJSON_AddArrayToObject(json, name);

	for (size_t i = 0; i < table->count; i++) {
		cJSON *item = cJSON_CreateObject();

		cJSON_AddItemToArray(list, item);
		json_text(item, "key", table->items[i].key);
		json_text(item, "name", table->items[i].name);
		if (table->items[i].state)
			json_text(item, "state", table->items[i].state);
		cJSON_AddNumberToObject(item, "count", (double)table->items[i].count);
	}
}

static void json_head(
	cJSON *json, const struct report *report, const struct sentences *words, struct arena *a)
{
	cJSON *periods;

	json_text(json, "title", report->title);
	json_period(json, "period", &report->request.period, a);
	json_text(json, "unit", report->request.unit);
	json_text(json, "unit_name", report->unit_name ? report->unit_name : sentence(words, "all_units"));
	json_text(json, "channel", report->request.channel);
	cJSON_AddNumberToObject(json, "month_begins", report->request.period.begins);
	cJSON_AddNumberToObject(json, "made_ms", (double)report->request.now_ms);
	cJSON_AddBoolToObject(json, "running", report->running);
	cJSON_AddBoolToObject(json, "few", report->few);
	periods = cJSON_AddObjectToObject(json, "columns");
	for (int c = 0; c < (int)REPORT_COLUMN_COUNT; c++)
		if (report->columns[c].shown)
			json_period(periods, report_column_word((enum report_column_id)c),
				&report->columns[c].period, a);
}

enum err report_write_json(const struct report *report, const struct sentences *words, struct buf *out)
{
	cJSON *json = cJSON_CreateObject(), *tables;
	struct arena a;
	char *printed;

	arena_init(&a, WRITE_ARENA);
	json_head(json, report, words, &a);
	json_figures(json, report, words, &a);
	json_cells(json, "units", &report->units);
	json_cells(json, "channels", &report->channels);
	json_cells(json, "fields", &report->fields);
	tables = cJSON_AddObjectToObject(json, "tables");
	for (int top = 0; top < (int)REPORT_TOP_COUNT; top++)
		json_table(tables, report_top_word((enum report_top)top), &report->tops[top]);
	printed = cJSON_PrintUnformatted(json);
	cJSON_Delete(json);
	arena_release(&a);
	if (!printed)
		return ERR_NOMEM;
	buf_add_string(out, printed);
	buf_add_string(out, "\n");
	cJSON_free(printed);
	return OK;
}

/* --- All --- */

enum err report_write(const struct report *report, enum report_format format, const struct sentences *words,
	const struct report_head *head, struct buf *out, struct why *why)
{
	struct sheets sheets;
	struct arena a;
	enum err err;

	arena_init(&a, WRITE_ARENA);
	err = sheets_make(report, words, &a, &sheets, why);
	if (!err && format == REPORT_XLSX)
		err = report_write_xlsx(&sheets, out, why);
	else if (!err && format == REPORT_CSV)
		report_write_csv(&sheets, out);
	else if (!err && format == REPORT_JSON)
		err = report_write_json(report, words, out);
	else if (!err)
		err = report_write_html(&sheets, report, words, head, &a, out);
	arena_release(&a);
	if (!err && out->failed)
		err = ERR_NOMEM;
	if (err && why && !why->text[0])
		why_set(why, err, "could not write the report: %s", err_words(err));
	return err;
}
