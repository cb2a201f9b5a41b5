/* alike.c - two names that share a rare pair of syllables are laid side by side: the weight of what they share over the weight of
 * what either says (idf, of syllables and pairs). */
#include "knowledge/alike.h"

#include "daemon/base/clock.h"
#include "knowledge/kb_internal.h"

#include <stdlib.h>
#include <string.h>

#define TOKENS_MAX 256
#define RAREST 4   /* pairs that lead to others: a slip or a word more leaves one of them whole */
#define COMMON 200 /* records that share one: it says nothing */

struct wording { /* of a name: each token once, in order */
	uint32_t tokens[TOKENS_MAX];
	size_t count;
	float weight;
};

struct search {
	const struct catalog *catalog;
	uint32_t day;
	double likeness;
	uint32_t *seen; /* by document: the one it was laid beside last, + 1 */
	void (*pair_cb)(void *arg, const struct alike *pair);
	void *arg;
};

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static const struct text *name_of(const struct catalog *c, const struct doc *d)
{
	return &c->texts[d->text];
}

static void wording_read(const struct catalog *c, const struct doc *d, struct wording *w)
{
	const struct text *t = name_of(c, d);
	size_t n = 0;

	w->count = 0;
	w->weight = 0;
	for (uint32_t i = t->first; i < t->first + t->count && w->count + 2 < TOKENS_MAX; i++) {
		w->tokens[w->count++] = c->syllables[i].token;
		if (c->syllables[i].pair)
			w->tokens[w->count++] = c->syllables[i].pair;
	}
	qsort(w->tokens, w->count, sizeof *w->tokens, by_number);
	for (size_t i = 0; i < w->count; i++)
		if (n == 0 || w->tokens[n - 1] != w->tokens[i])
			w->tokens[n++] = w->tokens[i];
	w->count = n;
	for (size_t i = 0; i < n; i++)
		w->weight += c->idf[w->tokens[i]];
}

static double likeness_of(const struct catalog *c, const struct wording *x, const struct wording *y)
{
	float shared = 0;

	for (size_t i = 0, k = 0; i < x->count && k < y->count;) {
		if (x->tokens[i] == y->tokens[k]) {
			shared += c->idf[x->tokens[i++]];
			k++;
		} else if (x->tokens[i] < y->tokens[k]) {
			i++;
		} else {
			k++;
		}
	}
	return x->weight + y->weight > shared ? (double)(shared / (x->weight + y->weight - shared)) : 0;
}

/* "hạng 2" and "hạng 3" are two matters. */
static bool same_numbers(const char *one, const char *other)
{
	for (;;) {
		size_t x, y;

		one += strcspn(one, "0123456789");
		other += strcspn(other, "0123456789");
		x = strspn(one, "0123456789");
		y = strspn(other, "0123456789");
		if (x != y || memcmp(one, other, x) != 0)
			return false;
		if (!x)
			return true;
		one += x;
		other += y;
	}
}

static bool counts(const struct search *s, const struct doc *d)
{
	return d->valid_from <= s->day && s->day < d->valid_to && !d->ended && d->text_count;
}

static bool may_be_alike(const struct search *s, const struct doc *x, const struct doc *y)
{
	const struct text *t = name_of(s->catalog, x), *u = name_of(s->catalog, y);

	return counts(s, y) && x->record != y->record && x->kind == y->kind && x->levels == y->levels &&
	       strcmp(x->unit, y->unit) == 0 && t->acts == u->acts && t->variants == u->variants;
}

static void compare(const struct search *s, uint32_t number, uint32_t other, const struct wording *w)
{
	const struct doc *x = &s->catalog->documents[number], *y = &s->catalog->documents[other];
	struct wording v;
	struct alike pair = {x->id, y->id, x->title, y->title, 0};

	if (!may_be_alike(s, x, y) || !same_numbers(x->title, y->title))
		return;
	wording_read(s->catalog, y, &v);
	pair.likeness = likeness_of(s->catalog, w, &v);
	if (pair.likeness >= s->likeness)
		s->pair_cb(s->arg, &pair);
}

static uint32_t spread(const struct catalog *c, uint32_t token)
{
	return c->posting_first[token + 1] - c->posting_first[token];
}

/* The name's rarest tokens that others have too. */
static size_t leads(const struct catalog *c, const struct wording *w, uint32_t ret_tokens[RAREST])
{
	size_t n = 0;

	for (size_t i = 0; i < w->count; i++) {
		uint32_t token = w->tokens[i];
		size_t at = n;

		if (spread(c, token) < 2 || spread(c, token) > COMMON)
			continue;
		while (at > 0 && spread(c, ret_tokens[at - 1]) > spread(c, token)) {
			if (at < RAREST)
				ret_tokens[at] = ret_tokens[at - 1];
			at--;
		}
		if (at < RAREST)
			ret_tokens[at] = token;
		n += n < RAREST;
	}
	return n;
}

static void look_beside(struct search *s, uint32_t number)
{
	const struct catalog *c = s->catalog;
	uint32_t tokens[RAREST];
	struct wording w;
	size_t n;

	wording_read(c, &c->documents[number], &w);
	n = leads(c, &w, tokens);
	for (size_t i = 0; i < n; i++) {
		for (uint32_t p = c->posting_first[tokens[i]]; p < c->posting_first[tokens[i] + 1]; p++) {
			uint32_t other = c->postings[p].document;

			if (other <= number || s->seen[other] == number + 1)
				continue;
			s->seen[other] = number + 1;
			compare(s, number, other, &w);
		}
	}
}

enum err alike_find(
	struct kb *kb, double likeness, void (*pair_cb)(void *arg, const struct alike *pair), void *arg)
{
	struct search s = {
		.catalog = &kb->shelf->catalog, .likeness = likeness, .pair_cb = pair_cb, .arg = arg};
	char today[11];

	s.seen = calloc(s.catalog->document_count + 1, sizeof *s.seen);
	if (!s.seen)
		return ERR_NOMEM;
	clock_date(clock_now_ms(), today);
	s.day = kb_day(today, 0);
	for (uint32_t i = 0; i < s.catalog->document_count; i++)
		if (counts(&s, &s.catalog->documents[i]))
			look_beside(&s, i);
	free(s.seen);
	return OK;
}
