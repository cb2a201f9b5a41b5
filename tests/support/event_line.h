/* event_line.h - an event as one line, so that a table can say what a body means. */
#ifndef MOTCUA_TEST_EVENT_LINE_H
#define MOTCUA_TEST_EVENT_LINE_H

#include "daemon/base/message.h"

/* "TEXT name=… user=… text=…", members that are there, in this order:
 * name, account, user, conversation, msg, text, payload, ref, time, dedupe. */
const char *event_line(struct arena *a, const struct event *event);

/* All events, a line each, and "unknown_account=N" or "probe" when that is so. */
const char *events_lines(struct arena *a, const struct events *events);

/* Breaks the test unless the events are these lines, in order, up to a NULL or `count`; a line that ends with '|' is
 * followed by a hash. `name` says which body it was. */
void assert_events_are(struct arena *a, const char *name, const struct events *events,
	const char *const *lines, size_t count);

/* Breaks the test when an event misses what its kind promises (message.h). */
void assert_event_whole(const struct event *event);

#endif
