/* lexicon.h - the word lists that spelling and search use, loaded once, read-only afterwards; any thread.
 *
 * Files in knowledge/words/, UTF-8, one entry a line, "# " begins a comment:
 *   syllables   syllable TAB count       every Vietnamese syllable we know, with marks
 *   pairs       two syllables TAB count  which follow one another, without marks
 *   synonyms    official term TAB everyday term | everyday term …
 * A list that is missing or malformed is a failure that names file and line.
 */
#ifndef MOTCUA_LEXICON_H
#define MOTCUA_LEXICON_H

#include "daemon/base/arena.h"
#include "daemon/base/err.h"

struct lexicon;

enum err lexicon_load(struct lexicon **ret_lexicon, struct why *why);
void lexicon_free(struct lexicon *l); /* NULL is fine */

#endif
