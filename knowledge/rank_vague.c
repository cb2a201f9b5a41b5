/* rank_vague.c - whether a message leaves it open what is meant: how the candidates' chances fall on different matters, and
 * how much of each was said. Candidates come best first; nothing here fails. */
#include "knowledge/rank.h"

#include <math.h>
#include <string.h>

enum { LOOKED_AT = 12 }; /* candidates behind these have no chance worth counting */
static const float same_name =
	0.75f; /* share of two names' mass from which on they name one thing: provinces' own versions */
static const float as_well = 0.95f; /* share of what the first covers that a rival covers too */

#define VAGUE_NAME(name) "vague_" #name,
static const float enough =
	0.75f; /* share of what the first covers that a candidate with the act said covers */
static const float named = 0.95f; /* share of its title that who says it means it */

const char *const vague_names[VAGUE_COUNT] = {VAGUES(VAGUE_NAME)};

static const struct text *name_of(const struct ranker *r, const struct candidate *c)
{
	return &r->index->texts[r->index->documents[c->document].text];
}

static void places_mark(struct ranker *r, const struct text *t, uint16_t mark)
{
	for (uint32_t i = t->first; i < t->first + t->count; i++)
		r->place[r->index->syllables[i].token] = mark;
}

/* Share of their syllables' mass that two names have in common. */
static float names_alike(struct ranker *r, const struct text *one, const struct text *other)
{
	const struct catalog *ix = r->index;
	float mass = 0, common = 0;

	places_mark(r, one, 1);
	for (uint32_t i = one->first; i < one->first + one->count; i++)
		mass += ix->idf[ix->syllables[i].token];
	for (uint32_t i = other->first; i < other->first + other->count; i++) {
		float idf = ix->idf[ix->syllables[i].token];

		mass += idf;
		common += r->place[ix->syllables[i].token] ? 2 * idf : 0;
	}
	places_mark(r, one, 0);
	return mass > 0 ? common / mass : 1;
}

bool rank_same_matter(struct ranker *r, const struct candidate *one, const struct candidate *other)
{
	const struct text *a = name_of(r, one), *b = name_of(r, other);

	if (strcmp(r->index->documents[one->document].title, r->index->documents[other->document].title) == 0)
		return true;
	return a->acts == b->acts && a->variants == b->variants && names_alike(r, a, b) >= same_name;
}

size_t rank_act_elsewhere(
	const struct ranker *r, const struct asked *q, const struct candidate *candidates, size_t count)
{
	uint32_t said = count && !(q->acts & name_of(r, candidates)->acts) ? q->acts : 0;

	for (size_t i = 1; said && i < count; i++)
		if (name_of(r, &candidates[i])->acts & said &&
			candidates[i].features[FEATURE_bag_question] >=
				candidates->features[FEATURE_bag_question] * enough)
			return i;
	return 0;
}

void rank_matters(struct ranker *r, struct candidate *candidates, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t k = 0;

		while (k < i && k < LOOKED_AT && i < LOOKED_AT &&
			!(candidates[k].matter == k && rank_same_matter(r, &candidates[k], &candidates[i])))
			k++;
		candidates[i].matter = (uint8_t)(i < LOOKED_AT ? k : i);
	}
}

struct matters {
	float share[LOOKED_AT]; /* of the candidates' exp(score), at the place of each matter's first */
	size_t count;
};

static void matters_find(const struct candidate *candidates, size_t count, struct matters *m)
{
	float sum = 0;

	*m = (struct matters){.count = count < LOOKED_AT ? count : LOOKED_AT};
	for (size_t i = 0; i < count; i++)
		sum += expf(candidates[i].score - candidates[0].score);
	for (size_t i = 0; i < m->count; i++)
		m->share[candidates[i].matter] += expf(candidates[i].score - candidates[0].score) / sum;
}

static void vague_by_chances(const struct candidate *candidates, const struct matters *m, float *x)
{
	for (size_t i = 0; i < m->count; i++) {
		float p = m->share[i];

		x[VAGUE_entropy] -= p > 0 ? p * logf(p) : 0;
		x[VAGUE_matters] += p >= 0.05f ? 1.0f / LOOKED_AT : 0;
		if (i > 0)
			x[VAGUE_second] = fmaxf(x[VAGUE_second], p);
	}
	x[VAGUE_share] = m->share[0];
	x[VAGUE_lead] = 3;
	for (size_t i = m->count; i-- > 1;)
		if (candidates[i].matter)
			x[VAGUE_lead] = fminf(3, candidates->score - candidates[i].score);
}

/* 0 for none, 1 for as many as there can be. */
static float many(float n)
{
	return log2f(1 + n) / log2f(1 + (float)CANDIDATES_MAX);
}

/* How much a record is asked for, as far as popular.tsv and the ways of asking tell. */
static float asked_for(const struct ranker *r, const struct candidate *c)
{
	static const float by_rank[] = {1, 3, 9};
	unsigned rank = r->index->documents[c->document].popular;

	if (rank == 0 && c->features[FEATURE_has_asks] == 0)
		return 0.3f;
	return by_rank[rank < 2 ? rank : 2];
}

