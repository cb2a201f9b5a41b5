/* outbox.h - outbound delivery: takes due rows, one in flight per recipient, parts in order. Loop thread. */
#ifndef MOTCUA_OUTBOX_H
#define MOTCUA_OUTBOX_H

#include "adapters/adapter.h"
#include "daemon/net/http_client.h"
#include "daemon/store/store_outbox.h"

struct outbox;

struct outbox_options {
	struct loop *loop;
	struct store *store;
	const char *state_path;
	struct http_client *client;
	const struct accounts *accounts;
	unsigned in_flight_max;  /* all accounts; default 64 */
	unsigned per_second_max; /* per account; 0: what the adapter says */
	int64_t unknown_wait_ms; /* an unknown outcome waits this long for its echo, then is a dead letter;
				    default 60 s */
	bool resend_unknown;     /* then send once more instead; default off */
	size_t held_max; /* rows known in memory; more stay in the table and are read later; default 4096 */
	int64_t look_ms; /* how often the clock and the table are looked at; default 1 s */
};

/* Start-up: what was in `sending` is unknown now; takes up the rows that wait. */
enum err outbox_open(const struct outbox_options *o, struct outbox **ret_outbox, struct why *why);

void outbox_wake(struct outbox *ob, int64_t outbox_id); /* a row was added or moved */
size_t outbox_in_flight(const struct outbox *ob);
size_t outbox_held(const struct outbox *ob);

/* For /readyz: tokens_state(), or "stopped": the platform wants an operator to act, until a restart or a
 * command. */
const char *outbox_account_state(const struct outbox *ob, const struct account *account);

/* Starts nothing more, waits for calls in flight and their commits, then frees and calls back. */
void outbox_close(struct outbox *ob, void (*closed_cb)(void *arg), void *arg);

#endif
