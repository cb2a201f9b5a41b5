/* unit_import.c - checks a unit's row and writes it when it says something new.
 * Fails with the member that is wrong, names a unit that is not there, for want of memory or disk. */
#include "knowledge/unit_import.h"

#include "knowledge/fold.h"

#include <stdio.h>
#include <string.h>

#define CODE_MAX 16
#define NAME_MAX_BYTES 200
#define NOTE_MAX 500
#define FORMED_MAX 16
#define PROVINCE_TYPE "tỉnh" /* of a province's former names, whatever it was called */

struct reader {
	struct arena *arena;
	const cJSON *object;
	struct flaw *flaw;
	enum err err; /* readers do nothing once it is set */
};

static const char *keep(struct reader *r, const char *member, const cJSON *item, size_t max)
{
	const char *copy;

	if (!cJSON_IsString(item) || !item->valuestring[0]) {
		r->err = flaw_set(r->flaw, member, "must be text");
		return NULL;
	}
	if (strlen(item->valuestring) > max) {
		r->err = flaw_set(r->flaw, member, "is longer than %zu bytes", max);
		return NULL;
	}
	copy = arena_string(r->arena, item->valuestring);
	if (!copy)
		r->err = ERR_NOMEM;
	return copy;
}

static const char *text(struct reader *r, const char *member, size_t max, bool needed)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(r->object, member);

	if (r->err != OK)
		return NULL;
	if (item && !cJSON_IsNull(item))
		return keep(r, member, item, max);
	if (needed)
		r->err = flaw_set(r->flaw, member, "is missing");
	return NULL;
}

static const char *code(struct reader *r, const char *member)
{
	const char *digits = text(r, member, CODE_MAX, true);

	if (digits && digits[strspn(digits, "0123456789")])
		r->err = flaw_set(r->flaw, member, "must be digits");
	return digits;
}

static bool flag(struct reader *r, const char *member)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(r->object, member);

	if (item && !cJSON_IsBool(item) && r->err == OK)
		r->err = flaw_set(r->flaw, member, "must be true or false");
	return cJSON_IsTrue(item);
}

static void formed_from(struct reader *r, struct unit_row *row)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(r->object, "formed_from"), *one;
	int size = cJSON_GetArraySize(list);

	if (r->err != OK)
		return;
	if (!cJSON_IsArray(list) || size < 1 || size > FORMED_MAX) {
		r->err = flaw_set(r->flaw, "formed_from", "must be a list of 1 to %d names", FORMED_MAX);
		return;
	}
	row->formed_from = arena_array(r->arena, (size_t)size, sizeof *row->formed_from);
	if (!row->formed_from)
		r->err = ERR_NOMEM;
	for (one = list->child; one && r->err == OK; one = one->next)
		row->formed_from[row->formed_count++] = keep(r, "formed_from", one, NAME_MAX_BYTES);
}

bool unit_row_is(const cJSON *object)
{
	return cJSON_HasObjectItem(object, "new_code") ||
	       cJSON_IsString(cJSON_GetObjectItemCaseSensitive(object, "level"));
}

static void read_old(struct reader *r, struct unit_row *row)
{
	row->code = code(r, "new_code");
	row->old = text(r, "old", NAME_MAX_BYTES, true);
	row->name = text(r, "old_name", NAME_MAX_BYTES, true);
	row->type = text(r, "old_type", NAME_MAX_BYTES, false);
	row->district = text(r, "old_district", NAME_MAX_BYTES, false);
	row->note = text(r, "note", NOTE_MAX, false);
	row->partial = flag(r, "partial");
	row->unchanged = flag(r, "unchanged");
}

static void read_unit(struct reader *r, struct unit_row *row)
{
	const char *level = text(r, "level", NAME_MAX_BYTES, true);

	row->code = code(r, "code");
	row->name = text(r, "name", NAME_MAX_BYTES, true);
	row->type = text(r, "type", NAME_MAX_BYTES, true);
	row->abbr = text(r, "abbr", CODE_MAX, false);
	if (level && strcmp(level, "tỉnh") == 0)
		formed_from(r, row);
	else if (level && strcmp(level, "xã") == 0)
		row->province = code(r, "province_code");
	else if (level)
		r->err = flaw_set(r->flaw, "level", "must be tỉnh or xã");
}

enum err unit_row_read(struct arena *a, const cJSON *object, struct unit_row *ret_row, struct flaw *flaw)
{
	struct reader r = {a, object, flaw, OK};
	struct unit_row row = {0};

	if (cJSON_HasObjectItem(object, "new_code"))
		read_old(&r, &row);
	else
		read_unit(&r, &row);
	row.source = text(&r, "source", NAME_MAX_BYTES, false);
	row.source_date = text(&r, "date", CODE_MAX, false);
	if (r.err == OK)
		*ret_row = row;
	return r.err;
}

