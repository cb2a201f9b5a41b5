/* cmd_outbox.c - motcua outbox: replies that were not delivered, for a person to look at, send again or drop.
 * Works beside the running daemon, which notices within a second (store_edit). */
#include "daemon/base/clock.h"
#include "daemon/cli/cli.h"
#include "daemon/store/store_outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#define PAGE 100
#define RETRY_FOR_MS (15 * 60 * 1000) /* a person wants it sent now, not tomorrow */
#define STATES (OUTBOX_DEAD + 1)

static const char usage[] =
	"outbox [list | show ID | retry ID | drop ID] [--state STATE] [--json] [-c FILE] [--data DIR]";
static const char help[] =
	"Lists replies that a person should look at (dead and unknown), or those in one STATE.\n"
	"retry sends a reply again from the first part that did not arrive; drop takes it off the list.\n"
	"Both work while the daemon runs. With --json, one JSON object a line.";

static void when(int64_t ms, char ret_text[20])
{
	char date[11];
	int64_t minute = (ms / 60000 + 7 * 60) % (24 * 60); /* Asia/Ho_Chi_Minh */

	clock_date(ms, date);
	snprintf(ret_text, 20, "%s %02d:%02d", date, (int)(minute / 60), (int)(minute % 60));
}

static cJSON *parts_json(const struct parts *parts)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < parts->count; i++)
		cJSON_AddItemToArray(array, cJSON_CreateString(parts->items[i].text));
	return array;
}

static void print_json(const struct outbox_row *row)
{
	cJSON *json = cJSON_CreateObject();
	char *line;

	cJSON_AddNumberToObject(json, "id", (double)row->id);
	cJSON_AddStringToObject(json, "state", outbox_state_name(row->state));
	cJSON_AddStringToObject(json, "channel", row->channel);
	cJSON_AddStringToObject(json, "account", row->account);
	cJSON_AddStringToObject(json, "user", row->user);
	cJSON_AddNumberToObject(json, "event_id", (double)row->event_id);
	cJSON_AddNumberToObject(json, "part_next", (double)row->part_next);
	cJSON_AddNumberToObject(json, "attempts", row->attempts);
	cJSON_AddNumberToObject(json, "created_ms", (double)row->created_ms);
	cJSON_AddNumberToObject(json, "due_ms", (double)row->due_ms);
	cJSON_AddNumberToObject(json, "expires_ms", (double)row->expires_ms);
	cJSON_AddItemToObject(
		json, "reason", row->reason ? cJSON_CreateString(row->reason) : cJSON_CreateNull());
	cJSON_AddItemToObject(json, "parts", parts_json(&row->parts));
	line = cJSON_PrintUnformatted(json);
	puts(line ? line : "{}");
	cJSON_free(line);
	cJSON_Delete(json);
}

static void print_line(const struct outbox_row *row)
{
	char created[20];

	when(row->created_ms, created);
	printf("%8lld  %-7s  %-8s  %-20s  %s  part %zu of %zu  %s\n", (long long)row->id,
		outbox_state_name(row->state), row->channel, row->account, created,
		row->part_next < row->parts.count ? row->part_next + 1 : row->parts.count, row->parts.count,
		row->reason ? row->reason : "");
}

static void print_whole(const struct outbox_row *row)
{
	char created[20], expires[20];

	when(row->created_ms, created);
	when(row->expires_ms, expires);
	printf("id        %lld\nstate     %s\naccount   %s %s\nuser      %s\nevent     %lld\ncreated   "
	       "%s\nexpires   %s\n"
	       "attempts  %u\nreason    %s\n",
		(long long)row->id, outbox_state_name(row->state), row->channel, row->account, row->user,
		(long long)row->event_id, created, expires, row->attempts, row->reason ? row->reason : "-");
	for (size_t i = 0; i < row->parts.count; i++)
		printf("\n[part %zu of %zu%s]\n%s\n", i + 1, row->parts.count,
			i < row->part_next ? ", delivered" : "", row->parts.items[i].text);
}

static enum err list_state(struct store_reader *r, enum outbox_state state, bool json, size_t *ret_printed)
{
	int64_t after = 0;
	size_t count = PAGE;
	struct arena a;
	enum err err = OK;

	arena_init(&a, (size_t)64 << 20);
	while (!err && count == PAGE) {
		struct outbox_row *rows;

		err = store_outbox_list(r, &a, state, after, PAGE, &rows, &count);
		for (size_t i = 0; i < count && !err; i++) {
			json ? print_json(&rows[i]) : print_line(&rows[i]);
			after = rows[i].id;
			++*ret_printed;
		}
		arena_reset(&a);
	}
	arena_release(&a);
	return err;
}

