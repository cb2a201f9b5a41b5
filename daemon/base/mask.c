/* mask.c - personal numbers out of a text.
 *
 * The text is walked once. Where a number, a plate or an '@' may begin, the rules are asked in this order, and the first
 * that answers decides how many bytes are kept as they are or become a label:
 *   1. shapes that are never personal: dossier codes, procedure codes, dates, amounts, hotlines;
 *   2. the nearest word before the number that says what it is ("stk", "số căn cước", "sđt" …);
 *   3. shapes that speak for themselves: mobile and landline numbers, plates, passports;
 *   4. nothing but the count of digits: from 9 on it is masked.
 * A number is a row of digit groups with at most a few blanks, dots, dashes or brackets between them. A rule takes whole
 * groups only. Every window looked at is bounded, so a text costs time in proportion to its length. */
#include "daemon/base/mask.h"

#include "daemon/base/mask_shape.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

#define BEFORE 96    /* bytes before a number in which words are looked for */
#define LABEL_MAX 24 /* bytes of the longest label, and some */
#define MASKED_MIN 5 /* digits of the shortest number that is masked, and some */

enum what { ID, PHONE, PLATE, ACCOUNT, INSURANCE, TAX, EMAIL, MONEY, DOSSIER, WHAT_COUNT, NONE = WHAT_COUNT };

static const char *const labels[WHAT_COUNT] = {
	[ID] = "[số định danh]",
	[PHONE] = "[điện thoại]",
	[PLATE] = "[biển số]",
	[ACCOUNT] = "[số tài khoản]",
	[INSURANCE] = "[mã bảo hiểm]",
	[TAX] = "[mã số thuế]",
	[EMAIL] = "[email]",
};

/* Digits a number may have when a word before it says what it is. */
static const struct {
	size_t min, max;
} lengths[WHAT_COUNT] = {
	[ID] = {8, 12},
	[PHONE] = {7, 14},
	[ACCOUNT] = {6, 19},
	[INSURANCE] = {10, 15},
	[TAX] = {10, 13},
	[DOSSIER] = {6, 19},
};

static const struct {
	const char *word;
	enum what what;
} words[] = {
#define WORD(word, what) {word, what},
#include "daemon/base/mask_words.def"
#undef WORD
};

/* Words behind an amount. The short ones have other meanings too ("k" is also "không"), so they count only
 * behind what looks like an amount. */
static const struct {
	const char *word;
	bool sure;
} units[] = {{"dong", true}, {"vnd", true}, {"ngan", true}, {"nghin", true}, {"trieu", true}, {"usd", true},
	{"d", false}, {"k", false}, {"tr", false}, {"ty", false}, {"ti", false}};

struct verdict {
	const char *end; /* where the number ends; NULL: this rule has no answer */
	enum what what;  /* NONE: keep it */
};

static bool is_word_byte(char c)
{
	return is_digit(c) || is_letter(c) || (unsigned char)c >= 0x80;
}

/* --- Words ------------------------------------------------------------------------------------------- */

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

/* [s, end) as words without marks and capitals, one blank around each. `out` has room for end - s + 3 bytes.
 */
static void folded(const char *s, const char *end, char *out)
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

/* Where the last " word " in `text` ends; 0 when there is none. */
static size_t last_word(const char *text, const char *word)
{
	size_t len = strlen(word), end = 0;

	for (const char *p = text; (p = strstr(p, word)); p++)
		if (p[-1] == ' ' && p[len] == ' ')
			end = (size_t)(p - text) + len;
	return end;
}

/* What the nearest telling word before `number` says it is. */
static enum what said_before(const char *text, const char *number)
{
	const char *from = number - text > BEFORE ? number - BEFORE : text;
	char before[2 * BEFORE + 3];
	enum what what = NONE;
	size_t nearest = 0;

	for (const char *p = number; p > from; p--)
		if (p[-1] == '\n')
			from = p;
	folded(from, number, before);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t end = last_word(before, words[i].word);

		if (end > nearest) {
			nearest = end;
			what = words[i].what;
		}
	}
	return what;
}

/* How surely "đồng", "k", "%" … behind `end` makes an amount of the number: 0, 1 or 2. "đ/c" and "đ. Lê Lợi"
 * are addresses. */
static int unit_follows(const char *end)
{
	const char *word = end + (*end == ' '), *stop = word;
	char text[2 * 8 + 3];

	if (*word == '%' || *word == '$' || strncmp(word, "₫", strlen("₫")) == 0)
		return 2;
	while (stop - word < 8 && is_word_byte(*stop))
		stop++;
	if (is_word_byte(*stop) || *stop == '/' || (*stop == '.' && is_word_byte(stop[1 + (stop[1] == ' ')])))
		return 0;
	folded(word, stop, text);
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (last_word(text, units[i].word))
			return units[i].sure ? 2 : 1;
	return 0;
}

