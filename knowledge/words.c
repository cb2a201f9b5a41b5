/* words.c - the lists of knowledge/words/ into one trie. A file that is missing, too large or has a malformed
 * row is a failure that names file, line and column; nothing is skipped in silence. */
#include "knowledge/words_internal.h"

#include "daemon/base/map.h"
#include "daemon/base/share.h"
#include "knowledge/fold.h"
#include "knowledge/lexicon.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define FILE_MAX ((size_t)4 << 20)
#define WORDS_MAX ((size_t)64 << 20)
#define COLUMNS_MAX 5
#define PHRASE_MAX 16 /* syllables of a phrase or a hint */
#define GROUPS_MAX 64

struct known { /* a syllable of any list */
	struct map_node node;
	const char *folded;
	uint32_t id;
};

struct edge { /* one step in the trie */
	struct map_node node;
	uint64_t key; /* from node, syllable */
	uint32_t to;
};

struct words {
	struct arena arena; /* owns every entry, edge and string */
	struct lexicon *lexicon;
	struct map syllables; /* struct known */
	struct map edges;     /* struct edge */
	uint32_t node_count, node_room;
	const struct word_entry **entries; /* by trie node */
	const char *groups[GROUPS_MAX];    /* names, in order of appearance */
	size_t group_count;
};

struct row {
	struct words *words;
	struct why *why;
	const char *path;
	size_t line;
	const char *cells[COLUMNS_MAX]; /* "" when absent */
	struct word_entry *entry;       /* to be filled */
};

static enum err refuse(const struct row *r, const char *what, const char *cell)
{
	return why_set(r->why, ERR_FORMAT, "%s:%zu: %s: \"%.60s\"", r->path, r->line, what, cell);
}

/* --- Cells ------------------------------------------------------------------------------------------ */

/* The syllable's id, a new one if need be. */
static enum err syllable_id(struct row *r, const char *folded, uint32_t *ret_id)
{
	struct words *w = r->words;
	uint32_t id = words_syllable(w, folded);
	struct known *k;

	if (!id) {
		k = arena_alloc(&w->arena, sizeof *k);
		if (!k || !(k->folded = arena_string(&w->arena, folded)))
			return ERR_NOMEM;
		id = k->id = SYLLABLE_FIRST + (uint32_t)w->syllables.count;
		if (map_add(&w->syllables, &k->node, map_hash_string(0, folded)) != OK)
			return ERR_NOMEM;
	}
	*ret_id = id;
	return OK;
}

/* "lệ phí" → its syllables. */
static enum err read_phrase(
	struct row *r, const char *cell, const struct syllable **ret_phrase, size_t *ret_length)
{
	struct syllable *phrase = arena_array(&r->words->arena, PHRASE_MAX, sizeof *phrase);
	struct fold_syllable s;
	struct fold fold;
	size_t n = 0;

	if (!phrase)
		return ERR_NOMEM;
	fold_init(&fold, cell, strlen(cell));
	while (fold_next(&fold, &s)) {
		if (n == PHRASE_MAX)
			return refuse(r, "phrase is too long", cell);
		phrase[n].folded = arena_string(&r->words->arena, s.plain);
		phrase[n].marked = arena_string(&r->words->arena, s.marked);
		if (!phrase[n].folded || !phrase[n].marked)
			return ERR_NOMEM;
		n++;
	}
	if (!n)
		return refuse(r, "a phrase is missing", cell);
	*ret_phrase = phrase;
	*ret_length = n;
	return OK;
}

static const char *const facet_strengths[] = {"asks", "names", "else", "last", NULL};
static const char *const stop_kinds[] = {"filler", "what", "asking", "weak", NULL};
static const char *const say_rules[] = {"any", "typed", "start", "short", "whole", NULL};
static const char *const says[] = {"", "greeting", "thanks", "bye", "who", "abuse", "praise", "", "emergency",
	"case", "complaint", "status", "staff", "not_that", "more", "yes", "choice", "privacy_show",
	"privacy_erase", "privacy_refuse", "unit", "other", "pick", "follows", "rest", NULL};
_Static_assert(sizeof says / sizeof *says == SAY_NOTHING + 1, "a word for each enum say");

static enum err read_word(
	struct row *r, const char *cell, const char *const *words, const char *what, unsigned *ret_index)
{
	for (unsigned i = 0; *cell && words[i]; i++)
		if (strcmp(cell, words[i]) == 0) {
			*ret_index = i;
			return OK;
		}
	return refuse(r, what, cell);
}

