/* guard.c - the last step before anything is said: every number of the reply must stand in what it cites.
 * Independent of compose: it reads the finished text. A reply that fails is not sent; the citizen is told
 * that we do not know, the question goes to the office, and an operator is alarmed, because a record or this
 * program is wrong. */
#include "daemon/turn/steps.h"

#include "daemon/base/buf.h"
#include "daemon/base/log.h"
#include "daemon/base/metrics.h"

#include <inttypes.h>

#define CHECKED_MAX (64 * 1024)

static enum err sources_get(struct turn *t, const char *jsons[PROOF_TEXTS])
{
	for (size_t i = 0; i < t->proof->record_count; i++) {
		enum err err = kb_get_json(t->tools->kb, &t->arena, t->proof->records[i], &jsons[i]);

		if (err)
			return turn_err(err);
	}
	return OK;
}

/* Everything a citizen will read or open. */
static enum err text_gather(struct turn *t, const char **ret_text)
{
	struct buf all;
	const char *text;

	buf_init(&all, CHECKED_MAX);
	buf_add_string(&all, t->reply.text);
	for (size_t i = 0; i < t->reply.button_count; i++) {
		const struct button *b = &t->reply.buttons[i];

		buf_printf(&all, "\n%s", b->title);
		if (b->kind != BUTTON_PAYLOAD)
			buf_printf(&all, "\n%s", b->value);
	}
	text = all.failed ? NULL : arena_copy(&t->arena, buf_text(&all), all.len);
	buf_release(&all);
	if (!text)
		return ERR_NOMEM;
	*ret_text = text;
	return OK;
}

static enum err reply_stop(struct turn *t)
{
	const struct phrases *phrases = t->tools->phrases;
	const char *button = phrase(phrases, &t->arena, "button_staff", NULL);

	log_error("turn=%" PRId64 " guard=stopped record=%s version=%" PRId64, t->event_id,
		t->record.id ? t->record.id : "none", t->record.version);
	metric_add(METRIC_guard_stopped, 1);
	t->reply = (struct reply){.text = phrase(phrases, &t->arena, "none", NULL)};
	t->reply.buttons[t->reply.button_count++] = (struct button){BUTTON_PAYLOAD, button, "#staff"};
	t->talk->menu[0] = (struct talk_item){button, "#staff"};
	t->talk->menu_count = 1;
	t->talk->more = false;
	t->outcome = OUTCOME_UNRESOLVED;
	t->unresolved = true;
	t->reason = QUESTION_GUARD;
	return t->reply.text && button ? talk_print(&t->arena, t->talk, &t->remember) : ERR_NOMEM;
}

enum err turn_guard(struct turn *t)
{
	const char *jsons[PROOF_TEXTS], *text = NULL;
	struct bytes number;
	enum err err = sources_get(t, jsons);

	if (!err)
		err = text_gather(t, &text);
	if (!err)
		err = proof_check(&t->arena, t->proof, text, jsons, &number);
	return err == ERR_GUARD ? reply_stop(t) : err;
}
