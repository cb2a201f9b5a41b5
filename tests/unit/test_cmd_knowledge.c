/* motcua import, export and eval as typed: arguments, what is printed where, and the exit code. */
#include "daemon/cli/cli.h"
#include "tests/support/knowledge.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ROW(code) "{\"code\":\"" code "\",\"name\":\"Thủ tục " code "\"}\n"

static void write_file(struct knowledge *k, const char *name, const char *text)
{
	char path[192];
	FILE *file;

	snprintf(path, sizeof path, "%s/rows/%s", k->folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int setup(void **state)
{
	struct knowledge *k;
	char path[128];

	if (knowledge_setup(state) != 0)
		return -1;
	k = *state;
	snprintf(path, sizeof path, "%s/rows", k->folder);
	return mkdir(path, 0700);
}

static int teardown(void **state)
{
	static const char *const names[] = {
		"rows/a.jsonl", "rows/b.jsonl", "rows/notes.txt", "rows", "out", "err", "whole.jsonl"};
	struct knowledge *k = *state;
	char path[192];

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, "%s/%s", k->folder, names[i]);
		remove(path);
	}
	return knowledge_teardown(state);
}

static int redirect(struct knowledge *k, int fd, const char *name)
{
	char path[192];
	int saved = dup(fd), file;

	snprintf(path, sizeof path, "%s/%s", k->folder, name);
	file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(saved >= 0 && file >= 0);
	dup2(file, fd);
	close(file);
	return saved;
}

static void restore(int fd, int saved)
{
	dup2(saved, fd);
	close(saved);
}

