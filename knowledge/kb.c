/* kb.c - one read-only connection and the catalog made from it. Before each search the connection's data_version says
 * whether somebody else committed; then the catalog is made anew, and the old one serves on when that fails. */
#include "knowledge/kb_internal.h"
#include "knowledge/kdb.h"
#include "knowledge/tokenizer.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of the account's unit ?3, its province ?4 ('' when there is none) and the nation. */
#define NEAREST_FIRST " ORDER BY unit = ?3 DESC, unit = ?4 DESC, valid_from DESC"

/* What unit.c reads of today's unit `u` and its province `p`; then of the name asked for. */
#define UNIT_COLUMNS                                                                                         \
	"SELECT u.code, u.type || ' ' || u.name, ifnull(u.province, u.code), p.type || ' ' || p.name,"       \
	" (SELECT group_concat(value, ', ') FROM json_each(ifnull(p.formed_from, u.formed_from)))"
#define UNIT_FACTS                                                                                           \
	"'code', u.code, 'name', u.name, 'type', u.type, 'province', p.name, 'formed_from',"                 \
	" json(ifnull(p.formed_from, u.formed_from))"
#define UNIT_ITSELF                                                                                          \
	UNIT_COLUMNS ", NULL, NULL, 0, 0, NULL, u.type, u.name, json_object(" UNIT_FACTS ")"                 \
		     " FROM unit u LEFT JOIN unit p ON p.code = u.province"

static const char *const sql[KB_STATEMENTS] = {
	[KB_BEGIN] = "BEGIN",
	[KB_END] = "COMMIT",
	[KB_DATA_VERSION] = "PRAGMA data_version",
	[KB_DOCUMENTS] =
		"SELECT v.id, v.record, r.kind, v.unit, v.valid_from, v.valid_to, v.change, v.name, v.field,"
		" v.levels, v.code FROM version v INDEXED BY version_list JOIN record r ON r.id = v.record"
		" WHERE v.state = 'published' AND v.inherits = 0 ORDER BY v.id",
	[KB_OWN] =
		"SELECT kind, text FROM own WHERE record = ?1 ORDER BY kind DESC, text", /* the title first */
	[KB_GET] = "SELECT id, inherits, change FROM version INDEXED BY version_list WHERE record = ?1"
		   " AND state = 'published' AND unit IN ('', ?3, ?4) AND valid_from <= ?2"
		   " AND (valid_to IS NULL OR valid_to > ?2)" NEAREST_FIRST,
	[KB_GET_LAST] = "SELECT id, inherits, change FROM version INDEXED BY version_list WHERE record = ?1"
			" AND state = 'published' AND unit IN ('', ?3, ?4) AND valid_from <= ?2"
			" AND inherits = 0" NEAREST_FIRST,
	[KB_GET_VERSION] = "SELECT body, valid_from, valid_to, change, replaced_by, decision, decision_date,"
			   " source, source_date FROM version WHERE id = ?1",
	[KB_BODY] = "SELECT rowid FROM search WHERE search MATCH ?1 LIMIT 400",
	[KB_UNIT_PARENT] = "SELECT province FROM unit WHERE code = ?1",
	[KB_UNIT_KINDS] = "SELECT EXISTS (SELECT 1 FROM unit_old WHERE key = ?1 AND type IS NOT 'tỉnh')"
			  " OR EXISTS (SELECT 1 FROM unit WHERE key = ?1 AND province IS NOT NULL),"
			  " EXISTS (SELECT 1 FROM unit_old WHERE key = ?1 AND type IS 'tỉnh')"
			  " OR EXISTS (SELECT 1 FROM unit WHERE key = ?1 AND province IS NULL)",
	[KB_UNIT_BY_OLD] = UNIT_COLUMNS
	", iif(instr(o.old, ' ('), substr(o.old, 1, instr(o.old, ' (') - 1), o.old), o.district, o.partial,"
	" o.unchanged, o.note, o.type, o.name, json_object('old', o.old, 'district', o.district, 'note', "
	"o.note,"
	" " UNIT_FACTS
	") FROM unit_old o JOIN unit u ON u.code = o.unit LEFT JOIN unit p ON p.code = u.province"
	" WHERE o.key = ?1 AND (o.type IS 'tỉnh') = ?2 ORDER BY 3, o.old, o.partial, u.code",
	[KB_UNIT_BY_NAME] = UNIT_ITSELF " WHERE u.key = ?1 AND (u.province IS NULL) = ?2 ORDER BY 3, u.code",
	[KB_UNIT_BY_CODE] = UNIT_ITSELF " WHERE u.code = ?1",
};

