/* compose_wait.c - a question is handed to staff and its citizen gets a code; a code that is typed; consent; what is kept. */
#include "daemon/turn/compose.h"

#include "daemon/base/code.h"
#include "daemon/store/store_wait.h"

#include <string.h>

#define HOUR_MS ((int64_t)3600 * 1000)

static const char *code_draw(struct say *s, size_t len)
{
	char code[CODE_SIZE];
	const char *copy = NULL;

	if (code_make(len, code) == OK)
		copy = arena_string(&s->turn->arena, code);
	s->failed |= !copy;
	return copy ? copy : "";
}

static void consent_button(struct say *s, const char *title, const char *answer)
{
	const char *value = arena_printf(&s->turn->arena, "#w:%s:%s", s->turn->talk->open.code, answer);

	say_button(s, BUTTON_PAYLOAD, say_phrase_text(s, title), value);
}

void compose_consent(struct say *s, const char *phrase)
{
	say_gap(s);
	say_phrase(s, phrase);
	consent_button(s, "button_tell_yes", "yes");
	consent_button(s, "button_tell_no", "no");
	s->turn->talk->open.step = OPEN_CONSENT;
	s->turn->talk->asking = false;
}

/* The same question asked of staff twice is one: its code is said again. */
static void staff_say(struct say *s)
{
	struct turn *t = s->turn;
	struct open *o = &t->talk->open;

	t->outcome = OUTCOME_UNRESOLVED;
	if (!o->kept || !o->code || o->code_of != o->kept) {
		o->code = code_draw(s, CODE_WAIT);
		t->deed = (struct deed){
			.kind = DEED_WAIT, .code = o->code, .event_id = o->kept, .asked = t->talk->asked};
		if (!o->kept)
			compose_unresolved(s, QUESTION_STAFF);
		o->code_of = o->kept ? o->kept : t->event_id;
	}
	say_phrase(s, "wait_code", {"code", say_code(s, o->code)}, );
	compose_hotline(s);
	compose_consent(s, "wait_consent");
}

static const char *window_hours(struct say *s)
{
	const struct adapter *adapter =
		s->turn->event.channel ? adapter_by_name(s->turn->event.channel) : NULL;

	return adapter ? say_number(s, (size_t)(adapter->window_ms / HOUR_MS), PROOF_PERIOD) : NULL;
}

static void consent_say(struct say *s, bool given)
{
	struct turn *t = s->turn;
	struct open *o = &t->talk->open;

	o->step = OPEN_NONE;
	t->talk->asking = false;
	t->outcome = OUTCOME_SMALLTALK;
	t->deed = (struct deed){.kind = DEED_CONSENT,
		.code = o->code,
		.given = given,
		.notice = say_phrase_text(s, "consent_notice")};
	say_phrase(s, given ? "wait_will_tell" : "wait_no_tell", {"code", say_code(s, o->code)},
		{"hours", given ? window_hours(s) : NULL}, );
}

/* --- A code was typed -------------------------------------------------------------------------------- */

static bool is_theirs(const struct turn *t)
{
	const struct citizen_key *c = &t->owed->citizen;

	return c->user && t->event.user && strcmp(c->user, t->event.user) == 0 &&
	       strcmp(c->account, t->event.account) == 0 && strcmp(c->channel, t->event.channel) == 0;
}

/* Whose answer is being looked for may agree to be told after all. */
static void open_say(struct say *s)
{
	struct turn *t = s->turn;

	say_phrase(s, "code_open", {"code", say_code(s, t->owed->code)}, );
	if (is_theirs(t) && !t->owed->consent)
		compose_consent(s, "wait_consent");
}

static void fetched_note(struct turn *t)
{
	t->deed = (struct deed){.kind = DEED_FETCHED, .code = t->owed->code};
}

/* True: a record follows. */
static bool code_say(struct say *s)
{
	struct turn *t = s->turn;
	const struct wait *owed = t->owed;
	const char *code = say_code(s, t->talk->open.code);

	t->outcome = OUTCOME_STATUS;
	t->talk->open.step = OPEN_NONE;
	t->talk->asking = false;
	if (!owed)
		say_phrase(s, "code_unknown", {"code", code}, );
	else if (owed->state == WAIT_WITHDRAWN)
		say_phrase(s, "code_withdrawn", {"code", code}, );
	else if (t->filed)
		compose_case_state(s);
	else if (t->record.id)
		say_phrase(s, "code_record", {"code", code}, );
	else if (owed->answer)
		say_phrase(s, "code_answer", {"code", code}, {"answer", owed->answer}, );
	else if (owed->record)
		say_phrase(s, "code_gone", {"code", code}, );
	else
		open_say(s);
	if (owed && owed->answer)
		proof_text(t->proof, owed->answer);
	if (owed && (owed->answer || t->record.id))
		fetched_note(t);
	return owed && t->record.id && !t->filed;
}

/* --- What is kept ------------------------------------------------------------------------------------ */

static void kept_say(struct say *s)
{
	struct turn *t = s->turn;
	bool forget = t->flow == FLOW_FORGET;

	t->outcome = OUTCOME_SMALLTALK;
	t->talk->open = (struct open){0};
	t->talk->asking = false;
	t->deed = (struct deed){
		.kind = forget ? DEED_FORGET : DEED_WITHDRAW, .notice = say_phrase_text(s, "consent_notice")};
	say_phrase(s, forget ? "privacy_erase" : "privacy_withdraw");
}

bool compose_flow(struct say *s)
{
	struct turn *t = s->turn;

	switch (t->flow) {
	case FLOW_NONE: return false;
	case FLOW_STAFF: staff_say(s); break;
	case FLOW_CODE:
		if (!code_say(s))
			break;
		say_gap(s);
		return false; /* the record */
	case FLOW_CONSENT_YES:
	case FLOW_CONSENT_NO: consent_say(s, t->flow == FLOW_CONSENT_YES); break;
	case FLOW_CASE:
	case FLOW_CASE_ASKED:
	case FLOW_CASE_PHOTO:
	case FLOW_CASE_SENT:
	case FLOW_CASE_STOPPED: compose_case(s); break;
	case FLOW_RATE:
	case FLOW_RATE_GOOD:
	case FLOW_RATE_BAD:
	case FLOW_RATE_REASON:
	case FLOW_RATE_TEXT: compose_rating(s); break;
	case FLOW_WITHDRAW:
	case FLOW_FORGET: kept_say(s); break;
	}
	return true;
}
