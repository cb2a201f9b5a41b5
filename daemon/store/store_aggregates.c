/* store_aggregates.c - two aggregates for SQL. people(hash): how many different eight-byte hashes; what is NULL or of another length
 * is nobody. quantile(number, percent): the number at that rank (nearest rank), NULL of none. Both hold their numbers in an array of
 * SQLite's memory: a year of 200,000 turns is 4 MB for the time of the statement. */
#include "daemon/store/store_internal.h"

#include <string.h>

struct pile { /* all zero to begin with */
	int64_t *items;
	size_t count, room; /* room of people(): a power of two, 0 in an empty place */
	bool zero;          /* of people(): the hash that is 0 was there */
	int percent;        /* of quantile() */
};

static struct pile *pile_of(sqlite3_context *context)
{
	return sqlite3_aggregate_context(context, sizeof(struct pile));
}

/* --- people(hash) --- */

static bool set_add(struct pile *p, int64_t hash)
{
	size_t place = (size_t)((uint64_t)hash * 0x9e3779b97f4a7c15u >> 20) & (p->room - 1);

	while (p->items[place] && p->items[place] != hash)
		place = (place + 1) & (p->room - 1);
	if (p->items[place])
		return false;
	p->items[place] = hash;
	return true;
}

static bool set_grow(struct pile *p)
{
	struct pile bigger = {.room = p->room ? 2 * p->room : 64};

	bigger.items = sqlite3_malloc64(bigger.room * sizeof *bigger.items);
	if (!bigger.items)
		return false;
	memset(bigger.items, 0, bigger.room * sizeof *bigger.items);
	for (size_t i = 0; i < p->room; i++)
		if (p->items[i])
			set_add(&bigger, p->items[i]);
	sqlite3_free(p->items);
	p->items = bigger.items;
	p->room = bigger.room;
	return true;
}

static void people_step(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct pile *p = pile_of(context);
	int64_t hash;

	(void)count;
	if (!p) {
		sqlite3_result_error_nomem(context);
		return;
	}
	if (sqlite3_value_bytes(values[0]) != sizeof hash)
		return;
	memcpy(&hash, sqlite3_value_blob(values[0]), sizeof hash);
	if (!hash)
		p->zero = true;
	else if (2 * p->count >= p->room && !set_grow(p))
		sqlite3_result_error_nomem(context);
	else
		p->count += set_add(p, hash);
}

static void people_final(sqlite3_context *context)
{
	struct pile *p = sqlite3_aggregate_context(context, 0);

	sqlite3_result_int64(context, p ? (int64_t)(p->count + p->zero) : 0);
	if (p)
		sqlite3_free(p->items);
}

/* --- quantile(number, percent) --- */

static void quantile_step(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct pile *p = pile_of(context);
	int64_t *items;

	(void)count;
	if (p && p->count == p->room) {
		p->room = p->room ? 2 * p->room : 64;
		items = sqlite3_realloc64(p->items, p->room * sizeof *items);
		if (!items)
			p->room /= 2;
		else
			p->items = items;
	}
	if (!p || p->count >= p->room) {
		sqlite3_result_error_nomem(context);
		return;
	}
	p->items[p->count++] = sqlite3_value_int64(values[0]);
	p->percent = sqlite3_value_int(values[1]);
}

/* The number at place `rank` if they were in order (Hoare's selection). */
static int64_t select_rank(int64_t *items, size_t count, size_t rank)
{
	size_t low = 0, high = count - 1;

	while (low < high) {
		int64_t pivot = items[low + (high - low) / 2];
		size_t i = low, j = high;

		for (;;) {
			while (items[i] < pivot)
				i++;
			while (items[j] > pivot)
				j--;
			if (i >= j)
				break;
			int64_t swapped = items[i];

			items[i++] = items[j];
			items[j--] = swapped;
		}
		if (rank <= j)
			high = j;
		else
			low = j + 1;
	}
	return items[low];
}

static void quantile_final(sqlite3_context *context)
{
	struct pile *p = sqlite3_aggregate_context(context, 0);
	size_t rank;

	if (!p || !p->count)
		return; /* NULL */
	rank = (p->count * (size_t)p->percent + 99) / 100;
	sqlite3_result_int64(context, select_rank(p->items, p->count, rank ? rank - 1 : 0));
	sqlite3_free(p->items);
}

int store_aggregates_add(sqlite3 *db)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
	int code = sqlite3_create_function_v2(
		db, "people", 1, flags, NULL, NULL, people_step, people_final, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_create_function_v2(
			db, "quantile", 2, flags, NULL, NULL, quantile_step, quantile_final, NULL);
	return code;
}
