/* http_text.c - small readings of HTTP text: percent escapes, status words, the Date header. Pure but for the
 * clock. */
#include "daemon/base/clock.h"
#include "daemon/net/http_internal.h"

#include <string.h>
#include <time.h>

const char *http_status_words(int status)
{
	switch (status) {
	case 200: return "OK";
	case 201: return "Created";
	case 202: return "Accepted";
	case 204: return "No Content";
	case 302: return "Found";
	case 303: return "See Other";
	case 304: return "Not Modified";
	case 308: return "Permanent Redirect";
	case 400: return "Bad Request";
	case 401: return "Unauthorized";
	case 403: return "Forbidden";
	case 404: return "Not Found";
	case 405: return "Method Not Allowed";
	case 408: return "Request Timeout";
	case 409: return "Conflict";
	case 413: return "Content Too Large";
	case 415: return "Unsupported Media Type";
	case 417: return "Expectation Failed";
	case 429: return "Too Many Requests";
	case 431: return "Request Header Fields Too Large";
	case 500: return "Internal Server Error";
	case 502: return "Bad Gateway";
	case 503: return "Service Unavailable";
	case 507: return "Insufficient Storage";
	case 505: return "HTTP Version Not Supported";
	default: return "Status";
	}
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes up to `end` into `out`, which may be where it reads from; false for a broken escape or a NUL. */
static bool percent_decode(const char *ptr, const char *end, bool plus_is_space, char *out)
{
	while (ptr < end) {
		char c = *ptr++;

		if (c == '+' && plus_is_space)
			c = ' ';
		else if (c == '%') {
			int high = end - ptr >= 2 ? hex_digit(ptr[0]) : -1,
			    low = high < 0 ? -1 : hex_digit(ptr[1]);

			if (low < 0 || (high | low) == 0)
				return false;
			c = (char)(high << 4 | low);
			ptr += 2;
		}
		*out++ = c;
	}
	*out = '\0';
	return true;
}

static bool has_dot_segment(const char *path)
{
	for (const char *at = path; (at = strstr(at, "/.")); at++) {
		size_t dots = strspn(at + 1, ".");

		if (dots <= 2 && (at[1 + dots] == '/' || at[1 + dots] == '\0'))
			return true;
	}
	return false;
}

bool http_decode_path(char *path)
{
	if (!percent_decode(path, path + strlen(path), false, path) || has_dot_segment(path))
		return false;
	for (const unsigned char *c = (const unsigned char *)path; *c; c++)
		if (*c < ' ' || *c == 127 || *c == '\\')
			return false;
	return path[0] == '/';
}

const char *http_field(struct arena *a, const char *query, const char *name)
{
	size_t name_len = strlen(name);

	for (const char *at = query, *end; *at; at = *end ? end + 1 : end) {
		char *value;

		end = strchrnul(at, '&');
		if (strncmp(at, name, name_len) != 0 || at[name_len] != '=')
			continue;
		at += name_len + 1;
		value = arena_alloc(a, (size_t)(end - at) + 1);
		return value && percent_decode(at, end, true, value) ? value : NULL;
	}
	return NULL;
}

const char *http_date(void)
{
	static char text[sizeof "Sat, 21 Nov 2026 23:59:59 GMT"];
	static time_t made;
	time_t now = (time_t)(clock_now_ms() / 1000);

	if (now != made) {
		struct tm tm;

		gmtime_r(&now, &tm);
		strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT",
			&tm); /* the daemon runs in the C locale */
		made = now;
	}
	return text;
}