/* --- Writing ------------------------------------------------------------------------------------------ */

/* Whether the unit is there, and whether it is a province. */
static enum err look(struct kdb *k, const char *unit, bool *ret_there, bool *ret_province)
{
	sqlite3_stmt *stmt = kdb_bind(k, KDB_UNIT_IS, "s", unit);
	int rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
	enum err err = stmt ? kdb_step_err(k, rc) : kdb_err(k);

	*ret_there = rc == SQLITE_ROW;
	*ret_province = rc == SQLITE_ROW && sqlite3_column_int(stmt, 0);
	if (stmt)
		sqlite3_reset(stmt);
	return err;
}

static enum err is_old(struct kdb *k, const struct unit_row *row, bool *ret_there)
{
	sqlite3_stmt *stmt = kdb_bind(k, KDB_UNIT_OLD_IS, "ss", row->code, row->old);
	int rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
	enum err err = stmt ? kdb_step_err(k, rc) : kdb_err(k);

	*ret_there = rc == SQLITE_ROW;
	if (stmt)
		sqlite3_reset(stmt);
	return err;
}

static enum err old_write(struct kdb *k, const struct unit_row *row)
{
	char key[FOLD_MAX];

	fold_plain(row->name, strlen(row->name), key, sizeof key);
	return kdb_run(k, KDB_UNIT_OLD_PUT, "ssssssiisss", row->code, row->old, row->type, row->name, key,
		row->district, (int64_t)row->partial, (int64_t)row->unchanged, row->note, row->source,
		row->source_date);
}

static enum unit_done done(const struct kdb *k, bool there)
{
	if (sqlite3_changes(k->db) == 0)
		return UNIT_UNCHANGED;
	return there ? UNIT_CHANGED : UNIT_ADDED;
}

static enum err old_put(
	struct kdb *k, const struct unit_row *row, enum unit_done *ret_done, struct flaw *flaw)
{
	bool there, province;
	enum err err = look(k, row->code, &there, &province);

	if (err == OK && !there)
		return flaw_set(flaw, "new_code", "no such unit: units come before the names of old");
	if (err == OK)
		err = is_old(k, row, &there);
	if (err == OK)
		err = old_write(k, row);
	if (err == OK)
		*ret_done = done(k, there);
	return err;
}

/* What the province was formed from are names of before that lead to it. */
static enum err provinces_of_before(struct kdb *k, const struct unit_row *row)
{
	enum err err = kdb_run(k, KDB_UNIT_FORGET_PROVINCES, "s", row->code);

	for (size_t i = 0; i < row->formed_count && err == OK; i++) {
		struct unit_row old = {.code = row->code, .type = PROVINCE_TYPE};

		old.old = old.name = row->formed_from[i];
		old.unchanged = row->formed_count == 1 && strcmp(old.name, row->name) == 0;
		old.source = row->source;
		old.source_date = row->source_date;
		err = old_write(k, &old);
	}
	return err;
}

static const char *json_list(struct arena *a, const struct unit_row *row, enum err *err)
{
	cJSON *list = cJSON_CreateStringArray(row->formed_from, (int)row->formed_count);
	char *printed = list ? cJSON_PrintUnformatted(list) : NULL;
	const char *copy = arena_string(a, printed);

	cJSON_free(printed);
	cJSON_Delete(list);
	*err = copy ? OK : ERR_NOMEM;
	return copy;
}

enum err unit_put(struct kdb *k, struct arena *a, const struct unit_row *row, enum unit_done *ret_done,
	struct flaw *flaw)
{
	char key[FOLD_MAX];
	const char *formed = NULL;
	bool there = false, is_province = false;
	enum err err = OK;

	if (row->old)
		return old_put(k, row, ret_done, flaw);
	if (row->province) {
		err = look(k, row->province, &there, &is_province);
		if (err == OK && !is_province)
			return flaw_set(flaw, "province_code", "no such province: provinces come first");
	} else {
		formed = json_list(a, row, &err);
	}
	if (err == OK)
		err = look(k, row->code, &there, &is_province);
	if (err == OK && there && is_province != !row->province)
		return flaw_set(flaw, "level", "is another than the unit of that code has");
	fold_plain(row->name, strlen(row->name), key, sizeof key);
	if (err == OK)
		err = kdb_run(k, KDB_UNIT_PUT, "sssssssss", row->code, row->province, row->type, row->name,
			key, row->abbr, formed, row->source, row->source_date);
	if (err != OK)
		return err;
	*ret_done = done(k, there);
	return !row->province && *ret_done != UNIT_UNCHANGED ? provinces_of_before(k, row) : OK;
}
