/* store_outbox.c - replies and the arrows between their states.
 * Each arrow is one UPDATE that names the state it starts from; when it touches no row, the row was
 * elsewhere. */
#include "daemon/base/mask.h"
#include "daemon/store/store_internal.h"
#include "daemon/store/store_outbox.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS                                                                                              \
	"id, event_id, channel, account, user, conversation_id, parts, part_next, state, attempts, plain, "  \
	"renewed, created_ms, due_ms, expires_ms, reason, message_ids"

static const char *const state_words[] = {
	[OUTBOX_DUE] = "due",
	[OUTBOX_SENDING] = "sending",
	[OUTBOX_UNKNOWN] = "unknown",
	[OUTBOX_SENT] = "sent",
	[OUTBOX_DEAD] = "dead",
};

const char *outbox_state_name(enum outbox_state state)
{
	return state_words[state];
}

static enum outbox_state state_of(const char *word)
{
	for (size_t i = 0; i <= OUTBOX_DEAD; i++)
		if (word && strcmp(state_words[i], word) == 0)
			return (enum outbox_state)i;
	return OUTBOX_DEAD; /* "dropped" */
}

enum err store_outbox_add(struct store_tx *tx, const struct outbox_row *row, int64_t *ret_id)
{
	char *parts = NULL;
	sqlite3_stmt *stmt;
	int added = 0;
	enum err err;

	if (!row->parts.count || !row->channel || !row->account || !row->user)
		return ERR_FORMAT;
	err = store_db_prepare(&tx->db,
		"INSERT INTO outbox (event_id, channel, account, user, conversation_id, parts, part_count, "
		"plain, "
		"created_ms, due_ms, expires_ms, changed_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
		"?10, ?11, "
		"?9) ON CONFLICT (event_id) DO NOTHING",
		&stmt);
	if (!err)
		err = store_parts_print(&row->parts, &parts);
	if (err)
		return err;
	if (row->event_id)
		sqlite3_bind_int64(stmt, 1, row->event_id);
	store_bind_text(stmt, 2, row->channel);
	store_bind_text(stmt, 3, row->account);
	store_bind_text(stmt, 4, row->user);
	store_bind_text(stmt, 5, row->conversation_id);
	store_bind_text(stmt, 6, parts);
	sqlite3_bind_int64(stmt, 7, (int64_t)row->parts.count);
	sqlite3_bind_int(stmt, 8, row->plain);
	sqlite3_bind_int64(stmt, 9, row->created_ms);
	sqlite3_bind_int64(stmt, 10, row->due_ms);
	sqlite3_bind_int64(stmt, 11, row->expires_ms);
	err = store_db_run(&tx->db, stmt, &added);
	free(parts);
	if (err || !added)
		return err ? err : ERR_EXISTS;
	*ret_id = sqlite3_last_insert_rowid(tx->db.sqlite);
	return OK;
}

/* --- Arrows ------------------------------------------------------------------------------------------- */

/* ?1 the row, ?2 now, ?3 a number, ?4 a text. ERR_NOT_FOUND: no row stood where the arrow starts. */
static enum err arrow(
	struct store_tx *tx, const char *sql, int64_t id, int64_t now_ms, int64_t number, const char *text)
{
	sqlite3_stmt *stmt;
	int changes = 0;
	enum err err = store_db_prepare(&tx->db, sql, &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, id);
	sqlite3_bind_int64(stmt, 2, now_ms);
	sqlite3_bind_int64(stmt, 3, number);
	store_bind_text(stmt, 4, text);
	err = store_db_run(&tx->db, stmt, &changes);
	return err || changes ? err : ERR_NOT_FOUND;
}

#define PART_DELIVERED                                                                                       \
	"UPDATE outbox SET part_next = part_next + 1, attempts = 0, renewed = 0, due_ms = ?2, "              \
	"changed_ms = ?2, reason = NULL, message_ids = json_insert(message_ids, '$[#]', ?4), "               \
	"state = CASE WHEN part_next + 1 = part_count THEN 'sent' WHEN state = 'dead' THEN 'dead' "          \
	"ELSE 'due' END WHERE id = ?1 AND part_next = ?3 AND "

enum err store_outbox_begin(struct store_tx *tx, int64_t id, int64_t now_ms)
{
	return arrow(tx,
		"UPDATE outbox SET state = 'sending', attempts = attempts + 1, changed_ms = ?2 "
		"WHERE id = ?1 AND state = 'due'",
		id, now_ms, 0, NULL);
}

