/* report_words.c - how reports call periods, units and words of the tables. */
#include "daemon/report/report.h"

#include "daemon/base/buf.h"
#include "knowledge/day.h"

#include <stdio.h>
#include <string.h>

#define FILL_MAX ((size_t)1 << 16)

const char *report_word(const struct sentences *words, struct arena *a, const char *kind, const char *word)
{
	char name[96];

	snprintf(name, sizeof name, "%s.%s", kind, word);
	return sentence_known(words, name) ? sentence(words, name) : arena_string(a, word);
}

const char *report_day_shown(struct arena *a, int day)
{
	char text[11];

	day_text(day, text);
	return arena_printf(a, "%.2s/%.2s/%.4s", text + 8, text + 5, text);
}

const char *report_fill(struct arena *a, const char *form, const struct report_fill *fills)
{
	struct buf text;
	const char *copy;

	buf_init(&text, FILL_MAX);
	while (*form) {
		const char *end = *form == '{' ? strchr(form, '}') : NULL;
		const struct report_fill *f = fills;

		while (end && f->name &&
			(strlen(f->name) != (size_t)(end - form - 1) ||
				strncmp(f->name, form + 1, strlen(f->name)) != 0))
			f++;
		if (end && f->name) {
			text.failed |= !f->text;
			buf_add_string(&text, f->text);
			form = end + 1;
		} else {
			buf_add(&text, form++, 1);
		}
	}
	copy = text.failed ? NULL : arena_copy(a, buf_text(&text), text.len);
	buf_release(&text);
	return copy;
}

const char *report_period_title(const struct sentences *words, struct arena *a, const struct period *p)
{
	static const char *const forms[] = {
		"period.month", "period.quarter", NULL, "period.nine", "period.year", "period.cumulative"};
	static const char *const quarters[] = {"I", "II", "III", "IV"};
	const char *form = p->kind == PERIOD_HALF ? p->first == 1 ? "period.first_half" : "period.second_half"
						  : forms[p->kind];
	char part[12], year[12];

	snprintf(part, sizeof part, "%d", p->kind == PERIOD_CUMULATIVE ? p->months : p->first);
	snprintf(year, sizeof year, "%d", p->year);
	return report_fill(a, sentence(words, form),
		(const struct report_fill[]){
			{"part", p->kind == PERIOD_QUARTER ? quarters[p->first / 3] : part}, {"year", year},
			{NULL, NULL}});
}

const char *report_unit_name(const struct report_source *source, struct arena *a, const char *unit)
{
	struct browse_unit_page page;
	enum err err = source->browse ? browse_unit(source->browse, a, unit, &page, NULL) : ERR_NOT_FOUND;

	if (err == ERR_NOT_FOUND)
		return arena_string(a, unit);
	return err ? NULL : page.unit.name;
}

const char *report_calendar(const struct sentences *words, struct arena *a, const struct period *p)
{
	char day[12];

	if (p->begins == 1)
		return sentence(words, "form.calendar");
	snprintf(day, sizeof day, "%02d", p->begins);
	return report_fill(a, sentence(words, "form.calendar_closed"),
		(const struct report_fill[]){{"day", day}, {NULL, NULL}});
}

const char *report_moment(struct arena *a, int64_t ms)
{
	int day = period_day(ms);
	int minute = (int)((ms + (int64_t)7 * 3600000) / 60000 - (int64_t)day * 1440);

	const char *shown = report_day_shown(a, day);

	return shown ? arena_printf(a, "%02d:%02d %s", minute / 60, minute % 60, shown) : NULL;
}
