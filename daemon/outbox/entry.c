/* entry.c - the rows that are known. The table is the truth: an entry is a number and a place, the row itself is read when its
 * turn comes. When too many are known the rest waits in the table (`more`) and is read in order of id. A table that cannot
 * be read is tried again at the next look at the clock. */
#include "daemon/outbox/outbox_internal.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"

#include <stdlib.h>
#include <string.h>

#define PAGE 64
#define PAGE_ARENA ((size_t)64 << 20)

struct entry *entry_of(const struct outbox *ob, int64_t id)
{
	for (struct map_node *n = map_first(&ob->by_id, map_hash_number((uint64_t)id)); n; n = map_next(n)) {
		struct entry *e = OWNER_OF(n, struct entry, by_id);

		if (e->id == id)
			return e;
	}
	return NULL;
}

static struct sender *sender_of(const struct outbox *ob, const struct outbox_row *row)
{
	for (size_t i = 0; i < ob->o.accounts->count; i++) {
		const struct account *a = ob->senders[i].account;

		if (strcmp(a->adapter->name, row->channel) == 0 && strcmp(a->id, row->account) == 0)
			return &ob->senders[i];
	}
	return &ob->senders[ob->o.accounts->count];
}

static void ready_put(struct entry *e)
{
	e->place = READY;
	e->ready_next = NULL;
	*e->sender->ready_end = e;
	e->sender->ready_end = &e->ready_next;
}

struct entry *entry_ready_take(struct sender *s)
{
	struct entry *e = s->ready;

	s->ready = e->ready_next;
	if (!s->ready)
		s->ready_end = &s->ready;
	return e;
}

void entry_promote(struct outbox *ob, struct entry *e)
{
	if (ob->closing || e->place != WAITING || !lane_may_run(&e->lane))
		return;
	if (e->due_ms > clock_now_ms())
		outbox_timer_by(ob, e->due_ms);
	else
		ready_put(e);
}

static void lane_leave(struct outbox *ob, struct entry *e)
{
	struct lane_item *first = lanes_remove(&ob->lanes, &e->lane);

	if (first)
		entry_promote(ob, OWNER_OF(first, struct entry, lane));
}

void entry_free(struct outbox *ob, struct entry *e)
{
	if (e->lane.lane)
		lane_leave(ob, e);
	map_remove(&ob->by_id, &e->by_id);
	*(e->prev ? &e->prev->next : &ob->entries) = e->next;
	if (e->next)
		e->next->prev = e->prev;
	free(e);
}

/* Where the row says it is. */
enum err entry_place(struct outbox *ob, struct entry *e, const struct outbox_row *row)
{
	enum err err = OK;

	e->due_ms = row->due_ms;
	e->expires_ms = row->expires_ms;
	if (row->state == OUTBOX_UNKNOWN) {
		if (e->lane.lane)
			lane_leave(ob, e);
		e->place = UNKNOWN;
		e->due_ms += ob->o.unknown_wait_ms;
		outbox_timer_by(ob, e->due_ms);
		return OK;
	}
	e->place = WAITING;
	if (!e->lane.lane)
		err = lanes_add(&ob->lanes, row->channel, row->account, row->user, row->id, &e->lane);
	if (err == OK)
		entry_promote(ob, e);
	return err;
}

/* ERR_NOT_FOUND: there is nothing left to do for it. */
enum err entry_add(struct outbox *ob, const struct outbox_row *row)
{
	struct entry *e;

	if (row->state != OUTBOX_DUE && row->state != OUTBOX_UNKNOWN)
		return ERR_NOT_FOUND;
	e = calloc(1, sizeof *e);
	if (!e || map_add(&ob->by_id, &e->by_id, map_hash_number((uint64_t)row->id)) != OK) {
		free(e);
		return ERR_NOMEM;
	}
	e->id = row->id;
	e->sender = sender_of(ob, row);
	e->next = ob->entries;
	if (e->next)
		e->next->prev = e;
	ob->entries = e;
	if (entry_place(ob, e, row) == OK)
		return OK;
	entry_free(ob, e);
	return ERR_NOMEM;
}

/* --- The table. --- */

static enum err page_read(struct outbox *ob, enum outbox_state state, int64_t *after_id, size_t *ret_count)
{
	struct outbox_row *rows;
	struct arena arena;
	enum err err;

	arena_init(&arena, PAGE_ARENA);
	err = store_outbox_list(ob->means.reader, &arena, state, *after_id, PAGE, &rows, ret_count);
	for (size_t i = 0; err == OK && i < *ret_count; i++) {
		if (!entry_of(ob, rows[i].id) && entry_add(ob, &rows[i]) == ERR_NOMEM)
			err = ERR_NOMEM;
		else
			*after_id = rows[i].id;
	}
	arena_release(&arena);
	return err;
}

static void read_failed(struct outbox *ob, enum err err)
{
	log_warning("could not read replies that wait, trying again: %s", err_words(err));
	outbox_timer_by(ob, clock_now_ms() + ob->o.look_ms);
}

/* Takes up rows behind last_id while there is room. */
void entries_read_more(struct outbox *ob)
{
	size_t count = 0;
	enum err err = OK;

	while (ob->more && ob->by_id.count < ob->o.held_max && err == OK) {
		err = page_read(ob, OUTBOX_DUE, &ob->last_id, &count);
		if (err == OK && count < PAGE)
			ob->more = false;
	}
	if (err != OK)
		read_failed(ob, err);
}

static void read_unknown(struct outbox *ob)
{
	int64_t after_id = 0;
	size_t count = PAGE;
	enum err err = OK;

	while (count == PAGE && err == OK)
		err = page_read(ob, OUTBOX_UNKNOWN, &after_id, &count);
	if (err != OK)
		read_failed(ob, err);
}

/* From the beginning: start-up, and after another process (an operator's command) wrote. */
void entries_read_all(struct outbox *ob)
{
	ob->last_id = 0;
	ob->more = true;
	read_unknown(ob);
	entries_read_more(ob);
}
