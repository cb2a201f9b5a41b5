/* cmd_ask.c - one question through the same code as a webhook: masked, thought about, printed. Nothing is written to state.db.
 * Lines from standard input share one conversation unless --fresh (the default). --session ID keeps the conversation in
 * DATA/ask-sessions/ID, so that it goes on with the next command. */
#include "daemon/cli/cli.h"

#include "daemon/base/clock.h"
#include "daemon/base/mask.h"
#include "daemon/base/share.h"
#include "daemon/turn/turn.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LINE_BYTES (64 * 1024)
#define SESSION_BYTES (64 * 1024)
#define RECORDS 10

struct ask {
	/* options */
	const char *config, *data, *unit, *as_of, *session, *channel;
	bool json, fresh, keep;
	/* opened */
	struct config *loaded;
	struct words *words;
	struct phrases *phrases;
	struct kb *kb;
	/* between questions */
	char *conversation; /* NULL: none */
	bool known;
};

static enum err ask_open(struct ask *a, struct arena *arena, struct why *why)
{
	const char *path = a->loaded ? a->loaded->knowledge_path : NULL;
	enum err err;

	if (a->data)
		path = arena_printf(arena, "%s/knowledge.db", a->data);
	if (!path)
		return why_set(why, ERR_NOMEM, "could not open the knowledge: out of memory");
	err = words_load(&a->words, why);
	if (!err)
		err = phrases_load(&a->phrases, why);
	if (!err)
		err = kb_open(path, a->words, &a->kb, why);
	return err;
}

static void ask_close(struct ask *a)
{
	kb_close(a->kb);
	phrases_free(a->phrases);
	words_free(a->words);
	config_free(a->loaded);
	free(a->conversation);
}

/* --- Sessions --------------------------------------------------------------------------------------- */

static bool session_name_ok(const char *name)
{
	return name[0] && strlen(name) <= 64 &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") ==
		       strlen(name);
}

static const char *session_path(const struct ask *a, struct arena *arena, bool folder)
{
	const char *data = a->data ? a->data : a->loaded->data_dir;

	return arena_printf(arena, "%s/ask-sessions%s%s", data, folder ? "" : "/", folder ? "" : a->session);
}

static enum err session_read(struct ask *a, struct arena *arena, struct why *why)
{
	const char *path = session_path(a, arena, false);
	struct bytes file = {NULL, 0};
	struct stat st;
	enum err err;

	if (!path)
		return why_set(why, ERR_NOMEM, "could not read the session: out of memory");
	if (stat(path, &st) != 0)
		return OK; /* a new one */
	err = share_read_file(arena, path, SESSION_BYTES, &file, why);
	if (err)
		return err;
	a->conversation = file.ptr ? strdup(file.ptr) : NULL;
	a->known = a->conversation != NULL;
	return OK;
}

static enum err session_write(const struct ask *a, struct arena *arena, struct why *why)
{
	const char *folder = session_path(a, arena, true), *path = session_path(a, arena, false);
	FILE *file;
	bool written;

	if (!folder || !path)
		return why_set(why, ERR_NOMEM, "could not keep the session: out of memory");
	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return why_set(why, ERR_IO, "could not make folder \"%s\": %s", folder, strerror(errno));
	file = fopen(path, "w");
	if (!file)
		return why_set(why, ERR_IO, "could not write \"%s\": %s", path, strerror(errno));
	written = fputs(a->conversation ? a->conversation : "", file) >= 0;
	if (fclose(file) != 0 || !written)
		return why_set(why, ERR_IO, "could not write \"%s\": %s", path, strerror(errno));
	return OK;
}

/* --- Printing --------------------------------------------------------------------------------------- */

static bool record_add(
	cJSON *rows, const char *id, const char *code, const char *title, double score, double confidence)
{
	cJSON *row = cJSON_CreateObject();

	if (!row || !cJSON_AddItemToArray(rows, row)) {
		cJSON_Delete(row);
		return false;
	}
	return cJSON_AddStringToObject(row, "id", id) &&
	       (code ? cJSON_AddStringToObject(row, "code", code) : cJSON_AddNullToObject(row, "code")) &&
	       cJSON_AddStringToObject(row, "title", title ? title : "") &&
	       cJSON_AddNumberToObject(row, "score", score) &&
	       cJSON_AddNumberToObject(row, "confidence", confidence);
}

