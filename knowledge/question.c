/* question.c - a message → what is asked, in the order of words_internal.h. Codes are taken out first, so
 * that their digits and letters are no words. Nothing here fails but for memory. */
#include "knowledge/question.h"

#include "daemon/base/text.h"
#include "knowledge/codes.h"
#include "knowledge/lexicon.h"
#include "knowledge/spell.h"
#include "knowledge/spoken.h"
#include "knowledge/typed.h"

#include <ctype.h>
#include <string.h>

#define TEXT_MAX ((size_t)16 * 1024)

/* One syllable in three carries marks in whatever people type with marks; three in four when they type carefully. */
static bool sets_marks(const struct typed *t)
{
	return t->marked && t->marked * 3 >= t->count;
}

/* In a list and in no text: "online", "alo" by themselves; not "inh" out of "inh ỏi", nor two consonants, a word's beginning. */
static bool is_certain(const struct words *w, const char *word)
{
	const struct lexicon *l = words_lexicon(w);
	uint32_t node;

	if (!word[1] || (!word[2] && !strpbrk(word, "aeiouy")))
		return false;
	if (lexicon_count(l, word) > 0 && !lexicon_is_listed(l, word))
		return false;
	node = words_step(w, 0, words_syllable(w, word));
	return node && words_entries(w, node);
}

/* Teencode and abbreviations go first, they would look like slips; then what no list knows is repaired. */
static enum err put_right(const struct words *w, struct arena *a, const struct typed *typed,
	struct syllable **ret_right, size_t *ret_count)
{
	struct syllable *plain;
	size_t count;
	enum err err = spoken_expand(w, a, typed->syllables, typed->count, &plain, &count);

	if (err != OK)
		return err;
	for (size_t i = 0; i < count; i++)
		plain[i].certain |= is_certain(w, plain[i].folded);
	return spell_repair(w, a, plain, count, ret_right, ret_count);
}

static enum err understand(
	const struct words *w, struct arena *a, const struct typed *typed, struct spoken *ret_spoken)
{
	struct spoken s = {.words = w, .strict = sets_marks(typed)};
	struct syllable *right;
	enum err err = put_right(w, a, typed, &right, &s.count);

	if (err != OK)
		return err;
	s.syllables = right;
	s.ids = arena_array(a, s.count + 1, sizeof *s.ids);
	s.flags = arena_array(a, s.count + 1, sizeof *s.flags);
	if (!s.ids || !s.flags)
		return ERR_NOMEM;
	for (size_t i = 0; i < s.count; i++) {
		s.ids[i] = words_syllable(w, right[i].folded);
		s.flags[i] = isdigit((unsigned char)right[i].folded[0]) ? SPOKEN_NUMBER : 0;
	}
	*ret_spoken = s;
	return OK;
}

struct heard {
	struct facets_asked facets;
	struct said said;
};

static struct heard listen(struct spoken *s)
{
	struct heard h;

	spoken_mark_stops(s);
	spoken_mark_says(s);
	h.facets = spoken_facets(s);
	h.said = spoken_utterance(s);
	return h;
}

/* "không phải, ý tôi là khai tử": only what comes behind counts. */
static struct heard listen_to_the_rest(struct spoken *s)
{
	struct heard h = listen(s);
	size_t rest = h.said.rest;

	if (!rest)
		return h;
	if (rest >= s->count) {
		h.said.says = h.said.says == SAY_WRONG ? SAY_WRONG : SAY_NOT_THAT;
		h.said.choice = 0; /* "không phải cái 2, ý em là": a number that is refused chooses nothing */
		return h;
	}
	s->syllables += rest;
	s->ids += rest;
	s->flags += rest;
	s->count -= rest;
	s->groups = 0;
	for (size_t i = 0; i < s->count; i++)
		s->flags[i] &= SPOKEN_NUMBER;
	h = listen(s);
	h.said.follows = true;
	return h;
}

static enum term_role role_of(unsigned flags)
{
	if (flags & SPOKEN_FACET)
		return TERM_FACET;
	return flags & SPOKEN_STOP && !(flags & (SPOKEN_KEPT | SPOKEN_UNSURE)) ? TERM_FILLER : TERM_TOPIC;
}

