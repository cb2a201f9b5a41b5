/* rank.c - BM25 over all short texts of a record picks the candidates; then each candidate's texts are laid
 * against the question, both ways, and the features are weighed. Nothing here fails but for memory. */
#include "knowledge/rank.h"

#include "daemon/base/share.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FEATURE_NAME(name) #name,
const char *const feature_names[FEATURE_COUNT] = {FEATURES(FEATURE_NAME)};
const char *const sure_names[SURE_COUNT] = {SURES(FEATURE_NAME)};

/* Shares of a syllable's idf that count as its mass. */
static const float role_mass[] = {[TERM_TOPIC] = 1, [TERM_FACET] = 0.2f, [TERM_FILLER] = 0};
static const float pair_share = 0.7f;
static const double k1 = 1.2, b = 0.5;

enum err ranker_init(struct ranker *r, const struct catalog *ix)
{
	*r = (struct ranker){.index = ix};
	r->bm25 = calloc(ix->document_count + 1, sizeof *r->bm25);
	r->touched = calloc(ix->document_count + 1, sizeof *r->touched);
	r->place = calloc(ix->tokens.count + 2, sizeof *r->place);
	r->pair_place = calloc(ix->tokens.count + 2, sizeof *r->pair_place);
	if (r->bm25 && r->touched && r->place && r->pair_place)
		return OK;
	ranker_release(r);
	return ERR_NOMEM;
}

void ranker_release(struct ranker *r)
{
	free(r->bm25);
	free(r->touched);
	free(r->place);
	free(r->pair_place);
	*r = (struct ranker){0};
}

static void ask_synonyms(const struct catalog *ix, const struct term *terms, size_t count, struct asked *q)
{
	struct syllable s[ASKED_MAX];
	struct phrase_hit hits[48];
	size_t n;

	for (size_t i = 0; i < count; i++)
		s[i] = terms[i].syllable;
	n = lexicon_phrases(ix->lexicon, s, count, hits, sizeof hits / sizeof *hits);
	for (size_t i = 0; i < n; i++) {
		uint32_t token;

		if (hits[i].kind == PHRASE_ACT)
			q->acts |= 1u << hits[i].id;
		else if (hits[i].kind == PHRASE_VARIANT)
			q->variants |= 1u << hits[i].id;
		if (hits[i].kind != PHRASE_SYNONYM)
			continue;
		token = catalog_synonym(ix, hits[i].id);
		if (token == 0 || q->synonym_count == sizeof q->synonyms / sizeof *q->synonyms)
			continue;
		q->synonyms[q->synonym_count++] = token;
		for (size_t k = hits[i].start; k < (size_t)hits[i].start + hits[i].length; k++)
			q->terms[k].synonym = token;
	}
}

static bool asked_before(const struct asked *q, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (q->terms[k].token == q->terms[i].token)
			return true;
	return false;
}

void rank_ask(const struct catalog *ix, const struct term *terms, size_t count, struct asked *ret_asked)
{
	struct asked *q = ret_asked;
	float unknown = logf((float)ix->document_count + 1) * 0.5f;

	*q = (struct asked){.count = count < ASKED_MAX ? count : ASKED_MAX};
	for (size_t i = 0; i < q->count; i++) {
		const struct syllable *s = &terms[i].syllable;
		struct asked_term *t = &q->terms[i];

		t->token = catalog_token(ix, s->folded);
		t->marked =
			s->marked && strcmp(s->marked, s->folded) != 0 ? catalog_marked(ix, s->marked) : 0;
		t->mass = (t->token ? ix->idf[t->token] : unknown) * role_mass[terms[i].role];
		if (t->token && asked_before(q, i))
			t->mass = 0;
		if (i > 0) {
			float role = fminf(role_mass[terms[i].role], role_mass[terms[i - 1].role]);

			t->pair = catalog_pair(ix, terms[i - 1].syllable.folded, s->folded);
			t->pair_mass = t->pair ? ix->idf[t->pair] * pair_share * role : 0;
		}
		q->mass += t->mass + t->pair_mass;
	}
	ask_synonyms(ix, terms, q->count, q);
}

static void add_postings(struct ranker *r, uint32_t token, float weight)
{
	const struct catalog *ix = r->index;

	if (token == 0 || weight <= 0)
		return;
	for (uint32_t i = ix->posting_first[token]; i < ix->posting_first[token + 1]; i++) {
		const struct posting *p = &ix->postings[i];
		double norm =
			k1 * (1 - b + b * (double)(ix->documents[p->document].length / ix->mean_length));

		if (r->bm25[p->document] == 0)
			r->touched[r->touched_count++] = p->document;
		r->bm25[p->document] += weight * (float)((double)p->tf * (k1 + 1) / ((double)p->tf + norm));
	}
}

