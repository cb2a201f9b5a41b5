/* role.h - roles as bits. Pure. */
#ifndef MOTCUA_CONSOLE_ROLE_H
#define MOTCUA_CONSOLE_ROLE_H

#include "daemon/base/arena.h"

#include <stdbool.h>

#define ROLE(name, word) ROLE_BIT_##name,
enum role_bit {
#include "daemon/console/role.def"
	ROLE_COUNT
};
#undef ROLE

#define ROLE(name, word) ROLE_##name = 1u << ROLE_BIT_##name,
enum role {
#include "daemon/console/role.def"
	ROLE_ANY = (1u << ROLE_COUNT) - 1
};
#undef ROLE

const char *role_word(enum role_bit role); /* "editor" */

/* "editor,approver" → bits; false when a word is no role, or there is none. */
bool roles_read(const char *words, unsigned *ret_roles);
/* Bits → "editor,approver", in the order of role.def. NULL when out of memory. */
const char *roles_print(struct arena *a, unsigned roles);

#endif
