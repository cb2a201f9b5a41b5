/* starter.h - knowledge.db begins with the starter content that came with the program: install and forget. */
#ifndef MOTCUA_STARTER_H
#define MOTCUA_STARTER_H

#include "daemon/base/err.h"

/* Makes `path` from knowledge/content when there is no such file; OK also when there is one already. All or nothing. */
enum err starter_knowledge(const char *path, struct why *why);

#endif
