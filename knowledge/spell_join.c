/* spell_join.c - the cheapest parting, by dynamic programming over places between letters; one with a slip in it is followed
 * beside the one without. */
#include "knowledge/spell_join.h"

#include "knowledge/telex.h"

#include <math.h>
#include <string.h>

enum {
	PIECE_MAX = 8,      /* letters of a piece: "nghieng" and a slip */
	SLIP_LEAST = 3,     /* letters of a piece with a slip */
	SYLLABLES_MAX = 23, /* of all pieces */
};

#define SHORT_FORM 3.0 /* a piece of chat spelling, beside what it stands for */
#define DECODED 2.0    /* keys of a keyboard */
#define VOWEL_ALONE 3.0
#define SLIP_WITHIN 3.0 /* besides the slip's own cost */

struct cut {
	double cost; /* INFINITY: no way here */
	uint8_t from, pieces;
	bool from_slip;
	const struct word_entry *short_for; /* the last piece's; NULL */
	char piece[NEAR_LETTERS + 1];
	const char *last; /* word it ends in; `piece` or of `short_for` */
};

struct work {
	const struct join *join;
	const struct lexicon *lexicon;
	const char *letters;
	size_t len;
	struct cut cuts[JOIN_LETTERS + 1][2]; /* behind that many letters, without and with a slip */
};

/* As fold would write it if it stood alone: "ky" is "ki". */
static void copy_piece(const struct work *w, size_t from, size_t to, char *piece)
{
	size_t len = to - from;

	memcpy(piece, w->letters + from, len);
	piece[len] = '\0';
	if (len >= 2 && piece[len - 1] == 'y' &&
		(!strchr("aeiouy", piece[len - 2]) || strcmp(piece, "quy") == 0))
		piece[len - 1] = 'i';
}

/* Of single letters only ở and y are words. */
static bool is_piece(const struct work *w, const char *piece)
{
	return (piece[1] || piece[0] == 'o' || piece[0] == 'y') && lexicon_count(w->lexicon, piece) > 0;
}

static void offer(struct work *w, size_t from, bool from_slip, size_t to, bool slip, const char *piece,
	const struct word_entry *short_for, double more)
{
	const struct cut *before = &w->cuts[from][from_slip];
	struct cut *cut = &w->cuts[to][slip];
	const char *first = short_for ? short_for->to[0].folded : piece,
		   *last = short_for ? short_for->to[short_for->to_length - 1].folded : NULL;
	double cost = before->cost + more;

	if (isinf(before->cost) || before->pieces == JOIN_PIECES)
		return;
	if (lexicon_count(w->lexicon, first))
		cost -= lexicon_expects(w->lexicon, from ? before->last : w->join->before, first);
	if (cost >= cut->cost)
		return;
	*cut = (struct cut){.cost = cost,
		.from = (uint8_t)from,
		.pieces = (uint8_t)(before->pieces + 1),
		.from_slip = from_slip,
		.short_for = short_for};
	memcpy(cut->piece, piece, strlen(piece) + 1);
	cut->last = last ? last : cut->piece;
}

static void offer_slips(struct work *w, size_t from, size_t to, const char *piece)
{
	struct near_word words[NEAR_MAX];
	size_t count;

	if (isinf(w->cuts[from][0].cost) || to - from < SLIP_LEAST || !strpbrk(piece, "aeiouy"))
		return;
	count = lexicon_near(w->lexicon, piece, words);
	for (size_t i = 0; i < count; i++)
		if (words[i].word[1] && (words[i].word[2] || to - from == 3))
			offer(w, from, false, to, true, words[i].word, NULL,
				(double)words[i].cost + SLIP_WITHIN);
}

/* One way to read a piece of known form, whether there was a slip before it or not. */
static void offer_both(struct work *w, size_t from, size_t to, const char *piece,
	const struct word_entry *short_for, double more)
{
	for (int slip = 0; slip < 2; slip++)
		offer(w, from, slip, to, slip, piece, short_for, more);
}

