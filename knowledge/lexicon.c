/* lexicon.c - the lists as maps from hashed syllables, the phrases as one trie. Reading stops at the first
 * bad line. */
#include "knowledge/lexicon.h"

#include "daemon/base/array.h"
#include "daemon/base/share.h"
#include "knowledge/fold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PHRASE_SYLLABLES = 24, FILE_CEILING = 8 << 20, BROAD_LINES = 256 };

/* A phrase of the lists counts as so much running text, beside the weights of count_words.c: how people ask is in no
 * official text. */
enum { OF_NAME = 40, OF_SPEECH = 200 };

/* Among what follows a word, pairs that were never counted are this many, and this share. */
#define UNSEEN 1000.0
#define UNSEEN_SHARE 0.15

struct entry {           /* a phrase that ends at a node of the trie */
	uint32_t next;   /* entry of another line with the same plain syllables; 0: none */
	uint32_t marked; /* its syllables in `marks`, from here */
	uint16_t id;
	uint8_t kind, length;
};

struct lexicon {
	struct numbers listed; /* words of phrases alone */
	struct numbers counts, counts_marked, counts_pair, popular, filing_only;
	struct near near;
	double total;         /* of counts */
	struct numbers nodes; /* (node, syllable) → node */
	struct numbers ends;  /* node → first entry */
	struct entry *entries;
	uint64_t *marks;
	uint32_t entry_count, entry_room, mark_count, mark_room; /* both from 1 */
	uint16_t phrase_count[PHRASE_KINDS];
	char *broad[BROAD_LINES]; /* records of each line */
};

struct line {
	const char *file;
	size_t number;
	const char *left, *right;
	size_t left_len, right_len;
};

static enum err line_bad(const struct line *line, const char *reason, struct why *why)
{
	return why_set(
		why, ERR_FORMAT, "could not read \"%s\", line %zu: %s", line->file, line->number, reason);
}

/* A word that no text has is listed; letters that cannot be read as a word stay unknown. */
static enum err learn_word(struct lexicon *l, const char *word, uint32_t weight)
{
	uint64_t key = numbers_key(word, strlen(word));
	uint32_t count = numbers_get(&l->counts, key);
	enum err err = OK;

	if (!near_is_word(word) || !strpbrk(word, "aeiouy"))
		return OK;
	if (!count) {
		err = near_add(&l->near, word);
		if (err == OK)
			err = numbers_set(&l->listed, key, 1);
	}
	l->total += weight;
	return err == OK ? numbers_set(&l->counts, key, count + weight) : err;
}

static enum err learn_pair(struct lexicon *l, const char *first, const char *second, uint32_t weight)
{
	uint64_t key =
		numbers_key_pair(numbers_key(first, strlen(first)), numbers_key(second, strlen(second)));

	return numbers_set(&l->counts_pair, key, numbers_get(&l->counts_pair, key) + weight);
}

static enum err add_phrase(
	struct lexicon *l, enum phrase_kind kind, uint16_t id, const char *text, size_t len)
{
	struct fold f;
	struct fold_syllable s;
	struct entry e = {.kind = (uint8_t)kind, .id = id, .marked = l->mark_count + 1};
	char before[FOLD_MAX] = "";
	uint32_t node = 0;

	fold_init(&f, text, len);
	while (fold_next(&f, &s)) {
		if (e.length == PHRASE_SYLLABLES)
			return ERR_LIMIT;
		if (numbers_give(&l->nodes, numbers_key_pair(node, numbers_key(s.plain, s.plain_len)),
			    &node) != OK ||
			ARRAY_GROW(&l->marks, &l->mark_room, l->mark_count + 1) != OK)
			return ERR_NOMEM;
		l->marks[++l->mark_count] = numbers_key(s.marked, s.marked_len);
		e.length++;
		if (learn_word(l, s.plain, OF_NAME) != OK ||
			(before[0] && learn_pair(l, before, s.plain, OF_NAME) != OK))
			return ERR_NOMEM;
		memcpy(before, s.plain, s.plain_len + 1);
	}
	if (e.length == 0)
		return ERR_FORMAT;
	if (ARRAY_GROW(&l->entries, &l->entry_room, l->entry_count + 1) != OK)
		return ERR_NOMEM;
	e.next = numbers_get(&l->ends, (uint64_t)node);
	l->entries[++l->entry_count] = e;
	return numbers_set(&l->ends, (uint64_t)node, l->entry_count);
}

