/* unresolved.c - the nearest records are those the search found; after "không phải" those we had shown; of a record that lacks what
 * was asked, that record. */
#include "daemon/turn/unresolved.h"

#include "daemon/turn/conversation.h"

#include <string.h>

#include <cjson/cJSON.h>

#define NEAREST 5
#define RIVAL_SHARE 0.5 /* of the first's confidence: from here on another is as likely */

static bool nearest_add(cJSON *rows, const struct answer *answer, enum nearest_why why)
{
	cJSON *row = cJSON_CreateObject();

	if (!row || !cJSON_AddItemToArray(rows, row)) {
		cJSON_Delete(row);
		return false;
	}
	return cJSON_AddStringToObject(row, "id", answer->id) &&
	       cJSON_AddStringToObject(row, "title", answer->title ? answer->title : "") &&
	       cJSON_AddNumberToObject(row, "score", answer->score) &&
	       cJSON_AddNumberToObject(row, "confidence", answer->confidence) &&
	       cJSON_AddStringToObject(row, "why", nearest_why_word(why));
}

static enum nearest_why why_found(const struct turn *t, size_t i)
{
	const struct answers *found = &t->answers;
	double first = found->items[0].confidence;

	if (t->record.id && strcmp(t->record.id, found->items[i].id) == 0)
		return t->reason == QUESTION_MISSING_FACT ? NEAREST_LACKS : NEAREST_UNSURE;
	if (t->reason == QUESTION_STAFF)
		return NEAREST_PERSON;
	if (found->open > i || (i && found->items[i].confidence >= RIVAL_SHARE * first))
		return NEAREST_RIVAL;
	return i ? NEAREST_BEHIND : NEAREST_UNSURE;
}

/* What the reply before showed: its record, or the choices it gave. */
static bool shown_add(struct turn *t, cJSON *rows)
{
	struct talk before;
	bool ok = talk_parse(&t->arena, t->conversation, &before) == OK;

	if (ok && before.record && !before.asking)
		ok = nearest_add(
			rows, &(struct answer){.id = before.record, .title = before.title}, NEAREST_REFUSED);
	for (size_t i = 0; ok && before.asking && i < before.menu_count && i < NEAREST; i++)
		if (strncmp(before.menu[i].payload, "#tt:", 4) == 0)
			ok = nearest_add(rows,
				&(struct answer){
					.id = before.menu[i].payload + 4, .title = before.menu[i].title},
				NEAREST_REFUSED);
	return ok;
}

static bool cited_add(const struct turn *t, cJSON *rows)
{
	const struct record *r = &t->record;

	return nearest_add(rows, &(struct answer){.id = r->id, .title = r->everyday ? r->everyday : r->name},
		t->reason == QUESTION_MISSING_FACT ? NEAREST_LACKS : NEAREST_UNSURE);
}

static bool nearest_collect(struct turn *t, cJSON *rows)
{
	bool ok = true;

	if (t->reason == QUESTION_REFUSED && !t->answers.count)
		return shown_add(t, rows);
	if (t->record.id && !t->answers.count)
		return cited_add(t, rows);
	for (size_t i = 0; ok && i < t->answers.count && i < NEAREST; i++)
		ok = nearest_add(rows, &t->answers.items[i], why_found(t, i));
	return ok;
}

static enum err nearest_print(struct turn *t, const char **ret_json)
{
	cJSON *rows = cJSON_CreateArray();
	bool ok = rows && nearest_collect(t, rows);
	char *printed = ok ? cJSON_PrintUnformatted(rows) : NULL;
	const char *json = printed ? arena_string(&t->arena, printed) : NULL;

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

enum err unresolved_write(struct store_tx *tx, struct turn *t, int64_t now_ms, int64_t *ret_id)
{
	struct unresolved q = {
		.event_id = t->event_id,
		.channel = t->event.channel,
		.account = t->event.account,
		.user = t->event.user,
		.unit = t->unit,
		.text = question_text(t),
		.reason = t->reason,
		.created_ms = now_ms,
		.state = "open",
		.record = t->record.id,
		.version = t->record.id ? t->record.version : 0,
	};
	int64_t id = 0;
	enum err err = q.text ? nearest_print(t, &q.nearest) : ERR_NOMEM;

	if (!err)
		err = store_question_add(tx, &q, &id);
	if (!err && ret_id)
		*ret_id = id;
	return err;
}
