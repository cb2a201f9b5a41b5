/* columns.c - words/columns.tsv → tables. A malformed line is a failure that names file and line. */
#include "knowledge/columns.h"

#include "daemon/base/map.h"
#include "daemon/base/share.h"
#include "knowledge/fold.h"

#include <stdlib.h>
#include <string.h>

#define WORDS_FILE "knowledge/words/columns.tsv"
#define FILE_CEILING ((size_t)1 << 20)
#define ARENA_CEILING ((size_t)4 << 20)
#define PARTS_MAX 7
#define PART_MAX 99 /* "Header (99)" */
#define FOLDED_MAX 512

struct header { /* a label or a synonym */
	struct map_node node;
	const char *folded;
	enum column column;
};

struct value {
	struct value *next; /* in the order of the file */
	const char *list, *word, *label;
	const char *folded; /* of a label, a synonym or the word */
};

struct said {
	struct said *next;
	const char *name, *text;
};

struct words_of {
	const char *kinds, *label, *note;
	unsigned width;
	const char *examples[TABLE_KIND_COUNT];
};

struct columns {
	struct arena arena; /* owns everything below */
	struct words_of words[COLUMN_COUNT];
	struct map headers;
	struct value *values, **last_value;
	struct said *says;
};

#define COLUMN(name, key, type) {key, type},
static const struct {
	const char *key;
	enum cell_type type;
} columns_def[] = {
#include "knowledge/columns.def"
};
#undef COLUMN

static const char *const kind_names[TABLE_KIND_COUNT] = {
	"procedure", "hotline", "office", "guide", "faq", "asks", "unit", "old_unit"};
static const char kind_letters[TABLE_KIND_COUNT + 1] = "phogfaun";

const char *table_kind_name(enum table_kind kind)
{
	return kind_names[kind];
}

bool table_kind_from(const char *name, enum table_kind *ret_kind)
{
	for (int i = 0; i < TABLE_KIND_COUNT; i++) {
		if (strcmp(name, kind_names[i]) == 0) {
			*ret_kind = (enum table_kind)i;
			return true;
		}
	}
	return false;
}

const char *column_key(enum column column)
{
	return columns_def[column].key;
}

enum cell_type column_type(enum column column)
{
	return columns_def[column].type;
}

bool column_from(const char *key, enum column *ret_column)
{
	for (int i = 0; i < COLUMN_COUNT; i++) {
		if (strcmp(key, columns_def[i].key) == 0) {
			*ret_column = (enum column)i;
			return true;
		}
	}
	return false;
}

/* --- Reading the file ----------------------------------------------------------------------------------- */

struct row {
	struct columns *columns;
	struct why *why;
	const char *path;
	size_t line;
	char *parts[PARTS_MAX];
	size_t count;
};

static enum err refuse(const struct row *r, const char *what)
{
	return why_set(r->why, ERR_FORMAT, "%s:%zu: %s", r->path, r->line, what);
}

static const char *folded(struct arena *a, const char *text)
{
	char key[FOLDED_MAX];

	fold_plain(text, strlen(text), key, sizeof key);
	return arena_string(a, key);
}

static enum err add_header(struct row *r, enum column column, const char *text)
{
	struct columns *c = r->columns;
	struct header *h = arena_alloc(&c->arena, sizeof *h);
	uint64_t hash;

	if (!h || !(h->folded = folded(&c->arena, text)))
		return ERR_NOMEM;
	h->column = column;
	hash = map_hash_string(0, h->folded);
	for (struct map_node *n = map_first(&c->headers, hash); n; n = map_next(n))
		if (strcmp(OWNER_OF(n, struct header, node)->folded, h->folded) == 0)
			return OWNER_OF(n, struct header, node)->column == column
				       ? OK
				       : refuse(r, "a header stands for two columns");
	return map_add(&c->headers, &h->node, hash);
}

/* Calls `add` for each synonym of "a | b | c". */
static enum err each_synonym(
	struct row *r, char *list, enum err (*add)(struct row *r, const char *text, void *arg), void *arg)
{
	char *save = NULL;
	enum err err = OK;

	if (strcmp(list, "-") == 0)
		return OK;
	for (char *one = strtok_r(list, "|", &save); one && err == OK; one = strtok_r(NULL, "|", &save))
		err = add(r, one, arg);
	return err;
}

