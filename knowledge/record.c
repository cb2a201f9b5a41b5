/* record.c - a version's JSON → struct record.
 *
 * Readers take one member each and go quiet after the first failure, so that record_read() is the list of
 * members in the order of the struct. Fails on what is not JSON or not UTF-8, on a member of the wrong type
 * (null counts as absent), on a record without id or name, and when memory is spent. Members not asked for
 * here are ignored. */
#include "knowledge/record_json.h"

#include "daemon/base/mask.h"
#include "daemon/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MEMBERS_MAX 64
#define COUNT_MAX 10000
#define ID_ARENA ((size_t)64 << 10)

static const char *const kind_names[KIND_COUNT] = {"procedure", "hotline", "office", "guide", "faq", "unit"};

const char *record_kind_name(enum record_kind kind)
{
	return kind_names[kind];
}

bool record_kind_from(const char *name, enum record_kind *ret_kind)
{
	for (int i = 0; i < KIND_UNIT; i++) { /* units are no records with versions */
		if (strcmp(name, kind_names[i]) == 0) {
			*ret_kind = (enum record_kind)i;
			return true;
		}
	}
	return false;
}

enum err record_id_check(const char *id)
{
	struct arena arena;
	const char *masked;
	enum err err;

	arena_init(&arena, ID_ARENA);
	err = mask_text(&arena, id, &masked, NULL);
	if (err == OK && strcmp(masked, id) != 0)
		err = ERR_FORMAT;
	arena_release(&arena);
	return err;
}

enum err flaw_set(struct flaw *flaw, const char *member, const char *format, ...)
{
	va_list args;

	if (!flaw)
		return ERR_FORMAT;
	snprintf(flaw->member, sizeof flaw->member, "%s", member);
	va_start(args, format);
	vsnprintf(flaw->reason, sizeof flaw->reason, format, args);
	va_end(args);
	return ERR_FORMAT;
}

/* \u0000 would end a string early without anyone noticing. */
static bool holds_nul(const char *line, size_t len)
{
	const char *at = line, *end = line + len;

	if (memchr(line, '\0', len))
		return true;
	while ((at = memchr(at, '\\', (size_t)(end - at)))) {
		if (end - at >= 6 && memcmp(at, "\\u0000", 6) == 0)
			return true;
		at += at + 1 < end ? 2 : 1;
	}
	return false;
}

static enum err check_members(const cJSON *object, struct flaw *flaw)
{
	int count = 0;

	for (const cJSON *m = object->child; m; m = m->next) {
		if (++count > MEMBERS_MAX)
			return flaw_set(flaw, "", "more than %d members", MEMBERS_MAX);
		for (const cJSON *n = m->next; n; n = n->next)
			if (strcmp(m->string, n->string) == 0)
				return flaw_set(flaw, m->string, "stands twice in the row");
	}
	return OK;
}

enum err record_json(const char *line, size_t len, cJSON **ret_object, struct flaw *flaw)
{
	const char *end = NULL;
	cJSON *object;
	enum err err;

	if (holds_nul(line, len))
		return flaw_set(flaw, "", "holds a NUL character");
	if (!text_is_utf8(line, len))
		return flaw_set(flaw, "", "is not valid UTF-8");
	object = cJSON_ParseWithLengthOpts(line, len + 1, &end, true);
	if (!object)
		return flaw_set(flaw, "", "is not JSON: trouble at byte %zu",
			end && end >= line ? (size_t)(end - line) + 1 : (size_t)1);
	err = cJSON_IsObject(object) ? check_members(object, flaw)
				     : flaw_set(flaw, "", "is not a JSON object");
	if (err != OK) {
		cJSON_Delete(object);
		return err;
	}
	*ret_object = object;
	return OK;
}

struct reader {
	struct arena *arena;
	struct flaw *flaw;
	enum err err; /* readers do nothing once it is set */
};

static void wrong(struct reader *r, const char *member, const char *what)
{
	if (r->err == OK)
		r->err = flaw_set(r->flaw, member, "%s", what);
}

static const cJSON *member(const cJSON *object, const char *name)
{
	const cJSON *m = cJSON_GetObjectItemCaseSensitive(object, name);

	return cJSON_IsNull(m) ? NULL : m;
}

