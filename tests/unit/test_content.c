/* The starter content as it ships: it imports whole, gives way to official rows, and holds no number of its own. */
#include "daemon/base/share.h"
#include "knowledge/lines.h"
#include "tests/support/knowledge.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FILES_MAX 32
#define LINE_MAX_BYTES ((size_t)1 << 20)

struct content {
	struct arena arena;
	const char *paths[FILES_MAX];
	size_t count;
};

static int is_jsonl(const struct dirent *entry)
{
	return strstr(entry->d_name, ".jsonl") != NULL;
}

static void list(struct content *c)
{
	struct dirent **entries;
	const char *folder;
	int count;

	arena_init(&c->arena, 1 << 16);
	assert_int_equal(share_path(&c->arena, "knowledge/content", &folder, NULL), OK);
	count = scandir(folder, &entries, is_jsonl, alphasort);
	assert_in_range(count, 1, FILES_MAX);
	for (int i = 0; i < count; i++) {
		c->paths[c->count++] = arena_printf(&c->arena, "%s/%s", folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

static void starter_content_imports_whole_and_twice_is_once(void **state)
{
	struct knowledge *k = *state;
	struct content c = {0};

	list(&c);
	if (import_files(&k->options, c.paths, c.count, &k->counts, &k->why) != OK)
		fail_msg("%s", k->why.text);
	assert_true(k->counts.added >= 100);
	assert_int_equal(k->counts.unclear_fees, 0);
	assert_int_equal(import_files(&k->options, c.paths, c.count, &k->counts, &k->why), OK);
	assert_int_equal(k->counts.added + k->counts.changed + k->counts.ended + k->counts.asks_added, 0);
	assert_string_equal(
		knowledge_sql(
			k, "SELECT record FROM own WHERE kind = 'title' GROUP BY 1 HAVING count(*) > 1"),
		"");
	arena_release(&c.arena);
}

static void starter_procedures_are_partial_and_name_their_source(void **state)
{
	struct knowledge *k = *state;
	struct content c = {0};

	list(&c);
	assert_int_equal(import_files(&k->options, c.paths, c.count, &k->counts, &k->why), OK);
	assert_string_equal(
		knowledge_sql(k, "SELECT record FROM version JOIN record ON record.id = record WHERE"
				 " kind = 'procedure' AND json_extract(body, '$.partial') IS NOT 1"),
		"");
	assert_string_equal(
		knowledge_sql(k, "SELECT record FROM version WHERE source IS NULL OR source_date IS NULL"),
		"");
	assert_string_equal(knowledge_sql(k, "SELECT id FROM record WHERE kind = 'procedure' AND id NOT IN"
					     " (SELECT record FROM own WHERE kind = 'title')"),
		"");
	arena_release(&c.arena);
}

/* "1. Nộp…": the number of a step is ours. */
static bool counts_steps(const char *text, const char *at, size_t len)
{
	return len == 1 && at[1] == '.' && at[2] == ' ' && (at == text || at[-1] == '\n');
}

static bool stands_in(const char *source, const char *digits, size_t len)
{
	for (const char *at = source; (at = memmem(at, strlen(at), digits, len)); at++)
		if ((at == source || at[-1] < '0' || at[-1] > '9') && (at[len] < '0' || at[len] > '9'))
			return true;
	return false;
}

/* Every run of digits of `text` stands in the source's row, with or without leading zeros. */
static void check_numbers(const char *code, const char *text, const char *source)
{
	for (const char *at = text; *at;) {
		size_t len = strspn(at, "0123456789");

		if (len && !counts_steps(text, at, len) && !stands_in(source, at, len)) {
			char padded[32];

			snprintf(padded, sizeof padded, "0%.*s", (int)len, at);
			if (!stands_in(source, padded, len + 1))
				fail_msg("%s: %.*s in \"%s\" is not in its record", code, (int)len, at, text);
		}
		at += len ? len : 1;
	}
}

static void check_texts(const char *code, const cJSON *value, const char *source)
{
	const cJSON *one;

	if (cJSON_IsString(value) && value->string && strcmp(value->string, "url") == 0)
		return;
	if (cJSON_IsString(value))
		check_numbers(code, value->valuestring, source);
	cJSON_ArrayForEach(one, value) check_texts(code, one, source);
}

/* What is ours alone may hold other numbers: people ask "KT3", "bằng B2". */
static cJSON *official(const char *row)
{
	static const char *const ours[] = {"ask", "keywords", "everyday", "source_date", NULL};
	cJSON *object = cJSON_Parse(row);

	for (size_t i = 0; ours[i]; i++)
		cJSON_DeleteItemFromObjectCaseSensitive(object, ours[i]);
	return object;
}

static void check_row(struct knowledge *k, const char *path, const char *row)
{
	cJSON *object = official(row);
	const cJSON *code = cJSON_GetObjectItemCaseSensitive(object, "code");
	char want[64];
	struct lines l;
	struct line line;
	bool found = false;

	if (!cJSON_IsString(code)) {
		cJSON_Delete(object);
		return;
	}
	snprintf(want, sizeof want, "{\"id\":\"%s\",", code->valuestring);
	assert_int_equal(lines_open(&l, path, LINE_MAX_BYTES, &k->why), OK);
	while (!found && lines_next(&l, &line, &k->why) == OK && line.text)
		found = strncmp(line.text, want, strlen(want)) == 0;
	if (!found)
		fail_msg("%s is not in the national list", code->valuestring);
	check_texts(code->valuestring, object, line.text);
	lines_close(&l);
	cJSON_Delete(object);
}

static void every_number_stands_in_the_national_record(void **state)
{
	const char *data = getenv("MOTCUA_DATA");
	struct knowledge *k = *state;
	struct content c = {0};
	struct lines l;
	struct line line;
	char path[512];

	snprintf(path, sizeof path, "%s/procedures.jsonl", data ? data : "../shared/data");
	if (lines_open(&l, path, LINE_MAX_BYTES, NULL) != OK)
		skip();
	lines_close(&l);
	list(&c);
	for (size_t i = 0; i < c.count; i++) {
		if (!strstr(c.paths[i], "/procedures"))
			continue;
		assert_int_equal(lines_open(&l, c.paths[i], LINE_MAX_BYTES, &k->why), OK);
		while (lines_next(&l, &line, &k->why) == OK && line.text)
			check_row(k, path, line.text);
		lines_close(&l);
	}
	arena_release(&c.arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, knowledge_setup, knowledge_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(starter_content_imports_whole_and_twice_is_once),
		TEST(starter_procedures_are_partial_and_name_their_source),
		TEST(every_number_stands_in_the_national_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
