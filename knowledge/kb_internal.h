/* kb_internal.h - what kb*.c share. Nobody else includes it. */
#ifndef MOTCUA_KB_INTERNAL_H
#define MOTCUA_KB_INTERNAL_H

#include "knowledge/kb_measure.h"
#include "knowledge/merge.h"

#include <sqlite3.h>

enum kb_statement {
	KB_BEGIN,
	KB_END,
	KB_DATA_VERSION,
	KB_DOCUMENTS,
	KB_OWN,
	KB_GET,
	KB_GET_LAST,
	KB_GET_VERSION,
	KB_BODY,
	KB_UNIT_PARENT,
	KB_UNIT_KINDS,
	KB_UNIT_BY_OLD,
	KB_UNIT_BY_NAME,
	KB_UNIT_BY_CODE,
	KB_STATEMENTS
};

#define KB_KEPT 1024

struct kb_kept {              /* records asked for lately; what most people ask is asked by many */
	int64_t data_version; /* of the database they were read from */
	struct arena arena;   /* of all of them */
	struct kb_kept_slot {
		const struct record *record; /* NULL: free */
	} slots[KB_KEPT];
};

struct shelf { /* a catalog and who uses it */
	struct catalog catalog;
	_Atomic unsigned users;
};

struct kb_shared;

struct kb {
	sqlite3 *db;
	bool borrowed; /* kb_attach(): somebody else closes it */
	sqlite3_stmt *statements[KB_STATEMENTS];
	const struct words *words;
	struct rank_weights weights;
	struct shelf *shelf; /* the catalog searched */
	struct ranker ranker;
	struct use use;           /* the ranker borrows it */
	int64_t data_version;     /* of the database when the catalog was made */
	unsigned left_out, parts; /* kb_leave_out() */
	struct kb_kept kept;
	struct holidays *holidays;
	struct kb_shared *shared; /* NULL: the shelf is its own */
	bool in_turn;             /* between kb_begin() and kb_end() */
};

/* Reads the catalog as the database has it now; *ret_shelf has one user. */
enum err kb_shelf_make(struct kb *kb, struct shelf **ret_shelf);
void kb_shelf_leave(struct shelf *shelf); /* the last user frees it; NULL is fine */
enum err kb_shelf_take(
	struct kb *kb, struct shelf *shelf); /* searches it from now on, and leaves the one before */

void kb_shelf_forget(struct kb *kb); /* searches nothing any more */

/* kb_shared.c: another user of the newest shelf, made anew soon when `changed`. */
struct shelf *kb_shared_shelf(struct kb_shared *s, bool changed);
bool kb_shared_has_newer(const struct kb_shared *s, const struct shelf *shelf);

/* On a connection of its own; `shared` NULL: with a catalog of its own. */
enum err kb_open_on(const char *path, sqlite3 *db, const struct words *words, struct kb_shared *shared,
	struct kb **ret_kb, struct why *why);

enum err kb_data_version(struct kb *kb, int64_t *ret_version); /* changes with each commit of others */

struct kb_layers { /* the versions a record is read from, nearest first; the last is whole */
	int64_t ids[LAYERS_MAX];
	size_t count;
};

/* Their record as it was kept, borrowed until the next call of these; NULL: read it. */
const struct record *kb_kept_find(struct kb *kb, const struct kb_layers *layers);
void kb_kept_add(struct kb *kb, const struct record *record); /* copies it */
void kb_kept_init(struct kb_kept *k);
void kb_kept_release(struct kb_kept *k);

/* Makes the catalog anew when the database changed. The new one is whole before the old one goes. */
enum err kb_refresh(struct kb *kb);

struct whose {             /* an account's unit, as the table of units knows it */
	const char *unit;  /* "" for none */
	char province[17]; /* the one it is in; "" for a province and for what is no unit */
	uint8_t level;     /* enum level; 0 for what is no unit */
};
enum err kb_whose(struct kb *kb, const char *unit, struct whose *ret_whose); /* NULL: none's */

/* Records that a question may mean equally, most asked for first, when it says nothing beyond a phrase of broad.tsv: documents
 * into ret_documents[room]; fewer than two: it is not broad, or they are not known. */
size_t kb_broad(const struct kb *kb, const struct question *q, bool (*keep_cb)(void *arg, uint32_t document),
	void *arg, uint32_t *ret_documents, size_t room);

const char *kb_column(sqlite3_stmt *s, int i);

/* "2026-11-21" → 20261121; `otherwise` for NULL and anything shorter. */
uint32_t kb_day(const char *text, uint32_t otherwise);

#endif
