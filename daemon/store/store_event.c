/* store_event.c - inbound events.
 * One index serves two questions, since each page an index dirties costs more than all the rest of an event: its key
 * begins with a hash of the message and ends with one of the platform's unique key. Equal keys are a repeat (the same
 * unique key never names two messages); equal beginnings are the message and its edits, for the day it is taken back. */
#include "daemon/store/store_event.h"
#include "daemon/store/store_internal.h"

#include <sodium.h>
#include <string.h>

static const char *const kind_words[] = {
	[EVENT_TEXT] = "text",
	[EVENT_PAYLOAD] = "payload",
	[EVENT_EDIT] = "edit",
	[EVENT_DELETE] = "delete",
	[EVENT_ATTACHMENT] = "attachment",
	[EVENT_STICKER] = "sticker",
	[EVENT_FOLLOW] = "follow",
	[EVENT_UNFOLLOW] = "unfollow",
	[EVENT_ECHO] = "echo",
	[EVENT_STAFF] = "staff",
	[EVENT_BOT_ON] = "bot_on",
	[EVENT_DELIVERED] = "delivered",
	[EVENT_SEEN] = "seen",
	[EVENT_POLICY] = "policy",
	[EVENT_OTHER] = "other",
};
#define KINDS (sizeof kind_words / sizeof *kind_words)

static enum event_kind kind_of(const char *word)
{
	for (size_t i = 0; i < KINDS; i++)
		if (word && strcmp(kind_words[i], word) == 0)
			return (enum event_kind)i;
	return EVENT_OTHER; /* a word of a newer program */
}

#define HALF 8

static void hash(unsigned char ret_hash[2 * HALF], const char *a, const char *b, const char *c)
{
	const char *const words[] = {a, b, c};
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, 2 * HALF);
	for (size_t i = 0; i < 3 && words[i]; i++) /* with their NUL, so that "a", "bc" is not "ab", "c" */
		crypto_generichash_update(&state, (const unsigned char *)words[i], strlen(words[i]) + 1);
	crypto_generichash_final(&state, ret_hash, 2 * HALF);
}

/* An event without a message is found by its unique key only. */
static void dedupe_key(unsigned char ret_key[2 * HALF], const struct event *event)
{
	unsigned char message[2 * HALF];

	hash(ret_key, event->dedupe, NULL, NULL);
	if (!event->msg_id)
		return;
	hash(message, event->channel, event->account, event->msg_id);
	memcpy(ret_key, message, HALF);
}

enum err store_event_add(
	struct store_tx *tx, const struct event *event, int64_t now_ms, bool waits, int64_t *ret_id)
{
	unsigned char dedupe[2 * HALF];
	sqlite3_stmt *stmt;
	int added = 0;
	enum err err;

	if (!event->dedupe || !event->channel || !event->account)
		return ERR_FORMAT;
	dedupe_key(dedupe, event);
	err = store_db_prepare(&tx->db,
		"INSERT INTO event (dedupe, channel, account, user, kind, name, conversation_id, msg_id, "
		"text, "
		"payload, time_ms, received_ms, settled_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
		"ON CONFLICT (dedupe) DO NOTHING",
		&stmt);
	if (err)
		return err;
	sqlite3_bind_blob(stmt, 1, dedupe, sizeof dedupe, SQLITE_STATIC);
	store_bind_text(stmt, 2, event->channel);
	store_bind_text(stmt, 3, event->account);
	store_bind_text(stmt, 4, event->user);
	store_bind_text(stmt, 5, kind_words[event->kind]);
	store_bind_text(stmt, 6, event->name);
	store_bind_text(stmt, 7, event->conversation_id);
	store_bind_text(stmt, 8, event->msg_id);
	store_bind_text(stmt, 9, event->text);
	store_bind_text(stmt, 10, event->payload);
	sqlite3_bind_int64(stmt, 11, event->time_ms);
	sqlite3_bind_int64(stmt, 12, now_ms);
	if (!waits)
		sqlite3_bind_int64(stmt, 13, now_ms);
	err = store_db_run(&tx->db, stmt, &added);
	if (err || !added)
		return err ? err : ERR_EXISTS;
	*ret_id = sqlite3_last_insert_rowid(tx->db.sqlite);
	return OK;
}

enum err store_event_settle(struct store_tx *tx, int64_t id, int64_t now_ms)
{
	sqlite3_stmt *stmt;
	int changes = 0;
	enum err err = store_db_prepare(
		&tx->db, "UPDATE event SET settled_ms = ?2 WHERE id = ?1 AND settled_ms IS NULL", &stmt);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, id);
	sqlite3_bind_int64(stmt, 2, now_ms);
	err = store_db_run(&tx->db, stmt, &changes);
	return err || changes ? err : ERR_NOT_FOUND;
}

/* What one statement of a withdrawal does to the events of a message that came before ?4. */
static enum err withdraw(struct store_tx *tx, const char *sql, const unsigned char message[2 * HALF],
	const char *msg_id, int64_t before_id, int64_t now_ms, int *ret_changes)
{
	unsigned char last[2 * HALF];
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&tx->db, sql, &stmt);

	if (err)
		return err;
	memcpy(last, message, HALF);
	memset(last + HALF, 0xff, HALF);
	sqlite3_bind_blob(stmt, 1, message, HALF, SQLITE_STATIC);
	sqlite3_bind_blob(stmt, 2, last, sizeof last, SQLITE_STATIC);
	store_bind_text(stmt, 3, msg_id);
	sqlite3_bind_int64(stmt, 4, before_id ? before_id : INT64_MAX);
	if (now_ms)
		sqlite3_bind_int64(stmt, 5, now_ms);
	return store_db_run(&tx->db, stmt, ret_changes);
}

