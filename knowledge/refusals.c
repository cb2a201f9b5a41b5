/* refusals.c - words/refusals.tsv: patterns with "%" for what changes. A malformed line is a failure that names it. */
#include "knowledge/refusals.h"

#include "daemon/base/buf.h"
#include "daemon/base/share.h"

#include <stdlib.h>
#include <string.h>

#define WORDS_FILE "knowledge/words/refusals.tsv"
#define FILE_CEILING ((size_t)1 << 18)
#define ARENA_CEILING ((size_t)1 << 20)
#define HOLES_MAX 6
#define SENTENCE_MAX ((size_t)2048)

struct refusal {
	struct refusal *next; /* in the order of the file */
	const char *pattern, *sentence;
};

struct refusals {
	struct arena arena;
	struct refusal *first, **last;
};

struct holes {
	const char *at[HOLES_MAX];
	size_t len[HOLES_MAX], count;
};

/* Each "%" stands for the shortest text up to what comes behind it; the last one, at the end, for all that is left. */
static bool fits(const char *pattern, const char *text, struct holes *h)
{
	h->count = 0;
	for (;;) {
		size_t same = strcspn(pattern, "%"), next;
		const char *found;

		if (strncmp(pattern, text, same) != 0)
			return false;
		pattern += same;
		text += same;
		if (!*pattern)
			return !*text;
		pattern++;
		next = strcspn(pattern, "%");
		found = next ? memmem(text, strlen(text), pattern, next) : text + strlen(text);
		if (!found || h->count == HOLES_MAX)
			return false;
		h->at[h->count] = text;
		h->len[h->count++] = (size_t)(found - text);
		text = found;
	}
}

static const char *fill(struct arena *a, const char *sentence, const struct holes *h)
{
	const char *filled;
	struct buf b;

	buf_init(&b, SENTENCE_MAX);
	for (; *sentence; sentence++) {
		size_t hole = sentence[0] == '%' && sentence[1] >= '1' && sentence[1] <= '9'
				      ? (size_t)(sentence[1] - '1')
				      : HOLES_MAX;

		if (hole < h->count) {
			buf_add(&b, h->at[hole], h->len[hole]);
			sentence++;
		} else {
			buf_add(&b, sentence, 1);
		}
	}
	filled = b.failed ? NULL : arena_copy(a, buf_text(&b), b.len);
	buf_release(&b);
	return filled;
}

const char *refusals_say(const struct refusals *r, struct arena *a, const char *english)
{
	for (const struct refusal *one = r->first; one; one = one->next) {
		struct holes holes;

		if (fits(one->pattern, english, &holes)) {
			const char *said = fill(a, one->sentence, &holes);

			return said ? said : english;
		}
	}
	return english;
}

static enum err take_line(struct refusals *r, char *line, const char *path, size_t number, struct why *why)
{
	char *tab = strchr(line, '\t');
	struct refusal *one;

	if (!*line || *line == '#')
		return OK;
	if (!tab || tab == line || !tab[1] || strchr(tab + 1, '\t'))
		return why_set(why, ERR_FORMAT, "%s:%zu: not a pattern and a sentence", path, number);
	one = arena_alloc(&r->arena, sizeof *one);
	if (!one)
		return ERR_NOMEM;
	*tab = '\0';
	one->pattern = line;
	one->sentence = tab + 1;
	*r->last = one;
	r->last = &one->next;
	return OK;
}

static enum err read_file(struct refusals *r, struct why *why)
{
	struct bytes bytes = {NULL, 0};
	const char *path = WORDS_FILE;
	char *text = NULL, *line;
	size_t number = 0;
	enum err err = share_path(&r->arena, WORDS_FILE, &path, why);

	if (err == OK)
		err = share_read_file(&r->arena, path, FILE_CEILING, &bytes, why);
	if (err == OK && !(text = arena_copy(&r->arena, bytes.ptr, bytes.len)))
		err = ERR_NOMEM;
	while (err == OK && (line = strsep(&text, "\n")))
		err = take_line(r, line, path, ++number, why);
	return err == ERR_NOMEM ? why_set(why, err, "could not read \"%s\": out of memory", path) : err;
}

enum err refusals_open(struct refusals **ret_refusals, struct why *why)
{
	struct refusals *r = calloc(1, sizeof *r);
	enum err err;

	if (!r)
		return why_set(why, ERR_NOMEM, "could not read why rows are refused: out of memory");
	arena_init(&r->arena, ARENA_CEILING);
	r->last = &r->first;
	err = read_file(r, why);
	if (err == OK)
		*ret_refusals = r;
	else
		refusals_close(r);
	return err;
}

void refusals_close(struct refusals *r)
{
	if (!r)
		return;
	arena_release(&r->arena);
	free(r);
}
