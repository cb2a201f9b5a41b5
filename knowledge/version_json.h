/* version_json.h - a version as the row that would import it: its body, the version's members, and what is
 * ours. */
#ifndef MOTCUA_VERSION_JSON_H
#define MOTCUA_VERSION_JSON_H

#include "daemon/base/arena.h"
#include "knowledge/kdb.h"

/* One line of JSON in `a`; of a unit's version that inherits all that held for the unit on `day`, and "inherits". ERR_NOT_FOUND. */
enum err version_json(
	struct kdb *k, struct arena *a, int64_t version, const char *day, const char **ret_json);

/* What is ours of a record that has no version: a row of ways of asking. */
enum err own_json(struct kdb *k, struct arena *a, const char *record, const char **ret_json);

#endif
