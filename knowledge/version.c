#include "knowledge/version.h"

#include "knowledge/index.h"

#include <sodium.h>
#include <stdio.h>
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

enum err version_record(struct kdb *k, const struct record *record, int64_t now_ms)
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

/* "xã, tỉnh", cut where the room ends: there are four levels in all. */
static const char *levels_text(const struct record *r, char *room, size_t size)
{
	size_t len = 0;

	for (size_t i = 0; i < r->level_count && len < size; i++)
		len += (size_t)snprintf(room + len, size - len, "%s%s", i ? ", " : "", r->levels[i]);
	return r->level_count ? room : NULL;
}

enum err version_add(struct kdb *k, const struct version_new *n, int64_t *ret_id)
{
	const struct record *r = n->record;
	unsigned char hash[crypto_hash_sha256_BYTES];
	char levels[128];
	enum err err;

	crypto_hash_sha256(hash, (const unsigned char *)n->body, strlen(n->body));
	err = kdb_run(k, KDB_VERSION_ADD, "ssssssssssssisiissssbs", r->id, n->unit, n->state, n->change,
		n->replaced_by, n->valid_from, n->until, n->decision, n->decision_date, n->source,
		n->source_date, n->author, n->now_ms, n->note, n->base, (int64_t)n->inherits, r->code,
		n->inherits ? "" : r->name, r->field, levels_text(r, levels, sizeof levels), hash,
		crypto_hash_sha256_BYTES, n->body);
	if (err == OK)
		*ret_id = sqlite3_last_insert_rowid(k->db);
	return err;
}

enum err version_rewrite(struct kdb *k, int64_t id, const struct version_new *n)
{
	const struct record *r = n->record;
	unsigned char hash[crypto_hash_sha256_BYTES];
	char levels[128];

	crypto_hash_sha256(hash, (const unsigned char *)n->body, strlen(n->body));
	return kdb_run(k, KDB_EDIT_SAVE, "isssssssssiissssbss", id, n->change, n->replaced_by, n->valid_from,
		n->until, n->decision, n->decision_date, n->source, n->source_date, n->note, n->base,
		(int64_t)n->inherits, r->code, n->inherits ? "" : r->name, r->field,
		levels_text(r, levels, sizeof levels), hash, crypto_hash_sha256_BYTES, n->body, n->author);
}

enum err version_withdraw(struct kdb *k, const char *record, int64_t id, const char *note)
{
	enum err err = index_take_out(k, record);

	if (err == OK)
		err = index_leave_out(k, id);
	if (err == OK)
		err = kdb_run(k, KDB_VERSION_WITHDRAW, "is", id, note);
	return err;
}

/* The published version besides `id` that begins on `from`; 0: none. */
static enum err same_day(
	struct kdb *k, const char *record, const char *unit, const char *from, int64_t id, int64_t *ret_other)
{
	sqlite3_stmt *stmt = kdb_bind(k, KDB_VERSION_SAME_DAY, "sssi", record, unit, from, id);
	int rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
	enum err err = stmt ? kdb_step_err(k, rc) : kdb_err(k);

	if (err == OK)
		*ret_other = rc == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : 0;
	if (stmt)
		sqlite3_reset(stmt);
	return err;
}

enum err version_settle(struct kdb *k, const char *record, const char *unit, const char *from, int64_t id)
{
	int64_t other = 0;
	enum err err = id ? same_day(k, record, unit, from, id, &other) : OK;

	if (err == OK && other)
		err = version_withdraw(k, record, other, NULL);
	return err == OK ? kdb_run(k, KDB_VERSION_SETTLE, "ss", record, unit) : err;
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

static enum err publish(struct kdb *k, const struct import_row *row, const struct version_origin *origin,
	const char *change, const char *from)
{
	struct version_new n = {.unit = origin->unit,
		.state = "published",
		.change = change,
		.replaced_by = row->replaced_by,
		.valid_from = from,
		.until = row->valid_to,
		.decision = row->decision,
		.decision_date = row->decision_date,
		.source = row->source,
		.source_date = row->source_date,
		.author = origin->author,
		.now_ms = origin->now_ms,
		.body = row->body,
		.record = &row->record};
	int64_t id = 0;
	enum err err = version_add(k, &n, &id);

	if (err == OK)
		err = index_put_later(k, id);
	return err == OK ? version_settle(k, row->record.id, origin->unit, from, id) : err;
}

/* An equal version: at most its last day is news. */
static enum err keep(struct kdb *k, const struct import_row *row, const char *unit,
	const struct in_force *now, enum version_done *ret_done)
{
	const char *to = earlier(row->valid_to, now->next);
	enum err err;

	*ret_done = VERSION_UNCHANGED;
	if (!row->valid_to || strcmp(to, now->to) == 0)
		return OK;
	*ret_done = VERSION_ENDED;
	err = kdb_run(k, KDB_VERSION_UNTIL, "is", now->id, row->valid_to);
	return err == OK ? version_settle(k, row->record.id, unit, now->from, 0) : err;
}

enum err version_put(struct kdb *k, const struct import_row *row, const struct version_origin *origin,
	enum version_done *ret_done)
{
	const char *from = row->valid_from ? row->valid_from : origin->today;
	const char *change = row->change;
	unsigned char hash[crypto_hash_sha256_BYTES];
	struct in_force now;
	enum err err = version_record(k, &row->record, origin->now_ms);

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
		return keep(k, row, origin->unit, &now, ret_done);
	if (!change)
		change = now.found ? "amended" : "new";
	err = publish(k, row, origin, change, from);
	if (err == OK)
		*ret_done = !now.found ? VERSION_ADDED : says_ended(change) ? VERSION_ENDED : VERSION_CHANGED;
	return err;
}
