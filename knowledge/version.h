/* version.h - putting a version in force. Private to knowledge/.
 *
 * At most one published version of a record and unit holds on any day:
 *   the one in force on the new one's first day ends there;
 *   one that began on that very day held on no day: it is withdrawn, and stays as history;
 *   a version planned for later stays: the new one holds until then.
 * A version equal to the one in force changes nothing. */
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

/* ERR_EXISTS: the id belongs to a record of another kind. Inside a transaction, after index_begin(). */
enum err version_put(struct kdb *k, const struct import_row *row, const struct version_origin *origin,
	enum version_done *ret_done);

#endif
