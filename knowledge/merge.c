#include "knowledge/merge.h"

#include <string.h>

bool merge_is_identity(const char *member)
{
	static const char *const members[] = {"id", "code", "kind", "name", "question", "partial"};

	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (strcmp(member, members[i]) == 0)
			return true;
	return false;
}

/* Replaces where it stands, so that the order of members stays. */
static enum err put(cJSON *object, const cJSON *member)
{
	cJSON *copy = cJSON_IsNull(member) ? NULL : cJSON_Duplicate(member, true);

	if (cJSON_IsNull(member)) {
		cJSON_DeleteItemFromObjectCaseSensitive(object, member->string);
		return OK;
	}
	if (!copy)
		return ERR_NOMEM;
	if (cJSON_GetObjectItemCaseSensitive(object, member->string)) {
		if (cJSON_ReplaceItemInObjectCaseSensitive(object, member->string, copy))
			return OK;
	} else if (cJSON_AddItemToObject(object, member->string, copy)) {
		return OK;
	}
	cJSON_Delete(copy);
	return ERR_NOMEM;
}

enum err merge_over(cJSON *object, const cJSON *layer)
{
	enum err err = OK;

	for (const cJSON *m = layer->child; m && err == OK; m = m->next)
		if (!merge_is_identity(m->string))
			err = put(object, m);
	return err;
}

static enum err body_over(cJSON *object, const char *body)
{
	cJSON *layer = cJSON_Parse(body);
	enum err err = cJSON_IsObject(layer) ? merge_over(object, layer) : ERR_STORE;

	cJSON_Delete(layer);
	return err;
}

enum err merge_bodies(const char *const *bodies, size_t count, cJSON **ret_object)
{
	cJSON *object = cJSON_Parse(bodies[count - 1]);
	enum err err = cJSON_IsObject(object) ? OK : ERR_STORE;

	for (size_t i = count - 1; i > 0 && err == OK; i--)
		err = body_over(object, bodies[i - 1]);
	if (err != OK) {
		cJSON_Delete(object);
		return err;
	}
	*ret_object = object;
	return OK;
}

static bool add(cJSON *object, const char *name, cJSON *item)
{
	if (item && cJSON_AddItemToObject(object, name, item))
		return true;
	cJSON_Delete(item);
	return false;
}

cJSON *merge_difference(const cJSON *base, const cJSON *whole)
{
	cJSON *difference = cJSON_CreateObject();
	bool done = difference != NULL;

	for (const cJSON *m = whole->child; m && done; m = m->next) {
		const cJSON *before = cJSON_GetObjectItemCaseSensitive(base, m->string);

		if (!merge_is_identity(m->string) && !(before && cJSON_Compare(before, m, true)) &&
			!(cJSON_IsNull(m) && !before))
			done = add(difference, m->string, cJSON_Duplicate(m, true));
	}
	for (const cJSON *m = base->child; m && done; m = m->next)
		if (!merge_is_identity(m->string) && !cJSON_GetObjectItemCaseSensitive(whole, m->string))
			done = add(difference, m->string, cJSON_CreateNull());
	if (done)
		return difference;
	cJSON_Delete(difference);
	return NULL;
}
