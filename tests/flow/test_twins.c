/* One question typed in several ways, over the starter content: facts of one record or a question back, never another's facts. */
#include "tests/support/turn_fixture.h"

#include <cjson/cJSON.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include <cmocka.h>

enum { TEXT_ROOM = 2048, QUESTIONS_MAX = 200 };

static const char *const content[] = {"knowledge/content/procedures_civil.jsonl",
	"knowledge/content/procedures_life.jsonl", "knowledge/content/procedures_work.jsonl"};

struct twins {
	struct turn_fixture fixture;
	char questions[QUESTIONS_MAX][TEXT_ROOM];
	size_t count;
};

static int read_lines(struct twins *t, const char *path, bool json)
{
	FILE *file = fopen(path, "re");
	char line[TEXT_ROOM];

	if (!file)
		return -1;
	while (t->count < QUESTIONS_MAX && fgets(line, sizeof line, file)) {
		cJSON *row = json ? cJSON_Parse(line) : NULL;
		const char *text = row ? cJSON_GetStringValue(cJSON_GetObjectItem(row, "q")) : line;

		line[strcspn(line, "\n")] = '\0';
		if (text && *text)
			snprintf(t->questions[t->count++], TEXT_ROOM, "%s", text);
		cJSON_Delete(row);
	}
	fclose(file);
	return 0;
}

static int up(void **state)
{
	struct twins *t = calloc(1, sizeof *t);

	*state = t;
	if (!t || turn_fixture_open(&t->fixture, content, sizeof content / sizeof *content) != 0)
		return -1;
	return read_lines(t, "tests/golden/questions.jsonl", true) ||
	       read_lines(t, "tests/golden/twins.txt", false);
}

static int down(void **state)
{
	struct twins *t = *state;

	turn_fixture_close(&t->fixture);
	free(t);
	return 0;
}

/* --- Ways of typing ------------------------------------------------------------------------------------- */

static void map(const char *text, char *out, utf8proc_option_t options)
{
	utf8proc_uint8_t *mapped = NULL;

	assert_true(
		utf8proc_map((const utf8proc_uint8_t *)text, 0, &mapped, UTF8PROC_NULLTERM | options) > 0);
	snprintf(out, TEXT_ROOM, "%s", (const char *)mapped);
	free(mapped);
}

static void without_marks(const char *text, char *out)
{
	char stripped[TEXT_ROOM];
	size_t n = 0;

	map(text, stripped, UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK);
	for (const char *s = stripped; *s; s++) {
		bool small = strncmp(s, "đ", 2) == 0, capital = strncmp(s, "Đ", 2) == 0;

		out[n++] = small ? 'd' : capital ? 'D' : *s;
		s += small || capital;
	}
	out[n] = '\0';
}

static void decomposed(const char *text, char *out)
{
	map(text, out, UTF8PROC_DECOMPOSE);
}

static void in_capitals(const char *text, char *out)
{
	const utf8proc_uint8_t *s = (const utf8proc_uint8_t *)text;
	utf8proc_int32_t c;

	for (; *s; out += utf8proc_encode_char(utf8proc_toupper(c), (utf8proc_uint8_t *)out))
		s += utf8proc_iterate(s, -1, &c);
	*out = '\0';
}

static void with_blanks_and_dots(const char *text, char *out)
{
	*out++ = ' ';
	for (; *text; text++) {
		*out++ = *text;
		if (*text == ' ')
			*out++ = ' ';
	}
	strcpy(out, " ???  ");
}

/* Two letters of the longest word in each other's place. */
static void with_a_slip(const char *text, char *out)
{
	size_t best = 0, at = 0, len = 0;

	without_marks(text, out);
	for (size_t i = 0; out[i]; i++) {
		len = (out[i] | 0x20) >= 'a' && (out[i] | 0x20) <= 'z' ? len + 1 : 0;
		if (len > best) {
			best = len;
			at = i + 1 - len;
		}
	}
	if (best >= 3) {
		char c = out[at + best / 2];

		out[at + best / 2] = out[at + best / 2 - 1];
		out[at + best / 2 - 1] = c;
	}
}

