/* compose_case.c - a reflection or suggestion is taken down in few steps: what, where, since when, and whether it shall be sent like
 * this. What was told already is not asked. */
#include "daemon/turn/compose.h"

#include "daemon/base/clock.h"
#include "daemon/base/code.h"
#include "knowledge/case_words.h"
#include "knowledge/hours.h"

#include <string.h>

#define SUMMARY_UNITS 600 /* of what happened: they wrote it themselves a moment ago */

static const char *category_name(struct say *s, const char *category)
{
	static const char *const names[] = {"case_procedure", "case_attitude", "case_delay",
		"case_infrastructure", "case_environment", "case_order", "case_land", "case_health",
		"case_education", "case_animals", "case_welfare", "case_other"};
	size_t i = sizeof names / sizeof *names - 1;

	while (i && strcmp(names[i] + strlen("case_"), category) != 0)
		i--;
	return say_phrase_text(s, names[i]);
}

/* Text of the citizen's own: its numbers are theirs. "" is not shown. */
static const char *told(struct say *s, const char *text, size_t units)
{
	if (!text || !*text)
		return NULL;
	proof_text(s->turn->proof, text);
	return say_clip(s, text, units);
}

static struct case_told case_read(const struct turn *t)
{
	struct case_told read;

	case_words_read(words_cases(t->tools->words), t->talk->open.what, &read);
	return read;
}

/* Working days until it is answered. */
static unsigned days_of(const struct turn *t)
{
	return t->tools->case_days ? t->tools->case_days : CASE_DAYS;
}

static void ask(struct say *s, enum open_step step, const char *phrase, const char *skip)
{
	struct open *o = &s->turn->talk->open;

	say_phrase(s, o->step == step ? "case_again_please" : "case_yes");
	say_break(s);
	say_phrase(s, phrase);
	if (skip)
		say_button(s, BUTTON_PAYLOAD, say_phrase_text(s, skip), "#skip");
	say_button(s, BUTTON_PAYLOAD, say_phrase_text(s, "button_case_stop"), "#stop");
	o->step = step;
}

static void summary_say(struct say *s)
{
	struct open *o = &s->turn->talk->open;
	const struct case_told read = case_read(s->turn);

	say_phrase(s, "case_summary", {"what", told(s, o->what, SUMMARY_UNITS)},
		{"where", told(s, o->where, SUMMARY_UNITS)}, {"when", told(s, o->when, SUMMARY_UNITS)},
		{"category", category_name(s, read.category)}, );
	say_gap(s);
	say_phrase(s, "case_send_how");
	say_button(s, BUTTON_PAYLOAD, say_phrase_text(s, "button_case_send"), "#send");
	say_button(s, BUTTON_PAYLOAD, say_phrase_text(s, "button_case_stop"), "#stop");
	o->step = OPEN_CASE_SEND;
}

/* What is not known yet is asked. */
static void next_say(struct say *s)
{
	struct open *o = &s->turn->talk->open;

	if (!o->what)
		ask(s, OPEN_CASE_WHAT, "case_what", NULL);
	else if (!o->where)
		ask(s, OPEN_CASE_WHERE, "case_where", "button_skip");
	else if (!o->when)
		ask(s, OPEN_CASE_WHEN, "case_when", "button_skip");
	else
		summary_say(s);
}

static const char *due_day(struct say *s, unsigned days)
{
	const struct turn *t = s->turn;
	char today[11], due[11];
	const char *copy;

	clock_date(t->now_ms, today);
	working_days_after(kb_holidays(t->tools->kb), today, days, due);
	copy = arena_string(&s->turn->arena, due);
	s->failed |= !copy;
	return copy ? copy : "";
}

static void sent_say(struct say *s)
{
	struct turn *t = s->turn;
	struct open *o = &t->talk->open;
	const struct case_told read = case_read(t);
	unsigned days = days_of(t);
	char code[CODE_SIZE] = "";

	s->failed |= code_make(CODE_CASE, code) != OK;
	t->deed = (struct deed){.kind = DEED_CASE, .code = arena_string(&t->arena, code)};
	t->deed.one = (struct case_file){.suggestion = o->suggestion,
		.category = read.category,
		.what = o->what,
		.place = o->where && *o->where ? o->where : NULL,
		.happened = o->when && *o->when ? o->when : NULL,
		.due = due_day(s, days)};
	s->failed |= !t->deed.code;
	open_case_end(o);
	o->code = t->deed.code ? t->deed.code : "";
	o->code_of = 0;
	say_phrase(s, "case_sent", {"code", say_code(s, o->code)}, {"due", say_day_ahead(s, t->deed.one.due)},
		{"days", say_number(s, days, PROOF_PERIOD)}, );
	compose_consent(s, "case_consent");
}

void compose_case(struct say *s)
{
	struct turn *t = s->turn;
	struct open *o = &t->talk->open;

	t->outcome = OUTCOME_CASE;
	t->talk->sent = SAY_CASE; /* "khi nào sửa" */
	t->talk->asking = false;
	t->talk->place = NULL;
	if (t->flow == FLOW_CASE_STOPPED) {
		say_phrase(s, "case_stopped");
		open_case_end(o);
		t->talk->sent = SAY_QUESTION;
		t->talk->menu_count = 0;
		return;
	}
	if (t->flow == FLOW_CASE_SENT && o->what) {
		sent_say(s);
		return;
	}
	if (t->flow == FLOW_CASE_ASKED) {
		say_phrase(s, "case_asked", {"days", say_number(s, days_of(t), PROOF_PERIOD)}, );
		say_gap(s);
	}
	if (t->flow == FLOW_CASE_PHOTO) {
		say_phrase(s, "case_photo");
		say_gap(s);
	}
	next_say(s);
}

void compose_case_left(struct say *s)
{
	if (!s->turn->left)
		return;
	say_gap(s);
	say_phrase(s, "case_left");
}

/* --- A case's code was typed -------------------------------------------------------------------------- */

void compose_case_state(struct say *s)
{
	static const char *const phrases[CASE_STATE_COUNT] = {"case_state_new", "case_state_working",
		"case_state_answered", "case_state_rejected", "code_withdrawn"};
	const struct case_file *filed = s->turn->filed;
	const char *due = NULL;

	if (filed->state == CASE_IS_NEW || filed->state == CASE_IS_WORKING)
		due = say_day_ahead(s, filed->due);
	say_filled(s, phrases[filed->state],
		(const struct phrase_value[]){{"code", say_code(s, filed->code)}, {"due", due},
			{"answer", told(s, filed->answer, SIZE_MAX)}, {NULL, NULL}});
}
