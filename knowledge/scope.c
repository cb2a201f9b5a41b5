#include "knowledge/scope.h"

static enum err ask(struct kdb *k, sqlite3_stmt *stmt, bool *ret_has)
{
	int rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
	enum err err = stmt ? kdb_step_err(k, rc) : kdb_err(k);

	if (err == OK)
		*ret_has = rc == SQLITE_ROW && sqlite3_column_int(stmt, 0) != 0;
	if (stmt)
		sqlite3_reset(stmt);
	return err;
}

enum err scope_has_unit(struct kdb *k, const char *scope, const char *unit, bool *ret_has)
{
	return ask(k, kdb_bind(k, KDB_SCOPE_UNIT, "ss", unit, scope), ret_has);
}

enum err scope_has_record(struct kdb *k, const char *scope, const char *record, bool *ret_has)
{
	return ask(k, kdb_bind(k, KDB_SCOPE_RECORD, "ss", record, scope), ret_has);
}
