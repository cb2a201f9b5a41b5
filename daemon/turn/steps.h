/* steps.h - the steps of a turn as functions, from steps.def. Each fails for want of memory, or when
 * knowledge.db cannot be read. */
#ifndef MOTCUA_STEPS_H
#define MOTCUA_STEPS_H

#include "daemon/turn/conversation.h"
#include "daemon/turn/proof.h"
#include "daemon/turn/turn.h"

#define STEP(NAME, function) enum err function(struct turn *t);
#include "daemon/turn/steps.def"
#undef STEP

/* What a failure of the knowledge is to a turn: a record that cannot be read is as bad as a database that cannot. */
static inline enum err turn_err(enum err err)
{
	return err == ERR_NOMEM ? ERR_NOMEM : ERR_STORE;
}

#endif
