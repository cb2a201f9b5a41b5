/* kb_record.c - one record as in force on a day: the official JSON with what is ours beside it. */
#include "daemon/base/clock.h"
#include "knowledge/kb_internal.h"

#include <cjson/cJSON.h>
#include <string.h>

/* Ours beside the official members: everyday, ask, keywords. */
static enum err merge_own(struct kb *kb, cJSON *object, const char *id)
{
	sqlite3_stmt *s = kb->statements[KB_OWN];
	enum err err = OK;
	int rc;

	sqlite3_bind_text(s, 1, id, -1, SQLITE_STATIC);
	while (err == OK && (rc = sqlite3_step(s)) == SQLITE_ROW) {
		const char *kind = kb_column(s, 0), *name = kind[0] == 'a' ? "ask" : "keywords";
		cJSON *list = cJSON_GetObjectItemCaseSensitive(object, name);

		if (kind[0] == 't') {
			cJSON_DeleteItemFromObjectCaseSensitive(object, "everyday");
			err = cJSON_AddStringToObject(object, "everyday", kb_column(s, 1)) ? OK : ERR_NOMEM;
			continue;
		}
		if (!cJSON_IsArray(list)) {
			cJSON_DeleteItemFromObjectCaseSensitive(object, name);
			list = cJSON_AddArrayToObject(object, name);
		}
		err = list && cJSON_AddItemToArray(list, cJSON_CreateString(kb_column(s, 1))) ? OK
											      : ERR_NOMEM;
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

/* The JSON of `version`, kept or made from its row: `s` stands on it, body and record in these columns. */
static enum err version_text(struct kb *kb, struct arena *a, int64_t version, sqlite3_stmt *s, int body,
	const char *id, const char **ret_json)
{
	const char *kept = kb_text_find(kb, version);
	enum err err;

	if (kept) {
		*ret_json = arena_string(a, kept);
		return *ret_json ? OK : ERR_NOMEM;
	}
	err = merged_json(kb, a, kb_column(s, body), id, ret_json);
	if (err == OK)
		kb_text_keep(kb, version, *ret_json);
	return err;
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
	enum err err = version_text(kb, a, sqlite3_column_int64(s, 0), s, 1, id, &json);

	if (err == OK)
		err = record_parse(a, json, strlen(json), &record, &why);
	if (err != OK)
		return err;
	record.version = sqlite3_column_int64(s, 0);
	record.id = arena_string(a, id);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (kb_column(s, (int)i + 2))
			*texts[i] = arena_string(a, kb_column(s, (int)i + 2));
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

static enum err get_one(struct kb *kb, struct arena *a, enum kb_statement which, const char *id,
	const struct whose *whose, const char *as_of, struct record *ret_record)
{
	sqlite3_stmt *s = kb->statements[which];
	enum err err = ERR_NOT_FOUND;
	int rc;

	sqlite3_bind_text(s, 1, id, -1, SQLITE_STATIC);
	sqlite3_bind_text(s, 2, as_of, -1, SQLITE_STATIC);
	sqlite3_bind_text(s, 3, whose->unit, -1, SQLITE_STATIC);
	sqlite3_bind_text(s, 4, whose->province, -1, SQLITE_STATIC);
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

enum err kb_get(struct kb *kb, struct arena *a, const char *id, const char *unit, const char *as_of,
	struct record *ret_record)
{
	struct whose whose;
	struct record last;
	char now[11];
	enum err err = kb_whose(kb, unit, &whose);

	clock_date(clock_now_ms(), now);
	as_of = as_of ? as_of : now;
	if (err == OK)
		err = get_one(kb, a, KB_GET, id, &whose, as_of, ret_record ? ret_record : &last);
	if (err != ERR_NOT_FOUND)
		return err;
	err = get_one(kb, a, KB_GET_LAST, id, &whose, as_of, &last);
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
	sqlite3_stmt *s = kb->statements[KB_GET_JSON];
	enum err err = ERR_NOT_FOUND;
	int rc;

	sqlite3_bind_int64(s, 1, version);
	rc = sqlite3_step(s);
	if (rc == SQLITE_ROW)
		err = version_text(kb, a, version, s, 0, kb_column(s, 1), ret_json);
	else if (rc != SQLITE_DONE)
		err = ERR_STORE;
	sqlite3_reset(s);
	return err;
}
