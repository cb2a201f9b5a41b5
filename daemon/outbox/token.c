/* token.c - one keeper per account. The happy path of a renewal:
 *   IDLE ─▶ BEGINNING: `pending` is committed ─▶ CALLING: the platform ─▶ STORING: both tokens are committed ─▶ IDLE
 * and only then whoever waits gets the new one. How it fails:
 *   the platform cannot be reached, or its answer is lost   RESTING, then CALLING with the same refresh token; a
 *                                refusal then means that the lost answer had spent it
 *   the platform refuses         consent_needed, alarm, no loop; the old access token serves while it works
 *   the tokens cannot be stored  STORING again until they are; nobody uses them before
 *   somebody else renewed        (BEGINNING: ERR_BUSY) theirs are read and used
 *   a crash after `pending`      the next start calls again with the same refresh token */
#include "daemon/outbox/token.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/metrics.h"
#include "daemon/outbox/grant.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAITERS_MAX 256
#define TOKEN_ARENA ((size_t)256 * 1024)
#define PENDING_STALE_MS (60 * 1000)
#define REST_FIRST_MS 1000
#define REST_MAX_MS (5 * 60 * 1000)
#define STORE_AGAIN_MS 1000
#define RENEW_EARLY_MS                                                                                       \
	(5 * 60 * 60 * 1000LL) /* a fifth of the usual 25 h, where the life is not known any more */
#define LOOK_AGAIN_MS                                                                                        \
	(60 * 60 *                                                                                           \
		1000LL) /* timers are no longer than this: clocks are set, machines sleep                 \
			    */

enum step { IDLE, BEGINNING, CALLING, STORING, RESTING };

struct waiter {
	struct waiter *next;
	void (*ready_cb)(void *arg, enum err err, const char *access_token);
	void *arg;
};

struct keeper {
	struct tokens *tokens;
	const struct account *account;
	struct arena arena; /* strings of `token` */
	struct token token; /* as committed */
	bool refused;       /* the platform refused token.access: not handed out again */
	int64_t renew_ms;   /* when to renew an access token that still works */

	enum step step;
	struct arena work;  /* of one renewal */
	struct token fresh; /* STORING */
	int64_t began_ms;   /* BEGINNING, STORING: for the job */
	unsigned failures;  /* in a row */
	bool lost;          /* an answer was lost since the last good one */
	struct loop_timer *timer;
	struct waiter *waiters, **waiters_end;
	size_t waiter_count;
};

struct tokens {
	struct tokens_options o;
	struct store_reader *reader;
	struct keeper *keepers; /* one an account, same order */
	void (*closed_cb)(void *arg);
	void *closed_arg;
	bool closing;
};

static void keeper_call(struct keeper *k);
static void keeper_store(struct keeper *k);
static void tokens_end(struct tokens *t);

static bool renewable(const struct keeper *k)
{
	return k->account->oauth_base && k->token.refresh && k->token.state != TOKEN_CONSENT_NEEDED;
}

static bool usable(const struct keeper *k)
{
	return k->token.access && !k->refused && clock_now_ms() < k->token.expires_ms;
}

static void waiters_release(struct keeper *k, enum err err)
{
	struct waiter *w = k->waiters, *next;

	k->waiters = NULL;
	k->waiters_end = &k->waiters;
	k->waiter_count = 0;
	for (; w; w = next) {
		next = w->next;
		w->ready_cb(w->arg, err, err == OK ? k->token.access : NULL);
		free(w);
	}
}

static void timer_set(struct keeper *k)
{
	int64_t left_ms = k->renew_ms - clock_now_ms();

	if (!renewable(k) || k->tokens->closing)
		return;
	loop_timer_start(k->timer, left_ms < 0 ? 0 : left_ms < LOOK_AGAIN_MS ? left_ms : LOOK_AGAIN_MS);
}

/* Takes `token` over as the committed one. Out of memory: the old one stays, its renewal is asked for again.
 */
static enum err keeper_take(struct keeper *k, const struct token *token, int64_t renew_ms)
{
	struct arena arena;
	struct token copy = *token;

	arena_init(&arena, TOKEN_ARENA);
	copy.access = arena_string(&arena, token->access);
	copy.refresh = arena_string(&arena, token->refresh);
	copy.seed_hash = arena_string(&arena, token->seed_hash);
	copy.reason = arena_string(&arena, token->reason);
	if (!copy.access != !token->access || !copy.refresh != !token->refresh ||
		!copy.seed_hash != !token->seed_hash) {
		arena_release(&arena);
		return ERR_NOMEM;
	}
	if (!k->token.access || !copy.access || strcmp(k->token.access, copy.access) != 0)
		k->refused = false;
	arena_release(&k->arena);
	k->arena = arena;
	k->token = copy;
	k->renew_ms = renew_ms;
	return OK;
}

