/* words_trie.h - word lists while they are loaded: rows, the syllables they are made of, the trie they hang in. Private to
 * words*.c; everybody else looks up through words_internal.h. Everything is owned by the words' arena. */
#ifndef MOTCUA_WORDS_TRIE_H
#define MOTCUA_WORDS_TRIE_H

#include "knowledge/words_internal.h"

#include "daemon/base/map.h"

#define WORDS_COLUMNS_MAX 5
#define WORDS_GROUPS_MAX 64
#define WORDS_CLASSES_MAX 1024

struct words {
	struct arena arena; /* owns every entry, edge, pattern and string */
	struct lexicon *lexicon;
	struct case_words *cases;
	struct map syllables; /* struct known */
	struct map edges;     /* struct edge */
	uint32_t node_count, node_room;
	const struct word_entry **entries;    /* by trie node */
	const char *groups[WORDS_GROUPS_MAX]; /* names, in order of appearance */
	size_t group_count;
	const char *classes[WORDS_CLASSES_MAX]; /* the same; NULL: written where it is used, without a name */
	const struct word_entry *members[WORDS_CLASSES_MAX]; /* words of the class, linked by `same` */
	const struct pattern *patterns[WORDS_CLASSES_MAX]; /* that begin with the class */
	uint32_t class_count;
};

struct row {
	struct words *words;
	struct why *why;
	const char *path;
	size_t line;
	const char *cells[WORDS_COLUMNS_MAX]; /* "" when absent */
	struct word_entry *entry;             /* to be filled */
};

/* ERR_FORMAT; `why` names file and line. */
enum err row_refuse(const struct row *r, const char *what, const char *cell);

/* The syllable's id, a new one if need be. */
enum err row_syllable(struct row *r, const char *folded, uint32_t *ret_id);

/* Makes r->entry the entry of `len` bytes of `text`, syllable by syllable: "lệ phí". */
enum err row_phrase(struct row *r, const char *text, size_t len);

/* The same without an entry: for what a phrase stands for. */
enum err row_syllables(
	struct row *r, const char *text, size_t len, const struct syllable **ret_phrase, size_t *ret_length);

/* Hangs r->entry into the trie, behind what is there. Saying the same thing twice is a slip, and refused. */
enum err row_hang(struct row *r);

enum err words_root(struct words *w); /* before the first row */

/* words_pattern.c: a row of classes.tsv; whether a cell is a pattern; and the pattern of r->cells[0] for r->entry. */
enum err row_class(struct row *r);
bool row_is_pattern(const char *cell);
enum err row_pattern(struct row *r);

/* What stands beside one another in patterns is known to spelling. After the last row. */
enum err words_teach_patterns(const struct words *w);

#endif
