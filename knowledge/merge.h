/* merge.h - a record as a unit has it: the whole body of the nation or the province, and above it bodies that hold only the
 * members a unit says otherwise. A member said otherwise counts as a whole ("submission" with all its modes); null says that
 * it holds nothing here. What the record is (id, code, kind, name or question; whether it is a mere start) cannot be said otherwise. Pure. Private to
 * knowledge/. */
#ifndef MOTCUA_MERGE_H
#define MOTCUA_MERGE_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

#define LAYERS_MAX 3 /* commune, province, nation */

bool merge_is_identity(const char *member);

/* bodies[count - 1] is whole, bodies[0] the nearest. The caller deletes *ret_object. ERR_STORE: a body is no JSON object. */
enum err merge_bodies(const char *const *bodies, size_t count, cJSON **ret_object);

/* One layer over what `object` says so far. ERR_NOMEM. */
enum err merge_over(cJSON *object, const cJSON *layer);

/* What of `whole` differs from `base`, as a new object the caller deletes: members equal to base's are left out, members only base
 * has become null. NULL when out of memory. */
cJSON *merge_difference(const cJSON *base, const cJSON *whole);

#endif
