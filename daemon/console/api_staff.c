/* api_staff.c - staff, their roles, one-time passwords, and the audit trail. */
#include "daemon/console/knowledge.h"
#include "daemon/console/password.h"
#include "daemon/console/staff.h"

#include <stdlib.h>
#include <string.h>

enum err api_staff_list(struct call *c);
enum err api_staff_add(struct call *c);
enum err api_staff_change(struct call *c);
enum err api_staff_password(struct call *c);
enum err api_audit_list(struct call *c);

#define DISPLAY_MAX 100
#define STAFF_UNIT_MAX 32

static void put_roles(cJSON *object, const char *words)
{
	cJSON *list = put_list(object, "roles");
	unsigned roles = 0;

	if (roles_read(words, &roles))
		for (unsigned i = 0; i < ROLE_COUNT; i++)
			if (roles & 1u << i)
				list_text(list, role_word((enum role_bit)i));
}

enum err api_staff_list(struct call *c)
{
	struct staff *staff;
	size_t count, total;
	struct page page;
	cJSON *items;
	enum err err;

	if (!take_page(c, &page))
		return OK;
	err = store_staff_list(c->reader, &c->arena, page.skip, page.size, &staff, &count, &total);
	if (err)
		return err;
	items = put_page(c, &page, total);
	for (size_t i = 0; i < count; i++) {
		cJSON *item = list_object(items);

		put_text(item, "name", staff[i].name);
		put_text(item, "display", staff[i].display);
		put_roles(item, staff[i].roles);
		put_text(item, "unit", staff[i].unit);
		put_bool(item, "disabled", staff[i].disabled);
		put_bool(item, "must_change", staff[i].must_change);
		put_bool(item, "locked", staff[i].locked_until_ms > c->now_ms);
		put_number(item, "created_ms", staff[i].created_ms);
	}
	return OK;
}

/* ["editor","approver"] → "editor,approver"; refuses. */
static bool want_roles(struct call *c, const char **ret_roles)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(c->body, "roles"), *item;
	unsigned roles = 0, one;

	cJSON_ArrayForEach(item, list)
	{
		if (!cJSON_IsString(item) || strchr(item->valuestring, ',') ||
			!roles_read(item->valuestring, &one)) {
			call_refuse(c, 400, "invalid", "roles");
			return false;
		}
		roles |= one;
	}
	if (!cJSON_IsArray(list) || !roles) {
		call_refuse(c, 400, "staff_roles", "roles");
		return false;
	}
	*ret_roles = roles_print(&c->arena, roles);
	return *ret_roles != NULL;
}

static cJSON *staff_detail(const struct staff *s)
{
	cJSON *detail = cJSON_CreateObject();

	put_text(detail, "display", s->display);
	put_text(detail, "roles", s->roles);
	put_text(detail, "unit", s->unit);
	put_bool(detail, "disabled", s->disabled);
	return detail;
}

static enum err add_job(struct store_tx *tx, void *arg)
{
	return store_staff_add(tx, arg);
}

/* The unit is one that the knowledge has; NULL is fine. Refuses. */
static bool unit_is_known(struct call *c, const char *unit)
{
	struct browse_unit_page page;
	struct browse *b;
	enum err err = unit ? desk_browse(c, &b) : OK;

	if (unit && !err)
		err = browse_unit(b, &c->arena, unit, &page, NULL);
	if (err)
		call_refuse(c, err == ERR_NOT_FOUND ? 400 : 500,
			err == ERR_NOT_FOUND ? "staff_unit" : "failed", "unit");
	return !err;
}

enum err api_staff_add(struct call *c)
{
	struct staff s = {.must_change = true, .created_ms = c->now_ms};
	struct staff_secret secret;
	enum err err;

	if (!want_text(c, "name", 64, &s.name) || !want_text(c, "display", DISPLAY_MAX, &s.display) ||
		!take_text(c, "unit", STAFF_UNIT_MAX, &s.unit) || !want_roles(c, &s.roles) ||
		!unit_is_known(c, s.unit))
		return OK;
	if (!staff_name_ok(s.name))
		return call_refuse(c, 400, "staff_name", "name");
	err = staff_secret_make(&secret);
	if (err)
		return err;
	s.password = secret.hash;
	err = call_write(c, add_job, &s, "staff.add", s.name, staff_detail(&s));
	if (err == ERR_EXISTS)
		return call_refuse(c, 409, "staff_exists", "name");
	if (!err) {
		c->out->status = 201;
		put_text(c->json, "one_time_password", secret.one_time);
	}
	return err;
}

static enum err change_job(struct store_tx *tx, void *arg)
{
	return store_staff_change(tx, arg);
}

enum err api_staff_change(struct call *c)
{
	struct staff s = {.name = c->param[0]};
	enum err err;

	if (!want_text(c, "display", DISPLAY_MAX, &s.display) ||
		!take_text(c, "unit", STAFF_UNIT_MAX, &s.unit) || !want_roles(c, &s.roles) ||
		!take_bool(c, "disabled", false, &s.disabled) || !unit_is_known(c, s.unit))
		return OK;
	err = call_write(c, change_job, &s, "staff.change", s.name, staff_detail(&s));
	return err == ERR_PERMISSION ? call_refuse(c, 409, "last_admin", "roles") : err;
}

struct reset {
	const char *name, *hash;
};

static enum err reset_job(struct store_tx *tx, void *arg)
{
	const struct reset *r = arg;

	return store_staff_password(tx, r->name, r->hash, true, NULL);
}

enum err api_staff_password(struct call *c)
{
	struct staff_secret secret;
	struct reset r = {c->param[0], secret.hash};
	enum err err = staff_secret_make(&secret);

	if (!err)
		err = call_write(c, reset_job, &r, "staff.password", r.name, NULL);
	if (!err)
		put_text(c->json, "one_time_password", secret.one_time);
	return err;
}

/* --- What they did --- */

static bool query_day_ms(struct call *c, const char *name, int64_t *ret_ms)
{
	const char *day = call_query(c, name);

	*ret_ms = 0;
	if (day && !is_day(day)) {
		call_refuse(c, 400, "day", name);
		return false;
	}
	if (day)
		*ret_ms = day_begin_ms(day);
	return true;
}

enum err api_audit_list(struct call *c)
{
	struct audit_filter filter = {.who = call_query(c, "who"),
		.what = call_query(c, "what"),
		.object = call_query(c, "object")};
	struct audit *entries;
	size_t count, total;
	struct page page;
	cJSON *items;
	enum err err;

	if (!take_page(c, &page) || !query_day_ms(c, "from", &filter.from_ms) ||
		!query_day_ms(c, "to", &filter.to_ms))
		return OK;
	if (filter.to_ms)
		filter.to_ms += DAY_MS; /* that day too */
	err = store_audit_list(c->reader, &c->arena, &filter, page.skip, page.size, &entries, &count, &total);
	if (err)
		return err;
	items = put_page(c, &page, total);
	for (size_t i = 0; i < count; i++) {
		cJSON *item = list_object(items);

		put_number(item, "id", entries[i].id);
		put_number(item, "time_ms", entries[i].time_ms);
		put_text(item, "who", entries[i].who);
		put_text(item, "what", entries[i].what);
		put_text(item, "object", entries[i].object);
		put_json(item, "detail", entries[i].detail);
	}
	return OK;
}
