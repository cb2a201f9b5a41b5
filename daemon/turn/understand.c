/* understand.c - recall the conversation, then: what is asked, of which record, which page.
 *   payload "#tt:1.004194:fee:2", typed or tapped  → that record, facet, page
 *   payload "#dv:30985"                            → that unit
 *   number, or words of an open choice             → what stood there
 *   facets alone, "xem tiếp", "quay lại cái …"     → the record in hand, or one before
 *   anything else                                  → search
 * Fails for want of memory only. */
#include "daemon/turn/steps.h"

#include "knowledge/fold.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PAYLOAD_RECORD "#tt:"
#define PAYLOAD_UNIT "#dv:"
#define PAYLOAD_LINK "#link"
#define PAGE_MAX 999
#define FOLDED_MAX 512 /* bytes of a message or title compared by words */

static bool is_answered(enum event_kind kind)
{
	switch (kind) {
	case EVENT_TEXT:
	case EVENT_PAYLOAD:
	case EVENT_EDIT:
	case EVENT_ATTACHMENT:
	case EVENT_STICKER:
	case EVENT_FOLLOW: return true;
	default: return false;
	}
}

enum err turn_recall(struct turn *t)
{
	enum err err;

	if (!is_answered(t->event.kind)) {
		t->silent = true;
		return OK;
	}
	t->talk = arena_alloc(&t->arena, sizeof *t->talk);
	t->proof = arena_alloc(&t->arena, sizeof *t->proof);
	if (!t->talk || !t->proof)
		return ERR_NOMEM;
	err = talk_parse(&t->arena, t->conversation, t->talk);
	t->talk->greeted |= t->known;
	t->rated = t->talk->open.answered; /* holds for this message */
	t->talk->open.answered = 0;
	return err;
}

/* --- Payloads --------------------------------------------------------------------------------------- */

/* Cuts ":2" and ":fee" off the end of an id that has colons of its own ("faq:…"); "::2" is a page without a
 * facet. */
static void address_read(struct turn *t, char *id)
{
	char *last = strrchr(id, ':'), *end;
	unsigned long page = last ? strtoul(last + 1, &end, 10) : 0;
	enum facet facet;

	t->target = id;
	t->page = 1;
	if (last && last[1] && !*end && page >= 1 && page <= PAGE_MAX) {
		char *before;

		*last = '\0';
		before = strrchr(id, ':');
		facet = before ? facet_from(before + 1) : FACET_NONE;
		if (!before || before == id || (before[1] && facet == FACET_NONE)) {
			*last = ':'; /* the number is part of the id */
			return;
		}
		t->page = (unsigned)page;
		*before = '\0';
	} else {
		facet = last && last != id ? facet_from(last + 1) : FACET_NONE;
		if (facet == FACET_NONE)
			return;
		*last = '\0';
	}
	if (facet != FACET_NONE)
		t->question.facets = 1u << facet;
}

/* A button of ours, or "#…" set by hand in a platform's menu. False when it is no payload of ours. */
static bool payload_apply(struct turn *t, const char *payload, enum err *ret_err)
{
	static const struct {
		const char *payload;
		enum utterance says;
	} fixed[] = {{"#no", SAY_NOT_THAT}, {"#staff", SAY_STAFF}, {"#more", SAY_MORE}, {"#hi", SAY_GREETING},
		{"#who", SAY_WHO}, {"#status", SAY_STATUS}, {"#case", SAY_CASE},
		{"#privacy", SAY_PRIVACY_SHOW}, {"GET_STARTED", SAY_GREETING}};
	char *id;

	if (flow_payload(t, payload, ret_err))
		return true;
	t->question.text = payload;
	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
		if (strcasecmp(payload, fixed[i].payload) == 0) {
			t->question.says = fixed[i].says;
			return true;
		}
	if (strcasecmp(payload, PAYLOAD_LINK) == 0) {
		t->target = t->talk->record;
		t->question.says = t->target ? SAY_QUESTION : SAY_STATUS;
		t->question.facets = 1u << FACET_ONLINE;
		return true;
	}
	if (strncasecmp(payload, PAYLOAD_UNIT, strlen(PAYLOAD_UNIT)) == 0 && payload[strlen(PAYLOAD_UNIT)]) {
		t->target = arena_string(&t->arena, payload + strlen(PAYLOAD_UNIT));
		t->question.says = SAY_UNIT;
		*ret_err = t->target ? OK : ERR_NOMEM;
		return true;
	}
	if (strncasecmp(payload, PAYLOAD_RECORD, strlen(PAYLOAD_RECORD)) != 0 ||
		!payload[strlen(PAYLOAD_RECORD)])
		return false;
	id = arena_string(&t->arena, payload + strlen(PAYLOAD_RECORD));
	if (!id)
		*ret_err = ERR_NOMEM;
	else
		address_read(t, id);
	t->question.says = SAY_QUESTION;
	t->question.only_facets = t->question.facets != 0;
	return true;
}

