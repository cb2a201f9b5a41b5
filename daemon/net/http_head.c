/* http_head.c - the byte filter in front of llhttp. One pass, line by line; memchr does the walking.
 * Every shape refused here is one that llhttp 8.1 in strict mode lets through, or one where two readers of
 * the same bytes (a proxy and us) could see two different requests. When in doubt, 400: platforms and
 * browsers send plain heads. */
#include "daemon/net/http_head.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

struct line {
	const char *ptr;
	size_t len; /* without CR LF */
};

struct head {
	bool old; /* HTTP/1.0 */
	unsigned headers, hosts, lengths, encodings;
};

static bool line_is(struct line text, const char *word)
{
	return text.len == strlen(word) && strncasecmp(text.ptr, word, text.len) == 0;
}

/* RFC 9110 tchar */
static bool is_token(struct line text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
			(c == '\0' || !strchr("!#$%&'*+-.^_`|~", c)))
			return false;
	}
	return text.len > 0;
}

static bool is_digits(struct line text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
	return text.len > 0;
}

/* Everything visible, space, tab and bytes above 127. */
static bool is_value(struct line text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if ((c < ' ' && c != '\t') || c == 127)
			return false;
	}
	return true;
}

/* Origin form only: "/…" of visible ASCII, without a fragment. */
static bool is_target(struct line text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] <= ' ' || text.ptr[i] >= 127 || text.ptr[i] == '#')
			return false;
	return text.len > 0 && text.ptr[0] == '/';
}

static bool is_host(struct line text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= ':') &&
			(c == '\0' || !strchr("-._[]%", c)))
			return false;
	}
	return true;
}

static struct line trimmed(const char *ptr, const char *end)
{
	while (ptr < end && (*ptr == ' ' || *ptr == '\t'))
		ptr++;
	while (end > ptr && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	return (struct line){ptr, (size_t)(end - ptr)};
}

/* "METHOD /target HTTP/1.1": 0 or the status to refuse with. The version comes first: a client of another
 * protocol is told so. */
static int request_line_check(struct line line, struct head *head)
{
	const char *space = memchr(line.ptr, ' ', line.len);
	const char *version = line.ptr + (line.len > 8 ? line.len - 8 : 0);

	if (!space || version - space < 3 || version[-1] != ' ' || memcmp(version, "HTTP/", 5) != 0 ||
		version[6] != '.' || !is_digits((struct line){version + 5, 1}) ||
		!is_digits((struct line){version + 7, 1}))
		return 400;
	if (version[5] != '1' || version[7] > '1')
		return 505;
	head->old = version[7] == '0';
	if (!is_token((struct line){line.ptr, (size_t)(space - line.ptr)}) ||
		memcmp(line.ptr, "CONNECT ", 8) == 0 ||
		!is_target((struct line){space + 1, (size_t)(version - 1 - (space + 1))}))
		return 400;
	return 0;
}

static int header_check(struct line line, struct head *head)
{
	const char *colon = memchr(line.ptr, ':', line.len), *end = line.ptr + line.len;
	struct line name, value;

	if (!colon)
		return 400;
	name = (struct line){line.ptr, (size_t)(colon - line.ptr)};
	value = trimmed(colon + 1, end);
	if (!is_token(name) || !is_value(value)) /* a folded line begins with a blank: no token */
		return 400;
	if (++head->headers > HTTP_HEADERS_MAX)
		return 431;
	if (line_is(name, "host"))
		return head->hosts++ || !is_host(value) ? 400 : 0;
	if (line_is(name, "content-length")) /* 18 digits fit 64 bits */
		return head->lengths++ || !is_digits(value) || value.len > 18 ? 400 : 0;
	if (line_is(name, "transfer-encoding")) {
		while (*++colon == ' ')
			;
		return head->encodings++ || end - colon != 7 || memcmp(colon, "chunked", 7) != 0 ? 400 : 0;
	}
	return 0;
}

static int head_end_check(const struct head *head)
{
	if (head->lengths && head->encodings)
		return 400;
	if (head->old ? head->encodings > 0 : head->hosts == 0)
		return 400;
	return 0;
}

long http_head_check(const char *ptr, size_t len)
{
	size_t seen = len < HTTP_HEAD_MAX ? len : HTTP_HEAD_MAX;
	const char *end = ptr + seen, *at = ptr, *feed;
	struct head head = {0};
	int status;

	while ((feed = memchr(at, '\n', (size_t)(end - at)))) {
		struct line line = {at, (size_t)(feed - at)};

		if (line.len == 0 || line.ptr[--line.len] != '\r' || memchr(line.ptr, '\r', line.len))
			return -400;
		if (line.len == 0 && at != ptr)
			return (status = head_end_check(&head)) ? -status : feed + 1 - ptr;
		status = at == ptr ? request_line_check(line, &head) : header_check(line, &head);
		if (status)
			return -status;
		at = feed + 1;
	}
	/* The line still coming: what cannot become right is refused at once. */
	if (at < end && (memchr(at, '\0', (size_t)(end - at)) || (at != ptr && (*at == ' ' || *at == '\t'))))
		return -400;
	feed = memchr(at, '\r', (size_t)(end - at));
	if (feed && feed + 1 < end)
		return -400;
	return len >= HTTP_HEAD_MAX ? -431 : 0;
}
