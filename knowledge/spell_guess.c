/* spell_guess.c - guesses of every kind, each priced; among those of one place the most promising are kept. */
#include "knowledge/spell_guess.h"

#include "knowledge/spell_join.h"
#include "knowledge/telex.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Costs are logarithms of chances, as those of words (lexicon.h); found by tests/eval/slips.c. */
#define UNKNOWN_WORD 5.0
#define UNKNOWN_LETTER 2.0
#define SYLLABLE 7 /* letters: "nghieng" */
#define BEYOND_LETTER 1.0
#define NO_VOWEL 3.0
#define VOWEL_ALONE 2.0
#define KNOWN_WRONG 6.0 /* a word of the language is seldom a slip */
#define LETTER_WRONG 1.0
#define DECODED 1.0
#define DECODED_SELDOM 2.0  /* another word of these letters is far more common */
#define DECODED_STRANGE 3.0 /* marks that no word of these letters has */
#define SHORT_FORM 4.0
#define CHAT 2.0
#define SOUND 3.0
#define KEYS_LEFT 3.0 /* digits of VNI that lead nowhere */
#define JOINED 1.0
#define CUT 4.0
#define KNOWN_CUT 5.0 /* both pieces are words */

/* Without a vowel it is likely an abbreviation; one vowel alone is a word of chat ("a" for "ạ"). */
static double unknown_cost(const char *word)
{
	bool vowel = strpbrk(word, "aeiouy") != NULL;
	size_t len = strlen(word);

	if (vowel && !word[1])
		return VOWEL_ALONE;
	return UNKNOWN_WORD + UNKNOWN_LETTER * (double)len +
	       (len > SYLLABLE ? BEYOND_LETTER * (double)(len - SYLLABLE) : 0) -
	       (vowel || !word[1] ? 0 : NO_VOWEL);
}

struct guess guess_same(const struct lexicon *l, const struct syllable *typed)
{
	bool unknown = lexicon_count(l, typed->folded) == 0;

	return (struct guess){.syllables = typed,
		.count = 1,
		.taken = 1,
		.unknown = unknown,
		.cost = typed->brief && !typed->brief[1] ? LETTER_WRONG
			: unknown && !typed->certain     ? unknown_cost(typed->folded)
							 : 0,
		.promise = -1e9};
}

/* A word that costs `slip`, with what stands around it as typed. */
static double promise(const struct place *p, const struct guess *g, const char *after)
{
	const struct lexicon *l = words_lexicon(p->words);
	const char *last = g->syllables[g->count - 1].folded;
	double cost = g->cost - lexicon_expects(l, p->before, g->syllables[0].folded);

	return after && lexicon_count(l, after) ? cost - lexicon_expects(l, last, after) : cost;
}

/* The dearest promise falls out. items[0] is what was typed. */
static void add(const struct place *p, struct guesses *g, struct guess new)
{
	size_t at = g->count, dearest = 1;

	new.promise = promise(p, &new, p->after);
	for (size_t i = 1; i < g->count; i++) {
		if (g->items[i].promise > g->items[dearest].promise)
			dearest = i;
		if (g->items[i].count == 1 && new.count == 1 && g->items[i].taken == new.taken &&
			strcmp(g->items[i].syllables->folded, new.syllables->folded) == 0)
			at = i;
	}
	if (at == GUESSES_MAX)
		at = dearest;
	if (at == g->count)
		g->count++;
	else if (g->items[at].promise <= new.promise)
		return;
	g->items[at] = new;
}

static enum err add_word(const struct place *p, struct guesses *g, const char *word, const char *marked,
	double cost, unsigned keys)
{
	struct syllable *s = arena_alloc(p->arena, sizeof *s);

	if (!s)
		return ERR_NOMEM;
	s->folded = arena_string(p->arena, word);
	s->marked = marked ? arena_string(p->arena, marked) : NULL;
	if (!s->folded || (marked && !s->marked))
		return ERR_NOMEM;
	add(p, g,
		(struct guess){.syllables = s, .count = 1, .taken = 1, .keys = (uint8_t)keys, .cost = cost});
	return OK;
}

static enum err add_short_for(const struct place *p, struct guesses *g, const struct word_entry *e)
{
	struct syllable *s = arena_array(p->arena, e->to_length, sizeof *s);

	if (!s)
		return ERR_NOMEM;
	for (size_t i = 0; i < e->to_length; i++)
		s[i] = words_put(&e->to[i]);
	add(p, g,
		(struct guess){
			.syllables = s, .count = (uint8_t)e->to_length, .taken = 1, .cost = SHORT_FORM});
	return OK;
}

