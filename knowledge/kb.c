/* kb.c - one read-only connection and the catalog made from it. Before each call the connection's
 * data_version says whether somebody else committed; then the catalog is made anew, and the old one serves on
 * when that fails.
 *
 * A search: the question's terms → candidates out of the catalog → what rare words say of their bodies (FTS5)
 * → features → order → one answer for each name. It fails when memory runs out or the database cannot be
 * read. */
#include "knowledge/kb.h"

#include "daemon/base/clock.h"
#include "knowledge/kb_measure.h"
#include "knowledge/query.h"
#include "knowledge/tokenizer.h"

#include <cjson/cJSON.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum statement { DATA_VERSION, DOCUMENTS, OWN, GET, GET_LAST, GET_JSON, BODY, STATEMENTS };

static const char *const sql[STATEMENTS] = {
	[DATA_VERSION] = "PRAGMA data_version",
	[DOCUMENTS] =
		"SELECT v.id, v.record, r.kind, v.unit, v.valid_from, v.valid_to, v.change,"
		" coalesce(json_extract(v.body, '$.name'), json_extract(v.body, '$.question'), v.record),"
		" json_extract(v.body, '$.field'), json_extract(v.body, '$.level'),"
		" json_extract(v.body, '$.code')"
		" FROM version v JOIN record r ON r.id = v.record WHERE v.state = 'published' ORDER BY v.id",
	[OWN] = "SELECT kind, text FROM own WHERE record = ?1 ORDER BY kind DESC, text", /* the title first */
	[GET] = "SELECT id, body, valid_from, valid_to, change, replaced_by, decision, decision_date, source,"
		" source_date FROM version WHERE record = ?1 AND state = 'published' AND unit = ''"
		" AND valid_from <= ?2 AND (valid_to IS NULL OR valid_to > ?2) ORDER BY valid_from DESC "
		"LIMIT 1",
	[GET_LAST] =
		"SELECT id, body, valid_from, valid_to, change, replaced_by, decision, decision_date, source,"
		" source_date FROM version WHERE record = ?1 AND state = 'published' AND unit = ''"
		" AND valid_from <= ?2 ORDER BY valid_from DESC LIMIT 1",
	[BODY] = "SELECT rowid FROM search WHERE search MATCH ?1 LIMIT 400",
	[GET_JSON] = "SELECT body, record FROM version WHERE id = ?1",
};

struct kb {
	sqlite3 *db;
	sqlite3_stmt *statements[STATEMENTS];
	const struct words *words;
	struct rank_weights weights;
	struct catalog catalog;
	struct ranker ranker;
	int64_t data_version; /* of the database when the catalog was made */
};

static enum err db_why(sqlite3 *db, const char *what, const char *path, struct why *why)
{
	return why_set(why, ERR_STORE, "could not %s \"%s\": %s", what, path,
		db ? sqlite3_errmsg(db) : "out of memory");
}

static enum err prepare(struct kb *kb, const char *path, struct why *why)
{
	for (size_t i = 0; i < STATEMENTS; i++)
		if (sqlite3_prepare_v3(kb->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &kb->statements[i],
			    NULL) != SQLITE_OK)
			return db_why(kb->db, "read", path, why);
	return OK;
}

static const char *column(sqlite3_stmt *s, int i)
{
	return (const char *)sqlite3_column_text(s, i);
}

/* "2026-11-21" → 20261121; `otherwise` for NULL and anything shorter. */
static uint32_t day(const char *text, uint32_t otherwise)
{
	uint32_t n = 0;

	if (!text || strlen(text) < 10)
		return otherwise;
	for (size_t i = 0; i < 10; i++)
		if (text[i] >= '0' && text[i] <= '9')
			n = n * 10 + (uint32_t)(text[i] - '0');
	return n;
}

static void today(char text[static 11])
{
	clock_date(clock_now_ms(), text);
}

static enum err add_own(struct kb *kb, struct catalog *c, const char *id)
{
	sqlite3_stmt *s = kb->statements[OWN];
	enum err err = OK;

