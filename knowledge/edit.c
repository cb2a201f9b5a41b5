/* edit.c - each function: begin, look at what is there, refuse or write, put the index right, commit. What is refused or fails
 * is rolled back. */
#include "knowledge/edit_internal.h"

#include "daemon/base/clock.h"
#include "knowledge/day.h"
#include "knowledge/deed.h"
#include "knowledge/edit_body.h"
#include "knowledge/index.h"
#include "knowledge/lineage.h"
#include "knowledge/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_MAX (ROW_ARENA_MAX * 4)

#define EDIT_WORD(name, word) word,
static const char *const words[] = {EDIT_TROUBLES(EDIT_WORD)};

const char *edit_trouble_word(enum edit_trouble_kind kind)
{
	return words[kind];
}

enum err edit_attach(struct kdb *k, struct edit **ret_edit, struct why *why)
{
	struct edit *e = calloc(1, sizeof *e);

	if (!e)
		return why_set(why, ERR_NOMEM, "could not open the knowledge: out of memory");
	e->kdb = k;
	arena_init(&e->arena, ARENA_MAX);
	*ret_edit = e;
	return OK;
}

enum err edit_open(const char *database, struct edit **ret_edit, struct why *why)
{
	struct kdb *k = NULL;
	enum err err = kdb_open(database, KDB_WRITE, &k, why);

	if (err == OK)
		err = edit_attach(k, ret_edit, why);
	if (err != OK)
		kdb_close(k);
	return err;
}

void edit_close(struct edit *e)
{
	if (!e)
		return;
	kdb_close(e->kdb);
	arena_release(&e->arena);
	free(e);
}

/* --- One transaction a call ------------------------------------------------------------------------------ */

enum err edit_refuse(
	struct edit *e, enum edit_trouble_kind kind, int64_t version, const char *member, const char *detail)
{
	*e->trouble = (struct edit_trouble){.kind = kind, .version = version};
	snprintf(e->trouble->member, sizeof e->trouble->member, "%s", member);
	snprintf(e->trouble->detail, sizeof e->trouble->detail, "%s", detail);
	return ERR_REFUSED;
}

enum err edit_begin(struct edit *e, const struct edit_by *by, struct edit_trouble *trouble)
{
	enum err err = kdb_run(e->kdb, KDB_BEGIN, "");

	arena_reset(&e->arena);
	clock_date(by->now_ms, e->today);
	e->by = by;
	e->trouble = trouble;
	*trouble = (struct edit_trouble){.kind = EDIT_NONE};
	return err == OK ? index_begin(e->kdb) : err;
}

/* Commits or rolls back; `version` is read as it stands then, also after a refusal. */
enum err edit_end(struct edit *e, enum err err, int64_t version, struct version_row *ret_row, struct why *why)
{
	struct version_row row;

	if (err == OK)
		err = index_settle(e->kdb, NULL, NULL);
	if (err == OK && version && e->by->what)
		err = deed_add_version(e->kdb, version, e->by);
	if (err == OK)
		err = kdb_run(e->kdb, KDB_COMMIT, "");
	if (err != OK && err != ERR_REFUSED)
		kdb_why(e->kdb, err, "write", why);
	if (!sqlite3_get_autocommit(e->kdb->db))
		kdb_run(e->kdb, KDB_ROLLBACK, "");
	if (err == ERR_REFUSED)
		why_set(why, err, "%s%s%s", edit_trouble_word(e->trouble->kind),
			*e->trouble->detail ? ": " : "", e->trouble->detail);
	if ((err == OK || err == ERR_REFUSED) && version && ret_row &&
		lineage_row(e->kdb, &e->arena, kdb_bind(e->kdb, KDB_ROW_BY_ID, "i", version), &row) == OK)
		*ret_row = row;
	return err;
}

/* --- Looking ---------------------------------------------------------------------------------------------- */

enum err edit_row(struct edit *e, int64_t version, struct version_row *ret_row)
{
	enum err err = lineage_row(e->kdb, &e->arena, kdb_bind(e->kdb, KDB_ROW_BY_ID, "i", version), ret_row);

	return err == ERR_NOT_FOUND ? edit_refuse(e, EDIT_NOT_FOUND, version, "", "") : err;
}

/* ret_row->id 0: none. */
enum err edit_in_force(
	struct edit *e, const char *record, const char *unit, const char *day, struct version_row *ret_row)
{
	sqlite3_stmt *stmt = kdb_bind(e->kdb, KDB_ROW_IN_FORCE, "sss", record, unit, day);
	enum err err = lineage_row(e->kdb, &e->arena, stmt, ret_row);

	if (err != ERR_NOT_FOUND)
		return err;
	*ret_row = (struct version_row){0};
	return OK;
}