static int more_bm25(const void *left, const void *right)
{
	float l = ((const struct candidate *)left)->bm25, r = ((const struct candidate *)right)->bm25;

	return (l < r) - (l > r);
}

/* Keeps the best `room`: the weakest of those kept is looked for anew when it is replaced. */
static size_t keep_best(struct ranker *r, bool (*keep_cb)(void *arg, uint32_t document), void *arg,
	struct candidate *c, size_t room)
{
	size_t n = 0, weakest = 0;

	for (size_t i = 0; i < r->touched_count; i++) {
		uint32_t d = r->touched[i];

		if ((n == room && r->bm25[d] <= c[weakest].bm25) || !keep_cb(arg, d))
			continue;
		if (n < room) {
			c[n++] = (struct candidate){.document = d, .bm25 = r->bm25[d]};
		} else {
			c[weakest] = (struct candidate){.document = d, .bm25 = r->bm25[d]};
		}
		if (n < room)
			continue;
		weakest = 0;
		for (size_t k = 1; k < n; k++)
			if (c[k].bm25 < c[weakest].bm25)
				weakest = k;
	}
	qsort(c, n, sizeof *c, more_bm25);
	return n;
}

size_t rank_candidates(struct ranker *r, const struct asked *q, bool (*keep_cb)(void *arg, uint32_t document),
	void *arg, struct candidate *candidates, size_t room)
{
	size_t n;

	r->touched_count = 0;
	for (size_t i = 0; i < q->count; i++) {
		add_postings(r, q->terms[i].token, q->terms[i].mass);
		add_postings(r, q->terms[i].pair, q->terms[i].pair_mass);
	}
	for (size_t i = 0; i < q->synonym_count; i++)
		add_postings(r, q->synonyms[i], r->index->idf[q->synonyms[i]]);
	n = keep_best(r, keep_cb, arg, candidates, room);
	for (size_t i = 0; i < r->touched_count; i++)
		r->bm25[r->touched[i]] = 0;
	return n;
}

/* How one text and the question lie on one another. */
struct overlap {
	float question, text, fit, differ; /* shares of mass */
	uint64_t terms[ASKED_MAX / 64 + 1],
		pairs[ASKED_MAX / 64 + 1]; /* bits: covered places of the question */
};

static void bit_set(uint64_t *bits, size_t i)
{
	bits[i / 64] |= 1ull << i % 64;
}

static bool bit_has(const uint64_t *bits, size_t i)
{
	return bits[i / 64] >> i % 64 & 1;
}

static bool asked_synonym(const struct asked *q, uint32_t token)
{
	for (size_t i = 0; i < q->synonym_count; i++)
		if (q->synonyms[i] == token)
			return true;
	return false;
}

static void cover_synonyms(const struct catalog *ix, const struct asked *q, const struct text *t,
	uint64_t *text_bits, struct overlap *o)
{
	for (uint32_t i = t->span; i < t->span + t->span_count; i++) {
		const struct span *span = &ix->spans[i];

		if (!asked_synonym(q, span->token))
			continue;
		for (size_t k = span->start; k < (size_t)span->start + span->length; k++)
			bit_set(text_bits, k);
		for (size_t k = 0; k < q->count; k++)
			if (q->terms[k].synonym == span->token) {
				bit_set(o->terms, k);
				if (k > 0 && q->terms[k - 1].synonym == span->token)
					bit_set(o->pairs, k);
			}
	}
}

static float asked_covered(const struct asked *q, const struct overlap *o)
{
	float sum = 0;

	for (size_t i = 0; i < q->count; i++) {
		if (bit_has(o->terms, i))
			sum += q->terms[i].mass;
		if (bit_has(o->pairs, i))
			sum += q->terms[i].pair_mass;
	}
	return sum;
}

