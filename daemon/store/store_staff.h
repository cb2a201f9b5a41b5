/* store_staff.h - who may use the console, and who is signed in. Passwords come and go as Argon2id strings, session tokens
 * as hashes: nothing in these tables opens a door. */
#ifndef MOTCUA_STORE_STAFF_H
#define MOTCUA_STORE_STAFF_H

#include "daemon/store/store.h"

struct staff {
	const char *name;     /* "lan.nguyen" */
	const char *display;  /* "Nguyễn Thị Lan" */
	const char *password; /* Argon2id string */
	const char *roles;    /* "editor,approver" */
	const char *unit;     /* NULL: all */
	bool disabled, must_change;
	unsigned failed_count;
	int64_t locked_until_ms, created_ms;
};

/* Strings in `a`. ERR_NOT_FOUND. */
enum err store_staff_get(struct store_reader *r, struct arena *a, const char *name, struct staff *ret_staff);
/* In order of name, from the `skip`th on, at most `max`; *ret_total of all. */
enum err store_staff_list(struct store_reader *r, struct arena *a, size_t skip, size_t max, struct staff **ret_items,
	size_t *ret_count, size_t *ret_total);

/* Jobs. */
enum err store_staff_add(struct store_tx *tx, const struct staff *staff); /* ERR_EXISTS */
/* Display, roles, unit and disabled as in `staff`; who is disabled is signed out. ERR_NOT_FOUND; ERR_PERMISSION: nobody of
 * role "admin" would be left who may sign in. */
enum err store_staff_change(struct store_tx *tx, const struct staff *staff);
enum err store_staff_disable(struct store_tx *tx, const char *name, bool disabled); /* the same, that alone */
/* A new password ends their sessions but the one of `keep_hash` (NULL: all), and a lock. ERR_NOT_FOUND. */
enum err store_staff_password(struct store_tx *tx, const char *name, const char *password, bool must_change,
	const uint8_t *keep_hash);
/* A wrong password: the `max`th in a row locks until `locked_until_ms`. *ret_locked (may be NULL): it did. */
enum err store_staff_failed(struct store_tx *tx, const char *name, unsigned max, int64_t locked_until_ms, bool *ret_locked);

#define SESSION_HASH_LEN 32 /* bytes */

struct session {
	uint8_t hash[SESSION_HASH_LEN];
	int64_t created_ms, last_ms;
	struct staff staff; /* as they are now; not written by store_session_add() but for the name */
};

/* ERR_NOT_FOUND: nobody of that hash, or they are disabled. Strings in `a`. */
enum err store_session_get(struct store_reader *r, struct arena *a, const uint8_t *hash, struct session *ret_session);
/* Jobs. */
enum err store_session_add(struct store_tx *tx, const struct session *session); /* forgets failed sign-ins, too */
enum err store_session_touch(struct store_tx *tx, const uint8_t *hash, int64_t now_ms);
enum err store_session_end(struct store_tx *tx, const uint8_t *hash);
/* Those last seen, or begun, before these go. */
enum err store_session_purge(struct store_tx *tx, int64_t last_before_ms, int64_t created_before_ms);

#endif
