#include "tests/support/corpus.h"

#include "daemon/base/clock.h"
#include "daemon/base/share.h"
#include "knowledge/import.h"
#include "tests/support/store_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#define QUESTIONS_MAX 4000

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

static enum err knowledge_make(struct corpus *c, struct why *why)
{
	static const char *const content[] = {
		"knowledge/content/procedures_civil.jsonl", "knowledge/content/procedures_life.jsonl"};
	enum err err = OK;

	for (size_t i = 0; i < sizeof content / sizeof *content && !err; i++) {
		const char *path;

		err = share_path(&c->arena, content[i], &path, why);
		if (!err)
			err = import(c, path, why);
	}
	return !err && c->national ? import(c, c->procedures, why) : err;
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
	enum err err;

	memset(c, 0, sizeof *c);
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
