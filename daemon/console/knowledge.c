#include "daemon/console/knowledge.h"

#include "daemon/base/log.h"
#include "daemon/console/desk.h"
#include "daemon/console/whose.h"

#include <string.h>

enum err call_failed(struct call *c, enum err err, const struct why *why)
{
	if (err && err != ERR_NOT_FOUND && why->text[0])
		log_error("console=%s route=%s: %s", c->in->method, c->route->path, why->text);
	return err;
}

enum err desk_browse(struct call *c, struct browse **ret_browse)
{
	struct why why = {""};
	enum err err = OK;

	if (!c->desk->browse)
		err = browse_open(c->o->knowledge_path, &c->desk->browse, &why);
	*ret_browse = c->desk->browse;
	return call_failed(c, err, &why);
}

enum err desk_edit(struct call *c, struct edit **ret_edit)
{
	struct why why = {""};
	enum err err = OK;

	if (!c->desk->edit)
		err = edit_open(c->o->knowledge_path, &c->desk->edit, &why);
	*ret_edit = c->desk->edit;
	return call_failed(c, err, &why);
}

struct edit_by call_by(const struct call *c, const char *what)
{
	return (struct edit_by){.who = c->session.staff.name,
		.now_ms = c->now_ms,
		.two_persons = c->o->two_persons,
		.what = what};
}

/* --- Refusals --- */

static int trouble_status(enum edit_trouble_kind kind)
{
	switch (kind) {
	case EDIT_INVALID: return 400;
	case EDIT_NOT_FOUND: return 404;
	case EDIT_OWN_DRAFT: return 403;
	default: return 409;
	}
}

enum err call_trouble(struct call *c, enum err err, const struct edit_trouble *trouble, const struct why *why)
{
	const char *code = edit_trouble_word(trouble->kind);
	cJSON *error;

	if (err != ERR_REFUSED)
		return call_failed(c, err, why);
	call_refuse(c, trouble_status(trouble->kind), code, trouble->member[0] ? trouble->member : NULL);
	error = cJSON_GetObjectItemCaseSensitive(c->json, "error");
	if (trouble->detail[0])
		put_text(error, "detail", trouble->detail);
	if (trouble->version)
		put_number(error, "version", trouble->version);
	return OK;
}

/* --- Versions --- */

const char *version_state(const struct call *c, const struct version_row *row)
{
	if (strcmp(row->state, "published") != 0)
		return row->state;
	if (row->valid_from && strcmp(row->valid_from, c->today) > 0)
		return "scheduled";
	return row->valid_to && strcmp(row->valid_to, c->today) <= 0 ? "ended" : "published";
}

void put_version(struct call *c, cJSON *object, const struct version_row *row)
{
	put_number(object, "version", row->id);
	put_text(object, "record", row->record);
	put_text(object, "unit", row->unit);
	put_text(object, "state", version_state(c, row));
	put_text(object, "change", row->change);
	put_text(object, "replaced_by", row->replaced_by);
	put_text(object, "valid_from", row->valid_from);
	put_text(object, "valid_to", row->valid_to ? row->valid_to : row->until);
	put_text(object, "decision", row->decision);
	put_text(object, "decision_date", row->decision_date);
	put_text(object, "source", row->source);
	put_text(object, "source_date", row->source_date);
	put_text(object, "author", row->author);
	put_text(object, "approver", row->approver);
	put_text(object, "note", row->note);
	put_number(object, "created_ms", row->created_ms);
	if (row->published_ms)
		put_number(object, "published_ms", row->published_ms);
	put_number(object, "revision", row->revision);
	if (row->base)
		put_number(object, "base", row->base);
	put_bool(object, "inherits", row->inherits);
	put_bool(object, "mine", whose_unit(c, row->unit));
}

void put_changes(struct call *c, cJSON *object, const char *name, const struct browse_changes *changes)
{
	cJSON *list = put_list(object, name);

	for (size_t i = 0; i < changes->count; i++) {
		const struct browse_change *change = &changes->items[i];
		cJSON *item = list_object(list);

		put_text(item, "member", arena_copy(&c->arena, change->path, strcspn(change->path, "[.")));
		put_text(item, "path", change->path);
		put_text(item, "before", change->before);
		put_text(item, "after", change->after);
	}
}

/* --- A draft's members --- */

bool take_unit(struct call *c, const char **ret_unit)
{
	const char *unit;

	if (!take_text(c, "unit", UNIT_MAX, &unit))
		return false;
	*ret_unit = unit ? unit : "";
	return true;
}

static bool take_body(struct call *c, const char **ret_body)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(c->body, "body");
	char *text;

	*ret_body = NULL;
	if (!item || cJSON_IsNull(item))
		return true;
	if (!cJSON_IsObject(item)) {
		call_refuse(c, 400, "invalid", "body");
		return false;
	}
	text = cJSON_PrintUnformatted(item);
	*ret_body = text ? arena_string(&c->arena, text) : NULL;
	cJSON_free(text);
	if (!*ret_body)
		call_refuse(c, 500, "failed", NULL);
	return *ret_body != NULL;
}

bool take_edit_text(struct call *c, struct edit_text *ret_text)
{
	struct edit_text t = {0};

	if (!take_body(c, &t.body) || !take_text(c, "change", 16, &t.change) ||
		!take_day(c, "valid_from", &t.valid_from) || !take_day(c, "valid_to", &t.valid_to) ||
		!take_text(c, "replaced_by", RECORD_MAX, &t.replaced_by) ||
		!take_text(c, "decision", 300, &t.decision) ||
		!take_day(c, "decision_date", &t.decision_date) || !take_text(c, "source", 300, &t.source) ||
		!take_day(c, "source_date", &t.source_date) || !take_text(c, "note", NOTE_MAX, &t.note) ||
		!take_number(c, "base_version", 0, (int64_t)1 << 52, 0, &t.base) ||
		!take_bool(c, "though_inherited", false, &t.though_inherited))
		return false;
	*ret_text = t;
	return true;
}

const char *unit_name(struct call *c, const char *unit)
{
	struct browse_unit_page page;
	struct browse *b;

	if (!unit || !*unit)
		return call_sentence(c, "nation");
	if (desk_browse(c, &b) != OK || browse_unit(b, &c->arena, unit, &page, NULL) != OK)
		return unit;
	return page.unit.name;
}
