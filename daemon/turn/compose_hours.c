/* compose_hours.c - whether an office or a hotline is open at this moment, and when again. Nothing is said when its hours leave a
 * doubt, when a day on the way may be a holiday nobody is sure of, or when it was asked as of another day. */
#include "daemon/turn/compose.h"

#include "daemon/base/clock.h"
#include "knowledge/day.h"

#include <string.h>

static bool is_today(const struct turn *t)
{
	char today[11];

	clock_date(t->now_ms, today);
	return t->now_ms && t->as_of && strcmp(t->as_of, today) == 0;
}

static const char *when_text(struct say *s, const struct hours_state *state)
{
	static const char *const weekdays[] = {"weekday_sunday", "weekday_monday", "weekday_tuesday",
		"weekday_wednesday", "weekday_thursday", "weekday_friday", "weekday_saturday"};
	const char *weekday;

	if (state->days == 0)
		return say_phrase_text(s, "when_today");
	if (state->days == 1)
		return say_phrase_text(s, "when_tomorrow");
	weekday = say_phrase_text(s, weekdays[day_weekday(day_number(state->day))]);
	return say_phrase_text(s, "when_day", {"weekday", weekday}, {"day", say_day_ahead(s, state->day)}, );
}

const char *compose_open(struct say *s, const struct record *r)
{
	const struct turn *t = s->turn;
	struct hours hours;
	struct hours_state state;
	const char *lead;

	if (!is_today(t) || !hours_read(r->hours, &hours) || hours.always ||
		!hours_now(&hours, kb_holidays(t->tools->kb), t->now_ms, &state))
		return NULL;
	if (state.open)
		return say_phrase_text(s, "open_until", {"time", say_clock(s, state.clock)}, );
	lead = say_phrase_text(s, state.holiday ? "shut_holiday" : "shut_now");
	if (!*state.clock)
		return say_phrase_text(s, "shut_only", {"lead", lead}, );
	return say_phrase_text(s, "shut_until", {"lead", lead}, {"time", say_clock(s, state.clock)},
		{"when", when_text(s, &state)}, );
}
