/* import.c - files → rows → versions and what is ours, in one transaction.
 *
 * Every row is parsed, checked and written; then the index takes up what changed; then everything is
 * committed, and nothing before. A refused row is told to refused_cb and the rest is still checked, but
 * nothing is kept; neither is after a dry run, a file that cannot be read, a full disk, or spent memory. A
 * second import waits for the first, at most ten seconds, then says that the database is busy. */
#include "knowledge/import.h"

#include "daemon/base/clock.h"
#include "knowledge/import_row.h"
#include "knowledge/index.h"
#include "knowledge/lines.h"
#include "knowledge/own.h"
#include "knowledge/version.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROGRESS_EVERY 64
#define FIRST_HALF 2 /* reading rows is one half of the work, the index the other */

struct import {
	const struct import_options *options;
	struct kdb *kdb;
	struct arena arena; /* of the row in hand */
	struct version_origin origin;
	char today[11];
	struct import_counts counts;
	struct why *why;
	struct why first_refusal;
	size_t bytes_before, bytes_all; /* of the files before this one; of all */
};

static void refuse(struct import *im, const struct lines *l, const struct flaw *flaw)
{
	struct import_refusal refusal = {.file = l->path,
		.sheet = "",
		.row = l->number,
		.column = "",
		.member = flaw->member,
		.reason = flaw->reason};

	if (im->counts.refused++ == 0)
		why_set(&im->first_refusal, ERR_FORMAT, "%s:%zu: %s%s%s", l->path, l->number, flaw->member,
			*flaw->member ? ": " : "", flaw->reason);
	if (im->options->refused_cb)
		im->options->refused_cb(im->options->arg, &refusal);
}

/* The unit the row is for: the option's, or its own when there is none. */
static enum err row_unit(
	const struct import *im, const struct import_row *row, const char **ret_unit, struct flaw *flaw)
{
	const char *option = im->options->unit ? im->options->unit : "";

	if (row->unit && *option && strcmp(row->unit, option) != 0)
		return flaw_set(flaw, "unit", "says %s, but the import is for %s", row->unit, option);
	*ret_unit = row->unit ? row->unit : option;
	return OK;
}

static void count_fees(struct import *im, const struct record *record)
{
	for (size_t i = 0; i < record->submission_count; i++) {
		if (record->submissions[i].money.unclear) {
			im->counts.unclear_fees++;
			return;
		}
	}
}

static void count(struct import_counts *c, enum version_done done)
{
	switch (done) {
	case VERSION_UNCHANGED: c->unchanged++; break;
	case VERSION_ADDED: c->added++; break;
	case VERSION_CHANGED: c->changed++; break;
	case VERSION_ENDED: c->ended++; break;
	}
}

static enum err write_record(struct import *im, const struct import_row *row, struct flaw *flaw)
{
	enum version_done done;
	enum err err = row_unit(im, row, &im->origin.unit, flaw);

	if (err != OK)
		return err;
	if (!row->valid_from && row->valid_to && strcmp(row->valid_to, im->today) <= 0)
		return flaw_set(flaw, "valid_to", "has passed, and valid_from is missing");
	err = kdb_run(im->kdb, KDB_SEEN_ADD, "ssi", row->record.id, im->origin.unit, (int64_t)row->partial);
	if (err == ERR_EXISTS)
		return flaw_set(flaw, row->record.code ? "code" : "id", "stands twice in this import");
	if (err == OK)
		err = version_put(im->kdb, row, &im->origin, &done);
	if (err == ERR_EXISTS)
		return flaw_set(flaw, "id", "is there as a record of another kind");
	if (err == OK) {
		count(&im->counts, done);
		count_fees(im, &row->record);
	}
	return err;
}

/* A unit may stand twice in an import, with the starter content, but must say the same. */
static enum err write_place(struct import *im, const struct unit_row *place, struct flaw *flaw)
{
	const char *id = arena_printf(&im->arena, "unit:%s", place->code);
	enum unit_done done;
	enum err seen, err;