static enum err add_phrases(
	struct lexicon *l, enum phrase_kind kind, const struct line *line, struct why *why)
{
	const char *at = line->right, *end = line->right + line->right_len;
	uint16_t id = l->phrase_count[kind];
	enum err err;

	if (id == UINT16_MAX || ((kind == PHRASE_ACT || kind == PHRASE_VARIANT) && id == 32))
		return line_bad(line, "too many entries", why);
	l->phrase_count[kind]++;
	if (kind == PHRASE_SYNONYM && add_phrase(l, kind, id, line->left, line->left_len) != OK)
		return line_bad(line, "the official term has no letters, or too many syllables", why);
	while (at < end) {
		const char *bar = memchr(at, '|', (size_t)(end - at));

		err = add_phrase(l, kind, id, at, (size_t)((bar ? bar : end) - at));
		if (err != OK)
			return line_bad(line, "a phrase has no letters, or too many syllables", why);
		at = bar ? bar + 1 : end;
	}
	return OK;
}

static enum err add_synonym(struct lexicon *l, const struct line *line, struct why *why)
{
	return add_phrases(l, PHRASE_SYNONYM, line, why);
}

static enum err add_act(struct lexicon *l, const struct line *line, struct why *why)
{
	return add_phrases(l, PHRASE_ACT, line, why);
}

static enum err add_variant(struct lexicon *l, const struct line *line, struct why *why)
{
	return add_phrases(l, PHRASE_VARIANT, line, why);
}

static enum err add_broad(struct lexicon *l, const struct line *line, struct why *why)
{
	uint16_t id = l->phrase_count[PHRASE_BROAD];

	if (line->left_len == 1 && line->left[0] == '-')
		return add_phrases(l, PHRASE_ASIDE, line, why);
	if (id == BROAD_LINES)
		return line_bad(line, "too many entries", why);
	l->broad[id] = strndup(line->left, line->left_len);
	return l->broad[id] ? add_phrases(l, PHRASE_BROAD, line, why) : ERR_NOMEM;
}

static uint32_t count_of(const struct line *line)
{
	uint64_t count = 0;

	for (size_t i = 0; i < line->right_len && line->right[i] >= '0' && line->right[i] <= '9'; i++)
		if (count < UINT32_MAX / 16)
			count = count * 10 + (uint64_t)(line->right[i] - '0');
	return (uint32_t)count;
}

static enum err add_syllable(struct lexicon *l, const struct line *line, struct why *why)
{
	struct fold f;
	struct fold_syllable s;
	uint32_t count = count_of(line);
	uint64_t plain, marked;

	fold_init(&f, line->left, line->left_len);
	if (count == 0 || !fold_next(&f, &s))
		return line_bad(line, "a syllable and its count are wanted", why);
	plain = numbers_key(s.plain, s.plain_len);
	if (numbers_get(&l->counts, plain) == 0 && near_add(&l->near, s.plain) != OK)
		return ERR_NOMEM;
	l->total += count;
	marked = numbers_key(s.marked, s.marked_len);
	if (numbers_set(&l->counts, plain, numbers_get(&l->counts, plain) + count) != OK ||
		numbers_set(&l->counts_marked, marked, numbers_get(&l->counts_marked, marked) + count) != OK)
		return ERR_NOMEM;
	return OK;
}

static enum err add_pair(struct lexicon *l, const struct line *line, struct why *why)
{
	struct fold f;
	struct fold_syllable first, second;
	uint32_t count = count_of(line);

