#include "daemon/outbox/rate.h"
#include "daemon/outbox/retry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void each_class_has_its_action(void **state)
{
	static const struct {
		enum verdict_class class;
		unsigned attempts, tries_max;
		bool plain, renewed;
		enum retry_action action;
	} rows[] = {
		{VERDICT_SENT, 1, 0, false, false, RETRY_DONE},
		{VERDICT_SENT, 9, 0, true, true, RETRY_DONE},
		{VERDICT_LATER, 1, 0, false, false, RETRY_AGAIN},
		{VERDICT_LATER, 4, 0, false, false, RETRY_AGAIN},
		{VERDICT_LATER, 5, 0, false, false, RETRY_DEAD},
		{VERDICT_LATER, 1, 2, false, false, RETRY_AGAIN}, /* -200: once more */
		{VERDICT_LATER, 2, 2, false, false, RETRY_DEAD},
		{VERDICT_LATER, 1000, UINT32_MAX, false, false, RETRY_AGAIN}, /* it cannot have arrived */
		{VERDICT_SLOW_DOWN, 4, 0, true, true, RETRY_AGAIN},
		{VERDICT_SLOW_DOWN, 5, 0, false, false, RETRY_DEAD},
		{VERDICT_RENEW, 1, 0, false, false, RETRY_RENEW},
		{VERDICT_RENEW, 1, 0, true, false, RETRY_RENEW},
		{VERDICT_RENEW, 2, 0, false, true, RETRY_DEAD},
		{VERDICT_PLAIN, 1, 0, false, false, RETRY_PLAIN},
		{VERDICT_PLAIN, 1, 0, false, true, RETRY_PLAIN},
		{VERDICT_PLAIN, 2, 0, true, false, RETRY_DEAD},
		{VERDICT_UNKNOWN, 1, 0, false, false, RETRY_UNKNOWN},
		{VERDICT_UNKNOWN, 7, 0, true, true, RETRY_UNKNOWN},
		{VERDICT_DEAD, 1, 0, false, false, RETRY_DEAD},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct verdict v = {.class = rows[i].class, .tries_max = rows[i].tries_max};

		assert_int_equal(retry_after(&v, rows[i].attempts, rows[i].plain, rows[i].renewed, 7).action,
			rows[i].action);
	}
}

static void waits_double_from_one_second_to_a_minute_with_jitter(void **state)
{
	struct verdict v = {.class = VERDICT_LATER, .tries_max = UINT32_MAX};
	static const int64_t full_ms[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};

	(void)state;
	for (unsigned n = 0; n < sizeof full_ms / sizeof *full_ms; n++) {
		int64_t least = INT64_MAX, most = 0;

		for (uint32_t random = 0; random < 200000; random += 997) {
			int64_t wait_ms = retry_after(&v, n + 1, false, false, random).wait_ms;

			least = wait_ms < least ? wait_ms : least;
			most = wait_ms > most ? wait_ms : most;
		}
		assert_in_range(least, full_ms[n] / 2, full_ms[n]);
		assert_in_range(most, least + full_ms[n] / 4, full_ms[n]);
	}
	assert_in_range(retry_after(&v, 4000000, false, false, UINT32_MAX).wait_ms, 30000, 60000);
}

static void the_platforms_own_waiting_time_is_kept(void **state)
{
	struct verdict v = {.class = VERDICT_SLOW_DOWN, .wait_ms = 90000};

	(void)state;
	assert_int_equal(retry_after(&v, 1, false, false, 0).wait_ms, 90000);
	v.wait_ms = 1;
	assert_int_equal(retry_after(&v, 1, false, false, 0).wait_ms, 500);
	v.wait_ms = INT64_MAX;
	assert_int_equal(retry_after(&v, 1, false, false, 0).wait_ms, 60 * 60 * 1000);
}

static void an_account_never_sends_faster_than_its_ceiling(void **state)
{
	struct rate r;
	int sent = 0;

	(void)state;
	rate_init(&r, 10, 1000000);
	for (int64_t ms = 0; ms < 10000; ms++)
		while (rate_take(&r, 1000000 + ms) == 0)
			sent++;
	assert_in_range(sent, 10 + 95, 10 + 100); /* one second's burst, then the ceiling */
}