static const char *keep(struct reader *r, const char *s)
{
	const char *copy = NULL;

	if (r->err == OK && s && *s) {
		copy = arena_string(r->arena, s);
		if (!copy)
			r->err = ERR_NOMEM;
	}
	return copy;
}

/* Text of `object`'s member `name`, NULL when absent or empty; `path` names it in complaints. */
static const char *text_at(struct reader *r, const cJSON *object, const char *name, const char *path)
{
	const cJSON *m = member(object, name);

	if (m && !cJSON_IsString(m))
		wrong(r, path, "must be text");
	return cJSON_IsString(m) ? keep(r, m->valuestring) : NULL;
}

static const char *text(struct reader *r, const cJSON *object, const char *name)
{
	return text_at(r, object, name, name);
}

static int count_at(struct reader *r, const cJSON *object, const char *name, const char *path)
{
	const cJSON *m = member(object, name);

	if (!m)
		return 0;
	if (!cJSON_IsNumber(m) || m->valuedouble < 0 || m->valuedouble > COUNT_MAX ||
		m->valuedouble != (double)m->valueint)
		wrong(r, path, "must be a whole number, not negative");
	return m->valueint;
}

static void *array(struct reader *r, size_t count, size_t size)
{
	void *items = r->err == OK ? arena_array(r->arena, count, size) : NULL;

	if (!items && r->err == OK)
		r->err = ERR_NOMEM;
	return items;
}

/* A list of texts, or one text, which counts as a list of one. */
static const char **texts(struct reader *r, const cJSON *object, const char *name, size_t *ret_count)
{
	const cJSON *m = member(object, name), *one;
	bool list = cJSON_IsArray(m);
	const char **items;
	size_t count = 0;

	if (!m)
		return NULL;
	if (!list && !cJSON_IsString(m)) {
		wrong(r, name, "must be a list of texts");
		return NULL;
	}
	items = array(r, list ? (size_t)cJSON_GetArraySize(m) : 1, sizeof *items);
	if (!items)
		return NULL;
	for (one = list ? m->child : m; one && r->err == OK; one = list ? one->next : NULL) {
		if (!cJSON_IsString(one))
			wrong(r, name, "must be a list of texts");
		else if (*one->valuestring)
			items[count++] = keep(r, one->valuestring);
	}
	*ret_count = count;
	return items;
}

/* The list of objects under `name`: its length, and the first of them in *ret_first. */
static size_t objects(struct reader *r, const cJSON *object, const char *name, const cJSON **ret_first)
{
	const cJSON *m = member(object, name);

	if (m && !cJSON_IsArray(m))
		wrong(r, name, "must be a list");
	if (!cJSON_IsArray(m) || r->err != OK)
		return 0;
	for (const cJSON *one = m->child; one; one = one->next) {
		if (!cJSON_IsObject(one)) {
			wrong(r, name, "must be a list of objects");
			return 0;
		}
	}
	*ret_first = m->child;
	return (size_t)cJSON_GetArraySize(m);
}

static void read_submissions(struct reader *r, const cJSON *object, struct record *record)
{
	const cJSON *one = NULL;
	size_t count = objects(r, object, "submission", &one);
	struct submission *s = array(r, count, sizeof *s);

	record->submissions = s;
	record->submission_count = count;
	for (; one && r->err == OK; one = one->next, s++) {
		char until[11];

		s->mode = text_at(r, one, "mode", "submission.mode");
		s->time_limit = text_at(r, one, "time_limit", "submission.time_limit");
		s->fee = text_at(r, one, "fee", "submission.fee");
		s->note = text_at(r, one, "note", "submission.note");
		s->money = fee_parse(s->fee);
		if (fee_last_day(s->fee, until) && !(s->fee_until = arena_string(r->arena, until)))
			r->err = ERR_NOMEM;
	}
}

static void read_documents(struct reader *r, const cJSON *object, struct record *record)
{
	const cJSON *one = NULL;
	size_t count = objects(r, object, "documents", &one);
	struct document *d = array(r, count, sizeof *d);

	record->documents = d;
	record->document_count = count;
	for (; one && r->err == OK; one = one->next, d++) {
		d->group = text_at(r, one, "group", "documents.group");
		d->name = text_at(r, one, "name", "documents.name");
		d->originals = count_at(r, one, "originals", "documents.originals");
		d->copies = count_at(r, one, "copies", "documents.copies");
		d->form = text_at(r, one, "form", "documents.form");
		if (!d->name)
			wrong(r, "documents.name", "is missing");
	}
}

