/* cmd_export.c - motcua export: the published knowledge as JSONL, CSV or XLSX, or an empty table to fill in; on stdout or into a
 * file that appears whole. */
#include "daemon/cli/cli.h"
#include "knowledge/export.h"
#include "knowledge/columns.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct job {
	struct export_options options;
	const char *template; /* kind of an empty table instead; NULL: the knowledge */
};

static enum err write_out(const struct job *job, FILE *out, struct why *why)
{
	return job->template ? export_template(job->options.format, job->template, out, why)
			     : export_write(&job->options, out, why);
}

/* Written beside and moved into place, so that a failed export leaves the former file. */
static enum err export_to_file(struct arena *a, const struct job *job, const char *path, struct why *why)
{
	char *beside = arena_printf(a, "%s.part", path);
	FILE *out = beside ? fopen(beside, "we") : NULL;
	enum err err;

	if (!out)
		return why_set(why, ERR_IO, "could not write \"%s\": %s", path, strerror(errno));
	err = write_out(job, out, why);
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

static int complain(const char *what, const char *word, const char *usage)
{
	fprintf(stderr, "motcua: unknown %s \"%s\"\nusage: motcua %s\n", what, word, usage);
	return EXIT_USAGE;
}

static int run(const struct job *job, struct arena *a, const char *output)
{
	struct why why = {""};
	enum err err = output ? export_to_file(a, job, output, &why) : write_out(job, stdout, &why);

	return err == OK ? EXIT_DONE : cli_fail(&why);
}

int cmd_export(int argc, char **argv)
{
	static const char usage[] =
		"export [--format jsonl|csv|xlsx] [--kind KIND] [--unit CODE] [--as-of DATE]"
		" [--template KIND] [-o FILE] [-c FILE] [--data DIR]";
	static const char help[] =
		"Writes the knowledge in force as JSONL, CSV or XLSX that import reads back unchanged.";
	const char *path = NULL, *data = NULL, *output = NULL, *format = "jsonl";
	struct job job = {.template = NULL};
	struct export_options *o = &job.options;
	const struct cli_option options[] = {
		{"--format", "FORMAT", "jsonl (default), csv or xlsx", &format, NULL},
		{"--kind", "KIND",
			"only procedure, hotline, office, guide or faq; unit or old_unit: administrative "
			"units, their names of before",
			&o->kind, NULL},
		{"--unit", "CODE", "only what this administrative unit says itself; \"\" the nation",
			&o->unit, NULL},
		{"--as-of", "DATE", "as in force on this day (2026-11-21) instead of today", &o->as_of, NULL},
		{"--template", "KIND", "an empty table to fill in: as --kind, or asks, unit, old_unit",
			&job.template, NULL},
		{"-o", "FILE", "write here instead of stdout", &output, NULL},
		{"-c", "FILE", "configuration", &path, NULL},
		{"--data", "DIR", "folder of knowledge.db, instead of a configuration", &data, NULL},
		{0},
	};
	enum table_kind known;
	struct arena arena;
	bool done;
	int code, at = cli_parse(argc, argv, usage, help, options, &done, &code);

	if (done)
		return code;
	if (at < argc)
		return complain("argument", argv[at], usage);
	if (o->kind && (!table_kind_from(o->kind, &known) || known == TABLE_ASKS))
		return complain("kind", o->kind, usage);
	if (!export_format_from(format, &o->format))
		return complain("format", format, usage);
	arena_init(&arena, 1 << 16);
	o->database = job.template ? "" : cli_knowledge(path, data, &arena);
	code = o->database ? run(&job, &arena, output) : EXIT_USAGE;
	arena_release(&arena);
	return code;
}
