/* cells_ways.c - submission[] ↔ the list of ways and a cell a way for time limit, fee and note. */
#include "knowledge/cells_internal.h"

#include <string.h>

enum way { WAY_ANY, WAY_DIRECT, WAY_ONLINE, WAY_POST, WAY_COUNT };
#define PART_COUNT 3
#define ENTRIES_MAX 200
#define NOTHING "-"

static const char *const modes[WAY_COUNT] = {NULL, "trực tiếp", "trực tuyến", "bưu chính"};
static const char *const parts[PART_COUNT] = {"time_limit", "fee", "note"};
static const enum column columns[WAY_COUNT][PART_COUNT] = {
	{COLUMN_ANY_TIME, COLUMN_ANY_FEE, COLUMN_ANY_NOTE},
	{COLUMN_DIRECT_TIME, COLUMN_DIRECT_FEE, COLUMN_DIRECT_NOTE},
	{COLUMN_ONLINE_TIME, COLUMN_ONLINE_FEE, COLUMN_ONLINE_NOTE},
	{COLUMN_POST_TIME, COLUMN_POST_FEE, COLUMN_POST_NOTE},
};

static enum way way_of(const char *mode)
{
	for (int w = WAY_DIRECT; mode && w < WAY_COUNT; w++)
		if (strcmp(mode, modes[w]) == 0)
			return (enum way)w;
	return WAY_ANY;
}

/* --- Reading --------------------------------------------------------------------------------------------- */

struct ways {
	enum way list[ENTRIES_MAX]; /* in their order */
	size_t count, times[WAY_COUNT];
};

static void add_way(struct cells_reader *r, struct ways *ways, enum way way)
{
	if (ways->count == ENTRIES_MAX) {
		cells_wrong(r, COLUMN_MODES, "is too long a list");
		return;
	}
	ways->list[ways->count++] = way;
	ways->times[way]++;
}

/* "Trực tiếp, trực tuyến hoặc qua bưu chính" */
static size_t separator(const char *text)
{
	static const char *const words[] = {",", ";", "\n", "/", "+", " hoặc ", " và "};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strncmp(text, words[i], strlen(words[i])) == 0)
			return strlen(words[i]);
	return 0;
}

static void listed_ways(struct cells_reader *r, struct ways *ways)
{
	const char *text = r->cells->text[COLUMN_MODES], *begin = text;

	for (; text && r->err == OK; text++) {
		size_t behind = separator(text);
		const char *one, *mode;

		if (*text && !behind)
			continue;
		one = cells_keep(r, begin, (size_t)(text - begin));
		mode = one && *one ? columns_word(r->words, "mode", one) : NULL;
		if (one && *one && !mode)
			cells_wrong(r, COLUMN_MODES, "must be trực tiếp, trực tuyến or bưu chính");
		if (mode)
			add_way(r, ways, way_of(mode));
		if (!*text)
			return;
		begin = text + behind;
		text = begin - 1;
	}
}

/* A way whose cells are filled is there, listed or not. */
static void filled_ways(struct cells_reader *r, struct ways *ways)
{
	for (int w = WAY_DIRECT; w < WAY_COUNT; w++)
		for (int p = 0; p < PART_COUNT; p++)
			if (r->cells->text[columns[w][p]] && !ways->times[w])
				add_way(r, ways, (enum way)w);
	for (int p = 0; p < PART_COUNT; p++)
		if (r->cells->text[columns[WAY_ANY][p]] && !ways->count)
			add_way(r, ways, WAY_ANY);
}

static size_t count_lines(const char *text)
{
	size_t count = 1;

	for (; (text = strchr(text, '\n')); text++)
		count++;
	return count;
}

static const char *with_line_ends(struct cells_reader *r, const char *text, size_t len)
{
	const size_t sign = strlen(LINE_END_SIGN);
	char *copy = (char *)cells_keep(r, text, len), *to = copy;

	for (const char *s = copy; s && *s;) {
		bool end = strncmp(s, LINE_END_SIGN, sign) == 0;

		*to++ = end ? '\n' : *s;
		s += end ? sign : 1;
	}
	if (to)
		*to = '\0';
	return copy;
}

