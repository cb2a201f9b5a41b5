/* catalog.c - arrays that grow while records are added and postings sorted out of them at the end. Out of
 * memory is the only failure; the half-built index is then released by its owner. */
#include "knowledge/catalog.h"

#include "daemon/base/array.h"
#include "knowledge/fold.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	TEXT_SYLLABLES = 200,
	TEXT_HITS = 64,
	SYNONYM_KEY = 1 << 20,
	RECORD_KEY = 1 << 21,
	ARENA_CEILING = 64 << 20
};

static const float tf_of_kind[] = {[TEXT_NAME] = 2, [TEXT_EVERYDAY] = 2, [TEXT_ASK] = 1, [TEXT_KEYWORD] = 1};

void catalog_init(struct catalog *ix, const struct lexicon *lexicon)
{
	*ix = (struct catalog){.lexicon = lexicon};
	arena_init(&ix->arena, ARENA_CEILING);
}

void catalog_release(struct catalog *ix)
{
	numbers_release(&ix->tokens);
	numbers_release(&ix->marks);
	free(ix->documents);
	free(ix->texts);
	free(ix->syllables);
	free(ix->spans);
	free(ix->posting_first);
	free(ix->postings);
	free(ix->idf);
	arena_release(&ix->arena);
	*ix = (struct catalog){0};
}

#define GROW(ix, one, many) ARRAY_GROW(&(ix)->many, &(ix)->one##_room, (ix)->one##_count)

/* "… (thực hiện tại cấp tỉnh)" and "… (cấp xã)" are one name at several levels. */
static size_t name_without_level(const char *name)
{
	const char *open = strrchr(name, '(');
	char inside[128];

	if (!open || open == name)
		return strlen(name);
	fold_plain(open, strlen(open), inside, sizeof inside);
	if (strstr(inside, "cap tinh") || strstr(inside, "cap xa") || strstr(inside, "trung uong") ||
		strstr(inside, "cap bo") || strstr(inside, "co quan dai dien"))
		return (size_t)(open - name);
	return strlen(name);
}

/* A number for a phrase of any length, without marks: fields and groups of equal names. */
static enum err phrase_number(
	struct catalog *ix, uint64_t seed, const char *text, size_t len, uint32_t *ret_number)
{
	struct fold f;
	struct fold_syllable s;
	uint64_t key = seed;

	fold_init(&f, text, len);
	while (fold_next(&f, &s))
		key = numbers_key_pair(key, numbers_key(s.plain, s.plain_len));
	return numbers_give(&ix->marks, key, ret_number);
}

/* "Thủ tục đăng ký khai sinh" → "đăng ký khai sinh" */
static const char *name_without_kind(const char *name)
{
	struct fold f;
	struct fold_syllable first, second;

	fold_init(&f, name, strlen(name));
	if (!fold_next(&f, &first) || !fold_next(&f, &second) || strcmp(first.marked, "thủ") != 0 ||
		strcmp(second.marked, "tục") != 0 || !name[second.end])
		return name;
	return name + second.end;
}

enum err catalog_add(struct catalog *ix, const struct doc_facts *facts)
{
	struct doc d = {.version = facts->version,
		.text = ix->text_count,
		.valid_from = facts->valid_from,
		.valid_to = facts->valid_to,
		.kind = facts->kind,
		.levels = facts->levels,
		.popular = (uint8_t)lexicon_popular(ix->lexicon, facts->id),
		.ended = facts->ended};

	d.id = arena_string(&ix->arena, facts->id);
	d.unit = facts->unit && facts->unit[0] ? arena_string(&ix->arena, facts->unit) : "";
	d.title = arena_string(&ix->arena, facts->name);
	d.code = facts->code && strcmp(facts->code, facts->id) == 0 ? d.id
								    : arena_string(&ix->arena, facts->code);
	if (!d.id || !d.unit || !d.title || (facts->code && !d.code) || GROW(ix, document, documents) != OK ||
		numbers_give(&ix->marks, numbers_key(facts->id, strlen(facts->id)) ^ RECORD_KEY, &d.record) !=
			OK ||
		phrase_number(ix, 1, facts->name, name_without_level(facts->name), &d.group) != OK ||
		phrase_number(ix, 2, facts->field ? facts->field : "",
			facts->field ? strlen(facts->field) : 0, &d.field) != OK)
		return ERR_NOMEM;
	ix->documents[ix->document_count++] = d;
	return catalog_add_text(ix, TEXT_NAME, name_without_kind(facts->name));
}

