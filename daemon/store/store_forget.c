/* store_forget.c - one citizen's data, table by table. The questions go before the messages they are found by. */
#include "daemon/store/store_forget.h"
#include "daemon/store/store_internal.h"

#define OF_CITIZEN "user = ?3 AND channel = ?1 AND account = ?2"

struct eraser {
	struct store_tx *tx;
	const struct citizen_key *citizen;
	unsigned char hash[STORE_CITIZEN_HASH];
	int64_t now_ms;
	enum err err;
};

/* ?1 to ?3 the citizen, ?4 their hash, ?5 now. How many rows it touched; after a failure nothing is done any more. */
static int64_t erase(struct eraser *e, const char *sql)
{
	sqlite3_stmt *stmt;
	int changes = 0;

	if (!e->err)
		e->err = store_db_prepare(&e->tx->db, sql, &stmt);
	if (e->err)
		return 0;
	store_bind_text(stmt, 1, e->citizen->channel);
	store_bind_text(stmt, 2, e->citizen->account);
	store_bind_text(stmt, 3, e->citizen->user);
	sqlite3_bind_blob(stmt, 4, e->hash, sizeof e->hash, SQLITE_STATIC);
	sqlite3_bind_int64(stmt, 5, e->now_ms);
	e->err = store_db_run(&e->tx->db, stmt, &changes);
	return changes;
}

static int64_t erase_cases(struct eraser *e)
{
	erase(e,
		"INSERT INTO case_step (case_id, time_ms, who, what) SELECT id, ?5, 'citizen', 'erased' FROM "
		"case_file WHERE " OF_CITIZEN);
	return erase(e,
		"UPDATE case_file SET user = NULL, citizen = NULL, what = NULL, place = NULL, happened = "
		"NULL, revision = revision + 1, state = iif(state IN ('new', 'working'), 'withdrawn', "
		"state) WHERE " OF_CITIZEN);
}

enum err store_forget(struct store_tx *tx, const struct citizen_key *citizen, int64_t now_ms,
	struct forgotten *ret_forgotten)
{
	struct eraser e = {.tx = tx, .citizen = citizen, .now_ms = now_ms};
	struct forgotten f = {0};

	e.err = citizen->user ? store_citizen_hash(tx, citizen, e.hash) : ERR_FORMAT;
	f.questions =
		erase(&e, "UPDATE question SET text = NULL, citizen = NULL WHERE citizen = ?4 OR event_id IN "
			  "(SELECT id FROM event WHERE " OF_CITIZEN ")");
	f.messages =
		erase(&e, "UPDATE event SET user = NULL, conversation_id = NULL, text = NULL, payload = NULL "
			  "WHERE settled_ms IS NOT NULL AND " OF_CITIZEN);
	f.replies = erase(&e, "DELETE FROM outbox WHERE state NOT IN ('sending', 'unknown') AND " OF_CITIZEN);
	f.waits = erase(&e,
		"UPDATE wait SET user = NULL, conversation_id = NULL, consent_ms = NULL, changed_ms = "
		"?5, state = iif(state IN ('told', 'fetched'), state, 'withdrawn') WHERE " OF_CITIZEN);
	f.cases = erase_cases(&e);
	f.ratings = erase(&e, "UPDATE rating SET citizen = NULL, text = NULL WHERE citizen = ?4");
	f.consents = erase(&e, "DELETE FROM consent WHERE " OF_CITIZEN);
	erase(&e, "UPDATE turn SET citizen = NULL WHERE citizen = ?4");
	erase(&e, "DELETE FROM citizen WHERE " OF_CITIZEN);
	if (!e.err)
		*ret_forgotten = f;
	return e.err;
}
