/* rank.c - BM25 over all short texts of a record picks the candidates; then each candidate's texts are laid
 * against the question, both ways, and the features are weighed. Nothing here fails but for memory. */
#include "knowledge/rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FEATURE_NAME(name) #name,
const char *const feature_names[FEATURE_COUNT] = {FEATURES(FEATURE_NAME)};

/* Shares of a syllable's idf that count as its mass. */
static const float role_mass[] = {[TERM_TOPIC] = 1, [TERM_FACET] = 0.2f, [TERM_FILLER] = 0};
static const float hopeless = 0.4f; /* of the best candidate's BM25: hardly any below it was right */
static const float pair_share = CATALOG_PAIR_SHARE;

enum err ranker_init(struct ranker *r, const struct catalog *ix)
{
	*r = (struct ranker){.index = ix};
	r->bm25 = calloc(ix->document_count + 1, sizeof *r->bm25);
	r->touched = calloc(ix->document_count + 1, sizeof *r->touched);
	r->place = calloc(ix->tokens.count + 2, sizeof *r->place);
	if (r->bm25 && r->touched && r->place)
		return OK;
	ranker_release(r);
	return ERR_NOMEM;
}

void ranker_release(struct ranker *r)
{
	free(r->bm25);
	free(r->touched);
	free(r->place);
	*r = (struct ranker){0};
}

/* "làm lại" is an act although "làm" alone asks how; "bao lâu" is none. */
static bool names_the_matter(const struct term *terms, const struct phrase_hit *hit)
{
	for (size_t i = hit->start; i < (size_t)hit->start + hit->length; i++)
		if (terms[i].role == TERM_TOPIC)
			return true;
	return false;
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

		if (hits[i].kind == PHRASE_ACT && names_the_matter(terms, &hits[i]))
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
		t->number = s->folded[strspn(s->folded, "0123456789")] == '\0';
		if (i > 0) {
			float role = fminf(role_mass[terms[i].role], role_mass[terms[i - 1].role]);

			t->pair = catalog_pair(ix, terms[i - 1].syllable.folded, s->folded);
			t->pair_mass = t->pair ? ix->idf[t->pair] * pair_share * role : 0;
		}
		q->mass += t->mass + t->pair_mass;
	}
	ask_synonyms(ix, terms, q->count, q);
}

struct hit { /* a document on its way to be a candidate */
	uint32_t document;
	float bm25;
};

static void add_postings(struct ranker *r, uint32_t token, float weight)
{
	const struct catalog *ix = r->index;

	if (token == 0 || weight <= 0)
		return;
	for (uint32_t i = ix->posting_first[token]; i < ix->posting_first[token + 1]; i++) {
		uint32_t document = ix->postings[i].document;

		if (r->bm25[document] == 0)
			r->touched[r->touched_count++] = document;
		r->bm25[document] += weight * ix->postings[i].impact;
	}
}

static int more_bm25(const void *left, const void *right)
{
	const struct hit *l = left, *r = right;

	if (l->bm25 != r->bm25)
		return l->bm25 < r->bm25 ? 1 : -1;
	return (l->document > r->document) - (l->document < r->document);
}

