#include "knowledge/alike.h"
#include "tests/support/knowledge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ROW(code, name, more) "{\"code\":\"" code "\",\"name\":\"" name "\",\"level\":[\"xã\"]" more "}\n"

struct seen {
	char text[512];
};

static void note(void *arg, const struct alike *pair)
{
	struct seen *seen = arg;
	size_t len = strlen(seen->text);

	snprintf(seen->text + len, sizeof seen->text - len, "%s %s %.2f\n", pair->id, pair->other,
		pair->likeness);
}

static void names_that_say_the_same_are_found_and_others_are_not(void **state)
{
	struct knowledge *k = *state;
	struct words *words = NULL;
	struct seen seen = {""};
	struct kb *kb = NULL;

	assert_int_equal(
		knowledge_import(k,
			ROW("1.1", "Cấp giấy phép nuôi chim yến trong khu dân cư", "") ROW(
				"1.2", "Cấp giấy phép nuôi chim yến, trong khu dân cư", "") ROW("1.3",
				"Cấp lại giấy phép nuôi chim yến trong khu dân cư", "") ROW("1.4",
				"Cấp giấy phép nuôi chim yến trong khu dân cư", ",\"change\":\"abolished\"")
				ROW("1.5", "Hỗ trợ hộ nuôi ong hạng 2 ở miền núi", "") ROW(
					"1.6", "Hỗ trợ hộ nuôi ong hạng 3 ở miền núi", "") ROW("1.7",
					"Cấp giấy phép nuôi chim yến trong khu dân cư", ",\"unit\":\"91\"")),
		OK);
	assert_int_equal(words_load(&words, &k->why), OK);
	assert_int_equal(kb_open(k->database, words, &kb, &k->why), OK);
	assert_int_equal(alike_find(kb, ALIKE_LIKELY, note, &seen), OK);
	kb_close(kb);
	words_free(words);
	assert_string_equal(seen.text, "1.1 1.2 1.00\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(names_that_say_the_same_are_found_and_others_are_not,
			knowledge_setup, knowledge_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
