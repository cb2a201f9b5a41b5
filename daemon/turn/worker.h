/* worker.h - a search thread of turns.c: its context, and the turn of one event up to where something is written. */
#ifndef MOTCUA_WORKER_H
#define MOTCUA_WORKER_H

#include "daemon/turn/turns.h"

struct thought {                           /* one event in, one turn out; its owner calls turn_release() */
	const struct stored_event *stored; /* borrowed */
	const struct account *account;
	int64_t conversation_ms; /* how long a conversation is remembered */

	struct turn turn;
	enum err err;
};

/* For loop_workers: `arg` is the struct turns_options. */
enum err worker_start(void *arg, void **ret_context, struct why *why);
void worker_think(void *context, void *thought);
void worker_stop(void *context);

#endif
