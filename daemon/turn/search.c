/* search.c - what is asked → ranked answers, and the record the reply will cite.
 * A message that leans on the one before is searched for on its own first; when that is not sure, beside what the record in hand is
 * about (context.h), then together with what was asked before; and when it asks a facet and nothing better turns up, it is taken to
 * mean the record in hand. ERR_NOMEM, ERR_STORE; a record that is not there is a question we cannot answer. */
#include "daemon/turn/context.h"
#include "daemon/turn/steps.h"

#include <string.h>

#define ASKED_MAX 400 /* bytes of a question remembered */
#define PLACE_REST 1  /* syllables beside names in an answer to "which place?" */
#define SURE 0.7      /* from here on a message is understood without the one before */
#define OTHER 0.9     /* from here on it is another matter, although we asked "which of these?" */
#define LIKELY 0.35   /* from here on a facet is asked of what was found, not of the record in hand */
#define ANEW 0.2      /* from here on a message that begins another matter is taken for itself */
#define EVEN 0.5      /* from here on even a short message is about what was found */
#define SHORT 4       /* syllables of a message that says little */
#define RIVAL 4       /* times as likely as the record in hand may another be */
#define APART 2       /* times as likely as the next choice: no need to ask again */

static enum err record_get(struct turn *t, const char *id)
{
	struct record record = {0};
	enum err err = kb_get(t->tools->kb, &t->arena, id, t->unit, t->as_of, &record);

	if (err == ERR_NOT_FOUND)
		return OK;
	if (err)
		return turn_err(err);
	t->record = record;
	return OK;
}

/* "có cần khám sức khỏe không" is asked of what is in hand; only who is quite sure leads away from it. */
static bool asks_detail(const struct turn *t)
{
	return t->talk->record && !t->talk->asking && t->question.detail && !t->question.anew;
}

/* Who is being answered says less and means as much: what is likely is not asked back then. */
static enum err search(struct turn *t, const struct question *q, struct answers *ret_answers)
{
	const struct search_scope scope = {.unit = t->unit, .as_of = t->as_of};
	const struct talk *talk = t->talk;
	enum err err;

	*ret_answers = (struct answers){.decision = DECIDE_NONE};
	err = kb_search(t->tools->kb, &t->arena, q, &scope, ret_answers);
	if (!err && ret_answers->open && (talk->record || talk->asking) && !asks_detail(t) &&
		ret_answers->items[0].confidence >= SURE)
		ret_answers->decision = DECIDE_ANSWER;
	return err;
}

static bool is_offered(const struct talk *talk, const char *id)
{
	for (size_t i = 0; talk->asking && i < talk->menu_count; i++)
		if (strncmp(talk->menu[i].payload, "#tt:", 4) == 0 &&
			strcmp(talk->menu[i].payload + 4, id) == 0)
			return true;
	return false;
}

/* Whether the record is in hand or was among what we offered for the question before. */
static bool is_open(const struct talk *talk, const char *id)
{
	if (talk->record && strcmp(talk->record, id) == 0)
		return true;
	for (size_t i = 0; i < talk->next_count; i++)
		if (strcmp(talk->next[i].payload, id) == 0)
			return true;
	return is_offered(talk, id);
}

/* Not sure by itself, and something was asked before. While a question of ours is open, a message is taken for its answer
 * unless it is clearly another matter. */
static bool leans(const struct turn *t)
{
	const struct talk *talk = t->talk;
	const struct answers *found = &t->answers;

	if (!talk->record && !(talk->asking && talk->asked))
		return false;
	if (!found->count)
		return true;
	if (is_offered(talk, found->items[0].id))
		return found->decision != DECIDE_ANSWER;
	if (!talk->asking && found->decision != DECIDE_ANSWER)
		return true;
	if (talk->asking && t->question.tells)
		return true;
	if (!talk->asking && found->items[0].confidence >= SURE && context_names_another(t))
		return false;
	return found->items[0].confidence < OTHER && (talk->asking || !is_open(talk, found->items[0].id));
}

/* Which of the offered records both messages together mean; NULL: they leave it open. */
static const char *offered_among(const struct talk *talk, const struct answers *together)
{
	const struct answer *best = NULL;

	for (size_t i = 0; i < together->count; i++) {
		const struct answer *answer = &together->items[i];

		if (!is_offered(talk, answer->id))
			continue;
		if (best)
			return best->confidence >= APART * answer->confidence ? best->id : NULL;
		best = answer;
	}
	return best ? best->id : NULL;
}

/* Both together are better when they are surer, or lead back to what is being talked about. */
static bool is_better(const struct turn *t, const struct answers *together)
{
	const struct answers *alone = &t->answers;

	if (together->decision < alone->decision)
		return true;
	if (together->decision == alone->decision && alone->items[0].confidence < LIKELY &&
		together->items[0].confidence > alone->items[0].confidence)
		return true;
	return together->decision == DECIDE_ANSWER && is_open(t->talk, together->items[0].id);
}