	fold_init(&f, line->left, line->left_len);
	if (count == 0 || !fold_next(&f, &first) || !fold_next(&f, &second))
		return line_bad(line, "two syllables and their count are wanted", why);
	return numbers_set(&l->counts_pair,
		numbers_key_pair(numbers_key(first.plain, first.plain_len),
			numbers_key(second.plain, second.plain_len)),
		count);
}

enum err lexicon_learn(struct lexicon *l, const struct syllable *phrase, size_t length, bool said)
{
	uint32_t weight = said ? OF_SPEECH : OF_NAME;
	enum err err = OK;

	for (size_t i = 0; i < length && err == OK; i++) {
		err = learn_word(l, phrase[i].folded, weight);
		if (err == OK && i > 0)
			err = learn_pair(l, phrase[i - 1].folded, phrase[i].folded, weight);
	}
	return err;
}

enum err lexicon_learn_pair(struct lexicon *l, const char *first, const char *second)
{
	return learn_pair(l, first, second, OF_SPEECH);
}

static enum err add_popular(struct lexicon *l, const struct line *line, struct why *why)
{
	uint32_t rank = count_of(line);

	if (rank < 1 || rank > 2)
		return line_bad(line, "a rank of 1 or 2 is wanted", why);
	return numbers_set(&l->popular, numbers_key(line->left, line->left_len), rank);
}

static enum err add_filing_only(struct lexicon *l, const struct line *line, struct why *why)
{
	if (!line->left_len || !line->right_len)
		return line_bad(line, "a field and what is due in it are wanted", why);
	return numbers_set(&l->filing_only, numbers_key(line->left, line->left_len), 1);
}

static const struct list {
	const char *name;
	enum err (*add)(struct lexicon *l, const struct line *line, struct why *why);
} lists[] = {
	{"knowledge/words/syllables.tsv", add_syllable},
	{"knowledge/words/pairs.tsv", add_pair},
	{"knowledge/words/synonyms.tsv", add_synonym},
	{"knowledge/words/acts.tsv", add_act},
	{"knowledge/words/variants.tsv", add_variant},
	{"knowledge/words/broad.tsv", add_broad},
	{"knowledge/words/popular.tsv", add_popular},
	{"knowledge/words/filing_only.tsv", add_filing_only},
};

static enum err list_read(struct lexicon *l, const struct list *list, struct bytes text, struct why *why)
{
	struct line line = {.file = list->name};
	const char *at = text.ptr, *end = text.ptr + text.len;

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at)), *tab;
		enum err err;

		stop = stop ? stop : end;
		line.number++;
		if (stop > at && *at != '#') {
			tab = memchr(at, '\t', (size_t)(stop - at));
			if (!tab)
				return line_bad(&line, "a tab is missing", why);
			line.left = at;
			line.left_len = (size_t)(tab - at);
			line.right = tab + 1;
			line.right_len = (size_t)(stop - tab - 1);
			err = list->add(l, &line, why);
			if (err != OK)
				return err;
		}
		at = stop + 1;
	}
	return OK;
}

static enum err list_load(struct lexicon *l, const struct list *list, struct why *why)
{
	struct arena a;
	struct bytes text = {0};
	const char *path = NULL;
	enum err err;

	arena_init(&a, FILE_CEILING + 65536);
	err = share_path(&a, list->name, &path, why);
	if (err == OK)
		err = share_read_file(&a, path, FILE_CEILING, &text, why);
	if (err == OK)
		err = list_read(l, list, text, why);
	arena_release(&a);
	return err;
}

enum err lexicon_load(struct lexicon **ret_lexicon, struct why *why)
{
	struct lexicon *l = calloc(1, sizeof *l);
	enum err err = l ? OK : ERR_NOMEM;

	for (size_t i = 0; err == OK && i < sizeof lists / sizeof *lists; i++)
		err = list_load(l, &lists[i], why);
	if (err == ERR_NOMEM)
		why_set(why, err, "could not load the word lists: out of memory");
	if (err != OK) {
		lexicon_free(l);
		return err;
	}
	*ret_lexicon = l;
	return OK;
}

