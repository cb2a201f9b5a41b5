/* call.c - members taken from requests, answers given. */
#include "daemon/console/call.h"

#include "daemon/base/log.h"
#include "daemon/base/text.h"
#include "daemon/console/desk.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* --- Answers --- */

enum err call_refuse_with(struct call *c, int status, const char *code, const char *words, const char *field)
{
	cJSON *error;

	cJSON_Delete(c->json);
	c->json = cJSON_CreateObject();
	error = put_object(c->json, "error");
	put_text(error, "code", code);
	put_text(error, "message", words);
	if (field)
		put_text(error, "field", field);
	c->out->status = status;
	return OK;
}

const char *call_sentence(const struct call *c, const char *name)
{
	return sentence(desk_sentences(c->desk), name);
}

enum err call_refuse(struct call *c, int status, const char *code, const char *field)
{
	return call_refuse_with(c, status, code, call_sentence(c, code), field);
}

void call_header(struct call *c, const char *name, const char *value)
{
	if (c->out->header_count < ANSWER_HEADERS && value)
		c->out->headers[c->out->header_count++] = (struct http_header){name, value};
}

/* An answer that lacks a member for want of memory is no answer. */
static _Thread_local bool json_failed;

bool json_whole(void)
{
	bool whole = !json_failed;

	json_failed = false;
	return whole;
}

cJSON *put_item(cJSON *object, const char *name, cJSON *item)
{
	if (object && item && cJSON_AddItemToObject(object, name, item))
		return item;
	cJSON_Delete(item);
	json_failed = true;
	return NULL;
}

void put_text(cJSON *object, const char *name, const char *text)
{
	put_item(object, name, text ? cJSON_CreateString(text) : cJSON_CreateNull());
}

void put_number(cJSON *object, const char *name, int64_t number)
{
	put_item(object, name, cJSON_CreateNumber((double)number));
}

void put_share(cJSON *object, const char *name, double share)
{
	put_item(object, name, cJSON_CreateNumber(share));
}

void put_bool(cJSON *object, const char *name, bool value)
{
	put_item(object, name, cJSON_CreateBool(value));
}

void put_json(cJSON *object, const char *name, const char *json)
{
	put_item(object, name, json ? cJSON_Parse(json) : cJSON_CreateNull());
}

cJSON *put_object(cJSON *object, const char *name)
{
	return put_item(object, name, cJSON_CreateObject());
}

cJSON *put_list(cJSON *object, const char *name)
{
	return put_item(object, name, cJSON_CreateArray());
}

cJSON *list_add(cJSON *list, cJSON *item)
{
	if (list && item && cJSON_AddItemToArray(list, item))
		return item;
	cJSON_Delete(item);
	json_failed = true;
	return NULL;
}

cJSON *list_object(cJSON *list)
{
	return list_add(list, cJSON_CreateObject());
}

void list_text(cJSON *list, const char *text)
{
	list_add(list, text ? cJSON_CreateString(text) : NULL);
}

/* --- What was asked for --- */

static const char *trimmed(struct arena *a, const char *text)
{
	size_t from = strspn(text, " \t\r\n"), len = strlen(text + from);

	while (len && strchr(" \t\r\n", text[from + len - 1]))
		len--;
	return arena_copy(a, text + from, len);
}

const char *call_query(struct call *c, const char *name)
{
	const char *raw = http_field(&c->arena, c->in->query, name), *text;

	if (!raw || text_clean(&c->arena, raw, strlen(raw), &text) != OK)
		return NULL;
	text = trimmed(&c->arena, text);
	return text && *text ? text : NULL;
}

static bool query_number(struct call *c, const char *name, size_t fallback, size_t max, size_t *ret_number)
{
	const char *text = call_query(c, name);
	char *end;
	unsigned long number = text ? strtoul(text, &end, 10) : fallback;

	if (text && (*text < '0' || *text > '9' || *end || number < 1 || number > max)) {
		call_refuse(c, 400, "invalid", name);
		return false;
	}
	*ret_number = number;
	return true;
}

bool take_page(struct call *c, struct page *ret_page)
{
	if (!query_number(c, "page", 1, 1000000, &ret_page->number) ||
		!query_number(c, "size", 50, PAGE_SIZE_MAX, &ret_page->size))
		return false;
	ret_page->skip = (ret_page->number - 1) * ret_page->size;
	return true;
}

cJSON *put_page(struct call *c, const struct page *page, size_t total)
{
	cJSON *items = put_list(c->json, "items");

	put_number(c->json, "total", (int64_t)total);
	put_number(c->json, "page", (int64_t)page->number);
	put_number(c->json, "size", (int64_t)page->size);
	return items;
}

bool call_id(struct call *c, size_t param, int64_t *ret_id)
{
	const char *text = c->param[param];
	size_t len = strlen(text);

	if (len < 1 || len > 15 || strspn(text, "0123456789") != len || atoll(text) == 0) {
		call_refuse(c, 404, "not_found", NULL);
		return false;
	}
	*ret_id = atoll(text);
	return true;
}

/* --- Members of the body --- */

bool clean_text(struct call *c, const char *raw, const char **ret_text)
{
	const char *text;

	if (text_clean(&c->arena, raw, strlen(raw), &text) != OK || !(text = trimmed(&c->arena, text)))
		return false;
	*ret_text = text;
	return true;
}

