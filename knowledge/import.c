/* import.c - files → rows → versions and what is ours, in one transaction.
 *
 * Every row is parsed, checked and written; then the index takes up what changed; then everything is
 * committed, and nothing before. A refused row is told to refused_cb and the rest is still checked, but
 * nothing is kept; neither is after a dry run, a file that cannot be read, a full disk, or spent memory. A
 * second import waits for the first, at most ten seconds, then says that the database is busy. */
#include "daemon/base/clock.h"
#include "knowledge/day.h"
#include "knowledge/deed.h"
#include "knowledge/import_internal.h"
#include "knowledge/index.h"
#include "knowledge/lines.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROGRESS_EVERY 64
#define FIRST_HALF 2 /* reading rows is one half of the work, the index the other */

enum err import_columns(struct import *im)
{
	return im->columns ? OK : columns_open(&im->columns, im->why);
}

void import_tell_progress(struct import *im, size_t done)
{
	if (im->options->progress_cb)
		im->options->progress_cb(im->options->arg, done, im->bytes_all);
}

static enum err take_text(
	struct import *im, const struct import_place *place, const struct line *line, struct flaw *flaw)
{
	struct import_row row;
	enum err err;

	if (line->too_long)
		return flaw_set(flaw, "", "is longer than %zu bytes", ROW_BYTES_MAX);
	err = import_row_parse(&im->arena, line->text, line->len, &row, flaw);
	return err == OK ? import_write(im, place, &row, NULL, flaw) : err;
}

static enum err take_line(struct import *im, const struct lines *l, const struct line *line)
{
	const struct import_place place = {.file = l->path, .sheet = "", .row = l->number};
	struct flaw flaw = {"", ""};
	enum err err;

	if (!line->too_long && line->text[strspn(line->text, " \t")] == '\0' &&
		strlen(line->text) == line->len)
		return OK; /* an empty line */
	im->counts.rows++;
	arena_reset(&im->arena);
	err = take_text(im, &place, line, &flaw);
	if (err == ERR_FORMAT) {
		import_refuse(im, &place, "", &flaw);
		return OK;
	}
	if (err != OK)
		why_set(im->why, err, "could not import %s:%zu: %s", l->path, l->number,
			err == ERR_STORE || err == ERR_IO ? sqlite3_errmsg(im->kdb->db) : err_words(err));
	return err;
}

static enum err take_lines(struct import *im, const char *path)
{
	struct lines l;
	struct line line;
	enum err err = lines_open(&l, path, ROW_BYTES_MAX, im->why);

	while (err == OK) {
		err = lines_next(&l, &line, im->why);
		if (err != OK || !line.text)
			break;
		err = take_line(im, &l, &line);
		if (l.number % PROGRESS_EVERY == 0)
			import_tell_progress(im, (im->bytes_before + l.bytes_done) / FIRST_HALF);
	}
	lines_close(&l);
	return err;
}

/* A text that begins like no JSON is still told as JSONL when it is called so. */
static bool is_called_jsonl(const char *path)
{
	size_t len = strlen(path);

	return len > 6 && strcmp(path + len - 6, ".jsonl") == 0;
}

static enum err take_file(struct import *im, const char *path)
{
	struct stat st;
	size_t size = stat(path, &st) == 0 ? (size_t)st.st_size : 0;
	enum book_format format = BOOK_JSONL;
	enum err err = is_called_jsonl(path) ? OK : book_format_of(path, &format, im->why);

	if (err == OK)
		err = format == BOOK_JSONL ? take_lines(im, path) : import_table(im, path, format, size);
	im->bytes_before += size;
	return err;
}

static void index_progress(void *arg, size_t done, size_t all)
{
	struct import *im = arg;
	size_t half = im->bytes_all / FIRST_HALF;

	import_tell_progress(
		im, half + (size_t)((double)done / (double)all * (double)(im->bytes_all - half)));
}

