/* cmd_restore.c - motcua restore FILE: the databases of a backup take the place of today's. */
#include "daemon/cli/archive.h"
#include "daemon/cli/cli.h"
#include "daemon/store/store.h"

#include <stdio.h>
#include <unistd.h>

static const char usage[] = "restore FILE [-c FILE] [--data DIR]";
static const char help[] = "Puts the databases of a backup in place of today's. The daemon must be stopped. "
			   "FILE is checked before\n"
			   "anything is changed. What came after the backup is lost: platforms repeat "
			   "webhooks for a day at most.";

/* Each file of the backup was written beside its database as NAME.restored; from there it is verified and moved in. */
static enum err put_in_place(const char *const *databases, const struct archive_file *files, struct why *why)
{
	enum err err = OK;

	for (size_t i = 0; i < 2 && !err; i++) {
		if (!files[i].there)
			continue;
		err = store_restore(files[i].path, databases[i], why);
		if (!err)
			printf("restored %s\n", files[i].name);
	}
	return err;
}

static int restore(const char *const *databases, const char *from, struct arena *a)
{
	struct archive_file files[] = {{"state.db", arena_printf(a, "%s.restored", databases[0]), false},
		{"knowledge.db", arena_printf(a, "%s.restored", databases[1]), false}};
	struct why why = {""};
	enum err err;

	if (!files[0].path || !files[1].path)
		return cli_fail(&why);
	err = archive_read(from, files, 2, &why);
	if (!err)
		err = put_in_place(databases, files, &why);
	unlink(files[0].path);
	unlink(files[1].path);
	return err ? cli_fail(&why) : EXIT_DONE;
}

int cmd_restore(int argc, char **argv)
{
	return cli_databases(argc, argv, usage, help, restore);
}
