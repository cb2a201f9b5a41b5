#include "daemon/base/arena.h"
#include "daemon/base/buf.h"
#include "tests/support/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void arena_hands_out_zeroed_memory_up_to_its_ceiling(void **state)
{
	struct arena a;
	char *p;

	(void)state;
	arena_init(&a, 100000);
	p = arena_alloc(&a, 40000);
	assert_non_null(p);
	assert_int_equal(p[0] | p[39999], 0);
	assert_non_null(arena_alloc(&a, 60000));
	assert_null(arena_alloc(&a, 1));
	assert_null(arena_array(&a, SIZE_MAX / 2, 4));
	arena_release(&a);
	assert_string_equal(arena_printf(&a, "%d-%s", 7, "x"), "7-x");
	assert_null(arena_string(&a, NULL));
	arena_release(&a);
}

static void arena_reset_keeps_working(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 1000; i++)
			assert_non_null(arena_alloc(&a, 100));
		arena_reset(&a);
		assert_int_equal(a.used, 0);
	}
	arena_release(&a);
}

static void arena_says_null_when_memory_is_out(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	fault_alloc_after(1);
	assert_null(arena_alloc(&a, 10));
	assert_true(fault_alloc_happened());
	assert_non_null(arena_alloc(&a, 10));
	arena_release(&a);
}

static void buf_keeps_what_fitted_and_says_it_failed(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 8);
	buf_add_string(&b, "12345");
	buf_printf(&b, "%s", "67890");
	assert_true(b.failed);
	assert_string_equal(buf_text(&b), "12345");
	buf_clear(&b);
	assert_false(b.failed);
	buf_printf(&b, "%d", 42);
	assert_string_equal(buf_text(&b), "42");
	buf_release(&b);
	assert_string_equal(buf_text(&b), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_hands_out_zeroed_memory_up_to_its_ceiling),
		cmocka_unit_test(arena_reset_keeps_working),
		cmocka_unit_test(arena_says_null_when_memory_is_out),
		cmocka_unit_test(buf_keeps_what_fitted_and_says_it_failed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
