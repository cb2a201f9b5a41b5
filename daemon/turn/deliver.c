/* deliver.c - writes what the turn decided, in one store job: the event is settled, and with it the reply
 * becomes due, the conversation is remembered, a question without a good answer is kept for the office, and what became of the
 * turn is counted.
 * Any failure undoes all of it. */
#include "daemon/turn/conversation.h"
#include "daemon/turn/turn.h"

#include "daemon/store/store_citizen.h"
#include "daemon/store/store_event.h"
#include "daemon/store/store_outbox.h"
#include "daemon/store/store_turn.h"

#include <cjson/cJSON.h>

#define NEAREST 5

static bool nearest_add(cJSON *rows, const struct answer *answer)
{
	cJSON *row = cJSON_CreateObject();

	if (!row || !cJSON_AddItemToArray(rows, row)) {
		cJSON_Delete(row);
		return false;
	}
	return cJSON_AddStringToObject(row, "id", answer->id) &&
	       cJSON_AddStringToObject(row, "title", answer->title ? answer->title : "") &&
	       cJSON_AddNumberToObject(row, "score", answer->score) &&
	       cJSON_AddNumberToObject(row, "confidence", answer->confidence);
}

static enum err nearest_print(struct turn *t, const char **ret_json)
{
	cJSON *rows = cJSON_CreateArray();
	bool ok = rows != NULL;
	char *printed;
	const char *json;

	for (size_t i = 0; ok && i < t->answers.count && i < NEAREST; i++)
		ok = nearest_add(rows, &t->answers.items[i]);
	printed = ok ? cJSON_PrintUnformatted(rows) : NULL;
	json = printed ? arena_string(&t->arena, printed) : NULL;
	cJSON_free(printed);
	cJSON_Delete(rows);
	if (!json)
		return ERR_NOMEM;
	*ret_json = json;
	return OK;
}

/* "không phải" and a tap on a button say nothing to the office: what they are about was asked before. */
static const char *question_text(struct turn *t)
{
	const char *text = t->event.text ? t->event.text : t->event.payload;
	const char *asked = t->talk ? t->talk->asked : NULL;

	if (!text || !asked || (t->reason == QUESTION_REFUSED || t->event.kind == EVENT_PAYLOAD))
		return asked ? asked : text ? text : "";
	if (t->reason == QUESTION_STAFF)
		return arena_printf(&t->arena, "%s / %s", asked, text);
	return text;
}

static enum err unresolved_write(struct store_tx *tx, struct turn *t, int64_t now_ms)
{
	struct unresolved q = {
		.event_id = t->event_id,
		.channel = t->event.channel,
		.account = t->event.account,
		.unit = t->unit,
		.text = question_text(t),
		.reason = t->reason,
		.created_ms = now_ms,
		.state = "open",
	};
	int64_t id;
	enum err err = q.text ? nearest_print(t, &q.nearest) : ERR_NOMEM;

	return err ? err : store_question_add(tx, &q, &id);
}

static enum err reply_write(struct store_tx *tx, struct turn_delivery *d)
{
	struct turn *t = d->turn;
	struct outbox_row row = {
		.event_id = t->event_id,
		.channel = t->event.channel,
		.account = t->event.account,
		.user = t->event.user,
		.conversation_id = t->event.conversation_id,
		.state = OUTBOX_DUE,
		.created_ms = d->now_ms,
		.due_ms = d->now_ms,
		.expires_ms = d->expires_ms,
	};
	enum err err = d->account->adapter->split(&t->arena, d->account, &t->reply, &row.parts);

	return err ? err : store_outbox_add(tx, &row, &d->ret_outbox_id);
}

static enum err fact_write(struct store_tx *tx, const struct turn_delivery *d)
{
	const struct turn *t = d->turn;

	return store_turn_add(
		tx, &(struct turn_fact){
			    .event_id = t->event_id,
			    .time_ms = d->received_ms,
			    .citizen = {t->event.channel, t->event.account, t->event.user},
			    .unit = t->unit,
			    .outcome = outcome_word(t->outcome),
			    .record = t->record.id,
			    .version = t->record.version,
			    .field = t->record.field,
			    .facet = facet_word(t->facet),
			    .confidence = t->answers.count ? t->answers.items[0].confidence : -1,
		    });
}

enum err turn_deliver(struct store_tx *tx, void *delivery)
{
	struct turn_delivery *d = delivery;
	struct turn *t = d->turn;
	const struct citizen_key key = {t->event.channel, t->event.account, t->event.user};
	enum err err = store_event_settle(tx, t->event_id, d->now_ms);

	d->ret_outbox_id = 0;
	if (!err && t->reply.text && key.user)
		err = reply_write(tx, d);
	if (!err && t->remember && key.user)
		err = store_citizen_remember(tx, &key, t->remember, d->now_ms);
	if (!err && t->unresolved)
		err = unresolved_write(tx, t, d->now_ms);
	if (!err)
		err = fact_write(tx, d);
	return err;
}
