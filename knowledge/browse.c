/* browse.c - lists. One walk over the index of versions, in the order of records and units; what a group of rows says on the day
 * becomes an item, what the filter wants is kept, sorted and cut to the page. */
#include "knowledge/browse.h"

#include "daemon/base/clock.h"
#include "knowledge/browse_internal.h"
#include "knowledge/fold.h"

#include <stdlib.h>
#include <string.h>

#define QUERY_WORDS 16
#define KEY_BYTES 512

#define STATE_WORD(name, word) word,
static const char *const state_words[] = {BROWSE_STATES(STATE_WORD)};

const char *browse_state_word(enum browse_state state)
{
	return state_words[state];
}

enum err browse_open(const char *database, struct browse **ret_browse, struct why *why)
{
	struct browse *b = calloc(1, sizeof *b);
	enum err err = b ? kdb_open(database, KDB_READ, &b->kdb, why)
			 : why_set(why, ERR_NOMEM, "could not open \"%s\": out of memory", database);

	if (err != OK) {
		free(b);
		return err;
	}
	*ret_browse = b;
	return OK;
}

void browse_close(struct browse *b)
{
	if (!b)
		return;
	kdb_close(b->kdb);
	free(b);
}

enum err browse_generation(struct browse *b, int64_t *ret_generation, struct why *why)
{
	sqlite3_stmt *stmt = kdb_bind(b->kdb, KDB_DATA_VERSION, "");
	int rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;

	if (rc == SQLITE_ROW)
		*ret_generation = sqlite3_column_int64(stmt, 0);
	if (stmt)
		sqlite3_reset(stmt);
	return rc == SQLITE_ROW ? OK : kdb_why(b->kdb, kdb_err(b->kdb), "read", why);
}

/* --- A group: the versions of one record and unit ---------------------------------------------------------- */

struct group {
	struct browse_item item; /* texts in `arena` */
	unsigned states;         /* bits of enum browse_state */
	bool in_force, planned;  /* item.version is of that kind already */
	bool inherits, last;     /* of the version that counts */
	const char *author;      /* of the open one */
};

struct walk {
	struct browse *browse;
	struct arena *arena, scratch; /* scratch: of the record in hand */
	const char *day;
	const struct browse_filter *filter;
	char words[QUERY_WORDS][FOLD_MAX];
	size_t word_count;
	struct group group, nation; /* nation: the nation's group of the record in hand, not yet kept */
	bool has_group, has_nation;
	sqlite3_stmt *titles;
	const char *title_record, *title; /* the row `titles` stands on; NULL: at its end */
	void (*item_cb)(struct walk *w, const struct group *g);
	struct browse_list list;
	size_t room;
	const char *who; /* for counting */
	struct browse_counts counts;
	char soon[11];
	enum err err;
};

static const char *text(struct walk *w, sqlite3_stmt *stmt, int column)
{
	const char *s = (const char *)sqlite3_column_text(stmt, column);
	const char *copy = arena_string(&w->scratch, s);

	if (s && !copy)
		w->err = ERR_NOMEM;
	return copy;
}

enum { RECORD, KIND, UNIT, ID, STATE, CHANGE, FROM, TO, INHERITS, CODE, NAME, FIELD, LEVELS, AUTHOR };

static void take_facts(struct walk *w, struct group *g, sqlite3_stmt *stmt)
{
	struct browse_item *i = &g->item;

	i->version = sqlite3_column_int64(stmt, ID);
	i->valid_from = text(w, stmt, FROM);
	i->valid_to = text(w, stmt, TO);
	i->change = text(w, stmt, CHANGE);
	i->code = text(w, stmt, CODE);
	i->name = text(w, stmt, NAME);
	i->field = text(w, stmt, FIELD);
	i->levels = text(w, stmt, LEVELS);
	g->inherits = sqlite3_column_int(stmt, INHERITS) != 0;
}

