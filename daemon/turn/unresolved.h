/* unresolved.h - what the office is told of a turn that ended without a good answer: the question as it was asked, why, and the
 * records that came nearest with why they lost. */
#ifndef MOTCUA_UNRESOLVED_H
#define MOTCUA_UNRESOLVED_H

#include "daemon/turn/turn.h"

/* Job, for a turn with `unresolved` set. *ret_id (NULL is fine): the question. */
enum err unresolved_write(struct store_tx *tx, struct turn *t, int64_t now_ms, int64_t *ret_id);

#endif
