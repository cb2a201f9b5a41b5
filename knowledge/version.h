/* version.h - putting a version in force. Private to knowledge/.
 *
 * At most one published version of a record and unit holds on any day:
 *   no two begin on one day: the earlier published one held on no day, is withdrawn, and stays as history;
 *   each ends on the day it names itself (`until`) or on which the next one begins, whichever is first.
 * So a version planned for later stays, one put in before it holds until then, and one taken back gives its days
 * to the one before. All inside a transaction, after index_begin(). */
#ifndef MOTCUA_VERSION_H
#define MOTCUA_VERSION_H

#include "knowledge/import_row.h"
#include "knowledge/kdb.h"

struct version_origin {
	const char *unit;  /* '' the nation */
	const char *today; /* first day when the row names none */
	const char *author;
	int64_t now_ms;
};

enum version_done { VERSION_UNCHANGED, VERSION_ADDED, VERSION_CHANGED, VERSION_ENDED };

/* A row of an import: a version equal to the one in force changes nothing. ERR_EXISTS: the id belongs to a record of another
 * kind. */
enum err version_put(struct kdb *k, const struct import_row *row, const struct version_origin *origin,
	enum version_done *ret_done);

struct version_new { /* NULL where nothing is said */
	const char *unit, *state, *change, *replaced_by, *valid_from, *until;
	const char *decision, *decision_date, *source, *source_date, *author, *note;
	int64_t base, now_ms; /* base 0: none */
	bool inherits;
	const char *body;
	const struct record *record; /* id; when it does not inherit also what lists show of it */
};

/* The record's row; ERR_EXISTS when it is there as another kind. */
enum err version_record(struct kdb *k, const struct record *record, int64_t now_ms);

/* A row of `version` and nothing else. */
enum err version_add(struct kdb *k, const struct version_new *n, int64_t *ret_id);

/* Row `id` says what `n` says from now on; its state and the days it was made and published stay. */
enum err version_rewrite(struct kdb *k, int64_t id, const struct version_new *n);

/* `id` is published from `from` on, or not any more (then `id` is 0): the others of its record and unit make room or take the
 * days back. */
enum err version_settle(struct kdb *k, const char *record, const char *unit, const char *from, int64_t id);

/* Takes a published version out of force and of the index; version_settle() comes next. */
enum err version_withdraw(struct kdb *k, const char *record, int64_t id, const char *note);

#endif
