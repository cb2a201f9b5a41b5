/* `motcua ask` as a program sees it: arguments in, JSON or text out. */
#include "daemon/cli/cli.h"
#include "tests/support/turn_fixture.h"

#include <cjson/cJSON.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define ARGS_MAX 12

static char out[65536];

/* Runs `ask --data FOLDER …` with `input` on standard input; what it printed is in `out`. */
static int ask(struct turn_fixture *f, const char *input, const char *const *args)
{
	char *argv[ARGS_MAX] = {"ask", "--data", f->folder};
	int argc = 3, code, saved_out = dup(1), saved_in = dup(0);
	FILE *to = tmpfile(), *from = tmpfile();
	size_t len;

	assert_true(to && from && fputs(input, from) >= 0);
	rewind(from);
	for (; *args && argc < ARGS_MAX - 1; args++)
		argv[argc++] = (char *)*args;
	fflush(stdout);
	clearerr(stdin);
	assert_true(dup2(fileno(to), 1) == 1 && dup2(fileno(from), 0) == 0);
	code = cmd_ask(argc, argv);
	fflush(stdout);
	assert_true(dup2(saved_out, 1) == 1 && dup2(saved_in, 0) == 0);
	rewind(to);
	len = fread(out, 1, sizeof out - 1, to);
	out[len] = '\0';
	close(saved_out);
	close(saved_in);
	fclose(to);
	fclose(from);
	return code;
}
#define ASK(f, input, ...) ask(f, input, (const char *const[]){__VA_ARGS__, NULL})

static const char *text_of(const cJSON *object, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

	assert_true(cJSON_IsString(item));
	return item->valuestring;
}

static void json_holds_what_was_promised(void **state)
{
	cJSON *root;
	const cJSON *record, *reply, *button;

	assert_int_equal(ASK(*state, "", "--json", "phí", "nuôi chim bồ câu"), EXIT_DONE);
	root = cJSON_Parse(out);
	assert_non_null(root);
	assert_string_equal(text_of(root, "outcome"), "answer");
	assert_string_equal(text_of(root, "facet"), "fee");
	record = cJSON_GetObjectItemCaseSensitive(root, "records")->child;
	assert_string_equal(text_of(record, "id"), "9.000001");
	assert_string_equal(text_of(record, "code"), "9.000001");
	assert_string_equal(text_of(record, "title"), "Nuôi chim bồ câu");
	assert_true(cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(record, "score")));
	assert_true(cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(record, "confidence")));
	reply = cJSON_GetObjectItemCaseSensitive(root, "reply");
	assert_non_null(strstr(text_of(reply, "text"), "10.000 đồng"));
	button = cJSON_GetObjectItemCaseSensitive(reply, "buttons")->child;
	assert_string_equal(text_of(button, "kind"), "payload");
	assert_string_equal(text_of(button, "value"), "#tt:9.000001:documents");
	cJSON_Delete(root);
}

static size_t lines_count(void)
{
	size_t lines = 0;

	for (const char *s = out; (s = strchr(s, '\n')) != NULL; s++)
		lines++;
	return lines;
}

static void each_line_gets_one_object_in_order(void **state)
{
	assert_int_equal(ASK(*state, "xin chào\n\nnuôi ong\ncòn phí?\n", "--json"), EXIT_DONE);
	assert_int_equal(lines_count(), 4);
	assert_non_null(strstr(out, "Bạn muốn hỏi phí, lệ phí cho thủ tục nào")); /* each line begins anew */
}

static void lines_together_are_one_conversation(void **state)
{
	assert_int_equal(ASK(*state, "nuôi chim bồ câu\ncòn phí?\n", "--json", "--together"), EXIT_DONE);
	assert_int_equal(lines_count(), 2);
	assert_non_null(strstr(strchr(out, '\n'), "10.000 đồng"));
}

static void session_goes_on_with_the_next_command(void **state)
{
	struct turn_fixture *f = *state;
	char path[128];

	assert_int_equal(ASK(f, "", "--session", "ba-hai", "nuôi chim bồ câu"), EXIT_DONE);
	assert_non_null(strstr(out, "Tôi là trợ lý tự động"));
	assert_int_equal(ASK(f, "", "--session", "ba-hai", "còn phí?"), EXIT_DONE);
	assert_non_null(strstr(out, "10.000 đồng"));
	assert_null(strstr(out, "Tôi là trợ lý tự động"));
	assert_int_equal(ASK(f, "", "còn phí?"), EXIT_DONE);
	assert_null(strstr(out, "10.000 đồng"));
	snprintf(path, sizeof path, "%s/ask-sessions/ba-hai", f->folder);
	assert_int_equal(unlink(path), 0);
	snprintf(path, sizeof path, "%s/ask-sessions", f->folder);
	assert_int_equal(rmdir(path), 0);
}

static void wrong_usage_is_refused(void **state)
{
	struct turn_fixture *f = *state;

	assert_int_equal(ASK(f, "", "--as-of", "hôm qua", "x"), EXIT_USAGE);
	assert_int_equal(ASK(f, "", "--session", "../x", "x"), EXIT_USAGE);
	assert_int_equal(ASK(f, "", "--channel", "viber", "x"), EXIT_USAGE);
	assert_int_equal(ASK(f, "", "--nothing"), EXIT_USAGE);
	assert_int_equal(ASK(f, "", "--data", "/nowhere", "x"), EXIT_FAILED);
}

static void another_day_is_answered_as_of_that_day(void **state)
{
	assert_int_equal(ASK(*state, "", "--as-of", "2026-12-31", "#tt:9.000006"), EXIT_DONE);
	assert_non_null(strstr(out, "5.000 đồng"));
	assert_int_equal(ASK(*state, "", "--as-of", "2027-01-01", "#tt:9.000006"), EXIT_DONE);
	assert_null(strstr(out, "5.000 đồng"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_holds_what_was_promised),
		cmocka_unit_test(each_line_gets_one_object_in_order),
		cmocka_unit_test(lines_together_are_one_conversation),
		cmocka_unit_test(session_goes_on_with_the_next_command),
		cmocka_unit_test(wrong_usage_is_refused),
		cmocka_unit_test(another_day_is_answered_as_of_that_day),
	};

	return cmocka_run_group_tests(tests, turn_fixture_up, turn_fixture_down);
}
