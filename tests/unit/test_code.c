/* Codes for citizens: how they look, and that they are found again however they are typed. */
#include "daemon/base/code.h"

#include "daemon/base/mask.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DRAWS 3000

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void codes_have_no_look_alikes_and_are_found_again_in_any_case(void **state)
{
	static const size_t lengths[] = {CODE_WAIT, CODE_CASE};

	(void)state;
	for (size_t n = 0; n < DRAWS; n++) {
		size_t len = lengths[n % 2];
		char code[CODE_SIZE], found[CODE_SIZE], small[CODE_SIZE + 16];
		bool alone = false;

		assert_int_equal(code_make(len, code), OK);
		assert_int_equal(strlen(code), len);
		assert_null(strpbrk(code, "01258BGILOQSUZ"));
		snprintf(small, sizeof small, "mã %s ạ", code);
		for (char *c = small; *c; c++)
			if (*c >= 'A' && *c <= 'Z')
				*c = (char)(*c - 'A' + 'a');
		assert_true(code_find(small, found, &alone));
		assert_true(alone);
		assert_string_equal(found, code);
	}
}

static void codes_come_through_the_mask(void **state)
{
	(void)state;
	for (size_t n = 0; n < DRAWS; n++) {
		char code[CODE_SIZE];
		const char *masked;
		struct arena a;

		assert_int_equal(code_make(n % 2 ? CODE_WAIT : CODE_CASE, code), OK);
		arena_init(&a, 1 << 16);
		assert_int_equal(mask_text(&a, code, &masked, NULL), OK);
		assert_string_equal(masked, code);
		arena_release(&a);
	}
}

static void codes_differ(void **state)
{
	static char codes[DRAWS][CODE_SIZE];

	(void)state;
	for (size_t n = 0; n < DRAWS; n++)
		assert_int_equal(code_make(CODE_CASE, codes[n]), OK);
	qsort(codes, DRAWS, CODE_SIZE, by_text);
	for (size_t n = 1; n < DRAWS; n++)
		assert_string_not_equal(codes[n - 1], codes[n]);
}

static void what_is_typed(void **state)
{
	static const struct {
		const char *text, *code; /* NULL: none */
		bool alone;
	} rows[] = {
		{"K7M4XR", "K7M4XR", true},
		{"k7m 4xr", "K7M4XR", true},
		{"K7M-4XR", "K7M4XR", true},
		{"ma k7m4xr", "K7M4XR", true},
		{"Cho em xem mã K7M4XR với ạ", "K7M4XR", true},
		{"AC34-XK79", "AC34XK79", true},
		{"mã AC34XK79.", "AC34XK79", true},
		{"làm căn cước cho con ở xã hết bao nhiêu tiền vậy, mã K7M4XR đây", "K7M4XR", false},
		{"K7M4XRA", NULL, false},   /* seven */
		{"K7M4XR2", NULL, false},   /* goes on with what no code has */
		{"xK7M4XR9A", NULL, false}, /* nine */
		{"nha dat", NULL, false},
		{"346979", NULL, false},
		{"3K7M4X", NULL, false},
		{"ĐK7M4XR", NULL, false},
		{"KHAACT", NULL, false},
		{"1.004194", NULL, false},
		{"", NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char code[CODE_SIZE] = "";
		bool alone = false, found = code_find(rows[i].text, code, &alone);

		if (found != (rows[i].code != NULL))
			fail_msg("\"%s\": %s", rows[i].text, found ? code : "none");
		if (found)
			assert_string_equal(code, rows[i].code);
		assert_int_equal(alone, rows[i].alone);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_have_no_look_alikes_and_are_found_again_in_any_case),
		cmocka_unit_test(codes_come_through_the_mask),
		cmocka_unit_test(codes_differ),
		cmocka_unit_test(what_is_typed),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
