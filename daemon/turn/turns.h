/* turns.h - takes waiting events in order, one at a time per citizen, through the workers and the store. Loop thread. */
#ifndef MOTCUA_TURNS_H
#define MOTCUA_TURNS_H

#include "daemon/net/loop.h"
#include "daemon/store/store_event.h"
#include "daemon/turn/turn.h"

struct turns;

struct turns_options {
	struct loop *loop;
	struct store *store;
	const char *state_path, *knowledge_path; /* each worker opens its own readers */
	const struct words *words;
	const struct phrases *phrases;
	const struct accounts *accounts;
	unsigned workers;          /* default: cores - 1, at least 1 */
	size_t waiting_max;        /* events held in memory; more stay in the table and are read later */
	int64_t answer_max_age_ms; /* a reply is not sent this long after its event; 0: the adapter's default */
	int64_t conversation_ms;   /* a conversation is forgotten after this long; default 30 min */
	unsigned case_days; /* working days in which a reflection is answered; 0: CASE_DAYS */
	int64_t burst_wait_ms; /* messages this close together are one question (burst.h); 0: each is its own */
	void (*reply_cb)(void *arg, int64_t outbox_id); /* a reply was committed: the outbox may take it */
	void *arg;
};

enum err turns_open(const struct turns_options *o, struct turns **ret_turns, struct why *why);
enum err turns_recover(struct turns *t, struct why *why);          /* start-up: takes up the rows that wait */
void turns_add(struct turns *t, const struct stored_event *event); /* a committed event (copied) */

/* Thinks on one of the search threads about what is no event of a citizen's: done_cb(thought) on the loop. ERR_QUEUE_FULL. */
struct thought;
enum err turns_think(struct turns *t, void (*done_cb)(void *thought), struct thought *thought);

size_t turns_waiting(const struct turns *t);
void turns_close(struct turns *t, void (*closed_cb)(void *arg),
	void *arg); /* lets running turns end; the rest waits in the table */

#endif
