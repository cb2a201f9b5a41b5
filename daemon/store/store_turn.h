/* store_turn.h - what became of each turn, without a word of the citizen's: for reports, and for what is asked most. */
#ifndef MOTCUA_STORE_TURN_H
#define MOTCUA_STORE_TURN_H

#include "daemon/store/store_citizen.h"

struct turn_fact {
	int64_t event_id;
	int64_t time_ms;                             /* when the event was received */
	struct citizen_key citizen;                  /* user NULL: unknown; only a keyed hash of it is kept */
	const char *unit, *outcome, *record, *field, *facet; /* NULL where there is none, but for outcome */
	int64_t version;
	double confidence; /* below 0: nothing was searched */
};

/* Job. ERR_EXISTS when the event has one already. When its reply was sent is added by the database itself (schema.sql). */
enum err store_turn_add(struct store_tx *tx, const struct turn_fact *fact);

struct asked_record {
	const char *id;
	uint32_t count; /* of people: one who asks ten times in a day counts once that day */
};

/* Records that were answers since `since_ms`, most asked first, at most `max`; strings in `a`. */
enum err store_turn_asked(struct store_reader *r, struct arena *a, int64_t since_ms, size_t max,
	struct asked_record **ret_items, size_t *ret_count);

#endif