static enum err keeper_read(struct keeper *k)
{
	struct arena arena;
	struct token token;
	enum err err;

	arena_init(&arena, TOKEN_ARENA);
	err = store_token_get(k->tokens->reader, &arena, k->account->adapter->name, k->account->id, &token);
	if (err == OK)
		err = keeper_take(k, &token, token.expires_ms - RENEW_EARLY_MS);
	arena_release(&arena);
	return err;
}

/* --- A renewal, step by step. --- */

static void keeper_rest(struct keeper *k, enum err err)
{
	int64_t wait_ms = REST_FIRST_MS;

	for (unsigned i = 0; i < k->failures && wait_ms < REST_MAX_MS; i++)
		wait_ms *= 2;
	k->failures++;
	k->step = RESTING;
	loop_timer_start(k->timer, wait_ms < REST_MAX_MS ? wait_ms : REST_MAX_MS);
	waiters_release(k, err);
	tokens_end(k->tokens);
}

static void keeper_settle(struct keeper *k, enum err err)
{
	k->step = IDLE;
	k->failures = 0;
	arena_reset(&k->work);
	timer_set(k);
	waiters_release(k, err);
	tokens_end(k->tokens);
}

static enum err begin_job(struct store_tx *tx, void *arg)
{
	struct keeper *k = arg;

	return store_token_begin(tx, k->account->adapter->name, k->account->id, k->token.generation,
		k->began_ms, PENDING_STALE_MS);
}

static void begin_done(void *arg, enum err err)
{
	struct keeper *k = arg;
	int64_t generation = k->token.generation;

	if (err == OK) {
		k->token.state = TOKEN_PENDING;
		keeper_call(k);
		return;
	}
	if (err == ERR_BUSY && keeper_read(k) == OK && k->token.generation != generation && usable(k)) {
		keeper_settle(k, OK);
		return;
	}
	log_warning("account=%s could not begin to renew the token: %s", k->account->name, err_words(err));
	keeper_rest(k, ERR_NETWORK);
}

static void keeper_begin(struct keeper *k)
{
	if (k->token.state == TOKEN_PENDING) { /* begun already, by us: the store has one writer */
		keeper_call(k);
		return;
	}
	k->step = BEGINNING;
	k->began_ms = clock_now_ms();
	if (store_submit(k->tokens->o.store, begin_job, begin_done, k) != OK)
		keeper_rest(k, ERR_NETWORK);
}

static void keeper_refused(struct keeper *k, const char *words)
{
	metric_add(METRIC_token_failed, 1);
	log_error("account=%s consent needed: the platform refused to renew the token%s: %s. An "
		  "administrator of the account "
		  "has to grant access again and put the new refresh token in its file",
		k->account->name, k->lost ? " after an answer was lost" : "", words);
	k->fresh = k->token;
	k->fresh.state = TOKEN_CONSENT_NEEDED;
	k->fresh.reason = arena_string(&k->work, words);
	keeper_store(k);
}

static void keeper_given(struct keeper *k, const struct grant *g)
{
	k->fresh = k->token;
	k->fresh.state = TOKEN_GOOD;
	k->fresh.access = g->access;
	k->fresh.refresh = g->refresh ? g->refresh : k->token.refresh;
	k->fresh.expires_ms = clock_now_ms() + g->life_ms;
	k->fresh.generation++;
	k->fresh.pending_ms = 0;
	k->fresh.reason = NULL;
	keeper_store(k);
}

static void call_done(void *arg, const struct http_result *result)
{
	struct keeper *k = arg;
	struct grant g;

	grant_judge(&k->work, result, &g);
	switch (g.end) {
	case GRANT_GIVEN: keeper_given(k, &g); return;
	case GRANT_REFUSED: keeper_refused(k, g.words); return;
	case GRANT_LOST: k->lost = true; break;
	case GRANT_LATER: break;
	}
	log_warning("account=%s could not renew the token, trying again with the same: %s", k->account->name,
		g.words);
	keeper_rest(k, ERR_NETWORK);
}

static void keeper_call(struct keeper *k)
{
	struct http_call call;

	k->step = CALLING;
	arena_reset(&k->work);
	if (grant_encode(&k->work, k->account, k->token.refresh, &call) != OK ||
		http_client_call(k->tokens->o.client, &call, call_done, k) != OK)
		keeper_rest(k, ERR_NETWORK);
}

