/* spell.c - one unknown syllable after the other: Telex or VNI keys decoded; letters and digits parted; words run together
 * parted where the pieces are known neighbours; else the known syllable one slip away that fits its neighbours best. What
 * nothing explains stays as typed. Fails only for memory. */
#include "knowledge/spell.h"

#include "knowledge/telex.h"

#include <math.h>
#include <string.h>

enum {
	REPAIRS_MAX = 32, /* unknown syllables looked at in one message */
	SYLLABLE_MAX = 7, /* letters: "nghieng" */
	LONG_WORD = 6,
	LONG_PIECE = 5,  /* letters: no chance hit */
	WORD_MAX = 12,   /* letters of the longest word a slip is looked for in */
	JOINED_MAX = 48, /* letters of words run together */
};

struct repair {
	const struct lexicon *lexicon;
	struct arena *arena;
	struct syllable *out;
	size_t count, room;
};

static bool is_plain_letters(const char *s)
{
	for (; *s; s++)
		if (*s < 'a' || *s > 'z')
			return false;
	return true;
}

static bool has_vowel(const char *s)
{
	return strpbrk(s, "aeiouy") != NULL;
}

static bool push(struct repair *r, const char *folded, size_t len, const char *marked)
{
	struct syllable *s;

	if (r->count == r->room)
		return true; /* full: the rest of an absurd message is left out */
	s = &r->out[r->count];
	s->folded = arena_copy(r->arena, folded, len);
	s->marked = marked ? arena_string(r->arena, marked) : NULL;
	if (!s->folded || (marked && !s->marked))
		return false;
	r->count++;
	return true;
}

/* ---- words run together ---- */

struct join_step {
	double score; /* log probability of the best way to here */
	uint8_t from, pieces,
		pairs; /* where the last piece begins; pieces so far; of these known neighbours or long */
};

static double piece_score(const struct lexicon *l, const char *before, const char *piece, bool *ret_pair)
{
	uint32_t count = lexicon_count(l, piece), pair = before ? lexicon_count_pair(l, before, piece) : 0;

	*ret_pair = pair > 0;
	if (pair > 0)
		return log((double)pair / ((double)lexicon_count(l, before) + 50));
	return log((double)count / 4e6) - (before ? 3 : 0) - (piece[1] == '\0' ? 4 : 0);
}

/* As fold would write it if it stood alone: "ky" is "ki". */
static void copy_piece(const char *word, size_t from, size_t to, char *piece)
{
	size_t len = to - from;

	memcpy(piece, word + from, len);
	piece[len] = '\0';
	if (len >= 2 && piece[len - 1] == 'y' &&
		(!strchr("aeiouy", piece[len - 2]) || strcmp(piece, "quy") == 0))
		piece[len - 1] = 'i';
}

/* Of single letters only ở and y are words. */
static bool stands_alone(const char *piece)
{
	return has_vowel(piece) && (piece[1] || piece[0] == 'o' || piece[0] == 'y');
}

/* steps[end] for every place in the word; a piece is known and at most a syllable long. */
static void join_walk(const struct lexicon *l, const char *word, size_t len, struct join_step *steps)
{
	char piece[SYLLABLE_MAX + 1], before[SYLLABLE_MAX + 1];

	steps[0] = (struct join_step){.score = 0};
	for (size_t end = 1; end <= len; end++) {
		steps[end] = (struct join_step){.score = -INFINITY};
		for (size_t from = end > SYLLABLE_MAX ? end - SYLLABLE_MAX : 0; from < end; from++) {
			bool pair;
			double score;

			copy_piece(word, from, end, piece);
			if (isinf(steps[from].score) || !stands_alone(piece) || lexicon_count(l, piece) == 0)
				continue;
			if (from > 0)
				copy_piece(word, steps[from].from, from, before);
			score = steps[from].score + piece_score(l, from > 0 ? before : NULL, piece, &pair);
			if (score > steps[end].score)
				steps[end] = (struct join_step){score, (uint8_t)from,
					(uint8_t)(steps[from].pieces + 1),
					(uint8_t)(steps[from].pairs + (pair || end - from >= LONG_PIECE))};
		}
	}
}

