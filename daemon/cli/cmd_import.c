/* cmd_import.c - motcua import: JSONL, CSV and XLSX into knowledge.db, with a table of what became of them. */
#include "daemon/base/clock.h"
#include "daemon/cli/cli.h"
#include "daemon/cli/starter.h"
#include "knowledge/import.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REFUSALS_SHOWN 20
#define BAR_WIDTH 40
#define BAR_AFTER_US 1000000
#define BAR_EVERY_US 100000
#define PATHS_BYTES_MAX ((size_t)1 << 20)

struct paths {
	struct arena arena; /* owns the strings and the list */
	const char **items;
	size_t count, room;
};

struct show {
	size_t refusals;
	bool terminal, drawn;
	int64_t begun_us, drawn_us;
};

static enum err paths_add(struct paths *p, const char *path)
{
	if (p->count == p->room) {
		size_t room = p->room ? p->room * 2 : 16;
		const char **items = arena_array(&p->arena, room, sizeof *items);

		if (!items)
			return ERR_NOMEM;
		if (p->count)
			memcpy(items, p->items, p->count * sizeof *items);
		p->items = items;
		p->room = room;
	}
	p->items[p->count] = arena_string(&p->arena, path);
	return p->items[p->count++] ? OK : ERR_NOMEM;
}

static int is_jsonl(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > 6 && strcmp(entry->d_name + len - 6, ".jsonl") == 0;
}

static enum err paths_add_folder(struct paths *p, const char *folder, struct why *why)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_jsonl, alphasort);
	enum err err = OK;

	if (count < 0)
		return why_set(why, ERR_IO, "could not read folder \"%s\": %s", folder, strerror(errno));
	if (count == 0)
		err = why_set(why, ERR_NOT_FOUND, "could not import folder \"%s\": no *.jsonl in it", folder);
	for (int i = 0; i < count; i++) {
		char *path = err == OK ? arena_printf(&p->arena, "%s/%s", folder, entries[i]->d_name) : NULL;

		if (err == OK)
			err = path ? paths_add(p, path) : ERR_NOMEM;
		free(entries[i]);
	}
	free(entries);
	return err;
}

/* Folders stand for their *.jsonl in the order of their names. */
static enum err paths_expand(struct paths *p, char **args, int count, struct why *why)
{
	struct stat st;
	enum err err = OK;

	for (int i = 0; i < count && err == OK; i++) {
		if (stat(args[i], &st) == 0 && S_ISDIR(st.st_mode))
			err = paths_add_folder(p, args[i], why);
		else
			err = paths_add(p, args[i]);
	}
	return err == ERR_NOMEM ? why_set(why, err, "could not list the files: out of memory") : err;
}

static void bar_clear(struct show *s)
{
	if (s->drawn)
		fputs("\r\033[K", stderr);
	s->drawn = false;
}

static void show_refusal(void *arg, const struct import_refusal *r)
{
	struct show *s = arg;

	bar_clear(s);
	if (s->refusals++ < REFUSALS_SHOWN)
		fprintf(stderr, "%s:%s%s%s%zu: %s%s%s\n", r->file, r->sheet, *r->sheet ? ":" : "", r->column,
			r->row, r->member, *r->member ? ": " : "", r->reason);
}

static void show_row(void *arg, const struct import_report *r)
{
	static const char *const words[] = {"added", "changed", "unchanged", "ended", "skipped"};

	bar_clear(arg);
	if (r->what == IMPORT_UNCHANGED)
		return;
	fprintf(stderr, "%s:%s%s%zu: %s %s %s\n", r->file, r->sheet, *r->sheet ? ":" : "", r->row,
		words[r->what], r->id, r->name);
	for (size_t i = 0; i < r->change_count; i++)
		fprintf(stderr, "  %s: \"%.200s\" -> \"%.200s\"\n", r->changes[i].member,
			r->changes[i].before, r->changes[i].after);
}

static void show_progress(void *arg, size_t done, size_t all)
{
	struct show *s = arg;
	int64_t now = clock_monotonic_us();
	int filled = all ? (int)((double)done / (double)all * BAR_WIDTH) : 0;

	if (!s->terminal || now - s->begun_us < BAR_AFTER_US || now - s->drawn_us < BAR_EVERY_US)
		return;
	s->drawn = true;
	s->drawn_us = now;
	fprintf(stderr, "\r[");
	for (int i = 0; i < BAR_WIDTH; i++)
		putc(i < filled ? '#' : ' ', stderr);
	fprintf(stderr, "] %3d %%", filled * 100 / BAR_WIDTH);
}