static void the_waiting_time_told_is_long_enough(void **state)
{
	struct rate r;
	int64_t now_ms = 1000000, wait_ms;

	(void)state;
	rate_init(&r, 7, now_ms);
	for (int i = 0; i < 100; i++) {
		while ((wait_ms = rate_take(&r, now_ms)) == 0)
			;
		assert_in_range(wait_ms, 1, 1000);
		now_ms += wait_ms;
		assert_int_equal(rate_take(&r, now_ms), 0);
	}
}

static void account_near_its_limit_is_slower_the_nearer_it_is(void **state)
{
	static const struct {
		unsigned used_percent;
		int least, most; /* sends in two seconds at a ceiling of 10 a second, and what had gathered */
	} rows[] = {{0, 29, 30}, {80, 29, 30}, {90, 14, 16}, {99, 1, 2}, {100, 1, 2}, {1000, 1, 2}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct rate r;
		int sent = 0;

		rate_init(&r, 10, 1000000);
		for (int64_t ms = 0; ms <= 2000; ms++) {
			rate_near_limit(&r, rows[i].used_percent, 1000000 + ms); /* with each answer */
			while (rate_take(&r, 1000000 + ms) == 0)
				sent++;
		}
		assert_in_range(sent, rows[i].least, rows[i].most);
	}
}

static void limit_that_is_not_near_any_more_is_forgotten(void **state)
{
	struct rate r;

	(void)state;
	rate_init(&r, 10, 1000000);
	assert_false(rate_near_limit(&r, 80, 1000000));
	assert_true(rate_near_limit(&r, 100, 1000000));
	assert_int_equal(rate_take(&r, 1000000), 0);
	assert_true(rate_take(&r, 1000000) > 0);
	rate_take(&r, 1000000 + 60000);
	for (int i = 0; i < 9; i++)
		assert_int_equal(rate_take(&r, 1000000 + 62000), 0);
}

static void slow_down_holds_then_halves_then_recovers(void **state)
{
	struct rate r;
	int64_t now_ms = 1000000;
	int sent = 0;

	(void)state;
	rate_init(&r, 10, now_ms);
	rate_slow_down(&r, 3000, now_ms);
	assert_int_equal(rate_take(&r, now_ms), 3000);
	assert_int_equal(rate_take(&r, now_ms + 2999), 1);
	for (int64_t ms = 3000; ms < 6000; ms++)
		while (rate_take(&r, now_ms + ms) == 0)
			sent++;
	assert_in_range(sent, 10, 24); /* half the ceiling for three seconds, and what had gathered */
	for (int64_t ms = 6000; ms < 66000; ms++)
		(void)rate_take(&r, now_ms + ms);
	sent = 0;
	for (int64_t ms = 66000; ms < 76000; ms++)
		while (rate_take(&r, now_ms + ms) == 0)
			sent++;
	assert_in_range(sent, 95, 101);
}

static void a_clock_that_goes_back_does_not_stop_sending_for_good(void **state)
{
	struct rate r;

	(void)state;
	rate_init(&r, 1, 1000000);
	assert_int_equal(rate_take(&r, 1000000), 0);
	assert_int_not_equal(rate_take(&r, 400000), 0);
	assert_int_equal(rate_take(&r, 401000), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_class_has_its_action),
		cmocka_unit_test(waits_double_from_one_second_to_a_minute_with_jitter),
		cmocka_unit_test(the_platforms_own_waiting_time_is_kept),
		cmocka_unit_test(an_account_never_sends_faster_than_its_ceiling),
		cmocka_unit_test(the_waiting_time_told_is_long_enough),
		cmocka_unit_test(account_near_its_limit_is_slower_the_nearer_it_is),
		cmocka_unit_test(limit_that_is_not_near_any_more_is_forgotten),
		cmocka_unit_test(slow_down_holds_then_halves_then_recovers),
		cmocka_unit_test(a_clock_that_goes_back_does_not_stop_sending_for_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
