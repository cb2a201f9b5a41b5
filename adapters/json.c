#include "adapters/json.h"

#include "daemon/base/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DOUBLE_DIGITS 15 /* a double keeps every integer of so many digits */
#define LITERAL_MAX 60   /* cJSON reads numbers through a buffer of 63 bytes */
#define ID_MAX 512

struct reader {
	const char *p, *end;
	unsigned depth;
	bool rewrite; /* something stands there that cJSON cannot keep */
	struct json_member *members;
	size_t member_count;
};

static bool read_value(struct reader *r, struct bytes *ret_scalar);

static void skip_blanks(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\r' || *r->p == '\t'))
		r->p++;
}

static bool take(struct reader *r, char c)
{
	skip_blanks(r);
	if (r->p == r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hexadecimal digits at `p`; -1 when there are none. */
static int read_unit(const char *p, const char *end)
{
	int unit = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int v = hex_value(p[i]);

		if (v < 0)
			return -1;
		unit = unit * 16 + v;
	}
	return unit;
}

/* Length of the escape at `p` (a backslash), a whole surrogate pair included; 0 when it is none. */
static size_t escape_len(const char *p, const char *end, bool *ret_half)
{
	int high, low;

	*ret_half = false;
	if (end - p < 2 || !p[1] || !strchr("\"\\/bfnrtu", p[1]))
		return 0;
	if (p[1] != 'u')
		return 2;
	high = read_unit(p + 2, end);
	if (high < 0)
		return 0;
	if (high < 0xD800 || high > 0xDFFF)
		return 6;
	low = end - p >= 8 && p[6] == '\\' && p[7] == 'u' ? read_unit(p + 8, end) : -1;
	if (high < 0xDC00 && low >= 0xDC00 && low <= 0xDFFF)
		return 12;
	*ret_half = true;
	return 6;
}

static bool read_string(struct reader *r, struct bytes *ret_raw)
{
	const char *start = ++r->p;

	while (r->p < r->end && *r->p != '"') {
		size_t len = 1;
		bool half = false;

		if (*r->p == '\\')
			len = escape_len(r->p, r->end, &half);
		if (len == 0)
			return false;
		r->rewrite |= half;
		r->p += len;
	}
	if (r->p == r->end)
		return false;
	*ret_raw = (struct bytes){start, (size_t)(r->p - start)};
	r->p++;
	return true;
}

static size_t digits_at(const char *p, const char *end)
{
	const char *start = p;

	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return (size_t)(p - start);
}

/* Length of the number at `p`; 0 when it is none. *ret_integer: neither fraction nor exponent. */
static size_t number_len(const char *p, const char *end, bool *ret_integer)
{
	const char *start = p;
	size_t n;

	*ret_integer = true;
	p += p < end && *p == '-';
	n = digits_at(p, end);
	if (n == 0 || (n > 1 && *p == '0'))
		return 0;
	p += n;
	if (p < end && *p == '.') {
		n = digits_at(++p, end);
		if (n == 0)
			return 0;
		p += n;
		*ret_integer = false;
	}
	if (p < end && (*p | 0x20) == 'e') {
		p++;
		p += p < end && (*p == '+' || *p == '-');
		n = digits_at(p, end);
		if (n == 0)
			return 0;
		p += n;
		*ret_integer = false;
	}
	return (size_t)(p - start);
}

static bool is_long(const char *number, size_t len, bool integer)
{
	return integer ? len - (*number == '-') > DOUBLE_DIGITS : len > LITERAL_MAX;
}

static bool read_number(struct reader *r, struct bytes *ret_literal)
{
	bool integer;
	size_t len = number_len(r->p, r->end, &integer);

	*ret_literal = (struct bytes){r->p, len};
	r->rewrite |= len > 0 && is_long(r->p, len, integer);
	r->p += len;
	return len > 0;
}

static bool read_word(struct reader *r, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(r->end - r->p) < len || memcmp(r->p, word, len) != 0)
		return false;
	r->p += len;
	return true;
}