static void take_published(struct walk *w, struct group *g, sqlite3_stmt *stmt)
{
	const char *from = (const char *)sqlite3_column_text(stmt, FROM);
	const char *to = (const char *)sqlite3_column_text(stmt, TO);

	if (strcmp(from, w->day) > 0) {
		g->states |= 1u << BROWSE_SCHEDULED;
		if (!g->item.planned)
			g->item.planned = text(w, stmt, FROM);
		if (!g->in_force && !g->planned)
			take_facts(w, g, stmt);
		g->planned = true;
	} else if (!to || strcmp(to, w->day) > 0) {
		take_facts(w, g, stmt);
		g->in_force = true;
		g->states |= 1u << (g->item.change[0] == 'r' || strcmp(g->item.change, "abolished") == 0
					     ? BROWSE_ENDED
					     : BROWSE_PUBLISHED);
	} else {
		take_facts(w, g, stmt);
		g->last = true;
	}
}

static void take_row(struct walk *w, struct group *g, sqlite3_stmt *stmt)
{
	const char *state = (const char *)sqlite3_column_text(stmt, STATE);

	if (state[0] == 'w')
		return;
	if (state[0] == 'p') {
		take_published(w, g, stmt);
		return;
	}
	g->states |= 1u << (state[0] == 'd' ? BROWSE_DRAFT : BROWSE_REVIEW);
	g->item.draft = sqlite3_column_int64(stmt, ID);
	g->author = text(w, stmt, AUTHOR);
	if (!g->item.version)
		take_facts(w, g, stmt);
}

static void group_begin(struct walk *w, sqlite3_stmt *stmt)
{
	w->group = (struct group){0};
	w->group.item.id = text(w, stmt, RECORD);
	w->group.item.kind = text(w, stmt, KIND);
	w->group.item.unit = text(w, stmt, UNIT);
	w->has_group = w->err == OK;
}

/* The titles come in the order of records, as the versions do. */
static void title_next(struct walk *w)
{
	bool row = sqlite3_step(w->titles) == SQLITE_ROW;

	w->title_record = row ? (const char *)sqlite3_column_text(w->titles, 0) : NULL;
	w->title = row ? (const char *)sqlite3_column_text(w->titles, 1) : NULL;
}

static const char *title_of(struct walk *w, const char *record)
{
	const char *copy;

	while (w->title_record && strcmp(w->title_record, record) < 0)
		title_next(w);
	if (!w->title_record || strcmp(w->title_record, record) != 0)
		return NULL;
	copy = arena_string(&w->scratch, w->title);
	if (!copy)
		w->err = ERR_NOMEM;
	return copy;
}

static void group_end(struct walk *w)
{
	struct group *g = &w->group;

	if (!w->has_group || w->err != OK)
		return;
	w->has_group = false;
	if (!g->in_force && !g->planned && g->last)
		g->states |= 1u << BROWSE_ENDED;
	for (g->item.state = 0; g->item.state < BROWSE_ENDED && !(g->states & 1u << g->item.state);)
		g->item.state++;
	if (!*g->item.unit) {
		g->item.everyday = title_of(w, g->item.id);
		w->nation = *g;
		w->has_nation = true;
		return;
	}
	g->item.everyday = w->has_nation ? w->nation.item.everyday : title_of(w, g->item.id);
	if (g->inherits && w->has_nation) {
		w->nation.item.overrides += g->in_force;
		g->item.name = w->nation.item.name;
		g->item.code = w->nation.item.code;
		g->item.field = w->nation.item.field;
		g->item.levels = w->nation.item.levels;
	}
	if (g->states)
		w->item_cb(w, g);
}

static void record_end(struct walk *w)
{
	group_end(w);
	if (w->has_nation && w->nation.states && w->err == OK)
		w->item_cb(w, &w->nation);
	w->has_nation = false;
	arena_reset(&w->scratch);
}

