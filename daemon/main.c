/* main.c - motcua <command>: looks the command up and runs it. */
#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define COMMAND_ROW(name, help) {#name, help, cmd_##name},
static const struct {
	const char *name, *help;
	int (*run)(int argc, char **argv);
} commands[] = {COMMANDS(COMMAND_ROW)};

static void usage(FILE *out)
{
	fputs("usage: motcua COMMAND [-c FILE] [...]\n\n", out);
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].help);
	fputs("\nmotcua COMMAND --help says more about one.\n", out);
}

/* Tests turn the clock of the whole program: "2027-01-01T00:00:30+07:00" is what it says from the start on. */
static void clock_turn(void)
{
	const char *text = getenv("MOTCUA_FAKE_NOW");
	struct tm tm = {0};

	if (!text || !*text)
		return;
	if (!strptime(text, "%Y-%m-%dT%H:%M:%S+07:00", &tm)) {
		log_warning("MOTCUA_FAKE_NOW wants 2027-01-01T00:00:30+07:00, not \"%s\"", text);
		return;
	}
	clock_shift(((int64_t)timegm(&tm) - 7 * 3600) * 1000 - clock_now_ms());
	log_warning("MOTCUA_FAKE_NOW is set: the clock is turned to %s, for tests only", text);
}

int main(int argc, char **argv)
{
	clock_turn();
	if (argc < 2) {
		usage(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
		usage(stdout);
		return EXIT_DONE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("motcua " MOTCUA_VERSION);
		return EXIT_DONE;
	}
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	fprintf(stderr, "motcua: unknown command \"%s\"\n", argv[1]);
	usage(stderr);
	return EXIT_USAGE;
}
