/* utterance.c - what kind of thing was said. Every phrase of utterances.tsv in the message is looked at;
 * those whose rule and groups hold speak, the most urgent first; among phrases that are the whole message the
 * longest. A message where none speaks is a question. */
#include "knowledge/pattern.h"

#include <stdlib.h>
#include <string.h>

#define SHORT_REST 3  /* syllables that may stand beside a phrase of rule short */
#define CHOICE_MAX 20 /* a larger number is no choice */

/* Who speaks first when several do. */
static const unsigned char urgency[SAY_NOTHING] = {
	[SAY_EMERGENCY] = 20,
	[SAY_PRIVACY_ERASE] = 19,
	[SAY_PRIVACY_REFUSE] = 18,
	[SAY_PRIVACY_SHOW] = 17,
	[SAY_PRIVACY_WITHDRAW] = 18,
	[SAY_STATUS] = 16,
	[SAY_STAFF] = 15,
	[SAY_COMPLAINT] = 14,
	[SAY_CASE] = 13,
	[SAY_OTHER] = 12,
	[SAY_UNIT] = 11,
	[SAY_ABUSE] = 10,
	[SAY_WHO] = 9,
	[SAY_NOT_THAT] = 8,
	[SAY_WRONG] = 8,
	[SAY_MORE] = 7,
	[SAY_CHOICE] = 6,
	[SAY_PRAISE] = 5,
	[SAY_THANKS] = 4,
	[SAY_BYE] = 3,
	[SAY_GREETING] = 2,
	[SAY_YES] = 1,
};

typedef void (*found_cb)(void *arg, const struct word_entry *e, size_t at, size_t end);

struct pattern_call {
	found_cb found;
	void *arg;
};

static void pattern_pass(void *arg, const struct pattern_found *found)
{
	const struct pattern_call *call = arg;

	call->found(call->arg, found->entry, found->parts[0].start, found->parts[found->count - 1].end);
}

/* Calls `found` for every phrase and pattern of the list, overlapping ones too. */
static void each_phrase(const struct spoken *s, found_cb found, void *arg)
{
	struct pattern_call call = {found, arg};

	for (size_t at = 0; at < s->count; at++) {
		uint32_t node = 0;

		for (size_t i = at; i < s->count && (node = words_step(s->words, node, s->ids[i])); i++)
			for (const struct word_entry *e = words_entries(s->words, node); e; e = e->next)
				if (e->list == LIST_UTTERANCES && spoken_fits(s, e, at))
					found(arg, e, at, i + 1);
		pattern_each(s, LIST_UTTERANCES, at, pattern_pass, &call);
	}
}

static void mark(void *arg, const struct word_entry *e, size_t at, size_t end)
{
	struct spoken *s = arg;
	unsigned flag = e->kind == RULE_WHOLE ? SPOKEN_SAID
			: (e->value == SAY_FOLLOWS || e->value == SAY_BACK) && e->kind == RULE_ANY
				? SPOKEN_LEANS
				: 0;

	s->groups |= e->group;
	for (; flag && at < end; at++)
		s->flags[at] |= flag;
}

void spoken_mark_says(struct spoken *s)
{
	each_phrase(s, mark, s);
}

/* --- Which phrases speak ---------------------------------------------------------------------------- */

struct verdict {
	const struct spoken *s;
	size_t lead;  /* fillers at the beginning */
	size_t asked; /* fillers and what is asked at the beginning: "điều kiện ra sao, em 45 tuổi" */
	size_t content; /* syllables that no list explains */
	bool whole;     /* nothing but whole phrases and fillers */
	const struct word_entry *best;
	size_t length; /* of the phrase it was found by */
	bool follows, anew, detail, tells, denies, back, wants, state;
	enum nuance nuance;
	size_t rest;
	int hint; /* a choice at the beginning, explained by a few words */
};

/* What would be left beside the phrase. */
static size_t content_beside(const struct verdict *v, size_t at, size_t end)
{
	size_t inside = 0;

	for (size_t i = at; i < end; i++)
		inside += !(v->s->flags[i] & (SPOKEN_STOP | SPOKEN_FACET));
	return v->content - inside;
}

static bool speaks(const struct verdict *v, const struct word_entry *e, size_t at, size_t end)
{
	if ((v->s->groups & e->with) != e->with || v->s->groups & e->unless)
		return false;
	switch ((enum say_rule)e->kind) {
	case RULE_ANY:
	case RULE_TYPED: return true;
	case RULE_START: return at <= (e->value == SAY_TELLS ? v->asked : v->lead);
	case RULE_SHORT: return content_beside(v, at, end) <= SHORT_REST;
	case RULE_WHOLE: return v->whole;
	case RULE_GROUP: break;
	}
	return false;
}

