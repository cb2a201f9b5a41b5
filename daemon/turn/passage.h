/* passage.h - long answers in pages: pieces with their heading, cut where a reader would pause. Pure. */
#ifndef MOTCUA_PASSAGE_H
#define MOTCUA_PASSAGE_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

#include <stdbool.h>

struct passage {
	const char *heading; /* said before the first piece of it on each page; NULL: none */
	const char *text;    /* not NUL-terminated */
	size_t len;
	bool item;        /* begins with "- " */
	const char *tail; /* said after the text: "1 bản chính"; NULL: nothing */
};

struct passages {
	struct arena *arena;
	struct passage *items;
	size_t count, room;
	bool failed; /* out of memory */
};

void passages_add(struct passages *p, struct passage passage);

/* Lines of `text`, one passage each, empty ones left out; `item` is for the first. */
void passages_add_lines(struct passages *p, const char *text, bool item);

struct page {
	size_t first, end; /* passages */
	size_t number, count;
};

/* Cuts passages longer than `units` UTF-16 units, packs them into pages of about that size, and says which
 * passages stand on page `number` (from 1; beyond the last: the last). ERR_NOMEM. */
enum err passages_page(struct passages *p, size_t units, size_t number, struct page *ret_page);

#endif
