/* import_row.c - checks a line and takes it apart.
 *
 * Members of the version and ours are cut out of the JSON; what is left, printed in the order it came, is the
 * body whose hash tells whether anything changed. Fails with the member and what is wrong with it. */
#include "knowledge/import_row.h"

#include "daemon/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID_BYTES_MAX 64
#define NAME_BYTES_MAX 4096
#define OWN_BYTES_MAX 512
#define OWN_COUNT_MAX 500
#define NATIONAL_SOURCE "Cổng Dịch vụ công quốc gia"

struct cutter {
	struct arena *arena;
	cJSON *object;
	struct flaw *flaw;
	enum err err; /* cuts do nothing once it is set */
};

static void wrong(struct cutter *c, const char *member, const char *what)
{
	if (c->err == OK)
		c->err = flaw_set(c->flaw, member, "%s", what);
}

static const char *keep(struct cutter *c, const char *member, const char *text, size_t max)
{
	const char *copy = NULL;

	if (strlen(text) > max && c->err == OK)
		c->err = flaw_set(c->flaw, member, "is longer than %zu bytes", max);
	if (c->err == OK) {
		copy = arena_string(c->arena, text);
		if (!copy)
			c->err = ERR_NOMEM;
	}
	return copy;
}

/* Takes the text out of the object; NULL when it was not there, null or empty. */
static const char *cut_text(struct cutter *c, const char *member, size_t max)
{
	cJSON *m = cJSON_DetachItemFromObjectCaseSensitive(c->object, member);
	const char *text = NULL;

	if (cJSON_IsString(m))
		text = *m->valuestring ? keep(c, member, m->valuestring, max) : NULL;
	else if (m && !cJSON_IsNull(m))
		wrong(c, member, "must be text");
	cJSON_Delete(m);
	return text;
}

/* The same for a list of texts. */
static const char **cut_texts(struct cutter *c, const char *member, size_t max, size_t *ret_count)
{
	cJSON *m = cJSON_DetachItemFromObjectCaseSensitive(c->object, member);
	int size = cJSON_GetArraySize(m);
	const char **texts = NULL;
	size_t count = 0;

	if (m && !cJSON_IsNull(m) && !cJSON_IsArray(m))
		wrong(c, member, "must be a list of texts");
	else if (size > OWN_COUNT_MAX)
		wrong(c, member, "is too long a list");
	else if (size && !(texts = arena_array(c->arena, (size_t)size, sizeof *texts)))
		c->err = c->err == OK ? ERR_NOMEM : c->err;
	for (const cJSON *one = c->err == OK && texts ? m->child : NULL; one && c->err == OK;
		one = one->next) {
		if (!cJSON_IsString(one) || !*one->valuestring)
			wrong(c, member, "must be a list of texts");
		else
			texts[count++] = keep(c, member, one->valuestring, max);
	}
	cJSON_Delete(m);
	*ret_count = count;
	return texts;
}

static bool is_day(const char *s)
{
	int year, month, day, len = 0;

	return sscanf(s, "%4d-%2d-%2d%n", &year, &month, &day, &len) == 3 && len == 10 && s[10] == '\0' &&
	       s[4] == '-' && s[7] == '-' && year >= 1900 && month >= 1 && month <= 12 && day >= 1 &&
	       day <= 31;
}

static const char *cut_day(struct cutter *c, const char *member)
{
	const char *day = cut_text(c, member, ID_BYTES_MAX);

	if (day && !is_day(day))
		wrong(c, member, "must be a day like 2026-11-21");
	return day;
}

static const char *cut_change(struct cutter *c)
{
	static const char *const changes[] = {"new", "amended", "replaced", "abolished"};
	const char *change = cut_text(c, "change", ID_BYTES_MAX);

	if (!change)
		return NULL;
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
		if (strcmp(change, changes[i]) == 0)
			return change;
	wrong(c, "change", "must be new, amended, replaced or abolished");
	return NULL;
}

/* "owner/repository; owner/repository": where a copy was found, not who published the facts. */
static bool names_repositories(const char *source)
{
	const char *s = source;

	for (;;) {
		size_t len = strcspn(s, "; ");

		if (!memchr(s, '/', len) || memchr(s, ':', len))
			return false;
		s += len;
		if (*s == '\0')
			return true;
		s += strspn(s, "; ");
	}
}

/* Ours in a record's row; a `keywords` that is one text comes from the portal and stays with the official
 * members. */
static void cut_ours(struct cutter *c, struct import_row *row)
{
	row->title = cut_text(c, row->asks_only ? "title" : "everyday", OWN_BYTES_MAX);
	row->asks = cut_texts(c, "ask", OWN_BYTES_MAX, &row->ask_count);
	if (!cJSON_IsString(cJSON_GetObjectItemCaseSensitive(c->object, "keywords")))
		row->keywords = cut_texts(c, "keywords", OWN_BYTES_MAX, &row->keyword_count);
}

