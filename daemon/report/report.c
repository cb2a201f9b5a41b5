/* report.c - figures of a period and of those it is compared with, and their breakdowns. */
#include "daemon/report/report.h"

#include "daemon/base/clock.h"
#include "knowledge/day.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COMMUNES_MAX 1000 /* of a province */

#define COLUMN_WORD(id) #id,
static const char *const column_words[] = {REPORT_COLUMNS(COLUMN_WORD)};
#define TOP_WORD(id) #id,
static const char *const top_words[] = {REPORT_TOPS(TOP_WORD)};

const char *report_column_word(enum report_column_id column)
{
	return column_words[column];
}

const char *report_top_word(enum report_top top)
{
	return top_words[top];
}

static enum err no_memory(struct why *why)
{
	return why_set(why, ERR_NOMEM, "could not make the report: out of memory");
}

static enum err store_failed(enum err err, struct why *why)
{
	return err ? why_set(why, err, "could not read state.db: %s", err_words(err)) : OK;
}

static bool list_text(cJSON *list, const char *text)
{
	cJSON *item = cJSON_CreateString(text);

	if (list && item && cJSON_AddItemToArray(list, item))
		return true;
	cJSON_Delete(item);
	return false;
}

/* --- Scopes --- */

/* The unit and, of a province, its communes, as a JSON array; *ret_json NULL: all. */
static enum err units_json(const struct report_source *source, const char *unit, struct arena *a,
	const char **ret_json, struct why *why)
{
	struct browse_units units = {0};
	cJSON *list;
	char *printed;
	bool whole;
	enum err err = OK;

	*ret_json = NULL;
	if (!unit)
		return OK;
	if (source->browse)
		err = browse_units(source->browse, a, NULL, unit, 0, COMMUNES_MAX, &units, why);
	if (err)
		return err;
	list = cJSON_CreateArray();
	whole = list_text(list, unit);
	for (size_t i = 0; whole && i < units.count; i++)
		whole = list_text(list, units.items[i].code);
	printed = whole ? cJSON_PrintUnformatted(list) : NULL;
	cJSON_Delete(list);
	*ret_json = printed ? arena_string(a, printed) : NULL;
	cJSON_free(printed);
	return *ret_json ? OK : no_memory(why);
}

static const char *day_in(struct arena *a, int day)
{
	char text[11];

	day_text(day, text);
	return arena_string(a, text);
}

enum err report_scope(const struct report_source *source, const struct report_request *request,
	const struct period *period, struct arena *a, struct report_scope *ret_scope, struct why *why)
{
	int today = period_day(request->now_ms);
	struct report_scope scope = {
		.from_ms = period_from_ms(period),
		.to_ms = period_to_ms(period),
		.as_of = day_in(a, period->to < today ? period->to : today),
		.channel = request->channel,
		.field = request->field,
	};
	enum err err = units_json(source, request->unit, a, &scope.units, why);

	if (!err && !scope.as_of)
		err = no_memory(why);
	if (!err)
		*ret_scope = scope;
	return err;
}

/* Versions that are planned have not changed anything yet. */
enum err report_change_scope(const struct report_scope *scope, const struct period *period, int64_t now_ms,
	struct arena *a, struct change_scope *ret_scope, struct why *why)
{
	int tomorrow = period_day(now_ms) + 1;

	*ret_scope = (struct change_scope){
		.from = day_in(a, period->from),
		.to = day_in(a, period->to < tomorrow ? period->to : tomorrow),
		.units = scope->units,
		.field = scope->field,
	};
	return ret_scope->from && ret_scope->to ? OK : no_memory(why);
}

/* --- Values --- */

static double number_of(int64_t value)
{
	return value == FIGURE_NONE ? NAN : (double)value;
}

static double share_of(double part, double whole)
{
	return whole > 0 ? part / whole : NAN;
}