static void walk_row(struct walk *w, sqlite3_stmt *stmt)
{
	const char *record = (const char *)sqlite3_column_text(stmt, RECORD);
	const char *unit = (const char *)sqlite3_column_text(stmt, UNIT);
	bool known = w->has_group || w->has_nation;
	const char *before = w->has_group ? w->group.item.id : w->nation.item.id;

	if (known && strcmp(before, record) != 0)
		record_end(w);
	else if (w->has_group && strcmp(w->group.item.unit, unit) != 0)
		group_end(w);
	if (!w->has_group)
		group_begin(w, stmt);
	if (w->err == OK)
		take_row(w, &w->group, stmt);
}

static enum err walk_all(struct walk *w)
{
	struct kdb *k = w->browse->kdb;
	sqlite3_stmt *stmt = kdb_bind(k, KDB_BROWSE_ALL, "");
	int rc = SQLITE_DONE;

	w->titles = kdb_bind(k, KDB_BROWSE_TITLES, "");
	w->err = stmt && w->titles ? OK : kdb_err(k);
	arena_init(&w->scratch, (size_t)16 << 20);
	if (w->err == OK)
		title_next(w);
	while (w->err == OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
		walk_row(w, stmt);
	if (w->err == OK)
		w->err = kdb_step_err(k, rc);
	if (w->err == OK)
		record_end(w);
	if (stmt)
		sqlite3_reset(stmt);
	if (w->titles)
		sqlite3_reset(w->titles);
	arena_release(&w->scratch);
	return w->err;
}

/* --- The filter -------------------------------------------------------------------------------------------- */

static void words_read(struct walk *w, const char *q)
{
	struct fold f;
	struct fold_syllable s;

	fold_init(&f, q ? q : "", q ? strlen(q) : 0);
	while (w->word_count < QUERY_WORDS && fold_next(&f, &s))
		memcpy(w->words[w->word_count++], s.plain, s.plain_len + 1);
}

static void key_of(const char *name, char key[KEY_BYTES])
{
	struct fold f;
	struct fold_syllable s;
	size_t len = 0;

	fold_init(&f, name ? name : "", name ? strlen(name) : 0);
	while (fold_next(&f, &s) && len + s.plain_len + 2 < KEY_BYTES) {
		key[len++] = ' ';
		memcpy(key + len, s.plain, s.plain_len);
		len += s.plain_len;
	}
	key[len] = '\0';
}

/* Each word begins a word of the name or the everyday title; or all of `q` begins the code. */
static bool says_words(const struct walk *w, const struct browse_item *i)
{
	char name[KEY_BYTES], everyday[KEY_BYTES], word[FOLD_MAX + 1] = " ";
	const char *q = w->filter->q;

	if (!w->word_count)
		return !q || !*q;
	if (strncmp(i->id, q, strlen(q)) == 0 || (i->code && strncmp(i->code, q, strlen(q)) == 0))
		return true;
	key_of(i->name, name);
	key_of(i->everyday, everyday);
	for (size_t k = 0; k < w->word_count; k++) {
		memcpy(word + 1, w->words[k], strlen(w->words[k]) + 1);
		if (!strstr(name, word) && !strstr(everyday, word))
			return false;
	}
	return true;
}

static bool is(const char *wanted, const char *value)
{
	return !wanted || (value && strcmp(wanted, value) == 0);
}

static bool is_among(const struct browse_filter *f, const char *id)
{
	for (size_t i = 0; f->ids && i < f->id_count; i++)
		if (strcmp(f->ids[i], id) == 0)
			return true;
	return !f->ids;
}

static bool has_state(const char *wanted, unsigned states)
{
	for (unsigned i = 0; wanted && i < BROWSE_STATE_COUNT; i++)
		if (strcmp(wanted, state_words[i]) == 0)
			return states & 1u << i;
	return !wanted;
}

static bool wanted(const struct walk *w, const struct group *g)
{
	const struct browse_filter *f = w->filter;
	const struct browse_item *i = &g->item;

	return is(f->kind, i->kind) && is(f->field, i->field) && is(f->unit, i->unit) &&
	       (!f->level || (i->levels && strstr(i->levels, f->level))) && has_state(f->state, g->states) &&
	       (!f->ends_by || (g->states & 1u << BROWSE_PUBLISHED && !i->planned && i->valid_to &&
				       strcmp(i->valid_to, f->ends_by) <= 0)) &&
	       is_among(f, i->id) && says_words(w, i);
}

/* --- The list ---------------------------------------------------------------------------------------------- */

static bool copy_texts(struct arena *a, struct browse_item *i)
{
	const char **const texts[] = {&i->id, &i->code, &i->kind, &i->name, &i->everyday, &i->field,
		&i->levels, &i->unit, &i->valid_from, &i->valid_to, &i->change, &i->planned};

	for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
		if (*texts[k] && !(*texts[k] = arena_string(a, *texts[k])))
			return false;
	return true;
}

static void keep(struct walk *w, const struct group *g)
{
	struct browse_item item = g->item;

	if (!wanted(w, g))
		return;
	if (!w->filter->room) {
		w->list.total++;
		return;
	}
	if (w->list.total == w->room) {
		size_t room = w->room ? w->room * 2 : 256;
		struct browse_item *items = arena_array(w->arena, room, sizeof *items);

		if (items && w->list.total)
			memcpy(items, w->list.items, w->list.total * sizeof *items);
		w->list.items = items;
		w->room = room;
	}
	if (w->list.items && copy_texts(w->arena, &item))
		w->list.items[w->list.total++] = item;
	else
		w->err = ERR_NOMEM;
}

static int by_name(const void *a, const void *b)
{
	const struct browse_item *x = a, *y = b;
	char one[KEY_BYTES], other[KEY_BYTES];
	int order;

	key_of(x->name, one);
	key_of(y->name, other);
	order = strcmp(one, other);
	if (order == 0)
		order = strcmp(x->id, y->id);
	return order ? order : strcmp(x->unit, y->unit);
}

static void cut_page(struct walk *w)
{
	struct browse_list *l = &w->list;
	size_t skip = w->filter->skip < l->total ? w->filter->skip : l->total;

	if (!w->filter->room || !l->total)
		return;
	qsort(l->items, l->total, sizeof *l->items, by_name);
	l->items += skip;
	l->count = l->total - skip < w->filter->room ? l->total - skip : w->filter->room;
}

enum err browse_list(struct browse *b, struct arena *a, const struct browse_filter *filter,
	struct browse_list *ret_list, struct why *why)
{
	char today[11];
	struct walk w = {.browse = b, .arena = a, .filter = filter, .item_cb = keep};
	enum err err;

