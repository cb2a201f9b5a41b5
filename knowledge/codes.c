#include "knowledge/codes.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define DOSSIER_MAX 48
#define MASK_MAX 32 /* bytes between the brackets that masking writes */

static bool is_code_byte(char c)
{
	return isalnum((unsigned char)c) || c == '.' || c == '-';
}

static size_t digits(const char *s)
{
	return strspn(s, "0123456789");
}

/* Length of the run of code bytes at `s`; a dot or dash at its end is punctuation. */
static size_t run_length(const char *s)
{
	size_t len = 0;

	while (is_code_byte(s[len]))
		len++;
	while (len && !isalnum((unsigned char)s[len - 1]))
		len--;
	return len;
}

/* office "-" six digits of the day "-" number */
static bool is_dossier(const char *s, size_t len)
{
	const char *dash = memchr(s, '-', len);
	size_t office = dash ? (size_t)(dash - s) : 0, number;

	if (office < 2 || len > DOSSIER_MAX || digits(dash + 1) != 6 || dash[7] != '-')
		return false;
	number = digits(dash + 8);
	return number >= 3 && number <= 8 && office + 8 + number == len && strcspn(s, "0123456789") < office;
}

static bool is_procedure(const char *s, size_t len)
{
	if (len < 8 || !isdigit((unsigned char)s[0]) || s[1] != '.' || digits(s + 2) != 6)
		return false;
	return len == 8 || s[8] == '.';
}

static enum err keep(struct arena *a, const char *s, size_t len, const char **ret_code)
{
	char *code;

	if (*ret_code)
		return OK;
	code = arena_copy(a, s, len);
	for (size_t i = 0; code && i < len; i++)
		code[i] = (char)toupper((unsigned char)code[i]);
	*ret_code = code;
	return code ? OK : ERR_NOMEM;
}

static void hide(struct codes *c, size_t start, size_t len)
{
	if (c->span_count < CODE_SPANS)
		c->spans[c->span_count++] = (struct code_span){start, start + len};
}

/* Length of "[…]" at `s`; 0: none. */
static size_t masked_length(const char *s)
{
	size_t len = *s == '[' ? strcspn(s + 1, "]\n") : MASK_MAX;

	return len < MASK_MAX && s[len + 1] == ']' ? len + 2 : 0;
}

enum err codes_find(struct arena *a, const char *text, struct codes *ret_codes)
{
	struct codes c = {0};
	enum err err = OK;

	for (const char *s = text; *s && err == OK;) {
		size_t start = (size_t)(s - text), len = run_length(s), masked = masked_length(s);

		if (masked)
			hide(&c, start, len = masked);
		else if (is_dossier(s, len)) {
			hide(&c, start, len);
			err = keep(a, s, len, &c.dossier);
		} else if (is_procedure(s, len)) {
			hide(&c, start, len);
			err = keep(a, s, 8, &c.procedure);
		}
		s += len ? len : 1;
	}
	if (err == OK)
		*ret_codes = c;
	return err;
}
