/* fee_period.c - fees that hold only until a day: "… đến hết ngày 31/12/2026 thu bằng 50% mức này".
 * The day stands behind "đến", "đến hết", "đến ngày", "đến hết ngày" as day/month/year; the last one counts, because a text
 * that names several says what holds after each. */
#include "knowledge/record.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define UNTIL "đến"

static const char *skip(const char *s, const char *word)
{
	size_t len = strlen(word);

	while (*s == ' ')
		s++;
	return strncmp(s, word, len) == 0 ? s + len : s;
}

/* "31/12/2026" → "2026-12-31"; false for anything else. */
static bool read_day(const char *s, char ret_day[11])
{
	int day, month, year, len = 0;

	while (*s == ' ')
		s++;
	if (sscanf(s, "%2d%*[/.-]%2d%*[/.-]%4d%n", &day, &month, &year, &len) != 3 || len == 0)
		return false;
	if (day < 1 || day > 31 || month < 1 || month > 12 || year < 1990 || year > 2100)
		return false;
	snprintf(ret_day, 11, "%04d-%02d-%02d", year, month, day);
	return true;
}

/* The day named behind the "đến" at `s`; false when it is another "đến". */
static bool day_behind(const char *s, char ret_day[11])
{
	return read_day(skip(skip(s + strlen(UNTIL), "hết"), "ngày"), ret_day);
}

bool fee_last_day(const char *text, char ret_day[11])
{
	bool found = false;

	for (const char *s = text ? strstr(text, UNTIL) : NULL; s; s = strstr(s + 1, UNTIL)) {
		char day[11];

		if (!day_behind(s, day))
			continue;
		if (!found || strcmp(day, ret_day) > 0)
			memcpy(ret_day, day, sizeof day);
		found = true;
	}
	return found;
}

/* --- What still holds ----------------------------------------------------------------------------------- */

struct span {
	const char *from, *to; /* to is behind the last byte */
};

/* The brackets around `at`: innermost pair in `text`; false when it stands in none. */
static bool brackets_around(const char *text, const char *at, struct span *ret_span)
{
	int depth = 0;

	for (const char *s = at; s > text; s--) {
		depth += s[-1] == ')' ? 1 : s[-1] == '(' ? -1 : 0;
		if (depth >= 0)
			continue;
		ret_span->from = s - 1;
		depth = 0;
		for (const char *e = at; *e; e++) {
			depth += *e == '(' ? 1 : *e == ')' ? -1 : 0;
			if (depth < 0) {
				ret_span->to = e + 1;
				return true;
			}
		}
		return false;
	}
	return false;
}

static bool ends_sentence(const char *s)
{
	return *s == '\n' || ((*s == '.' || *s == ';') && (s[1] == ' ' || s[1] == '\n' || s[1] == '\0')) ||
	       strncmp(s, " - ", 3) == 0 || strncmp(s, " + ", 3) == 0;
}

/* The sentence around `at`, inside `within`. */
static struct span sentence_around(struct span within, const char *at)
{
	struct span span = {within.from, at};

	for (const char *s = within.from; s < at; s++)
		if (ends_sentence(s))
			span.from = s + 1;
	while (span.to < within.to && !ends_sentence(span.to))
		span.to++;
	if (span.to < within.to && (*span.to == '.' || *span.to == ';'))
		span.to++;
	return span;
}

/* What to take out with the period at `at`: its sentence; its brackets too when nothing else stands in them. */
static struct span clause_around(const char *text, const char *at)
{
	struct span whole = {text, text + strlen(text)}, brackets, clause;

	if (!brackets_around(text, at, &brackets))
		return sentence_around(whole, at);
	clause = sentence_around((struct span){brackets.from + 1, brackets.to - 1}, at);
	return clause.from == brackets.from + 1 && clause.to == brackets.to - 1 ? brackets : clause;
}

static bool holds(struct span span, const char *const *words)
{
	for (; *words; words++) {
		size_t len = strlen(*words);

		for (const char *s = span.from; s + len <= span.to; s++)
			if (strncasecmp(s, *words, len) == 0)
				return true;
	}
	return false;
}

/* A rule for a while beside the one that stays: an exemption, a discount, or "từ … đến …, mức thu là …". What has only an end
 * ("160.000 đồng (áp dụng đến hết ngày …)") is the rule itself: with it everything ends. */
static bool passing(struct span span)
{
	static const char *const exempt[] = {"miễn", "Miễn", "giảm", "Giảm", "%", NULL};
	static const char *const begins[] = {"từ ngày", "Từ ngày", "từ 0", "từ 1", NULL};
	static const char *const amount[] = {"mức thu", "mức phí", "đồng/", NULL};

	return holds(span, exempt) || (holds(span, begins) && holds(span, amount));
}

/* Does a period that still runs on `as_of` stand in the span as well? */
static bool runs_on(struct span span, const char *as_of)
{
	char day[11];

	for (const char *s = strstr(span.from, UNTIL); s && s < span.to; s = strstr(s + 1, UNTIL))
		if (day_behind(s, day) && strcmp(day, as_of) >= 0)
			return true;
	return false;
}

/* Only a clause that begins with the passing rule can go without taking anything else along. */
static bool stands_alone(struct span span)
{
	static const char *const begins[] = {
		"miễn", "Miễn", "giảm", "Giảm", "kể từ", "Kể từ", "từ", "Từ", "Trường hợp", NULL};

	while (span.from < span.to && strchr(" -+;.(\n", *span.from))
		span.from++;
	for (const char *const *word = begins; *word; word++)
		if (strncmp(span.from, *word, strlen(*word)) == 0)
			return true;
	return false;
}

enum err fee_on(struct arena *a, const char *text, const char *as_of, const char **ret_text)
{
	char *now = arena_string(a, text), day[11];
	const char *at;
	bool changed = false;

	if (!now)
		return ERR_NOMEM;
	for (at = strstr(now, UNTIL); at;) {
		struct span span = clause_around(now, at);

		if (!day_behind(at, day) || strcmp(day, as_of) >= 0 || runs_on(span, as_of) ||
			(passing(span) && !stands_alone(span))) {
			at = strstr(at + 1, UNTIL); /* holds, or is told in one breath with what holds */
			continue;
		}
		if (!passing(span)) {
			*ret_text = NULL;
			return OK;
		}
		memmove(now + (span.from - now), span.to, strlen(span.to) + 1);
		changed = true;
		at = strstr(now, UNTIL); /* from the start again: the text moved */
	}
	*ret_text = changed ? now + strspn(now, " -+;.()\n") : now;
	if (!**ret_text)
		*ret_text = NULL;
	return OK;
}