static void print_counts(const struct import_counts *c, bool json, bool dry_run)
{
	const struct {
		const char *name;
		size_t count;
	} rows[] = {{"rows", c->rows}, {"added", c->added}, {"changed", c->changed}, {"ended", c->ended},
		{"unchanged", c->unchanged}, {"skipped", c->skipped}, {"refused", c->refused},
		{"asks_added", c->asks_added}, {"unclear_fees", c->unclear_fees}};

	if (json)
		printf("{\"dry_run\":%s", dry_run ? "true" : "false");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		printf(json ? ",\"%s\":%zu" : "%-13s %8zu\n", rows[i].name, rows[i].count);
	if (json)
		puts("}");
	else if (dry_run)
		puts("dry run: nothing was kept");
}

static void audit(const struct import_options *o, const struct paths *paths, const struct import_counts *n)
{
	const char *slash = strrchr(paths->items[0], '/');
	char detail[200];

	snprintf(detail, sizeof detail, "{\"files\":%zu,\"added\":%zu,\"changed\":%zu,\"ended\":%zu,\"drafts\":%s}",
		paths->count, n->added, n->changed, n->ended, o->as_drafts ? "true" : "false");
	cli_audit_beside(o->database, "import", slash ? slash + 1 : paths->items[0], detail);
}

static int import(struct import_options *o, struct paths *paths, bool json)
{
	struct show show = {.terminal = isatty(STDERR_FILENO), .begun_us = clock_monotonic_us()};
	struct import_counts counts = {0};
	struct why why = {""};
	enum err err;

	o->refused_cb = show_refusal;
	o->progress_cb = show_progress;
	o->arg = &show;
	err = import_files(o, paths->items, paths->count, &counts, &why);
	bar_clear(&show);
	if (show.refusals > REFUSALS_SHOWN)
		fprintf(stderr, "and %zu more\n", show.refusals - REFUSALS_SHOWN);
	if (err == OK || err == ERR_FORMAT)
		print_counts(&counts, json, o->dry_run);
	if (err == OK && !o->dry_run)
		audit(o, paths, &counts);
	return err == OK ? EXIT_DONE : cli_fail(&why);
}

int cmd_import(int argc, char **argv)
{
	static const char usage[] =
		"import [--dry-run] [--changes] [--drafts] [--bare] [--unit CODE] [--sheet NAME]"
		" [--valid-from DATE] [-c FILE] [--data DIR] [--json] FILE...";
	static const char help[] =
		"Reads records and ways of asking from JSONL, CSV and XLSX files (a folder: its *.jsonl) "
		"into\n"
		"the knowledge, all or nothing. What is there already and did not change stays as it is.\n"
		"Columns of a table are known by their headers (knowledge/words/columns.tsv); what a table "
		"has\n"
		"no column for stays as it is. export --template KIND makes one to fill in.\n"
		"A knowledge that is not there yet begins with the starter content, unless --bare.";
	const char *path = NULL, *data = NULL, *unit = NULL;
	const char *sheet = NULL, *valid_from = NULL;
	bool dry_run = false, bare = false, json = false, changes = false, drafts = false, done;
	const struct cli_option options[] = {
		{"--dry-run", NULL, "check and count everything, keep nothing", NULL, &dry_run},
		{"--changes", NULL, "tell each row that adds, changes or ends something", NULL, &changes},
		{"--drafts", NULL, "rows wait for approval in the console", NULL, &drafts},
		{"--bare", NULL, "begin with nothing, not with the starter content", NULL, &bare},
		{"--unit", "CODE", "the rows hold for this administrative unit", &unit, NULL},
		{"--sheet", "NAME", "the only sheet of an XLSX to read", &sheet, NULL},
		{"--valid-from", "DATE", "first day (2027-01-01) of rows that name none, instead of today",
			&valid_from, NULL},
		{"-c", "FILE", "configuration", &path, NULL},
		{"--data", "DIR", "folder of knowledge.db, instead of a configuration", &data, NULL},
		{"--json", NULL, "counts as one JSON object", NULL, &json},
		{0},
	};
	struct paths paths = {0};
	struct why why = {""};
	const char *database;
	int at, code;

	at = cli_parse(argc, argv, usage, help, options, &done, &code);
	if (done)
		return code;
	if (at >= argc) {
		fprintf(stderr, "motcua: no file to import\nusage: motcua %s\n", usage);
		return EXIT_USAGE;
	}
	arena_init(&paths.arena, PATHS_BYTES_MAX);
	database = cli_knowledge(path, data, &paths.arena);
	code = EXIT_USAGE;
	if (database) {
		struct import_options o = {.database = database,
			.unit = unit,
			.author = "import",
			.dry_run = dry_run,
			.as_drafts = drafts,
			.sheet = sheet,
			.valid_from = valid_from,
			.row_cb = changes ? show_row : NULL,
			.now_ms = clock_now_ms()};

		enum err err = paths_expand(&paths, argv + at, argc - at, &why);

		if (err == OK && !bare && !dry_run)
			err = starter_knowledge(database, &why);
		code = err == OK ? import(&o, &paths, json) : cli_fail(&why);
	}
	arena_release(&paths.arena);
	return code;
}
