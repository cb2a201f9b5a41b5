/* hours.c - holidays from their list, and what hours and holidays say of a moment. */
#include "knowledge/hours.h"

#include "daemon/base/clock.h"
#include "daemon/base/share.h"
#include "knowledge/day.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_NAME "knowledge/words/holidays.tsv"
#define FILE_MAX ((size_t)256 * 1024)
#define AHEAD_MAX 21 /* days looked ahead: longer than Tết with the weekends around it */
#define CELLS 5

struct holidays {
	struct arena arena;
	struct holiday *items;
	size_t count;
	char from[11], until[11]; /* surely known between them */
};

/* --- The list --------------------------------------------------------------------------------------------- */

/* day, kind, name, as, source: parted by tabs, the last ones may be missing. */
static enum err row_take(struct holidays *h, char *line, size_t number, struct why *why)
{
	static const char *const kinds[] = {"off", "work", "unsure"};
	char *cells[CELLS] = {line, NULL};
	struct holiday *one = &h->items[h->count];
	size_t kind = 0;

	for (size_t i = 1; i < CELLS && cells[i - 1]; i++)
		if ((cells[i] = strchr(cells[i - 1], '\t')))
			*cells[i]++ = '\0';
	if (!day_is(cells[0]) || !cells[1])
		return why_set(why, ERR_FORMAT, FILE_NAME ":%zu: no day like 2026-11-21 and kind", number);
	if (strcmp(cells[1], "from") == 0 || strcmp(cells[1], "until") == 0) {
		snprintf(cells[1][0] == 'f' ? h->from : h->until, sizeof h->from, "%s", cells[0]);
		return OK;
	}
	while (kind < 3 && strcmp(cells[1], kinds[kind]) != 0)
		kind++;
	if (kind == 3 || !cells[2] || (kind == HOLIDAY_WORK && !day_is(cells[3])))
		return why_set(why, ERR_FORMAT,
			FILE_NAME ":%zu: must be off, work (with its day) or unsure, and a name", number);
	if (h->count && strcmp(one[-1].day, cells[0]) >= 0)
		return why_set(why, ERR_FORMAT, FILE_NAME ":%zu: days must come in order", number);
	snprintf(one->day, sizeof one->day, "%s", cells[0]);
	snprintf(one->as, sizeof one->as, "%s", cells[3] && day_is(cells[3]) ? cells[3] : "");
	one->kind = (enum holiday_kind)kind;
	one->name = cells[2];
	one->source = cells[4] ? cells[4] : "";
	h->count++;
	return OK;
}

static enum err rows_take(struct holidays *h, char *text, struct why *why)
{
	size_t number = 0, room = 1;
	enum err err = OK;

	for (const char *c = text; *c; c++)
		room += *c == '\n';
	h->items = arena_array(&h->arena, room, sizeof *h->items);
	if (!h->items)
		return why_set(why, ERR_NOMEM, "could not load " FILE_NAME ": out of memory");
	while (*text && err == OK) {
		size_t len = strcspn(text, "\n");
		char *next = text + len + (text[len] == '\n');

		number++;
		text[len] = '\0';
		if (*text && *text != '#')
			err = row_take(h, text, number, why);
		text = next;
	}
	if (err == OK && (!*h->from || !*h->until))
		err = why_set(why, ERR_FORMAT, FILE_NAME ": says not from and until when it is complete");
	return err;
}

enum err holidays_load(struct holidays **ret_holidays, struct why *why)
{
	struct holidays *h = calloc(1, sizeof *h);
	struct bytes file = {0};
	const char *path = NULL;
	char *text;
	enum err err;

	if (!h)
		return why_set(why, ERR_NOMEM, "could not load " FILE_NAME ": out of memory");
	arena_init(&h->arena, FILE_MAX * 8);
	err = share_path(&h->arena, FILE_NAME, &path, why);
	if (err == OK)
		err = share_read_file(&h->arena, path, FILE_MAX, &file, why);
	if (err == OK) {
		text = arena_copy(&h->arena, file.ptr ? file.ptr : "", file.len);
		err = text ? rows_take(h, text, why)
			   : why_set(why, ERR_NOMEM, "could not load " FILE_NAME ": out of memory");
	}
	if (err != OK) {
		holidays_free(h);
		return err;
	}
	*ret_holidays = h;
	return OK;
}

