#include "tests/support/corpus.h"

#include "daemon/base/clock.h"
#include "daemon/cli/starter.h"
#include "knowledge/import.h"
#include "tests/support/store_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#define QUESTIONS_MAX 4000
#define PROCEDURES_MAX 8000

static const char *const own_questions[] = {"làm lại cccd mất bao nhiêu tiền vậy ad",
	"dang ky khai sinh can giay to gi", "xin giấy xác nhận độc thân ở đâu", "le phi dang ky ket hon",
	"đăng ký tạm trú online được không", "lam ho chieu mat may ngay", "đổi bằng lái xe cần gì ạ",
	"khai tu can giay to gi"};

static const char *data_path(struct corpus *c, const char *name)
{
	const char *data = getenv("MOTCUA_DATA"), *path;

	path = arena_printf(&c->arena, "%s/%s", data ? data : "../shared/data", name);
	return path && access(path, R_OK) == 0 ? path : NULL;
}

static enum err import(struct corpus *c, const char *path, struct why *why)
{
	struct import_options o = {.database = c->knowledge, .author = "bench", .now_ms = clock_now_ms()};
	struct import_counts counts;

	return import_files(&o, &path, 1, &counts, why);
}

/* --- More than there is ----------------------------------------------------------------------------- */

struct rows {
	cJSON **items;
	size_t count;
};

static void rows_read(struct rows *rows, const char *path)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;

	while (file && rows->count < PROCEDURES_MAX && getline(&line, &room, file) > 0)
		if ((rows->items[rows->count] = cJSON_Parse(line)) != NULL)
			rows->count++;
	free(line);
	if (file)
		fclose(file);
}

static const char *member(const cJSON *row, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, name));

	return text ? text : "";
}

/* From a blank in the middle on. */
static const char *second_half(const char *name)
{
	const char *blank = strchr(name + strlen(name) / 2, ' ');

	return blank ? blank : name;
}

static bool row_write(FILE *file, const struct rows *rows, size_t i, unsigned copy)
{
	static const char *const kept[] = {"field", "level", "agency", "submission", "result"};
	const cJSON *row = rows->items[i], *other = rows->items[(i * 31 + copy * 7919) % rows->count];
	const char *name = member(row, "name"), *half = second_half(name);
	cJSON *made = cJSON_CreateObject();
	char text[2048], *printed;

	snprintf(text, sizeof text, "%.*s%s", (int)(half - name), name, second_half(member(other, "name")));
	cJSON_AddStringToObject(made, "name", text);
	snprintf(text, sizeof text, "9.%u.%zu", copy, i);
	cJSON_AddStringToObject(made, "code", text);
	for (size_t k = 0; k < sizeof kept / sizeof *kept; k++) {
		cJSON *value = cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(row, kept[k]), true);

		if (value)
			cJSON_AddItemToObject(made, kept[k], value);
	}
	printed = cJSON_PrintUnformatted(made);
	cJSON_Delete(made);
	fprintf(file, "%s\n", printed ? printed : "");
	cJSON_free(printed);
	return printed != NULL;
}

static enum err grown_import(struct corpus *c, struct why *why)
{
	const char *path = arena_printf(&c->arena, "%s/grown.jsonl", c->folder);
	struct rows rows = {calloc(PROCEDURES_MAX, sizeof *rows.items), 0};
	FILE *file = path && rows.items ? fopen(path, "w") : NULL;
	bool written = file != NULL;

	if (file) {
		rows_read(&rows, c->procedures);
		for (unsigned copy = 1; copy < c->times; copy++)
			for (size_t i = 0; i < rows.count && written; i++)
				written = row_write(file, &rows, i, copy);
		written = fclose(file) == 0 && written;
	}
	for (size_t i = 0; i < rows.count; i++)
		cJSON_Delete(rows.items[i]);
	free(rows.items);
	return written ? import(c, path, why) : why_set(why, ERR_IO, "could not write a larger corpus");
}

static enum err knowledge_make(struct corpus *c, struct why *why)
{
	enum err err = starter_knowledge(c->knowledge, why);

	if (!err && c->national)
		err = import(c, c->procedures, why);
	return !err && c->national && c->times > 1 ? grown_import(c, why) : err;
}

/* In a process of its own: what an import needs for a moment is not the daemon's memory. */
static enum err knowledge_make_apart(struct corpus *c, struct why *why)
{
	int status = -1;
	pid_t child = fork();

	if (child == 0) {
		enum err err = knowledge_make(c, why);

		if (err)
			fprintf(stderr, "corpus: %s\n", why->text);
		_exit(err ? 1 : 0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
		return why_set(why, ERR_IO, "could not import the knowledge to measure with");
	return OK;
}

static void questions_read(struct corpus *c, const char *path)
{
	FILE *file = path ? fopen(path, "r") : NULL;
	char *line = NULL;
	size_t room = 0;

	while (file && c->question_count < QUESTIONS_MAX && getline(&line, &room, file) > 0) {
		cJSON *row = cJSON_Parse(line);
		const char *q = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "q"));

		if (q)
			c->questions[c->question_count++] = arena_string(&c->arena, q);
		cJSON_Delete(row);
	}
	free(line);
	if (file)
		fclose(file);
}

enum err corpus_open(struct corpus *c, struct why *why)
{
	return corpus_open_grown(c, 1, why);
}

enum err corpus_open_grown(struct corpus *c, unsigned times, struct why *why)
{
	enum err err;

	*c = (struct corpus){.times = times};
	arena_init(&c->arena, (size_t)16 << 20);
	store_fixture_folder(c->folder);
	c->knowledge = arena_printf(&c->arena, "%s/knowledge.db", c->folder);
	c->procedures = data_path(c, "procedures.jsonl");
	c->national = c->procedures != NULL;
	c->questions = arena_array(&c->arena, QUESTIONS_MAX, sizeof *c->questions);
	if (!c->knowledge || !c->questions)
		return ERR_NOMEM;
	err = knowledge_make_apart(c, why);
	questions_read(c, data_path(c, "chat_dev.jsonl"));
	questions_read(c, data_path(c, "questions_dev.jsonl"));
	for (size_t i = 0; !c->national && i < sizeof own_questions / sizeof *own_questions; i++)
		c->questions[c->question_count++] = own_questions[i];
	return err;
}

void corpus_close(struct corpus *c)
{
	store_fixture_remove(c->folder);
	arena_release(&c->arena);
}
