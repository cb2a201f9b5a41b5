/* cells.c - members → cells and cells → members, one function a type of cell. Fails on a cell that cannot be what its column
 * holds, naming the column, and when memory is spent. */
#include "knowledge/cells_internal.h"

#include "daemon/base/text.h"
#include "knowledge/record.h"

#include <stdio.h>
#include <string.h>

/* --- Texts ----------------------------------------------------------------------------------------------- */

static const char *const blanks[] = {" ", "\t", "\n", "\r", "\xC2\xA0", "\xE2\x80\x8B", "\xEF\xBB\xBF"};

static size_t blank_before(const char *text, size_t len)
{
	for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
		size_t n = strlen(blanks[i]);

		if (len >= n && memcmp(text, blanks[i], n) == 0)
			return n;
	}
	return 0;
}

static size_t blank_behind(const char *text, size_t len)
{
	for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
		size_t n = strlen(blanks[i]);

		if (len >= n && memcmp(text + len - n, blanks[i], n) == 0)
			return n;
	}
	return 0;
}

void cells_trim(const char **text, size_t *len)
{
	size_t n;

	while ((n = blank_before(*text, *len))) {
		*text += n;
		*len -= n;
	}
	while ((n = blank_behind(*text, *len)))
		*len -= n;
}

enum err cell_tidy(struct arena *a, enum column column, const char *text, const char **ret_text)
{
	size_t len = strlen(text);
	enum err err = OK;

	if (column_type(column) != CELL_EXTRA)
		err = text_clean(a, text, len, &text);
	if (err != OK)
		return err;
	len = strlen(text);
	cells_trim(&text, &len);
	if (len) {
		text = arena_copy(a, text, len);
		if (!text)
			return ERR_NOMEM;
	}
	*ret_text = len ? text : NULL;
	return OK;
}

bool cells_line(const char **text, const char **ret_line, size_t *ret_len)
{
	const char *line = *text;

	if (!line)
		return false;
	*ret_line = line;
	*ret_len = strcspn(line, "\n");
	*text = line[*ret_len] ? line + *ret_len + 1 : NULL;
	return true;
}

const char *column_member(enum column column)
{
	return column_type(column) == CELL_WAY ? "submission" : column_key(column);
}

/* --- Cells to JSON --------------------------------------------------------------------------------------- */

void cells_wrong(struct cells_reader *r, enum column column, const char *what)
{
	if (r->err == OK)
		r->err = flaw_set(r->flaw, column_key(column), "%s", what);
}

const char *cells_keep(struct cells_reader *r, const char *text, size_t len)
{
	const char *copy;

	cells_trim(&text, &len);
	copy = r->err == OK ? arena_copy(r->arena, text, len) : NULL;
	if (!copy && r->err == OK)
		r->err = ERR_NOMEM;
	return copy;
}

cJSON *cells_string(struct cells_reader *r, const char *text)
{
	cJSON *item = r->err == OK && text ? cJSON_CreateString(text) : NULL;

	if (!item && r->err == OK)
		r->err = ERR_NOMEM;
	return item;
}

void cells_add(struct cells_reader *r, cJSON *object, const char *member, cJSON *item)
{
	bool added = item && (member ? cJSON_AddItemToObject(object, member, item)
				     : cJSON_AddItemToArray(object, item));

	if (added)
		return;
	cJSON_Delete(item);
	if (r->err == OK)
		r->err = ERR_NOMEM;
}

/* "- Luật Hộ tịch": the dash is the spreadsheet's way to write a list. */
static void skip_bullet(const char **line, size_t *len)
{
	static const char *const bullets[] = {"- ", "* ", "• "};

	for (size_t i = 0; i < sizeof bullets / sizeof *bullets; i++) {
		size_t n = strlen(bullets[i]);

		if (*len > n && memcmp(*line, bullets[i], n) == 0) {
			*line += n;
			*len -= n;
			cells_trim(line, len);
			return;
		}
	}
}

static cJSON *list_of(struct cells_reader *r)
{
	cJSON *list = r->err == OK ? cJSON_CreateArray() : NULL;

	if (!list && r->err == OK)
		r->err = ERR_NOMEM;
	return list;
}

static cJSON *read_lines(struct cells_reader *r, const char *text)
{
	cJSON *list = list_of(r);
	const char *line;
	size_t len;

	while (list && r->err == OK && cells_line(&text, &line, &len)) {
		cells_trim(&line, &len);
		skip_bullet(&line, &len);
		if (len)
			cells_add(r, list, NULL, cells_string(r, cells_keep(r, line, len)));
	}
	return list;
}

