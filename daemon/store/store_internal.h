/* store_internal.h - for store*.c only: what a transaction and a reader are made of. */
#ifndef MOTCUA_STORE_INTERNAL_H
#define MOTCUA_STORE_INTERNAL_H

#include "daemon/store/store_citizen.h"

#include <sqlite3.h>

#define STORE_STATEMENTS 512 /* more than all of store_*.c have */

struct store_db { /* a connection with its prepared statements, keyed by the SQL's address */
	sqlite3 *sqlite;
	struct {
		const char *sql;
		sqlite3_stmt *stmt;
	} statements[STORE_STATEMENTS];
};
struct store_tx {
	struct store_db db;
};
struct store_reader {
	struct store_db db;
};

/* --- Connections ------------------------------------------------------------------------------------- */

enum store_mode { STORE_READ, STORE_WRITE, STORE_CHECKPOINT };

/* Opens the file as it is (STORE_WRITE makes it, mode 0600) with the settings of its mode; the schema is not looked at. */
enum err store_db_open(struct store_db *db, const char *path, enum store_mode mode, struct why *why);
void store_db_close(struct store_db *db); /* all zero is fine */

enum err store_db_err(int sqlite_code); /* SQLITE_FULL → ERR_DISK_FULL, SQLITE_BUSY → ERR_BUSY, … */
enum err store_db_exec(struct store_db *db, const char *sql);

/* Adds what reports count with: people(hash) and quantile(number, percent) (store_aggregates.c). An SQLite code. */
int store_aggregates_add(sqlite3 *db);

/* Makes or migrates the tables; ERR_NEWER when the file is of a newer program. `may_write` false: it must fit as it is. */
enum err store_schema_ready(struct store_db *db, const char *path, bool may_write, struct why *why);

/* The writer's lock: one a folder, held by the daemon; the descriptor ends it. ERR_BUSY: another process has it. */
enum err store_lock(const char *path, int *ret_fd, struct why *why);

/* --- Statements -------------------------------------------------------------------------------------- */

/* Prepared once per connection (string literals only: the address is the key), reset by store_db_done(). */
enum err store_db_prepare(struct store_db *db, const char *sql, sqlite3_stmt **ret_stmt);
void store_db_done(sqlite3_stmt *stmt); /* resets and clears bindings; NULL is fine */

/* Runs a statement that gives no rows, and is done with it. *ret_changes (may be NULL): rows it touched. */
enum err store_db_run(struct store_db *db, sqlite3_stmt *stmt, int *ret_changes);

/* Bound text is borrowed until store_db_done(); NULL binds NULL. */
void store_bind_text(sqlite3_stmt *stmt, int place, const char *text);
/* The column's text in `a`; NULL for NULL, *ret_failed set when memory is out. */
const char *store_column_text(struct arena *a, sqlite3_stmt *stmt, int column, bool *ret_failed);

/* What tells one citizen from another without naming them: a hash keyed with a secret of this database (store_turn.c). */
#define STORE_CITIZEN_HASH 8 /* bytes: enough to tell people apart, of no use to find one */
enum err store_citizen_hash(
	struct store_tx *tx, const struct citizen_key *citizen, unsigned char ret_hash[STORE_CITIZEN_HASH]);

/* Reads the columns of the row `stmt` stands on into the item its list is made of. */
typedef enum err (*store_row_read)(sqlite3_stmt *stmt, struct arena *a, void *ret_item);

/* What a bound statement finds; each is done with the statement. `ret_items` is the address of a pointer to items of `size`
 * bytes; the statement itself says LIMIT `max`. */
enum err store_db_rows(sqlite3_stmt *stmt, struct arena *a, store_row_read read, size_t size, size_t max,
	void *ret_items, size_t *ret_count);
enum err store_db_row(
	sqlite3_stmt *stmt, struct arena *a, store_row_read read, void *ret_item); /* ERR_NOT_FOUND */
enum err store_db_count(sqlite3_stmt *stmt, size_t *ret_count); /* the first column of its only row */

/* The columns of a question from `id` to `cluster`, in the order of store_question.c, into a struct unresolved. */
#define STORE_QUESTION_COLUMNS 13
enum err store_question_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item);

/* --- Parts of a reply as JSON (store_parts.c) -------------------------------------------------------- */

struct parts;
enum err store_parts_print(const struct parts *parts, char **ret_json); /* free() it */
enum err store_parts_read(struct arena *a, const char *json, struct parts *ret_parts);

#endif
