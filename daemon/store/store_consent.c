/* store_consent.c - the ledger of consent. */
#include "daemon/store/store_consent.h"
#include "daemon/store/store_internal.h"

#define LINES_MAX 1000

enum err store_consent_add(struct store_tx *tx, const struct citizen_key *citizen, const struct consent *line)
{
	sqlite3_stmt *stmt;
	enum err err = citizen->user
			       ? store_db_prepare(&tx->db,
					 "INSERT INTO consent (time_ms, channel, account, user, purpose, "
					 "notice, given) VALUES (?, ?, ?, ?, ?, ?, ?)",
					 &stmt)
			       : ERR_FORMAT;

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, line->time_ms);
	store_bind_text(stmt, 2, citizen->channel);
	store_bind_text(stmt, 3, citizen->account);
	store_bind_text(stmt, 4, citizen->user);
	store_bind_text(stmt, 5, line->purpose);
	store_bind_text(stmt, 6, line->notice);
	sqlite3_bind_int(stmt, 7, line->given);
	return store_db_run(&tx->db, stmt, NULL);
}

static enum err line_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	bool failed = false;

	*(struct consent *)ret_item = (struct consent){
		.time_ms = sqlite3_column_int64(stmt, 0),
		.purpose = store_column_text(a, stmt, 1, &failed),
		.notice = store_column_text(a, stmt, 2, &failed),
		.given = sqlite3_column_int(stmt, 3) != 0,
	};
	return failed ? ERR_NOMEM : OK;
}

enum err store_consent_list(struct store_reader *r, struct arena *a, const struct citizen_key *citizen,
	struct consent **ret_lines, size_t *ret_count)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db,
		"SELECT time_ms, purpose, notice, given FROM consent WHERE user = ?1 AND channel = ?2 AND "
		"account = ?3 ORDER BY id LIMIT ?4",
		&stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, citizen->user);
	store_bind_text(stmt, 2, citizen->channel);
	store_bind_text(stmt, 3, citizen->account);
	sqlite3_bind_int(stmt, 4, LINES_MAX);
	return store_db_rows(stmt, a, line_read, sizeof(struct consent), LINES_MAX, ret_lines, ret_count);
}
