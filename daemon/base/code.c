#include "daemon/base/code.h"

#include "daemon/base/mask.h"

#include <ctype.h>
#include <sodium.h>
#include <string.h>

#define LETTERS "ACDEFHJKMNPRTVWXY"
#define DIGITS "34679"
#define ALONE_MAX 24 /* letters and digits beside it: "cho em xem mã … với ạ" */

static bool is_drawn(char c)
{
	return c && (strchr(LETTERS, c) || strchr(DIGITS, c));
}

static bool has_shape(const char *code, size_t len)
{
	size_t digits = strspn(code, LETTERS DIGITS) == len ? 0 : len;

	for (size_t i = 0; i < len && digits < len; i++)
		digits += strchr(DIGITS, code[i]) != NULL;
	return digits >= 2 && digits + 2 <= len && strchr(LETTERS, code[0]);
}

static enum err is_masked(const char *code, bool *ret_masked)
{
	const char *masked = NULL;
	struct arena a;
	enum err err;

	arena_init(&a, 1 << 16);
	err = mask_text(&a, code, &masked, NULL);
	*ret_masked = err || strcmp(masked, code) != 0;
	arena_release(&a);
	return err;
}

enum err code_make(size_t len, char ret_code[CODE_SIZE])
{
	static const char alphabet[] = LETTERS DIGITS;
	bool masked = true;
	enum err err = OK;

	while (!err && masked) {
		for (size_t i = 0; i < len; i++)
			ret_code[i] = alphabet[randombytes_uniform(sizeof alphabet - 1)];
		ret_code[len] = '\0';
		if (has_shape(ret_code, len))
			err = is_masked(ret_code, &masked);
	}
	return err;
}

/* Letters and digits of other scripts are letters here. */
static bool is_word(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* The word at `at`, without the one blank, dash or dot that may stand in its middle; its end, or NULL when it is no code. */
static const char *code_at(const char *at, char ret_code[CODE_SIZE])
{
	size_t len = 0;

	for (bool parted = false;; at++) {
		char c = (char)toupper((unsigned char)*at);

		if (is_drawn(c) && len < CODE_CASE)
			ret_code[len++] = c;
		else if (!parted && (len == CODE_WAIT / 2 || len == CODE_CASE / 2) && *at &&
			 strchr(" -.", *at) && is_word(at[1]))
			parted = true;
		else
			break;
	}
	ret_code[len] = '\0';
	return !is_word(*at) && (len == CODE_WAIT || len == CODE_CASE) && has_shape(ret_code, len) ? at
												   : NULL;
}

static size_t words_in(const char *text, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += is_word(text[i]);
	return count;
}

bool code_find(const char *text, char ret_code[CODE_SIZE], bool *ret_alone)
{
	for (const char *at = text; *at; at++) {
		char code[CODE_SIZE];
		const char *end = is_word(*at) && (at == text || !is_word(at[-1])) ? code_at(at, code) : NULL;

		if (!end)
			continue;
		memcpy(ret_code, code, CODE_SIZE);
		*ret_alone = words_in(text, (size_t)(at - text)) + words_in(end, strlen(end)) <= ALONE_MAX;
		return true;
	}
	return false;
}
