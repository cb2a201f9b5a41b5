/* cmd_questions.c - motcua questions: what people asked and did not get. Works beside the running daemon (store_edit). */
#include "daemon/base/clock.h"
#include "daemon/cli/cli.h"
#include "daemon/store/store_cluster.h"

#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#define PAGE 100

static const char usage[] =
	"questions [clusters | list | close ID | ignore ID] [--state STATE] [--json] [-c FILE] [--data DIR]";
static const char help[] = "Lists questions that were not answered well, oldest first, or closes one:\n"
			   "close when the knowledge has its answer now, ignore when it needs none.\n"
			   "clusters lists what they ask for, most asked first.";

static void print_json(const struct unresolved *q)
{
	cJSON *json = cJSON_CreateObject(), *nearest = q->nearest ? cJSON_Parse(q->nearest) : NULL;
	char *line;

	cJSON_AddNumberToObject(json, "id", (double)q->id);
	cJSON_AddStringToObject(json, "state", q->state);
	cJSON_AddStringToObject(json, "reason", question_reason_word(q->reason));
	cJSON_AddStringToObject(json, "channel", q->channel);
	cJSON_AddStringToObject(json, "account", q->account);
	cJSON_AddItemToObject(json, "unit", q->unit ? cJSON_CreateString(q->unit) : cJSON_CreateNull());
	cJSON_AddNumberToObject(json, "event_id", (double)q->event_id);
	cJSON_AddNumberToObject(json, "created_ms", (double)q->created_ms);
	cJSON_AddItemToObject(json, "text", q->text ? cJSON_CreateString(q->text) : cJSON_CreateNull());
	cJSON_AddItemToObject(json, "nearest", nearest ? nearest : cJSON_CreateArray());
	line = cJSON_PrintUnformatted(json);
	puts(line ? line : "{}");
	cJSON_free(line);
	cJSON_Delete(json);
}

static void print_line(const struct unresolved *q)
{
	char date[11];

	clock_date(q->created_ms, date);
	printf("%8lld  %s  %-16s  %-8s  ", (long long)q->id, date, question_reason_word(q->reason),
		q->channel);
	for (const char *c = q->text ? q->text : "(taken back)"; *c; c++)
		putchar(*c == '\n' || *c == '\r' ? ' ' : *c); /* one question, one line */
	putchar('\n');
}

static enum err list(struct store_reader *r, const char *state, bool json)
{
	size_t count = PAGE, printed = 0;
	int64_t after = 0;
	struct arena a;
	enum err err = OK;

	arena_init(&a, (size_t)64 << 20);
	while (!err && count == PAGE) {
		struct unresolved *items;

		err = store_question_list(r, &a, state, after, PAGE, &items, &count);
		for (size_t i = 0; i < count && !err; i++, printed++) {
			json ? print_json(&items[i]) : print_line(&items[i]);
			after = items[i].id;
		}
		arena_reset(&a);
	}
	arena_release(&a);
	if (!err && !printed && !json)
		puts("no such questions");
	return err;
}

/* --- What they ask for --- */

static void print_cluster_json(const struct cluster *c, const struct cluster_facts *facts)
{
	cJSON *json = cJSON_CreateObject();
	char *line;

	cJSON_AddNumberToObject(json, "id", (double)c->id);
	cJSON_AddStringToObject(json, "state", c->state);
	cJSON_AddItemToObject(json, "label", c->label ? cJSON_CreateString(c->label) : cJSON_CreateNull());
	cJSON_AddNumberToObject(json, "count", (double)facts->count);
	cJSON_AddNumberToObject(json, "people", (double)facts->people);
	cJSON_AddNumberToObject(json, "waiting", (double)facts->waiting);
	cJSON_AddNumberToObject(json, "first_ms", (double)c->first_ms);
	cJSON_AddNumberToObject(json, "last_ms", (double)c->last_ms);
	line = cJSON_PrintUnformatted(json);
	puts(line ? line : "{}");
	cJSON_free(line);
	cJSON_Delete(json);
}

static void print_cluster_line(const struct cluster *c, const struct cluster_facts *facts)
{
	char date[11];

	clock_date(c->last_ms, date);
	printf("%8lld  %s  asked %5lld  people %5lld  waiting %4lld  ", (long long)c->id, date,
		(long long)facts->count, (long long)facts->people, (long long)facts->waiting);
	for (const char *at = c->label ? c->label : "(taken back)"; *at; at++)
		putchar(*at == '\n' || *at == '\r' ? ' ' : *at);
	putchar('\n');
}

