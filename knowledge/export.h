/* export.h - the published knowledge as JSONL that import reads back unchanged. */
#ifndef MOTCUA_EXPORT_H
#define MOTCUA_EXPORT_H

#include "daemon/base/err.h"

#include <stdio.h>

/* One JSON object a line, official members and ours together. kind NULL: all; as_of NULL: today. */
enum err export_jsonl(const char *database, const char *kind, const char *as_of, FILE *out, struct why *why);

#endif
