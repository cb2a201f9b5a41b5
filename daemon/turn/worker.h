/* worker.h - a search thread of turns.c: its context, and the turn of one event up to where something is written. */
#ifndef MOTCUA_WORKER_H
#define MOTCUA_WORKER_H

#include "daemon/turn/turns.h"
#include "knowledge/kb_shared.h"

struct thought {                           /* one event in, one turn out; its owner calls turn_release() */
	const struct stored_event *stored; /* borrowed */
	const struct account *account;
	int64_t conversation_ms; /* how long a conversation is remembered */

	struct turn turn;
	enum err err;
};

struct worker_needs { /* of all workers; outlives them */
	const struct turns_options *options;
	struct kb_shared *knowledge;
};

/* For loop_workers: `arg` is a struct worker_needs. */
enum err worker_start(void *arg, void **ret_context, struct why *why);
void worker_think(void *context, void *thought);
void worker_stop(void *context);

#endif
