/* compose_facet.c - one thing asked of a procedure → one sentence, or a list in pages.
 * Every facet either answers from the record or says nothing and returns false; the caller then says that the
 * record does not hold it. */
#include "daemon/turn/compose.h"

#include "daemon/base/text.h"

#include <string.h>

#define SHORT_UNITS 180 /* a value up to here stands in the sentence, a longer one below it */

static const char *const facet_names[FACET_COUNT] = {
	[FACET_FEE] = "name_fee",
	[FACET_TIME] = "name_time",
	[FACET_DOCUMENTS] = "name_documents",
	[FACET_FORMS] = "name_forms",
	[FACET_WHERE] = "name_place",
	[FACET_ONLINE] = "name_online",
	[FACET_POSTAL] = "name_postal",
	[FACET_STEPS] = "name_steps",
	[FACET_CONDITIONS] = "name_conditions",
	[FACET_LEGAL] = "name_legal",
	[FACET_RESULT] = "name_result",
	[FACET_AGENCY] = "name_agency",
	[FACET_HOTLINE] = "name_hotline",
};

const char *compose_facet_name(struct say *s, enum facet facet)
{
	return say_phrase_text(s, facet_names[facet]);
}

/* The same with what is asked beside it: "hạn bạn phải đi làm". */
static const char *asked_name(struct say *s, enum facet facet)
{
	enum nuance nuance = compose_nuance(s, facet);

	return nuance ? compose_nuance_name(s, nuance) : compose_facet_name(s, facet);
}

const struct lead lead_text = {"text_lead", "text_lead"};
static const struct lead lead_one = {"facet_one", "also_one"};
static const struct lead lead_many = {"facet_many", "also_many"};
static const struct lead lead_modes = {"facet_modes", "also_many"};
static const struct lead lead_documents = {"facet_documents", "also_many"};
static const struct lead lead_forms = {"facet_forms", "also_many"};
static const struct lead lead_yes = {"mode_yes", "also_yes"};
static const struct lead lead_no = {"mode_no", "also_no"};
static const struct lead lead_level = {"place_level", "place_level"};
static const struct lead lead_again = {"facet_again", "facet_again"};

static void lead_say(struct say *s, const struct lead *lead, enum facet facet, const char *value, bool first)
{
	say_gap(s);
	say_filled(s, first ? lead->first : lead->also,
		(const struct phrase_value[]){
			{"name", facet == FACET_NONE ? "" : asked_name(s, facet)},
			{"title", compose_title(s)},
			{"value", value},
			{NULL, NULL},
		});
}

static void page_say(struct say *s, const struct passages *p, const struct page *page)
{
	const char *heading = NULL;

	for (size_t i = page->first; i < page->end; i++) {
		const struct passage *item = &p->items[i];

		say_break(s);
		if (item->heading && (!heading || strcmp(heading, item->heading) != 0)) {
			say_phrase(s, "case", {"case", item->heading}, );
			say_break(s);
		}
		heading = item->heading;
		if (item->item)
			buf_add_string(&s->buf, "- ");
		say_span(s, item->text, item->len);
		say_text(s, item->tail);
	}
}

void compose_pages(struct say *s, const struct lead *lead, struct passages *p, enum facet facet,
	const struct facet_room *room)
{
	struct talk *talk = s->turn->talk;
	struct page page;

	if (passages_page(p, room->units, room->page, &page)) {
		s->failed = true;
		return;
	}
	lead_say(s, page.number > 1 && facet != FACET_NONE ? &lead_again : lead, facet, "", room->first);
	page_say(s, p, &page);
	talk->facet = facet;
	talk->page = (unsigned)page.number;
	talk->more = room->alone && page.number < page.count;
	if (page.count == 1)
		return;
	say_break(s);
	if (!room->alone)
		say_phrase(s, "page_hint", {"word", compose_facet_name(s, facet)}, );
	else if (page.number < page.count)
		say_phrase(s, "page_more", {"page", say_pages(s, page.number, page.count)}, );
	else
		say_phrase(s, "page_last", {"page", say_pages(s, page.number, page.count)}, );
}

static bool is_short(const char *text)
{
	return !text[text_utf16_prefix(text, SHORT_UNITS)] && !strchr(text, '\n');
}

