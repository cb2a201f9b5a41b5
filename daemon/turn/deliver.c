/* deliver.c - writes what the turn decided, in one store job: the event is settled, and with it the reply
 * becomes due, the conversation is remembered, a question without a good answer is kept for the office, and what became of the
 * turn is counted; and whatever else was decided is done (deed.h).
 * Any failure undoes all of it. */
#include "daemon/turn/conversation.h"
#include "daemon/turn/turn.h"

#include "daemon/store/store_citizen.h"
#include "daemon/store/store_event.h"
#include "daemon/store/store_outbox.h"
#include "daemon/store/store_turn.h"
#include "daemon/turn/unresolved.h"

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
	const char *user = t->deed.kind == DEED_FORGET ? NULL : t->event.user;

	return store_turn_add(
		tx, &(struct turn_fact){
			    .event_id = t->event_id,
			    .time_ms = d->received_ms,
			    .citizen = {t->event.channel, t->event.account, user},
			    .unit = t->unit,
			    .outcome = outcome_word(t->outcome),
			    .record = t->record.id,
			    .version = t->record.version,
			    .field = t->field,
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
	int64_t question_id = 0;

	d->ret_outbox_id = 0;
	if (!err)
		err = deed_write_first(tx, t, d->now_ms);
	if (!err && t->reply.text && key.user)
		err = reply_write(tx, d);
	if (!err && t->remember && key.user)
		err = store_citizen_remember(tx, &key, t->remember, d->now_ms);
	if (!err && t->unresolved)
		err = unresolved_write(tx, t, d->now_ms, &question_id);
	if (!err)
		err = deed_write(tx, t, question_id, d->now_ms);
	if (!err)
		err = fact_write(tx, d);
	return err;
}