#define OF_MESSAGE "dedupe >= ?1 AND dedupe <= ?2 AND msg_id = ?3 AND id < ?4"

enum err store_event_withdraw(struct store_tx *tx, const char *channel, const char *account,
	const char *msg_id, int64_t before_id, int64_t now_ms)
{
	unsigned char message[2 * HALF];
	int ended = 0;
	enum err err;

	hash(message, channel, account, msg_id);
	err = withdraw(tx, "UPDATE event SET settled_ms = ?5 WHERE +settled_ms IS NULL AND " OF_MESSAGE,
		message, msg_id, before_id, now_ms, &ended);
	if (!err)
		err = withdraw(tx,
			"UPDATE question SET text = NULL WHERE event_id IN (SELECT id FROM event "
			"WHERE " OF_MESSAGE ")",
			message, msg_id, before_id, 0, NULL);
	if (!err)
		err = withdraw(tx, "UPDATE event SET text = NULL, payload = NULL WHERE " OF_MESSAGE, message,
			msg_id, before_id, 0, NULL);
	return err || ended ? err : ERR_NOT_FOUND;
}

static bool row_read(sqlite3_stmt *stmt, struct arena *a, struct stored_event *row)
{
	bool failed = false;

	*row = (struct stored_event){
		.id = sqlite3_column_int64(stmt, 0),
		.event =
			{
				.channel = store_column_text(a, stmt, 1, &failed),
				.account = store_column_text(a, stmt, 2, &failed),
				.user = store_column_text(a, stmt, 3, &failed),
				.kind = kind_of((const char *)sqlite3_column_text(stmt, 4)),
				.name = store_column_text(a, stmt, 5, &failed),
				.conversation_id = store_column_text(a, stmt, 6, &failed),
				.msg_id = store_column_text(a, stmt, 7, &failed),
				.text = store_column_text(a, stmt, 8, &failed),
				.payload = store_column_text(a, stmt, 9, &failed),
				.time_ms = sqlite3_column_int64(stmt, 10),
			},
		.received_ms = sqlite3_column_int64(stmt, 11),
	};
	return !failed;
}

enum err store_event_waiting(struct store_reader *r, struct arena *a, int64_t after_id, size_t max,
	struct stored_event **ret_events, size_t *ret_count)
{
	struct stored_event *events;
	sqlite3_stmt *stmt;
	size_t count = 0;
	enum err err;
	int code;

	err = store_db_prepare(&r->db,
		"SELECT id, channel, account, user, kind, name, conversation_id, msg_id, text, payload, "
		"time_ms, "
		"received_ms FROM event WHERE settled_ms IS NULL AND id > ? ORDER BY id LIMIT ?",
		&stmt);
	if (err)
		return err;
	events = arena_array(a, max ? max : 1, sizeof *events);
	if (!events)
		return ERR_NOMEM;
	sqlite3_bind_int64(stmt, 1, after_id);
	sqlite3_bind_int64(stmt, 2, (int64_t)max);
	while ((code = sqlite3_step(stmt)) == SQLITE_ROW && !err)
		err = row_read(stmt, a, &events[count++]) ? OK : ERR_NOMEM;
	if (!err)
		err = store_db_err(code);
	store_db_done(stmt);
	if (err)
		return err;
	*ret_events = events;
	*ret_count = count;
	return OK;
}

enum err store_event_last(
	struct store_reader *r, const char *channel, const char *account, int64_t *ret_received_ms)
{
	sqlite3_stmt *stmt;
	enum err err = store_db_prepare(&r->db,
		"SELECT received_ms FROM event WHERE id > (SELECT max(id) FROM event) - 20000 AND channel = "
		"? AND "
		"account = ? ORDER BY id DESC LIMIT 1",
		&stmt);
	int code;

	if (err)
		return err;
	store_bind_text(stmt, 1, channel);
	store_bind_text(stmt, 2, account);
	code = sqlite3_step(stmt);
	*ret_received_ms = code == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : 0;
	store_db_done(stmt);
	return store_db_err(code);
}

enum err store_event_texts(
	struct store_reader *r, struct arena *a, size_t max, struct asked_text **ret_texts, size_t *ret_count)
{
	struct asked_text *texts = arena_array(a, max ? max : 1, sizeof *texts);
	sqlite3_stmt *stmt;
	size_t count = 0;
	bool failed = false;
	enum err err =
		texts ? store_db_prepare(&r->db,
				"SELECT text, channel, account, max(at) FROM ("
				"SELECT text, channel, account, received_ms AS at FROM event WHERE id > "
				"(SELECT max(id) FROM event) - 20000 AND kind = 'text' AND text IS NOT NULL "
				"UNION ALL SELECT text, channel, account, created_ms FROM question WHERE id "
				"> "
				"(SELECT max(id) FROM question) - 5000 AND text IS NOT NULL) "
				"GROUP BY text ORDER BY max(at) DESC, text LIMIT ?",
				&stmt)
		      : ERR_NOMEM;
	int code = SQLITE_DONE;

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, (int64_t)max);
	while (!failed && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
		texts[count].text = store_column_text(a, stmt, 0, &failed);
		texts[count].channel = store_column_text(a, stmt, 1, &failed);
		texts[count++].account = store_column_text(a, stmt, 2, &failed);
	}
	store_db_done(stmt);
	if (failed || code != SQLITE_DONE)
		return failed ? ERR_NOMEM : store_db_err(code);
	*ret_texts = texts;
	*ret_count = count;
	return OK;
}
