/* kb_broad.c - "mới sinh", "giấy tờ đất": the message names an event or a field, and several records are meant equally. It
 * holds when nothing is said beyond such a phrase; one word more, and the search decides. */
#include "knowledge/kb_internal.h"

#include <string.h>

#define HITS 64

struct wording {
	struct syllable syllables[ASKED_MAX];
	bool said[ASKED_MAX]; /* explained by the line, by words that say nothing more, or no topic */
	size_t count;
	struct phrase_hit hits[HITS];
	size_t hit_count;
};

static void read_wording(const struct kb *kb, const struct question *q, struct wording *w)
{
	w->count = q->term_count < ASKED_MAX ? q->term_count : ASKED_MAX;
	for (size_t i = 0; i < w->count; i++)
		w->syllables[i] = q->terms[i].syllable;
	w->hit_count = lexicon_phrases(words_lexicon(kb->words), w->syllables, w->count, w->hits, HITS);
}

static void say_hit(struct wording *w, const struct phrase_hit *hit)
{
	for (size_t k = hit->start; k < (size_t)hit->start + hit->length; k++)
		w->said[k] = true;
}

static bool says_line(const struct phrase_hit *hit, uint16_t line)
{
	return hit->kind == PHRASE_BROAD && hit->id == line;
}

static bool is_within(const struct phrase_hit *inner, const struct phrase_hit *outer)
{
	return inner->start >= outer->start && inner->start + inner->length <= outer->start + outer->length;
}

/* Acts that the line's own phrases name. */
static uint32_t acts_of(const struct wording *w, uint16_t line)
{
	uint32_t acts = 0;

	for (size_t i = 0; i < w->hit_count; i++)
		for (size_t k = 0; w->hits[i].kind == PHRASE_ACT && k < w->hit_count; k++)
			if (says_line(&w->hits[k], line) && is_within(&w->hits[i], &w->hits[k]))
				acts |= 1u << w->hits[i].id;
	return acts;
}

/* Whether those words say nothing beyond the line: they fit any paper, or are its act in other words. */
static bool is_beside(const struct phrase_hit *hit, uint32_t acts)
{
	return hit->kind == PHRASE_ASIDE || (hit->kind == PHRASE_ACT && acts & 1u << hit->id);
}

/* Syllables the line explains; 0 when something else is said too. */
static size_t explained(struct wording *w, const struct question *q, uint16_t line)
{
	uint32_t acts = acts_of(w, line);
	size_t by_line = 0;

	memset(w->said, 0, sizeof w->said);
	for (size_t i = 0; i < w->hit_count; i++)
		if (says_line(&w->hits[i], line))
			say_hit(w, &w->hits[i]);
	for (size_t i = 0; i < w->count; i++)
		by_line += w->said[i];
	for (size_t i = 0; i < w->hit_count; i++)
		if (is_beside(&w->hits[i], acts))
			say_hit(w, &w->hits[i]);
	for (size_t i = 0; i < w->count; i++)
		if (!w->said[i] && q->terms[i].role == TERM_TOPIC)
			return 0;
	return by_line;
}

static bool document_find(const struct kb *kb, const char *id, size_t len,
	bool (*keep_cb)(void *arg, uint32_t document), void *arg, uint32_t *ret_document)
{
	for (uint32_t i = 0; i < kb->shelf->catalog.document_count; i++) {
		const struct doc *d = &kb->shelf->catalog.documents[i];

		if (strncmp(d->id, id, len) == 0 && !d->id[len] && keep_cb(arg, i) && !d->ended) {
			*ret_document = i;
			return true;
		}
	}
	return false;
}

size_t kb_broad(const struct kb *kb, const struct question *q, bool (*keep_cb)(void *arg, uint32_t document),
	void *arg, uint32_t *ret_documents, size_t room)
{
	struct wording w;
	size_t best = 0, count = 0;
	uint16_t line = 0;

	read_wording(kb, q, &w);
	for (size_t i = 0; i < w.hit_count; i++) {
		size_t by_line = w.hits[i].kind == PHRASE_BROAD ? explained(&w, q, w.hits[i].id) : 0;

		if (by_line > best) {
			best = by_line;
			line = w.hits[i].id;
		}
	}
	for (const char *id = best ? lexicon_broad(words_lexicon(kb->words), line) : "";
		*id && count < room;) {
		size_t len = strcspn(id, " ");

		count += document_find(kb, id, len, keep_cb, arg, &ret_documents[count]);
		id += len + (id[len] == ' ');
	}
	return count;
}
