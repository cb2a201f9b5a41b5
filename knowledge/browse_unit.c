/* browse_unit.c - provinces and communes as a list, and one with what it was formed from. */
#include "knowledge/browse.h"

#include "knowledge/browse_internal.h"
#include "knowledge/fold.h"
#include "knowledge/scope.h"

#include <stdio.h>
#include <string.h>

#define WORDS_MAX 8
#define OLDS_MAX 64

struct query {
	const char *text;
	char words[WORDS_MAX][FOLD_MAX + 1]; /* " bien" */
	size_t count;
};

static void query_read(struct query *q, const char *text)
{
	struct fold f;
	struct fold_syllable s;

	q->text = text ? text : "";
	q->count = 0;
	fold_init(&f, q->text, strlen(q->text));
	while (q->count < WORDS_MAX && fold_next(&f, &s))
		snprintf(q->words[q->count++], sizeof q->words[0], " %s", s.plain);
}

/* Each word begins a word of `name`. */
static bool names(const struct query *q, const char *name)
{
	char key[1024] = "";
	struct fold f;
	struct fold_syllable s;
	size_t len = 0;

	fold_init(&f, name, strlen(name));
	while (fold_next(&f, &s) && len + s.plain_len + 2 < sizeof key)
		len += (size_t)snprintf(key + len, sizeof key - len, " %s", s.plain);
	for (size_t i = 0; i < q->count; i++)
		if (!strstr(key, q->words[i]))
			return false;
	return true;
}

static bool fits(const struct query *q, sqlite3_stmt *stmt)
{
	const char *olds = (const char *)sqlite3_column_text(stmt, 5);

	if (!q->count)
		return !*q->text;
	return strncmp((const char *)sqlite3_column_text(stmt, 0), q->text, strlen(q->text)) == 0 ||
	       names(q, (const char *)sqlite3_column_text(stmt, 1)) || (olds && names(q, olds));
}

/* "xã An Biên" → "Xã An Biên" */
static const char *titled(struct arena *a, const unsigned char *text)
{
	char *copy = arena_string(a, (const char *)text);

	if (!copy)
		return NULL;
	if (copy[0] >= 'a' && copy[0] <= 'z')
		copy[0] = (char)(copy[0] - 'a' + 'A');
	else if (strncmp(copy, "đ", 2) == 0)
		memcpy(copy, "Đ", 2);
	return copy;
}

static enum err unit_take(struct arena *a, sqlite3_stmt *stmt, struct browse_unit *u)
{
	bool commune = sqlite3_column_type(stmt, 2) != SQLITE_NULL;

	*u = (struct browse_unit){.code = arena_string(a, (const char *)sqlite3_column_text(stmt, 0)),
		.name = titled(a, sqlite3_column_text(stmt, 1)),
		.province = arena_string(a, (const char *)sqlite3_column_text(stmt, 2)),
		.province_name = titled(a, sqlite3_column_text(stmt, 3)),
		.old_count = (size_t)sqlite3_column_int64(stmt, 4)};
	return u->code && u->name && (!commune || (u->province && u->province_name)) ? OK : ERR_NOMEM;
}

enum err browse_units(struct browse *b, struct arena *a, const char *q, const char *province, size_t skip,
	size_t room, struct browse_units *ret_units, struct why *why)
{
	sqlite3_stmt *stmt = kdb_bind(b->kdb, KDB_BROWSE_UNITS, "ss", NULL, province);
	struct browse_units units = {.items = arena_array(a, room, sizeof *units.items)};
	enum err err = !stmt ? kdb_err(b->kdb) : room && !units.items ? ERR_NOMEM : OK;
	struct query query;
	int rc = SQLITE_DONE;

	query_read(&query, q);
	while (err == OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (!fits(&query, stmt) || units.total++ < skip || units.count == room)
			continue;
		err = unit_take(a, stmt, &units.items[units.count++]);
	}
	if (err == OK)
		err = kdb_step_err(b->kdb, rc);
	if (stmt)
		sqlite3_reset(stmt);
	if (err != OK)
		return kdb_why(b->kdb, err, "list the units of", why);
	*ret_units = units;
	return OK;
}

static enum err olds_take(struct browse *b, struct arena *a, const char *code, struct browse_unit_page *page)
{
	sqlite3_stmt *stmt = kdb_bind(b->kdb, KDB_BROWSE_UNIT_OLDS, "s", code);
	enum err err = stmt ? OK : kdb_err(b->kdb);
	int rc = SQLITE_DONE;

	page->olds = arena_array(a, OLDS_MAX, sizeof *page->olds);
	if (!page->olds)
		err = ERR_NOMEM;
	while (err == OK && page->old_count < OLDS_MAX && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		struct browse_old *old = &page->olds[page->old_count++];

		*old = (struct browse_old){arena_string(a, (const char *)sqlite3_column_text(stmt, 0)),
			arena_string(a, (const char *)sqlite3_column_text(stmt, 1)),
			arena_string(a, (const char *)sqlite3_column_text(stmt, 2)),
			sqlite3_column_int(stmt, 3) != 0};
		err = old->name ? OK : ERR_NOMEM;
	}
	if (err == OK)
		err = kdb_step_err(b->kdb, rc);
	if (stmt)
		sqlite3_reset(stmt);
	return err;
}

enum err browse_unit(struct browse *b, struct arena *a, const char *code, struct browse_unit_page *ret_page,
	struct why *why)
{
	sqlite3_stmt *stmt = kdb_bind(b->kdb, KDB_BROWSE_UNITS, "ss", code, NULL);
	int rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
	struct browse_unit_page page = {.olds = NULL};
	enum err err;

	if (rc == SQLITE_ROW)
		err = unit_take(a, stmt, &page.unit);
	else
		err = rc == SQLITE_DONE ? ERR_NOT_FOUND : kdb_err(b->kdb);
	if (stmt)
		sqlite3_reset(stmt);
	if (err == OK)
		err = olds_take(b, a, code, &page);
	if (err == ERR_NOT_FOUND)
		return why_set(why, err, "there is no unit \"%s\"", code);
	if (err != OK)
		return kdb_why(b->kdb, err, "read a unit of", why);
	*ret_page = page;
	return OK;
}

enum err browse_scope_unit(
	struct browse *b, const char *scope, const char *unit, bool *ret_has, struct why *why)
{
	enum err err = scope_has_unit(b->kdb, scope, unit, ret_has);

	return err == OK ? OK : kdb_why(b->kdb, err, "read", why);
}

enum err browse_scope_record(
	struct browse *b, const char *scope, const char *record, bool *ret_has, struct why *why)
{
	enum err err = scope_has_record(b->kdb, scope, record, ret_has);

	return err == OK ? OK : kdb_why(b->kdb, err, "read", why);
}
