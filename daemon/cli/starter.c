#include "daemon/cli/starter.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/share.h"
#include "knowledge/import.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONTENT_FILES_MAX 256
#define PATHS_ARENA ((size_t)1 << 20)

static int is_jsonl(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 6 && strcmp(entry->d_name + len - 6, ".jsonl") == 0;
}

static enum err content_files(struct arena *a, const char **paths, size_t *ret_count, struct why *why)
{
	const char *folder;
	struct dirent **entries;
	size_t count = 0;
	int found;
	enum err err = share_path(a, "knowledge/content", &folder, why);

	if (err != OK)
		return err;
	found = scandir(folder, &entries, is_jsonl, alphasort);
	if (found < 0)
		return why_set(why, ERR_IO, "could not read \"%s\": %s", folder, strerror(errno));
	for (int i = 0; i < found; i++) {
		if (count < CONTENT_FILES_MAX &&
			(paths[count] = arena_printf(a, "%s/%s", folder, entries[i]->d_name)))
			count++;
		free(entries[i]);
	}
	free(entries);
	*ret_count = count;
	return count == (size_t)found
		       ? OK
		       : why_set(why, ERR_NOMEM, "could not read \"%s\": out of memory", folder);
}

/* Made beside and renamed when complete: a start that is interrupted leaves nothing half done. */
static enum err starter_import(struct arena *a, const char *path, struct why *why)
{
	const char *paths[CONTENT_FILES_MAX], *fresh = arena_printf(a, "%s.new", path);
	struct import_counts counts = {0};
	struct import_options o = {.database = fresh, .author = "motcua", .now_ms = clock_now_ms()};
	size_t count = 0;
	enum err err = fresh ? content_files(a, paths, &count, why) : ERR_NOMEM;

	if (err != OK)
		return err;
	unlink(fresh);
	err = import_files(&o, paths, count, &counts, why);
	if (err == OK && rename(fresh, path) != 0)
		err = why_set(why, ERR_IO, "could not name \"%s\": %s", path, strerror(errno));
	if (err != OK)
		unlink(fresh);
	else
		log_info("knowledge=\"%s\" made from the starter content, records=%zu", path, counts.added);
	return err;
}

enum err starter_knowledge(const char *path, struct why *why)
{
	struct arena arena;
	enum err err;

	if (access(path, F_OK) == 0)
		return OK;
	arena_init(&arena, PATHS_ARENA);
	err = starter_import(&arena, path, why);
	arena_release(&arena);
	return err;
}