static enum err clusters(struct store_reader *r, const char *state, bool json)
{
	const struct cluster_filter filter = {.state = state, .now_ms = clock_now_ms()};
	size_t count = PAGE, total = 0, printed = 0;
	struct arena a;
	enum err err = OK;

	arena_init(&a, (size_t)64 << 20);
	while (!err && count == PAGE) {
		struct cluster *items;

		err = store_cluster_list(r, &a, &filter, printed, PAGE, &items, &count, &total);
		for (size_t i = 0; i < count && !err; i++, printed++) {
			struct cluster_facts facts;

			err = store_cluster_facts(r, &a, items[i].id, NULL, filter.now_ms, &facts);
			if (!err)
				json ? print_cluster_json(&items[i], &facts)
				     : print_cluster_line(&items[i], &facts);
		}
		arena_reset(&a);
	}
	arena_release(&a);
	if (!err && !printed && !json)
		puts("no such clusters");
	return err;
}

static int look(const char *path, const char *state, bool json,
	enum err (*print)(struct store_reader *, const char *, bool))
{
	struct store_reader *r;
	struct why why = {""};
	enum err err = store_reader_open(path, &r, &why);

	if (err)
		return cli_fail(&why);
	err = print(r, state, json);
	store_reader_close(r);
	if (!err)
		return EXIT_DONE;
	why_set(&why, err, "could not read \"%s\": %s", path, err_words(err));
	return cli_fail(&why);
}

struct closing {
	int64_t id;
	const char *state;
};

static enum err close_job(struct store_tx *tx, void *arg)
{
	const struct closing *c = arg;
	enum err err = store_question_close(tx, c->id, c->state, clock_now_ms());
	char object[24], detail[40];

	snprintf(object, sizeof object, "%lld", (long long)c->id);
	snprintf(detail, sizeof detail, "{\"state\":\"%s\"}", c->state);
	return err ? err : cli_audit(tx, "question.close", object, detail);
}

static int closing(const char *path, int64_t id, const char *state)
{
	struct closing c = {id, state};
	struct why why = {""};
	enum err err = store_edit(path, close_job, &c, &why);

	if (err == ERR_NOT_FOUND)
		why_set(&why, err, "there is no question %lld, or it is %s already", (long long)id, state);
	if (err)
		return cli_fail(&why);
	printf("question %lld is %s\n", (long long)id, state);
	return EXIT_DONE;
}

int cmd_questions(int argc, char **argv)
{
	const char *config = NULL, *data = NULL, *state = "open", *words[2] = {"list", NULL}, *path;
	bool json = false, done, lists, sums;
	const struct cli_option options[] = {
		{"--state", "STATE", "open (default), done or ignored; of clusters: answered, out_of_scope",
			&state, NULL},
		{"--json", NULL, "one JSON object a line", NULL, &json},
		{"-c", "FILE", "configuration", &config, NULL},
		{"--data", "DIR", "folder of state.db, instead of a configuration", &data, NULL},
		{0},
	};
	struct arena arena;
	int64_t id = 0;
	size_t count;
	int code;

	cli_parse_words(argc, argv, usage, help, options, words, 2, &count, &done, &code);
	if (done)
		return code;
	sums = strcmp(words[0], "clusters") == 0;
	lists = sums || strcmp(words[0], "list") == 0;
	if (!lists && strcmp(words[0], "close") != 0 && strcmp(words[0], "ignore") != 0)
		return cli_wrong_usage(usage, "clusters, list, close or ignore?");
	if (lists != (count < 2))
		return cli_wrong_usage(usage, lists ? "list takes no number" : "which question?");
	if (sums ? !cluster_state_known(state)
		 : strcmp(state, "open") != 0 && strcmp(state, "done") != 0 && strcmp(state, "ignored") != 0)
		return cli_wrong_usage(
			usage, sums ? "the states are open, answered, ignored, out_of_scope, merged"
				    : "the states are open, done, ignored");
	if (!lists && (id = cli_id(words[1])) == 0)
		return EXIT_USAGE;
	arena_init(&arena, 1 << 16);
	path = cli_state(config, data, &arena);
	code = EXIT_USAGE;
	if (path)
		code = lists ? look(path, state, json, sums ? clusters : list)
			     : closing(path, id, strcmp(words[0], "close") == 0 ? "done" : "ignored");
	arena_release(&arena);
	return code;
}