enum err store_outbox_part_sent(
	struct store_tx *tx, int64_t id, size_t part, const char *message_id, int64_t now_ms)
{
	return arrow(tx, PART_DELIVERED "state = 'sending'", id, now_ms, (int64_t)part, message_id);
}

/* The echo was here before the call's end: whatever that was, the part is delivered. ERR_NOT_FOUND: no echo
 * was here. */
static enum err echoed_while_sending(struct store_tx *tx, int64_t id, int64_t now_ms)
{
	return arrow(tx,
		"UPDATE outbox SET part_next = part_next + 1, attempts = 0, renewed = 0, due_ms = ?2, "
		"changed_ms = ?2, reason = NULL, message_ids = json_insert(message_ids, '$[#]', NULL), "
		"state = iif(part_next + 1 = part_count, 'sent', 'due') "
		"WHERE id = ?1 AND state = 'sending' AND part_echoed > part_next",
		id, now_ms, 0, NULL);
}

enum err store_outbox_later(struct store_tx *tx, int64_t id, int64_t due_ms, bool plain, bool renewed,
	const char *reason, int64_t now_ms)
{
	sqlite3_stmt *stmt;
	int changes = 0;
	enum err err = echoed_while_sending(tx, id, now_ms);

	if (err != ERR_NOT_FOUND)
		return err;
	err = store_db_prepare(&tx->db,
		"UPDATE outbox SET state = 'due', due_ms = ?2, plain = ?3, renewed = ?4, reason = ?5, "
		"changed_ms = ?6 WHERE id = ?1 AND state = 'sending'",
		&stmt);
	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, id);
	sqlite3_bind_int64(stmt, 2, due_ms);
	sqlite3_bind_int(stmt, 3, plain);
	sqlite3_bind_int(stmt, 4, renewed);
	store_bind_text(stmt, 5, reason);
	sqlite3_bind_int64(stmt, 6, now_ms);
	err = store_db_run(&tx->db, stmt, &changes);
	return err || changes ? err : ERR_NOT_FOUND;
}

enum err store_outbox_unknown(struct store_tx *tx, int64_t id, const char *reason, int64_t now_ms)
{
	enum err err = echoed_while_sending(tx, id, now_ms);

	if (err != ERR_NOT_FOUND)
		return err;
	return arrow(tx,
		"UPDATE outbox SET state = 'unknown', due_ms = ?2, changed_ms = ?2, reason = ?4 "
		"WHERE id = ?1 AND state = 'sending'",
		id, now_ms, 0, reason);
}

enum err store_outbox_dead(struct store_tx *tx, int64_t id, const char *reason, int64_t now_ms)
{
	enum err echoed = echoed_while_sending(tx, id, now_ms), err;

	if (echoed && echoed != ERR_NOT_FOUND)
		return echoed;
	err = arrow(tx,
		"UPDATE outbox SET state = 'dead', changed_ms = ?2, reason = ?4 "
		"WHERE id = ?1 AND state IN ('due', 'sending', 'unknown')",
		id, now_ms, 0, reason);
	return err == ERR_NOT_FOUND ? echoed : err; /* the echo was of its last part: it is sent */
}

enum err store_outbox_retry(struct store_tx *tx, int64_t id, int64_t expires_ms, int64_t now_ms)
{
	return arrow(tx,
		"UPDATE outbox SET state = 'due', due_ms = ?2, changed_ms = ?2, expires_ms = ?3, attempts = "
		"0, "
		"renewed = 0, reason = NULL WHERE id = ?1 AND state IN ('dead', 'unknown')",
		id, now_ms, expires_ms, NULL);
}

enum err store_outbox_drop(struct store_tx *tx, int64_t id, const char *who, int64_t now_ms)
{
	return arrow(tx,
		"UPDATE outbox SET state = 'dropped', changed_ms = ?2, "
		"reason = coalesce(reason || '; ', '') || 'dropped by ' || ?4 "
		"WHERE id = ?1 AND state IN ('dead', 'unknown')",
		id, now_ms, 0, who ? who : "?");
}

/* --- Echoes ------------------------------------------------------------------------------------------ */

