/* cmd_check.c - motcua check: configuration, secrets, databases, tokens, knowledge. Changes nothing.
 * One line a finding, "level: where: what"; an error means that the daemon cannot work, or not truly. */
#include "daemon/cli/cli.h"

#include "daemon/base/clock.h"
#include "daemon/store/store_outbox.h"
#include "daemon/store/store_token.h"
#include "knowledge/quality.h"

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CHECK_BYTES_MAX ((size_t)4 * 1024 * 1024)

enum level { LEVEL_OK, LEVEL_WARNING, LEVEL_ERROR };

struct check {
	cJSON *json; /* array of findings; NULL: print them */
	bool all;
	size_t errors, warnings;
};

static void report(struct check *c, enum level level, const char *where, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static void report(struct check *c, enum level level, const char *where, const char *format, ...)
{
	static const char *const words[] = {"ok", "warning", "error"};
	char what[700];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	c->errors += level == LEVEL_ERROR;
	c->warnings += level == LEVEL_WARNING;
	if (c->json) {
		cJSON *finding = cJSON_CreateObject();

		cJSON_AddStringToObject(finding, "level", words[level]);
		cJSON_AddStringToObject(finding, "where", where);
		cJSON_AddStringToObject(finding, "what", what);
		cJSON_AddItemToArray(c->json, finding);
	} else {
		printf("%s: %s: %s\n", words[level], where, what);
	}
}

/* --- Accounts and their tokens ------------------------------------------------------------------------- */

static void check_token(
	struct check *c, struct store_reader *r, struct arena *a, const struct account *account)
{
	char where[160];
	struct token token;

	snprintf(where, sizeof where, "%s %s", account->adapter->name, account->name);
	if (account->signature_log_only)
		report(c, LEVEL_WARNING, where,
			"signature = log_only: webhooks with a bad signature are dropped, not refused");
	if (account->page_token) {
		report(c, LEVEL_OK, where, "page token configured");
		return;
	}
	if (!r || store_token_get(r, a, account->adapter->name, account->id, &token) != OK ||
		token.state == TOKEN_NONE) {
		if (account->refresh_token)
			report(c, LEVEL_OK, where, "first refresh token configured, not used yet");
		else
			report(c, LEVEL_ERROR, where,
				"no token: refresh_token_file is missing and none is stored");
		return;
	}
	if (token.state == TOKEN_CONSENT_NEEDED)
		report(c, LEVEL_ERROR, where, "an administrator of the OA must consent again: %s",
			token.reason ? token.reason : "the platform refused to renew the token");
	else
		report(c, LEVEL_OK, where, "access token, generation %lld", (long long)token.generation);
}

static void check_outbox(struct check *c, struct store_reader *r)
{
	int64_t counts[5];

	if (store_outbox_count(r, counts) != OK) {
		report(c, LEVEL_ERROR, "outbox", "could not be counted");
		return;
	}
	report(c, counts[OUTBOX_DEAD] + counts[OUTBOX_UNKNOWN] ? LEVEL_WARNING : LEVEL_OK, "outbox",
		"%lld due, %lld of unknown outcome, %lld dead letters (motcua outbox list)",
		(long long)counts[OUTBOX_DUE], (long long)counts[OUTBOX_UNKNOWN],
		(long long)counts[OUTBOX_DEAD]);
}

static void check_state(struct check *c, const struct config *config, struct arena *a)
{
	struct store_reader *r = NULL;
	struct why why = {""};

	if (access(config->data_dir, W_OK | X_OK) != 0)
		report(c, LEVEL_ERROR, config->data_dir,
			"the data folder is missing or cannot be written by this user");
	if (access(config->state_path, F_OK) != 0)
		report(c, LEVEL_OK, config->state_path, "not there yet; serve creates it");
	else if (store_reader_open(config->state_path, &r, &why) != OK)
		report(c, LEVEL_ERROR, config->state_path, "%s", why.text);
	if (config->accounts.count == 0)
		report(c, LEVEL_WARNING, config->path,
			"no account: add a [zalo NAME] or [facebook NAME] section");
	for (size_t i = 0; i < config->accounts.count; i++)
		check_token(c, r, a, &config->accounts.items[i]);
	if (r)
		check_outbox(c, r);
	store_reader_close(r);
}

/* --- Knowledge ----------------------------------------------------------------------------------------- */

/* What a citizen could be told wrong is listed one by one; what is merely missing, or two records of one name, is counted
 * unless --all. */
static bool listed(const struct check *c, enum quality quality)
{
	return c->all || (quality != QUALITY_NO_FEE && quality != QUALITY_NO_TIME &&
				 quality != QUALITY_NO_DOCUMENTS && quality != QUALITY_SAME_NAME);
}

static void on_finding(void *arg, const struct quality_finding *f)
{
	struct check *c = arg;

	if (listed(c, f->quality))
		report(c, f->quality == QUALITY_OVERLAP ? LEVEL_ERROR : LEVEL_WARNING, f->record,
			"%s: %s%s%.200s", quality_word(f->quality), quality_says(f->quality),
			f->detail && *f->detail ? ": " : "", f->detail ? f->detail : "");
}

static void check_knowledge(struct check *c, const char *database)
{
	size_t counts[QUALITY_COUNT] = {0};
	struct why why = {""};

	if (access(database, F_OK) != 0) {
		report(c, LEVEL_OK, database,
			"not there yet; serve and import create it with the starter content");
		return;
	}
	if (quality_check(database, NULL, on_finding, c, counts, &why) != OK) {
		report(c, LEVEL_ERROR, database, "%s", why.text);
		return;
	}
	for (int q = 0; q < QUALITY_COUNT; q++)
		report(c, LEVEL_OK, "knowledge", "%zu %s%s", counts[q], quality_word((enum quality)q),
			counts[q] && !listed(c, (enum quality)q) ? " (--all lists them)" : "");
}

/* --- The command ---------------------------------------------------------------------------------------- */

static int finish(struct check *c)
{
	if (c->json) {
		char *text = cJSON_Print(c->json);

		puts(text ? text : "[]");
		cJSON_free(text);
		cJSON_Delete(c->json);
	} else {
		printf("%zu errors, %zu warnings\n", c->errors, c->warnings);
	}
	return c->errors ? EXIT_FAILED : EXIT_DONE;
}

int cmd_check(int argc, char **argv)
{
	static const char usage[] = "check [-c FILE | --data DIR] [--all] [--json]";
	static const char help[] = "Looks at the configuration, the secrets' file modes, the databases, the "
				   "platforms' tokens and the\n"
				   "knowledge, and changes nothing. Ends with 1 when an error was found.";
	const char *path = NULL, *data = NULL;
	bool all = false, json = false, done;
	const struct cli_option options[] = {
		{"-c", "FILE", "configuration", &path, NULL},
		{"--data", "DIR", "only knowledge.db in this folder", &data, NULL},
		{"--all", NULL, "also list what is merely missing from records", NULL, &all},
		{"--json", NULL, "findings as a JSON array", NULL, &json},
		{0},
	};
	struct config *config = NULL;
	struct check check = {0};
	struct arena arena;
	int code = EXIT_USAGE;

	cli_parse(argc, argv, usage, help, options, &done, &code);
	if (done)
		return code;
	arena_init(&arena, CHECK_BYTES_MAX);
	config = data ? NULL : cli_config(path, true);
	check = (struct check){.json = json ? cJSON_CreateArray() : NULL, .all = all};
	if (data) {
		check_knowledge(&check, cli_knowledge(NULL, data, &arena));
		code = finish(&check);
	} else if (config) {
		report(&check, LEVEL_OK, config->path, "%zu accounts", config->accounts.count);
		check_state(&check, config, &arena);
		check_knowledge(&check, config->knowledge_path);
		code = finish(&check);
	} else {
		code = EXIT_USAGE;
	}
	config_free(config);
	arena_release(&arena);
	return code;
}
