/* The n-th disk call of any thread fails on the way from webhook to reply, for every n. The platform repeats what was not
 * acknowledged; then every message has one reply, sent once or a dead letter. */
#include "tests/support/fault_sqlite.h"
#include "tests/support/talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define PLACES_MAX 3000

static void every_disk_call(struct talk *t, enum fault_sqlite kind, const char *name)
{
	bool failed = true;
	unsigned n;

	daemon_start(&t->daemon);
	talk_until_taken(t, talk_post(t, "xin chào"));
	daemon_settle(&t->daemon);
	for (n = 1; failed && n < PLACES_MAX; n++) {
		long status;

		fault_sqlite_after(kind, n);
		status = talk_post(t, "xin chào");
		loop_for_ms(t->daemon.loop, 30);
		failed = fault_sqlite_off();
		talk_until_taken(t, status);
		talk_assert_ended_once(t, name, n, 1);
	}
	print_message("%u disk calls\n", n - 2);
	assert_false(failed);
	assert_true(n > 10);
}

static void a_failing_disk_call_neither_loses_nor_doubles(void **state)
{
	every_disk_call(*state, FAULT_ONCE, "disk call");
}

static void a_full_disk_neither_loses_nor_doubles(void **state)
{
	every_disk_call(*state, FAULT_DISK_FULL, "full disk at call");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_failing_disk_call_neither_loses_nor_doubles, talk_set_up, talk_tear_down),
		cmocka_unit_test_setup_teardown(
			a_full_disk_neither_loses_nor_doubles, talk_set_up, talk_tear_down),
	};

	fault_sqlite_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