/* `named`: the echo carries our reference, so that even a row given up is known to have arrived. */
static enum err part_echoed(
	struct store_tx *tx, int64_t id, int64_t part, const char *message_id, bool named, int64_t now_ms)
{
	enum err err = arrow(tx,
		"UPDATE outbox SET part_echoed = ?3 + 1 WHERE id = ?1 AND state = 'sending' AND part_next = "
		"?3",
		id, now_ms, part, NULL);

	if (err == ERR_NOT_FOUND)
		err = arrow(tx, PART_DELIVERED "(state = 'unknown' OR state = 'due' AND attempts > 0)", id,
			now_ms, part, message_id);
	if (err == ERR_NOT_FOUND && named)
		err = arrow(tx, PART_DELIVERED "state = 'dead'", id, now_ms, part, message_id);
	return err == ERR_NOT_FOUND ? OK : err; /* known before */
}

/* "17.0" → row 17, part 0. */
static bool ref_read(const char *ref, int64_t *ret_id, int64_t *ret_part)
{
	char *end;
	long long id = ref ? strtoll(ref, &end, 10) : 0, part;

	if (id <= 0 || *end != '.' || end[1] < '0' || end[1] > '9')
		return false;
	part = strtoll(end + 1, &end, 10);
	if (*end)
		return false;
	*ret_id = id;
	*ret_part = part;
	return true;
}

static enum err echo_by_ref(struct store_tx *tx, const struct event *echo, int64_t now_ms, int64_t *ret_id)
{
	int64_t id, part;
	sqlite3_stmt *stmt;
	enum err err;
	int code;

	*ret_id = 0;
	if (!ref_read(echo->echo_ref, &id, &part))
		return OK;
	err = store_db_prepare(&tx->db,
		"SELECT 1 FROM outbox WHERE id = ? AND channel = ? AND account = ? AND user = coalesce(?, "
		"user) "
		"AND part_count > ?",
		&stmt);
	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, id);
	store_bind_text(stmt, 2, echo->channel);
	store_bind_text(stmt, 3, echo->account);
	store_bind_text(stmt, 4, echo->user);
	sqlite3_bind_int64(stmt, 5, part);
	code = sqlite3_step(stmt);
	store_db_done(stmt);
	if (code == SQLITE_DONE)
		return OK; /* not a row of ours: another program uses the same form */
	err = code == SQLITE_ROW ? part_echoed(tx, id, part, echo->msg_id, true, now_ms) : store_db_err(code);
	if (!err)
		*ret_id = id;
	return err;
}

/* A platform may add our numbered menu to the text, or cut blanks at its end. */
static bool text_fits(const char *sent, const char *echo)
{
	size_t len = strlen(sent);

	while (len && strchr(" \n\r\t", sent[len - 1]))
		len--;
	return len && strncmp(sent, echo, len) == 0 && strchr(" \n\r\t", echo[len]);
}

/* Does the part that `stmt`'s row has next read like the echo? */
static enum err part_fits(sqlite3_stmt *stmt, const char *text, bool *ret_fits)
{
	int64_t next = sqlite3_column_int64(stmt, 1);
	const char *masked;
	struct parts parts;
	struct arena a;
	enum err err;

	arena_init(&a, (size_t)4 << 20);
	err = store_parts_read(&a, (const char *)sqlite3_column_text(stmt, 3), &parts);
	if (!err && (size_t)next < parts.count) {
		*ret_fits = text_fits(parts.items[next].text, text);
		if (!*ret_fits && (err = mask_text(&a, parts.items[next].text, &masked, NULL)) == OK)
			*ret_fits =
				text_fits(masked, text); /* what comes in is masked, hotlines of ours too */
	}
	arena_release(&a);
	return err;
}

#define ECHO_LOOKS 50 /* newest rows of the citizen */

