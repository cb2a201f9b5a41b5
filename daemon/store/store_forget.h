/* store_forget.h - what is kept of one citizen on one account is erased: their words, their id, the hash that counts people.
 * Counts stay, and so does what staff wrote. secure_delete is on: nothing of it is left in the file. */
#ifndef MOTCUA_STORE_FORGET_H
#define MOTCUA_STORE_FORGET_H

#include "daemon/store/store_citizen.h"

struct forgotten { /* rows touched, for the receipt */
	int64_t messages, replies, questions, waits, cases, ratings, consents;
};

/* Job. Replies that are on their way at this moment end first and go with the retention. ERR_FORMAT without a user. */
enum err store_forget(
	struct store_tx *tx, const struct citizen_key *citizen, int64_t now_ms, struct forgotten *ret_forgotten);

#endif
