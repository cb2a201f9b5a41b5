/* api_records.c - what is known: the list, one record with whose each member is, its history and differences, what is ours of it. */
#include "daemon/console/deeds.h"
#include "daemon/console/desk.h"
#include "daemon/console/findings.h"
#include "daemon/console/knowledge.h"
#include "daemon/console/whose.h"

#include <stdlib.h>
#include <string.h>

enum err api_records_list(struct call *c);
enum err api_records_get(struct call *c);
enum err api_records_history(struct call *c);
enum err api_records_diff(struct call *c);
enum err api_records_own(struct call *c);

#define ASKS_MAX 200
#define ASK_MAX 300 /* bytes */

/* ?as_of, ?from, …; NULL when absent; refuses what is no day. */
static bool query_day(struct call *c, const char *name, const char **ret_day)
{
	*ret_day = call_query(c, name);
	if (!*ret_day || is_day(*ret_day))
		return true;
	call_refuse(c, 400, "day", name);
	return false;
}

/* --- The list --- */

/* "xã, tỉnh" → ["xã", "tỉnh"] */
static void put_levels(struct call *c, cJSON *item, const char *levels)
{
	cJSON *list = put_list(item, "levels");

	for (const char *at = levels; at && *at;) {
		size_t len = strcspn(at, ",");

		list_text(list, arena_copy(&c->arena, at, len));
		at += len;
		at += strspn(at, ", ");
	}
}

static void put_row(struct call *c, cJSON *item, const struct browse_item *b)
{
	put_text(item, "id", b->id);
	put_text(item, "code", b->code);
	put_text(item, "kind", b->kind);
	put_text(item, "name", b->name);
	put_text(item, "everyday", b->everyday);
	put_text(item, "field", b->field);
	put_levels(c, item, b->levels);
	put_text(item, "unit", b->unit);
	put_text(item, "state", browse_state_word(b->state));
	put_text(item, "change", b->change);
	put_text(item, "valid_from", b->valid_from);
	put_text(item, "valid_to", b->valid_to);
	put_text(item, "planned", b->planned);
	put_number(item, "version", b->version);
	put_bool(item, "has_draft", b->draft != 0);
	put_number(item, "draft", b->draft);
	put_number(item, "overrides", (int64_t)b->overrides);
}

/* Only records with a finding of that word. */
static enum err filter_quality(struct call *c, const char *word, struct browse_filter *f)
{
	enum err err = findings_ids(c, word, &f->ids, &f->id_count);

	return err == ERR_FORMAT ? call_refuse(c, 400, "invalid", "quality") : err;
}

enum err api_records_list(struct call *c)
{
	struct browse_filter f = {.q = call_query(c, "q"),
		.kind = call_query(c, "kind"),
		.field = call_query(c, "field"),
		.level = call_query(c, "level"),
		.unit = call_query(c, "unit"),
		.state = call_query(c, "state")};
	const char *quality = call_query(c, "quality");
	struct browse_list list = {0};
	struct why why = {""};
	struct page page;
	struct browse *b;
	cJSON *items;
	enum err err;

	if (!take_page(c, &page) || !query_day(c, "as_of", &f.as_of))
		return OK;
	f.as_of = f.as_of ? f.as_of : c->today;
	f.skip = page.skip;
	f.room = page.size;
	err = desk_browse(c, &b);
	if (!err && quality)
		err = filter_quality(c, quality, &f);
	if (err || c->out->status >= 400)
		return err;
	err = browse_list(b, &c->arena, &f, &list, &why);
	if (err)
		return call_failed(c, err, &why);
	items = put_page(c, &page, list.total);
	for (size_t i = 0; i < list.count; i++)
		put_row(c, list_object(items), &list.items[i]);
	return OK;
}

/* --- One record --- */

static void put_texts(cJSON *object, const char *name, const char *const *texts, size_t count)
{
	cJSON *list = put_list(object, name);

	for (size_t i = 0; i < count; i++)
		list_text(list, texts[i]);
}

static void put_provenance(struct call *c, const struct browse_record *r)
{
	cJSON *all = put_object(c->json, "provenance");

	for (size_t i = 0; i < r->member_count; i++) {
		cJSON *item = put_object(all, r->members[i].name);

		put_text(item, "unit", r->members[i].unit);
		put_text(item, "unit_name", unit_name(c, r->members[i].unit));
		put_number(item, "version", r->members[i].version);
	}
}

static void put_heirs(struct call *c, const struct browse_record *r)
{
	cJSON *list = put_list(c->json, "inherited_by");

	for (size_t i = 0; i < r->heir_count; i++) {
		cJSON *item = list_object(list);

		put_text(item, "unit", r->heirs[i]);
		put_text(item, "name", unit_name(c, r->heirs[i]));
	}
}

static void put_version_or_null(struct call *c, const char *name, const struct version_row *row)
{
	if (row->id)
		put_version(c, put_object(c->json, name), row);
	else
		put_text(c->json, name, NULL);
}

enum err api_records_get(struct call *c)
{
	const char *unit = call_query(c, "unit"), *as_of;
	struct browse_record r;
	struct why why = {""};
	struct browse *b;
	cJSON *own;
	enum err err;

