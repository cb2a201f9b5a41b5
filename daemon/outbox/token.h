/* token.h - platform access tokens and their renewal (platforms.md 2.13: persist before use, one refresher).
 * Loop thread. Facebook's page token is the configured one; Zalo's is renewed at 80 % of its life and on
 * -216/-220. */
#ifndef MOTCUA_TOKEN_H
#define MOTCUA_TOKEN_H

#include "adapters/adapter.h"
#include "daemon/net/http_client.h"
#include "daemon/store/store_token.h"

struct tokens;

struct tokens_options {
	struct loop *loop;
	struct store *store;
	const char *state_path;
	struct http_client *client;
	const struct accounts *accounts;
};

enum err tokens_open(const struct tokens_options *o, struct tokens **ret_tokens, struct why *why);

/* Calls back with a token that was committed: at once when a good one is there, else after renewal. `stale`:
 * the token a platform just refused (renew unless a newer one is there), or NULL. err: ERR_PERMISSION consent
 * is needed (an operator must act), ERR_NETWORK try later, ERR_QUEUE_FULL too many wait. The callback may
 * come from inside the call. */
void tokens_get(struct tokens *t, const struct account *account, const char *stale,
	void (*ready_cb)(void *arg, enum err err, const char *access_token), void *arg);

/* For /readyz: "good", "renewing", "waiting" (the platform cannot be reached), "consent_needed", "none". */
const char *tokens_state(const struct tokens *t, const struct account *account);

/* Whoever still waits is called with ERR_CANCELED; a renewal under way is stored first: losing its answer
 * would lose the account. closed_cb may come from inside the call. */
void tokens_close(struct tokens *t, void (*closed_cb)(void *arg), void *arg);

#endif