/* The record the reply cites first, also when it came from the conversation rather than from the search. */
static bool records_add(cJSON *root, const struct turn *t)
{
	cJSON *rows = cJSON_AddArrayToObject(root, "records");
	const struct record *r = &t->record;
	const struct answers *found = &t->answers;
	bool held = r->id && (!found->count || strcmp(found->items[0].id, r->id) != 0), ok = rows != NULL;

	if (ok && held)
		ok = record_add(rows, r->id, r->code, r->everyday ? r->everyday : r->name, 0, 1);
	for (size_t i = 0; ok && i < found->count && i + held < RECORDS; i++) {
		const struct answer *answer = &found->items[i];

		if (!held || strcmp(answer->id, r->id) != 0)
			ok = record_add(rows, answer->id, answer->code, answer->title, answer->score,
				answer->confidence);
	}
	return ok;
}

static bool buttons_add(cJSON *object, const struct reply *reply)
{
	static const char *const kinds[] = {"payload", "url", "phone"};
	cJSON *rows = cJSON_AddArrayToObject(object, "buttons");
	bool ok = rows != NULL;

	for (size_t i = 0; ok && i < reply->button_count; i++) {
		cJSON *row = cJSON_CreateObject();

		ok = row && cJSON_AddItemToArray(rows, row) &&
		     cJSON_AddStringToObject(row, "kind", kinds[reply->buttons[i].kind]) &&
		     cJSON_AddStringToObject(row, "title", reply->buttons[i].title) &&
		     cJSON_AddStringToObject(row, "value", reply->buttons[i].value);
	}
	return ok;
}

static bool turn_json(cJSON *root, const struct turn *t)
{
	const char *facet = facet_word(t->facet);
	cJSON *reply;

	if (!root || !cJSON_AddStringToObject(root, "outcome", outcome_word(t->outcome)))
		return false;
	if (!(facet ? cJSON_AddStringToObject(root, "facet", facet) : cJSON_AddNullToObject(root, "facet")))
		return false;
	if (t->unresolved && !cJSON_AddStringToObject(root, "reason", question_reason_word(t->reason)))
		return false;
	if (!records_add(root, t))
		return false;
	reply = cJSON_AddObjectToObject(root, "reply");
	return reply && cJSON_AddStringToObject(reply, "text", t->reply.text ? t->reply.text : "") &&
	       buttons_add(reply, &t->reply);
}

static enum err print_json(const struct turn *t)
{
	cJSON *root = cJSON_CreateObject();
	char *text = turn_json(root, t) ? cJSON_PrintUnformatted(root) : NULL;

	if (text)
		puts(text);
	cJSON_free(text);
	cJSON_Delete(root);
	return text ? OK : ERR_NOMEM;
}

static void print_plain(const struct turn *t)
{
	puts(t->reply.text ? t->reply.text : "");
	for (size_t i = 0; i < t->reply.button_count; i++)
		printf("%s[%s]", i ? " " : "\n", t->reply.buttons[i].title);
	puts(t->reply.button_count ? "\n" : "");
}

/* --- One question ----------------------------------------------------------------------------------- */

static enum err ask_keep(struct ask *a, const struct turn *t)
{
	char *copy = t->remember ? strdup(t->remember) : NULL;

	if (t->remember && !copy)
		return ERR_NOMEM;
	free(a->conversation);
	a->conversation = copy;
	return OK;
}

static enum err ask_one(struct ask *a, const char *question, struct why *why)
{
	const struct tools tools = {.kb = a->kb, .words = a->words, .phrases = a->phrases};
	char today[11];
	struct turn t;
	enum err err;

	turn_init(&t, &tools);
	t.now_ms = clock_now_ms();
	clock_date(t.now_ms, today);
	t.event = (struct event){
		.kind = EVENT_TEXT, .channel = a->channel ? a->channel : "ask", .time_ms = t.now_ms};
	t.unit = a->unit;
	t.as_of = a->as_of ? a->as_of : today;
	t.known = a->known || !a->session;
	t.conversation = a->conversation;
	err = mask_text(&t.arena, question, &t.event.text, NULL);
	if (!err)
		err = turn_think(&t);
	if (!err && a->json)
		err = print_json(&t);
	else if (!err)
		print_plain(&t);
	if (!err && a->keep)
		err = ask_keep(a, &t);
	turn_release(&t);
	fflush(stdout);
	return err ? why_set(why, err, "could not answer: %s", err_words(err)) : OK;
}

