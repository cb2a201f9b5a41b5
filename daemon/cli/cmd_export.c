/* cmd_export.c - motcua export: the published knowledge as JSONL, on stdout or into a file that appears whole. */
#include "daemon/cli/cli.h"
#include "knowledge/export.h"
#include "knowledge/record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Written beside and moved into place, so that a failed export leaves the former file. */
static enum err export_to_file(
	struct arena *a, const struct export_options *o, const char *path, struct why *why)
{
	char *beside = arena_printf(a, "%s.part", path);
	FILE *out = beside ? fopen(beside, "we") : NULL;
	enum err err;

	if (!out)
		return why_set(why, ERR_IO, "could not write \"%s\": %s", path, strerror(errno));
	err = export_write(o, out, why);
	if (err == OK && (fflush(out) != 0 || fsync(fileno(out)) != 0))
		err = why_set(why, ERR_IO, "could not write \"%s\": %s", path, strerror(errno));
	if (fclose(out) != 0 && err == OK)
		err = why_set(why, ERR_IO, "could not write \"%s\": %s", path, strerror(errno));
	if (err == OK && rename(beside, path) != 0)
		err = why_set(why, ERR_IO, "could not write \"%s\": %s", path, strerror(errno));
	if (err != OK)
		unlink(beside);
	return err;
}

int cmd_export(int argc, char **argv)
{
	static const char usage[] = "export [--kind KIND] [--as-of DATE] [-o FILE] [-c FILE] [--data DIR]";
	static const char help[] = "Writes the knowledge in force as JSONL that import reads back unchanged.";
	const char *path = NULL, *data = NULL, *kind = NULL, *as_of = NULL, *output = NULL;
	const struct cli_option options[] = {
		{"--kind", "KIND", "only procedure, hotline, office, guide or faq", &kind, NULL},
		{"--as-of", "DATE", "as in force on this day (2026-11-21) instead of today", &as_of, NULL},
		{"-o", "FILE", "write here instead of stdout", &output, NULL},
		{"-c", "FILE", "configuration", &path, NULL},
		{"--data", "DIR", "folder of knowledge.db, instead of a configuration", &data, NULL},
		{0},
	};
	struct why why = {""};
	enum record_kind known;
	const char *database;
	struct arena arena;
	enum err err;
	bool done;
	int code, at = cli_parse(argc, argv, usage, help, options, &done, &code);

	if (done)
		return code;
	if (at < argc || (kind && !record_kind_from(kind, &known))) {
		fprintf(stderr, "motcua: unknown %s \"%s\"\nusage: motcua %s\n",
			at < argc ? "argument" : "kind", at < argc ? argv[at] : kind, usage);
		return EXIT_USAGE;
	}
	arena_init(&arena, 1 << 16);
	database = cli_knowledge(path, data, &arena);
	code = EXIT_USAGE;
	if (database) {
		struct export_options o = {.database = database, .kind = kind, .as_of = as_of};

		err = output ? export_to_file(&arena, &o, output, &why) : export_write(&o, stdout, &why);
		code = err == OK ? EXIT_DONE : cli_fail(&why);
	}
	arena_release(&arena);
	return code;
}
