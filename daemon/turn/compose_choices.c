/* compose_choices.c - not sure: which of these? Don't know: says so, nearest topics, hotline, a person. Not
 * that: the next best. */
#include "daemon/turn/compose.h"

#include <string.h>

#define CHOICES 3
#define CHOICE_UNITS 80
#define CHOICE_SHARE 0.12 /* of the best one's confidence: a choice below it only puzzles */
#define LIKELY 0.8        /* confidence of the first from which on what is asked next is asked of it */
#define NEAREST_SHARE 0.7
#define NEAREST_CONFIDENCE 0.15 /* the same of a "nearest topic", which is no question of ours */

/* Candidates with a title of their own; same-named sisters are told apart by who handles them. */
struct choices {
	struct talk_item items[CHOICES]; /* title, record id */
	size_t count;
};

static const char *title_apart(struct say *s, const char *id, const char *title)
{
	const struct record *r = say_record(s, id);
	const char *apart;

	if (!r)
		return NULL;
	apart = r->agency ? r->agency : r->level_count ? r->levels[0] : r->code;
	if (!apart)
		return NULL;
	apart = arena_printf(
		&s->turn->arena, "%s (%s)", say_clip(s, title, CHOICE_UNITS), say_clip(s, apart, 40));
	s->failed |= !apart;
	return apart;
}

static bool is_taken(const struct choices *c, const char *title)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->items[i].title, title) == 0)
			return true;
	return false;
}

static void choice_add(struct say *s, struct choices *c, const char *id, const char *title)
{
	const char *clipped = say_clip(s, title, CHOICE_UNITS);

	proof_text(s->turn->proof, title);
	if (is_taken(c, clipped))
		clipped = title_apart(s, id, title);
	if (clipped && clipped[0] && !is_taken(c, clipped) && c->count < CHOICES)
		c->items[c->count++] = (struct talk_item){clipped, id};
}

static void choices_say(struct say *s, const struct choices *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const char *payload = arena_printf(&s->turn->arena, "#tt:%s", c->items[i].payload);

		say_break(s);
		say_phrase(
			s, "choice", {"n", say_number(s, i + 1, PROOF_LIST)}, {"title", c->items[i].title}, );
		say_button(s, BUTTON_PAYLOAD, c->items[i].title, payload);
	}
}

/* The way out stands in the list too, so that its number works as well. */
static void last_choice_say(struct say *s, const struct choices *c, const char *title, const char *payload)
{
	const char *words = say_phrase_text(s, title);

	say_break(s);
	say_phrase(s, "choice", {"n", say_number(s, c->count + 1, PROOF_LIST)}, {"title", words}, );
	say_button(s, BUTTON_PAYLOAD, words, payload);
}

static void answers_collect(struct say *s, double confidence, double share, struct choices *ret_choices)
{
	const struct answers *found = &s->turn->answers;
	double best = 0;

	ret_choices->count = 0;
	for (size_t i = 0; i < found->count; i++)
		if (found->items[i].confidence > best)
			best = found->items[i].confidence;
	if (best * share > confidence)
		confidence = best * share;
	for (size_t i = 0; i < found->count && ret_choices->count < CHOICES; i++)
		if (found->items[i].title && (i < found->open || found->items[i].confidence >= confidence))
			choice_add(s, ret_choices, found->items[i].id, found->items[i].title);
}

void compose_choices(struct say *s)
{
	struct turn *t = s->turn;
	struct choices c;

	answers_collect(s, 0, CHOICE_SHARE, &c);
	say_phrase(s, "choices");
	choices_say(s, &c);
	last_choice_say(s, &c, "choice_other", "#no");
	say_gap(s);
	say_phrase(s, "choices_how");
	t->talk->asking = true;
	t->talk->likely = t->answers.items[0].confidence >= LIKELY;
	t->talk->sent = SAY_QUESTION;
	t->talk->facets = t->question.facets;
	t->talk->nuance = t->question.nuance;
	t->outcome = OUTCOME_CHOICES;
}

void compose_none(struct say *s)
{
	struct turn *t = s->turn;
	struct choices c;

	answers_collect(s, NEAREST_CONFIDENCE, NEAREST_SHARE, &c);
	say_phrase(s, "none");
	if (c.count) {
		say_gap(s);
		say_phrase(s, "none_nearest");
		choices_say(s, &c);
		last_choice_say(s, &c, "button_staff", "#staff");
	} else {
		say_button(s, BUTTON_PAYLOAD, say_phrase_text(s, "button_staff"), "#staff");
	}
	say_gap(s);
	compose_hotline(s);
	t->talk->asking = true;
	t->talk->likely = false;
	t->talk->facets = t->question.facets;
	t->talk->nuance = t->question.nuance;
	t->outcome = OUTCOME_UNRESOLVED;
	compose_unresolved(s, t->answers.count ? QUESTION_LOW_CONFIDENCE : QUESTION_NO_MATCH);
}

/* The candidates that were not shown yet. */
static void next_collect(struct say *s, struct choices *ret_choices)
{
	struct talk *talk = s->turn->talk;

	ret_choices->count = 0;
	for (size_t i = 0; i < talk->next_count && ret_choices->count < CHOICES; i++)
		choice_add(s, ret_choices, talk->next[i].payload, talk->next[i].title);
	talk->next_count = 0;
}

void compose_not_that(struct say *s)
{
	struct turn *t = s->turn;
	struct choices c;

	next_collect(s, &c);
	compose_unresolved(s, QUESTION_REFUSED);
	if (!c.count) {
		say_phrase(s, "not_that");
		say_gap(s);
		compose_hotline(s);
		say_button(s, BUTTON_PAYLOAD, say_phrase_text(s, "button_staff"), "#staff");
		t->talk->asking = false;
		t->outcome = OUTCOME_UNRESOLVED;
		return;
	}
	say_phrase(s, "not_that_next");
	choices_say(s, &c);
	last_choice_say(s, &c, "button_staff", "#staff");
	t->talk->asking = true;
	t->talk->likely = false;
	t->outcome = OUTCOME_CHOICES;
}