static enum err ask_lines(struct ask *a, struct why *why)
{
	char *line = malloc(LINE_BYTES);
	enum err err = line ? OK : why_set(why, ERR_NOMEM, "could not read questions: out of memory");

	while (!err && fgets(line, LINE_BYTES, stdin)) {
		line[strcspn(line, "\r\n")] = '\0';
		err = ask_one(a, line, why);
	}
	free(line);
	return err;
}

static char *words_join(int argc, char **argv, int first)
{
	size_t len = 1;
	char *text;

	for (int i = first; i < argc; i++)
		len += strlen(argv[i]) + 1;
	text = calloc(1, len);
	for (int i = first; text && i < argc; i++) {
		strncat(text, argv[i], len - strlen(text) - 1);
		if (i + 1 < argc)
			strncat(text, " ", len - strlen(text) - 1);
	}
	return text;
}

static enum err ask_run(struct ask *a, int argc, char **argv, int first, struct why *why)
{
	struct arena arena;
	char *question = NULL;
	enum err err;

	arena_init(&arena, (size_t)1 << 20);
	err = ask_open(a, &arena, why);
	if (!err && a->session)
		err = session_read(a, &arena, why);
	if (!err && first < argc) {
		question = words_join(argc, argv, first);
		err = question ? ask_one(a, question, why) : why_set(why, ERR_NOMEM, "out of memory");
	} else if (!err) {
		err = ask_lines(a, why);
	}
	if (!err && a->session)
		err = session_write(a, &arena, why);
	free(question);
	arena_release(&arena);
	return err;
}

static bool day_ok(const char *day)
{
	unsigned year, month, date;
	char end;

	return strlen(day) == 10 && sscanf(day, "%4u-%2u-%2u%c", &year, &month, &date, &end) == 3 &&
	       month >= 1 && month <= 12 && date >= 1 && date <= 31;
}

static int usage_fail(const char *what, const char *value)
{
	fprintf(stderr, "motcua: %s \"%s\"\n", what, value);
	return EXIT_USAGE;
}

int cmd_ask(int argc, char **argv)
{
	static const char *const channels[] = {"zalo", "facebook"};
	struct ask a = {0};
	struct why why = {""};
	bool together = false, done;
	int first, code;
	const struct cli_option options[] = {
		{"-c", "FILE", "configuration", &a.config, NULL},
		{"--data", "DIR", "folder of knowledge.db, instead of a configuration", &a.data, NULL},
		{"--json", NULL, "one JSON object a question", NULL, &a.json},
		{"--unit", "CODE", "as an account of this administrative unit", &a.unit, NULL},
		{"--as-of", "DATE", "as on that day, 2026-07-01", &a.as_of, NULL},
		{"--session", "ID", "go on with this conversation, kept in DIR/ask-sessions", &a.session,
			NULL},
		{"--channel", "NAME", "zalo or facebook", &a.channel, NULL},
		{"--fresh", NULL, "forget the conversation between lines (default)", NULL, &a.fresh},
		{"--together", NULL, "the lines are one conversation", NULL, &together},
		{NULL, NULL, NULL, NULL, NULL},
	};
	enum err err;

	first = cli_parse(argc, argv, "ask [OPTION…] [QUESTION]",
		"Answers a question as a citizen would get it; without QUESTION reads one a line.", options,
		&done, &code);
	if (done)
		return code;
	if (a.as_of && !day_ok(a.as_of))
		return usage_fail("no day like 2026-07-01:", a.as_of);
	if (a.session && !session_name_ok(a.session))
		return usage_fail("a session is named with letters, digits, _ and -, not", a.session);
	if (a.channel && strcmp(a.channel, channels[0]) != 0 && strcmp(a.channel, channels[1]) != 0)
		return usage_fail("unknown channel", a.channel);
	if (!a.data && !(a.loaded = cli_config(a.config, false)))
		return EXIT_USAGE;
	a.keep = (together || a.session) && !a.fresh;
	err = ask_run(&a, argc, argv, first, &why);
	ask_close(&a);
	return err ? cli_fail(&why) : EXIT_DONE;
}
