/* import_row.h - one line of an import, taken apart: official members, those of the version, and what is
 * ours. Pure. */
#ifndef MOTCUA_IMPORT_ROW_H
#define MOTCUA_IMPORT_ROW_H

#include "knowledge/record_json.h"
#include "knowledge/unit_import.h"

#define ROW_BYTES_MAX ((size_t)1024 * 1024)
#define ROW_ARENA_MAX (ROW_BYTES_MAX * 32) /* JSON of many short members is larger taken apart */

struct import_row {
	bool is_place; /* an administrative unit: only `place` is filled */
	struct unit_row place;
	bool asks_only;   /* {"codes",…}: only `ids` and what is ours is filled */
	const char **ids; /* one for a record */
	size_t id_count;
	/* ours */
	const char *title, **asks, **keywords;
	size_t ask_count, keyword_count;
	/* the version */
	const char *unit, *valid_from, *valid_to, *change, *replaced_by; /* NULL: the row does not say */
	const char *decision, *decision_date, *source, *source_date;
	bool source_assumed; /* the row names none: the national portal */
	bool inherits; /* "inherits": a unit's row; what equals the record it inherits from is not its own */
	bool partial;  /* facts for a start: never takes the place of a whole row */
	const char *body; /* JSON of the official members, in the row's order */
	size_t body_len;
	struct record record; /* of `body` */
};

/* `line` is NUL-terminated behind `len`; strings go to `a`. ERR_FORMAT with the flaw, or ERR_NOMEM. */
enum err import_row_parse(
	struct arena *a, const char *line, size_t len, struct import_row *ret_row, struct flaw *flaw);

/* The same of a row that is JSON already. What is no official member is cut out of `object`, which stays the caller's. */
enum err import_row_take(struct arena *a, cJSON *object, struct import_row *ret_row, struct flaw *flaw);

#endif
