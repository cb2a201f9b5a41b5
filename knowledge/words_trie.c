/* words_trie.c - phrases as paths of syllables, one trie for all lists. Fails for want of memory, or when a row has no
 * phrase, one that is too long, or one that was said before. */
#include "knowledge/words_trie.h"

#include "knowledge/fold.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define PHRASE_MAX 16 /* syllables of a phrase */

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

enum err row_refuse(const struct row *r, const char *what, const char *cell)
{
	return why_set(r->why, ERR_FORMAT, "%s:%zu: %s: \"%.60s\"", r->path, r->line, what, cell);
}

/* --- Syllables ------------------------------------------------------------------------------------------ */

static const struct known *known_find(const struct words *w, const char *folded)
{
	struct map_node *n = map_first(&w->syllables, map_hash_string(0, folded));

	for (; n; n = map_next(n)) {
		const struct known *k = OWNER_OF(n, struct known, node);

		if (strcmp(k->folded, folded) == 0)
			return k;
	}
	return NULL;
}

uint32_t words_syllable(const struct words *w, const char *folded)
{
	const struct known *k = known_find(w, folded);

	return k ? k->id : 0;
}

enum err row_syllable(struct row *r, const char *folded, uint32_t *ret_id)
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

/* The folded form is kept once for all lists. */
static enum err syllable_fill(struct row *r, const struct fold_syllable *s, struct syllable *ret_syllable)
{
	struct arena *a = &r->words->arena;
	uint32_t id;
	enum err err = row_syllable(r, s->plain, &id);

	if (err != OK)
		return err;
	ret_syllable->folded = known_find(r->words, s->plain)->folded;
	ret_syllable->marked =
		strcmp(s->plain, s->marked) == 0 ? ret_syllable->folded : arena_string(a, s->marked);
	return ret_syllable->marked ? OK : ERR_NOMEM;
}

enum err row_syllables(
	struct row *r, const char *text, size_t len, const struct syllable **ret_phrase, size_t *ret_length)
{
	struct syllable phrase[PHRASE_MAX] = {{0}}, *kept;
	struct fold_syllable s;
	struct fold fold;
	size_t n = 0;

	fold_init(&fold, text, len);
	while (fold_next(&fold, &s)) {
		enum err err = n == PHRASE_MAX ? row_refuse(r, "phrase is too long", text)
					       : syllable_fill(r, &s, &phrase[n++]);

		if (err != OK)
			return err;
	}
	if (!n)
		return row_refuse(r, "a phrase is missing", text);
	kept = arena_array(&r->words->arena, n, sizeof *kept);
	if (!kept)
		return ERR_NOMEM;
	memcpy(kept, phrase, n * sizeof *kept);
	*ret_phrase = kept;
	*ret_length = n;
	return OK;
}

enum err row_phrase(struct row *r, const char *text, size_t len)
{
	return row_syllables(r, text, len, &r->entry->phrase, &r->entry->length);
}

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

enum err words_root(struct words *w)
{
	uint32_t root;

	return node_new(w, &root);
}

static enum err walk_or_grow(struct row *r, uint32_t *ret_node)
{
	uint32_t node = 0, id, next;

	for (size_t i = 0; i < r->entry->length; i++) {
		enum err err = row_syllable(r, r->entry->phrase[i].folded, &id);

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

static bool same_meaning(const struct word_entry *a, const struct word_entry *b)
{
	return a->list == b->list && a->value == b->value && a->kind == b->kind && a->group == b->group &&
	       a->with == b->with && a->unless == b->unless;
}

enum err row_hang(struct row *r)
{
	const struct word_entry **at;
	uint32_t node;
	enum err err = walk_or_grow(r, &node);

	if (err != OK)
		return err;
	at = &r->words->entries[node];
	for (; *at; at = (const struct word_entry **)&(*at)->next)
		if ((*at)->list < LIST_TEENCODE && same_meaning(*at, r->entry) && same_phrase(*at, r->entry))
			return row_refuse(r, "said twice", r->cells[0]);
	*at = r->entry;
	return OK;
}

/* --- Looking up ------------------------------------------------------------------------------------- */

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
