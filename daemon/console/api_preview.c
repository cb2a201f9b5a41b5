/* api_preview.c - the reply as a citizen would see it, from a version or from a body nobody saved yet: composed by the real turn,
 * from a knowledge that holds that record alone, and split by the platform's limits. */
#include "daemon/console/facts.h"
#include "daemon/console/knowledge.h"
#include "daemon/console/rehearsal.h"
#include "daemon/turn/turn.h"

#include <string.h>

enum err api_preview_get(struct call *c);

#define TEXT_LIMIT 1900 /* config/keys.def: text_limit */

struct preview {
	const char *id, *unit, *facet, *day;
	const struct account *account; /* whose limits; NULL: nobody's, then `fallback` */
	struct account fallback;
	cJSON *row;
};

static const struct account *account_for(struct call *c, struct preview *p, const char *channel)
{
	for (size_t i = 0; i < c->o->accounts->count; i++)
		if (strcmp(c->o->accounts->items[i].adapter->name, channel) == 0)
			return &c->o->accounts->items[i];
	p->fallback = (struct account){
		.name = channel, .adapter = adapter_by_name(channel), .id = "0", .text_limit = TEXT_LIMIT};
	return p->fallback.adapter ? &p->fallback : NULL;
}

/* --- Which row --- */

/* What a unit says otherwise stands over the nation's body. */
static enum err inherited(struct call *c, struct preview *p, const struct version_row *row)
{
	struct browse_record nation;
	struct why why = {""};
	const cJSON *member;
	cJSON *whole, *own;
	struct browse *b;
	enum err err = desk_browse(c, &b);

	if (!err)
		err = call_failed(c, browse_get(b, &c->arena, row->record, "", p->day, &nation, &why), &why);
	if (err)
		return err;
	whole = cJSON_Parse(nation.body ? nation.body : "{}");
	own = p->row;
	cJSON_ArrayForEach(member, own)
	{
		cJSON_DeleteItemFromObjectCaseSensitive(whole, member->string);
		if (!cJSON_IsNull(member))
			put_item(whole, member->string, cJSON_Duplicate(member, true));
	}
	cJSON_Delete(own);
	p->row = whole;
	return whole ? OK : ERR_NOMEM;
}

/* What stands beside the body of a version belongs into its row: who says so, and since when. */
static void put_about(struct preview *p, const struct version_row *row)
{
	const struct {
		const char *name, *text;
	} about[] = {{"source", row->source}, {"source_date", row->source_date},
		{"decision_date", row->decision_date}};

	for (size_t i = 0; i < sizeof about / sizeof *about; i++)
		if (about[i].text && !cJSON_HasObjectItem(p->row, about[i].name))
			put_text(p->row, about[i].name, about[i].text);
}

static enum err row_of_version(struct call *c, struct preview *p, int64_t version)
{
	struct version_row row;
	struct why why = {""};
	struct browse *b;
	enum err err = desk_browse(c, &b);

	if (!err)
		err = call_failed(c, browse_version(b, &c->arena, version, &row, &why), &why);
	if (!err && strcmp(row.record, p->id) != 0)
		err = ERR_NOT_FOUND;
	if (err)
		return err;
	p->row = cJSON_Parse(row.body);
	if (!p->row)
		return ERR_NOMEM;
	put_about(p, &row);
	if (row.valid_from && *row.valid_from && strcmp(row.valid_from, p->day) > 0)
		p->day = row.valid_from;
	return row.inherits ? inherited(c, p, &row) : OK;
}

static enum err row_in_force(struct call *c, struct preview *p)
{
	struct browse_record record;
	struct why why = {""};
	struct browse *b;
	enum err err = desk_browse(c, &b);

	if (!err)
		err = call_failed(c, browse_get(b, &c->arena, p->id, p->unit, p->day, &record, &why), &why);
	if (err)
		return err;
	p->row = record.body ? cJSON_Parse(record.body) : NULL;
	if (p->row)
		put_about(p, &record.row);
	return p->row ? OK : ERR_NOT_FOUND;
}

/* An id the import takes: the procedure's code, "kind:…" for the others, made up for a record that has none yet. */
static enum err row_named(struct call *c, struct preview *p)
{
	enum record_kind kind = KIND_PROCEDURE;
	size_t len = strcspn(p->id, ":");
	const char *word = arena_copy(&c->arena, p->id, len), *code;

