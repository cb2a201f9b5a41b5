/* From a webhook to a send with the n-th allocation of the loop's thread failing, for every n: nobody crashes, the platform
 * is told to come again or the event is safe, and each event ends in exactly one reply. */
#include "tests/support/daemon.h"
#include "tests/support/fault.h"

#include "daemon/base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROUNDS_MAX 2000

static int set_up(void **state)
{
	struct daemon *d = calloc(1, sizeof *d);

	log_set_level(LOG_LEVEL_ERROR);
	daemon_open(d);
	*state = d;
	return 0;
}

static int tear_down(void **state)
{
	fault_alloc_after(0);
	daemon_close(*state);
	free(*state);
	return 0;
}

/* Sends one event while the n-th allocation fails; the platform repeats until it is taken. True: one failed. */
static bool round_run(struct daemon *d, unsigned n, bool facebook)
{
	char user[16], id[16];
	bool happened;

	snprintf(user, sizeof user, "u%u", n % 5);
	snprintf(id, sizeof id, "%s%u", facebook ? "m_" : "m", n);
	fault_alloc_after(n);
	if ((facebook ? daemon_facebook(d, user, id, "xin chào") : daemon_zalo(d, user, id, "xin chào")) ==
		200)
		loop_for_ms(d->loop, 40); /* what follows the answer may fail, too */
	happened = fault_alloc_happened();
	fault_alloc_after(0);
	assert_int_equal(daemon_repeat(d), 200);
	return happened;
}

static void rounds_run(struct daemon *d, bool facebook)
{
	unsigned n = 0, quiet = 0;

	while (quiet < 3 && n < ROUNDS_MAX) {
		daemon_start(d); /* anew, so that nothing is in stock */
		quiet = round_run(d, ++n, facebook) ? 0 : quiet + 1;
		daemon_settle(d);
		assert_int_equal(daemon_waiting(d), 0);
		/* unknown: there was no memory for the platform's answer */
		assert_int_equal(daemon_replies(d, OUTBOX_SENT) + daemon_replies(d, OUTBOX_UNKNOWN), n);
		assert_int_equal(d->platform.send_count, n);
		assert_true(daemon_stop(d));
	}
	assert_true(n > 13); /* some really failed */
	assert_true(n < ROUNDS_MAX);
}

static void every_event_on_zalo_is_answered_once_whatever_allocation_fails(void **state)
{
	rounds_run(*state, false);
}

static void every_event_on_facebook_is_answered_once_whatever_allocation_fails(void **state)
{
	rounds_run(*state, true);
}

static void a_start_that_runs_out_of_memory_says_so_and_leaves_nothing_behind(void **state)
{
	struct daemon *d = *state;
	struct serve *serve = NULL;
	unsigned n = 0;
	enum err err;

	do {
		struct why why = {""};

		fault_alloc_after(++n);
		err = serve_open(d->loop, &d->config, &serve, &why);
		if (!fault_alloc_happened())
			n = ROUNDS_MAX * 100;
		fault_alloc_after(0);
		if (err != OK) {
			assert_true(why.text[0] != '\0');
		} else {
			d->serve = serve;
			assert_int_equal(store_reader_open(d->config.state_path, &d->reader, NULL), OK);
			assert_true(daemon_stop(d));
		}
		n += n > 200 ? n / 10 : 0; /* word lists allocate by the thousand */
	} while (n < ROUNDS_MAX * 100);
	daemon_start(d);
	assert_int_equal(daemon_zalo(d, "u1", "m1", "xin chào"), 200);
	daemon_settle(d);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(every_event_on_zalo_is_answered_once_whatever_allocation_fails),
		TEST(every_event_on_facebook_is_answered_once_whatever_allocation_fails),
		TEST(a_start_that_runs_out_of_memory_says_so_and_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