const char *import_counts_json(struct arena *a, const struct import_counts *n, int64_t number)
{
	const char *import = number ? arena_printf(a, "\"import\":%lld,", (long long)number) : "";

	return import ? arena_printf(a,
				"{%s\"rows\":%zu,\"added\":%zu,\"changed\":%zu,\"unchanged\":%zu,\"ended\":%"
				"zu,\"refused\":%zu,"
				"\"asks_added\":%zu,\"skipped\":%zu,\"unclear_fees\":%zu}",
				import, n->rows, n->added, n->changed, n->unchanged, n->ended, n->refused,
				n->asks_added, n->skipped, n->unclear_fees)
		      : NULL;
}

static enum err tell_deed(struct import *im)
{
	const struct import_deed *deed = &im->options->deed;
	const char *detail;

	if (!deed->what)
		return OK;
	arena_reset(&im->arena);
	detail = import_counts_json(&im->arena, &im->counts, deed->number);
	return detail ? deed_add(im->kdb, &(struct deed){.time_ms = clock_now_ms(),
						  .who = im->options->author,
						  .what = deed->what,
						  .object = deed->object,
						  .detail = detail})
		      : ERR_NOMEM;
}

static enum err finish(struct import *im)
{
	enum err err;

	if (im->counts.refused)
		return why_set(im->why, ERR_FORMAT,
			"nothing was imported: %zu of %zu rows refused, the first is %s", im->counts.refused,
			im->counts.rows, im->first_refusal.text);
	if (im->options->dry_run)
		return OK;
	err = index_settle(im->kdb, index_progress, im);
	if (err == OK)
		err = tell_deed(im);
	if (err == OK)
		err = kdb_run(im->kdb, KDB_COMMIT, "");
	if (err != OK)
		return kdb_why(im->kdb, err, "write", im->why);
	import_tell_progress(im, im->bytes_all);
	sqlite3_wal_checkpoint_v2(im->kdb->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return OK;
}

static enum err run(struct import *im, const char *const *paths, size_t path_count)
{
	enum err err = im->options->row_cb ? import_columns(im) : OK;

	if (err != OK)
		return err;
	err = kdb_run(im->kdb, KDB_BEGIN, "");
	if (err == OK)
		err = kdb_run(im->kdb, KDB_SEEN_TABLE, "");
	if (err == OK)
		err = index_begin(im->kdb);
	if (err != OK)
		return kdb_why(im->kdb, err, "write", im->why);
	for (size_t i = 0; i < path_count && err == OK; i++)
		err = take_file(im, paths[i]);
	return err == OK ? finish(im) : err;
}

static enum err open_database(struct import *im)
{
	const char *path = im->options->database;
	bool scratch = im->options->dry_run && access(path, F_OK) != 0;
	enum kdb_mode mode = scratch ? KDB_SCRATCH : im->options->brief ? KDB_BRIEF : KDB_WRITE;
	enum err err = kdb_open(path, mode, &im->kdb, im->why);

	if (err == OK && im->options->wait_ms)
		sqlite3_busy_timeout(im->kdb->db, (int)im->options->wait_ms);
	return err;
}

enum err import_files(const struct import_options *o, const char *const *paths, size_t path_count,
	struct import_counts *ret_counts, struct why *why)
{
	struct import im = {.options = o, .why = why};
	struct stat st;
	enum err err;

	if (o->valid_from && !day_is(o->valid_from))
		return why_set(why, ERR_FORMAT, "cannot import from \"%s\" on: it is no day like 2026-11-21",
			o->valid_from);
	clock_date(o->now_ms, im.today);
	im.origin =
		(struct version_origin){"", o->valid_from ? o->valid_from : im.today, o->author, o->now_ms};
	arena_init(&im.arena, ROW_ARENA_MAX);
	for (size_t i = 0; i < path_count; i++)
		im.bytes_all += stat(paths[i], &st) == 0 ? (size_t)st.st_size : 0;
	err = open_database(&im);
	if (err == OK) {
		err = run(&im, paths, path_count);
		if (!sqlite3_get_autocommit(im.kdb->db))
			kdb_run(im.kdb, KDB_ROLLBACK, "");
	}
	*ret_counts = im.counts;
	kdb_close(im.kdb);
	columns_close(im.columns);
	arena_release(&im.arena);
	return err;
}
