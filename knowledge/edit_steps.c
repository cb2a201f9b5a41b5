/* edit_steps.c - a draft goes to review, is published, comes back or is given up; and what is ours of a record. */
#include "knowledge/edit_internal.h"

#include "knowledge/deed.h"
#include "knowledge/index.h"
#include "knowledge/version.h"

#include <stdio.h>
#include <string.h>

/* --- Steps ------------------------------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* The version in force on the draft's first day is the one it was written from, and it says something else. */
static enum err check_base(struct edit *e, const struct version_row *row)
{
	struct version_row now;
	enum err err = edit_in_force(e, row->record, row->unit, edit_first_day(e, row->valid_from), &now);

	if (err != OK)
		return err;
	if (now.id != row->base)
		return edit_refuse(e, EDIT_STALE, now.id, "", "");
	if (now.id && strcmp(row->change, "amended") == 0 && strcmp(row->body, now.body) == 0 &&
		same_text(row->until, now.until) && same_text(row->decision_date, now.decision_date) &&
		same_text(row->source, now.source) && same_text(row->source_date, now.source_date))
		return edit_refuse(e, EDIT_UNCHANGED, now.id, "", "");
	if (!now.id && row->inherits && strcmp(row->body, "{}") == 0)
		return edit_refuse(e, EDIT_UNCHANGED, 0, "", "");
	return OK;
}

static enum err next_day(struct edit *e, const struct version_row *row, const char *from, char ret_day[11])
{
	sqlite3_stmt *stmt = kdb_bind(e->kdb, KDB_VERSION_AFTER, "sss", row->record, row->unit, from);
	int rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
	enum err err = stmt ? kdb_step_err(e->kdb, rc) : kdb_err(e->kdb);
	const char *day = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(stmt, 0) : NULL;

	snprintf(ret_day, 11, "%s", day ? day : "");
	if (stmt)
		sqlite3_reset(stmt);
	return err;
}

static enum err check_span(struct edit *e, const struct version_row *row, const char *from)
{
	char next[11];
	enum err err = next_day(e, row, from, next);
	struct version_row planned;

	if (err != OK)
		return err;
	if (row->until && strcmp(row->until, from) <= 0)
		return edit_refuse(e, EDIT_INVALID, 0, "valid_to", "must lie after valid_from");
	if (!row->until || !*next || strcmp(next, row->until) >= 0)
		return OK;
	err = edit_in_force(e, row->record, row->unit, next, &planned);
	return err == OK ? edit_refuse(e, EDIT_OVERLAP, planned.id, "valid_to", next) : err;
}

static enum err submit(struct edit *e, const struct version_row *row, const char *note)
{
	enum err err = strcmp(row->state, "draft") == 0 ? check_base(e, row)
							: edit_refuse(e, EDIT_STATE, row->id, "", row->state);

	if (err == OK)
		err = check_span(e, row, edit_first_day(e, row->valid_from));
	return err == OK ? kdb_run(e->kdb, KDB_EDIT_STATE, "iss", row->id, "review", note) : err;
}

static enum err approve(struct edit *e, const struct version_row *row)
{
	const char *from = edit_first_day(e, row->valid_from);
	bool draft = strcmp(row->state, "draft") == 0;
	enum err err;

	if (strcmp(row->state, "review") != 0 && !(draft && !e->by->two_persons))
		return edit_refuse(e, EDIT_STATE, row->id, "", row->state);
	if (e->by->two_persons && strcmp(row->author, e->by->who) == 0)
		return edit_refuse(e, EDIT_OWN_DRAFT, row->id, "", "");
	err = check_base(e, row);
	if (err == OK)
		err = check_span(e, row, from);
	if (err == OK)
		err = kdb_run(e->kdb, KDB_EDIT_PUBLISH, "issi", row->id, from, e->by->who, e->by->now_ms);
	if (err == OK)
		err = index_put_later(e->kdb, row->id);
	return err == OK ? version_settle(e->kdb, row->record, row->unit, from, row->id) : err;
}