	sqlite3_bind_text(s, 1, id, -1, SQLITE_STATIC);
	while (err == OK && sqlite3_step(s) == SQLITE_ROW) {
		const char *kind = column(s, 0);
		enum text_kind text_kind = kind[0] == 't'   ? TEXT_EVERYDAY
					   : kind[0] == 'a' ? TEXT_ASK
							    : TEXT_KEYWORD;

		if (text_kind == TEXT_EVERYDAY)
			err = catalog_retitle(c, column(s, 1));
		if (err == OK)
			err = catalog_add_text(c, text_kind, column(s, 1));
	}
	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	return err;
}

static enum err add_document(struct kb *kb, struct catalog *c, sqlite3_stmt *s)
{
	const char *levels = column(s, 9), *change = column(s, 6);
	enum record_kind kind = KIND_PROCEDURE;
	struct doc_facts facts = {.version = sqlite3_column_int64(s, 0),
		.id = column(s, 1),
		.unit = column(s, 3),
		.valid_from = day(column(s, 4), 0),
		.valid_to = day(column(s, 5), UINT32_MAX),
		.name = column(s, 7),
		.field = column(s, 8),
		.code = column(s, 10)};
	enum err err;

	record_kind_from(column(s, 2), &kind);
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
	sqlite3_stmt *s = kb->statements[DOCUMENTS];
	enum err err = OK;
	int rc;

	while ((rc = sqlite3_step(s)) == SQLITE_ROW && err == OK)
		err = add_document(kb, c, s);
	sqlite3_reset(s);
	if (err == OK && rc != SQLITE_DONE)
		err = ERR_STORE;
	return err == OK ? catalog_finish(c) : err;
}

static enum err data_version(struct kb *kb, int64_t *ret_version)
{
	sqlite3_stmt *s = kb->statements[DATA_VERSION];
	enum err err = ERR_STORE;

	if (sqlite3_step(s) == SQLITE_ROW) {
		*ret_version = sqlite3_column_int64(s, 0);
		err = OK;
	}
	sqlite3_reset(s);
	return err;
}

/* Makes the catalog anew when the database changed. The new one is whole before the old one goes. */
static enum err refresh(struct kb *kb)
{
	struct catalog fresh;
	struct ranker ranker = {0};
	int64_t version;
	enum err err = data_version(kb, &version);

	if (err != OK || version == kb->data_version)
		return err;
	catalog_init(&fresh, words_lexicon(kb->words));
	err = catalog_read(kb, &fresh);
	if (err == OK)
		err = ranker_init(&ranker, &fresh);
	if (err != OK) {
		catalog_release(&fresh);
		return err;
	}
	ranker_release(&kb->ranker);
	catalog_release(&kb->catalog);
	kb->catalog = fresh;
	kb->ranker = ranker;
	kb->ranker.index = &kb->catalog;
	kb->data_version = version;
	return OK;
}

enum err kb_open(const char *path, const struct words *words, struct kb **ret_kb, struct why *why)
{
	struct kb *kb = calloc(1, sizeof *kb);
	enum err err = ERR_NOMEM;