static enum err fill_terms(struct arena *a, const struct spoken *s, struct question *q)
{
	struct term *terms = arena_array(a, s->count + 1, sizeof *terms);

	if (!terms)
		return ERR_NOMEM;
	for (size_t i = 0; i < s->count; i++)
		terms[i] = (struct term){s->syllables[i], role_of(s->flags[i])};
	q->terms = terms;
	q->term_count = s->count;
	return OK;
}

/* Those without any of the flags. */
static const char *join(struct arena *a, const struct spoken *s, unsigned without)
{
	size_t room = 1;
	char *text, *at;

	for (size_t i = 0; i < s->count; i++)
		room += strlen(s->syllables[i].folded) + 1;
	text = at = arena_alloc(a, room);
	for (size_t i = 0; text && i < s->count; i++) {
		if (s->flags[i] & without)
			continue;
		if (at > text)
			*at++ = ' ';
		at = stpcpy(at, s->syllables[i].folded);
	}
	if (text)
		*at = '\0';
	return text;
}

/* "sinh con bao lâu phải khai": the facet may not have been heard along. */
static void nuance_take(struct question *q, enum nuance nuance)
{
	static const enum facet facets[NUANCE_COUNT] = {
		FACET_NONE, FACET_TIME, FACET_FEE, FACET_TIME, FACET_RESULT};

	q->nuance = nuance;
	if (nuance)
		q->facets |= 1U << facets[nuance];
}

static void fill_heard(const struct heard *h, const struct codes *codes, struct question *q)
{
	q->dossier = codes->dossier;
	q->code = codes->procedure;
	q->facets = h->facets.bits;
	q->only_facets = h->facets.only;
	q->weak_facets = h->facets.weak;
	q->how = h->facets.how;
	q->says = h->said.says;
	q->choice = h->said.choice;
	q->follows = h->said.follows;
	q->anew = h->said.anew;
	q->detail = h->said.detail;
	q->tells = h->said.tells;
	q->wants = h->said.wants;
	q->state = h->said.state;
	nuance_take(q, h->said.nuance);
	q->back = h->said.back;
	if (q->dossier) {
		q->says = SAY_STATUS;
		q->choice = 0;
	} else if (q->code && (q->says == SAY_EMPTY || q->says == SAY_GREETING)) {
		q->says = SAY_QUESTION;
	}
}

/* "à không phải mất, bị rách thôi": only what stands behind the comma is meant. */
static enum err parse_behind_denial(const struct words *w, struct arena *a, struct question *q)
{
	const char *behind = strpbrk(q->text, ",.;\n");
	struct question meant;
	enum err err;

	behind = behind ? behind + strspn(behind, ",.; \n") : "";
	if (!*behind)
		return OK;
	err = question_parse(w, a, behind, &meant);
	if (err || meant.says != SAY_QUESTION)
		return err;
	meant.follows = meant.denies = true;
	*q = meant;
	return OK;
}

enum err question_parse(
	const struct words *w, struct arena *a, const char *text, struct question *ret_question)
{
	struct question q = {0};
	struct codes codes;
	struct typed typed;
	struct heard heard;
	struct spoken s;
	enum err err = text_clean(a, text, strnlen(text, TEXT_MAX), &q.text);

	if (err == OK)
		err = codes_find(a, q.text, &codes);
	if (err == OK)
		err = typed_split(w, a, q.text, &codes, &typed);
	if (err == OK)
		err = understand(w, a, &typed, &s);
	if (err == OK && !(q.folded = join(a, &s, 0)))
		err = ERR_NOMEM;
	if (err != OK)
		return err;
	heard = listen_to_the_rest(&s);
	fill_heard(&heard, &codes, &q);
	q.topic = join(a, &s, SPOKEN_STOP | SPOKEN_FACET | SPOKEN_LEANS);
	err = q.topic ? fill_terms(a, &s, &q) : ERR_NOMEM;
	if (err == OK && heard.said.denies && !heard.said.rest)
		err = parse_behind_denial(w, a, &q);
	if (err == OK)
		*ret_question = q;
	return err;
}
