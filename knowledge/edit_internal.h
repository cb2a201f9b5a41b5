/* edit_internal.h - what edit*.c share: one transaction a call, and a look at what is there. Nobody else includes it. */
#ifndef MOTCUA_EDIT_INTERNAL_H
#define MOTCUA_EDIT_INTERNAL_H

#include "knowledge/edit.h"
#include "knowledge/lineage.h"
#include "knowledge/record.h"

struct edit {
	struct kdb *kdb;
	struct arena arena; /* of the call in hand */
	const struct edit_by *by;
	struct edit_trouble *trouble;
	char today[11];
};

enum err edit_begin(struct edit *e, const struct edit_by *by, struct edit_trouble *trouble);

/* Commits, or rolls back when `err` is one; `version` is read as it stands then, also after a refusal. */
enum err edit_end(
	struct edit *e, enum err err, int64_t version, struct version_row *ret_row, struct why *why);

/* Fills the trouble and returns ERR_REFUSED. */
enum err edit_refuse(
	struct edit *e, enum edit_trouble_kind kind, int64_t version, const char *member, const char *detail);

enum err edit_row(
	struct edit *e, int64_t version, struct version_row *ret_row); /* refuses when it is not there */
enum err edit_in_force(struct edit *e, const char *record, const char *unit, const char *day,
	struct version_row *ret_row);                                               /* id 0: none */
enum err edit_kind(struct edit *e, const char *record, enum record_kind *ret_kind); /* ERR_NOT_FOUND */
const char *edit_first_day(const struct edit *e, const char *valid_from);           /* nothing said: today */
const char *edit_or_null(const char *text);                                         /* NULL for "" */

#endif
