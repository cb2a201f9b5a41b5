#include "daemon/base/mask_plain.h"

#include "daemon/base/mask_shape.h"

#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

enum { WORD_BYTES = 12, BETWEEN = 3, DIGITS_LEAST = 9, WORDS_LEAST = 4 };

/* Code point → one of a-z, '#' for a digit, ' ' for anything else; 0 for a mark, which vanishes. */
static char fold_point(int32_t c)
{
	utf8proc_int32_t base[4];
	int bound = UTF8PROC_BOUNDCLASS_START;

	if (c >= '0' && c <= '9')
		return '#';
	if (c == 0x110 || c == 0x111)
		return 'd';
	if (c >= 0x80) {
		const utf8proc_option_t options = UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK;

		if (utf8proc_decompose_char(c, base, 4, options, &bound) == 0)
			return 0;
		c = base[0];
	}
	if (c >= 'A' && c <= 'Z')
		return (char)(c + 'a' - 'A');
	return c >= 'a' && c <= 'z' ? (char)c : ' ';
}

void mask_folded(const char *s, const char *end, char *out)
{
	size_t at = 0;

	out[at++] = ' ';
	while (s < end) {
		utf8proc_int32_t c = ' ';
		utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s, end - s, &c);
		char f = n > 0 ? fold_point(c) : ' ';

		s += n > 0 ? n : 1;
		if (f && !(f == ' ' && out[at - 1] == ' ')) {
			if (f != ' ' && out[at - 1] != ' ' && (f == '#') != (out[at - 1] == '#'))
				out[at++] = ' ';
			out[at++] = f;
		}
	}
	if (out[at - 1] != ' ')
		out[at++] = ' ';
	out[at] = '\0';
}

static const struct {
	const char *word;
	char digit;
} digit_words[] = {{" khong ", '0'}, {" mot ", '1'}, {" hai ", '2'}, {" ba ", '3'}, {" bon ", '4'},
	{" tu ", '4'}, {" nam ", '5'}, {" lam ", '5'}, {" sau ", '6'}, {" bay ", '7'}, {" tam ", '8'},
	{" chin ", '9'}};

static bool is_word(char c)
{
	return is_letter(c) || (unsigned char)c >= 0x80;
}

/* The digit that the word at `s` says, 0 for none; where it ends. */
static char digit_said(const char *s, const char **ret_end)
{
	char word[WORD_BYTES + 4];
	const char *end = s;

	if (!strchr("kKmMhHbBtTnNlLsScC", *s))
		return 0;
	while (is_word(*end) && end - s <= WORD_BYTES)
		end++;
	if (end - s > WORD_BYTES || is_digit(*end))
		return 0;
	mask_folded(s, end, word);
	*ret_end = end;
	for (size_t i = 0; i < sizeof digit_words / sizeof *digit_words; i++)
		if (strcmp(word, digit_words[i].word) == 0)
			return digit_words[i].digit;
	return 0;
}

/* Behind blanks, commas, dots, dashes; `s` itself when there are none or too many. */
static const char *skip_between(const char *s)
{
	const char *at = s;

	while (at - s < BETWEEN && *at && strchr(" ,.-\n\r\t", *at))
		at++;
	return at;
}

bool mask_spoken_number(const char *s, struct spoken_number *ret_number)
{
	struct spoken_number n = {.end = s};
	size_t count = 0;

	for (const char *at = s, *end; *at; at = skip_between(end)) {
		char digit;

		if (at == n.end && at > s)
			break; /* nothing between */
		if (is_digit(*at)) {
			end = skip_digits(at);
			if (is_word(*end) || count + (size_t)(end - at) > SPOKEN_DIGITS)
				break;
			memcpy(n.digits + count, at, (size_t)(end - at));
			count += (size_t)(end - at);
		} else if (count < SPOKEN_DIGITS && *at && (digit = digit_said(at, &end))) {
			n.digits[count++] = digit;
			n.words++;
		} else {
			break;
		}
		n.end = end;
	}
	if (count < DIGITS_LEAST || n.words < WORDS_LEAST)
		return false;
	*ret_number = n;
	return true;
}

/* --- Other ways of writing a digit ---------------------------------------------------------------------- */

/* 0 to 9 for a digit of any script ("９", "٩") or a circled one; -1 for anything else. */
static int digit_value(int32_t c)
{
	int value = 0;

	if (c == 0x24EA)
		return 0;
	if (c >= 0x2460 && c <= 0x2468)
		return c - 0x2460 + 1;
	if (c >= 0x1D7CE && c <= 0x1D7FF)
		return (c - 0x1D7CE) % 10;
	if (utf8proc_category(c) != UTF8PROC_CATEGORY_ND)
		return -1;
	while (value < 9 && utf8proc_category(c - value - 1) == UTF8PROC_CATEGORY_ND)
		value++;
	return value;
}

/* What a code point behind a digit is read as: '-', ' ', 0 for what nobody sees; -1 for itself. */
static int gap_value(int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_CF: return 0; /* zero-width blanks, soft hyphen, marks of direction */
	case UTF8PROC_CATEGORY_PD: return '-';
	case UTF8PROC_CATEGORY_ZS: return ' ';
	default:
		return c == 0xFE0F || c == 0x20E3 ? 0
		       : c == 0x2022 || c == 0xB7 ? '.'
						  : -1; /* "0️⃣", "•" */
	}
}

void mask_plain_digits(const char *text, char *out)
{
	const char *end = text + strlen(text);
	bool behind = false; /* a digit, with nothing but a gap since */

	while (text < end) {
		utf8proc_int32_t c = -1;
		utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text, end - text, &c);
		int value = c >= 0x80 ? digit_value(c) : -1, gap = c >= 0x80 && behind ? gap_value(c) : -1;

		n = n > 0 ? n : 1;
		if (value >= 0)
			*out++ = (char)('0' + value);
		else if (gap > 0)
			*out++ = (char)gap;
		else if (gap < 0)
			out = mempcpy(out, text, (size_t)n);
		behind = value >= 0 || gap >= 0 ||
			 (c > 0 && c < 0x80 && strchr("0123456789 .-()", c) && (behind || is_digit((char)c)));
		text += n;
	}
	*out = '\0';
}

/* No letter of Vietnamese begins with this byte: it may be a digit of another script, or a gap nobody sees. */
static bool is_foreign(unsigned char c, unsigned char next)
{
	return c == 0xC2 || (c > 0xCC && c != 0xE1) || (c == 0xE1 && next < 0xB8);
}

bool mask_has_foreign(const char *text)
{
	bool foreign = false;

	for (const char *s = text; *s && !foreign; s++)
		foreign = is_foreign((unsigned char)s[0], (unsigned char)s[1]);
	return foreign;
}
