/* import_task.c - one import from its row in state.db to its end:
 *   begin       row "running", audit line, task in hand        (handler's thread)
 *   run         import_files(); each row to the rows file      (background thread)
 *   end         state, counts, a sentence when it failed; the upload goes once it was taken over
 * Killed in between: knowledge.db has all of it, and says so (deeds.h), or nothing; imports_open() ends the row. */
#include "daemon/console/import_task.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/console/deeds.h"
#include "daemon/console/desk.h"
#include "daemon/base/sentences.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TASK_ARENA ((size_t)4 << 20)
#define SENTENCE_ARENA ((size_t)1 << 14)
#define ROW_BYTES_MAX 65536 /* of one row's line: longer differences are cut to their members */

/* --- What each row did --- */

struct rows {
	FILE *out;
	const struct refusals *refusals;
	bool failed;
};

static const char *what_word(enum import_what what)
{
	switch (what) {
	case IMPORT_ADDED: return "added";
	case IMPORT_CHANGED: return "changed";
	case IMPORT_ENDED: return "ended";
	case IMPORT_UNCHANGED: return "unchanged";
	default: return "skipped";
	}
}

static void row_write(struct rows *r, const char *what, cJSON *row)
{
	char *text = cJSON_PrintUnformatted(row);

	/* The word stands first: whoever reads the file need not parse what is of another. */
	if (!text || fprintf(r->out, "%s %s\n", what, text) < 0)
		r->failed = true;
	cJSON_free(text);
	cJSON_Delete(row);
}

static void put_change_list(cJSON *row, const struct import_report *report)
{
	cJSON *list = put_list(row, "changes");
	size_t bytes = 0;

	for (size_t i = 0; i < report->change_count; i++) {
		const struct import_change *change = &report->changes[i];
		cJSON *item = list_object(list);

		put_text(item, "member", change->member);
		put_text(item, "label", change->label);
		bytes += strlen(change->before) + strlen(change->after);
		if (bytes < ROW_BYTES_MAX) {
			put_text(item, "before", change->before);
			put_text(item, "after", change->after);
		}
	}
}

static void row_taken(void *arg, const struct import_report *report)
{
	struct imports *i = arg;
	struct rows *r = i->rows;
	cJSON *row;

	if (!r || report->what == IMPORT_UNCHANGED)
		return;
	row = cJSON_CreateObject();
	put_text(row, "what", what_word(report->what));
	put_text(row, "sheet", report->sheet);
	put_number(row, "row", (int64_t)report->row);
	put_text(row, "id", report->id);
	put_text(row, "name", report->name);
	put_bool(row, "hidden", report->hidden);
	if (report->left_out)
		put_bool(row, "left_out", true);
	put_change_list(row, report);
	row_write(r, what_word(report->what), row);
}

/* What a row has where its columns are known; without "text" it is too long to be mended here. */
static void put_cells(cJSON *row, const struct import_refusal *refusal)
{
	cJSON *list = put_list(row, "cells");
	size_t bytes = 0;

	for (size_t i = 0; i < refusal->cell_count; i++) {
		const struct import_cell *cell = &refusal->cells[i];
		cJSON *item = list_object(list);

		put_text(item, "column", cell->column);
		put_text(item, "member", cell->member);
		put_text(item, "header", cell->header);
		bytes += strlen(cell->text);
		if (bytes < ROW_BYTES_MAX)
			put_text(item, "text", cell->text);
	}
}

static void row_refused(void *arg, const struct import_refusal *refusal)
{
	struct imports *i = arg;
	cJSON *row = cJSON_CreateObject();
	struct arena arena;

	arena_init(&arena, SENTENCE_ARENA);
	put_text(row, "what", "refused");
	put_text(row, "sheet", refusal->sheet);
	put_number(row, "row", (int64_t)refusal->row);
	put_text(row, "column", refusal->column);
	put_text(row, "member", refusal->member);
	put_text(row, "reason", refusals_say(i->rows->refusals, &arena, refusal->reason));
	if (refusal->cell_count)
		put_cells(row, refusal);
	row_write(i->rows, "refused", row);
	arena_release(&arena);
}

static void progress(void *arg, size_t bytes_done, size_t bytes_all)
{
	struct imports *i = arg;

	atomic_store(&i->bytes_done, bytes_done);
	atomic_store(&i->bytes_all, bytes_all);
}

/* --- Its end --- */

static enum err end_job(struct store_tx *tx, void *arg)
{
	const struct import_task *t = arg;
	enum err err = store_import_end(tx, &t->run);
	struct audit entry = {.time_ms = t->run.ended_ms,
		.who = t->run.who,
		.what = "import.end",
		.object = t->run.file,
		.detail = t->run.counts};

	return err ? err : store_audit_add(tx, &entry);
}

