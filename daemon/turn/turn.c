/* turn.c - one event on its way to one reply: runs the steps of steps.def in order.
 * A step that fails ends the turn without a reply; whoever runs it tries the event again later. */
#include "daemon/turn/turn.h"

#include "daemon/turn/steps.h"

#define TURN_MEMORY ((size_t)8 << 20) /* the largest record has 235 kB */

#define STEP(NAME, function) function,
static enum err (*const step_run[])(struct turn *t) = {
#include "daemon/turn/steps.def"
};
#undef STEP

#define OUTCOME_WORD(name, word) [OUTCOME_##name] = word,
static const char *const outcome_words[OUTCOME_COUNT] = {OUTCOMES(OUTCOME_WORD)};

const char *outcome_word(enum outcome outcome)
{
	return outcome_words[outcome];
}

void turn_init(struct turn *t, const struct tools *tools)
{
	*t = (struct turn){.tools = tools, .facet = FACET_NONE, .outcome = OUTCOME_SILENT};
	arena_init(&t->arena, TURN_MEMORY);
}

void turn_release(struct turn *t)
{
	arena_release(&t->arena);
}

enum err turn_think(struct turn *t)
{
	enum err err = OK;

	kb_begin(t->tools->kb); /* the guard checks against the state that was searched */
	for (size_t i = 0; i < sizeof step_run / sizeof *step_run && !err && !t->silent; i++)
		err = step_run[i](t);
	kb_end(t->tools->kb);
	return err;
}
