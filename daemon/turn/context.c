/* context.c - what a message means beside the record in hand. The record's title and the message are taken apart into a thing and an
 * act (matter.h) and put together anew: the old thing with the new act, or the old act with the new thing. Nothing here decides
 * against a message that is understood by itself. */
#include "daemon/turn/context.h"
#include "daemon/turn/conversation.h"

#include "knowledge/fold.h"
#include "knowledge/matter.h"

#include <string.h>

#define FAINT 0.02   /* what one search gives a record that only the other one finds */
#define SURE 0.65    /* share of the best from which on both searches together are sure */
#define PARALLEL 0.9 /* confidence from which on the old act fits the new thing */
#define MEANS 0.35   /* from here on a message by itself means something, and not the record in hand */
#define BARELY 0.05  /* below it the message by itself does not mean the record in hand */
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

/* Both searches multiplied, best first; `without` is left out. Returns the best one's share of all. */
static double blend(const struct answers *alone, const struct answers *beside, const char *without,
	struct answers *ret_both)
{
	double sum = 0;

	*ret_both = (struct answers){.decision = DECIDE_CHOICES};
	for (size_t i = 0; i < beside->count; i++) {
		struct answer answer = beside->items[i];
		size_t at = ret_both->count;

		if (without && strcmp(answer.id, without) == 0)
			continue;
		answer.confidence = (answer.confidence + FAINT) * (confidence_of(alone, answer.id) + FAINT);
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

enum err context_search(struct turn *t, const char **asked)
{
	const struct answers *alone = &t->answers;
	const char *hand = t->talk->record, *text;
	struct answers beside, both;
	struct matter message, title;
	bool found, means, elsewhere;
	double share;
	enum err err = matter_of(t->tools->words, &t->arena, &t->question, &message);

	if (!err)
		err = title_apart(t, &title);
	if (err || !title.thing[0] || (!message.thing[0] && !message.acts))
		return err;
	text = arena_printf(&t->arena, "%s, %s", title.thing, t->question.text);
	err = find(t, text, &beside, &found);
	if (err || !found)
		return err;
	means = alone->count && alone->items[0].confidence >= MEANS;
	elsewhere = t->question.anew ||
		    (confidence_of(alone, hand) < BARELY && (means || message.acts & ~title.acts));
	share = blend(alone, &beside, elsewhere ? hand : NULL, &both);
	if (!both.count || strcmp(both.items[0].id, hand) == 0 || (share < SURE && !(elsewhere && means)))
		return OK;
	both.decision = share < SURE ? DECIDE_CHOICES : DECIDE_ANSWER;
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

enum err context_is_detail(struct turn *t, bool *ret_is)
{
	struct matter message;
	enum err err = matter_of(t->tools->words, &t->arena, &t->question, &message);

	*ret_is = !err && !message.acts;
	return err;
}