/* --- Rules ------------------------------------------------------------------------------------------- */

static bool is_amount(const struct number *n, size_t count, enum what said)
{
	const struct group *first = n->group, *last = &n->group[count - 1];
	bool round = count > 1 || (first->digits > 3 && strncmp(last->end - 3, "000", 3) == 0);
	int unit = unit_follows(last->end);

	if (*first->begin == '0' || said == ID || said == PHONE || said == TAX || said == INSURANCE)
		return false;
	if (unit == 2 || (unit == 1 && round))
		return true;
	if (said == MONEY)
		return round;
	return said != ACCOUNT && count > 2 && first->digits < 3 && n->group[1].gap == '.';
}

/* With blanks in it, "50k 12000 đ" and "12a 2024" look the same: then letters, length and words must speak for it. */
static bool is_plate(const char *s, enum what said, struct plate *p)
{
	if (!shape_plate(s, p))
		return false;
	if (said == PLATE)
		return true;
	if (p->tail == 4 &&
		(p->loose || strncmp(p->end - 4, "19", 2) == 0 || strncmp(p->end - 4, "20", 2) == 0))
		return false;
	if (!p->loose)
		return true;
	return !unit_follows(p->end) && !(p->small && (!p->letter || strchr("kmdghlnt", p->letter)));
}

static struct verdict verdict(const struct number *n, size_t groups, enum what what)
{
	return (struct verdict){groups ? n->group[groups - 1].end : NULL, what};
}

static struct verdict never_personal(const struct number *n, enum what said)
{
	const struct group *g = n->group;
	size_t groups;

	if (n->count > 1 && g[0].digits == 1 && g[1].gap == '.' && g[1].digits >= 6 && g[1].digits <= 9)
		return verdict(n, 2, NONE); /* procedure code: 1.004194 */
	if (shape_is_date(n))
		return verdict(n, 3, NONE);
	if (said != ACCOUNT && said != ID && said != TAX && said != INSURANCE &&
		(strncmp(g[0].begin, "1900", 4) == 0 || strncmp(g[0].begin, "1800", 4) == 0)) {
		groups = shape_groups_with(n, 10) ? shape_groups_with(n, 10) : shape_groups_with(n, 8);
		if (groups)
			return verdict(n, groups, NONE);
	}
	groups = shape_amount(n);
	if (is_amount(n, groups, said))
		return verdict(n, groups, NONE);
	return verdict(n, 0, NONE);
}

/* Groups that belong together from the first on: alike gaps, and no telephone number or amount among them. With
 * min_digits 1 the digits stand one by one, and what looks like a telephone number is no more than part of it. */
static size_t run_of(const struct number *n, size_t min_digits, size_t max_sum)
{
	size_t count = 1;

	while (count < n->count && n->group[0].digits < 9) {
		const struct group *g = &n->group[count];

		if (g->gap != n->group[1].gap || g->gap == '*' || g->digits < min_digits ||
			g->sum > max_sum || unit_follows(g->end) ||
			(min_digits > 1 && shape_phone_at(n, count)))
			break;
		count++;
	}
	return count;
}

/* A tax code of a branch ends in "-001". */
static size_t with_branch(const struct number *n, size_t groups)
{
	if (groups == 1 && n->count > 1 && n->group[0].digits == 10 && n->group[1].digits == 3 &&
		n->group[1].gap == '-')
		return 2;
	return groups;
}

static struct verdict by_word(const struct number *n, enum what said)
{
	size_t groups, sum;

	if (said == NONE || lengths[said].max == 0)
		return verdict(n, 0, NONE);
	groups = shape_phone(n);
	if (groups && (said == PHONE || said == DOSSIER))
		return verdict(n, groups, PHONE);
	groups = run_of(n, n->group[0].digits >= 3 ? 2 : 1, lengths[said].max);
	sum = n->group[groups - 1].sum;
	if (sum < lengths[said].min || sum > lengths[said].max)
		return verdict(n, 0, NONE);
	return verdict(n, with_branch(n, groups), said == DOSSIER ? NONE : said);
}

static struct verdict by_shape(const struct number *n, const char *text, enum what said)
{
	const char *s = n->group[0].begin;
	size_t groups = shape_phone(n), digits = n->group[0].digits;
	struct plate plate;

	if (groups)
		return verdict(n, groups, PHONE);
	if ((s == text || !is_word_byte(s[-1])) && is_plate(s, said, &plate))
		return (struct verdict){plate.end, PLATE};
	if ((digits == 7 || digits == 8) && s > text && is_letter(s[-1]) &&
		(s - 1 == text || !is_word_byte(s[-2])))
		return verdict(n, 1, ID); /* passport: B1234567 */
	return verdict(n, 0, NONE);
}

