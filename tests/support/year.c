#include "tests/support/year.h"

#include "adapters/adapter.h"
#include "daemon/store/store_event.h"
#include "daemon/store/store_outbox.h"
#include "daemon/turn/turn.h"
#include "knowledge/day.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HOUR ((int64_t)3600000)
#define DAY (24 * HOUR)
#define BATCH 500 /* conversations a transaction */
#define FIELD_NONE (YEAR_FIELDS - 1)

static const char *const channels[] = {"zalo", "facebook"};
static const char *const fields[] = {
	"Hộ tịch", "Chứng thực", "Căn cước", "Đất đai", "Bảo trợ xã hội", "Giáo dục", "Kinh doanh", NULL};
static const char *const wait_states[] = {"told", "fetched", "unreachable", "ready", "due", "telling", "open", "withdrawn"};
static const char *const case_states[] = {"answered", "rejected", "new", "working", "withdrawn"};
enum { YEAR_CASE_ANSWERED, YEAR_CASE_REJECTED, YEAR_CASE_NEW, YEAR_CASE_WORKING, YEAR_CASE_WITHDRAWN };

const char *year_unit(int unit)
{
	static char codes[YEAR_UNITS][4];

	snprintf(codes[unit], sizeof codes[unit], "%02d", unit + 1);
	return codes[unit];
}

const char *year_channel(int channel)
{
	return channels[channel];
}

const char *year_field(int field)
{
	return fields[field];
}

/* --- What happens ---------------------------------------------------------------------------------------- */

static uint64_t seed;

static uint32_t draw(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 33) % below;
}

static int64_t local(int day)
{
	return day * DAY - 7 * HOUR;
}

/* How many come on a day, in hundredths of an ordinary working day. */
static unsigned season(int day)
{
	static const unsigned char months[] = {105, 70, 110, 100, 95, 115, 120, 130, 125, 100, 95, 90};
	unsigned weight;
	char text[11];

	day_text(day, text);
	weight = months[(text[5] - '0') * 10 + text[6] - '1'];
	if (day >= day_number("2026-02-14") && day < day_number("2026-02-23")) /* Tết */
		return weight / 8;
	return day_weekday(day) == 0 ? weight / 4 : day_weekday(day) == 6 ? weight / 2 : weight;
}

/* School fees, in the second week of September, in one unit. */
static bool in_spike(int day)
{
	return day >= day_number("2026-09-07") && day < day_number("2026-09-12");
}

static unsigned hour_drawn(void)
{
	static const unsigned char hours[] = {
		7, 8, 8, 9, 9, 9, 10, 10, 11, 13, 14, 14, 15, 15, 16, 17, 19, 20, 20, 21, 22, 23, 0, 6};

	return hours[draw(sizeof hours)];
}

static void outcome_draw(struct year_turn *t)
{
	static const unsigned char outcomes[] = {OUTCOME_ANSWER, OUTCOME_ANSWER, OUTCOME_ANSWER,
		OUTCOME_ANSWER, OUTCOME_ANSWER, OUTCOME_ANSWER, OUTCOME_CHOICES, OUTCOME_CHOICES,
		OUTCOME_UNRESOLVED, OUTCOME_SMALLTALK, OUTCOME_CASE, OUTCOME_STATUS};

	t->outcome = draw(100) == 0   ? OUTCOME_SILENT
		     : draw(500) == 0 ? OUTCOME_EMERGENCY
				      : outcomes[draw(sizeof outcomes)];
	t->field = t->outcome <= OUTCOME_UNRESOLVED ? (unsigned char)draw(YEAR_FIELDS) : FIELD_NONE;
	t->record = (unsigned char)(draw(16) * draw(16));
	t->facet = (unsigned char)draw(6);
}

