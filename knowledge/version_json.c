#include "knowledge/version_json.h"

#include "daemon/base/buf.h"
#include "knowledge/lineage.h"
#include "knowledge/own.h"

#include <string.h>

#define JSON_BYTES_MAX (4 * ROW_BYTES_MAX)

static void add_string(struct buf *b, const char *s)
{
	buf_add(b, "\"", 1);
	while (*s) {
		size_t plain = 0;

		while (s[plain] && s[plain] != '"' && s[plain] != '\\' && (unsigned char)s[plain] >= 0x20)
			plain++;
		buf_add(b, s, plain);
		s += plain;
		if (*s)
			buf_printf(b, (unsigned char)*s < 0x20 ? "\\u%04x" : "\\%c", *s);
		s += *s != '\0';
	}
	buf_add(b, "\"", 1);
}

static void add_name(struct buf *b, const char *name)
{
	if (b->len && b->ptr[b->len - 1] != '{')
		buf_add(b, ",", 1);
	buf_printf(b, "\"%s\":", name);
}

static void add_text(struct buf *b, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	add_name(b, name);
	add_string(b, text);
}

static void add_column(struct buf *b, const char *name, sqlite3_stmt *stmt, int column)
{
	add_text(b, name, (const char *)sqlite3_column_text(stmt, column));
}

static void add_texts(struct buf *b, const char *name, const struct own *own, const char *kind)
{
	const char *before = "[";

	for (size_t i = 0; i < own->count; i++) {
		if (strcmp(own->items[i].kind, kind) != 0)
			continue;
		if (*before == '[')
			add_name(b, name);
		buf_add_string(b, before);
		add_string(b, own->items[i].text);
		before = ",";
	}
	if (*before == ',')
		buf_add(b, "]", 1);
}

static void add_own(struct buf *b, const char *title, bool keywords, const struct own *own)
{
	for (size_t i = 0; i < own->count; i++)
		if (strcmp(own->items[i].kind, "title") == 0)
			add_text(b, title, own->items[i].text);
	add_texts(b, "ask", own, "ask");
	if (keywords)
		add_texts(b, "keywords", own, "keyword");
}

/* Hands the text over to `a`. */
static enum err finish(struct buf *b, struct arena *a, const char **ret_json)
{
	const char *json = NULL;

	buf_add(b, "}", 1);
	if (!b->failed)
		json = arena_copy(a, b->ptr, b->len);
	buf_release(b);
	if (!json)
		return ERR_NOMEM;
	*ret_json = json;
	return OK;
}

/* The whole of what a unit has, of which its own version says only a part. */
static enum err merged_body(
	struct kdb *k, struct arena *a, sqlite3_stmt *stmt, const char *day, const char **ret_body)
{
	const char *record = (const char *)sqlite3_column_text(stmt, 0);
	const char *unit = (const char *)sqlite3_column_text(stmt, 1);
	struct lineage l;
	cJSON *object = NULL;
	char *json;
	enum err err = lineage_read(k, a, record, unit, day, true, &l);

	if (err == OK)
		err = lineage_merge(&l, &object);
	if (err != OK)
		return err;
	json = cJSON_PrintUnformatted(object);
	*ret_body = arena_string(a, json);
	cJSON_free(json);
	cJSON_Delete(object);
	return *ret_body ? OK : ERR_NOMEM;
}

static enum err print_row(
	struct kdb *k, struct arena *a, sqlite3_stmt *stmt, const char *day, const char **ret_json)
{
	const char *record = (const char *)sqlite3_column_text(stmt, 0);
	const char *change = (const char *)sqlite3_column_text(stmt, 2);
	const char *body = (const char *)sqlite3_column_text(stmt, 9);
	bool inherits = sqlite3_column_int(stmt, 11) != 0;
	struct own own;
	struct buf b;
	enum err err = own_read(k, a, record, &own);

	if (err == OK && inherits)
		err = merged_body(k, a, stmt, day, &body);
	if (err != OK)
		return err;
	buf_init(&b, JSON_BYTES_MAX);
	buf_add(&b, body, strlen(body) - 1); /* without its closing brace */
	add_column(&b, "unit", stmt, 1);
	if (inherits)
		buf_add_string(&b, ",\"inherits\":true");
	if (strcmp(change, "new") != 0)
		add_text(&b, "change", change);
	add_column(&b, "replaced_by", stmt, 3);
	add_column(&b, "valid_from", stmt, 4);
	add_column(&b, "valid_to", stmt, 5);
	add_column(&b, "decision_date", stmt, 6);
	add_column(&b, "source", stmt, 7);
	add_column(&b, "source_date", stmt, 8);
	add_own(&b, "everyday", sqlite3_column_int(stmt, 10) != 0, &own);
	return finish(&b, a, ret_json);
}

enum err version_json(struct kdb *k, struct arena *a, int64_t version, const char *day, const char **ret_json)
{
	sqlite3_stmt *stmt = kdb_bind(k, KDB_VERSION_ROW, "i", version);
	int rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
	enum err err;

	if (rc == SQLITE_ROW)
		err = print_row(k, a, stmt, day, ret_json);
	else
		err = rc == SQLITE_DONE ? ERR_NOT_FOUND : kdb_err(k);
	if (stmt)
		sqlite3_reset(stmt);
	return err;
}

enum err own_json(struct kdb *k, struct arena *a, const char *record, const char **ret_json)
{
	struct own own;
	struct buf b;
	enum err err = own_read(k, a, record, &own);

	if (err != OK)
		return err;
	buf_init(&b, JSON_BYTES_MAX);
	buf_add_string(&b, "{\"codes\":[");
	add_string(&b, record);
	buf_add(&b, "]", 1);
	add_own(&b, "title", true, &own);
	return finish(&b, a, ret_json);
}
