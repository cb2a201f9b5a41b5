/* browse_record.c - one record: as a unit has it and whose each member is, its versions, what differs between two. */
#include "knowledge/browse.h"

#include "daemon/base/clock.h"
#include "knowledge/browse_internal.h"
#include "knowledge/own.h"

#include <string.h>

static enum err rows_read(struct kdb *k, struct arena *a, sqlite3_stmt *stmt, struct browse_rows *ret_rows)
{
	struct browse_rows rows = {NULL, 0};
	size_t room = 0;
	enum err err = stmt ? OK : kdb_err(k);
	int rc = SQLITE_DONE;

	while (err == OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (rows.count == room) {
			struct version_row *items;

			room = room ? room * 2 : 16;
			items = arena_array(a, room, sizeof *items);
			if (items && rows.count)
				memcpy(items, rows.items, rows.count * sizeof *items);
			rows.items = items;
		}
		err = rows.items ? version_row_read(stmt, a, &rows.items[rows.count]) : ERR_NOMEM;
		rows.count++;
	}
	if (err == OK)
		err = kdb_step_err(k, rc);
	if (stmt)
		sqlite3_reset(stmt);
	if (err == OK)
		*ret_rows = rows;
	return err;
}

enum err browse_history(struct browse *b, struct arena *a, const char *record, const char *unit,
	struct browse_rows *ret_rows, struct why *why)
{
	sqlite3_stmt *stmt = unit ? kdb_bind(b->kdb, KDB_ROWS_OF_UNIT, "ss", record, unit)
				  : kdb_bind(b->kdb, KDB_ROWS_OF_RECORD, "s", record);
	enum err err = rows_read(b->kdb, a, stmt, ret_rows);

	return err == OK ? OK : kdb_why(b->kdb, err, "read the versions of", why);
}

enum err browse_review(struct browse *b, struct arena *a, struct browse_rows *ret_rows, struct why *why)
{
	enum err err = rows_read(b->kdb, a, kdb_bind(b->kdb, KDB_ROWS_IN_REVIEW, ""), ret_rows);

	return err == OK ? OK : kdb_why(b->kdb, err, "read the versions of", why);
}

enum err browse_version(
	struct browse *b, struct arena *a, int64_t version, struct version_row *ret_row, struct why *why)
{
	enum err err = lineage_row(b->kdb, a, kdb_bind(b->kdb, KDB_ROW_BY_ID, "i", version), ret_row);

	if (err == ERR_NOT_FOUND)
		return why_set(why, err, "there is no version %lld", (long long)version);
	return err == OK ? OK : kdb_why(b->kdb, err, "read a version of", why);
}

/* --- As a unit has it -------------------------------------------------------------------------------------- */

/* The nearest layer that says something of the member has the last word. */
static const struct version_row *whose(const struct lineage *l, cJSON *const *bodies, const char *member)
{
	for (size_t i = 0; i < l->count; i++)
		if (cJSON_GetObjectItemCaseSensitive(bodies[i], member) &&
			(i + 1 == l->count || !merge_is_identity(member)))
			return &l->rows[i];
	return &l->rows[l->count - 1];
}

static enum err members_fill(
	struct arena *a, const struct lineage *l, const cJSON *merged, struct browse_record *r)
{
	cJSON *bodies[LAYERS_MAX] = {NULL};
	enum err err = OK;

	r->members = arena_array(a, (size_t)cJSON_GetArraySize(merged), sizeof *r->members);
	if (!r->members)
		return ERR_NOMEM;
	for (size_t i = 0; i < l->count && err == OK; i++) {
		bodies[i] = cJSON_Parse(l->rows[i].body);
		err = bodies[i] ? OK : ERR_NOMEM;
	}
	for (const cJSON *m = err == OK ? merged->child : NULL; m && err == OK; m = m->next) {
		const struct version_row *row = whose(l, bodies, m->string);

		r->members[r->member_count++] =
			(struct browse_member){arena_string(a, m->string), row->unit, row->id};
		err = r->members[r->member_count - 1].name ? OK : ERR_NOMEM;
	}
	for (size_t i = 0; i < l->count; i++)
		cJSON_Delete(bodies[i]);
	return err;
}

static enum err body_fill(struct browse *b, struct arena *a, const char *day, struct browse_record *r)
{
	struct lineage l;
	cJSON *merged = NULL;
	char *printed = NULL;
	enum err err = lineage_read(b->kdb, a, r->id, r->unit, day, true, &l);

	if (err == ERR_NOT_FOUND)
		return OK;
	if (err == OK)
		err = lineage_merge(&l, &merged);
	if (err == OK) {
		r->row = l.rows[0];
		printed = cJSON_PrintUnformatted(merged);
		r->body = arena_string(a, printed);
		err = r->body ? members_fill(a, &l, merged, r) : ERR_NOMEM;
	}
	cJSON_free(printed);
	cJSON_Delete(merged);
	return err;
}

static enum err heirs_fill(struct browse *b, struct arena *a, const char *day, struct browse_record *r)
{
	sqlite3_stmt *stmt = kdb_bind(b->kdb, KDB_INHERITING_UNITS, "sss", r->id, r->unit, day);
	enum err err = stmt ? OK : kdb_err(b->kdb);
	size_t room = 0;
	int rc = SQLITE_DONE;