/* A list parted by any of `separators`; `words` (NULL: none) names the words of ours. */
static cJSON *read_list(struct cells_reader *r, enum column column, const char *text, const char *separators,
	const char *words)
{
	cJSON *list = list_of(r);

	while (list && r->err == OK && *text) {
		size_t len = strcspn(text, separators);
		const char *one = cells_keep(r, text, len), *word = one;

		if (one && *one && words && !(word = columns_word(r->words, words, one)))
			cells_wrong(r, column, "holds a word that is not known here");
		if (word && *word)
			cells_add(r, list, NULL, cells_string(r, word));
		text += len + (text[len] != '\0');
	}
	return list;
}

static unsigned days_of(unsigned year, unsigned month)
{
	static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : days[month - 1];
}

/* "21/11/2026", "1.7.2026", "ngày 01 tháng 7 năm 2026", "2026-07-01": three numbers, the year has four digits. */
static bool read_day(const char *text, char ret_day[11])
{
	unsigned numbers[3] = {0, 0, 0}, digits[3] = {0, 0, 0}, count = 0;
	bool inside = false;

	for (const char *s = text; *s; s++) {
		if (*s < '0' || *s > '9') {
			inside = false;
			continue;
		}
		if (!inside && count++ == 3)
			return false;
		inside = true;
		if (++digits[count - 1] > 4)
			return false;
		numbers[count - 1] = numbers[count - 1] * 10 + (unsigned)(*s - '0');
	}
	if (digits[0] == 4) {
		unsigned day = numbers[2];

		numbers[2] = numbers[0];
		numbers[0] = day;
		digits[2] = 4;
	}
	if (count != 3 || digits[2] != 4 || numbers[2] < 1900 || numbers[1] < 1 || numbers[1] > 12 ||
		numbers[0] < 1 || numbers[0] > days_of(numbers[2], numbers[1]))
		return false;
	snprintf(ret_day, 11, "%04u-%02u-%02u", numbers[2] % 10000, numbers[1] % 100, numbers[0] % 100);
	return true;
}

static cJSON *read_day_cell(struct cells_reader *r, enum column column, const char *text)
{
	char day[11];

	if (!read_day(text, day)) {
		cells_wrong(r, column, "must be a day like 21/11/2026");
		return NULL;
	}
	return cells_string(r, day);
}

static cJSON *read_bool(struct cells_reader *r, enum column column, const char *text)
{
	const char *word = columns_word(r->words, "bool", text);
	cJSON *item;

	if (!word) {
		cells_wrong(r, column, "must be có or không");
		return NULL;
	}
	item = cJSON_CreateBool(strcmp(word, "yes") == 0);
	if (!item)
		r->err = ERR_NOMEM;
	return item;
}

static cJSON *read_change(struct cells_reader *r, enum column column, const char *text)
{
	const char *word = columns_word(r->words, "change", text);

	if (!word)
		cells_wrong(r, column, "must be new, amended, replaced or abolished");
	return word ? cells_string(r, word) : NULL;
}

static cJSON *read_member(struct cells_reader *r, enum column column)
{
	const char *text = r->cells->text[column];

	switch (column_type(column)) {
	case CELL_TEXT:
	case CELL_CODE: return cells_string(r, text);
	case CELL_LINES: return read_lines(r, text);
	case CELL_LEVELS: return read_list(r, column, text, ",;\n", "level");
	case CELL_PHONES: return read_list(r, column, text, ",;\n", NULL);
	case CELL_BOOL: return read_bool(r, column, text);
	case CELL_CHANGE: return read_change(r, column, text);
	case CELL_DAY: return read_day_cell(r, column, text);
	case CELL_DOCUMENTS: return cells_documents(r);
	default: return NULL;
	}
}

/* The kind that a row without "kind" has: by its id ("hotline:…"), else a procedure. */
static enum table_kind implied_kind(const char *id)
{
	char prefix[16];
	enum table_kind kind;

	if (id && sscanf(id, "%15[a-z]:", prefix) == 1 && id[strlen(prefix)] == ':' &&
		table_kind_from(prefix, &kind) && kind <= TABLE_FAQ)
		return kind;
	return TABLE_PROCEDURE;
}

static void read_kind(struct cells_reader *r, cJSON *object, enum table_kind *ret_kind)
{
	enum table_kind implied = implied_kind(r->cells->text[COLUMN_ID]);
	const char *text = r->cells->text[COLUMN_KIND], *word;

	*ret_kind = implied;
	if (!text)
		return;
	word = columns_word(r->words, "kind", text);
	if (!word || !table_kind_from(word, ret_kind))
		cells_wrong(r, COLUMN_KIND, "must be procedure, hotline, office, guide or faq");
	else if (*ret_kind != implied && *ret_kind <= TABLE_FAQ)
		cells_add(r, object, "kind", cells_string(r, word));
}

