#include "daemon/console/role.h"

#include <string.h>

#define ROLE(name, word) word,
static const char *const role_words[] = {
#include "daemon/console/role.def"
};
#undef ROLE

const char *role_word(enum role_bit role)
{
	return role_words[role];
}

static unsigned role_of(const char *word, size_t len)
{
	for (unsigned i = 0; i < ROLE_COUNT; i++)
		if (strlen(role_words[i]) == len && memcmp(role_words[i], word, len) == 0)
			return 1u << i;
	return 0;
}

bool roles_read(const char *words, unsigned *ret_roles)
{
	unsigned roles = 0;

	for (const char *at = words;; at++) {
		size_t len = strcspn(at, ",");
		unsigned role = role_of(at, len);

		if (!role)
			return false;
		roles |= role;
		at += len;
		if (!*at)
			break;
	}
	*ret_roles = roles;
	return true;
}

const char *roles_print(struct arena *a, unsigned roles)
{
	const char *words = "";

	for (unsigned i = 0; i < ROLE_COUNT && words; i++)
		if (roles & 1u << i)
			words = arena_printf(a, "%s%s%s", words, *words ? "," : "", role_words[i]);
	return words;
}
