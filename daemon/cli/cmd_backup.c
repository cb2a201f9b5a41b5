/* cmd_backup.c - motcua backup FILE: both databases, verified, in one tar. */
#include "daemon/cli/archive.h"
#include "daemon/cli/cli.h"
#include "daemon/store/store.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char usage[] = "backup FILE [-c FILE] [--data DIR]";
static const char help[] =
	"Copies state.db and knowledge.db, each as it is at one moment, while the daemon may run; checks "
	"the\n"
	"copies; and writes them into FILE, a plain tar with SHA256SUMS in it, readable by its owner only.\n"
	"Keep FILE as safe as the secrets: it holds access tokens. A Zalo refresh token works once, so "
	"after\n"
	"restoring a backup older than the last renewal (they come daily) an administrator must consent "
	"anew.";

/* Each database there is → its copy beside `to`. */
static enum err copy_databases(
	const char *const *databases, struct archive_file *files, size_t *ret_count, struct why *why)
{
	enum err err = OK;

	*ret_count = 0;
	for (size_t i = 0; i < 2 && !err; i++) {
		if (access(databases[i], F_OK) != 0)
			continue; /* never imported, or never started */
		files[*ret_count] = files[i];
		err = store_backup(databases[i], files[*ret_count].path, why);
		++*ret_count;
	}
	if (!err && *ret_count == 0)
		err = why_set(why, ERR_NOT_FOUND, "could not back up: there is no \"%s\"", databases[0]);
	return err;
}

static int backup(const char *const *databases, const char *to, struct arena *a)
{
	struct archive_file files[] = {{"state.db", arena_printf(a, "%s.state", to), false},
		{"knowledge.db", arena_printf(a, "%s.knowledge", to), false}};
	struct why why = {""};
	size_t count = 0;
	enum err err;

	if (!files[0].path || !files[1].path)
		return cli_fail(&why);
	err = copy_databases(databases, files, &count, &why);
	if (!err)
		err = archive_write(to, files, count, &why);
	for (size_t i = 0; i < count; i++)
		unlink(files[i].path);
	if (err)
		return cli_fail(&why);
	for (size_t i = 0; i < count; i++)
		printf("saved %s\n", files[i].name);
	return EXIT_DONE;
}

int cmd_backup(int argc, char **argv)
{
	return cli_databases(argc, argv, usage, help, backup);
}
