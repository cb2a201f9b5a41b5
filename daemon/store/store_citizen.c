/* store_citizen.c - one row a citizen and account, made by whatever happens first. */
#include "daemon/store/store_citizen.h"
#include "daemon/store/store_internal.h"

enum err store_citizen_get(
	struct store_reader *r, struct arena *a, const struct citizen_key *key, struct citizen *ret_citizen)
{
	struct citizen citizen = {0};
	bool failed = false;
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db,
		"SELECT conversation, conversation_ms, last_ms, paused_until_ms, unfollowed, unreachable "
		"FROM citizen WHERE channel = ? AND account = ? AND user = ?",
		&stmt);
	int code;

	if (err)
		return err;
	store_bind_text(stmt, 1, key->channel);
	store_bind_text(stmt, 2, key->account);
	store_bind_text(stmt, 3, key->user);
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		citizen = (struct citizen){
			.conversation = store_column_text(a, stmt, 0, &failed),
			.conversation_ms = sqlite3_column_int64(stmt, 1),
			.last_ms = sqlite3_column_int64(stmt, 2),
			.paused_until_ms = sqlite3_column_int64(stmt, 3),
			.unfollowed = sqlite3_column_int(stmt, 4) != 0,
			.unreachable = sqlite3_column_int(stmt, 5) != 0,
		};
	store_db_done(stmt);
	err = failed ? ERR_NOMEM : store_db_err(code);
	if (!err)
		*ret_citizen = citizen;
	return err;
}

/* ?1 to ?3 the key, ?4 a time, ?5 a text. */
static enum err change(struct store_tx *tx, const char *sql, const struct citizen_key *key, int64_t time_ms,
	const char *text)
{
	sqlite3_stmt *stmt;
	enum err err = key->channel && key->account && key->user ? OK : ERR_FORMAT;

	if (!err)
		err = store_db_prepare(&tx->db, sql, &stmt);
	if (err)
		return err;
	store_bind_text(stmt, 1, key->channel);
	store_bind_text(stmt, 2, key->account);
	store_bind_text(stmt, 3, key->user);
	sqlite3_bind_int64(stmt, 4, time_ms);
	store_bind_text(stmt, 5, text);
	return store_db_run(&tx->db, stmt, NULL);
}

#define CITIZEN "INSERT INTO citizen (channel, account, user, "
#define OR_ELSE "ON CONFLICT DO UPDATE SET "

/* Events may come out of order: the window opens with the newest. */
enum err store_citizen_touch(struct store_tx *tx, const struct citizen_key *key, int64_t at_ms)
{
	return change(tx,
		CITIZEN "last_ms) VALUES (?1, ?2, ?3, ?4) " OR_ELSE
			"last_ms = max(last_ms, ?4), unfollowed = 0, unreachable = 0",
		key, at_ms, NULL);
}

enum err store_citizen_pause(struct store_tx *tx, const struct citizen_key *key, int64_t until_ms)
{
	return change(tx, CITIZEN "paused_until_ms) VALUES (?1, ?2, ?3, ?4) " OR_ELSE "paused_until_ms = ?4",
		key, until_ms, NULL);
}

enum err store_citizen_unfollow(struct store_tx *tx, const struct citizen_key *key)
{
	return change(
		tx, CITIZEN "unfollowed) VALUES (?1, ?2, ?3, 1) " OR_ELSE "unfollowed = 1", key, 0, NULL);
}

enum err store_citizen_unreachable(struct store_tx *tx, const struct citizen_key *key)
{
	return change(
		tx, CITIZEN "unreachable) VALUES (?1, ?2, ?3, 1) " OR_ELSE "unreachable = 1", key, 0, NULL);
}

enum err store_citizen_remember(
	struct store_tx *tx, const struct citizen_key *key, const char *conversation, int64_t now_ms)
{
	return change(tx,
		CITIZEN "conversation_ms, conversation) VALUES (?1, ?2, ?3, ?4, ?5) " OR_ELSE
			"conversation_ms = ?4, conversation = ?5",
		key, now_ms, conversation);
}

enum err store_citizen_remember_unless(struct store_tx *tx, const struct citizen_key *key,
	const char *conversation, int64_t before_ms, int64_t now_ms)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db,
		"UPDATE citizen SET conversation_ms = ?4, conversation = ?5 WHERE channel = ?1 AND account = ?2 AND "
		"user = ?3 AND conversation_ms = ?6",
		&stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, key->channel);
	store_bind_text(stmt, 2, key->account);
	store_bind_text(stmt, 3, key->user);
	sqlite3_bind_int64(stmt, 4, now_ms);
	store_bind_text(stmt, 5, conversation);
	sqlite3_bind_int64(stmt, 6, before_ms);
	return store_db_run(&tx->db, stmt, NULL);
}
