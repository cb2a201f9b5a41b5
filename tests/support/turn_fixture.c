#include "tests/support/turn_fixture.h"

#include "knowledge/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AS_OF "2026-11-21"
#define NOW_MS 1795219200000 /* that day */

static int fail(const char *what, const struct why *why)
{
	fprintf(stderr, "turn_fixture: %s: %s\n", what, why->text);
	return -1;
}

int turn_fixture_open(struct turn_fixture *f, const char *const *files, size_t count)
{
	char path[96];
	struct why why = {""};
	struct import_counts counts;
	struct import_options import = {.database = path, .author = "test", .now_ms = NOW_MS};

	*f = (struct turn_fixture){.folder = "/tmp/motcua-turn-XXXXXX", .known = true};
	if (!mkdtemp(f->folder))
		return -1;
	snprintf(path, sizeof path, "%s/knowledge.db", f->folder);
	if (import_files(&import, files, count, &counts, &why))
		return fail("import", &why);
	if (words_load(&f->words, &why) || phrases_load(&f->phrases, &why))
		return fail("words and phrases", &why);
	if (kb_open(path, f->words, &f->kb, &why))
		return fail("knowledge", &why);
	f->tools = (struct tools){.kb = f->kb, .words = f->words, .phrases = f->phrases};
	turn_init(&f->turn, &f->tools);
	return 0;
}

void turn_fixture_close(struct turn_fixture *f)
{
	static const char *const files[] = {"knowledge.db", "knowledge.db-wal", "knowledge.db-shm"};

	turn_release(&f->turn);
	kb_close(f->kb);
	phrases_free(f->phrases);
	words_free(f->words);
	free(f->conversation);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char path[96];

		snprintf(path, sizeof path, "%s/%s", f->folder, files[i]);
		unlink(path);
	}
	rmdir(f->folder);
}

static int up(void **state, const char *const *files, size_t count)
{
	struct turn_fixture *f = calloc(1, sizeof *f);

	*state = f;
	return f ? turn_fixture_open(f, files, count) : -1;
}

int turn_fixture_up(void **state)
{
	static const char *const golden[] = {"tests/golden/knowledge.jsonl"};

	return up(state, golden, 1);
}

int turn_fixture_starter(void **state)
{
	static const char *const starter[] = {"knowledge/content/procedures_civil.jsonl",
		"knowledge/content/procedures_life.jsonl", "knowledge/content/procedures_work.jsonl"};

	return up(state, starter, sizeof starter / sizeof *starter);
}

int turn_fixture_down(void **state)
{
	turn_fixture_close(*state);
	free(*state);
	return 0;
}

const char *turn_fixture_event(struct turn_fixture *f, const struct event *event)
{
	struct turn *t = &f->turn;

	turn_release(t);
	turn_init(t, &f->tools);
	t->event = *event;
	t->as_of = AS_OF;
	t->now_ms = NOW_MS;
	t->known = f->known;
	t->conversation = arena_string(&t->arena, f->conversation); /* it lives as long as the turn */
	if (turn_think(t))
		return "failed";
	if (t->remember) {
		char *copy = strdup(t->remember);

		free(f->conversation);
		f->conversation = copy;
	}
	return t->reply.text ? t->reply.text : "";
}

const char *turn_fixture_say(struct turn_fixture *f, const char *text)
{
	return turn_fixture_event(f, &(struct event){.kind = EVENT_TEXT, .channel = "zalo", .text = text});
}

void turn_fixture_forget(struct turn_fixture *f)
{
	free(f->conversation);
	f->conversation = NULL;
}