/* Parts the word when most of its pieces are known neighbours. */
static bool part(struct repair *r, const char *word, bool *ret_failed)
{
	struct join_step steps[JOINED_MAX + 1];
	size_t len = strlen(word), ends[JOINED_MAX], n = 0;

	if (len < 4 || len > JOINED_MAX || !is_plain_letters(word))
		return false;
	join_walk(r->lexicon, word, len, steps);
	if (isinf(steps[len].score) || steps[len].pieces < 2 ||
		steps[len].pairs * 2 < steps[len].pieces - 1 || steps[len].pairs == 0)
		return false;
	for (size_t end = len; end > 0; end = steps[end].from)
		ends[n++] = end;
	for (size_t from = 0; n-- > 0; from = ends[n]) {
		char piece[SYLLABLE_MAX + 1];

		copy_piece(word, from, ends[n], piece);
		if (!push(r, piece, strlen(piece), NULL)) {
			*ret_failed = true;
			return false;
		}
	}
	return true;
}

/* "muc2", "cap3", "vneidmuc2": letters we know and a number. */
static bool part_number(struct repair *r, const char *word, bool *ret_failed)
{
	size_t letters = strspn(word, "abcdefghijklmnopqrstuvwxyz"),
	       digits = strspn(word + letters, "0123456789");
	char left[JOINED_MAX + 1];

	if (letters < 2 || letters > JOINED_MAX || digits == 0 || word[letters + digits])
		return false;
	memcpy(left, word, letters);
	left[letters] = '\0';
	if (lexicon_count(r->lexicon, left) > 0)
		*ret_failed = !push(r, left, letters, NULL);
	else if (!part(r, left, ret_failed))
		return false;
	*ret_failed = *ret_failed || !push(r, word + letters, digits, NULL);
	return !*ret_failed;
}

/* ---- one slip ---- */

struct slip {
	const struct lexicon *lexicon;
	const char *before, *after; /* neighbours, or NULL */
	char best[WORD_MAX + 2];
	double best_score, stranger_penalty;
};

/* A guess needs a neighbour that expects it; how common it is only decides between equals. */
static void weigh(struct slip *s, const char *guess, double penalty)
{
	uint32_t count = lexicon_count(s->lexicon, guess);
	double left, right, score;

	if (count == 0)
		return;
	left = s->before ? log(1 + (double)lexicon_count_pair(s->lexicon, s->before, guess)) : 0;
	right = s->after ? log(1 + (double)lexicon_count_pair(s->lexicon, guess, s->after)) : 0;
	score = left + right + 0.3 * log((double)count) - penalty;
	if (left + right <= 0 && (s->before || s->after))
		score -= s->stranger_penalty;
	if (score > s->best_score) {
		s->best_score = score;
		memcpy(s->best, guess, strlen(guess) + 1);
	}
}

static void slips(struct slip *s, const char *word)
{
	char guess[WORD_MAX + 2];
	size_t len = strlen(word);

	for (size_t i = 0; i + 1 < len; i++) { /* two letters in each other's place */
		memcpy(guess, word, len + 1);
		guess[i] = word[i + 1];
		guess[i + 1] = word[i];
		weigh(s, guess, 0);
	}
	for (size_t i = 0; i < len; i++) { /* one too many */
		memcpy(guess, word, i);
		memcpy(guess + i, word + i + 1, len - i);
		weigh(s, guess, i > 0 && word[i] == word[i - 1] ? 0 : 1);
	}
	for (size_t i = 0; i <= len; i++) /* one too few, or another */
		for (char c = 'a'; c <= 'z'; c++) {
			memcpy(guess, word, i);
			guess[i] = c;
			memcpy(guess + i + 1, word + i, len - i + 1);
			weigh(s, guess, 1);
			if (i == len)
				continue;
			memcpy(guess, word, len + 1);
			guess[i] = c;
			weigh(s, guess, i == 0 ? 2 : 1.5);
		}
}