/* What a row is besides a record: its members have other names there. */
static const char *member_in(enum table_kind kind, enum column column)
{
	if (kind == TABLE_ASKS && column == COLUMN_EVERYDAY)
		return "title";
	if (kind == TABLE_ASKS && column == COLUMN_CODE)
		return "codes";
	return column_key(column);
}

static void read_extra(struct cells_reader *r, cJSON *object)
{
	const char *text = r->cells->text[COLUMN_EXTRA];
	cJSON *extra, *one;

	if (!text || r->err != OK)
		return;
	extra = cJSON_Parse(text);
	if (!cJSON_IsObject(extra))
		cells_wrong(r, COLUMN_EXTRA, "is not what export wrote there");
	while (r->err == OK && (one = cJSON_DetachItemFromArray(extra, 0))) {
		if (cJSON_HasObjectItem(object, one->string))
			cJSON_Delete(one); /* its own column says something now */
		else
			cells_add(r, object, one->string, one);
	}
	cJSON_Delete(extra);
}

static void read_cells(struct cells_reader *r, cJSON *object)
{
	enum table_kind kind;

	read_kind(r, object, &kind);
	if (kind == TABLE_UNIT)
		cells_add(r, object, "level",
			cells_string(r, r->cells->text[COLUMN_PROVINCE_CODE] ? "xã" : "tỉnh"));
	for (int i = 0; i < COLUMN_COUNT && r->err == OK; i++) {
		enum column column = (enum column)i;
		cJSON *item = NULL;

		if (column == COLUMN_MODES)
			item = cells_submission(r);
		else if (kind == TABLE_ASKS && column == COLUMN_CODE && r->cells->text[i])
			item = read_list(r, column, r->cells->text[i], ",; \n", NULL);
		else if (r->cells->text[i] && !(kind == TABLE_UNIT && column == COLUMN_LEVEL))
			item = read_member(r, column);
		if (item)
			cells_add(r, object, member_in(kind, column), item);
	}
	read_extra(r, object);
}

enum err cells_to_json(const struct columns *w, struct arena *a, const struct cells *cells,
	cJSON **ret_object, struct flaw *flaw)
{
	struct cells_reader r = {w, a, cells, flaw, OK};
	cJSON *object = cJSON_CreateObject();

	if (!object)
		return ERR_NOMEM;
	read_cells(&r, object);
	if (r.err == OK)
		*ret_object = object;
	else
		cJSON_Delete(object);
	return r.err;
}

/* --- JSON to cells --------------------------------------------------------------------------------------- */

struct writer {
	const struct columns *words;
	struct arena *arena;
	const cJSON *object;
	struct cells *cells;
	cJSON *extra;
	bool failed; /* out of memory */
};

bool cells_put(struct arena *a, struct cells *cells, enum column column, struct buf *b)
{
	bool done = !b->failed;

	if (done && b->len)
		done = (cells->text[column] = arena_copy(a, b->ptr, b->len)) != NULL;
	buf_release(b);
	return done;
}

static void put_text(struct writer *w, enum column column, const char *text)
{
	w->cells->text[column] = *text ? arena_string(w->arena, text) : NULL;
	w->failed |= *text && !w->cells->text[column];
}

static void put_list(struct writer *w, enum column column, const cJSON *list, const char *between)
{
	const cJSON *one;
	struct buf b;

	buf_init(&b, CELL_BYTES_MAX);
	cJSON_ArrayForEach(one, list)
	{
		if (b.len)
			buf_add_string(&b, between);
		buf_add_string(&b, cJSON_GetStringValue(one));
	}
	w->failed |= !cells_put(w->arena, w->cells, column, &b);
}

static void put_day(struct writer *w, enum column column, const char *day)
{
	const char *shown = NULL;

	if (strlen(day) == 10)
		shown = arena_printf(w->arena, "%.2s/%.2s/%.4s", day + 8, day + 5, day);
	w->failed |= strlen(day) == 10 && !shown;
	w->cells->text[column] = shown;
}

static void put_member(struct writer *w, enum column column, const cJSON *m)
{
	const char *text = cJSON_GetStringValue(m);

	switch (column_type(column)) {
	case CELL_TEXT:
		if (text)
			put_text(w, column, text);
		break;
	case CELL_CODE:
		if (text)
			put_text(w, column, text);
		else
			put_list(w, column, m, "\n");
		break;
	case CELL_LINES:
	case CELL_PHONES: put_list(w, column, m, "\n"); break;
	case CELL_LEVELS: put_list(w, column, m, ", "); break;
	case CELL_MODES: w->failed |= !cells_from_submission(w->arena, m, w->cells); break;
	case CELL_DOCUMENTS: w->failed |= !cells_from_documents(w->arena, m, w->cells); break;
	case CELL_BOOL:
		put_text(w, column, columns_shown(w->words, "bool", cJSON_IsTrue(m) ? "yes" : "no"));
		break;
	case CELL_CHANGE: put_text(w, column, text ? columns_shown(w->words, "change", text) : ""); break;
	case CELL_DAY: put_day(w, column, text ? text : ""); break;
	default: break;
	}
}

