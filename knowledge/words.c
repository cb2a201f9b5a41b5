/* words.c - the lists of knowledge/words/ into one trie. A file that is missing, too large or has a malformed
 * row is a failure that names file, line and column; nothing is skipped in silence. */
#include "knowledge/words_trie.h"

#include "daemon/base/share.h"
#include "knowledge/case_words.h"
#include "knowledge/fold.h"
#include "knowledge/lexicon.h"

#include <stdlib.h>
#include <string.h>

#define FILE_MAX ((size_t)4 << 20)
#define WORDS_MAX ((size_t)64 << 20)

/* --- Cells ------------------------------------------------------------------------------------------ */

static const char *const facet_strengths[] = {"asks", "names", "else", "last", "how", NULL};
static const char *const stop_kinds[] = {"filler", "what", "asking", "weak", NULL};
static const char *const say_rules[] = {"any", "typed", "start", "short", "whole", NULL};
static const char *const says[] = {"", "greeting", "thanks", "bye", "who", "abuse", "praise", "", "emergency",
	"case", "complaint", "status", "staff", "not_that", "more", "yes", "choice", "privacy_show",
	"privacy_erase", "privacy_refuse", "privacy_withdraw", "wrong", "unit", "other", "pick", "follows",
	"rest", "anew", "detail", "tells", "denies", "back", "wants", "state", "due", "amount", "term",
	"valid", NULL};
_Static_assert(sizeof says / sizeof *says == SAY_NOTHING + 1, "a word for each enum say");

static enum err read_word(
	struct row *r, const char *cell, const char *const *words, const char *what, unsigned *ret_index)
{
	for (unsigned i = 0; *cell && words[i]; i++)
		if (strcmp(cell, words[i]) == 0) {
			*ret_index = i;
			return OK;
		}
	return row_refuse(r, what, cell);
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
			enum err err = row_syllable(r, s.plain, &ids[n++]);

			if (err != OK)
				return err;
		} else if (memchr(cell, '#', len)) {
			ids[n++] = HINT_NUMBER;
		} else if (memchr(cell, '^', len)) {
			ids[n++] = HINT_BEGIN;
		} else if (memchr(cell, '$', len)) {
			ids[n++] = HINT_END;
		} else {
			return row_refuse(r, "a hint is empty", r->cells[0]);
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
	if (i == WORDS_GROUPS_MAX)
		return row_refuse(r, "too many groups", name);
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
		enum err err = len ? group_bit(r, cell, len, &bit) : row_refuse(r, "two blanks", cell);

		if (err != OK)
			return err;
		if (r->words->group_count != known)
			return row_refuse(r, "unknown group", cell);
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
		return row_refuse(r, "unknown facet", r->cells[1]);
	return read_word(r, r->cells[2], facet_strengths, "unknown strength", &r->entry->kind);
}

static enum err read_choice(struct row *r)
{
	char *end;
	long choice = strtol(r->cells[1] + strlen("choice:"), &end, 10);

	if (choice < 1 || choice > 99 || *end)
		return row_refuse(r, "unknown choice", r->cells[1]);
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
			       : row_refuse(r, "a group's name is missing", what);
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
		return row_refuse(r, "unknown rule", r->cells[2]);
	r->entry->plain = *r->cells[2] != '\0';
	return read_word(r, r->cells[1], stop_kinds, "unknown kind", &r->entry->kind);
}

static enum err read_replacement(struct row *r)
{
	enum err err =
		row_syllables(r, r->cells[1], strlen(r->cells[1]), &r->entry->to, &r->entry->to_length);

	if (err == OK)
		err = read_hint(r, r->cells[2], &r->entry->after);
	return err == OK ? read_hint(r, r->cells[3], &r->entry->before) : err;
}