	if (!kb)
		return why_set(why, err, "could not open index \"%s\": out of memory", path);
	kb->words = words;
	kb->data_version = -1;
	err = rank_weights_load(&kb->weights, why);
	if (err != OK)
		goto out;
	if (sqlite3_open_v2(path, &kb->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
		sqlite3_busy_timeout(kb->db, 2000) != SQLITE_OK || tokenizer_register(kb->db, words) != OK) {
		err = db_why(kb->db, "open index", path, why);
		goto out;
	}
	err = prepare(kb, path, why);
	if (err == OK && (err = refresh(kb)) != OK)
		db_why(kb->db, "read index", path, why);
out:
	if (err != OK) {
		kb_close(kb);
		return err;
	}
	*ret_kb = kb;
	return OK;
}

void kb_close(struct kb *kb)
{
	if (!kb)
		return;
	for (size_t i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(kb->statements[i]);
	sqlite3_close(kb->db);
	ranker_release(&kb->ranker);
	catalog_release(&kb->catalog);
	free(kb);
}

struct keep {
	const struct catalog *catalog;
	const char *unit;
	uint32_t day;
	unsigned kinds;
};

static bool keep_document(void *arg, uint32_t number)
{
	const struct keep *keep = arg;
	const struct doc *d = &keep->catalog->documents[number];

	return d->valid_from <= keep->day && keep->day < d->valid_to &&
	       (keep->kinds == 0 || keep->kinds & 1u << d->kind) &&
	       (!d->unit[0] || (keep->unit && strcmp(d->unit, keep->unit) == 0));
}

/* One candidate for each record and for each name: the unit's own version before the nation's, else the
 * better. */
static size_t one_for_each_name(const struct catalog *c, struct candidate *candidates, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		const struct doc *d = &c->documents[candidates[i].document], *before = NULL;
		size_t k;

		for (k = 0; k < n; k++) {
			before = &c->documents[candidates[k].document];
			if (before->group == d->group || before->record == d->record)
				break;
		}
		if (k == n)
			candidates[n++] = candidates[i];
		else if (d->unit[0] && before->record == d->record)
			candidates[k].document = candidates[i].document;
	}
	return n;
}

static enum err answer_from(
	const struct catalog *c, struct arena *a, const struct candidate *from, struct answer *to)
{
	const struct doc *d = &c->documents[from->document];

	to->id = arena_string(a, d->id);
	to->code = arena_string(a, d->code);
	to->kind = (enum record_kind)d->kind;
	to->title = arena_string(a, d->title);
	to->score = (double)from->score;
	return to->id && to->title && (to->code || !d->code) ? OK : ERR_NOMEM;
}

/* Documents are in the order of their versions. */
static bool document_of(const struct catalog *c, int64_t version, uint32_t *ret_document)
{
	uint32_t low = 0, high = c->document_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (c->documents[middle].version < version)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_document = low;
	return low < c->document_count && c->documents[low].version == version;
}

/* Adds what the bodies say of the question's rarest pairs. */
static enum err look_into_bodies(struct kb *kb, const struct question *q)
{
	struct query_term terms[QUERY_TERMS_MAX];
	size_t n = query_terms(&kb->catalog, q, terms);
	sqlite3_stmt *s = kb->statements[BODY];
	float mass = 0;
	int rc = SQLITE_DONE;

	for (size_t i = 0; i < n; i++)
		mass += terms[i].weight;
	for (size_t i = 0; i < n && rc == SQLITE_DONE; i++) {
		uint32_t document;

		sqlite3_bind_text(s, 1, terms[i].match, -1, SQLITE_STATIC);
		while ((rc = sqlite3_step(s)) == SQLITE_ROW)
			if (document_of(&kb->catalog, sqlite3_column_int64(s, 0), &document))
				rank_evidence_add(&kb->ranker, document, terms[i].weight / mass);
		sqlite3_reset(s);
	}
	sqlite3_clear_bindings(s);
	return rc == SQLITE_DONE ? OK : ERR_STORE;
}

enum err kb_candidates(struct kb *kb, const struct question *q, const struct search_scope *scope,
	struct asked *ret_asked, struct candidate *candidates, size_t *ret_count)
{
	struct keep keep = {.catalog = &kb->catalog, .unit = scope->unit, .kinds = scope->kinds};
	char now[11];
	size_t count;
	enum err err = refresh(kb);

