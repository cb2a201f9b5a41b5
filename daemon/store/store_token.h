/* store_token.h - platform access tokens and what is known of an account's sending (platforms.md 2.7, 2.13). */
#ifndef MOTCUA_STORE_TOKEN_H
#define MOTCUA_STORE_TOKEN_H

#include "daemon/store/store.h"

enum token_state { TOKEN_NONE, TOKEN_GOOD, TOKEN_PENDING, TOKEN_CONSENT_NEEDED };

struct token {
	enum token_state state;
	const char *access, *refresh; /* secrets */
	int64_t expires_ms;           /* of the access token */
	int64_t generation;           /* raised by each renewal */
	int64_t pending_ms;           /* TOKEN_PENDING: a renewal began then and no outcome was stored */
	const char *seed_hash;        /* SHA-256 of the configured refresh token it began from: a new one in the file starts anew */
	const char *reason;           /* TOKEN_CONSENT_NEEDED: the platform's words */
	int64_t buttons_refused_until_ms; /* the platform refused buttons for this account */
};

enum err store_token_get(struct store_reader *r, struct arena *a, const char *channel, const char *account, struct token *ret_token); /* OK and TOKEN_NONE when none */
/* Jobs. */
enum err store_token_put(struct store_tx *tx, const char *channel, const char *account, const struct token *token, int64_t now_ms);
/* ERR_BUSY when the stored generation is not `generation` (another process renewed) or it is pending already since
 * less than `stale_ms`. */
enum err store_token_begin(struct store_tx *tx, const char *channel, const char *account, int64_t generation, int64_t now_ms, int64_t stale_ms);
enum err store_token_buttons_refused(struct store_tx *tx, const char *channel, const char *account, int64_t until_ms);

#endif
