#include "daemon/console/clusters.h"

#include "daemon/console/facts.h"
#include "daemon/console/knowledge.h"
#include "daemon/console/whose.h"

#include <string.h>

/* --- Whose ---------------------------------------------------------------------------------------------- */

static bool answers_for(struct call *c, struct browse *b, const char *scope, const char *unit)
{
	struct why why = {""};
	bool has = false;

	if (!scope || !*scope)
		return true;
	if (strcmp(scope, unit) == 0)
		return true;
	call_failed(c, browse_scope_unit(b, scope, unit, &has, &why), &why);
	return has;
}

enum err clusters_units(struct call *c, const char *asked, const char **ret_units)
{
	const char *own = c->session.staff.unit, *units = ",";
	struct browse *b;
	enum err err;

	*ret_units = NULL;
	if ((!own || !*own) && !asked)
		return OK;
	err = desk_browse(c, &b);
	for (size_t i = 0; !err && i < c->o->accounts->count; i++) {
		const char *unit = c->o->accounts->items[i].unit;

		if (!unit || !answers_for(c, b, own, unit) || !answers_for(c, b, asked, unit))
			continue;
		units = arena_printf(&c->arena, "%s%s,", units, unit);
		if (!units)
			return ERR_NOMEM;
	}
	*ret_units = units;
	return err;
}

enum err clusters_take(
	struct call *c, struct cluster *ret_cluster, struct cluster_facts *ret_facts, const char **ret_units)
{
	int64_t id;
	enum err err;

	if (!call_id(c, 0, &id))
		return ERR_NOT_FOUND;
	err = clusters_units(c, NULL, ret_units);
	if (!err)
		err = store_cluster_get(c->reader, &c->arena, id, ret_cluster);
	if (!err)
		err = store_cluster_facts(c->reader, &c->arena, id, *ret_units, c->now_ms, ret_facts);
	return !err && *ret_units && !ret_facts->count ? ERR_NOT_FOUND : err;
}

enum err clusters_take_mine(struct call *c, struct cluster *ret_cluster, bool *ret_may)
{
	struct cluster_facts mine, all;
	const char *units;
	enum err err = clusters_take(c, ret_cluster, &mine, &units);

	*ret_may = false;
	if (!err && units)
		err = store_cluster_facts(c->reader, &c->arena, ret_cluster->id, NULL, c->now_ms, &all);
	if (err)
		return err;
	if (units && all.count != mine.count)
		return call_refuse(c, 403, "other_unit", NULL);
	if (strcmp(ret_cluster->state, "merged") == 0)
		return call_refuse(c, 409, "cluster_merged", NULL);
	*ret_may = true;
	return OK;
}

/* --- As JSON -------------------------------------------------------------------------------------------- */

static const char *record_name(struct call *c, const char *id)
{
	struct browse_record record;
	struct why why = {""};
	struct browse *b;
	const char *name;
	cJSON *body;

	if (!id || desk_browse(c, &b) || browse_get(b, &c->arena, id, "", c->today, &record, &why))
		return NULL;
	body = record.title || !record.body ? NULL : cJSON_Parse(record.body);
	name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "name"));
	name = record.title ? record.title : arena_string(&c->arena, name);
	cJSON_Delete(body);
	return name;
}

static void put_units(struct call *c, cJSON *item, const struct cluster_facts *facts)
{
	cJSON *list = put_list(item, "units");

	for (size_t i = 0; i < facts->unit_count; i++) {
		cJSON *unit = list_object(list);

		put_text(unit, "code", facts->units[i].name);
		put_text(unit, "name", facts->units[i].name ? unit_name(c, facts->units[i].name) : NULL);
		put_number(unit, "count", facts->units[i].count);
	}
}

void put_cluster(
	struct call *c, cJSON *item, const struct cluster *cluster, const struct cluster_facts *facts)
{
	cJSON *reasons, *trend;

	put_number(item, "id", cluster->id);
	put_text(item, "label", cluster->label);
	put_text(item, "state", cluster->state);
	put_number(item, "count", facts->count);
	put_number(item, "people", facts->people);
	put_number(item, "waiting", facts->waiting);
	trend = put_list(item, "trend");
	for (size_t i = 0; i < CLUSTER_WEEKS; i++)
		list_add(trend, cJSON_CreateNumber((double)facts->weeks[i]));
	put_units(c, item, facts);
	reasons = put_object(item, "reasons");
	for (size_t i = 0; i < facts->reason_count; i++)
		put_number(reasons, facts->reasons[i].name, facts->reasons[i].count);
	put_text(item, "owner", cluster->owner);
	put_text(item, "due", cluster->due);
	put_number(item, "first_ms", cluster->first_ms);
	put_number(item, "last_ms", cluster->last_ms);
	put_text(item, "record", cluster->record);
	put_text(item, "record_name", record_name(c, cluster->record));
}

void put_asked(struct call *c, cJSON *item, const struct unresolved *q)
{
	const struct account *account = account_of(c->o->accounts, q->channel, q->account);

	put_number(item, "id", q->id);
	put_text(item, "text", q->text);
	put_text(item, "reason", question_reason_word(q->reason));
	put_text(item, "channel", q->channel);
	put_text(item, "account", account ? account->name : q->account);
	put_text(item, "unit", q->unit);
	put_number(item, "created_ms", q->created_ms);
	put_text(item, "state", q->state);
}