#define SHARE_SET(id, part, whole)                                                                           \
	values[FIGURE_##id] = share_of(values[FIGURE_##part], values[FIGURE_##whole]);
static void shares_set(double values[FIGURE_COUNT])
{
	SHARE_FIGURES(SHARE_SET)
}

static void store_values_set(double values[FIGURE_COUNT], const struct report_counts *counts)
{
	for (int i = 0; i < (int)STORE_FIGURE_COUNT; i++)
		values[i] = counts ? number_of(counts->values[i]) : 0;
	if (!counts)
		values[FIGURE_reply_median] = values[FIGURE_reply_p95] = NAN;
}

static void change_values_set(double values[FIGURE_COUNT], const struct change_counts *counts)
{
	for (int i = 0; i < (int)CHANGE_FIGURE_COUNT; i++)
		values[(int)STORE_FIGURE_COUNT + i] = counts ? (double)counts->values[i] : 0;
}

enum err report_values(const struct report_source *source, const struct report_request *request,
	const struct period *period, struct arena *a, double values[FIGURE_COUNT], struct why *why)
{
	struct report_counts *counts = NULL;
	struct change_counts *changes = NULL;
	struct change_scope change_scope;
	struct report_scope scope;
	size_t count = 0, change_count = 0;
	enum err err = report_scope(source, request, period, a, &scope, why);

	if (!err)
		err = store_failed(store_report_counts(source->reader, a, &scope, REPORT_OF_ALL,
					   REPORT_BY_NOTHING, &counts, &count),
			why);
	if (!err && source->browse && !request->channel) {
		err = report_change_scope(&scope, period, request->now_ms, a, &change_scope, why);
		if (!err)
			err = change_counts(source->browse, a, &change_scope, CHANGE_BY_NOTHING, &changes,
				&change_count, why);
	}
	if (err)
		return err;
	store_values_set(values, count ? counts : NULL);
	change_values_set(values, change_count ? changes : NULL);
	shares_set(values);
	return OK;
}

/* --- Kept figures --- */

bool report_kept_read(const char *text, double values[FIGURE_COUNT])
{
	cJSON *json = cJSON_Parse(text);
	bool whole = json != NULL;

	for (int i = 0; i < FIGURE_SHARES && whole; i++) {
		const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, figure_id((enum figure)i));

		whole = item != NULL;
		values[i] = cJSON_IsNumber(item) ? item->valuedouble : NAN;
	}
	cJSON_Delete(json);
	shares_set(values);
	return whole;
}

static enum err column_from_kept(const struct report_source *source, const struct report_request *request,
	struct arena *a, struct report_column *column, struct why *why)
{
	struct report_kept key = {.from_day = day_in(a, column->period.from),
		.to_day = day_in(a, column->period.to),
		.unit = request->unit ? request->unit : "",
		.channel = request->channel ? request->channel : ""};
	enum err err;

	if (request->fresh || request->field || column->period.to > period_day(request->now_ms))
		return OK;
	if (!key.from_day || !key.to_day)
		return no_memory(why);
	err = store_report_kept(source->reader, a, &key, &key);
	if (err)
		return err == ERR_NOT_FOUND ? OK : store_failed(err, why);
	column->kept = report_kept_read(key.figures, column->values);
	if (column->kept)
		column->made_ms = key.made_ms;
	return OK;
}

/* --- Columns --- */

static void columns_set(const struct period *p, struct report_column columns[REPORT_COLUMN_COUNT])
{
	struct report_column *c = columns;

	memset(c, 0, REPORT_COLUMN_COUNT * sizeof *c);
	c[REPORT_COLUMN_value] = (struct report_column){.shown = true, .period = *p};
	c[REPORT_COLUMN_previous].shown = period_previous(p, &c[REPORT_COLUMN_previous].period);
	c[REPORT_COLUMN_last_year].shown = true;
	period_last_year(p, &c[REPORT_COLUMN_last_year].period);
	period_cumulative(p, &c[REPORT_COLUMN_cumulative].period);
	c[REPORT_COLUMN_cumulative].shown = c[REPORT_COLUMN_cumulative].period.from < p->from;
	period_last_year(&c[REPORT_COLUMN_cumulative].period, &c[REPORT_COLUMN_cumulative_last_year].period);
	c[REPORT_COLUMN_cumulative_last_year].shown = c[REPORT_COLUMN_cumulative].shown;
	if (p->kind == PERIOD_YEAR)
		c[REPORT_COLUMN_previous].shown = false; /* it is the same as last year */
}

enum err report_figures(const struct report_source *source, const struct report_request *request,
	struct arena *a, struct report_column columns[REPORT_COLUMN_COUNT], struct why *why)
{
	enum err err = OK;

