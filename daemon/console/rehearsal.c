#include "daemon/console/rehearsal.h"

#include "daemon/console/desk.h"
#include "knowledge/import.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void files_remove(const char *path)
{
	static const char *const endings[] = {"", "-wal", "-shm", "-journal", ".part", ".row"};
	char name[4096];

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (snprintf(name, sizeof name, "%s%s", path, endings[i]) < (int)sizeof name)
			unlink(name);
}

/* With `lock` held. */
static enum err begin(struct call *c, pthread_mutex_t *lock, const char *name, struct rehearsal *r)
{
	r->lock = lock;
	r->path = arena_printf(&c->arena, "%s/%s.db", c->o->uploads_dir, name);
	if (!r->path)
		return ERR_NOMEM;
	files_remove(r->path);
	return OK;
}

void rehearsal_close(struct rehearsal *r)
{
	bool large = r->edit != NULL;

	if (!r->lock)
		return;
	edit_close(r->edit);
	kb_close(r->kb);
	if (r->path)
		files_remove(r->path);
	if (large)
		console_give_back();
	pthread_mutex_unlock(r->lock);
	r->lock = NULL;
}

enum err rehearsal_open(struct call *c, struct rehearsal *ret_rehearsal, struct why *why)
{
	pthread_mutex_t *lock = &c->desk->console->rehearsing;
	enum err err;

	memset(ret_rehearsal, 0, sizeof *ret_rehearsal);
	pthread_mutex_lock(lock);
	err = begin(c, lock, "rehearsal", ret_rehearsal);
	if (!err)
		err = store_backup(c->o->knowledge_path, ret_rehearsal->path, why);
	if (!err)
		err = kb_open(ret_rehearsal->path, c->o->words, &ret_rehearsal->kb, why);
	return err ? err : edit_open(ret_rehearsal->path, &ret_rehearsal->edit, why);
}

static enum err file_write(const char *path, const char *text)
{
	FILE *out = fopen(path, "we");
	bool written = out && fputs(text, out) >= 0;

	if (out && fclose(out) != 0)
		written = false;
	return written ? OK : errno == ENOSPC ? ERR_DISK_FULL : ERR_IO;
}

struct refused {
	struct call *call;
	const char *member;
};

static void row_refused(void *arg, const struct import_refusal *refusal)
{
	struct refused *r = arg;

	r->member = arena_string(&r->call->arena, refusal->member);
}

enum err rehearsal_open_row(struct call *c, const char *row, const char *day, struct rehearsal *ret_rehearsal,
	const char **ret_member, struct why *why)
{
	pthread_mutex_t *lock = &c->desk->console->previewing;
	struct refused refused = {.call = c};
	struct import_options o = {.author = c->session.staff.name,
		.brief = true, /* somebody types, and pages wait behind it */
		.valid_from = day,
		.now_ms = c->now_ms,
		.refused_cb = row_refused,
		.arg = &refused};
	struct import_counts counts;
	const char *file;
	enum err err;

	memset(ret_rehearsal, 0, sizeof *ret_rehearsal);
	pthread_mutex_lock(lock); /* each takes milliseconds */
	err = begin(c, lock, "preview", ret_rehearsal);
	file = err ? NULL : arena_printf(&c->arena, "%s.row", ret_rehearsal->path);
	o.database = ret_rehearsal->path;
	if (!err)
		err = file ? file_write(file, row) : ERR_NOMEM;
	if (!err)
		err = import_files(&o, &file, 1, &counts, why);
	*ret_member = refused.member;
	return err ? err : kb_open(ret_rehearsal->path, c->o->words, &ret_rehearsal->kb, why);
}
