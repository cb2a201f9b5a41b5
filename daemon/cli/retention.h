/* retention.h - once a day, in small steps: what is older than the office keeps is erased. Loop thread. */
#ifndef MOTCUA_RETENTION_H
#define MOTCUA_RETENTION_H

#include "daemon/net/loop.h"
#include "daemon/store/store.h"

struct retention;

enum err retention_open(struct loop *loop, struct store *store, struct retention **ret_retention);

/* After the store's last drain, or when the store is gone: a step under way is the store's. NULL is fine. */
void retention_close(struct retention *r);

#endif