	columns_set(&request->period, columns);
	for (int i = 0; i < REPORT_COLUMN_COUNT && !err; i++) {
		struct report_column *column = &columns[i];

		if (!column->shown)
			continue;
		column->made_ms = request->now_ms;
		err = column_from_kept(source, request, a, column, why);
		if (!err && !column->kept)
			err = report_values(source, request, &column->period, a, column->values, why);
	}
	return err;
}

/* --- Breakdowns --- */

static struct report_cell *cell_of(struct report_cells *cells, const char *key)
{
	for (size_t i = 0; i < cells->count; i++)
		if (strcmp(cells->items[i].key, key) == 0)
			return &cells->items[i];
	return NULL;
}

static const char *cell_name(
	const struct report_source *source, struct arena *a, enum report_by by, const char *key)
{
	if (by == REPORT_BY_UNIT && *key)
		return report_unit_name(source, a, key);
	if (by == REPORT_BY_CHANNEL)
		return report_word(source->words, a, "channel", key);
	return *key ? key : sentence(source->words, by == REPORT_BY_UNIT ? "no_unit" : "no_field");
}

static void cell_hide(struct report_cell *cell)
{
	for (int i = 0; i < FIGURE_COUNT; i++)
		if (i != FIGURE_contacts)
			cell->values[i] = NAN;
}

/* The cell of that key, made when it is new; NULL: out of memory. */
static struct report_cell *cell_make(const struct report_source *source, struct arena *a, enum report_by by,
	struct report_cells *cells, const char *key)
{
	struct report_cell *cell = cell_of(cells, key ? key : "");

	if (cell)
		return cell;
	cell = &cells->items[cells->count];
	cell->key = key ? key : "";
	cell->name = cell_name(source, a, by, cell->key);
	if (!cell->name)
		return NULL;
	cells->count++;
	store_values_set(cell->values, NULL);
	change_values_set(cell->values, NULL);
	cell->few = true;
	return cell;
}

static enum err changes_add(const struct report_source *source, const struct report_request *request,
	const struct report_scope *scope, struct arena *a, enum report_by by, struct report_cells *cells,
	struct why *why)
{
	struct change_counts *changes;
	struct change_scope change_scope;
	size_t count;
	enum err err = report_change_scope(scope, &request->period, request->now_ms, a, &change_scope, why);

	if (err)
		return err;
	err = change_counts(source->browse, a, &change_scope,
		by == REPORT_BY_UNIT ? CHANGE_BY_UNIT : CHANGE_BY_FIELD, &changes, &count, why);
	for (size_t i = 0; i < count && !err; i++) {
		struct report_cell *cell = cell_of(cells, changes[i].key ? changes[i].key : "");

		if (cell && *cell->key)
			change_values_set(cell->values, &changes[i]);
	}
	return err;
}

static int by_contacts(const void *left, const void *right)
{
	const struct report_cell *a = left, *b = right;

	if (a->values[FIGURE_contacts] != b->values[FIGURE_contacts])
		return a->values[FIGURE_contacts] < b->values[FIGURE_contacts] ? 1 : -1;
	return strcmp(a->key, b->key);
}

enum err report_cells(const struct report_source *source, const struct report_request *request,
	struct arena *a, enum report_by by, struct report_cells *ret_cells, struct why *why)
{
	struct report_cells cells = {NULL, 0};
	struct report_counts *counts;
	struct report_scope scope;
	size_t count = 0;
	enum err err = report_scope(source, request, &request->period, a, &scope, why);

	if (!err)
		err = store_failed(
			store_report_counts(source->reader, a, &scope, REPORT_OF_ALL, by, &counts, &count),
			why);
	cells.items = err ? NULL : arena_array(a, count + 1, sizeof *cells.items);
	if (!err && !cells.items)
		err = no_memory(why);
	for (size_t i = 0; i < count && !err; i++) {
		struct report_cell *cell = cell_make(source, a, by, &cells, counts[i].key);

		if (!cell)
			return no_memory(why);
		cell->few = counts[i].people < REPORT_FEW;
		store_values_set(cell->values, &counts[i]);
	}
	if (!err && source->browse && !request->channel && (by == REPORT_BY_UNIT || by == REPORT_BY_FIELD))
		err = changes_add(source, request, &scope, a, by, &cells, why);
	if (err)
		return err;
	for (size_t i = 0; i < cells.count; i++) {
		shares_set(cells.items[i].values);
		if (cells.items[i].few && !request->few_too)
			cell_hide(&cells.items[i]);
	}
	qsort(cells.items, cells.count, sizeof *cells.items, by_contacts);
	*ret_cells = cells;
	return OK;
}

