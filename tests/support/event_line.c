#include "tests/support/event_line.h"

#include "daemon/base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const kinds[] = {
	[EVENT_TEXT] = "TEXT",
	[EVENT_PAYLOAD] = "PAYLOAD",
	[EVENT_EDIT] = "EDIT",
	[EVENT_DELETE] = "DELETE",
	[EVENT_ATTACHMENT] = "ATTACHMENT",
	[EVENT_STICKER] = "STICKER",
	[EVENT_FOLLOW] = "FOLLOW",
	[EVENT_UNFOLLOW] = "UNFOLLOW",
	[EVENT_ECHO] = "ECHO",
	[EVENT_STAFF] = "STAFF",
	[EVENT_BOT_ON] = "BOT_ON",
	[EVENT_DELIVERED] = "DELIVERED",
	[EVENT_SEEN] = "SEEN",
	[EVENT_POLICY] = "POLICY",
	[EVENT_OTHER] = "OTHER",
};

static const char *with(struct arena *a, const char *line, const char *name, const char *value)
{
	return value ? arena_printf(a, "%s %s=%s", line, name, value) : line;
}

const char *event_line(struct arena *a, const struct event *e)
{
	const char *line = kinds[e->kind];

	line = with(a, line, "name", e->name);
	line = with(a, line, "account", e->account);
	line = with(a, line, "user", e->user);
	line = with(a, line, "conversation", e->conversation_id);
	line = with(a, line, "msg", e->msg_id);
	line = with(a, line, "text", e->text);
	line = with(a, line, "payload", e->payload);
	line = with(a, line, "ref", e->echo_ref);
	line = arena_printf(a, "%s time=%lld", line, (long long)e->time_ms);
	return with(a, line, "dedupe", e->dedupe);
}

const char *events_lines(struct arena *a, const struct events *events)
{
	const char *lines = "";

	for (size_t i = 0; i < events->count; i++)
		lines = arena_printf(a, "%s%s\n", lines, event_line(a, &events->items[i]));
	if (events->unknown_account)
		lines = arena_printf(a, "%sunknown_account=%zu\n", lines, events->unknown_account);
	return events->probe ? arena_printf(a, "%sprobe\n", lines) : lines;
}

static void assert_text(const char *s)
{
	if (s)
		assert_true(*s && text_is_utf8(s, strlen(s)));
}

void assert_event_whole(const struct event *e)
{
	assert_in_range(e->kind, EVENT_TEXT, EVENT_OTHER);
	assert_non_null(e->channel);
	assert_non_null(e->account);
	assert_true(e->name && *e->name);
	assert_true(e->dedupe && *e->dedupe);
	assert_true((e->user && *e->user) || e->kind == EVENT_OTHER || e->kind == EVENT_POLICY);
	assert_true(e->kind != EVENT_TEXT || e->text);
	assert_true(e->kind != EVENT_PAYLOAD || e->payload);
	assert_true(e->kind != EVENT_EDIT || (e->text && e->msg_id));
	assert_true(e->kind != EVENT_DELETE || e->msg_id);
	assert_true(e->time_ms >= 0);
	assert_text(e->text);
	assert_text(e->payload);
	assert_text(e->user);
}

static bool line_fits(const char *want, const char *line)
{
	size_t len = strlen(want);

	if (strncmp(line, want, len) != 0)
		return false;
	if (want[len - 1] == '|')
		len += strspn(line + len, "0123456789abcdef");
	return line[len] == '\n';
}

void assert_events_are(struct arena *a, const char *name, const struct events *events,
	const char *const *lines, size_t count)
{
	const char *line = events_lines(a, events);

	for (size_t i = 0; i < count && lines[i]; i++) {
		if (!line_fits(lines[i], line))
			fail_msg("%s:\nwant %s\ngot  %s", name, lines[i], line);
		line = strchr(line, '\n') + 1;
	}
	if (*line)
		fail_msg("%s: unexpected %s", name, line);
	for (size_t i = 0; i < events->count; i++)
		assert_event_whole(&events->items[i]);
}