bool take_text(struct call *c, const char *name, size_t max, const char **ret_text)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(c->body, name);
	const char *text = NULL;

	if (item && !cJSON_IsString(item) && !cJSON_IsNull(item)) {
		call_refuse(c, 400, "invalid", name);
		return false;
	}
	if (cJSON_IsString(item) && strlen(item->valuestring) > max) {
		call_refuse(c, 400, "too_long", name);
		return false;
	}
	if (cJSON_IsString(item) && !clean_text(c, item->valuestring, &text)) {
		call_refuse(c, 500, "failed", NULL);
		return false;
	}
	*ret_text = text && *text ? text : NULL;
	return true;
}

bool want_text(struct call *c, const char *name, size_t max, const char **ret_text)
{
	const char *text;

	if (!take_text(c, name, max, &text))
		return false;
	if (!text) {
		call_refuse(c, 400, "missing", name);
		return false;
	}
	*ret_text = text;
	return true;
}

bool take_bool(struct call *c, const char *name, bool fallback, bool *ret_value)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(c->body, name);

	if (item && !cJSON_IsBool(item) && !cJSON_IsNull(item)) {
		call_refuse(c, 400, "invalid", name);
		return false;
	}
	*ret_value = cJSON_IsBool(item) ? cJSON_IsTrue(item) != 0 : fallback;
	return true;
}

bool take_number(
	struct call *c, const char *name, int64_t min, int64_t max, int64_t fallback, int64_t *ret_value)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(c->body, name);

	if (!item || cJSON_IsNull(item)) {
		*ret_value = fallback;
		return true;
	}
	if (!cJSON_IsNumber(item) ||
		!(item->valuedouble >= (double)min && item->valuedouble <= (double)max) ||
		item->valuedouble != (double)(int64_t)item->valuedouble) {
		call_refuse(c, 400, "invalid", name);
		return false;
	}
	*ret_value = (int64_t)item->valuedouble;
	return true;
}

static int digits(const char *at, size_t count)
{
	int value = 0;

	for (; count; count--, at++)
		value = *at >= '0' && *at <= '9' && value >= 0 ? value * 10 + (*at - '0') : -1;
	return value;
}

bool is_day(const char *text)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year, month, day;

	if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
		return false;
	year = digits(text, 4);
	month = digits(text + 5, 2);
	day = digits(text + 8, 2);
	if (year < 1900 || year > 2999 || month < 1 || month > 12 || day < 1)
		return false;
	return day <= lengths[month - 1] ||
	       (month == 2 && day == 29 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

int64_t day_begin_ms(const char *day)
{
	struct tm tm = {.tm_year = digits(day, 4) - 1900,
		.tm_mon = digits(day + 5, 2) - 1,
		.tm_mday = digits(day + 8, 2)};

	return ((int64_t)timegm(&tm) - 7 * 3600) * 1000;
}

bool take_day(struct call *c, const char *name, const char **ret_day)
{
	const char *day;

	if (!take_text(c, name, 32, &day))
		return false;
	if (day && !is_day(day)) {
		call_refuse(c, 400, "day", name);
		return false;
	}
	*ret_day = day;
	return true;
}

/* Levels of brackets outside of strings; too deep or a NUL in a string: false. */
static bool shape_ok(const char *text, size_t len)
{
	size_t depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < len; i++) {
		char ch = text[i];

		if (ch == '\0')
			return false;
		if (in_string && ch == '\\') {
			if (len - i > 5 && memcmp(text + i, "\\u0000", 6) == 0)
				return false;
			i++;
		} else if (ch == '"') {
			in_string = !in_string;
		} else if (!in_string && (ch == '{' || ch == '[')) {
			if (++depth > BODY_DEPTH)
				return false;
		} else if (!in_string && (ch == '}' || ch == ']') && depth) {
			depth--;
		}
	}
	return true;
}

cJSON *body_parse(const char *text, size_t len)
{
	const char *end = NULL;
	cJSON *json;

	if (!text || !shape_ok(text, len) || !text_is_utf8(text, len))
		return NULL;
	json = cJSON_ParseWithLengthOpts(text, len, &end, false);
	while (json && end < text + len && strchr(" \t\r\n", *end))
		end++;
	if (json && (end != text + len || !cJSON_IsObject(json))) {
		cJSON_Delete(json);
		json = NULL;
	}
	return json;
}

/* --- Writing state.db --- */

struct write {
	store_job run;
	void *arg;
	struct audit entry;
};

static enum err write_job(struct store_tx *tx, void *arg)
{
	struct write *w = arg;
	enum err err = w->run ? w->run(tx, w->arg) : OK;

	return err ? err : store_audit_add(tx, &w->entry);
}

enum err call_write(
	struct call *c, store_job run, void *arg, const char *what, const char *object, cJSON *detail)
{
	char *text = detail ? cJSON_PrintUnformatted(detail) : NULL;
	struct write w = {run, arg,
		{.time_ms = c->now_ms,
			.who = c->session.staff.name,
			.what = what,
			.object = object,
			.detail = text}};
	enum err err = json_whole() && (text || !detail) ? store_do(c->o->store, write_job, &w) : ERR_NOMEM;

	cJSON_free(text);
	cJSON_Delete(detail);
	return err;
}

void call_audit(struct call *c, const char *what, const char *object, cJSON *detail)
{
	enum err err = call_write(c, NULL, NULL, what, object, detail);

	if (err)
		log_error("console=audit who=%s what=%s object=%s: could not be written: %s",
			c->session.staff.name, what, object ? object : "-", err_words(err));
}
