#include "knowledge/typed.h"

#include "knowledge/fold.h"
#include "knowledge/lexicon.h"

#include <ctype.h>
#include <string.h>

enum {
	DRAWN_OUT = 3,    /* of one letter in a row */
	NUMBER_MAX = 4,   /* digits glued to a word */
	JOINED_LEAST = 9, /* letters of words run together: more than a syllable has */
};

struct work {
	const struct words *words;
	struct arena *arena;
	struct typed typed;
	size_t room;
};

/* Bytes that are no words: codes, and what masking put in ("[điện thoại]"). */
static bool is_hidden(const struct codes *codes, size_t at)
{
	for (size_t i = 0; i < codes->span_count; i++)
		if (at >= codes->spans[i].start && at < codes->spans[i].end)
			return true;
	return false;
}

static bool is_roman(const char *s)
{
	return s[strspn(s, "ivx")] == '\0';
}

static size_t bytes_of(const char *s)
{
	unsigned char c = (unsigned char)*s;

	return c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

/* How often the letter at `s` is written in a row. */
static size_t run_of(const char *s, const char *end, size_t letter)
{
	size_t n = 1;

	while (s + (n + 1) * letter <= end && strncasecmp(s, s + n * letter, letter) == 0)
		n++;
	return n;
}

/* Vowels are drawn out anywhere, consonants at the end: "cccd" and "pccc" are abbreviations. */
static bool is_drawn_out(const char *at, const char *end, size_t letter, size_t run, bool vowel_before)
{
	bool vowel = letter > 1 || strchr("aeiouyAEIOUY", *at);

	return run >= DRAWN_OUT && !isdigit((unsigned char)*at) &&
	       (vowel || (vowel_before && at + run * letter == end));
}

/* "điiiii", "khôngggg" → the same with such letters once; false when there are none. */
static bool shorten(const char *text, const struct fold_syllable *s, struct fold_syllable *ret_short)
{
	const char *at = text + s->start, *end = text + s->end;
	char once[FOLD_MAX];
	struct fold f;
	size_t n = 0, letter;
	bool any = false, vowel_before = false;

	for (; at < end && n + 4 < sizeof once; at += letter) {
		size_t run;

		letter = bytes_of(at);
		if (at + letter > end)
			break;
		run = run_of(at, end, letter);
		memcpy(once + n, at, letter);
		n += letter;
		if (is_drawn_out(at, end, letter, run, vowel_before)) {
			any = true;
			at += letter * (run - 1);
		}
		vowel_before |= letter > 1 || strchr("aeiouyAEIOUY", *at);
	}
	if (!any || is_roman(s->plain))
		return false;
	fold_init(&f, once, n);
	return fold_next(&f, ret_short);
}

static enum err grow(struct arena *a, struct typed *t, size_t *room)
{
	size_t wanted = *room ? 2 * *room : 64;
	struct syllable *bigger = arena_array(a, wanted, sizeof *bigger);

	if (!bigger)
		return ERR_NOMEM;
	if (t->count)
		memcpy(bigger, t->syllables, t->count * sizeof *bigger);
	t->syllables = bigger;
	*room = wanted;
	return OK;
}

static enum err add(struct work *w, const char *plain, size_t plain_len, const char *marked)
{
	struct typed *t = &w->typed;
	struct syllable *out;

	if (t->count == w->room && grow(w->arena, t, &w->room) != OK)
		return ERR_NOMEM;
	out = &t->syllables[t->count];
	out->folded = arena_copy(w->arena, plain, plain_len);
	out->marked = marked ? arena_string(w->arena, marked) : NULL;
	if (!out->folded || (marked && !out->marked))
		return ERR_NOMEM;
	t->count++;
	t->marked += marked != NULL;
	return OK;
}

/* A word a number may be glued to: "tuoi", "tr", and the single letters that are units. */
static bool follows_numbers(const struct words *w, const char *word, size_t len)
{
	char copy[FOLD_MAX];

	memcpy(copy, word, len);
	copy[len] = '\0';
	if (len == 1)
		return strchr("hktp", *copy) != NULL;
	return len > 1 && (words_syllable(w, copy) || lexicon_count(words_lexicon(w), copy));
}

/* "14tuổi", "3tr5" → number, word, number; false when it is none of that. */
static bool part_number(struct work *w, const struct fold_syllable *s, enum err *ret_err)
{
	size_t number = strspn(s->plain, "0123456789"),
	       word = strspn(s->plain + number, "abcdefghijklmnopqrstuvwxyz"),
	       rest = strspn(s->plain + number + word, "0123456789");

	if (number == 0 || number > NUMBER_MAX || s->plain[number + word + rest] ||
		!follows_numbers(w->words, s->plain + number, word))
		return false;
	*ret_err = add(w, s->plain, number, NULL);
	if (*ret_err == OK)
		*ret_err = add(w, s->plain + number, word, s->has_marks && !rest ? s->marked + number : NULL);
	if (*ret_err == OK && rest)
		*ret_err = add(w, s->plain + number + word, rest, NULL);
	return true;
}

/* "hosotrocap75tuoi" → words run together, number, words; not "nguo7i2", whose digit is a key. */
static bool part_joined(struct work *w, const struct fold_syllable *s, enum err *ret_err)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
	size_t word = strspn(s->plain, letters), number = strspn(s->plain + word, "0123456789"),
	       rest = strspn(s->plain + word + number, letters);

	if (word < 2 || number == 0 || number > NUMBER_MAX || rest < 2 || word + rest < JOINED_LEAST ||
		s->plain[word + number + rest])
		return false;
	*ret_err = add(w, s->plain, word, NULL);
	if (*ret_err == OK)
		*ret_err = add(w, s->plain + word, number, NULL);
	if (*ret_err == OK)
		*ret_err = add(w, s->plain + word + number, rest, NULL);
	return true;
}

enum err typed_split(const struct words *words, struct arena *a, const char *text, const struct codes *codes,
	struct typed *ret_typed)
{
	struct work w = {.words = words, .arena = a};
	struct fold_syllable s, once;
	struct fold fold;
	enum err err = OK;

	fold_init(&fold, text, strlen(text));
	while (err == OK && fold_next(&fold, &s)) {
		if (is_hidden(codes, s.start))
			continue;
		if (!words_syllable(words, s.plain) && shorten(text, &s, &once))
			s = once;
		if (!part_number(&w, &s, &err) && !part_joined(&w, &s, &err))
			err = add(&w, s.plain, s.plain_len, s.has_marks ? s.marked : NULL);
	}
	*ret_typed = w.typed;
	return err;
}
