/* deed.h - what a turn does beside its reply: decided while it thinks, written by turn_deliver() in the same transaction. */
#ifndef MOTCUA_DEED_H
#define MOTCUA_DEED_H

#include "daemon/store/store_case.h"
#include "daemon/store/store_rating.h"

enum deed_kind {
	DEED_NONE,
	DEED_WAIT,     /* the question of `event_id`, else the one this turn keeps, gets `code` */
	DEED_CONSENT,  /* `given` or not, for `code` */
	DEED_FETCHED,  /* the answer of `code` was shown */
	DEED_WITHDRAW, /* every consent is taken back */
	DEED_CASE,     /* `one` is filed */
	DEED_RATE,     /* `rating` of the answer to `event_id` */
	DEED_FORGET,   /* all that is kept of the citizen goes */
};

struct deed {
	enum deed_kind kind;
	const char *code;
	int64_t event_id;
	bool given;
	const char *notice; /* version of the words consent was asked with, or is taken back by */
	struct case_file one;
	struct rating rating;
	const char *asked; /* DEED_RATE, DEED_WAIT: what it is about, masked; NULL: not known */
};

struct turn;
/* Before the reply is written, behind it; `question_id` is of the question this turn kept, 0: none. ERR_EXISTS: the code is taken,
 * think again. */
enum err deed_write_first(struct store_tx *tx, struct turn *t, int64_t now_ms);
enum err deed_write(struct store_tx *tx, struct turn *t, int64_t question_id, int64_t now_ms);

#endif
