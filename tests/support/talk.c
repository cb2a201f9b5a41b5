#include "tests/support/talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define REPEATS_MAX 20

int talk_set_up(void **state)
{
	struct talk *t = calloc(1, sizeof *t);

	daemon_open(&t->daemon);
	t->daemon.config.timeout_ms = 400;
	t->daemon.config.unknown_wait_ms = 300;
	*state = t;
	return 0;
}

int talk_tear_down(void **state)
{
	struct talk *t = *state;

	daemon_close(&t->daemon);
	free(t);
	return 0;
}

long talk_post(struct talk *t, const char *text)
{
	char user[32], msg_id[32];

	snprintf(user, sizeof user, "u%zu", t->messages);
	snprintf(msg_id, sizeof msg_id, "m%zu", t->messages);
	t->sends_begun = t->daemon.platform.send_count;
	return daemon_zalo(&t->daemon, user, msg_id, text);
}

void talk_until_taken(struct talk *t, long status)
{
	for (int repeats = 0; status != 200; repeats++) {
		assert_true(repeats < REPEATS_MAX);
		loop_for_ms(t->daemon.loop, 5);
		status = daemon_repeat(&t->daemon);
	}
	t->messages++;
}

static void count(struct talk *t, int64_t by_state[OUTBOX_DEAD + 1])
{
	assert_int_equal(
		store_outbox_count(t->daemon.reader, by_state), OK); /* one look: rows move between two */
}

bool talk_is_over(void *talk)
{
	struct talk *t = talk;
	int64_t by_state[OUTBOX_DEAD + 1];

	if (daemon_waiting(&t->daemon) > 0)
		return false;
	count(t, by_state);
	return by_state[OUTBOX_DUE] + by_state[OUTBOX_SENDING] + by_state[OUTBOX_UNKNOWN] == 0;
}

size_t talk_sends(const struct talk *t)
{
	return t->daemon.platform.send_count - t->sends_begun;
}

void talk_assert_ended_once(struct talk *t, const char *fault, unsigned n, size_t parts)
{
	bool over = loop_until(t->daemon.loop, talk_is_over, t);
	int64_t by_state[OUTBOX_DEAD + 1];

	count(t, by_state);
	if (!over)
		fail_msg("%s %u: %zu events wait, %d due, %d sending, %d unknown", fault, n,
			daemon_waiting(&t->daemon), (int)by_state[OUTBOX_DUE], (int)by_state[OUTBOX_SENDING],
			(int)by_state[OUTBOX_UNKNOWN]);
	if ((size_t)(by_state[OUTBOX_SENT] + by_state[OUTBOX_DEAD]) != t->messages)
		fail_msg("%s %u: %d sent and %d dead of %zu messages", fault, n, (int)by_state[OUTBOX_SENT],
			(int)by_state[OUTBOX_DEAD], t->messages);
	if (talk_sends(t) > parts)
		fail_msg("%s %u: %zu sends for %zu parts", fault, n, talk_sends(t), parts);
}