static bool column_for(enum table_kind kind, const char *member, enum column *ret_column)
{
	for (int i = 0; i < COLUMN_COUNT; i++) {
		enum column column = (enum column)i;

		if (column_type(column) != CELL_WAY && column_type(column) != CELL_EXTRA &&
			column != COLUMN_KIND && strcmp(member_in(kind, column), member) == 0) {
			*ret_column = column;
			return true;
		}
	}
	return false;
}

static void clear(struct cells *cells, enum column column)
{
	for (int i = 0; i < COLUMN_COUNT; i++)
		if (strcmp(column_member((enum column)i), column_member(column)) == 0)
			cells->text[i] = NULL;
}

/* Whether the cells of a column are read back as `m`. */
static bool comes_back(struct writer *w, enum table_kind kind, enum column column, const cJSON *m)
{
	struct cells cells = {0};
	struct cells_reader r = {w->words, w->arena, &cells, NULL, OK};
	cJSON *back = NULL;
	bool same;

	for (int i = 0; i < COLUMN_COUNT && r.err == OK; i++)
		if (w->cells->text[i] && strcmp(column_member((enum column)i), column_member(column)) == 0)
			r.err = cell_tidy(w->arena, (enum column)i, w->cells->text[i], &cells.text[i]);
	if (r.err == OK && column == COLUMN_MODES)
		back = cells_submission(&r);
	else if (r.err == OK && cells.text[column])
		back = kind == TABLE_ASKS && column == COLUMN_CODE
			       ? read_list(&r, column, cells.text[column], ",; \n", NULL)
			       : read_member(&r, column);
	w->failed |= r.err == ERR_NOMEM;
	same = r.err == OK && back && cJSON_Compare(back, m, true);
	cJSON_Delete(back);
	return same;
}

static void put_extra(struct writer *w, const cJSON *m)
{
	cJSON *copy = cJSON_Duplicate(m, true);

	if (!w->extra)
		w->extra = cJSON_CreateObject();
	if (copy && w->extra && cJSON_AddItemToObject(w->extra, m->string, copy))
		return;
	cJSON_Delete(copy);
	w->failed = true;
}

static enum table_kind kind_of(const cJSON *object, bool *ret_said)
{
	const char *said = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "kind"));
	enum table_kind implied =
		implied_kind(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "id")));
	enum table_kind kind = implied;

	*ret_said = said && table_kind_from(said, &kind) && kind <= TABLE_FAQ && kind != implied;
	if (*ret_said)
		return kind;
	if (cJSON_HasObjectItem(object, "codes"))
		return TABLE_ASKS;
	if (cJSON_HasObjectItem(object, "new_code"))
		return TABLE_OLD_UNIT;
	return cJSON_IsString(cJSON_GetObjectItemCaseSensitive(object, "level")) ? TABLE_UNIT : implied;
}

static bool level_is_implied(const cJSON *object, const cJSON *m)
{
	bool commune = cJSON_HasObjectItem(object, "province_code");

	return strcmp(m->string, "level") == 0 && strcmp(m->valuestring, commune ? "xã" : "tỉnh") == 0;
}

static void put_all(struct writer *w)
{
	bool kind_said;
	enum table_kind kind = kind_of(w->object, &kind_said);
	const cJSON *m;

	put_text(w, COLUMN_KIND, columns_shown(w->words, "kind", table_kind_name(kind)));
	cJSON_ArrayForEach(m, w->object)
	{
		enum column column;

		if ((kind_said && strcmp(m->string, "kind") == 0) ||
			(kind == TABLE_UNIT && level_is_implied(w->object, m)))
			continue;
		if (!column_for(kind, m->string, &column) || (kind == TABLE_UNIT && column == COLUMN_LEVEL)) {
			put_extra(w, m);
			continue;
		}
		put_member(w, column, m);
		if (!comes_back(w, kind, column, m)) {
			clear(w->cells, column);
			put_extra(w, m);
		}
	}
}

enum err cells_from_json(
	const struct columns *w, struct arena *a, const cJSON *object, struct cells *ret_cells)
{
	struct cells cells = {0};
	struct writer writer = {w, a, object, &cells, NULL, false};
	char *json;

	put_all(&writer);
	json = writer.extra && !writer.failed ? cJSON_PrintUnformatted(writer.extra) : NULL;
	if (writer.extra)
		writer.failed |= !json || !(cells.text[COLUMN_EXTRA] = arena_string(a, json));
	cJSON_free(json);
	cJSON_Delete(writer.extra);
	if (writer.failed)
		return ERR_NOMEM;
	*ret_cells = cells;
	return OK;
}
