/* scope.h - what a unit answers for: what is said for it and, by a province, for its communes. What holds for the whole country is
 * in no unit's scope. Private to knowledge/. */
#ifndef MOTCUA_SCOPE_H
#define MOTCUA_SCOPE_H

#include "knowledge/kdb.h"

#include <stdbool.h>

enum err scope_has_unit(struct kdb *k, const char *scope, const char *unit, bool *ret_has);

/* Whether the record is there and says nothing for anybody else. */
enum err scope_has_record(struct kdb *k, const char *scope, const char *record, bool *ret_has);

#endif
