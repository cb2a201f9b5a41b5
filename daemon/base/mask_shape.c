#include "daemon/base/mask_shape.h"

#include <stdint.h>
#include <string.h>

#define GAP_MAX 6 /* characters between two groups */

/* What may stand between two groups; of two of them the one that is no blank counts. */
static const char close_gaps[] = " .-()", scattered_gaps[] = " \r\t.-(),/\n;:_*|";

static char both_gaps(char gap, char c)
{
	bool blank = c == ' ' || c == '\r' || c == '\t';

	if (!gap || gap == c)
		return blank ? ' ' : c;
	return blank ? gap : gap == ' ' ? c : '*';
}

/* NULL when something else or no digit follows. */
static const char *skip_gap(const char *s, const char *gaps, char *ret_gap)
{
	char gap = 0;

	for (int i = 0; i < GAP_MAX && !is_digit(*s); i++) {
		char c;

		if (strncmp(s, "\xC2\xA0", 2) == 0) { /* no-break space */
			c = ' ';
			s += 2;
		} else if (strncmp(s, "–", 3) == 0) {
			c = '-';
			s += 3;
		} else if (*s && strchr(gaps, *s)) {
			c = *s++;
		} else {
			return NULL;
		}
		gap = gaps == scattered_gaps ? both_gaps(gap, c) : gap ? '*' : c;
	}
	*ret_gap = gap;
	return is_digit(*s) ? s : NULL;
}

static void groups_from(const char *s, const char *gaps, struct number *n)
{
	char gap = 0;

	for (n->count = 0; s && n->count < SHAPE_GROUPS; s = skip_gap(s, gaps, &gap)) {
		struct group *g = &n->group[n->count++];

		g->begin = s;
		g->end = s = skip_digits(s);
		g->digits = (size_t)(g->end - g->begin);
		g->sum = g->digits + (n->count > 1 ? g[-1].sum : 0);
		g->gap = gap;
	}
}

void shape_number(const char *s, struct number *n)
{
	groups_from(s, close_gaps, n);
}

bool shape_scattered(const char *s, struct number *n)
{
	size_t close = n->count;

	groups_from(s, scattered_gaps, n);
	return n->count > close;
}

size_t shape_groups_with(const struct number *n, size_t sum)
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

bool shape_is_year(const struct group *g)
{
	unsigned value = value_of(g);

	return g->digits == 4 && value >= 1900 && value < 2100;
}

bool shape_is_date(const struct number *n)
{
	const struct group *g = n->group, *day = g, *year = g + 2;

	if (n->count < 3 || g[1].gap != g[2].gap || !strchr(" .-/", g[1].gap))
		return false;
	if (n->count > 3 && g[3].gap == g[1].gap && g[1].gap != ' ')
		return false; /* goes on: no date */
	if (shape_is_year(g)) {
		day = g + 2;
		year = g;
	}
	return shape_is_year(year) && day->digits <= 2 && g[1].digits <= 2 && value_of(day) >= 1 &&
	       value_of(day) <= 31 && value_of(g + 1) >= 1 && value_of(g + 1) <= 12;
}

bool shape_is_firm(const struct number *n, size_t groups)
{
	size_t least = SIZE_MAX, most = 0;
	bool no_day = false, same_gap = true;

	for (size_t i = 0; i < groups; i++) {
		const struct group *g = &n->group[i];

		if (i > 0 || g->digits > 2) { /* "+84" and "0" may stand before longer ones */
			least = g->digits < least ? g->digits : least;
			most = g->digits > most ? g->digits : most;
		}
		no_day |= value_of(g) > 31;
		same_gap &= i < 2 || g->gap == n->group[1].gap;
	}
	return least >= 3 || (most == 1 && same_gap) || (least == 2 && most == 2 && no_day && same_gap);
}

size_t shape_phone(const struct number *n)
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
		return shape_groups_with(n, prefix + 9);
	if (d[prefix] == '2' || (d[prefix] == '1' && prefix == 1)) /* landline; mobile before 2018 */
		return shape_groups_with(n, prefix + 10);
	return 0;
}

bool shape_phone_at(const struct number *n, size_t from)
{
	struct number rest = {.count = n->count - from};

	for (size_t i = 0; i < rest.count; i++) {
		rest.group[i] = n->group[from + i];
		rest.group[i].sum -= n->group[from - 1].sum;
	}
	return shape_phone(&rest) > 0;
}

size_t shape_amount(const struct number *n)
{
	size_t count = 1;

	if (n->group[0].digits > 3)
		return 1;
	while (count < n->count && n->group[count].digits == 3 && n->group[count].gap == n->group[1].gap &&
		strchr(" .,", n->group[1].gap))
		count++;
	return count;
}

const char *shape_dossier(const char *s)
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

bool shape_plate(const char *s, struct plate *p)
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
