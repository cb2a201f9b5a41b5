/* report_keep.c - figures of periods that are over, counted while their rows are there. */
#include "daemon/report/report.h"

#include "knowledge/day.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

#define MONTHS_BACK 24

static const char *values_json(struct arena *a, const double values[FIGURE_COUNT])
{
	cJSON *json = cJSON_CreateObject();
	bool whole = json != NULL;
	char *printed;
	const char *text;

	for (int i = 0; whole && i < FIGURE_SHARES; i++) { /* shares follow from the others */
		cJSON *value = isnan(values[i]) ? cJSON_CreateNull() : cJSON_CreateNumber(values[i]);

		whole = value && cJSON_AddItemToObject(json, figure_id((enum figure)i), value);
		if (!whole)
			cJSON_Delete(value);
	}
	printed = whole ? cJSON_PrintUnformatted(json) : NULL;
	cJSON_Delete(json);
	text = printed ? arena_string(a, printed) : NULL;
	cJSON_free(printed);
	return text;
}

static const char *day_in(struct arena *a, int day)
{
	char text[11];

	day_text(day, text);
	return arena_string(a, text);
}

static enum err item_add(struct report_kept_batch *batch, struct arena *a, const char *unit,
	const char *channel, const double values[FIGURE_COUNT])
{
	struct report_kept *item = &batch->items[batch->count];

	*item = (struct report_kept){.from_day = day_in(a, batch->period.from),
		.to_day = day_in(a, batch->period.to),
		.unit = unit,
		.channel = channel,
		.figures = values_json(a, values),
		.made_ms = batch->now_ms};
	if (!item->from_day || !item->to_day || !item->figures)
		return ERR_NOMEM;
	batch->count++;
	return OK;
}

static bool is_there(const struct report_kept_batch *batch, const char *unit)
{
	for (size_t i = 0; i < batch->count; i++)
		if (!*batch->items[i].channel && strcmp(batch->items[i].unit, unit) == 0)
			return true;
	return false;
}

/* Of a province the communes' rows are its as well: a cell, which has its own alone, will not do. */
static enum err unit_add(const struct report_source *source, const struct report_request *request,
	struct report_kept_batch *batch, struct arena *a, const struct report_cell *cell, struct why *why)
{
	struct browse_unit_page page = {.unit = {.province = NULL}};
	bool known = source->browse && browse_unit(source->browse, a, cell->key, &page, NULL) == OK;
	const char *above = !known ? NULL : page.unit.province ? page.unit.province : cell->key;
	struct report_request of_unit = *request;
	double values[FIGURE_COUNT];
	enum err err = OK;

	if (above && !is_there(batch, above)) {
		of_unit.unit = above;
		err = report_values(source, &of_unit, &batch->period, a, values, why);
		if (!err)
			err = item_add(batch, a, above, "", values);
	}
	if (!err && !is_there(batch, cell->key))
		err = item_add(batch, a, cell->key, "", cell->values);
	return err;
}

enum err report_keep(
	const struct report_source *source, struct report_kept_batch *batch, struct arena *a, struct why *why)
{
	const struct report_request request = {
		.period = batch->period, .now_ms = batch->now_ms, .fresh = true, .few_too = true};
	struct report_cells units = {NULL, 0}, channels = {NULL, 0};
	double values[FIGURE_COUNT];
	enum err err = report_values(source, &request, &batch->period, a, values, why);

	if (!err)
		err = report_cells(source, &request, a, REPORT_BY_UNIT, &units, why);
	if (!err)
		err = report_cells(source, &request, a, REPORT_BY_CHANNEL, &channels, why);
	if (err)
		return err;
	batch->count = 0;
	batch->items = arena_array(a, 1 + 2 * units.count + channels.count, sizeof *batch->items);
	err = batch->items ? item_add(batch, a, "", "", values) : ERR_NOMEM;
	for (size_t i = 0; i < units.count && !err; i++)
		if (*units.items[i].key)
			err = unit_add(source, &request, batch, a, &units.items[i], why);
	for (size_t i = 0; i < channels.count && !err; i++)
		err = item_add(batch, a, "", channels.items[i].key, channels.items[i].values);
	return err ? why_set(why, err, "could not keep figures: %s", err_words(err)) : OK;
}

enum err report_keep_job(struct store_tx *tx, void *arg)
{
	const struct report_kept_batch *batch = arg;
	enum err err = OK;

	for (size_t i = 0; i < batch->count && !err; i++)
		err = store_report_keep(tx, &batch->items[i]);
	return err;
}

static bool is_kept(const struct report_source *source, struct arena *a, const struct period *p)
{
	struct report_kept key = {
		.from_day = day_in(a, p->from), .to_day = day_in(a, p->to), .unit = "", .channel = ""};

	return !key.from_day || !key.to_day ||
	       store_report_kept(source->reader, a, &key, &key) != ERR_NOT_FOUND;
}

/* Every kind that ends with that month, and what has accumulated by then. */
static bool next_ending(const struct report_source *source, const struct period *month, struct arena *a,
	struct period *ret_period)
{
	static const enum period_kind kinds[] = {
		PERIOD_MONTH, PERIOD_QUARTER, PERIOD_HALF, PERIOD_NINE, PERIOD_YEAR, PERIOD_CUMULATIVE};
	struct period p;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (kinds[i] == PERIOD_CUMULATIVE)
			period_cumulative(month, &p);
		else
			period_holding(month->to - 1, kinds[i], month->begins, &p);
		if (p.to != month->to || is_kept(source, a, &p))
			continue;
		*ret_period = p;
		return true;
	}
	return false;
}

bool report_keep_next(const struct report_source *source, int begins, int64_t now_ms, struct arena *a,
	struct period *ret_period)
{
	int day = period_day(now_ms) - REPORT_KEEP_DAYS;
	struct period month;

	for (int back = 0; back < MONTHS_BACK; back++) {
		period_holding(day, PERIOD_MONTH, begins, &month);
		day = month.from - 1;
		if (month.to <= period_day(now_ms) - REPORT_KEEP_DAYS &&
			next_ending(source, &month, a, ret_period))
			return true;
	}
	return false;
}
