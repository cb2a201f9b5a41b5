/* kb_record.c - one record as in force on a day: the official JSON with our everyday title. */
#include "daemon/base/clock.h"
#include "knowledge/kb_internal.h"
#include "knowledge/record_json.h"

#include <string.h>

/* Ours before an official one. */
static enum err everyday_read(struct kb *kb, struct arena *a, const char *id, struct record *record)
{
	sqlite3_stmt *s = kb->statements[KB_OWN];
	enum err err = OK;
	int rc;

	sqlite3_bind_text(s, 1, id, -1, SQLITE_STATIC);
	rc = sqlite3_step(s); /* the title comes first */
	if (rc == SQLITE_ROW && kb_column(s, 0)[0] == 't') {
		record->everyday = arena_string(a, kb_column(s, 1));
		err = record->everyday ? OK : ERR_NOMEM;
	} else if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
		err = ERR_STORE;
	}
	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	return err;
}

/* From the row that `s` stands on. */
static enum err row_read(
	struct kb *kb, struct arena *a, sqlite3_stmt *s, const char *id, struct record *ret_record)
{
	struct record record = {0};
	const char **const texts[] = {&record.valid_from, &record.valid_to, &record.change,
		&record.replaced_by, &record.decision_no, &record.decision_date, &record.source,
		&record.source_date};
	cJSON *object = cJSON_Parse(kb_column(s, 1)); /* the import let nothing else in */
	enum err err = object ? record_read(a, object, &record, NULL) : ERR_STORE;

	cJSON_Delete(object);
	if (err == OK)
		err = everyday_read(kb, a, id, &record);
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

static enum err record_from(
	struct kb *kb, struct arena *a, sqlite3_stmt *s, const char *id, struct record *ret_record)
{
	const struct record *kept = kb_kept_find(kb, sqlite3_column_int64(s, 0));
	enum err err;

	if (kept)
		return record_copy(a, kept, ret_record);
	err = row_read(kb, a, s, id, ret_record);
	if (err == OK)
		kb_kept_add(kb, ret_record);
	return err;
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
	if (rc == SQLITE_ROW) {
		*ret_json = arena_copy(a, kb_column(s, 0), (size_t)sqlite3_column_bytes(s, 0));
		err = *ret_json ? OK : ERR_NOMEM;
	} else if (rc != SQLITE_DONE) {
		err = ERR_STORE;
	}
	sqlite3_reset(s);
	return err;
}