/* One text: in the sentence when short, else in pages. */
static bool text_facet(struct say *s, enum facet facet, const char *text, const struct facet_room *room)
{
	struct passages p = {.arena = &s->turn->arena};

	if (!text || !text[0])
		return false;
	text = say_trim(s, text);
	if (is_short(text)) {
		lead_say(s, &lead_one, facet, text, room->first);
		return true;
	}
	passages_add_lines(&p, text, false);
	compose_pages(s, &lead_many, &p, facet, room);
	return true;
}

/* A value for all ways to file, or a line each; where all hold for every way, the way need not be said. */
static bool modes_facet(
	struct say *s, enum facet facet, const struct mode_values *values, const struct facet_room *room)
{
	struct passages p = {.arena = &s->turn->arena};
	unsigned all = compose_modes_of(&s->turn->record);
	bool differ = false;

	if (!values->count)
		return false;
	if (compose_same_for_all(s, values))
		return text_facet(s, facet, values->items[0].text, room);
	for (size_t i = 0; i < values->count; i++)
		differ |= values->items[i].modes != all;
	for (size_t i = 0; i < values->count; i++) {
		const struct mode_value *v = &values->items[i];
		const char *line = v->text;

		if (v->modes && differ)
			line = say_phrase_text(s, "mode_line", {"modes", compose_mode_names(s, v->modes)},
				{"value", v->text}, );
		passages_add_lines(&p, line, true);
	}
	compose_pages(s, differ ? &lead_modes : &lead_many, &p, facet, room);
	return true;
}

static bool fee_facet(struct say *s, const struct facet_room *room)
{
	struct mode_values values;

	compose_fees(s, &values);
	if (compose_fee_unclear(&s->turn->record))
		compose_unresolved(s, QUESTION_MISSING_FACT);
	return modes_facet(s, FACET_FEE, &values, room);
}

static bool time_facet(struct say *s, const struct facet_room *room)
{
	struct mode_values values;

	compose_times(s, &values);
	return modes_facet(s, FACET_TIME, &values, room);
}

static bool documents_facet(struct say *s, const struct facet_room *room)
{
	struct passages p = {.arena = &s->turn->arena};

	compose_documents(s, &p);
	if (!p.count)
		return false;
	compose_pages(s, &lead_documents, &p, FACET_DOCUMENTS, room);
	return true;
}

static bool forms_facet(struct say *s, const struct facet_room *room)
{
	struct passages p = {.arena = &s->turn->arena};

	compose_forms(s, &p);
	if (!p.count)
		return false;
	compose_pages(s, &lead_forms, &p, FACET_FORMS, room);
	return true;
}

/* Pages of the portal before July 2025 may be gone. */
static const char *live_url(const struct record *r)
{
	return r->url && !strstr(r->url, "/p/home/") ? r->url : NULL;
}

static const char *mode_note(const struct record *r, unsigned mode)
{
	for (size_t i = 0; i < r->submission_count; i++)
		if (compose_mode_bit(r->submissions[i].mode) == mode && r->submissions[i].note &&
			r->submissions[i].note[0])
			return r->submissions[i].note;
	return NULL;
}

static bool line_has(const struct passage *line, const char *word)
{
	const char *at = strstr(line->text, word);

	return at && at < line->text + line->len;
}

/* "23 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ": says when, and nobody asked. */
static bool says_when_only(const struct passage *line)
{
	return line_has(line, "ể từ ") && !line_has(line, "ộp ") && !line_has(line, "tại ") &&
	       !line_has(line, "http");
}

/* Its first lines, as far as they are short and say how or where. */
static void note_say(struct say *s, const char *note)
{
	struct passages p = {.arena = &s->turn->arena};
	struct page page;
	size_t kept = 0;

	passages_add_lines(&p, note, false);
	for (size_t i = 0; i < p.count; i++)
		if (!says_when_only(&p.items[i]))
			p.items[kept++] = p.items[i];
	p.count = kept;
	if (!kept)
		return;
	if (passages_page(&p, 2 * SHORT_UNITS, 1, &page))
		s->failed = true;
	else
		page_say(s, &p, &page);
}

/* Can it be filed this way? Yes with what is known of it; or no, and how else. */
static bool mode_facet(struct say *s, enum facet facet, enum mode mode, const struct facet_room *room)
{
	const struct record *r = &s->turn->record;
	unsigned bit = 1u << mode, modes = compose_modes_of(r);
	const char *note = mode_note(r, bit);

	if (!modes)
		return false;
	if (!(modes & bit)) {
		lead_say(s, &lead_no, facet, compose_mode_names(s, modes), room->first);
		return true;
	}
	lead_say(s, &lead_yes, facet, "", room->first);
	if (mode == MODE_ONLINE) {
		say_break(s);
		if (live_url(r))
			say_phrase(s, "online_link", {"url", r->url}, );
		else
			say_phrase(s, "online_portal");
	}
	if (note)
		note_say(s, note);
	return true;
}

