/* compose_modes.c - fees and time limits by the way to file.
 * The portal repeats a value for each way; equal ones are said once. A fee whose currency the portal left out
 * is never shown as an amount, and a "Miễn phí" is said in the portal's name, because officials also leave 0
 * for "not entered". */
#include "daemon/turn/compose.h"

#include "daemon/base/text.h"

#include <string.h>
#include <strings.h>

#define BRIEF_UNITS 90
#define QUOTED_BYTES 40 /* "Không quy định": quoted rather than said as a fact */

static const char *const mode_words[MODE_COUNT] = {"trực tuyến", "trực tiếp", "bưu chính"};

unsigned compose_mode_bit(const char *mode)
{
	for (unsigned m = 0; mode && m < MODE_COUNT; m++)
		if (strcmp(mode, mode_words[m]) == 0)
			return 1u << m;
	return 0;
}

unsigned compose_modes_of(const struct record *r)
{
	unsigned modes = 0;

	for (size_t i = 0; i < r->submission_count; i++)
		modes |= compose_mode_bit(r->submissions[i].mode);
	return modes;
}

const char *compose_mode_names(struct say *s, unsigned modes)
{
	const char *names = "";

	for (unsigned m = 0; m < MODE_COUNT && names; m++)
		if (modes & 1u << m)
			names = arena_printf(
				&s->turn->arena, "%s%s%s", names, *names ? ", " : "", mode_words[m]);
	s->failed |= !names;
	return names ? names : "";
}

