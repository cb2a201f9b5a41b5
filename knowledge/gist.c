/* gist.c - of overlapping names the longest counts; its syllables are then no words any more. */
#include "knowledge/gist.h"

#include "knowledge/lexicon.h"
#include "knowledge/numbers.h"
#include "knowledge/words_internal.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TERMS_MAX = 192, HITS_MAX = 96 };

#define NAME_WEIGHT 7.0F /* about two rare syllables */
#define ACT_SHARE 0.5F   /* of its weight that a word of an act keeps: acts are compared by themselves */
#define COMMON_COUNT                                                                                         \
	400000.0 /* a syllable counted so often would weigh nothing; the commonest are counted 75,000 times */
#define WEIGHT_MIN 0.5
#define WEIGHT_MAX 7.0 /* also of what no list knows: a name, a slip */

struct reading {
	struct syllable syllables[TERMS_MAX];
	bool named[TERMS_MAX], acting[TERMS_MAX];
	struct phrase_hit hits[HITS_MAX];
	size_t count, hit_count;
};

static int by_length(const void *a, const void *b)
{
	const struct phrase_hit *x = a, *y = b;

	if (x->length != y->length)
		return x->length < y->length ? 1 : -1;
	return x->start != y->start ? (x->start < y->start ? -1 : 1) : (int)x->id - (int)y->id;
}

static void word_add(struct gist *g, uint64_t key, float weight)
{
	uint32_t short_key = (uint32_t)(key ^ key >> 32);
	size_t least = 0;

	for (size_t i = 0; i < g->word_count; i++) {
		if (g->words[i].key == short_key)
			return;
		if (g->words[i].weight < g->words[least].weight)
			least = i;
	}
	if (g->word_count < GIST_WORDS)
		g->words[g->word_count++] = (struct gist_word){short_key, weight};
	else if (weight > g->words[least].weight)
		g->words[least] = (struct gist_word){short_key, weight};
}

static bool is_free(const struct reading *r, const struct phrase_hit *hit)
{
	for (size_t i = hit->start; i < (size_t)hit->start + hit->length; i++)
		if (r->named[i])
			return false;
	return true;
}

static void name_add(struct reading *r, const struct phrase_hit *hit, struct gist *g)
{
	char key[16] = {'='};
	size_t at = g->name_count;

	memcpy(key + 1, &hit->id, sizeof hit->id);
	word_add(g, numbers_key(key, 1 + sizeof hit->id), NAME_WEIGHT);
	memset(r->named + hit->start, true, hit->length);
	for (size_t i = 0; i < g->name_count; i++)
		if (g->names[i] == hit->id)
			return;
	if (g->name_count == GIST_NAMES)
		return;
	for (; at > 0 && g->names[at - 1] > hit->id; at--)
		g->names[at] = g->names[at - 1];
	g->names[at] = hit->id;
	g->name_count++;
}

static void phrases_read(struct reading *r, struct gist *g)
{
	for (size_t i = 0; i < r->hit_count; i++) {
		const struct phrase_hit *hit = &r->hits[i];

		if (hit->kind == PHRASE_SYNONYM && is_free(r, hit))
			name_add(r, hit, g);
		else if (hit->kind == PHRASE_ACT) {
			g->acts |= 1U << hit->id;
			memset(r->acting + hit->start, true, hit->length);
		} else if (hit->kind == PHRASE_VARIANT)
			g->variants |= 1U << hit->id;
	}
}

static float weight_of(const struct lexicon *l, const char *syllable)
{
	uint32_t count = lexicon_count(l, syllable);
	double weight = count ? log(COMMON_COUNT / count) : WEIGHT_MAX;

	return (float)fmin(WEIGHT_MAX, fmax(WEIGHT_MIN, weight));
}

static void words_read(const struct lexicon *l, const struct reading *r, const struct question *q, bool topic,
	struct gist *g)
{
	for (size_t i = 0; i < r->count; i++) {
		const char *word = r->syllables[i].folded;

		if (r->named[i] || isdigit((unsigned char)word[0]) ||
			(topic && q->terms[i].role != TERM_TOPIC))
			continue;
		word_add(g, numbers_key(word, strlen(word)),
			weight_of(l, word) * (r->acting[i] ? ACT_SHARE : 1));
	}
}

static int by_key(const void *a, const void *b)
{
	const struct gist_word *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

static void words_measure(struct gist *g)
{
	float sum = 0;

	for (size_t i = 0; i < g->word_count; i++)
		sum += g->words[i].weight * g->words[i].weight;
	for (size_t i = 0; i < g->word_count; i++)
		g->words[i].weight /= sqrtf(sum);
	qsort(g->words, g->word_count, sizeof *g->words, by_key);
}

void gist_of(const struct words *w, const struct question *q, struct gist *ret_gist)
{
	const struct lexicon *l = words_lexicon(w);
	struct reading r = {.count = q->term_count < TERMS_MAX ? q->term_count : TERMS_MAX};
	struct gist g = {0};

	for (size_t i = 0; i < r.count; i++)
		r.syllables[i] = q->terms[i].syllable;
	r.hit_count = lexicon_phrases(l, r.syllables, r.count, r.hits, HITS_MAX);
	qsort(r.hits, r.hit_count, sizeof *r.hits, by_length);
	phrases_read(&r, &g);
	words_read(l, &r, q, true, &g);
	if (!g.word_count)
		words_read(l, &r, q, false, &g);
	if (!g.word_count)
		word_add(&g, numbers_key("", 0), NAME_WEIGHT);
	words_measure(&g);
	*ret_gist = g;
}

float gist_words_shared(const struct gist *a, const struct gist *b)
{
	float sum = 0;
	size_t i = 0, k = 0;

	while (i < a->word_count && k < b->word_count) {
		if (a->words[i].key == b->words[k].key)
			sum += a->words[i++].weight * b->words[k++].weight;
		else if (a->words[i].key < b->words[k].key)
			i++;
		else
			k++;
	}
	return sum;
}

void gist_names_compare(const struct gist *a, const struct gist *b, unsigned *ret_both, unsigned *ret_one)
{
	unsigned both = 0;
	size_t i = 0, k = 0;

	while (i < a->name_count && k < b->name_count) {
		if (a->names[i] == b->names[k]) {
			both++;
			i++;
			k++;
		} else if (a->names[i] < b->names[k])
			i++;
		else
			k++;
	}
	*ret_both = both;
	*ret_one = a->name_count + b->name_count - 2 * both;
}