/* A row of chat spelling or abbreviations; one letter says something at the end alone ("…phibnv"). */
static const struct word_entry *short_for(const struct work *w, size_t from, size_t to, const char *piece)
{
	bool may = to - from > 2 || (w->join->slip && (to - from == 2 || (to == w->len && from > 0)));

	return may ? words_short_for(w->join->words, piece) : NULL;
}

static void read_piece(struct work *w, size_t from, size_t to)
{
	char piece[PIECE_MAX + 1];
	const struct word_entry *e;
	struct fold_syllable decoded;
	unsigned keys;

	copy_piece(w, from, to, piece);
	e = short_for(w, from, to, piece);
	if (e)
		offer_both(w, from, to, piece, e, lexicon_is_listed(w->lexicon, piece) ? 0 : SHORT_FORM);
	if (is_piece(w, piece))
		offer_both(w, from, to, piece, NULL, piece[1] ? 0 : VOWEL_ALONE);
	if (e || is_piece(w, piece))
		return;
	if (!w->join->slip)
		return;
	if (to - from > 2 && telex_decode(piece, &decoded, &keys) &&
		lexicon_count_marked(w->lexicon, decoded.marked))
		offer_both(w, from, to, decoded.plain, NULL, DECODED);
	offer_slips(w, from, to, piece);
}

static void walk(struct work *w)
{
	for (size_t to = 0; to <= w->len; to++)
		for (int slip = 0; slip < 2; slip++)
			w->cuts[to][slip].cost = to || slip ? INFINITY : 0;
	for (size_t to = 1; to <= w->len; to++)
		for (size_t from = to > PIECE_MAX ? to - PIECE_MAX : 0; from < to; from++)
			read_piece(w, from, to);
}

/* Pieces from the last to the first, put at the end of `s`. Returns the place of the first; SYLLABLES_MAX + 1: too many. */
static size_t unwind(const struct work *w, bool slip, struct syllable *s, struct arena *a)
{
	size_t at = SYLLABLES_MAX;

	for (size_t to = w->len; to > 0;) {
		const struct cut *cut = &w->cuts[to][slip];
		size_t length = cut->short_for ? cut->short_for->to_length : 1;

		if (length > at)
			return SYLLABLES_MAX + 1;
		at -= length;
		for (size_t i = 0; i < length && cut->short_for; i++)
			s[at + i] = words_put(&cut->short_for->to[i]);
		if (!cut->short_for && !(s[at].folded = arena_string(a, cut->piece)))
			return SIZE_MAX;
		to = cut->from;
		slip = cut->from_slip;
	}
	return at;
}

enum err join_part(const struct join *j, const char *letters, size_t len, unsigned least,
	struct syllable **ret_syllables, uint8_t *ret_count, double *ret_cost)
{
	struct work w = {.join = j, .lexicon = words_lexicon(j->words), .letters = letters, .len = len};
	struct syllable s[SYLLABLES_MAX] = {{0}}, *copy;
	const struct cut *end;
	size_t at;

	*ret_count = 0;
	if (len < 2 || len > JOIN_LETTERS)
		return OK;
	walk(&w);
	end = &w.cuts[len][w.cuts[len][1].cost < w.cuts[len][0].cost];
	if (isinf(end->cost) || end->pieces < least)
		return OK;
	at = unwind(&w, end == &w.cuts[len][1], s, j->arena);
	if (at > SYLLABLES_MAX)
		return at == SIZE_MAX ? ERR_NOMEM : OK;
	copy = arena_array(j->arena, SYLLABLES_MAX - at + 1, sizeof *copy);
	if (!copy)
		return ERR_NOMEM;
	memcpy(copy, s + at, (SYLLABLES_MAX - at) * sizeof *copy);
	*ret_syllables = copy;
	*ret_count = (uint8_t)(SYLLABLES_MAX - at);
	*ret_cost = end->cost + (lexicon_count(w.lexicon, copy->folded)
						? lexicon_expects(w.lexicon, j->before, copy->folded)
						: 0);
	return OK;
}
