/* compose_talk.c - what is no question about a procedure: fixed words, by what was said.
 * Emergency numbers, and where complaints go, are sentences of ours and stand in phrases.vi with everything
 * else. */
#include "daemon/turn/compose.h"

#define HOTLINE_ID "hotline:dvcqg" /* the national portal's; the only one that fits every unit */

struct fixed {
	const char *phrase, *again; /* `again`: to what was asked of it; NULL: the same */
	enum outcome outcome;
	bool unresolved;
	enum question_reason reason;
	bool hotline, staff; /* add the hotline; offer to hand over */
};

static const struct fixed fixed_by_what_was_said[] = {
	[SAY_GREETING] = {.phrase = "greeting", .outcome = OUTCOME_SMALLTALK},
	[SAY_THANKS] = {.phrase = "thanks", .outcome = OUTCOME_SMALLTALK},
	[SAY_BYE] = {.phrase = "bye", .outcome = OUTCOME_SMALLTALK},
	[SAY_WHO] = {.phrase = "who", .outcome = OUTCOME_SMALLTALK},
	[SAY_ABUSE] = {.phrase = "abuse", .outcome = OUTCOME_SMALLTALK, .staff = true},
	[SAY_PRAISE] = {.phrase = "praise", .outcome = OUTCOME_SMALLTALK},
	[SAY_EMPTY] = {.phrase = "empty", .outcome = OUTCOME_SMALLTALK},
	[SAY_EMERGENCY] = {.phrase = "emergency", .outcome = OUTCOME_EMERGENCY},
	[SAY_CASE] = {.phrase = "case_again", .outcome = OUTCOME_CASE}, /* the others: compose_case.c */
	[SAY_COMPLAINT] = {.phrase = "complaint", .again = "complaint_again", .outcome = OUTCOME_CASE},
	[SAY_STATUS] = {.phrase = "status", .outcome = OUTCOME_STATUS, .hotline = true},
	[SAY_STAFF] = {.phrase = "staff",
		.outcome = OUTCOME_UNRESOLVED,
		.unresolved = true,
		.reason = QUESTION_STAFF,
		.hotline = true},
	[SAY_YES] = {.phrase = "yes", .outcome = OUTCOME_SMALLTALK},
	[SAY_MORE] = {.phrase = "nothing_more", .outcome = OUTCOME_SMALLTALK},
	[SAY_CHOICE] = {.phrase = "no_such_choice", .outcome = OUTCOME_SMALLTALK},
	[SAY_PRIVACY_SHOW] = {.phrase = "privacy_show", .outcome = OUTCOME_SMALLTALK},
	[SAY_PRIVACY_REFUSE] = {.phrase = "privacy_refuse", .outcome = OUTCOME_SMALLTALK},
	[SAY_OTHER] = {.phrase = "out_of_scope",
		.outcome = OUTCOME_UNRESOLVED,
		.unresolved = true,
		.reason = QUESTION_OUT_OF_SCOPE},
};
#define FIXED_COUNT (sizeof fixed_by_what_was_said / sizeof *fixed_by_what_was_said)

static const struct fixed attachment = {.phrase = "attachment", .outcome = OUTCOME_SMALLTALK};
static const struct fixed sticker = {.phrase = "sticker", .outcome = OUTCOME_SMALLTALK};
static const struct fixed yes_after = {.phrase = "yes_after", .outcome = OUTCOME_SMALLTALK};
static const struct fixed welcome = {.phrase = "greeting_first", .outcome = OUTCOME_SMALLTALK};

static const struct fixed *fixed_find(const struct turn *t)
{
	const struct fixed *row = NULL;

	if (t->question.says < FIXED_COUNT)
		row = &fixed_by_what_was_said[t->question.says];
	if (t->event.kind == EVENT_ATTACHMENT && t->question.says == SAY_EMPTY)
		return &attachment;
	if (t->event.kind == EVENT_STICKER)
		return &sticker;
	if (t->event.kind == EVENT_FOLLOW)
		return &welcome;
	if (t->question.says == SAY_YES && t->talk->record)
		return &yes_after;
	if (t->question.says == SAY_GREETING && !t->talk->greeted)
		return &welcome;
	return row && row->phrase ? row : NULL;
}

/* "bao nhiêu tiền" of nothing, or of several: asks of what, and remembers what of it. */
static bool which_matter_say(struct say *s)
{
	struct turn *t = s->turn;
	enum facet facet = compose_facet_first(t->question.facets);

	if (facet == FACET_NONE || (t->question.says != SAY_EMPTY && t->question.says != SAY_CHOICE))
		return false;
	say_phrase(s, t->question.says == SAY_CHOICE ? "which_choice" : "which_matter",
		{"name", compose_facet_name(s, facet)}, );
	t->talk->facets = t->question.facets;
	t->talk->nuance = t->question.nuance;
	t->talk->asking = true;
	t->talk->likely =
		t->question.says == SAY_CHOICE; /* asked twice, the first is as good a guess as any */
	if (t->question.says == SAY_EMPTY)
		t->talk->menu_count = 0;
	t->outcome = OUTCOME_CHOICES;
	return true;
}

void compose_hotline(struct say *s)
{
	const struct record *r = say_record(s, HOTLINE_ID);

	if (!r || !r->phone_count)
		return;
	say_break(s);
	say_phrase(s, "hotline", {"name", r->name}, {"phone", r->phones[0]}, {"open", compose_open(s, r)}, );
}

/* The choices of before stay open through a thank-you or a greeting; a hand-over ends them. */
static void menu_offer(struct say *s, const struct fixed *row)
{
	if (row->staff)
		say_button(s, BUTTON_PAYLOAD, say_phrase_text(s, "button_staff"), "#staff");
	if (row->outcome == OUTCOME_STATUS)
		say_button(
			s, BUTTON_URL, say_phrase_text(s, "button_status"), say_phrase_text(s, "status_url"));
}

/* What is asked next without saying of what is asked of this. */
static void sent_remember(struct turn *t)
{
	t->talk->sent = t->question.says;
	t->talk->asking = false;
}

bool compose_talk(struct say *s)
{
	struct turn *t = s->turn;
	const struct fixed *row;

	if (which_matter_say(s))
		return true;
	row = fixed_find(t);
	if (!row)
		return false;
	say_phrase(s, t->led_back && row->again ? row->again : row->phrase);
	if (row->hotline) {
		say_gap(s);
		compose_hotline(s);
	}
	menu_offer(s, row);
	t->outcome = row->outcome;
	if (row->outcome == OUTCOME_CASE || row->outcome == OUTCOME_STATUS ||
		row->outcome == OUTCOME_EMERGENCY)
		sent_remember(t);
	if (row->unresolved)
		compose_unresolved(s, row->reason);
	if (row == &welcome)
		t->talk->greeted = true;
	return true;
}

void compose_first_contact(struct say *s)
{
	struct turn *t = s->turn;

	if (t->talk->greeted || t->outcome == OUTCOME_EMERGENCY)
		return;
	say_gap(s);
	say_phrase(s, "first_contact");
	t->talk->greeted = true;
}
