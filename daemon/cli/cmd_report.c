/* cmd_report.c - motcua report: the figures of a period as XLSX, CSV, JSON, or as a page to print; on stdout or into a file that
 * appears whole. Reads only; beside the running daemon too. */
#include "daemon/base/clock.h"
#include "daemon/cli/cli.h"
#include "daemon/report/report_write.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REPORT_ARENA ((size_t)256 << 20)

static const char usage[] =
	"report --period PERIOD [--unit CODE] [--channel NAME] [--field NAME] [--format xlsx|csv|html|json]"
	" [--month-begins DAY] [--fresh] [-o FILE] [-c FILE] [--data DIR]";
static const char help[] =
	"Writes the report of a period: 2026-11, 2026-Q3, 2026-H1, 2026-9M or 2026. HTML prints to A4 in "
	"the\n"
	"form of Decree 30/2020/ND-CP; what names the office there stands in [report] of the configuration.";

struct job {
	const char *config_path, *data, *output, *begins;
	enum report_format format;
	struct config *config; /* NULL with --data */
	struct report_head head;
	struct report_request request;
};

static enum err write_out(const struct buf *text, FILE *out, const char *name, struct why *why)
{
	if (fwrite(buf_text(text), 1, text->len, out) == text->len && fflush(out) == 0)
		return OK;
	return why_set(why, errno == ENOSPC ? ERR_DISK_FULL : ERR_IO, "could not write \"%s\": %s", name,
		strerror(errno));
}

/* Written beside and moved into place, so that a failed report leaves the former file. */
static enum err to_file(struct arena *a, const struct buf *text, const char *path, struct why *why)
{
	char *beside = arena_printf(a, "%s.part", path);
	FILE *out = beside ? fopen(beside, "we") : NULL;
	enum err err;

	if (!out)
		return why_set(why, ERR_IO, "could not write \"%s\": %s", path, strerror(errno));
	err = write_out(text, out, path, why);
	if (!err && fsync(fileno(out)) != 0)
		err = why_set(why, ERR_IO, "could not write \"%s\": %s", path, strerror(errno));
	if (fclose(out) != 0 && !err)
		err = why_set(why, ERR_IO, "could not write \"%s\": %s", path, strerror(errno));
	if (!err && rename(beside, path) != 0)
		err = why_set(why, ERR_IO, "could not write \"%s\": %s", path, strerror(errno));
	if (err)
		unlink(beside);
	return err;
}

static enum err compose(const struct job *job, struct arena *a, struct buf *ret_text, struct why *why)
{
	const char *state = cli_state(job->config_path, job->data, a);
	const char *knowledge = cli_knowledge(job->config_path, job->data, a);
	struct report_source source = {NULL, NULL, NULL};
	struct sentences *words = NULL;
	struct report *report;
	enum err err = state && knowledge ? sentences_load(REPORT_WORDS, &words, why) : ERR_CONFIG;

	source.words = words;
	if (!err)
		err = store_reader_open(state, &source.reader, why);
	if (!err && access(knowledge, F_OK) == 0)
		err = browse_open(knowledge, &source.browse, why);
	if (!err)
		err = report_make(&source, &job->request, a, &report, why);
	if (!err)
		err = report_write(report, job->format, words, &job->head, ret_text, why);
	browse_close(source.browse);
	if (source.reader)
		store_reader_close(source.reader);
	sentences_free(words);
	return err;
}

static int run(const struct job *job)
{
	struct why why = {""};
	struct arena a;
	struct buf text;
	enum err err;

	arena_init(&a, REPORT_ARENA);
	buf_init(&text, REPORT_BYTES_MAX);
	err = compose(job, &a, &text, &why);
	if (!err)
		err = job->output ? to_file(&a, &text, job->output, &why)
				  : write_out(&text, stdout, "the standard output", &why);
	buf_release(&text);
	arena_release(&a);
	return err ? cli_fail(&why) : EXIT_DONE;
}

static int complain(const char *what, const char *word)
{
	fprintf(stderr, "motcua: %s \"%s\"\nusage: motcua %s\n", what, word, usage);
	return EXIT_USAGE;
}

/* The configuration's part; without one (--data) its defaults. false: it was complained about. */
static bool config_take(struct job *job, int *ret_begins)
{
	*ret_begins = 1;
	if (!job->data) {
		job->config = cli_config(job->config_path, false);
		if (!job->config)
			return false;
		*ret_begins = (int)job->config->report.month_begins;
		job->head = (struct report_head){job->config->report.parent_agency,
			job->config->report.agency, job->config->report.symbol, job->config->report.place,
			job->config->report.signer};
	}
	if (job->begins)
		*ret_begins = atoi(job->begins);
	return true;
}

int cmd_report(int argc, char **argv)
{
	const char *period = NULL, *format = "xlsx";
	struct job job = {.request = {.now_ms = clock_now_ms()}};
	const struct cli_option options[] = {
		{"--period", "PERIOD", "2026-11, 2026-Q3, 2026-H1, 2026-9M or 2026", &period, NULL},
		{"--unit", "CODE", "only this administrative unit; a province with its communes",
			&job.request.unit, NULL},
		{"--channel", "NAME", "only zalo or facebook", &job.request.channel, NULL},
		{"--field", "NAME", "only this field of procedures", &job.request.field, NULL},
		{"--format", "FORMAT", "xlsx (default), csv, html or json", &format, NULL},
		{"--month-begins", "DAY", "day a month begins, instead of the configured", &job.begins, NULL},
		{"--fresh", NULL, "count from the rows, whatever was kept", NULL, &job.request.fresh},
		{"-o", "FILE", "write here instead of stdout", &job.output, NULL},
		{"-c", "FILE", "configuration", &job.config_path, NULL},
		{"--data", "DIR", "folder of the databases, instead of a configuration", &job.data, NULL},
		{0},
	};
	bool done;
	int code, begins, at = cli_parse(argc, argv, usage, help, options, &done, &code);

	if (done)
		return code;
	if (at < argc)
		return complain("unknown argument", argv[at]);
	if (!period)
		return complain("a period is missing:", "--period");
	if (!report_format_from(format, &job.format))
		return complain("unknown format", format);
	if (!config_take(&job, &begins))
		return EXIT_USAGE;
	if (begins < 1 || begins > PERIOD_BEGINS_MAX)
		code = complain("a month cannot begin on day", job.begins ? job.begins : "0");
	else if (!period_read(period, begins, &job.request.period))
		code = complain("no such period:", period);
	else if (!job.output && job.format == REPORT_XLSX && isatty(STDOUT_FILENO))
		code = complain("a workbook does not go to a terminal: say where with", "-o");
	else
		code = run(&job);
	if (job.config)
		config_free(job.config);
	return code;
}
