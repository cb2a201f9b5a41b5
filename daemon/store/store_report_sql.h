/* store_report_sql.h - for store_report*.c only: where the rows of each kind of figure are, and which of them a scope wants.
 * ?1 first moment, ?2 the one behind the last, ?3 units, ?4 channel, ?5 field, ?6 as of that day (store_report.h). */
#ifndef MOTCUA_STORE_REPORT_SQL_H
#define MOTCUA_STORE_REPORT_SQL_H

#include "daemon/store/store_internal.h"
#include "daemon/store/store_report.h"

#define WITHIN(time) "t." time " >= ?1 AND t." time " < ?2"
#define WANTED(unit, channel, field)                                                                         \
	" AND (?3 IS NULL OR " unit " IN (SELECT value FROM json_each(?3))) AND (?4 IS NULL OR " channel     \
	" = ?4) AND (?5 IS NULL OR " field " = ?5)"

/* The field is looked up only when it is asked for: behind an OR that holds, and in no join. */
#define FIELD_OF(event) "(SELECT turn_of.field FROM turn AS turn_of WHERE turn_of.event_id = " event ")"

#define TURN_FROM " FROM turn AS t WHERE " WITHIN("time_ms") WANTED("t.unit", "t.channel", "t.field")
#define RATING_FROM                                                                                          \
	" FROM rating AS t WHERE " WITHIN("time_ms") WANTED("t.unit", "t.channel", FIELD_OF("t.event_id"))
#define QUESTION_FROM                                                                                        \
	" FROM question AS t WHERE " WITHIN("created_ms")                                                    \
		WANTED("t.unit", "t.channel", FIELD_OF("t.event_id"))
#define WAIT_FROM                                                                                            \
	" FROM wait AS t LEFT JOIN question AS q ON q.id = t.question WHERE t.question IS NOT NULL AND " WITHIN("created_ms")           \
		WANTED("q.unit", "t.channel", FIELD_OF("q.event_id"))
#define CASE_FROM " FROM case_file AS t WHERE t.received_ms < ?2" WANTED("t.unit", "t.channel", "NULL")

/* Binds ?1 … ?6. */
void report_scope_bind(sqlite3_stmt *stmt, const struct report_scope *scope);

#endif
