/* hours_read.c - opening hours out of a sentence. Words and numbers come one by one (fold.h) with what stands before each; groups
 * of days and of spans must alternate, and every word must be one we know. */
#include "knowledge/hours.h"

#include "knowledge/fold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOKENS_MAX 96
#define WORD_MAX 12
#define MORNING (5 * 60) /* an earlier hour is more likely an afternoon written with twelve hours */
#define NOON (12 * 60)

struct token {
	char word[WORD_MAX];
	char before; /* '-', ':', ',', ';', '/', ' ' */
};

struct reader {
	struct token tokens[TOKENS_MAX];
	size_t count, at;
	bool days[7];
	bool has_days, has_spans, rest;
	struct hours_span spans[HOURS_SPANS];
	size_t span_count;
	bool days_first, begun, afternoon;
	bool given[7]; /* days something was said of */
	struct hours hours;
};

/* What parts two words: the strongest of the characters between; '?' for one we do not know. */
static char parting(const char *text, size_t len)
{
	char sign = ' ';

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if ((unsigned char)c == 0xe2 && i + 2 < len && (unsigned char)text[i + 1] == 0x80 &&
			((unsigned char)text[i + 2] == 0x93 || (unsigned char)text[i + 2] == 0x94)) {
			c = '-'; /* en and em dash */
			i += 2;
		}
		if (c == '\n' || c == '.')
			c = ';';
		if (c == ' ' || c == '\t' || c == '(' || c == ')')
			continue;
		if (!strchr("-:,;/", c))
			return '?';
		sign = sign == ' ' ? c : sign;
	}
	return sign;
}

static bool tokens_read(struct reader *r, const char *text)
{
	struct fold f;
	struct fold_syllable s;
	size_t end = 0;

	fold_init(&f, text, strlen(text));
	while (fold_next(&f, &s)) {
		struct token *t = &r->tokens[r->count];

		if (r->count == TOKENS_MAX || s.plain_len >= WORD_MAX)
			return false;
		t->before = r->count ? parting(text + end, s.start - end) : ' ';
		if (t->before == '?')
			return false;
		memcpy(t->word, s.plain, s.plain_len + 1);
		end = s.end;
		r->count++;
	}
	return r->count > 0 && parting(text + end, strlen(text + end)) != '?';
}

static const struct token *peek(const struct reader *r, size_t ahead)
{
	static const struct token none = {"", ' '};

	return r->at + ahead < r->count ? &r->tokens[r->at + ahead] : &none;
}

static bool word_is(const struct reader *r, size_t ahead, const char *word)
{
	return strcmp(peek(r, ahead)->word, word) == 0;
}

/* --- Days ------------------------------------------------------------------------------------------------- */

/* "2", "hai", …, "7", "bay" → 1 … 6; -1. */
static int day_name(const char *word)
{
	static const char *const names[] = {
		"2", "hai", "3", "ba", "4", "tu", "5", "nam", "6", "sau", "7", "bay"};

	for (int i = 0; i < 12; i++)
		if (strcmp(word, names[i]) == 0)
			return 1 + i / 2;
	return -1;
}

static bool is_number(const char *word)
{
	return *word && word[strspn(word, "0123456789")] == '\0';
}

/* "7:30", but not "6: 13:30" behind "thứ 2–". */
static bool minutes_follow(const struct reader *r, size_t ahead)
{
	const struct token *minutes = peek(r, ahead + 1);

	return minutes->before == ':' && strlen(minutes->word) == 2 && is_number(minutes->word) &&
	       peek(r, ahead + 2)->before != ':';
}

/* A bare number that goes on a list of days, rather than begins a time. */
static bool goes_on(const struct reader *r, size_t ahead)
{
	const struct token *t = peek(r, ahead), *next = peek(r, ahead + 1);

	return is_number(t->word) && strlen(t->word) == 1 && day_name(t->word) > 0 &&
	       !minutes_follow(r, ahead) && strcmp(next->word, "gio") != 0;
}

