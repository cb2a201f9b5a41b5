/* kb_shared.h - one catalog for all searchers of a process, made anew beside them.
 * A commit (import, publish) is noticed by the next search; a thread of its own then reads the catalog anew while the old one
 * serves on, and the searchers take up the new one between two turns. So a publish of everything stalls nobody, and the
 * catalog is in memory once (twice while it is made). What a record says is always read from the database: an answer found in
 * the old catalog is told as it is now, or not at all. */
#ifndef MOTCUA_KB_SHARED_H
#define MOTCUA_KB_SHARED_H

#include "knowledge/kb.h"

struct kb_shared;

/* Makes the first catalog and starts the thread. `words` is borrowed until kb_share_end(). */
enum err kb_share(
	const char *path, const struct words *words, struct kb_shared **ret_shared, struct why *why);
void kb_share_end(struct kb_shared *s); /* after every kb of it was closed; NULL is fine */

/* A kb of its own connection over the shared catalog; any thread. */
enum err kb_open_shared(struct kb_shared *s, struct kb **ret_kb, struct why *why);

#endif
