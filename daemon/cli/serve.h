/* serve.h - the daemon in one piece: what starts in which order, what hands over to what, what stops in which order.
 * cmd_serve.c runs one; the tests run many, in memory. Loop thread. */
#ifndef MOTCUA_SERVE_H
#define MOTCUA_SERVE_H

#include "config/config.h"
#include "daemon/net/loop.h"

struct serve;

/* Databases are opened (made, when missing), waiting rows taken up, the address is listened on. `config` is borrowed until
 * the end. On failure everything is closed again and `why` says what an operator has to know. */
enum err serve_open(
	struct loop *loop, const struct config *config, struct serve **ret_serve, struct why *why);
const char *serve_address(const struct serve *s); /* where it listens */

/* Stops listening; what is under way ends with its commits: webhooks, then turns, then sends. After `grace_ms` what has not
 * ended is left to the next start. `clean` false: some of it is still in memory and the process has to end. */
void serve_close(struct serve *s, int64_t grace_ms, void (*closed_cb)(void *arg, bool clean), void *arg);

#endif