static void keep_member(struct reader *r, struct bytes name, struct bytes value)
{
	for (size_t i = 0; r->depth == 1 && i < r->member_count; i++) {
		struct json_member *m = &r->members[i];

		if (!m->value.ptr && strlen(m->name) == name.len && memcmp(m->name, name.ptr, name.len) == 0)
			m->value = value;
	}
}

static bool read_object(struct reader *r)
{
	struct bytes name, value;

	if (take(r, '}'))
		return true;
	do {
		skip_blanks(r);
		if (r->p == r->end || *r->p != '"' || !read_string(r, &name) || !take(r, ':'))
			return false;
		if (!read_value(r, &value))
			return false;
		keep_member(r, name, value);
	} while (take(r, ','));
	return take(r, '}');
}

static bool read_array(struct reader *r)
{
	struct bytes value;

	if (take(r, ']'))
		return true;
	do {
		if (!read_value(r, &value))
			return false;
	} while (take(r, ','));
	return take(r, ']');
}

static bool read_value(struct reader *r, struct bytes *ret_scalar)
{
	bool array, ok;

	*ret_scalar = (struct bytes){NULL, 0};
	skip_blanks(r);
	if (r->p == r->end)
		return false;
	switch (*r->p) {
	case '{':
	case '[':
		if (++r->depth > JSON_DEPTH_MAX)
			return false;
		array = *r->p++ == '[';
		ok = array ? read_array(r) : read_object(r);
		r->depth--;
		return ok;
	case '"': return read_string(r, ret_scalar);
	case 't': return read_word(r, "true");
	case 'f': return read_word(r, "false");
	case 'n': return read_word(r, "null");
	default: return read_number(r, ret_scalar);
	}
}

static enum err scan(struct reader *r)
{
	struct bytes scalar;

	skip_blanks(r);
	if (r->p == r->end || *r->p != '{' || !read_value(r, &scalar))
		return ERR_FORMAT;
	skip_blanks(r);
	return r->p == r->end ? OK : ERR_FORMAT;
}

enum err json_scan(struct bytes body, struct json_member *members, size_t count)
{
	struct reader r = {
		.p = body.ptr, .end = body.ptr + body.len, .members = members, .member_count = count};

	return body.len ? scan(&r) : ERR_FORMAT;
}

/* A string of the checked text, its halves of surrogate pairs put right; returns behind it. */
static const char *rewrite_string(const char *p, const char *end, struct buf *out)
{
	const char *start = p++;
	bool half;

	while (*p != '"') {
		size_t len = *p == '\\' ? escape_len(p, end, &half) : 1;

		if (*p == '\\' && half) {
			buf_add(out, start, (size_t)(p - start));
			buf_add_string(out, "\\ufffd");
			start = p + len;
		}
		p += len;
	}
	p++;
	buf_add(out, start, (size_t)(p - start));
	return p;
}

/* The checked text as cJSON can keep it. */
static void rewrite(struct bytes body, struct buf *out)
{
	const char *p = body.ptr, *end = p + body.len, *start = p;
	bool integer;

	while (p < end) {
		if (*p == '"') {
			buf_add(out, start, (size_t)(p - start));
			start = p = rewrite_string(p, end, out);
		} else if (*p == '-' || (*p >= '0' && *p <= '9')) {
			size_t len = number_len(p, end, &integer);

			if (is_long(p, len, integer)) {
				buf_add(out, start, (size_t)(p - start));
				buf_printf(out, "\"%.*s\"", (int)len, p);
				start = p + len;
			}
			p += len;
		} else {
			p++;
		}
	}
	buf_add(out, start, (size_t)(p - start));
}

enum err json_parse(struct bytes body, cJSON **ret_root)
{
	struct reader r = {.p = body.ptr, .end = body.ptr + body.len};
	struct buf fixed;
	cJSON *root = NULL;

	if (!body.len || scan(&r) != OK)
		return ERR_FORMAT;
	buf_init(&fixed, 2 * body.len);
	if (r.rewrite) {
		rewrite(body, &fixed);
		if (!fixed.failed)
			root = cJSON_ParseWithLength(fixed.ptr, fixed.len);
	} else {
		root = cJSON_ParseWithLength(body.ptr, body.len);
	}
	buf_release(&fixed);
	if (!root)
		return ERR_NOMEM; /* the text was checked: nothing else is left */
	*ret_root = root;
	return OK;
}

