/* cmd_cases.c - motcua cases: reflections and suggestions, and who waits for an answer. Works beside the running daemon (store_edit). */
#include "daemon/base/clock.h"
#include "daemon/cli/cli.h"
#include "daemon/store/store_case.h"
#include "daemon/store/store_wait.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#define PAGE 100

static const char usage[] =
	"cases [list | waits | show CODE | answer CODE TEXT | reject CODE REASON] [--state STATE] [--json] "
	"[-c FILE] [--data DIR]";
static const char help[] =
	"Lists reflections and suggestions, what is due first before what is due later, or shows or ends "
	"one.\n"
	"answer and reject say TEXT to the citizen, once, if they agreed; else their code fetches it.\n"
	"waits: citizens whose answer could not be delivered (--state: others).";

/* --- One --------------------------------------------------------------------------------------------- */

static void print_json(const struct case_file *one)
{
	cJSON *json = cJSON_CreateObject();
	char *line;

	cJSON_AddNumberToObject(json, "id", (double)one->id);
	cJSON_AddStringToObject(json, "code", one->code);
	cJSON_AddStringToObject(json, "kind", one->suggestion ? "suggestion" : "reflection");
	cJSON_AddStringToObject(json, "category", one->category);
	cJSON_AddStringToObject(json, "state", case_state_word(one->state));
	cJSON_AddNumberToObject(json, "received_ms", (double)one->received_ms);
	cJSON_AddStringToObject(json, "due", one->due);
	cJSON_AddItemToObject(json, "unit", one->unit ? cJSON_CreateString(one->unit) : cJSON_CreateNull());
	cJSON_AddItemToObject(
		json, "owner", one->owner ? cJSON_CreateString(one->owner) : cJSON_CreateNull());
	cJSON_AddItemToObject(json, "what", one->what ? cJSON_CreateString(one->what) : cJSON_CreateNull());
	cJSON_AddItemToObject(
		json, "place", one->place ? cJSON_CreateString(one->place) : cJSON_CreateNull());
	cJSON_AddItemToObject(
		json, "happened", one->happened ? cJSON_CreateString(one->happened) : cJSON_CreateNull());
	cJSON_AddItemToObject(
		json, "answer", one->answer ? cJSON_CreateString(one->answer) : cJSON_CreateNull());
	line = cJSON_PrintUnformatted(json);
	puts(line ? line : "{}");
	cJSON_free(line);
	cJSON_Delete(json);
}

static void print_flat(const char *text)
{
	for (const char *c = text ? text : "(erased)"; *c; c++)
		putchar(*c == '\n' || *c == '\r' ? ' ' : *c);
	putchar('\n');
}

static void print_line(const struct case_file *one)
{
	printf("%s  due %s  %-9s  %-14s  ", one->code, one->due, case_state_word(one->state), one->category);
	print_flat(one->what);
}

static enum err show(struct store_reader *r, struct arena *a, const char *code, bool json)
{
	struct case_file one;
	struct case_step *steps;
	size_t count = 0;
	char date[11];
	enum err err = store_case_by_code(r, a, code, &one);

	if (!err)
		err = store_case_steps(r, a, one.id, &steps, &count);
	if (err || json) {
		if (!err)
			print_json(&one);
		return err;
	}
	print_line(&one);
	printf("  place: ");
	print_flat(one.place ? one.place : "-");
	printf("  when: ");
	print_flat(one.happened ? one.happened : "-");
	printf("  answer: ");
	print_flat(one.answer ? one.answer : "-");
	for (size_t i = 0; i < count; i++) {
		clock_date(steps[i].time_ms, date);
		printf("  %s  %s  %s  ", date, steps[i].who, steps[i].what);
		print_flat(steps[i].text ? steps[i].text : "");
	}
	return OK;
}

/* --- Lists ------------------------------------------------------------------------------------------- */

static enum err list(struct store_reader *r, struct arena *a, const struct case_filter *filter, bool json)
{
	size_t count = PAGE, total = 0, skip = 0;
	enum err err = OK;

	while (!err && count == PAGE) {
		struct case_file *items;

		err = store_case_list(r, a, filter, skip, PAGE, &items, &count, &total);
		for (size_t i = 0; i < count && !err; i++)
			json ? print_json(&items[i]) : print_line(&items[i]);
		skip += PAGE;
		arena_reset(a);
	}
	if (!err && !total && !json)
		puts("no such cases");
	return err;
}

static void print_wait(const struct wait *w, bool json)
{
	char date[11];

	clock_date(w->created_ms, date);
	if (json)
		printf("{\"code\":\"%s\",\"state\":\"%s\",\"consent\":%s,\"created_ms\":%lld}\n", w->code,
			wait_state_word(w->state), w->consent ? "true" : "false", (long long)w->created_ms);
	else
		printf("%-8s  %s  %-11s  %s\n", w->code, date, wait_state_word(w->state),
			w->reason ? w->reason : "");
}

static enum err waits(struct store_reader *r, struct arena *a, enum wait_state state, bool json)
{
	const struct wait_filter filter = {.states = 1u << state};
	size_t count = PAGE, total = 0, skip = 0;
	enum err err = OK;

	while (!err && count == PAGE) {
		struct wait *items;

		err = store_wait_list(r, a, &filter, skip, PAGE, &items, &count, &total);
		for (size_t i = 0; i < count && !err; i++)
			print_wait(&items[i], json);
		skip += PAGE;
		arena_reset(a);
	}
	if (!err && !total && !json)
		puts("nobody");
	return err;
}

