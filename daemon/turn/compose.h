/* compose.h - inside of compose: one file a kind of reply. Each writes into a say; memory failures wait
 * there. */
#ifndef MOTCUA_COMPOSE_H
#define MOTCUA_COMPOSE_H

#include "daemon/turn/passage.h"
#include "daemon/turn/say.h"

#define TITLE_UNITS 110 /* a title in a sentence or a list; official ones reach 1,200 */

/* compose_talk.c: everything that is no procedure. False when what was said needs knowledge. */
bool compose_talk(struct say *s);
void compose_first_contact(struct say *s); /* the notice under the first answer */
void compose_hotline(struct say *s);       /* the line with the national hotline, when the knowledge has it */

/* compose_card.c */
void compose_card(struct say *s, unsigned answered); /* facets already answered above get no line */
void compose_source(struct say *s);
void compose_buttons(struct say *s, unsigned answered);

/* compose_facet.c: answers one thing asked. False, and nothing is said, when the record does not hold it. */
struct facet_room {
	size_t units;  /* about this much; more goes on the next page */
	unsigned page; /* from 1 */
	bool alone;    /* pages may follow; else a hint says how to see the rest */
	bool first;    /* the reply begins here */
};
bool compose_facet(struct say *s, enum facet facet, const struct facet_room *room);
const char *compose_levels(struct say *s); /* "cấp xã, cấp tỉnh"; NULL: the record does not say */
void compose_missing(struct say *s, enum facet facet);
const char *compose_facet_name(
	struct say *s, enum facet facet); /* "phí, lệ phí": also what a citizen may type */
struct lead { /* phrases: at the beginning of the reply, and behind another answer */
	const char *first, *also;
};
extern const struct lead lead_text;
void compose_pages(struct say *s, const struct lead *lead, struct passages *p, enum facet facet,
	const struct facet_room *room);

/* compose_quote.c: what is asked beside a facet, in the record's own sentences. */
enum nuance compose_nuance(
	const struct say *s, enum facet facet); /* NUANCE_NONE when just the facet is asked */
const char *compose_nuance_name(struct say *s, enum nuance nuance);
bool compose_quote(
	struct say *s, enum nuance nuance, const struct facet_room *room); /* false: no sentence says it */

/* compose_modes.c: what the ways to file have in common and in what they differ. */
enum mode { MODE_ONLINE, MODE_DIRECT, MODE_POSTAL, MODE_COUNT };
struct mode_value {
	unsigned modes; /* bits (1u << enum mode) that share the text; 0: one the portal does not know */
	const char *text;
};
#define MODE_VALUES 24
struct mode_values {
	struct mode_value items[MODE_VALUES];
	size_t count;
};
unsigned compose_mode_bit(const char *mode);
unsigned compose_modes_of(const struct record *r);
const char *compose_mode_names(struct say *s, unsigned modes);
void compose_fees(struct say *s, struct mode_values *ret_values);
void compose_times(struct say *s, struct mode_values *ret_values);
/* One value that holds for every way to file the record has: it is said without naming the ways. */
bool compose_same_for_all(const struct say *s, const struct mode_values *values);
/* All in a line, short: "10.000 đồng", "trực tuyến 10.000 đồng; trực tiếp 20.000 đồng (chi tiết: gõ “phí”)";
 * NULL: none. */
const char *compose_brief(struct say *s, const struct mode_values *values, enum facet facet);
bool compose_has_fee(const struct record *r);
bool compose_fee_unclear(const struct record *r);

/* compose_limit.c: one way to file with several time limits, and the case each is for. */
bool compose_limits_by_case(const struct record *r);
const char *compose_limit_case(
	struct say *s, const struct submission *submission); /* NULL: its note does not say */

/* compose_documents.c */
size_t compose_document_count(const struct record *r, bool *ret_by_case);
void compose_documents(struct say *s, struct passages *p);
void compose_forms(struct say *s, struct passages *p);

/* compose_kinds.c: hotline, office, guide, faq; and what has ended. */
void compose_other(struct say *s);
bool compose_ended(struct say *s);

/* compose_hours.c: "Hiện đang trong giờ làm việc, đến 17:00."; NULL: it cannot be said for sure. */
const char *compose_open(struct say *s, const struct record *r);

/* compose_unit.c: where a place belongs today. False when nobody asked. */
bool compose_unit(struct say *s);

/* compose_wait.c: what is open between us: a code, consent, what is kept. False when nothing is. */
bool compose_flow(struct say *s);

/* compose_case.c: a reflection while it is taken down; and the line that says it was left. */
void compose_case(struct say *s);
void compose_case_state(struct say *s); /* of a code that was typed */
void compose_case_left(struct say *s);
/* Asks whether the citizen may be written to about the code just given. */
void compose_consent(struct say *s, const char *phrase);

/* compose_rating.c: what was said of an answer; and the buttons under one. */
void compose_rating(struct say *s);
void compose_rating_buttons(struct say *s);
void compose_wrong(struct say *s); /* "không phải", and "sai rồi" of an answer: the next best */

/* compose_choices.c */
void compose_choices(struct say *s);
void compose_none(struct say *s);
void compose_not_that(struct say *s);

enum facet compose_facet_first(unsigned facets); /* FACET_NONE for none */
const char *compose_title(struct say *s);        /* of the record, short */
void compose_unresolved(struct say *s, enum question_reason reason);

#endif
