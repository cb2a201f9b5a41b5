#include "knowledge/own.h"

#include "knowledge/index.h"

#include <string.h>

#define OWN_FIRST 16

static enum err grow(struct arena *a, struct own *own, size_t *room)
{
	size_t larger = *room ? *room * 2 : OWN_FIRST;
	struct own_text *items = arena_array(a, larger, sizeof *items);

	if (!items)
		return ERR_NOMEM;
	if (own->count)
		memcpy(items, own->items, own->count * sizeof *items);
	own->items = items;
	*room = larger;
	return OK;
}

static enum err keep(struct arena *a, struct own *own, size_t *room, sqlite3_stmt *stmt)
{
	struct own_text *one;
	enum err err = own->count < *room ? OK : grow(a, own, room);

	if (err != OK)
		return err;
	one = &own->items[own->count++];
	one->kind = arena_string(a, (const char *)sqlite3_column_text(stmt, 0));
	one->text = arena_string(a, (const char *)sqlite3_column_text(stmt, 1));
	return one->kind && one->text ? OK : ERR_NOMEM;
}

enum err own_read(struct kdb *k, struct arena *a, const char *record, struct own *ret_own)
{
	sqlite3_stmt *stmt = kdb_bind(k, KDB_OWN_OF, "s", record);
	struct own own = {0};
	size_t room = 0;
	enum err err = OK;
	int rc = SQLITE_DONE;

	if (!stmt)
		return kdb_err(k);
	while (err == OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
		err = keep(a, &own, &room, stmt);
	if (err == OK)
		err = kdb_step_err(k, rc);
	sqlite3_reset(stmt);
	if (err == OK)
		*ret_own = own;
	return err;
}

static bool holds(const struct own *own, const char *kind, const char *text)
{
	for (size_t i = 0; i < own->count; i++)
		if (strcmp(own->items[i].kind, kind) == 0 && strcmp(own->items[i].text, text) == 0)
			return true;
	return false;
}

static bool holds_all(const struct own *own, const char *kind, const char **texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!holds(own, kind, texts[i]))
			return false;
	return true;
}

static bool brings_nothing(const struct own *own, const struct import_row *row)
{
	return (!row->title || holds(own, "title", row->title)) &&
	       holds_all(own, "ask", row->asks, row->ask_count) &&
	       holds_all(own, "keyword", row->keywords, row->keyword_count);
}

static enum err add_one(struct kdb *k, const char *record, const char *kind, const char *text,
	const char *author, size_t *added)
{
	enum err err = kdb_run(k, KDB_OWN_ADD, "ssss", record, kind, text, author);

	if (err == OK)
		*added += (size_t)sqlite3_changes(k->db);
	return err;
}

enum err own_add(struct kdb *k, struct arena *a, const char *record, const struct import_row *row,
	const char *author, size_t *ret_added)
{
	struct own own;
	size_t added = 0;
	enum err err = own_read(k, a, record, &own);

	if (err == OK && brings_nothing(&own, row)) {
		*ret_added = 0;
		return OK;
	}
	if (err == OK)
		err = index_take_out(k, record);
	if (err == OK && row->title) {
		err = kdb_run(k, KDB_OWN_TITLES_TO_ASK, "ss", record, row->title);
		if (err == OK)
			err = add_one(k, record, "title", row->title, author, &added);
	}
	for (size_t i = 0; i < row->ask_count && err == OK; i++)
		err = add_one(k, record, "ask", row->asks[i], author, &added);
	for (size_t i = 0; i < row->keyword_count && err == OK; i++)
		err = add_one(k, record, "keyword", row->keywords[i], author, &added);
	if (err == OK)
		*ret_added = added;
	return err;
}
