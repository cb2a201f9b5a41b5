/* store_turn.c - one row a turn. The key of the citizens' hash is made with the first row and stays in this database: who has
 * the table alone cannot try names. */
#include "daemon/store/store_turn.h"
#include "daemon/store/store_internal.h"

#include <sodium.h>
#include <string.h>

static enum err key_read(
	struct store_tx *tx, unsigned char ret_key[crypto_generichash_KEYBYTES], bool *ret_found)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db, "SELECT value FROM secret WHERE name = 'citizen'", &stmt);
	int code;

	if (err)
		return err;
	code = sqlite3_step(stmt);
	*ret_found = code == SQLITE_ROW && sqlite3_column_bytes(stmt, 0) == crypto_generichash_KEYBYTES;
	if (*ret_found)
		memcpy(ret_key, sqlite3_column_blob(stmt, 0), crypto_generichash_KEYBYTES);
	store_db_done(stmt);
	return store_db_err(code);
}

static enum err key_make(struct store_tx *tx, unsigned char ret_key[crypto_generichash_KEYBYTES])
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db,
		"INSERT INTO secret (name, value) VALUES ('citizen', ?) ON CONFLICT (name) DO UPDATE SET "
		"value = excluded.value",
		&stmt);

	if (err)
		return err;
	crypto_generichash_keygen(ret_key);
	sqlite3_bind_blob(stmt, 1, ret_key, crypto_generichash_KEYBYTES, SQLITE_STATIC);
	return store_db_run(&tx->db, stmt, NULL);
}

enum err store_citizen_hash(
	struct store_tx *tx, const struct citizen_key *citizen, unsigned char ret_hash[STORE_CITIZEN_HASH])
{
	const char *const words[] = {citizen->channel, citizen->account, citizen->user};
	unsigned char key[crypto_generichash_KEYBYTES], hash[crypto_generichash_BYTES];
	crypto_generichash_state state;
	bool found = false;
	enum err err = key_read(tx, key, &found);

	if (!err && !found)
		err = key_make(tx, key);
	if (err)
		return err;
	crypto_generichash_init(&state, key, sizeof key, crypto_generichash_BYTES);
	for (size_t i = 0; i < sizeof words / sizeof *words;
		i++) /* with their NUL: "a", "bc" is not "ab", "c" */
		crypto_generichash_update(&state, (const unsigned char *)words[i], strlen(words[i]) + 1);
	crypto_generichash_final(&state, hash, sizeof hash);
	memcpy(ret_hash, hash, STORE_CITIZEN_HASH);
	sodium_memzero(key, sizeof key);
	return OK;
}

static void fact_bind(sqlite3_stmt *stmt, const struct turn_fact *fact)
{
	sqlite3_bind_int64(stmt, 1, fact->event_id);
	sqlite3_bind_int64(stmt, 2, fact->time_ms);
	store_bind_text(stmt, 3, fact->citizen.channel);
	store_bind_text(stmt, 4, fact->citizen.account);
	store_bind_text(stmt, 5, fact->unit);
	store_bind_text(stmt, 7, fact->outcome);
	store_bind_text(stmt, 8, fact->record);
	if (fact->version)
		sqlite3_bind_int64(stmt, 9, fact->version);
	store_bind_text(stmt, 10, fact->facet);
	if (fact->confidence >= 0)
		sqlite3_bind_double(stmt, 11, fact->confidence);
	store_bind_text(stmt, 12, fact->field);
}

enum err store_turn_add(struct store_tx *tx, const struct turn_fact *fact)
{
	unsigned char hash[STORE_CITIZEN_HASH];
	sqlite3_stmt *stmt;
	int added = 0;
	enum err err = fact->citizen.user ? store_citizen_hash(tx, &fact->citizen, hash) : OK;

	if (!err)
		err = store_db_prepare(&tx->db,
			"INSERT INTO turn (event_id, time_ms, channel, account, unit, citizen, outcome, "
			"record, version, "
			"facet, confidence, field) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event_id) "
			"DO NOTHING",
			&stmt);
	if (err)
		return err;
	fact_bind(stmt, fact);
	if (fact->citizen.user)
		sqlite3_bind_blob(stmt, 6, hash, sizeof hash, SQLITE_STATIC);
	err = store_db_run(&tx->db, stmt, &added);
	return err || added ? err : ERR_EXISTS;
}

enum err store_turn_asked(struct store_reader *r, struct arena *a, int64_t since_ms, size_t max,
	struct asked_record **ret_items, size_t *ret_count)
{
	struct asked_record *items = arena_array(a, max ? max : 1, sizeof *items);
	bool failed = false;
	sqlite3_stmt *stmt;
	size_t count = 0;
	int code = SQLITE_ROW;
	enum err err =
		items ? store_db_prepare(&r->db,
				"SELECT record, count(*) AS people FROM (SELECT DISTINCT record, "
				"citizen, time_ms / 86400000 FROM turn WHERE time_ms >= ?1 AND outcome "
				"= 'answer' AND record IS NOT NULL) GROUP BY record ORDER BY people "
				"DESC, record LIMIT ?2",
				&stmt)
		      : ERR_NOMEM;

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, since_ms);
	sqlite3_bind_int64(stmt, 2, (int64_t)max);
	while (!failed && (code = sqlite3_step(stmt)) == SQLITE_ROW)
		items[count++] = (struct asked_record){
			store_column_text(a, stmt, 0, &failed), (uint32_t)sqlite3_column_int64(stmt, 1)};
	store_db_done(stmt);
	if (failed || code != SQLITE_DONE)
		return failed ? ERR_NOMEM : store_db_err(code);
	*ret_items = items;
	*ret_count = count;
	return OK;
}
