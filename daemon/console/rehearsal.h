/* rehearsal.h - what people would hear if something had happened in the knowledge: tried on a copy that goes afterwards. One copy at
 * a time in the whole daemon: that of the national knowledge is 60 MB of disk, and its catalog some MB of memory. */
#ifndef MOTCUA_CONSOLE_REHEARSAL_H
#define MOTCUA_CONSOLE_REHEARSAL_H

#include "daemon/console/call.h"
#include "knowledge/edit.h"
#include "knowledge/kb.h"

#include <pthread.h>

struct rehearsal {
	pthread_mutex_t *lock; /* NULL: it was never begun, or is over */
	const char *path;      /* of the copy */
	struct kb *kb;         /* sees what `edit` does at its next search */
	struct edit *edit;
};

/* A copy of the whole knowledge; waits while somebody else has one. Always end it with rehearsal_close(). */
enum err rehearsal_open(struct call *c, struct rehearsal *ret_rehearsal, struct why *why);
/* An empty one with the row alone, in force on `day`; ERR_FORMAT and *ret_member when it cannot be imported. */
enum err rehearsal_open_row(struct call *c, const char *row, const char *day, struct rehearsal *ret_rehearsal,
	const char **ret_member, struct why *why);
void rehearsal_close(struct rehearsal *r); /* all zero is fine */

#endif