const char *edit_first_day(const struct edit *e, const char *valid_from)
{
	return valid_from && *valid_from ? valid_from : e->today;
}

/* The record's kind; ERR_NOT_FOUND when it is not there. */
enum err edit_kind(struct edit *e, const char *record, enum record_kind *ret_kind)
{
	sqlite3_stmt *stmt = kdb_bind(e->kdb, KDB_RECORD_KIND, "s", record);
	int rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
	enum err err = rc == SQLITE_DONE ? ERR_NOT_FOUND : stmt ? kdb_step_err(e->kdb, rc) : kdb_err(e->kdb);

	if (err == OK)
		record_kind_from((const char *)sqlite3_column_text(stmt, 0), ret_kind);
	if (stmt)
		sqlite3_reset(stmt);
	return err;
}

static enum err open_draft_refuse(struct edit *e, const char *record, const char *unit)
{
	struct version_row row;
	enum err err =
		lineage_row(e->kdb, &e->arena, kdb_bind(e->kdb, KDB_ROW_OPEN, "ss", record, unit), &row);

	if (err == ERR_NOT_FOUND)
		return OK;
	return err == OK ? edit_refuse(e, EDIT_OPEN_DRAFT, row.id, "", row.author) : err;
}

/* --- What a draft says ------------------------------------------------------------------------------------ */

struct draft { /* checked, ready to be a row */
	struct version_new row;
	struct edit_body body;
};

static enum err check_days(struct edit *e, const struct edit_text *t)
{
	const struct {
		const char *member, *day;
	} days[] = {{"valid_from", t->valid_from}, {"valid_to", t->valid_to},
		{"decision_date", t->decision_date}, {"source_date", t->source_date}};

	for (size_t i = 0; i < sizeof days / sizeof *days; i++)
		if (days[i].day && *days[i].day && !day_is(days[i].day))
			return edit_refuse(
				e, EDIT_INVALID, 0, days[i].member, "must be a day like 2026-11-21");
	if (t->valid_to && *t->valid_to && strcmp(t->valid_to, edit_first_day(e, t->valid_from)) <= 0)
		return edit_refuse(e, EDIT_INVALID, 0, "valid_to", "must lie after valid_from");
	return OK;
}

static bool ends_it(const char *change)
{
	return strcmp(change, "abolished") == 0 || strcmp(change, "replaced") == 0;
}

static enum err check_replacement(struct edit *e, const char *record, const char *change, const char *other)
{
	enum record_kind kind;
	enum err err;

	if (strcmp(change, "replaced") != 0)
		return other && *other ? edit_refuse(e, EDIT_INVALID, 0, "replaced_by", "only for replaced")
				       : OK;
	if (!other || !*other || strcmp(other, record) == 0)
		return edit_refuse(e, EDIT_INVALID, 0, "replaced_by", "must be another record");
	err = edit_kind(e, other, &kind);
	return err == ERR_NOT_FOUND
		       ? edit_refuse(e, EDIT_INVALID, 0, "replaced_by", "there is no such record")
		       : err;
}

/* What ends here ends for the units that say members of it otherwise, too: a person should know. */
static enum err check_inherited(struct edit *e, const char *record, const char *unit, const char *day)
{
	sqlite3_stmt *stmt = kdb_bind(e->kdb, KDB_INHERITING_UNITS, "sss", record, unit, day);
	const char *units = "";
	int rc = SQLITE_DONE;
	enum err err = stmt ? OK : kdb_err(e->kdb);

	while (err == OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		units = arena_printf(&e->arena, "%s%s%s", units, *units ? " " : "",
			(const char *)sqlite3_column_text(stmt, 0));
		err = units ? OK : ERR_NOMEM;
	}
	if (err == OK)
		err = kdb_step_err(e->kdb, rc);
	if (stmt)
		sqlite3_reset(stmt);
	return err == OK && *units ? edit_refuse(e, EDIT_INHERITED, 0, "", units) : err;
}

static enum err check_change(struct edit *e, const char *record, const char *unit, const char *change,
	bool inherits, const struct edit_text *t)
{
	static const char *const changes[] = {"new", "amended", "replaced", "abolished"};
	bool known = false;
	enum err err;

	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
		known |= strcmp(change, changes[i]) == 0;
	if (!known)
		return edit_refuse(
			e, EDIT_INVALID, 0, "change", "must be new, amended, replaced or abolished");
	if (inherits && ends_it(change))
		return edit_refuse(e, EDIT_INVALID, 0, "change", "only who says it as a whole can end it");
	err = check_replacement(e, record, change, t->replaced_by);
	if (err != OK || !ends_it(change) || t->though_inherited)
		return err;
	return check_inherited(e, record, unit, edit_first_day(e, t->valid_from));
}

