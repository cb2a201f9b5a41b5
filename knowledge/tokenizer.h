/* tokenizer.h - the FTS5 tokenizer 'vi': fold's plain syllables; in documents each also brings the pair it
 * forms with the one before it ("dang_ki") at the same place. Queries name the pairs they want themselves
 * (query.h). */
#ifndef MOTCUA_TOKENIZER_H
#define MOTCUA_TOKENIZER_H

#include "daemon/base/err.h"

#include <sqlite3.h>

struct words;

/* For this connection; before its first use of a table that says tokenize = 'vi'. `words` may be NULL and is
 * not kept. */
enum err tokenizer_register(sqlite3 *db, const struct words *words);

#endif