static void value_add(struct mode_values *values, unsigned modes, const char *text)
{
	for (size_t i = 0; i < values->count; i++)
		if (strcmp(values->items[i].text, text) == 0) {
			values->items[i].modes |= modes;
			return;
		}
	if (values->count < MODE_VALUES)
		values->items[values->count++] = (struct mode_value){modes, text};
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool says_nothing_to_pay(const char *fee)
{
	return strncmp(fee, "Không", strlen("Không")) == 0 || strncmp(fee, "không", strlen("không")) == 0;
}

/* Bytes up to the bracket that ends the one at `text`; 0: it never ends. */
static size_t bracket_len(const char *text)
{
	int depth = 0;

	for (size_t i = 0; text[i]; i++) {
		depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
		if (!depth)
			return i;
	}
	return 0;
}

/* Bracket of the portal's at `text` → how people write it: "(/lần)" → "/lần", "(- a\n- b)" → ":\n- a\n- b", "(- a)" → "(a)".
 * Returns the bytes it took; 0: an ordinary one. */
static size_t bracket_tidy(struct buf *out, const char *text)
{
	size_t len = bracket_len(text), from = 1;
	bool list, unit;

	unit = text[1] == '/' && !is_digit(text[2]); /* "đồng/1" would be another number than the record's */
	list = text[1] == '-' && len;
	if (!len || (!unit && !list))
		return 0;
	if (unit || memchr(text, '\n', len)) {
		while (out->len && out->ptr[out->len - 1] == ' ')
			out->len--;
		if (list)
			buf_add_string(out, ":\n");
		buf_add(out, text + from, len - from);
		return len + 1;
	}
	from += 1 + strspn(text + 2, " ");
	buf_add_string(out, "(");
	buf_add(out, text + from, len - from);
	buf_add_string(out, ")");
	return len + 1;
}

static const char *fee_tidy(struct say *s, const char *text)
{
	struct buf out;
	const char *tidy;

	if (!strstr(text, "(/") && !strstr(text, "(-"))
		return text;
	buf_init(&out, 2 * strlen(text) + 16);
	while (*text) {
		size_t took = *text == '(' ? bracket_tidy(&out, text) : 0;

		if (!took)
			buf_add(&out, text, took = 1);
		text += took;
	}
	tidy = out.failed ? NULL : arena_copy(&s->turn->arena, buf_text(&out), out.len);
	buf_release(&out);
	s->failed |= !tidy;
	return tidy ? tidy : "";
}

static const char *fee_text(struct say *s, const struct submission *submission)
{
	const char *text, *field = s->turn->record.field;
	bool free, nothing;

	if (submission->money.unclear)
		return say_phrase_text(s, "fee_unclear");
	text = say_trim(s, submission->fee);
	free = strcasecmp(text, "Miễn phí") == 0;
	nothing = says_nothing_to_pay(text) && strlen(text) < QUOTED_BYTES;
	if ((free || nothing) && field && words_filing_only(s->turn->tools->words, field))
		return say_phrase_text(s, "fee_filing");
	if (free)
		return say_phrase_text(s, "fee_free");
	if (nothing)
		return say_phrase_text(s, "fee_quoted", {"text", text}, );
	return fee_tidy(s, text);
}

void compose_fees(struct say *s, struct mode_values *ret_values)
{
	const struct record *r = &s->turn->record;

	ret_values->count = 0;
	for (size_t i = 0; i < r->submission_count; i++)
		if (r->submissions[i].fee && r->submissions[i].fee[0])
			value_add(ret_values, compose_mode_bit(r->submissions[i].mode),
				fee_text(s, &r->submissions[i]));
}

bool compose_has_fee(const struct record *r)
{
	for (size_t i = 0; i < r->submission_count; i++)
		if (r->submissions[i].fee && r->submissions[i].fee[0])
			return true;
	return false;
}

bool compose_fee_unclear(const struct record *r)
{
	for (size_t i = 0; i < r->submission_count; i++)
		if (r->submissions[i].fee && r->submissions[i].money.unclear)
			return true;
	return false;
}

/* Where the limit is missing the note often says it. */
static const char *time_text(struct say *s, const struct submission *submission)
{
	const char *note = submission->note;

	if (submission->time_limit && submission->time_limit[0])
		return say_trim(s, submission->time_limit);
	if (note && (strstr(note, "ngày") || strstr(note, "giờ") || strstr(note, "tháng")))
		return say_trim(s, note);
	return NULL;
}

void compose_times(struct say *s, struct mode_values *ret_values)
{
	const struct record *r = &s->turn->record;

	bool by_case = compose_limits_by_case(r);

	ret_values->count = 0;
	for (size_t i = 0; i < r->submission_count; i++) {
		const char *text = time_text(s, &r->submissions[i]);
		const char *which = by_case ? compose_limit_case(s, &r->submissions[i]) : NULL;

		if (text && which)
			text = say_phrase_text(s, "time_case", {"time", text}, {"case", which}, );
		if (text)
			value_add(ret_values, compose_mode_bit(r->submissions[i].mode), text);
	}
}

bool compose_same_for_all(const struct say *s, const struct mode_values *values)
{
	unsigned modes = values->count ? values->items[0].modes : 0;

	return values->count == 1 && (!modes || modes == compose_modes_of(&s->turn->record));
}

/* A fee of several amounts, "400.000 đồng (…); 300.000 đồng (…)": none of them alone is the fee. */
static bool has_alternatives(const char *text)
{
	const char *more = strstr(text, "); ");

	return more != NULL;
}

/* The first clause when it is short enough; 0: there is none. */
static size_t clause_len(const char *text)
{
	size_t limit = text_utf16_prefix(text, BRIEF_UNITS);

	for (size_t i = 1; i < limit; i++)
		if ((text[i] == ' ' && text[i + 1] == '(') || text[i] == '\n' || text[i] == ';' ||
			(text[i] == '.' && text[i + 1] == ' '))
			return i;
	return 0;
}

/* Short form of one value; *cut when something was left out, NULL when it cannot be shortened honestly. */
static const char *value_brief(struct say *s, const char *text, bool *cut)
{
	size_t len;
	const char *brief;

	if (!text[text_utf16_prefix(text, BRIEF_UNITS)] && !strchr(text, '\n'))
		return text;
	*cut = true;
	len = has_alternatives(text) ? 0 : clause_len(text);
	if (!len)
		return NULL;
	if (text[0] == '(' && !memchr(text, ')', len)) { /* its end was cut off */
		text++;
		len--;
	}
	brief = arena_copy(&s->turn->arena, text, len);
	s->failed |= !brief;
	return brief;
}

static const char *hinted(struct say *s, const char *text, bool cut, enum facet facet)
{
	if (!text)
		return say_phrase_text(s, "brief_depends", {"word", compose_facet_name(s, facet)}, );
	if (!cut)
		return text;
	return say_phrase_text(s, "brief_more", {"text", text}, {"word", compose_facet_name(s, facet)}, );
}

/* The short forms, equal ones merged: only what stands behind the cut told them apart. */
static bool briefs_collect(
	struct say *s, const struct mode_values *values, struct mode_values *briefs, bool *cut)
{
	unsigned seen = 0;

	briefs->count = 0;
	for (size_t i = 0; i < values->count; i++) {
		const struct mode_value *v = &values->items[i];
		const char *text = value_brief(s, v->text, cut);

		/* several values for one way: which of them holds depends on the case */
		if (!text || (values->count > 1 && (!v->modes || (seen & v->modes))))
			return false;
		seen |= v->modes;
		value_add(briefs, v->modes, text);
	}
	return true;
}

const char *compose_brief(struct say *s, const struct mode_values *values, enum facet facet)
{
	struct mode_values briefs;
	const char *line = "";
	bool cut = false;

	if (!values->count)
		return NULL;
	if (!briefs_collect(s, values, &briefs, &cut))
		return hinted(s, NULL, true, facet);
	if (compose_same_for_all(s, &briefs))
		return hinted(s, briefs.items[0].text, cut, facet);
	for (size_t i = 0; i < briefs.count && line; i++) {
		const struct mode_value *v = &briefs.items[i];

		line = arena_printf(&s->turn->arena, "%s%s%s%s %s", line, *line ? "; " : "",
			compose_mode_names(s, v->modes), is_digit(v->text[0]) ? "" : ":", v->text);
	}
	s->failed |= !line;
	if (!line)
		return "";
	return line[text_utf16_prefix(line, 2 * BRIEF_UNITS)] ? hinted(s, NULL, true, facet)
							      : hinted(s, line, cut, facet);
}
