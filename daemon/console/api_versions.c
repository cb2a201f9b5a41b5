/* api_versions.c - a version on its way: begun, saved, sent to review, approved or returned, given up; and back to an old one. */
#include "daemon/console/deeds.h"
#include "daemon/console/desk.h"
#include "daemon/console/knowledge.h"
#include "daemon/console/whose.h"

#include <string.h>

enum err api_versions_create(struct call *c);
enum err api_versions_draft(struct call *c);
enum err api_versions_get(struct call *c);
enum err api_versions_save(struct call *c);
enum err api_versions_submit(struct call *c);
enum err api_versions_approve(struct call *c);
enum err api_versions_return(struct call *c);
enum err api_versions_withdraw(struct call *c);
enum err api_versions_rollback(struct call *c);
enum err api_review_list(struct call *c);
enum err api_review_approve(struct call *c);

#define APPROVED_AT_ONCE 200

static enum err answer_version(struct call *c, int status, const struct version_row *row)
{
	c->out->status = status;
	put_number(c->json, "version", row->id);
	put_number(c->json, "revision", row->revision);
	put_text(c->json, "state", version_state(c, row));
	deeds_settle(c->desk->console, c->desk->edit);
	return OK;
}

/* --- Begun --- */

/* The draft that is open already, so that the page can go on with it. */
static enum err put_open(struct call *c, int64_t version)
{
	struct version_row row;
	struct why why = {""};
	struct browse *b;
	enum err err = desk_browse(c, &b);

	if (!err)
		err = call_failed(c, browse_version(b, &c->arena, version, &row, &why), &why);
	if (!err)
		put_version(c, put_object(c->json, "open"), &row);
	return err;
}

static enum err begun(struct call *c, enum err err, const struct version_row *row,
	const struct edit_trouble *trouble, const struct why *why)
{
	if (!err)
		return answer_version(c, 201, row);
	err = call_trouble(c, err, trouble, why);
	return !err && trouble->kind == EDIT_OPEN_DRAFT ? put_open(c, trouble->version) : err;
}

enum err api_versions_create(struct call *c)
{
	struct edit_by by = call_by(c, "version.create");
	struct edit_trouble trouble = {0};
	struct version_row row = {0};
	struct edit_text text;
	const char *kind, *id, *unit;
	struct why why = {""};
	struct edit *e;
	enum err err;

	if (!want_text(c, "kind", 16, &kind) || !want_text(c, "id", RECORD_MAX, &id) ||
		!take_unit(c, &unit) || !take_edit_text(c, &text))
		return OK;
	err = desk_edit(c, &e);
	if (!err)
		err = edit_create(e, kind, id, unit, &text, &by, &row, &trouble, &why);
	return begun(c, err, &row, &trouble, &why);
}

enum err api_versions_draft(struct call *c)
{
	struct edit_by by = call_by(c, "version.draft");
	struct edit_trouble trouble = {0};
	struct version_row row = {0};
	struct edit_text text;
	struct why why = {""};
	const char *unit;
	struct edit *e;
	enum err err;

	if (!take_unit(c, &unit) || !take_edit_text(c, &text))
		return OK;
	err = desk_edit(c, &e);
	if (!err)
		err = edit_draft(e, c->param[0], unit, &text, &by, &row, &trouble, &why);
	return begun(c, err, &row, &trouble, &why);
}

enum err api_versions_rollback(struct call *c)
{
	struct edit_by by = call_by(c, "version.rollback");
	struct edit_trouble trouble = {0};
	struct version_row row = {0}, old;
	struct why why = {""};
	struct browse *b;
	const char *note;
	int64_t version;
	struct edit *e;
	enum err err;

	if (!take_number(c, "version", 1, (int64_t)1 << 52, 0, &version) ||
		!take_text(c, "note", NOTE_MAX, &note))
		return OK;
	if (!version)
		return call_refuse(c, 400, "missing", "version");
	err = desk_browse(c, &b);
	if (!err)
		err = call_failed(c, browse_version(b, &c->arena, version, &old, &why), &why);
	if (!err && strcmp(old.record, c->param[0]) != 0)
		err = ERR_NOT_FOUND;
	if (!err)
		err = desk_edit(c, &e);
	if (err)
		return err;
	err = edit_rollback(e, version, note, &by, &row, &trouble, &why);
	return begun(c, err, &row, &trouble, &why);
}

