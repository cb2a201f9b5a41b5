/* spell.c - the cheapest way through the guesses, by dynamic programming over places between typed syllables. Ways that end in
 * the same word at the same place differ no more in what follows, so only the cheaper one goes on; where a single way is left,
 * everything before is settled and written out. Fails only for memory. */
#include "knowledge/spell.h"

#include "knowledge/spell_guess.h"
#include "knowledge/telex.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum {
	OPEN_MAX = 64, /* syllables guessed at in one message */
	WINDOW = 48,   /* syllables before a way is settled */
	WAYS_MAX = 12, /* kept at one place */
	KEYS_SHOWN = 3,
};

struct way {
	double cost;
	const char *last; /* word it ends in; NULL at the beginning */
	const struct guess *by;
	uint8_t from, from_way;
};

struct stop {
	struct way ways[WAYS_MAX];
	size_t count;
};

struct repair {
	const struct words *words;
	const struct lexicon *lexicon;
	struct arena *arena;
	const struct syllable *typed;
	size_t count, at; /* typed; settled so far */
	size_t opened;
	bool keys_shown;               /* three words or more are keys of a keyboard */
	struct stop stops[WINDOW + 2]; /* behind typed[at + i - 1] */
	struct syllable *out;
	size_t out_count, out_room;
	size_t keys,
		decoded; /* keys of a keyboard that were decoded, and where the last of them is in `out` */
};

static bool is_number(const char *s)
{
	return isdigit((unsigned char)*s) && strspn(s, "0123456789") == strlen(s);
}

static const char *folded_at(const struct repair *r, size_t i)
{
	return i < r->count ? r->typed[i].folded : NULL;
}

/* Its neighbours know it, or it is beyond doubt. */
static bool is_settled(const struct repair *r, size_t i)
{
	const struct syllable *s = &r->typed[i];
	const char *before = i > 0 ? r->typed[i - 1].folded : NULL, *after = folded_at(r, i + 1);

	if (s->certain || is_number(s->folded))
		return true;
	if (lexicon_count(r->lexicon, s->folded) == 0)
		return false;
	if (s->marked || r->count == 1)
		return true;
	return (before && lexicon_count_pair(r->lexicon, before, s->folded) > 0) ||
	       (after && lexicon_count_pair(r->lexicon, s->folded, after) > 0);
}

/* --- Guesses ------------------------------------------------------------------------------------------ */

static bool may_be_part(const struct syllable *s)
{
	return (!s->certain || s->brief) && !isdigit((unsigned char)*s->folded);
}

static bool can_join(const struct repair *r, size_t i)
{
	const struct syllable *first = &r->typed[i], *second = &r->typed[i + 1];

	return i + 1 < r->count && may_be_part(first) && may_be_part(second) &&
	       (first->brief || second->brief ||
		       lexicon_count_pair(r->lexicon, first->folded, second->folded) == 0);
}

static enum err guess_at(struct repair *r, size_t i, struct guesses **ret_guesses)
{
	struct place p = {r->words, r->arena, &r->typed[i], i > 0 ? r->typed[i - 1].folded : NULL,
		folded_at(r, i + 1), r->keys_shown};
	bool open = !is_settled(r, i),
	     joins = can_join(r, i) && (open || !is_settled(r, i + 1) || p.typed->brief || p.typed[1].brief);
	struct guesses *g =
		arena_alloc(r->arena, open || joins ? sizeof *g : offsetof(struct guesses, items[1]));
	enum err err = OK;

	if (!g)
		return ERR_NOMEM;
	g->items[g->count++] = guess_same(r->lexicon, p.typed);
	if ((open || joins) && r->opened < OPEN_MAX) {
		r->opened++;
		if (open)
			err = guess_one(&p, g);
		p.after = folded_at(r, i + 2);
		if (err == OK && joins)
			err = guess_two(&p, g);
	}
	*ret_guesses = g;
	return err;
}

/* --- Ways --------------------------------------------------------------------------------------------- */

/* The cheapest way to each last word stays. */
static void reach(struct stop *stop, const struct way *way)
{
	struct way *slot = NULL, *dearest = stop->ways;

	for (struct way *w = stop->ways; w < stop->ways + stop->count && !slot; w++) {
		if (strcmp(w->last, way->last) == 0)
			slot = w;
		if (w->cost > dearest->cost)
			dearest = w;
	}
	if (!slot && stop->count < WAYS_MAX) {
		stop->ways[stop->count++] = *way;
		return;
	}
	slot = slot ? slot : dearest;
	if (way->cost < slot->cost)
		*slot = *way;
}