static struct verdict by_count(const struct number *n)
{
	static const enum what whats[] = {[9] = ID, [10] = TAX, [11] = ACCOUNT, [12] = ID, [13] = INSURANCE};
	size_t groups = run_of(n, 3, SIZE_MAX), sum = n->group[groups - 1].sum, years = 0;

	if (sum < 9 || (groups > 1 && n->group[0].digits < 3))
		return verdict(n, 0, NONE);
	while (years < groups && shape_is_year(&n->group[years]))
		years++;
	if (years == groups)
		return verdict(n, groups, NONE);
	return verdict(n, with_branch(n, groups), sum < sizeof whats / sizeof *whats ? whats[sum] : ACCOUNT);
}

static struct verdict judge(const char *text, const char *s)
{
	struct number n;
	struct verdict v;
	enum what said;

	shape_number(s, &n);
	if (n.group[n.count - 1].sum < 6 && n.group[0].digits != 2) /* too short even for a plate */
		return verdict(&n, 0, NONE);
	said = said_before(text, s);
	v = never_personal(&n, said);
	if (!v.end)
		v = by_word(&n, said);
	if (!v.end)
		v = by_shape(&n, text, said);
	if (!v.end)
		v = by_count(&n);
	return v;
}

/* --- E-mail ------------------------------------------------------------------------------------------ */

static bool is_mail_byte(char c)
{
	return is_word_byte(c) || (c && strchr("._%+-", c));
}

/* The next address at or behind `s`; begin NULL when there is none. */
static struct group next_mail(const char *s)
{
	for (const char *at = strchr(s, '@'); at; at = strchr(at + 1, '@')) {
		struct group g = {.begin = at, .end = at + 1};

		while (g.begin > s && at - g.begin < 64 && is_mail_byte(g.begin[-1]))
			g.begin--;
		while (((unsigned char)*g.begin & 0xC0) == 0x80)
			g.begin++; /* the limit fell into a letter */
		while (is_digit(*g.end) || is_letter(*g.end) || *g.end == '-' ||
			(*g.end == '.' && (is_digit(g.end[1]) || is_letter(g.end[1]))))
			g.end++;
		if (g.begin < at && g.end > at + 2)
			return g;
	}
	return (struct group){0};
}

/* --- The walk ---------------------------------------------------------------------------------------- */

/* "+84 …" and "(024) …" lose what stands before the first digit as well. */
static char *drop_opening(char *out, const char *begin, const char *from, const char *to)
{
	if (out > begin && out[-1] == '+')
		out--;
	if (out > begin && out[-1] == '(' && memchr(from, ')', (size_t)(to - from)))
		out--;
	return out;
}

static unsigned mask_into(const char *text, char *out)
{
	char *begin = out;
	const char *s = text;
	struct group mail = next_mail(s);
	struct verdict v;
	unsigned count = 0;

	while (*s) {
		v = (struct verdict){NULL, NONE};
		if (mail.begin && s >= mail.begin) {
			v = (struct verdict){mail.end, EMAIL};
			mail = next_mail(mail.end);
		} else if (is_letter(*s) && is_digit(s[1]) && (s == text || !is_word_byte(s[-1]))) {
			v.end = shape_dossier(s);
		} else if (is_digit(*s)) {
			v = judge(text, s);
			if (!v.end)
				v.end = skip_digits(s);
		}
		if (!v.end)
			v.end = s + 1;
		if (v.what == NONE) {
			memcpy(out, s, (size_t)(v.end - s));
			out += v.end - s;
		} else {
			out = v.what == PHONE ? drop_opening(out, begin, s, v.end) : out;
			out = stpcpy(out, labels[v.what]);
			count++;
		}
		s = v.end;
	}
	*out = '\0';
	return count;
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

/* The text with such digits, and the gaps behind digits, in ASCII: the rules see one way of writing. */
static void plain_digits(const char *text, char *out)
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

enum err mask_text(struct arena *a, const char *text, const char **ret_masked, unsigned *ret_count)
{
	size_t len = 0, digits = 0, ats = 0;
	unsigned count = 0;
	bool foreign = false;
	char *out;

	for (const char *s = text; *s && !foreign; s++)
		foreign = is_foreign((unsigned char)s[0], (unsigned char)s[1]);
	if (foreign) {
		out = arena_alloc(a, strlen(text) + 1);
		if (!out)
			return ERR_NOMEM;
		plain_digits(text, out);
		text = out;
	}
	for (; text[len]; len++) {
		digits += is_digit(text[len]);
		ats += text[len] == '@';
	}
	if (digits || ats) {
		out = arena_alloc(a, len + (digits / MASKED_MIN + ats) * LABEL_MAX + 1);
		if (!out)
			return ERR_NOMEM;
		count = mask_into(text, out);
		text = out;
	}
	*ret_masked = text;
	if (ret_count)
		*ret_count = count;
	return OK;
}
