/* eval_turn.c - a labelled message through the whole turn, the conversation carried on as the citizen's row would carry it.
 * What counts as right, by what the message wanted:
 *   answer      a right record is cited; as behaviour: it was taken for a question about a matter
 *   clarify     asked back with a right reading among the choices (any, when the row names none)
 *   reject      nothing was answered and nothing offered as if it were: handed over or refused
 *   hotline     a number to call was understood to be wanted, and no procedure was given instead
 *   all others  understood as that */
#include "daemon/cli/eval.h"

#include "daemon/base/clock.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define BEHAVIOUR_WORD(name, word) [BEHAVIOUR_##name] = word,
const char *const behaviour_words[BEHAVIOUR_COUNT] = {BEHAVIOURS(BEHAVIOUR_WORD)};

bool eval_is_gold(const struct eval_row *row, const char *id)
{
	const cJSON *gold;

	cJSON_ArrayForEach(
		gold, row->gold) if (cJSON_IsString(gold) && strcmp(gold->valuestring, id) == 0) return true;
	return false;
}

bool eval_gold_known(const struct eval *e, const struct eval_row *row)
{
	const cJSON *gold;

	cJSON_ArrayForEach(
		gold, row->gold) if (cJSON_IsString(gold) && kb_has(e->kb, gold->valuestring)) return true;
	return false;
}

void eval_forget(struct eval *e)
{
	free(e->conversation);
	e->conversation = NULL;
}

static enum err say(struct eval *e, const char *text)
{
	const struct tools tools = {.kb = e->kb, .words = e->words, .phrases = e->phrases};
	struct turn *t = &e->turn;
	char day[11];
	enum err err;

	turn_release(t);
	turn_init(t, &tools);
	t->event = (struct event){.kind = EVENT_TEXT, .channel = "eval", .text = text};
	t->now_ms = clock_now_ms();
	clock_date(t->now_ms, day);
	t->as_of = arena_string(&t->arena, day);
	t->known = true;
	t->conversation = e->conversation;
	err = t->as_of ? turn_think(t) : ERR_NOMEM;
	t->tools = NULL;
	t->conversation = NULL;
	if (!err && t->remember) {
		eval_forget(e);
		e->conversation = strdup(t->remember);
		err = e->conversation ? OK : ERR_NOMEM;
	}
	return err;
}

static bool right_is_offered(const struct eval_row *row, const struct turn *t)
{
	if (t->outcome != OUTCOME_CHOICES)
		return false;
	if (cJSON_GetArraySize(row->gold) == 0)
		return true;
	for (size_t i = 0; i < t->reply.button_count; i++) {
		const struct button *b = &t->reply.buttons[i];

		if (b->kind == BUTTON_PAYLOAD && strncmp(b->value, "#tt:", 4) == 0 &&
			eval_is_gold(row, b->value + 4))
			return true;
	}
	return false;
}

static bool is_number_to_call(const struct turn *t)
{
	if (t->record.id)
		return t->record.kind == KIND_HOTLINE || t->record.kind == KIND_OFFICE;
	return t->question.facets & 1u << FACET_HOTLINE || t->reason == QUESTION_STAFF;
}

static bool is_recognised(const struct eval_row *row, const struct turn *t)
{
	switch (row->behaviour) {
	case BEHAVIOUR_ANSWER: return t->outcome == OUTCOME_ANSWER || t->outcome == OUTCOME_CHOICES;
	case BEHAVIOUR_CLARIFY: return right_is_offered(row, t);
	case BEHAVIOUR_REJECT: return t->outcome == OUTCOME_UNRESOLVED || t->question.says == SAY_ABUSE;
	case BEHAVIOUR_SMALLTALK: return t->outcome == OUTCOME_SMALLTALK || t->question.says == SAY_STAFF;
	case BEHAVIOUR_CASE: return t->outcome == OUTCOME_CASE && t->question.says != SAY_COMPLAINT;
	case BEHAVIOUR_COMPLAINT: return t->question.says == SAY_COMPLAINT;
	case BEHAVIOUR_EMERGENCY: return t->outcome == OUTCOME_EMERGENCY;
	case BEHAVIOUR_STATUS: return t->outcome == OUTCOME_STATUS;
	case BEHAVIOUR_UNIT: return t->question.says == SAY_UNIT;
	case BEHAVIOUR_HOTLINE: return is_number_to_call(t);
	case BEHAVIOUR_COUNT: break;
	}
	return false;
}

static void share_add(struct eval_share *share, bool right)
{
	share->n++;
	share->right += right;
}

/* How sure the search was of its first answer, against whether that was meant: vague questions have no right one. */
static void bin_add(struct eval *e, const struct eval_row *row)
{
	const struct answers *found = &e->turn.answers;
	double confidence;
	struct eval_bin *bin;

	if (!found->count || row->behaviour > BEHAVIOUR_REJECT)
		return;
	confidence = found->items[0].confidence;
	bin = &e->bins[confidence >= 1 ? EVAL_BINS - 1 : (size_t)(confidence * EVAL_BINS)];
	bin->n++;
	bin->said += confidence;
	bin->right += row->behaviour == BEHAVIOUR_ANSWER && eval_is_gold(row, found->items[0].id);
}

static void list_miss(const struct eval *e, const struct eval_row *row, const char *what)
{
	const struct turn *t = &e->turn;
	const cJSON *gold = cJSON_GetArrayItem(row->gold, 0);

	if (e->misses)
		fprintf(e->misses, "%s\t%s %s\t%s\t%s\t%s\t%s %s\t%s\n", row->set,
			behaviour_words[row->behaviour], what, row->q,
			t->question.folded ? t->question.folded : "",
			gold && gold->valuestring ? gold->valuestring : "", outcome_word(t->outcome),
			t->record.id ? t->record.id : "", t->record.name ? t->record.name : "");
}

static void count_answer(
	struct eval *e, const struct eval_row *row, struct eval_set *set, bool in_conversation)
{
	const struct turn *t = &e->turn;
	bool right = t->record.id && eval_is_gold(row, t->record.id);

	if (in_conversation) {
		share_add(&set->records, right);
	} else if (t->outcome == OUTCOME_ANSWER) {
		set->direct++;
		set->direct_right += right;
	}
	if (!right && (in_conversation || t->outcome == OUTCOME_ANSWER))
		list_miss(e, row, "record");
}

enum err eval_turn(struct eval *e, const struct eval_row *row, struct eval_set *set, bool in_conversation)
{
	const struct turn *t = &e->turn;
	enum err err = say(e, row->q);
	bool recognised;

	if (err || (row->behaviour == BEHAVIOUR_ANSWER && !eval_gold_known(e, row)))
		return err;
	recognised = is_recognised(row, t);
	share_add(&set->behaviours[row->behaviour], recognised);
	if (!recognised)
		list_miss(e, row, "behaviour");
	if (row->behaviour == BEHAVIOUR_ANSWER)
		count_answer(e, row, set, in_conversation);
	if (row->behaviour == BEHAVIOUR_REJECT)
		set->rejects_answered += t->outcome == OUTCOME_ANSWER;
	if (row->behaviour == BEHAVIOUR_ANSWER && row->facets) {
		bool all = (t->question.facets & row->facets) == row->facets;

		share_add(&set->facets, all);
		if (!all)
			list_miss(e, row, "facet");
	}
	if (!in_conversation)
		bin_add(e, row);
	return OK;
}
