/* api_replay.c - what would be answered then: a wording tried as if it had been taught, and recent questions asked again as if a
 * draft had been published. Both on a copy of the knowledge; nothing is kept. */
#include "daemon/console/facts.h"
#include "daemon/console/knowledge.h"
#include "daemon/console/rehearsal.h"
#include "daemon/store/store_event.h"
#include "daemon/turn/turn.h"

#include <string.h>

enum err api_records_try(struct call *c);
enum err api_versions_replay(struct call *c);

#define ASK_MAX 300 /* bytes */
#define CANDIDATES 5
#define REPLAY_MAX 500

static const char *decision_word(enum decision decision)
{
	return decision == DECIDE_ANSWER ? "answer" : decision == DECIDE_CHOICES ? "choices" : "none";
}

/* --- Would this be found? --- */

static enum err search(struct call *c, struct rehearsal *r, const char *text, struct answers *ret_answers)
{
	const struct search_scope scope = {.unit = c->session.staff.unit, .as_of = c->today};
	struct question q;
	enum err err = question_parse(c->o->words, &c->arena, text, &q);

	return err ? err : kb_search(r->kb, &c->arena, &q, &scope, ret_answers);
}

/* From 1; 0: not among them. */
static size_t rank_of(const struct answers *found, const char *id)
{
	for (size_t i = 0; i < found->count; i++)
		if (strcmp(found->items[i].id, id) == 0)
			return i + 1;
	return 0;
}

static void put_found(cJSON *object, const struct answers *found, const char *id)
{
	size_t rank = rank_of(found, id);
	bool said = (found->decision == DECIDE_ANSWER && rank == 1) ||
		    (found->decision == DECIDE_CHOICES && rank >= 1 && rank <= 3);

	put_bool(object, "found", said);
	put_number(object, "rank", (int64_t)rank);
	put_text(object, "decision", decision_word(found->decision));
}

static void put_candidates(cJSON *object, const struct answers *found)
{
	cJSON *list = put_list(object, "candidates");

	for (size_t i = 0; i < found->count && i < CANDIDATES; i++) {
		cJSON *item = list_object(list);

		put_text(item, "id", found->items[i].id);
		put_text(item, "title", found->items[i].title);
		put_share(item, "confidence", found->items[i].confidence);
	}
}

static enum err teach(
	struct call *c, struct rehearsal *r, const struct browse_record *record, const char *ask)
{
	const char **asks = arena_array(&c->arena, record->ask_count + 1, sizeof *asks);
	struct edit_own own = {.title = record->title,
		.asks = asks,
		.ask_count = record->ask_count + 1,
		.keywords = record->keywords,
		.keyword_count = record->keyword_count};
	struct edit_by by = call_by(c, NULL);
	struct edit_trouble trouble = {0};
	struct why why = {""};
	enum err err;

	if (!asks)
		return ERR_NOMEM;
	for (size_t i = 0; i < record->ask_count; i++)
		asks[i] = record->asks[i];
	asks[record->ask_count] = ask;
	err = edit_own(r->edit, record->id, &own, &by, &trouble, &why);
	return err == ERR_REFUSED && trouble.kind == EDIT_UNCHANGED ? OK
								    : call_trouble(c, err, &trouble, &why);
}

static enum err record_read(struct call *c, const char *id, struct browse_record *ret_record)
{
	struct why why = {""};
	struct browse *b;
	enum err err = desk_browse(c, &b);

	return err ? err : call_failed(c, browse_get(b, &c->arena, id, "", c->today, ret_record, &why), &why);
}

enum err api_records_try(struct call *c)
{
	struct answers before, after;
	struct browse_record record;
	struct rehearsal r = {0};
	struct why why = {""};
	const char *ask;
	enum err err;

	if (!want_text(c, "ask", ASK_MAX, &ask))
		return OK;
	err = record_read(c, c->param[0], &record);
	if (!err)
		err = call_failed(c, rehearsal_open(c, &r, &why), &why);
	if (!err)
		err = search(c, &r, ask, &before);
	if (!err)
		err = teach(c, &r, &record, ask);
	if (!err && c->out->status < 400)
		err = search(c, &r, ask, &after);
	if (!err && c->out->status < 400) {
		put_found(c->json, &after, record.id);
		put_candidates(c->json, &after);
		put_found(put_object(c->json, "now"), &before, record.id);
	}
	rehearsal_close(&r);
	return err;
}

/* --- What would change? --- */

struct heard { /* what one question was answered with */
	const char *id, *title, *decision, *text;
	int good; /* 2 answered, 1 asked back, 0 not known */
};

static enum err ask(struct call *c, struct kb *kb, const struct asked_text *question, const char *day,
	struct heard *ret_heard)
{
	const struct account *account = account_of(c->o->accounts, question->channel, question->account);
	const struct tools tools = {.kb = kb, .words = c->o->words, .phrases = c->o->phrases};
	struct turn t;
	enum err err;