enum err catalog_retitle(struct catalog *ix, const char *title)
{
	const char *copy = arena_string(&ix->arena, title);

	if (copy)
		ix->documents[ix->document_count - 1].title = copy;
	return copy ? OK : ERR_NOMEM;
}

static enum err add_syllable(struct catalog *ix, const struct fold_syllable *s, uint64_t before)
{
	struct text_syllable t = {0};
	uint64_t key = numbers_key(s->plain, s->plain_len);

	if (GROW(ix, syllable, syllables) != OK || numbers_give(&ix->tokens, key, &t.token) != OK ||
		numbers_give(&ix->marks, numbers_key(s->marked, s->marked_len), &t.marked) != OK ||
		(before && numbers_give(&ix->tokens, numbers_key_pair(before, key), &t.pair) != OK))
		return ERR_NOMEM;
	ix->syllables[ix->syllable_count++] = t;
	return OK;
}

static enum err add_hits(struct catalog *ix, struct text *text, const struct syllable *s, size_t count)
{
	struct phrase_hit hits[TEXT_HITS];
	size_t n = lexicon_phrases(ix->lexicon, s, count, hits, TEXT_HITS);

	text->span = ix->span_count;
	for (size_t i = 0; i < n; i++) {
		struct span span = {.start = hits[i].start, .length = hits[i].length};

		if (hits[i].kind == PHRASE_ACT)
			text->acts |= 1u << hits[i].id;
		else if (hits[i].kind == PHRASE_VARIANT)
			text->variants |= 1u << hits[i].id;
		if (hits[i].kind != PHRASE_SYNONYM)
			continue;
		if (GROW(ix, span, spans) != OK ||
			numbers_give(&ix->tokens, (uint64_t)SYNONYM_KEY + hits[i].id, &span.token) != OK)
			return ERR_NOMEM;
		ix->spans[ix->span_count++] = span;
		text->span_count++;
	}
	return OK;
}

enum err catalog_add_text(struct catalog *ix, enum text_kind kind, const char *text)
{
	struct text t = {.first = ix->syllable_count, .kind = kind};
	struct syllable syllables[TEXT_SYLLABLES];
	struct fold f;
	struct fold_syllable s;
	struct arena a;
	uint64_t before = 0;
	size_t open = strcspn(text, "(");
	enum err err = OK;

	assert(ix->document_count > 0);
	arena_init(&a, 1 << 20);
	fold_init(&f, text, strlen(text));
	while (err == OK && t.count < TEXT_SYLLABLES && fold_next(&f, &s)) {
		err = add_syllable(ix, &s, before);
		before = numbers_key(s.plain, s.plain_len);
		syllables[t.count].folded = arena_copy(&a, s.plain, s.plain_len);
		syllables[t.count].marked = arena_copy(&a, s.marked, s.marked_len);
		if (!syllables[t.count].folded || !syllables[t.count].marked)
			err = ERR_NOMEM;
		t.count++;
		t.core += s.end <= open;
	}
	if (t.core == 0)
		t.core = t.count;
	if (err == OK)
		err = add_hits(ix, &t, syllables, t.count);
	if (err == OK)
		err = GROW(ix, text, texts);
	if (err == OK) {
		ix->texts[ix->text_count++] = t;
		ix->documents[ix->document_count - 1].text_count++;
	}
	arena_release(&a);
	return err;
}

/* Calls back for every token of a document's texts with its weight there. */
static void each_token(const struct catalog *ix, const struct doc *d,
	void (*token_cb)(void *arg, uint32_t token, float tf), void *arg)
{
	for (uint32_t i = d->text; i < d->text + d->text_count; i++) {
		const struct text *t = &ix->texts[i];
		float tf = tf_of_kind[t->kind];

		for (uint32_t k = t->first; k < t->first + t->count; k++) {
			token_cb(arg, ix->syllables[k].token, tf);
			if (ix->syllables[k].pair)
				token_cb(arg, ix->syllables[k].pair, tf);
		}
		for (uint32_t k = t->span; k < t->span + t->span_count; k++)
			token_cb(arg, ix->spans[k].token, tf);
	}
}

struct gather {         /* one document's bag, while postings are counted and then filled in */
	float *tf;      /* by token; 0 between documents */
	uint32_t *seen; /* tokens of this document */
	uint32_t seen_count;
	float length;
};

