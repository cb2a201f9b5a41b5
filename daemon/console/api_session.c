/* api_session.c - sign in, sign out, who am I, another password. */
#include "daemon/base/address.h"
#include "daemon/base/log.h"
#include "daemon/console/desk.h"
#include "daemon/console/knowledge.h"
#include "daemon/console/password.h"
#include "daemon/console/session.h"

#include <sodium.h>
#include <string.h>

#define NAME_MAX_LEN 64

enum err api_session_sign_in(struct call *c);
enum err api_session_sign_out(struct call *c);
enum err api_session_me(struct call *c);
enum err api_session_password(struct call *c);

static void put_staff(struct call *c, const struct staff *staff, unsigned roles)
{
	cJSON *json = put_object(c->json, "staff"), *list;

	put_text(json, "name", staff->name);
	put_text(json, "display", staff->display);
	list = put_list(json, "roles");
	for (unsigned i = 0; i < ROLE_COUNT; i++)
		if (roles & 1u << i)
			list_text(list, role_word((enum role_bit)i));
	put_text(json, "unit", staff->unit);
	put_bool(json, "must_change", staff->must_change);
}

/* A password as it was typed; refuses when there is none. */
static const char *password_of(struct call *c, const char *member)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(c->body, member);

	if (cJSON_IsString(item) && *item->valuestring && strlen(item->valuestring) <= PASSWORD_MAX)
		return item->valuestring;
	call_refuse(c, 400, cJSON_IsString(item) && *item->valuestring ? "password_long" : "missing", member);
	return NULL;
}

/* --- Signing in --- */

struct failure {
	const char *name;
	int64_t until_ms;
	bool locked;
};

static enum err failure_job(struct store_tx *tx, void *arg)
{
	struct failure *f = arg;
	struct audit entry = {.time_ms = f->until_ms - LOCK_MS, .who = f->name, .what = "locked"};
	enum err err = store_staff_failed(tx, f->name, SIGN_IN_FAILURES, f->until_ms, &f->locked);

	return err || !f->locked ? err : store_audit_add(tx, &entry);
}

static enum err locked_out(struct call *c, const char *code)
{
	call_header(c, "Retry-After", "900");
	return call_refuse(c, 429, code, NULL);
}

static enum err wrong(struct call *c, const char *name, const char *address, bool known)
{
	struct console *console = c->desk->console;
	struct failure f = {.name = name, .until_ms = c->now_ms + LOCK_MS};
	enum err err = known ? store_do(c->o->store, failure_job, &f) : OK;

	limit_failed(&console->addresses, address, c->now_ms);
	if (!known)
		limit_failed(&console->unknown_names, name, c->now_ms);
	if (f.locked)
		log_warning("console=sign_in staff=%s address=%s: locked after %d wrong passwords", name,
			address, SIGN_IN_FAILURES);
	return err ? err : call_refuse(c, 401, "wrong", NULL);
}

static enum err welcome(struct call *c, const struct staff *staff)
{
	unsigned roles = 0;
	enum err err = roles_read(staff->roles, &roles) ? session_begin(c, staff->name) : ERR_STORE;

	if (err)
		return err;
	put_staff(c, staff, roles);
	put_text(c->json, "csrf", session_csrf(c, c->token));
	return OK;
}

enum err api_session_sign_in(struct call *c)
{
	struct console *console = c->desk->console;
	const char *name, *password, *address = address_of(&c->arena, c->in);
	struct staff staff = {0};
	enum err err;
	bool known;

	if (!want_text(c, "name", NAME_MAX_LEN, &name) || !(password = password_of(c, "password")))
		return OK;
	if (!address)
		return ERR_NOMEM;
	if (limit_blocked(&console->addresses, address, c->now_ms))
		return locked_out(c, "too_many");
	err = store_staff_get(c->reader, &c->arena, name, &staff);
	if (err && err != ERR_NOT_FOUND)
		return err;
	known = !err && !staff.disabled;
	if (known ? staff.locked_until_ms > c->now_ms
		  : limit_blocked(&console->unknown_names, name, c->now_ms))
		return locked_out(c, "locked");
	return password_fits(known ? staff.password : NULL, password) ? welcome(c, &staff)
								      : wrong(c, name, address, known);
}

static enum err end_job(struct store_tx *tx, void *arg)
{
	const struct call *c = arg;

	return store_session_end(tx, c->session.hash);
}

enum err api_session_sign_out(struct call *c)
{
	enum err err = call_write(c, end_job, c, "sign_out", NULL, NULL);

	if (!err)
		session_cookie_end(c);
	return err;
}

enum err api_session_me(struct call *c)
{
	cJSON *unit;

	put_staff(c, &c->session.staff, c->roles);
	put_text(c->json, "csrf", session_csrf(c, c->token));
	put_bool(c->json, "two_persons", c->o->two_persons);
	put_text(c->json, "today", c->today);
	unit = c->session.staff.unit ? put_object(c->json, "unit") : NULL;
	if (unit) {
		put_text(unit, "code", c->session.staff.unit);
		put_text(unit, "name", unit_name(c, c->session.staff.unit));
	}
	return OK;
}

/* --- Another password --- */

struct change {
	const struct call *call;
	char hash[PASSWORD_HASH_SIZE];
};

static enum err change_job(struct store_tx *tx, void *arg)
{
	const struct change *p = arg;
	const struct session *s = &p->call->session;

	return store_staff_password(tx, s->staff.name, p->hash, false, s->hash);
}

enum err api_session_password(struct call *c)
{
	const char *before, *after, *refused, *address = address_of(&c->arena, c->in);
	struct change p = {.call = c};
	enum err err;

	if (!(before = password_of(c, "old")) || !(after = password_of(c, "new")))
		return OK;
	if (!address)
		return ERR_NOMEM;
	if (limit_blocked(&c->desk->console->addresses, address, c->now_ms))
		return locked_out(c, "too_many");
	if (!password_fits(c->session.staff.password, before)) {
		limit_failed(&c->desk->console->addresses, address, c->now_ms);
		return call_refuse(c, 400, "password_wrong", "old");
	}
	refused =
		strcmp(before, after) == 0 ? "password_same" : password_refused(c->session.staff.name, after);
	if (refused)
		return call_refuse(c, 400, refused, "new");
	err = password_hash(after, p.hash);
	return err ? err : call_write(c, change_job, &p, "password", c->session.staff.name, NULL);
}
