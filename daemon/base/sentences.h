/* sentences.h - sentences by name from a file of them (daemon/console/sentences.vi: what the console's server says to staff;
 * daemon/report/report.vi: what stands in reports):
 *   forbidden = Bạn không có quyền …        "# " begins a comment.
 * Read-only once loaded; any thread. */
#ifndef MOTCUA_SENTENCES_H
#define MOTCUA_SENTENCES_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

#include <stdbool.h>

struct sentences;

/* `name` as share_path() takes it. Complains with file and line. */
enum err sentences_load(const char *name, struct sentences **ret_sentences, struct why *why);
void sentences_free(struct sentences *s);

/* The sentence; the one of "failed" when there is none of that name. Never NULL. */
const char *sentence(const struct sentences *s, const char *name);
bool sentence_known(const struct sentences *s, const char *name);

#endif