static enum err db_why(sqlite3 *db, const char *what, const char *path, struct why *why)
{
	return why_set(why, ERR_STORE, "could not %s \"%s\": %s", what, path,
		db ? sqlite3_errmsg(db) : "out of memory");
}

static enum err prepare(struct kb *kb, const char *path, struct why *why)
{
	for (size_t i = 0; i < KB_STATEMENTS; i++)
		if (sqlite3_prepare_v3(kb->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &kb->statements[i],
			    NULL) != SQLITE_OK)
			return db_why(kb->db, "read", path, why);
	return OK;
}

/* A failure is no harm: each statement is a transaction of its own then. */
void kb_begin(struct kb *kb)
{
	if (kb->shared)
		kb_refresh(kb);
	kb->in_turn = true;
	sqlite3_step(kb->statements[KB_BEGIN]);
	sqlite3_reset(kb->statements[KB_BEGIN]);
}

void kb_end(struct kb *kb)
{
	kb->in_turn = false;
	sqlite3_step(kb->statements[KB_END]);
	sqlite3_reset(kb->statements[KB_END]);
}

const char *kb_column(sqlite3_stmt *s, int i)
{
	return (const char *)sqlite3_column_text(s, i);
}

enum err kb_whose(struct kb *kb, const char *unit, struct whose *ret_whose)
{
	struct whose whose = {.unit = unit ? unit : ""};
	sqlite3_stmt *s = kb->statements[KB_UNIT_PARENT];
	int rc = SQLITE_DONE;

	if (*whose.unit) {
		sqlite3_bind_text(s, 1, unit, -1, SQLITE_STATIC);
		rc = sqlite3_step(s);
	}
	if (rc == SQLITE_ROW) {
		const char *province = kb_column(s, 0);

		snprintf(whose.province, sizeof whose.province, "%s", province ? province : "");
		whose.level = province ? LEVEL_COMMUNE : LEVEL_PROVINCE;
	}
	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return ERR_STORE;
	*ret_whose = whose;
	return OK;
}

uint32_t kb_day(const char *text, uint32_t otherwise)
{
	uint32_t n = 0;

	if (!text || strlen(text) < 10)
		return otherwise;
	for (size_t i = 0; i < 10; i++)
		if (text[i] >= '0' && text[i] <= '9')
			n = n * 10 + (uint32_t)(text[i] - '0');
	return n;
}

static enum err add_own(struct kb *kb, struct catalog *c, const char *id)
{
	sqlite3_stmt *s = kb->statements[KB_OWN];
	enum err err = OK;

	sqlite3_bind_text(s, 1, id, -1, SQLITE_STATIC);
	while (err == OK && sqlite3_step(s) == SQLITE_ROW) {
		const char *kind = kb_column(s, 0);
		enum text_kind text_kind = kind[0] == 't'   ? TEXT_EVERYDAY
					   : kind[0] == 'a' ? TEXT_ASK
							    : TEXT_KEYWORD;

		if (text_kind == TEXT_ASK && kb->parts &&
			kb_asks_part(kb_column(s, 1), kb->parts) == kb->left_out)
			continue;
		if (text_kind == TEXT_EVERYDAY)
			err = catalog_retitle(c, kb_column(s, 1));
		if (err == OK)
			err = catalog_add_text(c, text_kind, kb_column(s, 1));
	}
	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	return err;
}

