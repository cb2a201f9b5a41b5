/* compose_rating.c - 👍 and 👎 under answers, and what is said to them. Which answer is meant is the event it was given to. */
#include "daemon/turn/compose.h"

#include <inttypes.h>

static void rate_button(
	struct say *s, const char *title, const char *head, int64_t event_id, const char *tail)
{
	const char *value = arena_printf(&s->turn->arena, "#%s:%" PRId64 "%s", head, event_id, tail);

	say_button(s, BUTTON_PAYLOAD, say_phrase_text(s, title), value);
}

static size_t room_of(const struct turn *t)
{
	const struct adapter *adapter = t->event.channel ? adapter_by_name(t->event.channel) : NULL;
	size_t room = adapter && adapter->buttons_max < REPLY_BUTTONS ? adapter->buttons_max : REPLY_BUTTONS;

	return room > t->reply.button_count ? room - t->reply.button_count : 0;
}

/* What the answer leaves room for: both, one that asks, or none. Typing them works always. */
void compose_rating_buttons(struct say *s)
{
	struct turn *t = s->turn;
	size_t room = room_of(t);

	if (!t->event_id || !t->event.user)
		return;
	if (room >= 2) {
		rate_button(s, "button_good", "up", t->event_id, "");
		rate_button(s, "button_bad", "down", t->event_id, "");
	} else if (room == 1) {
		rate_button(s, "button_rate", "rate", t->event_id, "");
	}
}

static void deed_set(struct turn *t, bool good)
{
	t->deed.kind = DEED_RATE;
	t->deed.event_id = t->talk->open.rated;
	t->deed.rating.good = good;
	t->deed.asked = t->talk->asked;
	if (!good)
		t->talk->open.kept = t->deed.event_id;
}

void compose_wrong(struct say *s)
{
	struct turn *t = s->turn;

	compose_not_that(s);
	if (!t->wrong)
		return;
	deed_set(t, false);
	t->unresolved = false; /* the rating keeps the question */
	if (room_of(t))
		rate_button(s, "button_rate_wrong", "why", t->talk->open.rated, ":wrong");
}

static void reasons_say(struct say *s)
{
	static const struct {
		const char *title, *tail;
	} reasons[] = {{"button_rate_wrong", ":wrong"}, {"button_rate_not_meant", ":not_meant"},
		{"button_rate_hard", ":hard"}, {"button_rate_lacking", ":lacking"}};
	struct turn *t = s->turn;

	say_phrase(s, "rate_why");
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		rate_button(s, reasons[i].title, "why", t->talk->open.rated, reasons[i].tail);
	t->talk->open.step = OPEN_RATE_REASON;
}

/* What was not meant is followed by what may have been. */
static void reason_said(struct say *s)
{
	struct turn *t = s->turn;

	if (t->deed.rating.reason == RATING_NOT_MEANT) {
		compose_not_that(s);
		t->unresolved = false; /* the rating keeps the question */
		t->talk->open.step = OPEN_NONE;
		return;
	}
	say_phrase(s, "rate_more");
	t->talk->open.step = OPEN_RATE_TEXT;
}

void compose_rating(struct say *s)
{
	struct turn *t = s->turn;
	int64_t rated = t->talk->open.rated;

	t->outcome = OUTCOME_SMALLTALK;
	t->talk->open.step = OPEN_NONE;
	t->talk->asking = false;
	switch (t->flow) {
	case FLOW_RATE:
		say_phrase(s, "rate_which");
		rate_button(s, "button_good", "up", rated, "");
		rate_button(s, "button_bad", "down", rated, "");
		return;
	case FLOW_RATE_GOOD: say_phrase(s, "rate_good"); break;
	case FLOW_RATE_BAD: reasons_say(s); break;
	case FLOW_RATE_REASON: reason_said(s); break;
	default: say_phrase(s, "rate_thanks"); break;
	}
	deed_set(t, t->flow == FLOW_RATE_GOOD);
}
