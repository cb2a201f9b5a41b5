/* outbox_internal.h - what outbox.c and entry.c share: which replies are known, and where each of them is. */
#ifndef MOTCUA_OUTBOX_INTERNAL_H
#define MOTCUA_OUTBOX_INTERNAL_H

#include "daemon/base/lanes.h"
#include "daemon/outbox/delivery.h"

enum place { WAITING, READY, RUNNING, UNKNOWN };

struct entry {
	struct map_node by_id;
	struct lane_item lane;     /* but for UNKNOWN */
	struct entry *prev, *next; /* all entries */
	struct entry *ready_next;  /* READY */
	struct sender *sender;
	int64_t id, due_ms, expires_ms;
	enum place place;
};

struct outbox {
	struct outbox_options o;
	struct delivery_means means;
	struct sender *senders; /* one an account, same order, and one for rows whose account is gone */
	struct loop_timer *timer;
	int64_t timer_ms; /* when it is due; 0: not started */

	struct lanes lanes;
	struct map by_id;
	struct entry *entries;
	size_t in_flight;
	int64_t last_id; /* rows up to here were looked at */
	bool more;       /* rows behind it wait in the table */
	bool dispatching;
	struct delivery *running, *spare;
	struct delivery *loaded; /* read for outbox_wake(), not started yet */

	bool closing;
	void (*closed_cb)(void *arg);
	void *closed_arg;
};

void outbox_timer_by(struct outbox *ob, int64_t at_ms); /* the clock is looked at by then */

/* --- entry.c --- */
struct entry *entry_of(const struct outbox *ob, int64_t id); /* NULL: not known */
enum err entry_add(
	struct outbox *ob, const struct outbox_row *row); /* ERR_NOT_FOUND: nothing is left to do for it */
enum err entry_place(
	struct outbox *ob, struct entry *e, const struct outbox_row *row); /* where the row says it is */
void entry_promote(struct outbox *ob, struct entry *e); /* READY, if it is due and nobody is before it */
void entry_free(struct outbox *ob, struct entry *e);
struct entry *entry_ready_take(struct sender *s);

void entries_read_more(struct outbox *ob); /* rows behind last_id, while there is room */
void entries_read_all(struct outbox *ob);  /* from the beginning: start-up, and after another process wrote */

#endif