/* --- Slips of the fingers ------------------------------------------------------------------------------- */

static enum err slips(const struct place *p, struct guesses *g, double more)
{
	struct near_word words[NEAR_MAX];
	size_t count = lexicon_near(words_lexicon(p->words), p->typed->folded, words);
	enum err err = OK;

	for (size_t i = 0; i < count && err == OK; i++)
		err = add_word(p, g, words[i].word, NULL, (double)words[i].cost + more, 0);
	return err;
}

/* --- Letters of chat, and of how a region speaks -------------------------------------------------------- */

static const struct rewriting {
	const char *typed, *meant;
	bool at_end;
	double cost;
} rewritings[] = {
	{"f", "ph", false, CHAT},
	{"w", "qu", false, CHAT},
	{"j", "gi", false, CHAT},
	{"j", "ch", false, SOUND},
	{"z", "d", false, CHAT},
	{"z", "gi", false, CHAT},
	{"z", "v", false, CHAT},
	{"z", "r", false, SOUND},
	{"dz", "d", false, CHAT},
	{"k", "c", false, CHAT},
	{"c", "k", false, CHAT},
	{"ck", "ch", false, CHAT},
	{"k", "kh", false, CHAT},
	{"g", "gh", false, CHAT},
	{"gh", "g", false, CHAT},
	{"ng", "ngh", false, CHAT},
	{"ngh", "ng", false, CHAT},
	{"q", "qu", false, CHAT},
	{"s", "x", false, SOUND},
	{"x", "s", false, SOUND},
	{"tr", "ch", false, SOUND},
	{"ch", "tr", false, SOUND},
	{"d", "gi", false, SOUND},
	{"gi", "d", false, SOUND},
	{"r", "d", false, SOUND},
	{"d", "r", false, SOUND},
	{"r", "gi", false, SOUND},
	{"gi", "r", false, SOUND},
	{"v", "d", false, SOUND},
	{"d", "v", false, SOUND},
	{"l", "n", false, SOUND},
	{"n", "l", false, SOUND},
	{"g", "ng", true, CHAT},
	{"h", "nh", true, CHAT},
	{"k", "ch", true, CHAT},
	{"nk", "nh", true, CHAT},
	{"nk", "ch", true, SOUND},
	{"j", "i", true, CHAT},
	{"iu", "ieu", true, CHAT},
	{"n", "ng", true, SOUND},
	{"ng", "n", true, SOUND},
	{"t", "c", true, SOUND},
	{"c", "t", true, SOUND},
	{"n", "nh", true, SOUND},
	{"nh", "n", true, SOUND},
};

static bool rewritten(const char *word, const struct rewriting *r, char *out, size_t room)
{
	size_t len = strlen(word), part = strlen(r->typed);

	if (len <= part || len + 2 > room)
		return false;
	if (r->at_end && strcmp(word + len - part, r->typed) == 0)
		snprintf(out, room, "%.*s%s", (int)(len - part), word, r->meant);
	else if (!r->at_end && strncmp(word, r->typed, part) == 0)
		snprintf(out, room, "%s%s", r->meant, word + part);
	else
		return false;
	return true;
}

static enum err letters_of_chat(const struct place *p, struct guesses *g, double more)
{
	const struct lexicon *l = words_lexicon(p->words);
	char once[NEAR_LETTERS + 3], twice[NEAR_LETTERS + 5];
	enum err err = OK;

	for (size_t i = 0; i < sizeof rewritings / sizeof *rewritings && err == OK; i++) {
		const struct rewriting *r = &rewritings[i];

		if (!rewritten(p->typed->folded, r, once, sizeof once))
			continue;
		if (lexicon_count(l, once))
			err = add_word(p, g, once, NULL, r->cost + more, 0);
		for (size_t k = 0; !r->at_end && k < sizeof rewritings / sizeof *rewritings && err == OK; k++)
			if (rewritings[k].at_end && rewritten(once, &rewritings[k], twice, sizeof twice) &&
				lexicon_count(l, twice))
				err = add_word(p, g, twice, NULL, r->cost + rewritings[k].cost + more, 0);
	}
	return err;
}

/* --- Keys of a keyboard --------------------------------------------------------------------------------- */

static enum err decoded(const struct place *p, struct guesses *g)
{
	const struct lexicon *l = words_lexicon(p->words);
	const char *word = p->typed->folded;
	const struct word_entry *e;
	struct fold_syllable s;
	unsigned keys, seldom;