/* Others that cover what was said as well as the first does, by what they have beyond it. */
static void vague_by_rivals(struct ranker *r, const struct candidate *candidates, size_t count, float *x)
{
	const float *first = candidates->features;
	float plain = 0, act = 0, variant = 0, asked = 0, usual = asked_for(r, candidates), all = usual;

	for (size_t i = 1; i < count; i++) {
		const float *f = candidates[i].features;

		if (f[FEATURE_bag_question] < first[FEATURE_bag_question] * as_well ||
			candidates[i].matter == candidates->matter)
			continue;
		all += asked_for(r, &candidates[i]);
		asked += f[FEATURE_has_asks];
		x[VAGUE_rival_text] = fmaxf(x[VAGUE_rival_text], f[FEATURE_best_fit]);
		x[VAGUE_rival_title] = fmaxf(x[VAGUE_rival_title], f[FEATURE_title_text]);
		x[VAGUE_rival_whole] = fmaxf(x[VAGUE_rival_whole], f[FEATURE_whole_fit]);
		x[VAGUE_rival_popular] = fmaxf(x[VAGUE_rival_popular], f[FEATURE_popular]);
		if (f[FEATURE_variant_extra] > first[FEATURE_variant_extra])
			variant++;
		else if (f[FEATURE_act_extra] > first[FEATURE_act_extra])
			act++;
		else
			plain++;
	}
	x[VAGUE_usual] = usual / all;
	x[VAGUE_rivals_plain] = many(plain);
	x[VAGUE_rivals_act] = many(act);
	x[VAGUE_rivals_variant] = many(variant);
	x[VAGUE_rivals_asked] = many(asked);
}

static void vague_by_words(const struct asked *q, const struct candidate *first, float *x)
{
	float said = 0;

	for (size_t i = 0; i < q->count; i++)
		said += q->terms[i].mass >= 1.5f; /* a syllable that says something of the matter */
	x[VAGUE_words] = fminf(1, said / 12);
	x[VAGUE_few] = said <= 3 ? 1.0f - said / 4 : 0;
	x[VAGUE_mass] = fminf(1, q->mass / 60);
	x[VAGUE_no_act] = q->acts ? 0 : 1;
	x[VAGUE_text] = first->features[FEATURE_best_text];
	x[VAGUE_question] = first->features[FEATURE_best_question];
	x[VAGUE_fit] = first->features[FEATURE_best_fit];
	x[VAGUE_second_fit] = first->features[FEATURE_second_fit];
	x[VAGUE_bag] = first->features[FEATURE_bag_question];
	x[VAGUE_title] = first->features[FEATURE_title_text];
	x[VAGUE_popular] = first->features[FEATURE_popular];
	x[VAGUE_act_extra] = first->features[FEATURE_act_extra];
	x[VAGUE_variant_extra] = first->features[FEATURE_variant_extra];
	x[VAGUE_whole_fit] = first->features[FEATURE_whole_fit];
	x[VAGUE_whole_text] = first->features[FEATURE_whole_text];
	x[VAGUE_name_text] = first->features[FEATURE_name_text];
	x[VAGUE_name_fit] = first->features[FEATURE_name_fit];
	x[VAGUE_act_extra] = first->features[FEATURE_act_extra];
	x[VAGUE_act] = first->features[FEATURE_act_agrees];
	x[VAGUE_variant_extra] = first->features[FEATURE_variant_extra];
	x[VAGUE_named] = first->features[FEATURE_title_text] >= named ? 1 : 0;
}

bool rank_vagueness(struct ranker *r, const struct asked *q, const struct candidate *candidates, size_t count,
	float *ret_vague)
{
	struct uncovered u;
	struct matters m;

	memset(ret_vague, 0, VAGUE_COUNT * sizeof *ret_vague);
	if (count == 0)
		return false;
	matters_find(candidates, count, &m);
	vague_by_chances(candidates, &m, ret_vague);
	vague_by_rivals(r, candidates, count, ret_vague);
	vague_by_words(q, candidates, ret_vague);
	rank_uncovered(q, candidates, count, &u);
	ret_vague[VAGUE_elsewhere] = u.elsewhere;
	ret_vague[VAGUE_unknown] = u.unknown;
	ret_vague[VAGUE_missed] = u.telling;
	ret_vague[VAGUE_act_else] = rank_act_elsewhere(r, q, candidates, count) ? 1 : 0;
	return true;
}

double rank_vague(const struct rank_weights *w, struct ranker *r, const struct asked *q,
	const struct candidate *candidates, size_t count)
{
	float x[VAGUE_COUNT], sum = w->vague_bias;

	if (!rank_vagueness(r, q, candidates, count, x))
		return 0;
	for (size_t i = 0; i < VAGUE_COUNT; i++)
		sum += w->vague[i] * x[i];
	return 1 / (1 + exp(-(double)sum));
}
