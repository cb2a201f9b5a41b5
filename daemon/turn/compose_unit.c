/* compose_unit.c - "xã tôi giờ thuộc đâu": one place → the sentence; several → which one, asked once more with at most
 * three choices; parts of one → all of them; none → what is missing, honestly. */
#include "daemon/turn/compose.h"

#include <string.h>

#define CHOICES 3

static void unit_hold(struct say *s, const struct unit *u)
{
	struct turn *t = s->turn;

	t->record = (struct record){.kind = KIND_UNIT, .name = u->name};
	t->record.id = arena_printf(&t->arena, "unit:%s", u->code);
	s->failed |= !t->record.id;
	t->outcome = OUTCOME_ANSWER;
}

/* With its district, where there was another of that name. */
static const char *old_name(struct say *s, const struct unit *u)
{
	if (!u->old || !u->district)
		return u->old;
	return say_phrase_text(s, "unit_old", {"old", u->old}, {"district", u->district}, );
}

static void note_say(struct say *s, const struct unit *u)
{
	if (!u->partial && !u->note)
		return;
	say_break(s);
	if (!u->partial)
		say_phrase(s, "unit_note", {"note", u->note}, );
	else if (u->note)
		say_phrase(s, "unit_part", {"old", u->old}, {"note", u->note}, );
	else
		say_phrase(s, "unit_part_plain", {"old", u->old}, );
}

static void place_say(struct say *s, const struct unit *u)
{
	const char *name = u->province ? "unit_today" : "unit_today_province";

	if (u->old && u->unchanged)
		name = u->province ? "unit_same" : "unit_same_province";
	else if (u->old)
		name = u->province ? "unit_now" : "unit_now_province";
	say_filled(s, name,
		(const struct phrase_value[]){
			{"old", old_name(s, u)}, {"new", u->name}, {"province", u->province}, {NULL, NULL}});
	note_say(s, u);
	if (!u->province && !u->unchanged && u->formed) {
		say_break(s);
		say_phrase(s, "unit_formed", {"formed", u->formed}, );
	}
	unit_hold(s, u);
}

static void split_say(struct say *s, const struct units *units)
{
	say_phrase(s, "unit_split", {"old", old_name(s, &units->items[0])}, );
	for (size_t i = 0; i < units->count; i++) {
		const struct unit *u = &units->items[i];

		say_break(s);
		say_text(s, "- ");
		say_phrase(s, u->note ? "unit_split_line" : "unit_split_bare", {"new", u->name},
			{"province", u->province}, {"note", u->note}, );
	}
	unit_hold(s, &units->items[0]);
}

static const char *choice_title(struct say *s, const struct unit *u)
{
	const char *name = "unit_choice_bare";

	if (!u->old)
		name = "unit_choice_today";
	else if (!u->province)
		name = "unit_choice_province";
	else if (u->district)
		name = "unit_choice";
	return say_filled_text(s, name,
		(const struct phrase_value[]){{"old", u->old}, {"district", u->district}, {"new", u->name},
			{"province", u->province}, {"formed", u->formed}, {NULL, NULL}});
}

/* One province of before, as an example of what to add. */
static const char *first_formed(struct say *s, const struct unit *u)
{
	const char *first =
		u->formed ? arena_copy(&s->turn->arena, u->formed, strcspn(u->formed, ",")) : NULL;

	s->failed |= u->formed && !first;
	return first;
}

static void which_say(struct say *s, const struct units *units)
{
	struct turn *t = s->turn;

	if (units->count > CHOICES) {
		const struct unit *u = &units->items[0];

		say_phrase(s, "unit_which_many", {"old", u->old ? u->old : u->name},
			{"formed", first_formed(s, u)}, );
	} else {
		say_phrase(s, "unit_which");
	}
	for (size_t i = 0; units->count <= CHOICES && i < units->count; i++) {
		const char *title = choice_title(s, &units->items[i]);
		const char *payload = arena_printf(&t->arena, "#dv:%s", units->items[i].code);

		say_break(s);
		say_phrase(s, "choice", {"n", say_number(s, i + 1, PROOF_LIST)}, {"title", title}, );
		say_button(s, BUTTON_PAYLOAD, title, payload);
	}
	if (units->count <= CHOICES) {
		say_gap(s);
		say_phrase(s, "unit_choices_how");
		t->talk->asking = true;
		t->talk->likely = false;
	}
	t->talk->place = t->place;
	t->outcome = OUTCOME_CHOICES;
}

static void missing_say(struct say *s, enum unit_match match)
{
	struct turn *t = s->turn;

	say_phrase(s, match == UNIT_UNKNOWN    ? "unit_unknown"
		      : match == UNIT_DISTRICT ? "unit_district"
					       : "unit_name_it");
	t->talk->place = t->place;
	t->outcome = OUTCOME_CHOICES;
	if (match != UNIT_UNKNOWN)
		return;
	t->outcome = OUTCOME_UNRESOLVED;
	compose_unresolved(s, QUESTION_NO_MATCH);
	say_gap(s);
	compose_hotline(s);
	say_button(s, BUTTON_PAYLOAD, say_phrase_text(s, "button_staff"), "#staff");
}

bool compose_unit(struct say *s)
{
	struct turn *t = s->turn;
	const struct units *units = t->units;

	if (!units)
		return false;
	t->talk->asking = false;
	for (size_t i = 0; i < units->count; i++)
		proof_text(t->proof, units->items[i].facts);
	if (units->match != UNIT_PLACES)
		missing_say(s, units->match);
	else if (units->count == 1)
		place_say(s, &units->items[0]);
	else if (unit_is_split(units))
		split_say(s, units);
	else
		which_say(s, units);
	if (t->outcome == OUTCOME_ANSWER) {
		t->talk->menu_count = 0;
		say_gap(s);
		say_phrase(s, "unit_source");
	}
	return true;
}