/* --- Read and saved --- */

static enum err version_read(struct call *c, int64_t id, struct version_row *ret_row)
{
	struct why why = {""};
	struct browse *b;
	enum err err = desk_browse(c, &b);

	return err ? err : call_failed(c, browse_version(b, &c->arena, id, ret_row, &why), &why);
}

enum err api_versions_get(struct call *c)
{
	struct browse_record record;
	struct version_row row;
	struct why why = {""};
	struct browse *b;
	cJSON *version;
	int64_t id;
	enum err err;

	if (!call_id(c, 0, &id))
		return OK;
	err = version_read(c, id, &row);
	if (!err)
		err = desk_browse(c, &b);
	if (!err)
		err = call_failed(
			c, browse_get(b, &c->arena, row.record, row.unit, c->today, &record, &why), &why);
	if (err)
		return err;
	version = put_object(c->json, "version");
	put_version(c, version, &row);
	put_text(version, "kind", record.kind);
	put_text(version, "everyday", record.title);
	put_json(c->json, "record", row.body);
	return OK;
}

/* What I would have saved: a draft's decision stands in its body, too. */
static const char *body_of(struct call *c, const struct edit_text *text, const char *before)
{
	cJSON *body = cJSON_Parse(text->body ? text->body : before);
	char *printed;
	const char *copy;

	if (body && text->decision) {
		cJSON_DeleteItemFromObjectCaseSensitive(body, "decision");
		put_text(body, "decision", text->decision);
	}
	printed = body ? cJSON_PrintUnformatted(body) : NULL;
	copy = printed ? arena_string(&c->arena, printed) : NULL;
	cJSON_free(printed);
	cJSON_Delete(body);
	return copy;
}

/* What stands there now, and what saving mine would make of it. */
static enum err put_conflict(struct call *c, int64_t id, const struct edit_text *text)
{
	struct browse_changes changes = {0};
	struct version_row now;
	cJSON *current;
	enum err err = version_read(c, id, &now);

	if (!err)
		err = browse_compare(&c->arena, now.body, body_of(c, text, now.body), &changes);
	if (err)
		return err;
	current = put_object(c->json, "current");
	put_version(c, current, &now);
	put_json(current, "body", now.body);
	put_changes(c, c->json, "changes", &changes);
	return OK;
}

enum err api_versions_save(struct call *c)
{
	struct edit_by by = call_by(c, "version.save");
	struct edit_trouble trouble = {0};
	struct version_row row = {0};
	struct edit_text text;
	struct why why = {""};
	int64_t id, revision;
	struct edit *e;
	enum err err;

	if (!call_id(c, 0, &id) || !take_number(c, "revision", 1, (int64_t)1 << 52, 0, &revision) ||
		!take_edit_text(c, &text))
		return OK;
	if (!revision)
		return call_refuse(c, 400, "missing", "revision");
	err = desk_edit(c, &e);
	if (!err)
		err = edit_save(e, id, revision, &text, &by, &row, &trouble, &why);
	if (!err)
		return answer_version(c, 200, &row);
	err = call_trouble(c, err, &trouble, &why);
	return !err && trouble.kind == EDIT_CONFLICT ? put_conflict(c, id, &text) : err;
}

/* --- Its steps --- */

static enum err step(struct call *c, enum edit_step step, const char *what, const char *note)
{
	struct edit_by by = call_by(c, what);
	struct edit_trouble trouble = {0};
	struct version_row row = {0};
	struct why why = {""};
	struct edit *e;
	int64_t id;
	enum err err;

	if (!call_id(c, 0, &id))
		return OK;
	err = desk_edit(c, &e);
	if (!err)
		err = edit_step(e, id, step, note, &by, &row, &trouble, &why);
	return err ? call_trouble(c, err, &trouble, &why) : answer_version(c, 200, &row);
}

enum err api_versions_submit(struct call *c)
{
	const char *note;

	return take_text(c, "note", NOTE_MAX, &note) ? step(c, EDIT_SUBMIT, "version.submit", note) : OK;
}