static const struct list {
	const char *name;
	size_t columns;
	enum err (*read)(struct row *r);
} lists[LIST_COUNT] = {
	[LIST_CLASSES] = {"knowledge/words/classes.tsv", 3, NULL},
	[LIST_FACETS] = {"knowledge/words/facets.tsv", 3, read_facet},
	[LIST_UTTERANCES] = {"knowledge/words/utterances.tsv", 5, read_utterance},
	[LIST_STOPWORDS] = {"knowledge/words/stopwords.tsv", 3, read_stopword},
	[LIST_TEENCODE] = {"knowledge/words/teencode.tsv", 4, read_replacement},
	[LIST_ABBREVIATIONS] = {"knowledge/words/abbreviations.tsv", 4, read_replacement},
	[LIST_DIALECT] = {"knowledge/words/dialect.tsv", 4, read_replacement},
};

static enum err read_row(struct row *r, enum word_list list, char *line)
{
	size_t n = 0;
	bool pattern;
	enum err err;

	for (size_t i = 0; i < WORDS_COLUMNS_MAX; i++)
		r->cells[i] = "";
	for (char *cell; (cell = strsep(&line, "\t")); n++) {
		if (n == lists[list].columns)
			return row_refuse(r, "too many columns", cell);
		r->cells[n] = cell;
	}
	if (list == LIST_CLASSES)
		return row_class(r);
	pattern = (list == LIST_FACETS || list == LIST_UTTERANCES) && row_is_pattern(r->cells[0]);
	r->entry = arena_alloc(&r->words->arena, sizeof *r->entry);
	if (!r->entry)
		return ERR_NOMEM;
	r->entry->list = list;
	err = pattern ? OK : row_phrase(r, r->cells[0], strlen(r->cells[0]));
	if (err == OK)
		err = lists[list].read(r);
	if (err != OK)
		return err;
	return pattern ? row_pattern(r) : row_hang(r);
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

/* What the lists say is known to spelling too; of chat spelling and abbreviations, what they stand for. */
static enum err teach(const struct words *w)
{
	enum err err = OK;

	for (uint32_t node = 0; node < w->node_count; node++)
		for (const struct word_entry *e = w->entries[node]; e && err == OK; e = e->next)
			err = e->to ? lexicon_learn(w->lexicon, e->to, e->to_length, false)
				    : lexicon_learn(w->lexicon, e->phrase, e->length, true);
	return err == OK ? words_teach_patterns(w) : err;
}

enum err words_load(struct words **ret_words, struct why *why)
{
	struct words *w = calloc(1, sizeof *w);
	enum err err;

	if (!w)
		return why_set(why, ERR_NOMEM, "could not load the word lists: out of memory");
	why_set(why, OK, "%s", "");
	arena_init(&w->arena, WORDS_MAX);
	err = words_root(w);
	for (enum word_list list = 0; list < LIST_COUNT && err == OK; list++)
		err = read_list(w, list, why);
	if (err == OK)
		err = lexicon_load(&w->lexicon, why);
	if (err == OK)
		err = teach(w);
	if (err == OK)
		err = case_words_open(&w->cases, why);
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
	case_words_close(w->cases);
	map_release(&w->syllables);
	map_release(&w->edges);
	free(w->entries);
	arena_release(&w->arena);
	free(w);
}

/* --- Looking up ------------------------------------------------------------------------------------- */

const struct word_entry *words_short_for(const struct words *w, const char *typed)
{
	uint32_t node = words_step(w, 0, words_syllable(w, typed));

	for (const struct word_entry *e = node ? w->entries[node] : NULL; e; e = e->next)
		if (e->to && !e->after.ids && !e->before.ids && strcmp(e->phrase->marked, typed) == 0)
			return e;
	return NULL;
}

struct syllable words_put(const struct syllable *of_list)
{
	bool marks = strcmp(of_list->folded, of_list->marked) != 0;

	return (struct syllable){
		.folded = of_list->folded, .marked = marks ? of_list->marked : NULL, .certain = true};
}

const struct lexicon *words_lexicon(const struct words *w)
{
	return w->lexicon;
}

const struct case_words *words_cases(const struct words *w)
{
	return w->cases;
}

bool words_filing_only(const struct words *w, const char *field)
{
	return lexicon_filing_only(w->lexicon, field);
}
