#include "daemon/base/lanes.h"
#include "tests/support/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void a_lane_keeps_the_order_of_ids_whatever_came_first(void **state)
{
	struct lanes l = {0};
	struct lane_item item[4];

	(void)state;
	assert_int_equal(lanes_add(&l, "zalo", "1", "u", 20, &item[1]), OK);
	assert_int_equal(lanes_add(&l, "zalo", "1", "u", 40, &item[3]), OK);
	assert_int_equal(lanes_add(&l, "zalo", "1", "u", 10, &item[0]), OK);
	assert_int_equal(lanes_add(&l, "zalo", "1", "u", 30, &item[2]), OK);
	for (int i = 0; i < 4; i++) {
		assert_true(lane_may_run(&item[i]));
		assert_ptr_equal(lanes_remove(&l, &item[i]), i < 3 ? &item[i + 1] : NULL);
	}
	assert_int_equal(l.count, 0);
	lanes_release(&l);
}

static void an_older_item_never_overtakes_the_one_that_runs(void **state)
{
	struct lanes l = {0};
	struct lane_item running, older;

	(void)state;
	assert_int_equal(lanes_add(&l, "zalo", "1", "u", 20, &running), OK);
	lane_run(&running);
	assert_int_equal(lanes_add(&l, "zalo", "1", "u", 10, &older), OK);
	assert_false(lane_may_run(&running));
	assert_false(lane_may_run(&older));
	lane_rest(&running);
	assert_true(lane_may_run(&running));
	assert_ptr_equal(lanes_remove(&l, &running), &older);
	assert_true(lane_may_run(&older));
	assert_null(lanes_remove(&l, &older));
	lanes_release(&l);
}

static void citizens_do_not_wait_for_each_other(void **state)
{
	struct lanes l = {0};
	struct lane_item item[4];
	const char *const keys[4][3] = {
		{"zalo", "1", "u"}, {"facebook", "1", "u"}, {"zalo", "1u", ""}, {"zalo", "1", "v"}};

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(lanes_add(&l, keys[i][0], keys[i][1], keys[i][2], 1, &item[i]), OK);
	for (int i = 0; i < 4; i++)
		assert_true(lane_may_run(&item[i]));
	for (int i = 0; i < 4; i++)
		assert_null(lanes_remove(&l, &item[i]));
	lanes_release(&l);
}

static void many_lanes_are_found_again(void **state)
{
	static struct lane_item item[2000];
	struct lanes l = {0};
	char user[16];

	(void)state;
	for (int i = 0; i < 2000; i++) {
		snprintf(user, sizeof user, "u%d", i % 1000);
		assert_int_equal(lanes_add(&l, "zalo", "1", user, i, &item[i]), OK);
		assert_int_equal(lane_may_run(&item[i]), i < 1000);
	}
	for (int i = 0; i < 1000; i++)
		assert_ptr_equal(lanes_remove(&l, &item[i]), &item[i + 1000]);
	for (int i = 1000; i < 2000; i++)
		assert_null(lanes_remove(&l, &item[i]));
	lanes_release(&l);
}

static void no_memory_leaves_the_lanes_as_they_were(void **state)
{
	struct lanes l = {0};
	struct lane_item item[2];

	(void)state;
	for (unsigned n = 1; n <= 2; n++) {
		fault_alloc_after(n);
		assert_int_equal(lanes_add(&l, "zalo", "1", "u", 1, &item[0]), ERR_NOMEM);
		fault_alloc_after(0);
		assert_int_equal(l.count, 0);
	}
	assert_int_equal(lanes_add(&l, "zalo", "1", "u", 1, &item[0]), OK);
	assert_null(lanes_remove(&l, &item[0]));
	lanes_release(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lane_keeps_the_order_of_ids_whatever_came_first),
		cmocka_unit_test(an_older_item_never_overtakes_the_one_that_runs),
		cmocka_unit_test(citizens_do_not_wait_for_each_other),
		cmocka_unit_test(many_lanes_are_found_again),
		cmocka_unit_test(no_memory_leaves_the_lanes_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
