/* facets.c - which things are asked about the procedure: fee, time, documents, …. Phrases are taken from the
 * left, the longest first; a phrase of facet "-" takes its words out of the game. */
#include "knowledge/spoken.h"

#include <string.h>

#define FACET_WORD(name, word) word,
static const char *const facet_words[] = {FACETS(FACET_WORD)};

const char *facet_word(enum facet facet)
{
	return (unsigned)facet < FACET_COUNT ? facet_words[facet] : NULL;
}

enum facet facet_from(const char *word)
{
	enum facet facet = 0;

	while (facet < FACET_COUNT && strcmp(facet_words[facet], word) != 0)
		facet++;
	return facet;
}

#define NEAR 3 /* syllables between a facet's noun and the question word that asks for it */

static bool what_follows(const struct spoken *s, size_t at)
{
	for (size_t i = at; i < s->count && i < at + NEAR; i++)
		if (s->flags[i] & SPOKEN_WHAT)
			return true;
	return false;
}

static bool facet_stands_before(const struct spoken *s, size_t at)
{
	for (size_t back = 1; back <= NEAR && back <= at; back++)
		if (s->flags[at - back] & SPOKEN_FACET)
			return true;
	return false;
}

/* The flag that the phrase at `at` leaves on its syllables; 0: it does not count here. */
static unsigned weigh(const struct spoken *s, const struct word_entry *e, size_t at)
{
	if (e->value == FACET_NONE)
		return SPOKEN_KEPT;
	if (e->kind == FACET_NAMES)
		return what_follows(s, at + e->length) ? SPOKEN_FACET : SPOKEN_NAME;
	if (e->kind == FACET_ELSE && facet_stands_before(s, at))
		return 0;
	return SPOKEN_FACET;
}

static bool nothing_else(const struct spoken *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->flags[i] & SPOKEN_KEPT || !(s->flags[i] & (SPOKEN_FACET | SPOKEN_NAME | SPOKEN_STOP |
									 SPOKEN_NUMBER | SPOKEN_LEANS)))
			return false;
	return true;
}

struct facets_asked spoken_facets(struct spoken *s)
{
	unsigned asked = 0, named = 0;
	bool only;

	for (size_t at = 0; at < s->count;) {
		const struct word_entry *e = spoken_longest(s, LIST_FACETS, at);
		unsigned flag = e ? weigh(s, e, at) : 0;
		size_t end = at + (e ? e->length : 1);

		for (const struct word_entry *same = e; same; same = same->next)
			if (same->list == LIST_FACETS && same->value != FACET_NONE &&
				spoken_fits(s, same, at)) {
				asked |= flag == SPOKEN_FACET ? 1U << same->value : 0;
				named |= flag == SPOKEN_NAME ? 1U << same->value : 0;
			}
		for (; at < end; at++)
			s->flags[at] |= flag;
	}
	only = nothing_else(s);
	if (only)
		asked |= named;
	return (struct facets_asked){asked, only && asked};
}
