/* json.h - JSON as platforms send it, read with distrust. Pure.
 * cJSON keeps numbers as doubles, and the ids of both platforms exceed 2^53. So the text is checked first, by the grammar
 * and to a depth, and integers of more than 15 digits are handed to cJSON as strings. Halves of surrogate pairs, which
 * cJSON refuses, become U+FFFD: refusing a signed body would only make the platform send it again. */
#ifndef MOTCUA_JSON_H
#define MOTCUA_JSON_H

#include "daemon/base/arena.h"
#include "daemon/base/buf.h"
#include "daemon/base/err.h"

#include <cjson/cJSON.h>
#include <stdint.h>

#define JSON_DEPTH_MAX 48

struct json_member { /* of the outermost object */
	const char *name;
	struct bytes
		value; /* a string without its quotes, or a number as written; NULL when absent or anything else */
};

/* Whether `body` is one JSON object; fills the members asked for. Allocates nothing: fit for bodies nobody signed. */
enum err json_scan(struct bytes body, struct json_member *members, size_t count);

/* ERR_FORMAT: not one JSON object, or too deep. The caller ends *ret_root with cJSON_Delete(). */
enum err json_parse(struct bytes body, cJSON **ret_root);

const cJSON *json_get(
	const cJSON *object, const char *name); /* NULL also for null and when `object` is none */

/* A string or an integer as text in the arena; NULL when it is neither, empty, or nothing an id can be.
 * *ret_err is set on ERR_NOMEM only, so that one check follows many calls. */
const char *json_id(struct arena *a, const cJSON *object, const char *name, enum err *ret_err);

const char *json_first_id(
	struct arena *a, const cJSON *object, const char *name, enum err *ret_err); /* of an array */

/* A string, cleaned to NFC; NULL when it is none or blank. *ret_err as above. */
const char *json_text(struct arena *a, const cJSON *object, const char *name, enum err *ret_err);

/* A time as number or text, in seconds or milliseconds; 0 when there is none. */
int64_t json_time_ms(const cJSON *object, const char *name);
int64_t json_time_parse(const char *literal, size_t len);

long json_long(const cJSON *object, const char *name, long otherwise); /* number or numeric string */

void json_quote(struct buf *b, const char *s); /* "…", escaped */

#endif