/* What follows from it, hours or weeks later. */
static void after_draw(struct year_turn *t)
{
	if (t->outcome != OUTCOME_SILENT && draw(50))
		t->reply_ms = t->time_ms + 300 + draw(900) + (draw(20) ? 0 : draw(20000));
	if (t->outcome == OUTCOME_UNRESOLVED || (t->outcome == OUTCOME_CHOICES && draw(4) == 0)) {
		t->question_ms = t->time_ms + 250;
		t->question_done = draw(3) > 0;
	}
	if (t->outcome == OUTCOME_ANSWER && draw(6) == 0) {
		t->rated_ms = t->time_ms + 5000 + (int64_t)draw(3600000);
		t->good = draw(5) > 0;
	}
	if (t->question_ms && draw(3) == 0) {
		t->wait_ms = t->time_ms + 20000;
		t->wait_state = (unsigned char)draw(sizeof wait_states / sizeof *wait_states);
	}
}

static void turn_draw(struct year *y, int day, bool spike)
{
	struct year_turn *t = &y->turns[y->turn_count++];

	*t = (struct year_turn){.time_ms = local(day) + hour_drawn() * HOUR + (int64_t)draw(3600000)};
	t->unit = (unsigned char)(spike ? 6 : draw(2) ? draw(YEAR_UNITS) : draw(YEAR_UNITS / 4));
	t->channel = draw(3) == 0;
	t->user = ((int)draw(400) * (int)draw(40) / 16 * YEAR_UNITS + t->unit) * YEAR_CHANNELS + t->channel;
	if (t->user >= y->users)
		y->users = t->user + 1;
	outcome_draw(t);
	if (spike) {
		t->outcome = OUTCOME_UNRESOLVED;
		t->field = 5;
	}
	after_draw(t);
}

static void case_draw(struct year *y, int day)
{
	struct year_case *c = &y->cases[y->case_count++];

	*c = (struct year_case){.received_ms = local(day) + hour_drawn() * HOUR + draw(3600000),
		.due = day + 14,
		.unit = (unsigned char)draw(YEAR_UNITS),
		.channel = (unsigned char)draw(YEAR_CHANNELS),
		.kind = (unsigned char)draw(2),
		.state = (unsigned char)(draw(4) ? YEAR_CASE_ANSWERED : 1 + draw(4))};
	if (c->state == YEAR_CASE_ANSWERED || c->state == YEAR_CASE_REJECTED)
		c->answered_ms = c->received_ms + draw(20) * DAY + draw(86400000);
}

static int by_time(const void *left, const void *right)
{
	const struct year_turn *a = left, *b = right;

	return a->time_ms < b->time_ms ? -1 : a->time_ms > b->time_ms;
}

void year_draw(struct year *y, size_t conversations)
{
	int first = day_number("2025-10-01"), end = day_number("2027-01-01");
	size_t weights = 0;

	seed = 20261122;
	*y = (struct year){0};
	for (int day = first; day < end; day++)
		weights += season(day);
	y->turns = calloc(conversations + conversations / 4 + 2000, sizeof *y->turns);
	y->cases = calloc(conversations / 40 + 2000, sizeof *y->cases);
	assert_non_null(y->turns);
	assert_non_null(y->cases);
	for (int day = first; day < end; day++) {
		size_t count = (season(day) * conversations + draw((uint32_t)weights)) / weights;

		for (size_t i = 0; i < count; i++)
			turn_draw(y, day, false);
		for (size_t i = 0; in_spike(day) && i < conversations / 500 + 10; i++)
			turn_draw(y, day, true);
		for (size_t i = 0; i < count / 60 + (draw(3) == 0); i++)
			case_draw(y, day);
	}
	qsort(y->turns, y->turn_count, sizeof *y->turns, by_time);
}

void year_release(struct year *y)
{
	free(y->turns);
	free(y->cases);
}

/* --- Into the database, through the daemon's code -------------------------------------------------------- */

struct writing {
	struct year *year;
	struct turn turn;
	size_t first, end;
};