static enum err store_job_run(struct store_tx *tx, void *arg)
{
	struct keeper *k = arg;

	return store_token_put(tx, k->account->adapter->name, k->account->id, &k->fresh, k->began_ms);
}

static void store_done_cb(void *arg, enum err err)
{
	struct keeper *k = arg;
	int64_t life_ms = k->fresh.expires_ms - clock_now_ms();

	if (err == OK && keeper_take(k, &k->fresh, clock_now_ms() + life_ms / 5 * 4) == OK) {
		k->lost = false;
		if (k->token.state == TOKEN_GOOD)
			metric_add(METRIC_token_refreshed, 1);
		keeper_settle(k, k->token.state == TOKEN_GOOD ? OK : ERR_PERMISSION);
		return;
	}
	log_error("account=%s could not store the renewed token, it is kept in memory only: %s",
		k->account->name, err_words(err));
	loop_timer_start(k->timer, STORE_AGAIN_MS);
}

static void keeper_store(struct keeper *k)
{
	k->step = STORING;
	k->began_ms = clock_now_ms();
	if (store_submit(k->tokens->o.store, store_job_run, store_done_cb, k) != OK)
		loop_timer_start(k->timer, STORE_AGAIN_MS);
}

static void timer_due(void *arg)
{
	struct keeper *k = arg;

	if (k->step == STORING) {
		keeper_store(k);
		return;
	}
	if (k->step != IDLE && k->step != RESTING)
		return;
	k->step = IDLE;
	if (k->tokens->closing)
		return;
	if (renewable(k) && (!usable(k) || clock_now_ms() >= k->renew_ms))
		keeper_begin(k);
	else
		timer_set(k);
}

/* --- The outside. --- */

static struct keeper *keeper_of(const struct tokens *t, const struct account *account)
{
	for (size_t i = 0; i < t->o.accounts->count; i++)
		if (t->keepers[i].account == account)
			return &t->keepers[i];
	return NULL;
}

static enum err waiter_add(struct keeper *k, void (*ready_cb)(void *, enum err, const char *), void *arg)
{
	struct waiter *w = k->waiter_count < WAITERS_MAX ? calloc(1, sizeof *w) : NULL;

	if (!w)
		return ERR_QUEUE_FULL;
	w->ready_cb = ready_cb;
	w->arg = arg;
	*k->waiters_end = w;
	k->waiters_end = &w->next;
	k->waiter_count++;
	return OK;
}

static void get_page_token(const struct keeper *k, const char *stale,
	void (*ready_cb)(void *, enum err, const char *), void *arg)
{
	const char *token = k->account->page_token;

	if (!token || (stale && strcmp(stale, token) == 0))
		ready_cb(arg, ERR_PERMISSION, NULL);
	else
		ready_cb(arg, OK, token);
}

void tokens_get(struct tokens *t, const struct account *account, const char *stale,
	void (*ready_cb)(void *arg, enum err err, const char *access_token), void *arg)
{
	struct keeper *k = keeper_of(t, account);
	enum err err;

	if (!account->oauth_base) {
		get_page_token(k, stale, ready_cb, arg);
		return;
	}
	if (stale && k->token.access && strcmp(stale, k->token.access) == 0)
		k->refused = true;
	if (usable(k)) {
		ready_cb(arg, OK, k->token.access);
		if (k->step == IDLE && clock_now_ms() >= k->renew_ms)
			timer_set(k);
		return;
	}
	if (t->closing || !renewable(k) || k->step == RESTING) {
		ready_cb(arg, t->closing ? ERR_CANCELED : renewable(k) ? ERR_NETWORK : ERR_PERMISSION, NULL);
		return;
	}
	err = waiter_add(k, ready_cb, arg);
	if (err != OK)
		ready_cb(arg, err, NULL);
	else if (k->step == IDLE)
		keeper_begin(k);
}

const char *tokens_state(const struct tokens *t, const struct account *account)
{
	const struct keeper *k = keeper_of(t, account);

	if (!account->oauth_base)
		return account->page_token ? "good" : "none";
	if (k->token.state == TOKEN_CONSENT_NEEDED)
		return "consent_needed";
	if (usable(k))
		return "good";
	return !k->token.refresh ? "none" : k->step == RESTING ? "waiting" : "renewing";
}

/* --- Open and close. --- */

struct seed {
	const struct account *account;
	const struct token *token;
};

