/* store_internal.h - for store*.c only: what a transaction and a reader are made of. */
#ifndef MOTCUA_STORE_INTERNAL_H
#define MOTCUA_STORE_INTERNAL_H

#include "daemon/store/store.h"

#include <sqlite3.h>

struct store_db { /* a connection with its prepared statements, keyed by the SQL's address */
	sqlite3 *sqlite;
	struct store_statement *statements;
};
struct store_tx {
	struct store_db db;
};
struct store_reader {
	struct store_db db;
};

/* Prepared once per connection (string literals only: the address is the key), reset by store_db_done(). */
enum err store_db_prepare(struct store_db *db, const char *sql, sqlite3_stmt **ret_stmt);
void store_db_done(sqlite3_stmt *stmt); /* resets and clears bindings; NULL is fine */
enum err store_db_err(int sqlite_code); /* SQLITE_FULL → ERR_DISK_FULL, SQLITE_BUSY → ERR_BUSY, … */

#endif
