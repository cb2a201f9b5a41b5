/* seal.c - signatures and tokens of the emulated platforms, written without a look at the adapters: two readings of
 * the same facts (platforms.md 2.3, 2.13, 3.3) that must agree.
 *
 * Zalo's tokens carry their OA, generation and time, and a MAC: "zat.OA.GENERATION.MS.MAC", "zrt.OA.GENERATION.MAC". So a
 * sandbox that was started again knows its tokens, and a daemon that kept the newest pair goes on with it. The refresh
 * token from the configuration is generation 0. */
#include "daemon/sandbox/sandbox_internal.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ACCESS_LIFE_MS = 90000 * 1000, TOKEN_SIZE = 256 };

void seal_zalo(const struct place *p, struct bytes body, const char *timestamp, char ret_mac[HEX_SIZE])
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const unsigned char *)p->conf.app_id, strlen(p->conf.app_id));
	crypto_hash_sha256_update(&state, (const unsigned char *)body.ptr, body.len);
	crypto_hash_sha256_update(&state, (const unsigned char *)timestamp, strlen(timestamp));
	crypto_hash_sha256_update(
		&state, (const unsigned char *)p->conf.oa_secret, strlen(p->conf.oa_secret));
	crypto_hash_sha256_final(&state, hash);
	sodium_bin2hex(ret_mac, HEX_SIZE, hash, sizeof hash);
}

void seal_hmac(const char *key, struct bytes data, char ret_hex[HEX_SIZE])
{
	unsigned char hash[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, (const unsigned char *)key, strlen(key));
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)data.ptr, data.len);
	crypto_auth_hmacsha256_final(&state, hash);
	sodium_bin2hex(ret_hex, HEX_SIZE, hash, sizeof hash);
}

static char *token_seal(struct arena *a, const struct place *p, const char *body)
{
	char mac[HEX_SIZE];

	seal_hmac(p->conf.app_secret, (struct bytes){body, strlen(body)}, mac);
	return arena_printf(a, "%s.%s", body, mac);
}

char *token_access(struct arena *a, const struct place *p, int64_t now_ms)
{
	char body[TOKEN_SIZE];

	snprintf(body, sizeof body, "zat.%s.%" PRIu64 ".%" PRId64, p->conf.id, p->generation, now_ms);
	return token_seal(a, p, body);
}

char *token_refresh(struct arena *a, const struct place *p)
{
	char body[TOKEN_SIZE];

	snprintf(body, sizeof body, "zrt.%s.%" PRIu64, p->conf.id, p->generation);
	return token_seal(a, p, body);
}

/* Checks the MAC; the numbers behind "kind.OA." come out. */
static bool token_open(
	const struct place *p, const char *token, const char *kind, uint64_t *ret_generation, int64_t *ret_ms)
{
	char body[TOKEN_SIZE], start[TOKEN_SIZE], mac[HEX_SIZE];
	const char *dot = strrchr(token, '.');
	size_t len = dot ? (size_t)(dot - token) : 0, start_len;
	char *end;

	if (len == 0 || len >= sizeof body)
		return false;
	memcpy(body, token, len);
	body[len] = '\0';
	snprintf(start, sizeof start, "%s.%s.", kind, p->conf.id);
	start_len = strlen(start);
	seal_hmac(p->conf.app_secret, (struct bytes){body, len}, mac);
	if (strncmp(body, start, start_len) != 0 || strcmp(dot + 1, mac) != 0)
		return false;
	*ret_generation = strtoull(body + start_len, &end, 10);
	*ret_ms = *end == '.' ? strtoll(end + 1, NULL, 10) : 0;
	return true;
}

enum token_state token_access_check(struct place *p, const char *token, int64_t now_ms)
{
	uint64_t generation;
	int64_t issued_ms;

	if (!token_open(p, token, "zat", &generation, &issued_ms) || generation < p->generation ||
		generation <= p->revoked_up_to)
		return TOKEN_INVALID;
	p->generation = generation;
	return now_ms - issued_ms > ACCESS_LIFE_MS || generation <= p->expired_up_to ? TOKEN_EXPIRED
										     : TOKEN_GOOD;
}

bool token_refresh_take(struct place *p, const char *token)
{
	uint64_t generation = 0;
	int64_t none;

	if (strcmp(token, p->conf.refresh_token) != 0 && !token_open(p, token, "zrt", &generation, &none))
		return false;
	if (generation < p->generation)
		return false;
	p->generation = generation + 1;
	return true;
}