	if (!id)
		return ERR_NOMEM;
	seen = kdb_run(im->kdb, KDB_SEEN_ADD, "ssi", id, place->old ? place->old : "", (int64_t)0);
	if (seen != OK && seen != ERR_EXISTS)
		return seen;
	err = unit_put(im->kdb, &im->arena, place, &done, flaw);
	if (err != OK)
		return err;
	if (seen == ERR_EXISTS && done != UNIT_UNCHANGED)
		return flaw_set(
			flaw, place->old ? "old" : "code", "stands twice in this import, and differs");
	im->counts.added += done == UNIT_ADDED;
	im->counts.changed += done == UNIT_CHANGED;
	im->counts.unchanged += done == UNIT_UNCHANGED;
	return OK;
}

static enum err write_row(struct import *im, const struct import_row *row, struct flaw *flaw)
{
	enum err err;

	if (row->is_place)
		return write_place(im, &row->place, flaw);
	err = row->asks_only ? OK : write_record(im, row, flaw);

	for (size_t i = 0; i < row->id_count && err == OK; i++) {
		size_t added = 0;

		err = own_add(im->kdb, &im->arena, row->ids[i], row, im->options->author, &added);
		im->counts.asks_added += added;
	}
	return err;
}

static enum err take_line(struct import *im, const struct lines *l, const struct line *line)
{
	struct import_row row;
	struct flaw flaw = {"", ""};
	enum err err;

	if (!line->too_long && line->text[strspn(line->text, " \t")] == '\0' &&
		strlen(line->text) == line->len)
		return OK; /* an empty line */
	im->counts.rows++;
	arena_reset(&im->arena);
	if (line->too_long)
		err = flaw_set(&flaw, "", "is longer than %zu bytes", ROW_BYTES_MAX);
	else
		err = import_row_parse(&im->arena, line->text, line->len, &row, &flaw);
	if (err == OK)
		err = write_row(im, &row, &flaw);
	if (err == ERR_FORMAT) {
		refuse(im, l, &flaw);
		return OK;
	}
	if (err != OK)
		why_set(im->why, err, "could not import %s:%zu: %s", l->path, l->number,
			err == ERR_STORE || err == ERR_IO ? sqlite3_errmsg(im->kdb->db) : err_words(err));
	return err;
}

static void progress(struct import *im, size_t done, size_t all)
{
	if (im->options->progress_cb)
		im->options->progress_cb(im->options->arg, done, all);
}

static enum err take_file(struct import *im, const char *path)
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
			progress(im, (im->bytes_before + l.bytes_done) / FIRST_HALF, im->bytes_all);
	}
	im->bytes_before += l.bytes_all;
	lines_close(&l);
	return err;
}

static void index_progress(void *arg, size_t done, size_t all)
{
	struct import *im = arg;
	size_t half = im->bytes_all / FIRST_HALF;

	progress(im, half + (size_t)((double)done / (double)all * (double)(im->bytes_all - half)),
		im->bytes_all);
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
		err = kdb_run(im->kdb, KDB_COMMIT, "");
	if (err != OK)
		return kdb_why(im->kdb, err, "write", im->why);
	progress(im, im->bytes_all, im->bytes_all);
	sqlite3_wal_checkpoint_v2(im->kdb->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return OK;
}

static enum err run(struct import *im, const char *const *paths, size_t path_count)
{
	enum err err = kdb_run(im->kdb, KDB_BEGIN, "");

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

	enum err err = kdb_open(path, scratch ? KDB_SCRATCH : KDB_WRITE, &im->kdb, im->why);

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

	if (o->as_drafts)
		return why_set(why, ERR_FORMAT, "cannot import drafts yet");
	clock_date(o->now_ms, im.today);
	im.origin = (struct version_origin){"", im.today, o->author, o->now_ms};
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
	arena_release(&im.arena);
	return err;
}
