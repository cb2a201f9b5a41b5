#include "daemon/report/open_data.h"

#include "daemon/report/report_write.h"
#include "knowledge/day.h"

#include <math.h>
#include <string.h>

#define UNITS_MAX 8192

struct rows {
	struct unit_row {
		const char *code, *name, *province; /* province NULL: it is one, or nobody knows it */
		double values[FIGURE_COUNT];
		bool left_out;
	} * items; /* the first is the whole */
	size_t count;
};

static bool few(double value)
{
	return value > 0 && value < REPORT_FEW;
}

/* Numbers of people and of what they did; shares and times follow from them and are not told of few. */
static bool is_count(enum figure figure)
{
	return figure_form(figure) == FIGURE_NUMBER;
}

/* What is told of a row: nothing of few people; else each count to the nearest multiple, so that no sum or difference of what is
 * told leads to a small number. */
static void row_blur(struct unit_row *row)
{
	bool whole = few(row->values[FIGURE_citizens]) || few(row->values[FIGURE_contacts]);

	for (int i = 0; i < (int)FIGURE_COUNT; i++)
		row->values[i] = whole || !is_count((enum figure)i)
					 ? NAN
					 : OPEN_DATA_STEP * floor(row->values[i] / OPEN_DATA_STEP + 0.5);
}

/* A province whose communes are in the list is told of by them. */
static void provinces_leave(struct rows *rows)
{
	for (size_t i = 1; i < rows->count; i++)
		for (size_t j = 1; j < rows->count; j++)
			if (rows->items[j].province &&
				strcmp(rows->items[j].province, rows->items[i].code) == 0)
				rows->items[i].left_out = true;
}

static enum err row_read(const struct report_source *source, const struct report_kept *kept, struct arena *a,
	struct unit_row *ret_row)
{
	struct browse_unit_page page = {.unit = {.province = NULL}};
	enum err err = *kept->unit && source->browse ? browse_unit(source->browse, a, kept->unit, &page, NULL)
						     : ERR_NOT_FOUND;

	if (err && err != ERR_NOT_FOUND)
		return err;
	*ret_row = (struct unit_row){.code = kept->unit,
		.name = err              ? kept->unit
			: page.unit.name ? page.unit.name
					 : kept->unit,
		.province = err ? NULL : page.unit.province};
	if (!*kept->unit)
		ret_row->name = sentence(source->words, "all_units");
	return report_kept_read(kept->figures, ret_row->values) ? OK : ERR_NOT_FOUND;
}

static enum err rows_read(const struct report_source *source, const struct period *period, struct arena *a,
	struct rows *ret_rows)
{
	struct report_kept *kept;
	char from[11], to[11];
	size_t count;
	enum err err;

	day_text(period->from, from);
	day_text(period->to, to);
	err = store_report_kept_units(source->reader, a, from, to, UNITS_MAX, &kept, &count);
	if (!err && (!count || *kept[0].unit))
		err = ERR_NOT_FOUND;
	if (err)
		return err;
	ret_rows->items = arena_array(a, count, sizeof *ret_rows->items);
	ret_rows->count = count;
	err = ret_rows->items ? OK : ERR_NOMEM;
	for (size_t i = 0; i < count && !err; i++)
		err = row_read(source, &kept[i], a, &ret_rows->items[i]);
	return err;
}

static void row_put(struct buf *out, const struct report_source *source, const struct period *period,
	const struct unit_row *row, struct arena *a)
{
	for (const struct figure_shown *shown = figures_shown; shown->section; shown++) {
		if (!is_count(shown->figure))
			continue;
		buf_printf(out, "%s,", period->word);
		report_csv_text(out, row->code);
		buf_add_string(out, ",");
		report_csv_text(out, row->name);
		buf_add_string(out, ",");
		buf_printf(out, "%s,", figure_id(shown->figure));
		report_csv_text(out, report_word(source->words, a, "figure", figure_id(shown->figure)));
		buf_add_string(out, ",");
		if (!isnan(row->values[shown->figure]))
			buf_printf(out, "%.0f", row->values[shown->figure]);
		buf_add_string(out, "\r\n");
	}
}

enum err open_data_write(
	const struct report_source *source, const struct period *period, struct arena *a, struct buf *out)
{
	struct rows rows = {NULL, 0};
	enum err err = period->kind == PERIOD_MONTH ? rows_read(source, period, a, &rows) : ERR_NOT_FOUND;

	if (err)
		return err;
	provinces_leave(&rows);
	for (size_t i = 0; i < rows.count; i++)
		row_blur(&rows.items[i]);
	buf_add_string(out, "\xef\xbb\xbfperiod,unit,unit_name,figure,figure_name,value\r\n");
	for (size_t i = 0; i < rows.count; i++)
		if (!rows.items[i].left_out)
			row_put(out, source, period, &rows.items[i], a);
	return out->failed ? ERR_NOMEM : OK;
}
