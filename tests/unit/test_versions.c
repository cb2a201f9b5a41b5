/* Random histories against a simple model: who says what of a record, from which day on, and how long. Whatever is drafted,
 * published, planned, ended, said otherwise by a unit, taken back or imported, and in whatever order: on any day at most one
 * version of a record and unit is in force, and what a citizen of a unit is told is what the model says. */
#include "daemon/base/clock.h"
#include "daemon/turn/turn.h"
#include "knowledge/day.h"
#include "knowledge/edit.h"
#include "knowledge/index.h"
#include "knowledge/kb_measure.h"
#include "knowledge/version.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FIRST_DAY 20700 /* 2026-09-04 */
#define SPAN 120        /* days that things happen on, before and after */
#define FAR 1000000
#define UNITS 3 /* the nation, a province, a commune in it */
#define SAID_MAX 24
#define REPLIES_EVERY 10
#define KEPT_EVERY 400 /* of these is asked again when all have happened, by a search over all */

static const char *const unit_codes[UNITS] = {"", "91", "91002"};

/* What one unit has said of the record in hand, in no order. */
struct said {
	int64_t version;
	int from, until; /* days; FAR: open */
	int fee;         /* thousands of đồng; 0: not said */
	int phone;       /* 0: not said */
	bool ended;      /* abolished */
};

struct model {
	struct said said[UNITS][SAID_MAX];
	size_t count[UNITS];
};

struct past { /* a history that is over */
	char record[16];
	struct model model;
};

struct world {
	struct kdb *kdb;
	struct edit *edit;
	struct kb *kb;
	struct words *words;
	struct phrases *phrases;
	struct arena arena;
	struct why why;
	uint64_t seed;
	char record[16];
	int today;
	int number; /* the next fee or phone: each is said once only */
	struct model model;
	struct past *past;
	size_t past_count;
	struct said drafts[UNITS]; /* open ones; version 0: none */
	size_t published, withdrawn, rolled_back, imported, replies, refused;
};

static unsigned any(struct world *w, unsigned below)
{
	w->seed ^= w->seed << 13;
	w->seed ^= w->seed >> 7;
	w->seed ^= w->seed << 17;
	return (unsigned)(w->seed >> 33) % below;
}

/* --- The model -------------------------------------------------------------------------------------------- */

static void model_publish(struct world *w, int unit, struct said said)
{
	struct model *m = &w->model;
	size_t n = 0;

	for (size_t i = 0; i < m->count[unit]; i++)
		if (m->said[unit][i].from != said.from)
			m->said[unit][n++] = m->said[unit][i];
	m->said[unit][n++] = said;
	m->count[unit] = n;
}

static void model_forget(struct world *w, int unit, int64_t version)
{
	struct model *m = &w->model;
	size_t n = 0;

	for (size_t i = 0; i < m->count[unit]; i++)
		if (m->said[unit][i].version != version)
			m->said[unit][n++] = m->said[unit][i];
	m->count[unit] = n;
}

/* The last that began; NULL when it has ended itself. */
static const struct said *model_at(const struct model *m, int unit, int day, bool ended_too)
{
	const struct said *last = NULL;

	for (size_t i = 0; i < m->count[unit]; i++) {
		const struct said *s = &m->said[unit][i];

		if (s->from <= day && (!last || s->from > last->from))
			last = s;
	}
	return last && (day < last->until || ended_too) ? last : NULL;
}

struct told {
	bool there, ended;
	int fee, phone;
};

static struct told model_told(const struct model *m, int unit, int day)
{
	const struct said *nation = model_at(m, 0, day, false), *last = model_at(m, 0, day, true);
	struct told told = {.there = nation != NULL};

	if (!nation || nation->ended) {
		told.there = told.ended = last && last->ended;
		return told;
	}
	told.fee = nation->fee;
	told.phone = nation->phone;
	for (int u = 1; u <= unit; u++) {
		const struct said *s = model_at(m, u, day, false);

		if (s && s->fee)
			told.fee = s->fee;
		if (s && s->phone)
			told.phone = s->phone;
	}
	return told;
}