/* One day by name: weekday and the number of words; 0 words: none. */
static size_t one_day(const struct reader *r, bool bare, int *ret_day)
{
	const struct token *t = peek(r, 0);

	if (strcmp(t->word, "thu") == 0 && day_name(peek(r, 1)->word) > 0) {
		*ret_day = day_name(peek(r, 1)->word);
		return 2;
	}
	if (t->word[0] == 't' && strlen(t->word) == 2 && day_name(t->word + 1) > 0) {
		*ret_day = day_name(t->word + 1);
		return 1;
	}
	*ret_day = 0;
	if (strcmp(t->word, "cn") == 0)
		return 1;
	if (strcmp(t->word, "chu") == 0 && word_is(r, 1, "nhat"))
		return 2;
	if (bare && goes_on(r, 0)) {
		*ret_day = day_name(t->word);
		return 1;
	}
	return 0;
}

static void add_days(struct reader *r, int first, int last)
{
	for (int d = first;; d = (d + 1) % 7) {
		r->days[d] = true;
		if (d == last)
			break;
	}
	r->has_days = true;
}

struct phrase_days {
	const char *words[4];
	int first, last;
};

static const struct phrase_days phrases[] = {
	{{"hang", "ngay"}, 0, 6},
	{{"moi", "ngay"}, 0, 6},
	{{"tat", "ca", "cac", "ngay"}, 0, 6},
	{{"cac", "ngay", "lam", "viec"}, 1, 5},
	{{"ngay", "lam", "viec"}, 1, 5},
	{{"ngay", "hanh", "chinh"}, 1, 5},
};

static size_t phrase_fits(const struct reader *r, const struct phrase_days *p)
{
	size_t n = 0;

	for (; n < 4 && p->words[n]; n++)
		if (!word_is(r, n, p->words[n]))
			return 0;
	return n;
}

static bool take_phrase(struct reader *r)
{
	for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
		size_t n = phrase_fits(r, &phrases[i]);

		if (!n)
			continue;
		add_days(r, phrases[i].first, phrases[i].last);
		r->at += n;
		return true;
	}
	return false;
}

/* "thứ 2", "thứ 2 đến thứ 6", "T2–T6", "thứ 2, 4, 6" */
static bool take_days(struct reader *r)
{
	int first, last;
	size_t n = one_day(r, r->has_days, &first);

	if (!n)
		return take_phrase(r);
	r->at += n;
	last = first;
	if (word_is(r, 0, "den") || word_is(r, 0, "toi") || peek(r, 0)->before == '-') {
		size_t before = r->at;

		r->at += word_is(r, 0, "den") || word_is(r, 0, "toi");
		n = one_day(r, true, &last);
		if (n) {
			r->at += n;
		} else {
			r->at = before;
			last = first;
		}
	}
	add_days(r, first, last);
	return true;
}

/* --- Times ------------------------------------------------------------------------------------------------ */

static bool clock_from(const char *hour, const char *minute, int *ret_minutes)
{
	int h = atoi(hour), m = *minute ? atoi(minute) : 0;

	if (!is_number(hour) || strlen(hour) > 2 || (*minute && (!is_number(minute) || strlen(minute) > 2)) ||
		m > 59 || h * 60 + m > 1440)
		return false;
	*ret_minutes = h * 60 + m;
	return true;
}

/* "7:30", "7h30", "7h", "7 giờ 30", "7g30" → words taken; 0: no time. */
static size_t one_time(const struct reader *r, int *ret_minutes)
{
	const char *word = peek(r, 0)->word;
	size_t digits = strspn(word, "0123456789");
	char hour[3] = "";

	if (!digits || digits > 2)
		return 0;
	memcpy(hour, word, digits);
	if (word[digits] == 'h' || word[digits] == 'g')
		return clock_from(hour, word + digits + 1, ret_minutes) ? 1 : 0;
	if (word[digits])
		return 0;
	if (minutes_follow(r, 0))
		return clock_from(hour, peek(r, 1)->word, ret_minutes) ? 2 : 0;
	if (!word_is(r, 1, "gio"))
		return 0;
	if (is_number(peek(r, 2)->word) && peek(r, 2)->before == ' ')
		return clock_from(hour, peek(r, 2)->word, ret_minutes) ? 3 : 0;
	return clock_from(hour, "", ret_minutes) ? 2 : 0;
}

