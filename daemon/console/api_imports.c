/* api_imports.c - files come in pieces, are looked at, are imported; templates and exports go out. */
#include "daemon/console/desk.h"
#include "daemon/console/import_task.h"
#include "daemon/console/knowledge.h"
#include "daemon/console/whose.h"
#include "knowledge/export.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum err api_uploads_begin(struct call *c);
enum err api_uploads_put(struct call *c);
enum err api_imports_begin(struct call *c);
enum err api_imports_get(struct call *c);
enum err api_imports_rows(struct call *c);
enum err api_imports_list(struct call *c);
enum err api_export_get(struct call *c);
enum err api_template_get(struct call *c);

/* --- Pieces --- */

enum err api_uploads_begin(struct call *c)
{
	char id[UPLOAD_ID_SIZE];
	const char *name;
	int64_t size;
	enum err err;

	if (!want_text(c, "name", 255, &name) || !take_number(c, "size", 0, (int64_t)1 << 52, 0, &size))
		return OK;
	if (size == 0)
		return call_refuse(c, 400, "upload_empty", "size");
	err = upload_begin(&c->desk->console->uploads, c->session.staff.name, name, size, c->now_ms, id);
	if (err == ERR_LIMIT)
		return call_refuse(c, 413, "upload_large", "size");
	if (err)
		return err;
	c->out->status = 201;
	put_text(c->json, "upload", id);
	return OK;
}

enum err api_uploads_put(struct call *c)
{
	const char *text = call_query(c, "offset");
	size_t digits = text ? strspn(text, "0123456789") : 0;
	int64_t got = 0;
	enum err err;

	if (!text || digits == 0 || digits > 15 || text[digits])
		return call_refuse(c, 400, "invalid", "offset");
	if (c->in->body.len > UPLOAD_PIECE_MAX)
		return call_refuse(c, 413, "too_large", NULL);
	err = upload_put(&c->desk->console->uploads, c->session.staff.name, c->param[0], atoll(text),
		c->in->body, c->now_ms, &got);
	if (err == ERR_FORMAT)
		return call_refuse(c, 400, "upload_piece", "offset");
	if (!err)
		put_number(c->json, "size", got);
	return err;
}

/* --- Imports --- */

static bool take_mapping(struct call *c, struct import_options *o)
{
	const cJSON *object = cJSON_GetObjectItemCaseSensitive(c->body, "mapping"), *item;
	struct import_mapping *mapping = arena_array(&c->arena, IMPORT_MAPPING_MAX, sizeof *mapping);
	size_t count = 0;

	if (!object || cJSON_IsNull(object))
		return true;
	cJSON_ArrayForEach(item, object)
	{
		if (!mapping || !cJSON_IsObject(object) || !cJSON_IsString(item) ||
			count == IMPORT_MAPPING_MAX || strlen(item->valuestring) > 64 ||
			strlen(item->string) > 1000) {
			call_refuse(c, 400, "invalid", "mapping");
			return false;
		}
		mapping[count++] = (struct import_mapping){item->string, item->valuestring};
	}
	o->mapping = mapping;
	o->mapping_count = count;
	if (cJSON_IsObject(object))
		return true;
	call_refuse(c, 400, "invalid", "mapping");
	return false;
}

static const char *text_of(const cJSON *object, const char *name, const char *fallback)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

	return text ? text : fallback;
}