static enum err echo_by_content(
	struct store_tx *tx, const struct event *echo, int64_t now_ms, int64_t within_ms, int64_t *ret_id)
{
	int64_t id = 0, part = 0;
	bool known = false, fits = false;
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db,
		"SELECT id, part_next, instr(message_ids, json_quote(?4)), parts, part_echoed <= part_next "
		"AND "
		"changed_ms >= ?5 AND (state IN ('sending', 'unknown') OR state = 'due' AND attempts > 0) "
		"FROM outbox WHERE user = ?1 AND channel = ?2 AND account = ?3 ORDER BY id DESC LIMIT ?6",
		&stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, echo->user);
	store_bind_text(stmt, 2, echo->channel);
	store_bind_text(stmt, 3, echo->account);
	store_bind_text(stmt, 4, echo->msg_id);
	sqlite3_bind_int64(stmt, 5, now_ms - within_ms);
	sqlite3_bind_int(stmt, 6, ECHO_LOOKS);
	while (!err && !known) {
		int code = sqlite3_step(stmt);

		if (code != SQLITE_ROW) {
			err = store_db_err(code);
			break;
		}
		known = echo->msg_id && sqlite3_column_int(stmt, 2) > 0;
		if (!known && !sqlite3_column_int(stmt, 4))
			continue;
		if (!known && echo->text)
			err = part_fits(stmt, echo->text, &fits);
		if (known || fits) {
			id = sqlite3_column_int64(stmt, 0);
			part = sqlite3_column_int64(stmt, 1);
		}
		fits = false;
	}
	store_db_done(stmt);
	if (!err && id && !known)
		err = part_echoed(tx, id, part, echo->msg_id, false, now_ms);
	if (!err)
		*ret_id = id;
	return err;
}

enum err store_outbox_echo(
	struct store_tx *tx, const struct event *echo, int64_t now_ms, int64_t within_ms, int64_t *ret_id)
{
	int64_t id = 0;
	enum err err = echo_by_ref(tx, echo, now_ms, &id);

	if (!err && !id && echo->user)
		err = echo_by_content(tx, echo, now_ms, within_ms, &id);
	if (!err)
		*ret_id = id;
	return err;
}

/* --- Start-up and reading ---------------------------------------------------------------------------- */

enum err store_outbox_recover(struct store_tx *tx, int64_t now_ms, size_t *ret_count)
{
	static const char reason[] = "the program stopped while it was being sent";
	size_t count = 0;
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db,
		"SELECT id FROM outbox WHERE state <> 'sent' AND state = 'sending' ORDER BY id LIMIT 1",
		&stmt);

	while (!err) {
		int code = sqlite3_step(stmt);
		int64_t id = sqlite3_column_int64(stmt, 0);

		store_db_done(stmt);
		if (code == SQLITE_DONE)
			break;
		err = code == SQLITE_ROW ? store_outbox_unknown(tx, id, reason, now_ms) : store_db_err(code);
		count++;
	}
	if (!err)
		*ret_count = count;
	return err;
}

static enum err row_read(sqlite3_stmt *stmt, struct arena *a, void *ret_item)
{
	bool failed = false;
	struct outbox_row row = {
		.id = sqlite3_column_int64(stmt, 0),
		.event_id = sqlite3_column_int64(stmt, 1),
		.channel = store_column_text(a, stmt, 2, &failed),
		.account = store_column_text(a, stmt, 3, &failed),
		.user = store_column_text(a, stmt, 4, &failed),
		.conversation_id = store_column_text(a, stmt, 5, &failed),
		.part_next = (size_t)sqlite3_column_int64(stmt, 7),
		.state = state_of((const char *)sqlite3_column_text(stmt, 8)),
		.attempts = (unsigned)sqlite3_column_int(stmt, 9),
		.plain = sqlite3_column_int(stmt, 10) != 0,
		.renewed = sqlite3_column_int(stmt, 11) != 0,
		.created_ms = sqlite3_column_int64(stmt, 12),
		.due_ms = sqlite3_column_int64(stmt, 13),
		.expires_ms = sqlite3_column_int64(stmt, 14),
		.reason = store_column_text(a, stmt, 15, &failed),
		.message_ids = store_column_text(a, stmt, 16, &failed),
	};
	enum err err = failed ? ERR_NOMEM
			      : store_parts_read(a, (const char *)sqlite3_column_text(stmt, 6), &row.parts);

	if (!err)
		*(struct outbox_row *)ret_item = row;
	return err;
}

enum err store_outbox_list(struct store_reader *r, struct arena *a, enum outbox_state state, int64_t after_id,
	size_t max, struct outbox_row **ret_rows, size_t *ret_count)
{
	const char *sql =
		state == OUTBOX_SENT
			? "SELECT " COLUMNS " FROM outbox WHERE state = ?1 AND id > ?2 ORDER BY id LIMIT ?3"
			: "SELECT " COLUMNS " FROM outbox WHERE state <> 'sent' AND state = ?1 AND id > ?2 "
			  "ORDER BY id LIMIT ?3";
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db, sql, &stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, state_words[state]);
	sqlite3_bind_int64(stmt, 2, after_id);
	sqlite3_bind_int64(stmt, 3, (int64_t)max);
	return store_db_rows(stmt, a, row_read, sizeof **ret_rows, max, ret_rows, ret_count);
}