/* What was asked before and this message as one question; when that is better, *asked is then both, and *ret_offered the
 * choice they make among what was offered. */
static enum err search_together(struct turn *t, const char **asked, const char **ret_offered)
{
	const char *text = arena_printf(&t->arena, "%s %s", t->talk->asked, t->question.text);
	struct question q;
	struct answers found;
	enum err err = text ? question_parse(t->tools->words, &t->arena, text, &q) : ERR_NOMEM;

	if (err || q.says != SAY_QUESTION)
		return err;
	err = search(t, &q, &found);
	*ret_offered = err ? NULL : offered_among(t->talk, &found);
	if (!err && found.count && (*ret_offered || is_better(t, &found))) {
		t->answers = found;
		*asked = text;
	}
	return err;
}

static enum err asked_keep(struct turn *t, const char *text)
{
	size_t len = strlen(text);

	if (len > ASKED_MAX)
		for (len = ASKED_MAX; len && ((unsigned char)text[len] & 0xc0) == 0x80;)
			len--;
	t->talk->asked = arena_copy(&t->arena, text, len);
	return t->talk->asked ? OK : ERR_NOMEM;
}

static double confidence_of(const struct answers *found, const char *id)
{
	for (size_t i = 0; i < found->count; i++)
		if (strcmp(found->items[i].id, id) == 0)
			return found->items[i].confidence;
	return 0;
}

/* "tiền thẻ 2 năm": says too little to change the subject. */
static bool is_short(const char *topic)
{
	size_t words = topic[0] != '\0';

	for (; *topic; topic++)
		words += *topic == ' ';
	return words <= SHORT;
}

/* Nothing better turned up, and the record in hand may well be meant, or a facet is asked that it has. */
static bool means_record_in_hand(const struct turn *t)
{
	const char *id = t->talk->record;
	const struct answers *found = &t->answers;
	double best, hand;

	if (!id || t->talk->asking || t->question.anew || found->decision == DECIDE_ANSWER)
		return false;
	best = found->count ? found->items[0].confidence : 0;
	hand = confidence_of(found, id);
	if (hand > 0 && hand * RIVAL >= best)
		return true;
	return t->question.facets && (best < LIKELY || (best < EVEN && is_short(t->question.topic)));
}

/* "ra giấy mất bao lâu" to "which of these?": nothing that was found is worth another question of ours. */
static bool asks_of_choices(const struct turn *t)
{
	const struct answers *found = &t->answers;

	return t->talk->asking && t->talk->menu_count && t->question.facets && !t->question.weak_facets &&
	       found->decision != DECIDE_ANSWER && (!found->count || found->items[0].confidence < LIKELY);
}

/* "tổng đài bảo hiểm xã hội": a number to call is asked for, and there may be a record of just that. */
static enum err hotline_search(struct turn *t)
{
	const struct search_scope scope = {
		.unit = t->unit, .as_of = t->as_of, .kinds = 1u << KIND_HOTLINE | 1u << KIND_OFFICE};
	struct answers found = {.decision = DECIDE_NONE};
	enum err err;

	if (!(t->question.facets & 1u << FACET_HOTLINE))
		return OK;
	err = kb_search(t->tools->kb, &t->arena, &t->question, &scope, &found);
	if (!err && found.count && found.decision == DECIDE_ANSWER)
		t->answers = found;
	return err;
}

/* Another matter begins, and something is found of it. */
static bool is_anew(const struct turn *t)
{
	return t->question.anew && t->answers.count && t->answers.items[0].confidence >= ANEW;
}

/* What a message is taken to mean. */
struct sought {
	const char *asked;   /* the question, completed by what went before */
	const char *offered; /* the choice of ours it makes; NULL: none */
	bool in_hand;        /* the record in hand */
};

static bool holds(const struct turn *t)
{
	return t->talk->record && !t->talk->asking;
}

/* "bằng lái thì phí nhiêu": before any search. */
static enum err names_hand(struct turn *t, struct sought *s)
{
	if (!holds(t) || !t->question.facets || t->question.weak_facets)
		return OK;
	return context_is_in_hand(t, &s->in_hand);
}

/* Whatever was found, the message only says or asks more of what is in hand. */
static enum err keeps_hand(struct turn *t, struct sought *s)
{
	const struct answers *found = &t->answers;
	enum err err = OK;

	if (holds(t) && !t->question.anew)
		err = context_is_circumstance(t, &s->in_hand);
	if (!err && !s->in_hand)
		err = hotline_search(t);
	if (!err && !s->in_hand && asks_detail(t) &&
		(found->decision != DECIDE_ANSWER ||
			(found->items[0].confidence < OTHER && !context_names_another(t))))
		err = context_is_detail(t, &s->in_hand);
	return err;
}