/* What the cell says of the n-th entry of its way; NULL for nothing. */
static const char *entry_text(
	struct cells_reader *r, const struct ways *ways, enum way way, int part, size_t n)
{
	const char *text = r->cells->text[columns[way][part]], *line = text;
	size_t lines, len = 0;

	if (!text)
		return NULL;
	lines = count_lines(text);
	if (ways->times[way] <= 1 || lines == 1)
		return text;
	if (lines != ways->times[way]) {
		cells_wrong(r, columns[way][part],
			"has another number of lines than its way stands in the list of ways");
		return NULL;
	}
	for (size_t i = 0; i <= n; i++)
		cells_line(&text, &line, &len);
	cells_trim(&line, &len);
	if (len == 0 || (len == 1 && *line == *NOTHING))
		return NULL;
	return with_line_ends(r, line, len);
}

static void read_entry(struct cells_reader *r, cJSON *list, const struct ways *ways, enum way way, size_t n)
{
	cJSON *one = cJSON_CreateObject();

	if (!one) {
		r->err = ERR_NOMEM;
		return;
	}
	if (modes[way])
		cells_add(r, one, "mode", cells_string(r, modes[way]));
	for (int p = 0; p < PART_COUNT && r->err == OK; p++) {
		const char *text = entry_text(r, ways, way, p, n);

		if (!text && way != WAY_ANY && !r->cells->text[columns[way][p]])
			text = r->cells->text[columns[WAY_ANY][p]];
		if (text && r->err == OK)
			cells_add(r, one, parts[p], cells_string(r, text));
	}
	cells_add(r, list, NULL, one);
}

cJSON *cells_submission(struct cells_reader *r)
{
	struct ways ways = {.count = 0};
	size_t seen[WAY_COUNT] = {0};
	cJSON *list;

	listed_ways(r, &ways);
	filled_ways(r, &ways);
	if (r->err != OK || !ways.count)
		return NULL;
	list = cJSON_CreateArray();
	if (!list)
		r->err = ERR_NOMEM;
	for (size_t i = 0; i < ways.count && r->err == OK; i++)
		read_entry(r, list, &ways, ways.list[i], seen[ways.list[i]]++);
	return list;
}

/* --- Writing --------------------------------------------------------------------------------------------- */

static const char *text_of(const cJSON *object, const char *member)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, member));
}

static void put_line(struct buf *b, const char *text)
{
	if (!text) {
		buf_add_string(b, NOTHING);
		return;
	}
	for (; *text; text++) {
		if (*text == '\n')
			buf_add_string(b, LINE_END_SIGN);
		else
			buf_add(b, text, 1);
	}
}

static bool put_part(
	struct arena *a, const cJSON *list, enum way way, int part, size_t times, struct cells *cells)
{
	bool any = false;
	const cJSON *one;
	struct buf b;

	buf_init(&b, CELL_BYTES_MAX);
	cJSON_ArrayForEach(one, list)
	{
		const char *text = text_of(one, parts[part]);

		if (way_of(text_of(one, "mode")) != way)
			continue;
		any |= text != NULL;
		if (b.len)
			buf_add(&b, "\n", 1);
		if (times > 1)
			put_line(&b, text);
		else
			buf_add_string(&b, text);
	}
	if (!any)
		buf_clear(&b);
	return cells_put(a, cells, columns[way][part], &b);
}

bool cells_from_submission(struct arena *a, const cJSON *list, struct cells *cells)
{
	size_t times[WAY_COUNT] = {0};
	const cJSON *one;
	struct buf b;
	bool done;

	buf_init(&b, CELL_BYTES_MAX);
	cJSON_ArrayForEach(one, list)
	{
		enum way way = way_of(text_of(one, "mode"));

		times[way]++;
		if (b.len && modes[way])
			buf_add_string(&b, ", ");
		buf_add_string(&b, modes[way]);
	}
	done = cells_put(a, cells, COLUMN_MODES, &b);
	for (int w = 0; w < WAY_COUNT; w++)
		for (int p = 0; p < PART_COUNT && times[w] && done; p++)
			done = put_part(a, list, (enum way)w, p, times[w], cells);
	return done;
}