/* --- What happens ----------------------------------------------------------------------------------------- */

static struct edit_by by(const char *who)
{
	return (struct edit_by){.who = who, .now_ms = clock_now_ms(), .two_persons = true};
}

static const char *day_of(struct world *w, int day)
{
	char text[11];

	day_text(day, text);
	return arena_string(&w->arena, text);
}

/* 12 → "12.000 đồng", 1012 → "1.012.000 đồng" */
static const char *fee_of(struct world *w, int fee)
{
	return fee < 1000 ? arena_printf(&w->arena, "%d.000 đồng", fee)
			  : arena_printf(&w->arena, "%d.%03d.000 đồng", fee / 1000, fee % 1000);
}

static const char *body_of(struct world *w, const struct said *s, bool whole)
{
	const char *name = whole ? arena_printf(&w->arena, "\"code\":\"%s\",\"name\":\"Thủ tục số %s\",",
					   w->record, w->record + 2)
				 : "";
	const char *fee =
		s->fee ? arena_printf(&w->arena, "\"submission\":[{\"mode\":\"trực tiếp\",\"fee\":\"%s\"}],",
				 fee_of(w, s->fee))
		       : "";
	const char *phone = s->phone ? arena_printf(&w->arena, "\"phone\":[\"%d\"],", s->phone) : "";

	return arena_printf(&w->arena, "{%s%s%s\"note\":\"%d\"}", name, fee, phone, w->number++);
}

static struct said said_any(struct world *w, int unit)
{
	struct said s = {.from = w->today, .until = FAR};
	unsigned what = unit == 0 ? 3 : 1 + any(w, 3);

	if (what & 1)
		s.fee = w->number++;
	if (what & 2)
		s.phone = 10000000 + w->number++;
	if (any(w, 2))
		s.from = w->today - 20 + (int)any(w, 60);
	if (any(w, 3) == 0)
		s.until = (s.from > w->today ? s.from : w->today) + 1 + (int)any(w, 30);
	return s;
}

static bool done(struct world *w, enum err err)
{
	if (err != OK && err != ERR_REFUSED)
		fail_msg("%s: %s", err_words(err), w->why.text);
	w->refused += err == ERR_REFUSED;
	return err == OK;
}

static void write_draft(struct world *w, int unit)
{
	struct said s = said_any(w, unit);
	struct edit_text text = {.body = body_of(w, &s, unit == 0)};
	struct edit_by who = by("lan");
	struct version_row row;
	struct edit_trouble trouble;
	enum err err;

	if (unit == 0 && w->model.count[0] && any(w, 6) == 0) {
		s = (struct said){.from = s.from, .until = FAR, .ended = true};
		text = (struct edit_text){.change = "abolished", .though_inherited = true};
	}
	if (s.from != w->today)
		text.valid_from = day_of(w, s.from);
	if (s.until != FAR)
		text.valid_to = day_of(w, s.until);
	if (unit == 0 && !w->model.count[0] && !w->drafts[0].version)
		err = edit_create(w->edit, "procedure", w->record, "", &text, &who, &row, &trouble, &w->why);
	else
		err = edit_draft(w->edit, w->record, unit_codes[unit], &text, &who, &row, &trouble, &w->why);
	if (!done(w, err))
		return;
	s.version = row.id;
	if (!text.valid_from)
		s.from = -1; /* the day it is published */
	w->drafts[unit] = s;
}

static bool step(struct world *w, int64_t version, enum edit_step what, const char *name)
{
	struct edit_by who = by(name);
	struct edit_trouble trouble;

	return done(w, edit_step(w->edit, version, what, NULL, &who, NULL, &trouble, &w->why));
}