	clock_date(clock_now_ms(), today);
	w.day = filter->as_of ? filter->as_of : today;
	words_read(&w, filter->q);
	err = walk_all(&w);
	if (err != OK)
		return kdb_why(b->kdb, err, "list", why);
	cut_page(&w);
	*ret_list = w.list;
	return OK;
}

/* --- Counts ------------------------------------------------------------------------------------------------ */

static void count(struct walk *w, const struct group *g)
{
	const struct browse_item *i = &g->item;

	w->counts.drafts_mine +=
		g->states & 1u << BROWSE_DRAFT && g->author && strcmp(g->author, w->who) == 0;
	w->counts.review_waiting += (g->states & 1u << BROWSE_REVIEW) != 0;
	w->counts.scheduled += (g->states & 1u << BROWSE_SCHEDULED) != 0;
	w->counts.expiring += g->states & 1u << BROWSE_PUBLISHED && !i->planned && i->valid_to &&
			      strcmp(i->valid_to, w->soon) <= 0;
	w->counts.expired += !g->in_force && !g->planned && g->last;
}

enum err browse_count(struct browse *b, const char *who, const char *as_of, int days,
	struct browse_counts *ret_counts, struct why *why)
{
	static const struct browse_filter all = {.q = NULL};
	char today[11];
	struct walk w = {.browse = b, .filter = &all, .item_cb = count, .who = who};
	enum err err;

	clock_date(clock_now_ms(), today);
	w.day = as_of ? as_of : today;
	day_text(day_number(w.day) + days, w.soon);
	err = walk_all(&w);
	if (err != OK)
		return kdb_why(b->kdb, err, "count", why);
	*ret_counts = w.counts;
	return OK;
}
