/* import_cell.c - what people and spreadsheet programs make of codes, days, amounts and time limits, put right where it can only
 * be meant one way. */
#include "knowledge/import_cell.h"

#include "knowledge/cells.h"
#include "knowledge/csv.h"
#include "knowledge/day.h"
#include "knowledge/encoding.h"
#include "knowledge/fold.h"

#include <math.h>
#include <string.h>

#define SERIAL_FIRST                                                                                         \
	18264 /* 1950-01-01 and 2199-12-31 as spreadsheets count days: a number between may be meant as one */
#define SERIAL_LAST 109574
#define SERIAL_1970 25569
#define CODE_DIGITS 7 /* "1001193": what a Vietnamese Excel makes of 1.001193 */
#define CODE_LENGTH 8 /* "1.001193" */
#define CODE_SHORTEST 5
#define KEY_MAX 128
#define VND_SURE 1000 /* a bare number below is no amount in đồng */
#define AMOUNT_DIGITS_MAX 12

/* "1.0001" and "1001193" → "1.000100" and "1.001193": codes that a spreadsheet took for numbers. National codes have six digits
 * behind the point. */
static const char *code_text(struct arena *a, const char *text)
{
	size_t len = strlen(text), digits = strspn(text, "0123456789");

	if (digits == CODE_DIGITS && digits == len && *text >= '1' && *text <= '3')
		return arena_printf(a, "%c.%s", *text, text + 1);
	if (digits == 1 && text[1] == '.' && len >= CODE_SHORTEST && len < CODE_LENGTH &&
		strspn(text + 2, "0123456789") == len - 2)
		return arena_printf(a, "%s%.*s", text, (int)(CODE_LENGTH - len), "000000");
	return text;
}

static bool is_bare_number(const char *text)
{
	return *text && text[strspn(text, "0123456789., ")] == '\0' && text[strcspn(text, "0123456789")];
}

/* "70.000", "70,000", "70 000", "70000" → 70000; -1 when it is no such number. */
static long long whole_number(const char *text)
{
	long long number = 0;
	size_t digits = 0, group = 3;

	for (; *text; text++) {
		if (*text >= '0' && *text <= '9') {
			number = number * 10 + (*text - '0');
			group++;
			if (++digits > AMOUNT_DIGITS_MAX)
				return -1;
		} else if (group < 3) {
			return -1;
		} else {
			group = 0;
		}
	}
	return group < 3 ? -1 : number;
}

static const char *dong_text(struct arena *a, long long amount)
{
	char room[32];
	char *at = room + sizeof room;
	int digits = 0;

	*--at = '\0';
	do {
		if (digits && digits % 3 == 0)
			*--at = '.';
		*--at = (char)('0' + amount % 10);
		digits++;
	} while ((amount /= 10));
	return arena_printf(a, "%s đồng", at);
}

/* "70000" in a column of fees → "70.000 đồng", when the header or its size says that it must be. */
static const char *fee_text(struct arena *a, const char *text, const char *unit)
{
	long long amount = whole_number(text);
	char key[KEY_MAX];

	fold_plain(unit, strlen(unit), key, sizeof key);
	if (amount <= 0)
		return text;
	if (strstr(key, "nghin") || strstr(key, "ngan") || strstr(key, "1000") || strstr(key, "1 000"))
		return dong_text(a, amount * 1000);
	return amount >= VND_SURE ? dong_text(a, amount) : text;
}

/* "5" in a column "Thời hạn (ngày làm việc)" → "5 ngày làm việc". */
static const char *time_text(struct arena *a, const char *text, const char *unit)
{
	static const char *const units[] = {"ngay", "gio", "thang", "tuan", "phut"};
	char key[KEY_MAX];

	fold_plain(unit, strlen(unit), key, sizeof key);
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (strstr(key, units[i]))
			return arena_printf(a, "%s %s", text, unit);
	return text;
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), n = strlen(end);

	return len >= n && strcmp(text + len - n, end) == 0;
}

static const char *with_unit(struct arena *a, enum column column, const char *text, const char *unit)
{
	const char *key = column_key(column);

	if (column_type(column) != CELL_WAY || !is_bare_number(text))
		return text;
	if (ends_with(key, ".fee"))
		return fee_text(a, text, unit);
	return ends_with(key, ".time_limit") ? time_text(a, text, unit) : text;
}

/* Days or hours, đồng or thousands of them? A fee of "0" stays what the portal has: unclear, and never shown. */
static bool lacks_unit(enum column column, const char *text)
{
	const char *key = column_key(column);

	if (column_type(column) != CELL_WAY || ends_with(key, ".note") || !is_bare_number(text))
		return false;
	return ends_with(key, ".time_limit") || whole_number(text) != 0;
}

static const char *number_text(struct arena *a, enum column column, const struct table_cell *cell)
{
	if (column_type(column) == CELL_CODE && cell->number != floor(cell->number) && cell->number < 10)
		return arena_printf(a, "%.6f", cell->number);
	if (column_type(column) == CELL_DAY && cell->number >= SERIAL_FIRST && cell->number <= SERIAL_LAST) {
		char day[11];

		day_text((int)cell->number - SERIAL_1970, day);
		return arena_string(a, day);
	}
	return cell->text;
}

enum err import_cell_text(struct arena *a, const struct column_match *match, const struct table_cell *cell,
	const char **ret_text, struct flaw *flaw)
{
	enum column column = match->column;
	const char *key = column_key(column), *text;
	enum err err;

	if (cell->kind == VALUE_ERROR)
		return flaw_set(flaw, key, "holds the error %.20s", cell->text);
	if (cell->kind == VALUE_LOST)
		return flaw_set(flaw, key,
			"is a formula without its result: open the file in a spreadsheet program and save "
			"it");
	text = cell->kind == VALUE_NUMBER ? number_text(a, column, cell) : csv_unguarded(cell->text);
	if (!text)
		return ERR_NOMEM;
	err = cell_tidy(a, column, text, &text);
	if (err != OK || !text) {
		*ret_text = NULL;
		return err;
	}
	if (encoding_is_tcvn3(text))
		return flaw_set(flaw, key,
			"is typed with a font of the old encoding TCVN3 (.VnTime): change it to Unicode");
	text = column_type(column) == CELL_CODE ? code_text(a, text)
						: with_unit(a, column, text, match->unit);
	if (!text)
		return ERR_NOMEM;
	if (lacks_unit(column, text))
		return flaw_set(
			flaw, key, "\"%.20s\" says no unit: write 5 ngày làm việc, 70.000 đồng", text);
	*ret_text = text;
	return OK;
}