static enum err add_synonym(struct row *r, const char *text, void *arg)
{
	return add_header(r, *(enum column *)arg, text);
}

static const char *dash_is_nothing(const char *text)
{
	return strcmp(text, "-") == 0 ? "" : text;
}

static enum err take_column(struct row *r)
{
	enum column column;
	struct words_of *w;
	enum err err;

	if (r->count != 7 || !column_from(r->parts[1], &column))
		return refuse(r, "not a column we know, with kinds, width, label, synonyms and note");
	w = &r->columns->words[column];
	w->kinds = dash_is_nothing(r->parts[2]);
	w->width = (unsigned)strtoul(r->parts[3], NULL, 10);
	w->label = r->parts[4];
	w->note = dash_is_nothing(r->parts[6]);
	err = add_header(r, column, w->label);
	return err == OK ? each_synonym(r, r->parts[5], add_synonym, &column) : err;
}

static enum err add_value(struct row *r, const char *text, void *arg)
{
	struct columns *c = r->columns;
	struct value *v = arena_alloc(&c->arena, sizeof *v);

	(void)arg;
	if (!v || !(v->folded = folded(&c->arena, text)))
		return ERR_NOMEM;
	v->list = r->parts[1];
	v->word = r->parts[2];
	v->label = r->parts[3];
	*c->last_value = v;
	c->last_value = &v->next;
	return OK;
}

static enum err take_value(struct row *r)
{
	enum err err;

	if (r->count != 5)
		return refuse(r, "not a list, a word, its label and synonyms");
	err = add_value(r, r->parts[3], NULL);
	if (err == OK)
		err = add_value(r, r->parts[2], NULL);
	return err == OK ? each_synonym(r, r->parts[4], add_value, NULL) : err;
}

