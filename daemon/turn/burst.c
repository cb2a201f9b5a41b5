#include "daemon/turn/burst.h"
#include "daemon/turn/conversation.h"

#include <stdlib.h>
#include <string.h>

#define BURST_BYTES 300 /* of one message: who writes more says it in one */

static bool is_typed(const struct stored_event *e)
{
	return e->event.kind == EVENT_TEXT && e->event.text && strlen(e->event.text) <= BURST_BYTES;
}

bool burst_goes_on(const struct stored_event *before, const struct stored_event *next, int64_t wait_ms)
{
	return is_typed(before) && is_typed(next) && next->received_ms - before->received_ms <= wait_ms;
}

static bool ends_as_question(const char *text)
{
	size_t len = strlen(text);

	while (len && strchr(" \t\n", text[len - 1]))
		len--;
	return len && text[len - 1] == '?';
}

bool burst_may_go_on(const struct turn *t)
{
	if (t->event.kind != EVENT_TEXT || !t->event.text || t->silent || t->target ||
		t->question.says != SAY_QUESTION || strlen(t->event.text) > BURST_BYTES * BURST_MAX ||
		ends_as_question(t->event.text))
		return false;
	return t->outcome != OUTCOME_ANSWER || !t->talk->facets; /* what was asked, not what was told along */
}

char *burst_join(const struct stored_event *const *events, size_t count)
{
	size_t room = 1;
	char *text, *at;

	for (size_t i = 0; i < count; i++)
		room += strlen(events[i]->event.text) + 1;
	text = at = malloc(room);
	if (!text)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		if (i)
			*at++ = ' ';
		at = stpcpy(at, events[i]->event.text);
	}
	return text;
}
