/* compose_card.c - a procedure at one glance, where the facts are from, and what to tap next. */
#include "daemon/turn/compose.h"

#include <string.h>

#define PLACE_UNITS 120
#define CARD_BUTTONS 4
#define DOCUMENTS_MANY 12 /* over all cases together: nobody needs as many */

static const char *fee_line(struct say *s)
{
	struct mode_values values;

	compose_fees(s, &values);
	return compose_brief(s, &values, FACET_FEE);
}

static const char *time_line(struct say *s)
{
	struct mode_values values;

	compose_times(s, &values);
	return compose_brief(s, &values, FACET_TIME);
}

static const char *documents_line(struct say *s)
{
	bool by_case;
	size_t count = compose_document_count(&s->turn->record, &by_case);

	if (!count)
		return NULL;
	if (by_case && count > DOCUMENTS_MANY)
		return say_phrase_text(
			s, "brief_depends", {"word", compose_facet_name(s, FACET_DOCUMENTS)}, );
	return say_phrase_text(s, by_case ? "documents_cases" : "documents_count",
		{"count", say_number(s, count, PROOF_COUNT)},
		{"word", compose_facet_name(s, FACET_DOCUMENTS)}, );
}

const char *compose_levels(struct say *s)
{
	const struct record *r = &s->turn->record;
	const char *levels = "";

	for (size_t i = 0; i < r->level_count && levels; i++)
		levels = arena_printf(&s->turn->arena, "%s%scấp %s", levels, i ? ", " : "", r->levels[i]);
	s->failed |= !levels;
	return levels && levels[0] ? levels : NULL;
}

static bool heads_a_list(const char *line, size_t len)
{
	while (len && strchr(" \t\r", line[len - 1]))
		len--;
	return len && line[len - 1] == ':';
}

/* The first line of the address, else who handles it, else at which level. A line that ends with a colon heads a list. */
static const char *place_line(struct say *s)
{
	const struct record *r = &s->turn->record;
	const char *place = r->address && r->address[0] ? r->address : r->agency;
	const char *line;

	if (!place || !place[0])
		place = r->authority;
	if (!place || !place[0])
		return compose_levels(s);
	place = say_trim(s, place);
	if (heads_a_list(place, strcspn(place, "\n")))
		return say_phrase_text(s, "place_several", {"word", compose_facet_name(s, FACET_WHERE)}, );
	line = arena_copy(&s->turn->arena, place, strcspn(place, "\n"));
	s->failed |= !line;
	return line ? say_clip(s, line, PLACE_UNITS) : "";
}

static const char *online_line(struct say *s)
{
	return compose_modes_of(&s->turn->record) & 1u << MODE_ONLINE ? say_phrase_text(s, "card_online")
								      : NULL;
}

static const char *unless(
	unsigned answered, enum facet facet, const char *(*line)(struct say *s), struct say *s)
{
	return answered & 1u << facet ? NULL : line(s);
}

void compose_card(struct say *s, unsigned answered)
{
	const struct phrase_value values[] = {
		{"fee", unless(answered, FACET_FEE, fee_line, s)},
		{"time", unless(answered, FACET_TIME, time_line, s)},
		{"documents", unless(answered, FACET_DOCUMENTS, documents_line, s)},
		{"place", unless(answered, FACET_WHERE, place_line, s)},
		{"online", unless(answered, FACET_ONLINE, online_line, s)},
		{NULL, NULL},
	};
	const char *card = say_filled_text(s, "card", values);

	if (!card[0])
		return;
	say_gap(s);
	say_text(s, card);
}

static void source_add(struct say *s, const char **line, const char *part)
{
	if (!part || !part[0] || !*line)
		return;
	*line = arena_printf(&s->turn->arena, "%s%s%s", *line, **line ? " · " : "", part);
	s->failed |= !*line;
}

void compose_source(struct say *s)
{
	const struct record *r = &s->turn->record;
	const char *line = "", *decision = r->decision_no ? r->decision_no : r->decision;
	const char *source = r->source ? r->source : say_phrase_text(s, "portal");

	if (r->code)
		source_add(s, &line, say_phrase_text(s, "source_code", {"code", r->code}, ));
	if (decision)
		source_add(s, &line, say_phrase_text(s, "source_decision", {"decision", decision}, ));
	if (r->decision_date && r->valid_from)
		source_add(
			s, &line, say_phrase_text(s, "source_valid", {"day", say_day(s, r->valid_from)}, ));
	if (r->kind == KIND_PROCEDURE || (r->source && r->source_date)) /* undated: where a copy was found */
		source_add(s, &line, say_phrase_text(s, "source_name", {"source", source}, ));
	if (r->source_date)
		source_add(s, &line, say_phrase_text(s, "source_day", {"day", say_day(s, r->source_date)}, ));
	if (!line || !line[0])
		return;
	say_gap(s);
	say_text(s, line);
}

static void payload_button(struct say *s, const char *title, enum facet facet, unsigned page)
{
	struct arena *a = &s->turn->arena;
	const char *id = s->turn->record.id, *value;

	if (page)
		value = arena_printf(
			a, "#tt:%s:%s:%u", id, facet == FACET_NONE ? "" : facet_word(facet), page);
	else
		value = arena_printf(a, "#tt:%s:%s", id, facet_word(facet));
	say_button(s, BUTTON_PAYLOAD, say_phrase_text(s, title), value);
}

static void online_button(struct say *s)
{
	const struct record *r = &s->turn->record;

	if (!(compose_modes_of(r) & 1u << MODE_ONLINE))
		return;
	if (r->url && strncmp(r->url, "https://", 8) == 0 && !strstr(r->url, "/p/home/"))
		say_button(s, BUTTON_URL, say_phrase_text(s, "button_online"), r->url);
	else
		payload_button(s, "button_online", FACET_ONLINE, 0);
}

/* What people ask next, in that order, as far as the record has it and it was not just said. */
static void facet_buttons(struct say *s, unsigned answered)
{
	static const struct {
		enum facet facet;
		const char *title;
	} order[] = {{FACET_DOCUMENTS, "button_documents"}, {FACET_WHERE, "button_place"},
		{FACET_FEE, "button_fee"}, {FACET_STEPS, "button_steps"}};
	const struct record *r = &s->turn->record;
	bool has[FACET_COUNT] = {[FACET_DOCUMENTS] = r->document_count > 0,
		[FACET_WHERE] = r->address || r->agency || r->authority,
		[FACET_FEE] = compose_has_fee(r),
		[FACET_STEPS] = r->steps != NULL};
	size_t room = CARD_BUTTONS - 1; /* the last one is "not what I meant" */

	for (size_t i = 0; i < sizeof order / sizeof *order && s->turn->reply.button_count < room; i++) {
		if (i == 1 && !(answered & 1u << FACET_ONLINE))
			online_button(s);
		if (has[order[i].facet] && !(answered & 1u << order[i].facet) &&
			s->turn->reply.button_count < room)
			payload_button(s, order[i].title, order[i].facet, 0);
	}
}

void compose_buttons(struct say *s, unsigned answered)
{
	const struct talk *talk = s->turn->talk;

	if (talk->more)
		payload_button(s, "button_more", talk->facet, talk->page + 1);
	if (s->turn->record.kind == KIND_PROCEDURE)
		facet_buttons(s, answered);
	say_button(s, BUTTON_PAYLOAD, say_phrase_text(s, "button_not_that"), "#no");
	compose_rating_buttons(s);
}