static const char *failure(const struct console *c, enum err err)
{
	switch (err) {
	case ERR_BUSY: return sentence(c->sentences, "import_busy");
	case ERR_DISK_FULL: return sentence(c->sentences, "disk_full");
	case ERR_CANCELED: return sentence(c->sentences, "import_stopped");
	default: return sentence(c->sentences, "failed");
	}
}

/* A table that cannot be read at all has its reason in `why`; refused rows have theirs in the rows file. */
static void outcome_set(struct console *c, struct import_task *t, enum err err,
	const struct import_counts *counts, const struct why *why)
{
	t->run.state = !err ? "done" : err == ERR_FORMAT || err == ERR_LIMIT ? "refused" : "failed";
	t->run.counts = import_counts_json(&t->arena, counts, t->run.id);
	t->run.ended_ms = clock_now_ms();
	if (!err)
		return;
	if (strcmp(t->run.state, "failed") == 0) {
		t->run.error = failure(c, err);
		log_error("console=import id=%lld: %s", (long long)t->run.id, why->text);
	} else if (!counts->refused) {
		t->run.error = arena_string(&t->arena, refusals_say(c->refusals, &t->arena, why->text));
	}
}

static void task_end(struct console *c, struct import_task *t)
{
	bool taken = strcmp(t->run.mode, "dry") != 0 && strcmp(t->run.state, "done") == 0;

	if (taken)
		deeds_settle(c, NULL); /* it says itself that it was done, whatever happens here */
	else if (store_do(c->o.store, end_job, t) != OK)
		log_error("console=import id=%lld state=%s: its end could not be written",
			(long long)t->run.id, t->run.state);
	upload_let_go(&c->uploads, t->upload, taken);
	pthread_mutex_lock(&c->imports.lock);
	t->runs = false;
	arena_release(&t->arena);
	pthread_mutex_unlock(&c->imports.lock);
}

void import_task_run(struct console *c)
{
	struct imports *i = &c->imports;
	struct import_task *t = &i->task;
	struct import_counts counts = {0};
	struct rows rows = {.refusals = c->refusals};
	struct why why = {""};
	enum err err = OK;
	bool mine;

	pthread_mutex_lock(&i->lock);
	mine = t->waits;
	t->waits = false;
	pthread_mutex_unlock(&i->lock);
	if (!mine)
		return;
	rows.out = fopen(t->rows_path, "we");
	i->rows = &rows;
	if (rows.out)
		err = import_files(&t->options, &t->path, 1, &counts, &why);
	if (!rows.out || fclose(rows.out) != 0 || rows.failed) /* the import itself stands as it is */
		log_error("console=import id=%lld: \"%s\" could not be written: %s", (long long)t->run.id,
			t->rows_path, strerror(errno));
	if (!rows.out)
		err = why_set(&why, ERR_IO, "could not write \"%s\"", t->rows_path);
	i->rows = NULL;
	console_give_back();
	outcome_set(c, t, err, &counts, &why);
	task_end(c, t);
}

/* --- Its beginning --- */

const char *import_rows_path(struct arena *a, const struct console *c, int64_t id)
{
	return arena_printf(a, "%s/import-%lld.rows", c->o.uploads_dir, (long long)id);
}

static bool mapping_copy(struct import_task *t, const struct import_options *o)
{
	struct import_mapping *mapping =
		arena_array(&t->arena, o->mapping_count ? o->mapping_count : 1, sizeof *mapping);

	for (size_t i = 0; mapping && i < o->mapping_count; i++) {
		mapping[i].header = arena_string(&t->arena, o->mapping[i].header);
		mapping[i].member = arena_string(&t->arena, o->mapping[i].member);
		if (!mapping[i].header || !mapping[i].member)
			return false;
	}
	t->options.mapping = mapping;
	return mapping != NULL;
}

static bool mends_copy(struct import_task *t, const struct import_options *o)
{
	struct import_mend *mends = arena_array(&t->arena, o->mend_count ? o->mend_count : 1, sizeof *mends);

	for (size_t i = 0; mends && i < o->mend_count; i++) {
		mends[i] = (struct import_mend){.sheet = arena_string(&t->arena, o->mends[i].sheet),
			.row = o->mends[i].row,
			.column = arena_string(&t->arena, o->mends[i].column),
			.text = arena_string(&t->arena, o->mends[i].text)};
		if (!mends[i].sheet || !mends[i].column || !mends[i].text)
			return false;
	}
	t->options.mends = mends;
	return mends != NULL;
}