static bool better(const struct verdict *v, const struct word_entry *e, size_t length)
{
	const struct word_entry *best = v->best;

	if (!best)
		return true;
	if (e->kind == RULE_WHOLE && best->kind == RULE_WHOLE && length != v->length)
		return length > v->length;
	return urgency[e->value] > urgency[best->value];
}

static void judge(void *arg, const struct word_entry *e, size_t at, size_t end)
{
	struct verdict *v = arg;

	if (e->value == SAY_CHOICE && at <= v->lead && content_beside(v, at, end) <= SHORT_REST)
		v->hint = e->choice;
	if (!speaks(v, e, at, end))
		return;
	if (e->value == SAY_FOLLOWS)
		v->follows = true;
	else if (e->value == SAY_ANEW)
		v->anew = true;
	else if (e->value == SAY_DETAIL)
		v->detail = true;
	else if (e->value == SAY_TELLS)
		v->tells = true;
	else if (e->value == SAY_BACK)
		v->back = true;
	else if (e->value == SAY_STATE)
		v->tells = v->state = true;
	else if (e->value == SAY_WANTS)
		v->wants = true;
	else if (e->value >= SAY_DUE && e->value <= SAY_VALID)
		v->nuance = (enum nuance)(NUANCE_DUE + e->value - SAY_DUE);
	else if (e->value == SAY_DENIES)
		v->denies = true;
	else if (e->value == SAY_REST)
		v->rest = end > v->rest ? end : v->rest;
	else if (e->value != SAY_PICK && better(v, e, end - at)) {
		v->best = e;
		v->length = end - at;
	}
}

static void survey(struct verdict *v)
{
	const struct spoken *s = v->s;

	while (v->lead < s->count && s->flags[v->lead] & SPOKEN_FILLER)
		v->lead++;
	v->asked = v->lead;
	while (v->asked < s->count && s->flags[v->asked] & (SPOKEN_FILLER | SPOKEN_FACET))
		v->asked++;
	v->whole = true;
	for (size_t i = 0; i < s->count; i++) {
		v->content += !(s->flags[i] & (SPOKEN_STOP | SPOKEN_FACET));
		v->whole = v->whole && s->flags[i] & (SPOKEN_SAID | SPOKEN_FILLER);
	}
}

/* --- Numbers ---------------------------------------------------------------------------------------- */

/* "2", "số 2", "chọn cái thứ 3 ạ": one number and nothing but words of picking; 0: no choice. */
static int number_picked(const struct spoken *s)
{
	long choice = 0;

	for (size_t i = 0; i < s->count; i++) {
		if (s->flags[i] & SPOKEN_NUMBER) {
			char *end;
			long n = strtol(s->syllables[i].folded, &end, 10);

			if (choice || *end || n < 1 || n > CHOICE_MAX)
				return 0;
			choice = n;
		} else if (!(s->flags[i] & SPOKEN_SAID) &&
			   (s->flags[i] & (SPOKEN_FILLER | SPOKEN_UNSURE)) != SPOKEN_FILLER) {
			return 0;
		}
	}
	return (int)choice;
}

static bool only_stops(const struct spoken *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (!(s->flags[i] & (SPOKEN_FILLER | SPOKEN_ASKING)))
			return false;
	return true;
}

struct said spoken_utterance(const struct spoken *s)
{
	struct verdict v = {.s = s};
	struct said said = {.says = SAY_QUESTION};

	if (!s->count)
		return (struct said){.says = SAY_EMPTY};
	survey(&v);
	each_phrase(s, judge, &v);
	said.follows = v.follows;
	said.anew = v.anew;
	said.detail = v.detail;
	said.tells = v.tells;
	said.denies = v.denies;
	said.wants = v.wants;
	said.state = v.state;
	said.nuance = v.nuance;
	said.back = v.back;
	said.rest = v.rest;
	if ((said.choice = number_picked(s))) {
		said.says = SAY_CHOICE;
	} else if (v.best) {
		said.says = (enum utterance)v.best->value;
		said.choice = v.best->choice;
	} else if (v.hint) {
		said.choice = v.hint;
	} else if (only_stops(s) && !v.follows) {
		said.says = SAY_GREETING; /* "dạ em hỏi ạ": nothing yet; a greeting invites the question */
	}
	return said;
}
