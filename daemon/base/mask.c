/* mask.c - personal numbers out of a text.
 *
 * The text is walked once. Where a number, a plate or an '@' may begin, the rules are asked in this order,
 * and the first that answers decides how many bytes are kept as they are or become a label:
 *   1. shapes that are never personal: dossier codes, procedure codes, dates, amounts, hotlines;
 *   2. the nearest word before the number that says what it is ("stk", "số căn cước", "sđt" …);
 *   3. shapes that speak for themselves: mobile and landline numbers, plates, health-insurance cards,
 * passports;
 *   4. nothing but the count of digits: from 9 on it is masked.
 * A number is a row of digit groups with at most a few blanks, dots, dashes or brackets between them. A rule
 * takes whole groups only. Every window looked at is bounded, so a text costs time in proportion to its
 * length. */
#include "daemon/base/mask.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

#define GROUPS 24    /* of one number; "0 0 1 0 9 9 …" has 12 */
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

/* Words that say what the number behind them is; without marks, as folded() writes them. */
static const struct {
	const char *word;
	enum what what;
} words[] = {
	{"cccd", ID},
	{"cc", ID},
	{"cmnd", ID},
	{"cmtnd", ID},
	{"cmt", ID},
	{"can cuoc", ID},
	{"chung minh", ID},
	{"dinh danh", ID},
	{"ho chieu", ID},
	{"passport", ID},
	{"gplx", ID},
	{"bang lai", ID},
	{"giay phep lai xe", ID},
	{"sdt", PHONE},
	{"dt", PHONE},
	{"dtdd", PHONE},
	{"dien thoai", PHONE},
	{"so may", PHONE},
	{"tel", PHONE},
	{"phone", PHONE},
	{"goi", PHONE},
	{"alo", PHONE},
	{"zalo", PHONE},
	{"lien he", PHONE},
	{"lh", PHONE},
	{"di dong", PHONE},
	{"so ban", PHONE},
	{"nhan tin", PHONE},
	{"fax", PHONE},
	{"stk", ACCOUNT},
	{"tai khoan", ACCOUNT},
	{"tk", ACCOUNT},
	{"so the", ACCOUNT},
	{"chuyen khoan", ACCOUNT},
	{"ck", ACCOUNT},
	{"ngan hang", ACCOUNT},
	{"account", ACCOUNT},
	{"mst", TAX},
	{"ma so thue", TAX},
	{"ma thue", TAX},
	{"msdn", TAX},
	{"ma so doanh nghiep", TAX},
	{"bhxh", INSURANCE},
	{"bhyt", INSURANCE},
	{"bao hiem", INSURANCE},
	{"bhtn", INSURANCE},
	{"bien so", PLATE},
	{"bien xe", PLATE},
	{"bien kiem soat", PLATE},
	{"bks", PLATE},
	{"xe", PLATE},
	{"bien", PLATE},
	{"phi", MONEY},
	{"tien", MONEY},
	{"gia", MONEY},
	{"tri gia", MONEY},
	{"luong", MONEY},
	{"thu nhap", MONEY},
	{"doanh thu", MONEY},
	{"von", MONEY},
	{"muc", MONEY},
	{"vay", MONEY},
	{"phat", MONEY},
	{"tong", MONEY},
	{"ma ho so", DOSSIER},
	{"so ho so", DOSSIER},
	{"ma so ho so", DOSSIER},
	{"bien nhan", DOSSIER},
	{"ma tiep nhan", DOSSIER},
};

/* Words behind an amount. The short ones have other meanings too ("k" is also "không"), so they count only
 * behind what looks like an amount. */
static const struct {
	const char *word;
	bool sure;
} units[] = {{"dong", true}, {"vnd", true}, {"ngan", true}, {"nghin", true}, {"trieu", true}, {"usd", true},
	{"d", false}, {"k", false}, {"tr", false}, {"ty", false}, {"ti", false}};

struct group {
	const char *begin, *end;
	size_t digits;
	size_t sum; /* digits of this and the groups before it */
	char gap;   /* what stands before it: ' ', '.', '-', or '*' for a mixture */
};

struct number {
	struct group group[GROUPS];
	size_t count;
};

struct verdict {
	const char *end; /* where the number ends; NULL: this rule has no answer */
	enum what what;  /* NONE: keep it */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return ((unsigned char)c | 0x20) >= 'a' && ((unsigned char)c | 0x20) <= 'z';
}

static bool is_word_byte(char c)
{
	return is_digit(c) || is_letter(c) || (unsigned char)c >= 0x80;
}

