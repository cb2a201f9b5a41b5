/* staff.h - what API and command line share about accounts of staff. */
#ifndef MOTCUA_CONSOLE_STAFF_H
#define MOTCUA_CONSOLE_STAFF_H

#include "daemon/console/password.h"

struct staff_secret {
	char one_time[ONE_TIME_SIZE]; /* shown once, kept nowhere */
	char hash[PASSWORD_HASH_SIZE];
};

enum err staff_secret_make(struct staff_secret *ret_secret);

bool staff_name_ok(const char *name); /* small ASCII letters, digits, ". - _", 2 to 32, a letter first */

#endif
