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
	unsigned per_second_max; /* per account; default 10 Zalo, 20 Facebook (platforms.md 2.11, 3.8); 0:
				    those */
	int64_t unknown_wait_ms; /* an unknown outcome waits this long for its echo, then is a dead letter;
				    default 60 s */
	bool resend_unknown;     /* then send once more instead; default off */
};

enum err outbox_open(const struct outbox_options *o, struct outbox **ret_outbox, struct why *why);
enum err outbox_recover(
	struct outbox *ob, struct why *why); /* start-up: `sending` → unknown, takes up due rows */
void outbox_wake(struct outbox *ob, int64_t outbox_id); /* a row was added or moved */
size_t outbox_in_flight(const struct outbox *ob);
void outbox_close(struct outbox *ob, void (*closed_cb)(void *arg),
	void *arg); /* waits for calls in flight and their commits */

#endif
