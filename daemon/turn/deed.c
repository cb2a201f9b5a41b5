#include "daemon/turn/deed.h"

#include "daemon/base/metrics.h"
#include "daemon/store/store_forget.h"
#include "daemon/store/store_wait.h"
#include "daemon/turn/turn.h"

static struct citizen_key citizen_of(const struct turn *t)
{
	return (struct citizen_key){t->event.channel, t->event.account, t->event.user};
}

enum err deed_write_first(struct store_tx *tx, struct turn *t, int64_t now_ms)
{
	const struct citizen_key citizen = citizen_of(t);
	struct forgotten forgotten;

	return t->deed.kind == DEED_FORGET && citizen.user ? store_forget(tx, &citizen, now_ms, &forgotten)
							   : OK;
}

static enum err question_add(struct store_tx *tx, const struct turn *t, enum question_reason reason,
	int64_t now_ms, int64_t *ret_id)
{
	struct unresolved q = {
		.event_id = t->deed.event_id,
		.channel = t->event.channel,
		.account = t->event.account,
		.user = t->event.user,
		.unit = t->unit,
		.text = t->deed.asked ? t->deed.asked : "",
		.reason = reason,
		.created_ms = now_ms,
		.state = "open",
		.record = t->deed.rating.record,
		.version = t->deed.rating.version,
	};

	return store_question_add(tx, &q, ret_id);
}

/* The question kept before may have gone meanwhile: then it is kept anew. */
static enum err wait_write(struct store_tx *tx, const struct turn *t, int64_t question_id, int64_t now_ms)
{
	struct wait w = {.code = t->deed.code,
		.question = question_id,
		.citizen = citizen_of(t),
		.conversation_id = t->event.conversation_id,
		.created_ms = now_ms};
	enum err err = question_id ? OK : store_wait_question(tx, t->deed.event_id, &w.question);

	if (err == ERR_NOT_FOUND)
		err = question_add(tx, t, QUESTION_STAFF, now_ms, &w.question);
	return err ? err : store_wait_add(tx, &w);
}

static enum err case_write(struct store_tx *tx, const struct turn *t, int64_t now_ms)
{
	struct case_file one = t->deed.one;
	int64_t id;
	enum err err;

	one.code = t->deed.code;
	one.citizen = citizen_of(t);
	one.conversation_id = t->event.conversation_id;
	one.unit = t->unit;
	one.received_ms = now_ms;
	err = store_case_add(tx, &one, &id);
	if (!err)
		metric_add(METRIC_case_received, 1);
	return err;
}

/* Nothing to rate: the answer was somebody else's, or none. Then nothing is written, and nobody is the worse for it. */
static enum err rating_write(struct store_tx *tx, struct turn *t, int64_t now_ms)
{
	struct rating *rating = &t->deed.rating;
	bool first_bad = false;
	int64_t id;
	enum err err;

	rating->event_id = t->deed.event_id;
	rating->time_ms = now_ms;
	rating->citizen = citizen_of(t);
	err = store_rating_put(tx, rating, &t->arena, &first_bad);
	if (err)
		return err == ERR_NOT_FOUND ? OK : err;
	metric_add(rating->good ? METRIC_rating_good : METRIC_rating_bad, 1);
	return first_bad ? question_add(tx, t, QUESTION_RATED_BAD, now_ms, &id) : OK;
}

enum err deed_write(struct store_tx *tx, struct turn *t, int64_t question_id, int64_t now_ms)
{
	const struct citizen_key citizen = citizen_of(t);
	const struct deed *d = &t->deed;
	enum err err = OK;
	size_t count;

	if (!citizen.user)
		return OK;
	switch (d->kind) {
	case DEED_WAIT: err = wait_write(tx, t, question_id, now_ms); break;
	case DEED_CONSENT:
		err = store_wait_consent(tx, d->code, &citizen, d->given, d->notice, now_ms);
		break;
	case DEED_FETCHED: err = store_wait_fetched(tx, d->code, &citizen, now_ms); break;
	case DEED_WITHDRAW: err = store_wait_withdraw(tx, &citizen, d->notice, now_ms, &count); break;
	case DEED_CASE: err = case_write(tx, t, now_ms); break;
	case DEED_RATE: err = rating_write(tx, t, now_ms); break;
	case DEED_NONE:
	case DEED_FORGET: break;
	}
	return err == ERR_NOT_FOUND ? OK : err; /* what was meant has gone meanwhile */
}