/* "!^,làm,#" → syllable ids. */
static enum err read_hint(struct row *r, const char *cell, struct word_hint *ret_hint)
{
	bool none_of = *cell == '!';
	uint32_t *ids;
	size_t n = 0;

	if (!*cell)
		return OK;
	cell += none_of;
	ids = arena_array(&r->words->arena, strlen(cell) + 1, sizeof *ids);
	if (!ids)
		return ERR_NOMEM;
	while (*cell) {
		size_t len = strcspn(cell, ",");
		struct fold_syllable s;
		struct fold fold;

		fold_init(&fold, cell, len);
		if (fold_next(&fold, &s)) {
			enum err err = syllable_id(r, s.plain, &ids[n++]);

			if (err != OK)
				return err;
		} else if (memchr(cell, '#', len)) {
			ids[n++] = HINT_NUMBER;
		} else if (memchr(cell, '^', len)) {
			ids[n++] = HINT_BEGIN;
		} else if (memchr(cell, '$', len)) {
			ids[n++] = HINT_END;
		} else {
			return refuse(r, "a hint is empty", r->cells[0]);
		}
		cell += len + (cell[len] == ',');
	}
	if (n)
		*ret_hint = (struct word_hint){ids, none_of};
	return OK;
}

static enum err group_bit(struct row *r, const char *name, size_t len, uint64_t *ret_bit)
{
	struct words *w = r->words;
	size_t i = 0;

	while (i < w->group_count && (strlen(w->groups[i]) != len || memcmp(w->groups[i], name, len) != 0))
		i++;
	if (i == GROUPS_MAX)
		return refuse(r, "too many groups", name);
	if (i == w->group_count) {
		w->groups[i] = arena_copy(&w->arena, name, len);
		if (!w->groups[i])
			return ERR_NOMEM;
		w->group_count++;
	}
	*ret_bit = UINT64_C(1) << i;
	return OK;
}

/* "paper aid" → bits; a group must have been introduced above, so that a slip of the pen is no silent rule.
 */
static enum err read_groups(struct row *r, const char *cell, uint64_t *ret_bits)
{
	size_t known = r->words->group_count;
	uint64_t bits = 0, bit;

	while (*cell) {
		size_t len = strcspn(cell, " ");
		enum err err = len ? group_bit(r, cell, len, &bit) : refuse(r, "two blanks", cell);

		if (err != OK)
			return err;
		if (r->words->group_count != known)
			return refuse(r, "unknown group", cell);
		bits |= bit;
		cell += len + (cell[len] == ' ');
	}
	*ret_bits = bits;
	return OK;
}

/* --- Rows ------------------------------------------------------------------------------------------- */

static enum err read_facet(struct row *r)
{
	r->entry->value = facet_from(r->cells[1]);
	if (r->entry->value == FACET_NONE && strcmp(r->cells[1], "-") != 0)
		return refuse(r, "unknown facet", r->cells[1]);
	return read_word(r, r->cells[2], facet_strengths, "unknown strength", &r->entry->kind);
}

static enum err read_choice(struct row *r)
{
	char *end;
	long choice = strtol(r->cells[1] + strlen("choice:"), &end, 10);

	if (choice < 1 || choice > 99 || *end)
		return refuse(r, "unknown choice", r->cells[1]);
	r->entry->value = SAY_CHOICE;
	r->entry->choice = (int)choice;
	return OK;
}

static enum err read_utterance(struct row *r)
{
	const char *what = r->cells[1];
	enum err err;

	if (*what == '@') {
		r->entry->value = SAY_NOTHING;
		r->entry->kind = RULE_GROUP;
		return what[1] ? group_bit(r, what + 1, strlen(what + 1), &r->entry->group)
			       : refuse(r, "a group's name is missing", what);
	}
	err = strncmp(what, "choice:", strlen("choice:")) == 0
		      ? read_choice(r)
		      : read_word(r, what, says, "unknown utterance", &r->entry->value);
	if (err == OK)
		err = read_word(r, r->cells[2], say_rules, "unknown rule", &r->entry->kind);
	if (err == OK)
		err = read_groups(r, r->cells[3], &r->entry->with);
	return err == OK ? read_groups(r, r->cells[4], &r->entry->unless) : err;
}

static enum err read_stopword(struct row *r)
{
	if (*r->cells[2] && strcmp(r->cells[2], "plain") != 0)
		return refuse(r, "unknown rule", r->cells[2]);
	r->entry->plain = *r->cells[2] != '\0';
	return read_word(r, r->cells[1], stop_kinds, "unknown kind", &r->entry->kind);
}

