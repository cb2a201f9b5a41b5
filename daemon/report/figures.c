#include "daemon/report/figures.h"

#include <string.h>

#define ID(id, kind, where) #id,
#define SHARE_ID(id, part, whole) #id,
static const char *const ids[FIGURE_COUNT] = {STORE_FIGURES(ID) CHANGE_FIGURES(ID) SHARE_FIGURES(SHARE_ID)};

#define SHARE_PART(id, part, whole) FIGURE_##part,
static const enum figure parts[] = {SHARE_FIGURES(SHARE_PART)};

const struct figure_shown figures_shown[] = {
	{"contacts", FIGURE_contacts},
	{"contacts", FIGURE_citizens},
	{"contacts", FIGURE_questions},
	{"contacts", FIGURE_answered},
	{"contacts", FIGURE_asked_back},
	{"contacts", FIGURE_unresolved},
	{"contacts", FIGURE_answered_share},
	{"contacts", FIGURE_other_contacts},
	{"contacts", FIGURE_replied},
	{"contacts", FIGURE_reply_median},
	{"contacts", FIGURE_reply_p95},
	{"ratings", FIGURE_ratings},
	{"ratings", FIGURE_helpful},
	{"ratings", FIGURE_unhelpful},
	{"ratings", FIGURE_helpful_share},
	{"handed", FIGURE_handed},
	{"handed", FIGURE_handed_people},
	{"handed", FIGURE_handed_done},
	{"handed", FIGURE_handed_open},
	{"waits", FIGURE_waits},
	{"waits", FIGURE_waits_answered},
	{"waits", FIGURE_waits_told},
	{"waits", FIGURE_told_share},
	{"waits", FIGURE_waits_fetched},
	{"waits", FIGURE_waits_unreachable},
	{"waits", FIGURE_waits_open},
	{"cases", FIGURE_cases_received},
	{"cases", FIGURE_cases_reflections},
	{"cases", FIGURE_cases_suggestions},
	{"cases", FIGURE_cases_closed},
	{"cases", FIGURE_cases_on_time},
	{"cases", FIGURE_cases_late},
	{"cases", FIGURE_on_time_share},
	{"cases", FIGURE_cases_open},
	{"cases", FIGURE_cases_overdue},
	{"content", FIGURE_content_new},
	{"content", FIGURE_content_amended},
	{"content", FIGURE_content_ended},
	{"content", FIGURE_content_expired},
	{NULL, FIGURE_COUNT},
};

const char *figure_id(enum figure figure)
{
	return ids[figure];
}

enum figure_form figure_form(enum figure figure)
{
	if (figure == FIGURE_reply_median || figure == FIGURE_reply_p95)
		return FIGURE_MS;
	return (int)figure >= FIGURE_SHARES ? FIGURE_SHARE : FIGURE_NUMBER;
}

bool figure_from(const char *id, enum figure *ret_figure)
{
	for (int i = 0; id && i < FIGURE_COUNT; i++)
		if (strcmp(ids[i], id) == 0) {
			*ret_figure = (enum figure)i;
			return true;
		}
	return false;
}

enum figure figure_rows(enum figure figure)
{
	return (int)figure >= FIGURE_SHARES ? parts[(int)figure - FIGURE_SHARES] : figure;
}

bool figure_of_store(enum figure figure)
{
	return (int)figure < (int)STORE_FIGURE_COUNT;
}