/* --- Words of what was offered ---------------------------------------------------------------------- */

static bool has_word(const char *folded, const char *word, size_t len)
{
	for (const char *at = folded; (at = strstr(at, word)) != NULL; at += len)
		if ((at == folded || at[-1] == ' ') && (at[len] == ' ' || !at[len]))
			return true;
	return false;
}

/* How many words of `message` stand in `title`; both folded. *ret_words: how many it has. */
static size_t words_shared(const char *message, const char *title, size_t *ret_words)
{
	size_t shared = 0;

	*ret_words = 0;
	while (*message) {
		size_t len = strcspn(message, " ");
		char word[FOLD_MAX];

		if (len && len < sizeof word) {
			memcpy(word, message, len);
			word[len] = '\0';
			shared += has_word(title, word, len);
			++*ret_words;
		}
		message += len + (message[len] == ' ');
	}
	return shared;
}

/* The one item whose title shares most words with the message: at least `least` of them and half of all; NULL
 * when two do so equally well. */
static const struct talk_item *item_by_words(
	const char *message, const struct talk_item *items, size_t count, size_t least, bool half)
{
	const struct talk_item *best = NULL;
	size_t most = 0;

	for (size_t i = 0; i < count; i++) {
		char title[FOLDED_MAX];
		size_t words, shared;

		fold_plain(items[i].title, strlen(items[i].title), title, sizeof title);
		shared = words_shared(message, title, &words);
		if (shared < least || (half && shared * 2 < words) || shared < most)
			continue;
		best = shared == most ? NULL : &items[i];
		most = shared;
	}
	return best;
}

/* What was asked last is asked of this. */
static void facets_recall(struct turn *t)
{
	t->question.facets = t->talk->facets;
	t->question.nuance = t->talk->nuance;
}

static enum err item_take(struct turn *t, const struct talk_item *item)
{
	struct question *q = &t->question;
	enum err err = OK;
	unsigned facets;

	if (!q->facets && t->talk->asking)
		facets_recall(t);
	facets = q->facets;
	q->facets = 0;
	q->only_facets = false;
	if (!payload_apply(t, item->payload, &err))
		q->says = SAY_CHOICE;
	else if (t->target && !q->facets)
		q->facets = facets;
	return err;
}

/* --- The record in hand ----------------------------------------------------------------------------- */

static void hand_take(struct turn *t)
{
	t->target = t->talk->record;
	t->page = 1;
}

static void more_take(struct turn *t)
{
	struct talk *talk = t->talk;

	if (!talk->record || !talk->more)
		return;
	t->target = talk->record;
	t->page = talk->page + 1;
	t->question.facets = talk->facet == FACET_NONE ? 0 : 1u << talk->facet;
	t->question.only_facets = true;
}

/* "quay lại cái căn cước": one of the records before, when the message is about little else. */
static bool past_take(struct turn *t, const char *topic)
{
	const struct talk_item *item = item_by_words(topic, t->talk->past, t->talk->past_count, 2, true);

	if (!item)
		return false;
	t->target = item->payload;
	t->page = 1;
	return true;
}

/* "quay lại cái đầu": from open choices to what is in hand still, else to the one before it. */
static bool back_take(struct turn *t)
{
	const struct talk *talk = t->talk;
	const char *id = talk->asking || !talk->past_count ? talk->record : talk->past[0].payload;

	if (!t->question.back || !id)
		return false;
	t->target = id;
	t->page = 1;
	return true;
}

