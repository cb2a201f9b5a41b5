/* version_row.h - a version as a person who edits looks at it: what edit.h and browse.h hand out. */
#ifndef MOTCUA_VERSION_ROW_H
#define MOTCUA_VERSION_ROW_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct version_row { /* texts are NULL where nothing is said */
	int64_t id;
	const char *record, *unit; /* '' the nation */
	const char *state;         /* "draft", "review", "published", "withdrawn" */
	const char *change;        /* "new", "amended", "replaced", "abolished" */
	const char *replaced_by;   /* record id */
	const char *valid_from;    /* "" of a draft: the day it is published */
	const char *valid_to;      /* first day it does not hold; NULL: open, or no published version */
	const char *until;         /* the end it names itself; valid_to may come before */
	const char *decision, *decision_date, *source, *source_date;
	const char *author, *approver, *note;
	int64_t created_ms, published_ms; /* published_ms 0: it never was */
	int64_t revision;                 /* of what was saved; to be said again when saving */
	int64_t base;                     /* the version it was written from; 0: none */
	bool inherits;                    /* body holds only what the unit says otherwise */
	const char *body;                 /* JSON; NULL in lists */
};

struct kdb;
enum kdb_sql;

/* Private to knowledge/: the row that `stmt` stands on, its texts in `a`. ERR_NOMEM. */
struct sqlite3_stmt;
enum err version_row_read(struct sqlite3_stmt *stmt, struct arena *a, struct version_row *ret_row);

#endif
