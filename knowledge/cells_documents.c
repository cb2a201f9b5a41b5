/* cells_documents.c - documents[] ↔ one line each, those of one case under a line in brackets. */
#include "knowledge/cells_internal.h"

#include "knowledge/fold.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_DIGITS 4
#define KEY_MAX 32

static const struct {
	const char *member, *shown, *folded;
} counts[] = {{"originals", "bản chính", "ban chinh"}, {"copies", "bản sao", "ban sao"}};
static const char form_shown[] = "mẫu", form_folded[] = "mau";

/* --- Reading --------------------------------------------------------------------------------------------- */

struct facts {          /* of one line, behind its name */
	int numbers[2]; /* -1: not said */
	const char *form;
	size_t form_len;
};

static bool read_number(const char *text, size_t len, int *ret_number)
{
	int number = 0;

	cells_trim(&text, &len);
	if (!len || len > COUNT_DIGITS)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		number = number * 10 + (text[i] - '0');
	}
	*ret_number = number;
	return true;
}

/* "bản chính: 1, bản sao: 0, mẫu: …" is all facts or none. */
static bool read_facts(const char *text, size_t len, struct facts *f)
{
	const char *end = text + len;

	*f = (struct facts){{-1, -1}, NULL, 0};
	while (text < end) {
		const char *colon = memchr(text, ':', (size_t)(end - text)), *stop;
		char key[KEY_MAX];
		int which = -1;

		if (!colon || fold_plain(text, (size_t)(colon - text), key, sizeof key) == 0)
			return false;
		for (int i = 0; i < 2; i++)
			which = strcmp(key, counts[i].folded) == 0 ? i : which;
		if (which < 0 && strcmp(key, form_folded) != 0)
			return false;
		if (which < 0) {
			f->form = colon + 1;
			f->form_len = (size_t)(end - f->form);
			cells_trim(&f->form, &f->form_len);
			return f->form_len > 0;
		}
		for (stop = colon; stop < end && *stop != ',' && *stop != ';'; stop++)
			;
		if (f->numbers[which] >= 0 ||
			!read_number(colon + 1, (size_t)(stop - colon - 1), &f->numbers[which]))
			return false;
		text = stop < end ? stop + 1 : end;
	}
	return f->numbers[0] >= 0 || f->numbers[1] >= 0;
}

/* Cuts the facts off the line; the name is what stands before. */
static size_t cut_facts(const char *line, size_t len, struct facts *ret_facts)
{
	struct facts f;

	*ret_facts = (struct facts){{-1, -1}, NULL, 0};
	if (!len || line[len - 1] != ')')
		return len;
	for (size_t at = 1; at < len; at++) { /* the first bracket that opens nothing but facts */
		if (line[at] == '(' && read_facts(line + at + 1, len - at - 2, &f)) {
			*ret_facts = f;
			return at;
		}
	}
	return len;
}

static void read_document(
	struct cells_reader *r, cJSON *list, const char *group, const char *line, size_t len)
{
	cJSON *one = cJSON_CreateObject();
	struct facts f;
	size_t name_len = cut_facts(line, len, &f);

	if (!one) {
		r->err = ERR_NOMEM;
		return;
	}
	if (group)
		cells_add(r, one, "group", cells_string(r, group));
	cells_add(r, one, "name", cells_string(r, cells_keep(r, line, name_len)));
	for (int i = 0; i < 2; i++)
		if (f.numbers[i] >= 0)
			cells_add(r, one, counts[i].member, cJSON_CreateNumber(f.numbers[i]));
	if (f.form)
		cells_add(r, one, "form", cells_string(r, cells_keep(r, f.form, f.form_len)));
	cells_add(r, list, NULL, one);
}

cJSON *cells_documents(struct cells_reader *r)
{
	const char *text = r->cells->text[COLUMN_DOCUMENTS], *line, *group = NULL;
	cJSON *list = r->err == OK ? cJSON_CreateArray() : NULL;
	size_t len;

	if (!list && r->err == OK)
		r->err = ERR_NOMEM;
	while (list && r->err == OK && cells_line(&text, &line, &len)) {
		cells_trim(&line, &len);
		if (len >= 2 && line[0] == '-' && line[1] == ' ') {
			line += 2;
			len -= 2;
			cells_trim(&line, &len);
		}
		if (len >= 2 && line[0] == '[' && line[len - 1] == ']')
			group = len > 2 ? cells_keep(r, line + 1, len - 2) : NULL;
		else if (len)
			read_document(r, list, group, line, len);
	}
	return list;
}

/* --- Writing --------------------------------------------------------------------------------------------- */

static const char *text_of(const cJSON *object, const char *member)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, member));
}

static void put_facts(struct buf *b, const cJSON *one)
{
	const char *form = text_of(one, "form"), *before = " (";

	for (int i = 0; i < 2; i++) {
		const cJSON *number = cJSON_GetObjectItemCaseSensitive(one, counts[i].member);

		if (!cJSON_IsNumber(number))
			continue;
		buf_printf(b, "%s%s: %d", before, counts[i].shown, number->valueint);
		before = ", ";
	}
	if (form)
		buf_printf(b, "%s%s: %s", before, form_shown, form);
	if (form || *before == ',')
		buf_add(b, ")", 1);
}

bool cells_from_documents(struct arena *a, const cJSON *list, struct cells *cells)
{
	const char *group = NULL;
	const cJSON *one;
	struct buf b;

	buf_init(&b, CELL_BYTES_MAX);
	cJSON_ArrayForEach(one, list)
	{
		const char *of = text_of(one, "group"), *name = text_of(one, "name");

		if (b.len)
			buf_add(&b, "\n", 1);
		if (of ? !group || strcmp(of, group) != 0 : group != NULL)
			buf_printf(&b, "[%s]\n", of ? of : "");
		group = of;
		buf_add_string(&b, name);
		put_facts(&b, one);
	}
	return cells_put(a, cells, COLUMN_DOCUMENTS, &b);
}
