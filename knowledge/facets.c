/* facets.c - which things are asked about the procedure: fee, time, documents, …. Phrases and patterns are taken from the
 * left, the longest first; a phrase of facet "-" takes its words out of the game. */
#include "knowledge/pattern.h"

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
	switch ((enum facet_strength)e->kind) {
	case FACET_ASKS: break;
	case FACET_NAMES: return what_follows(s, at + e->length) ? SPOKEN_FACET : SPOKEN_NAME;
	case FACET_ELSE: return facet_stands_before(s, at) ? 0 : SPOKEN_FACET;
	case FACET_LAST: return 0;
	case FACET_HOW: break;
	}
	return SPOKEN_FACET;
}

/* "nộp lệ phí trước bạ": "nộp lệ phí" is cut through by a name that begins inside it. */
static bool is_cut(const struct spoken *s, size_t at, size_t end)
{
	for (size_t i = at + 1; i < end; i++) {
		const struct word_entry *e = spoken_longest(s, LIST_FACETS, i);

		if (e && e->value == FACET_NONE && i + e->length > end)
			return true;
	}
	return false;
}

static bool is_taken(const struct spoken *s, size_t at, size_t end)
{
	for (; at < end; at++)
		if (s->flags[at] & (SPOKEN_FACET | SPOKEN_KEPT))
			return true;
	return false;
}

/* The longest phrase at `at` that counts; NULL: none. */
static const struct word_entry *phrase_at(const struct spoken *s, size_t at)
{
	const struct word_entry *e = spoken_longest(s, LIST_FACETS, at);

	if (!e || is_taken(s, at, at + e->length))
		return NULL;
	return e->value != FACET_NONE && is_cut(s, at, at + e->length) ? NULL : e;
}

/* --- Patterns: the one that covers most words, and others that cover the same ------------------------- */

#define PATTERNS_AT_ONCE 4

struct patterns {
	const struct spoken *s;
	struct pattern_found items[PATTERNS_AT_ONCE];
	size_t count, covers;
};

static bool covers(const struct pattern_found *found, size_t syllable)
{
	for (size_t i = 0; i < found->count; i++)
		if (syllable >= found->parts[i].start && syllable < found->parts[i].end)
			return true;
	return false;
}

/* A name reaches into the pattern and out of it. */
static bool pattern_is_cut(const struct spoken *s, const struct pattern_found *found)
{
	for (size_t at = found->parts[0].start; at < found->parts[found->count - 1].end; at++) {
		const struct word_entry *e = spoken_longest(s, LIST_FACETS, at);
		size_t inside = 0;

		if (!e || e->value != FACET_NONE)
			continue;
		for (size_t i = at; i < at + e->length; i++)
			inside += covers(found, i);
		if (inside && inside < e->length)
			return true;
	}
	return false;
}

static void pattern_weigh(void *arg, const struct pattern_found *found)
{
	struct patterns *p = arg;
	size_t size = pattern_covers(found);

	if (size < p->covers)
		return;
	for (size_t i = 0; i < found->count; i++)
		if (is_taken(p->s, found->parts[i].start, found->parts[i].end))
			return;
	if (found->entry->value != FACET_NONE && pattern_is_cut(p->s, found))
		return;
	if (size > p->covers)
		p->count = 0;
	p->covers = size;
	if (p->count < PATTERNS_AT_ONCE)
		p->items[p->count++] = *found;
}

struct tally {
	unsigned asked, last; /* bits */
	bool how;
};

/* All facets that the longest phrase at `at` stands for. */
static unsigned bits_of(const struct spoken *s, const struct word_entry *e, size_t at, bool last)
{
	unsigned bits = 0;

	for (; e; e = e->next)
		if (e->list == LIST_FACETS && e->value != FACET_NONE && (e->kind == FACET_LAST) == last &&
			spoken_fits(s, e, at))
			bits |= 1U << e->value;
	return bits;
}

static void take_pattern(struct spoken *s, const struct pattern_found *found, struct tally *t)
{
	const struct word_entry *e = found->entry;
	unsigned flag = weigh(s, e, found->parts[0].start);

	if (e->value != FACET_NONE && e->kind == FACET_LAST)
		t->last |= 1U << e->value;
	else if (flag == SPOKEN_FACET)
		t->asked |= 1U << e->value;
	t->how |= flag == SPOKEN_FACET && e->kind == FACET_HOW;
	for (size_t part = 0; part < found->count; part++)
		for (size_t i = found->parts[part].start; i < found->parts[part].end; i++)
			s->flags[i] |= flag;
}

/* Takes the phrase; returns the first syllable behind it. */
static size_t take_phrase(struct spoken *s, const struct word_entry *e, size_t at, struct tally *t)
{
	unsigned flag = weigh(s, e, at);
	size_t end = at + e->length;

	t->asked |= flag == SPOKEN_FACET ? bits_of(s, e, at, false) : 0;
	t->last |= bits_of(s, e, at, true);
	t->how |= flag == SPOKEN_FACET && e->kind == FACET_HOW;
	for (; at < end; at++)
		s->flags[at] |= flag;
	return end;
}

static struct tally take_phrases(struct spoken *s)
{
	struct tally t = {0};

	for (size_t at = 0; at < s->count;) {
		const struct word_entry *e = phrase_at(s, at);
		struct patterns p = {.s = s, .covers = e ? e->length + 1 : 0};

		pattern_each(s, LIST_FACETS, at, pattern_weigh, &p);
		for (size_t i = 0; i < p.count; i++)
			take_pattern(s, &p.items[i], &t);
		at = p.count ? p.items[0].parts[0].end : e ? take_phrase(s, e, at, &t) : at + 1;
	}
	return t;
}

/* "lệ phí, thời hạn và nộp ở đâu", "phí khai sinh": a noun asks when it begins the message or stands in a row of facets. */
static bool asks_by_place(const struct spoken *s, size_t at, size_t end)
{
	size_t lead = 0;

	while (lead < at && s->flags[lead] & SPOKEN_STOP)
		lead++;
	if (lead == at)
		return true;
	for (size_t i = end; i < s->count && i <= end + 1; i++)
		if (s->flags[i] & (SPOKEN_FACET | SPOKEN_NAME))
			return true;
	return (at >= 1 && s->flags[at - 1] & SPOKEN_FACET) || (at >= 2 && s->flags[at - 2] & SPOKEN_FACET);
}

static unsigned take_names(struct spoken *s, bool all)
{
	unsigned asked = 0;

	for (size_t at = 0; at < s->count; at++) {
		const struct word_entry *e =
			s->flags[at] & SPOKEN_NAME ? spoken_longest(s, LIST_FACETS, at) : NULL;
		size_t end = at + (e ? e->length : 1);

		if (e && (all || asks_by_place(s, at, end))) {
			asked |= bits_of(s, e, at, false);
			for (size_t i = at; i < end; i++)
				s->flags[i] = (s->flags[i] & ~SPOKEN_NAME) | SPOKEN_FACET;
		}
		at = end - 1;
	}
	return asked;
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
	struct tally t = take_phrases(s);
	bool only = nothing_else(s), weak;

	t.asked |= take_names(s, only);
	weak = !t.asked && t.last;
	if (weak)
		t.asked = t.last;
	return (struct facets_asked){.bits = t.asked,
		.only = only && t.asked,
		.weak = weak,
		.how = t.how || (weak && t.last >> FACET_STEPS & 1)};
}
