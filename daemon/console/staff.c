#include "daemon/console/staff.h"

#include <string.h>

enum err staff_secret_make(struct staff_secret *ret_secret)
{
	password_one_time(ret_secret->one_time);
	return password_hash(ret_secret->one_time, ret_secret->hash);
}

bool staff_name_ok(const char *name)
{
	size_t len = strlen(name);

	return len >= 2 && len <= 32 && name[0] >= 'a' && name[0] <= 'z' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-_") == len;
}