	turn_init(&t, &tools);
	t.now_ms = c->now_ms;
	t.as_of = day;
	t.known = true;
	t.unit = account ? account->unit : NULL;
	t.event = (struct event){.kind = EVENT_TEXT,
		.channel = question->channel,
		.account = question->account,
		.text = question->text,
		.time_ms = c->now_ms};
	err = turn_think(&t);
	if (!err) {
		bool choices = t.outcome == OUTCOME_CHOICES, none = t.outcome == OUTCOME_UNRESOLVED;

		*ret_heard = (struct heard){.id = arena_string(&c->arena, t.record.id),
			.title = arena_string(
				&c->arena, t.record.everyday ? t.record.everyday : t.record.name),
			.decision = choices ? "choices"
				    : none  ? "none"
					    : "answer",
			.text = arena_string(&c->arena, t.reply.text),
			.good = choices ? 1
				: none  ? 0
					: 2};
	}
	turn_release(&t);
	return err;
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void put_heard(cJSON *object, const struct heard *heard)
{
	put_text(object, "id", heard->id);
	put_text(object, "title", heard->title);
	put_text(object, "decision", heard->decision);
	put_text(object, "reply", heard->text);
}

/* Says how it changed, when it did. */
static void put_difference(
	cJSON *list, const struct asked_text *question, const struct heard *before, const struct heard *after)
{
	cJSON *item;

	if (same(before->id, after->id) && same(before->text, after->text) && before->good == after->good)
		return;
	item = list_object(list);
	put_text(item, "text", question->text);
	put_heard(put_object(item, "before"), before);
	put_heard(put_object(item, "after"), after);
	put_text(item, "verdict",
		after->good > before->good   ? "better"
		: after->good < before->good ? "worse"
					     : "other");
}

static enum err ask_all(struct call *c, struct kb *kb, const struct asked_text *questions, size_t count,
	const char *day, struct heard *ret_heard)
{
	enum err err = OK;

	for (size_t i = 0; i < count && !err; i++)
		err = ask(c, kb, &questions[i], day, &ret_heard[i]);
	return err;
}

/* In the copy one person is enough. */
static enum err publish(struct call *c, struct rehearsal *r, const struct version_row *draft)
{
	struct edit_by by = call_by(c, NULL);
	struct edit_trouble trouble = {0};
	struct version_row row = {0};
	struct why why = {""};
	enum err err;

	by.two_persons = false;
	err = edit_step(r->edit, draft->id, EDIT_APPROVE, NULL, &by, &row, &trouble, &why);
	return call_trouble(c, err, &trouble, &why);
}

static enum err replay(struct call *c, const struct version_row *draft, struct rehearsal *r, size_t max)
{
	const char *day =
		draft->valid_from && strcmp(draft->valid_from, c->today) > 0 ? draft->valid_from : c->today;
	struct heard *before, *after;
	struct asked_text *questions;
	size_t count = 0;
	cJSON *list;
	enum err err = store_event_texts(c->reader, &c->arena, max, &questions, &count);

	before = arena_array(&c->arena, count + 1, sizeof *before);
	after = arena_array(&c->arena, count + 1, sizeof *after);
	if (!err && (!before || !after))
		err = ERR_NOMEM;
	if (!err)
		err = ask_all(c, r->kb, questions, count, day, before);
	if (!err)
		err = publish(c, r, draft);
	if (err || c->out->status >= 400)
		return err;
	err = ask_all(c, r->kb, questions, count, day, after);
	if (err)
		return err;
	put_number(c->json, "asked", (int64_t)count);
	list = put_list(c->json, "changed");
	for (size_t i = 0; i < count; i++)
		put_difference(list, &questions[i], &before[i], &after[i]);
	return OK;
}

enum err api_versions_replay(struct call *c)
{
	struct version_row draft;
	struct rehearsal r = {0};
	struct why why = {""};
	struct browse *b;
	int64_t id, max;
	enum err err;

	if (!call_id(c, 0, &id) || !take_number(c, "max", 1, REPLAY_MAX, REPLAY_MAX, &max))
		return OK;
	err = desk_browse(c, &b);
	if (!err)
		err = call_failed(c, browse_version(b, &c->arena, id, &draft, &why), &why);
	if (err)
		return err;
	if (strcmp(draft.state, "draft") != 0 && strcmp(draft.state, "review") != 0)
		return call_refuse(c, 409, "state", NULL);
	err = call_failed(c, rehearsal_open(c, &r, &why), &why);
	if (!err)
		err = replay(c, &draft, &r, (size_t)max);
	rehearsal_close(&r);
	return err;
}