static enum err seed_job(struct store_tx *tx, void *arg)
{
	const struct seed *s = arg;

	return store_token_put(tx, s->account->adapter->name, s->account->id, s->token, clock_now_ms());
}

static void hash_hex(const char *secret, char ret_hex[2 * crypto_hash_sha256_BYTES + 1])
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, (const unsigned char *)secret, strlen(secret));
	sodium_bin2hex(ret_hex, 2 * sizeof hash + 1, hash, sizeof hash);
}

/* A refresh token in the file that the database does not know: an administrator consented again. */
static enum err keeper_seed(struct keeper *k)
{
	char hex[2 * crypto_hash_sha256_BYTES + 1];
	struct token token = {.state = TOKEN_GOOD, .refresh = k->account->refresh_token, .seed_hash = hex};
	struct seed seed = {k->account, &token};
	enum err err;

	if (!k->account->refresh_token)
		return OK;
	hash_hex(k->account->refresh_token, hex);
	if (k->token.seed_hash && strcmp(k->token.seed_hash, hex) == 0)
		return OK;
	token.generation = k->token.generation + 1;
	token.buttons_refused_until_ms = k->token.buttons_refused_until_ms;
	err = store_do(k->tokens->o.store, seed_job, &seed);
	return err == OK ? keeper_take(k, &token, 0) : err;
}

static enum err keeper_open(struct keeper *k, struct tokens *t, const struct account *account)
{
	enum err err;

	k->tokens = t;
	k->account = account;
	k->waiters_end = &k->waiters;
	arena_init(&k->arena, TOKEN_ARENA);
	arena_init(&k->work, TOKEN_ARENA);
	if (!account->oauth_base)
		return OK;
	err = loop_timer_open(t->o.loop, timer_due, k, &k->timer);
	if (err == OK)
		err = keeper_read(k);
	if (err == OK)
		err = keeper_seed(k);
	if (err != OK)
		return err;
	if (k->token.state ==
		TOKEN_PENDING) { /* stopped between the call and its commit: nobody knows what came of it */
		k->lost = true;
		k->renew_ms = 0;
	}
	if (!k->token.refresh)
		log_error("account=%s has no refresh token: nothing can be sent", account->name);
	if (k->token.state == TOKEN_CONSENT_NEEDED)
		log_error("account=%s consent needed: %s", account->name,
			k->token.reason ? k->token.reason : "");
	timer_set(k);
	return OK;
}

static void tokens_free(struct tokens *t)
{
	for (size_t i = 0; t->keepers && i < t->o.accounts->count; i++) {
		loop_timer_close(t->keepers[i].timer);
		arena_release(&t->keepers[i].arena);
		arena_release(&t->keepers[i].work);
	}
	store_reader_close(t->reader);
	free(t->keepers);
	free(t);
}

enum err tokens_open(const struct tokens_options *o, struct tokens **ret_tokens, struct why *why)
{
	struct tokens *t = calloc(1, sizeof *t);
	enum err err = ERR_NOMEM;

	if (!t || sodium_init() < 0)
		goto out;
	t->o = *o;
	t->keepers = calloc(o->accounts->count ? o->accounts->count : 1, sizeof *t->keepers);
	if (!t->keepers)
		goto out;
	err = store_reader_open(o->state_path, &t->reader, why);
	if (err != OK)
		goto free;
	for (size_t i = 0; err == OK && i < o->accounts->count; i++)
		err = keeper_open(&t->keepers[i], t, &o->accounts->items[i]);
	if (err == OK) {
		*ret_tokens = t;
		return OK;
	}
out:
	why_set(why, err, "could not read the platforms' tokens: %s", err_words(err));
free:
	if (t)
		tokens_free(t);
	return err;
}

static void tokens_end(struct tokens *t)
{
	void (*closed_cb)(void *arg) = t->closed_cb;
	void *arg = t->closed_arg;

	if (!t->closing)
		return;
	for (size_t i = 0; i < t->o.accounts->count; i++)
		if (t->keepers[i].step != IDLE && t->keepers[i].step != RESTING)
			return;
	tokens_free(t);
	closed_cb(arg);
}

void tokens_close(struct tokens *t, void (*closed_cb)(void *arg), void *arg)
{
	t->closing = true;
	t->closed_cb = closed_cb;
	t->closed_arg = arg;
	for (size_t i = 0; i < t->o.accounts->count; i++)
		waiters_release(&t->keepers[i], ERR_CANCELED);
	tokens_end(t);
}