static void turn_script(struct turn *t, const struct year_turn *y)
{
	t->unit = year_unit(y->unit);
	t->outcome = (enum outcome)y->outcome;
	t->now_ms = y->time_ms;
	if (y->outcome == OUTCOME_ANSWER) {
		t->record.id = arena_printf(&t->arena, "1.000%03d", y->record);
		t->record.version = 7;
		t->facet = y->facet == 5 ? FACET_NONE : (enum facet)y->facet;
	}
	t->field = fields[y->field];
	t->answers.count = 1;
	t->answers.items[0] = (struct answer){.id = arena_printf(&t->arena, "2.000%03d", y->record),
		.title = "Gần nhất",
		.confidence = 0.4};
	if (y->outcome != OUTCOME_SILENT)
		t->reply.text = "Lệ phí: 8.000 đồng.";
	t->unresolved = y->question_ms != 0;
	t->reason = QUESTION_NO_MATCH;
	t->remember = "{}";
}

static enum err reply_send(struct store_tx *tx, const struct year_turn *y, int64_t id)
{
	enum err err = store_outbox_begin(tx, id, y->time_ms + 260);

	return err ? err : store_outbox_part_sent(tx, id, 0, "m", y->reply_ms);
}

static enum err conversation_write(struct store_tx *tx, struct turn *t, struct year_turn *y, size_t number)
{
	struct account account = {.name = "a",
		.adapter = y->channel ? &adapter_facebook : &adapter_zalo,
		.id = year_unit(y->unit),
		.text_limit = 1900};
	struct turn_delivery d = {.turn = t,
		.account = &account,
		.received_ms = y->time_ms,
		.now_ms = y->time_ms + 250,
		.expires_ms = y->time_ms + 900000};
	char dedupe[24], user[24];
	enum err err;

	turn_init(t, NULL);
	snprintf(dedupe, sizeof dedupe, "%zu", number);
	snprintf(user, sizeof user, "%d", y->user);
	t->event = (struct event){.kind = EVENT_TEXT,
		.channel = channels[y->channel],
		.account = account.id,
		.user = user,
		.dedupe = dedupe,
		.text = "lệ phí bao nhiêu"};
	turn_script(t, y);
	err = store_event_add(tx, &t->event, y->time_ms, true, &t->event_id);
	y->event_id = t->event_id;
	if (!err)
		err = turn_deliver(tx, &d);
	if (!err && y->reply_ms)
		err = reply_send(tx, y, d.ret_outbox_id);
	turn_release(t);
	return err;
}

static enum err batch_job(struct store_tx *tx, void *arg)
{
	struct writing *w = arg;
	enum err err = OK;

	for (size_t i = w->first; i < w->end && !err; i++)
		err = conversation_write(tx, &w->turn, &w->year->turns[i], i);
	return err;
}

static sqlite3_stmt *prepared(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	return stmt;
}

/* `types`: t text, i number, 0 ends. */
static void put(sqlite3_stmt *stmt, const char *types, ...)
{
	va_list args;

	va_start(args, types);
	for (int place = 1; types[place - 1]; place++)
		if (types[place - 1] == 't')
			sqlite3_bind_text(stmt, place, va_arg(args, const char *), -1, SQLITE_TRANSIENT);
		else
			sqlite3_bind_int64(stmt, place, va_arg(args, int64_t));
	va_end(args);
	if (sqlite3_step(stmt) != SQLITE_DONE)
		fail_msg("%s", sqlite3_errmsg(sqlite3_db_handle(stmt)));
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
}

