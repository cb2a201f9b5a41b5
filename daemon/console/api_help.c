/* api_help.c - help pages: the files of daemon/console/web/help, NN-name.md each, in order of their names. The first line is
 * the title. */
#include "daemon/base/share.h"
#include "daemon/console/call.h"
#include "daemon/console/desk.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

enum err api_help_list(struct call *c);
enum err api_help_get(struct call *c);

#define HELP_MAX ((size_t)128 * 1024)

static int is_help(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 3 && strcmp(entry->d_name + len - 3, ".md") == 0 && entry->d_name[0] != '.';
}

static enum err help_read(struct call *c, const char *name, struct bytes *ret_text)
{
	const char *path = arena_printf(&c->arena, "%s/help/%s.md", c->desk->console->web_dir, name);

	return path ? share_read_file(&c->arena, path, HELP_MAX, ret_text, NULL) : ERR_NOMEM;
}

static const char *title_of(struct arena *a, const char *text)
{
	text += strspn(text, "# ");
	return arena_copy(a, text, strcspn(text, "\r\n"));
}

static void put_help(struct call *c, cJSON *items, const char *file)
{
	const char *name = arena_copy(&c->arena, file, strlen(file) - 3);
	struct bytes text;
	cJSON *item;

	if (!name || help_read(c, name, &text) != OK)
		return;
	item = list_object(items);
	put_text(item, "name", name);
	put_text(item, "title", title_of(&c->arena, text.ptr));
}

enum err api_help_list(struct call *c)
{
	const char *folder = arena_printf(&c->arena, "%s/help", c->desk->console->web_dir);
	struct dirent **entries;
	cJSON *items = put_list(c->json, "items");
	int count = folder ? scandir(folder, &entries, is_help, alphasort) : -1;

	for (int i = 0; i < count; i++) {
		put_help(c, items, entries[i]->d_name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	put_number(c->json, "total", cJSON_GetArraySize(items));
	return OK;
}

enum err api_help_get(struct call *c)
{
	const char *name = c->param[0];
	struct bytes text;

	if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") != strlen(name) ||
		help_read(c, name, &text) != OK)
		return ERR_NOT_FOUND;
	put_text(c->json, "name", name);
	put_text(c->json, "title", title_of(&c->arena, text.ptr));
	put_text(c->json, "text", text.ptr);
	return OK;
}
