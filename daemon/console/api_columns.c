/* api_columns.c - what is in a file that was sent: sheets, columns, what each column seems to be. What somebody said of a heading
 * before counts more than the words we know. */
#include "daemon/console/desk.h"
#include "daemon/console/knowledge.h"
#include "daemon/store/store_import.h"
#include "knowledge/sheet_look.h"

enum err api_uploads_columns(struct call *c);

/* Texts go over several columns where a cell of a spreadsheet ends too soon. */
static bool may_repeat(enum cell_type type)
{
	return type == CELL_TEXT || type == CELL_LINES || type == CELL_DOCUMENTS || type == CELL_EXTRA;
}

static void put_members(struct call *c)
{
	const struct columns *columns = c->desk->console->columns;
	cJSON *list = put_list(c->json, "members");

	for (int column = 0; column < COLUMN_COUNT; column++) {
		cJSON *item = list_object(list);

		put_text(item, "member", column_key((enum column)column));
		put_text(item, "label", columns_label(columns, (enum column)column));
		put_bool(item, "required",
			false); /* rows tell what they are about; each is refused by itself */
		put_bool(item, "many", may_repeat(column_type((enum column)column)));
	}
}

static enum err put_column(struct call *c, cJSON *item, const struct look_column *column)
{
	const char *remembered = NULL;
	enum err err = store_mapping_get(c->reader, &c->arena, column->header, &remembered);
	cJSON *samples;

	put_number(item, "index", (int64_t)column->index);
	put_text(item, "letters", column->letters);
	put_text(item, "header", column->header);
	put_text(item, "member", remembered ? remembered : column->member);
	samples = put_list(item, "samples");
	for (size_t i = 0; i < LOOK_SAMPLES; i++)
		list_text(samples, column->samples[i] ? column->samples[i] : "");
	return err;
}

static enum err put_look(struct call *c, const struct sheet_look *look)
{
	cJSON *list = put_list(c->json, "sheets");
	enum err err = OK;

	put_text(c->json, "format", look->format);
	for (size_t i = 0; i < look->sheet_count; i++) {
		cJSON *item = list_object(list);

		put_text(item, "name", look->sheets[i].name);
		put_bool(item, "hidden", look->sheets[i].hidden);
	}
	put_text(c->json, "sheet", look->sheet);
	put_number(c->json, "row", (int64_t)look->row);
	list = put_list(c->json, "columns");
	for (size_t i = 0; i < look->column_count && !err; i++)
		err = put_column(c, list_object(list), &look->columns[i]);
	put_members(c);
	return err;
}

enum err api_uploads_columns(struct call *c)
{
	struct uploads *uploads = &c->desk->console->uploads;
	struct sheet_look look = {0};
	struct why why = {""};
	struct upload held;
	const char *path;
	enum err err =
		upload_hold(uploads, c->session.staff.name, c->param[0], c->now_ms, &c->arena, &path, &held);

	if (err == ERR_BUSY)
		return call_refuse(c, 409, "upload_part", NULL);
	if (err)
		return err;
	err = sheet_look(&c->arena, path, call_query(c, "sheet"), NULL, 0, &look, &why);
	upload_let_go(uploads, held.id, false);
	if (err == ERR_FORMAT || err == ERR_LIMIT || err == ERR_NOT_FOUND)
		return call_refuse_with(
			c, 400, "table", refusals_say(c->desk->console->refusals, &c->arena, why.text), NULL);
	return err ? call_failed(c, err, &why) : put_look(c, &look);
}
