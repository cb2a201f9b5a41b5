/* api_questions.c - what people asked and did not get; masked since before it was written. */
#include "daemon/console/call.h"
#include "daemon/console/clusters.h"
#include "daemon/console/facts.h"
#include "daemon/store/store_question.h"

#include <string.h>

enum err api_questions_list(struct call *c);
enum err api_questions_get(struct call *c);
enum err api_questions_close(struct call *c);

static void put_question(struct call *c, cJSON *item, const struct unresolved *q)
{
	const struct account *account = account_of(c->o->accounts, q->channel, q->account);

	put_number(item, "id", q->id);
	put_text(item, "channel", q->channel);
	put_text(item, "account", account ? account->name : q->account);
	put_text(item, "unit", q->unit);
	put_text(item, "text", q->text);
	put_text(item, "reason", question_reason_word(q->reason));
	put_json(item, "nearest", q->nearest);
	put_number(item, "created_ms", q->created_ms);
	put_text(item, "state", q->state);
}

enum err api_questions_list(struct call *c)
{
	const char *state = call_query(c, "state");
	struct unresolved *questions;
	size_t count, total;
	struct page page;
	cJSON *items;
	enum err err;

	if (!take_page(c, &page))
		return OK;
	if (state && strcmp(state, "open") != 0 && strcmp(state, "ignored") != 0 &&
		strcmp(state, "done") != 0)
		return call_refuse(c, 400, "invalid", "state");
	err = store_question_page(c->reader, &c->arena, state ? state : "open", page.skip, page.size,
		&questions, &count, &total);
	if (err)
		return err;
	items = put_page(c, &page, total);
	for (size_t i = 0; i < count; i++)
		put_question(c, list_object(items), &questions[i]);
	return OK;
}

/* Of a unit's staff, their unit's. */
enum err api_questions_get(struct call *c)
{
	struct unresolved q;
	const char *units;
	int64_t id;
	enum err err;

	if (!call_id(c, 0, &id))
		return OK;
	err = clusters_units(c, NULL, &units);
	if (!err)
		err = store_question_get(c->reader, &c->arena, id, &q);
	if (!err && units) {
		const char *unit = arena_printf(&c->arena, ",%s,", q.unit ? q.unit : "-");

		err = !unit ? ERR_NOMEM : strstr(units, unit) ? OK : ERR_NOT_FOUND;
	}
	if (err)
		return err;
	put_question(c, c->json, &q);
	put_text(c->json, "record", q.record);
	if (q.version)
		put_number(c->json, "version", q.version);
	if (q.cluster)
		put_number(c->json, "cluster", q.cluster);
	return OK;
}

struct closing {
	const struct call *call;
	int64_t id;
	const char *state;
};

static enum err close_job(struct store_tx *tx, void *arg)
{
	const struct closing *closing = arg;

	return store_question_close(tx, closing->id, closing->state, closing->call->now_ms);
}

enum err api_questions_close(struct call *c)
{
	struct closing closing = {.call = c};
	cJSON *detail;

	if (!call_id(c, 0, &closing.id) || !want_text(c, "state", 16, &closing.state))
		return OK;
	if (strcmp(closing.state, "ignored") != 0 && strcmp(closing.state, "done") != 0)
		return call_refuse(c, 400, "invalid", "state");
	detail = cJSON_CreateObject();
	put_text(detail, "state", closing.state);
	return call_write(c, close_job, &closing, "question.close", c->param[0], detail);
}
