/* deeds.h - what the knowledge says was done to it (knowledge/deed.h) goes into the audit trail, each deed exactly once, whatever is
 * killed in between; the end of an import also into its row. Any thread. */
#ifndef MOTCUA_CONSOLE_DEEDS_H
#define MOTCUA_CONSOLE_DEEDS_H

#include "knowledge/edit.h"

struct console;

/* What waits is taken over; failures are logged, and the next call takes up what was left. `e` NULL: with a connection of its own. */
enum err deeds_settle(struct console *c, struct edit *e);

#endif