/* False also for a span that leaves a doubt. */
static bool take_span(struct reader *r)
{
	struct hours_span span = {0, 0};
	size_t n = one_time(r, &span.from);

	if (!n || r->span_count == HOURS_SPANS)
		return false;
	r->at += n;
	if (word_is(r, 0, "den") || word_is(r, 0, "toi"))
		r->at++;
	else if (peek(r, 0)->before != '-')
		return false;
	n = one_time(r, &span.to);
	if (!n || span.to <= span.from || (span.from && span.from < MORNING) ||
		(r->afternoon && span.from < NOON) ||
		(r->span_count && span.from < r->spans[r->span_count - 1].to))
		return false;
	r->at += n;
	r->spans[r->span_count++] = span;
	r->has_spans = true;
	r->afternoon = false;
	return true;
}

/* --- Groups ----------------------------------------------------------------------------------------------- */

/* Days and their spans are complete. A day is said of once only. */
static bool group_end(struct reader *r)
{
	if (!r->has_days || !(r->has_spans || r->rest))
		return false;
	for (int d = 0; d < 7; d++) {
		if (!r->days[d])
			continue;
		if (r->given[d])
			return false;
		r->given[d] = true;
		memcpy(r->hours.spans[d], r->spans, sizeof r->spans);
		r->hours.counts[d] = r->rest ? 0 : r->span_count;
	}
	memset(r->days, 0, sizeof r->days);
	r->has_days = r->has_spans = r->rest = false;
	r->span_count = 0;
	return true;
}

/* "nghỉ chủ nhật", "chủ nhật nghỉ" */
static bool take_rest(struct reader *r)
{
	bool before = r->has_days && !r->has_spans;
	int day;

	r->at++;
	if (before) {
		r->rest = true;
		return group_end(r);
	}
	if ((r->has_days || r->has_spans) && !group_end(r))
		return false;
	if (!one_day(r, false, &day))
		return false;
	while (take_days(r))
		;
	r->rest = true;
	return group_end(r);
}

static bool skips(struct reader *r)
{
	static const char *const words[] = {"tu", "buoi", "sang", "rieng", "luc", "va", "gio", "lam", "viec",
		"mo", "cua", "ngay", "cac", "trong", "tuan", NULL};

	if (word_is(r, 0, "chieu") || word_is(r, 0, "toi")) {
		r->afternoon = true;
		r->at++;
		return true;
	}
	/* "trừ ngày lễ, tết": that is so anyway */
	if (word_is(r, 0, "tru")) {
		r->at++;
		while (word_is(r, 0, "cac") || word_is(r, 0, "ngay") || word_is(r, 0, "le") ||
			word_is(r, 0, "tet") || word_is(r, 0, "nghi"))
			r->at++;
		return true;
	}
	for (size_t i = 0; words[i]; i++) {
		if (word_is(r, 0, words[i])) {
			r->at++;
			return true;
		}
	}
	return false;
}

/* One step on; false: something we do not understand. */
static bool take_next(struct reader *r)
{
	int minutes;

	if (word_is(r, 0, "nghi"))
		return take_rest(r);
	if (one_time(r, &minutes) && !(r->has_days && !r->has_spans && goes_on(r, 0))) {
		if (!r->begun)
			r->begun = true;
		if (!r->days_first && r->has_days && r->has_spans && !group_end(r))
			return false;
		return take_span(r);
	}
	if (!r->begun) {
		if (take_days(r)) {
			r->begun = r->days_first = true;
			return true;
		}
	} else {
		bool full = r->days_first && r->has_days && r->has_spans;
		struct reader saved;

		if (full) {
			saved = *r;
			if (!group_end(r))
				return false;
			if (take_days(r))
				return true;
			*r = saved;
		} else if (take_days(r)) {
			return true;
		}
	}
	return skips(r);
}

static bool is_always(const struct reader *r)
{
	return (r->count == 2 && word_is(r, 0, "24") && (word_is(r, 1, "7") || word_is(r, 1, "24"))) ||
	       (r->count == 3 && word_is(r, 0, "ca") && word_is(r, 1, "ngay") && word_is(r, 2, "dem"));
}

bool hours_read(const char *text, struct hours *ret_hours)
{
	struct reader r = {.count = 0};

	if (!text || !tokens_read(&r, text))
		return false;
	if (is_always(&r)) {
		r.hours.always = true;
		*ret_hours = r.hours;
		return true;
	}
	while (r.at < r.count)
		if (!take_next(&r))
			return false;
	if ((r.has_days || r.has_spans) && !group_end(&r))
		return false;
	*ret_hours = r.hours;
	return true;
}