/* --- Doing ------------------------------------------------------------------------------------------- */

struct ending {
	struct case_change change;
	bool reject;
};

static enum err end_job(struct store_tx *tx, void *arg)
{
	const struct ending *e = arg;
	char object[24];
	enum err err = e->reject ? store_case_reject(tx, &e->change) : store_case_answer(tx, &e->change);

	snprintf(object, sizeof object, "%lld", (long long)e->change.id);
	return err ? err : cli_audit(tx, e->reject ? "case.reject" : "case.answer", object, NULL);
}

static int end(const char *path, int64_t id, const char *code, const char *text, bool reject)
{
	char who[64];
	struct ending e = {
		.change = {.id = id, .who = who, .answer = text, .now_ms = clock_now_ms()}, .reject = reject};
	struct why why = {""};
	enum err err;

	snprintf(who, sizeof who, "cli:%u", (unsigned)getuid());
	err = store_edit(path, end_job, &e, &why);
	if (err == ERR_REFUSED)
		why_set(&why, err, "case %s has ended already", code);
	if (err)
		return cli_fail(&why);
	printf("case %s is %s\n", code, reject ? "rejected" : "answered");
	return EXIT_DONE;
}

/* --- The command ------------------------------------------------------------------------------------- */

struct asked {
	const char *verb, *code, *text, *state;
	bool json;
};

static enum err look(struct store_reader *r, struct arena *a, const struct asked *asked, int64_t *ret_id)
{
	struct case_filter filter = {.states = CASES_OPEN};
	enum wait_state waiting = WAIT_UNREACHABLE;
	enum case_state state;
	struct case_file one;
	enum err err = OK;

	if (strcmp(asked->verb, "list") == 0) {
		if (asked->state)
			filter.states = case_state_read(asked->state, &state) ? 1u << state : 0;
		return list(r, a, &filter, asked->json);
	}
	if (strcmp(asked->verb, "waits") == 0) {
		if (asked->state)
			wait_state_read(asked->state, &waiting);
		return waits(r, a, waiting, asked->json);
	}
	if (strcmp(asked->verb, "show") == 0)
		return show(r, a, asked->code, asked->json);
	err = store_case_by_code(r, a, asked->code, &one);
	if (!err)
		*ret_id = one.id;
	return err;
}

static int run(const char *path, const struct asked *asked)
{
	struct store_reader *r;
	struct why why = {""};
	struct arena a;
	int64_t id = 0;
	enum err err = store_reader_open(path, &r, &why);

	if (err)
		return cli_fail(&why);
	arena_init(&a, (size_t)64 << 20);
	err = look(r, &a, asked, &id);
	arena_release(&a);
	store_reader_close(r);
	if (err == ERR_NOT_FOUND)
		why_set(&why, err, "there is no case %s", asked->code);
	else if (err)
		why_set(&why, err, "could not read \"%s\": %s", path, err_words(err));
	if (err)
		return cli_fail(&why);
	return id ? end(path, id, asked->code, asked->text, strcmp(asked->verb, "reject") == 0) : EXIT_DONE;
}

/* How many words each verb wants; 0: no such verb. */
static size_t words_of(const char *verb)
{
	static const struct {
		const char *verb;
		size_t words;
	} verbs[] = {{"list", 1}, {"waits", 1}, {"show", 2}, {"answer", 3}, {"reject", 3}};

	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(verbs[i].verb, verb) == 0)
			return verbs[i].words;
	return 0;
}

static const char *wrong_of(const struct asked *asked, size_t count)
{
	enum wait_state waiting;
	enum case_state state;
	size_t wanted = words_of(asked->verb);

	if (!wanted)
		return "list, waits, show, answer or reject?";
	if (wanted != (count ? count : 1))
		return wanted == 3   ? "which case, and what is said?"
		       : wanted == 2 ? "which case?"
				     : "it takes no more words";
	if (!asked->state || strcmp(asked->state, "all") == 0)
		return NULL;
	if (strcmp(asked->verb, "waits") == 0 ? !wait_state_read(asked->state, &waiting)
					      : !case_state_read(asked->state, &state))
		return "there is no such state";
	return NULL;
}

int cmd_cases(int argc, char **argv)
{
	const char *config = NULL, *data = NULL, *words[3] = {"list", NULL, NULL}, *path, *wrong;
	struct asked asked = {0};
	bool done;
	const struct cli_option options[] = {
		{"--state", "STATE",
			"new, working, answered, rejected, withdrawn or all; default: what is open",
			&asked.state, NULL},
		{"--json", NULL, "one JSON object a line", NULL, &asked.json},
		{"-c", "FILE", "configuration", &config, NULL},
		{"--data", "DIR", "folder of state.db, instead of a configuration", &data, NULL},
		{0},
	};
	struct arena arena;
	size_t count;
	int code;

	cli_parse_words(argc, argv, usage, help, options, words, 3, &count, &done, &code);
	if (done)
		return code;
	asked.verb = words[0];
	asked.code = words[1];
	asked.text = words[2];
	wrong = wrong_of(&asked, count);
	if (wrong)
		return cli_wrong_usage(usage, wrong);
	arena_init(&arena, 1 << 16);
	path = cli_state(config, data, &arena);
	code = path ? run(path, &asked) : EXIT_USAGE;
	arena_release(&arena);
	return code;
}