/* By member `kind`, else by the id's prefix ("hotline:1022"), else a procedure. */
static void read_kind(struct reader *r, const cJSON *object, struct record *record)
{
	const char *named = text(r, object, "kind");
	char prefix[16];

	if (named) {
		if (!record_kind_from(named, &record->kind))
			wrong(r, "kind", "must be procedure, hotline, office, guide or faq");
		return;
	}
	record->kind = KIND_PROCEDURE;
	if (record->id && sscanf(record->id, "%15[a-z]:", prefix) == 1 && record->id[strlen(prefix)] == ':' &&
		!record_kind_from(prefix, &record->kind))
		wrong(r, "id", "must begin with hotline:, office:, guide: or faq:");
}

static void read_identity(struct reader *r, const cJSON *object, struct record *record)
{
	record->code = text(r, object, "code");
	record->id = text(r, object, "id");
	if (!record->id)
		record->id = record->code;
	if (!record->id)
		wrong(r, "code", "neither code nor id is there");
	read_kind(r, object, record);
	if (record->kind == KIND_PROCEDURE && !record->code)
		wrong(r, "code", "is missing");
	record->name = text(r, object, "name");
	if (!record->name && record->kind == KIND_FAQ)
		record->name = text(r, object, "question");
	if (!record->name)
		wrong(r, record->kind == KIND_FAQ ? "question" : "name", "is missing");
}

/* What only hotlines, offices, guides and questions have. */
static void read_service(struct reader *r, const cJSON *object, struct record *record)
{
	record->phones = texts(r, object, "phone", &record->phone_count);
	record->email = text(r, object, "email");
	record->scope = text(r, object, "scope");
	record->hours = text(r, object, "hours");
	record->text = text(r, object, "text");
	if (!record->text)
		record->text = record->kind == KIND_FAQ ? text(r, object, "answer") : NULL;
	if (!record->text && record->kind == KIND_GUIDE)
		record->text = record->steps;
	if ((record->kind == KIND_FAQ || record->kind == KIND_GUIDE) && !record->text)
		wrong(r, record->kind == KIND_FAQ ? "answer" : "text", "is missing");
}

enum err record_read(struct arena *a, const cJSON *object, struct record *ret_record, struct flaw *flaw)
{
	struct reader r = {a, flaw, OK};
	struct record record = {0};

	read_identity(&r, object, &record);
	record.everyday = text(&r, object, "everyday");
	record.field = text(&r, object, "field");
	record.levels = texts(&r, object, "level", &record.level_count);
	record.agency = text(&r, object, "agency");
	record.authority = text(&r, object, "authority");
	record.address = text(&r, object, "address");
	record.applicant = text(&r, object, "applicant");
	record.result = text(&r, object, "result");
	record.conditions = text(&r, object, "conditions");
	record.steps = text(&r, object, "steps");
	record.decision = text(&r, object, "decision");
	record.url = text(&r, object, "url");
	read_submissions(&r, object, &record);
	read_documents(&r, object, &record);
	record.legal_basis = texts(&r, object, "legal_basis", &record.legal_count);
	read_service(&r, object, &record);
	if (r.err == OK)
		*ret_record = record;
	return r.err;
}

enum err record_parse(
	struct arena *a, const char *json, size_t len, struct record *ret_record, struct why *why)
{
	struct flaw flaw = {"", ""};
	cJSON *object = NULL;
	char *line = arena_copy(a, json, len); /* cJSON wants the NUL behind it */
	enum err err = line ? record_json(line, len, &object, &flaw) : ERR_NOMEM;

	if (err == OK)
		err = record_read(a, object, ret_record, &flaw);
	cJSON_Delete(object);
	if (err == ERR_FORMAT)
		why_set(why, err, "%s%s%s", flaw.member, *flaw.member ? ": " : "the row ", flaw.reason);
	else if (err != OK)
		why_set(why, err, "%s", err_words(err));
	return err;
}
