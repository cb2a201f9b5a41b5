#include "knowledge/query.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A pair that no name and no way of asking has may well be in a body, and is rare there. */
static float rarity(const struct catalog *c, uint32_t token)
{
	return token ? c->idf[token] : logf((float)c->document_count + 1);
}

static bool is_asked_already(const struct query_term *terms, size_t count, const char *match)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(terms[i].match, match) == 0)
			return true;
	return false;
}

/* Keeps the rarest, rarest first. */
static size_t keep(struct query_term *terms, size_t count, const struct query_term *new)
{
	size_t at = count;

	if (is_asked_already(terms, count, new->match))
		return count;
	while (at > 0 && terms[at - 1].weight < new->weight)
		at--;
	if (at == QUERY_TERMS_MAX)
		return count;
	if (count == QUERY_TERMS_MAX)
		count--;
	memmove(&terms[at + 1], &terms[at], (count - at) * sizeof *terms);
	terms[at] = *new;
	return count + 1;
}

static bool is_topic(const struct term *t)
{
	return t->role == TERM_TOPIC && t->syllable.folded[0];
}

static size_t pairs(const struct catalog *c, const struct question *q, struct query_term *terms)
{
	struct query_term new;
	size_t count = 0;

	for (size_t i = 1; i < q->term_count; i++) {
		const char *first = q->terms[i - 1].syllable.folded, *second = q->terms[i].syllable.folded;
		int len;

		if (!is_topic(&q->terms[i - 1]) || !is_topic(&q->terms[i]))
			continue;
		len = snprintf(new.match, sizeof new.match, "body : \"%s_%s\"", first, second);
		new.weight = rarity(c, catalog_pair(c, first, second));
		if (len > 0 && (size_t)len < sizeof new.match)
			count = keep(terms, count, &new);
	}
	return count;
}

static size_t singles(const struct catalog *c, const struct question *q, struct query_term *terms)
{
	struct query_term new;
	size_t count = 0;

	for (size_t i = 0; i < q->term_count; i++) {
		const char *word = q->terms[i].syllable.folded;
		int len = snprintf(new.match, sizeof new.match, "body : \"%s\"", word);

		new.weight = rarity(c, catalog_token(c, word));
		if (is_topic(&q->terms[i]) && len > 0 && (size_t)len < sizeof new.match)
			count = keep(terms, count, &new);
	}
	return count;
}

size_t query_terms(const struct catalog *c, const struct question *q, struct query_term *ret_terms)
{
	size_t count = pairs(c, q, ret_terms);

	return count ? count : singles(c, q, ret_terms);
}