static bool task_fill(struct console *c, struct import_task *t, const struct import_run *run,
	const struct import_options *o, const char *path, const char *upload)
{
	arena_init(&t->arena, TASK_ARENA);
	t->run = *run;
	t->options = *o;
	t->run.who = arena_string(&t->arena, run->who);
	t->run.file = arena_string(&t->arena, run->file);
	t->run.mode = arena_string(&t->arena, run->mode);
	t->run.unit = arena_string(&t->arena, run->unit);
	t->options.author = t->run.who;
	t->options.unit = t->run.unit;
	t->options.scope = arena_string(&t->arena, o->scope);
	t->options.sheet = arena_string(&t->arena, o->sheet);
	t->options.valid_from = arena_string(&t->arena, o->valid_from);
	t->options.database = c->o.knowledge_path;
	t->options.row_cb = row_taken;
	t->options.refused_cb = row_refused;
	t->options.progress_cb = progress;
	t->options.arg = &c->imports;
	t->options.stop = &c->imports.stop;
	t->path = arena_string(&t->arena, path);
	t->upload = arena_string(&t->arena, upload);
	return mapping_copy(t, o) && mends_copy(t, o) && t->run.who && t->run.file && t->run.mode &&
	       t->path && t->upload;
}

static enum err begin_job(struct store_tx *tx, void *arg)
{
	struct import_task *t = arg;
	enum err err = store_import_begin(tx, &t->run, &t->run.id);

	for (size_t i = 0; i < t->options.mapping_count && !err; i++)
		err = store_mapping_put(
			tx, t->options.mapping[i].header, t->options.mapping[i].member, t->run.created_ms);
	return err;
}

/* Under the lock. */
static enum err task_begin(struct call *c, struct import_task *t)
{
	cJSON *detail = cJSON_CreateObject();
	enum err err;

	put_text(detail, "mode", t->run.mode);
	put_text(detail, "unit", t->run.unit);
	if (t->options.mend_count)
		put_number(detail, "mended", (int64_t)t->options.mend_count);
	err = call_write(c, begin_job, t, "import.begin", t->run.file, detail);
	t->options.deed = (struct import_deed){"import.end", t->run.file, t->run.id};
	if (!err)
		t->rows_path = import_rows_path(&t->arena, c->desk->console, t->run.id);
	return err || t->rows_path ? err : ERR_NOMEM;
}

enum err import_task_begin(struct call *c, const struct import_run *run, const struct import_options *options,
	const char *path, const char *upload, int64_t *ret_id)
{
	struct console *console = c->desk->console;
	struct imports *i = &console->imports;
	struct import_task *t = &i->task;
	enum err err = ERR_BUSY;

	pthread_mutex_lock(&i->lock);
	if (!t->runs) {
		err = task_fill(console, t, run, options, path, upload) ? task_begin(c, t) : ERR_NOMEM;
		t->runs = t->waits = !err;
		*ret_id = t->run.id;
		atomic_store(&i->bytes_done, 0);
		atomic_store(&i->bytes_all, 0);
		if (err)
			arena_release(&t->arena);
	}
	pthread_mutex_unlock(&i->lock);
	if (!err)
		c->out->background = true;
	return err;
}

double import_task_progress(struct imports *i, int64_t id)
{
	size_t all = atomic_load(&i->bytes_all), done = atomic_load(&i->bytes_done);
	bool this;

	pthread_mutex_lock(&i->lock);
	this = i->task.runs && i->task.run.id == id;
	pthread_mutex_unlock(&i->lock);
	return !this ? 1 : all ? (double)done / (double)all : 0;
}

/* --- Start and stop --- */

static int64_t rows_of(const char *name)
{
	long long id;
	char end[6];

	return sscanf(name, "import-%lld.%5s", &id, end) == 2 && strcmp(end, "rows") == 0 ? id : 0;
}

/* Rows of all but the last imports go. */
static void rows_clean(const char *dir)
{
	DIR *folder = opendir(dir);
	struct dirent *entry;
	int64_t last = 0;

	while (folder && (entry = readdir(folder)))
		last = rows_of(entry->d_name) > last ? rows_of(entry->d_name) : last;
	if (folder)
		rewinddir(folder);
	while (folder && (entry = readdir(folder)))
		if (rows_of(entry->d_name) && rows_of(entry->d_name) <= last - IMPORT_KEPT)
			unlinkat(dirfd(folder), entry->d_name, 0);
	if (folder)
		closedir(folder);
}

static enum err cut_job(struct store_tx *tx, void *arg)
{
	return store_import_cut(tx, arg, clock_now_ms());
}

enum err imports_open(struct console *c, struct why *why)
{
	const char *words = sentence(c->sentences, "import_cut");
	bool told = access(c->o.knowledge_path, F_OK) != 0 || deeds_settle(c, NULL) == OK;
	/* What has not been asked may have been done: it is said at the next start. */
	enum err err = told ? store_do(c->o.store, cut_job, (void *)(uintptr_t)words) : OK;

	pthread_mutex_init(&c->imports.lock, NULL);
	rows_clean(c->o.uploads_dir);
	return err ? why_set(why, err, "could not end imports that were cut short: %s", err_words(err)) : OK;
}

void imports_close(struct imports *i)
{
	if (i->task.runs)
		arena_release(&i->task.arena);
	pthread_mutex_destroy(&i->lock);
}