static enum err send_back(struct edit *e, const struct version_row *row, const char *note)
{
	if (strcmp(row->state, "review") != 0)
		return edit_refuse(e, EDIT_STATE, row->id, "", row->state);
	return kdb_run(e->kdb, KDB_EDIT_STATE, "iss", row->id, "draft", note);
}

static enum err withdraw(struct edit *e, const struct version_row *row, const char *note)
{
	enum err err;

	if (strcmp(row->state, "review") == 0)
		return strcmp(row->author, e->by->who) == 0
			       ? send_back(e, row, note)
			       : edit_refuse(e, EDIT_STATE, row->id, "", row->state);
	if (strcmp(row->state, "draft") == 0)
		return kdb_run(e->kdb, KDB_EDIT_STATE, "iss", row->id, "withdrawn", note);
	if (strcmp(row->state, "published") != 0 || strcmp(row->valid_from, e->today) <= 0)
		return edit_refuse(e, EDIT_STATE, row->id, "", row->state);
	err = version_withdraw(e->kdb, row->record, row->id, note);
	return err == OK ? version_settle(e->kdb, row->record, row->unit, row->valid_from, 0) : err;
}

enum err edit_step(struct edit *e, int64_t version, enum edit_step step, const char *note,
	const struct edit_by *by, struct version_row *ret_row, struct edit_trouble *ret_trouble,
	struct why *why)
{
	struct version_row row = {0};
	enum err err = edit_begin(e, by, ret_trouble);

	if (err == OK)
		err = edit_row(e, version, &row);
	if (err == OK) {
		switch (step) {
		case EDIT_SUBMIT: err = submit(e, &row, edit_or_null(note)); break;
		case EDIT_APPROVE: err = approve(e, &row); break;
		case EDIT_RETURN: err = send_back(e, &row, edit_or_null(note)); break;
		case EDIT_WITHDRAW: err = withdraw(e, &row, edit_or_null(note)); break;
		}
	}
	return edit_end(e, err, version, ret_row, why);
}

/* --- What is ours ------------------------------------------------------------------------------------------ */

static enum err add_texts(
	struct edit *e, const char *record, const char *kind, const char *const *texts, size_t count)
{
	enum err err = OK;

	for (size_t i = 0; i < count && err == OK; i++) {
		size_t len = strlen(texts[i]);

		if (!len || len > 512)
			return edit_refuse(e, EDIT_INVALID, 0, kind, "must have 1 to 512 bytes");
		err = kdb_run(e->kdb, KDB_OWN_ADD, "ssss", record, kind, texts[i], e->by->who);
	}
	return err;
}

enum err edit_own(struct edit *e, const char *record, const struct edit_own *own, const struct edit_by *by,
	struct edit_trouble *ret_trouble, struct why *why)
{
	enum record_kind kind;
	enum err err = edit_begin(e, by, ret_trouble);

	if (err == OK)
		err = edit_kind(e, record, &kind);
	if (err == ERR_NOT_FOUND)
		err = edit_refuse(e, EDIT_NOT_FOUND, 0, "record", record);
	if (err == OK && (own->ask_count > 500 || own->keyword_count > 500))
		err = edit_refuse(e, EDIT_INVALID, 0, "ask", "is too long a list");
	if (err == OK)
		err = index_take_out(e->kdb, record);
	if (err == OK)
		err = kdb_run(e->kdb, KDB_OWN_CLEAR, "s", record);
	if (err == OK && own->title)
		err = add_texts(e, record, "title", &own->title, 1);
	if (err == OK)
		err = add_texts(e, record, "ask", own->asks, own->ask_count);
	if (err == OK)
		err = add_texts(e, record, "keyword", own->keywords, own->keyword_count);
	if (err == OK && by->what)
		err = deed_add(e->kdb, &(struct deed){.time_ms = by->now_ms,
					       .who = by->who,
					       .what = by->what,
					       .object = record,
					       .detail = by->detail ? by->detail : "{}"});
	return edit_end(e, err, 0, NULL, why);
}