static void after_write(sqlite3 *db, const struct year *y)
{
	sqlite3_stmt *rating = prepared(db,
		"INSERT INTO rating (event_id, time_ms, channel, account, unit, citizen, record, version, "
		"good) "
		"SELECT event_id, ?2, channel, account, unit, citizen, record, version, ?3 FROM turn WHERE "
		"event_id = ?1");
	sqlite3_stmt *done = prepared(
		db, "UPDATE question SET state = 'done', closed_ms = created_ms + 1 WHERE event_id = ?");
	sqlite3_stmt *wait = prepared(db,
		"INSERT INTO wait (code, question, channel, account, state, created_ms, changed_ms, answered_ms) "
		"SELECT ?3, id, channel, account, ?4, ?2, ?2, iif(?4 IN ('open', 'withdrawn'), NULL, ?2 + 1) FROM question "
		"WHERE event_id = ?1");
	char code[16];

	for (size_t i = 0; i < y->turn_count; i++) {
		const struct year_turn *t = &y->turns[i];

		snprintf(code, sizeof code, "%06zu", i);
		if (t->rated_ms)
			put(rating, "iii", t->event_id, t->rated_ms, (int64_t)t->good);
		if (t->question_done)
			put(done, "i", t->event_id);
		if (t->wait_ms)
			put(wait, "iitt", t->event_id, t->wait_ms, code, wait_states[t->wait_state]);
	}
	put(prepared(db, "UPDATE question SET citizen = (SELECT citizen FROM turn WHERE turn.event_id = "
			 "question.event_id) WHERE citizen IS NULL"),
		"");
}

static void cases_write(sqlite3 *db, const struct year *y)
{
	sqlite3_stmt *stmt =
		prepared(db, "INSERT INTO case_file (code, channel, account, kind, category, unit, state, "
			     "received_ms, due, "
			     "answered_ms) VALUES (?, ?, 'a', ?, 'attitude', ?, ?, ?, ?, nullif(?, 0))");
	char code[16], due[11];

	for (size_t i = 0; i < y->case_count; i++) {
		const struct year_case *c = &y->cases[i];

		snprintf(code, sizeof code, "%08zu", i);
		day_text(c->due, due);
		put(stmt, "tttttiti", code, channels[c->channel], c->kind ? "suggestion" : "reflection",
			year_unit(c->unit), case_states[c->state], c->received_ms, due, c->answered_ms);
	}
}