	if (!query_day(c, "as_of", &as_of))
		return OK;
	err = desk_browse(c, &b);
	if (!err)
		err = call_failed(c,
			browse_get(b, &c->arena, c->param[0], unit ? unit : "", as_of ? as_of : c->today, &r,
				&why),
			&why);
	if (err)
		return err;
	put_text(c->json, "id", r.id);
	put_text(c->json, "kind", r.kind);
	put_text(c->json, "unit", r.unit);
	put_text(c->json, "unit_name", unit_name(c, r.unit));
	put_json(c->json, "record", r.body);
	put_bool(c->json, "mine", whose_unit(c, r.unit));
	own = put_object(c->json, "own");
	put_bool(own, "mine", whose_record(c, r.id));
	put_text(own, "title", r.title);
	put_texts(own, "asks", r.asks, r.ask_count);
	put_texts(own, "keywords", r.keywords, r.keyword_count);
	put_version_or_null(c, "version", &r.row);
	put_version_or_null(c, "draft", &r.draft);
	put_provenance(c, &r);
	put_heirs(c, &r);
	return OK;
}

enum err api_records_history(struct call *c)
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
		err = call_failed(c,
			browse_history(b, &c->arena, c->param[0], call_query(c, "unit"), &rows, &why), &why);
	if (err || rows.count == 0)
		return err ? err : ERR_NOT_FOUND;
	items = put_page(c, &page, rows.count);
	for (size_t i = page.skip; i < rows.count && i < page.skip + page.size; i++)
		put_version(c, list_object(items), &rows.items[i]);
	return OK;
}

static bool query_version(struct call *c, const char *name, int64_t *ret_version)
{
	const char *text = call_query(c, name);
	size_t len = text ? strlen(text) : 0;

	*ret_version = 0;
	if (len == 0 || len > 15 || strspn(text, "0123456789") != len) {
		if (len)
			call_refuse(c, 400, "invalid", name);
		return len == 0;
	}
	*ret_version = atoll(text);
	return true;
}

/* Whether the version is one of the record in the path; 0 is. */
static enum err version_belongs(struct call *c, struct browse *b, int64_t version)
{
	struct version_row row;
	struct why why = {""};
	enum err err;

	if (!version)
		return OK;
	err = call_failed(c, browse_version(b, &c->arena, version, &row, &why), &why);
	return err ? err : strcmp(row.record, c->param[0]) == 0 ? OK : ERR_NOT_FOUND;
}

enum err api_records_diff(struct call *c)
{
	struct browse_changes changes = {0};
	struct why why = {""};
	int64_t from, to;
	struct browse *b;
	enum err err;

	if (!query_version(c, "from", &from) || !query_version(c, "to", &to))
		return OK;
	if (!to)
		return call_refuse(c, 400, "missing", "to");
	err = desk_browse(c, &b);
	if (!err)
		err = version_belongs(c, b, from);
	if (!err)
		err = version_belongs(c, b, to);
	if (!err)
		err = call_failed(c, browse_diff(b, &c->arena, from, to, &changes, &why), &why);
	if (!err)
		put_changes(c, c->json, "changes", &changes);
	return err;
}

/* --- What is ours --- */

static bool take_texts(struct call *c, const char *name, const char *const **ret_texts, size_t *ret_count)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(c->body, name), *item;
	const char **texts;
	size_t count = 0;

	*ret_texts = NULL;
	*ret_count = 0;
	if (!list || cJSON_IsNull(list))
		return true;
	texts = arena_array(&c->arena, ASKS_MAX, sizeof *texts);
	cJSON_ArrayForEach(item, list)
	{
		bool fits = cJSON_IsString(item) && strlen(item->valuestring) <= ASK_MAX && count < ASKS_MAX;

		if (!cJSON_IsArray(list) || !texts || !fits ||
			!clean_text(c, item->valuestring, &texts[count])) {
			call_refuse(c, 400, "invalid", name);
			return false;
		}
		count += *texts[count] != '\0';
	}
	*ret_texts = texts;
	*ret_count = count;
	return cJSON_IsArray(list) || call_refuse(c, 400, "invalid", name) != OK;
}

/* NULL: out of memory. */
static const char *own_detail(struct call *c, const struct edit_own *own)
{
	cJSON *detail = cJSON_CreateObject();
	const char *copy = NULL;
	char *text;

	put_text(detail, "title", own->title);
	put_texts(detail, "asks", own->asks, own->ask_count);
	put_texts(detail, "keywords", own->keywords, own->keyword_count);
	text = json_whole() ? cJSON_PrintUnformatted(detail) : NULL;
	copy = arena_string(&c->arena, text);
	cJSON_free(text);
	cJSON_Delete(detail);
	return copy;
}

enum err api_records_own(struct call *c)
{
	struct edit_by by = call_by(c, "record.own");
	struct edit_own own = {0};
	struct edit_trouble trouble = {0};
	struct why why = {""};
	struct edit *e;
	enum err err;

	if (!take_text(c, "title", ASK_MAX, &own.title) ||
		!take_texts(c, "asks", &own.asks, &own.ask_count) ||
		!take_texts(c, "keywords", &own.keywords, &own.keyword_count))
		return OK;
	by.detail = own_detail(c, &own);
	if (!by.detail)
		return ERR_NOMEM;
	err = desk_edit(c, &e);
	if (!err)
		err = edit_own(e, c->param[0], &own, &by, &trouble, &why);
	if (err)
		return call_trouble(c, err, &trouble, &why);
	deeds_settle(c->desk->console, e);
	return OK;
}
