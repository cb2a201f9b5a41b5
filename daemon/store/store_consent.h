/* store_consent.h - what citizens agreed to beyond being answered: a ledger, to which lines are added. */
#ifndef MOTCUA_STORE_CONSENT_H
#define MOTCUA_STORE_CONSENT_H

#include "daemon/store/store_citizen.h"

#define CONSENT_TOLD "told" /* write to me when my question has an answer */
#define CONSENT_CASE "case" /* … when my case has */

struct consent {
	int64_t time_ms;
	const char *purpose, *notice; /* notice: version of the words it was asked with */
	bool given;                   /* false: refused, or taken back */
};

enum err store_consent_add(struct store_tx *tx, const struct citizen_key *citizen, const struct consent *line); /* job */

/* All lines of a citizen, oldest first. */
enum err store_consent_list(struct store_reader *r, struct arena *a, const struct citizen_key *citizen,
	struct consent **ret_lines, size_t *ret_count);

#endif
