/* case_words.c - words/cases.tsv: phrases of syllables, looked for in a text one place after another. A malformed line is a failure
 * that names it. The list has some hundred lines and a text some dozen syllables: it is walked through. */
#include "knowledge/case_words.h"

#include "daemon/base/arena.h"
#include "daemon/base/share.h"
#include "knowledge/fold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_FILE "knowledge/words/cases.tsv"
#define FILE_MAX ((size_t)1 << 18)
#define SYLLABLES_MAX 6  /* of a phrase */
#define TEXT_MAX 400     /* syllables of a text that are looked at */
#define SYLLABLE_ROOM 24 /* bytes; the longest Vietnamese one has 7 letters */
#define REST_OF_ANSWER 2 /* syllables beside "thôi", "bỏ qua": "thôi khỏi ạ" */

static const char *const categories[] = {"procedure", "attitude", "delay", "infrastructure", "environment",
	"order", "land", "health", "education", "animals", "welfare", "other"};
#define CATEGORIES (sizeof categories / sizeof *categories)
enum kind { SUGGESTION = CATEGORIES, OPENER, PLACE, TIME, SKIP, CANCEL, SEND, KINDS };
static const char *const other_kinds[] = {"suggestion", "opener", "place", "time", "skip", "cancel", "send"};
_Static_assert(sizeof other_kinds / sizeof *other_kinds == KINDS - SUGGESTION, "a word for each kind");

struct spoken_syllable {
	char plain[SYLLABLE_ROOM], marked[SYLLABLE_ROOM];
	bool has_marks;
};

struct phrase_row {
	struct spoken_syllable syllables[SYLLABLES_MAX];
	size_t count;
	unsigned kind;
	bool plain; /* one syllable, and it counts without its marks */
};

struct case_words {
	struct arena arena;
	struct phrase_row *rows;
	size_t count;
};

const char *case_category(size_t index)
{
	return index < CATEGORIES ? categories[index] : NULL;
}

bool case_category_is(const char *word)
{
	for (size_t i = 0; word && i < CATEGORIES; i++)
		if (strcmp(categories[i], word) == 0)
			return true;
	return false;
}

/* --- The list ---------------------------------------------------------------------------------------- */

static size_t syllables_read(const char *text, struct spoken_syllable *syllables, size_t max)
{
	struct fold_syllable s;
	struct fold fold;
	size_t count = 0;

	fold_init(&fold, text, strlen(text));
	while (count < max && fold_next(&fold, &s)) {
		struct spoken_syllable *one = &syllables[count++];

		one->has_marks = s.has_marks;
		snprintf(one->plain, sizeof one->plain, "%s", s.plain);
		snprintf(one->marked, sizeof one->marked, "%s", s.marked);
	}
	return count;
}

static bool kind_read(const char *word, unsigned *ret_kind)
{
	for (unsigned i = 0; i < KINDS; i++)
		if (strcmp(i < CATEGORIES ? categories[i] : other_kinds[i - CATEGORIES], word) == 0) {
			*ret_kind = i;
			return true;
		}
	return false;
}

static enum err row_read(struct case_words *w, char *line, size_t number, struct why *why)
{
	struct phrase_row *row = &w->rows[w->count];
	char *kind = strchr(line, '\t'), *option;

	if (!kind)
		return why_set(why, ERR_FORMAT, WORDS_FILE ":%zu: no kind", number);
	*kind++ = '\0';
	option = strchr(kind, '\t');
	if (option)
		*option++ = '\0';
	if (!kind_read(kind, &row->kind))
		return why_set(why, ERR_FORMAT, WORDS_FILE ":%zu: unknown kind \"%s\"", number, kind);
	if (option && strcmp(option, "plain") != 0)
		return why_set(why, ERR_FORMAT, WORDS_FILE ":%zu: unknown rule \"%s\"", number, option);
	row->plain = option != NULL;
	row->count = syllables_read(line, row->syllables, SYLLABLES_MAX);
	if (!row->count)
		return why_set(why, ERR_FORMAT, WORDS_FILE ":%zu: no phrase", number);
	w->count++;
	return OK;
}

static enum err rows_read(struct case_words *w, char *text, struct why *why)
{
	size_t room = 1, number = 0;
	enum err err = OK;
	char *line;

	for (const char *c = text; *c; c++)
		room += *c == '\n';
	w->rows = arena_array(&w->arena, room, sizeof *w->rows);
	if (!w->rows)
		return ERR_NOMEM;
	while (!err && (line = strsep(&text, "\n"))) {
		number++;
		if (*line && *line != '#')
			err = row_read(w, line, number, why);
	}
	return err;
}

