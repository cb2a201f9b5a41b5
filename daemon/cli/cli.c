#include "daemon/cli/cli.h"

#include "daemon/base/clock.h"
#include "daemon/store/store_audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void help_print(const char *usage, const char *help, const struct cli_option *options)
{
	printf("usage: motcua %s\n\n%s\n\n", usage, help);
	for (const struct cli_option *o = options; o->name; o++) {
		char left[40];

		snprintf(left, sizeof left, "%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
		printf("  %-20s %s\n", left, o->help);
	}
}

static const struct cli_option *option_find(const struct cli_option *options, const char *name)
{
	for (const struct cli_option *o = options; o->name; o++)
		if (strcmp(o->name, name) == 0)
			return o;
	return NULL;
}

static int usage_error(const char *usage, const char *what, const char *arg, bool *ret_done, int *ret_exit)
{
	fprintf(stderr, "motcua: %s \"%s\"\nusage: motcua %s\n", what, arg, usage);
	*ret_done = true;
	*ret_exit = EXIT_USAGE;
	return 0;
}

int cli_parse(int argc, char **argv, const char *usage, const char *help, const struct cli_option *options,
	bool *ret_done, int *ret_exit)
{
	int i;

	*ret_done = false;
	for (i = 1; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		const struct cli_option *o;

		if (strcmp(argv[i], "--") == 0)
			return i + 1;
		if (strcmp(argv[i], "--help") == 0) {
			help_print(usage, help, options);
			*ret_done = true;
			*ret_exit = EXIT_DONE;
			return i;
		}
		o = option_find(options, argv[i]);
		if (!o)
			return usage_error(usage, "unknown option", argv[i], ret_done, ret_exit);
		if (!o->value) {
			*o->ret_set = true;
			continue;
		}
		if (i + 1 >= argc)
			return usage_error(usage, "a value is missing after", argv[i], ret_done, ret_exit);
		*o->ret_value = argv[++i];
	}
	return i;
}

void cli_parse_words(int argc, char **argv, const char *usage, const char *help,
	const struct cli_option *options, const char **ret_words, size_t max, size_t *ret_count,
	bool *ret_done, int *ret_exit)
{
	int at = 0;

	*ret_count = 0;
	for (;;) {
		at += cli_parse(argc - at, argv + at, usage, help, options, ret_done, ret_exit);
		if (*ret_done || at >= argc)
			return;
		if (*ret_count == max) {
			usage_error(usage, "unknown argument", argv[at], ret_done, ret_exit);
			return;
		}
		ret_words[(*ret_count)++] = argv[at]; /* now it stands where the next round's command would */
	}
}

int64_t cli_id(const char *word)
{
	char *end;
	long long id = strtoll(word, &end, 10);

	if (id > 0 && !*end)
		return id;
	fprintf(stderr, "motcua: \"%s\" is not the number of a row\n", word);
	return 0;
}

static const char *database(const char *config, const char *data, const char *name, struct arena *a)
{
	struct config *c;
	const char *path;

	if (data)
		return arena_printf(a, "%s/%s", data, name);
	c = cli_config(config, false);
	if (!c)
		return NULL;
	path = arena_printf(a, "%s/%s", c->data_dir, name);
	config_free(c);
	return path;
}

const char *cli_knowledge(const char *config, const char *data, struct arena *a)
{
	return database(config, data, "knowledge.db", a);
}

const char *cli_state(const char *config, const char *data, struct arena *a)
{
	return database(config, data, "state.db", a);
}

int cli_wrong_usage(const char *usage, const char *what)
{
	fprintf(stderr, "motcua: %s\nusage: motcua %s\n", what, usage);
	return EXIT_USAGE;
}

int cli_databases(int argc, char **argv, const char *usage, const char *help,
	int (*run)(const char *const *databases, const char *file, struct arena *a))
{
	const char *config = NULL, *data = NULL, *file = NULL, *databases[2];
	const struct cli_option options[] = {
		{"-c", "FILE", "configuration", &config, NULL},
		{"--data", "DIR", "folder of the databases, instead of a configuration", &data, NULL},
		{0},
	};
	struct arena arena;
	size_t count;
	bool done;
	int code;

	cli_parse_words(argc, argv, usage, help, options, &file, 1, &count, &done, &code);
	if (done)
		return code;
	if (!file)
		return cli_wrong_usage(usage, "which file?");
	arena_init(&arena, 1 << 16);
	databases[0] = cli_state(config, data, &arena);
	databases[1] = databases[0] ? cli_knowledge(config, data, &arena) : NULL;
	code = databases[1] ? run(databases, file, &arena) : EXIT_USAGE;
	arena_release(&arena);
	return code;
}

enum err cli_audit(struct store_tx *tx, const char *what, const char *object, const char *detail)
{
	const char *user = getenv("SUDO_USER") ? getenv("SUDO_USER") : getenv("USER");
	char who[80];

	snprintf(who, sizeof who, "cli:%.64s", user ? user : "?");
	return store_audit_add(tx, &(struct audit){.time_ms = clock_now_ms(),
					   .who = who,
					   .what = what,
					   .object = object,
					   .detail = detail});
}

static enum err audit_job(struct store_tx *tx, void *arg)
{
	const struct audit *entry = arg;

	return cli_audit(tx, entry->what, entry->object, entry->detail);
}

void cli_audit_beside(const char *database, const char *what, const char *object, const char *detail)
{
	const char *slash = strrchr(database, '/');
	struct audit entry = {.what = what, .object = object, .detail = detail};
	struct why why = {""};
	char path[4096];

	snprintf(path, sizeof path, "%.*sstate.db", slash ? (int)(slash - database) + 1 : 0, database);
	if (access(path, F_OK) == 0 && store_edit(path, audit_job, &entry, &why) != OK)
		fprintf(stderr, "motcua: the audit trail does not know of this: %s\n", why.text);
}

int cli_fail(const struct why *why)
{
	fprintf(stderr, "motcua: %s\n", why->text[0] ? why->text : "failed");
	return EXIT_FAILED;
}

struct config *cli_config(const char *path, bool need_secrets)
{
	const char *named = path ? path : getenv("MOTCUA_CONFIG");
	struct config *config = NULL;
	struct why why = {""};

	if (config_load(named ? named : "/etc/motcua/motcua.conf", need_secrets, &config, &why) != OK)
		cli_fail(&why);
	return config;
}