static void lay(const struct ranker *r, const struct asked *q, const struct text *t, struct overlap *o)
{
	const struct catalog *ix = r->index;
	uint64_t text_bits[4] = {0}; /* a text has at most 200 syllables */
	float mass = 0, covered = 0, differ = 0;

	memset(o, 0, sizeof *o);
	if (t->span_count && q->synonym_count)
		cover_synonyms(ix, q, t, text_bits, o);
	for (uint32_t i = 0; i < t->count; i++) {
		const struct text_syllable *s = &ix->syllables[t->first + i];
		size_t place = r->place[s->token], pair = s->pair ? r->pair_place[s->pair] : 0;
		float own = ix->idf[s->token], pair_own = s->pair ? ix->idf[s->pair] * pair_share : 0;
		bool by_synonym = bit_has(text_bits, i);

		mass += own + pair_own;
		if (place) {
			const struct asked_term *term = &q->terms[place - 1];

			bit_set(o->terms, place - 1);
			if (term->marked && term->marked != s->marked)
				differ += term->mass;
		}
		if (place || by_synonym)
			covered += own;
		if (pair)
			bit_set(o->pairs, pair - 1);
		if (pair || (by_synonym && i > 0 && bit_has(text_bits, i - 1)))
			covered += pair_own;
	}
	o->question = q->mass > 0 ? asked_covered(q, o) / q->mass : 0;
	o->text = mass > 0 ? covered / mass : 0;
	o->fit = o->question + o->text > 0 ? 2 * o->question * o->text / (o->question + o->text) : 0;
	o->differ = q->mass > 0 ? differ / q->mass : 0;
}

static float bits_share(uint32_t bits)
{
	return fminf(1, (float)__builtin_popcount(bits) / 3.0f);
}

static void features_of_kind(const struct asked *q, uint32_t acts, uint32_t variants, float *f)
{
	f[FEATURE_act_agrees] = bits_share(q->acts & acts);
	f[FEATURE_act_extra] = bits_share(acts & ~q->acts);
	f[FEATURE_act_missing] = bits_share(q->acts & ~acts);
	f[FEATURE_variant_agrees] = bits_share(q->variants & variants);
	f[FEATURE_variant_extra] = bits_share(variants & ~q->variants);
	f[FEATURE_variant_missing] = bits_share(q->variants & ~variants);
	f[FEATURE_foreign_extra] = (variants & ~q->variants & 1) ? 1.0f : 0; /* the list's first line */
}

static void features_of_document(const struct doc *d, const struct text *name, float *f)
{
	f[FEATURE_commune] = d->levels & LEVEL_COMMUNE ? 1 : 0;
	f[FEATURE_ministry] = d->levels == LEVEL_MINISTRY || d->levels == 0 ? 1 : 0;
	f[FEATURE_has_asks] = d->text_count > 2 ? 1 : 0;
	f[FEATURE_name_long] = fminf(1, (float)name->count / 40.0f);
	f[FEATURE_not_procedure] = d->kind != 0 ? 1 : 0;
}

static void candidate_features(struct ranker *r, const struct asked *q, struct candidate *c)
{
	const struct doc *d = &r->index->documents[c->document];
	const struct text *name = &r->index->texts[d->text];
	struct overlap o, bag = {0};
	float best = -1, second = 0, *f = c->features;

	for (uint32_t i = d->text; i < d->text + d->text_count; i++) {
		const struct text *t = &r->index->texts[i];

		lay(r, q, t, &o);
		for (size_t k = 0; k < sizeof bag.terms / sizeof *bag.terms; k++) {
			bag.terms[k] |= o.terms[k];
			bag.pairs[k] |= o.pairs[k];
		}
		if (t == name) {
			f[FEATURE_name_fit] = o.fit;
			f[FEATURE_name_question] = o.question;
			f[FEATURE_name_text] = o.text;
		}
		if (o.fit <= best) {
			second = fmaxf(second, o.fit);
			continue;
		}
		second = fmaxf(second, best);
		best = o.fit;
		f[FEATURE_best_fit] = o.fit;
		f[FEATURE_best_question] = o.question;
		f[FEATURE_best_text] = o.text;
		f[FEATURE_marks_differ] = o.differ;
		f[FEATURE_best_is_ask] = t->kind == TEXT_ASK ? 1 : 0;
		f[FEATURE_best_is_everyday] = t->kind == TEXT_EVERYDAY ? 1 : 0;
	}
	f[FEATURE_second_fit] = second;
	f[FEATURE_bag_question] = q->mass > 0 ? asked_covered(q, &bag) / q->mass : 0;
	f[FEATURE_bm25_mass] = q->mass > 0 ? fminf(1, c->bm25 / q->mass / 2.2f) : 0;
	features_of_kind(q, name->acts, name->variants, f);
	features_of_document(d, name, f);
}

static void places_set(struct ranker *r, const struct asked *q, bool set)
{
	for (size_t i = q->count; i-- > 0;) { /* the first of equal terms carries the mass */
		if (q->terms[i].token)
			r->place[q->terms[i].token] = set ? (uint16_t)(i + 1) : 0;
		if (q->terms[i].pair)
			r->pair_place[q->terms[i].pair] = set ? (uint16_t)(i + 1) : 0;
	}
}