static bool correct(struct repair *r, const char *word, const char *after, bool *ret_failed)
{
	struct slip s = {.lexicon = r->lexicon,
		.before = r->count ? r->out[r->count - 1].folded : NULL,
		.after = after,
		.best_score = 1,
		.stranger_penalty = 6};
	size_t len = strlen(word);

	if (len < 2 || len > WORD_MAX || !is_plain_letters(word) || !has_vowel(word))
		return false;
	if (len >= LONG_WORD) { /* "pasport": hardly anything else is one slip away */
		s.best_score = -2;
		s.stranger_penalty = 0;
	}
	slips(&s, word);
	if (!s.best[0])
		return false;
	*ret_failed = !push(r, s.best, strlen(s.best), NULL);
	return !*ret_failed;
}

static enum err repair_one(struct repair *r, const struct syllable *typed, const char *after)
{
	struct fold_syllable decoded;
	bool failed = false;

	if (telex_decode(r->lexicon, typed->folded, &decoded))
		return push(r, decoded.plain, decoded.plain_len, decoded.marked) ? OK : ERR_NOMEM;
	if (part_number(r, typed->folded, &failed) || part(r, typed->folded, &failed) ||
		correct(r, typed->folded, after, &failed))
		return OK;
	if (failed)
		return ERR_NOMEM;
	if (r->count < r->room)
		r->out[r->count++] = *typed;
	return OK;
}

/* "khia sinh": a syllable of the language, but its neighbours know it only with two letters changed about. */
static bool unexpected(const struct lexicon *l, const char *before, const char *word, const char *after)
{
	return (!before || lexicon_count_pair(l, before, word) == 0) &&
	       (!after || lexicon_count_pair(l, word, after) == 0);
}

static bool turn_about(struct repair *r, const char *word, const char *after, bool *ret_failed)
{
	const char *before = r->count ? r->out[r->count - 1].folded : NULL;
	char guess[WORD_MAX + 2], best[WORD_MAX + 2] = "";
	uint32_t most = 200; /* how often the neighbours must have been seen together */
	size_t len = strlen(word);

	if (len < 3 || len > WORD_MAX || !is_plain_letters(word) ||
		!unexpected(r->lexicon, before, word, after))
		return false;
	for (size_t i = 0; i + 1 < len; i++) {
		uint32_t seen;

		memcpy(guess, word, len + 1);
		guess[i] = word[i + 1];
		guess[i + 1] = word[i];
		seen = (before ? lexicon_count_pair(r->lexicon, before, guess) : 0) +
		       (after ? lexicon_count_pair(r->lexicon, guess, after) : 0);
		if (seen > most) {
			most = seen;
			memcpy(best, guess, len + 1);
		}
	}
	if (!best[0])
		return false;
	*ret_failed = !push(r, best, len, NULL);
	return !*ret_failed;
}

static bool is_known(const struct lexicon *l, const struct syllable *s)
{
	return s->certain || lexicon_count(l, s->folded) > 0 ||
	       strspn(s->folded, "0123456789") == strlen(s->folded);
}

enum err spell_repair(const struct lexicon *l, struct arena *a, const struct syllable *typed, size_t count,
	struct syllable **ret_syllables, size_t *ret_count)
{
	struct repair r = {.lexicon = l, .arena = a, .room = count + REPAIRS_MAX * 4};
	size_t repairs = 0;
	enum err err = OK;

	r.out = arena_array(a, r.room + 1, sizeof *r.out);
	if (!r.out)
		return ERR_NOMEM;
	for (size_t i = 0; i < count && err == OK; i++) {
		const char *after = i + 1 < count ? typed[i + 1].folded : NULL;

		if (is_known(l, &typed[i]) || repairs == REPAIRS_MAX) {
			bool failed = false;

			if (!typed[i].marked && !typed[i].certain &&
				turn_about(&r, typed[i].folded, after, &failed))
				continue;
			if (failed)
				err = ERR_NOMEM;
			else if (r.count < r.room)
				r.out[r.count++] = typed[i];
			continue;
		}
		repairs++;
		err = repair_one(&r, &typed[i], after);
	}
	if (err != OK)
		return err;
	*ret_syllables = r.out;
	*ret_count = r.count;
	return OK;
}
