/* store_audit.h - what staff did, in the console and on the command line. Rows are only ever added: the table itself refuses
 * anything else. No secret and nothing a citizen wrote goes in. */
#ifndef MOTCUA_STORE_AUDIT_H
#define MOTCUA_STORE_AUDIT_H

#include "daemon/store/store.h"

struct audit {
	int64_t id, time_ms;
	const char *who;    /* a staff name, or "cli:root" */
	const char *what;   /* "staff.add" */
	const char *object; /* NULL: none */
	const char *detail; /* JSON object; NULL: none */
};

enum err store_audit_add(struct store_tx *tx, const struct audit *entry); /* job; the id is made here */

enum err store_audit_add_once(
	struct store_tx *tx, const struct audit *entry); /* but not beside one that says all the same */

struct audit_filter {
	const char *who, *object; /* exact; NULL: any */
	const char *what;         /* its beginning: "staff." */
	int64_t from_ms, to_ms;   /* from ≤ time < to; 0: open */
};

/* Newest first, from the `skip`th on, at most `max`; *ret_total of all that fit. Strings in `a`. */
enum err store_audit_list(struct store_reader *r, struct arena *a, const struct audit_filter *filter,
	size_t skip, size_t max, struct audit **ret_items, size_t *ret_count, size_t *ret_total);

#endif