static enum err read_replacement(struct row *r)
{
	enum err err = read_phrase(r, r->cells[1], &r->entry->to, &r->entry->to_length);

	if (err == OK)
		err = read_hint(r, r->cells[2], &r->entry->after);
	return err == OK ? read_hint(r, r->cells[3], &r->entry->before) : err;
}

static const struct list {
	const char *name;
	size_t columns;
	enum err (*read)(struct row *r);
} lists[LIST_COUNT] = {
	[LIST_FACETS] = {"knowledge/words/facets.tsv", 3, read_facet},
	[LIST_UTTERANCES] = {"knowledge/words/utterances.tsv", 5, read_utterance},
	[LIST_STOPWORDS] = {"knowledge/words/stopwords.tsv", 3, read_stopword},
	[LIST_TEENCODE] = {"knowledge/words/teencode.tsv", 4, read_replacement},
	[LIST_ABBREVIATIONS] = {"knowledge/words/abbreviations.tsv", 4, read_replacement},
	[LIST_DIALECT] = {"knowledge/words/dialect.tsv", 4, read_replacement},
};

/* --- The trie --------------------------------------------------------------------------------------- */

static uint64_t edge_key(uint32_t node, uint32_t syllable)
{
	return (uint64_t)node << 32 | syllable;
}

static enum err node_new(struct words *w, uint32_t *ret_node)
{
	if (w->node_count == w->node_room) {
		uint32_t room = w->node_room ? w->node_room * 2 : 1024;
		const struct word_entry **entries = realloc(w->entries, room * sizeof *entries);

		if (!entries)
			return ERR_NOMEM;
		memset(entries + w->node_room, 0, (room - w->node_room) * sizeof *entries);
		w->entries = entries;
		w->node_room = room;
	}
	*ret_node = w->node_count++;
	return OK;
}

static enum err edge_new(struct words *w, uint32_t from, uint32_t syllable, uint32_t *ret_to)
{
	struct edge *e = arena_alloc(&w->arena, sizeof *e);
	enum err err = e ? node_new(w, &e->to) : ERR_NOMEM;

	if (err != OK)
		return err;
	e->key = edge_key(from, syllable);
	*ret_to = e->to;
	return map_add(&w->edges, &e->node, map_hash_number(e->key));
}

static enum err walk_or_grow(struct row *r, uint32_t *ret_node)
{
	uint32_t node = 0, id, next;

	for (size_t i = 0; i < r->entry->length; i++) {
		enum err err = syllable_id(r, r->entry->phrase[i].folded, &id);

		if (err == OK && !(next = words_step(r->words, node, id)))
			err = edge_new(r->words, node, id, &next);
		if (err != OK)
			return err;
		node = next;
	}
	*ret_node = node;
	return OK;
}

static bool same_phrase(const struct word_entry *a, const struct word_entry *b)
{
	for (size_t i = 0; i < a->length; i++)
		if (strcmp(a->phrase[i].marked, b->phrase[i].marked) != 0)
			return false;
	return true;
}

/* Behind what is there, so that rows of one phrase keep their order. Saying the same thing twice is a slip.
 */
static enum err hang(struct row *r, uint32_t node)
{
	const struct word_entry **at = &r->words->entries[node];

	for (; *at; at = (const struct word_entry **)&(*at)->next) {
		const struct word_entry *e = *at;

		if (e->list == r->entry->list && e->value == r->entry->value && e->kind == r->entry->kind &&
			e->group == r->entry->group && e->with == r->entry->with &&
			e->unless == r->entry->unless && e->list < LIST_TEENCODE && same_phrase(e, r->entry))
			return refuse(r, "said twice", r->cells[0]);
	}
	*at = r->entry;
	return OK;
}

static enum err read_row(struct row *r, enum word_list list, char *line)
{
	uint32_t node;
	size_t n = 0;
	enum err err;

	for (size_t i = 0; i < COLUMNS_MAX; i++)
		r->cells[i] = "";
	for (char *cell; (cell = strsep(&line, "\t")); n++) {
		if (n == lists[list].columns)
			return refuse(r, "too many columns", cell);
		r->cells[n] = cell;
	}
	r->entry = arena_alloc(&r->words->arena, sizeof *r->entry);
	if (!r->entry)
		return ERR_NOMEM;
	r->entry->list = list;
	err = read_phrase(r, r->cells[0], &r->entry->phrase, &r->entry->length);
	if (err == OK)
		err = lists[list].read(r);
	if (err == OK)
		err = walk_or_grow(r, &node);
	return err == OK ? hang(r, node) : err;
}