static void later_write(const struct year *y, const char *path)
{
	sqlite3_stmt *stmt;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
	after_write(db, y);
	cases_write(db, y);
	while ((stmt = sqlite3_next_stmt(db, NULL)))
		sqlite3_finalize(stmt);
	assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

void year_write(struct year *y, const char *path)
{
	struct store_options o = {.path = path, .queue_max = 16};
	struct writing w = {.year = y};
	struct store *store;
	struct why why = {""};

	if (store_open(&o, &store, &why) != OK)
		fail_msg("%s", why.text);
	for (w.first = 0; w.first < y->turn_count; w.first = w.end) {
		w.end = w.first + BATCH < y->turn_count ? w.first + BATCH : y->turn_count;
		assert_int_equal(store_do(store, batch_job, &w), OK);
	}
	store_close(store);
	later_write(y, path);
}

/* --- The truth ------------------------------------------------------------------------------------------- */

struct counting {
	const struct year *year;
	const struct report_scope *scope;
	int unit, channel, field;
	int64_t *values;
	unsigned char *seen; /* by user: bit 0 contact, bit 1 question */
	int64_t *replies;
	size_t reply_count;
	int64_t people;
};

static bool within(const struct counting *c, int64_t ms)
{
	return ms >= c->scope->from_ms && ms < c->scope->to_ms;
}

static bool wanted(const struct counting *c, int unit, int channel, int field)
{
	return (c->unit < 0 || c->unit == unit) && (c->channel < 0 || c->channel == channel) &&
	       (c->field < 0 || (c->field == field && field != FIELD_NONE));
}

static bool first_time(struct counting *c, int user, unsigned char bit)
{
	if (c->seen[user] & bit)
		return false;
	c->seen[user] |= bit;
	return true;
}

#define ADD(figure) c->values[STORE_FIGURE_##figure]++

static void contact_count(struct counting *c, const struct year_turn *t)
{
	bool question = true;

	if (t->outcome == OUTCOME_SILENT)
		return;
	ADD(contacts);
	if (first_time(c, t->user, 1))
		ADD(citizens);
	if (t->outcome == OUTCOME_ANSWER)
		ADD(answered);
	else if (t->outcome == OUTCOME_CHOICES)
		ADD(asked_back);
	else if (t->outcome == OUTCOME_UNRESOLVED)
		ADD(unresolved);
	else
		question = false;
	c->values[question ? STORE_FIGURE_questions : STORE_FIGURE_other_contacts]++;
	if (t->reply_ms) {
		ADD(replied);
		c->replies[c->reply_count++] = t->reply_ms - t->time_ms;
	}
}

static void question_count(struct counting *c, const struct year_turn *t)
{
	ADD(handed);
	if (first_time(c, t->user, 2))
		ADD(handed_people);
	if (t->question_done)
		ADD(handed_done);
	else
		ADD(handed_open);
}

static void wait_count(struct counting *c, const char *state)
{
	if (strcmp(state, "withdrawn") == 0)
		return;
	ADD(waits);
	if (strcmp(state, "open") != 0)
		ADD(waits_answered);
	if (strcmp(state, "told") == 0)
		ADD(waits_told);
	else if (strcmp(state, "fetched") == 0)
		ADD(waits_fetched);
	else if (strcmp(state, "unreachable") == 0)
		ADD(waits_unreachable);
	else
		ADD(waits_open);
}

static void turn_count(struct counting *c, const struct year_turn *t)
{
	if (!wanted(c, t->unit, t->channel, t->field))
		return;
	if (within(c, t->time_ms))
		contact_count(c, t);
	if (t->question_ms && within(c, t->question_ms))
		question_count(c, t);
	if (t->wait_ms && within(c, t->wait_ms))
		wait_count(c, wait_states[t->wait_state]);
	if (t->rated_ms && within(c, t->rated_ms)) {
		ADD(ratings);
		if (t->good)
			ADD(helpful);
		else
			ADD(unhelpful);
	}
}

static void case_count(struct counting *c, const struct year_case *one, int as_of)
{
	bool closed = one->answered_ms != 0;

	if (!wanted(c, one->unit, one->channel, -1) || c->field >= 0 || one->received_ms >= c->scope->to_ms)
		return;
	if (one->received_ms >= c->scope->from_ms) {
		ADD(cases_received);
		if (one->kind)
			ADD(cases_suggestions);
		else
			ADD(cases_reflections);
	}
	if (closed && within(c, one->answered_ms)) {
		ADD(cases_closed);
		if ((one->answered_ms + 7 * HOUR) / DAY <= one->due)
			ADD(cases_on_time);
		else
			ADD(cases_late);
	}
	if (one->state != YEAR_CASE_WITHDRAWN && (!closed || one->answered_ms >= c->scope->to_ms)) {
		ADD(cases_open);
		if (one->due < as_of)
			ADD(cases_overdue);
	}
}

static int by_number(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return a < b ? -1 : a > b;
}

static int64_t quantile(const struct counting *c, size_t percent)
{
	return c->reply_count ? c->replies[(c->reply_count * percent + 99) / 100 - 1] : FIGURE_NONE;
}

void year_truth(const struct year *y, const struct report_scope *scope, int as_of, int unit, int channel,
	int field, struct report_counts *ret_counts)
{
	struct counting c = {.year = y,
		.scope = scope,
		.unit = unit,
		.channel = channel,
		.field = field,
		.values = ret_counts->values,
		.seen = calloc((size_t)y->users + 1, 1),
		.replies = calloc(y->turn_count + 1, sizeof *c.replies)};

	assert_non_null(c.seen);
	assert_non_null(c.replies);
	memset(ret_counts, 0, sizeof *ret_counts);
	for (size_t i = 0; i < y->turn_count; i++)
		turn_count(&c, &y->turns[i]);
	for (size_t i = 0; i < y->case_count; i++)
		case_count(&c, &y->cases[i], as_of);
	qsort(c.replies, c.reply_count, sizeof *c.replies, by_number);
	ret_counts->values[STORE_FIGURE_reply_median] = quantile(&c, 50);
	ret_counts->values[STORE_FIGURE_reply_p95] = quantile(&c, 95);
	ret_counts->people = ret_counts->values[STORE_FIGURE_citizens];
	free(c.seen);
	free(c.replies);
}
