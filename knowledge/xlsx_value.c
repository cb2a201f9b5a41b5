/* xlsx_value.c - what a cell's XML means. */
#include "knowledge/xlsx_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EPOCH_1900                                                                                           \
	(-25569) /* 1899-12-30 in days from 1970; right from 1900-03-01 on, where the wrong leap day is behind */
#define EPOCH_1904 (-24107)
#define LEAP_BUG 60      /* Lotus had a 29 February 1900 */
#define DAY_LAST 2958465 /* 9999-12-31 */
#define COLUMN_LETTERS 3
#define ROWS_EVER 1048576

bool xlsx_reference(const char *reference, uint32_t *ret_column, uint32_t *ret_row)
{
	uint32_t column = 0, row = 0;
	int letters = 0, digits = 0;

	for (; *reference >= 'A' && *reference <= 'Z' && letters < COLUMN_LETTERS; reference++, letters++)
		column = column * 26 + (uint32_t)(*reference - 'A') + 1;
	for (; *reference >= '0' && *reference <= '9' && digits < 7; reference++, digits++)
		row = row * 10 + (uint32_t)(*reference - '0');
	if (!letters || !digits || *reference || row == 0 || row > ROWS_EVER)
		return false;
	*ret_column = column - 1;
	*ret_row = row;
	return true;
}

/* Days from 1970-01-01 → "21/11/2026" (Howard Hinnant's civil_from_days). */
static void print_day(long days, char room[XLSX_ROOM])
{
	long z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	long of_era = z - era * 146097;
	long year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	long of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	long shifted = (5 * of_year + 2) / 153, day = of_year - (153 * shifted + 2) / 5 + 1;
	long month = shifted < 10 ? shifted + 3 : shifted - 9;

	snprintf(room, XLSX_ROOM, "%02ld/%02ld/%04ld", day, month, year_of_era + era * 400 + (month <= 2));
}

static bool show_day(const struct xlsx *x, double number, char room[XLSX_ROOM])
{
	long serial;

	if (!(number >= 1) || number > DAY_LAST)
		return false;
	serial = (long)floor(number);
	if (!x->epoch_1904 && serial < LEAP_BUG)
		serial++;
	print_day(serial + (x->epoch_1904 ? EPOCH_1904 : EPOCH_1900), room);
	return true;
}

static void number_value(
	const struct xlsx *x, const struct xlsx_raw *raw, char room[XLSX_ROOM], struct table_cell *cell)
{
	char *end;
	double number = strtod(raw->text, &end);

	*cell = (struct table_cell){VALUE_NUMBER, room, number};
	if (*end || !isfinite(number)) {
		*cell = (struct table_cell){VALUE_TEXT, raw->text, 0};
		return;
	}
	if (raw->style < x->style_count && x->is_day[raw->style] && show_day(x, number, room))
		cell->kind = VALUE_DAY;
	else
		snprintf(room, XLSX_ROOM, "%.15g", number);
}

static void shared_value(const struct xlsx *x, const struct xlsx_raw *raw, struct table_cell *cell)
{
	unsigned long at = strtoul(raw->text, NULL, 10);
	const char *text = at < x->string_count ? x->strings.ptr + x->string_at[at] : "";

	*cell = (struct table_cell){*text ? VALUE_TEXT : VALUE_NONE, text, 0};
}

/* "2026-07-01T00:00:00" of type "d" → "01/07/2026" */
static void iso_value(const struct xlsx_raw *raw, char room[XLSX_ROOM], struct table_cell *cell)
{
	int year, month, day;

	*cell = (struct table_cell){VALUE_TEXT, raw->text, 0};
	if (sscanf(raw->text, "%4d-%2d-%2d", &year, &month, &day) != 3)
		return;
	snprintf(room, XLSX_ROOM, "%02d/%02d/%04d", day, month, year);
	cell->text = room;
}

void xlsx_value(
	const struct xlsx *x, const struct xlsx_raw *raw, char room[XLSX_ROOM], struct table_cell *ret_cell)
{
	*ret_cell = (struct table_cell){VALUE_NONE, "", 0};
	if (!*raw->text) {
		if (raw->formula && strcmp(raw->type, "str") != 0)
			ret_cell->kind = VALUE_LOST;
	} else if (strcmp(raw->type, "s") == 0) {
		shared_value(x, raw, ret_cell);
	} else if (strcmp(raw->type, "e") == 0) {
		*ret_cell = (struct table_cell){VALUE_ERROR, raw->text, 0};
	} else if (strcmp(raw->type, "d") == 0) {
		iso_value(raw, room, ret_cell);
	} else if (strcmp(raw->type, "b") == 0) {
		*ret_cell = (struct table_cell){VALUE_TEXT, *raw->text == '1' ? "có" : "không", 0};
	} else if (strcmp(raw->type, "str") == 0 || strcmp(raw->type, "inlineStr") == 0) {
		*ret_cell = (struct table_cell){VALUE_TEXT, raw->text, 0};
	} else {
		number_value(x, raw, room, ret_cell);
	}
}