	if (!word)
		return ERR_NOMEM;
	record_kind_from(word, &kind);
	if (kind == KIND_PROCEDURE) {
		code = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(p->row, "code"));
		if (!code || !*code) {
			code = strcmp(p->id, "procedure") == 0 ? "0.000000" : p->id;
			cJSON_DeleteItemFromObjectCaseSensitive(p->row, "code");
			put_text(p->row, "code", code);
		}
		p->id = arena_string(&c->arena, code);
		return p->id ? OK : ERR_NOMEM;
	}
	if (!p->id[len])
		p->id = arena_printf(&c->arena, "%s:xem-truoc", word);
	cJSON_DeleteItemFromObjectCaseSensitive(p->row, "id");
	put_text(p->row, "id", p->id);
	return p->id ? OK : ERR_NOMEM;
}

/* --- The reply --- */

static enum err put_parts(struct call *c, struct turn *t, const struct account *account)
{
	cJSON *list = put_list(c->json, "parts");
	struct parts parts;
	enum err err = t->reply.text ? account->adapter->split(&t->arena, account, &t->reply, &parts) : OK;

	for (size_t i = 0; t->reply.text && !err && i < parts.count; i++)
		put_part(list_object(list), &parts.items[i]);
	return err;
}

static enum err compose(struct call *c, const struct preview *p, struct kb *kb)
{
	const struct tools tools = {.kb = kb, .words = c->o->words, .phrases = c->o->phrases};
	struct turn t;
	enum err err;

	turn_init(&t, &tools);
	t.now_ms = c->now_ms;
	t.as_of = p->day;
	t.known = true;
	t.event = (struct event){
		.kind = EVENT_PAYLOAD, .channel = p->account->adapter->name, .time_ms = c->now_ms};
	t.event.payload =
		arena_printf(&t.arena, "#tt:%s%s%s", p->id, p->facet ? ":" : "", p->facet ? p->facet : "");
	err = t.event.payload ? turn_think(&t) : ERR_NOMEM;
	if (!err)
		err = put_parts(c, &t, p->account);
	turn_release(&t);
	return err;
}

static enum err rehearse(struct call *c, const struct preview *p)
{
	char *row = cJSON_PrintUnformatted(p->row);
	const char *member = NULL;
	struct rehearsal r = {0};
	struct why why = {""};
	enum err err = row ? rehearsal_open_row(c, row, p->day, &r, &member, &why) : ERR_NOMEM;

	if (!err)
		err = compose(c, p, r.kb);
	rehearsal_close(&r);
	cJSON_free(row);
	if (err == ERR_FORMAT || err == ERR_LIMIT)
		return call_refuse(c, 400, "preview", member && *member ? member : NULL);
	return call_failed(c, err, &why);
}

static bool take_preview(struct call *c, struct preview *p, int64_t *ret_version)
{
	const cJSON *body = cJSON_GetObjectItemCaseSensitive(c->body, "body");
	const char *channel;

	if (!want_text(c, "id", RECORD_MAX, &p->id) || !take_unit(c, &p->unit) ||
		!take_text(c, "channel", 16, &channel) || !take_text(c, "facet", 16, &p->facet) ||
		!take_number(c, "version", 1, (int64_t)1 << 52, 0, ret_version))
		return false;
	p->account = account_for(c, p, channel ? channel : "zalo");
	if (!p->account)
		call_refuse(c, 400, "invalid", "channel");
	else if (p->facet && facet_from(p->facet) == FACET_NONE)
		call_refuse(c, 400, "invalid", "facet");
	else if (body && !cJSON_IsObject(body) && !cJSON_IsNull(body))
		call_refuse(c, 400, "invalid", "body");
	else
		return true;
	return false;
}

enum err api_preview_get(struct call *c)
{
	const cJSON *body = cJSON_GetObjectItemCaseSensitive(c->body, "body");
	struct preview p = {.day = c->today};
	int64_t version;
	enum err err = OK;

	if (!take_preview(c, &p, &version))
		return OK;
	if (cJSON_IsObject(body))
		p.row = cJSON_Duplicate(body, true);
	else
		err = version ? row_of_version(c, &p, version) : row_in_force(c, &p);
	if (!err)
		err = p.row ? row_named(c, &p) : ERR_NOMEM;
	if (!err)
		err = rehearse(c, &p);
	cJSON_Delete(p.row);
	return err;
}
