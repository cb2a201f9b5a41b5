#include "knowledge/version.h"

#include "knowledge/index.h"

#include <sodium.h>
#include <string.h>

#define DAY_BYTES 11 /* "2026-11-21" */

struct in_force { /* what the new version meets */
	int64_t id;
	bool found, same, partial;
	char from[DAY_BYTES], to[DAY_BYTES]; /* "" for open */
	char change[16];
	char next[DAY_BYTES]; /* first day of the version planned after; "" when there is none */
};

static void copy(char *to, size_t size, sqlite3_stmt *stmt, int column)
{
	const char *text = (const char *)sqlite3_column_text(stmt, column);

	strncpy(to, text ? text : "", size - 1);
}

static enum err look(struct kdb *k, const struct import_row *row, const char *unit, const char *day,
	const unsigned char *hash, struct in_force *ret_now)
{
	struct in_force now = {0};
	const char *id = row->record.id;
	sqlite3_stmt *stmt = kdb_bind(k, KDB_VERSION_AT, "sssi", id, unit, day, (int64_t)row->partial);
	int rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
	enum err err = stmt ? kdb_step_err(k, rc) : kdb_err(k);

	if (rc == SQLITE_ROW) {
		now.found = true;
		now.id = sqlite3_column_int64(stmt, 0);
		copy(now.from, sizeof now.from, stmt, 1);
		copy(now.to, sizeof now.to, stmt, 2);
		copy(now.change, sizeof now.change, stmt, 3);
		now.same = sqlite3_column_bytes(stmt, 4) == crypto_hash_sha256_BYTES &&
			   memcmp(sqlite3_column_blob(stmt, 4), hash, crypto_hash_sha256_BYTES) == 0;
		now.partial = sqlite3_column_int(stmt, 5);
	}
	if (stmt)
		sqlite3_reset(stmt);
	if (err != OK)
		return err;
	stmt = kdb_bind(k, KDB_VERSION_AFTER, "sss", id, unit, day);
	rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
	err = stmt ? kdb_step_err(k, rc) : kdb_err(k);
	if (rc == SQLITE_ROW)
		copy(now.next, sizeof now.next, stmt, 0);
	if (stmt)
		sqlite3_reset(stmt);
	if (err == OK)
		*ret_now = now;
	return err;
}

/* The record's row; its kind never changes. */
static enum err record_add(struct kdb *k, const struct record *record, int64_t now_ms)
{
	const char *kind = record_kind_name(record->kind);
	enum err err = kdb_run(k, KDB_RECORD_ADD, "ssi", record->id, kind, now_ms);
	sqlite3_stmt *stmt;

	if (err != OK)
		return err;
	stmt = kdb_bind(k, KDB_RECORD_KIND, "s", record->id);
	if (!stmt || sqlite3_step(stmt) != SQLITE_ROW)
		err = kdb_err(k);
	else if (strcmp((const char *)sqlite3_column_text(stmt, 0), kind) != 0)
		err = ERR_EXISTS;
	if (stmt)
		sqlite3_reset(stmt);
	return err;
}

/* The version in force makes room on `day`. */
static enum err make_room(struct kdb *k, const char *record, const struct in_force *now, const char *day)
{
	enum err err;

	if (!now->found)
		return OK;
	if (strcmp(now->from, day) < 0)
		return kdb_run(k, KDB_VERSION_END, "is", now->id, day);
	err = index_take_out(k, record);
	if (err == OK)
		err = index_leave_out(k, now->id);
	if (err == OK)
		err = kdb_run(k, KDB_VERSION_WITHDRAW, "i", now->id);
	return err;
}

/* The earlier of two days, of which "" and NULL are never; NULL when both are. */
static const char *earlier(const char *a, const char *b)
{
	a = a && *a ? a : NULL;
	b = b && *b ? b : NULL;
	return !a || (b && strcmp(b, a) < 0) ? b : a;
}

static bool says_ended(const char *change)
{
	return strcmp(change, "abolished") == 0 || strcmp(change, "replaced") == 0;
}

static enum err add(struct kdb *k, const struct import_row *row, const struct version_origin *origin,
	const char *change, const char *from, const char *to, const unsigned char *hash)
{
	enum err err = kdb_run(k, KDB_VERSION_ADD, "sssssssssssisb", row->record.id, origin->unit, change,
		row->replaced_by, from, to, row->decision, row->decision_date, row->source, row->source_date,
		origin->author, origin->now_ms, row->body, hash, crypto_hash_sha256_BYTES);

	return err == OK ? index_put_later(k, sqlite3_last_insert_rowid(k->db)) : err;
}

/* An equal version: at most its last day is news. */
static enum err keep(
	struct kdb *k, const struct import_row *row, const struct in_force *now, enum version_done *ret_done)
{
	const char *to = earlier(row->valid_to, now->next);

	*ret_done = VERSION_UNCHANGED;
	if (!row->valid_to || strcmp(to, now->to) == 0)
		return OK;
	*ret_done = VERSION_ENDED;
	return kdb_run(k, KDB_VERSION_END, "is", now->id, to);
}

enum err version_put(struct kdb *k, const struct import_row *row, const struct version_origin *origin,
	enum version_done *ret_done)
{
	const char *from = row->valid_from ? row->valid_from : origin->today;
	const char *change = row->change;
	unsigned char hash[crypto_hash_sha256_BYTES];
	struct in_force now;
	enum err err = record_add(k, &row->record, origin->now_ms);

	crypto_hash_sha256(hash, (const unsigned char *)row->body, row->body_len);
	if (err == OK)
		err = look(k, row, origin->unit, from, hash, &now);
	if (err != OK)
		return err;
	if (now.found && row->partial && !now.partial) {
		*ret_done = VERSION_UNCHANGED;
		return OK;
	}
	if (now.same && (!change || strcmp(change, now.change) == 0))
		return keep(k, row, &now, ret_done);
	if (!change)
		change = now.found ? "amended" : "new";
	err = make_room(k, row->record.id, &now, from);
	if (err == OK)
		err = add(k, row, origin, change, from, earlier(row->valid_to, now.next), hash);
	if (err == OK)
		*ret_done = !now.found ? VERSION_ADDED : says_ended(change) ? VERSION_ENDED : VERSION_CHANGED;
	return err;
}
