/* worker.c - a search thread's own: readers, tools, and what it does with an event. Nothing here writes; a turn that fails is
 * tried again by turns.c. Once an hour it counts anew what people asked for lately, so that this goes first among equals. */
#include "daemon/turn/worker.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/store/store_citizen.h"
#include "daemon/store/store_turn.h"

#include <stdlib.h>

#define HOUR_MS ((int64_t)3600 * 1000)
#define LATELY_MS (90 * 24 * HOUR_MS)
#define ASKED_MAX_RECORDS 2000

struct worker {
	struct store_reader *reader;
	struct tools tools;
	int64_t counted_ms; /* what was asked lately; 0: not yet */
};

static enum err asked_tell(struct worker *w, struct arena *a, int64_t now_ms)
{
	struct asked_record *asked;
	struct kb_use *use;
	size_t count;
	enum err err = store_turn_asked(w->reader, a, now_ms - LATELY_MS, ASKED_MAX_RECORDS, &asked, &count);

	if (err != OK)
		return err;
	use = arena_array(a, count ? count : 1, sizeof *use);
	if (!use)
		return ERR_NOMEM;
	for (size_t i = 0; i < count; i++)
		use[i] = (struct kb_use){asked[i].id, asked[i].count};
	return kb_used(w->tools.kb, use, count);
}

/* When it fails, the counts of before serve for another hour. */
static void asked_count(struct worker *w, int64_t now_ms)
{
	struct arena a;
	enum err err;

	if (w->counted_ms && now_ms - w->counted_ms < HOUR_MS)
		return;
	w->counted_ms = now_ms;
	arena_init(&a, (size_t)1 << 20);
	err = asked_tell(w, &a, now_ms);
	arena_release(&a);
	if (err != OK)
		log_warning(
			"could not count what is asked most, counting again in an hour: %s", err_words(err));
}

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
	asked_count(w, t->turn.now_ms);
	clock_date(t->turn.now_ms, day);
	t->turn.as_of = arena_string(&t->turn.arena, day);
	t->err = t->turn.as_of ? citizen_recall(w, t->conversation_ms, &t->turn) : ERR_NOMEM;
	if (t->err == OK)
		t->err = turn_think(&t->turn);
}

enum err worker_start(void *arg, void **ret_context, struct why *why)
{
	const struct worker_needs *needs = arg;
	const struct turns_options *o = needs->options;
	struct worker *w = calloc(1, sizeof *w);
	enum err err;

	if (!w)
		return why_set(why, ERR_NOMEM, "could not start a search thread: out of memory");
	w->tools = (struct tools){.words = o->words, .phrases = o->phrases, .case_days = o->case_days};
	err = store_reader_open(o->state_path, &w->reader, why);
	w->tools.reader = w->reader;
	if (err == OK)
		err = kb_open_shared(needs->knowledge, &w->tools.kb, why);
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