static bool cut_bool(struct cutter *c, const char *member)
{
	cJSON *m = cJSON_DetachItemFromObjectCaseSensitive(c->object, member);
	bool is = cJSON_IsTrue(m);

	if (m && !cJSON_IsBool(m) && !cJSON_IsNull(m))
		wrong(c, member, "must be true or false");
	cJSON_Delete(m);
	return is;
}

static void cut_version(struct cutter *c, struct import_row *row)
{
	const cJSON *source = cJSON_GetObjectItemCaseSensitive(c->object, "source");

	row->unit = cut_text(c, "unit", ID_BYTES_MAX);
	row->inherits = cut_bool(c, "inherits");
	row->valid_from = cut_day(c, "valid_from");
	row->valid_to = cut_day(c, "valid_to");
	row->change = cut_change(c);
	row->replaced_by = cut_text(c, "replaced_by", ID_BYTES_MAX);
	row->decision_date = cut_day(c, "decision_date");
	row->source_date = cut_day(c, "source_date");
	if (!cJSON_IsString(source) || !names_repositories(source->valuestring))
		row->source = cut_text(c, "source", NAME_BYTES_MAX);
	if (row->valid_from && row->valid_to && strcmp(row->valid_to, row->valid_from) <= 0)
		wrong(c, "valid_to", "must lie after valid_from");
}

static void print_body(struct cutter *c, struct import_row *row)
{
	char *json = c->err == OK ? cJSON_PrintUnformatted(c->object) : NULL;

	if (json) {
		row->body_len = strlen(json);
		row->body = arena_copy(c->arena, json, row->body_len);
	}
	if (!row->body && c->err == OK)
		c->err = ERR_NOMEM;
	cJSON_free(json);
}

static void check_id(struct cutter *c, const char *id)
{
	enum err err = record_id_check(id);

	if (err == ERR_FORMAT)
		wrong(c, "id", "looks like a personal number");
	else if (c->err == OK)
		c->err = err;
}

static void read_record(struct cutter *c, struct import_row *row)
{
	const cJSON *partial = cJSON_GetObjectItemCaseSensitive(c->object, "partial");

	if (partial && !cJSON_IsBool(partial))
		wrong(c, "partial", "must be true or false");
	row->partial = cJSON_IsTrue(partial);
	if (c->err == OK)
		c->err = record_read(c->arena, c->object, &row->record, c->flaw);
	if (c->err != OK)
		return;
	if (strlen(row->record.id) > ID_BYTES_MAX)
		wrong(c, "id", "is too long");
	else
		check_id(c, row->record.id);
	if (strlen(row->record.name) > NAME_BYTES_MAX)
		wrong(c, row->record.kind == KIND_FAQ ? "question" : "name", "is too long");
	row->decision = row->record.decision;
	row->source_assumed = !row->source && row->record.kind == KIND_PROCEDURE;
	if (row->source_assumed)
		row->source = NATIONAL_SOURCE;
	row->ids = arena_alloc(c->arena, sizeof *row->ids);
	if (!row->ids) {
		c->err = ERR_NOMEM;
		return;
	}
	row->ids[0] = row->record.id;
	row->id_count = 1;
}

enum err import_row_take(struct arena *a, cJSON *object, struct import_row *ret_row, struct flaw *flaw)
{
	struct cutter c = {a, object, flaw, OK};
	struct import_row row = {0};

	row.is_place = unit_row_is(c.object);
	if (row.is_place) {
		c.err = unit_row_read(a, c.object, &row.place, flaw);
		goto out;
	}
	row.asks_only = cJSON_HasObjectItem(c.object, "codes");
	cut_ours(&c, &row);
	if (row.asks_only) {
		row.ids = cut_texts(&c, "codes", ID_BYTES_MAX, &row.id_count);
		if (!row.id_count)
			wrong(&c, "codes", "is empty");
		if (!row.title && !row.ask_count && !row.keyword_count)
			wrong(&c, "ask", "neither title nor ask nor keywords is there");
	} else {
		cut_version(&c, &row);
		read_record(&c, &row);
		print_body(&c, &row);
	}
out:
	if (c.err == OK)
		*ret_row = row;
	return c.err;
}

enum err import_row_parse(
	struct arena *a, const char *line, size_t len, struct import_row *ret_row, struct flaw *flaw)
{
	cJSON *object = NULL;
	enum err err = record_json(line, len, &object, flaw);

	if (err == OK)
		err = import_row_take(a, object, ret_row, flaw);
	cJSON_Delete(object);
	return err;
}
