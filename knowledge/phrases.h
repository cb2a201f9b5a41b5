/* phrases.h - every sentence a citizen can read that is not an answer, by name, from knowledge/phrases.vi.
 *   greeting = Xin chào! …        "\n" is a line break; {title} is filled in; "# " begins a comment.
 * Read-only once loaded; any thread. */
#ifndef MOTCUA_PHRASES_H
#define MOTCUA_PHRASES_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

struct phrases;

struct phrase_value {
	const char *name, *value; /* {name} → value; NULL value: the line that holds it is left out */
};

enum err phrases_load(struct phrases **ret_phrases, struct why *why); /* complains with file and line */
void phrases_free(struct phrases *p);

/* The filled-in sentence in `a`; never NULL but when out of memory. A missing name is a broken assumption:
 * asserted in tests over every name the code uses, and "" otherwise. `values` ends with a NULL name; may be
 * NULL. */
const char *phrase(
	const struct phrases *p, struct arena *a, const char *name, const struct phrase_value *values);

/* The sentence as it stands in the file, {braces} and all; NULL when there is none. */
const char *phrase_template(const struct phrases *p, const char *name);
const char *phrase_name(const struct phrases *p, size_t index); /* in order of name; NULL behind the last */

#endif