enum err store_outbox_get(struct store_reader *r, struct arena *a, int64_t id, struct outbox_row *ret_row)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db, "SELECT " COLUMNS " FROM outbox WHERE id = ?", &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, id);
	return store_db_row(stmt, a, row_read, ret_row);
}

enum err store_outbox_count(struct store_reader *r, int64_t ret_by_state[5])
{
	int64_t counts[OUTBOX_DEAD + 1] = {0}, dropped = 0, all = 0;
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db,
		"SELECT state, count(*) FROM outbox WHERE state <> 'sent' GROUP BY state "
		"UNION ALL SELECT 'all', count(*) FROM outbox",
		&stmt);
	int code;

	if (err)
		return err;
	while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *word = (const char *)sqlite3_column_text(stmt, 0);
		int64_t count = sqlite3_column_int64(stmt, 1);

		if (!word)
			continue;
		if (strcmp(word, "all") == 0)
			all = count;
		else if (strcmp(word, "dropped") == 0)
			dropped = count;
		else
			counts[state_of(word)] = count;
	}
	store_db_done(stmt);
	counts[OUTBOX_SENT] = all - dropped - counts[OUTBOX_DUE] - counts[OUTBOX_SENDING] -
			      counts[OUTBOX_UNKNOWN] - counts[OUTBOX_DEAD];
	err = store_db_err(code);
	if (!err)
		memcpy(ret_by_state, counts, sizeof counts);
	return err;
}

/* --- Pages of a list --------------------------------------------------------------------------------- */

static enum err count_of(struct store_reader *r, enum outbox_state state, size_t *ret_total)
{
	const char *sql = state == OUTBOX_SENT
				  ? "SELECT count(*) FROM outbox WHERE state = ?1"
				  : "SELECT count(*) FROM outbox WHERE state <> 'sent' AND state = ?1";
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db, sql, &stmt);

	if (err)
		return err;
	store_bind_text(stmt, 1, state_words[state]);
	return store_db_count(stmt, ret_total);
}

enum err store_outbox_page(struct store_reader *r, struct arena *a, enum outbox_state state, size_t skip,
	size_t max, struct outbox_row **ret_rows, size_t *ret_count, size_t *ret_total)
{
	const char *sql = state == OUTBOX_SENT ? "SELECT " COLUMNS
						 " FROM outbox WHERE state = ?1 ORDER BY id DESC LIMIT ?2 "
						 "OFFSET ?3"
					       : "SELECT " COLUMNS
						 " FROM outbox WHERE state <> 'sent' AND state = ?1 "
						 "ORDER BY id DESC LIMIT ?2 OFFSET ?3";
	sqlite3_stmt *stmt;
	enum err err = count_of(r, state, ret_total);

	if (!err)
		err = store_db_prepare(&r->db, sql, &stmt);
	if (err)
		return err;
	store_bind_text(stmt, 1, state_words[state]);
	sqlite3_bind_int64(stmt, 2, (int64_t)max);
	sqlite3_bind_int64(stmt, 3, (int64_t)skip);
	return store_db_rows(stmt, a, row_read, sizeof **ret_rows, max, ret_rows, ret_count);
}

enum err store_outbox_last_failure(struct store_reader *r, struct arena *a, const char *channel,
	const char *account, const char **ret_reason, int64_t *ret_at_ms)
{
	bool failed = false;
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db,
		"SELECT reason, changed_ms FROM outbox WHERE id > (SELECT max(id) FROM outbox) - 5000 "
		"AND channel = ? AND account = ? AND reason IS NOT NULL ORDER BY id DESC LIMIT 1",
		&stmt);
	int code;

	if (err)
		return err;
	store_bind_text(stmt, 1, channel);
	store_bind_text(stmt, 2, account);
	code = sqlite3_step(stmt);
	*ret_reason = code == SQLITE_ROW ? store_column_text(a, stmt, 0, &failed) : NULL;
	*ret_at_ms = code == SQLITE_ROW ? sqlite3_column_int64(stmt, 1) : 0;
	store_db_done(stmt);
	return failed ? ERR_NOMEM : store_db_err(code);
}
