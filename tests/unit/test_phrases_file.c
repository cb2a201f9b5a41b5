/* phrases.vi as people may leave it: what is wrong is named with file and line. */
#include "knowledge/phrases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64], path[96];

static void file_write(const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void malformed_line_is_named(void **state)
{
	static const struct {
		const char *text, *complaint;
	} rows[] = {
		{"a = x\n\nb\n", "line 3: no \"name = text\""},
		{"a = x\nb = \n", "line 2: name or text is missing"},
		{" = x\n", "line 1: name or text is missing"},
		{"a = x\\ty\n", "line 1: unknown escape"},
		{"a = x\\", "line 1: unknown escape"},
		{"a = {x\n", "line 1: braces do not match"},
		{"a = x}\n", "line 1: braces do not match"},
		{"a = {{x}}\n", "line 1: braces do not match"},
		{"b = 1\na = x\nb = y\n", "\"b\" comes twice"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct phrases *p = NULL;
		struct why why = {""};

		file_write(rows[i].text);
		assert_int_equal(phrases_load(&p, &why), ERR_FORMAT);
		assert_null(p);
		if (!strstr(why.text, rows[i].complaint) || !strstr(why.text, path))
			fail_msg("\"%s\" does not say \"%s\"", why.text, rows[i].complaint);
	}
}

static void comments_blanks_and_escapes_are_understood(void **state)
{
	struct phrases *p = NULL;
	struct why why = {""};

	(void)state;
	file_write("# comment\n\n  b =  two\\nlines \\\\ = {x} \r\na = one");
	assert_int_equal(phrases_load(&p, &why), OK);
	assert_string_equal(phrase_template(p, "a"), "one");
	assert_string_equal(phrase_template(p, "b"), "two\nlines \\ = {x}");
	assert_string_equal(phrase_name(p, 0), "a");
	assert_null(phrase_name(p, 2));
	assert_null(phrase_template(p, "c"));
	phrases_free(p);
}

static void missing_file_is_named(void **state)
{
	struct phrases *p = NULL;
	struct why why = {""};

	(void)state;
	unlink(path);
	assert_int_equal(phrases_load(&p, &why), ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(malformed_line_is_named),
		cmocka_unit_test(comments_blanks_and_escapes_are_understood),
		cmocka_unit_test(missing_file_is_named),
	};
	char knowledge[80];
	int failed;

	snprintf(folder, sizeof folder, "/tmp/motcua-phrases-XXXXXX");
	if (!mkdtemp(folder) || setenv("MOTCUA_SHARE", folder, 1) != 0)
		return 1;
	snprintf(knowledge, sizeof knowledge, "%s/knowledge", folder);
	snprintf(path, sizeof path, "%s/phrases.vi", knowledge);
	if (mkdir(knowledge, 0700) != 0)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	rmdir(knowledge);
	rmdir(folder);
	return failed;
}
