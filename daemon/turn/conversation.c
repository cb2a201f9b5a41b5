/* conversation.c - struct talk ↔ JSON.
 * Happy path: a flat object with short member names, since it is written once a turn. Every member is
 * optional and checked for its type; what does not fit is left out, so that an old or damaged row can at
 * worst forget something. */
#include "daemon/turn/conversation.h"

#include <cjson/cJSON.h>
#include <string.h>

#define TALK_VERSION 1
#define TALK_STRING_MAX 600 /* bytes of one string we take back */
#define TALK_PAGE_MAX 1000

static bool flag_get(const cJSON *object, const char *name)
{
	return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static unsigned number_get(const cJSON *object, const char *name, unsigned max)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

	if (!cJSON_IsNumber(item) || item->valuedouble < 0 || item->valuedouble > max)
		return 0;
	return (unsigned)item->valuedouble;
}

/* A string that is there, or NULL; *failed when memory is out. */
static const char *string_get(struct arena *a, const cJSON *object, const char *name, bool *failed)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
	const char *copy;

	if (!cJSON_IsString(item) || !item->valuestring[0] || strlen(item->valuestring) > TALK_STRING_MAX)
		return NULL;
	copy = arena_string(a, item->valuestring);
	*failed |= !copy;
	return copy;
}

static size_t items_get(struct arena *a, const cJSON *object, const char *name, struct talk_item *items,
	size_t max, bool *failed)
{
	const cJSON *row;
	size_t count = 0;

	cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(object, name))
	{
		struct talk_item item = {string_get(a, row, "t", failed), string_get(a, row, "p", failed)};

		if (count == max)
			break;
		if (item.title && item.payload)
			items[count++] = item;
	}
	return count;
}

/* What can be sent elsewhere, by its number in the JSON. */
static const enum utterance sent_by_number[] = {
	SAY_QUESTION, SAY_CASE, SAY_COMPLAINT, SAY_STATUS, SAY_EMERGENCY};
#define SENT_MAX (sizeof sent_by_number / sizeof *sent_by_number - 1)

static unsigned sent_number(enum utterance sent)
{
	unsigned i = SENT_MAX;

	while (i && sent_by_number[i] != sent)
		i--;
	return i;
}

static bool talk_read(struct arena *a, const cJSON *root, struct talk *talk)
{
	bool failed = false;
	const char *facet = string_get(a, root, "facet", &failed);

	talk->greeted = flag_get(root, "greeted");
	talk->record = string_get(a, root, "record", &failed);
	talk->title = string_get(a, root, "title", &failed);
	talk->facet = facet ? facet_from(facet) : FACET_NONE;
	talk->page = number_get(root, "page", TALK_PAGE_MAX);
	talk->more = flag_get(root, "more");
	talk->asking = flag_get(root, "asking");
	talk->likely = talk->asking && flag_get(root, "likely");
	talk->facets = number_get(root, "facets", (1u << FACET_COUNT) - 1);
	talk->nuance = (enum nuance)number_get(root, "nuance", NUANCE_COUNT - 1);
	talk->sent = sent_by_number[number_get(root, "sent", SENT_MAX)];
	talk->place = string_get(a, root, "place", &failed);
	talk->asked = string_get(a, root, "asked", &failed);
	failed |= !open_read(a, cJSON_GetObjectItemCaseSensitive(root, "open"), &talk->open);
	talk->menu_count = items_get(a, root, "menu", talk->menu, TALK_MENU, &failed);
	talk->next_count = items_get(a, root, "next", talk->next, TALK_MENU, &failed);
	talk->past_count = items_get(a, root, "past", talk->past, TALK_PAST, &failed);
	if (!talk->record || !talk->title)
		talk->record = talk->title = NULL, talk->more = false;
	return !failed;
}

enum err talk_parse(struct arena *a, const char *json, struct talk *ret_talk)
{
	struct talk talk = {.facet = FACET_NONE};
	cJSON *root = json ? cJSON_Parse(json) : NULL;
	bool ok = true;

	if (root && number_get(root, "v", TALK_VERSION) == TALK_VERSION)
		ok = talk_read(a, root, &talk);
	cJSON_Delete(root);
	if (!ok)
		return ERR_NOMEM;
	*ret_talk = talk;
	return OK;
}

static bool flag_add(cJSON *object, const char *name, bool value)
{
	return !value || cJSON_AddTrueToObject(object, name);
}

static bool number_add(cJSON *object, const char *name, unsigned value)
{
	return !value || cJSON_AddNumberToObject(object, name, value);
}

static bool string_add(cJSON *object, const char *name, const char *value)
{
	return !value || cJSON_AddStringToObject(object, name, value);
}

static bool items_add(cJSON *object, const char *name, const struct talk_item *items, size_t count)
{
	cJSON *rows = count ? cJSON_AddArrayToObject(object, name) : NULL;

	if (count && !rows)
		return false;
	for (size_t i = 0; i < count; i++) {
		cJSON *row = cJSON_CreateObject();

		if (!row || !cJSON_AddItemToArray(rows, row)) {
			cJSON_Delete(row);
			return false;
		}
		if (!string_add(row, "t", items[i].title) || !string_add(row, "p", items[i].payload))
			return false;
	}
	return true;
}

static bool talk_write(cJSON *root, const struct talk *talk)
{
	return cJSON_AddNumberToObject(root, "v", TALK_VERSION) && flag_add(root, "greeted", talk->greeted) &&
	       string_add(root, "record", talk->record) && string_add(root, "title", talk->title) &&
	       string_add(root, "facet", facet_word(talk->facet)) && number_add(root, "page", talk->page) &&
	       flag_add(root, "more", talk->more) && flag_add(root, "asking", talk->asking) &&
	       flag_add(root, "likely", talk->asking && talk->likely) &&
	       number_add(root, "facets", talk->facets) && number_add(root, "nuance", talk->nuance) &&
	       number_add(root, "sent", sent_number(talk->sent)) && string_add(root, "place", talk->place) &&
	       string_add(root, "asked", talk->asked) && open_write(root, "open", &talk->open) &&
	       items_add(root, "menu", talk->menu, talk->menu_count) &&
	       items_add(root, "next", talk->next, talk->next_count) &&
	       items_add(root, "past", talk->past, talk->past_count);
}

enum err talk_print(struct arena *a, const struct talk *talk, const char **ret_json)
{
	cJSON *root = cJSON_CreateObject();
	char *printed = root && talk_write(root, talk) ? cJSON_PrintUnformatted(root) : NULL;
	const char *json = printed ? arena_string(a, printed) : NULL;

	cJSON_free(printed);
	cJSON_Delete(root);
	if (!json)
		return ERR_NOMEM;
	*ret_json = json;
	return OK;
}

void talk_hold(struct talk *talk, const char *id, const char *title)
{
	size_t last = talk->past_count < TALK_PAST ? talk->past_count : TALK_PAST - 1;

	if (talk->record && strcmp(talk->record, id) != 0) {
		memmove(talk->past + 1, talk->past, last * sizeof *talk->past);
		talk->past[0] = (struct talk_item){talk->title, talk->record};
		talk->past_count = last + 1;
	}
	talk->record = id;
	talk->title = title;
}