void lexicon_free(struct lexicon *l)
{
	if (!l)
		return;
	numbers_release(&l->listed);
	numbers_release(&l->counts);
	numbers_release(&l->counts_marked);
	numbers_release(&l->counts_pair);
	near_release(&l->near);
	numbers_release(&l->popular);
	numbers_release(&l->filing_only);
	numbers_release(&l->nodes);
	numbers_release(&l->ends);
	for (size_t i = 0; i < BROAD_LINES; i++)
		free(l->broad[i]);
	free(l->entries);
	free(l->marks);
	free(l);
}

uint32_t lexicon_count(const struct lexicon *l, const char *plain)
{
	return numbers_get(&l->counts, numbers_key(plain, strlen(plain)));
}

uint32_t lexicon_count_marked(const struct lexicon *l, const char *marked)
{
	return numbers_get(&l->counts_marked, numbers_key(marked, strlen(marked)));
}

uint32_t lexicon_count_pair(const struct lexicon *l, const char *first, const char *second)
{
	return numbers_get(&l->counts_pair,
		numbers_key_pair(numbers_key(first, strlen(first)), numbers_key(second, strlen(second))));
}

bool lexicon_is_listed(const struct lexicon *l, const char *plain)
{
	return numbers_get(&l->listed, numbers_key(plain, strlen(plain))) != 0;
}

double lexicon_expects(const struct lexicon *l, const char *before, const char *word)
{
	uint64_t key = numbers_key(word, strlen(word)), key_before;
	double chance = ((double)numbers_get(&l->counts, key) + 0.5) / l->total;
	uint32_t count, pairs;

	if (!before)
		return log(chance);
	key_before = numbers_key(before, strlen(before));
	count = numbers_get(&l->counts, key_before);
	if (count == 0)
		return log(chance);
	pairs = numbers_get(&l->counts_pair, numbers_key_pair(key_before, key));
	return log(
		((1 - UNSEEN_SHARE) * pairs + (UNSEEN_SHARE * count + UNSEEN) * chance) / (count + UNSEEN));
}

size_t lexicon_near(const struct lexicon *l, const char *typed, struct near_word *ret_words)
{
	return near_find(&l->near, typed, ret_words);
}

unsigned lexicon_popular(const struct lexicon *l, const char *record)
{
	return numbers_get(&l->popular, numbers_key(record, strlen(record)));
}

bool lexicon_filing_only(const struct lexicon *l, const char *field)
{
	return numbers_get(&l->filing_only, numbers_key(field, strlen(field))) != 0;
}

const char *lexicon_broad(const struct lexicon *l, uint16_t id)
{
	return id < l->phrase_count[PHRASE_BROAD] ? l->broad[id] : "";
}

size_t lexicon_phrase_count(const struct lexicon *l, enum phrase_kind kind)
{
	return l->phrase_count[kind];
}

static bool marks_fit(const struct lexicon *l, const struct entry *e, const struct syllable *s)
{
	for (size_t i = 0; i < e->length; i++)
		if (s[i].marked && strcmp(s[i].marked, s[i].folded) != 0 &&
			numbers_key(s[i].marked, strlen(s[i].marked)) != l->marks[e->marked + i])
			return false;
	return true;
}

size_t lexicon_phrases(
	const struct lexicon *l, const struct syllable *s, size_t count, struct phrase_hit *hits, size_t room)
{
	size_t n = 0;

	for (size_t start = 0; start < count; start++) {
		uint32_t node = 0;

		for (size_t i = start; i < count; i++) {
			node = numbers_get(&l->nodes,
				numbers_key_pair(node, numbers_key(s[i].folded, strlen(s[i].folded))));
			if (node == 0)
				break;
			for (uint32_t e = numbers_get(&l->ends, (uint64_t)node); e != 0;
				e = l->entries[e].next)
				if (n < room && marks_fit(l, &l->entries[e], s + start))
					hits[n++] = (struct phrase_hit){l->entries[e].kind, l->entries[e].id,
						(uint16_t)start, l->entries[e].length};
		}
	}
	return n;
}