/* "\n" of the file → a new line. */
static char *with_lines(char *text)
{
	char *to = text;

	for (const char *s = text; *s; s++) {
		if (s[0] == '\\' && s[1] == 'n') {
			*to++ = '\n';
			s++;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
	return text;
}

static enum err take_example(struct row *r)
{
	enum table_kind kind;
	enum column column;

	if (r->count != 4 || !table_kind_from(r->parts[1], &kind) || !column_from(r->parts[2], &column))
		return refuse(r, "not a kind, a column and a cell");
	r->columns->words[column].examples[kind] = with_lines(r->parts[3]);
	return OK;
}

static enum err take_say(struct row *r)
{
	struct said *s = arena_alloc(&r->columns->arena, sizeof *s);

	if (!s)
		return ERR_NOMEM;
	if (r->count != 3)
		return refuse(r, "not a name and a text");
	*s = (struct said){r->columns->says, r->parts[1], r->parts[2]};
	r->columns->says = s;
	return OK;
}

static enum err take_line(struct row *r, char *line)
{
	static const struct {
		const char *name;
		enum err (*take)(struct row *r);
	} takers[] = {
		{"column", take_column}, {"value", take_value}, {"example", take_example}, {"say", take_say}};
	char *save = NULL;

	if (!*line || *line == '#')
		return OK;
	r->count = 0;
	for (char *part = strtok_r(line, "\t", &save); part && r->count < PARTS_MAX;
		part = strtok_r(NULL, "\t", &save))
		r->parts[r->count++] = part;
	for (size_t i = 0; i < sizeof takers / sizeof *takers; i++)
		if (r->count && strcmp(r->parts[0], takers[i].name) == 0)
			return takers[i].take(r);
	return refuse(r, "begins with none of column, value, example, say");
}

static enum err check_all(struct row *r)
{
	for (int i = 0; i < COLUMN_COUNT; i++)
		if (!r->columns->words[i].label)
			return why_set(r->why, ERR_FORMAT, "%s: column %s is missing", r->path,
				column_key((enum column)i));
	return OK;
}

static enum err read_file(struct columns *c, struct why *why)
{
	struct row r = {.columns = c, .why = why};
	struct bytes bytes = {NULL, 0};
	char *text, *line;
	enum err err = share_path(&c->arena, WORDS_FILE, &r.path, why);

	if (err == OK)
		err = share_read_file(&c->arena, r.path, FILE_CEILING, &bytes, why);
	text = err == OK ? arena_copy(&c->arena, bytes.ptr, bytes.len) : NULL;
	if (err == OK && !text)
		err = ERR_NOMEM;
	while (err == OK && (line = strsep(&text, "\n"))) {
		r.line++;
		err = take_line(&r, line);
	}
	if (err == ERR_NOMEM)
		why_set(why, err, "could not read \"%s\": out of memory", WORDS_FILE);
	return err == OK ? check_all(&r) : err;
}

enum err columns_open(struct columns **ret_columns, struct why *why)
{
	struct columns *c = calloc(1, sizeof *c);
	enum err err;

	if (!c)
		return why_set(why, ERR_NOMEM, "could not read the names of columns: out of memory");
	arena_init(&c->arena, ARENA_CEILING);
	c->last_value = &c->values;
	err = read_file(c, why);
	if (err == OK)
		*ret_columns = c;
	else
		columns_close(c);
	return err;
}

void columns_close(struct columns *c)
{
	if (!c)
		return;
	map_release(&c->headers);
	arena_release(&c->arena);
	free(c);
}

/* --- Asking ---------------------------------------------------------------------------------------------- */

static const char *or_nothing(const char *text)
{
	return text ? text : "";
}

const char *columns_label(const struct columns *c, enum column column)
{
	return c->words[column].label;
}

const char *columns_note(const struct columns *c, enum column column)
{
	return c->words[column].note;
}

unsigned columns_width(const struct columns *c, enum column column)
{
	return c->words[column].width;
}

bool columns_of(const struct columns *c, enum column column, enum table_kind kind)
{
	const char *kinds = c->words[column].kinds;

	return *kinds == '*' || strchr(kinds, kind_letters[kind]);
}

const char *columns_example(const struct columns *c, enum column column, enum table_kind kind)
{
	return or_nothing(c->words[column].examples[kind]);
}

const char *columns_say(const struct columns *c, const char *name)
{
	for (const struct said *s = c->says; s; s = s->next)
		if (strcmp(s->name, name) == 0)
			return s->text;
	return "";
}

static bool find_header(const struct columns *c, const char *text, size_t len, enum column *ret_column)
{
	char key[FOLDED_MAX];

	if (fold_plain(text, len, key, sizeof key) == 0)
		return false;
	for (struct map_node *n = map_first(&c->headers, map_hash_string(0, key)); n; n = map_next(n)) {
		if (strcmp(OWNER_OF(n, struct header, node)->folded, key) == 0) {
			*ret_column = OWNER_OF(n, struct header, node)->column;
			return true;
		}
	}
	return false;
}

/* "Phí (nghìn đồng)" → its words and "nghìn đồng"; "Hồ sơ (2)" → its words and the part. */
static void take_apart(struct arena *a, const char *header, size_t *ret_len, struct column_match *m)
{
	const char *open = strrchr(header, '('), *close = open ? strchr(open, ')') : NULL;
	unsigned long part;
	char *end;

	*ret_len = strlen(header);
	m->part = 1;
	m->unit = "";
	if (!close)
		return;
	*ret_len = (size_t)(open - header);
	part = strtoul(open + 1, &end, 10);
	if (end == close && part >= 1 && part <= PART_MAX)
		m->part = (unsigned)part;
	else
		m->unit = or_nothing(arena_copy(a, open + 1, (size_t)(close - open - 1)));
}

bool columns_match(
	const struct columns *c, struct arena *a, const char *header, struct column_match *ret_match)
{
	struct column_match m = {.part = 1, .unit = ""};
	size_t len;

	take_apart(a, header, &len, &m);
	if (!find_header(c, header, len, &m.column)) {
		m.part = 1;
		m.unit = "";
		if (!find_header(c, header, strlen(header), &m.column))
			return false;
	}
	*ret_match = m;
	return true;
}

const char *columns_word(const struct columns *c, const char *list, const char *text)
{
	char key[FOLDED_MAX];

	fold_plain(text, strlen(text), key, sizeof key);
	for (const struct value *v = c->values; v; v = v->next)
		if (strcmp(v->list, list) == 0 && strcmp(v->folded, key) == 0)
			return v->word;
	return NULL;
}

const char *columns_shown(const struct columns *c, const char *list, const char *word)
{
	for (const struct value *v = c->values; v; v = v->next)
		if (strcmp(v->list, list) == 0 && strcmp(v->word, word) == 0)
			return v->label;
	return word;
}
