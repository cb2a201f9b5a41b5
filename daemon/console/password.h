/* password.h - Argon2id with m = 19 MiB, t = 2, p = 1: OWASP's least (Password Storage Cheat Sheet), since the whole daemon
 * is to stay below 64 MiB. One at a time in the whole process, so that sign-ins cannot eat the memory. Any thread. */
#ifndef MOTCUA_CONSOLE_PASSWORD_H
#define MOTCUA_CONSOLE_PASSWORD_H

#include "daemon/base/err.h"

#include <stdbool.h>

#define PASSWORD_HASH_SIZE 128
#define PASSWORD_MIN 10  /* characters */
#define PASSWORD_MAX 256 /* bytes */

enum err password_hash(const char *password, char ret_hash[PASSWORD_HASH_SIZE]); /* ERR_NOMEM */

/* Takes its time whether it fits or not; NULL hash: nobody of that name, takes as long, false. */
bool password_fits(const char *hash, const char *password);

#define ONE_TIME_SIZE 20
void password_one_time(char ret_password[ONE_TIME_SIZE]); /* "k7mp-x2va-…": 79 bits, no letters to take for others */

/* Why a new password is not taken: a name in sentences.vi, or NULL when it is. */
const char *password_refused(const char *name, const char *password);

#endif