/* "còn tạm trú thì sao?" after a fee: the same thing is asked of another matter. */
static void facets_carry(struct turn *t)
{
	struct question *q = &t->question;
	const struct talk *talk = t->talk;

	if (q->facets && !q->weak_facets)
		return;
	if (talk->facets && (talk->asking || (q->follows && talk->record)))
		facets_recall(t);
}

static enum err question_place(struct turn *t)
{
	struct question *q = &t->question;
	struct talk *talk = t->talk;
	char message[FOLDED_MAX];
	const struct talk_item *item;

	if (q->code || q->dossier)
		return OK;
	if (q->only_facets && !talk->asking &&
		talk->sent != SAY_QUESTION) { /* "nộp đơn ở đâu" of a complaint */
		q->says = talk->sent;
		t->led_back = true;
		return OK;
	}
	if (q->only_facets && back_take(t))
		return OK;
	if (q->only_facets && talk->asking && talk->likely && talk->menu_count)
		return item_take(t, &talk->menu[0]);              /* "phí bao nhiêu" to "is it this?" */
	if (q->only_facets && talk->asking && talk->menu_count) { /* "phí bao nhiêu" to "which of these?" */
		q->says = SAY_CHOICE;
		return OK;
	}
	if (q->only_facets) { /* of nothing: compose asks of what */
		if (talk->record)
			hand_take(t);
		else
			q->says = SAY_EMPTY;
		return OK;
	}
	if (talk->asking && q->choice > 0 && (size_t)q->choice <= talk->menu_count)
		return item_take(t, &talk->menu[q->choice - 1]);
	fold_plain(q->text, strlen(q->text), message, sizeof message);
	item = talk->asking ? item_by_words(message, talk->menu, talk->menu_count, 1, true) : NULL;
	if (item)
		return item_take(t, item);
	facets_carry(t);
	if (q->follows)
		past_take(t, q->topic);
	return OK;
}

static enum err place(struct turn *t)
{
	struct talk *talk = t->talk;
	size_t choice = t->question.choice > 0 ? (size_t)t->question.choice : 0;

	switch (t->question.says) {
	case SAY_QUESTION: return question_place(t);
	case SAY_CHOICE:
		if (choice >= 1 && choice <= talk->menu_count)
			return item_take(t, &talk->menu[choice - 1]);
		return OK;
	case SAY_YES: /* to the only thing offered, or to the next page */
		if (talk->asking && talk->menu_count == 2)
			return item_take(t, &talk->menu[0]);
		more_take(t);
		return OK;
	case SAY_MORE: more_take(t); return OK;
	case SAY_NOT_THAT: /* to nothing */
		if (!talk->record && !talk->asking)
			t->question.says = SAY_YES;
		return OK;
	default: return OK;
	}
}

/* A tap on one of our choices answers what was asked with the question; "more" needs to know of what. */
static void payload_place(struct turn *t)
{
	if (t->question.says == SAY_MORE)
		more_take(t);
	if (t->target && !t->question.facets && t->talk->asking)
		facets_recall(t);
}

enum err turn_understand(struct turn *t)
{
	const struct event *e = &t->event;
	const char *text = e->kind == EVENT_PAYLOAD && e->payload ? e->payload : e->text;
	enum err err = OK;

	t->question.says = SAY_EMPTY;
	if (e->kind == EVENT_FOLLOW || e->kind == EVENT_STICKER)
		return OK;
	while (text && strchr(" \t\n", *text) && *text)
		text++;
	if (text && (text[0] == '#' || e->kind == EVENT_PAYLOAD) && payload_apply(t, text, &err)) {
		payload_place(t);
		return err ? err : flow_begin(t);
	}
	if (e->kind == EVENT_PAYLOAD)
		text = e->text ? e->text : "";
	err = question_parse(t->tools->words, &t->arena, text ? text : "", &t->question);
	if (!err)
		err = flow_take(t, text ? text : "");
	if (!err && !t->flow)
		err = place(t);
	return err;
}
