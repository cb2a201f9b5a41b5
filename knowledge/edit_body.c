/* edit_body.c - parse, refuse what does not belong here, say what the record is, keep what differs, read it as a record. */
#include "knowledge/edit_body.h"

#include "knowledge/import_row.h"
#include "knowledge/merge.h"

#include <string.h>

#define NAME_BYTES_MAX 4096

/* Of the version or ours: they have their own place. */
static enum err refuse_foreign(const cJSON *object, struct flaw *flaw)
{
	static const char *const foreign[] = {"unit", "valid_from", "valid_to", "change", "replaced_by",
		"decision_date", "source_date", "everyday", "ask", "codes", "inherits"};

	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
		if (cJSON_HasObjectItem(object, foreign[i]))
			return flaw_set(flaw, foreign[i], "is no member of the body");
	if (cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(object, "keywords")))
		return flaw_set(flaw, "keywords", "is no member of the body");
	return OK;
}

static enum err put_text(cJSON *object, const char *name, const char *text)
{
	cJSON *item = cJSON_CreateString(text);
	bool there = cJSON_HasObjectItem(object, name);

	if (item && (there ? cJSON_ReplaceItemInObjectCaseSensitive(object, name, item)
			   : cJSON_AddItemToObject(object, name, item)))
		return OK;
	cJSON_Delete(item);
	return ERR_NOMEM;
}

static bool prefix_names(const char *id, const char *kind)
{
	size_t len = strlen(kind);

	return strncmp(id, kind, len) == 0 && id[len] == ':';
}

/* What the body must say of itself when it did not. */
static enum err identify(cJSON *object, const struct edit_body_in *in)
{
	const char *kind = record_kind_name(in->kind);
	bool procedure = in->kind == KIND_PROCEDURE;
	enum err err = OK;

	if (!cJSON_HasObjectItem(object, "id") && !cJSON_HasObjectItem(object, "code"))
		err = put_text(object, procedure ? "code" : "id", in->id);
	if (err == OK && !procedure && !prefix_names(in->id, kind) && !cJSON_HasObjectItem(object, "kind"))
		err = put_text(object, "kind", kind);
	return err;
}

static enum err read(struct arena *a, const struct edit_body_in *in, const cJSON *object,
	struct edit_body *body, struct flaw *flaw)
{
	enum err err = record_read(a, object, &body->record, flaw);

	if (err != OK)
		return err;
	if (strcmp(body->record.id, in->id) != 0)
		return flaw_set(flaw, "id", "is another than the record's");
	if (body->record.kind != in->kind)
		return flaw_set(flaw, "kind", "is another than the record's");
	if (strlen(body->record.name) > NAME_BYTES_MAX)
		return flaw_set(flaw, in->kind == KIND_FAQ ? "question" : "name", "is longer than %d bytes",
			NAME_BYTES_MAX);
	return OK;
}

static enum err print(struct arena *a, const cJSON *object, struct edit_body *body, struct flaw *flaw)
{
	char *json = cJSON_PrintUnformatted(object);
	enum err err = OK;

	if (json && strlen(json) > ROW_BYTES_MAX)
		err = flaw_set(flaw, "", "is longer than %zu bytes", ROW_BYTES_MAX);
	else if (!json || !(body->json = arena_string(a, json)))
		err = ERR_NOMEM;
	cJSON_free(json);
	return err;
}

/* A whole record names itself; one that does not says only what is otherwise. */
static bool is_whole(const cJSON *object)
{
	return cJSON_HasObjectItem(object, "name") || cJSON_HasObjectItem(object, "question");
}

/* The members of `said` that are said, and of a whole record also those it leaves out. */
static cJSON *difference_of(const cJSON *inherited, const cJSON *said)
{
	cJSON *whole, *difference = NULL;

	if (is_whole(said))
		return merge_difference(inherited, said);
	whole = cJSON_Duplicate(inherited, true);
	if (whole && merge_over(whole, said) == OK)
		difference = merge_difference(inherited, whole);
	cJSON_Delete(whole);
	return difference;
}

static enum err make_inheriting(struct arena *a, const struct edit_body_in *in, const cJSON *said,
	struct edit_body *body, struct flaw *flaw)
{
	cJSON *difference = difference_of(in->inherited, said);
	cJSON *merged = cJSON_Duplicate(in->inherited, true);
	enum err err = difference && merged ? merge_over(merged, difference) : ERR_NOMEM;

	body->inherits = true;
	if (err == OK)
		err = read(a, in, merged, body, flaw);
	if (err == OK)
		err = print(a, difference, body, flaw);
	cJSON_Delete(merged);
	cJSON_Delete(difference);
	return err;
}

static enum err make_whole(struct arena *a, const struct edit_body_in *in, cJSON *said,
	struct edit_body *body, struct flaw *flaw)
{
	enum err err = identify(said, in);

	if (err == OK)
		err = read(a, in, said, body, flaw);
	return err == OK ? print(a, said, body, flaw) : err;
}

enum err edit_body_make(
	struct arena *a, const struct edit_body_in *in, struct edit_body *ret_body, struct flaw *flaw)
{
	struct edit_body body = {0};
	cJSON *said = NULL;
	char *text = arena_string(a, in->text);
	enum err err = text ? record_json(text, strlen(text), &said, flaw) : ERR_NOMEM;

	if (err == OK)
		err = refuse_foreign(said, flaw);
	/* What a person wrote is no mere start that a later import of such facts may replace. */
	if (err == OK)
		cJSON_DeleteItemFromObjectCaseSensitive(said, "partial");
	if (err == OK && in->decision)
		err = put_text(said, "decision", in->decision);
	if (err == OK)
		err = in->inherited ? make_inheriting(a, in, said, &body, flaw)
				    : make_whole(a, in, said, &body, flaw);
	cJSON_Delete(said);
	if (err == OK)
		*ret_body = body;
	return err;
}