/* {"sheet","row","column","text"}: a cell put right in the page; without "column" the row is left out. */
static bool read_mend(const cJSON *item, struct import_mend *ret_mend)
{
	const cJSON *row = cJSON_GetObjectItemCaseSensitive(item, "row");
	struct import_mend mend = {.sheet = text_of(item, "sheet", ""),
		.column = text_of(item, "column", ""),
		.text = text_of(item, "text", "")};

	if (!cJSON_IsNumber(row) || row->valuedouble < 1 || row->valuedouble > 1e9 ||
		strlen(mend.sheet) > 255 || strlen(mend.column) > 3 ||
		mend.column[strspn(mend.column, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")])
		return false;
	mend.row = (size_t)row->valuedouble;
	*ret_mend = mend;
	return true;
}

static bool take_mends(struct call *c, struct import_options *o)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(c->body, "mends"), *item;
	struct import_mend *mends = arena_array(&c->arena, IMPORT_MENDS_MAX, sizeof *mends);
	size_t count = 0;

	if (!list || cJSON_IsNull(list))
		return true;
	cJSON_ArrayForEach(item, list)
	{
		if (!mends || !cJSON_IsArray(list) || count == IMPORT_MENDS_MAX ||
			!read_mend(item, &mends[count])) {
			call_refuse(c, 400, "invalid", "mends");
			return false;
		}
		count++;
	}
	o->mends = mends;
	o->mend_count = count;
	if (cJSON_IsArray(list))
		return true;
	call_refuse(c, 400, "invalid", "mends");
	return false;
}

/* Who may do what: drafts are an editor's; publishing at once is an approver's, where one person is enough. */
static bool may_import(struct call *c, bool dry, const char *as)
{
	if (dry || strcmp(as, "draft") == 0)
		return true;
	if (!(c->roles & ROLE_APPROVER))
		call_refuse(c, 403, "forbidden", "as");
	else if (c->o->two_persons)
		call_refuse(c, 409, "import_two_persons", "as");
	else
		return true;
	return false;
}

static bool take_import(struct call *c, struct import_run *run, struct import_options *o)
{
	const char *as;

	if (!take_mapping(c, o) || !take_mends(c, o) || !take_text(c, "sheet", 255, &o->sheet) ||
		!take_text(c, "unit", UNIT_MAX, &run->unit) || !take_text(c, "as", 16, &as) ||
		!take_bool(c, "dry_run", false, &o->dry_run) || !take_day(c, "valid_from", &o->valid_from))
		return false;
	as = as ? as : "draft";
	if (strcmp(as, "draft") != 0 && strcmp(as, "publish") != 0) {
		call_refuse(c, 400, "invalid", "as");
		return false;
	}
	o->as_drafts = strcmp(as, "draft") == 0;
	o->now_ms = c->now_ms;
	o->scope = c->session.staff.unit;
	run->mode = o->dry_run ? "dry" : as;
	if (!run->unit || whose_unit(c, run->unit))
		return may_import(c, o->dry_run, as);
	call_refuse(c, 403, "other_unit", "unit");
	return false;
}

enum err api_imports_begin(struct call *c)
{
	struct uploads *uploads = &c->desk->console->uploads;
	struct import_run run = {.who = c->session.staff.name, .created_ms = c->now_ms};
	struct import_options options = {0};
	const char *upload, *path;
	struct upload held;
	int64_t id;
	enum err err;

	if (!want_text(c, "upload", UPLOAD_ID_SIZE, &upload) || !take_import(c, &run, &options))
		return OK;
	err = upload_hold(uploads, c->session.staff.name, upload, c->now_ms, &c->arena, &path, &held);
	if (err == ERR_BUSY)
		return call_refuse(c, 409, "upload_part", "upload");
	if (err)
		return err;
	run.file = held.name;
	err = import_task_begin(c, &run, &options, path, upload, &id);
	if (err)
		upload_let_go(uploads, upload, false);
	if (err == ERR_BUSY)
		return call_refuse(c, 409, "import_busy", NULL);
	if (err)
		return err;
	c->out->status = 202;
	put_number(c->json, "import", id);
	return OK;
}

void put_import(struct call *c, cJSON *item, const struct import_run *run)
{
	put_number(item, "import", run->id);
	put_text(item, "who", run->who);
	put_text(item, "file", run->file);
	put_text(item, "unit", run->unit);
	put_text(item, "mode", run->mode);
	put_text(item, "state", run->state);
	put_json(item, "counts", run->counts);
	put_text(item, "error", run->error);
	put_number(item, "created_ms", run->created_ms);
	put_number(item, "started_ms", run->created_ms);
	if (run->ended_ms)
		put_number(item, "ended_ms", run->ended_ms);
	(void)c;
}

enum err api_imports_get(struct call *c)
{
	struct import_run run;
	int64_t id;
	enum err err;

	if (!call_id(c, 0, &id))
		return OK;
	err = store_import_get(c->reader, &c->arena, id, &run);
	if (err)
		return err;
	put_import(c, c->json, &run);
	put_share(c->json, "progress", import_task_progress(&c->desk->console->imports, id));
	return OK;
}

enum err api_imports_list(struct call *c)
{
	struct import_run *runs;
	size_t count, total;
	struct page page;
	cJSON *items;
	enum err err;

	if (!take_page(c, &page))
		return OK;
	err = store_import_list(c->reader, &c->arena, page.skip, page.size, &runs, &count, &total);
	if (err)
		return err;
	items = put_page(c, &page, total);
	for (size_t i = 0; i < count; i++)
		put_import(c, list_object(items), &runs[i]);
	return OK;
}

/* Lines of the rows file are "added {…}"; those of `what` are counted, the page's are parsed. */
static enum err rows_page(
	FILE *in, const char *what, const struct page *page, cJSON *items, size_t *ret_total)
{
	size_t room = 0, total = 0, len = what ? strlen(what) : 0;
	char *line = NULL;

	while (getline(&line, &room, in) > 0) {
		const char *json = strchr(line, ' ');

		if (!json || (what && (strncmp(line, what, len) != 0 || line[len] != ' ')))
			continue;
		if (total >= page->skip && total < page->skip + page->size) {
			cJSON *row = cJSON_Parse(json + 1);

			if (row)
				list_add(items, row);
		}
		total++;
	}
	free(line);
	*ret_total = total;
	return ferror(in) ? ERR_IO : OK;
}

static bool is_what(const char *what)
{
	static const char *const words[] = {"added", "changed", "ended", "refused", "skipped"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(what, words[i]) == 0)
			return true;
	return false;
}

enum err api_imports_rows(struct call *c)
{
	const char *what = call_query(c, "what"), *path;
	struct import_run run;
	size_t total = 0;
	struct page page;
	cJSON *items;
	FILE *in;
	int64_t id;
	enum err err;

	if (!call_id(c, 0, &id) || !take_page(c, &page))
		return OK;
	if (what && !is_what(what))
		return call_refuse(c, 400, "invalid", "what");
	err = store_import_get(c->reader, &c->arena, id, &run);
	if (err)
		return err;
	path = import_rows_path(&c->arena, c->desk->console, id);
	items = cJSON_CreateArray();
	in = path ? fopen(path, "re") : NULL;
	if (in) { /* of an old import there are none any more */
		err = rows_page(in, what, &page, items, &total);
		fclose(in);
	}
	put_item(c->json, "items", items);
	put_number(c->json, "total", (int64_t)total);
	put_number(c->json, "page", (int64_t)page.number);
	put_number(c->json, "size", (int64_t)page.size);
	return err;
}

/* --- Files going out --- */

static const char *const types[EXPORT_FORMAT_COUNT] = {
	[EXPORT_JSONL] = "application/x-ndjson",
	[EXPORT_CSV] = "text/csv; charset=utf-8",
	[EXPORT_XLSX] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

static bool query_format(struct call *c, enum export_format *ret_format)
{
	const char *format = call_query(c, "format");

	*ret_format = EXPORT_XLSX;
	if (!format || export_format_from(format, ret_format))
		return true;
	call_refuse(c, 400, "invalid", "format");
	return false;
}

static bool query_kind(struct call *c, const char **ret_kind)
{
	const char *kind = call_query(c, "kind");

	*ret_kind = kind;
	if (!kind || (strlen(kind) < 32 && strspn(kind, "abcdefghijklmnopqrstuvwxyz_") == strlen(kind)))
		return true;
	call_refuse(c, 400, "invalid", "kind");
	return false;
}

/* The temporary file becomes the answer's body. */
static enum err file_answer(struct call *c, FILE *file, enum export_format format, const char *name)
{
	char piece[64 * 1024];
	size_t len;

	rewind(file);
	while ((len = fread(piece, 1, sizeof piece, file)) > 0)
		buf_add(&c->out->body, piece, len);
	if (ferror(file) || c->out->body.failed)
		return ERR_IO;
	c->out->type = types[format];
	call_header(c, "Content-Disposition",
		arena_printf(&c->out->arena, "attachment; filename=\"motcua-%s-%s.%s\"", name, c->today,
			export_format_name(format)));
	return OK;
}

enum err api_export_get(struct call *c)
{
	struct export_options o = {
		.database = c->o->knowledge_path, .unit = call_query(c, "unit"), .as_of = c->today};
	struct why why = {""};
	FILE *file;
	enum err err;

	if (!query_format(c, &o.format) || !query_kind(c, &o.kind))
		return OK;
	file = tmpfile();
	if (!file)
		return ERR_IO;
	err = export_write(&o, file, &why);
	err = err ? call_failed(c, err, &why) : file_answer(c, file, o.format, o.kind ? o.kind : "all");
	fclose(file);
	console_give_back();
	if (!err)
		call_audit(c, "export", o.kind, NULL);
	return err;
}

enum err api_template_get(struct call *c)
{
	enum export_format format;
	struct why why = {""};
	const char *kind;
	FILE *file;
	enum err err;

	if (!query_format(c, &format) || !query_kind(c, &kind))
		return OK;
	file = tmpfile();
	if (!file)
		return ERR_IO;
	kind = kind ? kind : "procedure";
	err = export_template(format, kind, file, &why);
	if (!err)
		err = file_answer(c, file, format, arena_printf(&c->out->arena, "mau-%s", kind));
	else if (err == ERR_NOT_FOUND || err == ERR_FORMAT)
		err = call_refuse(c, 400, "invalid", err == ERR_FORMAT ? "format" : "kind");
	fclose(file);
	return err;
}