const cJSON *json_get(const cJSON *object, const char *name)
{
	const cJSON *item = cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, name) : NULL;

	return cJSON_IsNull(item) ? NULL : item;
}

static bool can_be_id(const char *s)
{
	size_t len = 0;

	for (; s[len] && len <= ID_MAX; len++)
		if ((unsigned char)s[len] < ' ' || (unsigned char)s[len] >= 0x7F)
			return false;
	return len > 0 && len <= ID_MAX;
}

static const char *id_of(struct arena *a, const cJSON *item, enum err *ret_err)
{
	const char *id;

	if (cJSON_IsString(item) && can_be_id(item->valuestring))
		id = arena_string(a, item->valuestring);
	else if (cJSON_IsNumber(item) && fabs(item->valuedouble) < 1e15 &&
		 item->valuedouble == floor(item->valuedouble))
		id = arena_printf(a, "%.0f", item->valuedouble);
	else
		return NULL;
	if (!id)
		*ret_err = ERR_NOMEM;
	return id;
}

const char *json_id(struct arena *a, const cJSON *object, const char *name, enum err *ret_err)
{
	return id_of(a, json_get(object, name), ret_err);
}

const char *json_first_id(struct arena *a, const cJSON *object, const char *name, enum err *ret_err)
{
	const cJSON *array = json_get(object, name);

	return cJSON_IsArray(array) ? id_of(a, cJSON_GetArrayItem(array, 0), ret_err) : NULL;
}

const char *json_text(struct arena *a, const cJSON *object, const char *name, enum err *ret_err)
{
	const cJSON *item = json_get(object, name);
	const char *text;

	if (!cJSON_IsString(item) || !item->valuestring[0])
		return NULL;
	if (text_clean(a, item->valuestring, strlen(item->valuestring), &text) != OK) {
		*ret_err = ERR_NOMEM;
		return NULL;
	}
	return text[strspn(text, " \t\n")] ? text : NULL;
}

int64_t json_time_parse(const char *literal, size_t len)
{
	int64_t t = 0;

	if (digits_at(literal, literal + len) != len || len > 15)
		return 0;
	for (size_t i = 0; i < len; i++)
		t = t * 10 + (literal[i] - '0');
	return t < 100000000000 ? t * 1000
				: t; /* so early in 1973 no platform was there: these are seconds */
}

int64_t json_time_ms(const cJSON *object, const char *name)
{
	const cJSON *item = json_get(object, name);

	if (cJSON_IsString(item))
		return json_time_parse(item->valuestring, strlen(item->valuestring));
	if (!cJSON_IsNumber(item) || item->valuedouble < 0 || item->valuedouble >= 1e15)
		return 0;
	return item->valuedouble < 1e11 ? (int64_t)(item->valuedouble * 1000) : (int64_t)item->valuedouble;
}

long json_long(const cJSON *object, const char *name, long otherwise)
{
	const cJSON *item = json_get(object, name);
	char *end;
	long n;

	if (cJSON_IsNumber(item))
		return item->valuedouble > -2e9 && item->valuedouble < 2e9 ? (long)item->valuedouble
									   : otherwise;
	if (!cJSON_IsString(item) || !item->valuestring[0])
		return otherwise;
	errno = 0;
	n = strtol(item->valuestring, &end, 10);
	return *end || errno ? otherwise : n;
}

void json_quote(struct buf *b, const char *s)
{
	const char *start = s;

	buf_add(b, "\"", 1);
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c >= ' ' && c != '"' && c != '\\')
			continue;
		buf_add(b, start, (size_t)(s - start));
		if (c == '\n')
			buf_add(b, "\\n", 2);
		else if (c < ' ')
			buf_printf(b, "\\u%04x", c);
		else
			buf_printf(b, "\\%c", c);
		start = s + 1;
	}
	buf_add(b, start, (size_t)(s - start));
	buf_add(b, "\"", 1);
}
