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

/* For the reports: what could not be answered belongs to a field too, unless it is none of ours. */
static enum err field_set(struct turn *t)
{
	struct record nearest = {0};
	enum err err;

	t->field = t->record.field;
	if (t->record.id || !t->answers.count || t->silent ||
		(t->outcome != OUTCOME_CHOICES && t->outcome != OUTCOME_UNRESOLVED) ||
		(t->unresolved && t->reason == QUESTION_OUT_OF_SCOPE))
		return OK;
	err = kb_get(t->tools->kb, &t->arena, t->answers.items[0].id, t->unit, t->as_of, &nearest);
	if (err && err != ERR_NOT_FOUND)
		return turn_err(err);
	t->field = nearest.field;
	return OK;
}

enum err turn_think(struct turn *t)
{
	enum err err = OK;

	kb_begin(t->tools->kb); /* the guard checks against the state that was searched */
	for (size_t i = 0; i < sizeof step_run / sizeof *step_run && !err && !t->silent; i++)
		err = step_run[i](t);
	if (!err)
		err = field_set(t);
	kb_end(t->tools->kb);
	return err;
}
