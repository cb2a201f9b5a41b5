/* year.h - a simulated year of conversations with known truth: 34 units on two channels, seasons, weekends, Tết, a spike of one
 * subject in one unit. What happens is drawn from a fixed seed and written through the daemon's own code: event, turn_deliver(),
 * outbox arrows; what citizens asked and what was found is scripted. The truth is counted from the list of what was drawn. */
#ifndef MOTCUA_TEST_YEAR_H
#define MOTCUA_TEST_YEAR_H

#include "daemon/store/store_report.h"

#include <stddef.h>

#define YEAR_UNITS 34
#define YEAR_CHANNELS 2
#define YEAR_FIELDS 8

struct year_turn { /* one conversation */
	int64_t time_ms, reply_ms; /* reply_ms 0: the reply was never taken */
	int64_t question_ms;       /* it became an unresolved question then; 0: not */
	int64_t rated_ms, wait_ms; /* 0: not */
	int64_t event_id;
	int user; /* of one unit and channel */
	unsigned char unit, channel, outcome, field, record, facet;
	unsigned char question_done, good, wait_state;
};
struct year_case {
	int64_t received_ms, answered_ms; /* 0: not yet */
	int due; /* days since 1970 */
	unsigned char unit, channel, kind, state;
};

struct year {
	struct year_turn *turns;
	struct year_case *cases;
	size_t turn_count, case_count;
	int users;
};

/* From 1 October 2025 to 31 December 2026; `conversations` about. */
void year_draw(struct year *y, size_t conversations);
void year_release(struct year *y);
/* Into a new database at `path`. */
void year_write(struct year *y, const char *path);

const char *year_unit(int unit); /* "01" … "34" */
const char *year_channel(int channel);
const char *year_field(int field); /* NULL for the last: unknown */

/* What is true of a span; unit, channel, field -1: all. Not from the database. */
void year_truth(const struct year *y, const struct report_scope *scope, int as_of, int unit, int channel, int field,
	struct report_counts *ret_counts);

#endif
