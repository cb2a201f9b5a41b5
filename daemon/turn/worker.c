/* worker.c - a search thread's own: readers, tools, and what it does with an event. Nothing here writes; a turn that fails is
 * tried again by turns.c. */
#include "daemon/turn/worker.h"

#include "daemon/base/clock.h"
#include "daemon/store/store_citizen.h"

#include <stdlib.h>

struct worker {
	struct store_reader *reader;
	struct tools tools;
};

static enum err citizen_recall(struct worker *w, int64_t conversation_ms, struct turn *turn)
{
	const struct event *e = &turn->event;
	const struct citizen_key key = {e->channel, e->account, e->user};
	struct citizen citizen;
	enum err err;

	if (!e->user)
		return OK;
	err = store_citizen_get(w->reader, &turn->arena, &key, &citizen);
	if (err != OK)
		return err;
	turn->known = citizen.conversation != NULL;
	turn->silent = citizen.paused_until_ms > turn->now_ms || citizen.unfollowed;
	if (citizen.conversation && turn->now_ms - citizen.conversation_ms < conversation_ms)
		turn->conversation = citizen.conversation;
	return OK;
}

void worker_think(void *context, void *thought)
{
	struct worker *w = context;
	struct thought *t = thought;
	char day[11];

	turn_init(&t->turn, &w->tools);
	t->turn.event_id = t->stored->id;
	t->turn.event = t->stored->event;
	t->turn.unit = t->account->unit;
	t->turn.now_ms = clock_now_ms();
	clock_date(t->turn.now_ms, day);
	t->turn.as_of = arena_string(&t->turn.arena, day);
	t->err = t->turn.as_of ? citizen_recall(w, t->conversation_ms, &t->turn) : ERR_NOMEM;
	if (t->err == OK)
		t->err = turn_think(&t->turn);
}

enum err worker_start(void *arg, void **ret_context, struct why *why)
{
	const struct turns_options *o = arg;
	struct worker *w = calloc(1, sizeof *w);
	enum err err;

	if (!w)
		return why_set(why, ERR_NOMEM, "could not start a search thread: out of memory");
	w->tools = (struct tools){.words = o->words, .phrases = o->phrases};
	err = store_reader_open(o->state_path, &w->reader, why);
	if (err == OK)
		err = kb_open(o->knowledge_path, o->words, &w->tools.kb, why);
	if (err != OK) {
		store_reader_close(w->reader);
		free(w);
		return err;
	}
	*ret_context = w;
	return OK;
}

void worker_stop(void *context)
{
	struct worker *w = context;

	kb_close(w->tools.kb);
	store_reader_close(w->reader);
	free(w);
}
