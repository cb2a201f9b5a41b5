/* index.h - the rows of `search`: put in and taken out in the transaction that changes what they are made of.
 * `search` keeps no text of its own: a row is taken out by saying the text it was put in with, so every
 * change of a version's state or of what is ours goes: take out, change, settle. The text is defined once, in
 * index.c; when that definition or the tokenizer changes, a migration must build `search` anew. Inside a
 * transaction between index_begin() and index_settle(), versions that are out of the index are *stale*. */
#ifndef MOTCUA_INDEX_H
#define MOTCUA_INDEX_H

#include "knowledge/kdb.h"

#include <stddef.h>
#include <stdint.h>

enum err index_begin(struct kdb *k);

enum err index_take_out(struct kdb *k, const char *record); /* its published versions become stale */
enum err index_put_later(struct kdb *k, int64_t version);   /* a new version: stale from the start */
enum err index_leave_out(struct kdb *k, int64_t version); /* it is not published any more: stale no longer */

/* Puts every stale version in. `progress_cb` (NULL is fine) is told now and then. */
enum err index_settle(struct kdb *k, void (*progress_cb)(void *arg, size_t done, size_t all), void *arg);

#endif
