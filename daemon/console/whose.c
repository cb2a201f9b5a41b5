#include "daemon/console/whose.h"

#include "daemon/console/knowledge.h"

/* What cannot be looked up is not theirs: a refusal harms nothing. */
bool whose_unit(struct call *c, const char *unit)
{
	const char *scope = c->session.staff.unit;
	struct why why = {""};
	struct browse *b;
	bool has = false;

	if (!scope || !*scope)
		return true;
	if (desk_browse(c, &b) == OK)
		call_failed(c, browse_scope_unit(b, scope, unit, &has, &why), &why);
	return has;
}

bool whose_record(struct call *c, const char *record)
{
	const char *scope = c->session.staff.unit;
	struct why why = {""};
	struct browse *b;
	bool has = false;

	if (!scope || !*scope)
		return true;
	if (desk_browse(c, &b) == OK)
		call_failed(c, browse_scope_record(b, scope, record, &has, &why), &why);
	return has;
}

static enum err version_is_theirs(struct call *c, int64_t id, bool *ret_theirs)
{
	struct version_row row;
	struct why why = {""};
	struct browse *b;
	enum err err = desk_browse(c, &b);

	if (!err)
		err = call_failed(c, browse_version(b, &c->arena, id, &row, &why), &why);
	if (!err)
		*ret_theirs = whose_unit(c, row.unit);
	return err == ERR_NOT_FOUND ? OK : err;
}

static const char *unit_of_body(const struct call *c)
{
	const char *unit = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(c->body, "unit"));

	return unit ? unit : "";
}

static int64_t version_of_body(const struct call *c)
{
	const cJSON *version = cJSON_GetObjectItemCaseSensitive(c->body, "version");

	return cJSON_IsNumber(version) && version->valuedouble > 0 && version->valuedouble < 1e15
		       ? (int64_t)version->valuedouble
		       : 0;
}

enum err whose_check(struct call *c)
{
	bool theirs = true;
	int64_t id = 0;
	enum err err = OK;

	if (c->route->whose == WHOSE_NOBODYS || !c->session.staff.unit || !*c->session.staff.unit)
		return OK;
	switch (c->route->whose) {
	case WHOSE_NOBODYS: break;
	case WHOSE_UNIT: theirs = whose_unit(c, unit_of_body(c)); break;
	case WHOSE_RECORD: theirs = whose_record(c, c->param[0]); break;
	case WHOSE_VERSION:
		if (!call_id(c, 0, &id))
			return OK;
		err = version_is_theirs(c, id, &theirs);
		break;
	case WHOSE_NAMED: err = version_is_theirs(c, version_of_body(c), &theirs); break;
	}
	return err || theirs ? err : call_refuse(c, 403, "other_unit", NULL);
}