	if (word[0] == 'd' && word[1] == 'd' && (e = words_short_for(p->words, word + 1)))
		return add_short_for(p, g, e);
	if (!telex_decode(word, &s, &keys) || lexicon_count(l, s.plain) == 0)
		return OK;
	if (lexicon_count_marked(l, s.marked) == 0)
		return add_word(p, g, s.plain, NULL, DECODED_STRANGE, keys);
	seldom = lexicon_count_marked(l, s.marked) * 20 < lexicon_count(l, s.plain);
	return add_word(p, g, s.plain, s.marked, seldom ? DECODED_SELDOM : DECODED, keys);
}

/* "dang65": digits of VNI that are no marks together. */
static enum err digits_left(const struct place *p, struct guesses *g)
{
	char letters[NEAR_LETTERS + 1];
	size_t n = 0, digits = 0;

	for (const char *s = p->typed->folded; *s; s++) {
		if (*s >= '1' && *s <= '9')
			digits++;
		else if (*s < 'a' || *s > 'z' || n == NEAR_LETTERS)
			return OK;
		else
			letters[n++] = *s;
	}
	letters[n] = '\0';
	if (isdigit((unsigned char)*p->typed->folded) || !digits || digits > 3 || n < 2 ||
		lexicon_count(words_lexicon(p->words), letters) == 0)
		return OK;
	return add_word(p, g, letters, NULL, KEYS_LEFT + (double)digits, 0);
}

/* --- Blanks --------------------------------------------------------------------------------------------- */

/* "muc2", "vneidmuc2": letters we know, and a number. */
static enum err number_behind(const struct place *p, struct guesses *g)
{
	const char *word = p->typed->folded;
	size_t letters = strspn(word, "abcdefghijklmnopqrstuvwxyz"),
	       digits = strspn(word + letters, "0123456789");
	struct join join = {p->words, p->arena, p->before, false};
	struct guess new = {.taken = 1};
	struct syllable *s;
	enum err err;

	if (letters < 2 || digits == 0 || word[letters + digits] || letters > JOIN_LETTERS)
		return OK;
	err = join_part(&join, word, letters, 1, &s, &new.count, &new.cost);
	if (err != OK || new.count == 0)
		return err;
	s[new.count].folded = arena_copy(p->arena, word + letters, digits);
	if (!s[new.count].folded)
		return ERR_NOMEM;
	new.count++;
	new.syllables = s;
	new.cost += JOINED;
	add(p, g, new);
	return OK;
}

static enum err part(const struct place *p, struct guesses *g, const char *letters, unsigned least,
	uint8_t taken, double cost)
{
	struct join join = {p->words, p->arena, p->before, taken == 1};
	struct guess new = {.taken = taken};
	struct syllable *s;
	enum err err = join_part(&join, letters, strlen(letters), least, &s, &new.count, &new.cost);

	if (err != OK || new.count == 0)
		return err;
	new.syllables = s;
	new.cost += cost;
	add(p, g, new);
	return OK;
}

enum err guess_one(const struct place *p, struct guesses *g)
{
	const char *word = p->typed->folded;
	bool known = lexicon_count(words_lexicon(p->words), word) > 0;
	enum err err;

	if (!near_is_word(word)) {
		err = decoded(p, g);
		if (err == OK)
			err = digits_left(p, g);
		return err == OK ? number_behind(p, g) : err;
	}
	if (p->keys_shown && !known) {
		err = decoded(p, g);
		if (err != OK || g->count > 1)
			return err;
	}
	err = slips(p, g, known ? KNOWN_WRONG : 0);
	if (err == OK)
		err = letters_of_chat(p, g, known ? KNOWN_WRONG : 0);
	if (err == OK && !known)
		err = decoded(p, g);
	return err == OK && !known ? part(p, g, word, 2, 1, JOINED) : err;
}

static bool is_word(const struct place *p, const struct syllable *s)
{
	return lexicon_count(words_lexicon(p->words), s->folded) > 0 ||
	       (strchr("aeiouy", *s->folded) && !s->folded[1]);
}

enum err guess_two(const struct place *p, struct guesses *g)
{
	const struct syllable *first = p->typed, *second = p->typed + 1;
	char both[2 * JOIN_LETTERS + 1];
	const char *left = first->brief ? first->brief : first->folded,
		   *right = second->brief ? second->brief : second->folded;

	if (strlen(left) + strlen(right) > JOIN_LETTERS || !near_is_word(left) || !near_is_word(right))
		return OK;
	snprintf(both, sizeof both, "%s%s", left, right);
	return part(p, g, both, 1, 2, CUT + (is_word(p, first) && is_word(p, second) ? KNOWN_CUT : 0));
}