static void gather_cb(void *arg, uint32_t token, float tf)
{
	struct gather *g = arg;

	if (g->tf[token] == 0)
		g->seen[g->seen_count++] = token;
	g->tf[token] += tf;
	g->length += tf;
}

static void gather_document(const struct catalog *ix, const struct doc *d, struct gather *g)
{
	g->seen_count = 0;
	g->length = 0;
	each_token(ix, d, gather_cb, g);
}

static void gather_clear(struct gather *g)
{
	for (uint32_t i = 0; i < g->seen_count; i++)
		g->tf[g->seen[i]] = 0;
}

static void count_postings(struct catalog *ix, struct gather *g)
{
	double sum = 0;

	for (uint32_t d = 0; d < ix->document_count; d++) {
		gather_document(ix, &ix->documents[d], g);
		sum += (double)g->length;
		for (uint32_t i = 0; i < g->seen_count; i++)
			ix->posting_first[g->seen[i] + 1]++;
		gather_clear(g);
	}
	ix->mean_length = ix->document_count ? (float)(sum / ix->document_count) : 1;
}

static void fill_postings(struct catalog *ix, struct gather *g, uint32_t *next)
{
	static const float
		k1 = 1.2f,
		b = 0.5f; /* BM25's usual k1; documents of several texts are long for a good reason */

	for (uint32_t d = 0; d < ix->document_count; d++) {
		float norm;

		gather_document(ix, &ix->documents[d], g);
		norm = k1 * (1 - b + b * g->length / ix->mean_length);
		for (uint32_t i = 0; i < g->seen_count; i++) {
			float tf = g->tf[g->seen[i]];

			ix->postings[next[g->seen[i]]++] = (struct posting){d, tf * (k1 + 1) / (tf + norm)};
		}
		gather_clear(g);
	}
}

static void weigh_texts(struct catalog *ix)
{
	for (uint32_t i = 0; i < ix->text_count; i++) {
		struct text *t = &ix->texts[i];

		for (uint32_t k = t->first; k < t->first + t->count; k++)
			t->mass +=
				ix->idf[ix->syllables[k].token] +
				(ix->syllables[k].pair ? ix->idf[ix->syllables[k].pair] * CATALOG_PAIR_SHARE
						       : 0);
	}
}

enum err catalog_finish(struct catalog *ix)
{
	size_t tokens = ix->tokens.count + 2;
	struct gather g = {0};
	uint32_t *next = calloc(tokens, sizeof *next);
	enum err err = ERR_NOMEM;

	g.tf = calloc(tokens, sizeof *g.tf);
	g.seen = calloc(tokens, sizeof *g.seen);
	ix->posting_first = calloc(tokens + 1, sizeof *ix->posting_first);
	ix->idf = calloc(tokens, sizeof *ix->idf);
	if (!next || !g.tf || !g.seen || !ix->posting_first || !ix->idf)
		goto out;
	count_postings(ix, &g);
	for (size_t t = 0; t < tokens; t++) {
		double df = (double)ix->posting_first[t + 1];

		ix->idf[t] = (float)log(1 + ((double)ix->document_count - df + 0.5) / (df + 0.5));
		ix->posting_first[t + 1] += ix->posting_first[t];
		next[t] = ix->posting_first[t];
	}
	ix->postings = calloc(ix->posting_first[tokens] + 1, sizeof *ix->postings);
	if (!ix->postings)
		goto out;
	fill_postings(ix, &g, next);
	weigh_texts(ix);
	err = OK;
out:
	free(next);
	free(g.tf);
	free(g.seen);
	return err;
}

uint32_t catalog_token(const struct catalog *ix, const char *plain)
{
	return numbers_get(&ix->tokens, numbers_key(plain, strlen(plain)));
}

uint32_t catalog_pair(const struct catalog *ix, const char *first, const char *second)
{
	return numbers_get(&ix->tokens,
		numbers_key_pair(numbers_key(first, strlen(first)), numbers_key(second, strlen(second))));
}

uint32_t catalog_synonym(const struct catalog *ix, uint16_t line)
{
	return numbers_get(&ix->tokens, (uint64_t)SYNONYM_KEY + line);
}

uint32_t catalog_marked(const struct catalog *ix, const char *marked)
{
	return numbers_get(&ix->marks, numbers_key(marked, strlen(marked)));
}