	if (err != OK && kb->catalog.document_count == 0)
		return err;
	today(now);
	keep.day = day(scope->as_of, day(now, 0));
	rank_ask(&kb->catalog, q->terms, q->term_count, ret_asked);
	count = rank_candidates(&kb->ranker, ret_asked, keep_document, &keep, candidates, CANDIDATES_FIRST);
	rank_features(&kb->ranker, ret_asked, candidates, count);
	rank_order(&kb->weights, candidates, count);
	if (rank_confidence(&kb->weights, candidates, count) < (double)kb->weights.bodies_below) {
		err = look_into_bodies(kb, q);
		count = rank_evidence_take(&kb->ranker, keep_document, &keep, candidates, count,
			CANDIDATES_MAX - CANDIDATES_FIRST);
		rank_features(&kb->ranker, ret_asked, candidates, count);
		rank_order(&kb->weights, candidates, count);
	}
	*ret_count = one_for_each_name(&kb->catalog, candidates, count);
	return err;
}

const struct doc *kb_doc(const struct kb *kb, uint32_t number)
{
	return &kb->catalog.documents[number];
}

bool kb_has(const struct kb *kb, const char *id)
{
	for (size_t i = 0; i < kb->catalog.document_count; i++)
		if (strcmp(kb->catalog.documents[i].id, id) == 0)
			return true;
	return false;
}

/* A procedure's code in the message names it beyond doubt. */
static enum err answer_code(struct kb *kb, struct arena *a, const char *code,
	const struct search_scope *scope, struct answers *answers)
{
	struct keep keep = {.catalog = &kb->catalog, .unit = scope->unit, .kinds = scope->kinds};
	char now[11];

	today(now);
	keep.day = day(scope->as_of, day(now, 0));
	for (uint32_t i = 0; i < kb->catalog.document_count; i++) {
		const struct doc *d = &kb->catalog.documents[i];
		struct candidate named = {.document = i, .score = 1};

		if (!d->code || strcmp(d->code, code) != 0 || !keep_document(&keep, i))
			continue;
		answers->decision = DECIDE_ANSWER;
		answers->count = 1;
		answers->items[0].confidence = 1;
		return answer_from(&kb->catalog, a, &named, &answers->items[0]);
	}
	return ERR_NOT_FOUND;
}

enum err kb_search(struct kb *kb, struct arena *a, const struct question *q, const struct search_scope *scope,
	struct answers *ret_answers)
{
	struct candidate candidates[CANDIDATES_MAX];
	struct answers answers = {.decision = DECIDE_NONE};
	struct asked asked;
	size_t count;
	enum err err = kb_candidates(kb, q, scope, &asked, candidates, &count);

	if (err == OK && q->code && answer_code(kb, a, q->code, scope, &answers) == OK) {
		*ret_answers = answers;
		return OK;
	}
	for (size_t i = 0; err == OK && i < count && i < ANSWERS_MAX; i++) {
		err = answer_from(&kb->catalog, a, &candidates[i], &answers.items[i]);
		answers.items[i].confidence = rank_confidence(&kb->weights, candidates + i, count - i);
		answers.count++;
	}
	if (err != OK)
		return err;
	if (answers.count && answers.items[0].confidence >= (double)kb->weights.choices_at)
		answers.decision = answers.items[0].confidence >= (double)kb->weights.answer_at
					   ? DECIDE_ANSWER
					   : DECIDE_CHOICES;
	*ret_answers = answers;
	return OK;
}

/* Ours beside the official members: everyday, ask, keywords. */
static enum err merge_own(struct kb *kb, cJSON *object, const char *id)
{
	sqlite3_stmt *s = kb->statements[OWN];
	enum err err = OK;
	int rc;

	sqlite3_bind_text(s, 1, id, -1, SQLITE_STATIC);
	while (err == OK && (rc = sqlite3_step(s)) == SQLITE_ROW) {
		const char *kind = column(s, 0), *name = kind[0] == 'a' ? "ask" : "keywords";
		cJSON *list = cJSON_GetObjectItemCaseSensitive(object, name);

		if (kind[0] == 't') {
			cJSON_DeleteItemFromObjectCaseSensitive(object, "everyday");
			err = cJSON_AddStringToObject(object, "everyday", column(s, 1)) ? OK : ERR_NOMEM;
			continue;
		}
		if (!cJSON_IsArray(list)) {
			cJSON_DeleteItemFromObjectCaseSensitive(object, name);
			list = cJSON_AddArrayToObject(object, name);
		}
		err = list && cJSON_AddItemToArray(list, cJSON_CreateString(column(s, 1))) ? OK : ERR_NOMEM;
	}
	if (err == OK && rc != SQLITE_DONE)
		err = ERR_STORE;
	sqlite3_reset(s);
	return err;
}

static enum err merged_json(
	struct kb *kb, struct arena *a, const char *body, const char *id, const char **ret_json)
{
	cJSON *object = cJSON_Parse(body);
	enum err err = cJSON_IsObject(object) ? merge_own(kb, object, id) : ERR_FORMAT;
	char *text = err == OK ? cJSON_PrintUnformatted(object) : NULL;