static enum err read_list(struct words *w, enum word_list list, struct why *why)
{
	struct row r = {.words = w, .why = why};
	struct arena scratch;
	struct bytes bytes;
	char *text, *line;
	enum err err;

	arena_init(&scratch, 2 * FILE_MAX);
	err = share_path(&scratch, lists[list].name, &r.path, why);
	if (err == OK)
		err = share_read_file(&scratch, r.path, FILE_MAX, &bytes, why);
	text = err == OK ? (char *)(uintptr_t)bytes.ptr : NULL;
	while (err == OK && (line = strsep(&text, "\n"))) {
		r.line++;
		if (*line && *line != '#')
			err = read_row(&r, list, line);
	}
	arena_release(&scratch);
	return err;
}

enum err words_load(struct words **ret_words, struct why *why)
{
	struct words *w = calloc(1, sizeof *w);
	uint32_t root;
	enum err err;

	if (!w)
		return why_set(why, ERR_NOMEM, "could not load the word lists: out of memory");
	why_set(why, OK, "%s", "");
	arena_init(&w->arena, WORDS_MAX);
	err = node_new(w, &root);
	for (enum word_list list = 0; list < LIST_COUNT && err == OK; list++)
		err = read_list(w, list, why);
	if (err == OK)
		err = lexicon_load(&w->lexicon, why);
	if (err == OK) {
		*ret_words = w;
		return OK;
	}
	if (err == ERR_NOMEM)
		why_set(why, err, "could not load the word lists: out of memory");
	words_free(w);
	return err;
}

void words_free(struct words *w)
{
	if (!w)
		return;
	lexicon_free(w->lexicon);
	map_release(&w->syllables);
	map_release(&w->edges);
	free(w->entries);
	arena_release(&w->arena);
	free(w);
}

/* --- Looking up ------------------------------------------------------------------------------------- */

uint32_t words_syllable(const struct words *w, const char *folded)
{
	struct map_node *n = map_first(&w->syllables, map_hash_string(0, folded));

	for (; n; n = map_next(n)) {
		const struct known *k = OWNER_OF(n, struct known, node);

		if (strcmp(k->folded, folded) == 0)
			return k->id;
	}
	return 0;
}

uint32_t words_step(const struct words *w, uint32_t node, uint32_t syllable)
{
	uint64_t key = edge_key(node, syllable);
	struct map_node *n = syllable ? map_first(&w->edges, map_hash_number(key)) : NULL;

	for (; n; n = map_next(n)) {
		const struct edge *e = OWNER_OF(n, struct edge, node);

		if (e->key == key)
			return e->to;
	}
	return 0;
}

const struct word_entry *words_entries(const struct words *w, uint32_t node)
{
	return w->entries[node];
}

const struct lexicon *words_lexicon(const struct words *w)
{
	return w->lexicon;
}

bool words_filing_only(const struct words *w, const char *field)
{
	return lexicon_filing_only(w->lexicon, field);
}

/* Taken apart, letters and marks one by one; đ is d and its stroke. 0 when it does not fit. */
static size_t take_apart(const char *s, int32_t *out, size_t room)
{
	int32_t cp;
	size_t n = 0;

	while (*s && n + 4 < room) {
		s += utf8proc_iterate((const utf8proc_uint8_t *)s, -1, &cp);
		if (cp == 0x111) {
			out[n++] = 'd';
			out[n++] = 0x335;
			continue;
		}
		n += (size_t)utf8proc_decompose_char(
			cp, out + n, (utf8proc_ssize_t)(room - n), UTF8PROC_DECOMPOSE, NULL);
	}
	return n;
}

bool words_marks_agree(const char *typed, const char *list, bool strict)
{
	int32_t have[FOLD_MAX * 2], want[FOLD_MAX * 2];
	size_t have_count, want_count, h = 0;

	if (strict || strcmp(typed, list) == 0)
		return strcmp(typed, list) == 0;
	have_count = take_apart(typed, have, FOLD_MAX * 2);
	want_count = take_apart(list, want, FOLD_MAX * 2);
	for (size_t i = 0; i < want_count && h < have_count; i++)
		h += have[h] == want[i];
	return h == have_count;
}