/* The unit's own version that it starts from, and what it would inherit. */
static enum err bases_get(struct edit *e, const char *record, const char *unit, const struct edit_text *t,
	struct version_row *ret_base, cJSON **ret_inherited)
{
	const char *day = edit_first_day(e, t->valid_from);
	struct version_row base = {0};
	struct lineage l;
	enum err err = t->base ? edit_row(e, t->base, &base) : edit_in_force(e, record, unit, day, &base);

	if (err == OK && base.id && (strcmp(base.record, record) != 0 || strcmp(base.unit, unit) != 0))
		return edit_refuse(e, EDIT_INVALID, t->base, "base_version", "is of another record or unit");
	if (err == OK && *unit && (!base.id || base.inherits)) {
		err = lineage_read(e->kdb, &e->arena, record, unit, day, false, &l);
		if (err == OK && !ends_it(l.rows[l.count - 1].change))
			err = lineage_merge(&l, ret_inherited);
		if (err == ERR_NOT_FOUND)
			err = OK;
	}
	if (err == OK)
		*ret_base = base;
	return err;
}

static enum err body_make(struct edit *e, const struct edit_body_in *in, struct edit_body *ret_body)
{
	struct flaw flaw = {"", ""};
	enum err err = edit_body_make(&e->arena, in, ret_body, &flaw);

	return err == ERR_FORMAT ? edit_refuse(e, EDIT_INVALID, 0, flaw.member, flaw.reason) : err;
}

const char *edit_or_null(const char *text)
{
	return text && *text ? text : NULL;
}

static void row_fill(struct edit *e, const char *unit, const struct edit_text *t,
	const struct version_row *base, struct draft *d)
{
	const char *change = edit_or_null(t->change);

	d->row = (struct version_new){.unit = unit,
		.state = "draft",
		.change = change     ? change
			  : base->id ? "amended"
				     : "new",
		.replaced_by = edit_or_null(t->replaced_by),
		.valid_from = t->valid_from ? t->valid_from : "",
		.until = edit_or_null(t->valid_to),
		.decision = d->body.record.decision,
		.decision_date = edit_or_null(t->decision_date),
		.source = edit_or_null(t->source),
		.source_date = edit_or_null(t->source_date),
		.author = e->by->who,
		.note = edit_or_null(t->note),
		.base = base->id,
		.now_ms = e->by->now_ms,
		.inherits = d->body.inherits,
		.body = d->body.json};
	/* The source of a record stays until another is named. */
	if (!d->row.source) {
		d->row.source = base->source;
		d->row.source_date = d->row.source_date ? d->row.source_date : base->source_date;
	}
}

/* Everything but the row itself. */
static enum err draft_make(struct edit *e, enum record_kind kind, const char *record, const char *unit,
	const struct edit_text *t, struct draft *ret_draft)
{
	struct version_row base = {0};
	cJSON *inherited = NULL;
	struct edit_body_in in = {
		.id = record, .kind = kind, .text = t->body, .decision = edit_or_null(t->decision)};
	enum err err = check_days(e, t);

	if (err == OK)
		err = bases_get(e, record, unit, t, &base, &inherited);
	if (err == OK) {
		in.inherited = inherited;
		in.text = in.text ? in.text : base.body;
		err = in.text ? body_make(e, &in, &ret_draft->body)
			      : edit_refuse(e, EDIT_INVALID, 0, "body", "is missing");
	}
	cJSON_Delete(inherited);
	if (err != OK)
		return err;
	row_fill(e, unit, t, &base, ret_draft);
	ret_draft->row.record = &ret_draft->body.record;
	return check_change(e, record, unit, ret_draft->row.change, ret_draft->row.inherits, t);
}

static enum err draft_add(struct edit *e, enum record_kind kind, const char *record, const char *unit,
	const struct edit_text *t, int64_t *ret_id)
{
	struct draft d = {0};
	enum err err = open_draft_refuse(e, record, unit);

	if (err == OK)
		err = draft_make(e, kind, record, unit, t, &d);
	if (err == OK)
		err = version_record(e->kdb, &d.body.record, e->by->now_ms);
	return err == OK ? version_add(e->kdb, &d.row, ret_id) : err;
}

/* --- Beginning a draft ------------------------------------------------------------------------------------ */

static enum err unit_check(struct edit *e, const char *unit)
{
	sqlite3_stmt *stmt = *unit ? kdb_bind(e->kdb, KDB_UNIT_IS, "s", unit) : NULL;
	int rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;

	if (!*unit)
		return OK;
	if (stmt)
		sqlite3_reset(stmt);
	return rc == SQLITE_DONE  ? edit_refuse(e, EDIT_NOT_FOUND, 0, "unit", unit)
	       : rc == SQLITE_ROW ? OK
				  : kdb_err(e->kdb);
}

