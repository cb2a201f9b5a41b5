/* compose_kinds.c - records that are no procedure: hotline, office, guide, faq; and procedures that have
 * ended. */
#include "daemon/turn/compose.h"

#include <string.h>

#define TEXT_UNITS 1100

static const char *phones_text(struct say *s, const struct record *r)
{
	const char *phones = r->phone_count ? "" : NULL;

	for (size_t i = 0; i < r->phone_count && phones; i++)
		phones = arena_printf(&s->turn->arena, "%s%s%s", phones, i ? " – " : "", r->phones[i]);
	s->failed |= r->phone_count && !phones;
	return phones;
}

/* What to call, where to go, when: hotline and office alike. Lines without a value are left out. */
static void contact_say(struct say *s)
{
	const struct record *r = &s->turn->record;

	say_phrase(s, "contact", {"name", compose_title(s)}, {"phones", phones_text(s, r)},
		{"address", r->address}, {"hours", r->hours}, {"open", compose_open(s, r)},
		{"scope", r->scope}, {"email", r->email}, {"url", r->url}, );
}

static void text_say(struct say *s)
{
	const struct record *r = &s->turn->record;
	const struct facet_room room = {TEXT_UNITS, s->turn->page ? s->turn->page : 1, true, true};
	struct passages p = {.arena = &s->turn->arena};

	passages_add_lines(&p, r->text, false);
	compose_pages(s, &lead_text, &p, FACET_NONE, &room);
	if (r->url) {
		say_gap(s);
		say_phrase(s, "online_link", {"url", r->url}, );
	}
}

void compose_other(struct say *s)
{
	const struct record *r = &s->turn->record;

	if (r->text && r->text[0])
		text_say(s);
	else
		contact_say(s);
	compose_source(s);
	if (r->url && strncmp(r->url, "https://", 8) == 0 && r->kind != KIND_FAQ)
		say_button(s, BUTTON_URL, say_phrase_text(s, "button_open"), r->url);
	compose_buttons(s, 0);
	proof_cite(s->turn->proof, r);
}

/* The version that says so begins on the day the matter ends. */
static bool has_ended(const struct record *r)
{
	return r->change && (strcmp(r->change, "abolished") == 0 || strcmp(r->change, "replaced") == 0);
}

/* The record that took its place, by title and button. */
static void successor_say(struct say *s)
{
	struct turn *t = s->turn;
	const struct record *next = say_record(s, t->record.replaced_by);
	const char *title, *payload;

	if (!next)
		return;
	title = say_clip(s, next->everyday ? next->everyday : next->name, TITLE_UNITS);
	payload = arena_printf(&t->arena, "#tt:%s", next->id);
	say_break(s);
	say_phrase(s, "ended_next", {"title", title}, );
	say_button(s, BUTTON_PAYLOAD, title, payload);
}

bool compose_ended(struct say *s)
{
	const struct record *r = &s->turn->record;
	const char *decision = r->decision_no ? r->decision_no : r->decision;

	if (!has_ended(r))
		return false;
	say_phrase(s, "ended", {"title", compose_title(s)}, );
	say_break(s);
	say_phrase(s, "ended_since", {"day", say_day(s, r->valid_from)}, {"decision", decision}, );
	if (r->replaced_by)
		successor_say(s);
	else
		compose_hotline(s);
	compose_source(s);
	say_button(s, BUTTON_PAYLOAD, say_phrase_text(s, "button_not_that"), "#no");
	proof_cite(s->turn->proof, r);
	return true;
}
