/* store_parts.c - the parts of a reply ↔ outbox.parts: [{"text":"…","buttons":[[0,"title","value"]…]}…] */
#include "daemon/base/buf.h"
#include "daemon/base/message.h"
#include "daemon/store/store_internal.h"

#include <string.h>

#include <cjson/cJSON.h>

#define PARTS_MAX ((size_t)1 << 20)

static void print_string(struct buf *b, const char *text)
{
	buf_add(b, "\"", 1);
	for (const char *from = text, *at = text;; at++) {
		unsigned char c = (unsigned char)*at;

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buf_add(b, from, (size_t)(at - from));
		if (!c)
			break;
		buf_printf(b, "\\u%04x", c);
		from = at + 1;
	}
	buf_add(b, "\"", 1);
}

static void print_part(struct buf *b, const struct part *part)
{
	buf_add_string(b, "{\"text\":");
	print_string(b, part->text ? part->text : "");
	for (size_t i = 0; i < part->button_count; i++) {
		buf_printf(b, "%s[%d,", i ? "," : ",\"buttons\":[", (int)part->buttons[i].kind);
		print_string(b, part->buttons[i].title ? part->buttons[i].title : "");
		buf_add(b, ",", 1);
		print_string(b, part->buttons[i].value ? part->buttons[i].value : "");
		buf_add(b, "]", 1);
	}
	buf_add_string(b, part->button_count ? "]}" : "}");
}

enum err store_parts_print(const struct parts *parts, char **ret_json)
{
	struct buf b;

	buf_init(&b, PARTS_MAX);
	buf_add(&b, "[", 1);
	for (size_t i = 0; i < parts->count; i++) {
		if (i)
			buf_add(&b, ",", 1);
		print_part(&b, &parts->items[i]);
	}
	buf_add(&b, "]", 1);
	if (b.failed) {
		buf_release(&b);
		return ERR_NOMEM;
	}
	*ret_json = b.ptr;
	return OK;
}

/* Copies a string member into the arena; false when it is none or memory is out. */
static bool read_string(struct arena *a, const cJSON *value, const char **ret_text)
{
	*ret_text = cJSON_IsString(value) ? arena_string(a, value->valuestring) : NULL;
	return *ret_text != NULL;
}

static bool read_button(struct arena *a, const cJSON *json, struct button *ret_button)
{
	const cJSON *kind = cJSON_GetArrayItem(json, 0);

	if (!cJSON_IsNumber(kind) || kind->valueint < BUTTON_PAYLOAD || kind->valueint > BUTTON_PHONE)
		return false;
	ret_button->kind = (enum button_kind)kind->valueint;
	return read_string(a, cJSON_GetArrayItem(json, 1), &ret_button->title) &&
	       read_string(a, cJSON_GetArrayItem(json, 2), &ret_button->value);
}

static bool read_part(struct arena *a, const cJSON *json, struct part *ret_part)
{
	const cJSON *button;

	if (!read_string(a, cJSON_GetObjectItemCaseSensitive(json, "text"), &ret_part->text))
		return false;
	cJSON_ArrayForEach(button, cJSON_GetObjectItemCaseSensitive(json, "buttons"))
	{
		if (ret_part->button_count == REPLY_BUTTONS ||
			!read_button(a, button, &ret_part->buttons[ret_part->button_count++]))
			return false;
	}
	return true;
}

enum err store_parts_read(struct arena *a, const char *json, struct parts *ret_parts)
{
	cJSON *root = cJSON_Parse(json), *item;
	struct parts parts = {NULL, 0};
	enum err err = ERR_FORMAT;

	if (!cJSON_IsArray(root))
		goto out;
	parts.items = arena_array(a, (size_t)cJSON_GetArraySize(root) + 1, sizeof *parts.items);
	if (!parts.items) {
		err = ERR_NOMEM;
		goto out;
	}
	cJSON_ArrayForEach(item, root)
	{
		if (!read_part(a, item, &parts.items[parts.count++]))
			goto out;
	}
	*ret_parts = parts;
	err = OK;
out:
	cJSON_Delete(root);
	return err;
}
