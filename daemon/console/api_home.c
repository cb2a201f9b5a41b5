/* api_home.c - what needs me today. */
#include "daemon/console/call.h"
#include "daemon/console/facts.h"
#include "daemon/console/findings.h"
#include "daemon/console/import_task.h"
#include "daemon/console/knowledge.h"
#include "daemon/store/store_outbox.h"
#include "daemon/store/store_question.h"

enum err api_home_get(struct call *c);

#define EXPIRING_DAYS 30

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

static enum err put_knowledge(struct call *c)
{
	struct browse_counts counts = {0};
	struct why why = {""};
	struct browse *b;
	enum err err = desk_browse(c, &b);

	if (!err)
		err = call_failed(c,
			browse_count(b, c->session.staff.name, c->today, EXPIRING_DAYS, &counts, &why), &why);
	if (err)
		return err;
	put_number(c->json, "drafts_mine", (int64_t)counts.drafts_mine);
	put_number(c->json, "review_waiting", (int64_t)counts.review_waiting);
	put_number(c->json, "scheduled", (int64_t)counts.scheduled);
	put_number(c->json, "expiring", (int64_t)counts.expiring);
	put_number(c->json, "expired", (int64_t)counts.expired);
	return OK;
}

static enum err put_last_import(struct call *c)
{
	struct import_run *runs;
	size_t count, total;
	enum err err = store_import_list(c->reader, &c->arena, 0, 1, &runs, &count, &total);

	if (!err && count)
		put_import(c, put_object(c->json, "last_import"), &runs[0]);
	else if (!err)
		put_text(c->json, "last_import", NULL);
	return err;
}

static enum err put_findings(struct call *c)
{
	size_t counts[QUALITY_COUNT];
	cJSON *json = put_object(c->json, "quality");
	enum err err = findings_counts(c, counts);

	for (int quality = 0; quality < QUALITY_COUNT && !err; quality++)
		put_number(json, quality_word((enum quality)quality), (int64_t)counts[quality]);
	return err;
}

enum err api_home_get(struct call *c)
{
	enum err err = put_questions(c);

	if (!err)
		err = put_delivery(c);
	if (!err)
		err = put_knowledge(c);
	if (!err)
		err = put_findings(c);
	if (!err)
		err = put_last_import(c);
	return err ? err : put_accounts(c);
}
