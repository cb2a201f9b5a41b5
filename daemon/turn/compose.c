/* compose.c - answers → reply, or an unresolved question and a hand-over.
 *   fixed words | the record asked for: facets, card, source, buttons | which of these? | don't know
 * Fails for want of memory or when the knowledge cannot be read. */
#include "daemon/turn/compose.h"
#include "daemon/turn/steps.h"

#include "daemon/base/text.h"

#include <string.h>

#define PAGE_UNITS 1200   /* a page of one thing asked */
#define DOCUMENTS_ALONG 8 /* documents listed although nobody asked for them, when they are short */
#define DOCUMENTS_ALONG_BYTES 1500
#define CARD_BELOW_UNITS 1100 /* the card follows an answer up to here: both go in one message */

const char *compose_title(struct say *s)
{
	const struct record *r = &s->turn->record;

	return say_clip(s, r->everyday && r->everyday[0] ? r->everyday : r->name, TITLE_UNITS);
}

void compose_unresolved(struct say *s, enum question_reason reason)
{
	s->turn->unresolved = true;
	s->turn->reason = reason;
}

enum facet compose_facet_first(unsigned facets)
{
	for (unsigned f = 0; f < FACET_COUNT; f++)
		if (facets & 1u << f)
			return (enum facet)f;
	return FACET_NONE;
}

static bool is_one(unsigned facets)
{
	return facets && !(facets & (facets - 1));
}

/* Each thing asked in turn; returns those the reply answers. */
static unsigned facets_say(struct say *s)
{
	struct turn *t = s->turn;
	unsigned asked = t->question.facets, answered = 0;
	struct facet_room room = {PAGE_UNITS, t->page ? t->page : 1, is_one(asked), true};

	if (!room.alone)
		room.units /= 2;
	for (unsigned f = 0; f < FACET_COUNT; f++) {
		if (!(asked & 1u << f))
			continue;
		if (compose_facet(s, (enum facet)f, &room))
			answered |= 1u << f;
		else
			compose_missing(s, (enum facet)f);
		room.first = false;
	}
	return answered;
}

/* Official and everyday title differ: a citizen should see both once. */
static void card_lead_say(struct say *s)
{
	const struct record *r = &s->turn->record;
	const char *official = NULL;

	if (r->everyday && r->everyday[0] && strcmp(r->everyday, r->name) != 0)
		official = say_clip(s, r->name, 2 * TITLE_UNITS);
	say_phrase(s, "card_lead", {"title", compose_title(s)}, {"official", official}, );
}

/* Records written before the districts went still name them. */
static void district_say(struct say *s, unsigned asked)
{
	unsigned places = 1u << FACET_WHERE | 1u << FACET_AGENCY | 1u << FACET_POSTAL;

	if ((asked && !(asked & places)) || !unit_district_named(buf_text(&s->buf)))
		return;
	say_gap(s);
	say_phrase(s, "place_district");
}

static void procedure_say(struct say *s)
{
	struct turn *t = s->turn;
	bool again = t->page > 1;
	unsigned asked = t->question.facets, answered = asked ? facets_say(s) : 0;

	proof_cite(t->proof, &t->record);
	if (!asked)
		card_lead_say(s);
	if (t->unresolved && t->reason == QUESTION_MISSING_FACT)
		compose_hotline(s);
	if (!again && text_utf16_len(buf_text(&s->buf), s->buf.len) < CARD_BELOW_UNITS &&
		!(t->question.only_facets && answered == asked && asked))
		compose_card(s, answered);
	district_say(s, asked);
	if (t->record.valid_to) {
		say_gap(s);
		say_phrase(s, "ending", {"day", say_day(s, t->record.valid_to)}, );
	}
	compose_source(s);
	compose_buttons(s, asked);
}

/* Says in words of their own what they want or how it is with them, and asks nothing by name. */
static bool wants_it_done(const struct turn *t)
{
	const struct question *q = &t->question;

	return !q->facets && (q->wants || q->tells || (t->talk->asking && q->text[0] != '#'));
}

