/* words_pattern.c - classes of words, and rows that are patterns of them.
 *   <cost>         a word of that class of classes.tsv      <lửa|khói>   one of these
 *   <cost>?        the same, or nothing                      bao nhiêu    just these words
 *   ..             up to 3 other syllables in between        ...          up to 8
 * Small words of no meaning may stand in between anyway. Fails for want of memory or when a row cannot be read. */
#include "knowledge/words_trie.h"

#include "knowledge/lexicon.h"

#include <string.h>

#define GAP_SHORT 3
#define GAP_LONG 8

/* --- Classes ------------------------------------------------------------------------------------------ */

static enum err class_new(struct row *r, const char *name, uint32_t *ret_class)
{
	struct words *w = r->words;

	if (w->class_count == WORDS_CLASSES_MAX)
		return row_refuse(r, "too many classes", r->cells[0]);
	w->classes[w->class_count] = name;
	*ret_class = w->class_count++;
	return OK;
}

static bool class_find(const struct words *w, const char *name, size_t len, uint32_t *ret_class)
{
	for (uint32_t i = 0; i < w->class_count; i++)
		if (w->classes[i] && strlen(w->classes[i]) == len && memcmp(w->classes[i], name, len) == 0) {
			*ret_class = i;
			return true;
		}
	return false;
}

static enum err class_word(
	struct row *r, uint32_t class_id, enum class_kind kind, const char *word, size_t len)
{
	size_t blanks = strspn(word, " ");
	char sign = blanks < len ? word[blanks] : ' ';
	enum err err;

	r->entry = arena_alloc(&r->words->arena, sizeof *r->entry);
	if (!r->entry)
		return ERR_NOMEM;
	r->entry->list = LIST_CLASSES;
	r->entry->value = class_id;
	r->entry->kind = sign == '!' ? CLASS_TYPED : sign == '~' ? CLASS_LOOSE : kind;
	err = row_phrase(r, word, len);
	if (err != OK)
		return err;
	r->entry->same = r->words->members[class_id];
	r->words->members[class_id] = r->entry;
	return row_hang(r);
}

/* "lửa | khói" */
static enum err class_words(
	struct row *r, uint32_t class_id, enum class_kind kind, const char *words, size_t len)
{
	const char *end = words + len;

	for (const char *at = words; at <= end;) {
		const char *bar = memchr(at, '|', (size_t)(end - at));
		size_t one = (size_t)((bar ? bar : end) - at);
		enum err err = class_word(r, class_id, kind, at, one);

		if (err != OK)
			return err;
		at += one + 1;
	}
	return OK;
}

enum err row_class(struct row *r)
{
	const char *name = r->cells[0];
	uint32_t class_id = 0;
	enum err err = OK;

	if (!class_find(r->words, name, strlen(name), &class_id)) {
		name = arena_string(&r->words->arena, name);
		err = name ? class_new(r, name, &class_id) : ERR_NOMEM;
	}
	if (err == OK && *r->cells[2] && strcmp(r->cells[2], "loose") != 0)
		err = row_refuse(r, "unknown rule", r->cells[2]);
	return err == OK ? class_words(r, class_id, *r->cells[2] ? CLASS_LOOSE : CLASS_MARKED, r->cells[1],
				   strlen(r->cells[1]))
			 : err;
}

/* --- Patterns ----------------------------------------------------------------------------------------- */

bool row_is_pattern(const char *cell)
{
	return strchr(cell, '<') || strstr(cell, "..");
}

static enum err part_add(struct row *r, struct pattern *p, uint32_t class_id, unsigned gap)
{
	if (p->count == PATTERN_PARTS)
		return row_refuse(r, "pattern is too long", r->cells[0]);
	p->parts[p->count++] = (struct pattern_part){class_id, gap, false};
	return OK;
}

/* Words without a name of their own. */
static enum err part_words(struct row *r, struct pattern *p, const char *words, size_t len, unsigned gap)
{
	enum class_kind kind = r->entry->list == LIST_FACETS ? CLASS_LOOSE : CLASS_MARKED;
	struct word_entry *entry = r->entry;
	uint32_t class_id = 0;
	enum err err = class_new(r, NULL, &class_id);