enum err case_words_open(struct case_words **ret_words, struct why *why)
{
	struct case_words *w = calloc(1, sizeof *w);
	struct bytes file = {0};
	const char *path = NULL;
	char *text = NULL;
	enum err err;

	if (!w)
		return why_set(why, ERR_NOMEM, "could not load " WORDS_FILE ": out of memory");
	arena_init(&w->arena, 16 * FILE_MAX);
	err = share_path(&w->arena, WORDS_FILE, &path, why);
	if (!err)
		err = share_read_file(&w->arena, path, FILE_MAX, &file, why);
	if (!err)
		text = arena_copy(&w->arena, file.ptr ? file.ptr : "", file.len);
	if (!err)
		err = text ? rows_read(w, text, why) : ERR_NOMEM;
	if (!err) {
		*ret_words = w;
		return OK;
	}
	case_words_close(w);
	return err == ERR_NOMEM ? why_set(why, err, "could not load " WORDS_FILE ": out of memory") : err;
}

void case_words_close(struct case_words *w)
{
	if (!w)
		return;
	arena_release(&w->arena);
	free(w);
}

/* --- A text ------------------------------------------------------------------------------------------ */

struct reading {
	const struct spoken_syllable *syllables;
	size_t count;
	unsigned hits[KINDS];
	size_t longest[KINDS]; /* syllables of the longest phrase of that kind */
	bool opens[TEXT_MAX];
	bool marks; /* the writer sets marks */
};

static bool agrees(const struct reading *r, const struct phrase_row *row, size_t at)
{
	for (size_t i = 0; i < row->count; i++) {
		const struct spoken_syllable *typed = &r->syllables[at + i], *listed = &row->syllables[i];

		if (strcmp(typed->plain, listed->plain) != 0)
			return false;
		if ((typed->has_marks || (r->marks && !row->plain && row->count == 1)) &&
			strcmp(typed->marked, listed->marked) != 0)
			return false;
	}
	return row->count > 1 || row->plain || !row->syllables[0].has_marks || r->syllables[at].has_marks;
}

/* A place is named behind its word, a bare "ngày" or "lúc" is no time; what stands in "gửi ở đây" is neither. */
static bool counts(const struct reading *r, const struct phrase_row *row, size_t at)
{
	bool opens = true;

	if (row->kind != PLACE && row->kind != TIME)
		return true;
	for (size_t i = 0; i < row->count; i++)
		opens = opens && r->opens[at + i];
	return !opens && (row->count > 1 || at + row->count < r->count);
}

static void row_look(struct reading *r, const struct phrase_row *row)
{
	for (size_t at = 0; at + row->count <= r->count; at++) {
		if (!agrees(r, row, at) || !counts(r, row, at))
			continue;
		r->hits[row->kind]++;
		if (row->count > r->longest[row->kind])
			r->longest[row->kind] = row->count;
		for (size_t i = 0; row->kind == OPENER && i < row->count; i++)
			r->opens[at + i] = true;
	}
}

static const char *category_of(const struct reading *r)
{
	size_t best = CATEGORIES - 1;

	for (size_t i = 0; i + 1 < CATEGORIES; i++)
		if (r->hits[i] > r->hits[best])
			best = i;
	return categories[best];
}

static enum case_says says_of(const struct reading *r)
{
	static const struct {
		enum kind kind;
		enum case_says says;
	} order[] = {{CANCEL, CASE_SAYS_CANCEL}, {SKIP, CASE_SAYS_SKIP}, {SEND, CASE_SAYS_SEND}};

	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		if (r->hits[order[i].kind] && r->count <= r->longest[order[i].kind] + REST_OF_ANSWER)
			return order[i].says;
	return CASE_SAYS_MATTER;
}

void case_words_read(const struct case_words *w, const char *text, struct case_told *ret_told)
{
	struct spoken_syllable syllables[TEXT_MAX];
	struct reading r = {.syllables = syllables};
	struct case_told told;

	r.count = syllables_read(text, syllables, TEXT_MAX);
	for (size_t i = 0; i < r.count; i++)
		r.marks |= syllables[i].has_marks;
	for (unsigned openers = 2; openers--;) /* first */
		for (size_t i = 0; i < w->count; i++)
			if ((w->rows[i].kind == OPENER) == openers)
				row_look(&r, &w->rows[i]);
	told = (struct case_told){.category = category_of(&r),
		.suggestion = r.hits[SUGGESTION] > 0,
		.place = r.hits[PLACE] > 0,
		.time = r.hits[TIME] > 0,
		.says = says_of(&r)};
	for (size_t i = 0; i < r.count; i++)
		told.rest += !r.opens[i];
	*ret_told = told;
}