static enum err id_check(struct edit *e, const char *id)
{
	enum err err;

	if (!id || !*id || strlen(id) > 64)
		return edit_refuse(e, EDIT_INVALID, 0, "id", "must have 1 to 64 bytes");
	for (const char *c = id; *c; c++)
		if ((unsigned char)*c <= ' ' || *c == '"' || *c == '\\' || *c == 0x7f)
			return edit_refuse(e, EDIT_INVALID, 0, "id", "must not hold blanks or quotes");
	err = record_id_check(id);
	return err == ERR_FORMAT ? edit_refuse(e, EDIT_INVALID, 0, "id", "looks like a personal number")
				 : err;
}

enum err edit_create(struct edit *e, const char *kind, const char *id, const char *unit,
	const struct edit_text *text, const struct edit_by *by, struct version_row *ret_row,
	struct edit_trouble *ret_trouble, struct why *why)
{
	enum record_kind of = KIND_PROCEDURE, there;
	int64_t version = 0;
	enum err err = edit_begin(e, by, ret_trouble);

	if (err == OK)
		err = id_check(e, id);
	if (err == OK && (!kind || !record_kind_from(kind, &of)))
		err = edit_refuse(
			e, EDIT_INVALID, 0, "kind", "must be procedure, hotline, office, guide or faq");
	if (err == OK)
		err = unit_check(e, unit);
	if (err == OK) {
		err = edit_kind(e, id, &there);
		err = err == OK ? edit_refuse(e, EDIT_EXISTS, 0, "id", id) : err == ERR_NOT_FOUND ? OK : err;
	}
	if (err == OK)
		err = draft_add(e, of, id, unit, text, &version);
	return edit_end(e, err, version, ret_row, why);
}

enum err edit_draft(struct edit *e, const char *record, const char *unit, const struct edit_text *text,
	const struct edit_by *by, struct version_row *ret_row, struct edit_trouble *ret_trouble,
	struct why *why)
{
	enum record_kind kind;
	int64_t version = 0;
	enum err err = edit_begin(e, by, ret_trouble);

	if (err == OK)
		err = edit_kind(e, record, &kind);
	if (err == ERR_NOT_FOUND)
		err = edit_refuse(e, EDIT_NOT_FOUND, 0, "record", record);
	if (err == OK)
		err = unit_check(e, unit);
	if (err == OK)
		err = draft_add(e, kind, record, unit, text, &version);
	return edit_end(e, err, version, ret_row, why);
}

enum err edit_rollback(struct edit *e, int64_t old, const char *note, const struct edit_by *by,
	struct version_row *ret_row, struct edit_trouble *ret_trouble, struct why *why)
{
	enum record_kind kind = KIND_PROCEDURE;
	struct version_row row = {0};
	struct edit_text text = {.note = note};
	int64_t version = 0;
	enum err err = edit_begin(e, by, ret_trouble);

	if (err == OK)
		err = edit_row(e, old, &row);
	if (err == OK && !row.published_ms)
		err = edit_refuse(e, EDIT_STATE, old, "", row.state);
	if (err == OK)
		err = edit_kind(e, row.record, &kind);
	if (err == OK) {
		text.body = row.body;
		text.source = row.source;
		text.source_date = row.source_date;
		text.decision_date = row.decision_date;
		err = draft_add(e, kind, row.record, row.unit, &text, &version);
	}
	return edit_end(e, err, version, ret_row, why);
}

/* --- Saving ------------------------------------------------------------------------------------------------ */

static enum err save(struct edit *e, const struct version_row *row, const struct edit_text *text)
{
	struct edit_text t = *text;
	enum record_kind kind = KIND_PROCEDURE;
	struct draft d = {0};
	enum err err = edit_kind(e, row->record, &kind);

	t.base = t.base ? t.base : row->base;
	t.body = t.body ? t.body : row->body;
	if (err == OK)
		err = draft_make(e, kind, row->record, row->unit, &t, &d);
	return err == OK ? version_rewrite(e->kdb, row->id, &d.row) : err;
}

enum err edit_save(struct edit *e, int64_t version, int64_t revision, const struct edit_text *text,
	const struct edit_by *by, struct version_row *ret_row, struct edit_trouble *ret_trouble,
	struct why *why)
{
	struct version_row row = {0};
	enum err err = edit_begin(e, by, ret_trouble);

	if (err == OK)
		err = edit_row(e, version, &row);
	if (err == OK && strcmp(row.state, "draft") != 0)
		err = edit_refuse(e, EDIT_STATE, version, "", row.state);
	if (err == OK && row.revision != revision)
		err = edit_refuse(e, EDIT_CONFLICT, version, "", row.author);
	if (err == OK)
		err = save(e, &row, text);
	return edit_end(e, err, version, ret_row, why);
}