/* They stand in the reply beside the card, without a second page. */
static bool documents_are_few(const struct record *r)
{
	size_t len = 0;

	for (size_t i = 0; i < r->document_count; i++)
		len += strlen(r->documents[i].name);
	return r->document_count && r->document_count <= DOCUMENTS_ALONG && len <= DOCUMENTS_ALONG_BYTES;
}

/* "làm sao", or what is wanted, and nothing else was asked: what to bring is half of the answer. */
static void documents_along(struct turn *t)
{
	struct question *q = &t->question;

	if (wants_it_done(t) && t->record.kind == KIND_PROCEDURE && documents_are_few(&t->record))
		q->facets = 1u << FACET_DOCUMENTS;
	if (q->how && q->facets == 1u << FACET_STEPS && t->record.document_count && t->page <= 1)
		q->facets |= 1u << FACET_DOCUMENTS;
}

static void record_say(struct say *s)
{
	struct turn *t = s->turn;

	t->talk->facets = t->question.facets;
	t->talk->nuance = t->question.nuance;
	documents_along(t);
	t->talk->asking = false;
	t->talk->sent = SAY_QUESTION;
	t->talk->more = false;
	t->talk->facet = FACET_NONE;
	t->talk->page = 1;
	talk_hold(t->talk, t->record.id, compose_title(s));
	t->outcome = OUTCOME_ANSWER;
	t->facet = compose_facet_first(t->question.facets);
	if (compose_ended(s))
		return;
	if (t->record.kind == KIND_PROCEDURE)
		procedure_say(s);
	else
		compose_other(s);
}

/* Other candidates, in case this was not what was meant. */
static void next_remember(struct turn *t)
{
	struct talk *talk = t->talk;

	if (!t->answers.count)
		return;
	talk->next_count = 0;
	for (size_t i = 0; i < t->answers.count && talk->next_count < TALK_MENU; i++) {
		const struct answer *answer = &t->answers.items[i];
		bool shown = t->outcome == OUTCOME_ANSWER ? i == 0 : i < 3;

		if (answer->title && !shown)
			talk->next[talk->next_count++] = (struct talk_item){answer->title, answer->id};
	}
}

/* What was offered can be picked by its number, also when the platform shows buttons as a list. */
static void menu_remember(struct turn *t)
{
	struct talk *talk = t->talk;

	if (!t->reply.button_count)
		return;
	talk->menu_count = 0;
	for (size_t i = 0; i < t->reply.button_count; i++) {
		const struct button *b = &t->reply.buttons[i];
		const char *payload = b->kind == BUTTON_PAYLOAD ? b->value : "#link";

		talk->menu[talk->menu_count++] = (struct talk_item){b->title, payload};
	}
}

/* What the next message may be about: the answer it rates, the question it hands over. */
static void open_remember(struct turn *t)
{
	struct open *o = &t->talk->open;

	if (t->outcome == OUTCOME_ANSWER && t->record.id && !t->deed.kind)
		o->answered = t->event_id;
	if (t->unresolved)
		o->kept = t->event_id;
	else if (t->outcome == OUTCOME_ANSWER)
		o->kept = 0;
}

enum err turn_compose(struct turn *t)
{
	struct say s;
	enum err err;

	say_init(&s, t);
	if (!t->flow)
		t->talk->open.step = OPEN_NONE;
	if (compose_flow(&s) || compose_unit(&s)) {
		/* said */
	} else if (t->record.id)
		record_say(&s);
	else if (t->question.says == SAY_NOT_THAT)
		compose_wrong(&s);
	else if (!compose_talk(&s)) {
		if (t->answers.decision == DECIDE_CHOICES && t->answers.count)
			compose_choices(&s);
		else
			compose_none(&s);
	}
	compose_case_left(&s);
	compose_first_contact(&s);
	next_remember(t);
	menu_remember(t);
	open_remember(t);
	err = say_end(&s);
	if (!err && t->deed.kind != DEED_FORGET)
		err = talk_print(&t->arena, t->talk, &t->remember);
	return err;
}