	cJSON_Delete(object);
	if (err != OK)
		return err;
	*ret_json = text ? arena_string(a, text) : NULL;
	cJSON_free(text);
	return *ret_json ? OK : ERR_NOMEM;
}

static enum err record_from(
	struct kb *kb, struct arena *a, sqlite3_stmt *s, const char *id, struct record *ret_record)
{
	struct record record = {0};
	const char *json = NULL;
	struct why why;
	const char **const texts[] = {&record.valid_from, &record.valid_to, &record.change,
		&record.replaced_by, &record.decision_no, &record.decision_date, &record.source,
		&record.source_date};
	enum err err = merged_json(kb, a, column(s, 1), id, &json);

	if (err == OK)
		err = record_parse(a, json, strlen(json), &record, &why);
	if (err != OK)
		return err;
	record.version = sqlite3_column_int64(s, 0);
	record.id = arena_string(a, id);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (column(s, (int)i + 2))
			*texts[i] = arena_string(a, column(s, (int)i + 2));
	if (!record.id)
		return ERR_NOMEM;
	*ret_record = record;
	return OK;
}

/* A fee that held until a day before `as_of` is no fact of that day. */
static enum err fees_on(struct arena *a, struct record *record, const char *as_of)
{
	enum err err = OK;

	for (size_t i = 0; i < record->submission_count && err == OK; i++) {
		struct submission *s = &record->submissions[i];

		if (!s->fee_until)
			continue;
		err = fee_on(a, s->fee, as_of, &s->fee);
		s->money = fee_parse(s->fee);
	}
	return err;
}

static enum err get_one(struct kb *kb, struct arena *a, enum statement which, const char *id,
	const char *as_of, struct record *ret_record)
{
	sqlite3_stmt *s = kb->statements[which];
	enum err err = ERR_NOT_FOUND;
	int rc;

	sqlite3_bind_text(s, 1, id, -1, SQLITE_STATIC);
	sqlite3_bind_text(s, 2, as_of, -1, SQLITE_STATIC);
	rc = sqlite3_step(s);
	if (rc == SQLITE_ROW)
		err = record_from(kb, a, s, id, ret_record);
	else if (rc != SQLITE_DONE)
		err = ERR_STORE;
	if (err == OK)
		err = fees_on(a, ret_record, as_of);
	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	return err;
}

enum err kb_get(struct kb *kb, struct arena *a, const char *id, const char *as_of, struct record *ret_record)
{
	struct record last;
	char now[11];
	enum err err;

	today(now);
	as_of = as_of ? as_of : now;
	err = get_one(kb, a, GET, id, as_of, ret_record ? ret_record : &last);
	if (err != ERR_NOT_FOUND)
		return err;
	err = get_one(kb, a, GET_LAST, id, as_of, &last);
	if (err != OK)
		return err;
	if (!last.change || (strcmp(last.change, "abolished") != 0 && strcmp(last.change, "replaced") != 0))
		return ERR_NOT_FOUND;
	if (ret_record)
		*ret_record = last;
	return OK;
}

enum err kb_get_json(struct kb *kb, struct arena *a, int64_t version, const char **ret_json)
{
	sqlite3_stmt *s = kb->statements[GET_JSON];
	enum err err = ERR_NOT_FOUND;
	int rc;

	sqlite3_bind_int64(s, 1, version);
	rc = sqlite3_step(s);
	if (rc == SQLITE_ROW)
		err = merged_json(kb, a, column(s, 0), column(s, 1), ret_json);
	else if (rc != SQLITE_DONE)
		err = ERR_STORE;
	sqlite3_reset(s);
	return err;
}
