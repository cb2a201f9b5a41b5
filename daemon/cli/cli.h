/* cli.h - one command a file; exit 0 done, 1 failed, 2 wrong usage or configuration. Data on stdout, errors on stderr. */
#ifndef MOTCUA_CLI_H
#define MOTCUA_CLI_H

#include "config/config.h"

/* COMMAND(name, what it does): the table of commands; cmd_<name>.c each. */
#define COMMANDS(COMMAND)                                                                          \
	COMMAND(serve, "run the daemon")                                                           \
	COMMAND(check, "check configuration, secrets, databases, knowledge; changes nothing")      \
	COMMAND(import, "read records from JSONL, CSV and XLSX files into the knowledge")                        \
	COMMAND(export, "write the published knowledge as JSONL, CSV or XLSX")                                  \
	COMMAND(ask, "answer one question as a citizen would get it")                              \
	COMMAND(eval, "measure answers on labelled questions")                                     \
	COMMAND(sandbox, "play Zalo and Facebook on this machine")                                 \
	COMMAND(report, "write the report of a month, quarter, half, nine months or year")                    \
	COMMAND(questions, "list and close unresolved questions")                                  \
	COMMAND(cases, "list, show and answer reflections; who waits for an answer")                \
	COMMAND(forget, "erase what is kept of a citizen")                                          \
	COMMAND(outbox, "list, send again or drop undelivered replies")                            \
	COMMAND(staff, "who may use the console")                                                  \
	COMMAND(backup, "copy all databases while the daemon runs")                                \
	COMMAND(restore, "put a backup in place while the daemon is stopped")

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

#define COMMAND_DECLARE(name, help) int cmd_##name(int argc, char **argv);
COMMANDS(COMMAND_DECLARE) /* argv[0] is the command's name */

/* Every command's options: "-c FILE" is taken by each. */
struct cli_option {
	const char *name;  /* "--json", "-c" */
	const char *value; /* what the value is called in --help ("FILE"); NULL: a switch */
	const char *help;
	const char **ret_value; /* one of these two */
	bool *ret_set;
};

/* Parses argv, prints --help (returns 0 with *ret_exit EXIT_DONE and *ret_done true) or complains (EXIT_USAGE).
 * The rest of the arguments start at the returned index. `options` ends with a NULL name. */
int cli_parse(int argc, char **argv, const char *usage, const char *help, const struct cli_option *options, bool *ret_done,
	int *ret_exit);

/* Loads the configuration named by -c ("path"; else $MOTCUA_CONFIG, else /etc/motcua/motcua.conf), or complains on stderr and
 * returns NULL: the command ends with EXIT_USAGE. `need_secrets` as in config_load(). */
struct config *cli_config(const char *path, bool need_secrets);

/* As cli_parse(), with options also between and behind the words: "outbox retry 7 --json". *ret_count of them, at most `max`;
 * more are complained about. */
void cli_parse_words(int argc, char **argv, const char *usage, const char *help, const struct cli_option *options,
	const char **ret_words, size_t max, size_t *ret_count, bool *ret_done, int *ret_exit);

/* A row's id, "7"; complains on stderr and says 0 when it is none. */
int64_t cli_id(const char *word);

/* Path of a database: in the folder `data` when given ("--data"), else as cli_config(`config`) says; NULL as there. */
const char *cli_knowledge(const char *config, const char *data, struct arena *a);
const char *cli_state(const char *config, const char *data, struct arena *a);

/* A command on both databases and one file, "backup FILE": `run` gets the paths of state.db and knowledge.db. */
int cli_databases(int argc, char **argv, const char *usage, const char *help,
	int (*run)(const char *const *databases, const char *file, struct arena *a));

int cli_wrong_usage(const char *usage, const char *what); /* prints both, returns EXIT_USAGE */

/* Job: a line of the audit trail for what a command did. */
struct store_tx;
enum err cli_audit(struct store_tx *tx, const char *what, const char *object, const char *detail);

/* The same for what was done to `database`: into the state.db of its folder; where there is none, there are no staff either. */
void cli_audit_beside(const char *database, const char *what, const char *object, const char *detail);

int cli_fail(const struct why *why); /* prints it, returns EXIT_FAILED */

#endif
