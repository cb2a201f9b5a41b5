/* browse_diff.c - two JSON trees → a flat list of what differs. Objects are walked by member, arrays by element; elements are laid
 * side by side as they stand, but for what is equal at both ends, so that one put in or taken out is one change. */
#include "knowledge/browse.h"

#include <cjson/cJSON.h>
#include <string.h>

#define CHANGES_MAX 2000
#define DEPTH_MAX 16

struct differ {
	struct arena *arena;
	struct browse_change *items;
	size_t count, room;
	enum err err;
};

static const char *show(struct differ *d, const cJSON *value)
{
	const char *text;
	char *printed;

	if (!value || cJSON_IsNull(value))
		return NULL;
	if (cJSON_IsString(value)) {
		text = arena_string(d->arena, value->valuestring);
	} else {
		printed = cJSON_PrintUnformatted(value);
		text = arena_string(d->arena, printed);
		cJSON_free(printed);
	}
	if (!text)
		d->err = ERR_NOMEM;
	return text;
}

static void add(struct differ *d, const char *path, const cJSON *before, const cJSON *after)
{
	struct browse_change change = {path, show(d, before), show(d, after)};

	if (d->err != OK || d->count == CHANGES_MAX)
		return;
	if (d->count == d->room) {
		size_t room = d->room ? d->room * 2 : 16;
		struct browse_change *items = arena_array(d->arena, room, sizeof *items);

		if (!items) {
			d->err = ERR_NOMEM;
			return;
		}
		if (d->count)
			memcpy(items, d->items, d->count * sizeof *items);
		d->items = items;
		d->room = room;
	}
	d->items[d->count++] = change;
}

static void differ_value(
	struct differ *d, const char *path, const cJSON *before, const cJSON *after, int depth);

static const char *path_member(struct differ *d, const char *path, const char *name)
{
	const char *longer = arena_printf(d->arena, "%s%s%s", path, *path ? "." : "", name);

	if (!longer)
		d->err = ERR_NOMEM;
	return longer ? longer : path;
}

static const char *path_element(struct differ *d, const char *path, int i)
{
	const char *longer = arena_printf(d->arena, "%s[%d]", path, i);

	if (!longer)
		d->err = ERR_NOMEM;
	return longer ? longer : path;
}

static void differ_objects(
	struct differ *d, const char *path, const cJSON *before, const cJSON *after, int depth)
{
	for (const cJSON *m = before ? before->child : NULL; m; m = m->next)
		differ_value(d, path_member(d, path, m->string), m,
			cJSON_GetObjectItemCaseSensitive(after, m->string), depth + 1);
	for (const cJSON *m = after ? after->child : NULL; m; m = m->next)
		if (!cJSON_GetObjectItemCaseSensitive(before, m->string))
			differ_value(d, path_member(d, path, m->string), NULL, m, depth + 1);
}

/* Equal elements at the end; `first` at the beginning are equal too. */
static int equal_tail(const cJSON *before, const cJSON *after, int first)
{
	int n = cJSON_GetArraySize(before), m = cJSON_GetArraySize(after), tail = 0;
	const cJSON *b = n ? before->child->prev : NULL, *a = m ? after->child->prev : NULL;

	while (tail < n - first && tail < m - first && cJSON_Compare(b, a, true)) {
		tail++;
		b = b->prev;
		a = a->prev;
	}
	return tail;
}

static void differ_arrays(
	struct differ *d, const char *path, const cJSON *before, const cJSON *after, int depth)
{
	int n = cJSON_GetArraySize(before), m = cJSON_GetArraySize(after), i = 0, tail;
	const cJSON *b = before->child, *a = after->child;

	for (; b && a && cJSON_Compare(b, a, true); b = b->next, a = a->next)
		i++;
	tail = equal_tail(before, after, i);
	for (; i < n - tail || i < m - tail; i++) {
		const cJSON *was = i < n - tail ? b : NULL, *is = i < m - tail ? a : NULL;

		differ_value(d, path_element(d, path, i), was, is, depth + 1);
		b = was ? b->next : b;
		a = is ? a->next : a;
	}
}

static void differ_value(
	struct differ *d, const char *path, const cJSON *before, const cJSON *after, int depth)
{
	bool nothing = (!before || cJSON_IsNull(before)) && (!after || cJSON_IsNull(after));

	if (d->err != OK || nothing || (before && after && cJSON_Compare(before, after, true)))
		return;
	if (depth < DEPTH_MAX && cJSON_IsObject(before) && cJSON_IsObject(after))
		differ_objects(d, path, before, after, depth);
	else if (depth < DEPTH_MAX && cJSON_IsArray(before) && cJSON_IsArray(after))
		differ_arrays(d, path, before, after, depth);
	else
		add(d, path, before, after);
}

enum err browse_compare(
	struct arena *a, const char *before, const char *after, struct browse_changes *ret_changes)
{
	struct differ d = {.arena = a};
	cJSON *was = cJSON_Parse(before ? before : "{}"), *is = cJSON_Parse(after ? after : "{}");

	if (cJSON_IsObject(was) && cJSON_IsObject(is))
		differ_objects(&d, "", was, is, 0);
	else
		d.err = ERR_FORMAT;
	cJSON_Delete(was);
	cJSON_Delete(is);
	if (d.err == OK)
		*ret_changes = (struct browse_changes){d.items, d.count};
	return d.err;
}