static void publish(struct world *w, int unit)
{
	struct said s = w->drafts[unit];

	if (!s.version)
		return;
	w->drafts[unit].version = 0;
	if (!step(w, s.version, EDIT_SUBMIT, "lan") || !step(w, s.version, EDIT_APPROVE, "minh")) {
		if (!step(w, s.version, EDIT_WITHDRAW, "lan"))
			fail_msg("a draft could not be given up");
		return;
	}
	s.from = s.from < 0 ? w->today : s.from;
	model_publish(w, unit, s);
	w->published++;
}

static const struct said *any_said(struct world *w, int unit)
{
	size_t n = w->model.count[unit];

	return n ? &w->model.said[unit][any(w, (unsigned)n)] : NULL;
}

static void take_back(struct world *w, int unit)
{
	const struct said *s = any_said(w, unit);

	if (!s)
		return;
	if (step(w, s->version, EDIT_WITHDRAW, "lan")) {
		assert_true(s->from > w->today);
		model_forget(w, unit, s->version);
		w->withdrawn++;
	}
}

static void roll_back(struct world *w, int unit)
{
	const struct said *old = any_said(w, unit);
	struct edit_by who = by("lan");
	struct version_row row;
	struct edit_trouble trouble;

	if (!old || old->ended ||
		!done(w, edit_rollback(w->edit, old->version, NULL, &who, &row, &trouble, &w->why)))
		return;
	w->drafts[unit] = *old;
	w->drafts[unit].version = row.id;
	w->drafts[unit].from = -1;
	w->drafts[unit].until = FAR;
	/* Lies the nation's word elsewhere today, a unit may say what it inherits: then nothing is said. */
	w->drafts[unit].ended = false;
	w->rolled_back++;
}

