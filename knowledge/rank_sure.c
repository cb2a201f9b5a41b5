/* rank_sure.c - what the first candidate has before the others, and what it leaves unsaid, as features; weighed, they are the
 * chance that it is meant. Candidates come best first, their matters set; nothing here fails. */
#include "knowledge/rank.h"

#include <math.h>
#include <string.h>

#define SURE_NAME(name) #name,
const char *const sure_names[SURE_COUNT] = {SURES(SURE_NAME)};

static const float as_well = 0.95f; /* share of what the first covers that a rival covers too */
static const float telling = 6;     /* mass of a syllable that few records have */
static const float nearly = 1.5f;   /* score behind the first that is nearly its score */

/* 0 for none, 1 for as many as there can be. */
static float many(size_t n)
{
	return log2f(1 + (float)n) / log2f(1 + (float)CANDIDATES_MAX);
}

static void by_rivals(const struct candidate *candidates, size_t count, float *x)
{
	const struct candidate *first = candidates;
	size_t rivals = 0, near = 0;

	for (size_t i = 1; i < count; i++) {
		rivals += candidates[i].features[FEATURE_bag_question] >=
			  first->features[FEATURE_bag_question] * as_well;
		near += candidates[i].score >= first->score - nearly;
	}
	x[RANK_sure_rivals] = many(rivals);
	x[RANK_sure_near] = many(near);
}

static void by_chances(const struct candidate *candidates, size_t count, float *x)
{
	const struct candidate *first = candidates;
	float sum = 0, matter = 0;
	size_t other = 1;

	for (size_t i = 0; i < count; i++) {
		float chance = expf(candidates[i].score - first->score);

		sum += chance;
		matter += candidates[i].matter == first->matter ? chance : 0;
	}
	while (other < count && candidates[other].matter == first->matter)
		other++;
	x[RANK_sure_share] = 1 / sum;
	x[RANK_sure_matter] = matter / sum;
	x[RANK_sure_lead] = fminf(3, count > 1 ? first->score - candidates[1].score : 3);
	x[RANK_sure_matter_lead] = fminf(3, other < count ? first->score - candidates[other].score : 3);
}

void rank_uncovered(const struct asked *q, const struct candidate *candidates, size_t count,
	struct uncovered *ret_uncovered)
{
	uint64_t said[ASKED_MAX / 64] = {0};
	struct uncovered u = {0};
	float mass = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < ASKED_MAX / 64; k++)
			said[k] |= candidates[i].covers[k];
	for (size_t i = 0; i < q->count; i++) {
		uint64_t bit = 1ull << i % 64;

		if (q->terms[i].number)
			continue;
		mass += q->terms[i].mass;
		if (!(said[i / 64] & bit)) {
			u.unknown += q->terms[i].mass;
		} else if (!(candidates->covers[i / 64] & bit)) {
			u.elsewhere += q->terms[i].mass;
			u.telling = fmaxf(u.telling, fminf(1, q->terms[i].mass / telling));
		}
	}
	u.elsewhere = mass > 0 ? u.elsewhere / mass : 0;
	u.unknown = mass > 0 ? u.unknown / mass : 0;
	*ret_uncovered = u;
}

static void by_uncovered(const struct asked *q, const struct candidate *candidates, size_t count, float *x)
{
	struct uncovered u;

	rank_uncovered(q, candidates, count, &u);
	x[RANK_sure_elsewhere] = u.elsewhere;
	x[RANK_sure_unknown] = u.unknown;
	x[RANK_sure_missed] = u.telling;
}

static void by_words(const struct ranker *r, const struct asked *q, const struct candidate *first, float *x)
{
	const struct text *name = &r->index->texts[r->index->documents[first->document].text];
	size_t said = 0;

	for (size_t i = 0; i < q->count; i++)
		said += q->terms[i].mass >= 1.5f; /* a syllable that says something of the matter */
	x[RANK_sure_words] = fminf(1, (float)said / 24);
	x[RANK_sure_mass] = fminf(1, q->mass / 60);
	x[RANK_sure_facet] = q->facet ? 1 : 0;
	x[RANK_sure_act_missing] = q->acts && !(q->acts & name->acts) ? 1 : 0;
	x[RANK_sure_variant_missing] = q->variants & ~name->variants ? 1 : 0;
}

static void by_fit(const float *f, float *x)
{
	x[RANK_sure_question] = f[FEATURE_best_question];
	x[RANK_sure_text] = f[FEATURE_best_text];
	x[RANK_sure_bag] = f[FEATURE_bag_question];
	x[RANK_sure_name] = f[FEATURE_name_fit];
	x[RANK_sure_name_text] = f[FEATURE_name_text];
	x[RANK_sure_second] = f[FEATURE_second_fit];
	x[RANK_sure_popular] = f[FEATURE_popular];
	x[RANK_sure_act] = f[FEATURE_act_agrees];
	x[RANK_sure_act_extra] = f[FEATURE_act_extra];
	x[RANK_sure_variant_extra] = f[FEATURE_variant_extra];
	x[RANK_sure_whole_fit] = f[FEATURE_whole_fit];
	x[RANK_sure_whole_text] = f[FEATURE_whole_text];
	x[RANK_sure_title] = f[FEATURE_title_text];
}

void rank_sureness(const struct ranker *r, const struct asked *q, const struct candidate *candidates,
	size_t count, float *ret_sure)
{
	memset(ret_sure, 0, SURE_COUNT * sizeof *ret_sure);
	if (count == 0)
		return;
	by_chances(candidates, count, ret_sure);
	by_rivals(candidates, count, ret_sure);
	by_words(r, q, candidates, ret_sure);
	by_fit(candidates->features, ret_sure);
	by_uncovered(q, candidates, count, ret_sure);
	ret_sure[RANK_sure_act_else] = rank_act_elsewhere(r, q, candidates, count) ? 1 : 0;
}

double rank_confidence(const struct rank_weights *w, const struct ranker *r, const struct asked *q,
	const struct candidate *candidates, size_t count)
{
	float sure[SURE_COUNT], sum = w->sure_bias;

	if (count == 0)
		return 0;
	rank_sureness(r, q, candidates, count, sure);
	for (size_t i = 0; i < SURE_COUNT; i++)
		sum += w->sure[i] * sure[i];
	return 1 / (1 + exp(-(double)sum));
}
