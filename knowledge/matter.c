/* matter.c - the phrases of acts.tsv are taken out of the topic. */
#include "knowledge/matter.h"

#include "knowledge/lexicon.h"
#include "knowledge/words_internal.h"

#include <string.h>

#define HITS_MAX 48
#define TERMS_MAX 128 /* syllables looked at: a longer message is a story, and keeps its own words */

static bool is_topic(const struct term *terms, const struct phrase_hit *hit)
{
	for (size_t i = hit->start; i < (size_t)hit->start + hit->length; i++)
		if (terms[i].role != TERM_FACET)
			return true;
	return false;
}

/* "mất hộ chiếu": the list names what was lost along with the loss. */
static size_t act_end(const struct term *terms, const struct phrase_hit *hit)
{
	return hit->start + (strcmp(terms[hit->start].syllable.folded, "mat") == 0 ? 1u : hit->length);
}

static void mark_acts(
	const struct words *w, const struct question *q, size_t count, bool *acts, uint32_t *ret_bits)
{
	struct syllable s[TERMS_MAX];
	struct phrase_hit hits[HITS_MAX];
	size_t n;

	for (size_t i = 0; i < count; i++)
		s[i] = q->terms[i].syllable;
	n = lexicon_phrases(words_lexicon(w), s, count, hits, HITS_MAX);
	for (size_t i = 0; i < n; i++) {
		if (hits[i].kind != PHRASE_ACT || !is_topic(q->terms, &hits[i]))
			continue;
		*ret_bits |= 1u << hits[i].id;
		for (size_t k = hits[i].start; k < act_end(q->terms, &hits[i]); k++)
			acts[k] = true;
	}
}

static const char *words_where(
	struct arena *a, const struct question *q, size_t count, const bool *acts, bool acting)
{
	const char *text = "";

	for (size_t i = 0; text && i < count; i++) {
		const struct syllable *s = &q->terms[i].syllable;

		if (acts[i] != acting || (!acting && q->terms[i].role != TERM_TOPIC))
			continue;
		text = arena_printf(a, "%s%s%s", text, *text ? " " : "", s->marked ? s->marked : s->folded);
	}
	return text;
}

enum err matter_of(
	const struct words *w, struct arena *a, const struct question *q, struct matter *ret_matter)
{
	size_t count = q->term_count < TERMS_MAX ? q->term_count : TERMS_MAX;
	bool acts[TERMS_MAX] = {false};
	struct matter m = {0};

	mark_acts(w, q, count, acts, &m.acts);
	m.thing = words_where(a, q, count, acts, false);
	m.acting = words_where(a, q, count, acts, true);
	if (!m.thing || !m.acting)
		return ERR_NOMEM;
	*ret_matter = m;
	return OK;
}
