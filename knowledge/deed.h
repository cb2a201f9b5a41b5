/* deed.h - what was done to the knowledge and by whom, written in the transaction that did it. The audit trail is in another
 * database: the console takes deeds over there and forgets them here, so that a kill between the two loses none. */
#ifndef MOTCUA_DEED_H
#define MOTCUA_DEED_H

#include "knowledge/edit.h"

#define DEEDS_AT_ONCE 200

struct deed {
	int64_t id, time_ms;
	const char *who, *what, *object, *detail; /* detail: a JSON object */
};

/* The oldest that were not forgotten yet, at most DEEDS_AT_ONCE; texts in `a`. */
enum err deed_list(
	struct edit *e, struct arena *a, struct deed **ret_items, size_t *ret_count, struct why *why);
enum err deed_forget(struct edit *e, int64_t up_to, struct why *why); /* these and all before */

/* Private to knowledge/, within a transaction. */
struct kdb;
enum err deed_add(struct kdb *k, const struct deed *d); /* the id is made here */
enum err deed_add_version(struct kdb *k, int64_t version, const struct edit_by *by);

#endif
