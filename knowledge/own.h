/* own.h - what is ours of a record: everyday title, ways of asking, keywords. Private to knowledge/. */
#ifndef MOTCUA_OWN_H
#define MOTCUA_OWN_H

#include "daemon/base/arena.h"
#include "knowledge/import_row.h"
#include "knowledge/kdb.h"

struct own_text {
	const char *kind; /* "title", "ask", "keyword" */
	const char *text;
};

struct own {
	struct own_text *items; /* by kind, then text */
	size_t count;
};

enum err own_read(struct kdb *k, struct arena *a, const char *record, struct own *ret_own);

/* Adds what the row brings for `record`; nothing is lost: a former everyday title stays as a way of asking.
 * When anything changes, the record's versions are taken out of the index first (index.h). *ret_added: texts
 * that are new. */
enum err own_add(struct kdb *k, struct arena *a, const char *record, const struct import_row *row,
	const char *author, size_t *ret_added);

#endif
