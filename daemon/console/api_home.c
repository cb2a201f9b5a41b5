/* api_home.c - what needs me today. */
#include "daemon/console/call.h"
#include "daemon/console/facts.h"
#include "daemon/store/store_outbox.h"
#include "daemon/store/store_question.h"

enum err api_home_get(struct call *c);

static enum err put_delivery(struct call *c)
{
	int64_t by_state[OUTBOX_DEAD + 1];
	enum err err = store_outbox_count(c->reader, by_state);

	if (err)
		return err;
	put_number(c->json, "dead_letters", by_state[OUTBOX_DEAD]);
	put_number(c->json, "unknown_outcome", by_state[OUTBOX_UNKNOWN]);
	return OK;
}

static enum err put_questions(struct call *c)
{
	struct unresolved *none;
	size_t count, total;
	enum err err = store_question_page(c->reader, &c->arena, "open", 0, 0, &none, &count, &total);

	if (!err)
		put_number(c->json, "questions_open", (int64_t)total);
	return err;
}

static enum err put_accounts(struct call *c)
{
	cJSON *list = put_list(c->json, "accounts");
	enum err err = OK;

	for (size_t i = 0; i < c->o->accounts->count && !err; i++)
		err = put_account(c, list_object(list), &c->o->accounts->items[i]);
	return err;
}

enum err api_home_get(struct call *c)
{
	enum err err = put_questions(c);

	if (!err)
		err = put_delivery(c);
	return err ? err : put_accounts(c);
}
