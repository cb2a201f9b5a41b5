/* secret.h - secrets in files; refused when others can read them. */
#ifndef MOTCUA_SECRET_H
#define MOTCUA_SECRET_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

/* First line of the file, without blanks at its ends; at most 4 KiB. ERR_PERMISSION when group or others have any right
 * to it or it is not ours or root's; ERR_FORMAT when empty. `why` names the file and what to do (chmod 600). */
enum err secret_read(struct arena *a, const char *path, const char **ret_secret, struct why *why);

#endif
