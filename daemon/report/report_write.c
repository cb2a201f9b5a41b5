#include "daemon/report/report_write.h"

#include "knowledge/csv.h"
#include "knowledge/day.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
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

void report_csv_text(struct buf *out, const char *text)
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
		report_csv_text(out, cell->text);
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
		report_csv_text(out, s->title);
		buf_add_string(out, "\r\n");
		for (size_t c = 0; c < s->columns; c++) {
			buf_add_string(out, c ? "," : "");
			report_csv_text(out, s->heads[c]);
		}
		buf_add_string(out, "\r\n");
		for (size_t n = 0; n < s->rows * s->columns; n++) {
			csv_cell(out, &s->cells[n]);
			buf_add_string(out, (n + 1) % s->columns ? "," : "\r\n");
		}
	}
}

/* --- JSON --- */

struct json {
	const struct report *report;
	const struct sentences *words;
	bool failed; /* out of memory */
};

/* Takes the item. */
static cJSON *json_put(struct json *j, cJSON *object, const char *name, cJSON *item)
{
	bool put = object && item &&
		   (name ? cJSON_AddItemToObject(object, name, item) : cJSON_AddItemToArray(object, item));

	if (put)
		return item;
	cJSON_Delete(item);
	j->failed = true;
	return NULL;
}

static void json_value(struct json *j, cJSON *object, const char *name, double value)
{
	json_put(j, object, name, isnan(value) ? cJSON_CreateNull() : cJSON_CreateNumber(value));
}

static void json_text(struct json *j, cJSON *object, const char *name, const char *text)
{
	json_put(j, object, name, text ? cJSON_CreateString(text) : cJSON_CreateNull());
}

static void json_day(struct json *j, cJSON *object, const char *name, int day)
{
	char text[11];

	day_text(day, text);
	json_text(j, object, name, text);
}

static void json_period(struct json *j, cJSON *object, const char *name, const struct period *p)
{
	cJSON *json = json_put(j, object, name, cJSON_CreateObject());

	json_text(j, json, "word", p->word[0] ? p->word : NULL);
	json_day(j, json, "from", p->from);
	json_day(j, json, "last", p->to - 1);
}

static const char *json_words(struct json *j, const char *id, const char *what)
{
	char name[96];

	snprintf(name, sizeof name, "figure.%s%s", id, what);
	return sentence_known(j->words, name) ? sentence(j->words, name) : NULL;
}

static void json_figures(struct json *j, cJSON *json)
{
	static const char *const forms[] = {"number", "ms", "share"};
	cJSON *list = json_put(j, json, "figures", cJSON_CreateArray());

	for (const struct figure_shown *shown = figures_shown; shown->section; shown++) {
		cJSON *item = json_put(j, list, NULL, cJSON_CreateObject());
		const char *id = figure_id(shown->figure);

		json_text(j, item, "id", id);
		json_text(j, item, "section", shown->section);
		json_text(j, item, "form", forms[figure_form(shown->figure)]);
		json_text(j, item, "name", json_words(j, id, ""));
		json_text(j, item, "definition", json_words(j, id, ".about"));
		json_text(j, item, "index", json_words(j, id, ".index"));
		for (int c = 0; c < (int)REPORT_COLUMN_COUNT; c++) {
			const struct report_column *column = &j->report->columns[c];

			json_value(j, item, report_column_word((enum report_column_id)c),
				column->shown ? column->values[shown->figure] : NAN);
		}
	}
}

static void json_cells(struct json *j, cJSON *json, const char *name, const struct report_cells *cells)
{
	cJSON *list = json_put(j, json, name, cJSON_CreateArray());

	for (size_t i = 0; i < cells->count; i++) {
		cJSON *item = json_put(j, list, NULL, cJSON_CreateObject()), *values;

		json_text(j, item, "key", cells->items[i].key);
		json_text(j, item, "name", cells->items[i].name);
		json_put(j, item, "few", cJSON_CreateBool(cells->items[i].few));
		values = json_put(j, item, "values", cJSON_CreateObject());
		for (int f = 0; f < (int)FIGURE_COUNT; f++)
			json_value(j, values, figure_id((enum figure)f), cells->items[i].values[f]);
	}
}

static void json_table(struct json *j, cJSON *json, const char *name, const struct report_table *table)
{
	cJSON *list = json_put(j, json, name, cJSON_CreateArray());

	for (size_t i = 0; i < table->count; i++) {
		cJSON *item = json_put(j, list, NULL, cJSON_CreateObject());

		json_text(j, item, "key", table->items[i].key);
		json_text(j, item, "name", table->items[i].name);
		if (table->items[i].state)
			json_text(j, item, "state", table->items[i].state);
		json_value(j, item, "count", (double)table->items[i].count);
	}
}

static void json_head(struct json *j, cJSON *json)
{
	const struct report *r = j->report;
	cJSON *columns;

	json_text(j, json, "title", r->title);
	json_period(j, json, "period", &r->request.period);
	json_text(j, json, "unit", r->request.unit);
	json_text(j, json, "unit_name", r->unit_name ? r->unit_name : sentence(j->words, "all_units"));
	json_text(j, json, "channel", r->request.channel);
	json_value(j, json, "month_begins", r->request.period.begins);
	json_value(j, json, "made_ms", (double)r->request.now_ms);
	json_put(j, json, "running", cJSON_CreateBool(r->running));
	json_put(j, json, "few", cJSON_CreateBool(r->few));
	columns = json_put(j, json, "columns", cJSON_CreateObject());
	for (int c = 0; c < (int)REPORT_COLUMN_COUNT; c++)
		if (r->columns[c].shown)
			json_period(j, columns, report_column_word((enum report_column_id)c),
				&r->columns[c].period);
}

enum err report_write_json(const struct report *report, const struct sentences *words, struct buf *out)
{
	struct json j = {.report = report, .words = words};
	cJSON *json = cJSON_CreateObject(), *tables;
	char *printed;

	json_head(&j, json);
	json_figures(&j, json);
	json_cells(&j, json, "units", &report->units);
	json_cells(&j, json, "channels", &report->channels);
	json_cells(&j, json, "fields", &report->fields);
	tables = json_put(&j, json, "tables", cJSON_CreateObject());
	for (int top = 0; top < (int)REPORT_TOP_COUNT; top++)
		json_table(&j, tables, report_top_word((enum report_top)top), &report->tops[top]);
	printed = j.failed ? NULL : cJSON_PrintUnformatted(json);
	cJSON_Delete(json);
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
	err = format == REPORT_JSON ? OK : sheets_make(report, words, &a, &sheets, why);
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