/* Beside the record in hand; then together with the question before. */
static enum err lean_search(struct turn *t, struct sought *s)
{
	const char *alone = s->asked;
	enum err err = OK;

	if (holds(t) && t->talk->asked && t->question.follows && !t->question.anew)
		err = context_search_parallel(t, &s->asked);
	if (err || s->asked != alone || !leans(t))
		return err;
	if (holds(t))
		err = context_search(t, &s->asked, &s->in_hand);
	if (err || s->asked != alone || s->in_hand || !t->talk->asked || is_anew(t))
		return err;
	return search_together(t, &s->asked, &s->offered);
}

/* "khi nào sửa" of a broken lamp: what we sent elsewhere is asked on. */
static bool asks_of_sent(const struct turn *t)
{
	const struct answers *found = &t->answers;

	return t->talk->sent != SAY_QUESTION && !t->talk->asking && found->decision != DECIDE_ANSWER &&
	       (!found->count || (t->question.facets && found->items[0].confidence < EVEN));
}

/* The record that was found is cited; or none, and compose asks back or hands over. */
static enum err found_take(struct turn *t)
{
	struct answers *found = &t->answers;

	if (asks_of_sent(t)) {
		t->question.says = t->talk->sent;
		t->led_back = true;
		found->count = 0;
		return OK;
	}
	if (asks_of_choices(t)) {
		t->question.says = SAY_CHOICE;
		found->count = 0;
	}
	if (means_record_in_hand(t))
		return record_get(t, t->talk->record);
	return found->decision == DECIDE_ANSWER && found->count ? record_get(t, found->items[0].id) : OK;
}

static enum err question_search(struct turn *t)
{
	struct sought s = {.asked = t->question.text};
	enum err err = names_hand(t, &s);

	if (!err && !s.in_hand)
		err = search(t, &t->question, &t->answers);
	if (!err && !s.in_hand)
		err = keeps_hand(t, &s);
	if (err || s.in_hand)
		return err ? err : record_get(t, t->talk->record);
	err = lean_search(t, &s);
	if (!err && !t->question.only_facets)
		err = asked_keep(t, s.asked);
	if (err)
		return err;
	if (s.offered || s.in_hand)
		return record_get(t, s.offered ? s.offered : t->talk->record);
	return found_take(t);
}

/* --- Places -------------------------------------------------------------------------------------------- */

static enum err place_find(struct turn *t, const char *text, const char *code, struct units *ret_units)
{
	enum err err = unit_find(t->tools->kb, &t->arena, text, code, t->unit, ret_units);

	return err ? turn_err(err) : OK;
}

/* A name, or what tells several of that name apart, in answer to our question; else it was no answer. */
static enum err place_answer(struct turn *t, const char *open, bool *ret_is_place)
{
	const char *both = arena_printf(&t->arena, "%s, %s", open, t->question.text);
	struct units alone;
	enum err err = both ? place_find(t, t->question.text, NULL, &alone) : ERR_NOMEM;

	if (err || alone.match == UNIT_UNNAMED || alone.rest > PLACE_REST)
		return err;
	*ret_is_place = true;
	t->place = t->question.text;
	if (alone.match == UNIT_PLACES && alone.items[0].province) {
		*t->units = alone;
		return OK;
	}
	t->place = both; /* a province, a district */
	return place_find(t, both, NULL, t->units);
}

/* What was said is about a place: the units that are meant. */
static enum err place_search(struct turn *t, bool *ret_is_place)
{
	const struct question *q = &t->question;
	const char *open = t->talk->place;
	enum err err = OK;

	t->talk->place = NULL;
	if (q->says != SAY_UNIT && !(open && q->says == SAY_QUESTION && !t->target))
		return OK;
	t->units = arena_alloc(&t->arena, sizeof *t->units);
	if (!t->units)
		return ERR_NOMEM;
	if (q->says != SAY_UNIT) {
		err = place_answer(t, open, ret_is_place);
		if (!*ret_is_place)
			t->units = NULL;
		return err;
	}
	*ret_is_place = true;
	t->place = q->text;
	return place_find(t, t->target && open ? open : t->target ? "" : q->text, t->target, t->units);
}

enum err turn_search(struct turn *t)
{
	const struct question *q = &t->question;
	bool is_place = false;
	enum err err = t->flow ? OK : place_search(t, &is_place);

	t->answers.decision = DECIDE_NONE;
	if (err || is_place)
		return err;
	if (t->target)
		return record_get(t, t->target);
	if (q->says != SAY_QUESTION || t->flow)
		return OK;
	return q->code ? record_get(t, q->code) : question_search(t);
}