/* What stands in the file `name`; valid until the next call for the same name. */
static const char *printed(struct knowledge *k, const char *name)
{
	static char texts[2][16384];
	char *text = texts[*name == 'o'], path[192];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", k->folder, name);
	file = fopen(path, "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof texts[0] - 1, file)] = '\0';
	fclose(file);
	return text;
}

/* Words at blanks; "@" stands for the test's folder. Prints go to the files "out" and "err". */
static int run(struct knowledge *k, int (*command)(int, char **), const char *words)
{
	static char full[16][192];
	char line[256], *argv[16];
	int argc = 0, code, out, err;

	snprintf(line, sizeof line, "%s", words);
	for (char *word = strtok(line, " "); word; word = strtok(NULL, " ")) {
		snprintf(full[argc], sizeof full[argc], "%s%s", *word == '@' ? k->folder : "",
			*word == '@' ? word + 1 : word);
		argv[argc] = full[argc];
		argc++;
	}
	fflush(stdout);
	out = redirect(k, 1, "out");
	err = redirect(k, 2, "err");
	code = command(argc, argv);
	fflush(stdout);
	restore(1, out);
	restore(2, err);
	return code;
}

static void folder_stands_for_its_jsonl_in_name_order(void **state)
{
	struct knowledge *k = *state;

	write_file(k, "b.jsonl", "{\"codes\":[\"1.1\"],\"title\":\"Sau\"}\n");
	write_file(k, "a.jsonl", ROW("1.1") "{\"codes\":[\"1.1\"],\"title\":\"Trước\"}\n");
	write_file(k, "notes.txt", "not rows");
	assert_int_equal(run(k, cmd_import, "import --bare --data @ @/rows"), EXIT_DONE);
	assert_string_equal(knowledge_sql(k, "SELECT text FROM own WHERE kind = 'title'"), "Sau");
	assert_non_null(strstr(printed(k, "out"), "added                1\n"));
	assert_string_equal(printed(k, "err"), "");
}

static void a_new_knowledge_begins_with_the_starter_content(void **state)
{
	struct knowledge *k = *state;

	write_file(k, "a.jsonl", ROW("9.9"));
	assert_int_equal(run(k, cmd_import, "import --data @ @/rows/a.jsonl"), EXIT_DONE);
	assert_non_null(strstr(printed(k, "out"), "added                1\n"));
	assert_string_equal(knowledge_sql(k, "SELECT count(*) > 100 FROM record"), "1");
	write_file(k, "a.jsonl", ROW("9.8"));
	assert_int_equal(run(k, cmd_import, "import --data @ @/rows/a.jsonl"), EXIT_DONE);
	assert_string_equal(knowledge_sql(k, "SELECT count(*) FROM record WHERE id IN ('9.9', '9.8')"), "2");
}

static void counts_come_as_one_json_object(void **state)
{
	struct knowledge *k = *state;

	write_file(k, "a.jsonl", ROW("1.1"));
	assert_int_equal(run(k, cmd_import, "import --dry-run --json --data @ @/rows/a.jsonl"), EXIT_DONE);
	assert_string_equal(printed(k, "out"),
		"{\"dry_run\":true,\"rows\":1,\"added\":1,\"changed\":0,\"ended\":0,"
		"\"unchanged\":0,\"skipped\":0,\"refused\":0,\"asks_added\":0,\"unclear_fees\":0}\n");
	assert_int_equal(access(k->database, F_OK), -1);
}

static void twenty_refused_rows_are_shown_and_the_rest_counted(void **state)
{
	struct knowledge *k = *state;
	char rows[1024] = "";

	for (int i = 0; i < 23; i++)
		strcat(rows, "{\"code\":\"1\"}\n");
	write_file(k, "a.jsonl", rows);
	assert_int_equal(run(k, cmd_import, "import --bare --data @ @/rows/a.jsonl"), EXIT_FAILED);
	assert_non_null(strstr(printed(k, "err"), "a.jsonl:20: name: is missing\nand 3 more\n"));
	assert_null(strstr(printed(k, "err"), "a.jsonl:21:"));
	assert_non_null(strstr(printed(k, "out"), "refused             23\n"));
}

static void unit_of_the_command_line_is_the_rows_unit(void **state)
{
	struct knowledge *k = *state;

	write_file(k, "a.jsonl", ROW("1.1"));
	assert_int_equal(run(k, cmd_import, "import --bare --unit 11329 --data @ @/rows/a.jsonl"), EXIT_DONE);
	assert_string_equal(knowledge_sql(k, "SELECT unit FROM version"), "11329");
}

static void export_goes_to_stdout_or_whole_into_a_file(void **state)
{
	struct knowledge *k = *state;

	write_file(k, "a.jsonl", ROW("1.1") "{\"id\":\"hotline:x\",\"name\":\"Dây\",\"phone\":[\"1022\"]}\n");
	assert_int_equal(run(k, cmd_import, "import --bare --data @ @/rows/a.jsonl"), EXIT_DONE);
	assert_int_equal(run(k, cmd_export, "export --kind hotline --data @"), EXIT_DONE);
	assert_ptr_equal(strstr(printed(k, "out"), "{\"id\":\"hotline:x\""), printed(k, "out"));
	assert_null(strstr(printed(k, "out"), "1.1"));
	assert_int_equal(run(k, cmd_export, "export -o @/whole.jsonl --data @"), EXIT_DONE);
	assert_string_equal(printed(k, "out"), "");
	assert_non_null(strstr(printed(k, "whole.jsonl"), "Thủ tục 1.1"));
	assert_int_equal(run(k, cmd_export, "export -o @/nowhere/x.jsonl --data @"), EXIT_FAILED);
}

static void table_goes_out_and_comes_in_with_each_change_told(void **state)
{
	struct knowledge *k = *state;

	write_file(k, "a.jsonl", ROW("1.1"));
	assert_int_equal(run(k, cmd_import, "import --bare --data @ @/rows/a.jsonl"), EXIT_DONE);
	assert_int_equal(run(k, cmd_export, "export --format csv --data @ -o @/rows/notes.txt"), EXIT_DONE);
	assert_int_equal(run(k, cmd_import, "import --dry-run --data @ @/rows/notes.txt"), EXIT_DONE);
	assert_non_null(strstr(printed(k, "out"), "unchanged            1\n"));
	write_file(k, "notes.txt", "Mã;Tên\n1.1;Tên mới\n");
	assert_int_equal(
		run(k, cmd_import, "import --dry-run --changes --data @ @/rows/notes.txt"), EXIT_DONE);
	assert_non_null(strstr(
		printed(k, "err"), ":2: changed 1.1 Tên mới\n  name: \"Thủ tục 1.1\" -> \"Tên mới\"\n"));
	write_file(k, "notes.txt", "Mã;Tên\n1.1;\n1.2;x\n");
	assert_int_equal(run(k, cmd_import, "import --data @ @/rows/notes.txt"), EXIT_FAILED);
	assert_non_null(strstr(printed(k, "err"), ":B2: name: is missing\n"));
	assert_int_equal(run(k, cmd_export, "export --template hotline --format csv"), EXIT_DONE);
	assert_non_null(strstr(printed(k, "out"), "Số điện thoại"));
	assert_int_equal(run(k, cmd_export, "export --format xls --data @"), EXIT_USAGE);
	assert_int_equal(run(k, cmd_export, "export --template procedure"), EXIT_FAILED);
}

static void misses_are_never_written_over_a_file_that_is_there(void **state)
{
	static const char asked[] =
		"{\"q\":\"khai sinh\",\"gold\":[\"1.1\"],\"beh\":\"answer\",\"set\":\"a\"}\n";
	struct knowledge *k = *state;

	write_file(k, "a.jsonl", ROW("1.1"));
	assert_int_equal(run(k, cmd_import, "import --bare --data @ @/rows/a.jsonl"), EXIT_DONE);
	write_file(k, "a.jsonl", asked);
	write_file(k, "notes.txt", "kept");
	assert_int_equal(
		run(k, cmd_eval, "eval --data @ --misses @/rows/a.jsonl @/rows/a.jsonl"), EXIT_FAILED);
	assert_non_null(strstr(printed(k, "err"), "cannot write"));
	assert_string_equal(printed(k, "rows/a.jsonl"), asked);
	assert_int_equal(
		run(k, cmd_eval, "eval --data @ --misses @/rows/notes.txt @/rows/a.jsonl"), EXIT_FAILED);
	assert_string_equal(printed(k, "rows/notes.txt"), "kept");
	assert_int_equal(run(k, cmd_eval, "eval --data @ --misses @/rows/b.jsonl @/rows/a.jsonl"), EXIT_DONE);
	assert_non_null(strstr(printed(k, "rows/b.jsonl"), "khai sinh"));
}

static void wrong_usage_is_said_with_the_usage(void **state)
{
	struct knowledge *k = *state;

	assert_int_equal(run(k, cmd_import, "import --data @"), EXIT_USAGE);
	assert_non_null(strstr(printed(k, "err"), "no file to import"));
	assert_int_equal(run(k, cmd_import, "import --bare --data @ @/rows"), EXIT_FAILED);
	assert_non_null(strstr(printed(k, "err"), "no *.jsonl in it"));
	assert_int_equal(run(k, cmd_import, "import --data @ @/none.jsonl"), EXIT_FAILED);
	assert_non_null(strstr(printed(k, "err"), "none.jsonl"));
	assert_int_equal(run(k, cmd_export, "export --kind thing --data @"), EXIT_USAGE);
	assert_non_null(strstr(printed(k, "err"), "unknown kind \"thing\""));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(folder_stands_for_its_jsonl_in_name_order),
		TEST(a_new_knowledge_begins_with_the_starter_content),
		TEST(counts_come_as_one_json_object),
		TEST(twenty_refused_rows_are_shown_and_the_rest_counted),
		TEST(unit_of_the_command_line_is_the_rows_unit),
		TEST(export_goes_to_stdout_or_whole_into_a_file),
		TEST(table_goes_out_and_comes_in_with_each_change_told),
		TEST(misses_are_never_written_over_a_file_that_is_there),
		TEST(wrong_usage_is_said_with_the_usage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