static enum err add_document(struct kb *kb, struct catalog *c, sqlite3_stmt *s)
{
	const char *levels = kb_column(s, 9), *change = kb_column(s, 6);
	enum record_kind kind = KIND_PROCEDURE;
	struct doc_facts facts = {.version = sqlite3_column_int64(s, 0),
		.id = kb_column(s, 1),
		.unit = kb_column(s, 3),
		.valid_from = kb_day(kb_column(s, 4), 0),
		.valid_to = kb_day(kb_column(s, 5), UINT32_MAX),
		.name = kb_column(s, 7),
		.field = kb_column(s, 8),
		.code = kb_column(s, 10)};
	enum err err;

	record_kind_from(kb_column(s, 2), &kind);
	facts.kind = (uint8_t)kind;
	facts.ended = strcmp(change, "abolished") == 0 || strcmp(change, "replaced") == 0;
	if (levels)
		facts.levels = (uint8_t)((strstr(levels, "xã") ? LEVEL_COMMUNE : 0) |
					 (strstr(levels, "tỉnh") ? LEVEL_PROVINCE : 0) |
					 (strstr(levels, "bộ") ? LEVEL_MINISTRY : 0));
	err = catalog_add(c, &facts);
	return err == OK ? add_own(kb, c, facts.id) : err;
}

static enum err catalog_read(struct kb *kb, struct catalog *c)
{
	sqlite3_stmt *s = kb->statements[KB_DOCUMENTS];
	enum err err = OK;
	int rc;

	while ((rc = sqlite3_step(s)) == SQLITE_ROW && err == OK)
		err = add_document(kb, c, s);
	sqlite3_reset(s);
	if (err == OK && rc != SQLITE_DONE)
		err = ERR_STORE;
	return err == OK ? catalog_finish(c) : err;
}

enum err kb_data_version(struct kb *kb, int64_t *ret_version)
{
	sqlite3_stmt *s = kb->statements[KB_DATA_VERSION];
	enum err err = ERR_STORE;

	if (sqlite3_step(s) == SQLITE_ROW) {
		/* data_version counts the commits of others, total_changes() what this connection writes itself. */
		*ret_version = sqlite3_column_int64(s, 0) + ((int64_t)sqlite3_total_changes(kb->db) << 32);
		err = OK;
	}
	sqlite3_reset(s);
	return err;
}

enum err kb_shelf_make(struct kb *kb, struct shelf **ret_shelf)
{
	struct shelf *shelf = calloc(1, sizeof *shelf);
	enum err err;

	if (!shelf)
		return ERR_NOMEM;
	shelf->users = 1;
	catalog_init(&shelf->catalog, words_lexicon(kb->words));
	err = catalog_read(kb, &shelf->catalog);
	if (err != OK) {
		kb_shelf_leave(shelf);
		return err;
	}
	*ret_shelf = shelf;
	return OK;
}

void kb_shelf_leave(struct shelf *shelf)
{
	if (!shelf || atomic_fetch_sub(&shelf->users, 1) > 1)
		return;
	catalog_release(&shelf->catalog);
	free(shelf);
}

enum err kb_shelf_take(struct kb *kb, struct shelf *shelf)
{
	struct ranker ranker = {0};
	enum err err = ranker_init(&ranker, &shelf->catalog);

	if (err != OK)
		return err;
	ranker_release(&kb->ranker);
	kb_shelf_leave(kb->shelf);
	kb->shelf = shelf;
	kb->ranker = ranker;
	kb->ranker.use = &kb->use;
	return OK;
}

void kb_shelf_forget(struct kb *kb)
{
	ranker_release(&kb->ranker);
	kb_shelf_leave(kb->shelf);
	kb->shelf = NULL;
}

static enum err take_own(struct kb *kb, int64_t version)
{
	struct shelf *shelf = NULL;
	enum err err = kb_shelf_make(kb, &shelf);

	if (err == OK)
		err = kb_shelf_take(kb, shelf);
	if (err == OK)
		kb->data_version = version;
	else
		kb_shelf_leave(shelf);
	return err;
}

/* The old one serves on when there is no memory to search the new one. */
static enum err take_shared(struct kb *kb, int64_t version)
{
	bool changed = version != kb->data_version;
	struct shelf *shelf;
	enum err err;

