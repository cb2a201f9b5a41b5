#include "tests/support/store_fixture.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

void store_fixture_folder(char ret_folder[64])
{
	snprintf(ret_folder, 64, "/tmp/motcua-test-XXXXXX");
	assert_non_null(mkdtemp(ret_folder));
}

void store_fixture_remove(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[512];

	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		unlink(path);
	}
	if (dir)
		closedir(dir);
	rmdir(folder);
}

static void both_open(struct store_fixture *f)
{
	struct store_options o = {.path = f->path, .queue_max = 256};
	struct why why = {""};

	if (store_open(&o, &f->store, &why) != OK || store_reader_open(f->path, &f->reader, &why) != OK)
		fail_msg("%s", why.text);
}

static void both_close(struct store_fixture *f)
{
	store_reader_close(f->reader);
	store_close(f->store);
}

int store_fixture_up(void **state)
{
	struct store_fixture *f = calloc(1, sizeof *f);

	assert_non_null(f);
	store_fixture_folder(f->folder);
	snprintf(f->path, sizeof f->path, "%s/state.db", f->folder);
	arena_init(&f->arena, (size_t)16 << 20);
	both_open(f);
	*state = f;
	return 0;
}

int store_fixture_down(void **state)
{
	struct store_fixture *f = *state;

	both_close(f);
	arena_release(&f->arena);
	store_fixture_remove(f->folder);
	free(f);
	return 0;
}

void store_fixture_reopen(struct store_fixture *f)
{
	both_close(f);
	both_open(f);
}
