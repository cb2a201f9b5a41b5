/* store_token.c - one row an account. The generation is what two processes that want to renew agree on. */
#include "daemon/store/store_internal.h"
#include "daemon/store/store_token.h"

#include <string.h>

static const char *const state_words[] = {
	[TOKEN_NONE] = "none",
	[TOKEN_GOOD] = "good",
	[TOKEN_PENDING] = "pending",
	[TOKEN_CONSENT_NEEDED] = "consent_needed",
};

static enum token_state state_of(const char *word)
{
	for (size_t i = 0; i <= TOKEN_CONSENT_NEEDED; i++)
		if (word && strcmp(state_words[i], word) == 0)
			return (enum token_state)i;
	return TOKEN_NONE;
}

enum err store_token_get(struct store_reader *r, struct arena *a, const char *channel, const char *account,
	struct token *ret_token)
{
	struct token token = {0};
	bool failed = false;
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db,
		"SELECT state, access, refresh, expires_ms, generation, pending_ms, seed_hash, reason, "
		"buttons_refused_until_ms FROM token WHERE channel = ? AND account = ?",
		&stmt);
	int code;

	if (err)
		return err;
	store_bind_text(stmt, 1, channel);
	store_bind_text(stmt, 2, account);
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		token = (struct token){
			.state = state_of((const char *)sqlite3_column_text(stmt, 0)),
			.access = store_column_text(a, stmt, 1, &failed),
			.refresh = store_column_text(a, stmt, 2, &failed),
			.expires_ms = sqlite3_column_int64(stmt, 3),
			.generation = sqlite3_column_int64(stmt, 4),
			.pending_ms = sqlite3_column_int64(stmt, 5),
			.seed_hash = store_column_text(a, stmt, 6, &failed),
			.reason = store_column_text(a, stmt, 7, &failed),
			.buttons_refused_until_ms = sqlite3_column_int64(stmt, 8),
		};
	store_db_done(stmt);
	err = failed ? ERR_NOMEM : store_db_err(code);
	if (!err)
		*ret_token = token;
	return err;
}

enum err store_token_put(struct store_tx *tx, const char *channel, const char *account,
	const struct token *token, int64_t now_ms)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db,
		"INSERT INTO token (channel, account, state, access, refresh, expires_ms, generation, "
		"pending_ms, "
		"seed_hash, reason, changed_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
		"ON CONFLICT DO UPDATE SET state = excluded.state, access = excluded.access, "
		"refresh = excluded.refresh, expires_ms = excluded.expires_ms, generation = "
		"excluded.generation, "
		"pending_ms = excluded.pending_ms, seed_hash = excluded.seed_hash, reason = excluded.reason, "
		"changed_ms = excluded.changed_ms",
		&stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, channel);
	store_bind_text(stmt, 2, account);
	store_bind_text(stmt, 3, state_words[token->state]);
	store_bind_text(stmt, 4, token->access);
	store_bind_text(stmt, 5, token->refresh);
	sqlite3_bind_int64(stmt, 6, token->expires_ms);
	sqlite3_bind_int64(stmt, 7, token->generation);
	sqlite3_bind_int64(stmt, 8, token->pending_ms);
	store_bind_text(stmt, 9, token->seed_hash);
	store_bind_text(stmt, 10, token->reason);
	sqlite3_bind_int64(stmt, 11, now_ms);
	return store_db_run(&tx->db, stmt, NULL);
}

enum err store_token_begin(struct store_tx *tx, const char *channel, const char *account, int64_t generation,
	int64_t now_ms, int64_t stale_ms)
{
	int changes = 0;
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db,
		"INSERT INTO token (channel, account, state, pending_ms, changed_ms) "
		"SELECT ?1, ?2, 'pending', ?4, ?4 WHERE ?3 = 0 OR EXISTS "
		"(SELECT 1 FROM token WHERE channel = ?1 AND account = ?2) "
		"ON CONFLICT DO UPDATE SET state = 'pending', pending_ms = ?4, changed_ms = ?4 "
		"WHERE generation = ?3 AND (state <> 'pending' OR pending_ms <= ?4 - ?5)",
		&stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, channel);
	store_bind_text(stmt, 2, account);
	sqlite3_bind_int64(stmt, 3, generation);
	sqlite3_bind_int64(stmt, 4, now_ms);
	sqlite3_bind_int64(stmt, 5, stale_ms);
	err = store_db_run(&tx->db, stmt, &changes);
	return err || changes ? err : ERR_BUSY;
}

enum err store_token_buttons_refused(
	struct store_tx *tx, const char *channel, const char *account, int64_t until_ms)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db,
		"INSERT INTO token (channel, account, buttons_refused_until_ms) VALUES (?, ?, ?) "
		"ON CONFLICT DO UPDATE SET buttons_refused_until_ms = excluded.buttons_refused_until_ms",
		&stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, channel);
	store_bind_text(stmt, 2, account);
	sqlite3_bind_int64(stmt, 3, until_ms);
	return store_db_run(&tx->db, stmt, NULL);
}
