#include "daemon/base/mask_mail.h"

#include <string.h>
#include <strings.h>

static bool is_mail_byte(char c)
{
	return is_word_byte(c) || (c && strchr("._%+-", c));
}

static bool is_host_byte(char c)
{
	return is_digit(c) || is_letter(c) || c == '-';
}

static const char *skip_blanks(const char *s)
{
	for (int i = 0; i < 2 && *s == ' '; i++)
		s++;
	return s;
}

static bool is_one_of(const char *s, size_t len, const char *const *list)
{
	while (*list && (strlen(*list) != len || strncasecmp(s, *list, len) != 0))
		list++;
	return *list;
}

/* Where the host at `s` ends. "gmail . com" goes on behind its blanks, and *ret_sure: no other word looks like it. */
static const char *host_end(const char *s, bool *ret_sure)
{
	static const char *const providers[] = {"gmail", "yahoo", "outlook", "hotmail", "icloud", NULL};
	static const char *const domains[] = {"com", "vn", "net", "org", "edu", "gov", "info", NULL};
	const char *label = s, *end = s;

	while (is_host_byte(*end) || (end > s && *end == '.' && is_host_byte(end[1])))
		end++;
	*ret_sure = is_one_of(s, (size_t)(end - s), providers) || memchr(s, '.', (size_t)(end - s));
	for (const char *dot = skip_blanks(end); end > s && *dot == '.'; dot = skip_blanks(end)) {
		const char *stop = label = skip_blanks(dot + 1);

		while (is_host_byte(*stop))
			stop++;
		if (!is_one_of(label, (size_t)(stop - label), domains))
			break;
		end = stop;
		*ret_sure = true;
	}
	return end;
}

/* The address around `at`; begin NULL: none. With blanks around the '@' the host must speak for it. */
static struct group mail_around(const char *from, const char *at)
{
	const char *host = skip_blanks(at + 1);
	struct group g = {.begin = at};
	bool sure, blanks;

	for (int i = 0; i < 2 && g.begin > from && g.begin[-1] == ' '; i++)
		g.begin--;
	blanks = g.begin < at || host > at + 1;
	at = g.begin;
	while (g.begin > from && at - g.begin < 64 && is_mail_byte(g.begin[-1]))
		g.begin--;
	while (((unsigned char)*g.begin & 0xC0) == 0x80)
		g.begin++; /* the limit fell into a letter */
	g.end = host_end(host, &sure);
	if (g.begin == at || g.end < host + 2 || (blanks && !sure))
		g.begin = NULL;
	return g;
}

struct group mask_mail_next(const char *s)
{
	struct group g = {0};

	for (const char *at = strchr(s, '@'); at && !g.begin; at = strchr(at + 1, '@'))
		g = mail_around(s, at);
	return g;
}