static void go_on(struct repair *r, size_t stop, const struct guess *g)
{
	const char *first = g->syllables[0].folded, *last = g->syllables[g->count - 1].folded;

	for (size_t i = 0; i < r->stops[stop].count; i++) {
		const struct way *way = &r->stops[stop].ways[i];
		double cost = way->cost + g->cost -
			      (g->unknown ? 0 : lexicon_expects(r->lexicon, way->last, first));

		reach(&r->stops[stop + g->taken], &(struct way){cost, last, g, (uint8_t)stop, (uint8_t)i});
	}
}

static size_t cheapest(const struct stop *stop)
{
	size_t best = 0;

	for (size_t i = 1; i < stop->count; i++)
		if (stop->ways[i].cost < stop->ways[best].cost)
			best = i;
	return best;
}

static void write_out(struct repair *r, const struct guess *g)
{
	if (g->keys) {
		r->keys += g->keys;
		r->decoded = r->out_count;
	}
	for (size_t i = 0; i < g->count && r->out_count < r->out_room; i++)
		r->out[r->out_count++] = g->syllables[i];
}

/* Writes the cheapest way to `stop` and begins anew behind it. */
static void settle(struct repair *r, size_t stop)
{
	const struct guess *path[WINDOW + 2];
	size_t n = 0, way = cheapest(&r->stops[stop]);
	const char *last = r->stops[stop].ways[way].last;

	for (size_t at = stop; at > 0;) {
		const struct way *w = &r->stops[at].ways[way];

		path[n++] = w->by;
		at = w->from;
		way = w->from_way;
	}
	while (n-- > 0)
		write_out(r, path[n]);
	r->at += stop;
	for (size_t i = 1; i <= stop + 1; i++)
		r->stops[i].count = 0;
	r->stops[0].ways[0] = (struct way){.last = last};
	r->stops[0].count = 1;
}

/* "ddawng kys keest hoon": whoever types one word so types all so. */
static bool shows_keys(const struct repair *r)
{
	size_t shown = 0;

	for (size_t i = 0; i < r->count && shown < KEYS_SHOWN; i++) {
		struct fold_syllable s;
		unsigned keys;

		shown += !r->typed[i].certain && lexicon_count(r->lexicon, r->typed[i].folded) == 0 &&
			 telex_decode(r->typed[i].folded, &s, &keys) &&
			 lexicon_count_marked(r->lexicon, s.marked) > 0;
	}
	return shown == KEYS_SHOWN;
}

static enum err walk(struct repair *r)
{
	size_t stop = 0;

	r->stops[0].count = 1;
	while (r->at + stop < r->count) {
		struct guesses *g;
		enum err err = guess_at(r, r->at + stop, &g);

		if (err != OK)
			return err;
		for (size_t i = 0; i < g->count; i++)
			if (stop + g->items[i].taken <= WINDOW)
				go_on(r, stop, &g->items[i]);
		stop++;
		if (stop == WINDOW || (r->stops[stop].count == 1 && r->stops[stop + 1].count == 0)) {
			settle(r, stop);
			stop = 0;
		}
	}
	if (stop > 0)
		settle(r, stop);
	return OK;
}

enum err spell_repair(const struct words *w, struct arena *a, const struct syllable *typed, size_t count,
	struct syllable **ret_syllables, size_t *ret_count)
{
	struct repair r = {.words = w,
		.lexicon = words_lexicon(w),
		.arena = a,
		.typed = typed,
		.count = count,
		.out_room = count + (size_t)OPEN_MAX * GUESS_SYLLABLES};
	enum err err;

	r.out = arena_array(a, r.out_room + 1, sizeof *r.out);
	if (!r.out)
		return ERR_NOMEM;
	r.keys_shown = shows_keys(&r);
	err = walk(&r);
	if (err != OK)
		return err;
	if (r.keys == 1) /* "khais": a stray key; a keyboard that was not switched on leaves more of them */
		r.out[r.decoded].marked = NULL;
	*ret_syllables = r.out;
	*ret_count = r.out_count;
	return OK;
}