/* --- Tables --- */

/* NULL: out of memory, or the knowledge cannot be read. */
static const char *record_name(const struct report_source *source, struct arena *a, const char *record)
{
	const char *name = NULL, *field;

	if (source->browse && change_name(source->browse, a, record, &name, &field, NULL) != OK)
		return NULL;
	return name ? name : record;
}

static const char *row_name(const struct report_source *source, struct arena *a, enum report_top top,
	const struct report_top_row *row)
{
	switch (top) {
	case REPORT_TOP_records:
	case REPORT_TOP_nearest:
	case REPORT_TOP_disliked: return record_name(source, a, row->key);
	case REPORT_TOP_hours: return arena_printf(a, "%s:00–%s:59", row->key, row->key);
	case REPORT_TOP_question_fields: return *row->key ? row->key : sentence(source->words, "no_field");
	case REPORT_TOP_question_units:
		return *row->key ? report_unit_name(source, a, row->key) : sentence(source->words, "no_unit");
	case REPORT_TOP_clusters: return row->label ? row->label : row->key;
	default: return report_word(source->words, a, top_words[top], row->key);
	}
}

enum err report_table(const struct report_source *source, const struct report_request *request,
	struct arena *a, enum report_top top, size_t max, struct report_table *ret_table, struct why *why)
{
	struct report_table table = {NULL, 0};
	struct report_top_row *rows;
	struct report_scope scope;
	enum err err = report_scope(source, request, &request->period, a, &scope, why);

	if (!err)
		err = store_failed(
			store_report_top(source->reader, a, &scope, top, max, &rows, &table.count), why);
	table.items = err ? NULL : arena_array(a, table.count + 1, sizeof *table.items);
	if (err || !table.items)
		return err ? err : no_memory(why);
	for (size_t i = 0; i < table.count; i++) {
		struct report_table_row *row = &table.items[i];

		*row = (struct report_table_row){.key = rows[i].key ? rows[i].key : "",
			.name = row_name(source, a, top, &rows[i]),
			.count = rows[i].count};
		if (rows[i].word)
			row->state = report_word(source->words, a, "cluster", rows[i].word);
		if (!row->name || (rows[i].word && !row->state))
			return no_memory(why);
	}
	*ret_table = table;
	return OK;
}

/* --- The whole --- */

static enum err broken_down(
	const struct report_source *source, struct arena *a, struct report *report, struct why *why)
{
	const struct report_request *request = &report->request;
	enum err err = report_cells(source, request, a, REPORT_BY_UNIT, &report->units, why);

	if (!err)
		err = report_cells(source, request, a, REPORT_BY_CHANNEL, &report->channels, why);
	if (!err)
		err = report_cells(source, request, a, REPORT_BY_FIELD, &report->fields, why);
	for (int top = 0; top < (int)REPORT_TOP_COUNT && !err; top++)
		err = report_table(source, request, a, (enum report_top)top,
			top == REPORT_TOP_hours ? 24 : REPORT_TOP_ROWS, &report->tops[top], why);
	return err;
}

/* Citizens of old turns are forgotten: then there are contacts of nobody. */
bool report_few(const double values[FIGURE_COUNT])
{
	return values[FIGURE_contacts] < REPORT_FEW ||
	       (values[FIGURE_citizens] > 0 && values[FIGURE_citizens] < REPORT_FEW);
}

enum err report_make(const struct report_source *source, const struct report_request *request,
	struct arena *a, struct report **ret_report, struct why *why)
{
	struct report *report = arena_alloc(a, sizeof *report);
	enum err err;

	if (!report)
		return no_memory(why);
	report->request = *request;
	report->running = request->period.to > period_day(request->now_ms);
	report->title = report_period_title(source->words, a, &request->period);
	report->unit_name = request->unit ? report_unit_name(source, a, request->unit) : NULL;
	if (!report->title || (request->unit && !report->unit_name))
		return no_memory(why);
	err = report_figures(source, request, a, report->columns, why);
	if (!err)
		report->few = report_few(report->columns[REPORT_COLUMN_value].values);
	if (!err && !request->only_figures && !report->few)
		err = broken_down(source, a, report, why);
	if (!err)
		*ret_report = report;
	return err;
}
