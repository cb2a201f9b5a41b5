/* text.c - Unicode chores.
 *
 * text_clean() copies what is fine and repairs the rest: one pass writes valid UTF-8 without control
 * characters, and only a text that may hold uncomposed letters (phones of one maker send NFD) takes the
 * second pass through utf8proc. */
#include "daemon/base/text.h"

#include <string.h>
#include <utf8proc.h>

/* Marks on one letter beyond this many go (Unicode's stream-safe limit): putting n marks in order takes n²
 * steps. */
#define MARKS_MAX 30

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

/* Code point at `s`, its length in *ret_len; -1 and length 1 for a broken byte. */
static int32_t decode(const char *s, size_t len, size_t *ret_len)
{
	utf8proc_int32_t c;
	utf8proc_ssize_t n;

	if (!((unsigned char)*s & 0x80)) {
		*ret_len = 1;
		return *s;
	}
	n = utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)(len < 4 ? len : 4), &c);
	*ret_len = n > 0 ? (size_t)n : 1;
	return n > 0 ? c : -1;
}

bool text_is_utf8(const char *s, size_t len)
{
	size_t n;

	for (size_t i = 0; i < len; i += n)
		if (decode(s + i, len - i, &n) < 0)
			return false;
	return true;
}

static bool is_control(int32_t c)
{
	return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0);
}

/* Surely composed, whatever stands beside it: Latin with Vietnamese letters, punctuation, currency, arrows,
 * signs, emoji and their selector. */
static bool is_composed(int32_t c)
{
	return c < 0x300 || (c >= 0x1E00 && c < 0x1F00) || (c >= 0x2010 && c < 0x2028) ||
	       (c >= 0x20A0 && c < 0x20C0) || (c >= 0x2190 && c < 0x2329) || (c >= 0x232B && c < 0x2ADC) ||
	       c == 0xFE0F || (c >= 0x1F000 && c < 0x1FB00);
}

/* Valid UTF-8 without control characters; *ret_composed when no letter can need composing. `out` has room for
 * three bytes per byte of `s`, the worst case: every byte broken. */
static size_t repair(const char *s, size_t len, char *out, bool *ret_composed)
{
	size_t at = 0, n, marks = 0;

	*ret_composed = true;
	for (size_t i = 0; i < len; i += n) {
		int32_t c = decode(s + i, len - i, &n);

		if (c < 0) {
			memcpy(out + at, REPLACEMENT, 3);
			at += 3;
			marks = 0;
			continue;
		}
		if (c == '\r' && !(i + 1 < len && s[i + 1] == '\n')) {
			out[at++] = '\n';
			continue;
		}
		if (is_control(c))
			continue;
		if (!is_composed(c)) {
			*ret_composed = false;
			marks = utf8proc_get_property(c)->combining_class ? marks + 1 : 0;
			if (marks > MARKS_MAX)
				continue;
		} else {
			marks = 0;
		}
		memcpy(out + at, s + i, n);
		at += n;
	}
	out[at] = '\0';
	return at;
}

/* NFC of valid UTF-8. */
static enum err compose(struct arena *a, const char *s, size_t len, const char **ret_text)
{
	const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
	const utf8proc_uint8_t *in = (const utf8proc_uint8_t *)s;
	utf8proc_ssize_t count = utf8proc_decompose(in, (utf8proc_ssize_t)len, NULL, 0, options);
	utf8proc_int32_t *points;

	if (count < 0)
		return ERR_NOMEM; /* the text is valid: only its size can be the reason */
	points = arena_array(a, (size_t)count + 1, sizeof *points);
	if (!points)
		return ERR_NOMEM;
	utf8proc_decompose(in, (utf8proc_ssize_t)len, points, count, options);
	utf8proc_reencode(points, count, options); /* in place, NUL-terminated */
	*ret_text = (const char *)points;
	return OK;
}

static size_t count_broken(const char *s, size_t len)
{
	size_t broken = 0, n;

	for (size_t i = 0; i < len; i += n)
		broken += decode(s + i, len - i, &n) < 0;
	return broken;
}

enum err text_clean(struct arena *a, const char *s, size_t len, const char **ret_text)
{
	char *out = arena_alloc(a, len + 2 * count_broken(s, len) + 1);
	bool composed;
	size_t n;

	if (!out)
		return ERR_NOMEM;
	n = repair(s, len, out, &composed);
	if (!composed)
		return compose(a, out, n, ret_text);
	*ret_text = out;
	return OK;
}

uint32_t text_next(const char **s)
{
	const unsigned char *p = (const unsigned char *)*s;
	uint32_t c = *p;
	unsigned more = c < 0x80 ? 0 : c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;

	if (c == 0)
		return 0;
	if (more)
		c &= 0x3Fu >> more;
	for (p++; more > 0 && *p; more--)
		c = c << 6 | (*p++ & 0x3F);
	*s = (const char *)p;
	return c;
}

size_t text_utf16_len(const char *s, size_t len)
{
	size_t units = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char b = (unsigned char)s[i];

		units += (b & 0xC0) != 0x80; /* every first byte is a unit, */
		units += b >= 0xF0;          /* a first byte of four is two */
	}
	return units;
}

size_t text_utf16_prefix(const char *s, size_t units)
{
	const char *p = s, *start = s; /* of the code point at hand */
	size_t whole = 0, used = 0;    /* end of the last whole grapheme; units up to p */
	uint32_t last = 0, c;
	utf8proc_int32_t state = 0;

	while ((c = text_next(&p))) {
		if (last && utf8proc_grapheme_break_stateful((int32_t)last, (int32_t)c, &state))
			whole = (size_t)(start - s);
		used += c > 0xFFFF ? 2 : 1;
		if (used > units)
			return whole;
		start = p;
		last = c;
	}
	return (size_t)(p - s);
}
