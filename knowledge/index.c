#include "knowledge/index.h"

#include "daemon/base/buf.h"
#include "knowledge/own.h"
#include "knowledge/record.h"

#include <string.h>

#define TEXT_BYTES_MAX (4 * ROW_BYTES_MAX)
#define PROGRESS_EVERY 64

struct index_text {
	struct buf own, body;
	const char *name;
};

static void add_line(struct buf *b, const char *s)
{
	if (!s)
		return;
	buf_add_string(b, s);
	buf_add(b, "\n", 1);
}

/* What is searched of a version. Steps, addresses, fees and legal texts stay out: they name everything and
 * tell nothing. */
static void text_of(const struct record *r, const struct own *own, struct index_text *ret_text)
{
	buf_init(&ret_text->own, TEXT_BYTES_MAX);
	buf_init(&ret_text->body, TEXT_BYTES_MAX);
	ret_text->name = r->name;
	for (size_t i = 0; i < own->count; i++)
		add_line(&ret_text->own, own->items[i].text);
	add_line(&ret_text->body, r->field);
	add_line(&ret_text->body, r->agency);
	add_line(&ret_text->body, r->scope);
	add_line(&ret_text->body, r->text);
	add_line(&ret_text->body, r->conditions);
	add_line(&ret_text->body, r->result);
	for (size_t i = 0; i < r->document_count; i++)
		add_line(&ret_text->body, r->documents[i].name);
}

static void text_release(struct index_text *text)
{
	buf_release(&text->own);
	buf_release(&text->body);
}

/* Puts in or takes out the row of one version. */
static enum err row_run(struct kdb *k, struct arena *a, enum kdb_sql sql, int64_t version, const char *record,
	const char *body)
{
	struct index_text text;
	struct record parsed;
	struct own own;
	enum err err = record_parse(a, body, strlen(body), &parsed, NULL);

	if (err == OK)
		err = own_read(k, a, record, &own);
	if (err != OK)
		return err;
	text_of(&parsed, &own, &text);
	if (text.own.failed || text.body.failed)
		err = ERR_NOMEM;
	else
		err = kdb_run(k, sql, "isss", version, text.name, buf_text(&text.own), buf_text(&text.body));
	text_release(&text);
	return err;
}

enum err index_begin(struct kdb *k)
{
	enum err err = kdb_run(k, KDB_STALE_TABLE, "");

	return err == OK ? kdb_run(k, KDB_STALE_CLEAR, "") : err;
}

enum err index_put_later(struct kdb *k, int64_t version)
{
	return kdb_run(k, KDB_STALE_ADD, "i", version);
}

enum err index_leave_out(struct kdb *k, int64_t version)
{
	return kdb_run(k, KDB_STALE_DROP, "i", version);
}

enum err index_take_out(struct kdb *k, const char *record)
{
	sqlite3_stmt *stmt;
	struct arena arena;
	enum err err = OK;
	int64_t version;
	int rc;

	arena_init(&arena, ROW_ARENA_MAX);
	/* One at a time: what is out is stale, and the statement no longer finds it. */
	for (;;) {
		stmt = kdb_bind(k, KDB_INDEXED_OF, "s", record);
		rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
		if (rc != SQLITE_ROW) {
			err = stmt ? kdb_step_err(k, rc) : kdb_err(k);
			break;
		}
		version = sqlite3_column_int64(stmt, 0);
		err = row_run(k, &arena, KDB_INDEX_REMOVE, version, record,
			(const char *)sqlite3_column_text(stmt, 1));
		sqlite3_reset(stmt);
		if (err == OK)
			err = index_put_later(k, version);
		if (err != OK)
			break;
		arena_reset(&arena);
	}
	if (stmt)
		sqlite3_reset(stmt);
	arena_release(&arena);
	return err;
}

static enum err stale_count(struct kdb *k, size_t *ret_count)
{
	sqlite3_stmt *stmt = kdb_bind(k, KDB_STALE_COUNT, "");
	enum err err = OK;

	if (!stmt || sqlite3_step(stmt) != SQLITE_ROW)
		err = kdb_err(k);
	else
		*ret_count = (size_t)sqlite3_column_int64(stmt, 0);
	if (stmt)
		sqlite3_reset(stmt);
	return err;
}

enum err index_settle(struct kdb *k, void (*progress_cb)(void *arg, size_t done, size_t all), void *arg)
{
	size_t done = 0, all = 0;
	sqlite3_stmt *stmt;
	struct arena arena;
	enum err err = stale_count(k, &all);
	int rc = SQLITE_DONE;

	if (err != OK)
		return err;
	stmt = kdb_bind(k, KDB_STALE_ALL, "");
	if (!stmt)
		return kdb_err(k);
	arena_init(&arena, ROW_ARENA_MAX);
	while (err == OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		err = row_run(k, &arena, KDB_INDEX_PUT, sqlite3_column_int64(stmt, 0),
			(const char *)sqlite3_column_text(stmt, 1),
			(const char *)sqlite3_column_text(stmt, 2));
		arena_reset(&arena);
		if (progress_cb && ++done % PROGRESS_EVERY == 0)
			progress_cb(arg, done, all);
	}
	if (err == OK)
		err = kdb_step_err(k, rc);
	sqlite3_reset(stmt);
	arena_release(&arena);
	return err;
}
