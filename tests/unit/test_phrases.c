/* The citizen's sentences: every name the code uses is there, every sentence is used, none has marks that a chat shows literally. */
#include "knowledge/phrases.h"

#include "daemon/base/share.h"
#include "daemon/base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SOURCES_MAX ((size_t)4 << 20)

struct fixture {
	struct phrases *phrases;
	struct arena arena;
};

/* The files that write replies, one after another. */
/* The files of one folder, behind `all`. */
static const char *folder_read(struct arena *a, const char *pattern, const char *all)
{
	const char *path;
	struct why why;
	glob_t files;

	assert_int_equal(share_path(a, pattern, &path, &why), OK);
	assert_int_equal(glob(path, 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct bytes file;

		assert_int_equal(share_read_file(a, files.gl_pathv[i], SOURCES_MAX, &file, &why), OK);
		all = arena_printf(a, "%s%s", all, file.ptr);
		assert_non_null(all);
	}
	globfree(&files);
	return all;
}

static const char *sources_read(struct arena *a)
{
	return folder_read(a, "daemon/public/*.c", folder_read(a, "daemon/turn/*.c", ""));
}

static int up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct why why = {""};

	*state = f;
	arena_init(&f->arena, 16 * SOURCES_MAX);
	if (phrases_load(&f->phrases, &why)) {
		print_error("%s\n", why.text);
		return -1;
	}
	return 0;
}

static int down(void **state)
{
	struct fixture *f = *state;

	phrases_free(f->phrases);
	arena_release(&f->arena);
	free(f);
	return 0;
}

/* Whether `name` stands in the sources as a string of its own. */
static bool is_named(const char *sources, struct arena *a, const char *name)
{
	return strstr(sources, arena_printf(a, "\"%s\"", name)) != NULL;
}

static void no_sentence_is_unused(void **state)
{
	struct fixture *f = *state;
	const char *name, *sources = sources_read(&f->arena);

	for (size_t i = 0; (name = phrase_name(f->phrases, i)) != NULL; i++)
		if (!is_named(sources, &f->arena, name))
			fail_msg("phrase \"%s\" is used nowhere", name);
}

/* The string behind `call` and its first comma: say_phrase(s, "name" … */
static void calls_check(struct fixture *f, const char *sources, const char *call)
{
	size_t found = 0;

	for (const char *at = sources; (at = strstr(at, call)) != NULL; at += strlen(call)) {
		const char *quote = at + strlen(call) + strcspn(at + strlen(call), "\";");
		char name[64];

		if (*quote != '"' || sscanf(quote, "\"%63[a-z_]\"", name) != 1)
			continue; /* the name comes from a table */
		found++;
		if (!phrase_template(f->phrases, name))
			fail_msg("%s\"%s\": no such phrase", call, name);
	}
	assert_true(found > 0);
}

static void every_phrase_the_code_names_is_there(void **state)
{
	static const char *const calls[] = {"say_phrase(s, ", "say_phrase_text(s, ",
		".phrase = ", "lead lead_", "[FACET_FEE] = ", "payload_button(s, ",
		"last_choice_say(s, &c, "};
	struct fixture *f = *state;
	const char *sources = sources_read(&f->arena);

	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		calls_check(f, sources, calls[i]);
	for (const char *at = sources; (at = strstr(at, "= \"name_")) != NULL; at++) {
		char name[64];

		assert_int_equal(sscanf(at, "= \"%63[a-z_]\"", name), 1);
		assert_non_null(phrase_template(f->phrases, name));
	}
}

static void sentences_are_plain_short_and_in_nfc(void **state)
{
	static const char *const marks[] = {
		"**", "__", "](", "```", "# ", "  ", "Tôi xin lỗi vì sự bất tiện"};
	struct fixture *f = *state;
	const char *name;

	for (size_t i = 0; (name = phrase_name(f->phrases, i)) != NULL; i++) {
		const char *text = phrase_template(f->phrases, name), *clean;

		for (size_t m = 0; m < sizeof marks / sizeof *marks; m++)
			if (strstr(text, marks[m]))
				fail_msg("phrase \"%s\" holds \"%s\"", name, marks[m]);
		assert_int_equal(text_clean(&f->arena, text, strlen(text), &clean), OK);
		assert_string_equal(text, clean);
		if (text_utf16_len(text, strlen(text)) > 700)
			fail_msg("phrase \"%s\" is too long to be read", name);
		if (strncmp(name, "button_", 7) == 0 && text_utf16_len(text, strlen(text)) > 20)
			fail_msg("button \"%s\" is longer than Facebook shows", name);
	}
}

static void values_are_filled_in_and_lines_without_one_left_out(void **state)
{
	struct fixture *f = *state;
	const struct phrase_value both[] = {{"title", "Nuôi {chim}"}, {"official", "Đăng ký"}, {NULL, NULL}};
	const struct phrase_value one[] = {{"title", "Nuôi chim"}, {"official", NULL}, {NULL, NULL}};
	const struct phrase_value none[] = {{"title", NULL}, {NULL, NULL}};

	assert_string_equal(phrase(f->phrases, &f->arena, "card_lead", both),
		"Dạ, đây là thông tin về “Nuôi {chim}”.\n(Tên đầy đủ: Đăng ký)");
	assert_string_equal(
		phrase(f->phrases, &f->arena, "card_lead", one), "Dạ, đây là thông tin về “Nuôi chim”.");
	assert_string_equal(phrase(f->phrases, &f->arena, "card_lead", none), "");
	assert_string_equal(phrase(f->phrases, &f->arena, "no such name", none), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_sentence_is_unused),
		cmocka_unit_test(every_phrase_the_code_names_is_there),
		cmocka_unit_test(sentences_are_plain_short_and_in_nfc),
		cmocka_unit_test(values_are_filled_in_and_lines_without_one_left_out),
	};

	return cmocka_run_group_tests(tests, up, down);
}
