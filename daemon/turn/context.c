/* context.c - what a message means beside the record in hand. The record's title and the message are taken apart into a thing and an
 * act (matter.h) and put together anew: the old thing with the new act, or the old act with the new thing. Nothing here decides
 * against a message that is understood by itself. */
#include "daemon/turn/context.h"
#include "daemon/turn/conversation.h"

#include "knowledge/fold.h"
#include "knowledge/matter.h"
#include "knowledge/words_internal.h"

#include <stdio.h>
#include <string.h>

#define FAINT 0.02       /* what one search gives a record that only the other one finds */
#define SURE 0.65        /* share of the best from which on both searches together are sure */
#define PARALLEL 0.9     /* confidence from which on the old act fits the new thing */
#define MEANS 0.35       /* from here on a message by itself means something, and not the record in hand */
#define STAY 4.0         /* times as likely is the record in hand when the message names nothing to be done */
#define CIRCUMSTANCE 0.5 /* confidence from which on both together mean the record in hand */
#define BARELY 0.05      /* below it the message by itself does not mean the record in hand */
#define TITLE_MAX 512

static double confidence_of(const struct answers *found, const char *id)
{
	for (size_t i = 0; i < found->count; i++)
		if (strcmp(found->items[i].id, id) == 0)
			return found->items[i].confidence;
	return 0;
}

static enum err find(struct turn *t, const char *text, struct answers *ret_answers, bool *ret_found)
{
	const struct search_scope scope = {.unit = t->unit, .as_of = t->as_of};
	struct question q;
	enum err err = text ? question_parse(t->tools->words, &t->arena, text, &q) : ERR_NOMEM;

	*ret_found = false;
	if (err || q.says != SAY_QUESTION)
		return err;
	*ret_answers = (struct answers){.decision = DECIDE_NONE};
	err = kb_search(t->tools->kb, &t->arena, &q, &scope, ret_answers);
	*ret_found = !err && ret_answers->count;
	return err;
}

/* "Báo mất hộ chiếu (tại công an xã)": what stands in parentheses tells titles apart and is no thing. */
static enum err title_apart(struct turn *t, struct matter *ret_matter)
{
	const char *title = t->talk->title;
	struct question q;
	enum err err;

	title = arena_copy(&t->arena, title, strcspn(title, "("));
	err = title ? question_parse(t->tools->words, &t->arena, title, &q) : ERR_NOMEM;
	return err ? err : matter_of(t->tools->words, &t->arena, &q, ret_matter);
}

/* Both searches multiplied, best first; the record in hand weighs `stay` times as much. Returns the best one's share of all. */
static double blend(const struct answers *alone, const struct answers *beside, const char *hand, double stay,
	struct answers *ret_both)
{
	double sum = 0;

	*ret_both = (struct answers){.decision = DECIDE_CHOICES};
	for (size_t i = 0; i < beside->count; i++) {
		struct answer answer = beside->items[i];
		double weight = strcmp(answer.id, hand) == 0 ? stay : 1;
		size_t at = ret_both->count;

		if (weight <= 0)
			continue;
		answer.confidence =
			weight * (answer.confidence + FAINT) * (confidence_of(alone, answer.id) + FAINT);
		sum += answer.confidence;
		for (; at > 0 && ret_both->items[at - 1].confidence < answer.confidence; at--)
			ret_both->items[at] = ret_both->items[at - 1];
		ret_both->items[at] = answer;
		ret_both->count++;
	}
	for (size_t i = 0; i < ret_both->count; i++)
		ret_both->items[i].confidence /= sum;
	return ret_both->count ? ret_both->items[0].confidence : 0;
}

static const char *term_text(const struct term *term)
{
	return term->role == TERM_TOPIC ? term->syllable.folded : NULL;
}

/* Two words of the message stand side by side in the title. */
static bool shares_pair(const struct question *q, const char *title, const char *but_not)
{
	char folded[TITLE_MAX], other[TITLE_MAX], pair[2 * FOLD_MAX + 2];

	fold_plain(title, strlen(title), folded, sizeof folded);
	fold_plain(but_not, strlen(but_not), other, sizeof other);
	for (size_t i = 1; i < q->term_count; i++) {
		const char *first = term_text(&q->terms[i - 1]), *second = term_text(&q->terms[i]);

		if (!first || !second)
			continue;
		snprintf(pair, sizeof pair, "%s %s", first, second);
		if (strstr(folded, pair) && !strstr(other, pair))
			return true;
	}
	return false;
}

bool context_names_another(const struct turn *t)
{
	const struct answers *found = &t->answers;

	return found->count && found->items[0].title && found->items[0].confidence >= MEANS &&
	       strcmp(found->items[0].id, t->talk->record) != 0 &&
	       shares_pair(&t->question, found->items[0].title, t->talk->title);
}

/* A message beside the record in hand. */
struct leaning {
	struct matter message, title;
	bool stays; /* names nothing to be done, and asks something, or tells of somebody: the record in hand is likely meant */
	bool new_act;   /* something to be done that the record in hand is not about */
	bool means;     /* something by itself */
	bool elsewhere; /* not the record in hand, whatever is found beside it */
};

