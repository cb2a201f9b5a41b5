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

#include "daemon/base/mask_mail.h"
#include "daemon/base/mask_plain.h"

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
} lengths[WHAT_COUNT + 1] = {
	[ID] = {8, 12},
	[PHONE] = {7, 14},
	[ACCOUNT] = {6, 19},
	[INSURANCE] = {10, 15},
	[TAX] = {10, 13},
	[DOSSIER] = {6, 19},
	[NONE] = {0, 0},
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

/* --- Words ------------------------------------------------------------------------------------------- */

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
	mask_folded(from, number, before);
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
	mask_folded(word, stop, text);
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

static struct verdict judge_number(const struct number *n, const char *text, enum what said)
{
	struct verdict v = never_personal(n, said);

	if (!v.end)
		v = by_word(n, said);
	if (!v.end)
		v = by_shape(n, text, said);
	return v.end ? v : by_count(n);
}

/* With commas, slashes, lines between its groups it is a number only when no list or date looks like that. */
static struct verdict judge_scattered(const struct number *n, const char *text, enum what said)
{
	const char *s = n->group[0].begin;
	size_t phone = shape_phone(n), groups, sum;

	if (n->count < 2 || said == MONEY)
		return verdict(n, 0, NONE);
	if (shape_is_date(n))
		return verdict(n, 3, NONE);
	if (phone && shape_is_firm(n, phone) && (*s == '0' || (s > text && s[-1] == '+')))
		return verdict(n, phone, PHONE);
	groups = shape_groups_with(n, 12);
	if (*s == '0' && groups && shape_is_firm(n, groups))
		return verdict(n, groups, ID);
	groups = shape_amount(n);
	if (said == NONE || said == PHONE || said == DOSSIER || lengths[said].max == 0 ||
		(groups > 1 && is_amount(n, groups, NONE)))
		return verdict(n, 0, NONE);
	groups = run_of(n, n->group[0].digits >= 3 ? 2 : 1, lengths[said].max);
	sum = n->group[groups - 1].sum;
	if (!shape_is_firm(n, groups) || sum < 9 || sum > lengths[said].max)
		return verdict(n, 0, NONE);
	return verdict(n, groups, said);
}

static struct verdict judge(const char *text, const char *s)
{
	struct verdict v = {NULL, NONE};
	enum what said = NONE;
	struct number n;

	shape_number(s, &n);
	if (n.group[n.count - 1].sum >= 6 || n.group[0].digits == 2) { /* else too short even for a plate */
		said = said_before(text, s);
		v = judge_number(&n, text, said);
	}
	if (v.end || !shape_scattered(s, &n))
		return v;
	return judge_scattered(&n, text, said_before(text, s));
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
	struct group mail = mask_mail_next(s);
	struct verdict v;
	unsigned count = 0;

	while (*s) {
		v = (struct verdict){NULL, NONE};
		if (mail.begin && s >= mail.begin) {
			v = (struct verdict){mail.end, EMAIL};
			mail = mask_mail_next(mail.end);
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

/* --- Numbers in words --------------------------------------------------------------------------------- */

/* The first word at or behind `s` where a number said in words begins that looks personal; NULL. */
static const char *next_spoken(const char *text, const char *s, struct spoken_number *n)
{
	for (; *s; s++) {
		if ((s > text && is_word_byte(s[-1])) || !mask_spoken_number(s, n))
			continue;
		if (n->digits[0] == '0' ? strlen(n->digits) >= 10 : lengths[said_before(text, s)].max > 0)
			return s;
		s = n->end - 1;
	}
	return NULL;
}

/* The text with numbers said in words in digits. */
static void plain_numbers(const char *text, const char *first, struct spoken_number *n, char *out)
{
	const char *from = text;

	for (const char *s = first; s; s = next_spoken(text, n->end, n)) {
		out = mempcpy(out, from, (size_t)(s - from));
		out = stpcpy(out, n->digits);
		from = n->end;
	}
	strcpy(out, from);
}

enum err mask_text(struct arena *a, const char *text, const char **ret_masked, unsigned *ret_count)
{
	size_t len = 0, digits = 0, ats = 0;
	unsigned count = 0;
	struct spoken_number number;
	const char *spoken;
	char *out;

	if (mask_has_foreign(text)) {
		out = arena_alloc(a, strlen(text) + 1);
		if (!out)
			return ERR_NOMEM;
		mask_plain_digits(text, out);
		text = out;
	}
	spoken = next_spoken(text, text, &number);
	if (spoken) {
		out = arena_alloc(a, strlen(text) + 1);
		if (!out)
			return ERR_NOMEM;
		plain_numbers(text, spoken, &number, out);
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