static int64_t newest(struct world *w)
{
	sqlite3_stmt *stmt;
	int64_t id;

	assert_int_equal(
		sqlite3_prepare_v2(w->kdb->db, "SELECT max(id) FROM version", -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	id = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return id;
}

/* A row of an import is the nation's word at once. */
static void import(struct world *w)
{
	struct said s = said_any(w, 0);
	char today[11];
	struct version_origin origin = {"", today, "import", clock_now_ms()};
	struct import_row row;
	struct flaw flaw;
	enum version_done how;
	const char *body = body_of(w, &s, true);

	day_text(w->today, today);
	body = arena_printf(&w->arena, "%.*s,\"valid_from\":\"%s\"%s%s%s}", (int)strlen(body) - 1, body,
		day_of(w, s.from), s.until == FAR ? "" : ",\"valid_to\":\"",
		s.until == FAR ? "" : day_of(w, s.until), s.until == FAR ? "" : "\"");
	assert_int_equal(import_row_parse(&w->arena, body, strlen(body), &row, &flaw), OK);
	assert_int_equal(kdb_run(w->kdb, KDB_BEGIN, ""), OK);
	assert_int_equal(index_begin(w->kdb), OK);
	assert_int_equal(version_put(w->kdb, &row, &origin, &how), OK);
	assert_int_equal(index_settle(w->kdb, NULL, NULL), OK);
	assert_int_equal(kdb_run(w->kdb, KDB_COMMIT, ""), OK);
	s.version = newest(w);
	model_publish(w, 0, s);
	w->imported++;
}

static void something_happens(struct world *w)
{
	int unit = (int)any(w, UNITS);

	switch (any(w, 10)) {
	case 0: take_back(w, unit); break;
	case 1: roll_back(w, unit); break;
	case 2: import(w); break;
	case 3:
		w->today += (int)any(w, 20);
		clock_set(((int64_t)w->today * 24 + 5) * 3600000);
		break;
	case 4:
	case 5: publish(w, unit); break;
	default:
		write_draft(w, unit);
		if (any(w, 3))
			publish(w, unit);
	}
}

/* --- What is true ----------------------------------------------------------------------------------------- */

static void check_day(struct world *w, int unit, int day)
{
	struct told told = model_told(&w->model, unit, day);
	const char *as_of = day_of(w, day), *account = unit ? unit_codes[unit] : NULL;
	struct record r = {0};
	enum err err = kb_get(w->kb, &w->arena, w->record, account, as_of, &r);
	char phone[16] = "";

	if (!told.there) {
		if (err != ERR_NOT_FOUND)
			fail_msg("%s of %s on %s is there, and should not: %s", w->record, unit_codes[unit],
				as_of,
				r.submission_count && r.submissions[0].fee ? r.submissions[0].fee : "");
		return;
	}
	if (err != OK)
		fail_msg("%s of %s on %s: %s", w->record, unit_codes[unit], as_of, err_words(err));
	assert_int_equal(strcmp(r.change, "abolished") == 0, told.ended);
	if (told.ended)
		return;
	if (told.phone)
		snprintf(phone, sizeof phone, "%d", told.phone);
	assert_string_equal(r.submission_count && r.submissions[0].fee ? r.submissions[0].fee : "",
		told.fee ? fee_of(w, told.fee) : "");
	assert_string_equal(r.phone_count ? r.phones[0] : "", phone);
	assert_true(strcmp(r.valid_from, as_of) <= 0 && (!r.valid_to || strcmp(r.valid_to, as_of) > 0));
}

static void check_one_in_force(struct world *w)
{
	static const char sql[] = "SELECT count(*) FROM version a JOIN version b ON b.record = a.record AND "
				  "b.unit = a.unit AND b.id > a.id"
				  " WHERE a.record = ? AND a.state = 'published' AND b.state = 'published'"
				  " AND (a.valid_to IS NULL OR a.valid_to > b.valid_from) AND (b.valid_to IS "
				  "NULL OR b.valid_to > a.valid_from)";
	sqlite3_stmt *stmt;

	assert_int_equal(sqlite3_prepare_v2(w->kdb->db, sql, -1, &stmt, NULL), SQLITE_OK);
	sqlite3_bind_text(stmt, 1, w->record, -1, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(stmt, 0), 0);
	sqlite3_finalize(stmt);
}

static bool names(const char *text, const char *amount)
{
	for (const char *at = text; (at = strstr(at, amount)); at++)
		if (at == text || !strchr("0123456789.", at[-1]))
			return true;
	return false;
}

/* A reply names no fee but the one in force. */
static void check_reply(struct world *w, int unit, int day)
{
	struct told told = model_told(&w->model, unit, day);
	struct tools tools = {.kb = w->kb, .words = w->words, .phrases = w->phrases};
	const char *payload = arena_printf(&w->arena, "#tt:%s", w->record);
	struct turn t;

	turn_init(&t, &tools);
	t.event = (struct event){.channel = "zalo", .user = "u", .text = payload, .payload = payload};
	t.unit = unit ? unit_codes[unit] : NULL;
	t.as_of = day_of(w, day);
	t.now_ms = clock_now_ms();
	t.known = true;
	assert_int_equal(turn_think(&t), OK);
	assert_non_null(t.reply.text);
	for (int u = 0; u < UNITS; u++)
		for (size_t i = 0; i < w->model.count[u]; i++)
			if (w->model.said[u][i].fee && w->model.said[u][i].fee != told.fee)
				assert_false(names(t.reply.text, fee_of(w, w->model.said[u][i].fee)));
	if (told.there && !told.ended && told.fee) {
		if (!names(t.reply.text, fee_of(w, told.fee)))
			fail_msg("%s of %s: no %s in \"%s\"", w->record, unit_codes[unit],
				fee_of(w, told.fee), t.reply.text);
		w->replies++;
	}
	turn_release(&t);
}

static void history(struct world *w, unsigned number)
{
	unsigned events = 3 + any(w, 14);

	w->model = (struct model){.count = {0}};
	memset(w->drafts, 0, sizeof w->drafts);
	snprintf(w->record, sizeof w->record, "1.%06u", number);
	w->today = FIRST_DAY + (int)any(w, 30);
	clock_set(((int64_t)w->today * 24 + 5) * 3600000);
	arena_reset(&w->arena);
	for (unsigned i = 0; i < events; i++)
		something_happens(w);
	check_one_in_force(w);
	for (int i = 0; i < 6; i++)
		check_day(w, (int)any(w, UNITS), FIRST_DAY - 30 + (int)any(w, SPAN + 150));
	for (int u = 0; u < UNITS; u++)
		check_day(w, u, w->today);
	if (number % KEPT_EVERY == 0) {
		struct past *past = &w->past[w->past_count++];

		past->model = w->model;
		memcpy(past->record, w->record, sizeof past->record);
	}
	if (number % REPLIES_EVERY == 0)
		check_reply(w, (int)any(w, UNITS), w->today + (int)any(w, 30));
}

static bool finds(struct world *w, const char *record, int unit, int day)
{
	const struct search_scope scope = {.unit = unit ? unit_codes[unit] : NULL, .as_of = day_of(w, day)};
	const char *asked = arena_printf(&w->arena, "thủ tục số %s", record + 2);
	struct answers found;
	struct question q;

	assert_int_equal(question_parse(w->words, &w->arena, asked, &q), OK);
	assert_int_equal(kb_search(w->kb, &w->arena, &q, &scope, &found), OK);
	for (size_t i = 0; i < found.count; i++)
		if (strcmp(found.items[i].id, record) == 0)
			return true;
	return false;
}

/* What is in force is found; what is not is neither found nor offered. */
static void check_search(struct world *w)
{
	for (size_t i = 0; i < w->past_count; i++) {
		const struct past *p = &w->past[i];
		int unit = (int)any(w, UNITS), day = FIRST_DAY + (int)any(w, SPAN);
		const struct said *nation = model_at(&p->model, 0, day, false);

		arena_reset(&w->arena);
		if (finds(w, p->record, unit, day) != (nation != NULL))
			fail_msg("%s on %s is %sin force", p->record, day_of(w, day), nation ? "" : "not ");
	}
}

static void run(struct kdb *k, const char *sql)
{
	assert_int_equal(sqlite3_exec(k->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static int up(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	if (!w || words_load(&w->words, &w->why) != OK || phrases_load(&w->phrases, &w->why) != OK ||
		kdb_open("histories", KDB_SCRATCH, &w->kdb, &w->why) != OK ||
		edit_attach(w->kdb, &w->edit, &w->why) != OK)
		return -1;
	run(w->kdb, "PRAGMA foreign_keys = OFF;"
		    "INSERT INTO unit (code, type, name, key) VALUES ('91', 'tỉnh', 'Sông Cả', 'song ca');"
		    "INSERT INTO unit (code, province, type, name, key) VALUES ('91002', '91', 'xã', 'Én', "
		    "'en')");
	arena_init(&w->arena, (size_t)64 << 20);
	w->seed = 88172645463325252ULL;
	w->number = 10;
	*state = w;
	return kb_attach(w->kdb, w->words, &w->kb, &w->why) != OK;
}

static int down(void **state)
{
	struct world *w = *state;

	kb_close(w->kb);
	edit_close(w->edit);
	phrases_free(w->phrases);
	words_free(w->words);
	arena_release(&w->arena);
	free(w->past);
	free(w);
	clock_set(0);
	return 0;
}

static unsigned histories(void)
{
	const char *wanted = getenv("HISTORIES");

	return wanted ? (unsigned)atoi(wanted) : 10000;
}

static void at_any_day_each_is_told_what_is_in_force_and_nothing_else(void **state)
{
	struct world *w = *state;

	w->past = calloc(histories() / KEPT_EVERY + 1, sizeof *w->past);
	assert_non_null(w->past);
	for (unsigned i = 0; i < histories(); i++)
		history(w, i);
	check_search(w);
	fprintf(stderr,
		"%zu published, %zu imported, %zu taken back, %zu rolled back, %zu refused, %zu replies\n",
		w->published, w->imported, w->withdrawn, w->rolled_back, w->refused, w->replies);
	assert_true(
		w->published && w->imported && w->withdrawn && w->rolled_back && w->refused && w->replies);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			at_any_day_each_is_told_what_is_in_force_and_nothing_else, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