/* The heap's root is the weakest; the new one sinks to its place. */
static void sink(struct hit *heap, size_t count, struct hit new)
{
	size_t at = 0;

	for (;;) {
		size_t child = 2 * at + 1;

		if (child >= count)
			break;
		if (child + 1 < count && heap[child + 1].bm25 < heap[child].bm25)
			child++;
		if (heap[child].bm25 >= new.bm25)
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = new;
}

static void rise(struct hit *heap, size_t at, struct hit new)
{
	while (at > 0 && heap[(at - 1) / 2].bm25 > new.bm25) {
		heap[at] = heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap[at] = new;
}

/* BM25 of the best that may be kept. */
static float best_bm25(const struct ranker *r, bool (*keep_cb)(void *arg, uint32_t document), void *arg)
{
	float best = 0;

	for (size_t i = 0; i < r->touched_count; i++)
		if (r->bm25[r->touched[i]] > best && keep_cb(arg, r->touched[i]))
			best = r->bm25[r->touched[i]];
	return best;
}

/* The best from `least` on; all are forgotten. */
static size_t keep_best(struct ranker *r, bool (*keep_cb)(void *arg, uint32_t document), void *arg,
	float least, struct hit *heap, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < r->touched_count; i++) {
		struct hit hit = {r->touched[i], r->bm25[r->touched[i]]};

		r->bm25[hit.document] = 0;
		if (hit.bm25 == 0 || hit.bm25 < least || room == 0 ||
			(n == room && hit.bm25 <= heap[0].bm25) || !keep_cb(arg, hit.document))
			continue;
		if (n == room)
			sink(heap, n, hit);
		else
			rise(heap, n++, hit);
	}
	qsort(heap, n, sizeof *heap, more_bm25);
	return n;
}

size_t rank_candidates(struct ranker *r, const struct asked *q, bool (*keep_cb)(void *arg, uint32_t document),
	void *arg, struct candidate *candidates, size_t room)
{
	struct hit heap[CANDIDATES_MAX];
	float least;
	size_t n;

	r->touched_count = 0;
	for (size_t i = 0; i < q->count; i++) {
		add_postings(r, q->terms[i].token, q->terms[i].mass);
		add_postings(r, q->terms[i].pair, q->terms[i].pair_mass);
	}
	for (size_t i = 0; i < q->synonym_count; i++)
		add_postings(r, q->synonyms[i], r->index->idf[q->synonyms[i]]);
	least = best_bm25(r, keep_cb, arg) * hopeless;
	n = keep_best(r, keep_cb, arg, least, heap, room < CANDIDATES_MAX ? room : CANDIDATES_MAX);
	for (size_t i = 0; i < n; i++)
		candidates[i] = (struct candidate){.document = heap[i].document, .bm25 = heap[i].bm25};
	r->touched_count = 0;
	return n;
}

void rank_evidence_add(struct ranker *r, uint32_t document, float share)
{
	if (r->bm25[document] == 0)
		r->touched[r->touched_count++] = document;
	r->bm25[document] += share;
}

size_t rank_evidence_take(struct ranker *r, bool (*keep_cb)(void *arg, uint32_t document), void *arg,
	struct candidate *candidates, size_t count, size_t room)
{
	struct hit heap[CANDIDATES_MAX];
	size_t n;

	for (size_t i = 0; i < count; i++) {
		candidates[i].features[FEATURE_body] = r->bm25[candidates[i].document];
		r->bm25[candidates[i].document] = 0;
	}
	n = keep_best(
		r, keep_cb, arg, 0, heap, room < CANDIDATES_MAX - count ? room : CANDIDATES_MAX - count);
	for (size_t i = 0; i < n; i++) {
		candidates[count] = (struct candidate){.document = heap[i].document};
		candidates[count++].features[FEATURE_body] = heap[i].bm25;
	}
	r->touched_count = 0;
	return count;
}

/* Places of the question that a text covers, and their mass. */
struct cover {
	uint64_t terms[ASKED_MAX / 64], pairs[ASKED_MAX / 64];
	float mass;
};

/* How one text and the question lie on one another: shares of mass. */
struct overlap {
	float question, text, literal, fit, differ; /* literal: its core, without synonyms */
};

static bool bit_new(uint64_t *bits, size_t i)
{
	uint64_t bit = 1ull << i % 64;
	bool new = !(bits[i / 64] & bit);

	bits[i / 64] |= bit;
	return new;
}

static bool bit_has(const uint64_t *bits, size_t i)
{
	return bits[i / 64] >> i % 64 & 1;
}

static void cover_term(const struct asked *q, struct cover *c, size_t i)
{
	if (bit_new(c->terms, i))
		c->mass += q->terms[i].mass;
}

static void cover_pair(const struct asked *q, struct cover *c, size_t i)
{
	if (bit_new(c->pairs, i))
		c->mass += q->terms[i].pair_mass;
}

static bool asked_synonym(const struct asked *q, uint32_t token)
{
	for (size_t i = 0; i < q->synonym_count; i++)
		if (q->synonyms[i] == token)
			return true;
	return false;
}

/* The text's synonyms that the question has too cover their places on both sides; the first `covers` of them at once. */
static void cover_synonyms(const struct catalog *ix, const struct asked *q, const struct text *t,
	uint64_t *text_bits, struct cover **covers)
{
	for (uint32_t i = t->span; i < t->span + t->span_count; i++) {
		const struct span *span = &ix->spans[i];

		if (!asked_synonym(q, span->token))
			continue;
		for (size_t k = span->start; k < (size_t)span->start + span->length; k++)
			bit_new(text_bits, k);
		for (size_t k = 0; k < q->count; k++) {
			if (q->terms[k].synonym != span->token)
				continue;
			for (size_t c = 0; c < 2; c++) {
				cover_term(q, covers[c], k);
				if (k > 0 && q->terms[k - 1].synonym == span->token)
					cover_pair(q, covers[c], k);
			}
		}
	}
}

/* Lays the text and the question on one another; the record's `bag` takes up what is covered. */
static struct overlap lay(
	const struct ranker *r, const struct asked *q, const struct text *t, struct cover *bag)
{
	const struct catalog *ix = r->index;
	uint64_t text_bits[4] = {0}; /* a text has at most 200 syllables */
	struct cover one = {.mass = 0}, *covers[] = {&one, bag};
	struct overlap o = {0};
	float covered = 0, literal = 0, core = 0, differ = 0;
	bool synonyms = t->span_count && q->synonym_count;

	if (synonyms)
		cover_synonyms(ix, q, t, text_bits, covers);
	for (uint32_t i = 0; i < t->count; i++) {
		const struct text_syllable *s = &ix->syllables[t->first + i];
		size_t place = r->place[s->token], pair = s->pair ? r->place[s->pair] : 0;
		bool by_synonym = synonyms && bit_has(text_bits, i);

		if (place) {
			const struct asked_term *term = &q->terms[place - 1];

			cover_term(q, &one, place - 1);
			cover_term(q, bag, place - 1);
			differ += term->marked && term->marked != s->marked ? term->mass : 0;
		}
		if (pair) {
			cover_pair(q, &one, pair - 1);
			cover_pair(q, bag, pair - 1);
		}
		if (i < t->core) {
			core += ix->idf[s->token];
			literal += place ? ix->idf[s->token] : 0;
		}
		if (place || by_synonym)
			covered += ix->idf[s->token];
		if (pair || (by_synonym && s->pair && i > 0 && bit_has(text_bits, i - 1)))
			covered += ix->idf[s->pair] * pair_share;
	}
	o.question = q->mass > 0 ? one.mass / q->mass : 0;
	o.text = t->mass > 0 ? covered / t->mass : 0;
	o.literal = core > 0 ? literal / core : 0;
	o.fit = o.question + o.text > 0 ? 2 * o.question * o.text / (o.question + o.text) : 0;
	o.differ = q->mass > 0 ? differ / q->mass : 0;
	return o;
}

static float bits_share(uint32_t bits)
{
	return fminf(1, (float)__builtin_popcount(bits) / 3.0f);
}

static void features_of_kind(const struct asked *q, uint32_t acts, uint32_t variants, float *f)
{
	f[FEATURE_act_agrees] = bits_share(q->acts & acts);
	f[FEATURE_act_extra] = bits_share(acts & ~q->acts);
	f[FEATURE_variant_agrees] = bits_share(q->variants & variants);
	f[FEATURE_variant_extra] = bits_share(variants & ~q->variants);
	/* each list's first line is told apart from the rest */
	f[FEATURE_foreign_extra] = variants & ~q->variants & 1 ? 1.0f : 0;
	f[FEATURE_foreign_agrees] = variants & q->variants & 1 ? 1.0f : 0;
	f[FEATURE_reissue_extra] = acts & ~q->acts & 1 ? 1.0f : 0;
	f[FEATURE_reissue_agrees] = acts & q->acts & 1 ? 1.0f : 0;
}

static void features_of_document(
	const struct use *use, const struct doc *d, const struct text *name, uint8_t level, float *f)
{
	f[FEATURE_own_level] = d->levels & level ? 1 : 0;
	f[FEATURE_commune] = d->levels & LEVEL_COMMUNE ? 1 : 0;
	f[FEATURE_ministry] = d->levels == LEVEL_MINISTRY || d->levels == 0 ? 1 : 0;
	f[FEATURE_has_asks] = d->text_count > 2 ? 1 : 0;
	f[FEATURE_popular] = use_popular(use, d->id, d->popular != 0);
	f[FEATURE_ended] = d->ended ? 1 : 0;
	f[FEATURE_name_long] = fminf(1, (float)name->count / 40.0f);
	f[FEATURE_not_procedure] = d->kind != 0 ? 1 : 0;
}

static void candidate_features(struct ranker *r, const struct asked *q, struct candidate *c)
{
	const struct doc *d = &r->index->documents[c->document];
	const struct text *name = &r->index->texts[d->text];
	struct cover bag = {.mass = 0};
	float best = -1, second = 0, *f = c->features;

	f[FEATURE_title_text] = f[FEATURE_whole_fit] = f[FEATURE_whole_text] = 0;
	for (uint32_t i = d->text; i < d->text + d->text_count; i++) {
		const struct text *t = &r->index->texts[i];
		struct overlap o = lay(r, q, t, &bag);

		if (t == name) {
			f[FEATURE_name_fit] = o.fit;
			f[FEATURE_name_question] = o.question;
			f[FEATURE_name_text] = o.text;
		}
		if (t->kind == TEXT_NAME || t->kind == TEXT_EVERYDAY)
			f[FEATURE_title_text] = fmaxf(f[FEATURE_title_text], o.literal);
		if (t->kind != TEXT_KEYWORD && o.fit > f[FEATURE_whole_fit]) {
			f[FEATURE_whole_fit] = o.fit;
			f[FEATURE_whole_text] = o.text;
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
	f[FEATURE_bag_question] = q->mass > 0 ? bag.mass / q->mass : 0;
	f[FEATURE_bm25_mass] = q->mass > 0 ? fminf(1, c->bm25 / q->mass / 2.2f) : 0;
	memcpy(c->covers, bag.terms, sizeof c->covers);
	features_of_kind(q, name->acts, name->variants, f);
	features_of_document(r->use, d, name, q->level, f);
}

static void places_set(struct ranker *r, const struct asked *q, bool set)
{
	for (size_t i = q->count; i-- > 0;) { /* the first of equal terms carries the mass */
		if (q->terms[i].token)
			r->place[q->terms[i].token] = set ? (uint16_t)(i + 1) : 0;
		if (q->terms[i].pair)
			r->place[q->terms[i].pair] = set ? (uint16_t)(i + 1) : 0;
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
