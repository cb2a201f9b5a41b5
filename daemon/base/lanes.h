/* lanes.h - what has to go one at a time per citizen, in order: events into turns, replies out to a platform.
 * A lane is the queue of one citizen and exists while something is in it; its first item is the one that may run.
 * One thread at a time. */
#ifndef MOTCUA_LANES_H
#define MOTCUA_LANES_H

#include "daemon/base/map.h"

#include <stdbool.h>

struct lane;

struct lane_item { /* lives inside its owner */
	struct lane *lane;
	struct lane_item *prev, *next;
	int64_t order;
};

struct lanes { /* all zero is empty */
	struct map map;
	size_t count; /* items in all lanes */
};

/* Puts `item` behind those of the same citizen with a lower or equal `order`, and behind the one that runs. */
enum err lanes_add(struct lanes *l, const char *channel, const char *account, const char *user, int64_t order,
	struct lane_item *item);

bool lane_may_run(const struct lane_item *item); /* it is the first and does not run yet */
void lane_run(struct lane_item *item);           /* the first runs: nothing else of this citizen may */
void lane_rest(struct lane_item *item);          /* it stopped running but stays the first */

/* Takes it out; the item that is first in its lane now, NULL when the lane is gone. */
struct lane_item *lanes_remove(struct lanes *l, struct lane_item *item);
void lanes_release(struct lanes *l); /* the map only: take the items out first */

#endif