	while (err == OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (r->heir_count == room) {
			const char **heirs;

			room = room ? room * 2 : 16;
			heirs = arena_array(a, room, sizeof *heirs);
			if (heirs && r->heir_count)
				memcpy(heirs, r->heirs, r->heir_count * sizeof *heirs);
			r->heirs = heirs;
		}
		if (!r->heirs || !(r->heirs[r->heir_count++] =
						 arena_string(a, (const char *)sqlite3_column_text(stmt, 0))))
			err = ERR_NOMEM;
	}
	if (err == OK)
		err = kdb_step_err(b->kdb, rc);
	if (stmt)
		sqlite3_reset(stmt);
	return err;
}

static enum err own_fill(struct browse *b, struct arena *a, struct browse_record *r)
{
	struct own own;
	enum err err = own_read(b->kdb, a, r->id, &own);

	if (err != OK)
		return err;
	r->asks = arena_array(a, own.count, sizeof *r->asks);
	r->keywords = arena_array(a, own.count, sizeof *r->keywords);
	if (!r->asks || !r->keywords)
		return ERR_NOMEM;
	for (size_t i = 0; i < own.count; i++) {
		const struct own_text *t = &own.items[i];

		if (t->kind[0] == 't')
			r->title = t->text;
		else if (t->kind[0] == 'a')
			r->asks[r->ask_count++] = t->text;
		else
			r->keywords[r->keyword_count++] = t->text;
	}
	return OK;
}

static enum err kind_fill(struct browse *b, struct arena *a, struct browse_record *r)
{
	sqlite3_stmt *stmt = kdb_bind(b->kdb, KDB_RECORD_KIND, "s", r->id);
	int rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
	enum err err = rc == SQLITE_DONE ? ERR_NOT_FOUND : stmt ? kdb_step_err(b->kdb, rc) : kdb_err(b->kdb);

	if (err == OK) {
		r->kind = arena_string(a, (const char *)sqlite3_column_text(stmt, 0));
		err = r->kind ? OK : ERR_NOMEM;
	}
	if (stmt)
		sqlite3_reset(stmt);
	return err;
}

static enum err record_fill(struct browse *b, struct arena *a, const char *day, struct browse_record *r)
{
	enum err err = kind_fill(b, a, r);

	if (err == OK)
		err = body_fill(b, a, day, r);
	if (err == OK)
		err = lineage_row(b->kdb, a, kdb_bind(b->kdb, KDB_ROW_OPEN, "ss", r->id, r->unit), &r->draft);
	if (err == ERR_NOT_FOUND && r->kind)
		err = OK;
	if (err == OK)
		err = heirs_fill(b, a, day, r);
	return err == OK ? own_fill(b, a, r) : err;
}

enum err browse_get(struct browse *b, struct arena *a, const char *record, const char *unit,
	const char *as_of, struct browse_record *ret_record, struct why *why)
{
	struct browse_record r = {.id = arena_string(a, record), .unit = arena_string(a, unit)};
	char today[11];
	enum err err = r.id && r.unit ? kdb_run(b->kdb, KDB_BEGIN_READ, "") : ERR_NOMEM;

	clock_date(clock_now_ms(), today);
	if (err == OK)
		err = record_fill(b, a, as_of ? as_of : today, &r);
	if (!sqlite3_get_autocommit(b->kdb->db))
		kdb_run(b->kdb, KDB_COMMIT, "");
	if (err == ERR_NOT_FOUND)
		return why_set(why, err, "there is no record \"%s\"", record);
	if (err != OK)
		return kdb_why(b->kdb, err, "read a record of", why);
	*ret_record = r;
	return OK;
}

/* --- What differs ------------------------------------------------------------------------------------------ */

/* The days and decisions of a version beside its body, as members of one object. */
static enum err version_object(struct arena *a, const struct version_row *row, const char **ret_json)
{
	const struct {
		const char *name, *text;
	} texts[] = {{"change", row->change}, {"replaced_by", row->replaced_by},
		{"valid_from", row->valid_from}, {"valid_to", row->until},
		{"decision_date", row->decision_date}, {"source", row->source},
		{"source_date", row->source_date}};
	cJSON *object = cJSON_Parse(row->body);
	char *printed = NULL;
	enum err err = object ? OK : ERR_NOMEM;

	for (size_t i = 0; i < sizeof texts / sizeof *texts && err == OK; i++)
		if (texts[i].text && !cJSON_HasObjectItem(object, texts[i].name) &&
			!cJSON_AddStringToObject(object, texts[i].name, texts[i].text))
			err = ERR_NOMEM;
	if (err == OK)
		printed = cJSON_PrintUnformatted(object);
	if (err == OK && !(printed && (*ret_json = arena_string(a, printed))))
		err = ERR_NOMEM;
	cJSON_free(printed);
	cJSON_Delete(object);
	return err;
}

enum err browse_diff(struct browse *b, struct arena *a, int64_t from, int64_t to,
	struct browse_changes *ret_changes, struct why *why)
{
	struct version_row before, after;
	const char *was = NULL, *is = NULL;
	enum err err = browse_version(b, a, to, &after, why);

	if (err == OK && from)
		err = browse_version(b, a, from, &before, why);
	if (err != OK)
		return err;
	if (from)
		err = version_object(a, &before, &was);
	if (err == OK)
		err = version_object(a, &after, &is);
	if (err == OK)
		err = browse_compare(a, was, is, ret_changes);
	return err == OK ? OK : why_set(why, err, "could not compare two versions: %s", err_words(err));
}