void rank_features(struct ranker *r, const struct asked *q, struct candidate *candidates, size_t count)
{
	float most = 0;

	places_set(r, q, true);
	for (size_t i = 0; i < count; i++)
		most = fmaxf(most, candidates[i].bm25);
	for (size_t i = 0; i < count; i++) {
		candidate_features(r, q, &candidates[i]);
		candidates[i].features[FEATURE_bm25] = most > 0 ? candidates[i].bm25 / most : 0;
	}
	places_set(r, q, false);
}

static int more_score(const void *left, const void *right)
{
	const struct candidate *l = left, *r = right;

	if (l->score != r->score)
		return l->score < r->score ? 1 : -1;
	return (l->document > r->document) - (l->document < r->document);
}

void rank_order(const struct rank_weights *w, struct candidate *candidates, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		candidates[i].score = 0;
		for (size_t k = 0; k < FEATURE_COUNT; k++)
			candidates[i].score += w->of[k] * candidates[i].features[k];
	}
	qsort(candidates, count, sizeof *candidates, more_score);
}

void rank_sureness(const struct candidate *candidates, size_t count, float *ret_sure)
{
	const struct candidate *first = candidates;
	float sum = 0;

	memset(ret_sure, 0, SURE_COUNT * sizeof *ret_sure);
	if (count == 0)
		return;
	for (size_t i = 0; i < count; i++)
		sum += expf(candidates[i].score - first->score);
	ret_sure[RANK_sure_share] = 1 / sum;
	ret_sure[RANK_sure_lead] = fminf(3, count > 1 ? first->score - candidates[1].score : 3);
	ret_sure[RANK_sure_question] = first->features[FEATURE_best_question];
	ret_sure[RANK_sure_text] = first->features[FEATURE_best_text];
	ret_sure[RANK_sure_bag] = first->features[FEATURE_bag_question];
	ret_sure[RANK_sure_name] = first->features[FEATURE_name_fit];
}

double rank_confidence(const struct rank_weights *w, const struct candidate *candidates, size_t count)
{
	float sure[SURE_COUNT], sum = w->sure_bias;

	if (count == 0)
		return 0;
	rank_sureness(candidates, count, sure);
	for (size_t i = 0; i < SURE_COUNT; i++)
		sum += w->sure[i] * sure[i];
	return 1 / (1 + exp(-(double)sum));
}

static enum err weight_set(struct rank_weights *w, const char *name, float value)
{
	const struct {
		const char *name;
		float *value;
	} others[] = {
		{"sure_bias", &w->sure_bias}, {"answer_at", &w->answer_at}, {"choices_at", &w->choices_at}};
	float *place = NULL;

	for (size_t i = 0; i < FEATURE_COUNT; i++)
		if (strcmp(name, feature_names[i]) == 0)
			place = &w->of[i];
	for (size_t i = 0; i < SURE_COUNT; i++)
		if (strcmp(name, sure_names[i]) == 0)
			place = &w->sure[i];
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (strcmp(name, others[i].name) == 0)
			place = others[i].value;
	if (place)
		*place = value;
	return place ? OK : ERR_FORMAT;
}

static enum err weights_read(struct rank_weights *w, char *text, struct why *why)
{
	size_t number = 0;

	for (char *line = text, *next; line; line = next) {
		char *value;

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		number++;
		if (line[0] == '#' || line[0] == '\0')
			continue;
		value = strchr(line, ' ');
		if (value)
			*value++ = '\0';
		if (!value || weight_set(w, line, strtof(value, NULL)) != OK)
			return why_set(why, ERR_FORMAT,
				"could not read \"knowledge/rank.weights\", line %zu: no feature and its "
				"weight",
				number);
	}
	return OK;
}

enum err rank_weights_load(struct rank_weights *ret_weights, struct why *why)
{
	struct rank_weights w = {0};
	struct bytes text = {0};
	const char *path = NULL;
	struct arena a;
	char *copy;
	enum err err;

	arena_init(&a, 1 << 18);
	err = share_path(&a, "knowledge/rank.weights", &path, why);
	if (err == OK)
		err = share_read_file(&a, path, 1 << 16, &text, why);
	if (err == OK) {
		copy = arena_copy(&a, text.ptr, text.len);
		err = copy ? weights_read(&w, copy, why) : ERR_NOMEM;
	}
	if (err == OK)
		*ret_weights = w;
	arena_release(&a);
	return err;
}
