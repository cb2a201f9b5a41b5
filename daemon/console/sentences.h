/* sentences.h - what the console's server says to staff, by name, from daemon/console/sentences.vi:
 *   forbidden = Bạn không có quyền …        "# " begins a comment.
 * Read-only once loaded; any thread. The pages have words of their own (web/). */
#ifndef MOTCUA_CONSOLE_SENTENCES_H
#define MOTCUA_CONSOLE_SENTENCES_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

#include <stdbool.h>

struct sentences;

enum err sentences_load(struct sentences **ret_sentences, struct why *why); /* complains with file and line */
void sentences_free(struct sentences *s);

/* The sentence; the one of "failed" when there is none of that name. Never NULL. */
const char *sentence(const struct sentences *s, const char *name);
bool sentence_known(const struct sentences *s, const char *name);

#endif
