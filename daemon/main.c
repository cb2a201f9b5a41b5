/* main.c - motcua <command>: looks the command up and runs it. */
#include "daemon/cli/cli.h"

#include <stdio.h>
#include <string.h>

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

int main(int argc, char **argv)
{
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
