/* compose_limit.c - a record with several time limits for one way to file says in their notes which is for what: "Không quá
 * 03 ngày làm việc với trường hợp …". Of a note the sentence with the limit's own number counts, from its "trường hợp" on,
 * or up to the colon before the number; a note that says neither is not shown. */
#include "daemon/turn/compose.h"

#include <stdlib.h>
#include <string.h>

#define CASE_UNITS 140

static bool has_limit(const struct submission *s)
{
	return s->time_limit && s->time_limit[0];
}

bool compose_limits_by_case(const struct record *r)
{
	for (size_t i = 0; i < r->submission_count; i++)
		for (size_t k = 0; k < i; k++) {
			const struct submission *a = &r->submissions[i], *b = &r->submissions[k];

			if (has_limit(a) && has_limit(b) &&
				compose_mode_bit(a->mode) == compose_mode_bit(b->mode) &&
				strcmp(a->time_limit, b->time_limit) != 0)
				return true;
		}
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The number of days or hours of `limit`, in `text`; NULL: not there. */
static const char *number_find(const char *text, const char *limit)
{
	unsigned long wanted;

	while (*limit && !is_digit(*limit))
		limit++;
	if (!*limit)
		return NULL;
	wanted = strtoul(limit, NULL, 10);
	for (const char *at = text; *at; at++)
		if (is_digit(*at) && (at == text || (!is_digit(at[-1]) && at[-1] != '/'))) {
			char *end;

			if (strtoul(at, &end, 10) == wanted && strncmp(end, " ", 1) == 0)
				return at;
			at = end - 1;
		}
	return NULL;
}

static bool ends_sentence(const char *at)
{
	return *at == '\n' || *at == ';' || (*at == '.' && (at[1] == ' ' || at[1] == '\n' || !at[1])) ||
	       (*at == ' ' && at[1] == '+' && at[2] == ' ');
}

/* The sentence around `at`. */
static const char *sentence(struct say *s, const char *text, const char *at, size_t *ret_number)
{
	const char *begin = at, *end = at, *copy;

	while (begin > text && !ends_sentence(begin - 1))
		begin--;
	while (*end && !ends_sentence(end))
		end++;
	copy = arena_copy(&s->turn->arena, begin, (size_t)(end - begin));
	s->failed |= !copy;
	*ret_number = (size_t)(at - begin);
	return copy;
}

const char *compose_limit_case(struct say *s, const struct submission *submission)
{
	const char *note = submission->note, *at, *text, *which, *colon;
	size_t number;

	at = note && has_limit(submission) ? number_find(note, submission->time_limit) : NULL;
	text = at ? sentence(s, note, at, &number) : NULL;
	if (!text)
		return NULL;
	which = strstr(text, "trường hợp");
	if (!which)
		which = strstr(text, "đối với");
	if (which)
		return say_clip(s, which, CASE_UNITS);
	colon = memrchr(text, ':', number);
	if (!colon)
		return NULL;
	text = arena_copy(&s->turn->arena, text, (size_t)(colon - text));
	s->failed |= !text;
	return text ? say_clip(s, text, CASE_UNITS) : NULL;
}
