/* record_json.h - record.c as the rest of knowledge/ sees it: from cJSON, and complaints that name the
 * member. */
#ifndef MOTCUA_RECORD_JSON_H
#define MOTCUA_RECORD_JSON_H

#include "knowledge/record.h"

#include <cjson/cJSON.h>
#include <stddef.h>

struct flaw {            /* what is wrong with a row, and where */
	char member[48]; /* "documents[3].name"; "" for the whole row */
	char reason[160];
};

/* Fills the flaw (NULL is fine) and returns ERR_FORMAT. */
enum err flaw_set(struct flaw *flaw, const char *member, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* `line` becomes JSON only when it is one object and nothing else, in UTF-8, without NUL, no member twice.
 * The caller deletes *ret_object. `line` is NUL-terminated behind `len`. */
enum err record_json(const char *line, size_t len, cJSON **ret_object, struct flaw *flaw);

/* Strings in `a`; `object` may be deleted afterwards. */
enum err record_read(struct arena *a, const cJSON *object, struct record *ret_record, struct flaw *flaw);

#endif