void holidays_free(struct holidays *h)
{
	if (!h)
		return;
	arena_release(&h->arena);
	free(h);
}

const struct holiday *holidays_at(const struct holidays *h, size_t index)
{
	return index < h->count ? &h->items[index] : NULL;
}

const char *holidays_until(const struct holidays *h)
{
	return h->until;
}

static const struct holiday *holiday_on(const struct holidays *h, const char *day)
{
	for (size_t i = 0; i < h->count; i++)
		if (strcmp(h->items[i].day, day) == 0)
			return &h->items[i];
	return NULL;
}

/* --- A moment --------------------------------------------------------------------------------------------- */

struct opening { /* of one day */
	const struct hours_span *spans;
	size_t count;
	const char *holiday;
};

/* false: not surely known. */
static bool opening_on(
	const struct hours *hours, const struct holidays *h, int day, struct opening *ret_opening)
{
	struct opening o = {NULL, 0, NULL};
	char text[11];
	const struct holiday *holiday;

	day_text(day, text);
	if (strcmp(text, h->from) < 0 || strcmp(text, h->until) > 0)
		return false;
	holiday = holiday_on(h, text);
	if (holiday && holiday->kind == HOLIDAY_UNSURE)
		return false;
	if (holiday && holiday->kind == HOLIDAY_WORK)
		day = day_number(holiday->as);
	if (holiday && holiday->kind == HOLIDAY_OFF) {
		o.holiday = holiday->name;
	} else {
		o.spans = hours->spans[day_weekday(day)];
		o.count = hours->counts[day_weekday(day)];
	}
	*ret_opening = o;
	return true;
}

static void clock_text(int minutes, char ret_clock[6])
{
	snprintf(ret_clock, 6, "%d:%02d", minutes / 60 % 24, minutes % 60);
}

/* The next beginning after `minutes` of `today`; left open when a day on the way is not surely known. */
static void find_opening(const struct hours *hours, const struct holidays *h, int today, int minutes,
	struct hours_state *state)
{
	for (int ahead = 0; ahead <= AHEAD_MAX; ahead++) {
		struct opening o;

		if (!opening_on(hours, h, today + ahead, &o))
			return;
		for (size_t i = 0; i < o.count; i++) {
			if (ahead == 0 && o.spans[i].from <= minutes)
				continue;
			clock_text(o.spans[i].from, state->clock);
			day_text(today + ahead, state->day);
			state->days = ahead;
			return;
		}
	}
}

bool hours_now(
	const struct hours *hours, const struct holidays *h, int64_t now_ms, struct hours_state *ret_state)
{
	struct hours_state state = {.open = hours->always};
	struct opening o;
	char day[11];
	int today, minutes;

	clock_date(now_ms, day);
	today = day_number(day);
	minutes = (int)(((now_ms / 60000) + 7 * 60) % 1440); /* UTC+7 */
	if (hours->always) {
		*ret_state = state;
		return true;
	}
	if (!opening_on(hours, h, today, &o))
		return false;
	state.holiday = o.holiday;
	for (size_t i = 0; i < o.count && !state.open; i++) {
		state.open = o.spans[i].from <= minutes && minutes < o.spans[i].to;
		if (state.open)
			clock_text(o.spans[i].to, state.clock);
	}
	if (!state.open)
		find_opening(hours, h, today, minutes, &state);
	*ret_state = state;
	return true;
}

/* --- Working days ------------------------------------------------------------------------------------------- */

static bool is_worked(const struct holidays *h, int day)
{
	const struct holiday *holiday;
	char text[11];
	int weekday = day_weekday(day);

	day_text(day, text);
	holiday = holiday_on(h, text);
	return holiday ? holiday->kind == HOLIDAY_WORK : weekday != 0 && weekday != 6;
}

void working_days_after(const struct holidays *h, const char *day, unsigned count, char ret_day[11])
{
	int at = day_number(day);

	while (count)
		count -= is_worked(h, ++at);
	day_text(at, ret_day);
}

int working_days_between(const struct holidays *h, const char *from, const char *to)
{
	int first = day_number(from), last = day_number(to), sign = first <= last ? 1 : -1, count = 0;

	if (sign < 0) {
		int other = first;

		first = last;
		last = other;
	}
	while (first < last)
		count += is_worked(h, ++first);
	return sign * count;
}
