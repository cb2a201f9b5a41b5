/* api_units.c - administrative units, their offices with what can be said of them being open, public holidays. */
#include "daemon/console/desk.h"
#include "daemon/console/knowledge.h"
#include "knowledge/hours.h"

#include <stdio.h>
#include <string.h>

enum err api_units_list(struct call *c);
enum err api_units_get(struct call *c);
enum err api_holidays_list(struct call *c);

#define PAGE_OF_UNIT 200 /* offices, records of its own */

static void put_unit(cJSON *object, const struct browse_unit *unit)
{
	put_text(object, "code", unit->code);
	put_text(object, "name", unit->name);
	put_text(object, "province", unit->province);
	put_text(object, "province_name", unit->province_name);
	put_number(object, "old_count", (int64_t)unit->old_count);
}

enum err api_units_list(struct call *c)
{
	struct browse_units units = {0};
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
			browse_units(b, &c->arena, call_query(c, "q"), call_query(c, "province"), page.skip,
				page.size, &units, &why),
			&why);
	if (err)
		return err;
	items = put_page(c, &page, units.total);
	for (size_t i = 0; i < units.count; i++)
		put_unit(list_object(items), &units.items[i]);
	return OK;
}

/* --- One unit --- */

/* "23/11/2026" */
static const char *day_shown(struct arena *a, const char *day)
{
	return arena_printf(a, "%.2s/%.2s/%.4s", day + 8, day + 5, day);
}

/* "Đang mở cửa đến 17:00"; NULL: nothing that is sure can be said. */
static const char *open_now(struct call *c, const char *text)
{
	struct hours_state state;
	struct hours hours;

	if (!text || !hours_read(text, &hours) ||
		!hours_now(&hours, c->desk->console->holidays, c->now_ms, &state))
		return NULL;
	if (state.open)
		return state.clock[0] ? arena_printf(&c->arena, "%s %s",
						call_sentence(c, "office_open_until"), state.clock)
				      : call_sentence(c, "office_open");
	if (!state.clock[0])
		return call_sentence(c, "office_shut");
	return arena_printf(&c->arena, "%s %s %s", call_sentence(c, "office_shut_until"), state.clock,
		state.days == 0 ? call_sentence(c, "today") : day_shown(&c->arena, state.day));
}

static void put_member(cJSON *item, const cJSON *body, const char *name)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(body, name);

	put_item(item, name, member ? cJSON_Duplicate(member, true) : cJSON_CreateNull());
}

static enum err put_office(struct call *c, struct browse *b, cJSON *item, const struct browse_item *office)
{
	struct browse_record record;
	struct why why = {""};
	enum err err = browse_get(b, &c->arena, office->id, office->unit, c->today, &record, &why);
	cJSON *body = !err && record.body ? cJSON_Parse(record.body) : NULL;

	put_text(item, "id", office->id);
	put_text(item, "name", office->name);
	put_text(item, "state", browse_state_word(office->state));
	put_member(item, body, "address");
	put_member(item, body, "phone");
	put_member(item, body, "hours");
	put_text(item, "now",
		open_now(c, cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "hours"))));
	cJSON_Delete(body);
	return call_failed(c, err, &why);
}

static enum err put_records_of(struct call *c, struct browse *b)
{
	const struct browse_filter f = {.unit = c->param[0], .as_of = c->today, .room = PAGE_OF_UNIT};
	cJSON *offices = put_list(c->json, "offices"), *overrides = put_list(c->json, "overrides");
	struct browse_list list = {0};
	struct why why = {""};
	enum err err = call_failed(c, browse_list(b, &c->arena, &f, &list, &why), &why);

	for (size_t i = 0; i < list.count && !err; i++) {
		bool office = strcmp(list.items[i].kind, "office") == 0;
		cJSON *item = list_object(office ? offices : overrides);

		if (office) {
			err = put_office(c, b, item, &list.items[i]);
			continue;
		}
		put_text(item, "id", list.items[i].id);
		put_text(item, "name", list.items[i].everyday ? list.items[i].everyday : list.items[i].name);
		put_text(item, "kind", list.items[i].kind);
		put_text(item, "state", browse_state_word(list.items[i].state));
	}
	return err;
}

enum err api_units_get(struct call *c)
{
	struct browse_unit_page page;
	struct why why = {""};
	struct browse *b;
	cJSON *olds;
	enum err err = desk_browse(c, &b);

	if (!err)
		err = call_failed(c, browse_unit(b, &c->arena, c->param[0], &page, &why), &why);
	if (err)
		return err;
	put_unit(put_object(c->json, "unit"), &page.unit);
	olds = put_list(c->json, "olds");
	for (size_t i = 0; i < page.old_count; i++) {
		cJSON *item = list_object(olds);

		put_text(item, "name", page.olds[i].name);
		put_text(item, "district", page.olds[i].district);
		put_bool(item, "partial", page.olds[i].partial);
		put_text(item, "note", page.olds[i].note);
	}
	return put_records_of(c, b);
}

/* --- Holidays --- */

enum err api_holidays_list(struct call *c)
{
	static const char *const kinds[] = {
		[HOLIDAY_OFF] = "off", [HOLIDAY_WORK] = "work", [HOLIDAY_UNSURE] = "unsure"};
	const struct holidays *holidays = c->desk->console->holidays;
	const char *year = call_query(c, "year");
	const struct holiday *holiday;
	cJSON *items;

	if (year && (strlen(year) != 4 || strspn(year, "0123456789") != 4))
		return call_refuse(c, 400, "invalid", "year");
	items = put_list(c->json, "items");
	for (size_t i = 0; (holiday = holidays_at(holidays, i)); i++) {
		cJSON *item;

		if (year && strncmp(holiday->day, year, 4) != 0)
			continue;
		item = list_object(items);
		put_text(item, "day", holiday->day);
		put_text(item, "name", holiday->name);
		put_text(item, "kind", kinds[holiday->kind]);
		put_bool(item, "works", holiday->kind == HOLIDAY_WORK);
		put_text(item, "as", holiday->as[0] ? holiday->as : NULL);
		put_text(item, "source", holiday->source);
	}
	put_number(c->json, "total", cJSON_GetArraySize(items));
	put_text(c->json, "until", holidays_until(holidays));
	return OK;
}