	if (!changed && !kb_shared_has_newer(kb->shared, kb->shelf))
		return OK;
	kb->data_version = version;
	shelf = kb_shared_shelf(kb->shared, changed);
	if (shelf == kb->shelf) {
		kb_shelf_leave(shelf);
		return OK;
	}
	err = kb_shelf_take(kb, shelf);
	if (err != OK)
		kb_shelf_leave(shelf);
	return kb->shelf ? OK : err;
}

enum err kb_refresh(struct kb *kb)
{
	int64_t version;
	enum err err;

	if (kb->shared && kb->in_turn)
		return OK; /* never newer than the state of the database that the turn reads */
	err = kb_data_version(kb, &version);
	if (err != OK)
		return err;
	if (kb->shared)
		return take_shared(kb, version);
	return version == kb->data_version ? OK : take_own(kb, version);
}

enum err kb_used(struct kb *kb, const struct kb_use *items, size_t count)
{
	struct use use;
	enum err err = use_make(items, count, &use);

	if (err != OK)
		return err;
	use_release(&kb->use);
	kb->use = use;
	return OK;
}

unsigned kb_asks_part(const char *ask, unsigned parts)
{
	return (unsigned)(numbers_key(ask, strlen(ask)) >> 20) % parts;
}

enum err kb_leave_out(struct kb *kb, unsigned part, unsigned parts)
{
	kb->left_out = part;
	kb->parts = parts;
	kb->data_version = -1;
	return kb_refresh(kb);
}

static enum err connect(struct kb *kb, const char *path, struct why *why)
{
	enum err err = kdb_update(path, why);

	if (err != OK)
		return err;
	if (sqlite3_open_v2(path, &kb->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
		sqlite3_busy_timeout(kb->db, 2000) != SQLITE_OK)
		return db_why(kb->db, "open index", path, why);
	return OK;
}

enum err kb_open_on(const char *path, sqlite3 *db, const struct words *words, struct kb_shared *shared,
	struct kb **ret_kb, struct why *why)
{
	struct kb *kb = calloc(1, sizeof *kb);
	enum err err;

	if (!kb)
		return why_set(why, ERR_NOMEM, "could not open index \"%s\": out of memory", path);
	kb->words = words;
	kb->data_version = -1;
	kb->db = db;
	kb->borrowed = db != NULL;
	kb->shared = shared;
	kb_kept_init(&kb->kept);
	err = rank_weights_load(&kb->weights, why);
	if (err == OK)
		err = holidays_load(&kb->holidays, why);
	if (err == OK && !db)
		err = connect(kb, path, why);
	if (err == OK && tokenizer_register(kb->db, words) != OK)
		err = db_why(kb->db, "open index", path, why);
	if (err == OK)
		err = prepare(kb, path, why);
	if (err == OK && (err = kb_refresh(kb)) != OK)
		db_why(kb->db, "read index", path, why);
	if (err != OK) {
		kb_close(kb);
		return err;
	}
	*ret_kb = kb;
	return OK;
}

enum err kb_open(const char *path, const struct words *words, struct kb **ret_kb, struct why *why)
{
	return kb_open_on(path, NULL, words, NULL, ret_kb, why);
}

enum err kb_attach(struct kdb *k, const struct words *words, struct kb **ret_kb, struct why *why)
{
	return kb_open_on("knowledge in hand", k->db, words, NULL, ret_kb, why);
}

const struct holidays *kb_holidays(const struct kb *kb)
{
	return kb->holidays;
}

void kb_close(struct kb *kb)
{
	if (!kb)
		return;
	for (size_t i = 0; i < KB_STATEMENTS; i++)
		sqlite3_finalize(kb->statements[i]);
	if (!kb->borrowed)
		sqlite3_close(kb->db);
	ranker_release(&kb->ranker);
	kb_shelf_leave(kb->shelf);
	kb_kept_release(&kb->kept);
	use_release(&kb->use);
	holidays_free(kb->holidays);
	free(kb);
}