static const char *skip_digits(const char *s)
{
	while (is_digit(*s))
		s++;
	return s;
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

/* --- Numbers ----------------------------------------------------------------------------------------- */

/* Blanks, dots, dashes and brackets between two groups; NULL when something else or no digit follows. */
static const char *skip_gap(const char *s, char *ret_gap)
{
	char gap = 0;

	for (int i = 0; i < 3 && !is_digit(*s); i++) {
		char c;

		if (strncmp(s, "\xC2\xA0", 2) == 0) { /* no-break space */
			c = ' ';
			s += 2;
		} else if (strncmp(s, "–", 3) == 0) {
			c = '-';
			s += 3;
		} else if (*s && strchr(" .-()", *s)) {
			c = *s++;
		} else {
			return NULL;
		}
		gap = gap ? '*' : c;
	}
	*ret_gap = gap;
	return is_digit(*s) ? s : NULL;
}

static void read_number(const char *s, struct number *n)
{
	char gap = 0;

	for (n->count = 0; s && n->count < GROUPS; s = skip_gap(s, &gap)) {
		struct group *g = &n->group[n->count++];

		g->begin = s;
		g->end = s = skip_digits(s);
		g->digits = (size_t)(g->end - g->begin);
		g->sum = g->digits + (n->count > 1 ? g[-1].sum : 0);
		g->gap = gap;
	}
}

/* Groups that have `sum` digits together; 0 when no group ends there. */
static size_t groups_with(const struct number *n, size_t sum)
{
	for (size_t i = 0; i < n->count && n->group[i].sum <= sum; i++)
		if (n->group[i].sum == sum)
			return i + 1;
	return 0;
}

static unsigned value_of(const struct group *g)
{
	unsigned value = 0;

	for (const char *p = g->begin; p < g->end && p < g->begin + 6; p++)
		value = value * 10 + (unsigned)(*p - '0');
	return value;
}

static bool is_year(const struct group *g)
{
	unsigned value = value_of(g);

	return g->digits == 4 && value >= 1900 && value < 2100;
}

/* --- Shapes ------------------------------------------------------------------------------------------ */

/* 02 11 2024, 2-11-2024, 2024.11.02 */
static bool is_date(const struct number *n)
{
	const struct group *g = n->group, *day = g, *year = g + 2;

	if (n->count < 3 || g[1].gap != g[2].gap || !strchr(" .-", g[1].gap))
		return false;
	if (n->count > 3 && g[3].gap == g[1].gap && g[1].gap != ' ')
		return false; /* goes on: no date */
	if (is_year(g)) {
		day = g + 2;
		year = g;
	}
	return is_year(year) && day->digits <= 2 && g[1].digits <= 2 && value_of(day) >= 1 &&
	       value_of(day) <= 31 && value_of(g + 1) >= 1 && value_of(g + 1) <= 12;
}

/* Groups of the phone number that `n` begins with; 0 when it does not. */
static size_t phone_groups(const struct number *n)
{
	char d[20];
	size_t len = 0, prefix;

	for (size_t i = 0; i < n->count; i++)
		for (const char *p = n->group[i].begin; p < n->group[i].end && len < sizeof d - 1; p++)
			d[len++] = *p;
	d[len] = '\0';
	if (strncmp(d, "0084", 4) == 0)
		prefix = 4;
	else if (strncmp(d, "840", 3) == 0)
		prefix = 3; /* +84 (0) 912 … */
	else if (strncmp(d, "84", 2) == 0)
		prefix = 2;
	else if (d[0] == '0')
		prefix = 1;
	else
		return 0;
	if (d[prefix] && strchr("35789", d[prefix]))
		return groups_with(n, prefix + 9);
	if (d[prefix] == '2' || (d[prefix] == '1' && prefix == 1)) /* landline; mobile before 2018 */
		return groups_with(n, prefix + 10);
	return 0;
}

/* Whether a phone number begins at group `from`. */
static bool phone_begins(const struct number *n, size_t from)
{
	struct number rest = {.count = n->count - from};

	for (size_t i = 0; i < rest.count; i++) {
		rest.group[i] = n->group[from + i];
		rest.group[i].sum -= n->group[from - 1].sum;
	}
	return phone_groups(&rest) > 0;
}

/* Groups of the amount "1.200.000" or "1 200 000" that `n` begins with; 1 when it is one group. */
static size_t amount_groups(const struct number *n)
{
	size_t count = 1;

	if (n->group[0].digits > 3)
		return 1;
	while (count < n->count && n->group[count].digits == 3 && n->group[count].gap == n->group[1].gap &&
		strchr(" .", n->group[1].gap))
		count++;
	return count;
}

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

/* "H19.8-241112-0003", after "000.00.19." too; its end or NULL. */
static const char *dossier_code(const char *s)
{
	const char *p = skip_digits(++s);

	if (p == s || p - s > 3)
		return NULL;
	while (*p == '.' && is_digit(p[1]))
		p = skip_digits(p + 1);
	if (*p != '-' || skip_digits(p + 1) - p != 7)
		return NULL;
	p += 7;
	s = skip_digits(p + 1);
	return *p == '-' && s - p >= 4 && s - p <= 8 ? s : NULL;
}

/* --- Plates ------------------------------------------------------------------------------------------ */

struct plate {
	const char *end;
	bool loose; /* blanks where the sheet metal has none */
	bool small; /* small letters */
	char letter;
	size_t tail; /* digits of the running number */
};

static const char *plate_letters(const char *s, struct plate *p)
{
	const char *start = s;

	for (int i = 0; i < 2; i++) {
		if (is_letter(*s)) {
			p->small |= *s >= 'a';
			p->letter = *s++;
		} else if (strncmp(s, "Đ", 2) == 0 || strncmp(s, "đ", 2) == 0) {
			s += 2;
		}
	}
	return s == start || is_letter(*s) ? NULL : s;
}

/* 12345, 1234, 123.45 */
static bool plate_tail(const char *s, struct plate *p)
{
	const char *end = skip_digits(s);

	if (end - s == 3 && (*end == '.' || *end == ' ') && skip_digits(end + 1) == end + 3) {
		p->tail = 5;
		p->end = end + 3;
		return true;
	}
	p->tail = (size_t)(end - s);
	p->end = end;
	return p->tail == 4 || p->tail == 5;
}

/* "29A-123.45", "29-B1 123.45", "51F1-12345", "30K12345" */
static bool read_plate(const char *s, struct plate *p)
{
	const char *digits;

	*p = (struct plate){0};
	if (*s == '0' || skip_digits(s) != s + 2)
		return false;
	s += 2;
	p->loose = *s == ' ';
	s = plate_letters(s + (*s && strchr(" -.", *s)), p);
	if (!s)
		return false;
	digits = skip_digits(s);
	if (digits - s == 1 || digits - s == 6 || (digits - s == 4 && *digits == '.'))
		s++; /* the series: 29-B1 */
	for (int i = 0; i < 3 && *s && strchr(" -.", *s); i++)
		p->loose |= *s++ == ' ' && i == 0;
	return plate_tail(s, p) && !is_digit(*p->end);
}

/* With blanks in it, "50k 12000 đ" and "12a 2024" look the same: then letters, length and words must speak
 * for it. */
static bool is_plate(const char *s, enum what said, struct plate *p)
{
	if (!read_plate(s, p))
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

/* --- Rules ------------------------------------------------------------------------------------------- */

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
	if (is_date(n))
		return verdict(n, 3, NONE);
	if (said != ACCOUNT && said != ID &&
		(strncmp(g[0].begin, "1900", 4) == 0 || strncmp(g[0].begin, "1800", 4) == 0)) {
		groups = groups_with(n, 10) ? groups_with(n, 10) : groups_with(n, 8);
		if (groups)
			return verdict(n, groups, NONE);
	}
	groups = amount_groups(n);
	if (is_amount(n, groups, said))
		return verdict(n, groups, NONE);
	return verdict(n, 0, NONE);
}

/* Groups that belong together from the first on: alike gaps, and no telephone number or amount among them.
 * With min_digits 1 the digits stand one by one, and what looks like a telephone number is no more than part
 * of it. */
static size_t run_of(const struct number *n, size_t min_digits, size_t max_sum)
{
	size_t count = 1;

	while (count < n->count && n->group[0].digits < 9) {
		const struct group *g = &n->group[count];

		if (g->gap != n->group[1].gap || g->gap == '*' || g->digits < min_digits ||
			g->sum > max_sum || unit_follows(g->end) ||
			(min_digits > 1 && phone_begins(n, count)))
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
	groups = phone_groups(n);
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
	size_t groups = phone_groups(n), digits = n->group[0].digits;
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
	while (years < groups && is_year(&n->group[years]))
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

	read_number(s, &n);
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
			v.end = dossier_code(s);
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

enum err mask_text(struct arena *a, const char *text, const char **ret_masked, unsigned *ret_count)
{
	size_t len = 0, digits = 0, ats = 0;
	unsigned count = 0;
	char *out;

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
