/* lineage.h - the versions that a unit's view of a record is made of on a day: its own, its province's, the nation's, down to the
 * first that is whole. Private to knowledge/. */
#ifndef MOTCUA_LINEAGE_H
#define MOTCUA_LINEAGE_H

#include "knowledge/kdb.h"
#include "knowledge/merge.h"
#include "knowledge/version_row.h"

struct lineage {
	struct version_row rows[LAYERS_MAX]; /* nearest first; the last is whole */
	size_t count;
};

/* `own` false: as if the unit said nothing itself, what it would inherit. ERR_NOT_FOUND: nothing whole is in force. */
enum err lineage_read(struct kdb *k, struct arena *a, const char *record, const char *unit, const char *day,
	bool own, struct lineage *ret_lineage);

/* All of them as one object; the caller deletes it. */
enum err lineage_merge(const struct lineage *l, cJSON **ret_object);

/* The province of a unit in `a`; NULL: it is one, or none that is known. */
enum err lineage_province(struct kdb *k, struct arena *a, const char *unit, const char **ret_province);

/* The one row a statement of VERSION_ROW_COLUMNS finds; ERR_NOT_FOUND. */
enum err lineage_row(struct kdb *k, struct arena *a, sqlite3_stmt *stmt, struct version_row *ret_row);

#endif