static enum err list(struct store_reader *r, int state, bool json)
{
	size_t printed = 0;
	enum err err = OK;

	if (state >= 0)
		err = list_state(r, (enum outbox_state)state, json, &printed);
	else
		err = list_state(r, OUTBOX_DEAD, json, &printed);
	if (!err && state < 0)
		err = list_state(r, OUTBOX_UNKNOWN, json, &printed);
	if (!err && !printed && !json)
		puts("nothing to look at");
	return err;
}

static enum err show(struct store_reader *r, int64_t id, bool json)
{
	struct outbox_row row;
	struct arena a;
	enum err err;

	arena_init(&a, (size_t)4 << 20);
	err = store_outbox_get(r, &a, id, &row);
	if (!err)
		json ? print_json(&row) : print_whole(&row);
	arena_release(&a);
	return err;
}

struct change {
	int64_t id;
	bool drop;
};

static enum err change_job(struct store_tx *tx, void *arg)
{
	const struct change *c = arg;
	const char *who = getenv("SUDO_USER") ? getenv("SUDO_USER") : getenv("USER");
	int64_t now = clock_now_ms();
	char object[24];
	enum err err = c->drop ? store_outbox_drop(tx, c->id, who ? who : "the command line", now)
			       : store_outbox_retry(tx, c->id, now + RETRY_FOR_MS, now);

	snprintf(object, sizeof object, "%lld", (long long)c->id);
	return err ? err : cli_audit(tx, c->drop ? "outbox.drop" : "outbox.retry", object, NULL);
}

static int change(const char *path, int64_t id, bool drop)
{
	struct change c = {id, drop};
	struct why why = {""};
	enum err err = store_edit(path, change_job, &c, &why);

	if (err == ERR_NOT_FOUND)
		why_set(&why, err, "cannot %s reply %lld: it is neither dead nor unknown",
			drop ? "drop" : "send", (long long)id);
	if (err)
		return cli_fail(&why);
	printf("reply %lld %s\n", (long long)id, drop ? "dropped" : "will be sent again");
	return EXIT_DONE;
}

static int look(const char *path, int64_t id, int state, bool json)
{
	struct store_reader *r;
	struct why why = {""};
	enum err err = store_reader_open(path, &r, &why);

	if (err)
		return cli_fail(&why);
	err = id ? show(r, id, json) : list(r, state, json);
	store_reader_close(r);
	if (err == ERR_NOT_FOUND)
		why_set(&why, err, "there is no reply %lld", (long long)id);
	else if (err)
		why_set(&why, err, "could not read \"%s\": %s", path, err_words(err));
	return err ? cli_fail(&why) : EXIT_DONE;
}

/* -1: none was named; STATES: no such state. */
static int state_from(const char *word)
{
	int state = 0;

	if (!word)
		return -1;
	while (state < STATES && strcmp(outbox_state_name((enum outbox_state)state), word) != 0)
		state++;
	return state;
}

int cmd_outbox(int argc, char **argv)
{
	const char *config = NULL, *data = NULL, *state = NULL, *words[2] = {"list", NULL}, *path;
	bool json = false, done;
	const struct cli_option options[] = {
		{"--state", "STATE", "due, sending, unknown, sent or dead", &state, NULL},
		{"--json", NULL, "one JSON object a line", NULL, &json},
		{"-c", "FILE", "configuration", &config, NULL},
		{"--data", "DIR", "folder of state.db, instead of a configuration", &data, NULL},
		{0},
	};
	struct arena arena;
	int64_t id = 0;
	size_t count;
	bool lists;
	int code;

	cli_parse_words(argc, argv, usage, help, options, words, 2, &count, &done, &code);
	if (done)
		return code;
	lists = strcmp(words[0], "list") == 0;
	if (!lists && strcmp(words[0], "show") != 0 && strcmp(words[0], "retry") != 0 &&
		strcmp(words[0], "drop") != 0)
		return cli_wrong_usage(usage, "list, show, retry or drop?");
	if (lists != (count < 2))
		return cli_wrong_usage(usage, lists ? "list takes no number" : "which reply?");
	if (state_from(state) == STATES)
		return cli_wrong_usage(usage, "the states are due, sending, unknown, sent, dead");
	if (!lists && (id = cli_id(words[1])) == 0)
		return EXIT_USAGE;
	arena_init(&arena, 1 << 16);
	path = cli_state(config, data, &arena);
	code = EXIT_USAGE;
	if (path && (lists || strcmp(words[0], "show") == 0))
		code = look(path, id, state_from(state), json);
	else if (path)
		code = change(path, id, strcmp(words[0], "drop") == 0);
	arena_release(&arena);
	return code;
}
