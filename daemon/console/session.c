#include "daemon/base/address.h"
#include "daemon/console/session.h"

#include "daemon/console/desk.h"

#include <sodium.h>
#include <string.h>

#define TOUCH_MS 60000 /* last_ms is written at most that often */

_Static_assert(SESSION_HASH_LEN == crypto_generichash_BYTES, "the hash fits its column");

static void token_hash(const char *token, uint8_t ret_hash[SESSION_HASH_LEN])
{
	crypto_generichash(ret_hash, SESSION_HASH_LEN, (const uint8_t *)token, strlen(token), NULL, 0);
}

const char *session_csrf(struct call *c, const char *token)
{
	static const char purpose[] = "motcua console csrf";
	uint8_t hash[SESSION_HASH_LEN];
	char text[TOKEN_SIZE];

	crypto_generichash(hash, sizeof hash, (const uint8_t *)purpose, sizeof purpose - 1,
		(const uint8_t *)token, strlen(token));
	sodium_bin2base64(text, sizeof text, hash, sizeof hash, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return arena_string(&c->arena, text);
}

const char *cookie_value(struct arena *a, const char *header, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = header; at && *at; at += strcspn(at, ";")) {
		at += strspn(at, "; \t");
		if (strncmp(at, name, len) == 0 && at[len] == '=')
			return arena_copy(a, at + len + 1, strcspn(at + len + 1, "; \t"));
	}
	return NULL;
}

/* --- Where a request comes from --- */

static bool is_https(const struct call *c)
{
	const char *proto = address_is_local(c->in) ? http_header(c->in, "X-Forwarded-Proto") : NULL;

	return (proto && strcasecmp(proto, "https") == 0) ||
	       (c->o->origin && strncmp(c->o->origin, "https://", 8) == 0);
}

/* "https://host:port" of the page that sent it: ours? */
static bool origin_is_ours(const struct call *c, const char *origin)
{
	const char *host = http_header(c->in, "Host"), *at = strstr(origin, "://");

	if (c->o->origin && strcasecmp(c->o->origin, origin) == 0)
		return true;
	return at && host && strcasecmp(at + 3, host) == 0;
}

static bool same_site(const struct call *c)
{
	const char *origin = http_header(c->in, "Origin"), *site = http_header(c->in, "Sec-Fetch-Site");

	if (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
		return false;
	return !origin || origin_is_ours(c, origin);
}

static bool type_is(const struct call *c, const char *type)
{
	const char *header = http_header(c->in, "Content-Type");
	size_t len = strlen(type);

	return header && strncasecmp(header, type, len) == 0 && strchr("; \t", header[len]);
}

static bool csrf_is_right(struct call *c)
{
	const char *given = http_header(c->in, "X-CSRF-Token"), *right = session_csrf(c, c->token);

	return given && right && strlen(given) == strlen(right) &&
	       sodium_memcmp(given, right, strlen(right)) == 0;
}

bool session_allows(struct call *c)
{
	const char *code = NULL;

	if (!same_site(c))
		code = "cross_site";
	else if (c->signed_in && !csrf_is_right(c))
		code = "csrf";
	if (code) {
		call_refuse(c, 403, code, NULL);
		return false;
	}
	if (type_is(c, c->route->raw ? "application/octet-stream" : "application/json"))
		return true;
	call_refuse(c, 415, "content_type", NULL);
	return false;
}

/* --- Sessions --- */

static enum err touch_job(struct store_tx *tx, void *arg)
{
	const struct call *c = arg;

	return store_session_touch(tx, c->session.hash, c->now_ms);
}

enum err session_find(struct call *c)
{
	const char *token = cookie_value(&c->arena, http_header(c->in, "Cookie"), SESSION_COOKIE);
	uint8_t hash[SESSION_HASH_LEN];
	struct session s;
	enum err err;

	if (!token || !*token)
		return OK;
	token_hash(token, hash);
	err = store_session_get(c->reader, &c->arena, hash, &s);
	if (err)
		return err == ERR_NOT_FOUND ? OK : err;
	if (c->now_ms - s.last_ms >= c->o->idle_ms || c->now_ms - s.created_ms >= c->o->absolute_ms ||
		!roles_read(s.staff.roles, &c->roles))
		return OK;
	c->session = s;
	c->token = token;
	c->signed_in = true;
	return c->now_ms - s.last_ms >= TOUCH_MS ? store_do(c->o->store, touch_job, c) : OK;
}

static void cookie_set(struct call *c, const char *value, const char *more)
{
	call_header(c, "Set-Cookie",
		arena_printf(&c->out->arena,
			SESSION_COOKIE "=%s; Path=/console; HttpOnly; SameSite=Strict%s%s", value,
			is_https(c) ? "; Secure" : "", more));
}

void session_cookie_end(struct call *c)
{
	cookie_set(c, "", "; Max-Age=0");
}

static enum err begin_job(struct store_tx *tx, void *arg)
{
	const struct call *c = arg;
	enum err err = store_session_purge(tx, c->now_ms - c->o->idle_ms, c->now_ms - c->o->absolute_ms);

	return err ? err : store_session_add(tx, &c->session);
}

enum err session_begin(struct call *c, const char *name)
{
	uint8_t random[32];
	char token[TOKEN_SIZE];
	enum err err;

	randombytes_buf(random, sizeof random);
	sodium_bin2base64(
		token, sizeof token, random, sizeof random, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	c->token = arena_string(&c->arena, token);
	c->session.staff.name = name;
	c->session.created_ms = c->session.last_ms = c->now_ms;
	token_hash(token, c->session.hash);
	err = c->token ? call_write(c, begin_job, c, "sign_in", NULL, NULL) : ERR_NOMEM;
	if (!err)
		cookie_set(c, token, "");
	return err;
}