	if (err == OK)
		err = class_words(r, class_id, kind, words, len);
	r->entry = entry;
	return err == OK ? part_add(r, p, class_id, gap) : err;
}

/* Small Latin letters and _; anything else between < and > is words. */
static bool is_class_name(const char *name, size_t len)
{
	return strspn(name, "abcdefghijklmnopqrstuvwxyz_") >= len;
}

/* "<cost>?", "<lửa|khói>"; *at is moved behind it. */
static enum err part_class(struct row *r, struct pattern *p, const char **at, unsigned gap)
{
	const char *name = *at + 1, *end = strchr(name, '>');
	uint32_t class_id = 0;
	enum err err;

	if (!end)
		return row_refuse(r, "a > is missing", r->cells[0]);
	if (!is_class_name(name, (size_t)(end - name)))
		err = part_words(r, p, name, (size_t)(end - name), gap);
	else if (class_find(r->words, name, (size_t)(end - name), &class_id))
		err = part_add(r, p, class_id, gap);
	else
		err = row_refuse(r, "unknown class", name);
	*at = end + 1;
	if (err == OK && **at == '?') {
		p->parts[p->count - 1].optional = true;
		++*at;
	}
	return err;
}

static enum err parts_read(struct row *r, struct pattern *p)
{
	const char *at = r->cells[0];
	unsigned gap = 0;
	enum err err = OK;

	while (err == OK && *(at += strspn(at, " "))) {
		if (*at == '.') {
			size_t dots = strspn(at, ".");

			gap = dots > 2 ? GAP_LONG : GAP_SHORT;
			at += dots;
			continue;
		}
		if (*at == '<') {
			err = part_class(r, p, &at, gap);
		} else {
			size_t len = strcspn(at, "<.");

			err = part_words(r, p, at, len, gap);
			at += len;
		}
		gap = 0;
	}
	if (err == OK && (!p->count || p->parts[0].optional || p->parts[0].gap || gap))
		err = row_refuse(r, "a pattern begins and ends with a word", r->cells[0]);
	return err;
}

enum err row_pattern(struct row *r)
{
	struct pattern *p = arena_alloc(&r->words->arena, sizeof *p);
	const struct pattern **at;
	enum err err;

	if (!p)
		return ERR_NOMEM;
	err = parts_read(r, p);
	if (err != OK)
		return err;
	p->entry = r->entry;
	for (at = &r->words->patterns[p->parts[0].class_id]; *at;)
		at = (const struct pattern **)&(*at)->next;
	*at = p;
	return OK;
}

static enum err teach_classes(const struct words *w, uint32_t first, uint32_t second)
{
	enum err err = OK;

	for (const struct word_entry *a = w->members[first]; a && err == OK; a = a->same)
		for (const struct word_entry *b = w->members[second]; b && err == OK; b = b->same)
			err = lexicon_learn_pair(
				w->lexicon, a->phrase[a->length - 1].folded, b->phrase[0].folded);
	return err;
}

/* A part that may be missing lets its neighbours touch. */
static enum err teach_pattern(const struct words *w, const struct pattern *p)
{
	enum err err = OK;

	for (size_t i = 0; i + 1 < p->count && err == OK; i++)
		for (size_t k = i + 1; k < p->count && err == OK; k++) {
			if (p->parts[k].gap)
				break;
			err = teach_classes(w, p->parts[i].class_id, p->parts[k].class_id);
			if (!p->parts[k].optional)
				break;
		}
	return err;
}

enum err words_teach_patterns(const struct words *w)
{
	enum err err = OK;

	for (uint32_t i = 0; i < w->class_count; i++)
		for (const struct pattern *p = w->patterns[i]; p && err == OK; p = p->next)
			err = teach_pattern(w, p);
	return err;
}

const struct pattern *words_patterns(const struct words *w, uint32_t class_id)
{
	return w->patterns[class_id];
}