static enum err lean(struct turn *t, struct leaning *ret_leaning)
{
	const struct question *q = &t->question;
	const struct answers *alone = &t->answers;
	unsigned asks = q->weak_facets ? 0 : q->facets & ~(1u << FACET_CONDITIONS);
	struct leaning l;
	enum err err = matter_of(t->tools->words, &t->arena, q, &l.message);

	if (!err)
		err = title_apart(t, &l.title);
	if (err)
		return err;
	l.new_act = l.message.acts & ~l.title.acts;
	l.means = alone->count && alone->items[0].confidence >= MEANS;
	l.stays = !l.message.acts && !q->anew && !q->denies && !q->follows && (q->tells || asks) &&
		  (q->state || !context_names_another(t));
	l.elsewhere = q->anew || q->denies ||
		      (!l.stays && confidence_of(alone, t->talk->record) < BARELY && (l.means || l.new_act));
	*ret_leaning = l;
	return OK;
}

enum err context_search(struct turn *t, const char **asked, bool *ret_in_hand)
{
	const char *hand = t->talk->record, *text;
	struct answers beside, both;
	struct leaning l;
	bool found, sure;
	enum err err = lean(t, &l);

	if (err || !l.title.thing[0] || (!l.message.thing[0] && !l.message.acts))
		return err;
	text = arena_printf(&t->arena, "%s, %s", l.stays ? t->talk->title : l.title.thing, t->question.text);
	err = find(t, text, &beside, &found);
	if (err || !found)
		return err;
	sure = blend(&t->answers, &beside, hand, l.elsewhere ? 0 : l.stays ? STAY : 1, &both) >= SURE;
	if (!both.count)
		return OK;
	*ret_in_hand = strcmp(both.items[0].id, hand) == 0;
	if (*ret_in_hand || (!sure && !(l.elsewhere && (l.means || l.new_act))))
		return OK;
	both.decision = sure ? DECIDE_ANSWER : DECIDE_CHOICES;
	t->answers = both;
	*asked = text;
	return OK;
}

enum err context_search_parallel(struct turn *t, const char **asked)
{
	struct question before;
	struct matter message, last;
	struct answers found;
	const char *text;
	bool any;
	enum err err = matter_of(t->tools->words, &t->arena, &t->question, &message);

	if (!err)
		err = question_parse(t->tools->words, &t->arena, t->talk->asked, &before);
	if (!err)
		err = matter_of(t->tools->words, &t->arena, &before, &last);
	if (!err && !last.acts)
		err = title_apart(t, &last);
	if (err || message.acts || !message.thing[0] || !last.acts)
		return err;
	text = arena_printf(&t->arena, "%s %s", last.acting, t->question.text);
	err = find(t, text, &found, &any);
	if (err || !any || found.decision != DECIDE_ANSWER || found.items[0].confidence < PARALLEL ||
		confidence_of(&t->answers, found.items[0].id) <= 0)
		return err;
	t->answers = found;
	*asked = text;
	return OK;
}

/* Whether each word of `words` stands in `title`; both folded. */
static bool all_in(const char *words, const char *title)
{
	while (*words) {
		size_t len = strcspn(words, " ");
		const char *at = title;

		while (at && !(strncmp(at, words, len) == 0 && (at[len] == ' ' || !at[len])))
			at = (at = strchr(at, ' ')) ? at + 1 : NULL;
		if (!at)
			return false;
		words += len + (words[len] == ' ');
	}
	return true;
}

enum err context_is_in_hand(struct turn *t, bool *ret_is)
{
	char thing[TITLE_MAX], title[TITLE_MAX];
	struct matter message;
	enum err err = matter_of(t->tools->words, &t->arena, &t->question, &message);

	if (err)
		return err;
	fold_plain(message.thing, strlen(message.thing), thing, sizeof thing);
	fold_plain(t->talk->title, strlen(t->talk->title), title, sizeof title);
	*ret_is = !message.acts && thing[0] && all_in(thing, title);
	return OK;
}

enum err context_is_circumstance(struct turn *t, bool *ret_is)
{
	const char *text;
	struct matter message;
	struct answers beside;
	bool found;
	enum err err;

	if (!t->question.tells || (!t->question.state && context_names_another(t)))
		return OK;
	err = matter_of(t->tools->words, &t->arena, &t->question, &message);
	if (err || message.acts)
		return err;
	text = arena_printf(&t->arena, "%s, %s", t->talk->title, t->question.text);
	err = find(t, text, &beside, &found);
	*ret_is = !err && found && strcmp(beside.items[0].id, t->talk->record) == 0 &&
		  beside.items[0].confidence >= CIRCUMSTANCE;
	return err;
}

enum err context_is_detail(struct turn *t, bool *ret_is)
{
	struct matter message;
	enum err err = matter_of(t->tools->words, &t->arena, &t->question, &message);

	*ret_is = !err && !message.acts;
	return err;
}