/* Only at which level; an address is still missed. */
static bool level_say(struct say *s, const struct facet_room *room)
{
	const char *levels = compose_levels(s);

	if (!levels)
		return false;
	lead_say(s, &lead_level, FACET_WHERE, levels, room->first);
	compose_unresolved(s, QUESTION_MISSING_FACT);
	return true;
}

static bool place_facet(struct say *s, const struct facet_room *room)
{
	const struct record *r = &s->turn->record;
	const char *note = mode_note(r, 1u << MODE_DIRECT);
	const char *place = r->address && r->address[0] ? r->address : r->agency;

	if (!place || !place[0])
		place = r->authority && r->authority[0] ? r->authority : NULL;
	if (!place && note && (strstr(note, "tại") || strstr(note, "Nộp"))) {
		place = note;
		note = NULL;
	}
	if (!text_facet(s, FACET_WHERE, place, room))
		return level_say(s, room);
	if (note && room->page == 1 && strstr(note, "tại"))
		note_say(s, note);
	return true;
}

static bool conditions_facet(struct say *s, const struct facet_room *room)
{
	const char *text = s->turn->record.conditions;

	if (text && strlen(text) < 24 && strncmp(text, "Không", strlen("Không")) == 0)
		text = say_phrase_text(s, "conditions_none");
	return text_facet(s, FACET_CONDITIONS, text, room);
}

static bool legal_facet(struct say *s, const struct facet_room *room)
{
	const struct record *r = &s->turn->record;
	struct passages p = {.arena = &s->turn->arena};

	for (size_t i = 0; i < r->legal_count; i++)
		passages_add(&p,
			(struct passage){
				.text = r->legal_basis[i], .len = strlen(r->legal_basis[i]), .item = true});
	if (!p.count)
		return false;
	compose_pages(s, &lead_many, &p, FACET_LEGAL, room);
	return true;
}

static bool agency_facet(struct say *s, const struct facet_room *room)
{
	const struct record *r = &s->turn->record;

	return text_facet(s, FACET_AGENCY, r->agency && r->agency[0] ? r->agency : r->authority, room) ||
	       level_say(s, room);
}

static bool hotline_facet(struct say *s, const struct facet_room *room)
{
	const struct record *r = &s->turn->record;
	const char *phones = "";

	for (size_t i = 0; i < r->phone_count && phones; i++)
		phones = arena_printf(&s->turn->arena, "%s%s%s", phones, i ? ", " : "", r->phones[i]);
	s->failed |= !phones;
	return text_facet(s, FACET_HOTLINE, phones, room);
}

bool compose_facet(struct say *s, enum facet facet, const struct facet_room *room)
{
	const struct record *r = &s->turn->record;
	enum nuance nuance = compose_nuance(s, facet);

	if (nuance)
		return compose_quote(s, nuance, room);
	switch (facet) {
	case FACET_FEE: return fee_facet(s, room);
	case FACET_TIME: return time_facet(s, room);
	case FACET_DOCUMENTS: return documents_facet(s, room);
	case FACET_FORMS: return forms_facet(s, room);
	case FACET_WHERE: return place_facet(s, room);
	case FACET_ONLINE: return mode_facet(s, facet, MODE_ONLINE, room);
	case FACET_POSTAL: return mode_facet(s, facet, MODE_POSTAL, room);
	case FACET_STEPS: return text_facet(s, facet, r->steps, room);
	case FACET_CONDITIONS: return conditions_facet(s, room);
	case FACET_LEGAL: return legal_facet(s, room);
	case FACET_RESULT: return text_facet(s, facet, r->result, room);
	case FACET_AGENCY: return agency_facet(s, room);
	case FACET_HOTLINE: return hotline_facet(s, room);
	case FACET_COUNT: break;
	}
	return false;
}

void compose_missing(struct say *s, enum facet facet)
{
	say_gap(s);
	if (facet == FACET_CONDITIONS) /* mostly "may I", "must I": one case, not all conditions */
		say_phrase(s, "missing_case", {"title", compose_title(s)}, );
	else
		say_phrase(s, "missing", {"name", asked_name(s, facet)}, {"title", compose_title(s)}, );
	compose_unresolved(s, QUESTION_MISSING_FACT);
}
