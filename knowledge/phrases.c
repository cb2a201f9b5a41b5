/* phrases.c - phrases.vi → a sorted table; templates filled in on demand.
 * Fails on a line that is no "name = text", an unknown escape, an open brace, or a name that comes twice; the
 * complaint names file and line. */
#include "knowledge/phrases.h"

#include "daemon/base/buf.h"
#include "daemon/base/share.h"

#include <stdlib.h>
#include <string.h>

#define PHRASES_FILE "knowledge/phrases.vi"
#define PHRASES_FILE_MAX (256 * 1024)
#define PHRASES_MAX 256
#define PHRASE_MAX (64 * 1024) /* bytes of one filled-in sentence */

struct phrase_row {
	const char *name, *text;
};

struct phrases {
	struct arena arena;
	struct phrase_row rows[PHRASES_MAX]; /* by name */
	size_t count;
};

static int row_compare(const void *a, const void *b)
{
	return strcmp(((const struct phrase_row *)a)->name, ((const struct phrase_row *)b)->name);
}

static char *trim(char *s)
{
	char *end;

	s += strspn(s, " \t");
	end = s + strlen(s);
	while (end > s && strchr(" \t\r", end[-1]))
		*--end = '\0';
	return s;
}

/* Undoes "\n" and "\\" in place and looks that braces close; NULL or what is wrong. */
static const char *text_unescape(char *text)
{
	char *to = text;
	bool open = false;

	for (const char *from = text; *from; from++) {
		if (*from == '{' || *from == '}') {
			if (open == (*from == '{'))
				return "braces do not match";
			open = !open;
		}
		if (*from != '\\') {
			*to++ = *from;
			continue;
		}
		from++;
		if (*from != 'n' && *from != '\\')
			return "unknown escape; \\n and \\\\ are known";
		*to++ = *from == 'n' ? '\n' : '\\';
	}
	*to = '\0';
	return open ? "braces do not match" : NULL;
}

static const char *row_add(struct phrases *p, char *line)
{
	char *equals = strchr(line, '=');
	struct phrase_row row;

	if (!equals)
		return "no \"name = text\"";
	*equals = '\0';
	row.name = trim(line);
	row.text = trim(equals + 1);
	if (!row.name[0] || !row.text[0])
		return "name or text is missing";
	if (p->count == PHRASES_MAX)
		return "too many phrases";
	p->rows[p->count++] = row;
	return text_unescape((char *)row.text);
}

static enum err lines_read(struct phrases *p, const char *path, char *text, struct why *why)
{
	size_t number = 1;

	for (char *line = text, *end; line; line = end, number++) {
		const char *wrong = NULL;

		end = strchr(line, '\n');
		if (end)
			*end++ = '\0';
		line = trim(line);
		if (line[0] && line[0] != '#')
			wrong = row_add(p, line);
		if (wrong)
			return why_set(
				why, ERR_FORMAT, "cannot read \"%s\", line %zu: %s", path, number, wrong);
	}
	qsort(p->rows, p->count, sizeof *p->rows, row_compare);
	for (size_t i = 1; i < p->count; i++)
		if (strcmp(p->rows[i - 1].name, p->rows[i].name) == 0)
			return why_set(why, ERR_FORMAT, "cannot read \"%s\": \"%s\" comes twice", path,
				p->rows[i].name);
	return OK;
}

enum err phrases_load(struct phrases **ret_phrases, struct why *why)
{
	struct phrases *p = calloc(1, sizeof *p);
	struct bytes file = {0};
	const char *path = NULL;
	char *text;
	enum err err;

	if (!p)
		return why_set(why, ERR_NOMEM, "could not load phrases: out of memory");
	arena_init(&p->arena, 4 * PHRASES_FILE_MAX);
	err = share_path(&p->arena, PHRASES_FILE, &path, why);
	if (!err)
		err = share_read_file(&p->arena, path, PHRASES_FILE_MAX, &file, why);
	if (err)
		goto out;
	text = arena_copy(&p->arena, file.ptr ? file.ptr : "", file.len);
	err = text ? lines_read(p, path, text, why)
		   : why_set(why, ERR_NOMEM, "could not load \"%s\": out of memory", path);
out:
	if (err)
		phrases_free(p);
	else
		*ret_phrases = p;
	return err;
}

void phrases_free(struct phrases *p)
{
	if (!p)
		return;
	arena_release(&p->arena);
	free(p);
}

const char *phrase_template(const struct phrases *p, const char *name)
{
	const struct phrase_row key = {.name = name};
	const struct phrase_row *row = bsearch(&key, p->rows, p->count, sizeof *p->rows, row_compare);

	return row ? row->text : NULL;
}

const char *phrase_name(const struct phrases *p, size_t index)
{
	return index < p->count ? p->rows[index].name : NULL;
}

static const char *value_find(const struct phrase_value *values, const char *name, size_t len)
{
	for (const struct phrase_value *v = values; v && v->name; v++)
		if (strncmp(v->name, name, len) == 0 && !v->name[len])
			return v->value;
	return NULL;
}

/* Fills in one line; false, and nothing added, when a value is not there. */
static bool line_fill(struct buf *out, const char *line, size_t len, const struct phrase_value *values)
{
	size_t start = out->len;
	const char *end = line + len;

	while (line < end) {
		const char *open = memchr(line, '{', (size_t)(end - line));
		const char *close = open ? memchr(open, '}', (size_t)(end - open)) : NULL;
		const char *value;

		if (!close)
			break;
		value = value_find(values, open + 1, (size_t)(close - open - 1));
		if (!value) {
			out->len = start;
			return false;
		}
		buf_add(out, line, (size_t)(open - line));
		buf_add_string(out, value);
		line = close + 1;
	}
	buf_add(out, line, (size_t)(end - line));
	return true;
}

static void text_fill(struct buf *out, const char *text, const struct phrase_value *values)
{
	bool first = true;

	for (;;) {
		size_t len = strcspn(text, "\n"), before = out->len;

		if (!first)
			buf_add(out, "\n", 1);
		if (line_fill(out, text, len, values))
			first = false;
		else
			out->len = before;
		if (!text[len])
			return;
		text += len + 1;
	}
}

const char *phrase(
	const struct phrases *p, struct arena *a, const char *name, const struct phrase_value *values)
{
	const char *text = phrase_template(p, name);
	struct buf out;
	const char *filled;

	if (!text)
		return "";
	if (!strchr(text, '{'))
		return text;
	buf_init(&out, PHRASE_MAX);
	text_fill(&out, text, values);
	filled = out.failed ? NULL : arena_copy(a, buf_text(&out), out.len);
	buf_release(&out);
	return filled;
}