/* --- Asking --------------------------------------------------------------------------------------------- */

struct told {
	enum outcome outcome;
	char record[64], text[8192];
};

static void ask(struct turn_fixture *f, const char *text, struct told *ret_told)
{
	const struct turn *t = &f->turn;

	turn_fixture_forget(f);
	turn_fixture_say(f, text);
	ret_told->outcome = t->outcome;
	snprintf(ret_told->record, sizeof ret_told->record, "%s",
		t->outcome == OUTCOME_ANSWER && t->record.id ? t->record.id : "");
	snprintf(ret_told->text, sizeof ret_told->text, "%s", t->reply.text ? t->reply.text : "");
}

/* A citizen told both would believe neither. */
static bool contradict(const struct told *a, const struct told *b)
{
	return a->outcome == OUTCOME_ANSWER && b->outcome == OUTCOME_ANSWER &&
	       strcmp(a->record, b->record) != 0;
}

static void the_same_letters_in_another_form_are_answered_alike(void **state)
{
	static void (*const ways[])(const char *, char *) = {decomposed, in_capitals, with_blanks_and_dots};
	struct twins *t = *state;
	static struct told first, twin;
	char text[2 * TEXT_ROOM];

	assert_true(t->count >= 100);
	for (size_t i = 0; i < t->count; i++) {
		ask(&t->fixture, t->questions[i], &first);
		for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
			ways[k](t->questions[i], text);
			ask(&t->fixture, text, &twin);
			if (twin.outcome != first.outcome || strcmp(twin.text, first.text) != 0)
				fail_msg("\"%s\": %s\nbut \"%s\": %s", t->questions[i], first.text, text,
					twin.text);
		}
	}
}

static void without_marks_nobody_gets_another_records_facts(void **state)
{
	struct twins *t = *state;
	static struct told first, twin;
	char text[TEXT_ROOM];
	size_t alike = 0;

	for (size_t i = 0; i < t->count; i++) {
		ask(&t->fixture, t->questions[i], &first);
		without_marks(t->questions[i], text);
		ask(&t->fixture, text, &twin);
		if (contradict(&first, &twin))
			fail_msg("\"%s\" gets %s, \"%s\" gets %s", t->questions[i], first.record, text,
				twin.record);
		alike += first.outcome == twin.outcome && strcmp(first.record, twin.record) == 0;
	}
	print_message("without marks: %zu of %zu alike\n", alike, t->count);
	assert_true(alike * 100 >= t->count * 95);
}

static void with_a_slip_hardly_anybody_gets_another_records_facts(void **state)
{
	struct twins *t = *state;
	static struct told first, twin;
	char text[TEXT_ROOM];
	size_t alike = 0, contradicted = 0;

	for (size_t i = 0; i < t->count; i++) {
		ask(&t->fixture, t->questions[i], &first);
		with_a_slip(t->questions[i], text);
		ask(&t->fixture, text, &twin);
		if (contradict(&first, &twin)) {
			print_message("\"%s\" gets %s, not %s\n", text, twin.record, first.record);
			contradicted++;
		}
		alike += first.outcome == twin.outcome && strcmp(first.record, twin.record) == 0;
	}
	print_message("with a slip: %zu of %zu alike, %zu contradicted\n", alike, t->count, contradicted);
	assert_true(alike * 100 >= t->count * 95);
	assert_true(contradicted <= t->count / 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_letters_in_another_form_are_answered_alike),
		cmocka_unit_test(without_marks_nobody_gets_another_records_facts),
		cmocka_unit_test(with_a_slip_hardly_anybody_gets_another_records_facts),
	};

	return cmocka_run_group_tests(tests, up, down);
}
