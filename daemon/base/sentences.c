#include "daemon/base/sentences.h"

#include "daemon/base/share.h"

#include <stdlib.h>
#include <string.h>

#define FILE_MAX ((size_t)64 * 1024)
#define SENTENCES_MAX 512

struct sentences {
	struct arena arena;
	struct {
		const char *name, *text;
	} items[SENTENCES_MAX];
	size_t count;
};

static size_t find(const struct sentences *s, const char *name)
{
	size_t i = 0;

	while (i < s->count && strcmp(s->items[i].name, name) != 0)
		i++;
	return i;
}

bool sentence_known(const struct sentences *s, const char *name)
{
	return find(s, name) < s->count;
}

const char *sentence(const struct sentences *s, const char *name)
{
	size_t i = find(s, name);

	if (i == s->count)
		i = find(s, "failed");
	return i < s->count ? s->items[i].text : "";
}

static enum err line_take(struct sentences *s, const char *file, char *line, int number, struct why *why)
{
	char *equals = strstr(line, " = ");

	if (!*line || line[0] == '#')
		return OK;
	if (!equals || equals == line || !equals[3])
		return why_set(why, ERR_FORMAT, "%s:%d: this line is no name = sentence", file, number);
	*equals = '\0';
	if (sentence_known(s, line))
		return why_set(why, ERR_FORMAT, "%s:%d: \"%s\" is there already", file, number, line);
	if (s->count == SENTENCES_MAX)
		return why_set(why, ERR_LIMIT, "%s: more than %d sentences", file, SENTENCES_MAX);
	s->items[s->count].name = line;
	s->items[s->count++].text = equals + 3;
	return OK;
}

enum err sentences_load(const char *name, struct sentences **ret_sentences, struct why *why)
{
	struct sentences *s = calloc(1, sizeof *s);
	struct bytes file = {NULL, 0};
	const char *path;
	char *text, *line;
	int number = 0;
	enum err err;

	if (!s)
		return why_set(why, ERR_NOMEM, "could not read %s: out of memory", name);
	arena_init(&s->arena, 4 * FILE_MAX);
	err = share_path(&s->arena, name, &path, why);
	if (!err)
		err = share_read_file(&s->arena, path, FILE_MAX, &file, why);
	text = err ? NULL : arena_copy(&s->arena, file.ptr, file.len);
	if (!err && !text)
		err = why_set(why, ERR_NOMEM, "could not read %s: out of memory", name);
	while (!err && (line = strsep(&text, "\n")))
		err = line_take(s, name, line, ++number, why);
	if (err)
		sentences_free(s);
	else
		*ret_sentences = s;
	return err;
}

void sentences_free(struct sentences *s)
{
	if (!s)
		return;
	arena_release(&s->arena);
	free(s);
}