enum err api_versions_approve(struct call *c)
{
	const char *note;

	return take_text(c, "note", NOTE_MAX, &note) ? step(c, EDIT_APPROVE, "version.approve", note) : OK;
}

enum err api_versions_return(struct call *c)
{
	const char *note;

	return want_text(c, "note", NOTE_MAX, &note) ? step(c, EDIT_RETURN, "version.return", note) : OK;
}

enum err api_versions_withdraw(struct call *c)
{
	const char *note;

	return take_text(c, "note", NOTE_MAX, &note) ? step(c, EDIT_WITHDRAW, "version.withdraw", note) : OK;
}

/* --- What waits for a second person --- */

static enum err put_waiting(struct call *c, struct browse *b, cJSON *item, const struct version_row *row)
{
	struct browse_changes changes = {0};
	struct browse_record record;
	struct why why = {""};
	const cJSON *name;
	cJSON *body = cJSON_Parse(row->body);
	enum err err = browse_diff(b, &c->arena, row->base, row->id, &changes, &why);

	if (!err)
		err = browse_get(b, &c->arena, row->record, row->unit, c->today, &record, &why);
	name = cJSON_GetObjectItemCaseSensitive(body, "name");
	put_version(c, item, row);
	if (!err) {
		put_text(item, "kind", record.kind);
		put_text(item, "name", record.title ? record.title : cJSON_GetStringValue(name));
		put_number(item, "changes", (int64_t)changes.count);
	}
	cJSON_Delete(body);
	return call_failed(c, err, &why);
}

enum err api_review_list(struct call *c)
{
	struct browse_rows rows = {0};
	struct why why = {""};
	struct page page;
	struct browse *b;
	cJSON *items;
	enum err err;

	if (!take_page(c, &page))
		return OK;
	err = desk_browse(c, &b);
	if (!err)
		err = call_failed(c, browse_review(b, &c->arena, &rows, &why), &why);
	if (err)
		return err;
	items = put_page(c, &page, rows.count);
	for (size_t i = page.skip; i < rows.count && i < page.skip + page.size && !err; i++)
		err = put_waiting(c, b, list_object(items), &rows.items[i]);
	return err;
}

static enum err not_approved(struct call *c, cJSON *item, const char *code)
{
	put_text(item, "code", code);
	put_text(item, "message", call_sentence(c, code));
	return OK;
}

/* One of several: what became of it stands in the list. */
static enum err approve_one(struct call *c, struct edit *e, int64_t id, cJSON *item)
{
	struct edit_by by = call_by(c, "version.approve");
	struct edit_trouble trouble = {0};
	struct version_row row = {0};
	struct why why = {""};
	enum err err = version_read(c, id, &row);

	put_number(item, "version", id);
	if (!err && !whose_unit(c, row.unit))
		return not_approved(c, item, "other_unit");
	if (!err || err == ERR_NOT_FOUND)
		err = edit_step(e, id, EDIT_APPROVE, NULL, &by, &row, &trouble, &why);
	if (err == ERR_REFUSED)
		return not_approved(c, item, edit_trouble_word(trouble.kind));
	if (err)
		return call_failed(c, err, &why);
	put_text(item, "state", version_state(c, &row));
	return OK;
}

enum err api_review_approve(struct call *c)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(c->body, "versions"), *item;
	int count = cJSON_IsArray(list) ? cJSON_GetArraySize(list) : 0;
	cJSON *items;
	struct edit *e;
	enum err err;

	if (count < 1 || count > APPROVED_AT_ONCE)
		return call_refuse(c, 400, "invalid", "versions");
	cJSON_ArrayForEach(item, list)
	{
		if (!cJSON_IsNumber(item) || item->valuedouble < 1 || item->valuedouble > 1e15)
			return call_refuse(c, 400, "invalid", "versions");
	}
	err = desk_edit(c, &e);
	items = put_list(c->json, "items");
	cJSON_ArrayForEach(item, list)
	{
		if (!err)
			err = approve_one(c, e, (int64_t)item->valuedouble, list_object(items));
	}
	deeds_settle(c->desk->console, e);
	return err;
}
